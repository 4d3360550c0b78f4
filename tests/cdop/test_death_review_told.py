"""What a panel reads of the child death review meeting: in its papers and in its room, unnamed."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview.actions.family import record_family_work
from casereview.models import AgendaItem, Child, FamilyQuestion, Pack
from casereview.pseudonyms import known_of
from casereview.records import change
from cdop import pack_building
from cdop.actions import death_review
from cdop.actions import packs as packs
from cdop.death_review_told import TITLE, told
from cdop.models import DeathReviewMeeting, Notification
from cdop.pack_content import section_of
from tests import factories
from tests.cdop.reviews import at_panel
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

DIED, MET = datetime.date(2024, 3, 1), datetime.date(2024, 5, 14)
CHAIR = "Everard Thripp"


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def make_case(by, died_on=DIED):
    case = factories.make_case(
        by=by, family_name="Quillfeather", died_on=died_on, notified_on=died_on
    )
    child = Child.objects.get(case=case)
    with change("test", by=by, case=case) as written:
        child.given_names = "Ottilie"
        written.save(child)
        written.save(Notification(case=case, notified_on=died_on, expectedness="UNEXPECTED"))
        written.save(
            FamilyQuestion(
                case=case, asked_on=died_on, question="Did Ottilie Quillfeather feel pain?"
            )
        )
    return case


@pytest.fixture
def at(manager):
    """A death of 2024 on an agenda; its meeting named people in what it found, and drafted."""
    case = make_case(manager)
    death_review.record_death_review_meeting(
        case=case,
        by=manager,
        kind="cdrm",
        held_on=MET,
        chair=CHAIR,
        chair_treated="N",
        parents_asked="Y",
        parents_questions="Could Ottilie have been seen sooner?",
        attended=["GP", "DDCD"],
        attended_by="Hester Blount",
        discussion=f"{CHAIR} thanked Hester Blount. Ottilie had waited four hours.",
    )
    death_review.draft_analysis_form(
        case=case, by=manager, summary="A child with sepsis", issues="A long wait"
    )
    return at_panel(case, manager, held_on=timezone.localdate())


def test_the_papers_tell_what_the_meeting_found_with_pseudonyms(at):
    section = section_of(at.manager, at.case, known_of(at.case).pseudonyms())

    words = [line.label for line in section.lines]
    assert TITLE in words and words.index(TITLE) < words.index("The panel’s review so far")
    said = {line.label: " ".join(line.texts) for line in section.lines}
    assert said["Meeting"] == "Child death review meeting, 74 days after the death"
    assert "Child 1 have been seen sooner" in said["Questions of the parents"]
    assert "feel pain" in said["Questions of the family"]
    assert "had waited four hours" in said["What the meeting found"]
    assert "summary, issues" in said["Draft of the analysis form"]
    assert "A child with sepsis" in said.values()
    assert said["Parents told what it found"] == "Not yet"
    assert "General practi" in said["Who was there"]
    every = " ".join([*said.values()])
    assert "Ottilie" not in every and "Quillfeather" not in every and "2024" not in said["Meeting"]


def test_who_chaired_came_led_and_scrutinised_stands_in_no_pack(at):
    death_review.record_death_review_people(
        case=at.case,
        by=at.manager,
        lead_health_professional="Dr Ama Quaye",
        medical_examiner_state="scrutinised",
        medical_examiner="Dr Idris Vantongeren",
    )
    record_family_work(case=at.case, by=at.manager, key_worker="Nell Ockbrook")
    spoken = "Ama Quaye and Dr Vantongeren spoke. Nell Ockbrook told the parents."
    meeting = DeathReviewMeeting.objects.get(case=at.case)
    with change("test", by=None, case=at.case) as written:
        meeting.discussion = f"{meeting.discussion} {spoken}"
        written.save(meeting)
    pack = packs.ask_for_pack(
        meeting=at.meeting, cases=[at.case], by=at.manager, leaves_partnership=False
    )

    pack_building.build_pack(pack.pk)

    every = " ".join(pack_building.read(Pack.objects.get(pk=pack.pk)).texts())
    assert "had waited four hours" in every and "Professional" in every
    for name in ("Thripp", "Blount", "Quaye", "Vantongeren", "Ockbrook"):
        assert name not in every, name


def test_the_room_reads_it_without_a_name_in_a_constant_number_of_queries(client, at):
    sign_in(client, at.member)
    url = reverse("cdop:open_room", args=[at.meeting.pk, 1])
    client.get(url)

    with CaptureQueriesContext(connection) as few:
        page = client.get(url).content.decode().partition('id="main-content"')[2]
    with change("test", by=None, case=at.case) as written:
        for n in range(3):
            written.save(
                FamilyQuestion(case=at.case, asked_on=MET, question=f"And what of the {n} doses?")
            )
    with CaptureQueriesContext(connection) as many:
        client.get(url)

    assert TITLE in page and "74 days after the death" in page
    assert "Draft of the analysis form" in page
    for kept in ("Ottilie", "Quillfeather", "Thripp", "Blount"):
        assert kept not in page, kept
    assert len(many) == len(few)


def test_a_case_that_returns_tells_of_a_meeting_held_since_and_not_of_one_before(at):
    def plain(text):
        return text

    assert told(at.case, plain, MET) == told(at.case, plain, MET + datetime.timedelta(9)) == []
    assert told(at.case, plain, MET - datetime.timedelta(1))


def test_that_no_meeting_was_held_is_said_and_a_death_before_2018_says_nothing(manager):
    def plain(text):
        return text

    late, early = make_case(manager), make_case(manager, died_on=datetime.date(2014, 5, 12))

    assert told(late, plain)[0].text == "No meeting before the panel is on record."
    assert told(early, plain) == []
    assert not DeathReviewMeeting.objects.exists() and not AgendaItem.objects.exists()
