"""A row whose reference is there already: what differs, and what a second import may fill in."""

from collections.abc import Collection
from typing import Any

from django.utils import timezone

from casereview import keys
from casereview.actions.cases import new_reference, settle_panel
from casereview.crypto import KeyMissing
from casereview.identity import work_out_child
from casereview.models import Board, Case, Child, LearningPoint
from casereview.records import change
from casereview.rules.references import Kind
from cdop.actions.imported_rows import finding_values, statement_of
from cdop.form_sets import chosen, form_of, must_move
from cdop.list_versions import version_of
from cdop.models import FactorFinding, Notification, PanelReview
from cdop.rules.import_columns import COLUMNS, NEVER_SHOWN, ImportProblem, shown
from cdop.rules.import_rows import REVIEW_COLUMNS, ImportedDeath

_OF_CHILD = {
    "family_name": "family_name",
    "given_names": "given_names",
    "mother_family_name": "mother_family_name",
    "nhs_number": "nhs_number",
    "residence_postcode": "postcode",
    "sex": "sex",
    "ethnicity": "ethnicity",
}
_OF_NOTIFICATION = (
    *("notified_by", "expectedness", "event", "location"),
    *("cp_plan", "statutory_order", "asylum_seeker"),
)
_OF_BOARD = {
    "residence_lscb": "residence_board",
    "place_of_death_lscb": "place_of_death_board",
}
_OF_REVIEW = ("review_completed_on", *REVIEW_COLUMNS)
_CLOSED = {
    Case.Stage.NOT_FOR_REVIEW,
    Case.Stage.PASSED_ON,
    Case.Stage.MERGED,
    Case.Stage.DISPOSED,
}


class Standing:
    """What the database holds of a death that a row of the file tells of again."""

    def __init__(
        self,
        notification: Notification,
        child: Child | None,
        review: PanelReview | None,
        factors: list[str],
    ):
        self.notification, self.case = notification, notification.case
        self.child, self.review = child or Child(case=self.case), review
        self.judged = review is not None and review.state != PanelReview.State.DRAFT
        self.factors = factors
        self.cells = self._cells()

    def _cells(self) -> dict[str, str]:
        """Return the case as a row of the import file."""
        case, child, notification, review = self.case, self.child, self.notification, self.review
        found: dict[str, Any] = {
            "source_reference": notification.source_reference,
            "notified_on": notification.notified_on,
            "died_on": case.died_on,
            "born_on": child.born_on,
            "scr_status": case.scr_status,
        }
        found |= {column: getattr(child, name) for column, name in _OF_CHILD.items()}
        found |= {column: getattr(notification, column) for column in _OF_NOTIFICATION}
        for column, name in _OF_BOARD.items():
            board = getattr(case, name)
            found[column] = board and board.code
        if review:
            outcome = review.modifiable_outcome
            found |= {
                "review_completed_on": review.first_completed_on if self.judged else None,
                "category_of_death": review.category_of_death,
                "modifiable_outcome": outcome,
                "modifiable_factors": ";".join(sorted(set(self.factors))),
                "insufficient_reason": review.outcome_reason if outcome == "I" else None,
                "learning": review.learning,
            }
        return {column: str(found.get(column) or "") for column in COLUMNS}

    def moves(self, death: ImportedDeath) -> bool:
        """Tell whether a draft on Form C is to be carried over before the row completes it."""
        return (
            self.review is not None
            and not self.judged
            and must_move(self.review, death.review_completed_on)
        )

    def differing(self, death: ImportedDeath) -> list[str]:
        """Return the columns in which the row differs."""
        new = death.cells()
        return [column for column in COLUMNS if new[column] != self.cells[column]]

    def refused(self, death: ImportedDeath, columns: list[str]) -> list[str]:
        """Return the differing columns that no update may change.

        A blank in the file says nothing and takes nothing away.
        """
        new = death.cells()
        completing = death.completed and not self.judged
        refused = []
        for column in columns:
            if not new[column]:
                continue
            if self.case.stage in _CLOSED:
                refused.append(column)
            elif self.judged and column in _OF_REVIEW:
                refused.append(column)
            elif column == "review_completed_on" and self.moves(death):
                refused.append(column)
            elif not self.cells[column]:
                continue
            elif column == "modifiable_factors" and completing:
                # What the panel found before stays, and the row's are added to it.
                if set(self.cells[column].split(";")) - set(new[column].split(";")):
                    refused.append(column)
            elif not (column == "scr_status" and completing):
                refused.append(column)
        return refused

    def update(
        self, death: ImportedDeath, columns: list[str], digest: bytes, file: str, by
    ) -> None:
        """Fill blanks and complete an open review, as a correction with its reason."""
        new = death.cells()
        filled = {column for column in columns if new[column]}
        reason = f"Import of the file with SHA-256 {file}"
        case, child, notification = self.case, self.child, self.notification
        with change("correct_record", by=by, case=case, reason=reason) as written:
            for column in filled & set(_OF_CHILD):
                setattr(child, _OF_CHILD[column], new[column])
            if "born_on" in filled:
                child.born_on = death.born_on
            for column in filled & set(_OF_NOTIFICATION):
                setattr(notification, column, new[column])
            for column in filled & set(_OF_BOARD):
                setattr(case, _OF_BOARD[column], Board.objects.get(code=new[column]))
            if "residence_lscb" in filled:
                settle_panel(case, case.notified_on or notification.notified_on)
            if "scr_status" in filled:
                case.scr_status = death.scr_status
                case.lists_version = version_of(Case)
            if death.completed and not self.judged:
                case.stage = Case.Stage.REVIEWED
            notification.import_digest = digest
            written.save(case, subject=True)
            work_out_child(child, case)
            written.save(child)
            written.save(notification)
            if death.completed and not self.judged:
                self._complete(written, death)

    def _complete(self, written, death: ImportedDeath) -> None:
        review = self.review
        if review is None:
            review = PanelReview(case=self.case)
            found = chosen(self.case, death.review_completed_on)
            review.form_set = str(found.analysis) if found else ""
        form = form_of(review)
        before = set(self.cells["modifiable_factors"].split(";"))
        review.state = PanelReview.State.COMPLETED
        review.category_of_death = death.category_of_death
        review.modifiable_outcome = death.modifiable_outcome
        review.outcome_reason = death.insufficient_reason or review.outcome_reason
        review.learning = death.learning or review.learning
        review.agreed_on = review.first_completed_on = death.review_completed_on
        review.lists_version = version_of(PanelReview, form)
        written.save(review)
        for code in death.modifiable_factors:
            if code not in before:
                written.save(
                    FactorFinding(case=self.case, review=review, **finding_values(code, form))
                )
        if death.learning and death.review_completed_on:
            day = death.review_completed_on
            written.save(
                LearningPoint(
                    reference=new_reference(Kind.LEARNING_POINT, day.year),
                    case=self.case,
                    board=self.case.reviewing_board,
                    source=LearningPoint.Source.PANEL_REVIEW,
                    learned_on=day,
                    statement=statement_of(death.learning),
                    recorded_by=written.by,
                    recorded_at=timezone.now(),
                    lists_version=version_of(LearningPoint),
                )
            )


class Held:
    """What is held of many deaths at once, so that a long file asks no more often than a short."""

    def __init__(self, notifications: Collection[Notification]):
        cases = {one.case_id for one in notifications}
        keys.prefetch("case", cases)
        self.children = {one.case_id: one for one in Child.objects.filter(case__in=cases)}
        self.reviews = {one.case_id: one for one in PanelReview.objects.filter(case__in=cases)}
        self.factors: dict[Any, list[str]] = {}
        lines = FactorFinding.objects.filter(review__case__in=cases, modifiable="Y")
        for review, code in lines.values_list("review", "modifiable_factor"):
            if code:
                self.factors.setdefault(review, []).append(code)

    def of(self, notification: Notification) -> Standing:
        """Return what is held of one of the deaths.

        Raises:
            KeyMissing: its case was disposed of.
        """
        case = notification.case_id
        review = self.reviews.get(case)
        factors = self.factors.get(review.pk, []) if review else []
        return Standing(notification, self.children.get(case), review, factors)


def consider(
    held: Held,
    notification: Notification,
    row: int,
    death: ImportedDeath,
    digest: bytes,
    *,
    file: str,
    update: bool,
    write: bool,
    by,
) -> tuple[list[str], list[ImportProblem]]:
    """Return which columns the row fills, and why it may not; with `write`, fill them."""
    try:
        standing = held.of(notification)
    except KeyMissing:
        message = "Remove this row: its case was disposed of"
        return [], [_problem(row, death, "source_reference", message)]
    columns = standing.differing(death)
    if not update:
        message = (
            "Make this cell as it was imported, or use --update to fill blanks and complete open "
            "reviews: the case holds other content"
        )
        return [], [_problem(row, death, column, message) for column in columns]
    refused = standing.refused(death, columns)
    if refused:
        return [], [
            _problem(row, death, column, _why_refused(standing, column)) for column in refused
        ]
    wanted = [column for column in columns if death.cells()[column]]
    if wanted and write:
        standing.update(death, wanted, digest, file, by)
    return wanted, []


def _why_refused(standing: Standing, column: str) -> str:
    if standing.case.stage in _CLOSED:
        return "Change this on the page of the case: it is closed to imports"
    if column == "review_completed_on" and not standing.judged and standing.review:
        return (
            "Carry the review over to the analysis form on the page of the case first: it was "
            "still open when the national database began"
        )
    if standing.judged and column in _OF_REVIEW:
        return "Reopen the review on the page of the case: an import never changes a completed one"
    return "Correct this on the page of the case: an import fills blanks, it overwrites nothing"


def _problem(row: int, death: ImportedDeath, column: str, message: str) -> ImportProblem:
    value = None if column in NEVER_SHOWN else shown(death.cells()[column])
    return ImportProblem(row, column, message, value)
