"""Write the annual return of a year as a file."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from casereview import releases, spreadsheets
from casereview.management.base import Command as Base
from casereview.management.base import Refused
from casereview.management.quiet import solver_unheard
from casereview.rules.linked_tables import DoesNotAddUp
from casereview.rules.return_year import ReturnYear
from cdop import counting, return_keeping, return_templates
from cdop.publishing import publication_of
from cdop.return_files import FORMATS, Beside, ReturnFile, export_return
from cdop.rules.annual_return import Tabulation
from cdop.rules.public_return import PublicReturn

PROFILES = ("return", "public")


class Command(Base):
    """Count the return and write it to a new file."""

    help = "Write the annual return for the year ending 31 March YEAR to a new file."

    def arguments(self, parser) -> None:
        parser.add_argument("year", metavar="YEAR", help="the year it ends in: 2015 is 2014-15")
        parser.add_argument("out", metavar="OUT", type=Path, help="file to write; must not exist")
        parser.add_argument("--lscb", metavar="CODE", help="residents of this board only")
        parser.add_argument(
            "--format",
            metavar="FORMAT",
            help=f"{', '.join(FORMATS)}; without it, the ending of OUT says",
        )
        parser.add_argument(
            "--profile",
            metavar="PROFILE",
            default=PROFILES[0],
            help="return (every figure, for the national collection) or public (small numbers "
            "hidden in every table and total)",
        )

    def handle(self, *, year, out, lscb, profile, **options):
        if profile not in PROFILES:
            raise Refused(f"Choose a profile of {', '.join(PROFILES)}: {profile} is not one")
        file_format = _format(options["format"], out)
        return_year = _year(year)
        boards = counting.english_boards()
        if lscb is not None and lscb not in boards:
            raise Refused(f"Choose a board: {lscb} is not one of {', '.join(sorted(boards))}")
        asked = _Asked(return_year, lscb, boards.get(lscb or "", ""), file_format, out)
        if profile == "public":
            counted, digest, release = _written(out, _published(asked))
        else:
            counted, digest, release = _written(out, _whole(asked))
        reviews = counted.count("AG-01")
        self.tell(
            f"{return_year}: {_many(reviews)} written to {out}",
            {
                "year_ending": return_year.last_day.isoformat(),
                "lscb": lscb,
                "file": str(out),
                "format": file_format,
                "profile": profile,
                "completed_reviews": reviews,
                "sha256": digest,
                **({"release": release} if release else {}),
            },
            options,
        )


@dataclass(frozen=True)
class _Asked:
    """Whose return is asked for, and as what file."""

    year: ReturnYear
    board: str | None
    area: str
    format: str
    out: Path

    def file(self, counted: Tabulation | PublicReturn, **more: Any) -> ReturnFile:
        """Make the file and put it on record."""
        beside = Beside(area=self.area, exported="By command", **more)
        return export_return(counted, self.format, by=None, beside=beside)


Made = tuple[Tabulation | PublicReturn, ReturnFile, int]


def _whole(asked: _Asked) -> Callable[[], Made]:
    """Count the return with every figure; what is returned makes its file."""
    scope = counting.Scope(asked.board)
    counted, deaths = counting.count_return(asked.year, scope)
    rows = return_keeping.child_level_rows(counted, deaths, scope)
    return lambda: (counted, asked.file(counted, rows=rows), 0)


def _published(asked: _Asked) -> Callable[[], Made]:
    """Work out what may be published; what is returned records it in the ledger and makes a file.

    Nobody is signed in here: in the ledger and in the audit log the giver is the command.
    """
    if os.path.lexists(asked.out):
        raise _exists(asked.out)
    try:
        publication = publication_of(asked.year)
        with solver_unheard():
            publication.preview()
    except DoesNotAddUp:
        raise Refused(
            "Put right what the checks of the return found: its figures do not add up, and what "
            "they give away cannot be said"
        ) from None
    except releases.Refused as refusal:
        raise Refused(str(refusal)) from None

    def make() -> Made:
        with solver_unheard():
            counted, release = publication.give(
                asked.board, by=None, detail={"format": asked.format}
            )
        return counted, asked.file(counted, release=release), release

    return make


def _written(out: Path, make: Callable[[], Made]) -> tuple[Tabulation | PublicReturn, str, int]:
    """Write file, audit entry and what else goes on record, all or nothing."""
    created = False
    try:
        with transaction.atomic():
            counted, file, release = make()
            spreadsheets.create(out, file.content)
            created = True
    except FileExistsError:
        raise _exists(out) from None
    except releases.Refused as refusal:
        raise Refused(str(refusal)) from None
    except OSError as error:
        raise Refused(f"Choose another file: {out} cannot be written: {error.strerror}") from None
    except BaseException:
        if created:
            out.unlink(missing_ok=True)
        raise
    return counted, file.digest, release


def _exists(out: Path) -> Refused:
    return Refused(f"Choose another file: {out} exists and is not overwritten")


def _many(reviews: int | None) -> str:
    return (
        "a hidden number of completed reviews"
        if reviews is None
        else (f"{reviews} completed reviews")
    )


def _format(asked: str | None, out: Path) -> str:
    """Return the format that was asked for, or that the file's ending names."""
    found = (asked if asked is not None else out.suffix.removeprefix(".")).lower()
    if found in FORMATS:
        return found
    known = ", ".join(FORMATS)
    if asked is not None:
        raise Refused(f"Choose a format of {known}: {asked} is not one")
    ending = f"the ending {out.suffix}" if out.suffix else "a file without an ending"
    raise Refused(
        f"Give --format, or end the file in .{known.replace(', ', ', .')}: {ending} says no format"
    )


def _year(typed: str) -> ReturnYear:
    """Return a year that has a template."""
    try:
        year = ReturnYear(int(typed))
        return_templates.template(year)
    except ValueError:
        raise Refused(
            f"Give the year the return ends in, such as 2015: {typed} is not one"
        ) from None
    except return_templates.NoTemplate:
        years = [each.ends_in for each in return_templates.years()]
        raise Refused(
            f"Choose a year from {years[0]} to {years[-1]}: there is no template for {typed}"
        ) from None
    return year
