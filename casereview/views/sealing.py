"""Sealing a case and taking the seal off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview import access, kin, sharing
from casereview.access import case_view
from casereview.actions import NotAllowed
from casereview.actions import sealing as actions
from casereview.case_header import about
from casereview.forms.door import SealForm, UnsealForm
from casereview.models import Case, User
from casereview.step_up import step_up_required
from casereview.views.acting import act, posted


@case_view("seal_case")
@step_up_required
def seal_case(request: HttpRequest, case: Case) -> HttpResponse:
    """Seal a case: show who sees it now, and ask who goes on seeing it."""
    people, groups = sharing.who_may_keep(case, besides=request.user)
    linked = list(
        access.visible_to(request.user, "seal_case")
        .filter(pk__in=kin.family_of(case).values("pk"), sealed=False)
        .order_by("reference")
    )
    form = SealForm(
        posted(request),
        people=[*people, *groups],
        linked=[(str(one.pk), one.reference) for one in linked],
    )
    if form.is_bound and form.is_valid():
        chosen = set(form.cleaned_data.get("keeps", []))
        also = set(form.cleaned_data.get("also", []))
        keys = [key for key, _ in people if key in chosen]
        try:
            sealed = actions.seal_case(
                case=case,
                reason=form.cleaned_data["reason"],
                by=request.user,
                keeps=list(User.objects.filter(pk__in=keys)),
                groups=[
                    one for one in case.group_admissions.all() if f"group-{one.group_id}" in chosen
                ],
                also=[one for one in linked if str(one.pk) in also],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            named = ", ".join(one.reference for one in sealed)
            messages.success(request, f"Sealed: {named}. Only those who were named see it now")
            return redirect("view_sharing", case.reference)
    return render(
        request,
        "casereview/case_form.html",
        {
            **about(request.user, case, "view_sharing"),
            "form": form,
            "heading": "Seal this case",
            "button": "Seal the case",
            "back": "view_sharing",
            "warning": True,
            "lead": "A sealed case opens to those who are named, whatever role others hold: not "
            "in an emergency either, and not to who is put on its meeting later. Cases merged "
            "with it are sealed with it.",
        },
    )


@case_view("unseal_case")
@step_up_required
def unseal_case(request: HttpRequest, case: Case) -> HttpResponse:
    """Take the seal off: roles open the case again as before."""
    form = UnsealForm(posted(request))

    def do() -> None:
        actions.unseal_case(case=case, reason=form.cleaned_data["reason"], by=request.user)

    return act(
        request,
        case,
        form,
        do,
        back="view_sharing",
        heading="Take the seal off this case",
        button="Take the seal off",
        done="The seal is taken off. Everybody whose role opens the case sees it again",
        warning=True,
    )
