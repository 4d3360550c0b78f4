"""What an area words and names for itself: its texts, its name and colour, its bank holidays."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access, branding, local_texts
from casereview.access import role_view
from casereview.actions import local_texts as actions
from casereview.actions.admissions import NotAllowed
from casereview.forms.local_texts import BrandingForm, HolidayForm, LocalTextForm
from casereview.local_texts import GROUPS, Kind
from casereview.rules.working_days import bank_holidays
from casereview.step_up import step_up_required
from casereview.views.acting import posted

YEARS = 2


@role_view("view_local_texts")
def view_local_texts(request: HttpRequest) -> HttpResponse:
    """List the texts that may be worded, each with whose wording is in force."""
    kinds = local_texts.kinds()
    now = local_texts.in_force(kinds, timezone.localdate())
    groups = [
        {
            "title": title,
            "rows": [
                {"kind": kind, "own": now.get(code)}
                for code, kind in kinds.items()
                if kind.group == group
            ],
        }
        for group, title in GROUPS.items()
    ]
    return render(request, "casereview/local_texts/list.html", {"groups": groups})


@role_view("view_local_texts")
def view_local_text(request: HttpRequest, kind: str) -> HttpResponse:
    """Show a text as it is worded today, filled with examples, and its earlier wordings."""
    known = local_texts.kinds().get(kind)
    if known is None:
        return access.not_found()
    rows = local_texts.versions(kind)
    today = timezone.localdate()
    now = next((one for one in rows if one.since <= today), None)
    wording = now.text if now and now.text else known.text()
    return render(
        request,
        "casereview/local_texts/view.html",
        {
            "kind": known,
            "now": now,
            "wording": wording,
            "preview": _preview(known, wording),
            "later": [one for one in rows if one.since > today],
            "earlier": [one for one in rows if one.since <= today and one is not now],
        },
    )


@role_view("change_local_text")
@step_up_required
def change_local_text(request: HttpRequest, kind: str) -> HttpResponse:
    """Word a text from a day on; first as it would look, where that is asked for."""
    known = local_texts.kinds().get(kind)
    if known is None:
        return access.not_found()
    form = LocalTextForm(
        posted(request),
        initial={
            "text": local_texts.own(kind) or known.text(),
            "since": timezone.localdate(),
        },
    )
    preview: dict[str, str] = {}
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["text"]
        wrong = known.problems(text) if text else []
        if wrong:
            for one in wrong:
                form.add_error("text", one)
        elif "look" in request.POST:
            preview = _preview(known, text or known.text())
        else:
            try:
                actions.settle_text(kind=kind, by=request.user, **form.cleaned_data)
            except NotAllowed as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "The text is saved")
                return redirect("view_local_text", kind)
    page = {"form": form, "kind": known, "preview": preview}
    return render(request, "casereview/local_texts/form.html", page)


def _preview(kind: Kind, wording: str) -> dict[str, str]:
    filled = kind.example(wording)
    if not kind.subject:
        return {"body": filled}
    subject, _, body = filled.partition("\n")
    return {"subject": subject.strip(), "body": body.strip()}


@role_view("change_branding")
@step_up_required
def change_branding(request: HttpRequest) -> HttpResponse:
    """Name the installation and give its head a colour."""
    own = local_texts.in_force((branding.NAME, branding.COLOUR), timezone.localdate())
    initial = {
        field: own[kind].text if kind in own else ""
        for field, kind in (("name", branding.NAME), ("colour", branding.COLOUR))
    }
    form = BrandingForm(posted(request), initial=initial)
    if form.is_bound and form.is_valid():
        try:
            actions.change_branding(by=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error("name" if "name" in str(refusal) else "colour", str(refusal))
        else:
            messages.success(request, "Saved. Other servers show it within a minute")
            return redirect("change_branding")
    return render(request, "casereview/local_texts/branding.html", {"form": form})


@role_view("view_holidays")
def view_holidays(request: HttpRequest) -> HttpResponse:
    """List the bank holidays of this year and the next, and those that were added."""
    branding.ask()
    year = timezone.localdate().year
    own = branding.own_holidays()
    known = {
        day: name for each in range(year, year + YEARS) for day, name in bank_holidays(each).items()
    }
    days = sorted({*known, *own})
    rows = [{"day": day, "name": known.get(day, ""), "own": day in own} for day in days]
    return render(request, "casereview/local_texts/holidays.html", {"rows": rows})


@role_view("change_holidays")
@step_up_required
def change_holidays(request: HttpRequest) -> HttpResponse:
    """Add a bank holiday that was proclaimed once, or take back one that was added here."""
    branding.ask()
    own = branding.own_holidays()
    back = _taken_back(request, own)
    form = HolidayForm(None if back else posted(request))
    if back or (form.is_bound and form.is_valid()):
        added = own - {back} if back else own | {form.cleaned_data["day"]}
        try:
            actions.change_holidays(added=added, by=request.user)
        except NotAllowed as refusal:
            form.add_error("day", str(refusal))
        else:
            messages.success(request, "Saved. Days are counted with it from now on")
            return redirect("view_holidays")
    return render(request, "casereview/local_texts/holiday.html", {"form": form})


def _taken_back(request: HttpRequest, own: set[date]) -> date | None:
    asked = request.POST.get("take_back", "") if request.method == "POST" else ""
    return next((day for day in own if day.isoformat() == asked), None)
