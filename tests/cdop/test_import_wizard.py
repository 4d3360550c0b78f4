"""Notifications from a spreadsheet: checked row by row by the worker, then all in or nothing."""

import csv
import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casereview import imports, keys, progress, registries
from casereview.import_reading import lines_of
from casereview.models import AuditEntry, Case, ImportFile, TaskProgress
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.spreadsheets import Sheet, xlsx_bytes
from cdop import case_imports
from cdop.actions import imported_rows, importing
from cdop.actions.importing import check_stream
from cdop.models import Notification
from cdop.rules.import_columns import COLUMNS
from tests import factories
from tests.cdop.broken_files import GOOD, as_bytes, good_rows
from tests.html import without_token
from tests.kept_out import leave
from tests.signed_in import sign_in
from tests.working import do_jobs

pytestmark = pytest.mark.django_db
State = ImportFile.State
ALL = list(csv.DictReader(io.StringIO(GOOD.read_text(encoding="utf-8"))))
OTHER = {
    "source_reference": "Our ref",
    "notified_on": "Date notified",
    "died_on": "Date of death",
    "born_on": "DOB",
    "family_name": "Surname",
    "given_names": "First name",
}


def at(name, *args):
    return reverse(f"cdop:{name}", args=args)


def as_(user):
    return sign_in(Client(), user)


def hand_in(client, content, name="deaths.csv"):
    return client.post(at("import_cases"), {"file": SimpleUploadedFile(name, content)})


def checked(client, content, name="deaths.csv"):
    """Hand a file in, have it checked, and return it with its page."""
    url = hand_in(client, content, name).headers["Location"]
    do_jobs()
    return url, without_token(client.get(url))


def bring_in(client, url):
    client.post(url, {"act": "confirm"})
    do_jobs()
    return without_token(client.get(url))


def few(*changed, number=3):
    """Return the first rows of the fictional year, some of them changed."""
    rows = [dict(row) for row in ALL[:number]]
    for row, more in zip(rows, changed, strict=False):
        row |= more
    return as_bytes(rows)


@pytest.fixture
def client_of(manager, panel):
    return as_(manager)


@pytest.mark.parametrize("excel", [False, True])
def test_a_file_is_checked_looked_at_and_brought_in_with_a_receipt(client_of, manager, excel):
    content = few()
    if excel:
        rows = [list(COLUMNS), *(list(row.values()) for row in ALL[:3])]
        content = xlsx_bytes([Sheet("Deaths", rows)])

    url, page = checked(client_of, content, "deaths.xlsx" if excel else "deaths.csv")

    assert "Bring in 3 rows" in page and ALL[0]["source_reference"] in page
    assert ALL[0]["family_name"] not in page and not Case.objects.exists()
    done = bring_in(client_of, url)
    references = list(Case.objects.order_by("reference").values_list("reference", flat=True))
    assert len(references) == 3 and all(one in done for one in references)
    assert "3 new" in done
    file = ImportFile.objects.get()
    assert (file.state, file.content) == (State.DONE, None)
    with pytest.raises(Exception, match="no key"):
        keys.sealing_key("import", file.pk)
    entry = AuditEntry.objects.filter(action="import_cases", case__isnull=False).first()
    assert str(entry.actor) == str(manager.pk)


def test_a_second_time_nothing_changes_and_blanks_are_filled_in(client_of):
    lacking = few({"residence_postcode": ""})
    url, _ = checked(client_of, lacking)
    bring_in(client_of, url)

    again, page = checked(client_of, lacking)
    refused = bring_in(client_of, again)
    _, filling = checked(client_of, few())
    wrong, overwriting = checked(client_of, few({"event": "DROWN"}))

    assert "Nothing to bring in" in page and "Nothing to bring in" in refused
    assert "Fills in residence_postcode" in filling and "Bring in 1 row<" in filling
    assert Case.objects.count() == 3
    assert "1 row to correct" in overwriting and "it overwrites nothing" in overwriting
    client_of.post(wrong, {"act": "confirm"})
    assert ImportFile.objects.filter(state=State.WRITING).count() == 0


def test_rows_that_are_wrong_keep_all_out_and_are_handed_over_with_what_to_do(client_of):
    content = few({"died_on": "2015-02-31"}, {"nhs_number": "1234567890", "family_name": "=Ash"})

    url, page = checked(client_of, content)
    file = client_of.get(f"{url}errors/")
    as_csv = client_of.get(f"{url}errors/?format=csv")

    assert "2 rows to correct" in page and "real date" in page and "1234567890" not in page
    assert "Bring in" not in page.split("<h1")[1].split("<table")[0].replace("Bring in notif", "")
    assert file["Cache-Control"] == "no-store"
    for answer in (file, as_csv):
        lines = lines_of(answer.content)
        assert [line[0] for line in lines] == ["row", "2", "3"]
        assert "real date" in lines[1][1] and "check digit" in lines[2][1]
        assert "'=Ash" in lines[2]
        url = hand_in(client_of, answer.content).headers["Location"]
        again = ImportFile.objects.get(pk=url.rstrip("/").rsplit("/", 1)[1])
        assert "=Ash" in again.content["lines"][2]
    assert AuditEntry.objects.filter(action="download_import_errors").count() == 2
    bring_in(client_of, url)
    assert not Case.objects.exists()


def test_other_headings_are_guessed_chosen_and_remembered(client_of):
    rows = [dict(row) for row in ALL[:2]]
    rows[0]["died_on"] = "{2}/{1}/{0}".format(*rows[0]["died_on"].split("-"))
    header = [OTHER.get(column, column) for column in COLUMNS]
    header[COLUMNS.index("event")] = "Zzzz"
    lines = [header, *([row[column] for column in COLUMNS] for row in rows)]
    content = xlsx_bytes([Sheet("Ours", lines)])

    taken = hand_in(client_of, content)
    page = client_of.get(taken.headers["Location"])
    chosen = {name: field.initial for name, field in page.context["form"].fields.items()}
    lacking = client_of.post(taken.headers["Location"], chosen)
    chosen["event"] = str(COLUMNS.index("event"))
    answer = client_of.post(taken.headers["Location"], chosen)
    assert answer.status_code == 302, answer.context["form"].errors
    do_jobs()
    found = without_token(client_of.get(taken.headers["Location"].replace("headings/", "")))
    second = client_of.get(hand_in(client_of, content).headers["Location"])

    assert taken.headers["Location"].endswith("/headings/")
    assert chosen["died_on"] == str(COLUMNS.index("died_on"))
    assert "Select the heading that holds: Event that led to the death" in without_token(lacking)
    assert "Bring in 2 rows" in found
    assert second.context["form"].fields["event"].initial == chosen["event"]
    assert second.context["remembered"]


def test_a_long_file_says_how_far_it_is_and_stops_when_asked(client_of, monkeypatch):
    rows = [
        dict(row) | {"source_reference": f"LONG-{number}-{place}", "nhs_number": ""}
        for number in range(10)
        for place, row in enumerate(ALL)
    ]
    steps = []
    step = progress.step
    monkeypatch.setattr(progress, "step", lambda task, rows: (steps.append(rows), step(task, rows)))
    url = hand_in(client_of, as_bytes(rows)).headers["Location"]
    first = client_of.get(url)
    waiting = without_token(first)
    assert (first["Refresh"], "Refresh" in client_of.get(f"{url}?still=1")) == ("3", False)
    do_jobs()
    page = without_token(client_of.get(url))

    task = TaskProgress.objects.get()
    assert "Let it stand still" in waiting and "Stop the check" in waiting
    assert steps == [200] * 5 and (task.done, task.total) == (1000, 1000)
    assert "Bring in 1000 rows" in page.replace(",", "")
    assert "the first 10 of 1000 rows" in page

    again = hand_in(client_of, few()).headers["Location"]
    client_of.post(again, {"act": "stop"})
    do_jobs()
    assert "The check was stopped" in without_token(client_of.get(again))
    client_of.post(again, {"act": "again"})
    do_jobs()
    assert "Bring in 3 rows" in without_token(client_of.get(again))


def test_what_fails_in_the_middle_leaves_nothing(client_of, monkeypatch):
    url, _ = checked(client_of, few())
    write = imported_rows.Writer.write
    monkeypatch.setattr(importing, "AT_ONCE", 2)

    def fails(self, deaths):
        if self.batch.rows or self.batch.entries:
            raise RuntimeError("killed")
        write(self, deaths)

    with monkeypatch.context() as broken:
        broken.setattr(imported_rows.Writer, "write", fails)
        page = bring_in(client_of, url)

    assert "It could not be brought in" in page
    assert not Case.objects.exists() and not Notification.objects.exists()
    client_of.post(url, {"act": "again"})
    do_jobs()
    assert "3 new" in bring_in(client_of, url)


def test_a_file_is_looked_at_again_where_the_cases_changed_since(client_of):
    first, _ = checked(client_of, few())
    second, _ = checked(client_of, few({"event": "DROWN"}, number=1))
    bring_in(client_of, first)

    page = bring_in(client_of, second)

    assert "Something changed between" in page and "1 row to correct" in page
    assert Case.objects.count() == 3


def test_a_row_that_would_now_fill_in_what_was_shown_as_new_is_shown_first(client_of):
    first, _ = checked(client_of, few({"residence_postcode": ""}))
    second, page = checked(client_of, few(number=2))
    bring_in(client_of, first)

    again = bring_in(client_of, second)
    postcode = Notification.objects.get(source_reference=ALL[0]["source_reference"]).case.child
    done = bring_in(client_of, second)

    assert "Bring in 2 rows" in page
    assert "Something changed between" in again and "Fills in residence_postcode" in again
    assert postcode.postcode is None
    assert "1 changed, 1 there already" in done


def test_a_receipt_names_a_case_by_a_reference_written_with_an_accent_of_its_own(client_of):
    url, _ = checked(client_of, few({"source_reference": "CAFE\N{COMBINING ACUTE ACCENT}-1"}))

    done = bring_in(client_of, url)

    assert all(one.reference in done for one in Case.objects.all()) and Case.objects.count() == 3


def test_a_file_is_its_owners_own(client_of, people, outsider):
    url, _ = checked(client_of, few({"died_on": "x"}))
    colleague = factories.make_user(Role.CDR_MANAGER)
    leaver = factories.make_user(Role.CDR_MANAGER)
    gone = as_(leaver)
    leave(leaver)

    for path in (url, f"{url}errors/", f"{url}headings/"):
        assert as_(colleague).get(path).status_code == 404
        assert as_(colleague).post(path, {"act": "discard"}).status_code == 404
        assert as_(outsider).get(path).status_code == 403
        assert as_(people[Role.PANEL_CHAIR]).get(path).status_code == 403
        assert gone.get(path).status_code == 302
    assert as_(outsider).get(at("case_import_template")).status_code == 403
    assert ImportFile.objects.count() == 1


def test_deaths_of_other_panels_and_cases_kept_from_one_are_refused(client_of, manager):
    url, _ = checked(client_of, few())
    bring_in(client_of, url)
    factories.recuse(
        manager, Case.objects.get(notifications__source_reference=ALL[0]["source_reference"])
    )

    _, page = checked(
        client_of,
        few(
            {"sex": "U"},
            {},
            {
                "source_reference": "ELSEWHERE",
                "residence_lscb": "LONDON_CAMDEN",
                "place_of_death_lscb": "LONDON_CAMDEN",
            },
        ),
    )

    assert "2 rows to correct" in page
    assert "there is a case with this one that you cannot open" in page
    assert "no panel of yours serves" in page


def test_a_role_that_ended_meanwhile_brings_nothing_in(client_of, manager):
    url, _ = checked(client_of, few())
    client_of.post(url, {"act": "confirm"})
    leave(manager)

    do_jobs()

    assert not Case.objects.exists()


def test_a_file_is_destroyed_after_its_day_or_when_thrown_away(client_of):
    for _ in range(2):
        hand_in(client_of, few())
    kept, thrown = ImportFile.objects.order_by("received_at")
    client_of.post(at("view_case_import", thrown.pk), {"act": "discard"})

    assert registries.chores["expired imports"](kept.received_at) == 0
    late = kept.expires_at + datetime.timedelta(seconds=1)
    assert registries.chores["expired imports"](late) == 1

    assert not ImportFile.objects.exists()
    assert not {kept.pk, thrown.pk} & set(keys.owners("import"))


def test_a_leavers_file_is_destroyed(client_of, manager):
    from casereview.leaving import end_all

    hand_in(client_of, few())
    with change("deactivate_person", by=None) as written:
        assert end_all(written, manager)["Files to be imported"] == 1

    assert not ImportFile.objects.exists()


def test_the_template_can_be_read_and_lists_the_codes(client_of):
    for excel in ("", "?format=xlsx"):
        template = client_of.get(at("case_import_template") + excel)
        assert lines_of(template.content)[0] == list(COLUMNS)
    assert b"xl/worksheets/sheet3.xml" in template.content
    listed = {column for column, _, _ in case_imports.KIND.codes()}
    assert listed == set(importing.import_codes())


def test_a_check_asks_no_more_for_many_rows_than_for_few(manager, panel):
    def asked(number, known):
        rows = [
            dict(row) | ({"residence_postcode": "LE1 1AA"} if known else {}) for row in ALL[:number]
        ]
        stream = io.BytesIO(as_bytes(rows))
        sight = case_imports.sight_of(manager)
        with keys.held(), CaptureQueriesContext(connection) as queries:
            check_stream(stream=stream, sight=sight)
        return len(queries)

    assert asked(2, known=False) == asked(20, known=False)
    importing.import_stream(
        stream=io.BytesIO(as_bytes([row | {"residence_postcode": ""} for row in ALL[:20]])),
        by=manager,
    )
    assert asked(2, known=True) == asked(20, known=True)


def test_rows_that_may_tell_of_one_death_are_named(client_of):
    twin = dict(ALL[0]) | {"source_reference": "TWICE-1"}
    _, page = checked(client_of, as_bytes([ALL[0], twin]))

    assert "Perhaps the same death as row 3" in page
    assert "Bring in 2 rows" in page


def test_every_row_of_the_sample_is_told_apart(manager, panel):
    rows = good_rows()
    rows[1]["sex"] = "?"

    fates = check_stream(stream=io.BytesIO(as_bytes(rows)), sight=case_imports.sight_of(manager))

    assert [(one.row, str(one.fate)) for one in fates] == [
        (2, "create"),
        (3, "error"),
        (4, "create"),
        (5, "create"),
    ]


def test_nothing_of_a_file_is_in_clear(client_of):
    hand_in(client_of, few({"family_name": "Plantedname"}))

    file = ImportFile.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM casereview_importfile")
        raw = bytes(cursor.fetchone()[0])
    assert b"Plantedname" not in raw
    assert "Plantedname" in str(file.content)
    assert imports.files_of(file.user, case_imports.KIND).count() == 1
