"""The lists of the notifications page: what each holds, counted as it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from casereview import access, keys
from casereview.models import Board, Case, CaseMatch, Child, Draft
from casereview.rules.working_days import written
from cdop.actions.matching import holder
from cdop.actions.settling import REASONS
from cdop.forms.drafting import FORM, SECTIONS, NotificationDraft
from cdop.models import Notification

NEW, DUPLICATES, NOT_OURS, NOT_FOR_REVIEW = "new", "duplicates", "not-ours", "not-for-review"
DAYS_NEW = 7
WHY = {str(reason): words for reason, words in REASONS.items()}
OPEN_STAGES = (Case.Stage.NOTIFIED, Case.Stage.GATHERING, Case.Stage.READY)


@dataclass(frozen=True)
class Listed:
    """One list: its rows, and what to say when there are none."""

    title: str
    rows: QuerySet
    empty: str


def lists(user, today: date) -> dict[str, Listed]:
    """Return every list of the page, by its place in the address."""
    deaths = access.visible_to(user, "view_notification").filter(kind=Case.Kind.DEATH)
    standing = deaths.filter(merged_into=None)
    newest = ("-notified_on", "-reference")
    since = today - timedelta(days=DAYS_NEW)
    # A backlog that was brought in this week is not news: nobody notified it here.
    typed = Notification.objects.filter(submitted_at__date__gt=since)
    opened = standing.filter(Q(notified_on__gt=since) | Q(pk__in=typed.values("case")))
    elsewhere = Q(stage__in=OPEN_STAGES, residence_board__isnull=False, reviewing_board=None)
    return {
        NEW: Listed(
            "New this week",
            opened.filter(stage=Case.Stage.NOTIFIED).order_by(*newest),
            "No death was notified in the last 7 days.",
        ),
        DUPLICATES: Listed(
            "Possible duplicates",
            waiting_matches(deaths, CaseMatch.Kind.DUPLICATE),
            "No two notifications wait to be told apart.",
        ),
        NOT_OURS: Listed(
            "Not ours",
            standing.filter(Q(stage=Case.Stage.PASSED_ON) | elsewhere).order_by(*newest),
            "No child who lived elsewhere was notified to you.",
        ),
        NOT_FOR_REVIEW: Listed(
            "Not for review",
            standing.filter(stage=Case.Stage.NOT_FOR_REVIEW).order_by(*newest),
            "No death was closed as not for review.",
        ),
    }


def waiting_matches(cases: QuerySet[Case], *kinds: str) -> QuerySet[CaseMatch]:
    """Return the matches of these kinds that wait for a decision on one of these cases."""
    mine = cases.values("pk")
    return (
        CaseMatch.objects.filter(decision="", kind__in=kinds)
        .filter(Q(case__in=mine) | Q(other_case__in=mine))
        .exclude(case__merged_into=F("other_case"))
        .select_related(
            "case__panel",
            "case__reviewing_board",
            "other_case__panel",
            "other_case__reviewing_board",
        )
        .order_by("-found_at", "id")
    )


def drafts(user) -> list[dict[str, Any]]:
    """Return the notifications a person has begun, the latest first, each with who it is about."""
    found = []
    for kept in Draft.objects.filter(user=user, form=FORM).order_by("-saved_at"):
        draft = NotificationDraft(kept.content, {})
        begun = sum(draft.begun(section.slug) for section in SECTIONS)
        found.append({"kept": kept, "who": draft.who or "No name yet", "begun": begun})
    return found


def table(user, chosen: str, listed: Listed, page: Page) -> dict[str, Any] | None:
    """Return a page of a list: its columns and rows; None when it is empty."""
    rows = list(page.object_list)
    if not rows:
        return None
    if chosen == DUPLICATES:
        columns, cells = ("Case", "May be the same as", "Why", "Found"), _pairs(user, rows)
        page_of = "list_matches"
    else:
        last = {NEW: "Notified", NOT_OURS: "Where it is", NOT_FOR_REVIEW: "Why"}[chosen]
        columns, cells = ("Case", "Child", "Died", last), _cases(user, chosen, rows)
        page_of = "view_notification"
    return {
        "caption": listed.title,
        "columns": columns,
        "rows": [
            {
                "reference": first,
                "url": reverse(f"cdop:{page_of}", args=[first]),
                "cells": [
                    {"label": label, "text": text}
                    for label, text in zip(columns[1:], rest, strict=True)
                ],
            }
            for first, *rest in cells
        ],
    }


def _cases(user, chosen: str, cases: list[Case]) -> list[list[str]]:
    seen = set(
        access.visible_to(user, "view_identity")
        .filter(pk__in=[case.pk for case in cases])
        .values_list("pk", flat=True)
    )
    keys.prefetch("case", seen)
    children = {child.case_id: child for child in Child.objects.filter(case__in=seen)}
    boards = _boards(cases)
    return [
        [
            case.reference,
            name_of(children.get(case.pk)),
            _day(case.died_on),
            _last(chosen, case, boards),
        ]
        for case in cases
    ]


def name_of(child: Child | None) -> str:
    """Return a child's name as it is known, for those who may see it."""
    if child is None:
        return "–"
    return " ".join(part for part in (child.given_names, child.family_name) if part) or "–"


def _boards(cases: Iterable[Case]) -> dict[Any, str]:
    wanted = {case.passed_on_to_id for case in cases} | {case.residence_board_id for case in cases}
    return dict(Board.objects.filter(pk__in=wanted - {None}).values_list("pk", "name"))


def _last(chosen: str, case: Case, boards: dict[Any, str]) -> str:
    if chosen == NEW:
        return _day(case.notified_on)
    if chosen == NOT_FOR_REVIEW:
        return WHY.get(case.out_of_scope_reason, case.out_of_scope_reason)
    if case.passed_on_on:
        return f"Passed on to {boards.get(case.passed_on_to_id, '')}, {_day(case.passed_on_on)}"
    return f"To be passed on: lived in {boards.get(case.residence_board_id, '')}"


def _pairs(user, matches: list[CaseMatch]) -> list[list[str]]:
    both = {match.case_id for match in matches} | {match.other_case_id for match in matches}
    seen = set(
        access.visible_to(user, "decide_match").filter(pk__in=both).values_list("pk", flat=True)
    )
    rows = []
    for match in matches:
        mine, other = match.case, match.other_case
        if mine.pk not in seen:
            mine, other = other, mine
        rows.append(
            [
                mine.reference,
                other.reference if other.pk in seen else f"A case held by {holder(other)}",
                match.get_grounds_display(),
                _day(match.found_at.date()),
            ]
        )
    return rows


def _day(day: date | None) -> str:
    return written(day).split(" ", 1)[1] if day else ""
