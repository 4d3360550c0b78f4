"""The templates of the annual return, one a year, read from the dated data; no Django."""

from functools import cache
from pathlib import Path

from casereview.codelists import load, load_named
from casereview.codes import english_boards
from casereview.rules.return_year import ReturnYear
from cdop.rules.annual_return import Item, ReturnTemplate

_DATA = Path(__file__).parent / "data"


class NoTemplate(LookupError):
    """A year for which there is no template of the return."""


def path_of(year: ReturnYear) -> Path:
    """Return where the template of a year lies, whether or not there is one."""
    return _DATA / f"lscb1_{year.slug.replace('-', '_')}.toml"


def years() -> list[ReturnYear]:
    """Return the years that have a template, earliest first."""
    found = (load(path) for path in sorted(_DATA.glob("lscb1_20*.toml")))
    return [ReturnYear(code_list.settings["year"]) for code_list in found]


@cache
def template(year: ReturnYear) -> ReturnTemplate:
    """Return the template of a year.

    Raises:
        NoTemplate: there is none.
    """
    path = path_of(year)
    if not path.exists():
        raise NoTemplate(f"there is no template for the return of {year}")
    code_list = load(path)
    settings = code_list.settings
    return ReturnTemplate(
        slug=settings["slug"],
        items=tuple(
            Item(
                item=code.code,
                question=code.label,
                section=code.extra["section"],
                kind=code.extra["kind"],
                codeset=code.extra.get("codeset", ""),
                column=code.extra.get("field", ""),
                unknown=code.extra.get("unknown", ""),
                status=code.status,
                source=code.source,
            )
            for code in code_list.codes
        ),
        locations=frozenset(settings["locations"]),
        rolls_up_to={
            code.code: code.extra["rolls_up_to"]
            for code in load_named("cdop", "location").codes
            if "rolls_up_to" in code.extra
        },
        english_boards=english_boards(),
        within_panel=settings["death_in_another_board_of_the_panel_is_out_of_area"],
        deadline=settings["deadline"],
        status=code_list.status,
    )


def severities() -> dict[str, str]:
    """Return each check of the return with its severity, "error" or "warning"."""
    return {code.code: code.extra["severity"] for code in load_named("cdop", "lscb1_checks").codes}
