"""The pack of a meeting: built, searched, answered, issued, and opened by each reader."""

import datetime
import io
import re

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from casereview import actions as kernel
from casereview import copies, crypto, keys, pdf, registries, vault
from casereview.actions import NotAllowed, disposing
from casereview.actions.leaks import answer_leak_hit, record_leak_hits
from casereview.actions.people import end_role
from casereview.models import (
    AgendaItem,
    Attendance,
    AuditEntry,
    Case,
    Child,
    FamilyLink,
    LeakHit,
    Pack,
    Person,
    Pseudonym,
    StandingRole,
)
from casereview.pseudonyms import known_of
from casereview.records import change
from casereview.rules.access_table import Role
from cdop import pack_building, pack_opening
from cdop.actions import packs as actions
from cdop.models import Notification, PanelReview
from cdop.pack_building import build_pack
from tests import factories
from tests.cdop.reviews import at_panel
from tests.html import without_token
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
HELD = datetime.date(2014, 11, 4)
TOLD = (
    "Ottilie Quarmby was found by her mother, Seraphina Quarmby. Otillie had seen Dr Finbarr "
    "Trelawney at Ravenscroft Infirmary on 3 March 2014. NHS number 999 000 0018, LE1 1ZZ."
)


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def planted(manager, *, told=TOLD, given="Ottilie", family="Quarmby"):
    case = factories.make_case(by=manager, family_name=family)
    child = Child.objects.get(case=case)
    mother = Person(given_names="Seraphina", family_name=family, born_on=datetime.date(1985, 3, 2))
    with change("plant", by=manager, case=case) as written:
        child.given_names, child.nhs_number = given, "9990000018"
        written.save(child)
        written.save(mother)
        written.save(FamilyLink(case=case, person=mother, relation="mother"))
        written.save(
            Notification(
                case=case,
                notified_on=case.notified_on,
                consultant="Dr Finbarr Trelawney",
                place_of_death="Ravenscroft Infirmary",
                location_of_death="HOSPITAL",
                circumstances=told,
                expectedness="UNEXPECTED",
            )
        )
        written.save(PanelReview(case=case, summary=f"{given}’s cot was beside the bed."))
    return case


@pytest.fixture
def at(manager):
    return at_panel(planted(manager), manager)


def built(at, *, leaves=False, cases=None, by=None):
    pack = actions.ask_for_pack(
        meeting=at.meeting, cases=cases or [at.case], by=by or at.manager, leaves_partnership=leaves
    )
    return run(pack)


def run(pack):
    build_pack(pack.pk)
    return Pack.objects.select_related("meeting__panel").get(pk=pack.pk)


def answered(at, pack, answer="replace", reason=""):
    """Answer everything found, until nothing is."""
    for _ in range(5):
        hits = LeakHit.objects.filter(document_key=pack.pk, answer="")
        if not hits:
            return pack
        for hit in hits:
            hit = LeakHit.objects.get(pk=hit.pk)
            if not hit.answer:
                mine = "replace" if hit.hard else answer
                answer_leak_hit(hit=hit, answer=mine, by=at.manager, reason=reason)
        actions.check_again(pack=pack, by=at.manager)
        pack = run(pack)
    raise AssertionError("the leak test goes on finding")


def issued(at, **facts):
    pack = answered(at, built(at, **facts))
    actions.issue_pack(pack=pack, by=at.manager)
    return Pack.objects.select_related("meeting__panel").get(pk=pack.pk)


def texts(pack):
    return " ".join(pack_building.read(pack).texts())


def url(name, at, *more):
    return reverse(f"cdop:{name}", args=[at.meeting.pk, *more])


def copy_of(client, at):
    """Open the pack as somebody does in the browser; return the text of their copy."""
    page = client.post(url("open_pack", at)).content.decode()
    password = re.search(r"<strong>([a-z2-7-]{19})</strong>", page)[1]
    link = re.search(r'href="([^"]+/pack/open/[^"]+/)"', page)[1]
    response = client.get(link)
    assert response.headers["Cache-Control"] == "no-store"
    return password, response.content


def test_people_places_and_dates_are_replaced_and_nothing_known_is_left(at):
    pack = built(at)

    text = texts(pack)

    assert "Child 1 was found by her mother, Mother." in text
    assert "Dr Professional at Hospital A on [aged 8 months]" in text
    assert "NHS number [NHS number], [postcode]" in text
    assert "Child 1’s cot" in text
    for word in ("Ottilie", "Quarmby", "Seraphina", "Trelawney", "Ravenscroft", "999", "LE1"):
        assert word not in text


def test_a_slip_of_the_pen_waits_for_a_person_and_keeps_the_pack_from_being_issued(at):
    pack = built(at)

    [hit] = LeakHit.objects.filter(document_key=pack.pk)

    assert (hit.word, hit.hard, hit.answer) == ("Otillie", False, "")
    assert hit.sentence.startswith("Otillie had seen")
    assert pack.content_digest == ""
    with pytest.raises(NotAllowed, match="Answer everything"):
        actions.issue_pack(pack=pack, by=at.manager)


def test_what_is_replaced_everywhere_is_remembered_for_the_case(at):
    pack = answered(at, built(at), "replace_all")

    assert "Otillie" not in texts(pack)
    assert actions.ready(pack)
    assert Pseudonym.objects.filter(case=at.case, kind="said", stands_for="Child 1").exists()
    assert "Otillie" not in texts(built(at))


def test_a_word_that_is_not_the_person_stays_with_its_reason_on_the_control_sheet(client, at):
    pack = answered(at, built(at), "not_this_person", "A make of cot")
    actions.issue_pack(pack=pack, by=at.manager)
    sign_in(client, at.member)

    password, data = copy_of(client, at)

    text = " ".join(" ".join(pdf.pages_of(data, password=password)).split())
    assert "“Otillie” is not a person of the case: A make of cot" in text
    assert at.manager.name in text


def test_a_hard_hit_is_never_waved_through_even_in_the_database(at):
    test = known_of(at.case).pseudonyms().test
    [row] = record_leak_hits(
        case=at.case,
        hits=test.hits("She is Ottilie Quarmby."),
        by=at.manager,
        document_key=at.meeting.pk,
    )

    with pytest.raises(NotAllowed, match="never stays"):
        answer_leak_hit(hit=row, answer="not_this_person", by=at.manager, reason="No")
    with pytest.raises(IntegrityError), change("wave", by=at.manager, case=at.case) as written:
        row.answer = "not_this_person"
        written.save(row)


def test_leaving_a_word_needs_a_reason(at):
    built(at)

    with pytest.raises(NotAllowed, match="Enter who or what"):
        answer_leak_hit(hit=LeakHit.objects.get(), answer="not_this_person", by=at.manager)


def test_pseudonyms_stay_when_the_family_is_told_of_again(at):
    built(at)
    brother = Person(given_names="Aurelio", family_name="Quarmby")
    with change("plant", by=at.manager, case=at.case) as written:
        written.save(brother)
        written.save(FamilyLink(case=at.case, person=brother, relation="sibling"))
    built(at)
    sister = Person(given_names="Abelia", family_name="Quarmby")
    with change("plant", by=at.manager, case=at.case) as written:
        written.save(sister)
        written.save(FamilyLink(case=at.case, person=sister, relation="sibling"))

    built(at)

    rows = {one.word: one.stands_for for one in Pseudonym.objects.filter(case=at.case)}
    assert (rows["Ottilie"], rows["Aurelio"], rows["Abelia"]) == ("Child 1", "Child 2", "Child 3")
    assert rows["Quarmby"] == "[family name]"


@pytest.mark.parametrize("broken", ["pages_of", "draw"])
def test_when_the_check_cannot_run_nothing_is_issued(at, monkeypatch, broken):
    def fail(*args, **kwargs):
        raise OSError("Ottilie")

    monkeypatch.setattr(pack_building.pdf, broken, fail)

    pack = built(at)

    assert (pack.state, pack.storage_name, pack.content_digest) == ("failed", "", "")
    with pytest.raises(NotAllowed):
        actions.issue_pack(pack=pack, by=at.manager)


def test_each_reader_has_a_closed_copy_with_their_name_on_every_page(client, at):
    pack = issued(at)
    sign_in(client, at.member)

    password, data = copy_of(client, at)
    _, other = copy_of(client, at)

    reader = PdfReader(io.BytesIO(data))
    assert (reader._encryption.V, reader._encryption.R) == (5, 6)
    pages = pdf.pages_of(data, password=password)
    assert len(pages) == pack.pages
    assert all(at.member.name in page for page in pages)
    assert data != other
    seen = AuditEntry.objects.filter(action="open_pack", case=at.case.pk, outcome="done")
    assert {entry.actor for entry in seen} == {at.member.pk}
    assert seen.count() == 2


def test_the_password_is_kept_nowhere(client, at):
    issued(at)
    sign_in(client, at.member)

    password, _ = copy_of(client, at)

    assert password not in str(dict(client.session))
    assert password not in str(list(AuditEntry.objects.values()))


def test_a_copy_opens_in_the_sitting_that_asked_for_it_only(client, at):
    issued(at)
    sign_in(client, at.member)
    page = client.post(url("open_pack", at)).content.decode()
    link = re.search(r'href="([^"]+/pack/open/[^"]+/)"', page)[1]

    other = sign_in(Client(), at.chair).get(link)
    session = client.session
    held = session[copies.SESSION]
    session[copies.SESSION] = {key: [one[0], one[1] - 601] for key, one in held.items()}
    session.save()

    assert other.status_code == 404
    assert client.get(link).status_code == 404


def test_opening_asks_for_a_fresh_proof(client, at):
    issued(at)
    sign_in(client, at.member, proved=False)

    response = client.post(url("open_pack", at))

    assert response.status_code == 302
    assert "/again/" in response.headers["Location"]


def test_who_withdrew_from_a_case_gets_a_copy_without_it(client, at, manager):
    second = planted(manager, told="Zebedee Oakhanger slept.", given="Zebedee", family="Oakhanger")
    kernel.put_on_agenda(meeting=at.meeting, case=second, by=manager)
    issued(at, cases=[at.case, second])
    factories.recuse(at.member, at.case, by=manager)
    sign_in(client, at.member)

    password, data = copy_of(client, at)

    text = " ".join(pdf.pages_of(data, password=password))
    assert at.case.reference not in text
    assert second.reference in text


def test_who_withdrew_from_every_case_opens_nothing(client, at, manager):
    issued(at)
    factories.recuse(at.member, at.case, by=manager)
    sign_in(client, at.member)

    page = client.get(url("view_pack", at)).content.decode()
    response = client.post(url("open_pack", at), follow=True)

    assert "Open the papers" not in page
    assert "cannot be opened" in response.content.decode()


@pytest.mark.parametrize("who", ["outsider", "leaver", "uninvited"])
def test_who_is_not_of_the_meeting_finds_no_papers(client, at, outsider, who):
    issued(at)
    user = {"outsider": outsider, "leaver": at.member}.get(who) or factories.make_user(
        Role.PANEL_MEMBER
    )
    sign_in(client, user)
    if who == "leaver":
        with change("leave", by=None) as written:
            user.is_active = False
            written.save(user)

    responses = [client.get(url("view_pack", at)), client.post(url("open_pack", at))]

    assert {one.status_code for one in responses} <= {302, 403, 404}
    assert b"Ottilie" not in b"".join(one.content for one in responses)


def test_papers_that_expired_are_refused_and_then_removed(client, at):
    pack = issued(at)
    with change("plant", by=at.manager) as written:
        pack.expires_at = timezone.now() - datetime.timedelta(minutes=1)
        written.save(pack)
    sign_in(client, at.member)

    page = client.get(url("view_pack", at)).content.decode()
    refused = client.post(url("open_pack", at), follow=True).content.decode()
    removed = registries.chores["expired packs"](timezone.now())

    assert "expired on" in page and "cannot be opened" in refused
    assert removed == 1
    assert not list(settings.MEDIA_ROOT.glob("*/*"))


def test_what_leaves_the_partnership_needs_a_second_person(client, at):
    pack = answered(at, built(at, leaves=True), "not_this_person", "A make of cot")

    with pytest.raises(NotAllowed, match="second person"):
        actions.issue_pack(pack=pack, by=at.manager)
    with pytest.raises(NotAllowed, match="second person"):
        actions.agree_to_pack(pack=pack, by=at.manager)
    sign_in(client, at.chair)
    client.post(url("agree_to_pack", at))
    pack.refresh_from_db()
    actions.issue_pack(pack=pack, by=at.manager)

    assert pack.second_person == at.chair
    assert LeakHit.objects.get(answer="not_this_person").agreed_by == at.chair


def test_a_member_who_does_not_chair_is_no_second_person(client, at):
    answered(at, built(at, leaves=True))
    sign_in(client, at.member)

    assert client.post(url("agree_to_pack", at)).status_code in (403, 404)


def test_a_pack_is_kept_sealed_and_an_altered_file_opens_nothing(at):
    pack = issued(at)
    [path] = list(settings.MEDIA_ROOT.glob("*/*"))

    assert b"Child 1" not in path.read_bytes()
    other = built(at_panel(planted(at.manager), at.manager))
    with change("swap", by=None) as written:
        pack.storage_name = other.storage_name
        written.save(pack)
    with pytest.raises(crypto.IntegrityFailure):
        pack_opening.draw(at.member, pack, at.case.pk)


def test_content_other_than_what_was_tested_is_never_handed_out(at):
    pack = issued(at)
    content = pack_building.read(pack).changed(lambda text: text.replace("Child 1", "Ottilie"))
    with change("swap", by=None) as written:
        pack.storage_name = vault.store("pack", pack.pk, [content.to_bytes()])
        written.save(pack)

    with pytest.raises(crypto.IntegrityFailure):
        pack_opening.draw(at.member, pack, at.case.pk)


def test_building_again_withdraws_what_was_built(at):
    first = issued(at)

    second = built(at)

    first.refresh_from_db()
    assert (first.state, first.storage_name) == ("withdrawn", "")
    assert actions.pack_of(at.meeting) == second


def test_what_was_issued_closes_to_who_withdrew_left_or_has_no_part_even_half_way(
    client, at, outsider, manager
):
    """Each asks for a copy while they may; only then something changes."""
    issued(at)
    administrator = factories.make_user(Role.ADMINISTRATOR)
    role = StandingRole.objects.get(user=at.member)
    closing = [
        lambda: factories.recuse(at.chair, at.case, by=manager),
        lambda: end_role(held=role, by=administrator),
    ]
    for who, close in zip((at.chair, at.member), closing, strict=True):
        theirs = sign_in(Client(), who)
        page = theirs.post(url("open_pack", at)).content.decode()
        link = re.search(r'href="([^"]+/pack/open/[^"]+/)"', page)[1]
        assert theirs.get(link).status_code == 200
        close()
        assert theirs.get(link).status_code in (403, 404)
        assert b"/pack/open/" not in theirs.post(url("open_pack", at), follow=True).content
        assert sign_in(client, outsider).get(link).status_code in (403, 404)
    # What was issued before stays closed when it is built again, and to who manages.
    older, newer = Pack.objects.get(), issued(at)
    older.refresh_from_db()
    assert (older.state, older.storage_name) == ("withdrawn", "")
    assert actions.pack_of(at.meeting) == newer


def test_disposing_of_a_case_destroys_every_pack_that_ever_held_it(client, at, manager):
    """Also one built again without it, and though the case is off the agenda by then."""
    second = planted(manager, told="Zebedee Oakhanger slept.", given="Zebedee", family="Oakhanger")
    kernel.put_on_agenda(meeting=at.meeting, case=second, by=manager)
    older = issued(at, cases=[second, at.case])
    pack = issued(at, cases=[second, at.case])
    [path] = list(settings.MEDIA_ROOT.glob("*/*"))
    kept = path.read_bytes()
    kernel.take_off_agenda(
        item=AgendaItem.objects.get(meeting=at.meeting, case=second), by=manager, reason="Not yet"
    )
    with change("dispose_case", by=None, case=second) as written:
        disposing.leave_tombstone(written, Case.objects.get(pk=second.pk), timezone.now())

    disposing.destroy_keys(Case.objects.get(pk=second.pk))

    pack.refresh_from_db()
    assert (pack.state, pack.storage_name, pack.content_digest) == ("withdrawn", "", "")
    assert not path.exists()
    assert {older.pk, pack.pk} == keys.destroyed_of("pack")
    path.write_bytes(kept)  # as an old backup would
    with pytest.raises(crypto.KeyMissing):
        vault.read("pack", pack.pk, path.name)
    told = AuditEntry.objects.get(action="destroy_pack", outcome="done")
    assert (told.key, told.actor) == (pack.pk, None)
    for who, asked in ((at.member, False), (manager, True)):
        sign_in(client, who)
        page = without_token(client.get(url("view_pack", at)))
        assert "were destroyed when a case in them was disposed of" in page
        assert ("Build the papers again for the other cases" in page) is asked
        assert second.reference not in page
        assert "/pack/open/" not in client.post(url("open_pack", at), follow=True).content.decode()


def test_hostile_text_of_a_record_is_drawn_as_it_stands(manager, tmp_path):
    told = f'<img src="{tmp_path}/x.png"/> <a href="http://127.0.0.1/">x</a> & < ]]> \u202b'
    at = at_panel(planted(manager, told=told.strip("\u202b ")), manager)

    pack = built(at)

    assert pack.state == "checking"
    assert pack.content_digest


def test_the_manager_builds_answers_and_issues_in_the_browser(client, at):
    sign_in(client, at.manager)
    assert "Build the papers" in client.get(url("view_pack", at)).content.decode()

    client.post(url("build_pack", at))
    building = client.get(url("view_pack", at)).content.decode()
    pack = run(actions.pack_of(at.meeting))
    page = client.get(url("view_pack", at)).content.decode()
    hit = LeakHit.objects.get()
    empty = client.post(url("answer_leak_hit", at, hit.pk), {"answer": "not_this_person"})
    client.post(url("answer_leak_hit", at, hit.pk), {"answer": "replace"})
    run(pack)
    client.post(url("issue_pack", at))

    assert "Let it stand still" in building
    assert "Otillie had seen Dr Professional" in page
    assert "Enter who or what is meant instead" in empty.content.decode()
    assert Pack.objects.get(pk=pack.pk).state == "issued"


def test_a_member_sees_neither_the_words_found_nor_the_buttons(client, at):
    built(at)
    sign_in(client, at.member)

    page = client.get(url("view_pack", at)).content.decode()
    answer = client.get(url("answer_leak_hit", at, LeakHit.objects.get().pk))

    assert "Otillie" not in page and "Build" not in page
    assert answer.status_code == 403


def test_a_manager_withdrawn_from_a_case_does_not_read_what_was_found_in_it(client, at, manager):
    built(at)
    other = factories.make_user(Role.CDR_MANAGER)
    factories.recuse(other, at.case, by=manager)
    sign_in(client, other)

    page = client.get(url("view_pack", at)).content.decode()

    assert "Otillie" not in page and at.case.reference not in page
    assert "1 more place found" in page


def test_work_says_what_waits_and_for_whom(at, client):
    pack = built(at)
    today = HELD

    asked = [one for work in registries.work_items for one in work(at.manager, today)]
    assert "The leak test found 1 places." in [one.why for one in asked]
    answered(at, pack)
    actions.issue_pack(pack=Pack.objects.get(pk=pack.pk), by=at.manager)
    asked = [one for work in registries.work_items for one in work(at.member, today)]

    assert "Read the papers of the panel meeting" in [one.task for one in asked]


def test_the_queries_of_the_page_do_not_grow_with_what_was_found(
    client, at, manager, django_assert_max_num_queries
):
    pack = built(at)
    test = known_of(at.case).pseudonyms().test
    hits = test.hits("\n\n".join(f"Otilie number {n} slept." for n in range(12)))
    record_leak_hits(case=at.case, hits=hits, by=manager, document_key=pack.pk, pack=pack)
    sign_in(client, manager)

    with django_assert_max_num_queries(60):
        page = client.get(url("view_pack", at)).content.decode()

    assert page.count("Otilie number") == 12


def test_a_person_whose_role_ended_is_not_offered_the_papers(client, at):
    issued(at)
    role = StandingRole.objects.get(user=at.member)
    with change("end_role", by=at.manager) as written:
        role.ended_at, role.ended_by = timezone.now(), at.manager
        written.save(role)
        for one in Attendance.objects.filter(user=at.member):
            written.remove(one)
    sign_in(client, at.member)

    assert client.post(url("open_pack", at)).status_code in (302, 403, 404)
