"""Fill a demo database with fictional data; once filled, it is left as it is."""

import time

from django.db import transaction

from casereview import demo
from casereview.management.base import Command as Base
from casereview.management.base import Refused
from casereview.models import Case
from learning.demo import (
    arrived,
    audits,
    briefings,
    campaigns,
    cast,
    exchanged,
    findings,
    learned,
    live,
    reports,
    returns,
    scr_cases,
    scr_decisions,
    scr_reviews,
    year,
)


class Command(Base):
    help = (
        "Fill an empty database with a fictional year, its people and things to do. Needs "
        "CASEREVIEW_DEMO; refuses a database that holds other cases. Run again, it changes nothing."
    )

    def handle(self, *args, **options):
        try:
            demo.mark_demo_database()
        except demo.NotADemo as error:
            raise Refused(str(error)) from None
        if cast.personas():
            cases = Case.objects.count()
            self.tell(
                "The fictional year is here already", {"seeded": False, "cases": cases}, options
            )
            return
        began = time.monotonic()
        # All or nothing: a seed that was broken off leaves no half of a year.
        with transaction.atomic():
            cast.bring_in()
            year.bring_in()
            considered = scr_cases.bring_in()
            scr_decisions.bring_in(considered)
            scr_reviews.bring_in(considered)
            findings.bring_in(considered)
            audits.bring_in()
            live.bring_in()
            learned.bring_in()
            campaigns.bring_in()
            returns.bring_in()
            arrived.bring_in()
            reports.bring_in()
            briefings.bring_in()
            exchanged.bring_in()
        cases = Case.objects.count()
        self.tell(
            f"Made {cases} fictional cases in {time.monotonic() - began:.1f} s",
            {"seeded": True, "cases": cases},
            options,
        )
