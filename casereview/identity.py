"""What is worked out from a child's or a parent's identity when it is saved."""

import re
import unicodedata
from datetime import date

from casereview import audit
from casereview.models import Case, Child, Person
from casereview.rules import ages, nhs_numbers


def nhs_number_index(number: str | None) -> bytes | None:
    """Return the blind index of an NHS number; none without a number."""
    return audit.blind_index("nhs number", nhs_numbers.normalise(number)) if number else None


def _plain(text: str | None) -> str:
    """Return letters and digits only, without accents or case, so that spelling of space differs
    not."""
    decomposed = unicodedata.normalize("NFKD", (text or "").casefold())
    return re.sub(r"[^a-z0-9]+", "", decomposed)


def name_and_birth_index(family: str | None, given: str | None, born: date | None) -> bytes | None:
    """Return the blind index of a full name and birth date; none while one of them is missing."""
    if not (_plain(family) and _plain(given) and born):
        return None
    return audit.blind_index(
        "name and birth", f"{_plain(family)}|{_plain(given)}|{born.isoformat()}"
    )


def address_index(address: str | None, postcode: str | None) -> bytes | None:
    """Return the blind index of a dwelling: the address's first line and the postcode."""
    first = (address or "").replace(",", "\n").strip().split("\n")[0]
    if not (_plain(first) and _plain(postcode)):
        return None
    return audit.blind_index("address", f"{_plain(first)}|{_plain(postcode)}")


def work_out_child(child: Child, case: Case) -> None:
    """Fill a child's blind indexes, age in days and age band from what was typed.

    An age that was said, where no birth date is known, stays as it was said.
    """
    child.nhs_number_index = nhs_number_index(child.nhs_number)
    child.address_index = address_index(child.address, child.postcode)
    if child.born_on is None:
        return
    child.age_days, child.age_band = None, ""
    if case.died_on and child.born_on <= case.died_on:
        child.age_days = ages.age_days(child.born_on, case.died_on)
        child.age_band = ages.age_band(child.born_on, case.died_on) or ""


def work_out_person(person: Person) -> None:
    """Fill a person's blind indexes from what was typed."""
    person.nhs_number_index = nhs_number_index(person.nhs_number)
    person.name_and_birth_index = name_and_birth_index(
        person.family_name, person.given_names, person.born_on
    )
    person.address_index = address_index(person.address, person.postcode)
