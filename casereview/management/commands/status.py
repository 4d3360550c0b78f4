"""Say how the installation is looked after; a monitor reads it."""

from casereview import installation
from casereview.management.base import Command as Base
from casereview.management.base import Refused
from casereview.rules.upkeep_state import State, lines


class Command(Base):
    help = (
        "Say what keeps the installation safe: checks, backups, checkpoints, keys, queues, disk, "
        "clocks. Exit 1 while something has to be done now."
    )

    def handle(self, *args, **options):
        facts = installation.found()
        document = installation.as_document(facts)
        told = "\n".join(
            f"{line.state.value:5} {line.title}: {line.said}{'. ' + line.do if line.do else ''}"
            for line in lines(facts)
        )
        if not document["ok"]:
            bad = [line.title for line in lines(facts) if line.state == State.BAD]
            if not options["json"]:
                self.stdout.write(told)
            raise Refused("Act now: " + ", ".join(bad), document)
        self.tell(told, document, options)
