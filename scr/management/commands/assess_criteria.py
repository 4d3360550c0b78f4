"""Apply the criteria of one edition of the guidance to a file of answers."""

from pathlib import Path

from casereview.management.base import Command as Base
from casereview.management.base import Refused
from scr.answers_file import BadAnswersFile, read_answers
from scr.criteria_files import frameworks
from scr.management.frameworks import chosen
from scr.rules.criteria import Assessment, assess
from scr.rules.frameworks import Framework
from scr.rules.reasons import in_words

_NOTIFY = {True: "yes", False: "no", None: "open, see what is missing"}


class Command(Base):
    help = "Apply the criteria of a framework to the answers in FILE; opens no database and no key."
    needs_database = False
    requires_system_checks: list[str] = []

    def arguments(self, parser) -> None:
        names = ", ".join(framework.id for framework in frameworks())
        parser.add_argument("framework", metavar="FRAMEWORK", help=f"one of {names}")
        parser.add_argument(
            "file", metavar="FILE", type=Path, help='JSON: {"answers": {"event": "died", …}}'
        )

    def handle(self, *args, **options):
        framework = chosen(options["framework"])
        try:
            answers = read_answers(options["file"], framework, frameworks())
        except BadAnswersFile as refusal:
            raise Refused(str(refusal)) from None
        found = assess(framework, answers)
        self.tell(
            _lines(framework, found),
            {
                "outcome": found.outcome,
                "notify": found.notify,
                "criteria": dict(found.criteria),
                "reasons": list(found.reasons),
                "missing": list(found.missing),
            },
            options,
        )


def _lines(framework: Framework, found: Assessment) -> str:
    lines = [
        framework.title,
        f"Outcome: {in_words(found.outcome)}",
        f"Notify: {_NOTIFY[found.notify]}",
        *found.reasons,
    ]
    lines += [f"Missing: {name} – {framework.question(name).text}" for name in found.missing]
    for one in found.settled_by:
        answer, outcome = in_words(one.answer), in_words(one.outcome)
        lines.append(f"Would settle it: {one.question} – {answer}, giving {outcome}")
    for other in found.reversed_by:
        answer, outcome = in_words(other.answer), in_words(other.outcome)
        lines.append(f"Would change it: {other.question} – {answer}, giving {outcome}")
    return "\n".join(lines)
