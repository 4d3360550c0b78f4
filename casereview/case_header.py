"""What stands at the top of every page of a case: its reference, its stage and its pages."""

from typing import Any

from django.urls import reverse

from casereview import access, break_glass_page, registries
from casereview.models import Case
from casereview.registries import CasePage

IN_A_ROW = 6

STAGE_COLOURS = {
    Case.Stage.NOTIFIED: "turquoise",
    Case.Stage.GATHERING: "yellow",
    Case.Stage.READY: "purple",
    Case.Stage.REVIEWED: "green",
    Case.Stage.NOT_FOR_REVIEW: "grey",
    Case.Stage.PASSED_ON: "grey",
    Case.Stage.MERGED: "grey",
    Case.Stage.DISPOSED: "grey",
}


def about(user, case: Case, current: str = "") -> dict[str, Any]:
    """Return what `_case_header.html` wants; `current` is the url name of the page shown.

    A reader without sight of the case, such as the auditor, is told the reference alone.
    """
    header: dict[str, Any] = {"case": case, "case_navigation": navigation(user, case, current)}
    if access.can(user, "view_case", case):
        header["emergency"] = break_glass_page.now_open(user, case)
        header["sealed"] = access.on_case(user, case).sealed
        header["stage"] = case.get_stage_display()
        header["stage_colour"] = STAGE_COLOURS.get(Case.Stage(case.stage), "grey")
        header["scr_line"] = scr_line(case)
    return header


def navigation(user, case: Case, current: str) -> dict[str, Any]:
    """Return the pages of a case that `user` may open: the few most used, and the others."""
    few, others = few_and_others(
        [page for page in registries.case_pages if access.can(user, page.action, case)]
    )
    few_entries = [_entry(page, case, current) for page in few]
    more_entries = [_entry(page, case, current) for page in others]
    return {
        "few": few_entries,
        "others": more_entries,
        "within": any(entry["current"] for entry in more_entries),
    }


def few_and_others(pages: list[CasePage]) -> tuple[list[CasePage], list[CasePage]]:
    """Part the pages of a case, in their places: all of them are few while they fit in a row."""
    pages = sorted(pages, key=lambda page: (page.place, page.label))
    if len(pages) <= IN_A_ROW:
        return pages, []
    few = [page for page in pages if page.main][:IN_A_ROW]
    return few, [page for page in pages if page not in few]


def _entry(page: CasePage, case: Case, current: str) -> dict[str, Any]:
    url = reverse(page.url_name, args=[case.reference])
    return {"label": page.label, "url": url, "current": page.url_name == current}


def scr_line(case: Case) -> str:
    """Return one line on the serious case review group's work: states and months, nothing more."""
    if not case.scr_state:
        return ""
    parts = []
    if case.scr_referred_on:
        parts.append(f"referred {case.scr_referred_on:%B %Y}")
    if case.scr_decided_on:
        decided = {
            Case.ScrState.REVIEW: "review",
            Case.ScrState.OTHER_REVIEW: "other review",
            Case.ScrState.NO_REVIEW: "no review",
            Case.ScrState.PUBLISHED: "review",
        }.get(Case.ScrState(case.scr_state), "")
        parts.append(f"decided {case.scr_decided_on:%B %Y}{f': {decided}' if decided else ''}")
    if case.scr_published_on:
        parts.append(f"published {case.scr_published_on:%B %Y}")
    state = "; ".join(parts) or case.get_scr_state_display().lower()
    return f"Serious case review group: {state}"
