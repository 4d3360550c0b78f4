"""Who can see a case: admitting, dismissing, recording and lifting what keeps people away."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview import access, actions, kin, sharing
from casereview.access import case_view
from casereview.case_header import about
from casereview.forms.sharing import (
    AdmitForm,
    DecideInterestForm,
    DismissForm,
    InterestForm,
    LiftForm,
    RecordInterestForm,
)
from casereview.models import AgendaItem, Case
from casereview.records import Conflict
from casereview.step_up import step_up_required

CHANGED_MEANWHILE = "Somebody else has changed this meanwhile: go back and look again"


@case_view("view_sharing")
def view_sharing(request: HttpRequest, case: Case) -> HttpResponse:
    """Show who can see a case and why, and who is kept from it."""
    return render(
        request,
        "casereview/sharing.html",
        {
            **about(request.user, case, "view_sharing"),
            "standing": sharing.standing(case),
            "admitted": sharing.admitted(case),
            "broken_glass": sharing.opened_by_break_glass(case),
            "interests": sharing.interests(case),
        },
    )


@case_view("admit_to_case")
@step_up_required
def admit_to_case(request: HttpRequest, case: Case) -> HttpResponse:
    """Admit a person to the case in a role, until a day, for a reason."""
    form = AdmitForm(request.POST or None, by=request.user, case=case)
    if form.is_bound and form.is_valid():
        try:
            actions.admit_to_case(
                case=case,
                user=form.person_chosen,
                role=form.cleaned_data["role"],
                by=request.user,
                reason=form.cleaned_data["reason"],
                until=form.until_end,
                # Whoever is admitted to a sealed case is named to it by that.
                named=kin.is_sealed(case),
            )
        except actions.NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED_MEANWHILE)
        else:
            messages.success(request, f"{form.person_chosen.name} is admitted to {case.reference}")
            return redirect("view_sharing", case.reference)
    return _form(request, case, form, "Admit a person to this case", "Admit to the case")


@case_view("dismiss_from_case")
def dismiss_from_case(request: HttpRequest, case: Case, admission_key: uuid.UUID) -> HttpResponse:
    """Confirm that a person or a group is dismissed from the case at once."""
    admission = (
        case.admissions.filter(pk=admission_key).select_related("user").first()
        or case.group_admissions.filter(pk=admission_key).select_related("group").first()
    )
    if admission is None:
        return access.not_found()
    user = getattr(admission, "user", None)
    who = user.name if user else f"the group of every {admission.get_role_display().lower()}"
    form = DismissForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            actions.dismiss_from_case(
                admission=admission, by=request.user, reason=form.cleaned_data["reason"]
            )
        except actions.NotAllowed as refusal:
            form.add_error("reason", str(refusal))
        except Conflict:
            form.add_error(None, CHANGED_MEANWHILE)
        else:
            messages.success(
                request, f"{who[:1].upper()}{who[1:]} is dismissed from {case.reference}"
            )
            return redirect("view_sharing", case.reference)
    return _form(
        request,
        case,
        form,
        f"Dismiss {who} from this case",
        "Dismiss from the case",
        lead=f"As {admission.get_role_display().lower()}. They lose sight of the case at once; "
        "the history keeps that they had it.",
        warning=True,
    )


@case_view("record_interest")
def record_interest(request: HttpRequest, case: Case) -> HttpResponse:
    """Record an interest that a person or an agency has in the case."""
    item = _item_of(request, case)
    form = RecordInterestForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            actions.declare_interest(
                case=case,
                level=form.cleaned_data["level"],
                ground=form.cleaned_data["ground"],
                grounds=form.cleaned_data["grounds"],
                by=request.user,
                user=form.person,
                agency=form.agency,
                agenda_item=item,
            )
        except actions.NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The interest in {case.reference} is recorded")
            seen = access.can(request.user, "view_sharing", case)
            if item is not None:
                return redirect("view_meeting", item.meeting_id)
            return redirect("view_sharing", case.reference) if seen else redirect("your_work")
    return _form(request, case, form, "Record an interest in this case", "Record the interest")


@case_view("declare_interest")
def declare_interest(request: HttpRequest, case: Case) -> HttpResponse:
    """Declare the reader's own interest; withdrawing takes the case away at once."""
    item = _item_of(request, case)
    form = InterestForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            actions.declare_interest(
                case=case,
                level=form.cleaned_data["level"],
                ground=form.cleaned_data["ground"],
                grounds=form.cleaned_data["grounds"],
                by=request.user,
                user=request.user,
                agenda_item=item,
            )
        except actions.NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            if access.can(request.user, "view_case", case):
                messages.success(request, f"Your interest in {case.reference} is declared")
                return _back_from(item) or redirect("view_case", case.reference)
            messages.success(
                request, f"You have withdrawn from {case.reference}. You no longer see it anywhere."
            )
            return _back_from(item) or redirect("your_work")
    return _form(
        request,
        case,
        form,
        "Declare an interest in this case",
        "Declare the interest",
        current="declare_interest",
        lead="Declare before the case is opened in the meeting. The chair decides, with a reason. "
        "If you withdraw, the case is gone from everything you see from this moment.",
    )


@case_view("decide_interest")
def decide_interest(request: HttpRequest, case: Case, interest_key: uuid.UUID) -> HttpResponse:
    """Record the chair's decision on a declared interest, with its reason."""
    interest = case.interests.filter(pk=interest_key).select_related("user", "agency").first()
    if interest is None:
        return access.not_found()
    form = DecideInterestForm(request.POST or None, initial={"level": interest.level})
    if form.is_bound and form.is_valid():
        try:
            actions.decide_interest(
                interest=interest,
                level=form.cleaned_data["level"],
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except actions.NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED_MEANWHILE)
        else:
            messages.success(request, f"The interest in {case.reference} is decided")
            return _back_from(interest.agenda_item) or redirect("view_case", case.reference)
    who = interest.user.name if interest.user else str(interest.agency)
    return _form(
        request,
        case,
        form,
        f"Decide the interest of {who}",
        "Record the decision",
        lead=f"Declared: {interest.get_level_display()}. Ground: "
        f"{interest.get_ground_display().lower() or 'not asked for at the time'}.",
        quoted=interest.grounds or "",
    )


@case_view("lift_recusal")
@step_up_required
def lift_recusal(request: HttpRequest, case: Case, interest_key: uuid.UUID) -> HttpResponse:
    """Confirm that a withdrawal is lifted; a second person does it."""
    interest = (
        case.interests.filter(pk=interest_key, level="withdraws")
        .select_related("user", "agency")
        .first()
    )
    if interest is None:
        return access.not_found()
    form = LiftForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            actions.lift_recusal(
                interest=interest, reason=form.cleaned_data["reason"], by=request.user
            )
        except actions.NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED_MEANWHILE)
        else:
            messages.success(request, f"The withdrawal from {case.reference} is lifted")
            return redirect("view_sharing", case.reference)
    who = interest.user.name if interest.user else str(interest.agency)
    return _form(
        request,
        case,
        form,
        f"Lift the withdrawal of {who}",
        "Lift the withdrawal",
        lead="They see the case again as far as their roles reach. Somebody other than the person "
        "who withdrew or recorded it must lift it.",
        quoted=interest.grounds or "",
        warning=True,
    )


def _item_of(request: HttpRequest, case: Case) -> AgendaItem | None:
    """Return the agenda item from which an interest is declared, where it is of this case."""
    try:
        key = uuid.UUID(request.GET.get("item", ""))
    except ValueError:
        return None
    return case.agenda_items.filter(pk=key).first()


def _back_from(item: AgendaItem | None) -> HttpResponse | None:
    return redirect("view_meeting", item.meeting_id) if item is not None else None


def _form(
    request: HttpRequest,
    case: Case,
    form,
    heading: str,
    button: str,
    *,
    current: str = "",
    lead: str = "",
    quoted: str = "",
    warning: bool = False,
) -> HttpResponse:
    back = "view_sharing" if access.can(request.user, "view_sharing", case) else "view_case"
    return render(
        request,
        "casereview/case_form.html",
        {
            **about(request.user, case, current),
            "form": form,
            "heading": heading,
            "button": button,
            "lead": lead,
            "quoted": quoted,
            "warning": warning,
            "back": back,
        },
    )
