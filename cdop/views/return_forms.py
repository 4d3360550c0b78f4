"""The form of each year: what is known of it, how years differ, and entering the real one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview.access import not_found, role_view
from casereview.actions import NotAllowed
from casereview.rules.return_year import ReturnYear
from cdop import return_forms, return_layout, return_templates
from cdop.actions import returning
from cdop.forms.return_form import AboutForm, CheckForm, QuestionForm
from cdop.rules.annual_return import Item, ReturnTemplate
from cdop.rules.form_entry import COVERAGE, differences, may_be_left_out, written_codes

SEVERITY_WORDS = {"error": "Error", "warning": "Warning", "off": "Not asked"}


@role_view("view_return_forms")
def view_return_forms(request: HttpRequest) -> HttpResponse:
    """List the years that have a form, with how sure it is."""
    years = []
    for year in reversed(return_templates.years()):
        template = return_forms.template_of(year)
        years.append(
            {
                "year": year,
                "template": template,
                "sure": sum(item.status == "CONFIRMED" for item in template.counted),
                "deadline": return_layout.deadline_words(template, year),
            }
        )
    return render(request, "cdop/return_forms/list.html", {"years": years})


@role_view("view_return_form")
def view_return_form(request: HttpRequest, year: int) -> HttpResponse:
    """Show the form of a year: questions in their order, columns, checks, and who entered what."""
    return_year = _year(year)
    if return_year is None:
        return not_found()
    template = return_forms.template_of(return_year)
    entries = return_forms.entries_of(return_year)
    return render(
        request,
        "cdop/return_forms/view.html",
        {
            "year": return_year,
            "template": template,
            "status": return_layout.status_words(template),
            "deadline": return_layout.deadline_words(template, return_year),
            "coverage": COVERAGE[template.coverage].capitalize(),
            "questions": [_shown(template, item) for item in template.items],
            "columns": [_shown(template, item) for item in _every_column(return_year, template)],
            "checks": [
                {"rule": rule, "severity": SEVERITY_WORDS[severity], "words": words}
                for rule, (severity, words) in return_forms.checks_of(template).items()
            ],
            "entries": entries,
            "others": [one for one in return_templates.years() if one != return_year],
        },
    )


@role_view("compare_return_forms")
def compare_return_forms(request: HttpRequest, year: int, other: int) -> HttpResponse:
    """Show how the forms of two years differ."""
    one, two = _year(year), _year(other)
    if one is None or two is None:
        return not_found()
    here, there = return_forms.template_of(one), return_forms.template_of(two)
    found = differences(here, there, return_forms.checks_of(here), return_forms.checks_of(there))
    return render(
        request,
        "cdop/return_forms/compare.html",
        {"year": one, "other": two, "differences": found},
    )


@role_view("change_return_form")
def change_return_form(request: HttpRequest, year: int, part: str) -> HttpResponse:
    """Enter what the form says of itself ("form"), one question or column, or one check."""
    return_year = _year(year)
    if return_year is None:
        return not_found()
    entry = return_forms.entry_of(return_year)
    content = entry.content if entry else {}
    template = return_forms.template_of(return_year)
    data = request.POST if request.method == "POST" else None
    form, title = _form(return_year, template, content, part, data)
    if form is None:
        return not_found()
    if form.is_valid():
        number = request.POST.get("seen", "")
        try:
            returning.change_return_form(
                year=return_year,
                part=part,
                content=form.content,
                number=int(number)
                if number.isascii() and number.isdigit() and len(number) < 6
                else -1,
                by=request.user,
            )
            messages.success(request, "It is entered, and holds from now on")
            return redirect("cdop:view_return_form", year)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    return render(
        request,
        "cdop/return_forms/change.html",
        {
            "year": return_year,
            "form": form,
            "title": title,
            "seen": entry.number if entry else 0,
        },
    )


def _form(
    year: ReturnYear, template: ReturnTemplate, content: dict[str, Any], part: str, data: Any
) -> tuple[Any, str]:
    """Return the form for a part of a year's form, and its title; None where there is no such."""
    if part == "form":
        about = content.get("form", {})
        day = return_layout.earliest_due(template, year) if about.get("deadline") else None
        initial = {
            "status": template.status,
            "source": about.get("source", ""),
            "deadline": day,
            "coverage": template.coverage.value,
        }
        return AboutForm(data, initial=initial), "What the form says of itself"
    checks = return_forms.checks_of(template)
    if part in checks:
        severity, words = checks[part]
        return CheckForm(data, initial={"severity": severity, "words": words}), f"Check {part}"
    every = (*template.items, *_every_column(year, template))
    item = next((one for one in every if one.item == part), None)
    if item is None:
        return None, ""
    known = dict(_codes(template, item))
    said = content.get("items", {}).get(part, {})
    places = {one.item: 10 * n for n, one in enumerate(return_templates.template(year).items, 1)}
    places |= {one.item: 10 * n for n, one in enumerate(return_templates.child_level(), 1)}
    as_on_form = template.as_on_form.get(part, {})
    items = {one.item: one for one in template.items}
    form = QuestionForm(
        data,
        known=known,
        may_be_left_out=may_be_left_out(items, part) or part.startswith("A1-"),
        initial={
            "question": item.question,
            "number": item.number,
            "place": said.get("place") or places[part],
            "confirmed": said.get("confirmed", item.status == "CONFIRMED"),
            "left_out": bool(said.get("left_out")),
            "codes": written_codes(
                (code, as_on_form.get(code, code), words) for code, words in known.items()
            ),
        },
    )
    return form, f"Question {part}"


def _codes(template: ReturnTemplate, item: Item) -> list[tuple[str, str]]:
    """Return the codes of a question with their words; none for one without a list."""
    entered = template.labels.get(item.item)
    if entered:
        return list(entered.items())
    if not item.column or item.column in ("pseudonym", "residence_board", "months"):
        return []
    found = return_layout.list_of(item.codeset).choices()
    if item.column == "location":
        found = [one for one in found if one[0] in template.locations]
    if item.unknown and item.unknown not in dict(found):
        found.append((item.unknown, return_layout.NOT_KNOWN))
    return found


def _every_column(year: ReturnYear, template: ReturnTemplate) -> list[Item]:
    """Return the columns of the child-level form, those left out last."""
    shown = {one.item for one in template.child_level}
    return [
        *template.child_level,
        *(one for one in return_templates.child_level() if one.item not in shown),
    ]


def _shown(template: ReturnTemplate, item: Item) -> dict[str, Any]:
    asked = item.item not in template.left_out and (
        item in template.items or item in template.child_level
    )
    return {
        "item": item,
        "asked": asked,
        "codes": len(_codes(template, item)),
        "sure": item.status == "CONFIRMED",
    }


def _year(year: int) -> ReturnYear | None:
    try:
        found = ReturnYear(year)
        return_templates.template(found)
    except (ValueError, LookupError):
        return None
    return found
