"""What the page of a case with the group shows: what it is, where it stands, what is next."""

from datetime import date
from typing import Any

from casereview import access, case_page, keys
from casereview.case_page import CLOCK_COLOURS, CLOCK_TAGS
from casereview.models import Case, ClockPause
from casereview.rules.due import clock_words, due_words
from casereview.rules.working_days import in_words
from scr import stages
from scr.clocks import limit_of
from scr.criteria_files import framework_named
from scr.models import Referral
from scr.referrals import current_referral, edition_of

YES_NO = {"Y": "Yes", "N": "No", "NK": "Not known"}


def page(user, case: Case, today: date, *, closed: bool = False) -> dict[str, Any]:
    """Return what the page shows, with a constant number of questions to the database.

    While it is `closed` what the referral tells of the child is not read.
    """
    keys.prefetch("case", [case.pk])
    referral = current_referral(case)
    shown: dict[str, Any] = {"referral": referral}
    if referral is None:
        return shown
    return shown | {
        "edition": edition_of(referral),
        "notifying": _notifying(referral),
        "facts": facts(case, referral, closed=closed),
        "stages": stages.stages_of(user, case),
        "turns": [
            {"turn": turn, "when": due_words(turn.due_on, today)}
            for turn in stages.turns_of(user, case)
        ],
        "step": case_page.next_step(user, case, today),
        "clocks": clocks(case, today),
        "files": list(referral.files_secured.select_related("agency").order_by("agency__name")),
        "incident": with_the_same_incident(user, case),
        "earlier": earlier(case, referral),
        "links": stages.links_of(user, case),
        "unsafe": referral.siblings_safe != "Y",
    }


def _notifying(referral: Referral):
    """Return the edition of the national notification where it is another than that decided by."""
    if referral.notifying_framework in ("", referral.framework):
        return None
    return framework_named(referral.notifying_framework)


def facts(case: Case, referral: Referral, *, closed: bool = False) -> list[dict[str, str]]:
    """Return what a referral says, line by line, without the child."""
    happened = (
        "The child died" if case.kind == Case.Kind.DEATH else "The child was seriously harmed"
    )
    place = "Outside England" if referral.event_outside_england else str(referral.event_board or "")
    cared_for = YES_NO[referral.looked_after]
    if referral.looked_after_by:
        cared_for = f"Yes, by {referral.looked_after_by}"
    lines = [
        ("What happened", happened),
        ("On", in_words(referral.event_on) or "Not known"),
        ("Where", place or "Not known"),
        ("Home area", str(case.residence_board or "Not known")),
        ("Looked after", cared_for),
        ("Referred on", in_words(referral.referred_on)),
        ("Referred by", str(referral.agency or referral.referred_by or "")),
        ("Raised by", referral.raised_by or ""),
        ("Through", referral.named_lead or ""),
        ("Authority became aware on", in_words(referral.aware_on)),
        ("Grounds", "" if closed else referral.grounds or ""),
        ("Other children known to be safe", YES_NO[referral.siblings_safe]),
        ("What was done for their safety", "" if closed else referral.immediate_safety or ""),
    ]
    return [{"label": label, "value": value} for label, value in lines if value]


def clocks(case: Case, today: date) -> list[dict[str, Any]]:
    """Return the clocks of the case's editions with how each stands and how it was worked out."""
    paused = dict(ClockPause.objects.filter(case=case, until=None).values_list("clock_id", "since"))
    found = []
    for clock in case.clocks.filter(rule__contains=".").order_by("due_on", "rule"):
        limit = limit_of(clock)
        if limit is None:
            continue
        state, words = clock_words(clock.due_on, clock.met_on, clock.stopped_on, today)
        if clock.pk in paused and state not in ("kept", "missed", "stopped"):
            state, words = "paused", f"Stands still since {in_words(paused[clock.pk])}"
        found.append(
            {
                "label": limit[1].label,
                "edition": limit[0].name,
                "tag": CLOCK_TAGS[state],
                "words": words,
                "colour": CLOCK_COLOURS[state],
                "worked_out": clock.worked_out,
                "confirmed": limit[1].confirmed,
            }
        )
    return found


def with_the_same_incident(user, case: Case) -> list[str]:
    """Return the references of the other children's cases of one incident the reader may open."""
    if case.incident_id is None:
        return []
    others = access.visible_to(user, "view_scr").filter(incident=case.incident_id)
    return list(
        others.exclude(pk=case.pk).order_by("reference").values_list("reference", flat=True)
    )


def earlier(case: Case, referral: Referral) -> list[dict[str, str]]:
    """Return the other referrals of the case: when, by which edition, what became of them."""
    return [
        {
            "when": in_words(row.referred_on),
            "edition": framework_named(row.framework).name if row.framework else "",
            "state": row.get_state_display(),
        }
        for row in case.referrals.exclude(pk=referral.pk).order_by("-referred_on")
    ]
