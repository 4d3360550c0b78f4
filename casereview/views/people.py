"""People with accounts: who they are, what roles they hold, and closing an account."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from casereview import access, demo, second_person_page
from casereview.access import role_view
from casereview.actions import accounts
from casereview.actions import people as actions
from casereview.actions.admissions import NotAllowed
from casereview.api import tokens
from casereview.forms.seen import beside
from casereview.models import CaseUserObjectPermission, StandingRole, User
from casereview.people_forms import (
    AddressForm,
    ForWhomForm,
    PersonForm,
    ReasonForm,
    RoleForm,
)
from casereview.records import Conflict
from casereview.rules.access_table import Role
from casereview.sign_in import proof
from casereview.sign_in.invitation import last_sent, password_link
from casereview.step_up import step_up_required

A_PAGE = 50
PROPOSED = "It is proposed, and happens when another administrator or an auditor agrees"
KNOWN = "Enter how you know that it is this person who asks"
KNOWN_HINT = "How you know that it is this person who asks. Speak to them; do not trust an e-mail."
CONFLICT = "Somebody else changed this meanwhile: check what is there now, then save again"


def _roles_of(people: list[User]) -> dict[uuid.UUID, list[StandingRole]]:
    """Return the roles in force of many people, asked once."""
    held: dict[uuid.UUID, list[StandingRole]] = {person.pk: [] for person in people}
    rows = StandingRole.objects.filter(user__in=people, ended_at=None)
    for role in rows.select_related("panel", "board", "agency").order_by("role"):
        held[role.user_id].append(role)
    return held


@role_view("view_people")
def view_people(request: HttpRequest) -> HttpResponse:
    """List the people with accounts, those who have left on request."""
    left = request.GET.get("left") == "yes"
    wanted = request.GET.get("q", "").strip()[:100]
    found = User.objects.filter(is_active=not left).select_related("agency").order_by("name", "pk")
    if wanted:
        found = found.filter(Q(name__icontains=wanted) | Q(email__icontains=wanted))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    people = list(page.object_list)
    roles = _roles_of(people)
    proved = proof.those_with_a_factor(people)
    rows = [
        {"person": one, "roles": roles[one.pk], "second_factor": one.pk in proved} for one in people
    ]
    return render(
        request,
        "casereview/people/people.html",
        {"page": page, "rows": rows, "left": left, "wanted": wanted},
    )


def _person_or_none(person_key: uuid.UUID) -> User | None:
    return User.objects.select_related("agency").filter(pk=person_key).first()


def of_person(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the person that the address names, or say that there is none."""

    def found(request: HttpRequest, person_key: uuid.UUID, **kwargs: Any) -> HttpResponse:
        person = _person_or_none(person_key)
        if person is None:
            return access.not_found()
        return view(request, person, **kwargs)

    return found


@role_view("view_person")
@of_person
def view_person(request: HttpRequest, person: User) -> HttpResponse:
    """Show one person: account, roles, and what to do next."""
    return _show(request, person)


def _show(request: HttpRequest, person: User, link: str = "") -> HttpResponse:
    roles = StandingRole.objects.filter(user=person).select_related(
        "panel", "board", "agency", "given_by", "ended_by"
    )
    return render(
        request,
        "casereview/people/person.html",
        {
            "person": person,
            "myself": person.pk == request.user.pk,
            "link": link,
            "sent": last_sent(person),
            "has_password": person.has_usable_password(),
            "second_factor": proof.has_factor(person) or proof.signs_in_elsewhere(person),
            "in_use": actions.in_use(person),
            "may_make_link": accounts.may_make_link(person, request.user),
            "proposed": second_person_page.waiting_for(person),
            "held": roles.filter(ended_at=None).order_by("role"),
            "ended": roles.exclude(ended_at=None).order_by("-ended_at"),
            "tokens": tokens.live(person),
            "admissions": CaseUserObjectPermission.objects.filter(user=person).count(),
        },
    )


@role_view("add_person")
@step_up_required
def add_person(request: HttpRequest) -> HttpResponse:
    """Add a person; the link by which they choose a password comes next."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = _facts(form)
        try:
            person = actions.add_person(by=request.user, **facts)
        except NotAllowed as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, f"{person.name} is added")
            return redirect("view_person", person.pk)
    return render(request, "casereview/people/person_form.html", {"form": form})


@role_view("change_person")
@step_up_required
@of_person
def change_person(request: HttpRequest, person: User) -> HttpResponse:
    """Change what is known of a person."""
    shown = {
        "name": person.name,
        "email": person.email,
        "post": person.post,
        "agency": str(person.agency_id or ""),
        "version": person.version,
    }
    form = PersonForm(request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["version"]
        try:
            if seen != person.version:
                raise Conflict(str(person.pk))
            actions.change_person(person=person, by=request.user, **_facts(form))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form = _seen_anew(form, PersonForm, _person_or_none(person.pk))
        else:
            messages.success(request, "The changes are saved")
            return redirect("view_person", person.pk)
    return render(request, "casereview/people/person_form.html", {"form": form, "person": person})


def _facts(form: PersonForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "version"}


def _seen_anew(form: Any, kind: type[PersonForm], person: User | None) -> PersonForm:
    """Return the form as it was typed, now about the version that is there."""
    data = form.data.copy()
    data["version"] = str(person.version if person else "")
    again = kind(data, initial=form.initial)
    again.is_valid()
    if person is not None:
        again.theirs = beside(again, vars(person))
    again.add_error(None, CONFLICT)
    return again


@require_POST
@role_view("invite_person")
@step_up_required
@of_person
def invite_person(request: HttpRequest, person: User) -> HttpResponse:
    """Send the person a link by which they choose a password; who asks for it is not shown it.

    In a demo, where nobody is real and nothing is sent, the link is shown.
    """
    in_demo = demo.is_demo()
    try:
        accounts.send_password_link(person=person, by=request.user, send=not in_demo)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("view_person", person.pk)
    if in_demo:
        site = f"{request.scheme}://{request.get_host()}"
        return _show(request, person, password_link(person, site=site))
    messages.success(request, f"A link to choose a password is on its way to {person.email}")
    return redirect("view_person", person.pk)


@role_view("give_role")
@step_up_required
@of_person
def give_role(request: HttpRequest, person: User) -> HttpResponse:
    """Give a person a role, or propose it: first which, then for whom and until when."""
    page: dict[str, Any] = {"person": person, "myself": person.pk == request.user.pk}
    chosen = RoleForm(request.GET) if "role" in request.GET else RoleForm()
    if not (chosen.is_bound and chosen.is_valid()):
        return render(request, "casereview/people/role.html", {**page, "form": chosen})
    role = Role(chosen.cleaned_data["role"])
    second = actions.role_needs_second(role, request.user)
    sent = request.POST if request.method == "POST" else None
    form = ForWhomForm(sent, role=role, second=second)
    if sent is not None and form.is_valid():
        facts = {"person": person, "role": role, "by": request.user, **form.cleaned_data}
        try:
            if second:
                accounts.propose_role(**facts)
            else:
                actions.give_role(**facts)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            done = f"{person.name} is now {role.label}"
            messages.success(request, PROPOSED if second else done)
            return redirect("view_person", person.pk)
    return render(
        request,
        "casereview/people/role_for_whom.html",
        {**page, "form": form, "role": role, "second": second},
    )


@role_view("propose_address")
@step_up_required
@of_person
def propose_address(request: HttpRequest, person: User) -> HttpResponse:
    """Propose another address for an account in use."""
    form = AddressForm(request.POST or None)
    return _propose(
        request,
        person,
        form,
        lambda: accounts.propose_address(person=person, by=request.user, **form.cleaned_data),
        heading="Propose another e-mail address",
        lead=f"{person.name} signs in with {person.email}, and is signed out when it changes.",
    )


@role_view("propose_password_link")
@step_up_required
@of_person
def propose_password_link(request: HttpRequest, person: User) -> HttpResponse:
    """Propose a link for a new password."""
    form = ReasonForm(request.POST or None, required=KNOWN, hint=KNOWN_HINT)
    return _propose(
        request,
        person,
        form,
        lambda: accounts.propose_password_link(person=person, by=request.user, **form.cleaned_data),
        heading="Propose a link for a new password",
        lead=f"The link goes to {person.email} and to nobody else. You send it here within three "
        "days of the agreement.",
    )


@require_POST
@role_view("end_role")
@step_up_required
@of_person
def end_role(request: HttpRequest, person: User, role_key: uuid.UUID) -> HttpResponse:
    """End a role that a person holds."""
    held = StandingRole.objects.filter(pk=role_key, user=person).first()
    if held is None:
        return access.not_found()
    try:
        actions.end_role(held=held, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{person.name} is no longer {Role(held.role).label}")
    return redirect("view_person", person.pk)


@role_view("reset_second_factor")
@step_up_required
@of_person
def reset_second_factor(request: HttpRequest, person: User) -> HttpResponse:
    """Propose to take away a second factor that its owner has lost."""
    form = ReasonForm(request.POST or None, required=KNOWN, hint=KNOWN_HINT)
    return _propose(
        request,
        person,
        form,
        lambda: accounts.propose_factor_reset(person=person, by=request.user, **form.cleaned_data),
        heading="Propose to reset the second factor",
        lead=f"{person.name} is then signed out everywhere, and sets up a new one at the next "
        "sign-in, where the password alone is asked.",
    )


def _propose(
    request: HttpRequest,
    person: User,
    form: Any,
    do: Callable[[], Any],
    *,
    heading: str,
    lead: str,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, PROPOSED)
            return redirect("view_person", person.pk)
    return render(
        request,
        "casereview/door/propose.html",
        {"person": person, "form": form, "heading": heading, "lead": lead},
    )


@role_view("deactivate_person")
@step_up_required
@of_person
def deactivate_person(request: HttpRequest, person: User) -> HttpResponse:
    """Close the account of somebody who leaves."""
    return _with_reason(
        request,
        person,
        act=actions.deactivate_person,
        template="casereview/people/deactivate.html",
        required="Enter why the account is closed",
        hint="For example: has left the agency",
        done=f"The account of {person.name} is closed",
    )


def _with_reason(
    request: HttpRequest,
    person: User,
    *,
    act: Callable[..., None],
    template: str,
    required: str,
    hint: str,
    done: str,
) -> HttpResponse:
    form = ReasonForm(request.POST or None, required=required, hint=hint)
    if request.method == "POST" and form.is_valid():
        try:
            act(person=person, by=request.user, reason=form.cleaned_data["reason"])
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CONFLICT)
        else:
            messages.success(request, done)
            return redirect("view_person", person.pk)
    roles = StandingRole.objects.filter(user=person, ended_at=None).count()
    admissions = CaseUserObjectPermission.objects.filter(user=person).count()
    return render(
        request,
        template,
        {"person": person, "form": form, "roles": roles, "admissions": admissions},
    )
