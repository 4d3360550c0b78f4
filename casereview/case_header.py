"""What stands at the top of every page of a case: its reference, its stage and its pages."""

from typing import Any

from django.urls import NoReverseMatch, reverse

from casereview import access, break_glass_page, registries
from casereview.models import Case

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


def navigation(user, case: Case, current: str) -> list[dict[str, Any]]:
    """Return the pages of a case that `user` may open, in their places."""
    pages = []
    for page in sorted(registries.case_pages, key=lambda page: (page.place, page.label)):
        if access.can(user, page.action, case):
            try:
                url = reverse(page.url_name, args=[case.reference])
            except NoReverseMatch:
                continue
            pages.append({"label": page.label, "url": url, "current": page.url_name == current})
    return pages


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
