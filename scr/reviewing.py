"""What a review's records say: its edition, its limits, the agencies concerned, what holds it."""

import datetime
import uuid
from dataclasses import dataclass

from django.db.models import Q

from casereview.actions.processes import holds
from casereview.models import Agency, AgencyRequest, Case
from scr.clocks import rule_of
from scr.criteria_files import UnknownFramework, framework_named, frameworks
from scr.models import CaseUnderReview, ChronologyEntry, FileSecured, Referral, ReviewRequest
from scr.options import option
from scr.review_codes import review_type
from scr.rules.frameworks import Clock as TimeLimit
from scr.rules.frameworks import Framework, NoFramework, framework_for
from scr.rules.options import LeadsTo

COPY = "published"
HELD_AFTER = (LeadsTo.REVIEW, LeadsTo.OTHER_REVIEW)
WITHDRAWN = (AgencyRequest.State.WITHDRAWN, ReviewRequest.State.WITHDRAWN)


@dataclass(frozen=True)
class Held:
    """What running processes ask of a review meanwhile, each apart from the others."""

    publication: bool
    witnesses: bool
    family: bool


def held(case: Case) -> Held:
    """Return what may not be done about a case for the sake of another process."""
    return Held(
        publication=holds(case, "hold_publication"),
        witnesses=holds(case, "hold_witness_contact"),
        family=holds(case, "hold_family_contact"),
    )


def edition_of(review: CaseUnderReview) -> Framework | None:
    """Return the edition of a review: that of its decision, else of the referral, else of its day.

    None where the day lies before every edition that is held.
    """
    names = [review.decision.framework] if review.decision else []
    names += (
        Referral.objects.filter(case=review.case_id)
        .order_by("-referred_on")
        .values_list("framework", flat=True)[:1]
    )
    for name in names:
        if name:
            try:
                return framework_named(name)
            except UnknownFramework:
                continue
    try:
        return framework_for(review.begun_on, "england", frameworks(), None).decision
    except NoFramework:
        return None


def initiated_on(case: Case) -> datetime.date | None:
    """Return the day on which it was decided to hold the review that is decided on now.

    A further decision that changes how the review is held, such as together with others, does not
    begin its time anew; after a decision for no review it begins with the one that reversed it.
    Where several decide, it is the day on which the last of them agreed.
    """
    begun: dict[str, tuple[str, datetime.date]] = {}
    for each in case.scr_decisions.order_by("decided_on", "decided_at"):
        leads_to = option(each.decided).leads_to
        if leads_to not in HELD_AFTER:
            begun.pop(each.capacity, None)
        elif begun.get(each.capacity, ("",))[0] != leads_to:
            begun[each.capacity] = (leads_to, each.decided_on)
    return max((day for _, day in begun.values()), default=None)


def own_limit(review: CaseUnderReview) -> TimeLimit | None:
    """Return the time limit of the edition for this kind of review; None where it holds none."""
    begins, edition = review_type(review.kind).extra["begins"], edition_of(review)
    if not begins or edition is None:
        return None
    return next((one for one in edition.clocks if one.starts_from == begins), None)


def own_rule(review: CaseUnderReview) -> str:
    """Return the rule under which the case keeps the clock of a review; empty where none runs."""
    limit, edition = own_limit(review), edition_of(review)
    return rule_of(edition, limit.id) if limit and edition else ""


def copy_limit(review: CaseUnderReview) -> TimeLimit | None:
    """Return the limit for the national panel's copy before publication, where one is held."""
    edition = edition_of(review)
    if edition is None or not review_type(review.kind).extra["publishes"]:
        return None
    return next((one for one in edition.clocks if one.before and one.starts_from == COPY), None)


def agencies_concerned(case: Case) -> set[uuid.UUID]:
    """Return the keys of the agencies concerned in a case: who was asked, referred or wrote."""
    found = set(FileSecured.objects.filter(case=case).values_list("agency", flat=True))
    found |= set(
        Referral.objects.filter(case=case, agency__isnull=False).values_list("agency", flat=True)
    )
    for asked in (AgencyRequest, ReviewRequest):
        rows = asked._default_manager.filter(case=case).exclude(state__in=WITHDRAWN)
        found |= set(rows.values_list("agency", flat=True))
    found |= set(ChronologyEntry.objects.filter(case=case).values_list("agency", flat=True))
    return found


def agencies_of(case: Case) -> list[Agency]:
    """Return the agencies concerned in a case, by name."""
    return list(Agency.objects.filter(Q(pk__in=agencies_concerned(case))).order_by("name"))
