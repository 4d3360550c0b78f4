"""The decision tool: the worked decisions, and every limb of every edition."""

import json
from pathlib import Path

import pytest

from scr.criteria_files import frameworks
from scr.rules.answers import NOT_KNOWN
from scr.rules.criteria import MORE_INFORMATION, LocalReviewPosition, NotOffered, assess

DATA = Path(__file__).resolve().parents[1] / "data"
VIGNETTES = json.loads((DATA / "scr_vignettes.json").read_text(encoding="utf-8"))["vignettes"]
FRAMEWORKS = {framework.id: framework for framework in frameworks()}
ENGLAND = ("wt2010", "wt2013", "wt2015", "wt2018", "wt2023")
BOARDS, PARTNERS = ENGLAND[:3], ENGLAND[3:]

# A child died, nothing else is the case, and everything is known.
DIED = {
    "under_18_at_event": "yes",
    "event": "died",
    "custody_death": "no",
    "mha_detained": "no",
    "dol_order_16_17": "no",
    "abuse_or_neglect": "no",
    "abuse_factor_in_death": "no",
    "seriously_harmed": "no",
    "trigger_life_threat_or_permanent": "no",
    "trigger_sexual_abuse": "no",
    "trigger_parent_murdered_dhr": "no",
    "trigger_violent_assault": "no",
    "interagency_concern": "no_concern_identified",
    "looked_after": "no",
    "regulated_setting": "no",
    "care_leaver_18_to_24": "no",
    "event_in_area": "yes",
    "resident_and_event_outside_england": "no",
    "learning_potential": "no",
}
HARMED = DIED | {"event": "harmed", "seriously_harmed": "yes", "abuse_or_neglect": "known"}
MURDERED = DIED | {"abuse_or_neglect": "suspected", "abuse_factor_in_death": "yes"}


def outcome(framework, answers, **changes):
    return assess(FRAMEWORKS[framework], {**answers, **changes}).outcome


def notify(framework, answers, **changes):
    return assess(FRAMEWORKS[framework], {**answers, **changes}).notify


def worked_decisions():
    for vignette in VIGNETTES:
        for subject in vignette["subjects"]:
            for framework, expected in subject["expected"].items():
                name = f"{vignette['id']}-{subject['subject']}-{framework}"
                contested = vignette["contested"].get(framework)
                yield pytest.param(framework, subject["answers"], expected, contested, id=name)


@pytest.mark.parametrize(
    ("framework", "answers", "expected", "contested"), list(worked_decisions())
)
def test_a_worked_decision_comes_out_as_expected(framework, answers, expected, contested):
    found = assess(FRAMEWORKS[framework], answers)

    assert found.outcome == expected["outcome"]
    assert contested is None or found.outcome in contested
    if "notify" in expected:
        assert found.notify is {"undetermined": None}.get(expected["notify"], expected["notify"])
    if "local_review" in expected:
        assert found.local_review == expected["local_review"]


# Each row: what is changed in the case, and the outcome under 2010, 2013, 2015, 2018 and 2023.
ALTERNATIVE, NONE, MANDATORY = "alternative_review", "no_further_review", "scr_mandatory"
CONSIDER, RAPID, ASK = "scr_consider", "rapid_review", MORE_INFORMATION
DEATHS = [
    ({}, [NONE, NONE, NONE, NONE, NONE]),
    ({"learning_potential": "yes"}, [ALTERNATIVE] * 5),
    ({"learning_potential": NOT_KNOWN}, [ASK] * 5),
    ({"under_18_at_event": "no"}, ["out_of_scope"] * 5),
    ({"under_18_at_event": "no", "learning_potential": "yes"}, ["out_of_scope"] * 5),
    ({"under_18_at_event": NOT_KNOWN}, [ASK] * 5),
    ({"custody_death": "yes"}, [MANDATORY, MANDATORY, MANDATORY, NONE, NONE]),
    ({"custody_death": NOT_KNOWN}, [ASK, ASK, ASK, NONE, NONE]),
    ({"mha_detained": "yes"}, [MANDATORY, MANDATORY, MANDATORY, NONE, NONE]),
    ({"mha_detained": NOT_KNOWN}, [ASK, ASK, ASK, NONE, NONE]),
    ({"dol_order_16_17": "yes"}, [NONE, NONE, MANDATORY, NONE, NONE]),
    ({"dol_order_16_17": NOT_KNOWN}, [NONE, NONE, ASK, NONE, NONE]),
    ({"abuse_or_neglect": "known"}, [NONE, MANDATORY, MANDATORY, RAPID, RAPID]),
    ({"abuse_or_neglect": "suspected"}, [NONE, MANDATORY, MANDATORY, RAPID, RAPID]),
    ({"abuse_or_neglect": NOT_KNOWN}, [NONE, ASK, ASK, ASK, ASK]),
    (
        {"abuse_or_neglect": "suspected", "abuse_factor_in_death": "yes"},
        [MANDATORY, MANDATORY, MANDATORY, RAPID, RAPID],
    ),
    (
        {"abuse_or_neglect": "suspected", "abuse_factor_in_death": NOT_KNOWN},
        [ASK, MANDATORY, MANDATORY, RAPID, RAPID],
    ),
    ({"event": "no_serious_event", "custody_death": "yes"}, [NONE] * 5),
    ({"interagency_concern": NOT_KNOWN}, [NONE] * 5),
]
SERIOUS = [
    ({"interagency_concern": "concern"}, [CONSIDER, MANDATORY, MANDATORY, RAPID, RAPID]),
    ({"interagency_concern": NOT_KNOWN}, [ASK, MANDATORY, MANDATORY, RAPID, RAPID]),
    ({"interagency_concern": "no_concern_identified"}, [NONE, MANDATORY, MANDATORY, RAPID, RAPID]),
    ({"interagency_concern": "clear_no_concern"}, [NONE, NONE, MANDATORY, RAPID, RAPID]),
    ({"interagency_concern": "definitive_no_concern"}, [NONE, NONE, NONE, RAPID, RAPID]),
    (
        {"interagency_concern": "concern", "seriously_harmed": NOT_KNOWN},
        [ASK, ASK, ASK, ASK, ASK],
    ),
    (
        {"interagency_concern": "definitive_no_concern", "seriously_harmed": NOT_KNOWN},
        [NONE, NONE, NONE, ASK, ASK],
    ),
    (
        {"interagency_concern": "concern", "seriously_harmed": "no"},
        [NONE, NONE, NONE, NONE, NONE],
    ),
    (
        {"interagency_concern": "concern", "abuse_or_neglect": NOT_KNOWN},
        [ASK, ASK, ASK, ASK, ASK],
    ),
    (
        {"interagency_concern": "concern", "abuse_or_neglect": "no"},
        [NONE, NONE, NONE, NONE, NONE],
    ),
    *(
        (
            {"interagency_concern": "concern", "abuse_or_neglect": "no", situation: "yes"},
            [CONSIDER, NONE, NONE, NONE, NONE],
        )
        for situation in (
            "trigger_sexual_abuse",
            "trigger_parent_murdered_dhr",
            "trigger_violent_assault",
        )
    ),
    *(
        (
            {"interagency_concern": "no_concern_identified", situation: "yes"},
            [NONE, MANDATORY, MANDATORY, RAPID, RAPID],
        )
        for situation in (
            "trigger_life_threat_or_permanent",
            "trigger_sexual_abuse",
            "trigger_parent_murdered_dhr",
            "trigger_violent_assault",
        )
    ),
]


@pytest.mark.parametrize(("changes", "outcomes"), DEATHS)
def test_each_limb_of_a_death_by_edition(changes, outcomes):
    found = [outcome(framework, DIED, **changes) for framework in ENGLAND]

    assert found == outcomes


@pytest.mark.parametrize(("changes", "outcomes"), SERIOUS)
def test_each_limb_of_serious_harm_by_edition(changes, outcomes):
    found = [outcome(framework, HARMED, **changes) for framework in ENGLAND]

    assert found == outcomes


@pytest.mark.parametrize("framework", PARTNERS)
@pytest.mark.parametrize("case", [MURDERED, HARMED], ids=["death", "harm"])
@pytest.mark.parametrize(
    ("here", "abroad", "result", "duty"),
    [
        ("yes", "no", RAPID, True),
        ("no", "yes", RAPID, True),
        ("no", "no", "refer_other_area", False),
        ("no", NOT_KNOWN, ASK, None),
        (NOT_KNOWN, "no", ASK, None),
        (NOT_KNOWN, "yes", RAPID, True),
        (NOT_KNOWN, NOT_KNOWN, ASK, None),
    ],
)
def test_the_authority_where_it_happened_has_the_duty(framework, case, here, abroad, result, duty):
    where = {"event_in_area": here, "resident_and_event_outside_england": abroad}

    assert outcome(framework, case, **where) == result
    assert notify(framework, case, **where) is duty


@pytest.mark.parametrize("framework", PARTNERS)
@pytest.mark.parametrize(
    ("here", "abroad", "met"),
    [("yes", "no", "here"), ("no", "yes", "abroad"), ("no", "no", "elsewhere")],
)
@pytest.mark.parametrize(("case", "kind"), [(MURDERED, "death"), (HARMED, "harm")])
def test_one_place_meets_one_criterion(framework, here, abroad, met, case, kind):
    where = {"event_in_area": here, "resident_and_event_outside_england": abroad}

    found = assess(FRAMEWORKS[framework], case | where)

    assert [name for name, truth in found.criteria.items() if truth] == [f"{kind}_{met}"]


def test_an_event_elsewhere_whose_cause_is_not_known_waits_for_the_answer():
    answers = DIED | {"event_in_area": "no", "abuse_or_neglect": NOT_KNOWN}

    found = assess(FRAMEWORKS["wt2023"], answers)

    assert (found.outcome, found.notify) == (MORE_INFORMATION, False)
    assert found.possible == ("refer_other_area", "no_further_review")
    assert found.missing == ("abuse_or_neglect",)


@pytest.mark.parametrize(
    ("framework", "result", "duty"),
    [
        ("wt2010", NONE, False),
        ("wt2013", NONE, False),
        ("wt2015", NONE, True),
        ("wt2018", "notify_only", True),
        ("wt2023", "notify_only", True),
    ],
)
def test_a_looked_after_child_dies_without_abuse(framework, result, duty):
    assert outcome(framework, DIED, looked_after="yes") == result
    assert notify(framework, DIED, looked_after="yes") is duty


def test_whether_a_child_was_looked_after_is_asked_where_it_decides():
    by_2015 = assess(FRAMEWORKS["wt2015"], DIED | {"looked_after": NOT_KNOWN})
    by_2018 = assess(FRAMEWORKS["wt2018"], DIED | {"looked_after": NOT_KNOWN})
    after_harm = assess(FRAMEWORKS["wt2018"], HARMED | {"looked_after": NOT_KNOWN})

    assert (by_2015.outcome, by_2015.notify, by_2015.missing) == (NONE, None, ("looked_after",))
    assert (by_2018.outcome, by_2018.notify) == (MORE_INFORMATION, None)
    assert by_2018.missing == ("looked_after",)
    assert (after_harm.outcome, after_harm.missing) == (RAPID, ())


def test_a_death_in_a_regulated_setting_is_notified_under_2015_only():
    found = {framework: notify(framework, DIED, regulated_setting="yes") for framework in ENGLAND}

    assert found == dict.fromkeys(ENGLAND, False) | {"wt2015": True}


@pytest.mark.parametrize(
    ("care_leaver", "result"),
    [("yes", "notify_only"), ("no", "out_of_scope"), (NOT_KNOWN, MORE_INFORMATION)],
)
def test_a_care_leaver_who_dies_is_notified_from_2023(care_leaver, result):
    adult = DIED | {"under_18_at_event": "no", "care_leaver_18_to_24": care_leaver}

    assert outcome("wt2023", adult) == result
    assert outcome("wt2018", adult) == "out_of_scope"


@pytest.mark.parametrize("framework", BOARDS)
def test_where_it_happened_decides_nothing_for_a_board(framework):
    assert outcome(framework, MURDERED, event_in_area="no") == MANDATORY


@pytest.mark.parametrize("case", [MURDERED, HARMED], ids=["death", "harm"])
def test_a_criterion_of_2015_is_always_a_notifiable_incident(case):
    assert notify("wt2015", case) is True


def test_a_court_order_alone_is_reviewed_but_not_notified():
    found = assess(FRAMEWORKS["wt2015"], DIED | {"dol_order_16_17": "yes"})

    assert (found.outcome, found.notify) == (MANDATORY, False)


@pytest.mark.parametrize(
    ("event", "registered", "result"),
    [
        ("died", "yes", "extended_review"),
        ("died", "no", "concise_review"),
        ("died", NOT_KNOWN, MORE_INFORMATION),
        ("life_threatening", "no", "concise_review"),
        ("permanent_impairment", "yes", "extended_review"),
        ("none", NOT_KNOWN, "criteria_not_met"),
        (NOT_KNOWN, "yes", MORE_INFORMATION),
    ],
)
def test_a_child_practice_review_in_wales(event, registered, result):
    answers = {"wales_event": event, "register_or_looked_after_6_months": registered}

    assert outcome("wales_cpr", answers, abuse_or_neglect="suspected") == result
    assert outcome("wales_cpr", answers, abuse_or_neglect="no") == "criteria_not_met"


@pytest.mark.parametrize(
    ("event", "link", "concern", "positive", "result"),
    [
        ("died", "yes", "yes", "no", "case_management_review"),
        ("harmed", "yes", "yes", "no", "case_management_review"),
        ("no", "yes", "yes", "no", "criteria_not_met"),
        ("died", "no", "yes", "no", "criteria_not_met"),
        ("died", "yes", "no", "no", "criteria_not_met"),
        ("no", "no", "no", "yes", "case_management_review"),
        ("died", NOT_KNOWN, "yes", "no", MORE_INFORMATION),
        ("died", NOT_KNOWN, "no", "no", "criteria_not_met"),
        ("died", NOT_KNOWN, "yes", "yes", "case_management_review"),
    ],
)
def test_a_case_management_review_in_northern_ireland(event, link, concern, positive, result):
    answers = {
        "ni_event": event,
        "ni_link": link,
        "ni_concern": concern,
        "ni_positive": positive,
    }

    assert outcome("ni_cmr", answers) == result


def test_an_answer_that_cannot_change_the_result_is_not_missing():
    found = assess(
        FRAMEWORKS["wt2013"],
        HARMED | {"seriously_harmed": NOT_KNOWN, "interagency_concern": "clear_no_concern"},
    )

    assert (found.outcome, found.missing) == (NONE, ())
    assert found.criteria["harm_abuse_interagency"] is False


def test_an_answer_that_decides_notifying_alone_is_missing_though_the_outcome_is_settled():
    found = assess(
        FRAMEWORKS["wt2015"],
        HARMED | {"seriously_harmed": NOT_KNOWN, "interagency_concern": "definitive_no_concern"},
    )

    assert (found.outcome, found.notify, found.missing) == (NONE, None, ("seriously_harmed",))


def test_a_presumption_stands_until_it_is_rebutted_and_the_question_stays_asked():
    found = assess(FRAMEWORKS["wt2015"], HARMED | {"interagency_concern": NOT_KNOWN})

    assert (found.outcome, found.missing) == (MANDATORY, ("interagency_concern",))
    assert any(
        reason.startswith("Presumed: ") and "definitive no concern" in reason
        for reason in found.reasons
    )


def test_what_would_reverse_an_outcome_is_named():
    found = assess(FRAMEWORKS["wt2013"], HARMED | {"interagency_concern": "concern"})

    reversing = {(each.question, each.answer): each.outcome for each in found.reversed_by}

    assert reversing == {
        ("under_18_at_event", "no"): "out_of_scope",
        ("event", "no_serious_event"): NONE,
        ("abuse_or_neglect", "no"): NONE,
        ("seriously_harmed", "no"): NONE,
        ("interagency_concern", "clear_no_concern"): NONE,
        ("interagency_concern", "definitive_no_concern"): NONE,
    }


def test_the_reasons_name_the_paragraph_and_what_is_reconstructed():
    in_2010 = assess(FRAMEWORKS["wt2010"], DIED | {"custody_death": "yes"})
    in_2015 = assess(FRAMEWORKS["wt2015"], MURDERED)

    assert any("8.9 to 8.10" in each and "reconstructed" in each for each in in_2010.reasons)
    assert any("regulation 5(2)(a),(b)(i)" in each for each in in_2015.reasons)
    assert not any("reconstructed" in each for each in in_2015.reasons if each.startswith("Met"))


def test_an_edition_without_a_rule_on_notifying_says_so():
    found = assess(FRAMEWORKS["wt2010"], MURDERED)

    assert found.notify is False
    assert any(reason.startswith("No rule on notifying is held") for reason in found.reasons)


@pytest.mark.parametrize(
    ("changes", "position"),
    [
        ({}, LocalReviewPosition.UNDETERMINED),
        ({"lr_agencies": "yes"}, LocalReviewPosition.CONSIDER),
        ({"event": "no_serious_event"}, LocalReviewPosition.NOT_APPLICABLE),
    ],
)
def test_the_factors_of_a_local_review_are_weighed_after_a_rapid_review(changes, position):
    found = assess(FRAMEWORKS["wt2023"], MURDERED | changes)

    assert found.local_review is position


def test_no_factor_at_all_indicates_no_local_review():
    framework = FRAMEWORKS["wt2018"]

    found = assess(framework, MURDERED | dict.fromkeys(framework.local_review.factors, "no"))

    assert found.local_review is LocalReviewPosition.NOT_INDICATED


def test_an_answer_nobody_offered_is_refused():
    with pytest.raises(NotOffered):
        assess(FRAMEWORKS["wt2015"], {"event": "perhaps"})
