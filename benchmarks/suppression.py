"""A thousand random tables made fit to publish, and each attacked from what was published.

The reader who attacks has the published document alone, and is written apart from the product:
no number of any table may be narrowed. Also measured: how long each takes, how many numbers are
hidden besides the small ones, and what a usual rule by hand would have given away.

    python -m benchmarks.suppression [--tables 1000] [--seed 1] [--large] [--json]
"""

import argparse
import json
import statistics
import sys
import time
from dataclasses import dataclass
from typing import Any

from casereview.rules.suppression import CountTable, PublishedTable, suppress_table
from tests.rules.outsider import given_away, narrowed, random_counts, whole

# Rows, columns and deaths of a table; those asked for with --large are tried as well.
SHAPES = ((3, 4, 60), (5, 4, 80), (6, 5, 120), (10, 5, 80), (10, 6, 80), (10, 6, 400))
LARGE = ((20, 15, 600), (20, 15, 3000), (58, 6, 800), (58, 6, 3000), (100, 20, 4000))
THRESHOLDS = (5, 5, 5, 3, 8, 2)
SECONDS_OF_A_USUAL_TABLE = 3.0


@dataclass(frozen=True)
class Tried:
    """What became of one table; seconds are of this process, whoever else uses the machine."""

    shape: tuple[int, int, int]
    seconds: float
    small: int
    besides: int
    grand_total_hidden: bool
    leaks: int
    by_hand: bool


def main() -> int:
    """Try the tables; 0 when nothing leaked and none of the usual size took too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--large", action="store_true", help="one of each large shape instead")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    suppress_table(CountTable(("a",), ("b",), ((1,),)), 5)  # loads the solver
    if options.large:
        asked = [(shape, 5) for shape in LARGE]
    else:
        asked = [
            (SHAPES[number % len(SHAPES)], THRESHOLDS[number // len(SHAPES) % len(THRESHOLDS)])
            for number in range(options.tables)
        ]
    tried = [
        _try(shape, threshold, options.seed * 1_000_000 + number)
        for number, (shape, threshold) in enumerate(asked)
    ]
    report = _report(tried)
    print(json.dumps(report) if options.json else "\n".join(f"{k}: {report[k]}" for k in report))
    slow = not options.large and max(one.seconds for one in tried) > SECONDS_OF_A_USUAL_TABLE
    return 1 if slow or any(one.leaks for one in tried) else 0


def _try(shape: tuple[int, int, int], threshold: int, seed: int) -> Tried:
    counts = random_counts(seed, *shape)
    rows = tuple(f"row {number}" for number in range(shape[0]))
    columns = tuple(f"column {number}" for number in range(shape[1]))
    begun = time.process_time()
    found = suppress_table(
        CountTable(rows, columns, tuple(tuple(line) for line in counts)), threshold
    )
    seconds = time.process_time() - begun
    document = _document(found)
    published, true = whole(document, counts)
    numbers = [
        (shown, number)
        for line, truth in zip(published, true, strict=True)
        for shown, number in zip(line, truth, strict=True)
    ]
    return Tried(
        shape=shape,
        seconds=seconds,
        small=sum(0 < number < threshold for _, number in numbers),
        besides=sum(shown is None and not 0 < number < threshold for shown, number in numbers),
        grand_total_hidden=found.grand_total is None,
        leaks=len(given_away(document)) + len(narrowed(document, counts)),
        by_hand=bool(narrowed(_by_hand(counts, threshold), counts)),
    )


def _document(found: PublishedTable) -> dict[str, Any]:
    return {
        "threshold": found.threshold,
        "published": [list(line) for line in found.cells],
        "row_totals": list(found.row_totals),
        "column_totals": list(found.column_totals),
        "grand_total": found.grand_total,
    }


def _by_hand(counts: list[list[int]], threshold: int) -> dict[str, Any]:
    """Hide as offices do: in a row or column with one hidden cell the next smallest as well."""
    shown: list[list[int | None]] = [
        [None if 0 < count < threshold else count for count in line] for line in counts
    ]
    lines = [[(r, c) for c in range(len(counts[0]))] for r in range(len(counts))]
    lines += [[(r, c) for r in range(len(counts))] for c in range(len(counts[0]))]
    for line in lines:
        others = [(counts[r][c], r, c) for r, c in line if shown[r][c] is not None and counts[r][c]]
        if sum(shown[r][c] is None for r, c in line) == 1 and others:
            _, row, column = min(others)
            shown[row][column] = None
    totals = [sum(line) for line in counts], [sum(line) for line in zip(*counts, strict=True)]
    hidden = [[None if 0 < total < threshold else total for total in each] for each in totals]
    return {
        "threshold": threshold,
        "published": shown,
        "row_totals": hidden[0],
        "column_totals": hidden[1],
        "grand_total": sum(totals[0]),
    }


def _report(tried: list[Tried]) -> dict[str, Any]:
    report: dict[str, Any] = {
        "tables": len(tried),
        "tables in which a number could be narrowed": sum(one.leaks > 0 for one in tried),
        "the same by the usual rule by hand": sum(one.by_hand for one in tried),
        "grand totals hidden": sum(one.grand_total_hidden for one in tried),
    }
    for shape in dict.fromkeys(one.shape for one in tried):
        of_shape = [one for one in tried if one.shape == shape]
        seconds = [one.seconds for one in of_shape]
        rows, columns, deaths = shape
        report[f"{rows} x {columns}, {deaths} deaths"] = {
            "tables": len(of_shape),
            "median seconds": round(statistics.median(seconds), 2),
            "worst seconds": round(max(seconds), 2),
            "small numbers": sum(one.small for one in of_shape),
            "hidden besides": sum(one.besides for one in of_shape),
        }
    return report


if __name__ == "__main__":
    sys.exit(main())
