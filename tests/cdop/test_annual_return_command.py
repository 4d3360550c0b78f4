"""The command writes the return, in each format, or nothing."""

import csv
import datetime
import hashlib
import json
from dataclasses import replace

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from casereview import audit, releases, spreadsheets
from casereview.models import AuditEntry, Child, Release
from casereview.records import change
from casereview.releases import Audience
from casereview.rules.access_table import Role
from casereview.rules.linked_tables import Line, LinkedTable
from casereview.rules.release_gate import TooManyFigures
from casereview.rules.return_year import ReturnYear
from cdop import counting, publishing, return_templates
from cdop.models import Notification, PanelReview
from cdop.rules.annual_return import OUTCOMES, TOTAL
from tests import factories
from tests.cdop.reviewed import DATA, bring_in, make_death
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

EXPECTED = json.loads((DATA / "llr_2014_15.expected.json").read_text(encoding="utf-8"))
YEAR = ReturnYear(2015)


def export(year, out, *options):
    call_command("export_annual_return", str(year), str(out), *options)


def exported(year, folder, *options):
    out = folder / "return.json"
    export(year, out, *options)
    return json.loads(out.read_text(encoding="utf-8"))


def test_the_fictional_year_comes_out_as_it_was_counted_independently(tmp_path):
    bring_in()

    document = exported(2015, tmp_path)

    assert document == {
        "year_ending": "2015-03-31",
        "template": "lscb1-2014-15",
        "lscb": None,
        "items": EXPECTED["all"],
        "groups": EXPECTED["groups"],
    }


def test_each_board_has_its_own_return(tmp_path):
    bring_in()

    for board in EXPECTED["by_lscb"]:
        document = exported(2015, tmp_path / board, "--lscb", board)

        assert document["lscb"] == board
        assert document["items"] == EXPECTED["by_lscb"][board]


@pytest.fixture(autouse=True)
def _folders(tmp_path):
    for board in EXPECTED["by_lscb"]:
        (tmp_path / board).mkdir()


@pytest.mark.parametrize("year", [2014, 2015, 2016, 2017])
def test_every_years_template_gives_a_return(tmp_path, year):
    document = exported(year, tmp_path)

    assert document["year_ending"] == f"{year}-03-31"
    assert document["items"]["AG-01"] == 0
    assert document["items"]["AG-10"] == {}


@pytest.fixture
def public(tmp_path):
    """A small year of two boards, exported for publication; the same year is solved once."""
    for number, (board, outcome, sex) in enumerate(SMALL_YEAR):
        make_death(
            residence=board,
            outcome=outcome,
            sex=sex,
            completed_on=YEAR.last_day,
            died_on=datetime.date(2014, 5, 1 + number),
        )

    def written(name, *options):
        export(2015, tmp_path / name, "--profile", "public", *options)
        return tmp_path / name

    return written


SMALL_YEAR = [("LEICESTER", "N", "M")] * 8 + [("LEICESTER", "M", "F")] * 2
SMALL_YEAR += [("LEICS_RUTLAND", "N", "F")] * 7


def test_a_public_return_has_the_shape_of_every_other_and_no_small_number(public, tmp_path):
    document = json.loads(public("public.json").read_text(encoding="utf-8"))

    items = exported(2015, tmp_path)["items"]
    assert list(document) == ["year_ending", "template", "lscb", "items", "groups"]
    assert document["items"].keys() == items.keys()
    assert document["items"]["AG-01"] == 17
    assert document["items"]["AG-02"] is None
    assert document["items"]["AG-03"] is None
    assert document["items"]["AG-04"] == 0
    assert document["items"]["AG-11"]["F"]["M"] is None
    assert items["AG-11"]["F"]["M"] == 2


def test_the_public_returns_of_all_and_of_each_board_are_hidden_as_one(public, tmp_path):
    """Nothing of the second board is small: it is hidden because the whole less it is."""
    whole = json.loads(public("whole.json").read_text(encoding="utf-8"))["items"]
    boards = [
        json.loads(public(f"{board}.json", "--lscb", board).read_text(encoding="utf-8"))["items"]
        for board in ("LEICESTER", "LEICS_RUTLAND")
    ]

    for item in ("AG-01", "AG-02", "AG-03"):
        numbers = [whole[item], *(items[item] for items in boards)]
        assert not any(0 < n < 5 for n in numbers if n is not None)
        assert numbers.count(None) != 1
    women = [whole["AG-11"]["F"]["total"], *(items["AG-11"]["F"]["total"] for items in boards)]
    assert women[1] is None
    assert women.count(None) >= 2


def test_hidden_figures_are_a_letter_in_csv_and_in_the_workbook(public):
    document = json.loads(public("public.json").read_text(encoding="utf-8"))

    with public("public.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file)]
    sheet = list(openpyxl.load_workbook(public("public.xlsx")).active.values)

    items = {item: value for item, value in document["items"].items() if value != {}}
    assert from_csv(rows) == {**items, "groups": document["groups"]}
    assert [row[2] for row in sheet if row[0] in ("AG-01", "AG-02", "AG-03")] == [17, "c", "c"]
    girls = ["c" if n is None else n for n in items["AG-11"]["F"].values()]
    assert [list(row[2:6]) for row in sheet if row[:2] == ("F", "Female")] == [girls]
    assert ("c", "c", 0, 17) in [row[2:6] for row in sheet if row[1] == "Total"]
    assert any("not given, because it is below 5" in str(row[0]) for row in sheet)
    numbers = [n for row in sheet for n in row if isinstance(n, int)]
    assert not any(0 < n < 5 for n in numbers)


def test_a_public_export_is_on_record_as_one(public, capsys):
    public("public.json", "--lscb", "LEICESTER", "--json")

    said = json.loads(capsys.readouterr().out)
    detail = json.loads(AuditEntry.objects.get(action="export_annual_return").detail)
    assert (detail["profile"], said["profile"]) == ("public", "public")
    assert detail["reviews"] == said["completed_reviews"]
    assert detail["release"] == said["release"] == 1


def test_what_leaves_is_a_release_given_by_the_command_and_the_same_when_given_again(public):
    files = [public(f"{number}.{ending}") for ending in ("json", "csv") for number in (1, 2)]
    public("board.json", "--lscb", "LEICESTER")

    release = Release.objects.get()
    assert (release.audience, release.given_by, release.boards) == (
        "public",
        None,
        ["LEICESTER", "LEICS_RUTLAND"],
    )
    entry = AuditEntry.objects.filter(action="give_annual_return").first()
    assert (entry.actor, entry.outcome) == (None, audit.DONE)
    detail = json.loads(entry.detail)
    assert (detail["release"], detail["digest"]) == (1, release.digest)
    one, again, *tables = [path.read_bytes() for path in files]
    assert one == again
    assert tables[0] == tables[1]


def items_in(path):
    """Return the numbers of a file by item, code and outcome."""
    found = {}
    for item, value in json.loads(path.read_text(encoding="utf-8"))["items"].items():
        for code, cells in value.items() if isinstance(value, dict) else [("", value)]:
            each = cells if isinstance(cells, dict) else {TOTAL: cells}
            found |= {(item, code, outcome): n for outcome, n in each.items()}
    return found


def test_all_then_one_board_after_a_correction_tell_no_small_difference(public):
    """Between the exports a boy of the board is a girl: each number of it moved by one."""
    whole, before = public("whole.json"), public("before.json", "--lscb", "LEICESTER")
    child = Child.objects.filter(sex="M").first()
    with change("correct_record", by=None) as written:
        child.sex = "F"
        written.save(child)

    after = items_in(public("after.json", "--lscb", "LEICESTER"))

    assert Release.objects.count() == 2
    assert items_in(whole)["AG-01", "", TOTAL] == 17
    old = items_in(before)
    moved = {place for place in old if {old[place], after.get(place, 0)} != {old[place]}}
    assert not any(
        0 < abs(old[place] - after[place]) < 5
        for place in moved
        if None not in (old[place], after[place])
    )
    assert after["AG-11", "F", TOTAL] is None
    assert after["AG-11", "M", TOTAL] is None


def test_what_the_statistics_pages_gave_is_reckoned_with(public):
    """All women, or the second board's: whichever the files alone would not give is known."""
    publication = publishing.publication_of(YEAR)
    alone = releases.preview(publication.tables, Audience.PUBLIC).table("LEICS_RUTLAND-AG-11")
    girls = [line.codes for line in alone.table.rows].index(("F",))
    hidden = "LEICS_RUTLAND" if alone.value(girls, None) is None else None
    boards = ("LEICESTER", "LEICS_RUTLAND") if hidden is None else (hidden,)
    counts = ((8,), (9,)) if hidden is None else ((0,), (7,))
    table = LinkedTable(
        key="sex",
        title="Sex",
        measure="reviews",
        rows_by="sex",
        rows=(Line("boys", ("M",)), Line("girls", ("F",))),
        counts=counts,
        where=(("board", boards), ("year", ("2015",))),
    )
    singles = [
        replace(table, counts=((8,), (2,)), where=(("board", ("LEICESTER",)), table.where[1])),
        replace(table, counts=((0,), (7,)), where=(("board", ("LEICS_RUTLAND",)), table.where[1])),
    ]
    parts = [one.as_parts() for one in singles] if hidden is None else []
    user = factories.make_user(None)
    releases.give(
        [table, *parts], Audience.PUBLIC, by=user, title="Given", action="export_statistics"
    )

    whole = items_in(public("whole.json"))["AG-11", "F", TOTAL]
    board = items_in(public("board.json", "--lscb", "LEICS_RUTLAND"))["AG-11", "F", TOTAL]

    assert Release.objects.count() == 2
    known, other = (whole, board) if hidden is None else (board, whole)
    assert (known, other) == (counts[1][0], None)


def test_a_publication_that_is_refused_or_cannot_be_written_is_no_release(public, monkeypatch):
    with pytest.raises(CommandError, match="cannot be written"):
        public("absent/return.json")

    def too_many(*_):
        raise TooManyFigures

    monkeypatch.setattr(releases, "settle", too_many)
    with pytest.raises(CommandError, match="too many figures to be made safe together"):
        public("public.json")

    assert not Release.objects.exists()
    assert not AuditEntry.objects.filter(action="give_annual_return").exists()


def test_the_page_of_a_release_names_area_and_question_and_makes_up_no_share(public, client):
    public("public.json")
    sign_in(client, factories.make_user(Role.RETURN_OFFICER))

    page = client.get("/statistics/given/1/").content.decode()

    assert "Completed reviews by gender: All boards together" in page
    assert "Female" in page
    told = "by kind of death: Leicester"
    of_kind = next(one for one in page.split("<section>") if told in one.split("</h2>")[0])
    of_kind = of_kind.split("</section>")[0]
    assert "Modifiable" not in of_kind
    assert "xpected" in of_kind


def test_a_public_return_that_does_not_add_up_is_refused(tmp_path):
    make_death(completed_on=YEAR.last_day)
    with change("reopen_panel_review", by=None) as written:
        review = PanelReview.objects.get()
        review.state, review.agreed_on = PanelReview.State.REOPENED, None
        review.modifiable_outcome = ""
        written.save(review)

    with pytest.raises(CommandError, match="Put right what the checks of the return found"):
        export(2015, tmp_path / "public.json", "--profile", "public")

    assert not (tmp_path / "public.json").exists()


def test_csv_holds_the_figures_of_the_document(tmp_path):
    bring_in()
    document = exported(2015, tmp_path)

    export(2015, tmp_path / "return.csv")

    with (tmp_path / "return.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert from_csv(rows) == {**document["items"], "groups": document["groups"]}


def number(text):
    return None if text == "c" else int(text)


def from_csv(rows):
    columns = ("modifiable", "not_modifiable", "insufficient_information", "total")
    read = {}
    for row in rows:
        if not row["code"]:
            read[row["item"]] = number(row["total"])
        elif row["modifiable"] == "":
            read.setdefault(row["item"], {})[row["code"]] = number(row["total"])
        else:
            figures = [number(row[column]) for column in columns]
            cells = dict(zip((*OUTCOMES, TOTAL), figures, strict=True))
            read.setdefault(row["item"], {})[row["code"]] = cells
    return read


def test_the_workbook_is_laid_out_as_the_form_with_numbers_as_numbers(tmp_path):
    bring_in()
    items = exported(2015, tmp_path)["items"]

    export(2015, tmp_path / "return.xlsx")

    sheet = openpyxl.load_workbook(tmp_path / "return.xlsx").active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "Child death reviews: annual return (LSCB1), 2014-15"
    assert "RECONSTRUCTED template – not the statutory form" in rows[1][0]
    assert from_sheet(rows) == items
    assert all(cell.data_type in "sn" for row in sheet.iter_rows() for cell in row)


def from_sheet(rows):
    read, table = {}, None
    for first, label, *figures in rows:
        if isinstance(figures[0], int) and first and first.startswith("AG-"):
            read[first] = figures[0]
        elif first and first.startswith("AG-"):
            table = read.setdefault(first, {})
            split = figures[1] is not None
        elif first is None and label is None:
            table = None
        elif table is not None and first is not None and figures[3 if split else 0]:
            cells = dict(zip((*OUTCOMES, TOTAL), figures, strict=False))
            table[first] = cells if split else figures[0]
    return read


def test_every_code_of_the_form_has_a_row_in_the_workbook_even_where_nothing_occurs(tmp_path):
    export(2015, tmp_path / "return.xlsx")

    rows = list(openpyxl.load_workbook(tmp_path / "return.xlsx").active.values)
    assert ("A1", "0-27 days", 0, 0, 0, 0) in rows
    assert ("NK", "Not known", 0, 0, 0, 0) in rows


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["2015", "return.txt"], "the ending .txt says no format"),
        (["2015", "return"], "a file without an ending says no format"),
        (["2015", "return.json", "--format", "xml"], "xml is not one"),
        (["2015", "return.json", "--lscb", "NOWHERE"], "NOWHERE is not one of"),
        (["2015", "return.json", "--lscb", "WALES"], "WALES is not one of"),
        (["2015", "return.json", "--lscb", ""], " is not one of"),
        (["2009", "return.json"], "there is no template for 2009"),
        (["2026", "return.json"], "there is no template for 2026"),
        (["99999", "return.json"], "99999 is not one"),
        (["next", "return.json"], "next is not one"),
        (["2015", "return.json", "--profile", "press"], "press is not one"),
        (["2015", "absent/return.json"], "cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing_behind(tmp_path, options, says):
    year, out, *rest = options

    with pytest.raises(CommandError, match=says) as refused:
        export(year, tmp_path / out, *rest)

    assert refused.value.returncode == 1
    assert not (tmp_path / out).exists()
    assert not AuditEntry.objects.filter(action="export_annual_return").exists()


def test_an_asked_format_is_kept_whatever_the_ending(tmp_path):
    export(2015, tmp_path / "return.txt", "--format", "json")

    assert json.loads((tmp_path / "return.txt").read_text(encoding="utf-8"))["lscb"] is None


def test_the_help_names_every_option_and_format(capsys):
    with pytest.raises(SystemExit):
        call_command("export_annual_return", "--help")

    said = capsys.readouterr().out
    assert "--lscb" in said
    assert "--profile" in said
    assert "pdf" in said


def test_a_file_is_never_overwritten(tmp_path):
    out = tmp_path / "return.json"
    out.write_text("kept", encoding="utf-8")

    with pytest.raises(CommandError, match="is not overwritten"):
        export(2015, out)

    assert out.read_text(encoding="utf-8") == "kept"


def test_a_link_to_nowhere_is_not_followed(tmp_path):
    out = tmp_path / "return.json"
    out.symlink_to(tmp_path / "elsewhere.json")

    with pytest.raises(CommandError, match="is not overwritten"):
        export(2015, out)

    assert not (tmp_path / "elsewhere.json").exists()


def test_without_its_audit_entry_there_is_no_file(tmp_path, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr(audit, "append", broken)

    with pytest.raises(RuntimeError):
        export(2015, tmp_path / "return.json")

    assert not (tmp_path / "return.json").exists()


def test_an_export_is_on_record_with_year_board_format_and_digest(tmp_path, capsys):
    export(2015, tmp_path / "return.csv", "--lscb", "LEICESTER", "--json")

    entry = AuditEntry.objects.get(action="export_annual_return")
    digest = hashlib.sha256((tmp_path / "return.csv").read_bytes()).hexdigest()
    assert json.loads(entry.detail) == {
        "year": 2015,
        "board": "LEICESTER",
        "format": "csv",
        "reviews": 0,
        "digest": digest,
    }
    assert json.loads(capsys.readouterr().out)["sha256"] == digest


def test_only_the_owner_may_read_the_file(tmp_path):
    export(2015, tmp_path / "return.json")

    assert (tmp_path / "return.json").stat().st_mode & 0o077 == 0


def test_nothing_sealed_is_opened_by_counting(monkeypatch):
    bring_in()
    monkeypatch.setattr("casereview.crypto.open_sealed", None)

    counted, _ = counting.count_return(YEAR, counting.Scope())

    assert counted.count("AG-01") == 71


@pytest.mark.parametrize("deaths", [1, 12])
def test_the_queries_do_not_grow_with_the_deaths(deaths, django_assert_num_queries):
    with change("open_case", by=None) as written:
        for _ in range(deaths):
            make_death(written, completed_on=YEAR.last_day)
    return_templates.template(YEAR)

    with django_assert_num_queries(3):
        counted, _ = counting.count_return(YEAR, counting.Scope())

    assert counted.count("AG-01") == deaths


def test_a_death_notified_twice_is_counted_once_as_the_first_notification_has_it():
    case = make_death(completed_on=YEAR.last_day, event="RTC")
    with change("log_notification", by=None, case=case) as written:
        written.save(
            Notification(case=case, notified_on=case.died_on, event="OTHER", location="SCHOOL")
        )
        first = Notification.objects.get(case=case, event="RTC")
    submit(first, hour=9)
    submit(Notification.objects.get(case=case, event="OTHER"), hour=10)

    counted, deaths = counting.count_return(YEAR, counting.Scope())

    assert [death.event for death in deaths] == ["RTC"]
    assert counted.items["AG-14"] == {"RTC": {"M": 0, "N": 1, "I": 0, "total": 1}}


def submit(notification, *, hour):
    with change("log_notification", by=None, case=notification.case) as written:
        notification.submitted_by = factories.make_user(None)
        notification.submitted_at = datetime.datetime(2014, 5, 13, hour, tzinfo=datetime.UTC)
        written.save(notification)


def test_a_merged_case_is_counted_in_the_case_it_was_merged_into():
    kept = make_death(completed_on=YEAR.last_day)
    second = make_death(completed_on=YEAR.last_day)
    with change("decide_match", by=None, case=second) as written:
        second.merged_into, second.stage = kept, second.Stage.MERGED
        written.save(second)

    counted, _ = counting.count_return(YEAR, counting.Scope())

    assert counted.rows("AG-01") == (kept.reference,)
    assert counting.completed_by_year(counting.Scope()) == {YEAR: 1}


def test_a_case_not_for_review_is_in_no_figure():
    make_death(completed_on=YEAR.last_day, stage="not_for_review", out_of_scope_reason="stillbirth")

    counted, _ = counting.count_return(YEAR, counting.Scope())

    assert all(value in (0, {}) for value in counted.items.values())
    assert counting.completed_by_year(counting.Scope()) == {}


def test_a_case_passed_to_another_panel_is_not_ongoing_here():
    make_death(
        stage="passed_on",
        passed_on_to=factories.board("NOTTINGHAM"),
        passed_on_on=YEAR.first_day,
    )

    counted, _ = counting.count_return(YEAR, counting.Scope())

    assert counted.count("AG-30") == 0


def test_a_reopened_review_stays_in_the_year_of_its_first_completion():
    case = make_death(completed_on=YEAR.last_day)
    review = PanelReview.objects.get(case=case)
    with change("reopen_panel_review", by=None, case=case) as written:
        review.state = PanelReview.State.REOPENED
        review.agreed_on = None
        written.save(review)

    counted, deaths = counting.count_return(YEAR, counting.Scope())

    assert counted.rows("AG-01") == (case.reference,)
    assert counted.count("AG-30") == 0
    assert deaths[0].under_revision


def test_serious_harm_is_no_death(manager):
    factories.make_case(by=manager, kind="serious_harm", died_on=None)

    counted, deaths = counting.count_return(YEAR, counting.Scope())

    assert deaths == []


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\ufeff=1"]
    + ["\u200b=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20A", " \u200b\ufeff\tx"],
)
def test_no_text_is_left_to_run_as_a_formula(tmp_path, text):
    spreadsheets.create(tmp_path / "a.csv", spreadsheets.csv_bytes([["label", text]]))
    sheet = spreadsheets.Sheet("Figures", [["label", text]])
    spreadsheets.create(tmp_path / "a.xlsx", spreadsheets.xlsx_bytes([sheet]))

    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        assert next(csv.reader(file))[1][0] == "'"
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx").active["B1"]
    assert cell.data_type == "s"
    assert cell.value[0] == "'"


def test_numbers_and_plain_words_are_written_as_they_are():
    written = spreadsheets.csv_bytes([["A – B", 0, -3, 1.5, None, ""]])

    assert written.decode() == "A – B,0,-3,1.5,,\r\n"


def test_a_file_that_cannot_be_finished_is_not_left_behind(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spreadsheets.os, "fsync", full)

    with pytest.raises(CommandError, match="No space left"):
        export(2015, tmp_path / "return.json")

    assert list(tmp_path.glob("return*")) == []
    assert not AuditEntry.objects.filter(action="export_annual_return").exists()
