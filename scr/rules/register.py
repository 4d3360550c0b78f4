"""What the decisions register says of a case: every line that holds, and how days were kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from scr.rules.frameworks import Framework


@dataclass(frozen=True)
class Line:
    """Something that holds for a case under an edition; the first is the tool's outcome."""

    text: str
    paragraph: str = ""
    confirmed: bool = True

    @property
    def words(self) -> str:
        """The line with its paragraph; what is reconstructed says so."""
        cited = f" ({self.paragraph})" if self.paragraph else ""
        return (
            self.text + cited + ("" if self.confirmed else " – reconstructed, check the guidance")
        )


def lines_that_hold(
    framework: Framework, known: Mapping[str, str], outcome: str, label: str
) -> tuple[Line, ...]:
    """Return the outcome and every other line that holds beside it, each once.

    The first outcome hides the later ones: a looked after child's natural death is to be notified
    and may have learning as well. `known` maps questions to answers; one not known is not there.
    """
    lines = [Line(label)]
    for other in framework.outcomes:
        if other.code == outcome:
            continue
        for criterion in framework.criteria:
            if criterion.id in other.any_of and criterion.truth(known) is True:
                lines.append(Line(criterion.label, criterion.paragraph, criterion.confirmed))
    for limb in framework.notify_when:
        if limb.truth(known) is True:
            lines.append(Line(f"To be notified: {limb.label}", limb.paragraph, limb.confirmed))
    return tuple({line.text: line for line in lines}.values())


def kept_words(due_on: date, met_on: date | None, today: date) -> str:
    """Say how a time limit was kept, in days; the day it falls on is in time."""
    late = ((met_on or today) - due_on).days
    if met_on is None:
        return f"{_days(late)} overdue" if late > 0 else f"{_days(-late)} left"
    if late > 0:
        return f"{_days(late)} late"
    return f"kept, {_days(-late)} to spare" if late else "kept on the day"


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Considered:
    """What the year's record counts of one referral; a day that is None has not come.

    `composite` says that its review is told as one with others.
    """

    referred_on: date
    decided_on: date | None = None
    leads_to: str = ""
    composite: bool = False
    published_on: date | None = None
    under_way: bool = False
    overdue: bool = False

    @property
    def years(self) -> frozenset[int]:
        """The years in which something of it counts."""
        days = (self.referred_on, self.decided_on, self.published_on)
        return frozenset(year_of(day) for day in days if day)


@dataclass(frozen=True)
class YearRecord:
    """The group's year, from 1 April to 31 March, both inclusive, named by the year it ends in.

    Referrals count in the year they were referred in, decisions and publications in the year they
    were made in; a further decision takes the place of the one before. `composite` are those of
    the reviews that are told as one with others. `waiting`, `under_way` and `overdue` are as of
    today, for referrals of the year.
    """

    ends_in: int
    considered: int
    decided: int
    reviews: int
    composite: int
    other_reviews: int
    no_review: int
    elsewhere: int
    waiting: int
    published: int
    under_way: int
    overdue: int


def year_of(day: date) -> int:
    """Return the year a financial year ends in: 1 April 2014 to 31 March 2015 is 2015."""
    return day.year + (day.month >= 4)


def year_records(rows: list[Considered]) -> list[YearRecord]:
    """Return the record of each year in which something happened, the latest first."""
    years = sorted(frozenset().union(*(row.years for row in rows)), reverse=True)
    return [_year_record(year, rows) for year in years]


def _year_record(year: int, rows: list[Considered]) -> YearRecord:
    referred = [row for row in rows if year_of(row.referred_on) == year]
    decided = [row for row in rows if row.decided_on and year_of(row.decided_on) == year]
    leads_to = [row.leads_to for row in decided]
    return YearRecord(
        ends_in=year,
        considered=len(referred),
        decided=len(decided),
        reviews=leads_to.count("review"),
        composite=sum(row.composite for row in decided),
        other_reviews=leads_to.count("other_review"),
        no_review=leads_to.count("no_review"),
        elsewhere=leads_to.count("elsewhere"),
        waiting=sum(row.decided_on is None for row in referred),
        published=sum(bool(row.published_on and year_of(row.published_on) == year) for row in rows),
        under_way=sum(row.under_way for row in referred),
        overdue=sum(row.overdue for row in referred),
    )
