"""A reader who has only what was published and tries to work out what was not.

It is written from the published document alone, and shares nothing with the product: neither the
model that hides numbers nor the attack that guards the door.
"""

import itertools
import random

import numpy as np
from scipy.optimize import linprog


def whole(document, counts):
    """Return published and true numbers in one grid each, totals last."""
    published = [
        [*line, total]
        for line, total in zip(document["published"], document["row_totals"], strict=True)
    ]
    published.append([*document["column_totals"], document["grand_total"]])
    true = [[*line, sum(line)] for line in counts]
    true.append([sum(column) for column in zip(*true, strict=True)])
    return published, true


def narrowed(document, counts):
    """Return the hidden small numbers that a reader can tell to be inside their range.

    A two-way table with its totals is a network, so the programme's corners are whole numbers:
    each is a table that fits, and shows how low or high it has every number at once.
    """
    published, true = whole(document, counts)
    threshold = document["threshold"]
    down, across = len(counts), len(counts[0])
    rows, sums, hidden = [], [], {}
    for row, column in itertools.product(range(down + 1), range(across + 1)):
        if published[row][column] is not None:
            rows.append(_parts(row, column, down, across))
            sums.append(published[row][column])
        elif 0 < true[row][column] < threshold:
            hidden[row, column] = _parts(row, column, down, across)
    corners = [np.array(counts, dtype=float).ravel()]
    found = []
    for (row, column), parts in hidden.items():
        low, high = (min, 1, 1), (max, -1, max(threshold - 1, 2))
        for farthest, sign, wanted in (low, high):
            if not _reached(corners, parts, farthest, sign, wanted):
                corners.append(_corner(sign * parts, rows, sums, wanted if sign < 0 else None))
                if not _reached(corners, parts, farthest, sign, wanted):
                    found.append((row, column))
    return found


def _reached(corners, parts, farthest, sign, wanted):
    return sign * farthest(parts @ corner for corner in corners) <= sign * wanted + 1e-6


def _corner(objective, rows, sums, capped_at):
    """Return a table that fits what is published and is best by the objective."""
    capped = {} if capped_at is None else {"A_ub": [-objective], "b_ub": [capped_at]}
    answer = linprog(
        objective,
        A_eq=np.array(rows) if rows else None,
        b_eq=np.array(sums) if rows else None,
        bounds=[(0, None)] * len(objective),
        method="highs",
        **capped,
    )
    assert answer.status == 0
    return answer.x


def _parts(row, column, down, across):
    """Return which inner cells a number adds up; the last row and column are the totals."""
    grid = np.zeros((down, across))
    grid[
        slice(None) if row == down else row,
        slice(None) if column == across else column,
    ] = 1
    return grid.ravel()


def given_away(document):
    """Return the small numbers that were published as they are."""
    numbers = [*itertools.chain(*document["published"]), *document["row_totals"]]
    numbers += [*document["column_totals"], document["grand_total"]]
    return [n for n in numbers if n is not None and 0 < n < document["threshold"]]


def every_table(published, most):
    """Return each inner table of whole numbers up to `most` that fits a small published grid."""
    cells = [number for line in published[:-1] for number in line[:-1]]
    choices = [np.arange(most + 1) if n is None else np.array([n]) for n in cells]
    grids = np.stack([axis.ravel() for axis in np.meshgrid(*choices, indexing="ij")], axis=1)
    down, across = len(published) - 1, len(published[0]) - 1
    tables = grids.reshape(-1, down, across)
    full = np.concatenate([tables, tables.sum(axis=2, keepdims=True)], axis=2)
    full = np.concatenate([full, full.sum(axis=1, keepdims=True)], axis=1)
    for row, column in itertools.product(range(down + 1), range(across + 1)):
        if published[row][column] is not None:
            full = full[full[:, row, column] == published[row][column]]
    return full


def random_counts(seed, down, across, deaths):
    """Return a table of deaths that fall unevenly on its rows and columns."""
    rng = random.Random(seed)  # noqa: S311 - a test repeats itself
    rows = [rng.random() ** 2 + 0.05 for _ in range(down)]
    columns = [rng.random() ** 2 + 0.05 for _ in range(across)]
    counts = [[0] * across for _ in range(down)]
    for _ in range(deaths):
        row = rng.choices(range(down), rows)[0]
        counts[row][rng.choices(range(across), columns)[0]] += 1
    return counts
