"""What requests for a report add to *Your work* of the people of an agency."""

from datetime import date

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from casereview import access
from casereview.leaving import Grant
from casereview.models import AgencyRequest, Case
from casereview.registries import WorkItem
from casereview.rules.access_table import Role
from cdop.models import AgencyAnswer, RequestPart
from cdop.report_access import requests_of

OPEN = (AgencyRequest.State.ASKED, AgencyRequest.State.STARTED)


def requests_to_answer(user, today: date) -> list[WorkItem]:
    """List the requests that wait for this person, or for those they handed parts to."""
    roles = access.roles_of(user)
    if not roles & {Role.CONTRIBUTOR, Role.AGENCY_LEAD}:
        return []
    leads = set(requests_of(user, "sign_off_report").values_list("pk", flat=True))
    mine_open = RequestPart.objects.filter(request=OuterRef("pk"), to_user=user, done_at=None)
    mine = RequestPart.objects.filter(request=OuterRef("pk"), to_user=user)
    found = (
        requests_of(user)
        .filter(state__in=OPEN)
        .annotate(
            to_me=Exists(mine_open),
            part_of_mine=Exists(mine),
            handed=Count("parts", filter=Q(parts__to_user__isnull=False)),
            still=Count("parts", filter=Q(parts__to_user__isnull=False, parts__done_at=None)),
        )
    )
    items = []
    for one in found:
        task, waiting = "Answer the request for a report", ""
        if one.pk in leads and one.handed:
            if one.still and not one.to_me:
                waiting = "those you handed parts to"
            elif not one.still:
                task = "Sign off the report"
        elif one.pk not in leads and one.part_of_mine and not one.to_me:
            waiting = "the lead of your agency to sign it off"
        items.append(
            WorkItem(
                key=f"report {one.pk}",
                task=task,
                url=reverse("cdop:view_request", args=[one.pk]),
                reference=one.case.reference,
                due_on=one.due_on,
                waiting_for=waiting,
            )
        )
    return items


def identifiers(case: Case) -> list[str]:
    """Return the names of those who answered for their agencies, each once."""
    answers = AgencyAnswer.objects.filter(case=case).only("id", "case", "version", "said_by")
    return list(dict.fromkeys(one.said_by for one in answers if one.said_by))


def _take_part_back(written, part: RequestPart) -> None:
    """Give a part that nobody has done yet back to the agency's lead."""
    part.to_user = None
    written.save(part)


PARTS_TO_ANSWER = Grant(
    "Parts of requests to answer",
    RequestPart,
    "to_user",
    lambda now: Q(done_at=None),
    _take_part_back,
)
