"""A query put together once gives the rows it gives when it is put together anew."""

import datetime
import uuid

import pytest
from django.contrib.auth.models import Group
from django.db.models import Q

from casereview import kin
from casereview.models import Case
from casereview.prepared import LONGEST, Prepared
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.date(2015, 3, 2)


def cases(keys=None, panel=None, since=None, day=None, reference=None, sealed=None):
    """Return some cases by every kind of value that a query may be asked for."""
    found = Case.objects.filter(disposed_at=None)
    if keys is not None:
        found = found.filter(pk__in=keys)
    for name, value in {
        "panel": panel,
        "opened_at__gte": since,
        "died_on__lte": day,
        "reference": reference,
        "sealed": sealed,
    }.items():
        if value is not None:
            found = found.filter(Q(**{name: value}))
    return found.order_by("reference").values_list("pk", "reference", "died_on", "opened_at")


@pytest.fixture
def three(manager):
    return [factories.make_case(by=manager, family_name=f"Family{n}") for n in range(3)]


def test_rows_are_those_of_the_query_itself_for_every_kind_of_value(three):
    first, second, third = three
    prepared = Prepared(cases)
    asked = [
        {"keys": [first.pk, third.pk]},
        {"keys": [second.pk]},
        {"keys": [uuid.uuid4()]},
        {"keys": []},
        {"panel": first.panel_id},
        {"panel": None},
        {"since": first.opened_at},
        {"since": third.opened_at + datetime.timedelta(days=1)},
        {"day": first.died_on},
        {"day": first.died_on - datetime.timedelta(days=1)},
        {"reference": second.reference},
        {"reference": "CD-1999-0999"},
        {"sealed": False},
        {"sealed": True},
        {"keys": [first.pk, second.pk], "reference": second.reference, "day": first.died_on},
    ]

    for values in [*asked, *asked]:
        assert prepared(**values) == list(cases(**values)), values
    assert len(list(cases(keys=[first.pk, third.pk]))) == 2


def test_a_list_of_any_length_stands_for_its_values_and_a_few_shapes_are_kept(three):
    keys = [case.pk for case in three]
    prepared = Prepared(cases)

    for length in range(1, LONGEST + 5):
        others = [uuid.uuid4() for _ in range(length - 1)]
        for key in keys:
            assert [row[0] for row in prepared(keys=[key, *others])] == [key]
            assert [row[0] for row in prepared(keys=[*others, key])] == [key]

    assert len(prepared._statements) == 6  # of 1, 2, 4, 8, 16 and 32; longer ones are not kept


def test_a_prepared_query_is_one_query_and_the_same_one(three, django_assert_num_queries):
    built = []
    prepared = Prepared(lambda reference: built.append(1) or cases(reference=reference))
    prepared(reference="CD-1999-0999")

    with django_assert_num_queries(1) as asked:
        assert len(prepared(reference=three[0].reference)) == 1

    assert built == [1]
    assert three[0].reference in asked.captured_queries[0]["sql"]
    prepared.cache_clear()
    prepared(reference="CD-1999-0999")
    assert built == [1, 1]


def test_what_has_no_place_is_refused():
    with pytest.raises(TypeError, match="no marker stands for a float"):
        Prepared(cases)(day=1.5)
    with pytest.raises(LookupError, match="1 of the values"):
        Prepared(lambda reference, day: cases(reference=reference))(reference="x", day=DAY)


def test_a_number_is_asked_for_as_wide_as_its_column():
    group = Group.objects.create(name="Some group")
    named = Prepared(lambda keys: Group.objects.filter(pk__in=keys).values_list("name"))

    assert named(keys=[group.pk, group.pk + 1]) == [("Some group",)]
    assert named(keys=[group.pk + 1]) == []


def test_kinship_of_many_deaths_is_asked_for_at_once(three):
    found = kin.families([*(case.pk for case in three), *(uuid.uuid4() for _ in range(70))])

    assert all(found[case.pk] == {case.pk} for case in three)
