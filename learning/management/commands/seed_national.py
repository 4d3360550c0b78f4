"""Fill a demo database with a fictional country: as many cases as are asked for."""

import time

from casereview import demo
from casereview.database import analyse
from casereview.management.base import Command as Base
from casereview.management.base import Refused
from learning.national import country, deaths, writing

MOST = 1_000_000


class Command(Base):
    help = (
        "Fill a demo database with a fictional country: 58 panels, 150 boards, 900 agencies, 5,000 "
        "people and the cases of ten years, each with its reports, review, learning and audit. "
        "Needs CASEREVIEW_DEMO. Broken off, it goes on where it was; what is there stays."
    )

    def arguments(self, parser):
        parser.add_argument(
            "--cases", type=int, required=True, help=f"how many deaths, 1 to {MOST:,}"
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="another number is another country (default 1)"
        )

    def handle(self, *args, **options):
        cases, seed = options["cases"], options["seed"]
        if not 1 <= cases <= MOST:
            raise Refused(f"Give --cases a number from 1 to {MOST:,}")
        try:
            demo.mark_demo_database()
        except demo.NotADemo as error:
            raise Refused(str(error)) from None
        began, of = time.monotonic(), country.Country(seed)
        country.bring_in(of)
        made = skipped = 0
        for number in range(-(-cases // deaths.SLICE)):
            how_many = min(deaths.SLICE, cases - number * deaths.SLICE)
            found = deaths.slice_of(seed, number, how_many)
            if writing.written(found):
                skipped += how_many
                continue
            writing.write(of, found)
            made += how_many
            self._say(made, cases - skipped, time.monotonic() - began)
        analyse()
        took = time.monotonic() - began
        rate = round(made / took) if made else 0
        self.tell(
            f"Made {made:,} cases in {took:.1f} s, {rate:,} a second; {skipped:,} were there",
            {"made": made, "skipped": skipped, "seconds": round(took, 1), "a_second": rate},
            options,
        )

    def _say(self, made: int, of: int, took: float) -> None:
        left = took / made * (of - made)
        self.stderr.write(f"{made:,} of {of:,} cases, about {left:,.0f} s left")
