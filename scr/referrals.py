"""The referral of a case that counts now, and what may be said of it."""

from casereview.models import Case
from scr.criteria_files import framework_named
from scr.models import CriteriaAssessment, Referral
from scr.rules.frameworks import Framework


def current_referral(case: Case) -> Referral | None:
    """Return the latest referral of a case that the group holds, else the latest of all."""
    rows = list(
        case.referrals.select_related(
            "board", "agency", "event_board", "looked_after_by", "referred_by"
        ).order_by("referred_on", "id")
    )
    held = [row for row in rows if row.state == Referral.State.RECEIVED] or rows
    return held[-1] if held else None


def current_assessment(referral: Referral) -> CriteriaAssessment | None:
    """Return the open assessment of a referral, else the one that was locked last."""
    rows = list(referral.assessments.select_related("assessed_by", "locked_by", "referral", "case"))
    # The one that is open comes last.
    rows.sort(key=lambda row: (row.locked_at is None, str(row.locked_at)))
    return rows[-1] if rows else None


def edition_of(referral: Referral) -> Framework:
    """Return the edition by which a referral is decided."""
    return framework_named(referral.framework)
