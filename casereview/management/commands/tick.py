"""Put in what is due: from cron or a timer each minute, or in a loop."""

import signal
import threading

from django.db import close_old_connections
from django.utils import timezone

from casereview import upkeep
from casereview.management.base import Command as Base


class Command(Base):
    help = (
        "Put in the reminders, retries and clearing-up that are due. Run it every minute: run "
        "again, it changes nothing. The worker does what was put in."
    )

    def arguments(self, parser) -> None:
        parser.add_argument(
            "--loop", type=int, metavar="SECONDS", help="do so every SECONDS until told to end"
        )

    def handle(self, *args, **options):
        if options["loop"]:
            self.loop(options["loop"])
            return
        done = upkeep.tick(timezone.now())
        line = ", ".join(f"{name}: {count}" for name, count in done.items() if count)
        self.tell(line or "Nothing was due", done, options)

    def loop(self, seconds: int) -> None:
        """Tick until told to end, saying nothing."""
        ending = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ending.set())
        while not ending.is_set():
            close_old_connections()
            upkeep.tick(timezone.now())
            close_old_connections()
            ending.wait(seconds)
