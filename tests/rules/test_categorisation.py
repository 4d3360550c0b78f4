"""Group, scope and duties of a death: not known is never no."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdop.rules.categorisation import (
    SERIOUS_INCIDENT_QUESTIONS,
    Answer,
    Group,
    OutOfScope,
    Scope,
    ScopeFacts,
    Triage,
    group,
    other_children_triage,
    rapid_response_prompt,
    scope,
    scr_prompt,
    serious_incident_duty,
)

YES, NO, NOT_KNOWN = Answer.YES, Answer.NO, Answer.NOT_KNOWN
answers = st.sampled_from(Answer)


@pytest.mark.parametrize(
    ("age_days", "expectedness", "found"),
    [
        (0, "EXPECTED", Group.NEONATAL),
        (27, "UNEXPECTED", Group.NEONATAL),
        (28, "EXPECTED", Group.EXPECTED),
        (28, "UNEXPECTED", Group.UNEXPECTED),
        (28, "UNSURE", Group.UNEXPECTED),
        (28, "", Group.UNEXPECTED),
        (None, "EXPECTED", None),
        (None, "UNEXPECTED", None),
    ],
)
def test_the_group_follows_from_age_and_expectedness(age_days, expectedness, found):
    assert group(age_days, expectedness) is found


def facts(alive=YES, loss=NO, termination=NO, under_18=YES, resident=YES):
    return ScopeFacts(alive, loss, termination, under_18, resident)


@pytest.mark.parametrize(
    ("given_facts", "found", "reason", "ask"),
    [
        (facts(), Scope.IN_SCOPE, None, ()),
        (facts(loss=NOT_KNOWN), Scope.IN_SCOPE, None, ()),
        (facts(alive=NOT_KNOWN), Scope.IN_SCOPE, None, ()),
        (facts(alive=NO, loss=YES), Scope.NOT_FOR_REVIEW, OutOfScope.STILLBIRTH, ()),
        (facts(alive=NO, loss=NOT_KNOWN), Scope.NOT_FOR_REVIEW, OutOfScope.STILLBIRTH, ()),
        (facts(alive=NOT_KNOWN, loss=YES), Scope.NOT_FOR_REVIEW, OutOfScope.STILLBIRTH, ()),
        (facts(alive=YES, loss=YES), Scope.CANNOT_SAY_YET, None, ("born_alive",)),
        (facts(alive=NO, loss=NO), Scope.CANNOT_SAY_YET, None, ("born_alive",)),
        (facts(termination=YES), Scope.NOT_FOR_REVIEW, OutOfScope.LAWFUL_TERMINATION, ()),
        (facts(under_18=NO), Scope.NOT_FOR_REVIEW, OutOfScope.ADULT, ()),
        (facts(resident=NO), Scope.NOT_FOR_REVIEW, OutOfScope.NOT_RESIDENT, ()),
        (
            ScopeFacts(),
            Scope.CANNOT_SAY_YET,
            None,
            ("born_alive", "lawful_termination", "under_18", "resident"),
        ),
        (facts(resident=NOT_KNOWN), Scope.CANNOT_SAY_YET, None, ("resident",)),
    ],
)
def test_the_scope_is_said_only_when_it_is_settled(given_facts, found, reason, ask):
    finding = scope(given_facts)

    assert (finding.scope, finding.reason, finding.ask) == (found, reason, ask)


@given(st.builds(ScopeFacts, answers, answers, answers, answers, answers))
def test_a_scope_still_open_always_says_what_to_ask(given_facts):
    finding = scope(given_facts)

    assert (finding.scope is Scope.CANNOT_SAY_YET) == bool(finding.ask)
    assert (finding.scope is Scope.NOT_FOR_REVIEW) == (finding.reason is not None)


@pytest.mark.parametrize("question", SERIOUS_INCIDENT_QUESTIONS)
def test_any_one_yes_opens_the_serious_incident_duty(question):
    duty = serious_incident_duty({question: YES})

    assert duty.arises is YES
    assert duty.reasons == (question,)
    assert set(duty.open_questions) == set(SERIOUS_INCIDENT_QUESTIONS) - {question}


def test_the_duty_is_denied_only_when_every_answer_is_no():
    every_no = dict.fromkeys(SERIOUS_INCIDENT_QUESTIONS, NO)

    assert serious_incident_duty(every_no).arises is NO
    for question in SERIOUS_INCIDENT_QUESTIONS:
        missing = {key: answer for key, answer in every_no.items() if key != question}
        assert serious_incident_duty(missing).arises is NOT_KNOWN
        assert serious_incident_duty(missing).open_questions == (question,)


@given(st.dictionaries(st.sampled_from(SERIOUS_INCIDENT_QUESTIONS), answers))
def test_finding_out_more_never_reverses_a_settled_duty(known):
    before = serious_incident_duty(known).arises

    for question in SERIOUS_INCIDENT_QUESTIONS:
        if known.get(question, NOT_KNOWN) is NOT_KNOWN and before is not NOT_KNOWN:
            for found in (YES, NO):
                assert serious_incident_duty(known | {question: found}).arises is before


@pytest.mark.parametrize(
    ("expectedness", "prompt"),
    [("EXPECTED", NO), ("UNEXPECTED", YES), ("UNSURE", YES), ("", NOT_KNOWN)],
)
def test_the_rapid_response_hangs_on_expectedness(expectedness, prompt):
    assert rapid_response_prompt(expectedness) is prompt


@pytest.mark.parametrize(
    ("abuse", "custody", "prompt"),
    [
        (YES, NO, YES),
        (NO, YES, YES),
        (NO, NO, NO),
        (NOT_KNOWN, NO, NOT_KNOWN),
        (NO, NOT_KNOWN, NOT_KNOWN),
    ],
)
def test_suspected_abuse_or_a_death_in_custody_prompts_a_referral(abuse, custody, prompt):
    given_facts = {"abuse_or_neglect": abuse, "custody_or_detention": custody}

    assert scr_prompt(given_facts).arises is prompt


def test_the_other_children_are_settled_only_when_there_are_none_or_safe_and_told():
    settled = {
        (others, safe, told)
        for others, safe, told in product(Answer, repeat=3)
        if other_children_triage(others, safe, told) is Triage.SETTLED
    }

    assert {each for each in settled if each[0] is not NO} == {(YES, YES, YES)}
    assert set(product([NO], Answer, Answer)) <= settled
