"""Which contradictions between agencies wait to be settled, for one case or for many."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from cdop.models import AgencyAnswer, Contradiction
from cdop.rules.contradictions import SAYS_NOTHING, Given, Settled, contradictions, still_open

# What an agency says of its own record and its own work; another's answer does not contradict it.
OF_THE_AGENCY = frozenset({"F01", "F02", "F03", "F04", "F05", "no_record"})
OWN_SECTION = "A"


@dataclass(frozen=True)
class Differing:
    """One question about one person that agencies answer differently."""

    question: str
    about: Any  # the key of a person of the family; None for the child
    codes: tuple[str, ...]
    waiting: bool
    settled: Contradiction | None = None


def in_answers(
    answers: Iterable[AgencyAnswer], settled: Iterable[Contradiction]
) -> list[Differing]:
    """Return where answers of one case differ: those that wait first, each lot by question.

    Of an agency that answered a question twice, the later answer is compared.
    """
    latest: dict[Any, AgencyAnswer] = {}
    for one in sorted(answers, key=lambda one: one.said_at):
        if one.handed_in_at and one.section != OWN_SECTION and one.question not in OF_THE_AGENCY:
            latest[one.question, one.about_id, one.agency_id] = one
    given: dict[Any, list[Given]] = {}
    for one in latest.values():
        if one.handed_in_at is not None:
            given.setdefault((one.question, one.about_id), []).append(
                Given(one.question, one.about_id, one.code, one.handed_in_at)
            )
    rows: dict[Any, Contradiction] = {(one.question, one.about_id): one for one in settled}
    everything = [one for several in given.values() for one in several]
    found = []
    for key, codes in contradictions(everything).items():
        row = rows.get(key)
        at = Settled(row.settled_code, row.settled_at) if row and row.settled_at else None
        found.append(Differing(key[0], key[1], codes, still_open(given[key], at), row))
    return sorted(found, key=lambda one: (not one.waiting, one.question, str(one.about)))


def of_case(case) -> list[Differing]:
    """Return where the answers of a case differ."""
    return in_answers(_handed_in([case.pk]), Contradiction.objects.filter(case=case))


def waiting_in(cases: Collection[Any] | Any) -> dict[Any, int]:
    """Return how many contradictions wait, by the key of the case, in at most three queries.

    `cases` are keys, or a queryset of them.
    """
    differing = (
        AgencyAnswer.objects.filter(case__in=cases, handed_in_at__isnull=False)
        .exclude(code__in=SAYS_NOTHING)
        .exclude(section=OWN_SECTION)
        .exclude(question__in=OF_THE_AGENCY)
        .order_by()
        .values("case", "question", "about")
        .annotate(codes=Count("code", distinct=True))
        .filter(codes__gt=1)
    )
    keys = {row["case"] for row in differing}
    if not keys:
        return {}
    answers: dict[Any, list[AgencyAnswer]] = {}
    for answer in _handed_in(keys):
        answers.setdefault(answer.case_id, []).append(answer)
    settled: dict[Any, list[Contradiction]] = {}
    for row in Contradiction.objects.filter(case__in=keys):
        settled.setdefault(row.case_id, []).append(row)
    counts = {
        key: sum(one.waiting for one in in_answers(answers[key], settled.get(key, ())))
        for key in answers
    }
    return {key: count for key, count in counts.items() if count}


def _handed_in(cases: Collection[Any]) -> Iterable[AgencyAnswer]:
    return AgencyAnswer.objects.filter(case__in=cases, handed_in_at__isnull=False).defer(
        "text", "said_by", "source_of_fact"
    )
