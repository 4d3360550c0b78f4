"""NHS numbers: ten digits, the last of them a check digit."""

import re

import nhs_number

_TEN_DIGITS = re.compile(r"[0-9]{10}")
_SEPARATORS = str.maketrans("", "", " -\N{NO-BREAK SPACE}")


def normalise(text: str) -> str:
    """Return the number without spaces and hyphens; anything else stays as it is."""
    return text.translate(_SEPARATORS)


def valid(text: str) -> bool:
    """Tell whether a number, spaces and hyphens apart, is ten digits with the right check digit.

    Source: NHS Data Dictionary, NHS NUMBER: modulus 11.
    """
    number = normalise(text)
    return bool(_TEN_DIGITS.fullmatch(number)) and bool(nhs_number.is_valid(number))


def check_digit(digits: str) -> int | None:
    """Return the check digit of nine digits; None where no number begins with them.

    Source: NHS Data Dictionary, NHS NUMBER: modulus 11.
    """
    rest = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True))
    check = -rest % 11
    return check if check < 10 else None


def mask(number: str) -> str:
    """Return a number with only the first three and last two digits to be seen."""
    if not _TEN_DIGITS.fullmatch(number):
        return "not valid" if number else "not known"
    return f"{number[:3]} ••• ••{number[-2:]}"


def spaced(number: str) -> str:
    """Return a number as it is printed: three, three and four digits."""
    return f"{number[:3]} {number[3:6]} {number[6:]}"


def for_testing(number: str) -> bool:
    """Tell whether a number is from the range 999 that is never given to a person."""
    return normalise(number).startswith("999")
