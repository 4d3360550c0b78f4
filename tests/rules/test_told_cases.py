"""Cases as they are told at a group's table, each by every edition; the outcomes by hand.

Beside the worked decisions of `test_criteria.py`: contested facts, the gap between two systems,
children who are not where they live, in custody, with private foster carers, not born or grown up.
"""

import json
from datetime import date

import pytest
from django.core.management import call_command

from scr.criteria_files import framework_named, frameworks
from scr.rules.answers import NOT_KNOWN
from scr.rules.clocks import due_on
from scr.rules.criteria import MORE_INFORMATION, assess
from scr.rules.frameworks import framework_for

ENGLAND = ("wt2010", "wt2013", "wt2015", "wt2018", "wt2023")
NOTIFYING = ("wt2015", "wt2018", "wt2023")
NK = NOT_KNOWN
# A child died here and everything is known; nothing else is the case.
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
KILLED = {"abuse_or_neglect": "known", "abuse_factor_in_death": "yes"}
SUSPECTED = {"abuse_or_neglect": "suspected", "abuse_factor_in_death": "yes"}
HURT = {"event": "harmed", "seriously_harmed": "yes", "abuse_or_neglect": "known"}
CONCERN = {"interagency_concern": "concern"}
ABROAD = {"event_in_area": "no", "resident_and_event_outside_england": "yes"}
ELSEWHERE = {"event_in_area": "no", "resident_and_event_outside_england": "no"}
NEVER_BORN = {"event": "no_serious_event"}

MUST, CONSIDER, RAPID = "scr_mandatory", "scr_consider", "rapid_review"
OTHER, NONE, ASK = "alternative_review", "no_further_review", MORE_INFORMATION
ADULT, TELL, PASS_ON = "out_of_scope", "notify_only", "refer_other_area"
YES, NO, OPEN = True, False, None

# The story; what differs from DIED; the outcome by 2010, 2013, 2015, 2018 and 2023; the duty to
# notify by 2015, 2018 and 2023 (the editions before hold no rule).
TOLD = [
    (
        "A toddler is killed by a private foster carer whom nobody had reported",
        KILLED,
        [MUST, MUST, MUST, RAPID, RAPID],
        [YES, YES, YES],
    ),
    (
        "A privately fostered child is found starved; the school had written twice",
        HURT | CONCERN | {"trigger_life_threat_or_permanent": "yes"},
        [CONSIDER, MUST, MUST, RAPID, RAPID],
        [YES, YES, YES],
    ),
    (
        "A privately fostered child is badly hurt; nobody knew the family at all",
        HURT,
        [NONE, MUST, MUST, RAPID, RAPID],
        [YES, YES, YES],
    ),
    (
        "A boy of seventeen on remand, and so looked after, takes his own life",
        {"custody_death": "yes", "looked_after": "yes"},
        [MUST, MUST, MUST, TELL, TELL],
        [YES, YES, YES],
    ),
    (
        "A girl dies in a police cell of an illness; agencies have something to learn",
        {"custody_death": "yes", "learning_potential": "yes"},
        [MUST, MUST, MUST, OTHER, OTHER],
        [NO, NO, NO],
    ),
    (
        "The same, a day after the eighteenth birthday",
        {"custody_death": "yes", "learning_potential": "yes", "under_18_at_event": "no"},
        [ADULT] * 5,
        [NO, NO, NO],
    ),
    (
        "A death in custody of which the post-mortem may yet show neglect",
        {"custody_death": "yes", "abuse_or_neglect": NK, "abuse_factor_in_death": NK},
        [MUST, MUST, MUST, ASK, ASK],
        [OPEN, OPEN, OPEN],
    ),
    (
        "A girl of sixteen, detained under the Mental Health Act, dies of a known illness",
        {"mha_detained": "yes"},
        [MUST, MUST, MUST, NONE, NONE],
        [NO, NO, NO],
    ),
    (
        "A boy under a deprivation of liberty order dies; whether of neglect is not known",
        {"dol_order_16_17": "yes", "abuse_or_neglect": NK},
        [NONE, ASK, MUST, ASK, ASK],
        [OPEN, OPEN, OPEN],
    ),
    (
        "A care leaver of nineteen is found dead",
        {"under_18_at_event": "no", "care_leaver_18_to_24": "yes"},
        [ADULT, ADULT, ADULT, ADULT, TELL],
        [NO, NO, YES],
    ),
    (
        "A former care leaver of twenty-five is found dead",
        {"under_18_at_event": "no", "looked_after": NK},
        [ADULT] * 5,
        [NO, NO, NO],
    ),
    (
        "A woman of twenty-two tells of what was done to her at ten",
        HURT | CONCERN | {"trigger_sexual_abuse": "yes"},
        [CONSIDER, MUST, MUST, RAPID, RAPID],
        [YES, YES, YES],
    ),
    (
        "A man of thirty is hurt by his foster brother: he was no child then",
        HURT | CONCERN | {"under_18_at_event": "no"},
        [ADULT] * 5,
        [NO, NO, NO],
    ),
    (
        "An assault on the mother ends a pregnancy: no child was born alive",
        NEVER_BORN | {"learning_potential": "yes"},
        [OTHER] * 5,
        [NO, NO, NO],
    ),
    (
        "A concealed birth: whether the child lived is not known, and violence is suspected",
        SUSPECTED | {"event": NK},
        [ASK] * 5,
        [OPEN, OPEN, OPEN],
    ),
    (
        "An unborn child is made subject of a plan, and nothing has happened",
        NEVER_BORN,
        [NONE] * 5,
        [NO, NO, NO],
    ),
    (
        "A near miss: a child was nearly given the wrong medicine, and three services learned",
        NEVER_BORN | {"interagency_concern": "concern", "learning_potential": "yes"},
        [OTHER] * 5,
        [NO, NO, NO],
    ),
    (
        "A death of which the cause is not found yet",
        {"abuse_or_neglect": NK, "abuse_factor_in_death": NK, "learning_potential": NK},
        [ASK] * 5,
        [OPEN, OPEN, OPEN],
    ),
    (
        "Neglect is known and had nothing to do with the leukaemia: contested from 2013 on",
        {"abuse_or_neglect": "known"},
        [NONE, MUST, MUST, RAPID, RAPID],
        [YES, YES, YES],
    ),
    (
        "Neglect is known; whether it had a part in the death the experts dispute",
        {"abuse_or_neglect": "known", "abuse_factor_in_death": NK},
        [ASK, MUST, MUST, RAPID, RAPID],
        [YES, YES, YES],
    ),
    (
        "A looked after girl takes her own life; no abuse, and there is learning",
        {"looked_after": "yes", "learning_potential": "yes"},
        [OTHER, OTHER, OTHER, TELL, TELL],
        [YES, YES, YES],
    ),
    (
        "A boy is stabbed in the street; exploitation had been suspected for a year",
        SUSPECTED | CONCERN,
        [MUST, MUST, MUST, RAPID, RAPID],
        [YES, YES, YES],
    ),
    (
        "A boy is badly beaten by strangers; no abuse or neglect, and services had not spoken",
        HURT | CONCERN | {"abuse_or_neglect": "no", "trigger_violent_assault": "yes"},
        [CONSIDER, NONE, NONE, NONE, NONE],
        [NO, NO, NO],
    ),
    (
        "A child saw the mother murdered; a domestic homicide review has begun",
        HURT
        | CONCERN
        | {
            "abuse_or_neglect": "no",
            "trigger_parent_murdered_dhr": "yes",
            "learning_potential": "yes",
        },
        [CONSIDER, OTHER, OTHER, OTHER, OTHER],
        [NO, NO, NO],
    ),
    (
        "A shaken baby is well again; it is clear that services worked well together",
        HURT
        | {"trigger_life_threat_or_permanent": "yes", "interagency_concern": "clear_no_concern"},
        [NONE, NONE, MUST, RAPID, RAPID],
        [YES, YES, YES],
    ),
    (
        "The same, with definitive evidence that there is no concern, and something to learn",
        HURT | {"interagency_concern": "definitive_no_concern", "learning_potential": "yes"},
        [OTHER, OTHER, OTHER, RAPID, RAPID],
        [YES, YES, YES],
    ),
    (
        "The same, while nobody has looked yet at how services worked together",
        HURT | {"trigger_life_threat_or_permanent": "yes", "interagency_concern": NK},
        [ASK, MUST, MUST, RAPID, RAPID],
        [YES, YES, YES],
    ),
    (
        "Neglect is known; whether the harm is serious only the clinic can say",
        HURT | CONCERN | {"seriously_harmed": NK},
        [ASK] * 5,
        [OPEN, OPEN, OPEN],
    ),
    (
        "A child who lives here is killed on holiday in Wales",
        SUSPECTED | ABROAD,
        [MUST, MUST, MUST, RAPID, RAPID],
        [YES, YES, YES],
    ),
    (
        "A child who lives here is badly hurt abroad by a relative",
        HURT | CONCERN | ABROAD,
        [CONSIDER, MUST, MUST, RAPID, RAPID],
        [YES, YES, YES],
    ),
    (
        "A child who lives here is killed in another English city",
        KILLED | ELSEWHERE,
        [MUST, MUST, MUST, PASS_ON, PASS_ON],
        [YES, NO, NO],
    ),
    (
        "A looked after child, placed far away, is killed there",
        KILLED | ELSEWHERE | {"looked_after": "yes"},
        [MUST, MUST, MUST, PASS_ON, PASS_ON],
        [YES, YES, YES],
    ),
    (
        "A child is killed; in which of two cities it happened is not known yet",
        KILLED | ELSEWHERE | {"event_in_area": NK},
        [MUST, MUST, MUST, ASK, ASK],
        [YES, OPEN, OPEN],
    ),
    (
        "A child chokes in a nursery; nobody is suspected of neglect",
        {"regulated_setting": "yes"},
        [NONE] * 5,
        [YES, NO, NO],
    ),
    (
        "Violent restraint in a children's home is suspected; joint working is not looked at yet",
        HURT
        | {
            "abuse_or_neglect": "suspected",
            "interagency_concern": NK,
            "looked_after": "yes",
            "regulated_setting": "yes",
            "trigger_violent_assault": "yes",
        },
        [ASK, MUST, MUST, RAPID, RAPID],
        [YES, YES, YES],
    ),
    (
        "A killed asylum seeker whose age two assessments dispute",
        KILLED | {"under_18_at_event": NK},
        [ASK] * 5,
        [OPEN, OPEN, OPEN],
    ),
    (
        "A missing child, trafficked before: dead or hurt, nobody knows",
        SUSPECTED | CONCERN | {"event": NK, "seriously_harmed": NK},
        [ASK] * 5,
        [OPEN, OPEN, OPEN],
    ),
    (
        "Illness was induced; the paediatrician is sure, the parent denies it",
        HURT | {"trigger_life_threat_or_permanent": "yes", **CONCERN},
        [CONSIDER, MUST, MUST, RAPID, RAPID],
        [YES, YES, YES],
    ),
    (
        "Bruises turn out to be a disorder of the blood",
        HURT | CONCERN | {"abuse_or_neglect": "no"},
        [NONE] * 5,
        [NO, NO, NO],
    ),
    (
        "Two cots, one night, unsafe sleep with carers who had been drinking: neglect suspected",
        SUSPECTED | {"learning_potential": "yes"},
        [MUST, MUST, MUST, RAPID, RAPID],
        [YES, YES, YES],
    ),
    (
        "A child set fire to the house and hurt another; nothing was done to this child",
        NEVER_BORN | CONCERN | {"learning_potential": NK},
        [ASK] * 5,
        [NO, NO, NO],
    ),
]


@pytest.mark.parametrize(
    ("changes", "outcomes", "duties"), [one[1:] for one in TOLD], ids=[one[0] for one in TOLD]
)
def test_a_case_told_at_the_table_comes_out_by_every_edition(changes, outcomes, duties):
    found = {name: assess(framework_named(name), DIED | changes) for name in ENGLAND}

    assert [one.outcome for one in found.values()] == outcomes
    assert [found[name].notify for name in NOTIFYING] == duties
    for one in found.values():
        # What is open says what could change it; what is settled says what would reverse it.
        assert bool(one.missing) or one.outcome != MORE_INFORMATION
        assert bool(one.reversed_by) == (one.outcome != MORE_INFORMATION)


WALES = [
    ("A baby dies; no register, never looked after", "died", "suspected", "no", "concise_review"),
    ("A child on the register dies", "died", "known", "yes", "extended_review"),
    ("A looked after child nearly dies", "life_threatening", "known", "yes", "extended_review"),
    ("Lasting harm, register not checked", "permanent_impairment", "known", NK, ASK),
    ("A fall, no neglect", "life_threatening", "no", "yes", "criteria_not_met"),
    ("Hurt and well again", "none", "known", "yes", "criteria_not_met"),
    ("Nobody knows whether neglect played a part", "died", NK, "no", ASK),
]


@pytest.mark.parametrize(("event", "abuse", "known_before", "outcome"), [one[1:] for one in WALES])
def test_a_case_told_in_wales(event, abuse, known_before, outcome):
    answers = {
        "wales_event": event,
        "abuse_or_neglect": abuse,
        "register_or_looked_after_6_months": known_before,
    }

    assert assess(framework_named("wales_cpr"), answers).outcome == outcome


NORTHERN_IRELAND = [
    ("died", "yes", "yes", "no", "case_management_review"),
    ("died", "yes", NK, "no", ASK),
    ("harmed", "no", "yes", NK, ASK),
    ("harmed", NK, "no", "no", "criteria_not_met"),
    (NK, NK, NK, "yes", "case_management_review"),
    ("no", "yes", "yes", "no", "criteria_not_met"),
]


@pytest.mark.parametrize(("event", "link", "concern", "positive", "outcome"), NORTHERN_IRELAND)
def test_a_case_told_in_northern_ireland(event, link, concern, positive, outcome):
    answers = {
        "ni_event": event,
        "ni_link": link,
        "ni_concern": concern,
        "ni_positive": positive,
    }

    assert assess(framework_named("ni_cmr"), answers).outcome == outcome


# A referral of the gap: the day, when the area's partners began, and whether the board decides by
# 2015 while the national Panel is notified by 2018.
GAP = [
    ("2018-06-28", "2018-06-29", "wt2015", "wt2015"),
    ("2018-06-29", "2018-06-29", "wt2018", "wt2018"),
    ("2018-06-29", "2019-05-01", "wt2015", "wt2018"),
    ("2019-02-28", None, "wt2015", "wt2018"),
    ("2019-04-30", "2019-05-01", "wt2015", "wt2018"),
    ("2019-05-01", "2019-05-01", "wt2018", "wt2018"),
    ("2019-09-28", "2019-09-29", "wt2015", "wt2018"),
    ("2019-09-29", "2019-09-29", "wt2018", "wt2018"),
]


@pytest.mark.parametrize(("referred", "began", "decides", "notifies"), GAP)
def test_in_the_gap_a_killed_child_is_decided_on_by_the_board_and_notified_to_the_panel(
    referred, began, decides, notifies
):
    found = framework_for(
        date.fromisoformat(referred),
        "england",
        frameworks(),
        date.fromisoformat(began) if began else None,
    )

    decided = assess(found.decision, DIED | KILLED)
    notified = assess(found.notification, DIED | KILLED)

    assert (found.decision.id, found.notification.id) == (decides, notifies)
    assert decided.outcome == (MUST if decides == "wt2015" else RAPID)
    assert notified.notify is True


# Month ends, leap years, bank holidays on a weekend, the turn of the year, and days counted back.
DAYS = [
    ("wt2010", "decision", "2012-01-31", "2012-02-29"),
    ("wt2010", "decision", "2011-01-29", "2011-02-28"),
    ("wt2010", "tell_family", "2012-06-01", "2012-06-12"),
    ("wt2010", "complete_scr", "2010-08-31", "2011-02-28"),
    ("wt2013", "decision", "2014-03-31", "2014-04-30"),
    ("wt2013", "decision", "2014-04-30", "2014-05-30"),
    ("wt2013", "tell_npie_no_scr", "2014-12-20", "2015-01-03"),
    ("wt2013", "complete_scr", "2014-08-30", "2015-02-28"),
    ("wt2013", "tell_family", "2014-04-17", "2014-04-28"),
    ("wt2013", "npie_copy", "2014-03-05", "2014-02-26"),
    ("wt2013", "keep_on_website", "2016-02-29", "2017-02-28"),
    ("wt2015", "decision", "2015-12-31", "2016-01-31"),
    ("wt2015", "complete_scr", "2015-12-31", "2016-06-30"),
    # Boxing Day 2015 fell on a Saturday: Monday 28 December stood in for it.
    ("wt2015", "notify_ofsted_and_lscb", "2015-12-24", "2016-01-05"),
    ("wt2015", "tell_ofsted_dfe_npie", "2016-04-29", "2016-05-09"),
    ("wt2015", "tell_family", "2016-08-26", "2016-09-05"),
    ("wt2015", "npie_copy", "2016-01-04", "2015-12-21"),
    ("wt2015", "keep_on_website", "2015-11-30", "2016-11-30"),
    # The Queen's jubilee moved the spring holiday to 2 June 2022 and added 3 June.
    ("wt2018", "notify_panel", "2022-05-31", "2022-06-09"),
    # Her funeral on Monday 19 September 2022 was a bank holiday.
    ("wt2018", "notify_panel", "2022-09-16", "2022-09-26"),
    # In 2020 the May holiday was on Friday 8 May.
    ("wt2018", "rapid_review", "2020-04-30", "2020-05-22"),
    ("wt2018", "tell_family", "2021-12-24", "2022-01-05"),
    ("wt2018", "lcspr_publish", "2019-08-31", "2020-02-29"),
    ("wt2018", "panel_copy_before_publication", "2020-04-14", "2020-04-01"),
    ("wt2018", "keep_on_website", "2020-02-29", "2021-02-28"),
    # Christmas Day 2022 was a Sunday: 26 and 27 December and 2 January were holidays.
    ("wt2018", "notify_panel", "2022-12-23", "2023-01-04"),
    ("wt2023", "rapid_review", "2024-03-27", "2024-04-19"),
    ("wt2023", "notify_panel", "2023-12-29", "2024-01-08"),
    ("wt2023", "tell_family", "2024-05-24", "2024-06-03"),
    ("wt2023", "lcspr_publish", "2024-08-31", "2025-02-28"),
    ("wt2023", "panel_copy_before_publication", "2025-04-25", "2025-04-14"),
    ("wt2023", "keep_on_website", "2024-02-29", "2025-02-28"),
]


@pytest.mark.parametrize(("framework", "clock", "start", "day"), DAYS)
def test_a_time_limit_falls_on_the_day_of_the_calendar(framework, clock, start, day, capsys):
    call_command("due_on", framework, clock, start, "--json")

    assert json.loads(capsys.readouterr().out) == {"due": day}


@pytest.mark.parametrize("start", ["2016-01-29", "2016-01-30", "2016-01-31"])
def test_a_later_start_never_falls_due_earlier(start):
    before = date.fromisoformat(start)

    for edition in frameworks():
        for clock in edition.clocks:
            days = [
                due_on(edition, clock.id, date.fromordinal(before.toordinal() + more))
                for more in range(40)
            ]
            assert days == sorted(days)


def test_every_clock_of_every_edition_is_tried_above():
    tried = {(framework, clock) for framework, clock, _, _ in DAYS}

    assert tried == {(edition.id, clock.id) for edition in frameworks() for clock in edition.clocks}
