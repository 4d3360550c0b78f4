"""The child-level form of the return (LSCB1 A1): one row a completed review, without the child."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from cdop.rules.annual_return import (
    OUTCOMES,
    TOTAL,
    Coverage,
    ReturnTemplate,
    ReviewedDeath,
    Tabulation,
    duration_band,
)

# Where a table of the return finds its code in a row of the form.
COMPLETED = "COMPLETED"
MODIFIABLE = "M"


def rows_of(
    counted: Tabulation, deaths: Iterable[ReviewedDeath], pseudonym: Callable[[str], str]
) -> list[dict[str, str]]:
    """Return the rows of the form, by column, in the order of the pseudonyms.

    `pseudonym` gives what stands for a record in the file: nothing else of a row may lead back
    to it. Days are given as months.

    Source: LSCB1 A1; the columns are reconstructed.
    """
    by_row = {death.row: death for death in deaths}
    columns = [
        (item.column, item.unknown) for item in counted.template.tables if item.column != "duration"
    ]
    rows = []
    for row in covered(counted):
        facts = _row(by_row[row], columns, counted.template)
        facts["pseudonym"] = pseudonym(row)
        rows.append(facts)
    return sorted(rows, key=lambda row: row["pseudonym"])


def covered(counted: Tabulation) -> tuple[str, ...]:
    """Return the reviews of which the form has a row: all, or those with modifiable factors."""
    if counted.template.coverage == Coverage.MODIFIABLE:
        return counted.rows("AG-02")
    return counted.rows("AG-01")


def _row(
    death: ReviewedDeath, columns: Sequence[tuple[str, str]], template: ReturnTemplate
) -> dict[str, str]:
    row = {column: getattr(death, column) or unknown for column, unknown in columns}
    place = row.get("location", "")
    while place not in template.locations and place in template.rolls_up_to:
        row["location"] = place = template.rolls_up_to[place]
    row["residence_board"] = death.residence_board
    row["outcome"] = death.outcome
    row["scr_status"] = death.scr_status or "NK"
    row["duration"] = duration_band(death.died_on, death.completed_on)
    row["months"] = f"{death.died_on:%Y-%m}"
    if death.completed_on:
        row["months"] += f" / {death.completed_on:%Y-%m}"
    return row


def count_again(
    rows: Sequence[Mapping[str, str]], template: ReturnTemplate
) -> dict[tuple[str, str, str], int]:
    """Count every figure of the completed reviews from the rows of the child-level form alone."""
    cells: dict[tuple[str, str, str], int] = {}
    tables = [(item.item, item.column) for item in template.tables]

    def add(item: str, code: str, outcome: str) -> None:
        cells[item, code, outcome] = cells.get((item, code, outcome), 0) + 1

    for row in rows:
        outcome = row["outcome"]
        add("AG-01", "", TOTAL)
        if outcome in OUTCOMES:
            add(f"AG-0{2 + OUTCOMES.index(outcome)}", "", TOTAL)
        if row["scr_status"] == COMPLETED:
            add("AG-20", "", TOTAL)
        for item, column in tables:
            add(item, row[column], TOTAL)
            if outcome in OUTCOMES:
                add(item, row[column], outcome)
    return cells


def differences(
    rows: Sequence[Mapping[str, str]], counted: Tabulation
) -> list[tuple[str, str, str]]:
    """Return the figures that the rows do not reproduce; none is right.

    Rows of every completed review give every figure of them; rows of those with modifiable
    factors alone give what was counted of those.
    """
    again = count_again(rows, counted.template)
    if counted.template.coverage == Coverage.MODIFIABLE:
        shown = {
            place: len(found)
            for place, found in counted.cells.items()
            if place[2] == MODIFIABLE or place[0] == "AG-02"
        }
        again = {
            place: number
            for place, number in again.items()
            if place[2] == MODIFIABLE or place[0] == "AG-02"
        }
    else:
        shown = {
            place: len(found)
            for place, found in counted.cells.items()
            if place[0] not in ("AG-30", "AG-31", "AG-40", "groups")
        }
    return sorted(
        place for place in again.keys() | shown.keys() if again.get(place) != shown.get(place)
    )
