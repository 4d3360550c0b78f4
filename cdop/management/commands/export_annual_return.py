"""Write the annual return of a year as a file."""

from pathlib import Path

from django.db import transaction

from casereview import spreadsheets
from casereview.management.base import Command as Base
from casereview.management.base import Refused
from casereview.management.quiet import solver_unheard
from casereview.rules.return_year import ReturnYear
from casereview.rules.suppression import CannotBePublished
from cdop import counting, return_keeping, return_templates
from cdop.publishing import public_return
from cdop.return_files import FORMATS, Beside, export_return
from cdop.rules.annual_return import Tabulation
from cdop.rules.public_return import DoesNotAddUp, PublicReturn, TooManyFigures

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
        counted: Tabulation | PublicReturn
        rows = None
        if profile == "public":
            counted = _public(return_year, lscb)
        else:
            scope = counting.Scope(lscb)
            counted, deaths = counting.count_return(return_year, scope)
            rows = return_keeping.child_level_rows(counted, deaths, scope)
        beside = Beside(area=boards.get(lscb or "", ""), exported="By command", rows=rows)
        digest = self._write(counted, file_format, out, beside)
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
            },
            options,
        )

    def _write(
        self, counted: Tabulation | PublicReturn, file_format: str, out: Path, beside: Beside
    ) -> str:
        """Write file and audit entry, both or neither, and return the file's digest."""
        created = False
        try:
            with transaction.atomic():
                file = export_return(counted, file_format, by=None, beside=beside)
                spreadsheets.create(out, file.content)
                created = True
        except FileExistsError:
            raise Refused(f"Choose another file: {out} exists and is not overwritten") from None
        except OSError as error:
            raise Refused(
                f"Choose another file: {out} cannot be written: {error.strerror}"
            ) from None
        except BaseException:
            if created:
                out.unlink(missing_ok=True)
            raise
        return file.digest


def _many(reviews: int | None) -> str:
    return (
        "a hidden number of completed reviews"
        if reviews is None
        else (f"{reviews} completed reviews")
    )


def _public(year: ReturnYear, board: str | None) -> PublicReturn:
    """Return the return as it may be published."""
    try:
        with solver_unheard():
            return public_return(year, board)
    except DoesNotAddUp:
        raise Refused(
            "Put right what the checks of the return found: its figures do not add up, and what "
            "they give away cannot be said"
        ) from None
    except TooManyFigures:
        raise Refused(
            "Publish less than this: the boards have more figures together than can be hidden "
            "so that nothing is given away"
        ) from None
    except CannotBePublished:
        raise Refused("Publish nothing of this year: hiding cannot protect its figures") from None


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
