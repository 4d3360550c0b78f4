"""The command that compares a list with what was notified."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from casereview.models import AuditEntry, Case
from casereview.records import change
from tests import factories

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[1] / "data" / "matching"
HEADER = "entry,given_names,family_name,sex,born_on,died_on,postcode\n"


def reconcile(path):
    out = StringIO()
    call_command("reconcile_list", str(path), "--json", stdout=out)
    return json.loads(out.getvalue())


def write(tmp_path, *rows):
    path = tmp_path / "list.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def some_notifications(tmp_path, how_many):
    lines = (DATA / "notifications.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "notifications.csv"
    path.write_text("\n".join(lines[: how_many + 1]) + "\n", encoding="utf-8")
    call_command("import_cases", str(path), stdout=StringIO())


def test_imported_deaths_are_called_by_their_source_reference(tmp_path):
    some_notifications(tmp_path, 60)
    with (DATA / "truth.csv").open(encoding="utf-8") as file:
        truth = {row["entry"]: row["source_reference"] for row in csv.DictReader(file)}

    found = reconcile(DATA / "registrar_list.csv")

    certain = [one for one in found["matches"] if one["band"] == "certain"]
    assert len(certain) >= 40
    assert all(truth.get(one["entry"]) == one["reference"] for one in certain)
    entries = [one["entry"] for one in found["matches"]] + found["unmatched"]
    assert len(entries) == len(set(entries)) == 2021
    assert set(found["matches"][0]) == {"entry", "reference", "score", "band"}


def test_a_case_without_a_source_reference_is_called_by_its_own(tmp_path, case):
    path = write(
        tmp_path,
        f"C1,Ada,Example,F,2013-07-01,{case.died_on},LE1 1ZZ",
        "C2,Ola,Pattern,M,,,",
    )

    found = reconcile(path)

    assert [(one["entry"], one["reference"], one["band"]) for one in found["matches"]] == [
        ("C1", case.reference, "certain")
    ]
    assert found["unmatched"] == ["C2"]


def test_a_merged_case_is_told_as_the_one_that_stands(tmp_path, case, manager):
    second = factories.make_case(by=manager)
    with change("decide_match", by=manager, case=second) as written:
        second.merged_into, second.stage = case, Case.Stage.MERGED
        written.save(second)

    found = reconcile(write(tmp_path, f"C1,Ada,Example,F,2013-07-01,{case.died_on},LE1 1ZZ"))

    assert [(one["reference"], one["band"]) for one in found["matches"]] == [
        (case.reference, "certain")
    ]


def test_the_comparison_is_on_record_without_a_name(tmp_path, case):
    reconcile(write(tmp_path, "C1,Ada,Example,F,2013-07-01,,"))

    entry = AuditEntry.objects.filter(action="reconcile_list").get()
    assert "Ada" not in entry.detail
    assert json.loads(entry.detail)["unmatched"] == 0


def test_a_wrong_row_is_refused_by_row_column_and_remedy(tmp_path):
    with pytest.raises(CommandError) as refused:
        reconcile(write(tmp_path, "C1,Ada,Example,F,2013-07-01,2015-13-01,"))

    assert refused.value.returncode == 1
    assert "Row 2, died_on: Enter the date of death as a real date" in str(refused.value)
    assert "(found: 2015-13-01)" in str(refused.value)
    assert refused.value.document["errors"][0]["column"] == "died_on"


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match="Give the path of a file"):
        reconcile(tmp_path / "none.csv")
