"""What families ask of *Your work*, the Next box, the timeline and the leak test."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from casereview import access, registries
from casereview.actions.family import unsettled_questions
from casereview.models import (
    Case,
    ContactPreference,
    FamilyContact,
    FamilyLetter,
    FamilyQuestion,
    FamilyWork,
    SupportOffer,
)
from casereview.pseudonyms import Entity, professional
from casereview.registries import CasePage, NextStep, TimelineEntry, WorkItem
from casereview.rules.working_days import add_working_days

# Support that was offered is asked after again; our own reminder.
ASK_AGAIN_DAYS = 28
# Practice, not law: a key worker within two days; older families are on their own page.
KEY_WORKER_WORKING_DAYS = 2
RECENT_DAYS = 28
OPEN_STAGES = (Case.Stage.NOTIFIED, Case.Stage.GATHERING, Case.Stage.READY)


def work(user, today: date) -> list[WorkItem]:
    """Return the questions, answers, offers and letters of families that wait for `user`."""
    cases = access.visible_to(user, "record_family_work").filter(merged_into=None).values("pk")
    return [
        *_no_key_worker(cases, today),
        *_questions(cases),
        *_offers(cases, today),
        *_letters(user),
    ]


def _no_key_worker(cases, today: date) -> list[WorkItem]:
    """The families of these weeks for whom nobody is named to keep in touch."""
    named = FamilyWork.objects.filter(case=OuterRef("pk"), key_worker__isnull=False)
    waiting = (
        Case.objects.filter(pk__in=cases, kind=Case.Kind.DEATH, stage__in=OPEN_STAGES)
        .filter(notified_on__gt=today - timedelta(days=RECENT_DAYS))
        .exclude(Exists(named))
    )
    return [
        WorkItem(
            key=f"key worker {reference}",
            task="Name the family’s key worker, and who covers",
            url=reverse("record_family_work", args=[reference]),
            reference=reference,
            due_on=add_working_days(notified_on, KEY_WORKER_WORKING_DAYS),
            why="Nobody is named yet whom the family can turn to.",
        )
        for reference, notified_on in waiting.order_by("notified_on", "reference").values_list(
            "reference", "notified_on"
        )
        if notified_on
    ]


def _questions(cases) -> list[WorkItem]:
    waiting = FamilyQuestion.objects.filter(
        Q(settled_at=None) | Q(told_family_on=None), case__in=cases
    ).select_related("case")
    items = []
    for one in waiting.order_by("asked_on", "id"):
        reference = one.case.reference
        if one.settled_at is None:
            task, name = "Settle a question of the family", "settle_family_question"
            why = "The case cannot be closed before."
        else:
            task, name = "Tell the family the answer to their question", "record_told_family"
            why = "It is signed, and they have not been told."
        url = reverse(name, args=[reference, one.pk])
        items.append(WorkItem(f"family question {one.pk}", task, url, reference, why=why))
    return items


def _offers(cases, today: date) -> list[WorkItem]:
    waiting = SupportOffer.objects.filter(case__in=cases, answer="").select_related("case")
    return [
        WorkItem(
            key=f"support {one.pk}",
            task="Ask whether the family takes up the support that was offered",
            url=reverse("record_support_answer", args=[one.case.reference, one.pk]),
            reference=one.case.reference,
            due_on=one.offered_on + timedelta(days=ASK_AGAIN_DAYS),
            why="There is no answer yet.",
        )
        for one in waiting.order_by("offered_on", "id")
    ]


def _letters(user) -> list[WorkItem]:
    cases = access.visible_to(user, "release_family_letter").filter(merged_into=None)
    waiting = FamilyLetter.objects.filter(case__in=cases.values("pk"), sent_on=None)
    items = []
    for one in waiting.select_related("case").order_by("drafted_at", "id"):
        released = one.released_at is not None
        name = "record_letter_sent" if released else "release_family_letter"
        task = (
            "Hand over or send the letter to the family"
            if released
            else ("Read and release the letter to the family")
        )
        url = reverse(name, args=[one.case.reference, one.pk])
        items.append(WorkItem(f"letter {one.pk}", task, url, one.case.reference))
    return items


def next_steps(user, case: Case) -> list[NextStep]:
    """Return what the family of a case asks of `user` next."""
    if not access.can(user, "record_family_work", case):
        return []
    question = case.family_questions.filter(settled_at=None).first()
    if question is None:
        return []
    return [
        NextStep(
            45,
            "settle a question of the family",
            "The case cannot be closed before.",
            reverse("settle_family_question", args=[case.reference, question.pk]),
            "Settle it",
        )
    ]


def timeline(user, case: Case) -> list[TimelineEntry]:
    """Return what was done with the family, without a word of what was said."""
    if not access.can(user, "view_family", case):
        return []
    url = reverse("view_family", args=[case.reference])
    entries = [
        TimelineEntry(one.on, f"Contact with the family: {one.get_kind_display().lower()}", url=url)
        for one in case.family_contacts.all()
    ]
    for one in FamilyWork.objects.filter(case=case):
        if one.told_of_review_on:
            entries.append(TimelineEntry(one.told_of_review_on, "Family told of the review"))
        if one.leaflet_given_on:
            entries.append(TimelineEntry(one.leaflet_given_on, "Leaflet given to the family"))
    entries += [
        TimelineEntry(one.asked_on, "The family asked a question", url=url)
        for one in case.family_questions.all()
    ]
    entries += [
        TimelineEntry(one.sent_on, "Letter to the family sent", url=url)
        for one in case.family_letters.exclude(sent_on=None)
        if one.sent_on
    ]
    return entries


def identifiers(case: Case) -> list[str]:
    """Return the names of key workers and of those who stand between us and a family."""
    found = []
    for work_ in FamilyWork.objects.filter(case=case):
        found += [
            work_.key_worker,
            work_.key_worker_contact,
            work_.key_worker_cover,
            work_.told_of_review_by,
        ]
    found += [each.through for each in ContactPreference.objects.filter(case=case)]
    found += [each.by_whom for each in FamilyContact.objects.filter(case=case)]
    return list(dict.fromkeys(value for value in found if value))


def entities(case: Case) -> list[Entity]:
    """Return key workers and those who stand between us and a family, whom no paper may name."""
    found = []
    for row in FamilyWork.objects.filter(case=case):
        found.append(professional(row.key_worker, row.key_worker_contact))
        found += [professional(row.key_worker_cover), professional(row.told_of_review_by)]
    found += [professional(one.through) for one in ContactPreference.objects.filter(case=case)]
    found += [professional(one.by_whom) for one in FamilyContact.objects.filter(case=case)]
    return found


def register() -> None:
    """Add the above to the pages that gather from all apps."""
    registries.work_items.append(work)
    registries.next_steps.append(next_steps)
    registries.tell_timeline("family", "Family", timeline)
    registries.identifiers.append(identifiers)
    registries.entities.append(entities)
    registries.closing_checks.append(unsettled_questions)
    registries.case_pages.append(CasePage("Family", "view_family", "view_family", 50))
