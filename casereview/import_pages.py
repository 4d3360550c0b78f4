"""The pages of an import, the same for every kind: hand in, headings, check, look, bring in."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Field
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview import access, audit, imports
from casereview.actions.admissions import NotAllowed
from casereview.forms.imports import HeadingsForm, SheetForm
from casereview.import_kinds import ImportKind
from casereview.import_templates import handed_over, template
from casereview.look_again import look_again
from casereview.models import ImportFile, TaskProgress, User
from casereview.records import Conflict
from casereview.rules.import_sheets import Fate, counted, guessed, to_correct
from casereview.views.acting import posted

State = ImportFile.State
# Rows of each fate that the page shows; the rest are counted.
SHOWN = 10
MOST_FILES = 10
LOOK_AGAIN_AFTER = 3  # seconds
CHANGED = "This file was changed in another window meanwhile. Look at it again."
_TITLES = {
    Fate.CREATE: "New",
    Fate.CHANGE: "Changed",
    Fate.SKIP: "There already",
    Fate.ERROR: "With an error",
}


@dataclass(frozen=True)
class Pages:
    """Where the pages of one import are, and what they say beside what all of them say."""

    kind: ImportKind
    # "start", "file", "headings", "errors" or "template", with the file's key -> address.
    address: Callable[..., str]
    back: tuple[str, str]  # address and label
    lead: str
    # Where what was brought in is found: address and label.
    after: tuple[str, str]
    about: uuid.UUID | None = None
    caption: str = ""
    # What is asked beside the file: name -> a new field.
    asked: Callable[[], dict[str, Field]] = dict

    def shown(self, **more: Any) -> dict[str, Any]:
        """Return what every page of the import is given."""
        return {
            "pages": self,
            "kind": self.kind,
            "start_url": self.address("start"),
            "template_url": self.address("template"),
            **more,
        }


def start(request: HttpRequest, pages: Pages) -> HttpResponse:
    """Take a file in, or show what to hand in and the files of today."""
    user = _person(request)
    files = request.FILES if request.method == "POST" else None
    form = SheetForm(posted(request), files, most=pages.kind.most, asked=pages.asked())
    if request.method == "POST" and form.is_valid():
        file = imports.keep(
            user=user,
            kind=pages.kind,
            lines=form.cleaned_data["file"],
            about=pages.about,
            said=form.said,
        )
        page = "headings" if file.state == State.RECEIVED else "file"
        return redirect(pages.address(page, file.pk))
    kept = list(imports.files_of(user, pages.kind, pages.about)[:MOST_FILES])
    rows = [{"file": one, "url": pages.address("file", one.pk)} for one in kept]
    return render(request, "casereview/imports/start.html", pages.shown(form=form, rows=rows))


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the door let them in
    return request.user


def _file(request: HttpRequest, pages: Pages, key: uuid.UUID) -> ImportFile | None:
    return imports.files_of(request.user, pages.kind, pages.about).filter(pk=key).first()


def show(request: HttpRequest, pages: Pages, key: uuid.UUID) -> HttpResponse:
    """Show how far a file is and what would become of its rows; then do what was pressed."""
    file = _file(request, pages, key)
    if file is None:
        return access.not_found()
    if request.method == "POST":
        return _act(request, pages, file)
    if file.state == State.RECEIVED:
        return redirect(pages.address("headings", file.pk))
    waiting = file.state in (State.CHECKING, State.WRITING)
    task = TaskProgress.objects.filter(pk=file.task).first() if waiting and file.task else None
    response = render(
        request,
        "casereview/imports/file.html",
        pages.shown(
            file=file,
            state=str(file.state),
            waiting=waiting,
            look_again_after=LOOK_AGAIN_AFTER,
            task=task,
            headings_url=pages.address("headings", file.pk),
            errors_url=pages.address("errors", file.pk),
            **(_found(file, pages.kind) if file.state == State.CHECKED else {}),
        ),
    )
    return look_again(request, response, seconds=LOOK_AGAIN_AFTER) if waiting else response


def _found(file: ImportFile, kind: ImportKind) -> dict[str, Any]:
    """Return what the check found: counts, and the first rows of each fate."""
    fates = imports.fates_of(file)
    labels = {column.name: column.label for column in kind.columns}
    counts = counted(fates)
    parts = []
    for fate in (Fate.ERROR, Fate.CREATE, Fate.CHANGE, Fate.SKIP):
        rows = [one for one in fates if one.fate == fate]
        if rows:
            parts.append(
                {
                    "fate": str(fate),
                    "title": _TITLES[fate],
                    "total": len(rows),
                    "rows": [
                        {
                            "row": one.row,
                            "told": one.told,
                            "note": ": ".join(filter(None, (one.reference, one.note))),
                            "problems": [
                                (labels.get(column, column), message)
                                for column, message in one.problems
                            ],
                        }
                        for one in rows[:SHOWN]
                    ],
                    "noted": any(one.note or one.reference for one in rows[:SHOWN]),
                }
            )
    alike = [one for one in fates if one.note and one.fate == Fate.CREATE]
    return {
        "parts": parts,
        "counts": counts,
        "errors": counts[Fate.ERROR],
        "to_write": counts[Fate.CREATE] + counts[Fate.CHANGE],
        "alike": alike[:SHOWN],
        "all_alike": len(alike),
        "changed_meanwhile": file.content["changed"],
    }


def _act(request: HttpRequest, pages: Pages, file: ImportFile) -> HttpResponse:
    pressed = request.POST.get("act", "")
    here = pages.address("file", file.pk)
    try:
        if pressed == "confirm":
            imports.confirm(file=file)
        elif pressed == "stop":
            imports.stop(file=file)
        elif pressed == "again":
            imports.check_again(file=file)
        elif pressed == "discard":
            imports.throw_away(file=file)
            messages.success(request, "The file was thrown away")
            return redirect(pages.address("start"))
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
    except Conflict:
        messages.warning(request, CHANGED)
    return redirect(here)


def headings(request: HttpRequest, pages: Pages, key: uuid.UUID) -> HttpResponse:
    """Ask which heading of the file is which column; what was chosen last time is filled in."""
    file = _file(request, pages, key)
    if file is None or file.state in (State.CHECKING, State.WRITING, State.DONE):
        return access.not_found() if file is None else redirect(pages.address("file", file.pk))
    content: Any = file.content
    before = imports.remembered(request.user, pages.kind)
    columns, line = pages.kind.columns, content["lines"][0]
    likely = content["chosen"] or guessed(columns, line, before)
    form = HeadingsForm(posted(request), columns=columns, headings=line, likely=likely)
    if request.method == "POST" and form.is_valid():
        try:
            imports.choose(file=file, chosen=form.chosen)
        except (NotAllowed, Conflict):
            messages.warning(request, CHANGED)
        return redirect(pages.address("file", file.pk))
    return render(
        request,
        "casereview/imports/headings.html",
        pages.shown(
            file=file,
            form=form,
            file_url=pages.address("file", file.pk),
            remembered=bool(before),
            number=len(likely),
            total=len(columns),
        ),
    )


def errors(request: HttpRequest, pages: Pages, key: uuid.UUID) -> HttpResponse:
    """Hand over the rows with an error, each with what to do, to whom the file belongs."""
    file = _file(request, pages, key)
    if file is None or file.state != State.CHECKED:
        return access.not_found()
    rows = to_correct(pages.kind.columns, imports.arranged_lines(file), imports.fates_of(file))
    audit.append(
        "download_import_errors",
        actor=request.user,
        detail={"kind": file.kind, "rows": len(rows) - 1},
    )
    excel = request.GET.get("format") != "csv"
    return handed_over(rows, "rows-to-correct", "Rows to correct" if excel else None)


def empty(request: HttpRequest, pages: Pages, name: str) -> HttpResponse:
    """Hand over a file to begin with."""
    return template(pages.kind, name, request.GET.get("format") == "xlsx")
