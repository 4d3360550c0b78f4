"""The timeline of a case: narrowed by codes alone, printed on record, to each what is theirs."""

import datetime

import pytest
from django.http import QueryDict
from django.urls import reverse

from casereview import case_timeline, registries
from casereview.case_timeline import Told, filters, lines, narrowed
from casereview.models import AuditEntry
from casereview.registries import TimelineEntry
from casereview.rules.access_table import Role
from tests import factories
from tests.html import without_token
from tests.signed_in import sign_in


def told(kind, year, title="Something happened"):
    return Told(kind, kind.title(), TimelineEntry(datetime.date(year, 5, 12), title))


TOLD = [told("family", 2015), told("panel", 2015), told("family", 2014)]


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("", 3),
        ("kind=family", 2),
        ("year=2015", 2),
        ("kind=family&year=2014", 1),
        ("kind=scr", 3),  # does not occur: it is not offered, and tells nothing
        ("kind=%27%20or%201&year=x", 3),
    ],
)
def test_a_timeline_is_narrowed_by_what_occurs_in_it(asked, left):
    chosen = filters(TOLD, QueryDict(asked))

    assert len(narrowed(TOLD, chosen)) == left


def test_only_kinds_and_years_that_occur_are_offered():
    kind, year = filters(TOLD, QueryDict())

    assert [code for code, _ in kind.choices] == ["family", "panel"]
    assert [code for code, _ in year.choices] == ["2015", "2014"]


def test_without_sight_of_the_identity_days_are_months():
    assert [line["when"] for line in lines(TOLD[:1], known=False)] == ["May 2015"]
    assert [line["when"] for line in lines(TOLD[:1], known=True)] == ["12 May 2015"]


def test_everything_an_app_tells_is_of_a_kind():
    assert set(registries.timeline) == set(registries.timeline_kinds)


@pytest.fixture
def case(manager):
    return factories.make_case(by=manager, family_name="Quillfeather")


@pytest.mark.django_db
def test_a_print_is_on_record_and_carries_marking_reference_reader_and_filter(
    client, case, manager, monkeypatch
):
    tell = lambda user, one: [TOLD[0].entry, TOLD[2].entry]  # noqa: E731
    monkeypatch.setattr(registries, "timeline", [tell])
    sign_in(client, manager)

    whole = client.get(reverse("view_case_timeline", args=[case.reference]))
    page = client.get(reverse("print_case_timeline", args=[case.reference]), {"year": "2014"})

    assert "2 of 2 entries" in without_token(whole)
    said = without_token(page)
    for words in ("OFFICIAL-SENSITIVE", case.reference, manager.name, "year: 2014", "12 May 2014"):
        assert words in said
    assert "12 May 2015" not in said
    assert "Quillfeather" not in said
    assert AuditEntry.objects.filter(action="print_case_timeline", case=case.pk).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["view_case_timeline", "print_case_timeline"])
def test_strangers_and_those_who_withdrew_find_no_timeline(client, case, manager, name):
    recused = factories.make_user(Role.CDR_MANAGER)
    factories.recuse(recused, case)

    for user in (factories.make_user(None), recused):
        answer = sign_in(client, user).get(reverse(name, args=[case.reference]))
        assert answer.status_code == 404


@pytest.mark.django_db
def test_a_panel_member_is_told_months_and_nothing_of_the_family(client, case, manager, people):
    member = people[Role.PANEL_MEMBER]
    factories.admit(member, case, Role.PANEL_MEMBER, by=manager)

    shown = case_timeline.page(member, case, QueryDict())

    assert not {"Family", "Notes", "Documents"} & {line["kind"] for line in shown["lines"]}
    assert all("12 May" not in line["when"] for line in shown["lines"])
