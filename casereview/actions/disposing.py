"""Disposing of a case: its keys are destroyed; a tombstone stays, and with it every count.

The tombstone and its audit entry are committed first, the keys are destroyed then: a disposal that
was interrupted in between is finished by the next round of upkeep. Nothing brings a key back,
neither a backup of the data, which holds none, nor one of the keys, which the key store refuses.
"""

import datetime
import uuid
from collections.abc import Iterable

from django.db import transaction

from casereview import keys, registries
from casereview.database import KEYS
from casereview.keystore.models import DataKey
from casereview.models import Case, Child, Draft, FamilyLink, Person
from casereview.records import Change, change

CHILD_INDEXES = ("nhs_number_index", "address_index")
PERSON_INDEXES = ("nhs_number_index", "name_and_birth_index", "address_index")


def leave_tombstone(written: Change, case: Case, at: datetime.datetime) -> None:
    """Mark a case, and those merged into it, as disposed of; its keys go after the commit."""
    for each in [case, *Case.objects.filter(merged_into=case, disposed_at=None)]:
        each.stage, each.disposed_at = Case.Stage.DISPOSED, at
        written.save(each, subject=each is case)
        for child in Child.objects.filter(case=each):
            _blank(written, child, CHILD_INDEXES)
        for person in _only_of(each):
            _blank(written, person, PERSON_INDEXES)
        for draft in Draft.objects.filter(case=each):
            written.remove(draft)
    transaction.on_commit(lambda: destroy_keys(case))


def destroy_keys(case: Case) -> None:
    """Remove the files of a disposed case and destroy its keys; done again, it changes nothing."""
    for each in [case, *Case.objects.filter(merged_into=case).exclude(disposed_at=None)]:
        for dispose in registries.disposables:
            dispose(each)
        for person in _only_of(each):
            keys.destroy_for_good("person", person.pk)
        keys.destroy_for_good("case", each.pk)


def dispose_again(gone: dict[uuid.UUID, datetime.datetime]) -> int:
    """Mark again what a restored backup does not know was disposed of; return how many."""
    again = 0
    for case in Case.objects.filter(pk__in=list(gone), disposed_at=None):
        with change("dispose_case", by=None, case=case, detail={"after_restore": True}) as written:
            leave_tombstone(written, case, gone[case.pk])
        again += 1
    return again


def finish(now: datetime.datetime) -> int:
    """Destroy the keys of disposals that were interrupted; return how many cases there were."""
    disposed = set(Case.objects.exclude(disposed_at=None).values_list("pk", flat=True))
    disposed -= keys.destroyed_of("case")
    unfinished = list(Case.objects.filter(pk__in=disposed)) if disposed else []
    for case in unfinished:
        destroy_keys(case)
    return len(unfinished)


def keys_left(cases: Iterable[Case]) -> int:
    """Return how many keys there still are of these cases."""
    owners = [case.pk for case in cases]
    return DataKey.objects.using(KEYS).filter(owner_kind="case", owner_id__in=owners).count()


def _only_of(case: Case) -> list[Person]:
    """Return the people who belong to no case that is still there, and have no account."""
    elsewhere = FamilyLink.objects.filter(case__disposed_at=None).exclude(case=case)
    people = Person.objects.filter(families__case=case, user=None)
    return list(people.exclude(pk__in=elsewhere.values("person")).distinct())


def _blank(written: Change, record: Child | Person, indexes: tuple[str, ...]) -> None:
    for name in indexes:
        setattr(record, name, None)
    written.save(record)
