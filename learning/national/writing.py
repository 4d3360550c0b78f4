"""How a slice of deaths is written: as an import does, with what the agencies were asked and said.

A slice is one transaction, known by its first reference: broken off at any point, the next run
goes on with the first slice that is not there.
"""

import datetime
import random

from django.utils import timezone

from casereview import bulk
from casereview.actions.cases import take_numbers
from casereview.models import AgencyRequest, Board, Case
from casereview.rules.working_days import LONDON
from cdop.actions.asking import FORM
from cdop.actions.imported_rows import Writer, digest_of
from cdop.models import AgencyAnswer, Notification
from cdop.report_questions import forms
from cdop.rules.import_rows import ImportedDeath
from cdop.rules.report_forms import version_on
from learning.national.country import ACTION, Country

ASKED = 3  # agencies about each death
SAID = (
    ("A", "A04", "", "Last seen at home a week before; nothing of concern was noted."),
    ("A", "A01", "Y", None),
)
DUE = datetime.timedelta(days=21)


class _Deaths(Writer):
    """Writes deaths with the requests to three agencies and their answers."""

    def __init__(self, country: Country, batch: bulk.Batch):
        super().__init__(batch, None, timezone.now(), f"national {country.seed}", take_numbers)
        self.country = country
        boards = Board.objects.filter(code__startswith="NATIONAL_").order_by("code")
        self.number_of = {board.code: place for place, board in enumerate(boards)}

    def stage_of(self, death: ImportedDeath) -> Case.Stage:
        if death.completed:
            return Case.Stage.REVIEWED
        return random.Random(death.source_reference).choice(  # noqa: S311 - fiction
            (Case.Stage.NOTIFIED, Case.Stage.GATHERING, Case.Stage.READY)
        )

    def _case(self, row, death, digest, cases, points) -> None:
        super()._case(row, death, digest, cases, points)
        stage = self.stage_of(death)
        if stage == Case.Stage.NOTIFIED:
            return
        case, *_ = self.batch.entries[-1]
        board = self.number_of[death.residence_lscb]
        choose = random.Random(death.source_reference)  # noqa: S311 - fiction
        returned = stage != Case.Stage.GATHERING
        asked_at = datetime.datetime.combine(death.notified_on, datetime.time(10), LONDON)
        version = version_on(forms(), death.died_on)
        for agency in choose.sample(self.country.agencies(board), ASKED):
            request = self.batch.add(
                AgencyRequest,
                {
                    "case_id": case,
                    "agency_id": agency,
                    "form": FORM,
                    "form_version": version,
                    "state": AgencyRequest.State.RETURNED.value if returned else "asked",
                    "requested_by_id": self.country.manager(board),
                    "requested_at": asked_at,
                    "due_on": death.notified_on + DUE,
                    "returned_at": asked_at + DUE if returned else None,
                },
            )
            for section, question, code, text in SAID if returned else ():
                self.batch.add(
                    AgencyAnswer,
                    {
                        "case_id": case,
                        "request_id": request,
                        "agency_id": agency,
                        "section": section,
                        "question": question,
                        "code": code,
                        "text": text,
                        "said_by": "Example Practitioner",
                        "said_at": asked_at + DUE,
                        "handed_in_at": asked_at + DUE,
                        "form_version": version,
                    },
                )


def written(deaths: list[ImportedDeath]) -> bool:
    """Say whether a slice is there."""
    return Notification.objects.filter(source_reference=deaths[0].source_reference).exists()


def write(country: Country, deaths: list[ImportedDeath]) -> None:
    """Write a slice of deaths, all or none."""
    with bulk.writing(ACTION) as batch:
        writer = _Deaths(country, batch)
        writer.write([(row, death, digest_of(death)) for row, death in enumerate(deaths, 1)])
