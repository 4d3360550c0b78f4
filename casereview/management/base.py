"""What the project's commands share: one line for people, one JSON document for scripts."""

import json
import sys
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from casereview import access, keys


class Refused(CommandError):
    """The command did nothing; `document` says why, for --json."""

    def __init__(self, message: str, document: Any = None):
        super().__init__(message, returncode=1)
        self.document = document


class Command(BaseCommand):
    """A command of the contract: exit 0 on success; 1 with the reason on stderr.

    With --json, `tell` prints one document on stdout and nothing else is printed there.
    """

    needs_database = True
    json_option = True

    def create_parser(self, *args, **kwargs):
        """Return the parser, which ends with 1 as every other failure does, not with 2."""
        parser = super().create_parser(*args, **kwargs)
        if getattr(self, "_called_from_command_line", False):

            def error(message: str) -> NoReturn:
                parser.print_usage(sys.stderr)
                parser.exit(1, f"{message}\n")

            parser.error = error  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser):
        if self.json_option:
            parser.add_argument("--json", action="store_true", help="print one JSON document")
        self.arguments(parser)

    def arguments(self, parser) -> None:
        """Add the command's own arguments."""

    def execute(self, *args, **options):
        if self.needs_database:
            ready()
        with keys.held(), access.remembering():
            try:
                return super().execute(*args, **options)
            except Refused as refusal:
                if options.get("json") and refusal.document is not None:
                    self.stdout.write(json.dumps(refusal.document, ensure_ascii=False))
                raise

    def tell(self, line: str, document: Any, options: dict) -> None:
        """Print the human line, or the document when --json was asked."""
        if options.get("json"):
            self.stdout.write(json.dumps(document, ensure_ascii=False))
        else:
            self.stdout.write(line)


def ready() -> None:
    """Make the databases of a first run on a laptop; in production say what is missing.

    Raises:
        CommandError: production, and the database has not been migrated.
    """
    if "casereview_case" in connections["default"].introspection.table_names():
        return
    if settings.PRODUCTION:
        raise CommandError("The database is empty: run manage.py migrate first", returncode=1)
    print("Making the databases first …", file=sys.stderr)
    call_command("migrate", verbosity=0, stdout=sys.stderr)
