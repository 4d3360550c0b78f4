"""Measure pages and actions over a fictional country, in databases made for it."""

import subprocess
import sys

from django.conf import settings

from casereview.management.base import Command as Base
from casereview.management.base import Refused


class Command(Base):
    help = (
        "Measure pages and actions over a fictional country of N cases, each beside the same "
        "without its protection. Makes databases of its own and removes them; touches no other. "
        "Exit 1 past a target."
    )
    needs_database = False

    def arguments(self, parser) -> None:
        parser.add_argument("--cases", type=int, default=1_000, help="how many (default 1,000)")
        parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
        parser.add_argument("--rounds", type=int, default=15, help="turns of each arm (default 15)")
        parser.add_argument(
            "--margin", type=float, default=1.0, help="how much larger a ratio may be (default 1)"
        )

    def handle(self, *args, **options):
        # A process of its own: its databases are settled before Django begins.
        command = [sys.executable, "-m", "benchmarks.bench"]
        for name in ("cases", "engine", "rounds", "margin"):
            command += [f"--{name}", str(options[name])]
        if options["json"]:
            command.append("--json")
        done = subprocess.run(command, cwd=settings.BASE_DIR, check=False)  # noqa: S603
        if done.returncode:
            raise Refused("A target was not reached, or the bench broke off: see above")
