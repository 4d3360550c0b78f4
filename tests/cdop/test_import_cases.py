"""The import file through its command: all rows or none, a second time nothing."""

import csv
import io
import json
import logging
import os
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from casereview import bulk
from casereview.management.base import Refused
from casereview.models import (
    AuditEntry,
    Board,
    Case,
    Child,
    Clock,
    LearningPoint,
    PanelBoard,
    Reason,
)
from casereview.records import change
from cdop.actions import importing
from cdop.models import FactorFinding, Notification, PanelReview
from cdop.rules.import_columns import COLUMNS
from tests import factories
from tests.cdop import broken_files
from tests.cdop.broken_files import GOOD, PLANTED, as_bytes, every_broken_file, good_rows
from tests.cdop.dumps import dump

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parent.parent.parent
ROWS = list(csv.DictReader(io.StringIO(GOOD.read_text(encoding="utf-8"))))


def run(path, *options):
    out = io.StringIO()
    call_command("import_cases", str(path), *options, "--json", stdout=out)
    return json.loads(out.getvalue())


def refusal(path, *options):
    out = io.StringIO()
    with pytest.raises(Refused) as refused:
        call_command("import_cases", str(path), *options, "--json", stdout=out)
    assert refused.value.returncode == 1
    return json.loads(out.getvalue())["errors"], str(refused.value)


@pytest.fixture
def file_of(tmp_path):
    def write(*rows):
        path = tmp_path / "deaths.csv"
        path.write_bytes(as_bytes(list(rows)))
        return path

    return write


def test_the_year_comes_in_whole():
    found = run(GOOD)

    assert found == {"created": 100, "skipped": 0, "updated": 0, "possible_duplicates": []}
    assert Case.objects.count() == Child.objects.count() == Notification.objects.count() == 100
    completed = [row for row in ROWS if row["review_completed_on"]]
    assert PanelReview.objects.filter(state="completed").count() == len(completed) == 71
    assert PanelReview.objects.filter(modifiable_outcome="M").count() == 23
    assert Case.objects.filter(stage="reviewed").count() == 71
    learned = [row["learning"] for row in ROWS if row["learning"]]
    assert sorted(point.statement for point in LearningPoint.objects.all()) == sorted(learned)


def test_every_cell_of_the_year_is_found_again():
    run(GOOD)

    for row in ROWS:
        notification = Notification.objects.get(source_reference=row["source_reference"])
        case, child = notification.case, Child.objects.get(case=notification.case)
        assert case.died_on == notification.case.died_on == date.fromisoformat(row["died_on"])
        assert child.born_on == date.fromisoformat(row["born_on"])
        for column, value in {
            "family_name": child.family_name,
            "given_names": child.given_names,
            "mother_family_name": child.mother_family_name,
            "nhs_number": child.nhs_number,
            "residence_postcode": child.postcode,
            "sex": child.sex,
            "ethnicity": child.ethnicity,
            "residence_lscb": case.residence_board.code,
            "place_of_death_lscb": case.place_of_death_board.code,
            "scr_status": case.scr_status,
            "notified_by": notification.notified_by,
            "expectedness": notification.expectedness,
            "event": notification.event,
            "location": notification.location,
            "cp_plan": notification.cp_plan,
            "statutory_order": notification.statutory_order,
            "asylum_seeker": notification.asylum_seeker,
        }.items():
            assert (value or "") == row[column], column
        review = PanelReview.objects.filter(case=case).first()
        assert (review is not None) == bool(row["review_completed_on"])
        if review:
            day = date.fromisoformat(row["review_completed_on"])
            assert (review.agreed_on, review.first_completed_on) == (day, day)
            assert review.category_of_death == row["category_of_death"]
            assert review.modifiable_outcome == row["modifiable_outcome"]
            assert (review.outcome_reason or "") == row["insufficient_reason"]
            found = FactorFinding.objects.filter(review=review)
            codes = sorted(found.values_list("modifiable_factor", flat=True))
            assert codes == sorted(filter(None, row["modifiable_factors"].split(";")))


def test_an_imported_case_has_reference_panel_clock_and_age_of_any_other(file_of):
    row = good_rows()[0] | {
        "died_on": "2015-04-02",
        "notified_on": "2015-04-07",
        "born_on": "2013-04-02",
    }

    run(file_of(row))

    case, child, clock = Case.objects.get(), Child.objects.get(), Clock.objects.get()
    assert case.reference == "CD-2015-0001"
    assert case.panel.code == "LLR"
    assert case.reviewing_board == case.residence_board
    assert (child.age_days, child.age_band) == (730, "A3")
    assert (clock.rule, clock.due_on, clock.met_on) == (
        "notification",
        date(2015, 4, 7),  # after Good Friday and Easter Monday
        date(2015, 4, 7),
    )
    assert case.lists_version and child.lists_version
    next_case = factories.make_case(notified_on=date(2015, 5, 1))
    assert next_case.reference == "CD-2015-0002"


def test_a_child_from_elsewhere_who_died_here_is_seen_here(file_of):
    row = good_rows()[0] | {"residence_lscb": "NOTTINGHAM", "place_of_death_lscb": "LEICESTER"}

    run(file_of(row))

    case = Case.objects.get()
    assert case.panel.code == "LLR"
    assert case.reviewing_board is None


def test_the_panel_is_that_of_the_day_of_notification(file_of):
    period = PanelBoard.objects.get(board__code="LEICESTER")
    with change("end_panel", by=None) as written:
        period.until = date(2014, 6, 30)
        written.save(period)
    base = good_rows()[0] | {
        "residence_lscb": "LEICESTER",
        "place_of_death_lscb": "LEICESTER",
        "born_on": "2014-01-01",
        "died_on": "2014-06-01",
        "nhs_number": "",
    }

    run(
        file_of(
            base | {"notified_on": "2014-06-30"},
            base | {"notified_on": "2014-07-01", "source_reference": "LATER"},
        )
    )

    panels = {case.notified_on.month: case.panel for case in Case.objects.all()}
    assert panels[6] is not None
    assert panels[7] is None


def test_a_modifiable_factor_carries_its_form_c_factor_and_theme(file_of):
    row = good_rows()[1] | {"modifiable_factors": "UNSAFE_SLEEPING; SMOKING"}

    run(file_of(row))

    found = {each.modifiable_factor: each for each in FactorFinding.objects.all()}
    sleeping, smoking = found["UNSAFE_SLEEPING"], found["SMOKING"]
    assert (sleeping.factor, sleeping.theme) == ("B07", "safe_sleep")
    assert (smoking.factor, smoking.theme) == ("", "smoking")  # one of two: a person says which
    assert {(each.present, each.modifiable) for each in found.values()} == {("Y", "Y")}


def test_a_second_run_of_the_same_file_changes_nothing():
    run(GOOD)
    before = dump()

    found = run(GOOD)
    updated = run(GOOD, "--update")

    assert (
        found
        == updated
        == {
            "created": 0,
            "skipped": 100,
            "updated": 0,
            "possible_duplicates": [],
        }
    )
    assert dump() == before


def test_the_same_content_in_other_spelling_is_the_same_row(file_of):
    row = good_rows()[1] | {"modifiable_factors": "SMOKING;OTHER", "nhs_number": "9997443403"}
    run(file_of(row))
    before = dump()

    found = run(
        file_of(row | {"modifiable_factors": "OTHER; SMOKING ", "nhs_number": "999 744 3403"})
    )

    assert (found["skipped"], found["created"]) == (1, 0)
    assert dump() == before


def test_a_dry_run_says_what_would_be_done_and_writes_nothing():
    before = dump()

    found = run(GOOD, "--dry-run")

    assert found["created"] == 100
    assert dump() == before


def test_a_fault_half_way_leaves_nothing(monkeypatch):
    before, real, calls = dump(), bulk.insert_rows, []

    def fails_late(*arguments):
        calls.append(arguments)
        if len(calls) == 12:
            raise OSError("disk full")
        real(*arguments)

    monkeypatch.setattr(bulk, "ROWS", 60)
    monkeypatch.setattr(bulk, "insert_rows", fails_late)

    with pytest.raises(importing.NotImported):
        importing.import_cases(path=GOOD)

    assert len(calls) == 12
    assert dump() == before


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "deaths.csv"
    path.write_bytes(as_bytes(good_rows()))
    real = importing._Import._bring_in

    def meanwhile(self, batch):
        real(self, batch)
        path.write_bytes(as_bytes(good_rows()[:1]))

    monkeypatch.setattr(importing._Import, "_bring_in", meanwhile)
    before = dump()

    errors, _ = refusal(path)

    assert "changed while it was read" in errors[0]["message"]
    assert dump() == before


def test_other_content_is_refused_naming_the_columns(file_of):
    row = good_rows()[1]
    run(file_of(row))
    before = dump()

    errors, text = refusal(file_of(row | {"sex": "M", "given_names": "Otherwise", "event": ""}))
    assert [error["column"] for error in errors] == ["event"]

    sexes = {"F": "M", "M": "F"}
    errors, text = refusal(file_of(row | {"sex": sexes[row["sex"]], "given_names": "Otherwise"}))

    assert [(error["row"], error["column"]) for error in errors] == [(2, "given_names"), (2, "sex")]
    assert "value" not in errors[0]
    assert "Otherwise" not in json.dumps(errors) + text
    assert dump() == before


def test_an_update_fills_blanks_and_completes_open_reviews(file_of):
    rows = good_rows()
    complete = rows[1] | {"nhs_number": "9997443403", "scr_status": "COMPLETED"}
    still_open = complete | dict.fromkeys(
        (
            *("review_completed_on", "category_of_death", "modifiable_outcome"),
            *("modifiable_factors", "insufficient_reason", "learning"),
        ),
        "",
    )
    run(file_of(still_open | {"nhs_number": "", "scr_status": "NONE"}))
    complete["learning"] = "Ask who else lives with the child"

    found = run(file_of(complete), "--update")

    assert (found["updated"], found["created"]) == (1, 0)
    case, review = Case.objects.get(), PanelReview.objects.get()
    assert Child.objects.get().nhs_number == "9997443403"
    assert Child.objects.get().nhs_number_index is not None
    assert (case.stage, case.scr_status) == ("reviewed", "COMPLETED")
    assert (review.state, review.agreed_on.isoformat()) == (
        "completed",
        complete["review_completed_on"],
    )
    assert LearningPoint.objects.get().statement == "Ask who else lives with the child"
    entry = AuditEntry.objects.order_by("-seq").first()
    assert entry.action == "correct_record"
    assert "SHA-256" in Reason.objects.get().text
    before = dump()
    assert run(file_of(complete))["skipped"] == 1
    assert dump() == before


def test_an_update_overwrites_nothing(file_of):
    row = good_rows()[0]
    run(file_of(row))
    before = dump()

    errors, text = refusal(file_of(row | {"family_name": "Otherwise"}), "--update")

    assert [error["column"] for error in errors] == ["family_name"]
    assert "Otherwise" not in text
    assert dump() == before


def test_an_update_never_changes_a_completed_review(file_of):
    row = good_rows()[2]
    run(file_of(row))
    before = dump()
    other = "5" if row["category_of_death"] != "5" else "6"

    errors, _ = refusal(
        file_of(row | {"category_of_death": other, "learning": "Ask twice"}), "--update"
    )

    assert {error["column"] for error in errors} == {"category_of_death", "learning"} - (
        {"learning"} if row["learning"] == "Ask twice" else set()
    )
    assert dump() == before


def test_a_blank_in_the_file_takes_nothing_away(file_of):
    row = good_rows()[0] | {"nhs_number": "9997443403"}
    run(file_of(row))
    before = dump()

    found = run(file_of(row | {"nhs_number": ""}), "--update")

    assert (found["updated"], found["skipped"]) == (0, 1)
    assert dump() == before


def test_one_refused_row_keeps_the_update_of_another_out(file_of):
    first, second = good_rows()[0], good_rows()[2]
    run(file_of(first | {"nhs_number": ""}, second))
    before = dump()

    refusal(
        file_of(first | {"nhs_number": "9997443403"}, second | {"given_names": "Otherwise"}),
        "--update",
    )

    assert dump() == before


def test_possible_duplicates_are_listed_in_the_file_and_against_cases(file_of):
    row = good_rows()[0] | {"nhs_number": "9997443403", "family_name": "Example"}
    run(file_of(row))
    same_number = row | {"source_reference": "S-1", "given_names": "Otherwise"}
    same_name = row | {
        "source_reference": "S-2",
        "nhs_number": "",
        "family_name": " EXAMPLE",
    }
    twin = same_name | {"source_reference": "S-3"}
    neither = same_name | {"source_reference": "S-4", "given_names": "Otherone"}

    found = run(file_of(same_number, same_name, twin, neither))

    assert found["created"] == 4
    reference = Case.objects.order_by("opened_at").first().reference
    assert sorted(found["possible_duplicates"], key=str) == sorted(
        [
            {"why": "name_and_dates", "rows": [3, 4], "references": ["S-2", "S-3"]},
            {"why": "nhs_number", "rows": [2], "references": ["S-1", reference]},
            {"why": "name_and_dates", "rows": [3], "references": ["S-2", reference]},
            {"why": "name_and_dates", "rows": [4], "references": ["S-3", reference]},
        ],
        key=str,
    )


def test_looking_for_duplicates_takes_the_same_queries_for_many(
    file_of, django_assert_max_num_queries
):
    rows = [row | {"nhs_number": ""} for row in ROWS]
    again = [row | {"source_reference": f"A-{number}"} for number, row in enumerate(rows)]
    run(file_of(*rows))

    with django_assert_max_num_queries(120):
        found = run(file_of(*again))

    assert len(found["possible_duplicates"]) == 100


def test_at_least_two_hundred_broken_files_are_refused_where_they_are_broken(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    files = list(every_broken_file())
    assert len({file.data for file in files}) == len(files) >= 200
    before, wrong = dump(), []
    path = tmp_path / "broken.csv"

    for file in files:
        path.write_bytes(file.data)
        errors, text = refusal(path)
        places = [(error["row"], error["column"]) for error in errors]
        if (file.row, file.column) not in places:
            wrong.append((file.name, places[:3]))
        shown = json.dumps(errors, ensure_ascii=False) + text
        if PLANTED in shown or "Plantéd" in shown or '"Plant' in shown:
            wrong.append((file.name, "repeats a name"))

    assert wrong == []
    assert dump() == before
    assert PLANTED not in caplog.text


def test_a_line_of_fifty_megabytes_is_refused_quickly_and_with_flat_memory(tmp_path):
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.write((",".join(COLUMNS) + "\n" + "X-1,2014-06-03,2014-06-02,").encode())
        file.write(b"x" * 50_000_000)
    before, memory = dump(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()

    errors, _ = refusal(path)

    assert time.process_time() - began < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 10_000  # kilobytes
    assert [(error["row"], error["column"]) for error in errors] == [(2, "born_on")]
    assert "too long" in errors[0]["message"]
    assert dump() == before


def test_a_path_that_cannot_be_read_is_refused(tmp_path):
    errors, text = refusal(tmp_path / "nothing.csv")

    assert "file that can be read" in text
    assert set(errors[0]) == {"row", "column", "message"}


def test_a_person_reads_what_to_do_in_words(tmp_path):
    path = tmp_path / "broken.csv"
    path.write_bytes(broken_files.changed(2, sex="NOSUCH", nhs_number="123"))

    with pytest.raises(Refused) as refused:
        call_command("import_cases", str(path))

    lines = str(refused.value).splitlines()
    assert lines[0] == "Nothing was imported:"
    assert any(line.startswith("Row 2, sex: ") and "NOSUCH" in line for line in lines)
    assert any(line.startswith("Row 2, nhs_number: ") and "123" not in line for line in lines)


def test_all_boards_of_the_database_may_be_named(file_of):
    with change("add_board", by=None) as written:
        written.save(Board(code="NEWBOARD", name="New board", kind="english_board"))

    assert run(file_of(good_rows()[0] | {"residence_lscb": "NEWBOARD"}))["created"] == 1


def test_the_command_works_from_the_shell_on_a_new_folder(tmp_path):
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        "CASEREVIEW_DATA": str(tmp_path / "data"),
    }
    for name in ("DATABASE_URL", "KEYS_DATABASE_URL"):
        environment.pop(name, None)
    command = [sys.executable, str(ROOT / "manage.py"), "import_cases"]

    def shell(*arguments):
        return subprocess.run(
            [*command, *arguments], env=environment, capture_output=True, text=True, check=False
        )

    first = shell(str(GOOD), "--json")
    broken = tmp_path / "broken.csv"
    broken.write_bytes(broken_files.changed(2, sex="NOSUCH"))
    second = shell(str(broken), "--json")

    assert (first.returncode, json.loads(first.stdout)["created"]) == (0, 100)
    assert second.returncode == 1
    assert json.loads(second.stdout)["errors"][0]["column"] == "sex"
    assert "Row 2, sex" in second.stderr
