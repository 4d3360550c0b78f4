"""Fictional deaths of any number, the same for the same seed."""

import csv
import datetime
import random
from pathlib import Path

from casereview.rules import nhs_numbers
from cdop.codes import import_codes
from cdop.rules.import_columns import CODED, COLUMNS

FAMILY = ("Example", "Sample", "Specimen", "Fictional", "Pattern", "Placeholder", "Instance")
GIVEN = ("Ada", "Ola", "Sol", "Val", "Lou", "Ida", "Ren", "Kit")
BOARDS = ("LEICESTER", "LEICS_RUTLAND")
BEGIN = datetime.date(2009, 4, 1)
DAYS = 3650


def write_deaths(
    path: Path,
    how_many: int,
    *,
    seed: int,
    prefix: str,
    begin: datetime.date = BEGIN,
    days: int = DAYS,
) -> None:
    """Write an import file: seven in ten reviews completed, a quarter of these with factors.

    The children died on one of `days` from `begin` on.
    """
    choose = random.Random(seed)  # noqa: S311 - fiction, not secrets
    codes = {column: sorted(known) for column, known in import_codes().items()}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n", restval="")
        writer.writeheader()
        for number in range(how_many):
            writer.writerow(_death(choose, codes, f"{prefix}-{number:06d}", begin, days))


def _death(
    choose: random.Random,
    codes: dict[str, list[str]],
    reference: str,
    begin: datetime.date,
    days: int,
) -> dict[str, str]:
    died = begin + datetime.timedelta(days=choose.randrange(days))
    age = choose.randrange(28) if choose.random() < 0.4 else choose.randrange(28, 6500)
    row = {column: choose.choice(codes[column]) for column in CODED[:11]}
    row |= {
        "source_reference": reference,
        "notified_on": (died + datetime.timedelta(days=choose.randrange(4))).isoformat(),
        "died_on": died.isoformat(),
        "born_on": (died - datetime.timedelta(days=age)).isoformat(),
        "family_name": f"{choose.choice(FAMILY)}-{choose.choice(FAMILY)}",
        "given_names": f"{choose.choice(GIVEN)} {choose.choice(GIVEN)}",
        "mother_family_name": choose.choice(FAMILY),
        "nhs_number": _nhs_number(choose),
        "residence_postcode": f"LE{choose.randrange(1, 20)} {choose.randrange(1, 9)}ZZ",
        "residence_lscb": choose.choice(BOARDS),
        "scr_status": "NONE",
    }
    if choose.random() < 0.7:
        row |= _review(choose, codes, died)
    return row


def _review(
    choose: random.Random, codes: dict[str, list[str]], died: datetime.date
) -> dict[str, str]:
    completed = died + datetime.timedelta(days=choose.randrange(60, 500))
    outcome = choose.choices(("M", "N", "I"), (25, 70, 5))[0]
    factors = choose.sample(codes["modifiable_factors"], choose.randrange(1, 3))
    return {
        "review_completed_on": completed.isoformat(),
        "category_of_death": choose.choice(codes["category_of_death"]),
        "modifiable_outcome": outcome,
        "modifiable_factors": ";".join(factors) if outcome == "M" else "",
        "insufficient_reason": "The records could not be found" if outcome == "I" else "",
        "learning": "Ask who else lives with the child" if choose.random() < 0.3 else "",
    }


def _nhs_number(choose: random.Random) -> str:
    """Return a number of the range kept for tests, its last digit the check digit."""
    while True:
        digits = f"999{choose.randrange(1_000_000):06d}"
        check = nhs_numbers.check_digit(digits)
        if check is not None:
            return f"{digits}{check}"
