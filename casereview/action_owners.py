"""Who may be asked to do something: people by the role they hold, and their agencies."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from casereview.models import Action, Agency, StandingRole, User
from casereview.rules.access_table import Role

# They are asked for what follows from a review.
ASKED = (
    Role.ACTION_OWNER,
    Role.AGENCY_LEAD,
    Role.LEARNING_LEAD,
    Role.BOARD_MANAGER,
    Role.SCR_MEMBER,
    Role.SCR_CHAIR,
    Role.SAFEGUARDING_PARTNER,
)
Choices = list[tuple[str, str]]


def choices(action: Action | None = None) -> tuple[Choices, Choices]:
    """Return the people and the agencies that may be chosen; who has it now stays among them."""
    today = timezone.localdate()
    held = StandingRole.objects.filter(
        Q(until=None) | Q(until__gte=today), role__in=ASKED, ended_at=None
    )
    asked = Q(pk__in=held.values("user"))
    agencies = Q(retired_on=None)
    if action is not None:
        asked |= Q(pk=action.owner_id)
        agencies |= Q(pk=action.agency_id)
    people = User.objects.filter(asked, is_active=True).select_related("agency").order_by("name")
    return (
        [
            (str(one.pk), f"{one.name}, {one.agency.name}" if one.agency else one.name)
            for one in people
        ],
        [(str(one.pk), one.name) for one in Agency.objects.filter(agencies).order_by("name")],
    )


def chosen(answers: dict[str, Any]) -> dict[str, Any]:
    """Return answers with the person and the agency for their keys."""
    owner, agency = answers.get("owner"), answers.get("agency")
    return {
        **answers,
        "owner": User.objects.filter(pk=owner).select_related("agency").first() if owner else None,
        "agency": Agency.objects.filter(pk=agency).first() if agency else None,
    }
