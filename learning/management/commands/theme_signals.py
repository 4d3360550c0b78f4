"""Say which themes of the learning database are seen more often than before."""

from datetime import date

from django.utils import timezone

from casereview import audit
from casereview.management.base import Command as Base
from casereview.management.base import Refused
from learning import signals
from learning.models import Theme
from learning.rules.quarters import BadQuarter
from learning.rules.signals import false_alarms, sentence


class Command(Base):
    help = (
        "Compare each theme's cases in the last four closed quarters with its reference period "
        "(the one that was decided, else the first 20 quarters that have learning): red, amber, "
        "none, or short where there is not enough history."
    )

    def arguments(self, parser) -> None:
        parser.add_argument(
            "--as-of", metavar="DATE", help="the day to look from, such as 2015-04-01; today"
        )

    def handle(self, *args, **options):
        on = _day(options["as_of"])
        try:
            found = signals.compare(on)
        except BadQuarter:
            raise Refused("Give a later --as-of: there is no learning that early") from None
        audit.append(
            "theme_signals",
            actor=None,
            outcome=audit.DONE,
            detail={"themes": len(found.signals), "last_quarter": str(found.window.last)},
        )
        self.tell(
            "\n".join(_lines(found)),
            [
                {
                    "code": one.code,
                    "window": one.window,
                    "reference": one.reference,
                    "p": None if one.p is None else round(one.p, 6),
                    "flag": str(one.flag),
                }
                for one in found.signals
            ],
            options,
        )


def _day(text: str | None) -> date:
    today = timezone.localdate()
    if text is None:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused("Give --as-of as a day such as 2015-04-01") from None
    if day > today:
        raise Refused("Give a day for --as-of that is not after today")
    return day


def _lines(found: signals.Compared) -> list[str]:
    window, reference = found.window, found.reference
    if not reference.quarters:
        compared = "with no earlier learning to compare it with"
    else:
        whose = "as decided" if found.decided else "the first that have learning; none was decided"
        compared = f"compared with {reference.first} to {reference.last} ({whose})"
    names = dict(Theme.objects.values_list("code", "name"))
    return [
        f"{window.first} to {window.last}, {compared}.",
        *(f"{one.flag:<6} {names[one.code]}: {sentence(one)}" for one in found.signals),
        false_alarms(len(found.signals)),
    ]
