"""Papers that speak of several cases: kept by a rule of their own, and destroyed by two people.

Minutes and composite reviews have keys of their own, so that disposing of one case leaves them
whole; what they say of that case alone is sealed under its key and goes with it. They are over
their time by their own rule, or once the last of their cases was disposed of.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from casereview import access, keys, registries, retention
from casereview.models import Agreement, Case
from casereview.rules import retention as rules
from casereview.rules.retention import Kept, Kind, Rule

DISPOSE = "dispose_joint_papers"


@dataclass(frozen=True)
class About:
    """What decides how long such papers are kept: their day, and the cases they speak of."""

    day: date | None
    cases: tuple[Case, ...]

    @property
    def disposed(self) -> list[date | None]:
        """The day on which each case was disposed of; None where it is still there."""
        return [
            timezone.localdate(one.disposed_at) if one.disposed_at else None for one in self.cases
        ]


@dataclass(frozen=True)
class Joint:
    """One kind of such papers; `look` says in a constant number of queries what some are about.

    `kept_by` are those whose destruction a person may propose; `takes` says in words what else goes
    with the key, `back` where a person comes from.
    """

    kind: Kind
    owner: str
    every: Callable[[], QuerySet[Any]]
    kept_by: Callable[[Any], QuerySet[Any]]
    look: Callable[[Iterable[Any]], Mapping[uuid.UUID, About]]
    words: Callable[[Any], str]
    takes: str


def of(name: str) -> Joint | None:
    """Return the kind of papers that is called so; None where there is none."""
    return registries.joint_papers.get(name)


def destroyed(name: str) -> set[uuid.UUID]:
    """Return which papers of a kind were destroyed: by their keys, whatever an old backup says."""
    agreed = Agreement.objects.filter(action=DISPOSE, used_at__isnull=False)
    used = [one.subject for one in agreed if one.detail.get("papers") == name]
    return keys.destroyed_of(registries.joint_papers[name].owner) | set(used)


def kept(joint: Joint, about: About, on: date, known: Collection[Rule] | None = None) -> Kept:
    """Return until when papers are kept by the rules of a day."""
    settled = retention.settled() if known is None else known
    return rules.joint_kept_until(joint.kind, about.day, about.disposed, settled, on)


def why_kept(joint: Joint, record: Any, on: date) -> str:
    """Return what keeps papers that are still there; empty where nothing does."""
    about = joint.look([record])[record.pk]
    holds = [rules.Hold()] if _held(retention.held_on(on), about) else []
    return rules.refusal(kept(joint, about, on), holds, on, "paper")


def why_not(name: str, record: Any, on: date) -> str:
    """Return why papers may not be destroyed on a day; empty when they may."""
    if record.pk in destroyed(name):
        return "This paper was destroyed already"
    return why_kept(registries.joint_papers[name], record, on)


def over_their_time(name: str, user, on: date, known: Collection[Rule]) -> list[Any]:
    """Return the papers over their time whose destruction a person may propose."""
    joint = registries.joint_papers[name]
    records = list(joint.kept_by(user))
    abouts = joint.look(records) if records else {}
    over = [
        one
        for one in records
        if (until := kept(joint, abouts[one.pk], on, known).until) is not None and until < on
    ]
    if not over:
        return []
    holding, gone = retention.held_on(on), destroyed(name)
    return [one for one in over if one.pk not in gone and not _held(holding, abouts[one.pk])]


def withdrawn(about: About, user) -> bool:
    """Say whether a person has withdrawn from one of the cases that papers speak of."""
    deaths = {one.merged_into_id or one.pk for one in about.cases}
    return bool(access.withdrawn_from(user) & deaths)


def proposed(now: Any) -> set[uuid.UUID]:
    """Return the papers whose destruction was proposed and waits for an answer."""
    waiting = Agreement.objects.filter(action=DISPOSE, decision="", lapses_at__gt=now)
    return set(waiting.values_list("subject", flat=True))


def _held(holding: retention.Holding, about: About) -> bool:
    return holding.everything or any(
        (one.merged_into_id or one.pk) in holding.cases for one in about.cases
    )
