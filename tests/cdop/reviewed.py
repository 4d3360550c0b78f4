"""Deaths with notification and panel review, as the return counts them. Nobody here is real."""

import csv
import datetime
from pathlib import Path

from casereview import actions
from casereview.models import Case, Child
from casereview.records import change
from cdop.models import FactorFinding, Notification, PanelReview
from tests import factories

DATA = Path(__file__).parent.parent / "data"


def make_death(written=None, **facts) -> Case:
    """Open the case of a child of ten months, notified the day after; blank facts are left out.

    `completed_on` brings a completed panel review, with `category`, `outcome` and `factors`.
    """
    if written is None:
        with change("open_case", by=None) as opened:
            return make_death(opened, **facts)
    died_on = facts.pop("died_on", datetime.date(2014, 5, 12))
    notified_on = facts.pop("notified_on", died_on + datetime.timedelta(days=1))
    residence = facts.pop("residence", "LEICESTER")
    child = Child(
        family_name=facts.pop("family_name", "Example"),
        given_names="Ada",
        born_on=facts.pop("born_on", died_on - datetime.timedelta(days=310)),
        nhs_number=facts.pop("nhs_number", None),
        sex=facts.pop("sex", "F"),
        ethnicity=facts.pop("ethnicity", "WBRI"),
        deprivation_decile=(tenth := facts.pop("deprivation", "")),
        deprivation_edition="2019" if tenth else "",
    )
    completed_on = facts.pop("completed_on", None)
    review = {key: facts.pop(key, "") for key in ("category", "outcome", "reason")}
    review["factors"] = facts.pop("factors", ())
    notification = {
        key: facts.pop(key, usual)
        for key, usual in {
            "expectedness": "UNEXPECTED",
            "event": "OTHER",
            "location": "HOME",
            "cp_plan": "NEVER",
            "statutory_order": "NEVER",
            "asylum_seeker": "N",
            "source_reference": None,
        }.items()
    }
    if completed_on:
        facts.setdefault("stage", Case.Stage.REVIEWED)
    case = actions.add_case(
        written,
        by=None,
        child=child,
        kind=Case.Kind.DEATH,
        residence_board=factories.board(residence),
        place_of_death_board=factories.board(facts.pop("died_in", residence)),
        notifying_board=factories.board("LEICESTER"),
        died_on=died_on,
        notified_on=notified_on,
        **facts,
    )
    written.save(Notification(case=case, notified_on=notified_on, **notification))
    if completed_on:
        add_review(written, case, completed_on, **review)
    return case


def add_review(written, case, completed_on, *, category="", outcome="", reason="", factors=()):
    """Complete the panel review of a case."""
    review = PanelReview(
        case=case,
        state=PanelReview.State.COMPLETED,
        category_of_death=category or "3",
        modifiable_outcome=outcome or "N",
        outcome_reason=reason or None,
        agreed_on=completed_on,
        first_completed_on=completed_on,
    )
    written.save(review)
    for code in factors:
        written.save(
            FactorFinding(
                case=case, review=review, present="Y", modifiable="Y", modifiable_factor=code
            )
        )
    return review


def bring_in(path: Path = DATA / "llr_2014_15.csv") -> dict[str, str]:
    """Open every case of an import file; return each case's reference by the file's."""
    day = datetime.date.fromisoformat
    references = {}
    with (
        change("open_case", by=None) as written,
        path.open(newline="", encoding="utf-8") as file,
    ):
        for row in csv.DictReader(file):
            completed = row["review_completed_on"]
            case = make_death(
                written,
                family_name=row["family_name"],
                born_on=day(row["born_on"]),
                died_on=day(row["died_on"]),
                notified_on=day(row["notified_on"]),
                nhs_number=row["nhs_number"] or None,
                sex=row["sex"],
                ethnicity=row["ethnicity"],
                residence=row["residence_lscb"],
                died_in=row["place_of_death_lscb"],
                scr_status=row["scr_status"],
                completed_on=day(completed) if completed else None,
                category=row["category_of_death"],
                outcome=row["modifiable_outcome"],
                factors=[code for code in row["modifiable_factors"].split(";") if code],
                reason=row["insufficient_reason"],
                source_reference=row["source_reference"],
                **{
                    column: row[column]
                    for column in (
                        "expectedness",
                        "event",
                        "location",
                        "cp_plan",
                        "statutory_order",
                        "asylum_seeker",
                    )
                },
            )
            references[row["source_reference"]] = case.reference
    return references
