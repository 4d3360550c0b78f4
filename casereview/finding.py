"""Finding a case by reference, NHS number or name, among those the reader may see."""

import re
import unicodedata
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from casereview import access, keys
from casereview.identity import nhs_number_index
from casereview.models import Case, Child
from casereview.rules import nhs_numbers

# Names are opened one by one and compared in memory; more than this would keep a reader waiting.
MOST_NAMES = 3_000
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


def _known_by_name(user) -> QuerySet[Case]:
    """Return the cases whose child `user` may know by name; a panel reads its cases without."""
    return access.visible_to(user).filter(
        Q(pk__in=access.visible_to(user, "view_identity").values("pk"))
        | Q(pk__in=access.visible_to(user, "view_scr_identity").values("pk"))
    )


def _by_name(user, text: str) -> Found:
    from rapidfuzz import fuzz

    visible = _known_by_name(user)
    children = list(
        Child.objects.filter(case__in=visible.values("pk"))
        .order_by("-case__notified_on", "case")
        .only("id", "case_id", "family_name", "given_names")[: MOST_NAMES + 1]
    )
    wanted = _plain(text)
    keys.prefetch("case", (child.case_id for child in children))
    scores = {}
    for child in children[:MOST_NAMES]:
        family = _plain(child.family_name)
        given = _plain(child.given_names)
        score = max(
            fuzz.ratio(wanted, family),
            fuzz.token_sort_ratio(wanted, f"{given} {family}"),
            100.0 if len(wanted) >= 3 and family.startswith(wanted) else 0.0,
        )
        if family and score >= NEAR_ENOUGH:
            scores[child.case_id] = score
    best = sorted(scores, key=lambda key: -scores[key])[:MOST_FOUND]
    found = {
        case.pk: case for case in visible.filter(pk__in=best).select_related("child", "merged_into")
    }
    return Found(
        "name",
        _readable(visible, [found[key] for key in best if key in found]),
        looked_at_all=len(children) <= MOST_NAMES,
    )


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


def _plain(text: str | None) -> str:
    decomposed = unicodedata.normalize("NFKD", (text or "").casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", letters))
