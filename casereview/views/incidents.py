"""The cases of one incident, as far as their reader may open them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casereview import access
from casereview.access import case_view
from casereview.actions import incidents as actions
from casereview.actions.admissions import NotAllowed
from casereview.case_header import about
from casereview.forms.incidents import LinkForm, UnlinkForm
from casereview.models import Case
from casereview.views.acting import act, posted

BACK = "view_incident"
NOT_YOURS = "Enter the reference of a case that you may open"


@case_view("view_incident")
def view_incident(request: HttpRequest, case: Case) -> HttpResponse:
    """Show what the case has in common with others, and those its reader may open."""
    linked = (
        access.visible_to(request.user, "view_case")
        .filter(incident=case.incident_id, merged_into=None)
        .exclude(pk=case.pk)
        if case.incident_id
        else Case.objects.none()
    )
    return render(
        request,
        "casereview/incidents/page.html",
        {
            **about(request.user, case, BACK),
            "incident": case.incident,
            "linked": linked.order_by("reference"),
        },
    )


@case_view("link_incident")
def link_incident(request: HttpRequest, case: Case) -> HttpResponse:
    """Link another case that the reader may open to the same incident."""
    incident = case.incident
    initial = {"kind": incident.kind, "happened_on": incident.happened_on} if incident else {}
    form = LinkForm(posted(request), initial=initial)

    def do() -> None:
        reference = form.cleaned_data["other"].upper()
        other = access.visible_to(request.user, "link_incident").filter(reference=reference).first()
        if other is None:
            raise NotAllowed(NOT_YOURS)
        actions.link_incident(
            case=case,
            other=other,
            kind=form.cleaned_data["kind"],
            happened_on=form.cleaned_data["happened_on"],
            by=request.user,
        )

    return act(
        request,
        case,
        form,
        do,
        back=BACK,
        heading="Link a case of the same incident",
        button="Link the two cases",
        done="The cases are linked. Each keeps its own review.",
        lead="Linking opens nothing: only who may open the other case sees that it is linked.",
    )


@case_view("unlink_incident")
def unlink_incident(request: HttpRequest, case: Case) -> HttpResponse:
    """Take the case out of its incident, with a reason."""
    form = UnlinkForm(posted(request))

    def do() -> None:
        actions.unlink_incident(case=case, reason=form.cleaned_data["reason"], by=request.user)

    return act(
        request,
        case,
        form,
        do,
        back=BACK,
        heading="Unlink this case",
        button="Unlink the case",
        done="The case is unlinked",
        warning=True,
    )
