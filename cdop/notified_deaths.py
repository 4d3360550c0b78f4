"""The deaths that were notified, opened for comparing with a list."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from casereview import keys
from casereview.models import Case, Child
from cdop.models import Notification
from cdop.rules.list_matching import NotifiedDeath

AT_ONCE = 500


def notified_deaths(cases: QuerySet[Case] | None = None) -> Iterator[NotifiedDeath]:
    """Yield the child of every death, or of these, called by the key of the case that stands.

    A case merged into another is one more face of that other death. A case that was disposed of
    has no key any more and is not there.
    """
    wanted = Case.objects.all() if cases is None else cases
    children = (
        Child.objects.filter(case__in=wanted.filter(kind=Case.Kind.DEATH, disposed_at=None))
        .select_related("case")
        .order_by("case__reference")
        .iterator(chunk_size=AT_ONCE)
    )
    while part := list(islice(children, AT_ONCE)):
        keys.prefetch("case", [child.case_id for child in part])
        yield from (_opened(child) for child in part)


def _opened(child: Child) -> NotifiedDeath:
    case = child.case
    return NotifiedDeath(
        reference=str(case.merged_into_id or case.pk),
        given_names=child.given_names or "",
        other_names=child.other_names or "",
        family_name=child.family_name or "",
        mother_family_name=child.mother_family_name or "",
        sex=child.sex,
        born_on=child.born_on,
        died_on=case.died_on,
        postcode=child.postcode or "",
        births=child.births,
    )


def source_references(keys_of_cases: set[Any]) -> dict[str, str]:
    """Return what each case is called outside: its source reference, else its own reference.

    Keys are those of the cases, as text.
    """
    cases = Case.objects.filter(pk__in=keys_of_cases).values_list("pk", "reference")
    called = {str(key): reference for key, reference in cases}
    named = (
        Notification.objects.filter(case__in=keys_of_cases)
        .exclude(source_reference=None)
        .exclude(source_reference="")
        .order_by("-notified_on", "-source_reference")
        .values_list("case", "source_reference")
    )
    # The earliest notification is read last, and stands.
    called.update({str(key): str(reference) for key, reference in named})
    return called
