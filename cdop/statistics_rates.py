"""Rates by year with exact intervals, and the funnel against what was published for England."""

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casereview import releases
from casereview.charts import Bar, BarChart
from casereview.codelists import Code
from casereview.codes import age_bands, code_list
from casereview.funnel_charts import FunnelChart, FunnelPoint
from casereview.models import Population
from casereview.releases import Audience
from casereview.rules.intervals import garwood
from casereview.rules.linked_tables import Line, LinkedTable
from casereview.rules.output_profiles import OutputProfile
from casereview.rules.release_gate import Settled, Shown
from cdop import national
from cdop.rules.annual_return import ReviewedDeath
from cdop.rules.funnel import compared, poisson_limits
from cdop.rules.statistics_tables import by_year, of_year_or_board
from cdop.statistics import OUTCOMES, Asked


@dataclass(frozen=True)
class Denominators:
    """How many children there were in each year, of one group; a year without is not here."""

    numbers: dict[int, int]
    sources: tuple[str, ...]


def populations(asked: Asked) -> dict[str, Denominators]:
    """Return the populations of the boards together, in years in which each board's is entered."""
    codes = [code for code, _ in asked.boards]
    years = [year.ends_in for year in asked.cover.years]
    entered: dict[str, dict[int, list[int]]] = {}
    sources: dict[str, set[str]] = {}
    for row in Population.objects.filter(board__code__in=codes, year__in=years):
        entered.setdefault(row.group, {}).setdefault(row.year, []).append(row.number)
        sources.setdefault(row.group, set()).add(row.source)
    return {
        group: Denominators(
            {year: sum(numbers) for year, numbers in found.items() if len(numbers) == len(codes)},
            tuple(sorted(sources[group])),
        )
        for group, found in entered.items()
    }


def title_of(asked: Asked) -> str:
    """Return what rates are called in a file and in the ledger."""
    return f"Child deaths and rates in {asked.period}: {asked.area}"


def rate_tables(asked: Asked, deaths: Sequence[ReviewedDeath]) -> Settled:
    """Return the deaths by year and age that rates are reckoned of, as they may be given.

    Raises:
        Refused: they may not be given.
    """
    return releases.preview(tables(asked, deaths), asked.audience)


def tables(asked: Asked, deaths: Sequence[ReviewedDeath]) -> list[LinkedTable]:
    """Count the deaths by year: of infants, and of older children."""
    infants = tuple(code_list("population_group").codes[-1].extra["age_bands"])
    older = tuple(code for code, _ in age_bands() if code not in infants)
    bands = [Line("Under one year", infants), Line("One to 17 years", older)]
    return by_year(deaths, asked.cover, bands)


def rates(asked: Asked, settled: Settled) -> list[dict[str, Any]]:
    """Return a table a group: deaths, children, rate and interval, from what may be given.

    They are texts, ready to be kept beside the figures they were reckoned from.
    """
    known = populations(asked)
    shown = settled.shown[0]
    found = []
    for group in code_list("population_group").codes:
        of = known.get(group.code, Denominators({}, ()))
        found.append(
            {
                "key": group.code,
                "caption": f"{group.extra['deaths']}, a rate per {group.extra['per']:,} "
                f"{group.label[0].lower()}{group.label[1:]}",
                "columns": ["Year to 31 March", "Deaths", group.label, "Rate", "95% interval"],
                "rows": _rows(shown, of, group, settled.profile),
                "sources": list(of.sources),
            }
        )
    return found


def table_of(drawn: Mapping[str, Any], hidden: str) -> dict[str, Any]:
    """Return rates that were reckoned as `_table.html` shows them, with their chart."""
    first, *numbers = drawn["columns"]
    return {
        "id": f"rates-{drawn['key']}",
        "caption": drawn["caption"],
        "columns": [{"label": first}, *({"label": one, "numeric": True} for one in numbers)],
        "rows": [
            [{"text": label}, *(_number(text) for text in texts)] for label, *texts in drawn["rows"]
        ],
        "sources": drawn["sources"],
        "chart": chart_of(drawn, hidden),
    }


def chart_of(drawn: Mapping[str, Any], hidden: str) -> BarChart | None:
    """Return the rates as bars, from the texts that are given and nothing else; None of none.

    `hidden` is the symbol of what is not given; a year without a population has no bar.
    """
    bars = []
    for label, _, _, rate, interval in drawn["rows"]:
        if rate == hidden:
            bars.append(Bar(label, None, f"{hidden}: not given"))
        elif rate != "–":
            tenths = round(float(rate.replace(",", "")) * 10)
            bars.append(Bar(f"{label} (95%: {interval})", tenths, rate))
    if not bars:
        return None
    return BarChart(
        key=f"chart-{drawn['key'].replace('_', '-')}",
        title=drawn["caption"],
        description="One bar for each line of the table, as long as its rate, with the interval.",
        columns=(drawn["columns"][0], "Rate"),
        bars=bars,
    )


def _rows(shown: Shown, of: Denominators, group: Code, profile: OutputProfile) -> list[list[str]]:
    column = next(
        (
            place
            for place, line in enumerate(shown.table.columns)
            if set(line.codes) == set(group.extra["age_bands"])
        ),
        None,
    )
    children = [of.numbers.get(int(line.codes[0])) for line in shown.table.rows]
    lines = [
        (line.label, shown.value(row, column), children[row])
        for row, line in enumerate(shown.table.rows)
    ]
    if len(lines) > 1:
        entered = [number for number in children if number is not None]
        every = sum(entered) if len(entered) == len(children) else None
        lines.append(("All these years", shown.value(None, column), every))
    return [[label, *_rate(count, number, group, profile)] for label, count, number in lines]


def _rate(
    count: int | None, children: int | None, group: Code, profile: OutputProfile
) -> tuple[str, ...]:
    deaths = profile.symbol if count is None else f"{count:,}"
    if not children:
        return deaths, "not entered", "–", "–"
    if count is None:
        return deaths, f"{children:,}", profile.symbol, profile.symbol
    per = group.extra["per"] / children
    low, high = garwood(count)
    return deaths, f"{children:,}", f"{count * per:.1f}", f"{low * per:.1f} to {high * per:.1f}"


def funnel(asked: Asked, deaths: Sequence[ReviewedDeath]) -> FunnelChart | None:
    """Return each year and each board against the share published for England; None without one.

    Whole figures: for the panel. Reviews with too little information are left out.
    """
    published = national.modifiable(asked.year)
    if published is None:
        return None
    points = []
    for table in of_year_or_board(deaths, asked.cover, OUTCOMES, dict(asked.boards)):
        for row, line in enumerate(table.rows):
            seen, of = table.value(row, 0), table.value(row, 0) + table.value(row, 1)
            words = compared(line.label, seen, of, published.share).words if of else "no review"
            mark = string.ascii_uppercase[row % 26] if table.key == "board" else ""
            points.append(FunnelPoint(line.label, seen, of, words, mark))
    return FunnelChart(
        key="funnel",
        title="Reviews with modifiable factors against the share published for England",
        description="One point a year and, of several boards, one a board over all these years. "
        "Points between the broken lines are what chance explains. The same figures are in the "
        "table.",
        share=published.share,
        share_words=f"England, {published.words}",
        points=points,
        limits=poisson_limits,
    )


def whole_figures(asked: Asked) -> bool:
    """Tell whether the reader asks for whole figures."""
    return asked.audience == Audience.PANEL and not releases.profile(Audience.PANEL).hides


def published_table() -> dict[str, Any]:
    """Return the published national figures for `_table.html`, the latest first."""
    every = sorted(national.values(), key=lambda code: code.since, reverse=True)
    return {
        "id": "published",
        "caption": "Published national figures",
        "columns": [{"label": "Figure"}, {"label": "As published"}, {"label": "Source"}],
        "rows": [
            [
                {"text": code.label},
                {"text": f"{code.extra['value']} {_unit(code.extra['unit'])}".strip()},
                {"text": code.source},
            ]
            for code in every
        ],
    }


def _unit(unit: str) -> str:
    return {"percent": "in a hundred", "count": "", "text": ""}.get(unit, unit)


def _number(text: str) -> dict[str, Any]:
    return {"text": text, "numeric": True}
