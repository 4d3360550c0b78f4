"""Two briefings: one on button batteries, given out and read by some; a draft on safe sleeping."""

import datetime

from django.utils import timezone

from casereview.models import Agency, Panel, User
from casereview.records import change
from casereview.rules.access_table import Role
from learning.actions import briefings, briefings_sent
from learning.briefing_making import make_briefing
from learning.demo import cast
from learning.demo.campaigns import BATTERIES, SLEEP
from learning.models import Briefing, BriefingSent, Theme

TEXTS = {
    "about": "Small round batteries of watches, toys, remote controls and scales. Stuck in a "
    "child’s gullet one burns through it within two hours, and nobody may have seen the child "
    "swallow it.",
    "seen": "Batteries came out of lids that a toddler can open, and used ones lay about. The "
    "first signs were those of a cold or a sore throat.",
    "todo": "Ask every family with a toddler where their batteries are, new and used.\n"
    "A child who may have swallowed one goes to the emergency department at once.\n"
    "Do not wait for signs, and make no child sick.\n"
    "Say “button battery” when you telephone for help.",
    "more": "Annual report of the panel\nThe office of the panel sends posters in five languages",
}


def bring_in() -> None:
    """Give one briefing out, have it read by two of four agencies, and begin another."""
    lead, chair = cast.person(Role.LEARNING_LEAD), cast.person(Role.PANEL_CHAIR)
    panel, today = Panel.objects.get(code=cast.PANEL), timezone.localdate()
    given = _begin(panel, BATTERIES, lead, today)
    briefings.write_briefing(briefing=given, texts=TEXTS, points=given.points, by=lead)
    figures = given.figures.get()
    # The figures come with the briefing itself below; nobody waits for them here.
    with change("seed_demo", by=lead) as written:
        figures.made_at = timezone.now()
        written.save(figures)
    briefings.agree_briefing(briefing=given, by=chair)
    briefings.give_briefing(briefing=given, by=lead)
    make_briefing(given.pk)
    given.refresh_from_db()
    _look_back(given, today)
    _send(given, lead, today)
    _begin(panel, SLEEP, lead, today)


def _begin(panel: Panel, code: str, lead: User, today: datetime.date) -> Briefing:
    return briefings.begin_briefing(
        panel=panel, theme=Theme.objects.get(code=code), audience="board", by=lead, on=today
    )


def _look_back(given: Briefing, today: datetime.date) -> None:
    """Date the giving out to a month ago, so that there was time to read it."""
    with change("seed_demo", by=given.given_by) as written:
        given.given_at = timezone.now() - datetime.timedelta(days=30)
        written.save(given)


def _send(given: Briefing, lead: User, today: datetime.date) -> None:
    keys = ("hospital", "community", "education", "police")
    to = [Agency.objects.get(name=cast.AGENCIES[key][0]) for key in keys]
    way, when = BriefingSent.Way.EMAIL, today - datetime.timedelta(days=28)
    rows = briefings_sent.record_briefing_sent(
        briefing=given,
        by=lead,
        agencies=to,
        way=way,
        sent_on=when,
        answer_due_on=today - datetime.timedelta(days=7),
    )
    briefings_sent.record_briefing_sent(
        briefing=given, by=lead, body="communications", way=way, sent_on=when
    )
    hospital, community = rows[:2]
    briefings_sent.acknowledge_briefing(
        sent=hospital,
        by=User.objects.get(email=f"{cast.LEADS['hospital']}@demo.example"),
        read_on=today - datetime.timedelta(days=24),
        shared_with=64,
        note="It hangs in triage, and is part of each handover this month.",
    )
    briefings_sent.record_acknowledgement(
        sent=community,
        by=lead,
        read_on=today - datetime.timedelta(days=20),
        shared_with=120,
        note="By e-mail from the head of health visiting.",
    )
