"""What the pages of requests show, whose requests they are, and what they ask of *Your work*."""

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from casereview import access, codes, registries
from casereview.actions.information_requests import may_extend_by
from casereview.meetings import panels_managed_by
from casereview.models import DisclosurePart, InformationRequest
from casereview.registries import WorkItem
from casereview.rules.access_table import Role
from casereview.rules.due import due_words
from casereview.rules.information_requests import LEFT_OUT, SMALL_NUMBERS

Decision = DisclosurePart.Decision


def requests_for(user) -> QuerySet[InformationRequest]:
    """Return the requests of a manager's panels, those of cases kept from them left out."""
    cases = access.visible_to(user, "view_disclosure").values("pk")
    return InformationRequest.objects.filter(panel__in=panels_managed_by(user)).filter(
        Q(case=None) | Q(case__in=cases)
    )


def register_for(user) -> QuerySet[InformationRequest]:
    """Return what the register shows: an auditor sees every panel's, without names."""
    found = requests_for(user)
    if any(one.role == Role.AUDITOR for one in access.held_by(user)):
        kept = access.not_kept_from(user).values("pk")
        found |= InformationRequest.objects.filter(Q(case=None) | Q(case__in=kept))
    return found


def rows(user, today: date) -> list[dict[str, Any]]:
    """Return the register, what waits first: the power, the days, what was given and withheld.

    No row holds a name: who asked is read on the page of the request, by its manager.
    """
    mine = set(requests_for(user).values_list("pk", flat=True))
    powers = codes.code_list("information_power")
    counted = (
        register_for(user)
        .select_related("case", "panel")
        .annotate(
            parts=Count("bundles__parts", distinct=True),
            withheld=Count(
                "bundles__parts",
                filter=Q(bundles__parts__decision=Decision.WITHHOLD),
                distinct=True,
            ),
        )
        .order_by("ended_on", "due_on", "received_on", "pk")
    )
    return [
        {
            "request": one,
            "power": powers.label(one.power),
            "reference": one.case.reference if one.case else "",
            "stands": one.get_state_display(),
            "due": due_words(one.due_on, today) if one.is_open else "",
            "url": reverse("view_information_request", args=[one.pk]) if one.pk in mine else "",
        }
        for one in sorted(counted, key=lambda one: not one.is_open)
    ]


def page(request: InformationRequest, user, today: date) -> dict[str, Any]:
    """Return what the page of one request shows."""
    power = codes.code_list("information_power").get(request.power)
    about_figures = power is not None and power.extra["about"] == "figures"
    return {
        "asked": request,
        "power": power,
        "due": due_words(request.due_on, today) if request.is_open else "",
        "may_extend": may_extend_by(request) > 0,
        "bundles": list(request.bundles.order_by("begun_at", "id")),
        "left_out": LEFT_OUT if request.case_id else (),
        "small_numbers": SMALL_NUMBERS.format(last=4) if about_figures else "",
    }


def work(user, today: date) -> list[WorkItem]:
    """Return the requests that wait for an answer."""
    if not access.can(user, "view_information_request"):
        return []
    powers = codes.code_list("information_power")
    waiting = requests_for(user).filter(state=InformationRequest.State.OPEN)
    return [
        WorkItem(
            key=f"information request {one.pk}",
            task=f"Answer a request: {powers.label(one.power).lower()}",
            url=reverse("view_information_request", args=[one.pk]),
            reference=one.case.reference if one.case else "",
            due_on=one.due_on,
        )
        for one in waiting.select_related("case").order_by("due_on", "pk")
    ]


def identifiers(case) -> list[str]:
    """Return who asked for papers of the case: a name that no pack may hold."""
    return [one.asked_by_whom for one in case.information_requests.all() if one.asked_by_whom]


def register() -> None:
    """Add the above to the pages that gather from all apps."""
    registries.work_items.append(work)
    registries.identifiers.append(identifiers)
