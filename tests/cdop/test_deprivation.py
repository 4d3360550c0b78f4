"""Deprivation of the area where a child lived: told, corrected, never half."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from casereview import corrections
from casereview.forms.deprivation import deprivation_problems
from casereview.models import Case, Child
from casereview.records import change
from tests import factories
from tests.cdop import filling
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

TOLD = {"deprivation_decile": "3", "deprivation_edition": "2019"}


def test_it_comes_with_a_notification_and_stands_on_its_page(client, manager):
    desk = sign_in(client, manager)
    begun = filling.begin(desk, child=filling.child(**TOLD, sex="F"))
    half = filling.post(
        desk, begun, "child", filling.child(deprivation_decile="3", sex="F"), kept=1
    )
    assert "Select the edition of the index that the tenth is of" in half.content.decode()

    case = filling.submit(desk, filling.begin(desk, child=filling.child(**TOLD, sex="F")))

    child = Child.objects.get(case=case)
    assert (child.deprivation_decile, child.deprivation_edition) == ("3", "2019")
    page = client.get(reverse("view_case", args=[case.reference])).content.decode()
    assert "3, index of 2019" in page


def test_it_is_corrected_with_a_reason_and_its_history_is_kept(manager):
    case = factories.make_case(by=manager)
    case = Case.objects.select_related("child").get(pk=case.pk)
    before = corrections.changed(case, TOLD)
    versions = (case.version, case.child.version)

    corrections.correct(case, before, versions=versions, by=manager, reason="Looked up")
    case = Case.objects.select_related("child").get(pk=case.pk)
    gone = corrections.changed(case, dict.fromkeys(TOLD, ""))
    versions = (case.version, case.child.version)
    corrections.correct(case, gone, versions=versions, by=manager, reason="Another postcode")

    child = Child.objects.get(case=case)
    assert (child.deprivation_decile, child.deprivation_edition) == ("", "")
    assert "3" in [row.deprivation_decile for row in child.history.all()]


@pytest.mark.parametrize("half", [{"deprivation_decile": "3"}, {"deprivation_edition": "2019"}])
def test_a_tenth_without_its_edition_is_refused_by_the_form_and_by_the_database(manager, half):
    assert list(deprivation_problems(half)) == list(set(TOLD) - set(half))
    child = Child.objects.get(case=factories.make_case(by=manager))
    for name, value in half.items():
        setattr(child, name, value)

    with pytest.raises(IntegrityError), transaction.atomic(), change("test", by=None) as written:
        written.save(child)
