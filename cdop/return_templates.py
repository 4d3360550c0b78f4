"""The templates of the annual return, one a year, read from the dated data; no Django."""

from functools import cache
from pathlib import Path

from casereview.codelists import load, load_named
from casereview.codes import english_boards
from casereview.rules.return_year import ReturnYear
from cdop.rules.annual_return import Coverage, Item, ReturnTemplate

_DATA = Path(__file__).parent / "data"
# Each column of the child-level form, and the fact of a death that it asks.
COLUMNS = {
    "A1-01": "pseudonym",
    "A1-02": "residence_board",
    "A1-03": "age_band",
    "A1-04": "sex",
    "A1-05": "ethnicity",
    "A1-06": "category",
    "A1-07": "event",
    "A1-08": "location",
    "A1-09": "outcome",
    "A1-10": "cp_plan",
    "A1-11": "statutory_order",
    "A1-12": "asylum_seeker",
    "A1-13": "scr_status",
    "A1-14": "duration",
    "A1-15": "months",
}


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
        version=code_list.version,
        source=code_list.source,
        child_level=child_level(),
        coverage=Coverage(settings["child_level_coverage"]),
    )


@cache
def child_level() -> tuple[Item, ...]:
    """Return the columns of the child-level form, in its order."""
    return tuple(
        Item(
            item=code.code,
            question=code.label,
            section="A1",
            kind=code.extra["type"],
            codeset=code.extra.get("codeset_or_format", ""),
            column=COLUMNS[code.code],
            status=code.status,
            source=code.source,
        )
        for code in load_named("cdop", "lscb1_child_level").codes
        if code.code in COLUMNS
    )


def severities() -> dict[str, str]:
    """Return each check of the return with its severity, "error" or "warning"."""
    return {rule: severity for rule, (severity, _) in checks().items()}


@cache
def checks() -> dict[str, tuple[str, str]]:
    """Return each check of the return with its severity and what it asks, in words."""
    return {
        code.code: (code.extra["severity"], code.label)
        for code in load_named("cdop", "lscb1_checks").codes
    }
