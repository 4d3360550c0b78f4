"""What the group recommends: drafted, answered by each member for themselves, made by its chair."""

import datetime
from typing import Any

from django.utils import timezone

from casereview import access
from casereview.actions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.models import Board, Case
from casereview.records import Change, change
from scr.group_quorum import not_judging, quorums_of
from scr.models import GroupMeeting, GroupRecommendation, MemberPosition
from scr.options import methodologies, option, options
from scr.rules.options import Option, departs, recommendable
from scr.rules.stages import Act
from scr.standing import check


def draft_recommendation(
    *,
    case: Case,
    by,
    recommended: str,
    reason: str,
    departure_reason: str = "",
    immediate_actions: str = "",
    methodology: str = "",
    meeting: GroupMeeting | None = None,
    defer_until: datetime.date | None = None,
    refer_to: Board | None = None,
    version: int | None = None,
) -> GroupRecommendation:
    """Draft what the group is to recommend, or change a draft; members then give their positions.

    Positions given to another wording are withdrawn: they stay in the history, and the members are
    asked anew.

    Raises:
        NotAllowed: no locked assessment, an option the edition does not have, no reason, a
            departure from the tool without its reason, or what the option asks for is missing.
        Conflict: somebody else changed the draft since the page was shown.
    """
    with change("draft_recommendation", by=by, case=case) as written:
        found = check(case, Act.DRAFT)
        assessment = found.assessment
        if assessment is None:
            raise NotAllowed("Lock an assessment of the criteria first")
        chosen = _offered(recommended, assessment.framework)
        _check(chosen, reason, methodology, meeting, case, defer_until, refer_to)
        departing = departs(chosen, assessment.outcome)
        if departing and not departure_reason.strip():
            raise NotAllowed("Enter why the group departs from what the decision tool says")
        standing = found.recommendation
        draft = (
            standing
            if standing is not None and standing.made_at is None
            else GroupRecommendation(case=case, assessment=assessment)
        )
        as_seen(draft, version)
        before = draft.version
        draft.recommended, draft.reason = chosen.code, reason
        draft.recommended_on = meeting.held_on if meeting else timezone.localdate()
        draft.departs = departing
        draft.departure_reason = departure_reason if departing else None
        draft.immediate_actions = immediate_actions or None
        draft.methodology, draft.meeting = methodology, meeting
        draft.defer_until = defer_until if chosen.asks == "defer_until" else None
        draft.refer_to = refer_to if chosen.asks == "refer_to" else None
        written.save(draft, subject=True)
        if before and draft.version != before:
            _ask_anew(written, draft)
        written.detail["recommended"] = chosen.code
    return draft


def _offered(code: str, edition: str) -> Option:
    for each in recommendable(options(), edition):
        if each.code == code:
            return each
    raise NotAllowed("Select what the group recommends, from the options of this edition")


def _check(
    chosen: Option,
    reason: str,
    methodology: str,
    meeting: GroupMeeting | None,
    case: Case,
    defer_until: datetime.date | None,
    refer_to: Board | None,
) -> None:
    if not reason.strip():
        raise NotAllowed("Enter the reasons of the group")
    if methodology and methodology not in dict(methodologies()):
        raise NotAllowed("Select the methodology from the list")
    if chosen.asks == "defer_until" and (
        defer_until is None or defer_until <= timezone.localdate()
    ):
        raise NotAllowed("Enter a day to come by which the information is here")
    if chosen.asks == "refer_to" and refer_to is None:
        raise NotAllowed("Select the board it is referred to")
    if meeting is not None:
        if not case.referrals.filter(board=meeting.board_id).exists():
            raise NotAllowed("Choose a meeting of the group to which the case was referred")
        if meeting.state == GroupMeeting.State.CANCELLED:
            raise NotAllowed("Choose a meeting that was not cancelled")


def _ask_anew(written: Change, draft: GroupRecommendation) -> None:
    given = list(draft.positions.all())
    for position in given:
        written.remove(position)
    if given:
        written.detail["positions_withdrawn"] = len(given)


def give_position(
    *, case: Case, by, position: str, reason: str, version: int | None = None
) -> MemberPosition:
    """Give one's own position on the drafted recommendation, or change it until it is made.

    `version` is that of the draft one has read.

    Raises:
        NotAllowed: no draft waits, no position or no reason, or somebody who only informs the
            group on this case.
        Conflict: the draft was changed since the page was shown.
    """
    if position not in MemberPosition.Position.values:
        raise NotAllowed("Select whether you agree, dissent or abstain")
    if position != MemberPosition.Position.AGREE and not reason.strip():
        raise NotAllowed("Enter your reason: whoever decides reads it beside the recommendation")
    with change("give_position", by=by, case=case) as written:
        draft = check(case, Act.GIVE_POSITION).recommendation
        if draft is None:
            raise NotAllowed("Wait for a drafted recommendation")
        if {by.pk, by.agency_id} & not_judging([case.pk]).get(case.pk, set()):
            raise NotAllowed("You inform the group on this case: you give no position on it")
        as_seen(draft, version)
        own = MemberPosition.objects.filter(recommendation=draft, user=by).first()
        own = own or MemberPosition(case=case, recommendation=draft, user=by)
        own.agency, own.position, own.reason = by.agency, position, reason or None
        own.given_at = timezone.now()
        written.save(own, subject=True)
    return own


def make_recommendation(
    *, case: Case, by, not_quorate_reason: str = "", version: int | None = None
) -> GroupRecommendation:
    """Make the drafted recommendation: it goes to whoever decides, and does not change any more.

    Raises:
        NotAllowed: no draft waits, no meeting whose day has come is named, or the group was not
            quorate on this case and no reason is given why it is made all the same.
        Conflict: somebody else changed the draft since the page was shown.
    """
    with change("make_recommendation", by=by, case=case) as written:
        draft = check(case, Act.MAKE).recommendation
        if draft is None:
            raise NotAllowed("Draft the recommendation first")
        as_seen(draft, version)
        if {by.pk, by.agency_id} & not_judging([case.pk]).get(case.pk, set()):
            raise NotAllowed("Ask another chair: you inform the group on this case")
        counted = count(draft)
        if not counted["quorate"] and not not_quorate_reason.strip():
            raise NotAllowed("Enter why the recommendation is made although there is no quorum")
        draft.quorum, draft.quorate = counted, bool(counted["quorate"])
        draft.not_quorate_reason = None if draft.quorate else not_quorate_reason
        draft.recommended_by, draft.made_at = by, timezone.now()
        draft.recommended_on = draft.meeting.held_on if draft.meeting else timezone.localdate()
        if draft.recommended_on > timezone.localdate():
            raise NotAllowed("Wait for the day of the meeting, or choose one that was held")
        written.save(draft, subject=True)
        written.detail.update(recommended=draft.recommended, quorate=draft.quorate)
    access.forget()
    return draft


def count(draft: GroupRecommendation) -> dict[str, Any]:
    """Return who counted on a case: the quorum, who came, and how many of them gave a position."""
    spoke = set(draft.positions.values_list("user", flat=True))
    if draft.meeting is None:
        return {"quorate": False, "positions": len(spoke), "came": 0, "silent": 0}
    found = quorums_of(draft.meeting, [draft.case_id])[draft.case_id]
    kept = not_judging([draft.case_id]).get(draft.case_id, set())
    came = draft.meeting.attendances.filter(attended="came").exclude(user__in=kept)
    present = set(came.exclude(agency__in=kept).values_list("user", flat=True))
    present |= set(came.filter(agency=None).values_list("user", flat=True))
    return {
        "quorate": found.met,
        "members": found.members,
        "members_needed": found.members_needed,
        "agencies": found.agencies,
        "agencies_needed": found.agencies_needed,
        "positions": len(spoke),
        "came": len(present),
        "silent": len(present - spoke),
    }


def positions_of(recommendation: GroupRecommendation) -> list[MemberPosition]:
    """Return the positions of the members, dissent first."""
    order = {"dissent": 0, "abstain": 1, "agree": 2}
    given = recommendation.positions.select_related("user", "agency").order_by("user__name")
    return sorted(given, key=lambda one: order.get(one.position, 3))


def recommended_words(recommendation: GroupRecommendation) -> str:
    """Return what is recommended in words."""
    return option(recommendation.recommended).label
