"""The deaths of the country, row by row as an import file has them, the same for the same seed.

They come in slices of their own seed each, so that a slice can be made without those before it.
Ages, categories and outcomes are in about the shares of the published national tables; everything
else is chosen evenly.
"""

import datetime
import random
from collections.abc import Mapping, Sequence

from casereview.rules import nhs_numbers
from cdop.codes import import_codes
from cdop.rules.import_columns import CODED
from cdop.rules.import_rows import ImportedDeath, checked_death
from learning.national.country import BOARDS, code_of

FAMILY = ("Example", "Sample", "Specimen", "Fictional", "Pattern", "Placeholder", "Instance")
GIVEN = ("Ada", "Ola", "Sol", "Val", "Lou", "Ida", "Ren", "Kit", "Noor", "Tam", "Wren", "Zev")
MIDDLE = ("Field", "Brook", "Hill", "Marsh", "Wood", "Dale", "Ford", "Lane", "Moor", "Pool")
BEGIN, DAYS = datetime.date(2009, 4, 1), 3_652  # ten years
SLICE = 1_000
# Days of age: first of the band, first after it, and its share in a hundred.
AGES = ((0, 28, 42), (28, 365, 20), (365, 1_825, 12), (1_825, 3_650, 8), (3_650, 6_570, 18))
REVIEWED, MODIFIABLE = 0.7, (("M", "N", "I"), (25, 70, 5))
LEARNED = (
    "Ask who else lives with the child",
    "Write down who was told, and when",
    "Offer an interpreter at each visit, not once",
    "Ask about where the baby sleeps at each contact",
    "Tell the school nurse of a missed appointment",
    "Agree who leads when three services know a family",
)


def slice_of(seed: int, number: int, how_many: int = SLICE) -> list[ImportedDeath]:
    """Return one slice of deaths, counted from 0."""
    choose = random.Random(f"{seed}/{number}")  # noqa: S311 - fiction, not secrets
    codes = {column: sorted(known) for column, known in import_codes().items()}
    return [
        checked_death(_death(choose, codes, f"N{seed}-{number * SLICE + place:07d}"))
        for place in range(how_many)
    ]


def _death(
    choose: random.Random, codes: Mapping[str, Sequence[str]], reference: str
) -> dict[str, str]:
    died = BEGIN + datetime.timedelta(days=choose.randrange(DAYS))
    first, after, _ = choose.choices(AGES, [share for *_, share in AGES])[0]
    born = died - datetime.timedelta(days=choose.randrange(first, after))
    board = choose.randrange(BOARDS)
    # One in twelve dies away from home.
    elsewhere = choose.randrange(BOARDS) if choose.random() < 1 / 12 else board
    row = {column: choose.choice(codes[column]) for column in CODED[:11]}
    row |= {
        "source_reference": reference,
        "notified_on": (died + datetime.timedelta(days=choose.randrange(4))).isoformat(),
        "died_on": died.isoformat(),
        "born_on": born.isoformat(),
        "family_name": f"{choose.choice(FAMILY)}-{choose.choice(MIDDLE)}{choose.choice(MIDDLE)}",
        "given_names": f"{choose.choice(GIVEN)} {choose.choice(GIVEN)}",
        "mother_family_name": choose.choice(FAMILY),
        "nhs_number": _nhs_number(choose),
        "residence_postcode": f"ZZ{choose.randrange(1, 99)} {choose.randrange(1, 9)}ZZ",
        "residence_lscb": code_of(board),
        "place_of_death_lscb": code_of(elsewhere),
        "scr_status": "NONE",
        "review_completed_on": "",
        "category_of_death": "",
        "modifiable_outcome": "",
        "modifiable_factors": "",
        "insufficient_reason": "",
        "learning": "",
    }
    if choose.random() < REVIEWED:
        outcome = choose.choices(*MODIFIABLE)[0]
        factors = choose.sample(codes["modifiable_factors"], choose.randrange(1, 3))
        completed = died + datetime.timedelta(days=choose.randrange(60, 500))
        row |= {
            "review_completed_on": completed.isoformat(),
            "category_of_death": choose.choice(codes["category_of_death"]),
            "modifiable_outcome": outcome,
            "modifiable_factors": ";".join(factors) if outcome == "M" else "",
            "insufficient_reason": "The records could not be found" if outcome == "I" else "",
            "learning": choose.choice(LEARNED) if choose.random() < 0.3 else "",
        }
    return row


def _nhs_number(choose: random.Random) -> str:
    """Return a number of the range kept for tests, its last digit the check digit."""
    while True:
        digits = f"999{choose.randrange(1_000_000):06d}"
        check = nhs_numbers.check_digit(digits)
        if check is not None:
            return f"{digits}{check}"
