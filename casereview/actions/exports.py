"""Taking out a file about many cases: asked for by one person, agreed to by another, used once."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from casereview import access, outbox
from casereview.actions import people
from casereview.actions.second_person import agreed_to, propose, use_agreement
from casereview.models import Agreement, User
from casereview.records import change
from casereview.rules.second_person import NEEDED

File = TypeVar("File")
NOT_YET, WAITING, AGREED = "not yet", "waiting", "agreed"


def propose_export(*, action: str, detail: dict[str, Any], by, reason: str) -> Agreement:
    """Ask that a file about many cases may be made; those who may agree are told that one waits.

    Raises:
        NotAllowed: no reason was given, or it was asked for already.
    """
    with transaction.atomic():
        proposal = propose(action=action, subject=by.pk, by=by, reason=reason, detail=detail)
        rule = f"proposal {proposal.pk.hex[:16]}"
        for one in who_may_agree(action, by):
            outbox.put(to=one, template="proposal", rule=rule, day=timezone.localdate())
    return proposal


def who_may_agree(action: str, by) -> set[User]:
    """Return who could agree to a file that a person asks for: none is said on its page."""
    held = people.overseers(besides=by).filter(role__in=NEEDED[action].who)
    found = {each.user for each in held.select_related("user")}
    return {one for one in found if not access.withdrawn_from(one)}


def state_of(*, action: str, detail: dict[str, Any], by) -> str:
    """Return how far a person's request for exactly this file has come."""
    if agreed_to(action, by.pk, detail, by) is not None:
        return AGREED
    waiting = Agreement.objects.filter(
        action=action, subject=by.pk, proposed_by=by, decision="", lapses_at__gt=timezone.now()
    )
    return WAITING if any(one.detail == detail for one in waiting) else NOT_YET


def make_as_agreed(*, action: str, detail: dict[str, Any], by, make: Callable[[], File]) -> File:
    """Make the file that was agreed to, and use the agreement up with it: both or neither.

    Raises:
        NotAllowed: exactly this file was not agreed to, or it was made already.
    """
    with transaction.atomic():
        with change("use_agreement", by=by, detail={"what": action}) as written:
            use_agreement(written, action=action, subject=by.pk, detail=detail)
        return make()
