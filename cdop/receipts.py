"""The signed receipt of a notification from outside, which the notifier can keep and show."""

import datetime
import json
import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone

from casereview import crypto, keys, pdf
from casereview.pdf import Block, Fact, Heading, Words
from casereview.rules.working_days import written
from casereview.social_care import for_area, of_all_areas

# Without letters and digits that are taken for one another.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DIGEST, _SIGNATURE = 16, 24  # hexadecimal digits


def new_code() -> str:
    """Return a receipt number that cannot be guessed: 80 bits, in groups of four."""
    return in_groups("".join(secrets.choice(_LETTERS) for _ in range(16)))


def digest_of(content: Mapping[str, Any]) -> str:
    """Return a keyed digest of what was sent; the same words give the same digest."""
    said = json.dumps(content, sort_keys=True, ensure_ascii=True).encode()
    return keys.ring().mac("intake content", said).hex()[:_DIGEST]


def check_number(code: str, received_at: datetime.datetime, digest: str) -> str:
    """Return what proves a receipt: the digest of the content, and a code over all three."""
    return in_groups((digest + _signature(code, received_at, digest)).upper())


def genuine(code: str, received_at: datetime.datetime, given: str) -> bool:
    """Say whether a check number belongs to this receipt and this time."""
    plain = plainly(given).lower()
    if len(plain) != _DIGEST + _SIGNATURE or not plain.isascii():
        return False
    digest, signature = plain[:_DIGEST], plain[_DIGEST:]
    return crypto.same(_signature(code, received_at, digest).encode(), signature.encode())


def paper(code: str, received_at: datetime.datetime, check: str) -> bytes:
    """Return a receipt as PDF; it holds its two numbers and its time, and nothing of a child."""
    at = timezone.localtime(received_at)
    return pdf.draw(
        [
            *_not_here(),
            Heading("Notification received"),
            Words("The manager of the Child Death Overview Panel has been told that it waits."),
            Fact("Received", f"{written(at.date())}, {at:%H:%M}"),
            Fact("Receipt number", code),
            Fact("Check number", check),
            Words(
                "The check number is bound to this time and to the very answers that were sent. "
                "Anybody who has both numbers can check the receipt on the page on which deaths "
                "are notified; that shows nothing of what was sent."
            ),
        ],
        title="Notification received",
        footer=f"Receipt {code}",
    )


def _not_here() -> list[Block]:
    """What the paper says first: it does not report a child at risk, and when it is read."""
    care = [one for one in (*of_all_areas(), for_area()) if one.telephone]
    return [
        Heading("If a child is at risk now, this is not the way to report it", 2),
        Words("In an emergency, call 999."),
        Words(
            "If you are worried about a child, telephone children’s social care"
            + (":" if care else ". The number is on the website of the council where the child is.")
        ),
        *(Fact(f"In {one.area}" if one.area else "Anywhere else", one.telephone) for one in care),
        Words(f"What is sent to the panel is read {settings.NOTIFICATIONS_READ}."),
    ]


def plainly(number: str) -> str:
    """Return a number as it was typed, without spaces and dashes, in capitals."""
    return "".join(number.replace("-", " ").split()).upper()


def in_groups(number: str) -> str:
    """Return a number in groups of four, as it is printed."""
    return "-".join(number[start : start + 4] for start in range(0, len(number), 4))


def _signature(code: str, received_at: datetime.datetime, digest: str) -> str:
    at = received_at.astimezone(datetime.UTC).isoformat(timespec="seconds")
    signed = keys.ring().mac("intake receipt", code.encode(), at.encode(), digest.encode())
    return signed.hex()[:_SIGNATURE]
