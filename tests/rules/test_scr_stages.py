"""What may be done when before the SCR group: every pair of stage and act, written out by hand."""

import itertools

import pytest

from scr.rules.stages import ALLOWED, WORDS, Act, Facts, Stage, may, refusal, stage_of

# One letter for each act that is allowed: Assess, aNswer, Lock, Draft, give a Position, Make,
# deCide, Further decision, adVice, ask a cHallenge, ansWer it, Tell, write a leTTer.
LETTERS = {
    Act.ASSESS: "A",
    Act.ANSWER: "N",
    Act.LOCK: "L",
    Act.DRAFT: "D",
    Act.GIVE_POSITION: "P",
    Act.MAKE: "M",
    Act.DECIDE: "C",
    Act.DECIDE_AGAIN: "F",
    Act.RECORD_ADVICE: "V",
    Act.ASK_CHALLENGE: "H",
    Act.ANSWER_CHALLENGE: "W",
    Act.TELL: "T",
    Act.WRITE_LETTER: "t",
}
EXPECTED = {
    "not_referred": "",
    "passed_on": "Tt",
    "closed": "Tt",
    "referred": "ATt",
    "assessing": "NLTt",
    "assessed": "ADTt",
    "drafted": "ADPMTt",
    "recommended": "CTt",
    "partly_decided": "CFVHWTt",
    "deferred": "ADFVHWTt",
    "decided": "AFVHWTt",
    "referred_again": "AFVHWTt",
    "assessing_again": "NLFVHWTt",
    "assessed_again": "ADFVHWTt",
    "drafted_again": "ADPMFVHWTt",
    "recommended_again": "FVHWTt",
}


@pytest.mark.parametrize(("stage", "act"), list(itertools.product(Stage, Act)))
def test_every_pair_of_stage_and_act_is_as_it_is_written_here(stage, act):
    allowed = LETTERS[act] in EXPECTED[stage]

    assert may(stage, act) is allowed
    assert bool(refusal(stage, act)) is not allowed


def test_every_stage_has_words_and_a_row():
    assert set(WORDS) == set(ALLOWED) == set(Stage)


def test_nothing_holds_the_decider_up_once_a_decision_is_made():
    again = [stage for stage in Stage if stage.endswith("again")]

    assert len(again) == 5
    assert all(may(stage, Act.DECIDE_AGAIN) for stage in [*again, Stage.DECIDED, Stage.DEFERRED])


def test_no_stage_lets_a_first_decision_be_made_before_the_recommendation():
    before = [Stage.REFERRED, Stage.ASSESSING, Stage.ASSESSED, Stage.DRAFTED]

    assert not any(may(stage, Act.DECIDE) or may(stage, Act.DECIDE_AGAIN) for stage in before)


RECEIVED = {"referral": "received"}


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        ({}, "not_referred"),
        ({"referral": "passed_on", "assessment": "locked"}, "passed_on"),
        ({"referral": "closed"}, "closed"),
        (RECEIVED, "referred"),
        ({**RECEIVED, "decided_before": True}, "referred_again"),
        ({**RECEIVED, "assessment": "open"}, "assessing"),
        ({**RECEIVED, "assessment": "open", "decided_before": True}, "assessing_again"),
        ({**RECEIVED, "assessment": "locked"}, "assessed"),
        ({**RECEIVED, "assessment": "locked", "decided_before": True}, "assessed_again"),
        ({**RECEIVED, "assessment": "locked", "recommendation": "draft"}, "drafted"),
        (
            {**RECEIVED, "assessment": "locked", "recommendation": "draft", "decided_before": True},
            "drafted_again",
        ),
        ({**RECEIVED, "assessment": "locked", "recommendation": "made"}, "recommended"),
        (
            {**RECEIVED, "assessment": "locked", "recommendation": "made", "decided_before": True},
            "recommended_again",
        ),
        *(
            (
                {
                    **RECEIVED,
                    "assessment": "locked",
                    "recommendation": "made",
                    "decision": decision,
                    "decided_before": True,
                },
                stage,
            )
            for decision, stage in (
                ("partly", "partly_decided"),
                ("deferred", "deferred"),
                ("decided", "decided"),
            )
        ),
    ],
)
def test_the_stage_follows_from_the_records(facts, stage):
    assert stage_of(Facts(**facts)) == stage


def test_a_refusal_says_what_to_do_and_never_that_it_cannot_be_done():
    words = {refusal(stage, act) for stage, act in itertools.product(Stage, Act)} - {""}

    assert all(text[0].isupper() and "cannot" not in text for text in words)
    assert refusal(Stage.DECIDED, Act.DECIDE).startswith("Make a further decision")
    assert refusal(Stage.ASSESSING, Act.DRAFT).startswith("Lock an assessment")
