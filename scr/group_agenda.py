"""Which meetings of a group a person sees, and the cases that wait for the group."""

import uuid
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from casereview import access
from casereview.models import Case, Clock
from casereview.rules.access_table import Role
from casereview.rules.due import due_words
from scr.actions.deciding import DECISION_CLOCK
from scr.actions.group_meetings import boards_of
from scr.group_quorum import quorums_of
from scr.models import GroupMeeting, GroupRecommendation, Referral
from scr.options import option_label
from scr.rules.stages import WORDS, Stage
from scr.standing import Standing, standings

SEES = (Role.BOARD_MANAGER, Role.SCR_MEMBER, Role.SCR_CHAIR)
# The stages at which it is the group's turn.
WAITING = {
    Stage.REFERRED,
    Stage.ASSESSING,
    Stage.ASSESSED,
    Stage.DRAFTED,
    Stage.DEFERRED,
    Stage.REFERRED_AGAIN,
    Stage.ASSESSING_AGAIN,
    Stage.ASSESSED_AGAIN,
    Stage.DRAFTED_AGAIN,
}


def meetings_of(user) -> QuerySet[GroupMeeting]:
    """Return the meetings of the groups a person belongs to or serves, the latest first."""
    return (
        GroupMeeting.objects.filter(board__in=boards_of(user, *SEES))
        .select_related("board", "chair", "minute_taker")
        .order_by("-held_on", "pk")
    )


def meeting_of(user, pk: uuid.UUID) -> GroupMeeting | None:
    """Return one of the meetings a person sees; None where it is not theirs."""
    return meetings_of(user).filter(pk=pk).first()


def waiting_cases(user, boards: list[uuid.UUID]) -> list[tuple[Case, Standing]]:
    """Return the cases of boards that wait for the group and that `user` may open."""
    referred = Referral.objects.filter(board__in=boards, state=Referral.State.RECEIVED)
    cases = list(
        access.visible_to(user, "view_recommendation")
        .filter(pk__in=referred.values("case"), merged_into=None)
        .order_by("scr_referred_on", "reference")
    )
    found = standings([case.pk for case in cases])
    return [(case, found[case.pk]) for case in cases if found[case.pk].stage in WAITING]


def agenda(user, meeting: GroupMeeting, today: date) -> list[dict[str, Any]]:
    """Return the cases that wait, what is due first, with the quorum of each at this meeting."""
    waiting = waiting_cases(user, [meeting.board_id])
    quorums = quorums_of(meeting, [case.pk for case, _ in waiting])
    due = dict(
        Clock.objects.filter(
            case__in=[case.pk for case, _ in waiting],
            rule__endswith=f".{DECISION_CLOCK}",
            met_on=None,
            stopped_on=None,
        ).values_list("case", "due_on")
    )
    waiting.sort(key=lambda pair: (due.get(pair[0].pk) or date.max, pair[0].reference))
    return [
        {
            "case": case,
            "url": reverse("scr:view_recommendation", args=[case.reference]),
            "stage": WORDS[found.stage],
            "due": due_words(due.get(case.pk), today),
            "quorum": quorums[case.pk],
        }
        for case, found in waiting
    ]


def made_at(user, meeting: GroupMeeting) -> list[dict[str, Any]]:
    """Return what was recommended at a meeting, of the cases the reader may open."""
    rows = GroupRecommendation.objects.filter(
        meeting=meeting, case__in=access.visible_to(user, "view_recommendation")
    ).exclude(made_at=None)
    return [
        {"case": row.case, "label": option_label(row.recommended)}
        for row in rows.select_related("case").order_by("case__reference")
    ]
