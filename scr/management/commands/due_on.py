"""Work out the day on which a time limit of the guidance falls."""

import re
from datetime import date

from casereview.management.base import Command as Base
from casereview.management.base import Refused
from casereview.rules.working_days import written
from scr.management.frameworks import chosen
from scr.rules.clocks import NoClock, due

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEARS = range(2000, 2100)


class Command(Base):
    help = "Print the day on which a framework's CLOCK falls; opens no database and no key."
    needs_database = False
    requires_system_checks: list[str] = []

    def arguments(self, parser) -> None:
        parser.add_argument("framework", metavar="FRAMEWORK")
        parser.add_argument("clock", metavar="CLOCK")
        parser.add_argument("start", metavar="START", help="YYYY-MM-DD, itself never counted")

    def handle(self, *args, **options):
        framework = chosen(options["framework"])
        wanted = options["clock"].strip().lower().replace("-", "_")
        try:
            found = due(framework, wanted, _day(options["start"]))
        except NoClock:
            names = ", ".join(clock.id for clock in framework.clocks)
            what = f"Choose a clock of {framework.id}: {names}" if names else ""
            raise Refused(
                what or f"Choose another framework: {framework.id} has no clock"
            ) from None
        self.tell(
            f"{found.clock.label}: {written(found.on)}\n{found.explain()}",
            {"due": found.on.isoformat()},
            options,
        )


def _day(words: str) -> date:
    try:
        day = date.fromisoformat(words) if _DAY.fullmatch(words) else None
    except ValueError:
        day = None
    if day is None or day.year not in _YEARS:
        raise Refused("Enter the start as a date from 2000 to 2099, such as 2015-04-01")
    return day
