"""When a request for papers or figures must be answered, and what is said about small numbers.

Source: the powers and their time limits are a dated list; UK GDPR article 12(3) for the month and
its extension, Freedom of Information Act 2000 section 10 for the twenty working days.
"""

from collections.abc import Collection
from datetime import date

from casereview.rules.months import add_months
from casereview.rules.working_days import add_working_days

SMALL_NUMBERS = (
    "Small numbers are hidden. Where so few children died, a number together with what is known in "
    "a place could tell who a child was. Numbers from 1 to {last} are not given, nor any other "
    "number from which one of them could be worked out, alone or with figures published before. "
    "Percentages and rates rest on the same numbers and are given only where these are. That a "
    "number is hidden does not say whether it is zero."
)
# What no bundle holds unless somebody decides otherwise for it.
LEFT_OUT = (
    "first judgements of panel members, which are destroyed when they are opened",
    "drafts, and papers that nobody has agreed",
    "notes that tell of somebody other than the child",
)


def due_on(
    time_limit: str,
    received_on: date,
    stated: date | None = None,
    extra: Collection[date] = (),
) -> date | None:
    """Return the day by which a request is answered; None where none was stated.

    `time_limit` is that of the list: "month", "working_days:N" (after the day of receipt), or
    "stated". A day that was stated wins only where the list says so: nobody shortens the law.

    Raises:
        ValueError: a time limit of another kind.
    """
    if time_limit == "month":
        return add_months(received_on, 1)
    if time_limit.startswith("working_days:"):
        return add_working_days(received_on, int(time_limit.split(":")[1]), extra)
    if time_limit == "stated":
        return stated
    raise ValueError(f"no such time limit: {time_limit}")


def extended(received_on: date, months: int) -> date:
    """Return the last day of an extension: one month and `months` more after the receipt."""
    return add_months(received_on, 1 + months)
