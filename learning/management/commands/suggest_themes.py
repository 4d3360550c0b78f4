"""Suggest themes for statements of learning; nothing is kept."""

from pathlib import Path

from django.utils import timezone

from casereview import audit
from casereview.management.base import Command as Base
from casereview.management.base import Refused
from learning import suggestions
from learning.models import Theme


class Command(Base):
    help = (
        "Suggest three themes for each statement in FILE, best first, with the words that "
        "decided. A suggestion marked weak is best not shown."
    )

    def arguments(self, parser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help='JSON: {"statements": ["…"]}')

    def handle(self, *args, **options):
        try:
            statements = suggestions.read_statements(options["file"])
        except suggestions.BadStatements as refusal:
            raise Refused(str(refusal), {"errors": [{"message": str(refusal)}]}) from None
        suggester = suggestions.learned_until(timezone.localdate()).suggester
        found = [(statement, suggester.suggest(statement)) for statement in statements]
        audit.append(
            "suggest_themes",
            actor=None,
            outcome=audit.DONE,
            detail={"statements": len(statements)},
        )
        names = dict(Theme.objects.values_list("code", "name"))
        lines = []
        for statement, themes in found:
            lines.append(statement)
            for one in themes:
                words = ", ".join(reason.word for reason in one.reasons)
                weak = ", weak" if one.weak else ""
                lines.append(f"  {names[one.code]} ({one.score:.0%}{weak}): {words or 'no word'}")
        self.tell(
            "\n".join(lines),
            [
                {
                    "statement": statement,
                    "themes": [
                        {
                            "code": one.code,
                            "score": one.score,
                            "words": [reason.word for reason in one.reasons],
                            "weak": one.weak,
                        }
                        for one in themes
                    ],
                }
                for statement, themes in found
            ],
            options,
        )
