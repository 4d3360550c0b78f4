"""Bring both databases to today's shape, and make what a new installation lacks."""

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate

from casereview import keys, set_up
from casereview.database import KEY_STORE, KEYS


class Command(Migrate):
    help = (
        "Bring both databases to today's shape; make key ring, boards, panels and themes where "
        "they are missing. Run again, it changes nothing."
    )

    def handle(self, *args, **options):
        whole = options["database"] == "default" and not options["app_label"]
        if options["database"] == KEYS and not options["app_label"]:
            options["app_label"] = KEY_STORE
            options["run_syncdb"] = False
        # A test database is filled by the tests themselves; run_syncdb is how one is made.
        whole = whole and not (
            options["run_syncdb"] or options["plan"] or options["check_unapplied"]
        )
        if whole:
            settings.DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
            super().handle(*args, **{**options, "database": KEYS, "app_label": KEY_STORE})
            try:
                set_up.make_key_ring()
            except set_up.NotReady as error:
                raise CommandError(str(error)) from None
        super().handle(*args, **options)
        if whole and not options["prune"]:
            with keys.held():
                set_up.begin()
