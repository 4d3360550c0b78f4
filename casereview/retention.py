"""What the rules on keeping papers say of cases: read from codes and dates, nothing is opened."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from casereview import access, registries
from casereview.models import Agreement, Case, Child, Disposal, LegalHold, RetentionRule
from casereview.records import change
from casereview.rules import retention as rules
from casereview.rules.access_table import Role
from casereview.rules.retention import Event, Facts, Hold, Kept, Kind, Rule

AT_ONCE = 500
NOT_REVIEWED = (Case.Stage.NOT_FOR_REVIEW, Case.Stage.PASSED_ON)


def settled() -> list[Rule]:
    """Return every rule that was ever settled."""
    return [
        Rule(
            Kind(one.kind),
            Event(one.event),
            one.years,
            one.since,
            one.until,
            one.source,
            one.number,
        )
        for one in RetentionRule.objects.all()
    ]


def _facts_of(cases: Collection[Case]) -> dict[Any, Facts]:
    """Return what decides how long each of these cases is kept, those merged into it included."""
    standing = {case.pk: case for case in cases}
    merged = list(Case.objects.filter(merged_into__in=standing))
    children = {
        child.case_id: child
        for child in Child.objects.filter(case__in=[*standing, *[one.pk for one in merged]]).only(
            "id", "case", "age_days"
        )
    }
    into: dict[Any, list[Facts]] = {}
    for one in merged:
        into.setdefault(one.merged_into_id, []).append(_alone(one, children.get(one.pk)))
    return {
        key: rules.joined(_alone(case, children.get(key)), into.get(key, []))
        for key, case in standing.items()
    }


def _alone(case: Case, child: Child | None) -> Facts:
    kinds = set()
    if case.kind == Case.Kind.DEATH:
        kinds.add(Kind.NOT_REVIEWED if case.stage in NOT_REVIEWED else Kind.DEATH)
    if case.kind == Case.Kind.SERIOUS_HARM or case.scr_state:
        kinds.add(Kind.SERIOUS_CASE)
    completed = next(
        (day for ask in registries.completions if (day := ask(case)) is not None), None
    )
    return Facts(
        frozenset(kinds),
        {
            Event.BIRTH: rules.born_on(case.died_on, child.age_days if child else None),
            Event.DEATH: case.died_on,
            Event.NOTIFIED: case.notified_on,
            Event.COMPLETED: completed,
            Event.SCR_DECIDED: case.scr_decided_on,
            Event.SCR_PUBLISHED: case.scr_published_on,
        },
    )


def kept(case: Case, on: date, known: Collection[Rule] | None = None) -> Kept:
    """Return until when a case, with those merged into it, is kept by the rules of a day."""
    facts = _facts_of([case])[case.pk]
    return rules.kept_until(facts, settled() if known is None else known, on)


def holds_on(case: Case) -> list[LegalHold]:
    """Return the holds that were placed on a case, on one merged into it, or on every case."""
    standing = case.merged_into_id or case.pk
    of_it = Q(case=standing) | Q(case__merged_into=standing) | Q(case=None)
    return list(LegalHold.objects.filter(of_it).select_related("placed_by", "lifted_by"))


def as_rule(hold: LegalHold) -> Hold:
    """Return a hold as the rules see it."""
    return Hold(hold.until, hold.lifted_at is not None)


def why_not(case: Case, on: date) -> str:
    """Return why a case may not be disposed of on a day; empty when it may."""
    if case.disposed_at is not None:
        return "This case was disposed of already"
    if case.merged_into_id is not None:
        return "Dispose of the case that this one was merged into: both go together"
    holds = [as_rule(hold) for hold in holds_on(case)]
    return rules.refusal(kept(case, on), holds, on)


def work_out(now: datetime.datetime) -> int:
    """Find, once a day, which cases are over their time; return how many changed.

    A case that is over its time is marked with the day it was kept until: its managers are asked.
    One that no longer is – a hold, a longer rule – loses its mark; so does a hold that has ended.
    """
    today = timezone.localtime(now).date()
    known = [one for one in settled() if one.kind not in rules.OF_SEVERAL]
    held, changed = held_on(today), 0
    keys = list(_maybe_over(known, today).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        part = list(Case.objects.filter(pk__in=keys[start : start + AT_ONCE]))
        facts = _facts_of(part)
        for case in part:
            found = rules.kept_until(facts[case.pk], known, today)
            over = found.until is not None and found.until < today and not held.keeps(case)
            case.retained_until = found.until if over else None
            case.retention_class = found.rule.kind.value if over and found.rule else ""
            case.legal_hold = case.pk in held.cases
            if case.changed_fields():
                with change("work_out_retention", by=None, case=case) as written:
                    written.save(case)
                changed += 1
    return changed


def _maybe_over(known: Collection[Rule], today: date) -> QuerySet[Case]:
    """Return the cases that may be over their time, and those that carry a mark."""
    marked = Q(retained_until__isnull=False) | Q(legal_hold=True)
    if known:
        # A child was at most eighteen at the day that is known, so its birth was no earlier.
        fewest = min(rule.years - 19 * (rule.event == Event.BIRTH) for rule in known)
        latest = rules.years_after(today, -max(fewest, 0))
        marked |= Q(died_on__lte=latest) | Q(notified_on__lte=latest)
        marked |= Q(scr_decided_on__lte=latest) | Q(scr_published_on__lte=latest)
    return Case.objects.filter(marked, disposed_at=None, merged_into=None)


@dataclass(frozen=True)
class Holding:
    """The holds of a day: whether one is on every case, and the cases of the others."""

    everything: bool
    cases: frozenset[Any]

    def keeps(self, case: Case) -> bool:
        """Tell whether a case is held."""
        return self.everything or case.pk in self.cases


def held_on(today: date) -> Holding:
    """Return what is held on a day."""
    placed = LegalHold.objects.select_related("case")
    holds = [one for one in placed if as_rule(one).in_force(today)]
    cases = {one.case.merged_into_id or one.case.pk for one in holds if one.case}
    return Holding(any(one.case is None for one in holds), frozenset(cases))


def over_their_time(user) -> list[Case]:
    """Return the cases that are over their time and whose disposal a person may propose."""
    marked = access.visible_to(user, "propose_disposal").filter(
        retained_until__isnull=False, merged_into=None
    )
    return list(marked.order_by("retained_until", "reference"))


def waiting_for(user) -> QuerySet[Agreement]:
    """Return the proposals to dispose of a case that wait for the answer of a person."""
    waiting = Agreement.objects.filter(
        action="dispose_case",
        decision=Agreement.Decision.WAITING,
        lapses_at__gt=timezone.now(),
    ).exclude(case__in=list(access.withdrawn_from(user)))
    if not access.can(user, "dispose_case"):
        return waiting.none()
    return waiting.select_related("case", "proposed_by").order_by("proposed_at")


def disposals_for(user) -> list[Disposal]:
    """Return the disposals whose certificate a person may have: all, or those they proposed."""
    found = Disposal.objects.select_related("case", "proposed_by", "agreed_by").order_by("-number")
    found = found.exclude(case__in=list(access.withdrawn_from(user)))
    if not {Role.AUDITOR, Role.ADMINISTRATOR} & {one.role for one in access.held_by(user)}:
        found = found.filter(proposed_by=user)
    return list(found)
