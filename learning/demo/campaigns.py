"""Two campaigns, a letter whose answer is awaited, and two quarters: one closed and one due.

Button batteries is a priority that was raised by hand, for no rule sees one serious case. Safe
sleeping became one after the rule had flagged it.
"""

import datetime
from typing import Any

from django.utils import timezone

from casereview.actions import action_plan
from casereview.models import Action, Agency, Panel, Recommendation, User
from casereview.records import change
from casereview.rules.access_table import Role
from learning.actions import notices, priorities, quarters, updates
from learning.agency_updates import ask_before
from learning.demo import cast
from learning.models import AgencyUpdate, Priority, PriorityDecision, QuarterlyReview, Theme
from learning.rules.quarters import Quarter
from learning.standing_item import next_meeting

BATTERIES, SLEEP, LANGUAGE = "button_battery", "safe_sleep", "language_barrier"


def bring_in() -> None:
    """Raise the priorities, plan their work, write to others, and hold the quarter before last."""
    lead, chair = cast.person(Role.LEARNING_LEAD), cast.person(Role.PANEL_CHAIR)
    panel = Panel.objects.get(code=cast.PANEL)
    batteries = priorities.raise_priority(
        theme=_theme(BATTERIES),
        panel=panel,
        by=chair,
        reason="One serious case and two near misses. No rule on numbers would see so few, and "
        "the harm is done within two hours.",
        would_be_seen="Shops keep them behind the counter; parents say where theirs are; fewer "
        "calls to the poisons line about batteries that were swallowed.",
    )
    _close_the_quarter_before_last(panel, lead, chair)
    sleep = Priority.objects.get(theme=_theme(SLEEP), panel=panel, closed_at=None)
    _campaign(batteries, lead, **BATTERY_CAMPAIGN)
    _campaign(sleep, lead, **SLEEP_CAMPAIGN)
    _write(panel, lead, batteries)
    _ask_agencies(panel)


def _theme(code: str) -> Theme:
    return Theme.objects.get(code=code)


def _close_the_quarter_before_last(panel: Panel, lead, chair) -> None:
    """Hold the review of the quarter before the last closed one; that one is due."""
    quarter = Quarter.last_closed(timezone.localdate()) - 1
    review = quarters.prepare_quarter(panel=panel, quarter=quarter, by=lead)
    decide = quarters.decide_priority
    decide(
        review=review,
        theme=_theme(BATTERIES),
        decision=PriorityDecision.Decision.KEPT,
        why="The campaign has begun; it is too early to look for an effect.",
        by=lead,
    )
    decide(
        review=review,
        theme=_theme(SLEEP),
        decision=PriorityDecision.Decision.ADDED,
        why="The rule flagged it, and the cases have sofas and overnight feeds in common.",
        would_be_seen="Every contact in the first six weeks asks where the baby sleeps tonight; "
        "carers can say what they would do away from home.",
        by=lead,
    )
    _look_back(review, quarter)
    quarters.close_quarter(review=review, by=chair, prepared=True)


def _look_back(review: QuarterlyReview, quarter: Quarter) -> None:
    """Date the papers to two weeks after the quarter, so that the next one begins there."""
    with change("seed_demo", by=review.prepared_by) as written:
        review.as_at = quarter.last_day + datetime.timedelta(days=14)
        written.save(review)


BATTERY_CAMPAIGN: dict[str, Any] = {
    "title": "Campaign on button batteries for families with toddlers",
    "test": "Nine in ten parents at the children's centres say where their batteries are",
    "actions": (
        (
            "Ask the trading standards service to have small cells kept behind the counter",
            "stronger",
            "board",
            60,
        ),
        (
            "Show health visitors' families at the one-year check where the batteries in their "
            "home are",
            "intermediate",
            "community",
            20,
        ),
        ("Put a poster in every emergency department and pharmacy", "weaker", "hospital", -12),
    ),
}
SLEEP_CAMPAIGN: dict[str, Any] = {
    "title": "Safer sleep, every night and every place",
    "test": "An audit finds that the sleeping place was asked about and seen in four of five homes",
    "actions": (
        (
            "Lend a cot to each family that has none before the baby goes home",
            "stronger",
            "hospital",
            80,
        ),
        (
            "Put the question where the baby sleeps tonight into the record of each home visit",
            "intermediate",
            "community",
            -3,
        ),
    ),
}


def _campaign(priority: Priority, lead, *, title: str, test: str, actions) -> None:
    plan = priorities.plan_work(
        priority=priority,
        by=lead,
        title=title,
        test=test,
        level=Recommendation.Level.LOCAL,
    )
    today = timezone.localdate()
    made: list[Action] = []
    for text, strength, agency, days in actions:
        made.append(
            priorities.plan_action(
                plan=plan,
                by=lead,
                text=text,
                strength=strength,
                agreed_on=today - datetime.timedelta(days=100),
                due_on=today + datetime.timedelta(days=days),
                owner=_owner(agency),
                agency=Agency.objects.get(name=cast.AGENCIES[agency][0]),
            )
        )
    _done(made[-1], lead)


def _owner(agency: str) -> User | None:
    """Return who leads an agency, where somebody of the cast does."""
    mailbox = cast.LEADS.get(agency)
    return User.objects.filter(email=f"{mailbox}@demo.example").first() if mailbox else None


def _done(action: Action, lead) -> None:
    """Let the last action of a campaign be done, with evidence that another accepts."""
    done_on = timezone.localdate() - datetime.timedelta(days=20)
    action_plan.report_progress(
        action=action,
        by=action.owner,
        begun_on=done_on - datetime.timedelta(days=30),
        done_on=done_on,
    )
    evidence = action_plan.give_action_evidence(
        action=action, text="A count at all sites, kept by the office", by=action.owner
    )
    action_plan.answer_evidence(
        evidence=evidence, answer="accepted", months=action_plan.EFFECT_MONTHS[0], by=lead
    )


def _write(panel: Panel, lead, batteries: Priority) -> None:
    """Write to those who are told: one answer is there, one is awaited, one is not sent yet."""
    today = timezone.localdate()
    answered = notices.write_notice(
        panel=panel,
        by=lead,
        body="communications",
        text="Button batteries burn within two hours. Please carry it in the winter bulletin.",
        priority=batteries,
        reply_due_on=today - datetime.timedelta(days=10),
    )
    notices.record_notice_sent(
        notice=answered, by=lead, sent_on=today - datetime.timedelta(days=40)
    )
    notices.record_notice_reply(
        notice=answered,
        by=lead,
        replied_on=today - datetime.timedelta(days=25),
        reply="It is the first page of the winter bulletin, in five languages.",
    )
    awaited = notices.write_notice(
        panel=panel,
        by=lead,
        body="national",
        body_name="Fictional National Ambulance Association",
        text="People who call 999 and speak little English wait while an interpreter is found. It "
        "did not decide the outcome where we saw it, but it may elsewhere. We ask you to look at "
        "an interpreter on the line from the first question in every control room.",
        theme=_theme(LANGUAGE),
        reply_due_on=today + datetime.timedelta(days=30),
    )
    notices.record_notice_sent(notice=awaited, by=lead, sent_on=today - datetime.timedelta(days=12))
    notices.write_notice(
        panel=panel,
        by=lead,
        body="maternity_neonatal",
        text="Please ask at each discharge where the baby sleeps tonight.",
        theme=_theme(SLEEP),
    )


def _ask_agencies(panel: Panel) -> None:
    """Ask before the next panel: one agency has learned something, one nothing, most are silent."""
    meeting = next_meeting(panel)
    if meeting is None:
        return
    ask_before(meeting, timezone.now())
    rows = AgencyUpdate.objects.filter(meeting=meeting).select_related("meeting", "agency")
    by_agency = {one.agency.name: one for one in rows}
    said = (
        ("community", "something", "Health visitors now ask to see where the baby sleeps."),
        ("education", "nothing", ""),
    )
    for agency, answer, text in said:
        update = by_agency.get(cast.AGENCIES[agency][0])
        if update is not None:
            updates.answer_agency_update(update=update, answer=answer, text=text, by=_owner(agency))
