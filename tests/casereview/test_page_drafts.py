"""Drafts of pages: what was typed is found again by who typed it, and by nobody else."""

import datetime
import re
import uuid
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casereview import drafts, keys, leaving
from casereview.actions import keep_draft
from casereview.actions.case_notes import correct_case_note, write_case_note
from casereview.actions.disposing import leave_tombstone
from casereview.models import AuditEntry, CaseNote, Draft
from casereview.records import change
from casereview.rules.access_table import Role
from tests import factories
from tests.html import Page, without_token
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

TEXT = "Planted words about the bathroom"
HEX = re.compile(r"[0-9a-f-]{36}\.\d+")


@pytest.fixture
def page(case):
    return reverse("write_case_note", args=[case.reference])


@pytest.fixture
def reader(client, manager):
    return sign_in(client, manager)


def window_on(response) -> str:
    return Page(response.content.decode()).all("input", name=drafts.WINDOW)[0]["value"]


def autosave(client, page, window, text=TEXT, **more):
    typed = {"text": text, drafts.WINDOW: window, drafts.PAGE: page, drafts.SAVE: "auto", **more}
    return client.post(page, typed)


def kept(page, user):
    return [drafts.opened(one)["typed"]["text"][0] for one in drafts.of_page(user, page)]


def test_a_draft_saved_by_hand_is_shown_again_and_nothing_is_handed_in(reader, page, manager):
    window = window_on(reader.get(page))

    saved = reader.post(
        page,
        {"text": TEXT, drafts.WINDOW: window, drafts.PAGE: page, drafts.SAVE: "by hand"},
        follow=True,
    )

    assert TEXT in without_token(saved) and not CaseNote.objects.exists()
    assert "Nothing has been handed in" in without_token(saved)
    assert "Planted" not in saved.redirect_chain[-1][0]
    shown = without_token(reader.get(page))
    assert "go on with it" in shown and "Planted" not in shown
    assert "There is a problem" not in without_token(saved)


def test_a_window_saves_one_draft_again_and_again_and_unchanged_text_writes_nothing(
    reader, page, manager
):
    window = window_on(reader.get(page))
    first = autosave(reader, page, window).json()
    entries = AuditEntry.objects.count()

    again = autosave(reader, page, first["window"]).json()
    assert AuditEntry.objects.count() == entries
    longer = autosave(reader, page, again["window"], TEXT + " and the hall").json()

    assert kept(page, manager) == [TEXT + " and the hall"]
    assert AuditEntry.objects.count() == entries + 1
    assert AuditEntry.objects.latest("seq").action == "keep_draft"
    assert longer["at"] and HEX.fullmatch(longer["window"])


def test_two_windows_of_one_page_never_overwrite_each_other(reader, page, manager):
    first = autosave(reader, page, window_on(reader.get(page)), "First window text").json()
    autosave(reader, page, window_on(reader.get(page)), "Second window text")
    draft = next(one for one in drafts.of_page(manager, page))
    resumed = window_on(reader.get(drafts.resuming(page, draft)))
    autosave(reader, page, resumed, "Second, longer")

    autosave(reader, page, resumed, "Second, in a stale window")
    autosave(reader, page, first["window"], "First, longer text")

    assert sorted(kept(page, manager)) == [
        "First, longer text",
        "Second, in a stale window",
        "Second, longer",
    ]


def test_the_oldest_of_many_windows_goes(reader, page, manager):
    for number in range(drafts.AT_MOST + 2):
        autosave(reader, page, str(uuid.uuid4()), f"Window number {number}")

    assert len(kept(page, manager)) == drafts.AT_MOST
    assert "Window number 0" not in kept(page, manager)


def test_what_is_handed_in_is_no_draft_any_more_and_what_is_refused_still_is(reader, page, manager):
    window = autosave(reader, page, window_on(reader.get(page))).json()["window"]
    posted = {"text": "", drafts.WINDOW: window, drafts.PAGE: page}

    refused = reader.post(page, posted)
    assert window_on(refused) == window and kept(page, manager) == [TEXT]
    reader.post(page, {**posted, "text": TEXT})

    assert CaseNote.objects.get().text == TEXT and kept(page, manager) == []


def test_a_draft_is_thrown_away_by_who_wrote_it(reader, page, manager):
    autosave(reader, page, window_on(reader.get(page)))
    key = drafts.of_page(manager, page).get().pk

    reader.post(page, {drafts.DISCARD: str(uuid.uuid4()), drafts.PAGE: page})
    assert kept(page, manager) == [TEXT]
    reader.post(page, {drafts.DISCARD: str(key), drafts.PAGE: page})

    assert kept(page, manager) == []


def test_nobody_but_its_author_sees_or_ends_a_draft(reader, page, manager, case, outsider):
    autosave(reader, page, window_on(reader.get(page)))
    draft = drafts.of_page(manager, page).get()
    colleague = sign_in(Client(), factories.make_user(Role.CDR_MANAGER, email="second@example.org"))
    stranger = sign_in(Client(), outsider)

    shown = colleague.get(drafts.resuming(page, draft))
    colleague.post(page, {drafts.DISCARD: str(draft.pk), drafts.PAGE: page})
    autosave(colleague, page, f"{drafts.opened(draft)['window']}.1", "Text of the colleague")

    assert shown.status_code == 200 and "Planted" not in without_token(shown)
    assert "go on with it" not in without_token(shown)
    assert kept(page, manager) == [TEXT]
    assert stranger.get(drafts.resuming(page, draft)).status_code == 404
    assert autosave(stranger, page, str(uuid.uuid4())).status_code == 404
    assert not Draft.objects.filter(user=outsider).exists()


def test_who_withdraws_from_a_case_reaches_no_draft_of_it_and_keeps_none(
    reader, page, manager, case
):
    autosave(reader, page, window_on(reader.get(page)))
    draft = drafts.of_page(manager, page).get()

    factories.recuse(manager, case)

    assert reader.get(drafts.resuming(page, draft)).status_code == 404
    assert autosave(reader, page, str(uuid.uuid4()), "Later words").status_code == 404
    assert Draft.objects.count() == 1


def test_a_draft_is_sealed_twice_and_ends_with_the_key_of_its_case(reader, page, manager, case):
    autosave(reader, page, window_on(reader.get(page)))
    draft = drafts.of_page(manager, page).get()

    assert "Planted" not in str(draft.content) and draft.case_id == case.pk
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT content FROM {Draft._meta.db_table}")  # noqa: S608
        assert b"Planted" not in bytes(cursor.fetchone()[0])
    keys.destroy("case", case.pk)

    assert drafts.opened(Draft.objects.get()) is None


def test_drafts_of_pages_end_after_their_days_and_no_other_draft_does(reader, page, manager):
    autosave(reader, page, window_on(reader.get(page)))
    keep_draft(user=manager, form="notification", content={})
    later = timezone.now() + datetime.timedelta(days=settings.DRAFT_DAYS, minutes=1)

    assert drafts.expire() == 0
    assert drafts.expire(later) == 1

    assert Draft.objects.get().form == "notification"
    assert AuditEntry.objects.latest("seq").action == "discard_draft"


def timed_out(client):
    session = client.session
    session["seen"] -= settings.IDLE_MINUTES * 60 + 5
    session.save()


def test_what_is_posted_after_the_time_ran_out_is_found_after_signing_in_again(page, manager):
    client = sign_in(Client(enforce_csrf_checks=True), manager)
    opened = client.get(page)
    token = Page(opened.content.decode()).all("input", name="csrfmiddlewaretoken")[0]["value"]
    posted = {"text": TEXT, drafts.WINDOW: window_on(opened), drafts.PAGE: page}
    timed_out(client)

    answer = client.post(page, {**posted, "csrfmiddlewaretoken": token})

    assert answer.status_code == 302 and "ended=idle" in answer.url and "kept=yes" in answer.url
    assert "Planted" not in answer.url and not CaseNote.objects.exists()
    assert "What you typed is kept as your draft" in without_token(client.get(answer.url))
    back = drafts.resuming(page, drafts.of_page(manager, page).get())
    assert TEXT in without_token(sign_in(Client(), manager).get(back))


def test_a_forged_post_after_the_time_ran_out_keeps_nothing(page, manager):
    client = sign_in(Client(enforce_csrf_checks=True), manager)
    window = window_on(client.get(page))
    timed_out(client)

    answer = client.post(page, {"text": TEXT, drafts.WINDOW: window, drafts.PAGE: page})

    assert answer.status_code == 302 and "kept" not in answer.url
    assert not Draft.objects.exists()


def test_a_page_that_saves_by_itself_is_told_that_the_time_ran_out(reader, page, manager):
    window = window_on(reader.get(page))
    timed_out(reader)

    answer = autosave(reader, page, window)

    assert (answer.status_code, answer.json()) == (401, {"kept": True})
    assert kept(page, manager) == [TEXT]


@pytest.mark.parametrize("told", ["https://elsewhere.example/", "//elsewhere.example/", "", "x"])
def test_a_page_named_elsewhere_is_not_gone_back_to(reader, page, told):
    answer = reader.post(page, {"text": TEXT, drafts.PAGE: told, drafts.SAVE: "by hand"})

    assert answer.status_code == 302 and answer.url.startswith(page)


def test_nothing_typed_is_no_draft(reader, page):
    window = window_on(reader.get(page))

    assert autosave(reader, page, window, "  ").json()["at"] == ""
    by_hand = reader.post(
        page, {"text": "", drafts.WINDOW: "rubbish", drafts.SAVE: "by hand"}, follow=True
    )

    assert "nothing to keep" in without_token(by_hand) and not Draft.objects.exists()


def test_a_draft_carries_the_version_it_was_typed_over(reader, manager, case):
    note = write_case_note(case=case, text="As it was first", by=manager)
    page = reverse("correct_case_note", args=[case.reference, note.pk])
    opened = Page(reader.get(page).content.decode())
    autosave(reader, page, opened.all("input", name=drafts.WINDOW)[0]["value"], version="1")
    correct_case_note(note=note, text="Changed in another window", by=manager)

    resumed = reader.get(drafts.resuming(page, drafts.of_page(manager, page).get()))
    seen = Page(resumed.content.decode()).all("input", name="version")
    assert TEXT in without_token(resumed) and {one["value"] for one in seen} == {"1"}
    answer = without_token(reader.post(page, {"text": TEXT, "version": "1"}))

    assert "What differs" in answer and "Changed in another window" in answer and TEXT in answer


def test_who_must_first_prove_who_they_are_finds_the_text_on_the_page_again(manager, case):
    page = reverse("correct_record", args=[case.reference])
    client = sign_in(Client(), manager, proved=False)
    posted = {"reason": TEXT, drafts.WINDOW: str(uuid.uuid4()), drafts.PAGE: page}

    asked = client.post(page, posted)

    draft = drafts.of_page(manager, page).get()
    assert asked.status_code == 302 and quote(drafts.resuming(page, draft), "") in asked.url
    back = sign_in(Client(), manager).get(drafts.resuming(page, draft))
    assert TEXT in without_token(back)


def test_a_case_disposed_of_takes_its_drafts_and_who_left_has_none(reader, page, manager, case):
    autosave(reader, page, window_on(reader.get(page)))
    with change("dispose_case", by=None, case=case) as written:
        leave_tombstone(written, case, timezone.now())
    assert not Draft.objects.exists()
    assert autosave(reader, page, str(uuid.uuid4())).status_code == 404

    keep_draft(user=manager, form="typed:any", content={})
    with change("deactivate_person", by=None) as written:
        assert leaving.end_all(written, manager)["Drafts"] == 1
    assert not Draft.objects.exists()


def test_a_draft_is_in_no_history_and_so_in_no_disclosure():
    assert not hasattr(Draft, "history")
