"""Make a signed bundle of a panel's themes for other areas: counts only, through the gate."""

from pathlib import Path

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.management.base import Command as Base
from casereview.management.base import Refused
from casereview.rules.return_year import ReturnYear
from learning import exchange
from learning.actions.exchange import export_learning
from learning.exchange_people import NotTheirs, panel_of, person


class Command(Base):
    help = (
        "Write the themes of completed reviews, small numbers hidden, as a signed bundle for other "
        "areas. Statements are chosen on the page, where they are read first."
    )

    def arguments(self, parser) -> None:
        parser.add_argument("out", metavar="OUT", type=Path, help="the file; never overwritten")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the learning lead")
        parser.add_argument("--year", type=int, help="the last year, by the year it ends in")
        parser.add_argument("--years", type=int, default=5, choices=sorted(exchange.PERIODS))
        parser.add_argument("--panel", default="", metavar="CODE")

    def handle(self, *args, **options):
        out: Path = options["out"]
        last = ReturnYear.containing(timezone.localdate()).ends_in - 1
        try:
            by = person(options["by"], "export_learning")
            panel = panel_of(by, "export_learning", options["panel"])
            # Begun before anything leaves, and never over another file.
            with out.open("x", encoding="utf-8", newline="") as file:
                try:
                    made = export_learning(
                        panel=panel,
                        year=options["year"] or last,
                        years=options["years"],
                        points=[],
                        by=by,
                        read_all=True,
                    )
                except NotAllowed:
                    out.unlink()
                    raise
                file.write(made.file or "")
        except (NotAllowed, NotTheirs) as refusal:
            raise Refused(str(refusal), {"errors": [{"message": str(refusal)}]}) from None
        except FileExistsError:
            raise Refused(f"{out} exists: name another file") from None
        except OSError as error:
            raise Refused(f"{out} cannot be written: {error.strerror}") from None
        self.tell(
            f"Edition {made.edition} is in {out}",
            {
                "edition": made.edition,
                "first_year": made.first_year,
                "last_year": made.last_year,
                "digest": made.digest,
            },
            options,
        )
