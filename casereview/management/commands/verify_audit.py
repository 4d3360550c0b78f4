"""Say whether the audit chain holds and every sealed row is as its last entry left it."""

from casereview.management.base import Command as Base
from casereview.management.base import Refused
from casereview.verification import verify


class Command(Base):
    help = "Check the audit chain and the sealed rows; exit 1 naming the first broken entry."

    def handle(self, *args, **options):
        verdict = verify()
        if not verdict.ok:
            raise Refused(
                f"The audit chain is broken at entry {verdict.first_broken}: {verdict.reason}",
                verdict.as_json(),
            )
        self.tell(f"All {verdict.entries} entries hold.", verdict.as_json(), options)
