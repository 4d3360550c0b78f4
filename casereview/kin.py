"""Cases that stand or fall together at the door: one death notified twice, and one family.

A case and those merged into it are one death. Cases linked as one family, and children of one
birth, are different deaths that the same people have an interest in.
"""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from casereview.models import Case, CaseMatch, Incident, Interest
from casereview.prepared import Prepared

MOST_ROUNDS = 20


def death_of(case: Case) -> uuid.UUID:
    """Return the key of the case that stands for this death."""
    return case.merged_into_id or case.pk


def of_deaths(deaths: Iterable[uuid.UUID]) -> Q:
    """Return the condition on cases that they are of one of these deaths."""
    keys = list(deaths)
    return Q(pk__in=keys) | Q(merged_into__in=keys)


def one_death(case: Case) -> QuerySet[Case]:
    """Return a case with those merged with it."""
    return Case.objects.filter(of_deaths([death_of(case)]))


def is_sealed(case: Case) -> bool:
    """Say whether a case is sealed, itself or through one that is the same death."""
    return case.sealed or one_death(case).filter(sealed=True).exists()


def families(deaths: Iterable[uuid.UUID]) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """Return the family of each death, itself included: one query for each step of kinship."""
    asked = frozenset(deaths)
    family = {death: {death} for death in asked}
    new = asked
    for _ in range(MOST_ROUNDS):
        if not new:
            break
        edges, known = _edges(deaths=list(new)), frozenset(family)
        for one, other in edges:
            joined = family.get(one, {one}) | family.get(other, {other})
            for death in joined:
                family[death] = joined
        new = frozenset(family) - known
    return {death: frozenset(family[death]) for death in asked}


def with_family(deaths: Iterable[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Return the deaths with every death of their families."""
    return frozenset(key for family in families(deaths).values() for key in family)


@Prepared
def _edges(deaths: list[uuid.UUID]) -> QuerySet:
    """Return what links these deaths: to another, or to the birth they have in common."""
    mine = Case.objects.filter(of_deaths(deaths)).values("pk")
    births = Incident.objects.filter(
        Q(pk__in=deaths) | Q(pk__in=Case.objects.filter(pk__in=mine).values("incident")),
        kind=Incident.Kind.BIRTH,
    )
    matches = CaseMatch.objects.filter(
        Q(case__in=mine) | Q(other_case__in=mine),
        kind=CaseMatch.Kind.FAMILY,
        decision=CaseMatch.Decision.LINKED,
    ).values_list(
        Coalesce("case__merged_into", "case"), Coalesce("other_case__merged_into", "other_case")
    )
    born = Case.objects.filter(incident__in=births.values("pk")).values_list(
        Coalesce("merged_into", "pk"), "incident"
    )
    return matches.union(born)


def family_of(case: Case) -> QuerySet[Case]:
    """Return the other deaths of the family of a case, each as the case that stands for it."""
    death = death_of(case)
    return Case.objects.filter(pk__in=with_family([death]) - {death})


def kept_from(cases: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Return, for each case, the keys of the people and agencies that have withdrawn from it.

    A withdrawal from one death with it, or from a death of its family, counts.
    """
    deaths = dict(
        Case.objects.filter(pk__in=list(cases)).values_list("pk", Coalesce("merged_into", "pk"))
    )
    found = families(deaths.values())
    rows = Interest.objects.filter(
        case__in=Case.objects.filter(
            of_deaths({key for family in found.values() for key in family})
        ).values("pk"),
        level=Interest.Level.WITHDRAWS,
        lifted_at=None,
    ).values_list(Coalesce("case__merged_into", "case"), "user", "agency")
    away: dict[uuid.UUID, set[uuid.UUID]] = {}
    for death, *who in rows:
        away.setdefault(death, set()).update(key for key in who if key)
    return {
        case: {key for one in found[death] for key in away.get(one, ())}
        for case, death in deaths.items()
    }


def kept_out(case: Case) -> Callable[[Any], bool]:
    """Return a test that says whether a user has withdrawn, in person or through the agency."""
    keys = kept_from([case.pk]).get(case.pk, set())
    return lambda user: bool({user.pk, user.agency_id} & keys)
