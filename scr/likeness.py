"""Which cases under review are like one another, and why: of those alone a reader may open."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casereview import codes, keys
from casereview.models import Child
from casereview.rules.ages import age_band
from casereview.rules.similarity import Shared
from scr.criteria_files import UnknownFramework, framework_named
from scr.models import CaseUnderReview, CriterionAnswer, Referral
from scr.review_codes import code_list
from scr.rules.composites import UnderReview, like_reviews

FEATURES = {
    "age": "Age",
    "event": "What happened",
    "injury": "Injuries",
    "setting": "Setting",
    "factors": "Factors",
}
_EVENTS = {"death": "The child died", "serious_harm": "The child was seriously harmed"}
# They say of every case in scope the same, or are said by another feature.
_NOT_COMPARED = ("under_18_at_event", "event", "event_in_area")
_SAYS_LITTLE = ("no", "not_known")


@dataclass(frozen=True)
class LikeReview:
    """A review that is like another, and what both share, in words that name nobody."""

    review: CaseUnderReview
    why: tuple[str, ...]


def like(review: CaseUnderReview, others: Iterable[CaseUnderReview]) -> list[LikeReview]:
    """Return the others that are like a review, the likest first, with why."""
    rows = {one.pk: one for one in others if one.case_id != review.case_id}
    described = described_by_codes([review, *rows.values()])
    found = like_reviews(described[review.pk], {key: described[key] for key in rows})
    return [LikeReview(rows[each.key], tuple(map(words, each.why))) for each in found]


def described_by_codes(reviews: Iterable[CaseUnderReview]) -> dict[uuid.UUID, UnderReview]:
    """Return what of reviews is compared, by key, in a constant number of queries."""
    rows = list(reviews)
    cases = [one.case_id for one in rows]
    keys.prefetch("case", cases)
    children = {one.case_id: one for one in Child.objects.filter(case__in=cases)}
    referrals: dict[uuid.UUID, Referral] = {}
    for one in Referral.objects.filter(case__in=cases).order_by("referred_on"):
        referrals[one.case_id] = one
    answers = _answers(cases)
    listed = code_list("case_features")
    found = {}
    for review in rows:
        groups: Mapping[str, set[str]] = defaultdict(set)
        for code in review.features or []:
            known = listed.get(code)
            if known is not None:
                groups[known.extra["group"]].add(code)
        referral = referrals.get(review.case_id)
        factors = {*groups["factor"], *answers.get(review.case_id, ())}
        if referral is not None and referral.looked_after == "Y":
            factors.add("looked_after")
        found[review.pk] = UnderReview(
            age=_age(children.get(review.case_id), referral),
            event=review.case.kind,
            injuries=frozenset(groups["injury"]),
            settings=frozenset(groups["setting"]),
            factors=frozenset(factors),
        )
    return found


def _age(child: Child | None, referral: Referral | None) -> str:
    """The age band at the event; at death where it is worked out already."""
    if child is None:
        return ""
    if child.age_band:
        return child.age_band
    happened = referral.event_on if referral else None
    if not child.born_on or happened is None or happened < child.born_on:
        return ""
    return age_band(child.born_on, happened) or ""


def _answers(cases: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[str]]:
    """The latest answer of each case to each question of the criteria, where it says something."""
    latest: dict[tuple[uuid.UUID, str], tuple[str, str]] = {}
    rows = CriterionAnswer.objects.filter(case__in=list(cases)).order_by("entered_at", "pk")
    for case, question, value, framework in rows.values_list(
        "case", "question", "value", "assessment__framework"
    ):
        latest[case, question] = (value, framework)
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    for (case, question), (value, framework) in latest.items():
        if question not in _NOT_COMPARED and value not in _SAYS_LITTLE:
            found[case].add(f"{framework}:{question}:{value}")
    return found


def words(shared: Shared) -> str:
    """Return what cases share in a feature, in words."""
    said = ", ".join(_word(shared.feature, code) for code in shared.codes)
    return f"{FEATURES[shared.feature]}: {said}"


def _word(feature: str, code: str) -> str:
    if feature == "age":
        return dict(codes.age_bands()).get(code, code)
    if feature == "event":
        return _EVENTS.get(code, code)
    if code == "looked_after":
        return "looked after by the local authority"
    if code.count(":") == 2:
        framework, question, value = code.split(":")
        return f"{_question(framework, question)} {value.replace('_', ' ')}"
    return code_list("case_features").label(code)


def _question(framework: str, question: str) -> str:
    try:
        asked = framework_named(framework).questions
    except UnknownFramework:
        return question.replace("_", " ")
    return next((one.text for one in asked if one.id == question), question.replace("_", " "))
