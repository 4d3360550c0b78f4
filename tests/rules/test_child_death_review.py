"""The forms of 2018: which a death is on, what comes over from Form C, the meeting and its days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdop import codes
from cdop.rules import crosswalk
from cdop.rules.crosswalk import Line, NoPlace, Target, carry_over
from cdop.rules.form_sets import NATIONAL_DATABASE_BEGAN_ON, AreaDays, FormSet, chosen_for
from cdop.rules.review_meeting import Held, day_for, perinatal_counts, problems

OWN = date(2018, 9, 3)
AREA = AreaDays(child_death_partners=OWN, national_database=date(2019, 4, 1))
LATE = AreaDays(child_death_partners=date(2019, 9, 29))
UNSAID = AreaDays()
ABC, CDR = FormSet.ABC, FormSet.CDR


# --- Which forms ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("died_on", "agreed_on", "days", "forms", "analysis"),
    [
        (date(2018, 9, 2), date(2019, 3, 31), AREA, ABC, ABC),
        (date(2018, 9, 2), date(2019, 4, 1), AREA, ABC, CDR),
        (date(2018, 9, 2), None, AREA, ABC, CDR),
        (date(2018, 9, 3), None, AREA, CDR, CDR),
        (date(2018, 9, 3), date(2019, 1, 1), AREA, CDR, CDR),
        # The database before the partners: it decides.
        (date(2019, 3, 31), None, LATE, ABC, CDR),
        (date(2019, 4, 1), None, LATE, CDR, CDR),
        # An area that names no day has the national one.
        (date(2019, 3, 31), date(2019, 3, 31), UNSAID, ABC, ABC),
        (date(2019, 4, 1), date(2019, 5, 1), UNSAID, CDR, CDR),
        (date(2014, 5, 12), date(2014, 11, 4), UNSAID, ABC, ABC),
    ],
)
def test_the_area_s_days_choose_the_forms(died_on, agreed_on, days, forms, analysis):
    chosen = chosen_for(died_on, agreed_on, days)

    assert (chosen.forms, chosen.analysis) == (forms, analysis)
    assert chosen.moves is (forms is ABC and analysis is CDR)
    assert chosen.why


days_between = st.dates(date(2018, 6, 29), date(2019, 9, 29))


@given(
    st.dates(date(2010, 1, 1), date(2024, 1, 1)),
    st.none() | st.dates(date(2010, 1, 1), date(2025, 1, 1)),
    st.builds(AreaDays, st.none(), st.none() | days_between, st.none() | days_between),
)
def test_no_death_from_2018_goes_back_and_every_open_one_is_on_the_analysis_form(
    died, agreed, days
):
    chosen = chosen_for(died, agreed, days)

    assert days.forms <= days.database
    assert not (chosen.forms is CDR and chosen.analysis is ABC)
    if agreed is None:
        assert chosen.analysis is CDR
    if chosen.forms is ABC:
        assert died < days.database


def test_the_national_day_is_the_first_of_april_2019():
    assert NATIONAL_DATABASE_BEGAN_ON == UNSAID.database == date(2019, 4, 1)


# --- What comes over -----------------------------------------------------------------------------


def targets(name):
    return [
        Target(
            code.code,
            frozenset(code.extra.get("form_c", ())),
            frozenset(code.extra.get("lost", ())),
        )
        for code in codes.code_list(name).codes
    ]


FACTORS, LEVELS = targets("cdr_factor"), targets("cdr_influence_scale")


def over(*lines):
    return carry_over(lines, FACTORS, LEVELS)


@pytest.mark.parametrize(
    ("factor", "level", "becomes", "losses"),
    [
        ("A05", "2", ("A18-05", "2"), []),
        ("B07", "3", ("B18-07", "2"), [("influence", "3", "2")]),
        ("A01", "1*", ("A18-01", "1"), [("influence", "1*", "1")]),
        ("A01", "0", ("A18-01", "0"), []),
        ("C01", "", ("B18-12", ""), []),
        ("D03", "1", ("D18-02", "1"), [("factor", "D03", "D18-02")]),
        ("C99", "2", ("B18-99", "2"), [("factor", "C99", "B18-99")]),
        ("", "", ("", ""), []),
    ],
)
def test_a_line_comes_over_and_what_is_lost_is_said(factor, level, becomes, losses):
    (carried,), lost = over(Line(factor, "child", level))

    assert (carried.factor, carried.influence) == becomes
    assert [(one.what, one.old, one.new) for one in lost] == losses


def test_two_lines_that_would_become_one_stay_two():
    carried, lost = over(
        Line("D02", "child", "2"), Line("D03", "child", "2"), Line("D02", "mother")
    )

    assert [one.factor for one in carried] == ["D18-02", "D18-99", "D18-02"]
    assert carried[1].named == "D03"
    assert [one.old for one in lost if one.what == "factor"] == ["D02", "D03", "D02"]


def test_a_code_that_the_crosswalk_does_not_know_stops_everything():
    with pytest.raises(NoPlace):
        over(Line("A05"), Line("Z01"))


@given(
    st.lists(
        st.builds(
            Line,
            st.sampled_from([code for code, _ in codes.code_list("domain_factor").choices()]),
            st.sampled_from(["child", "mother", "father", ""]),
            st.sampled_from(["", *[code for code, _ in codes.influences()]]),
        ),
        max_size=12,
    )
)
def test_every_line_has_a_place_on_the_analysis_form_and_none_is_dropped(lines):
    carried, losses = over(*lines)

    new = codes.code_list("cdr_factor")
    assert len(carried) == len(lines)
    for line, to in zip(lines, carried, strict=True):
        assert new.get(to.factor)
        assert to.influence in {"", "0", "1", "2"}
        if line.influence in ("1*", "3"):
            assert any(one.factor == line.factor and one.old == line.influence for one in losses)


def test_the_lists_of_both_forms_say_where_each_code_goes():
    new, old = codes.code_list("cdr_factor"), codes.code_list("domain_factor")
    placed = [each for code in new.codes for each in code.extra.get("form_c", ())]
    levels = [each for code in LEVELS for each in code.form_c]

    assert sorted(placed) == sorted(code.code for code in old.codes)
    assert sorted(levels) == sorted(code for code, _ in codes.influences())
    assert all(target.lost <= target.form_c for target in (*FACTORS, *LEVELS))
    assert all(code.code.startswith(code.extra["domain"]) for code in new.codes)
    assert {code.code for code in new.codes}.isdisjoint(code.code for code in old.codes)
    for abc, cdr in (
        ("category_of_death", "cdr_category_of_death"),
        ("modifiable_outcome", "cdr_modifiable_outcome"),
        ("domain", "cdr_domain"),
    ):
        assert [c.code for c in codes.code_list(abc).codes] == [
            c.code for c in codes.code_list(cdr).codes
        ]


def test_the_items_follow_the_changes_of_the_forms():
    items = codes.code_list("cdr_item")
    first = {code.code for code in items.in_force(date(2019, 4, 1))}
    later = {code.code for code in items.in_force(date(2022, 4, 1))}

    assert later - first == {"N07", "N28"}
    assert {code.extra["form"] for code in items.codes} == {"NOT", "REP", "ANA"}
    assert crosswalk.OTHER == "99"


# --- The meeting ---------------------------------------------------------------------------------

DIED, TODAY = date(2024, 3, 1), date(2024, 6, 1)


def held(**facts):
    return Held(
        **{
            "kind": "cdrm",
            "held_on": date(2024, 5, 1),
            "chair": "Dr Else",
            "chair_treated": "N",
            "parents_asked": "Y",
            **facts,
        }
    )


@pytest.mark.parametrize(
    ("facts", "age_days", "never_left", "wrong"),
    [
        ({}, 400, "N", set()),
        ({"chair_treated": "Y"}, 400, "N", {"chair_treated"}),
        ({"chair_treated": "NK"}, 400, "N", {"chair_treated"}),
        ({"chair_treated": ""}, 400, "N", {"chair_treated"}),
        ({"chair": " "}, 400, "N", {"chair"}),
        ({"held_on": date(2024, 2, 29)}, 400, "N", {"held_on"}),
        ({"held_on": date(2024, 6, 2)}, 400, "N", {"held_on"}),
        ({"parents_asked": ""}, 400, "N", {"parents_asked"}),
        ({"parents_asked": "N"}, 400, "N", {"parents_not_asked_why"}),
        ({"parents_asked": "N", "parents_not_asked_why": "Abroad"}, 400, "N", set()),
        ({"parents_asked": "NK"}, 400, "N", set()),
        ({"kind": "pmrt"}, 27, "", set()),
        ({"kind": "pmrt"}, 28, "N", {"kind"}),
        ({"kind": "pmrt"}, 28, "Y", set()),
        ({"kind": "pmrt"}, 28, "", {"kind"}),
        ({"kind": "pmrt"}, None, "NK", {"kind"}),
        # A meeting that is only planned is not checked yet.
        ({"held_on": None, "chair": "", "chair_treated": ""}, 400, "N", set()),
    ],
)
def test_what_makes_a_meeting_count(facts, age_days, never_left, wrong):
    assert set(problems(held(**facts), DIED, TODAY, age_days, never_left)) == wrong


def test_not_known_is_never_a_no_for_a_perinatal_meeting():
    assert perinatal_counts(None) == perinatal_counts(40, "NK") == "NK"
    assert perinatal_counts(0, "N") == "Y"
    assert perinatal_counts(40, "N") == "N"


@pytest.mark.parametrize(
    ("code", "due_on"),
    [
        ("NOTIFY", date(2024, 3, 3)),
        ("DATABASE", date(2024, 3, 4)),
        ("KEYWORKER", date(2024, 3, 3)),
        ("JAR", date(2024, 3, 6)),
        ("MEETING", date(2024, 6, 1)),
        ("PANEL", date(2024, 9, 1)),
        ("AFTER_MEETING", date(2024, 6, 12)),
    ],
)
def test_each_day_of_a_review_is_counted_by_its_limit(code, due_on):
    limit = codes.code_list("cdr_clock").get(code).extra

    found = day_for(code, limit, died_on=DIED, known_on=date(2024, 3, 2), met_on=date(2024, 5, 1))

    assert found.due_on == due_on
    assert found.worked_out.endswith(".")


def test_a_day_counted_from_a_meeting_not_held_is_not_said():
    limit = codes.code_list("cdr_clock").get("AFTER_MEETING").extra

    assert day_for("AFTER_MEETING", limit, died_on=DIED).due_on is None
    with pytest.raises(ValueError, match="no limit"):
        day_for("X", {}, died_on=DIED)
