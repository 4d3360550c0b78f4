"""How well and how fast a registrar's list is matched, on a set harder than a real one.

Corruption is twice that of an ordinary list, and there are many twins: both notified, one of
two, neither. Of twins the notification says so, as the form asks; with `--births-unknown` it does
not, and a nameless twin cannot be told from the other one.

    python -m benchmarks.list_matching --deaths 2000 [--seed 1] [--json]
"""

import argparse
import json
import random
import resource
import string
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from cdop.rules.list_matching import Band, ListedDeath, Matched, NotifiedDeath, match_list

CERTAIN_RECALL = 0.92
REVIEWED_RECALL = 0.99
SECONDS = 10.0
MEGABYTES = 200

GIVEN = (
    "Ada", "Aisha", "Alfie", "Amelia", "Amina", "Arjun", "Ava", "Benjamin", "Callum", "Carys",
    "Chloe", "Daniel", "Dev", "Eleanor", "Elif", "Emma", "Ethan", "Eva", "Farah", "Fatima", "Finn",
    "Freya", "George", "Grace", "Hannah", "Hamza", "Harry", "Ibrahim", "Imran", "Isla", "Jack",
    "Jakub", "Jasmine", "Kofi", "Kwame", "Layla", "Leo", "Lily", "Maja", "Maria", "Mia", "Mohammed",
    "Noah", "Noor", "Oliver", "Olivia", "Priya", "Rania", "Rhys", "Ruby", "Samuel", "Sara", "Sean",
    "Sofia", "Thomas", "Umar", "William", "Yusuf", "Zara", "Zofia",
)  # fmt: skip
FAMILY = (
    "Adeyemi", "Ahmed", "Ali", "Baker", "Begum", "Brown", "Clarke", "Davies", "Desai", "Edwards",
    "Evans", "Fernandes", "Green", "Gill", "Hall", "Harris", "Hussain", "Iqbal", "Jackson", "Jones",
    "Kaur", "Khan", "Kowalski", "Lewis", "MacDonald", "Mahmood", "Martin", "Mensah", "Miah",
    "Moore", "Nowak", "O'Brien", "O'Neill", "Okafor", "Osman", "Patel", "Popescu", "Rahman",
    "Roberts", "Robinson", "Santos", "Scott", "Shah", "Singh", "Smith", "Taylor", "Thomas",
    "Walker", "Watson", "Williams", "Wilson", "Wright", "Yilmaz",
)  # fmt: skip
SPELLINGS = {
    "Mohammed": "Muhammad", "Aisha": "Ayesha", "Sara": "Sarah", "Sean": "Shaun",
    "Fatima": "Fatimah",
    "Sofia": "Sophia", "Zara": "Zahra", "Noor": "Nour", "Yusuf": "Yousuf", "Hannah": "Hana",
    "Hussain": "Hossain", "Clarke": "Clark", "Davies": "Davis", "Miah": "Mia", "Rahman": "Rehman",
    "MacDonald": "McDonald", "O'Brien": "OBrien", "O'Neill": "O Neil", "Thomas": "Tomas",
}  # fmt: skip
BEGIN = date(2010, 4, 1)
DAYS = 5_000


@dataclass(frozen=True)
class Set:
    """A list, what was notified, and which entry is which death; an entry left out is none."""

    listed: list[ListedDeath]
    notified: list[NotifiedDeath]
    truth: dict[str, str]


@dataclass(frozen=True)
class Measured:
    """How a set was matched; shares are of the true pairs, from 0 to 1."""

    pairs: int
    certain: int
    wrong: int
    certain_recall: float
    best_recall: float
    reviewed_recall: float
    likely: int


def hard_set(
    deaths: int, seed: int, *, corruption: float = 2.0, twins: float = 0.08, births: bool = True
) -> Set:
    """Make a set of so many deaths; `corruption` multiplies how often a list row is wrong."""
    choose = random.Random(seed)  # noqa: S311 - fiction, not secrets
    notified: list[NotifiedDeath] = []
    listed: list[ListedDeath] = []
    truth: dict[str, str] = {}
    while len(notified) < deaths:
        siblings = [_death(choose)]
        if choose.random() < twins:
            siblings.append(_twin(choose, siblings[0]))
        for death in siblings:
            number = len(notified) + len(listed)
            known, on_list = choose.random() < 0.87, choose.random() < 0.85
            reference, entry = f"N{number:06d}", f"C{number:06d}"
            if known:
                born = len(siblings) if births else None
                notified.append(replace(death, reference=reference, births=born))
            if on_list:
                listed.append(_listed(choose, death, entry, corruption))
            if known and on_list:
                truth[entry] = reference
    choose.shuffle(listed)
    return Set(listed, notified, truth)


def measured(found: list[Matched], truth: dict[str, str]) -> Measured:
    """Count what is right and wrong in each band."""
    certain = [one for one in found if one.band == Band.CERTAIN]
    right = sum(bool(one.best) and truth.get(one.entry) == one.best.reference for one in certain)
    best = sum(bool(one.best) and truth.get(one.entry) == one.best.reference for one in found)
    shown = sum(
        one.entry in truth and truth[one.entry] in {each.reference for each in one.proposals}
        for one in found
    )
    return Measured(
        pairs=len(truth),
        certain=len(certain),
        wrong=len(certain) - right,
        certain_recall=right / len(truth),
        best_recall=best / len(truth),
        reviewed_recall=shown / len(truth),
        likely=sum(one.band == Band.LIKELY for one in found),
    )


def _death(choose: random.Random) -> NotifiedDeath:
    died = BEGIN + timedelta(days=choose.randrange(DAYS))
    age = choose.randrange(28) if choose.random() < 0.4 else choose.randrange(28, 6_500)
    mother = choose.choice(FAMILY)
    family = mother if choose.random() < 0.6 else choose.choice(FAMILY)
    if choose.random() < 0.12:
        family = f"{family}-{choose.choice(FAMILY)}"
    given = choose.choice(GIVEN)
    if age < 7 and choose.random() < 0.4:
        given = choose.choice(("Baby", "Baby of", "Baby Girl", "Baby Boy"))
    elif choose.random() < 0.4:
        given += f" {choose.choice(GIVEN)}"
    return NotifiedDeath(
        reference="",
        given_names=given,
        family_name=family,
        mother_family_name=mother,
        sex=choose.choice("MF"),
        born_on=died - timedelta(days=age),
        died_on=died,
        postcode=_postcode(choose),
    )


def _postcode(choose: random.Random) -> str:
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    end = "".join(choose.choice(letters) for _ in range(2))
    return f"LE{choose.randrange(1, 20)} {choose.randrange(10)}{end}"


def _twin(choose: random.Random, first: NotifiedDeath) -> NotifiedDeath:
    """Return a child of the same birth and home, who died the same day or soon after."""
    given = first.given_names
    if not given.startswith("Baby"):
        given = choose.choice([name for name in GIVEN if name != given.split()[0]])
    later = 0 if choose.random() < 0.6 else choose.randrange(1, 20)
    died = first.died_on + timedelta(days=later) if first.died_on else None
    return replace(first, given_names=given, sex=choose.choice("MF"), died_on=died)


def _listed(
    choose: random.Random, death: NotifiedDeath, entry: str, corruption: float
) -> ListedDeath:
    """Return the row a registrar would have, with what goes wrong on the way."""

    def happens(share: float) -> bool:
        return choose.random() < share * corruption

    row = ListedDeath(
        entry=entry,
        given_names=death.given_names,
        family_name=death.family_name,
        sex=death.sex,
        born_on=death.born_on,
        died_on=death.died_on,
        postcode=death.postcode,
    )
    for share, wrong in _WRONGS:
        if happens(share):
            row = wrong(choose, row, death)
    return row


def _mistyped(choose: random.Random, text: str) -> str:
    if len(text) < 3:
        return text
    at = choose.randrange(len(text) - 1)
    kind = choose.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + choose.choice(string.ascii_lowercase) + text[at + 1 :]


def _moved(choose: random.Random, day: date | None) -> date | None:
    return day + timedelta(days=choose.choice((-1, 1))) if day else None


def _exchanged(day: date | None) -> date | None:
    return day.replace(day=day.month, month=day.day) if day and day.day <= 12 else day


def _wrong_year(choose: random.Random, day: date | None) -> date | None:
    return day.replace(year=day.year + choose.choice((-1, 1)), day=min(day.day, 28)) if day else day


def _spelt(text: str) -> str:
    return " ".join(SPELLINGS.get(word, word) for word in text.split())


def _middle_first(text: str) -> str:
    words = text.split()
    return text if words[0] == "Baby" else " ".join(reversed(words))


def _half(choose: random.Random, text: str) -> str:
    parts = text.split("-")
    if choose.random() < 0.5:
        return choose.choice(parts)
    return choose.choice("- ").join(reversed(parts))


def _unnamed(row: ListedDeath, death: NotifiedDeath) -> ListedDeath:
    age = (death.died_on - death.born_on).days if death.died_on and death.born_on else 99
    if age > 28:
        return row
    return replace(row, given_names="Baby of", family_name=death.mother_family_name)


Wrong = Callable[[random.Random, ListedDeath, NotifiedDeath], ListedDeath]
_WRONGS: tuple[tuple[float, Wrong], ...] = (
    (0.05, lambda c, row, _: replace(row, given_names=_mistyped(c, row.given_names))),
    (0.05, lambda c, row, _: replace(row, family_name=_mistyped(c, row.family_name))),
    (0.10, lambda _, row, __: replace(row, given_names=_spelt(row.given_names))),
    (0.10, lambda _, row, __: replace(row, family_name=_spelt(row.family_name))),
    (0.20, lambda c, row, _: replace(row, family_name=_half(c, row.family_name))),
    (0.06, lambda _, row, __: replace(row, given_names=_middle_first(row.given_names))),
    (0.08, lambda _, row, __: replace(row, given_names=row.given_names.split(" ")[0])),
    (0.06, lambda _, row, death: replace(row, family_name=death.mother_family_name)),
    (0.15, lambda _, row, death: _unnamed(row, death)),
    (0.03, lambda _, row, __: replace(row, born_on=_exchanged(row.born_on))),
    (0.03, lambda c, row, _: replace(row, born_on=_moved(c, row.born_on))),
    (0.01, lambda c, row, _: replace(row, born_on=_wrong_year(c, row.born_on))),
    (0.04, lambda _, row, __: replace(row, born_on=None)),
    (0.03, lambda _, row, __: replace(row, died_on=_exchanged(row.died_on))),
    (0.04, lambda c, row, _: replace(row, died_on=_moved(c, row.died_on))),
    (0.02, lambda _, row, __: replace(row, died_on=None)),
    (0.08, lambda c, row, _: replace(row, postcode=_postcode(c))),
    (0.03, lambda c, row, _: replace(row, postcode=row.postcode[:-1] + c.choice("ABDEFG"))),
    (0.06, lambda _, row, __: replace(row, postcode="")),
    (0.02, lambda _, row, __: replace(row, sex="F" if row.sex == "M" else "M")),
    (0.03, lambda _, row, __: replace(row, sex="")),
    (
        0.02,
        lambda _, row, __: replace(row, given_names=row.family_name, family_name=row.given_names),
    ),
)


def main() -> int:
    """Print the figures and return 1 past a target."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--deaths", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corruption", type=float, default=2.0)
    parser.add_argument("--births-unknown", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    made = hard_set(
        options.deaths,
        options.seed,
        corruption=options.corruption,
        births=not options.births_unknown,
    )
    began = time.process_time()
    found = match_list(made.listed, made.notified)
    seconds = time.process_time() - began
    figures = measured(found, made.truth)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    shown: dict[str, Any] = {
        "listed": len(made.listed),
        "notified": len(made.notified),
        **{name: round(value, 4) for name, value in vars(figures).items()},
        "seconds": round(seconds, 2),
        "peak_megabytes": peak,
    }
    past = []
    if figures.wrong:
        past.append("a wrong match in the certain band")
    if figures.certain_recall < CERTAIN_RECALL:
        past.append(f"fewer than {CERTAIN_RECALL} found in the certain band")
    if figures.reviewed_recall < REVIEWED_RECALL:
        past.append(f"fewer than {REVIEWED_RECALL} found with a person's review")
    if seconds > SECONDS:
        past.append(f"more than {SECONDS} s")
    if peak > MEGABYTES:
        past.append(f"more than {MEGABYTES} MB")
    shown["past_target"] = past
    if options.json:
        print(json.dumps(shown))
    else:
        for name, value in shown.items():
            print(f"{name.replace('_', ' ')}: {value}")
    return 1 if past else 0


if __name__ == "__main__":
    sys.exit(main())
