"""How long composite reviews are kept, and which of them were destroyed.

Each member review is sealed under its own case's key and goes with it. Why the cases were told
together, and what the national panel answered, has the composite's key.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from casereview import joint_papers, registries
from casereview.joint_papers import About, Joint
from casereview.models import Case
from casereview.rules.access_table import Role
from casereview.rules.retention import Kind
from scr.actions.group_meetings import boards_of
from scr.models import CaseUnderReview, CompositeReview

NAME = "composite"


def destroyed(composite: CompositeReview) -> bool:
    """Say whether a composite review was destroyed."""
    return composite.pk in joint_papers.destroyed(NAME)


def kept_by(user) -> QuerySet[Any]:
    """Return the composites of the boards that a person manages, and those taken no further.

    The members of a composite that was taken no further go on by themselves: no board is known.
    """
    boards = boards_of(user, Role.BOARD_MANAGER)
    theirs = CaseUnderReview.objects.filter(case__reviewing_board__in=boards)
    alone = Q(state=CompositeReview.State.DROPPED) if boards else Q(pk__in=[])
    mine = Q(pk__in=theirs.filter(composite__isnull=False).values("composite"))
    return CompositeReview.objects.filter(mine | alone).order_by("reference")


def look(composites: Iterable[Any]) -> Mapping[uuid.UUID, About]:
    """Return the end of the last review of each composite, and its cases."""
    found = {one.pk: one for one in composites}
    members: dict[Any, list[CaseUnderReview]] = {}
    rows = CaseUnderReview.objects.filter(composite__in=found).select_related("case")
    for row in rows:
        members.setdefault(row.composite_id, []).append(row)
    return {
        key: About(
            _ended(one, members.get(key, [])), tuple(row.case for row in members.get(key, ()))
        )
        for key, one in found.items()
    }


def _ended(composite: CompositeReview, members: list[CaseUnderReview]) -> date | None:
    if composite.state == CompositeReview.State.DROPPED:
        return composite.begun_on
    days = [one.published_on or one.ended_on for one in members]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def left_behind(case: Case) -> list[str]:
    """Return the composite reviews that tell a case with others, under a key of their own."""
    gone = joint_papers.destroyed(NAME)
    members = CaseUnderReview.objects.filter(case=case, composite__isnull=False)
    return [
        f"{in_words(one.composite)}: why its cases were told together"
        for one in members.select_related("composite").order_by("composite__reference")
        if one.composite and one.composite_id not in gone
    ]


def in_words(composite: CompositeReview) -> str:
    """Say which composite it is."""
    return f"Composite review {composite.reference}"


def register() -> None:
    """Let composites be kept by a rule of their own, and name them on certificates of disposal."""
    registries.joint_papers[NAME] = Joint(
        kind=Kind.COMPOSITE,
        owner="composite",
        every=CompositeReview.objects.all,
        kept_by=kept_by,
        look=look,
        words=in_words,
        takes="Why the cases were told together goes, and the national panel’s answer. Each "
        "member’s own papers stay with its case; findings name no case and stay as learning.",
    )
    registries.left_behind.append(left_behind)
