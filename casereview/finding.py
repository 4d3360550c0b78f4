"""Finding a case by reference, NHS number or name, among those the reader may see."""

import re
import unicodedata
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from casereview import access, crypto, keys
from casereview.identity import nhs_number_index
from casereview.models import Case, Child
from casereview.rules import nhs_numbers

# Names are opened one by one and compared in memory; more than this would keep a reader waiting.
MOST_NAMES = 10_000
MOST_FOUND = 25
NEAR_ENOUGH = 82.0
_REFERENCE = re.compile(r"(CD|SC)[\s/-]*([0-9]{4})[\s/-]*([0-9]{1,6})", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """The cases found, what they were found by, and whether all there are were looked at."""

    by: str
    cases: list[Case]
    looked_at_all: bool = True


def find(user, text: str) -> Found:
    """Return the cases that `user` may see and that fit what was typed, best first.

    By name or number only a case is found whose child the reader may know by name.
    A merged case stands for the one it was merged into.
    """
    if typed := _REFERENCE.fullmatch(text.strip()):
        kind, year, number = typed.groups()
        exact = f"{kind.upper()}-{year}-{int(number):04d}"
        cases = access.visible_to(user).select_related("child", "merged_into")
        return Found("reference", _readable(cases, list(cases.filter(reference=exact))))
    if nhs_numbers.valid(text):
        index = nhs_number_index(text)
        known = _known_by_name(user).select_related("child", "merged_into")
        found = known.filter(child__nhs_number_index=index)[:MOST_FOUND]
        return Found("nhs_number", _readable(known, list(found)))
    return _by_name(user, text)


def knows_names(user) -> bool:
    """Say whether there is a case whose child `user` may know by name."""
    return _known_by_name(user).exists()


def _known_by_name(user) -> QuerySet[Case]:
    """Return the cases whose child `user` may know by name; a panel reads its cases without."""
    return access.visible_to(user).filter(
        Q(pk__in=access.visible_to(user, "view_identity").values("pk"))
        | Q(pk__in=access.visible_to(user, "view_scr_identity").values("pk"))
    )


def _by_name(user, text: str) -> Found:
    visible = _known_by_name(user)
    named, looked_at_all = _names(visible)
    best = _nearest(_plain(text), named)
    found = {
        case.pk: case for case in visible.filter(pk__in=best).select_related("child", "merged_into")
    }
    in_order = [found[key] for key in best if key in found]
    return Found("name", _readable(visible, in_order), looked_at_all)


def _names(visible: QuerySet[Case]) -> tuple[list[tuple[uuid.UUID, str, str]], bool]:
    """Return each case with its child's names, ready to compare, and whether these are all.

    Only the two columns are opened, without a model's object for each: a reader waits for this.
    """
    rows: list[Any] = list(
        Child.objects.filter(case__in=visible.values("pk"))
        .order_by("-case__notified_on", "case")
        .values_list("id", "case_id", "family_name", "given_names")[: MOST_NAMES + 1]
    )
    looked_at = rows[:MOST_NAMES]
    keys.prefetch("case", (case for _, case, _, _ in looked_at))
    columns = [
        crypto.column_of(Child._meta.label_lower, name) for name in ("family_name", "given_names")
    ]
    named: list[tuple[uuid.UUID, str, str]] = []
    for child, case, *names in looked_at:
        openers: dict = {}
        plain: list[str] = []
        for column, sealed in zip(columns, names, strict=True):
            if sealed is None:
                plain.append("")
                continue
            epoch = crypto.epoch_of(sealed.blob)
            if epoch not in openers:
                openers[epoch] = crypto.opener(keys.opening_key("case", case, epoch))
            plain.append(_plain(openers[epoch](column + child.bytes, sealed.blob).decode()))
        named.append((case, plain[0], plain[1]))
    return named, len(rows) <= MOST_NAMES


def _nearest(wanted: str, named: list[tuple[uuid.UUID, str, str]]) -> list[uuid.UUID]:
    """Return the cases whose names come near what was typed, the nearest first."""
    from rapidfuzz import fuzz

    scores = {}
    in_order = " ".join(sorted(wanted.split()))
    for case, family, given in named:
        score = max(
            fuzz.ratio(wanted, family, score_cutoff=NEAR_ENOUGH),
            fuzz.ratio(
                in_order,
                " ".join(sorted(f"{given} {family}".split())),
                score_cutoff=NEAR_ENOUGH,
            ),
            100.0 if len(wanted) >= 3 and family.startswith(wanted) else 0.0,
        )
        if family and score >= NEAR_ENOUGH:
            scores[case] = score
    return sorted(scores, key=lambda key: -scores[key])[:MOST_FOUND]


def _readable(open_to_reader: QuerySet[Case], cases: list[Case]) -> list[Case]:
    """Put the case that each was merged into in its place, or nothing where it is not open."""
    into = {case.merged_into_id for case in cases if case.merged_into_id}
    merged_into = open_to_reader.filter(pk__in=into).select_related("child") if into else ()
    targets = {case.pk: case for case in merged_into}
    found: dict = {}
    for case in cases:
        target = targets.get(case.merged_into_id) if case.merged_into_id else case
        if target is not None:
            found.setdefault(target.pk, target)
    return list(found.values())


# What stands between the words of a name, where all its letters are plain.
_BETWEEN = str.maketrans({chr(one): " " for one in range(128) if not re.match(r"\w", chr(one))})


def _plain(text: str | None) -> str:
    text = (text or "").casefold()
    if text.isascii():
        return " ".join(text.translate(_BETWEEN).split())
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", letters))
