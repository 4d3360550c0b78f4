"""When what somebody has is looked at again: is it still needed?

Source: the Data Security and Protection Toolkit asks for regular reviews of access and names no
figure; a year for standing roles, a quarter for admissions case by case, and 90 days without a
sign-in are our own rule.
"""

import datetime
from enum import StrEnum

UNUSED_AFTER = datetime.timedelta(days=90)


class Kind(StrEnum):
    """What is looked at: a standing role, or all admissions of a person in one role."""

    ROLE = "role"
    ADMISSIONS = "admissions"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Return code and label of each kind."""
        return [
            (cls.ROLE.value, "Standing role"),
            (cls.ADMISSIONS.value, "Admitted case by case"),
        ]


EVERY = {
    Kind.ROLE: datetime.timedelta(days=365),
    Kind.ADMISSIONS: datetime.timedelta(days=91),
}


def due_on(
    kind: Kind, given_on: datetime.date, confirmed_on: datetime.date | None
) -> datetime.date:
    """Return the day by which somebody else says again whether it is still needed."""
    return (confirmed_on or given_on) + EVERY[kind]


def unused(last_sign_in: datetime.datetime | None, now: datetime.datetime) -> bool:
    """Say whether somebody has not signed in for so long that what they have is not used."""
    return last_sign_in is None or now - last_sign_in >= UNUSED_AFTER


def share(part: int, whole: int) -> str:
    """Return how many of how many in words, for coverage; nothing of nobody."""
    return f"{part} of {whole} ({100 * part // whole} in a hundred)" if whole else "Nobody"
