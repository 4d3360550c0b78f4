"""Which form and lists an imported review is on: those of its own time, by the area's days."""

import io
import json
from datetime import date, timedelta

import pytest
from django.core.management import call_command

from casereview.actions.panels import change_board
from casereview.management.base import Refused
from casereview.models import Board, Case, Clock
from cdop import actions
from cdop.actions.carrying_over import carry_over_form_c
from cdop.actions.reviewing import GridLine
from cdop.form_sets import FormSet, form_of, lists, must_move
from cdop.list_versions import version_of
from cdop.models import FactorFinding, Notification, PanelReview
from tests.cdop import filling
from tests.cdop.broken_files import as_bytes, good_rows

pytestmark = pytest.mark.django_db

OPEN = dict.fromkeys(
    (
        *("review_completed_on", "category_of_death", "modifiable_outcome"),
        *("modifiable_factors", "insufficient_reason", "learning"),
    ),
    "",
)


def row(died_on, completed_on, **facts):
    """Return a row of the import file of a death on a day whose review was completed on another."""
    return good_rows()[1] | {
        "died_on": str(died_on),
        "born_on": str(died_on - timedelta(days=90)),
        "notified_on": str(died_on + timedelta(days=1)),
        "review_completed_on": str(completed_on),
        "modifiable_factors": "SUPERVISION;SMOKING",
        **facts,
    }


@pytest.fixture
def bring_in(tmp_path):
    def run(*rows, update=False):
        path = tmp_path / "deaths.csv"
        path.write_bytes(as_bytes(list(rows)))
        out = io.StringIO()
        options = ["--update"] if update else []
        call_command("import_cases", str(path), *options, "--json", stdout=out)
        return json.loads(out.getvalue())

    return run


@pytest.mark.parametrize(
    ("died_on", "completed_on", "partners", "form"),
    [
        (date(2015, 1, 5), date(2015, 3, 2), None, FormSet.ABC),
        (date(2018, 12, 1), date(2019, 3, 31), None, FormSet.ABC),
        (date(2018, 12, 1), date(2019, 4, 1), None, FormSet.CDR),  # open when the database began
        (date(2018, 12, 1), date(2019, 3, 31), date(2018, 10, 1), FormSet.CDR),
        (date(2019, 4, 1), date(2019, 9, 1), None, FormSet.CDR),
    ],
)
def test_an_imported_review_is_on_the_form_of_its_time(
    bring_in, died_on, completed_on, partners, form
):
    if partners:
        change_board(
            board=Board.objects.get(code=good_rows()[1]["residence_lscb"]),
            by=None,
            social_care_telephone="",
            child_death_partners_began_on=partners,
        )

    bring_in(row(died_on, completed_on))

    review = PanelReview.objects.get()
    assert (form_of(review), review.form_set) == (form, form.value)
    assert review.lists_version == lists(form).category.version
    assert not must_move(review, completed_on)
    lines = {line.modifiable_factor: line for line in FactorFinding.objects.all()}
    factor = {FormSet.ABC: "C01", FormSet.CDR: "B18-12"}[form]
    assert lines["SUPERVISION"].factor == factor and lists(form).factor.get(factor)
    assert lines["SMOKING"].factor == ""  # one of two: a person says which
    assert {line.lists_version for line in lines.values()} == {lists(form).factor.version}


def test_a_second_import_completes_a_review_on_the_form_of_its_time(bring_in):
    late = row(date(2020, 2, 3), date(2020, 9, 1))
    bring_in(late | OPEN)

    bring_in(late, update=True)

    review = PanelReview.objects.get()
    assert (review.state, review.form_set) == ("completed", "cdr")
    assert {line.factor for line in FactorFinding.objects.all()} == {"B18-12", ""}


def test_a_draft_on_form_c_is_carried_over_before_a_file_completes_it(bring_in, manager):
    late = row(date(2018, 12, 1), date(2019, 9, 1))
    bring_in(late | OPEN)
    case = Case.objects.get()
    line = GridLine(None, "C01", "Y", "child", "2", "N")
    actions.record_factors(case=case, by=manager, domain="C", seen=None, lines=[line])
    with pytest.raises(Refused) as refused:
        bring_in(late, update=True)
    assert "Carry the review over to the analysis form" in str(refused.value)

    carry_over_form_c(case=case, by=manager)
    bring_in(late, update=True)

    assert PanelReview.objects.get().state == "completed"


def test_what_is_typed_and_what_is_imported_names_the_same_versions(bring_in, manager):
    bring_in(row(date(2015, 1, 5), date(2015, 3, 2)))
    typed = actions.log_notification(by=manager, said=filling.said())

    imported = Case.objects.exclude(pk=typed.pk).get()

    assert typed.lists_version == imported.lists_version == version_of(Case)
    assert typed.child.lists_version == imported.child.lists_version
    versions = Notification.objects.values_list("lists_version", flat=True)
    assert set(versions) == {version_of(Notification)}
    assert set(Clock.objects.values_list("rule_version", flat=True)) == {version_of(Clock)}
    assert Clock.objects.count() == 2
