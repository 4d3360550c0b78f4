"""Opening one case in an emergency, ending it, and the review by somebody else."""

from django.db.models import Q
from django.utils import timezone

from casereview import access, audit, kin, outbox
from casereview.actions.admissions import NotAllowed
from casereview.models import BreakGlass, Case, StandingRole, User
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.rules.break_glass import LASTS, Purpose, reason_refusal

NO_CASE = "Check the reference: no case of that number can be opened in this way"


def break_glass(*, reference: str, purpose: str, reason: str, by) -> BreakGlass:
    """Open one case to read for an hour; its panel and the auditors are told at once.

    A case that is not there, sealed, disposed of, or one has withdrawn from gives one answer.

    Raises:
        NotAllowed: the reason says too little, an earlier one waits for its review, the case can
            be opened without it, or there is none that can be opened.
    """
    if words := reason_refusal(reason):
        raise NotAllowed(words)
    if BreakGlass.objects.filter(user=by, reviewed_at=None).exists():
        raise NotAllowed(
            "Ask for your last emergency access to be reviewed first: until then there is no other"
        )
    case = Case.objects.filter(reference=reference.strip().upper()).select_related("panel").first()
    if case is None or access.on_case(by, case).denied:
        audit.append("break_glass", actor=by, case=case, outcome=audit.REFUSED)
        raise NotAllowed(NO_CASE)
    if access.can(by, "view_case", case):
        raise NotAllowed("Open the case as always: you have a role on it")
    now = timezone.now()
    opened = BreakGlass(
        user=by,
        case=case,
        purpose=Purpose(purpose),
        reason=reason.strip(),
        opened_at=now,
        until=now + LASTS,
    )
    with change("break_glass", by=by, case=case) as written:
        written.save(opened)
        told = who_is_told(case, besides=by)
        for one in told:
            outbox.put(
                to=one,
                template="break_glass",
                rule=f"break_glass {opened.pk.hex[:16]}",
                day=timezone.localdate(),
                case=case,
            )
        written.detail.update(purpose=purpose, told=len(told))
    access.forget()
    return opened


def who_is_told(case: Case, *, besides: User) -> list[User]:
    """Return the chairs and managers of the case's panel and the auditors, less the withdrawn."""
    place = Q(role=Role.AUDITOR)
    if case.panel_id:
        place |= Q(role__in=(Role.PANEL_CHAIR, Role.CDR_MANAGER), panel=case.panel_id)
    if case.reviewing_board_id:
        managers = (Role.CDR_MANAGER, Role.BOARD_MANAGER)
        place |= Q(role__in=managers, board=case.reviewing_board_id)
    held = (
        StandingRole.objects.filter(place, ended_at=None, user__is_active=True)
        .filter(Q(until=None) | Q(until__gte=timezone.localdate()))
        .exclude(user=besides)
        .select_related("user")
        .order_by("user__name")
    )
    away = kin.kept_out(case)
    return list({one.user_id: one.user for one in held if not away(one.user)}.values())


def end_break_glass(*, opened: BreakGlass, by) -> None:
    """End one's own emergency access before the hour is over.

    Raises:
        NotAllowed: somebody else's, or over already.
    """
    now = timezone.now()
    if opened.user_id != by.pk:
        raise NotAllowed("Only who opened the case ends it; a review ends it too")
    if opened.until <= now:
        raise NotAllowed("Your emergency access is over already")
    with change("end_break_glass", by=by, case=opened.case) as written:
        opened.until = now
        written.save(opened)
    access.forget()


def may_review(user, opened: BreakGlass) -> bool:
    """Say whether `user` may review: an auditor, or a chair of the case's panel; somebody else.

    A seal keeps the case from a chair who is not named; an auditor opens nothing of it.
    """
    denied = access.on_case(user, opened.case).denied
    if user.pk == opened.user_id or denied in ("inactive", "recused"):
        return False
    return any(
        one.role == Role.AUDITOR
        or (
            one.role == Role.PANEL_CHAIR
            and not denied
            and one.panel
            and one.panel == opened.case.panel_id
        )
        for one in access.held_by(user)
    )


def review_break_glass(*, opened: BreakGlass, outcome: str, note: str, by) -> None:
    """Say whether an emergency access was justified; what is left of the hour ends.

    Raises:
        NotAllowed: one's own, not in a role that may, reviewed already, or without a note.
    """
    if not may_review(by, opened):
        raise NotAllowed("Ask somebody else: an auditor or a chair of the panel reviews it")
    if opened.reviewed_at:
        raise NotAllowed("This was reviewed already")
    if not note.strip():
        raise NotAllowed("Enter what you found")
    now = timezone.now()
    with change("review_break_glass", by=by, case=opened.case) as written:
        opened.outcome = BreakGlass.Outcome(outcome)
        opened.reviewed_by, opened.reviewed_at, opened.review_note = by, now, note.strip()
        opened.until = min(opened.until, now)
        written.detail.update(outcome=str(opened.outcome), person=str(opened.user_id))
        written.save(opened)
    access.forget()
