"""Do the jobs that were put in, until told to end."""

import logging
import uuid

from django_tasks_db.management.commands.db_worker import Worker

from casereview.management.base import Command as Base


class Command(Base):
    help = (
        "Do the jobs that were put in: send messages, clear up, build files. Ends after the job "
        "in hand on SIGTERM; a second signal ends it at once."
    )
    json_option = False

    def arguments(self, parser) -> None:
        parser.add_argument("--batch", action="store_true", help="end when no job is left")
        parser.add_argument(
            "--interval", type=float, default=1.0, help="seconds between looks at the queue"
        )

    def handle(self, *args, **options):
        logging.getLogger("django_tasks_db").setLevel(logging.ERROR)
        # Each attempt that fails is logged by the job itself, without the error's own words.
        logging.getLogger("django_tasks").setLevel(logging.CRITICAL)
        worker = Worker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=options["interval"],
            batch=options["batch"],
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=uuid.uuid4().hex,
        )
        if not options["batch"]:
            worker.configure_signals()
        worker.run()
