"""Somebody is called away while typing: the text is kept by itself, and handed in the next day."""

from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from casereview.models import CaseNote, Draft
from tests.journeys.looking import Reader
from tests.journeys.signing_in import sit_down

TEXT = "The health visitor rang about the letter."


def test_what_is_typed_is_kept_by_itself_through_a_break_and_a_sign_out(
    page, problems, manager, case, settings
):
    settings.DRAFT_PAUSE_SECONDS = 0.2
    address = reverse("write_case_note", args=[case.reference])
    reader = Reader(sit_down(page, manager))
    note, status = page.get_by_label("Note"), page.get_by_role("status")

    reader.open(address, "Write a note")
    note.fill(TEXT)
    expect(status).to_contain_text("Saved as a draft at")

    page.context.set_offline(True)
    note.fill(TEXT + " Ring back")
    expect(status).to_contain_text("the server is not reached")
    page.context.set_offline(False)
    note.fill(TEXT + " Ring back.")
    expect(status).to_contain_text("Saved as a draft at")

    time_runs_out(settings)
    note.fill(TEXT + " Ring back on Monday.")
    expect(status).to_contain_text("What you typed is kept as your draft")
    assert any("401" in one for one in problems) and not CaseNote.objects.exists()
    problems.clear()

    sit_down(page, manager)
    reader.open(address, "Write a note")
    assert note.input_value() == ""
    page.get_by_role("link", name="go on with it").click()
    reader.look("Write a note")
    assert note.input_value() == TEXT + " Ring back on Monday."
    reader.press("Save the note", "Notes")

    assert CaseNote.objects.get().text == TEXT + " Ring back on Monday."
    assert not Draft.objects.exists()


def time_runs_out(settings) -> None:
    for session in Session.objects.all():
        kept = session.get_decoded()
        kept["seen"] -= settings.IDLE_MINUTES * 60 + 5
        session.session_data = Session.objects.encode(kept)
        session.save()
