"""Findings as each reader sees them, and the actions that follow from them."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from casereview import access, keys, registries
from casereview.models import Action, Case, LeakHit
from casereview.registries import ActionSource, Origin, WorkItem
from scr import review_access
from scr.actions.findings import cases_of
from scr.anonymity import names_in, themes
from scr.models import CaseUnderReview, Finding, FindingOf, FindingRecommendation

State = Finding.State


@dataclass(frozen=True)
class Shown:
    """A finding on the page of one review: its words, how it showed there, and how many more.

    A draft that rests on a case kept from the reader is not shown in words: it is not tested yet.
    """

    finding: Finding
    readable: bool
    theme: str
    in_this_case: str
    others: int
    recommendations: int


def findings_of(review: CaseUnderReview) -> QuerySet[Finding]:
    """Return the findings that rest on a review."""
    rows = FindingOf.objects.filter(review=review)
    return Finding.objects.filter(pk__in=rows.values("finding")).order_by("reference")


def may_read(user, finding: Finding) -> bool:
    """Say whether `user`, who may open a case it rests on, may read the words of a finding."""
    return finding.pk in readable(user, [finding])


def readable(user, findings: Collection[Finding]) -> set[uuid.UUID]:
    """Return the findings whose words `user`, who may open a case of each, may read.

    What is agreed names nobody of any case; before that, it is read by who may open all of them.
    """
    drafts = {one.pk: one for one in findings if one.state != State.AGREED}
    cases: dict[uuid.UUID, set[uuid.UUID]] = {key: set() for key in drafts}
    for key, case in FindingOf.objects.filter(finding__in=drafts).values_list("finding", "case"):
        cases[key].add(case)
    together: dict[Any, set[uuid.UUID]] = {
        one.composite_id: set() for one in drafts.values() if one.composite_id
    }
    members = CaseUnderReview.objects.filter(composite__in=together)
    for composite, case in members.values_list("composite", "case"):
        together[composite].add(case)
    every: set[uuid.UUID] = set()
    for key, one in drafts.items():
        cases[key] |= together.get(one.composite_id, set())
        every |= cases[key]
    opened = (
        set(
            access.visible_to(user, "view_findings")
            .filter(pk__in=every)
            .values_list("pk", flat=True)
        )
        if every
        else set()
    )
    return {one.pk for one in findings if one.pk not in drafts or cases[one.pk] <= opened}


def shown(user, review: CaseUnderReview, findings: Collection[Finding]) -> list[Shown]:
    """Return findings as the page of one review shows them; of other cases only their number."""
    names = {code: name for code, name in themes(review.begun_on)}
    keys.prefetch("finding", [one.pk for one in findings])
    rests: dict[uuid.UUID, list[FindingOf]] = {}
    for row in FindingOf.objects.filter(finding__in=list(findings)).select_related("case"):
        rests.setdefault(row.finding_id, []).append(row)
    counted: dict[uuid.UUID, int] = {}
    followed = FindingRecommendation.objects.filter(finding__in=list(findings))
    for key in followed.values_list("finding", flat=True):
        counted[key] = counted.get(key, 0) + 1
    open_to = readable(user, findings)
    found = []
    for one in findings:
        here = [row for row in rests.get(one.pk, []) if row.review_id == review.pk]
        found.append(
            Shown(
                finding=one,
                readable=one.pk in open_to,
                theme=names.get(one.theme, one.theme),
                in_this_case=(here[0].in_this_case or "") if here else "",
                others=len(rests.get(one.pk, [])) - len(here),
                recommendations=counted.get(one.pk, 0),
            )
        )
    return found


def leaks_seen(user, finding: Finding) -> tuple[list[LeakHit], int]:
    """Return what the leak test found of the cases the reader may open, and how many more wait."""
    rows = list(
        LeakHit.objects.filter(document_key=finding.pk).select_related("case").order_by("pk")
    )
    cases = {one.case_id for one in rows}
    opened = set(
        access.visible_to(user, "view_findings").filter(pk__in=cases).values_list("pk", flat=True)
    )
    hidden = [one for one in rows if one.case_id not in opened and not one.answer]
    return [one for one in rows if one.case_id in opened], len(hidden)


def of_boards(user, boards: Collection[uuid.UUID] | None) -> Q:
    """Return the condition on actions that follow from agreed findings of some boards.

    What rests on a case from which the reader has withdrawn, or which is sealed from them, is
    not there.
    """
    findings = Finding.objects.all()
    if boards is not None:
        findings = findings.filter(board__in=boards)
    kept_from = Case.objects.exclude(pk__in=access.not_kept_from(user).values("pk"))
    resting = FindingOf.objects.filter(case__in=kept_from.values("pk"))
    findings = findings.exclude(pk__in=resting.values("finding"))
    asked = FindingRecommendation.objects.filter(finding__in=findings.values("pk"))
    return Q(recommendation__in=asked.values("recommendation"))


def origins(user, actions: list[Action]) -> dict[uuid.UUID, Origin]:
    """Return of actions the finding they follow from; a link for who may open a case of it."""
    asked = {one.recommendation_id for one in actions if one.recommendation_id}
    rows = FindingRecommendation.objects.filter(recommendation__in=asked).select_related("finding")
    found = {row.recommendation_id: row.finding for row in rows}
    links: dict[uuid.UUID, str] = {}
    if found:
        seen = review_access.reviews_of(user, "view_findings")
        resting = FindingOf.objects.filter(
            finding__in=[one.pk for one in found.values()], review__in=seen.values("pk")
        )
        for key, review in resting.values_list("finding", "review__reference"):
            links.setdefault(key, review)
    answers = {}
    for one in actions:
        finding = found.get(one.recommendation_id) if one.recommendation_id else None
        if finding is not None:
            link = links.get(finding.pk)
            url = reverse("scr:view_finding", args=[link, finding.reference]) if link else ""
            answers[one.pk] = Origin(f"Finding {finding.reference}", url)
    return answers


def names_about(action: Action, text: str) -> int:
    """Return how many places of a text about an action name somebody of its finding's cases."""
    row = (
        FindingRecommendation.objects.filter(recommendation=action.recommendation_id)
        .select_related("finding")
        .first()
        if action.recommendation_id
        else None
    )
    return names_in(text, cases_of(row.finding), sure=True) if row else 0


def work(user, today) -> list[WorkItem]:
    """Return the findings that wait for this person to agree them."""
    reviews = review_access.reviews_of(user, "agree_finding")
    rows = (
        FindingOf.objects.filter(review__in=reviews.values("pk"), finding__state=State.DRAFT)
        .exclude(finding__recorded_by=user)
        .select_related("finding", "review", "case")
        .order_by("finding__found_on", "finding__reference", "review__reference")
    )
    items: dict[uuid.UUID, WorkItem] = {}
    for row in rows:
        items.setdefault(
            row.finding_id,
            WorkItem(
                key=f"finding {row.finding_id}",
                task="Agree a finding, or say what it lacks",
                url=reverse("scr:view_finding", args=[row.review.reference, row.finding.reference]),
                reference=row.case.reference,
            ),
        )
    return list(items.values())


def register() -> None:
    """Add findings to *Your work*, and their actions to the list of all actions."""
    registries.work_items.append(work)
    registries.action_sources.append(ActionSource(of_boards, origins, names_about))
