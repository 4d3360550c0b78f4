"""The returns of the demo: 2014-15 frozen, and revised once after a correction.

The next year is in progress: its first reviews are completed, with something missing still.
"""

from pathlib import Path

from casereview import actions
from casereview.models import Case, Child
from casereview.rules.access_table import Role
from casereview.rules.return_year import ReturnYear
from cdop import counting
from cdop.actions import returning
from cdop.actions.importing import import_cases
from cdop.rules.frozen_return import figures_digest
from learning.demo import cast

YEAR = ReturnYear(2015)
NEXT_YEAR = Path(__file__).parent / "llr_2015_16.csv"
AREA = "Leicester, Leicestershire and Rutland"


def bring_in() -> None:
    """Freeze the return with a fact not known, find it out, and freeze the revision."""
    officer, manager = cast.person(Role.RETURN_OFFICER), cast.person(Role.CDR_MANAGER)
    scope = counting.scope_of(officer, YEAR)
    counted, _ = counting.count_return(YEAR, scope)
    case = Case.objects.get(reference=counted.rows("AG-01", "", "")[-1])
    known = Child.objects.get(case=case).ethnicity
    _correct(case, "", manager, "The notification named no ethnic group")
    returning.comment_on_return(
        year=YEAR,
        scope=scope,
        said=returning.Said(
            comments="The ethnic group of one child was not known when this was sent.",
            contact="Child death review office, panel of the three authorities",
            signed_off_by="Hugh Castellan, chair of the panel",
        ),
        by=officer,
    )
    _freeze(scope, officer, "")
    _correct(case, known, manager, "The hospital’s record names it")
    _freeze(scope, officer, "The ethnic group of one child was found after the return was sent.")
    import_cases(path=NEXT_YEAR, by=manager)


def _correct(case: Case, ethnicity: str, by, reason: str) -> None:
    actions.correct_record(
        record=Child.objects.get(case=case), by=by, reason=reason, case=case, ethnicity=ethnicity
    )


def _freeze(scope: counting.Scope, officer, reason: str) -> None:
    counted, _ = counting.count_return(YEAR, scope)
    returning.freeze_annual_return(
        year=YEAR,
        scope=scope,
        area_name=AREA,
        seen=figures_digest(counted),
        reason=reason,
        errors_explained="",
        by=officer,
    )
