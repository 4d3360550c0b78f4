"""Rows of the return, made from the import file or by hand."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

from casereview.rules.ages import age_band, age_days
from cdop.rules.annual_return import ReviewedDeath

DATA = Path(__file__).parent.parent / "data"

PLAIN = ReviewedDeath(
    row="1",
    residence_board="LEICESTER",
    death_board="LEICESTER",
    notified_on=date(2014, 6, 3),
    died_on=date(2014, 6, 2),
    completed_on=date(2014, 12, 1),
    age_band="A3",
    age_days=900,
    expectedness="UNEXPECTED",
    sex="F",
    ethnicity="WBRI",
    category="3",
    event="OTHER",
    location="HOME",
    cp_plan="NEVER",
    statutory_order="NEVER",
    asylum_seeker="N",
    scr_status="NONE",
    outcome="N",
)


def a_death(**changes):
    return replace(PLAIN, **changes)


def from_file(path):
    with path.open(newline="", encoding="utf-8") as file:
        return [from_cells(row) for row in csv.DictReader(file)]


def from_cells(cells):
    born, died = date.fromisoformat(cells["born_on"]), date.fromisoformat(cells["died_on"])
    completed = cells["review_completed_on"]
    return ReviewedDeath(
        row=cells["source_reference"],
        residence_board=cells["residence_lscb"],
        death_board=cells["place_of_death_lscb"],
        notified_on=date.fromisoformat(cells["notified_on"]),
        died_on=died,
        completed_on=date.fromisoformat(completed) if completed else None,
        age_band=age_band(born, died),
        age_days=age_days(born, died),
        expectedness=cells["expectedness"],
        sex=cells["sex"],
        ethnicity=cells["ethnicity"],
        category=cells["category_of_death"],
        event=cells["event"],
        location=cells["location"],
        cp_plan=cells["cp_plan"],
        statutory_order=cells["statutory_order"],
        asylum_seeker=cells["asylum_seeker"],
        scr_status=cells["scr_status"],
        outcome=cells["modifiable_outcome"],
    )
