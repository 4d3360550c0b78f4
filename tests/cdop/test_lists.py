"""Registrars' and coroners' lists: taken in, compared, decided by a person, and what they ask."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import registries
from casereview.models import Case, Draft, ParallelProcess, StandingRole
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from cdop import actions, list_work
from cdop.actions import decide_list_entry, upload_list
from cdop.listed import not_listed
from cdop.models import ListEntry, ListUpload
from cdop.rules.list_matching import ListedDeath
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
FIRST, LAST = datetime.date(2014, 5, 1), datetime.date(2014, 5, 31)
TODAY = datetime.date(2014, 7, 1)
NOTIFIED = ListedDeath(
    "C1", "Ada", "Example", "F", datetime.date(2013, 7, 1), factories.DIED, "LE1 1ZZ"
)
UNKNOWN = ListedDeath(
    "C2", "Qxola", "Qxunheard", "M", datetime.date(2001, 2, 3), datetime.date(2014, 5, 9), "LE9 9ZZ"
)
LIKELY = ListedDeath("C3", "Ada", "Example")
CSV = (
    "entry,given_names,family_name,sex,born_on,died_on,postcode\n"
    "C1,Ada,Example,F,2013-07-01,2014-05-12,LE1 1ZZ\n"
    "C2,Qxola,Qxunheard,M,2001-02-03,2014-05-09,LE9 9ZZ\n"
)


def take_in(panel, manager, *deaths, kind="registrar", place="", until=LAST):
    return upload_list(
        panel=panel,
        kind=kind,
        sub_district=place,
        covers_from=FIRST,
        covers_until=until,
        deaths=deaths,
        by=manager,
    )


def entry_of(upload, name):
    return upload.entries.select_related("upload").get(entry=name)


def elsewhere(role=Role.CDR_MANAGER):
    user = factories.make_user(None)
    with change("give_role", by=None) as written:
        written.save(
            StandingRole(
                user=user,
                role=role,
                board=factories.board("NOTTINGHAM"),
                given_at=timezone.now(),
            )
        )
    return user


@pytest.fixture
def upload(panel, manager, case):
    return take_in(panel, manager, NOTIFIED, UNKNOWN, LIKELY)


def answers(panel, content=CSV, **changed):
    days = {}
    for name, day in (("covers_from", FIRST), ("covers_until", LAST)):
        days |= {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
    file = SimpleUploadedFile("list.csv", content.encode(), content_type="text/csv")
    return {
        "panel": str(panel.pk),
        "kind": "registrar",
        "sub_district": "",
        "deaths": file,
        **days,
        **changed,
    }


def test_each_death_is_put_in_its_band_and_nothing_is_decided(upload, case):
    bands = dict(upload.entries.values_list("entry", "band"))

    assert bands == {"C1": "certain", "C2": "unmatched", "C3": "likely"}
    assert not upload.entries.exclude(decision="").exists()
    assert not upload.entries.exclude(case=None).exists()


def test_one_entry_that_fits_alone_is_certain(panel, manager, case):
    entry = entry_of(take_in(panel, manager, NOTIFIED, UNKNOWN), "C1")

    assert entry.band == "certain"
    assert entry.weights["proposals"][0]["case"] == str(case.pk)
    assert "Example" not in str(entry.weights)


def test_a_list_is_looked_at_before_it_is_kept(client, manager, panel, case):
    sign_in(client, manager)

    response = client.post(reverse("cdop:upload_list"), answers(panel))

    preview = response.headers["Location"]
    body = client.get(preview).content.decode()
    assert "Qxunheard" in body
    assert not ListUpload.objects.exists()
    done = client.post(preview, follow=True).content.decode()
    assert "The list was compared" in done
    assert ListUpload.objects.get().entries.count() == 2
    assert not Draft.objects.exists()
    assert client.get(preview).status_code == 404


def test_a_list_may_be_thrown_away_before_it_is_kept(client, manager, panel):
    sign_in(client, manager)
    preview = client.post(reverse("cdop:upload_list"), answers(panel)).headers["Location"]

    client.post(preview, {"discard": "yes"})

    assert not Draft.objects.exists()
    assert not ListUpload.objects.exists()


def test_a_preview_is_its_uploaders_alone(client, manager, panel):
    preview = sign_in(client, manager).post(reverse("cdop:upload_list"), answers(panel))

    other = sign_in(client, factories.make_user(Role.CDR_MANAGER))

    assert other.get(preview.headers["Location"]).status_code == 404


def test_a_wrong_row_is_told_by_row_and_column_and_nothing_is_kept(client, manager, panel):
    wrong = answers(panel, CSV.replace("2014-05-09", "2014-15-09"))

    body = sign_in(client, manager).post(reverse("cdop:upload_list"), wrong).content.decode()

    assert "Row 3, died_on: Enter the date of death as a real date" in body
    assert not Draft.objects.exists()


def test_the_same_list_is_not_kept_twice(panel, manager, upload):
    with pytest.raises(actions.listing.NotAllowed, match="uploaded already"):
        take_in(panel, manager, NOTIFIED, UNKNOWN, LIKELY)


def test_the_page_shows_what_nobody_notified_and_why_the_others_may_be(
    client, manager, upload, case
):
    body = sign_in(client, manager).get(reverse("cdop:view_list", args=[upload.pk]))

    shown = body.content.decode()
    assert "Not notified: find out about each now" in shown
    assert case.reference in shown
    assert "date of birth the same (+11.5)" in shown
    assert "Example" not in shown.split("</title>")[0]


def test_a_ticked_certain_match_is_confirmed_by_a_person(client, manager, panel, case):
    upload = take_in(panel, manager, NOTIFIED, UNKNOWN)
    entry = entry_of(upload, "C1")

    client = sign_in(client, manager)
    confirm = reverse("cdop:confirm_list_matches", args=[upload.pk])
    nothing = client.post(confirm, {}).content.decode()
    client.post(confirm, {"entries": [str(entry.pk), str(entry_of(upload, "C2").pk)]})
    assert entry_of(upload, "C1").case is None
    client.post(confirm, {"entries": [str(entry.pk)]})

    assert "Select the matches that are right" in nothing
    entry = entry_of(upload, "C1")
    assert (entry.decision, entry.case, entry.decided_by) == ("matched", case, manager)
    assert entry_of(upload, "C2").decision == ""


def test_an_unmatched_death_is_not_closed_without_a_reason(client, manager, upload):
    entry = entry_of(upload, "C2")
    url = reverse("cdop:decide_list_entry", args=[upload.pk, entry.pk])

    body = sign_in(client, manager).post(url, {"decision": "close", "reason": " "})

    assert "Enter why it is closed without a notification" in body.content.decode()
    assert entry_of(upload, "C2").decision == ""
    with pytest.raises(actions.listing.NotAllowed):
        decide_list_entry(entry=entry, by=manager)
    client.post(url, {"decision": "close", "reason": "Stillborn", "version": entry.version})
    entry = entry_of(upload, "C2")
    assert (entry.decision, entry.reason, entry.case) == ("closed", "Stillborn", None)


def test_a_death_notified_since_is_named_by_its_reference(client, manager, upload):
    later = factories.make_case(by=manager, family_name="Qxunheard")
    entry = entry_of(upload, "C2")
    url = reverse("cdop:decide_list_entry", args=[upload.pk, entry.pk])
    client = sign_in(client, manager)

    wrong = client.post(url, {"decision": "another", "reference": "CD-1999-0999"})
    client.post(url, {"decision": "another", "reference": later.reference.lower()})

    assert "Enter the reference of a death that you may open" in wrong.content.decode()
    entry = entry_of(upload, "C2")
    assert (entry.decision, entry.case) == ("notified", later)


def test_the_first_of_two_decisions_at_once_stands(manager, upload, case):
    one, other = entry_of(upload, "C1"), entry_of(upload, "C1")
    decide_list_entry(entry=one, case=case, by=manager, version=one.version)

    with pytest.raises(Conflict):
        decide_list_entry(entry=other, reason="Not ours", by=manager)


def test_what_nobody_notified_is_urgent_at_once_and_leaves_when_it_is_decided(manager, upload):
    urgent = [item for item in list_work.work(manager, TODAY) if item.urgent]
    assert [item.task for item in urgent] == ["Find out about 1 death that nobody notified"]

    decide_list_entry(entry=entry_of(upload, "C2"), reason="Stillborn", by=manager)

    assert not [item for item in list_work.work(manager, TODAY) if item.urgent]
    assert list_work.work in registries.work_items


@pytest.mark.parametrize(
    "name, keys",
    [("view_list", 0), ("confirm_list_matches", 0), ("decide_list_entry", 1), ("list_lists", -1)],
)
def test_others_see_no_list(client, upload, outsider, name, keys):
    arguments = [] if keys < 0 else [upload.pk, entry_of(upload, "C2").pk][: keys + 1]
    url = reverse(f"cdop:{name}", args=arguments)
    member = factories.make_user(Role.PANEL_MEMBER)

    for user in (outsider, member):
        response = sign_in(client, user).get(url)
        assert response.status_code == 403
        assert b"Qxunheard" not in response.content
    response = sign_in(client, elsewhere()).get(url)
    assert response.status_code == (404 if arguments else 200)
    assert str(upload.pk).encode() not in response.content
    assert list_work.work(outsider, TODAY) == []


def test_who_has_left_is_sent_to_sign_in(client, manager, upload):
    sign_in(client, manager)
    with change("leave", by=None) as written:
        manager.is_active = False
        written.save(manager)

    assert client.get(reverse("cdop:view_list", args=[upload.pk])).status_code == 302


def test_a_case_kept_from_the_reader_is_neither_named_nor_confirmed(client, manager, panel, case):
    upload = take_in(panel, manager, NOTIFIED)
    factories.recuse(manager, case)
    client = sign_in(client, manager)

    body = client.get(reverse("cdop:view_list", args=[upload.pk])).content.decode()
    entry = entry_of(upload, "C1")
    page = client.get(reverse("cdop:decide_list_entry", args=[upload.pk, entry.pk]))
    client.post(
        reverse("cdop:confirm_list_matches", args=[upload.pk]), {"entries": [str(entry.pk)]}
    )

    assert case.reference not in body + page.content.decode()
    assert "A case held by" in body
    assert entry_of(upload, "C1").decision == ""


def test_an_entry_of_another_list_is_not_found(client, manager, panel, upload):
    other = take_in(panel, manager, UNKNOWN)

    url = reverse("cdop:decide_list_entry", args=[other.pk, entry_of(upload, "C2").pk])

    assert sign_in(client, manager).get(url).status_code == 404


def test_a_notified_death_on_no_list_shows_after_21_days(manager, panel, case):
    take_in(panel, manager, UNKNOWN)
    day = case.died_on + datetime.timedelta(days=21)

    assert list(not_listed(manager, day - datetime.timedelta(days=1))) == []
    assert list(not_listed(manager, day)) == [case]
    assert case.reference in [item.reference for item in list_work.work(manager, day)]


def test_a_death_is_expected_only_where_and_when_lists_were_received(manager, panel, case):
    take_in(panel, manager, UNKNOWN, kind="coroner")
    take_in(panel, manager, UNKNOWN, place="Nottingham")
    take_in(panel, manager, UNKNOWN, until=case.died_on - datetime.timedelta(days=1))
    assert list(not_listed(manager, TODAY)) == []

    take_in(panel, manager, UNKNOWN, place=case.place_of_death_board.name)

    assert list(not_listed(manager, TODAY)) == [case]


def test_while_a_coroner_investigates_it_waits_without_showing(manager, panel, case):
    take_in(panel, manager, UNKNOWN)
    inquest = ParallelProcess(case=case, kind="INQ", status="open")
    with change("record_process", by=manager, case=case) as written:
        written.save(inquest)
    assert list(not_listed(manager, TODAY)) == []

    with change("record_process", by=manager, case=case) as written:
        inquest.status = "ended"
        written.save(inquest)

    assert list(not_listed(manager, TODAY)) == [case]


def test_a_death_that_is_on_a_list_or_may_be_is_not_missed(manager, panel, case):
    upload = take_in(panel, manager, NOTIFIED)
    assert list(not_listed(manager, TODAY)) == []

    decide_list_entry(entry=entry_of(upload, "C1"), case=case, by=manager)

    assert list(not_listed(manager, TODAY)) == []
    titles = [one.title for one in list_work.timeline(manager, case)]
    assert titles == ["Found on a registrar's list"]


def test_a_decided_entry_is_part_of_the_history_of_its_case(client, manager, panel, case):
    upload = take_in(panel, manager, NOTIFIED)
    decide_list_entry(entry=entry_of(upload, "C1"), case=case, by=manager)

    body = sign_in(client, manager).get(reverse("view_history", args=[case.reference]))

    assert "Entry of a registrar" in body.content.decode()


def test_the_names_of_a_list_are_sealed(upload):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cdop_listentry")
        rows = str([[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row]
                    for row in cursor.fetchall()])  # fmt: skip

    assert "Qxunheard" not in rows


def test_the_queries_of_the_pages_do_not_grow(client, manager, panel, case):
    upload = take_in(panel, manager, NOTIFIED, UNKNOWN, LIKELY)
    sign_in(client, manager)
    urls = [reverse("cdop:list_lists"), reverse("cdop:view_list", args=[upload.pk])]

    def asked(url):
        with CaptureQueriesContext(connection) as context:
            assert client.get(url).status_code == 200
        return len(context)

    before = [asked(url) for url in urls]
    more = [ListedDeath(f"D{n}", "Ada", "Example", died_on=case.died_on) for n in range(6)]
    for n in range(3):
        factories.make_case(by=manager)
        take_in(panel, manager, UNKNOWN, *more[n:])
    with change("upload_list", by=manager) as written:
        for entry in ListEntry.objects.exclude(upload=upload)[:8]:
            again = ListEntry(
                upload=upload, entry=f"E{entry.pk}"[:40], band=entry.band, weights=entry.weights
            )
            written.save(again)

    assert [asked(url) for url in urls] == before
    assert Case.objects.count() == 4


def test_a_death_nobody_notified_is_notified_with_what_the_list_says_and_then_offered(
    client, manager, panel, upload
):
    entry = upload.entries.get(band="unmatched")
    sign_in(client, manager)
    decide = reverse("cdop:decide_list_entry", args=[upload.pk, entry.pk])
    assert "Notify this death" in client.get(decide).content.decode()

    page = client.post(reverse("cdop:notify_listed", args=[upload.pk, entry.pk]))
    draft = Draft.objects.get(user=manager, form="notification")
    child = draft.content["sections"]["child"]["typed"]
    assert page.headers["Location"] == reverse("cdop:notification_draft", args=[draft.pk])
    assert child["family_name"] == [entry.family_name]
    assert child["born_on_year"] == [str(entry.born_on.year)]
    case = factories.make_case(
        by=manager, family_name=entry.family_name, died_on=entry.died_on, notified_on=entry.died_on
    )
    with change("plant", by=manager, case=case) as written:
        case.child.given_names, case.child.born_on = entry.given_names, entry.born_on
        case.child.postcode, case.child.sex = entry.postcode, entry.sex
        written.save(case.child)

    assert f"{case.reference}: " in client.get(decide).content.decode()
    client.post(decide, {"decision": case.reference})
    entry.refresh_from_db()
    assert (entry.case, entry.decision) == (case, "notified")
    assert entry.weights["proposals"][0]["case"] == str(case.pk)


def test_a_weekly_list_that_does_not_come_is_asked_for(manager, panel):
    take_in(panel, manager, UNKNOWN, kind="coroner", place="Nottingham")

    def asked(day):
        return [one for one in list_work.work(manager, day) if one.task.startswith("Ask for the")]

    assert asked(LAST + datetime.timedelta(days=7)) == []
    [item] = asked(LAST + datetime.timedelta(days=8))
    assert item.task == "Ask for the next coroner's list, and upload it"
    assert item.due_on == LAST + datetime.timedelta(days=7)
    assert item.why == "The last one of Nottingham ends on 31 May 2014."
    assert asked(LAST + datetime.timedelta(days=61)) == []
    take_in(panel, manager, UNKNOWN, kind="coroner", place="Nottingham", until=TODAY)
    assert asked(LAST + datetime.timedelta(days=31)) == []
