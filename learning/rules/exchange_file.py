"""The file in which one area gives its themes and learning to another: its shape, and reading it.

A bundle is one JSON document, written in one way only, so that a single changed byte is seen:
docs/exchange.md says what each field means. Whether the signature holds is asked elsewhere.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from casereview.rules.text import UnacceptableText, normalise_text
from learning.rules.plain_signs import signs_in
from learning.rules.pooling import Between

FORMAT, VERSION = "casereview-learning-exchange", 1
LARGEST_BYTES = 1_000_000
MOST_THEMES, MOST_STATEMENTS = 200, 200
LONGEST_NAME, LONGEST_STATEMENT = 200, 4_000
FIRST_YEAR, LAST_YEAR = 1990, 2100
MOST_YEARS = 10
MOST_REVIEWS = 1_000_000
NO_BUNDLE = "This is not a bundle of learning. Choose the file as it was sent"
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_KEY, _SIGNATURE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{128}")


class BadBundle(ValueError):
    """The file is no bundle that can be taken in; says why and what to do, and quotes nothing."""


@dataclass(frozen=True)
class ThemeCount:
    """How many reviews of an area carry a theme of its list."""

    code: str
    name: str
    review_themes: tuple[str, ...]
    reviews: Between


@dataclass(frozen=True)
class Told:
    """One thing learned, as it is told to others; `year` is that in which it was learned."""

    theme: str
    statement: str
    why_it_matters: str
    year: int


@dataclass(frozen=True)
class Bundle:
    """What an area gives: who it is, over which years, its reviews by theme, and what it learned.

    Years are named by the 31 March they end on. Of the reviews by theme, numbers below
    `threshold` are only told to be so.
    """

    area_code: str
    area_name: str
    first_year: int
    last_year: int
    edition: int
    made_in: int
    threshold: int
    reviews: Between
    themes: tuple[ThemeCount, ...]
    learning: tuple[Told, ...]


@dataclass(frozen=True)
class Signed:
    """A bundle as it was read, with whose it says it is."""

    bundle: Bundle
    public_key: str
    signature: str
    digest: str


def message(bundle: Bundle) -> bytes:
    """Return what is signed."""
    plain = json.dumps(content(bundle), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{FORMAT}\n{VERSION}\n{plain}".encode()


def written(bundle: Bundle, public_key: str, signature: str) -> str:
    """Return the file: the one way in which this bundle is written."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "content": content(bundle),
        "public_key": public_key,
        "signature": signature,
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1)


def digest(text: str) -> str:
    """Return the digest of a file."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def fingerprint(public_key: str) -> str:
    """Return what two people read to each other: eight groups of four of the digest of a key."""
    found = hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:32].upper()
    return " ".join(found[place : place + 4] for place in range(0, 32, 4))


def content(bundle: Bundle) -> dict[str, Any]:
    """Return the part of the document that is signed."""
    return {
        "area": {"code": bundle.area_code, "name": bundle.area_name},
        "edition": bundle.edition,
        "learning": [
            {
                "statement": one.statement,
                "theme": one.theme,
                "why_it_matters": one.why_it_matters,
                "year": one.year,
            }
            for one in bundle.learning
        ],
        "made_in": bundle.made_in,
        "period": {"first_year": bundle.first_year, "last_year": bundle.last_year},
        "reviews": _range(bundle.reviews),
        "themes": [
            {
                "code": one.code,
                "name": one.name,
                "review_themes": list(one.review_themes),
                "reviews": _range(one.reviews),
            }
            for one in bundle.themes
        ],
        "threshold": bundle.threshold,
    }


def read(data: bytes) -> Signed:
    """Return what a file says, whoever signed it.

    Raises:
        BadBundle: it is too large, no such file, of a version that is not known, says something
            impossible or something that tells who somebody is, or was changed since it was made.
    """
    if len(data) > LARGEST_BYTES:
        raise BadBundle("The file is larger than 1 MB: no bundle is. Ask for it again")
    try:
        text = data.decode("utf-8")
        document = json.loads(
            text, object_pairs_hook=_once, parse_float=_no_number, parse_constant=_no_number
        )
    except (ValueError, RecursionError):
        raise BadBundle(NO_BUNDLE) from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadBundle(NO_BUNDLE)
    if type(document.get("version")) is not int or document["version"] != VERSION:
        raise BadBundle(
            "The bundle is of a version that is not known here. Bring this software up to date, or "
            "ask for a bundle of version 1"
        )
    fields = _object(document, "format", "version", "content", "public_key", "signature")
    key = _matching(fields["public_key"], _KEY, "public key")
    signature = _matching(fields["signature"], _SIGNATURE, "signature")
    bundle = _bundle(fields["content"])
    if written(bundle, key, signature) != text:
        raise BadBundle(
            "The file is not as it was made: something changed it on the way. Ask for it again"
        )
    return Signed(bundle, key, signature, digest(text))


def checked(bundle: Bundle) -> Bundle:
    """Return a bundle that others will be able to take in.

    Raises:
        BadBundle: they will not.
    """
    return _bundle(content(bundle))


def _bundle(found: Any) -> Bundle:
    fields = _object(
        found,
        "area",
        "edition",
        "learning",
        "made_in",
        "period",
        "reviews",
        "themes",
        "threshold",
    )
    area = _object(fields["area"], "code", "name")
    period = _object(fields["period"], "first_year", "last_year")
    first = _number(period["first_year"], FIRST_YEAR, LAST_YEAR, "first year")
    last = _number(period["last_year"], first, LAST_YEAR, "last year")
    if last - first >= MOST_YEARS:
        raise BadBundle(f"The bundle is about more than {MOST_YEARS} years, which none is")
    reviews = _between(fields["reviews"], MOST_REVIEWS)
    themes = tuple(_theme(one, reviews) for one in _list(fields["themes"], MOST_THEMES, "themes"))
    codes = [one.code for one in themes]
    if len(set(codes)) != len(codes):
        raise BadBundle("The bundle counts a theme twice. Ask for it again")
    learning = tuple(
        _told(one, set(codes), first, last)
        for one in _list(fields["learning"], MOST_STATEMENTS, "statements")
    )
    return Bundle(
        area_code=_matching(area["code"], _CODE, "code of the area"),
        area_name=_text(area["name"], LONGEST_NAME, "name of the area", line=True),
        first_year=first,
        last_year=last,
        edition=_number(fields["edition"], 1, 1_000_000, "edition"),
        made_in=_number(fields["made_in"], FIRST_YEAR, LAST_YEAR, "year it was made in"),
        threshold=_number(fields["threshold"], 3, 20, "threshold"),
        reviews=reviews,
        themes=themes,
        learning=learning,
    )


def _theme(found: Any, of: Between) -> ThemeCount:
    fields = _object(found, "code", "name", "review_themes", "reviews")
    codes = _list(fields["review_themes"], 50, "themes of reviews")
    return ThemeCount(
        code=_matching(fields["code"], _CODE, "code of a theme"),
        name=_text(fields["name"], LONGEST_NAME, "name of a theme", line=True),
        review_themes=tuple(_matching(one, _CODE, "code of a theme") for one in codes),
        reviews=_between(fields["reviews"], of.high),
    )


def _told(found: Any, codes: set[str], first: int, last: int) -> Told:
    fields = _object(found, "statement", "theme", "why_it_matters", "year")
    theme = _matching(fields["theme"], _CODE, "code of a theme")
    if theme not in codes:
        raise BadBundle("A statement has a theme that the bundle does not count. Ask for it again")
    told = Told(
        theme=theme,
        statement=_text(fields["statement"], LONGEST_STATEMENT, "text of a statement"),
        why_it_matters=_text(
            fields["why_it_matters"], LONGEST_STATEMENT, "text of a statement", blank=True
        ),
        year=_number(fields["year"], first, last, "year of a statement"),
    )
    if signs_in(told.statement) or signs_in(told.why_it_matters):
        raise BadBundle(
            "A statement holds a day, a number, a postcode or an address that may tell who "
            "somebody is. Tell the area, and do not pass the file on"
        )
    return told


def _between(found: Any, most: int) -> Between:
    fields = _object(found, "at_least", "at_most")
    low = _number(fields["at_least"], 0, most, "number of reviews")
    return Between(low, _number(fields["at_most"], low, most, "number of reviews"))


def _range(between: Between) -> dict[str, int]:
    return {"at_least": between.low, "at_most": between.high}


def _object(found: Any, *names: str) -> dict[str, Any]:
    if not isinstance(found, dict) or set(found) != set(names):
        raise BadBundle("The bundle lacks a field or has one too many. Ask for it again")
    return found


def _list(found: Any, most: int, what: str) -> list[Any]:
    if not isinstance(found, list) or len(found) > most:
        raise BadBundle(f"The bundle has no list of {what}, or more than {most}. Ask for it again")
    return found


def _number(found: Any, least: int, most: int, what: str) -> int:
    if type(found) is not int or not least <= found <= most:
        raise BadBundle(f"The bundle says an impossible {what}. Ask for it again")
    return found


def _matching(found: Any, shape: re.Pattern[str], what: str) -> str:
    if not isinstance(found, str) or not shape.fullmatch(found):
        raise BadBundle(f"The bundle says an impossible {what}. Ask for it again")
    return found


def _text(found: Any, longest: int, what: str, *, line: bool = False, blank: bool = False) -> str:
    try:
        fine = isinstance(found, str) and normalise_text(found) == found and len(found) <= longest
    except UnacceptableText:
        fine = False
    if not fine or (not found and not blank) or (line and ("\n" in found or "\t" in found)):
        raise BadBundle(f"The bundle holds a {what} that cannot be shown. Ask for it again")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands twice")
    return found


def _no_number(found: str) -> Any:
    raise ValueError("not a whole number")
