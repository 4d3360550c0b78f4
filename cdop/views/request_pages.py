"""The pages of one request, the same for somebody with an account and for one with a link."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from casereview import access
from casereview.actions import NotAllowed
from casereview.models import AgencyRequest, Child, User
from casereview.records import Conflict
from casereview.rules.due import due_words
from cdop.actions import reporting
from cdop.codes import code_list
from cdop.forms.reporting import CorrectionForm, NoRecordForm, SectionForm
from cdop.models import AgencyAnswer
from cdop.report_access import is_lead, leads_of, speaks_for_agency
from cdop.report_questions import NO_RECORD
from cdop.report_sight import Report, report_of
from cdop.rules.report_forms import FormSection

CONFLICT = (
    "Somebody else saved this section while you were typing. What you typed is below: compare it "
    "with the answers that stand, then save again"
)


@dataclass(frozen=True)
class Seat:
    """Who answers, and where the pages lie: under an account's address or a link's."""

    request: AgencyRequest
    user: User | None

    def url(self, action: str, *args: Any) -> str:
        """Return the address of a page of this request."""
        if self.user is None:
            return reverse(f"cdop:link_{action}", args=args)
        return reverse(f"cdop:{action}", args=[self.request.pk, *args])

    @property
    def open(self) -> bool:
        """Whether the report is still being answered."""
        return self.request.state not in reporting.RETURNED


def shown(seat: Seat, **more: Any) -> dict[str, Any]:
    """Return what every page of a request is given."""
    request = seat.request
    return {
        "asked": request,
        "reference": request.case.reference,
        "by_link": seat.user is None,
        "back": seat.url("view_request"),
        "open": seat.open,
        **more,
    }


def view(http: HttpRequest, seat: Seat) -> HttpResponse:
    """Show what is asked, by which power, by when, about whom, and how far it is answered."""
    request, report = seat.request, report_of(seat.request)
    mine = {one.code for one in report.belong_to(seat.user)}
    lead = is_lead(seat.user, request)
    power = code_list("legal_power").get(request.legal_power) if request.legal_power else None
    whole = speaks_for_agency(seat.user, request)
    child = Child.objects.filter(case=request.case).first()
    return render(
        http,
        "cdop/requests/view.html",
        shown(
            seat,
            child=child,
            power=power,
            relatives=[one for found in report.relatives.values() for one in found],
            known=report.known,
            sections=[
                _line(seat, report, section, section.code in mine) for section in report.sections
            ],
            count=report.completeness(report.sections if lead else report.belong_to(seat.user)),
            due=due_words(request.due_on, timezone.localdate()) if seat.open else "",
            overdue=bool(request.due_on and request.due_on < timezone.localdate()),
            lead=lead,
            handed_in=bool(mine)
            and all(code in report.parts and report.parts[code].done_at for code in mine),
            no_record_url=seat.url("say_no_record") if seat.open and whole else "",
            hand_in_url=seat.url("sign_off_report" if lead else "hand_in_report"),
            no_record=AgencyAnswer.objects.filter(request=request, question=NO_RECORD).first(),
        ),
    )


def _line(seat: Seat, report: Report, section: FormSection, mine: bool) -> dict[str, Any]:
    count, part = report.completeness([section]), report.parts.get(section.code)
    done = bool(part and part.done_at)
    if done:
        state, colour = "Handed in", "green"
    elif not count.answered:
        state, colour = "Not begun", "grey"
    elif count.left:
        state, colour = f"{count.answered} of {count.asked} answered", "yellow"
    else:
        state, colour = f"All {count.asked} answered", "blue"
    action = "answer_request" if seat.open else "correct_report"
    may = mine and (seat.open or seat.user is not None)
    return {
        "section": section,
        "mine": mine,
        "url": seat.url(action, section.code) if may else "",
        "state": state,
        "colour": colour,
        "to": part.to_user.name if part and part.to_user else "",
    }


def answer(http: HttpRequest, seat: Seat, code: str) -> HttpResponse:
    """Show a section and keep what is answered."""
    report = report_of(seat.request)
    section = report.section(code)
    if section is None or section not in report.belong_to(seat.user):
        return access.not_found()
    if not seat.open:
        return redirect(seat.url("view_request"))

    def keep(form: SectionForm, stamp: str) -> None:
        reporting.answer_request(
            request=seat.request,
            section=code,
            said=form.said,
            by=seat.user,
            who=form.who,
            stamp=stamp,
        )

    return _section_page(http, seat, report, section, SectionForm, keep)


def correct(http: HttpRequest, seat: Seat, code: str) -> HttpResponse:
    """Show a section of a returned report, and correct it with a reason."""
    report = report_of(seat.request)
    section = report.section(code)
    if section is None or not speaks_for_agency(seat.user, seat.request):
        return access.not_found()
    if seat.open:
        return redirect(seat.url("answer_request", code))

    def keep(form: SectionForm, stamp: str) -> None:
        reporting.correct_report(
            request=seat.request,
            section=code,
            said=form.said,
            by=seat.user,
            who=form.who,
            reason=form.cleaned_data["reason"],
            stamp=stamp,
        )

    return _section_page(http, seat, report, section, CorrectionForm, keep)


def _section_page(
    http: HttpRequest,
    seat: Seat,
    report: Report,
    section: FormSection,
    form_class: type[SectionForm],
    keep: Callable[[SectionForm, str], None],
) -> HttpResponse:
    initial = {"said_by": _name_and_post(seat.user)} | _provenance(report, section)
    form = form_class(
        http.POST if http.method == "POST" else None,
        report=report,
        section=section,
        initial=initial,
    )
    stamp = report.stamp(section)
    if http.method == "POST" and form.is_valid():
        try:
            keep(form, http.POST.get("stamp", "")[:40])
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CONFLICT)
            form.show_theirs()
            # The next save is made knowingly, over what stands now.
            stamp = report_of(seat.request).stamp(section)
        else:
            return _after(http, seat, section)
    sections = report.belong_to(seat.user)
    return render(
        http,
        "cdop/requests/section.html",
        shown(
            seat,
            form=form,
            section=section,
            stamp=stamp,
            place=sections.index(section) + 1 if section in sections else 1,
            of=len(sections),
            count=report.completeness([section]),
            correcting=form_class is CorrectionForm,
        ),
    )


def _after(http: HttpRequest, seat: Seat, section: FormSection) -> HttpResponse:
    """Say what was saved; where an answer opened questions, show them."""
    report = report_of(seat.request)
    asked_then = {name for name in http.POST if not name.endswith("_text")}
    form = SectionForm(report=report, section=section)
    opened = len([name for name in form.asked if name not in asked_then])
    sections = report.belong_to(seat.user)
    if opened:
        words = "1 more question" if opened == 1 else f"{opened} more questions"
        messages.success(http, f"Saved. Your answers open {words}")
        return redirect(http.path)
    messages.success(http, f"Saved: {section.title}")
    place = next((n for n, one in enumerate(sections) if one.code == section.code), len(sections))
    if http.POST.get("do") == "continue" and place + 1 < len(sections):
        return redirect(seat.url("answer_request", sections[place + 1].code))
    return redirect(seat.url("view_request"))


def _name_and_post(user: User | None) -> str:
    if user is None:
        return ""
    return f"{user.name}, {user.post}" if user.post else user.name


def _provenance(report: Report, section: FormSection) -> dict[str, Any]:
    """Return who said the latest answer of a section, and where it was from."""
    codes = {one.code for one in section.questions}
    rows = [row for (code, _), row in report.rows.items() if code in codes]
    if not rows:
        return {}
    last = max(rows, key=lambda row: row.said_at)
    found = {"source": last.source_of_fact or "", "fact_on": last.fact_on}
    return found | ({"said_by": last.said_by} if last.said_by else {})


def no_record(http: HttpRequest, seat: Seat, done: Callable[[], HttpResponse]) -> HttpResponse:
    """Confirm that the agency has no record of the child or family, named and dated."""
    form = NoRecordForm(
        http.POST if http.method == "POST" else None,
        initial={"name": _name_and_post(seat.user)},
    )
    if http.method == "POST" and form.is_valid():
        try:
            reporting.say_no_record(
                request=seat.request, by=seat.user, name=form.cleaned_data["name"]
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return done()
    report = report_of(seat.request)
    return render(
        http,
        "cdop/requests/no_record.html",
        shown(
            seat,
            form=form,
            today=timezone.localdate(),
            child=Child.objects.filter(case=seat.request.case).first(),
            relatives=[one for found in report.relatives.values() for one in found],
        ),
    )


def hand_in(
    http: HttpRequest,
    seat: Seat,
    act: Callable[[], Any],
    done: Callable[[], HttpResponse],
    *,
    signing: bool = False,
) -> HttpResponse:
    """Show what is answered and what is not, and hand in or sign off."""
    report = report_of(seat.request)
    sections = report.sections if signing else report.belong_to(seat.user)
    refusal = ""
    if http.method == "POST":
        try:
            act()
        except NotAllowed as refused:
            refusal = str(refused)
        else:
            return done()
    return render(
        http,
        "cdop/requests/hand_in.html",
        shown(
            seat,
            signing=signing,
            refusal=refusal,
            lines=[_line(seat, report, section, True) for section in sections],
            count=report.completeness(sections),
            waits_for_lead=seat.user is not None
            and not signing
            and leads_of(seat.request).exists(),
        ),
    )
