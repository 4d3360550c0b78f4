"""Take in the bundle of another area whose key is accepted; the same one again changes nothing."""

from pathlib import Path

from casereview.actions import NotAllowed
from casereview.management.base import Command as Base
from casereview.management.base import Refused
from learning.actions.exchange import receive_learning
from learning.exchange_people import NotTheirs, person
from learning.rules.exchange_file import LARGEST_BYTES


class Command(Base):
    help = (
        "Take in a signed bundle of learning of another area. Its key is accepted on the page "
        "first, once its fingerprint was compared by telephone."
    )

    def arguments(self, parser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the learning lead")

    def handle(self, *args, **options):
        try:
            with options["file"].open("rb") as file:
                data = file.read(LARGEST_BYTES + 1)
            by = person(options["by"], "receive_learning")
            row, new = receive_learning(data=data, by=by)
        except (NotAllowed, NotTheirs) as refusal:
            raise Refused(str(refusal), {"errors": [{"message": str(refusal)}]}) from None
        except OSError as error:
            raise Refused(f"{options['file']} cannot be read: {error.strerror}") from None
        line = f"Edition {row.edition} of {row.area.name} is taken in"
        self.tell(
            line if new else "It is here already: nothing was changed",
            {
                "new": new,
                "area": row.area.name,
                "edition": row.edition,
                "first_year": row.first_year,
                "last_year": row.last_year,
                "digest": row.digest,
            },
            options,
        )
