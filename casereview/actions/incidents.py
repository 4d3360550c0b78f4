"""Linking the cases of one incident, such as twins or a fire; each keeps its own review."""

import datetime

from django.utils import timezone

from casereview.actions.admissions import NotAllowed
from casereview.actions.cases import new_reference
from casereview.models import Case, Incident
from casereview.records import change
from casereview.rules.references import Kind


def link_incident(
    *, case: Case, other: Case, kind: str, by, happened_on: datetime.date | None = None
) -> Incident:
    """Link two cases by the incident they have in common; one of them may have it already.

    Each case gets an entry of its own. Linking opens nothing: who sees one case sees no more of
    the other than before.

    Raises:
        NotAllowed: the same case twice, a merged one, or both are of an incident already.
    """
    if case.pk == other.pk:
        raise NotAllowed("Enter the reference of another case")
    if case.merged_into_id or other.merged_into_id:
        raise NotAllowed("Link the case into which this one was merged")
    if case.incident_id and case.incident_id == other.incident_id:
        raise NotAllowed("These two cases are linked already")
    if case.incident_id and other.incident_id:
        raise NotAllowed("Unlink one of the two first: each is of another incident")
    if kind not in Incident.Kind.values:
        raise NotAllowed("Select what the cases have in common")
    if happened_on is not None and happened_on > timezone.localdate():
        raise NotAllowed("Enter a day for the incident that is not in the future")
    with change("link_incident", by=by, case=case) as written:
        incident = case.incident or other.incident
        if incident is None:
            day = happened_on or case.died_on or timezone.localdate()
            incident = Incident(
                reference=new_reference(Kind.INCIDENT, day.year), kind=kind, happened_on=happened_on
            )
            written.save(incident)
        written.detail["incident"] = incident.reference
        for one in (case, other):
            if one.incident_id == incident.pk:
                continue
            one.incident = incident
            if one is case:
                written.save(one, subject=True)
                continue
            with change("link_incident", by=by, case=one) as of_other:
                of_other.save(one)
                of_other.detail["incident"] = incident.reference
    return incident


def unlink_incident(*, case: Case, reason: str, by) -> Case:
    """Say that a case is not of the incident after all, with a reason; other cases stay linked.

    Raises:
        NotAllowed: it is of none, or no reason was given.
    """
    if case.incident_id is None:
        raise NotAllowed("This case is linked to no other")
    if not reason.strip():
        raise NotAllowed("Enter why the case is unlinked")
    with change("unlink_incident", by=by, case=case, reason=reason) as written:
        case.incident = None
        written.save(case, subject=True)
    return case
