"""The list of cases: filters that hold nothing personal, and rows that show what each reader may
see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max, Min, QuerySet
from django.http import QueryDict

from casereview import access, codes, keys, registries
from casereview.case_header import STAGE_COLOURS
from casereview.models import Board, Case
from casereview.rules.return_year import ReturnYear

A_PAGE = 25
CLOSED = (Case.Stage.REVIEWED, Case.Stage.NOT_FOR_REVIEW, Case.Stage.PASSED_ON)
LEFT_OUT = (Case.Stage.MERGED, Case.Stage.DISPOSED)
STATES = [("open", "Open"), ("closed", "Closed")]


@dataclass(frozen=True)
class Filter:
    """One filter of the list: its name in the address, its label, and what may be chosen."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    chosen: str

    @property
    def chosen_label(self) -> str:
        return dict(self.choices).get(self.chosen, "")


def listed(user) -> QuerySet[Case]:
    """Return the cases `user` may see, without those merged into another."""
    return access.visible_to(user).filter(merged_into=None).exclude(stage__in=LEFT_OUT)


def filters(cases: QuerySet[Case], typed: QueryDict) -> list[Filter]:
    """Return the filters of the list; a choice that is not offered counts as none."""
    boards = Board.objects.filter(
        pk__in=cases.exclude(reviewing_board=None).values("reviewing_board")
    )
    span = cases.aggregate(first=Min("notified_on"), last=Max("notified_on"))
    offered: list[tuple[str, str, Iterable[tuple[str, str]]]] = [
        ("state", "Open or closed", STATES),
        ("stage", "Stage", [pair for pair in Case.Stage.choices if pair[0] not in LEFT_OUT]),
        ("kind", "Kind", Case.Kind.choices),
    ]
    for grouping in registries.groupings:
        offered.append(("group", grouping.label, grouping.choices()))
    offered.append(("board", "Reviewing board", boards.values_list("code", "name")))
    if span["first"]:
        first = ReturnYear.containing(span["first"]).ends_in
        last = ReturnYear.containing(span["last"]).ends_in
        years = [(str(year), ReturnYear(year).slug) for year in range(last, first - 1, -1)]
        offered.append(("year", "Year notified (April to March)", years))
    found = []
    for name, label, choices in offered:
        pairs = [(code, str(words)) for code, words in choices]
        chosen = typed.get(name, "")
        found.append(
            Filter(name, label, pairs, chosen if chosen in {code for code, _ in pairs} else "")
        )
    return found


def narrowed(cases: QuerySet[Case], chosen: Iterable[Filter]) -> QuerySet[Case]:
    """Return the cases that pass every chosen filter."""
    for one in chosen:
        if not one.chosen:
            continue
        match one.name:
            case "state":
                closed = cases.filter(stage__in=CLOSED)
                cases = closed if one.chosen == "closed" else cases.exclude(stage__in=CLOSED)
            case "stage":
                cases = cases.filter(stage=one.chosen)
            case "kind":
                cases = cases.filter(kind=one.chosen)
            case "board":
                cases = cases.filter(reviewing_board__code=one.chosen)
            case "year":
                year = ReturnYear(int(one.chosen))
                cases = cases.filter(notified_on__range=(year.first_day, year.last_day))
            case "group":
                for grouping in registries.groupings:
                    cases = cases.filter(pk__in=grouping.having(one.chosen))
    return cases


def asked_for(user, typed: QueryDict) -> tuple[QuerySet[Case], list[Filter]]:
    """Return the cases of the list, the newest notified first, and the filters they passed."""
    cases = listed(user)
    chosen = filters(cases, typed)
    found = narrowed(cases, chosen).select_related("child")
    return found.order_by("-notified_on", "-reference"), chosen


def chips(chosen: list[Filter]) -> list[dict[str, str]]:
    """Return a link for each chosen filter that leads to the list without it."""
    active = [one for one in chosen if one.chosen]
    return [
        {
            "label": f"{one.label}: {one.chosen_label}",
            "url": address_of([other for other in active if other != one]) or "?",
        }
        for one in active
    ]


def address_of(chosen: Iterable[Filter]) -> str:
    """Return the codes of the filters in use as the end of an address; empty for none."""
    codes = {one.name: one.chosen for one in chosen if one.chosen}
    return "?" + urlencode(codes) if codes else ""


def rows(user, cases: list[Case]) -> list[dict[str, Any]]:
    """Return what `user` may read of each case: names and days only with sight of the identity."""
    wanted = [case.pk for case in cases]
    known = access.may_each(user, "view_identity", cases)
    keys.prefetch("case", known)
    groups: dict[Any, str] = {}
    for grouping in registries.groupings:
        labels = dict(grouping.choices())
        groups.update(
            {key: labels[code] for key, code in grouping.of_cases(wanted).items() if code}
        )
    bands = dict(codes.age_bands())
    return [_row(case, case.pk in known, groups.get(case.pk, ""), bands) for case in cases]


def coded(user, cases: list[Case]) -> list[dict[str, str]]:
    """Return the same columns as codes, and no name; an empty code is not known."""
    wanted = [case.pk for case in cases]
    known = access.may_each(user, "view_identity", cases)
    groups: dict[Any, str] = {}
    for grouping in registries.groupings:
        groups.update(grouping.of_cases(wanted))
    return [
        {
            "reference": case.reference,
            "kind": case.kind,
            "stage": case.stage,
            "group": groups.get(case.pk, "") if case.kind == Case.Kind.DEATH else "",
            "age_band": child.age_band if (child := getattr(case, "child", None)) else "",
            "died": _iso(case.died_on, case.pk in known),
            "notified": _iso(case.notified_on, case.pk in known),
        }
        for case in cases
    ]


def child_name(case: Case) -> str:
    """Return the child's name as a list shows it; the reader may see it, the caller has asked."""
    child = getattr(case, "child", None)
    if child is None:
        return "Name not known"
    names = [child.given_names or "", child.family_name or ""]
    return " ".join(name for name in names if name) or "Name not known"


def _row(case: Case, known: bool, group: str, bands: dict[str, str]) -> dict[str, Any]:
    child = getattr(case, "child", None)
    kind = "Serious harm" if case.kind == Case.Kind.SERIOUS_HARM else ""
    return {
        "reference": case.reference,
        "stage": case.get_stage_display(),
        "colour": STAGE_COLOURS[Case.Stage(case.stage)],
        "name": child_name(case) if known else "",
        "age": bands.get(child.age_band, "") if child else "",
        "group": kind or group,
        "died": _day(case.died_on, known),
        "notified": _day(case.notified_on, known),
    }


def _day(day, exact: bool) -> str:
    if day is None:
        return ""
    return f"{day.day} {day:%B %Y}" if exact else f"{day:%B %Y}"


def _iso(day, exact: bool) -> str:
    if day is None:
        return ""
    return f"{day:%Y-%m-%d}" if exact else f"{day:%Y-%m}"
