"""What referrals and the criteria ask of *Your work*, the Next box, the timeline and the group."""

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from casereview import access, keys, registries
from casereview.models import Case, Clock
from casereview.registries import CasePage, NextStep, TimelineEntry, WorkItem
from casereview.rules.access_table import LABELS, Role
from casereview.rules.working_days import (
    add_working_days,
    london_date,
    next_working_day,
    written,
)
from scr import referral_lists, stages
from scr.criteria_files import framework_named
from scr.models import CriteriaAssessment, CriterionAnswer, FileSecured, Referral
from scr.referrals import current_assessment, current_referral
from scr.rules.answers import NOT_KNOWN
from scr.rules.criteria import label as outcome_label
from scr.stages import DONE, NOT_STARTED, UNDER_WAY, Link, Stage, Turn

FILES_DAYS = 2
DECISION = ("decision", "rapid_review")
GROUP = f"{LABELS[Role.SCR_MEMBER]} or chair"


def work(user, today: date) -> list[WorkItem]:
    """Return the files not secured, children not known to be safe, and criteria to assess."""
    return [*_sent_in(user), *_office(user, today), *_group(user), *_answers(user)]


def _sent_in(user) -> list[WorkItem]:
    """The referrals that wait: each of children not known to be safe by itself, at the top."""
    found = referral_lists.waiting(user)
    items = [
        WorkItem(
            key=f"referral {one.pk}",
            task="See that children’s social care knows, and decide on a referral",
            url=reverse("scr:read_referral", args=[one.pk]),
            due_on=timezone.localdate(one.received_at),
            why="It says that other children are not known to be safe.",
            urgent=True,
        )
        for one in found
        if one.urgent
    ]
    rest = [one for one in found if not one.urgent]
    if rest:
        number = "a referral" if len(rest) == 1 else f"{len(rest)} referrals"
        items.append(
            WorkItem(
                key="referrals",
                task=f"Read and decide on {number} to the serious case review group",
                url=reverse("scr:read_referral", args=[rest[0].pk])
                if len(rest) == 1
                else reverse("scr:list_referrals"),
                due_on=next_working_day(timezone.localdate(rest[0].received_at)),
                why="The group’s clocks run from the day it was sent.",
            )
        )
    return items


def _to(name: str, case: Case, *more: Any) -> str:
    return reverse(f"scr:{name}", args=[case.reference, *more])


def _held(cases) -> Any:
    return (
        Referral.objects.filter(case__in=cases, state=Referral.State.RECEIVED)
        .exclude(case__scr_state="")
        .select_related("case")
        .order_by("referred_on", "id")
    )


def _office(user, today: date) -> list[WorkItem]:
    cases = access.visible_to(user, "secure_files").filter(merged_into=None).values("pk")
    items = [
        WorkItem(
            key=f"scr-safety {one.case.reference}",
            task="See that the other children are safe, and record it",
            url=_to("record_scr_safety", one.case),
            reference=one.case.reference,
            due_on=one.referred_on,
            why="The referral does not say that they are.",
            urgent=True,
        )
        for one in _held(cases).exclude(siblings_safe="Y")
    ]
    waiting = FileSecured.objects.filter(
        case__in=cases, sealed_on=None, referral__state=Referral.State.RECEIVED
    ).select_related("case")
    late = [one for one in waiting if add_working_days(one.asked_on, FILES_DAYS) <= today]
    for case, number in sorted(
        Counter(one.case for one in late).items(), key=lambda pair: pair[0].reference
    ):
        first = min(one.asked_on for one in late if one.case == case)
        items.append(
            WorkItem(
                key=f"scr-files {case.reference}",
                task=f"Chase {number} {'agency' if number == 1 else 'agencies'} for sealed files",
                url=_to("view_scr", case) + "#files",
                reference=case.reference,
                due_on=add_working_days(first, FILES_DAYS),
                why="Files are to be secured and sealed at once.",
            )
        )
    return items


def _group(user) -> list[WorkItem]:
    """The cases whose criteria nobody has assessed, due with the clock of the decision."""
    cases = access.visible_to(user, "assess_scr_criteria").filter(merged_into=None).values("pk")
    locked = CriteriaAssessment.objects.filter(referral=OuterRef("pk")).exclude(locked_at=None)
    open_ones = list(_held(cases).filter(~Exists(locked), case__scr_state=Case.ScrState.REFERRED))
    due = _deadlines([one.case_id for one in open_ones])
    return [
        WorkItem(
            key=f"scr-assess {one.case.reference}",
            task="Assess the criteria",
            url=_to("view_criteria", one.case),
            reference=one.case.reference,
            due_on=due.get((one.case_id, one.framework)),
            why=f"Referred on {written(one.referred_on)}.",
        )
        for one in open_ones
    ]


def _deadlines(cases: list[Any]) -> dict[tuple[Any, str], date]:
    found = {}
    for clock in Clock.objects.filter(case__in=cases, rule__contains=".", met_on=None):
        edition, _, limit = clock.rule.partition(".")
        if limit in DECISION:
            found[clock.case_id, edition] = clock.due_on
    return found


def _answers(user) -> list[WorkItem]:
    """The questions somebody else is to answer: waited for, and chased when the day is past."""
    cases = access.visible_to(user, "assess_scr_criteria").filter(merged_into=None).values("pk")
    rows = list(
        CriterionAnswer.objects.filter(case__in=cases, value=NOT_KNOWN, assessment__locked_at=None)
        .exclude(pk__in=CriterionAnswer.objects.exclude(supersedes=None).values("supersedes"))
        .select_related("case")
        .order_by("answer_by", "id")
    )
    keys.prefetch("case", [row.case_id for row in rows])
    today = timezone.localdate()
    return [
        WorkItem(
            key=f"scr-answer {row.pk}",
            task="Ask again what is not known about the criteria"
            if row.answer_by and row.answer_by < today
            else "Wait for an answer about the criteria",
            url=_to("answer_criterion", row.case, row.question),
            reference=row.case.reference,
            due_on=row.answer_by,
            waiting_for=(row.who_will_answer or "")
            if not row.answer_by or row.answer_by >= today
            else "",
            why="The result may hang on it.",
        )
        for row in rows
    ]


def next_steps(user, case: Case) -> list[NextStep]:
    """Return what the group's papers ask of `user` next on a case."""
    if not case.scr_state or not access.can(user, "assess_scr_criteria", case):
        return []
    referral = current_referral(case)
    if referral is None or referral.state != Referral.State.RECEIVED:
        return []
    assessment = current_assessment(referral)
    if assessment is not None and assessment.locked_at is not None:
        return []
    due = _deadlines([case.pk]).get((case.pk, referral.framework))
    return [
        NextStep(
            60,
            "assess the criteria" if assessment is None else "go on assessing the criteria",
            "The edition in force on the day of the referral asks its questions in order; only "
            "those that can still change the result come first.",
            _to("view_criteria", case),
            "Open the criteria",
            due,
        )
    ]


def others_turn(user, case: Case) -> list[NextStep]:
    """Return what is next with the group when it is nobody's own step: whose turn, and by when."""
    if not case.scr_state or not access.can(user, "view_scr", case):
        return []
    url = _to("view_scr", case)
    found = stages.turns_of(user, case)
    if not found:
        return [
            NextStep(
                7,
                "nothing – the group has no more to do",
                "Nobody is asked for anything on this referral. Its page says how it ended.",
                url,
                "See the group’s page",
            )
        ]
    turn = found[0]
    task = turn.task[:1].lower() + turn.task[1:]
    if turn.url:
        why = f"It is the turn of: {turn.who}."
        return [NextStep(12, task, why, turn.url, "Open it", turn.due_on)]
    return [
        NextStep(
            8,
            f"wait for others – {task}",
            f"It is the turn of: {turn.who}.",
            url,
            "See the group’s page",
            turn.due_on,
        )
    ]


def timeline(user, case: Case) -> list[TimelineEntry]:
    """Return referrals and locked assessments, for those who see the group's papers."""
    if not case.scr_state or not access.can(user, "view_scr", case):
        return []
    url = _to("view_scr", case)
    entries = [
        TimelineEntry(one.referred_on, f"Referred to the group of {one.board}", url=url)
        for one in case.referrals.select_related("board")
    ]
    entries += [
        TimelineEntry(
            london_date(one.locked_at),
            "Criteria assessed",
            by=one.locked_by.name if one.locked_by else "",
            at=one.locked_at,
            detail=outcome_label(framework_named(one.framework), one.outcome),
            url=_to("view_assessment", case, one.pk),
        )
        for one in case.criteria_assessments.exclude(locked_at=None).select_related("locked_by")
        if one.locked_at
    ]
    return entries


def identifiers(case: Case) -> list[str]:
    """Return the professionals whom a referral names."""
    names = []
    for one in Referral.objects.filter(case=case):
        names += [one.raised_by, one.named_lead]
    names += [one.secured_by for one in FileSecured.objects.filter(case=case)]
    return [name for name in names if name]


def referral_stage(user, case: Case) -> Stage:
    """Say how far the referral is."""
    referral = current_referral(case)
    if referral is None:
        return Stage("Referral")
    words = f"{written(referral.referred_on)}"
    waiting = referral.files_secured.filter(sealed_on=None).count()
    if referral.state == Referral.State.PASSED_ON:
        return Stage("Referral", DONE, f"{words}; passed to {referral.board}")
    if waiting:
        words += f"; files of {waiting} {'agency' if waiting == 1 else 'agencies'} not yet sealed"
    return Stage("Referral", UNDER_WAY if waiting else DONE, words)


def assessment_stage(user, case: Case) -> Stage:
    """Say how far the assessment of the criteria is."""
    referral = current_referral(case)
    if referral is None or referral.state == Referral.State.PASSED_ON:
        return Stage("Assessment of the criteria")
    url = _to("view_criteria", case)
    found = current_assessment(referral)
    if found is None:
        return Stage("Assessment of the criteria", NOT_STARTED, url=url)
    if found.locked_at is None:
        return Stage("Assessment of the criteria", UNDER_WAY, url=url)
    words = outcome_label(framework_named(found.framework), found.outcome)
    return Stage("Assessment of the criteria", DONE, words, url)


def turns(user, case: Case) -> list[Turn]:
    """Return what the office and the group have to do before the group can recommend."""
    referral = current_referral(case)
    if referral is None or referral.state != Referral.State.RECEIVED:
        return []
    office = LABELS[Role.BOARD_MANAGER]
    found = []
    asked = [one.asked_on for one in referral.files_secured.filter(sealed_on=None)]
    if asked:
        manages = access.can(user, "secure_files", case)
        found.append(
            Turn(
                "See that every agency has sealed its files",
                office,
                add_working_days(min(asked), FILES_DAYS),
                _to("view_scr", case) + "#files" if manages else "",
            )
        )
    assessment = current_assessment(referral)
    if assessment is None or assessment.locked_at is None:
        assesses = access.can(user, "assess_scr_criteria", case)
        found.append(
            Turn(
                "Assess the criteria and lock the assessment",
                GROUP,
                _deadlines([case.pk]).get((case.pk, referral.framework)),
                _to("view_criteria", case) if assesses else "",
            )
        )
    return found


def links(user, case: Case) -> list[Link]:
    """Return the pages of the referral that belong to the case's page."""
    return [Link("The criteria", _to("view_criteria", case))]


def kept_here(case: Case) -> bool:
    """Say whether a case has a referral here."""
    return case.referrals.exists()


def register() -> None:
    """Add the above to the pages that gather from all apps, and to the group's page of a case."""
    registries.work_items.append(work)
    registries.next_steps += [next_steps, others_turn]
    registries.tell_timeline("scr", "Serious case review group", timeline)
    registries.identifiers.append(identifiers)
    registries.kept_by_group.append(kept_here)
    registries.case_pages += [
        CasePage("Serious case review", "scr:view_scr", "view_scr", 70, main=True),
        CasePage("Refer for a serious case review", "scr:refer_for_scr", "refer_for_scr", 75),
    ]
    stages.stages += [(10, referral_stage), (20, assessment_stage)]
    stages.turns.append(turns)
    stages.links.append(links)
