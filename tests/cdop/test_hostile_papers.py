"""Hostile text in every field of a case: each paper of it shows the text and does nothing else."""

import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from casereview import actions as kernel
from casereview import disposal_certificate
from casereview.fields import EncryptedTextField
from casereview.models import AgendaItem, Case, Child, Disposal, Meeting, Person
from casereview.records import change
from cdop.models import AgencyAnswer, FactorFinding, Notification, PanelReview
from tests import factories
from tests.cdop import asked as answering
from tests.cdop import requested
from tests.cdop.reviews import at_panel, record_all
from tests.cdop.test_packs import issued
from tests.hostile_text import CORPUS, HOSTILE, drawn
from tests.pdf_content import active_in, seen_drawing, words_of
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

# They are what they say of a number or a place, and never free text.
OF_A_SHAPE = {"nhs_number", "postcode"}
# Where these papers are drawn; `tests/architecture/test_every_paper.py` asks for all there are.
DRAWN_BY = {
    "casereview.disposal_certificate:certificate",
    "cdop.form_papers:draw",
    "cdop.minutes_paper:draw",
    "cdop.pack_paper:draw",
}
PAPERS = {
    "Form A": (Child, Notification, Person),
    "Form B": (AgencyAnswer, Child),
    "the agency’s own": (AgencyAnswer, Child),
    "Form C": (PanelReview, FactorFinding),
    "minutes": (Meeting, AgendaItem),
}
OF_A_CASE = (Notification, PanelReview, FactorFinding, AgencyAnswer, AgendaItem)
# Fields that a paper has no place for.
NOT_SHOWN = {
    "Form A": {
        "Notification.event_other",
        "Person.contact",
        "Person.language",
        "Person.other_names",
    },
    "Form B": {
        *("Child.other_names", "Child.mother_family_name", "Child.school"),
        "Child.maternity_unit",
    },
    "Form C": set(),
    "minutes": set(),
}
NOT_SHOWN["the agency’s own"] = NOT_SHOWN["Form B"]


def tag(record, name: str) -> str:
    return f"{type(record).__name__}.{name}"


def fill(written, record, names=None) -> None:
    """Put the corpus into every text of a record, and after it where it stands."""
    for field in record._meta.concrete_fields:
        free = type(field) is EncryptedTextField and field.name not in OF_A_SHAPE
        if free and (names is None or field.name in names):
            setattr(record, field.attname, f"{HOSTILE} {tag(record, field.name)}")
    written.save(record)


def texts_of(*models) -> set[str]:
    return {
        f"{model.__name__}.{field.name}"
        for model in models
        for field in model._meta.concrete_fields
        if type(field) is EncryptedTextField and field.name not in OF_A_SHAPE
    }


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def world(manager):
    factories.keep_form_c()
    asked = requested.ask(manager)
    at = at_panel(Case.objects.get(pk=asked.case.pk), manager)
    record_all(at)
    answering.answered(asked.request, "F01", "Y", section="F", text="Seen")
    item = AgendaItem.objects.get(case=at.case)
    kernel.write_minutes(meeting=at.meeting, by=manager, text="All came.", notes={item: "Agreed."})
    with change("plant", by=manager, case=at.case) as written:
        for model in OF_A_CASE:
            for record in model.objects.filter(case=at.case):
                fill(written, record, model.narrative)
        fill(written, Meeting.objects.get(pk=at.meeting.pk))
    return asked, at


def plant_names(asked, manager) -> None:
    """Give the child, the family, the agency and who reads it hostile names too."""
    with change("plant", by=manager, case=asked.case) as written:
        for model in (Child, *OF_A_CASE):
            for record in model.objects.filter(case=asked.case):
                fill(written, record)
        for person in Person.objects.filter(families__case=asked.case):
            fill(written, person)
        asked.agency.name = HOSTILE[:200]
        written.save(asked.agency)
        manager.refresh_from_db()
        manager.name = CORPUS[0] + CORPUS[6]
        written.save(manager)


def take(client, name: str, *args):
    page = client.post(reverse(f"cdop:{name}", args=args)).content.decode()
    password = re.search(r"<strong>([a-z2-7-]{19})</strong>", page)[1]
    link = re.search(r'href="([^"]+/[0-9a-f-]{36}/)" role="button"', page)[1]
    file = client.get(link)
    assert file.headers["Content-Type"] == "application/pdf", (name, file.status_code)
    return file.content, password


def test_every_paper_of_a_case_shows_hostile_text_as_it_stands_and_does_nothing(
    client, world, manager, monkeypatch
):
    asked, at = world
    reference = asked.case.reference
    sign_in(client, manager)
    drawers = seen_drawing(monkeypatch)
    issued(at)
    papers = {"pack": take(client, "open_pack", at.meeting.pk)}
    plant_names(asked, manager)
    sign_in(client, manager)
    papers |= {
        "Form A": take(client, "copy_form_a", reference),
        "Form B": take(client, "copy_form_b", reference, asked.request.pk),
        "Form C": take(client, "copy_form_c", reference),
        "minutes": take(client, "copy_minutes", at.meeting.pk),
    }
    sign_in(client, asked.lead)
    papers["the agency’s own"] = take(client, "copy_own_report", asked.request.pk)
    papers["certificate"] = (certificate(asked.case, manager), "")

    assert drawers == DRAWN_BY
    for name, (data, password) in papers.items():
        assert active_in(data, password) == set(), name
    intact = drawn(HOSTILE)
    assert intact in words_of(*papers["pack"])
    for name, models in PAPERS.items():
        words = words_of(*papers[name])
        missing = {each for each in texts_of(*models) if drawn(f"{HOSTILE} {each}") not in words}
        assert missing == NOT_SHOWN[name], name


def certificate(case: Case, manager) -> bytes:
    rule = {
        "kind": "death",
        "event": "death",
        "years": 1,
        "since": "2010-01-01",
        "source": HOSTILE,
        "version": 1,
        "kept_until": "2015-05-12",
    }
    at = timezone.now()
    disposal = Disposal(
        case=case,
        number=1,
        rule=rule,
        files=0,
        proposed_by=manager,
        proposed_at=at,
        agreed_by=manager,
        disposed_at=at,
    )
    return disposal_certificate.certificate(disposal, reader=manager.name, at=at)


def test_what_acts_would_be_found():
    writer = PdfWriter()
    page = writer.add_blank_page(100, 100)
    asks = DictionaryObject({NameObject("/JS"): TextStringObject("app.alert(1)")})
    goes = DictionaryObject({NameObject("/S"): NameObject("/URI")})
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(goes)])
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(asks)
    writer.add_attachment("x.txt", b"x")
    out = io.BytesIO()
    writer.write(out)

    found = active_in(out.getvalue())

    assert {"/JS", "/OpenAction", "/URI", "/Annots", "/EmbeddedFiles"} <= found
