"""What is found of a new installation: for the page that leads through setting it up."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from casereview import branding, local_texts, upkeep_records
from casereview.codelists import all_lists
from casereview.models import (
    Agency,
    AgencyContact,
    Board,
    Panel,
    PanelBoard,
    RetentionRule,
    StandingRole,
    UpkeepRecord,
)
from casereview.models.retention import kinds
from casereview.rules.access_table import Role
from casereview.rules.set_up_steps import Found
from casereview.rules.working_days import bank_holidays

_LOOK_AHEAD = 5


def found() -> Found:
    """Return what is there now, as counts."""
    today, texts = timezone.localdate(), local_texts.kinds()
    held = [
        one
        for one in StandingRole.objects.filter(ended_at=None, user__is_active=True).only(
            "user", "role", "panel", "until"
        )
        if one.until is None or one.until >= today
    ]
    administrators = _users(held, Role.ADMINISTRATOR)
    panels = list(Panel.objects.filter(retired_on=None))
    serving = list(PanelBoard.objects.filter(panel__in=panels, until=None))
    managed, chaired = _panels(held, Role.CDR_MANAGER), _panels(held, Role.PANEL_CHAIR)
    contact = AgencyContact.objects.filter(agency=OuterRef("pk"), retired_on=None)
    agencies = Agency.objects.filter(retired_on=None)
    served = Board.objects.filter(pk__in=[one.board_id for one in serving])
    silent = served.filter(social_care_telephone="")
    settled = RetentionRule.objects.filter(until=None).values_list("kind", flat=True)
    return Found(
        administrators=len(administrators),
        auditors_apart=len(_users(held, Role.AUDITOR) - administrators),
        panels=len(panels),
        panels_without_board=len({one.pk for one in panels} - {one.panel_id for one in serving}),
        panels_without_quorum=sum(
            one.quorum_members is None and one.quorum_share is None for one in panels
        ),
        panels_without_manager=len({one.pk for one in panels} - managed),
        panels_without_chair=len({one.pk for one in panels} - chaired),
        boards_served=len({one.board_id for one in serving}),
        boards_without_telephone=0 if settings.SOCIAL_CARE_TELEPHONE else silent.count(),
        agencies=agencies.count(),
        agencies_unreachable=agencies.filter(~Exists(contact), Q(email=""), Q(lead=None)).count(),
        lists_reconstructed=sum(one.status != "CONFIRMED" for one in all_lists()),
        retention_kinds=len(kinds()),
        retention_settled=len(set(settled)),
        holidays_known_until=max(
            (year for year in range(today.year, today.year + _LOOK_AHEAD) if bank_holidays(year)),
            default=today.year - 1,
        ),
        this_year=today.year,
        named=branding.name() != "Case review" or bool(branding.colour()),
        own_texts=sum(bool(one.text) for one in local_texts.in_force(texts, today).values()),
        sends_from=settings.DEFAULT_FROM_EMAIL,
        backed_up=upkeep_records.last(UpkeepRecord.Kind.BACKUP) is not None,
        drilled=upkeep_records.last(UpkeepRecord.Kind.DRILL) is not None,
        key_backup=bool(settings.BACKUP_PUBLIC_KEY),
    )


def _users(held: Iterable[StandingRole], role: Role) -> set:
    return {one.user_id for one in held if one.role == role}


def _panels(held: Iterable[StandingRole], role: Role) -> set:
    return {one.panel_id for one in held if one.role == role}
