"""One child's part of agreed minutes goes or is left out; the minutes of the others stay."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casereview import actions as kernel
from casereview import crypto, keys, pdf
from casereview.actions import NotAllowed, disposing
from casereview.actions.second_person import agree_to_proposal
from casereview.models import AgendaItem, Agreement, Case, Meeting
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.verification import verify
from cdop.actions import redacting
from cdop.actions.redacting import propose_redaction
from cdop.forms.minutes import PartOfMinutesForm
from cdop.minutes_redaction import Ground
from cdop.rules.taken_out import TAKEN_OUT, sentences, without
from learning.agency_updates import of_meeting
from learning.models import AgencyUpdate
from tests import factories
from tests.html import without_token
from tests.signed_in import sign_in

HELD, LATER = datetime.date(2014, 6, 2), datetime.date(2014, 9, 1)
SAID = "All came.\nThe twins of Meadowsweet Lane were spoken of! Tea was had.\nNext: in autumn"
AGREED_WITH = "The police will be asked on time"
TELLING = "The twins of Meadowsweet Lane were spoken of!"


@pytest.mark.parametrize(
    ("text", "taken", "left"),
    [
        (SAID, {2}, f"All came.\n{TAKEN_OUT} Tea was had.\nNext: in autumn"),
        (SAID, set(), SAID),
        ("\n One.  Two?\n\n- Three\n", {1, 3}, f"\n {TAKEN_OUT}  Two?\n\n{TAKEN_OUT}\n"),
    ],
)
def test_only_the_sentences_chosen_are_taken_out(text, taken, left):
    assert without(text, taken).replace(" ", "") == left.replace(" ", "")
    chosen = [one for n, one in enumerate(sentences(text), 1) if n in taken]
    assert not [one for one in chosen if one in without(text, taken)]
    assert without(text, range(1, 1 + len(sentences(text)))).count(TAKEN_OUT) == len(
        sentences(text)
    )


def test_what_was_taken_out_is_a_sentence_of_its_own_and_the_next_keeps_its_number():
    once = without(SAID, {2})

    assert sentences(once) == [SAID.split("\n")[0], TAKEN_OUT, "Tea was had.", "Next: in autumn"]
    assert without(once, {3}) == without(SAID, {2, 3})
    choices = PartOfMinutesForm(items=[], sentences=sentences(once)).fields["taken"].choices
    assert [number for number, _ in choices] == ["1", "3", "4"]  # what is gone is not offered


@pytest.fixture
def auditor(people):
    return people[Role.AUDITOR]


@pytest.fixture
def meeting(panel, manager, case):
    """A meeting about two cases whose minutes the next one agreed; an agency had brought words."""
    other = factories.make_case(by=manager)
    with change("plant", by=manager) as written:
        made = Meeting(panel=panel, held_on=HELD, state=Meeting.State.HELD, chair=manager)
        following = Meeting(panel=panel, held_on=LATER, state=Meeting.State.HELD, chair=manager)
        written.save(made)
        written.save(following)
        items = [AgendaItem(meeting=made, case=one, place=n) for n, one in enumerate((case, other))]
        for item in items:
            item.place += 1
            written.save(item)
        update = AgencyUpdate(meeting=made, agency=factories.make_agency(), asked_at=timezone.now())
        update.answer, update.text = AgencyUpdate.Answer.SOMETHING, AGREED_WITH
        update.answered_by, update.answered_at = manager, timezone.now()
        written.save(update)
    notes = dict(zip(items, ("Firstchild was discussed", "Secondchild was discussed"), strict=True))
    kernel.write_minutes(meeting=made, by=manager, text=SAID, notes=notes)
    kernel.agree_minutes(meeting=made, at=following, by=manager)
    return Meeting.objects.get(pk=made.pk)


def url(name, meeting, *more):
    return reverse(f"cdop:{name}", args=[meeting.pk, *more])


def proposed(meeting, by, taken=(2,), place=1):
    return propose_redaction(
        meeting=meeting,
        item=AgendaItem.objects.get(meeting=meeting, place=place),
        by=by,
        taken=taken,
        ground=Ground.DISPOSED,
        reason="The parents wrote to the partnership",
    )


def dispose_of(case) -> None:
    with change("dispose_case", by=None, case=case) as written:
        disposing.leave_tombstone(written, Case.objects.get(pk=case.pk), timezone.now())
    disposing.destroy_keys(Case.objects.get(pk=case.pk))


@pytest.mark.django_db
def test_one_case_is_disposed_of_and_its_sentence_goes_from_agreed_minutes_for_good(
    client, meeting, manager, auditor, case, django_capture_on_commit_callbacks
):
    dispose_of(case)
    sign_in(client, manager)
    page = without_token(client.get(url("view_minutes", meeting)))
    assert "Secondchild was discussed" in page and "Firstchild" not in page
    assert "Item 1 of the agenda" in page and "The case was disposed of on" in page
    assert case.reference not in page and TELLING in page

    asks = url("propose_redaction", meeting)
    assert asks in page
    assert "Item 1: a case that was disposed of" in without_token(client.get(asks))
    assert "There is a problem" in client.post(asks, {"taken": ["9"]}).content.decode()
    item = AgendaItem.objects.get(meeting=meeting, place=1)
    answers = {"item": item.pk, "taken": ["2"], "ground": "disposed", "reason": "Asked by a parent"}
    assert client.post(asks, answers).status_code == 302
    assert "waits for an auditor" in without_token(client.get(asks))

    theirs = sign_in(Client(), auditor)
    answer = reverse("answer_proposal", args=[Agreement.objects.get().pk])
    told = without_token(theirs.get(answer))
    for words in ("2 June 2014", "Item 1", "1 sentence", "was disposed of", "Asked by a parent"):
        assert words in told
    assert "Meadowsweet" not in told
    with django_capture_on_commit_callbacks(execute=True):
        assert theirs.post(answer, {"answer": "agree", "note": ""}).status_code == 302

    after = Meeting.objects.get(pk=meeting.pk)
    assert after.minutes == SAID.replace(TELLING, TAKEN_OUT)
    assert after.version == meeting.version + 1 and verify().ok
    assert [one.text for one in of_meeting(after)] == [AGREED_WITH]
    with keys.held():  # no earlier version opens, and no backup of the keys brings the key back
        for old in Meeting.history.filter(id=meeting.pk, version__lte=meeting.version):
            if old.__dict__["minutes"] is not None:
                with pytest.raises(crypto.KeyMissing):
                    _ = old.minutes
    gone = keys.stays_destroyed()
    assert [gone("meeting", meeting.pk, epoch) for epoch in (1, 2)] == [True, False]
    assert meeting.pk not in keys.destroyed_of("meeting")
    page = without_token(client.get(url("view_minutes", meeting)))
    for words in (
        "Agreed at the meeting of 1 September 2014",
        "1 sentence taken out for good. The case was disposed of.",
        f"Proposed by {manager.name}, agreed by {auditor.name}.",
        f"Version {after.version} of the minutes stands since",
        "Tea was had.",
        "Secondchild was discussed",
    ):
        assert words in page
    assert "Meadowsweet" not in page


@pytest.mark.django_db
def test_killed_before_the_older_key_is_destroyed_it_is_destroyed_by_upkeep(
    meeting, manager, auditor
):
    agree_to_proposal(proposal=proposed(meeting, manager), by=auditor)  # nothing after the commit
    assert keys.older("meeting", meeting.pk, 2) == 1

    assert [redacting.finish(timezone.now()) for _ in range(2)] == [1, 0]

    assert keys.older("meeting", meeting.pk, 2) == 0
    assert Meeting.objects.get(pk=meeting.pk).minutes == SAID.replace(TELLING, TAKEN_OUT)


@pytest.mark.django_db
def test_nobody_redacts_alone_nor_what_was_changed_or_is_anothers(
    client, meeting, manager, auditor, case, outsider
):
    for taken in ((), (5,), (0,)):
        with pytest.raises(NotAllowed, match="Select the sentences"):
            proposed(meeting, manager, taken)
    proposal = proposed(meeting, manager)
    for somebody in (manager, factories.make_user(Role.CDR_MANAGER)):
        with pytest.raises(NotAllowed):
            agree_to_proposal(proposal=proposal, by=somebody)
    factories.recuse(auditor, case, by=manager)
    proposal.refresh_from_db()
    with pytest.raises(NotAllowed, match="withdrawn from the case"):
        agree_to_proposal(proposal=proposal, by=auditor)
    with change("plant", by=manager) as written:
        meeting.place = "Elsewhere"
        written.save(meeting)
    proposal.refresh_from_db()
    with pytest.raises(NotAllowed, match="changed since"):
        agree_to_proposal(proposal=proposal, by=factories.make_user(Role.AUDITOR))
    assert Meeting.objects.get(pk=meeting.pk).minutes == SAID

    member = factories.make_user(Role.PANEL_MEMBER)
    for somebody, answers in ((member, {403, 404}), (outsider, {403}), (auditor, {403})):
        sign_in(client, somebody)
        assert client.get(url("propose_redaction", meeting)).status_code in answers
        assert client.get(url("copy_part_of_minutes", meeting)).status_code in {403, 404}
    # Who has withdrawn is not told that the case was there, nor may name it.
    withdrawn = factories.make_user(Role.CDR_MANAGER)
    factories.recuse(withdrawn, case, by=manager)
    dispose_of(case)
    sign_in(client, withdrawn)
    for name in ("view_minutes", "propose_redaction", "copy_part_of_minutes"):
        page = without_token(client.get(url(name, meeting)))
        assert "Item 1" not in page and case.reference not in page
    item = AgendaItem.objects.get(meeting=meeting, place=1)
    answers = {"item": item.pk, "taken": ["2"], "ground": "names", "reason": "Mine"}
    page = client.post(url("propose_redaction", meeting), answers).content.decode()
    assert "Select the case in the list" in page
    with change("deactivate_person", by=None) as written:
        withdrawn.is_active = False
        written.save(withdrawn)
    assert client.get(url("propose_redaction", meeting)).status_code in (302, 403)


@pytest.mark.django_db
def test_a_copy_for_a_disclosure_tells_of_one_child_and_says_what_it_left_out(
    client, meeting, manager, case
):
    first, second = AgendaItem.objects.filter(meeting=meeting).order_by("place")
    sign_in(client, manager)
    ask = url("copy_part_of_minutes", meeting)
    assert first.case.reference in client.get(ask).content.decode()

    page = client.post(ask, {"items": [second.pk], "taken": ["2"]}).content.decode()
    password = re.search(r"<strong>([a-z2-7-]{19})</strong>", page)[1]
    link = re.search(r'href="([^"]+/minutes/copy/[^"]+)"', page)[1].replace("&amp;", "&")
    paper = client.get(link).content
    words = " ".join(" ".join(pdf.pages_of(paper, password=password)).split())

    assert "Secondchild was discussed" in words and second.case.reference in words
    assert "Firstchild" not in words and first.case.reference not in words
    assert "Item 1 of the agenda This part is about another child." in words
    assert "Meadowsweet" not in words and TAKEN_OUT in words and "Tea was had." in words
    assert Meeting.objects.get(pk=meeting.pk).minutes == SAID
    # A link is no way to a case that is kept from its reader since, nor to one of elsewhere.
    factories.recuse(manager, second.case)
    assert client.get(link).status_code == 404
    forged = link.replace(str(second.pk), str(first.case_id))
    assert client.get(forged).status_code == 404
