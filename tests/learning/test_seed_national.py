"""A fictional country: what it holds, that it is the same again, and goes on where it was."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from casereview import access, demo, verification
from casereview.models import AgencyRequest, AuditEntry, Board, Case, Panel, StandingRole, User
from casereview.rules import nhs_numbers
from casereview.rules.access_table import Role
from cdop.models import AgencyAnswer, PanelReview
from learning.national import country, deaths, writing
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
CASES = 25


@pytest.fixture(autouse=True)
def small(monkeypatch, settings):
    """A country of six boards, two panels and 110 people, in slices of ten cases."""
    settings.DEMO = True
    for name, value in {"BOARDS": 6, "PANELS": 2, "PEOPLE": 110}.items():
        monkeypatch.setattr(country, name, value)
    monkeypatch.setattr(deaths, "BOARDS", 6)
    monkeypatch.setattr(deaths, "SLICE", 10)


def seed(cases: int = CASES, seed: int = 1) -> None:
    call_command("seed_national", "--cases", str(cases), "--seed", str(seed), "--json")


def names() -> dict[str, str]:
    return {
        one.reference: str(one.child.family_name)
        for one in Case.objects.filter(kind="death").select_related("child")
    }


def test_the_country_has_its_panels_people_and_cases_with_all_that_hangs_on_them(client, capsys):
    seed()

    assert '"made": 25' in capsys.readouterr().out
    assert Board.objects.filter(code__startswith="NATIONAL_").count() == 6
    assert Panel.objects.filter(code__startswith="NATIONAL_").count() == 2
    assert User.objects.filter(email__endswith=country.MAILBOXES).count() == 110
    assert Case.objects.count() == CASES
    reviewed = Case.objects.filter(stage=Case.Stage.REVIEWED)
    assert PanelReview.objects.filter(case__in=reviewed).count() == reviewed.count() > 0
    asked = AgencyRequest.objects.filter(case__in=reviewed)
    assert asked.count() == 3 * reviewed.count()
    assert AgencyAnswer.objects.filter(case__in=reviewed).count() == 6 * reviewed.count()
    assert AuditEntry.objects.filter(action="seed_national", case__in=reviewed).count() == (
        reviewed.count()
    )
    assert verification.verify().ok
    manager = User.objects.get(
        pk__in=StandingRole.objects.filter(role=Role.CDR_MANAGER, panel__code="NATIONAL_01").values(
            "user"
        )
    )
    served = Case.objects.filter(panel__code="NATIONAL_01")
    assert set(access.visible_to(manager)) == set(served)
    sign_in(client, manager)
    assert client.get(reverse("list_cases")).status_code == 200
    opened = client.get(reverse("view_case", args=[served[0].reference]))
    assert opened.status_code == 200


def test_a_run_that_was_broken_off_goes_on_and_ends_as_one_that_was_not(monkeypatch, capsys):
    real, calls = writing.write, []

    def broken(of, found):
        calls.append(found)
        if len(calls) == 2:
            raise OSError("power cut")
        real(of, found)

    monkeypatch.setattr(writing, "write", broken)
    with pytest.raises(OSError, match="power cut"):
        seed()
    assert Case.objects.count() == 10
    monkeypatch.setattr(writing, "write", real)

    seed()
    seed()

    said = capsys.readouterr().out
    assert '"made": 15, "skipped": 10' in said
    assert '"made": 0, "skipped": 25' in said
    whole = [
        one for number, size in enumerate((10, 10, 5)) for one in deaths.slice_of(1, number, size)
    ]
    assert sorted(names().values()) == sorted(one.family_name for one in whole)


def test_the_same_seed_is_the_same_country_and_another_is_another():
    assert deaths.slice_of(7, 3) == deaths.slice_of(7, 3)
    assert deaths.slice_of(7, 3) != deaths.slice_of(8, 3)
    assert deaths.slice_of(7, 3)[:4] == deaths.slice_of(7, 3, 4)
    assert all(
        nhs_numbers.valid(one.nhs_number) and nhs_numbers.for_testing(one.nhs_number)
        for one in deaths.slice_of(7, 0)
    )


@pytest.mark.parametrize("cases", ["0", "1000001"])
def test_a_number_of_cases_that_cannot_be_is_refused(cases):
    with pytest.raises(CommandError, match="from 1 to 1,000,000"):
        call_command("seed_national", "--cases", cases)


def test_a_database_with_real_cases_is_refused(case):
    with pytest.raises(CommandError, match="a demo begins empty"):
        seed()
    assert not demo.is_demo()
