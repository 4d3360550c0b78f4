"""What the pages show of flags: those that stand, those closed, and the pictures of all themes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from casereview import keys
from casereview.heat_maps import HeatMap, HeatRow
from casereview.models import Panel
from casereview.small_multiples import Small, SmallMultiples
from learning import signals
from learning.actions.priorities import FLAGGED, closed_for, still_closed
from learning.models import ClosedFlag, Priority, Theme
from learning.rules.quarters import Period, Quarter
from learning.rules.signals import Flag, Signal, false_alarms, sentence

COLUMNS = 8  # quarters of the heat map
COLOURS = {Flag.RED: "red", Flag.AMBER: "orange", Flag.NONE: "grey", Flag.SHORT: "blue"}


@dataclass(frozen=True)
class Flagged:
    """A theme with its signal: what closed its flag, and the priority that it is."""

    theme: Theme
    signal: Signal
    closed: ClosedFlag | None
    priority: Priority | None

    @property
    def stands(self) -> bool:
        """Whether there is a flag that nobody has closed."""
        return self.signal.flag in FLAGGED and self.closed is None

    @property
    def label(self) -> str:
        return self.signal.flag.label

    @property
    def colour(self) -> str:
        return COLOURS[self.signal.flag]

    @property
    def sentence(self) -> str:
        return sentence(self.signal)

    @property
    def mark(self) -> str:
        """A word beside the theme's name in a picture; empty where there is nothing to say."""
        if self.stands:
            return str(self.signal.flag)
        return "priority" if self.priority else ""


@dataclass(frozen=True)
class Counted:
    """Cases by theme and quarter: a case counts once in each quarter it was learned from."""

    whole: Period
    cases: dict[str, list[int]]

    @property
    def labels(self) -> list[str]:
        return [str(one) for one in self.whole]


def flagged_themes(compared: signals.Compared) -> list[Flagged]:
    """Return every theme in force with its flag for a panel: what stands first, then by flag."""
    themes = {one.code: one for one in Theme.objects.filter(code__in=compared.by_code)}
    priorities = {
        one.theme_id: one for one in Priority.objects.filter(panel=compared.panel, closed_at=None)
    }
    closed: dict[Any, list[ClosedFlag]] = defaultdict(list)
    last = str(compared.window.last)
    rows = closed_for(compared.panel).filter(last_quarter=last).select_related("closed_by")
    for one in rows.order_by("closed_at"):
        closed[one.theme_id].append(one)
    found = [
        Flagged(
            theme=themes[signal.code],
            signal=signal,
            closed=still_closed(signal, closed[themes[signal.code].pk])
            if signal.flag in FLAGGED
            else None,
            priority=priorities.get(themes[signal.code].pk),
        )
        for signal in compared.signals
    ]
    # The sort is stable: within each the order of the signals stays.
    return sorted(found, key=lambda one: (not one.stands, one.priority is None))


def about_signals(on: date, panel: Panel) -> dict[str, Any]:
    """Return what the page of a panel's signals shows."""
    compared = signals.compare(on, panel)
    rows = flagged_themes(compared)
    counted = count(compared)
    keys.prefetch("flag", [one.closed.pk for one in rows if one.closed])
    keys.prefetch("priority", [one.priority.pk for one in rows if one.priority])
    return {
        "rows": rows,
        "flags": [one for one in rows if one.stands],
        "closed": [one for one in rows if one.closed],
        "priorities": [one for one in rows if one.priority],
        "short": [one for one in rows if one.signal.flag == Flag.SHORT],
        "heat": heat_map(rows, counted),
        "multiples": multiples(rows, counted),
        "compared": compared,
        "false_alarms": false_alarms(len(compared.signals)),
        "last_quarter": compared.window.last,
    }


def about_flag(theme: Theme, compared: signals.Compared) -> dict[str, Any]:
    """Return what the page of one theme shows of its flag and its priorities."""
    signal = compared.by_code.get(theme.code)
    last = str(compared.window.last)
    rows = closed_for(compared.panel).filter(theme=theme, last_quarter=last)
    rows = rows.select_related("closed_by")
    closed = still_closed(signal, rows) if signal and signal.flag in FLAGGED else None
    return {
        "may_close": bool(signal and signal.flag in FLAGGED and closed is None),
        "closed_flag": closed,
        "priorities": list(
            Priority.objects.filter(theme=theme, panel=compared.panel)
            .select_related("panel")
            .order_by("closed_at", "-raised_at")
        ),
    }


def count(compared: signals.Compared) -> Counted:
    """Count the cases of every theme by quarter, from the first that is compared."""
    first = compared.reference.first if compared.reference.quarters else compared.window.first
    first = min(first, compared.window.last - (COLUMNS - 1))
    whole = Period(first, first.until(compared.window.last) + 1)
    seen: dict[tuple[str, int], set] = defaultdict(set)
    for theme, day, key in signals.points_seen(
        whole.first_day, whole.last_day, panel=compared.panel
    ):
        seen[theme, first.until(Quarter.containing(day))].add(key)
    return Counted(
        whole,
        {
            code: [len(seen.get((code, place), ())) for place in range(whole.quarters)]
            for code in compared.by_code
        },
    )


def heat_map(rows: list[Flagged], counted: Counted) -> HeatMap:
    """Return the themes of the last two years by quarter; those never seen then are left out."""
    shown = [
        HeatRow(one.theme.name, tuple(counted.cases[one.theme.code][-COLUMNS:]), one.mark)
        for one in rows
        if any(counted.cases[one.theme.code][-COLUMNS:]) or one.mark
    ]
    return HeatMap(
        key="heat",
        title="Cases by theme and quarter, the last two years",
        description="Themes with a flag come first, then priorities, then the others. "
        "The number stands in each cell.",
        corner="Theme",
        columns=counted.labels[-COLUMNS:],
        rows=shown,
    )


def multiples(rows: list[Flagged], counted: Counted) -> SmallMultiples | None:
    """Return the themes with a flag or a priority over all quarters; None where there is none."""
    shown = [one for one in rows if one.stands or one.priority][:12]
    if not shown:
        return None
    return SmallMultiples(
        key="multiples",
        title=f"Flagged themes and priorities, {counted.labels[0]} to {counted.labels[-1]}",
        description="Cases by quarter, all with the same scale; the broken line is the average of "
        "the reference period.",
        corner="Theme",
        labels=counted.labels,
        charts=[
            Small(
                one.theme.name,
                tuple(counted.cases[one.theme.code]),
                one.signal.reference / one.signal.reference_quarters
                if one.signal.reference_quarters
                else None,
            )
            for one in shown
        ],
    )
