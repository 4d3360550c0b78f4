"""What one row of the import file becomes: case, child, notification, clock, review, learning."""

import datetime
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from casereview import keys
from casereview.actions.cases import panel_of, serving_periods, settle_panel
from casereview.audit import blind_index
from casereview.bulk import Batch
from casereview.models import Board, Case, Child, Clock, LearningPoint
from casereview.rules.ages import age_band, age_days
from casereview.rules.references import Kind, Reference
from casereview.rules.working_days import LONDON, notification_clock
from cdop import codes
from cdop.form_sets import analysis_on
from cdop.list_versions import version_of
from cdop.models import FactorFinding, Notification, PanelReview
from cdop.rules.form_sets import FormSet
from cdop.rules.import_rows import ImportedDeath

NOTIFICATION_CLOCK = "notification"
Numbers = Iterator[int]
Take = Callable[[str, int, int], Iterable[int]]


def digest_of(death: ImportedDeath) -> bytes:
    """Return the keyed digest of a row, equal for equal content."""
    return keys.ring().mac("import row", death.canonical())


_STANDS_FOR = {FormSet.ABC: "form_c_factors", FormSet.CDR: "analysis_factors"}


def factor_of(modifiable_factor: str, form: FormSet) -> str:
    """Return the factor of the form that a modifiable factor stands for, if it is one only."""
    known = codes.code_list("modifiable_factor").get(modifiable_factor)
    factors = list(known.extra.get(_STANDS_FOR[form], ())) if known else []
    return factors[0] if len(factors) == 1 else ""


def theme_of(modifiable_factor: str) -> str:
    """Return the learning theme of a modifiable factor; blank where the list leaves it open."""
    known = codes.code_list("modifiable_factor").get(modifiable_factor)
    return known.extra.get("theme", "") if known else ""


def finding_values(code: str, form: FormSet) -> dict[str, Any]:
    """Return the line of the form's grid that a modifiable factor of the file stands for."""
    return {
        "factor": factor_of(code, form),
        "present": "Y",
        "modifiable": "Y",
        "modifiable_factor": code,
        "theme": theme_of(code),
        "lists_version": version_of(FactorFinding, form),
    }


def statement_of(learning: str) -> str:
    """Return a learning point as the learning database holds it, without its bullet."""
    return learning.strip(" \t-•*")


class Places:
    """The boards and the panel that a death of the file belongs to."""

    def __init__(self) -> None:
        self.boards = {board.code: board for board in Board.objects.select_related("area")}
        self.periods = serving_periods()
        self.placed: dict[tuple[Any, ...], dict[str, Any]] = {}

    def of(self, death: ImportedDeath) -> dict[str, Any]:
        """Return the boards and the panel of a case, by the rule of every other case."""
        residence = self.boards[death.residence_lscb]
        place_of_death = self.boards[death.place_of_death_lscb]
        day = death.notified_on
        panels = [panel_of(board, day, self.periods) for board in (residence, place_of_death)]
        where = (residence.code, place_of_death.code, *(each and each.pk for each in panels))
        if where not in self.placed:
            case = Case(residence_board=residence, place_of_death_board=place_of_death)
            settle_panel(case, day, self.periods)
            if case.panel is None:
                # The file does not say who notified: that it was here is why it is in our file.
                case.notifying_board = place_of_death
                settle_panel(case, day, self.periods)
            names = ("residence", "place_of_death", "notifying", "reviewing")
            self.placed[where] = {
                f"{name}_board_id": getattr(case, f"{name}_board_id") for name in names
            } | {"panel_id": case.panel_id}
        return self.placed[where]


class Writer:
    """Writes deaths as new cases, through one batch."""

    def __init__(self, batch: Batch, by, now: datetime.datetime, file_digest: str, take: Take):
        self.batch, self.by, self.now, self.file_digest = batch, by, now, file_digest
        self.take = take
        self.places = Places()
        self.area_of = {board.pk: board.area for board in self.places.boards.values()}
        self.clocks: dict[datetime.date, dict[str, Any]] = {}
        self.lists = {
            model: version_of(model) for model in (Case, Child, Notification, LearningPoint, Clock)
        }

    def write(self, deaths: list[tuple[int, ImportedDeath, bytes]]) -> None:
        """Write new deaths, each with its row and digest; their numbers are taken as one block."""
        cases = self._numbers(Kind.DEATH, [death.notified_on.year for _, death, _ in deaths])
        learned = [death.review_completed_on for _, death, _ in deaths if death.learning]
        points = self._numbers(Kind.LEARNING_POINT, [day.year for day in learned if day])
        for row, death, digest in deaths:
            self._case(row, death, digest, cases, points)

    def _numbers(self, kind: Kind, years: list[int]) -> dict[int, Numbers]:
        return {year: iter(self.take(kind, year, years.count(year))) for year in sorted(set(years))}

    def _case(
        self,
        row: int,
        death: ImportedDeath,
        digest: bytes,
        cases: dict[int, Numbers],
        points: dict[int, Numbers],
    ) -> None:
        case, add, year = uuid.uuid4(), self.batch.add, death.notified_on.year
        self.batch.about(case, file=self.file_digest, row=row)
        placed = self.places.of(death)
        add(
            Case,
            {
                "id": case,
                "reference": str(Reference(Kind.DEATH, year, next(cases[year]))),
                "kind": Case.Kind.DEATH.value,
                "stage": self.stage_of(death).value,
                **placed,
                "died_on": death.died_on,
                "notified_on": death.notified_on,
                "scr_status": death.scr_status,
                "opened_at": self.now,
                "opened_by_id": self.by and self.by.pk,
                "lists_version": self.lists[Case],
            },
        )
        add(Child, self._child(case, death))
        add(Notification, self._notification(case, death, digest))
        add(Clock, {"case_id": case, **self._clock(death.died_on), "met_on": death.notified_on})
        if death.review_completed_on:
            self._review(case, death, death.review_completed_on, placed)
            if death.learning:
                number = next(points[death.review_completed_on.year])
                self._learning(
                    case, death, death.review_completed_on, number, placed["reviewing_board_id"]
                )

    def stage_of(self, death: ImportedDeath) -> Case.Stage:
        """Return how far a death has come: a file knows of those reviewed and those not."""
        return Case.Stage.REVIEWED if death.completed else Case.Stage.NOTIFIED

    def _child(self, case: uuid.UUID, death: ImportedDeath) -> dict[str, Any]:
        number = death.nhs_number
        return {
            "case_id": case,
            "family_name": death.family_name or None,
            "given_names": death.given_names or None,
            "mother_family_name": death.mother_family_name or None,
            "born_on": death.born_on,
            "nhs_number": number or None,
            "postcode": death.residence_postcode or None,
            "nhs_number_index": blind_index("nhs number", number) if number else None,
            "sex": death.sex,
            "ethnicity": death.ethnicity,
            "age_days": age_days(death.born_on, death.died_on),
            "age_band": age_band(death.born_on, death.died_on) or "",
            "lists_version": self.lists[Child],
        }

    def _notification(self, case: uuid.UUID, death: ImportedDeath, digest: bytes) -> dict[str, Any]:
        return {
            "case_id": case,
            "source_reference": death.source_reference,
            "import_digest": digest,
            "notified_on": death.notified_on,
            "notified_by": death.notified_by,
            "location": death.location,
            "event": death.event,
            "expectedness": death.expectedness,
            "cp_plan": death.cp_plan,
            "statutory_order": death.statutory_order,
            "asylum_seeker": death.asylum_seeker,
            "lists_version": self.lists[Notification],
        }

    def _clock(self, died_on: datetime.date) -> dict[str, Any]:
        if died_on not in self.clocks:
            clock = notification_clock(died_on)
            midnight = datetime.datetime.combine(clock.started_on, datetime.time(), LONDON)
            self.clocks[died_on] = {
                "rule": NOTIFICATION_CLOCK,
                "rule_version": self.lists[Clock],
                "started_at": midnight,
                "due_on": clock.due_on,
                "worked_out": clock.explain(),
            }
        return self.clocks[died_on]

    def _review(
        self, case: uuid.UUID, death: ImportedDeath, day: datetime.date, placed: dict[str, Any]
    ) -> None:
        board = placed["reviewing_board_id"] or placed["residence_board_id"]
        form = analysis_on(death.died_on, day, self.area_of.get(board))
        review = self.batch.add(
            PanelReview,
            {
                "case_id": case,
                "state": PanelReview.State.COMPLETED.value,
                "form_set": form.value,
                "category_of_death": death.category_of_death,
                "modifiable_outcome": death.modifiable_outcome,
                "outcome_reason": death.insufficient_reason or None,
                "learning": death.learning or None,
                "agreed_on": day,
                "first_completed_on": day,
                "lists_version": version_of(PanelReview, form),
            },
        )
        for code in death.modifiable_factors:
            values = {"case_id": case, "review_id": review, **finding_values(code, form)}
            self.batch.add(FactorFinding, values)

    def _learning(self, case: uuid.UUID, death: ImportedDeath, day, number: int, board) -> None:
        self.batch.add(
            LearningPoint,
            {
                "reference": str(Reference(Kind.LEARNING_POINT, day.year, number)),
                "case_id": case,
                "board_id": board,
                "source": LearningPoint.Source.PANEL_REVIEW.value,
                "state": LearningPoint.State.PROPOSED.value,
                "learned_on": day,
                "statement": statement_of(death.learning),
                "recorded_by_id": self.by and self.by.pk,
                "recorded_at": self.now,
                "lists_version": self.lists[LearningPoint],
            },
        )
