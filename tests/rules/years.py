"""Generated years of deaths for property tests: every code, blanks and nonsense included."""

from datetime import date, timedelta

from hypothesis import strategies as st

from cdop.rules.annual_return import OUTCOMES
from tests.rules.rows import a_death

_FIRST = date(2013, 1, 1)
_days = st.integers(0, 1_100).map(lambda days: _FIRST + timedelta(days=days))


def _of(*codes: str) -> st.SearchStrategy[str]:
    return st.sampled_from(("", *codes))


@st.composite
def _deaths(draw, number: int):
    died = draw(_days)
    return a_death(
        row=f"row {number}",
        residence_board=draw(st.sampled_from(("LEICESTER", "LEICS_RUTLAND", "NOTTINGHAM"))),
        death_board=draw(_of("LEICESTER", "NOTTINGHAM", "WALES")),
        died_on=died,
        notified_on=died + timedelta(days=draw(st.integers(0, 40))),
        completed_on=draw(
            st.none() | st.integers(-30, 900).map(lambda days: died + timedelta(days=days))
        ),
        age_band=draw(st.none() | st.sampled_from(("A1", "A2", "A3", "A6"))),
        age_days=draw(st.none() | st.integers(0, 6_000)),
        expectedness=draw(_of("EXPECTED", "UNEXPECTED", "UNSURE")),
        sex=draw(_of("M", "F", "I")),
        ethnicity=draw(_of("WBRI", "AIND", "NK")),
        category=draw(_of("1", "3", "8", "10")),
        event=draw(_of("RTC", "NEONATAL", "OTHER")),
        location=draw(_of("HOME", "HOSP_ICU", "HOSP_ICU_NNU", "NOWHERE")),
        cp_plan=draw(_of("NEVER", "CURRENT")),
        statutory_order=draw(_of("NEVER", "CURRENT")),
        asylum_seeker=draw(_of("Y", "N")),
        scr_status=draw(_of("NONE", "COMPLETED")),
        outcome=draw(_of(*OUTCOMES)),
        not_for_review=draw(st.booleans()) and draw(st.booleans()),
        under_revision=draw(st.booleans()),
    )


@st.composite
def years(draw, most: int = 12):
    """Deaths of a generated year, each a row of its own."""
    return [draw(_deaths(number)) for number in range(draw(st.integers(0, most)))]
