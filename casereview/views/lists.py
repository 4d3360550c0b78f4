"""The code lists, forms, templates and clocks that are data: each with how sure it is."""

from datetime import date
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format

from casereview import access
from casereview.access import role_view
from casereview.codelists import Code, CodeList, all_lists

CONFIRMED = "CONFIRMED"
IN_WORDS = {
    "CONFIRMED": "Confirmed: read in the named source",
    "RECONSTRUCTED": "Reconstructed: not checked by a practitioner; not called statutory",
}
GROUPS = ("Time limits", "Forms", "Annual return, year by year", "Code lists")
CELL_AT_MOST = 400


class ListRow(NamedTuple):
    """One list, with what its page of all lists says of it."""

    app: str
    name: str
    title: str
    version: str
    source: str
    status: str
    codes: int
    sure: int
    in_force: int


class CodeRow(NamedTuple):
    """One code with its other columns in the order of its list."""

    code: Code
    in_force: bool
    status: str
    others: list[str]


def _group(found: CodeList) -> str:
    if found.name == "timescales":
        return GROUPS[0]
    if found.name.endswith("_fields"):
        return GROUPS[1]
    return GROUPS[2] if found.name.startswith("lscb1_") else GROUPS[3]


@role_view("view_code_lists")
def view_code_lists(request: HttpRequest) -> HttpResponse:
    """Show every list with its version, its source and how sure it is."""
    today = timezone.localdate()
    groups: dict[str, list[ListRow]] = {title: [] for title in GROUPS}
    for found in all_lists():
        groups[_group(found)].append(
            ListRow(
                app=found.app,
                name=found.name,
                title=found.title,
                version=_day(found.version),
                source=found.source,
                status=found.status,
                codes=len(found.codes),
                sure=sum(code.status == CONFIRMED for code in found.codes),
                in_force=len(found.in_force(today)),
            )
        )
    shown = [(title, rows) for title, rows in groups.items() if rows]
    return render(request, "casereview/lists/lists.html", {"groups": shown})


@role_view("view_code_list")
def view_code_list(request: HttpRequest, app: str, name: str) -> HttpResponse:
    """Show one list: where it is from, and each code with when it was in force."""
    found = next((one for one in all_lists() if (one.app, one.name) == (app, name)), None)
    if found is None:
        return access.not_found()
    today = timezone.localdate()
    others = list(dict.fromkeys(key for code in found.codes for key in code.extra))
    rows = [
        CodeRow(
            code=code,
            in_force=code.in_force(today),
            status=code.status.capitalize(),
            others=[_cell(code.extra.get(key)) for key in others],
        )
        for code in found.codes
    ]
    return render(
        request,
        "casereview/lists/list.html",
        {
            "list": found,
            "version": _day(found.version),
            "status": IN_WORDS[found.status],
            "rows": rows,
            "others": [key.replace("_", " ").capitalize() for key in others],
            "sure": sum(code.status == CONFIRMED for code in found.codes),
            "settings": [
                (key.replace("_", " ").capitalize(), _cell(value))
                for key, value in found.settings.items()
            ],
        },
    )


def _day(version: str) -> str:
    """Return a version that is a date in words; another kind as it is."""
    try:
        return date_format(date.fromisoformat(version), "j F Y")
    except ValueError:
        return version


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= CELL_AT_MOST else text[: CELL_AT_MOST - 1] + "…"
