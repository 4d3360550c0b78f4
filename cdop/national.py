"""What was published for England, as dated data with its source."""

from dataclasses import dataclass

from casereview.codelists import Code, load_named
from casereview.rules.return_year import ReturnYear

TITLE = "Published national figures"


@dataclass(frozen=True)
class Published:
    """A share published for England: from 0 to 1, of a year, with what it is of and its source."""

    year: ReturnYear
    share: float
    note: str
    source: str

    @property
    def words(self) -> str:
        """Return the share and its year, in words."""
        return f"{self.share:.0%} in {self.year.slug}"


def values() -> tuple[Code, ...]:
    """Return every value, the earliest year first."""
    return load_named("cdop", "national_published_values").codes


def modifiable(year: ReturnYear, category: str = "") -> Published | None:
    """Return the published share with modifiable factors: of the year, else the last before it.

    None where nothing had been published by then; a value in words is no share.
    """
    breakdown, of = ("category", category) if category else ("total", "England")
    found = [
        code
        for code in values()
        if (code.extra["measure"], code.extra["breakdown"], code.extra["of"])
        == ("pct_modifiable", breakdown, of)
        and code.extra["unit"] == "percent"
        and code.since <= year.last_day
    ]
    if not found:
        return None
    latest = max(found, key=lambda code: code.since)
    return Published(
        ReturnYear.containing(latest.since),
        float(latest.extra["value"]) / 100,
        latest.definition,
        latest.source,
    )
