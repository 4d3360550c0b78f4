"""A manager brings a spreadsheet of their own in: headings, a wrong row, all in, a receipt."""

import csv
import io

import pytest

from casereview.models import Case, ImportFile
from cdop.rules.import_columns import COLUMNS
from tests.cdop.broken_files import good_rows
from tests.journeys.looking import Reader
from tests.journeys.signing_in import sit_down
from tests.working import do_jobs

OURS = {"died_on": "Date of death", "born_on": "DOB", "family_name": "Surname"}
NARROW = {"width": 390, "height": 844}


def spreadsheet(rows) -> dict:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([OURS.get(column, column) for column in COLUMNS] + ["Ward"])
    writer.writerows([*(row[column] for column in COLUMNS), "7"] for row in rows)
    return {"name": "ours.csv", "mimeType": "text/csv", "buffer": out.getvalue().encode()}


@pytest.mark.usefixtures("panel")
def test_a_manager_brings_in_a_spreadsheet_of_their_own(page, manager, problems):
    rows = good_rows()[:2]
    wrong = [rows[0] | {"died_on": "31/02/2015"}, rows[1]]
    reader = Reader(sit_down(page, manager))

    reader.open("/notifications/", "Notifications")
    reader.follow("Bring in a spreadsheet", "Bring in notifications")
    page.get_by_label("The file, as CSV").set_input_files(spreadsheet(wrong))
    reader.press("Check the file", "Which heading is which?")
    with page.expect_navigation():
        page.get_by_role("button", name="Check the file").click()
    reader.open(f"{page.url}?still=1", "The file is being checked")
    do_jobs()
    reader.follow("Look again", "1 row to correct")
    with page.expect_download() as rows_to_correct:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert "real date" in rows_to_correct.value.path().read_text()
    reader.press("Throw the file away", "Bring in notifications")
    page.get_by_label("The file, as CSV").set_input_files(spreadsheet(rows))
    reader.press("Check the file", "Which heading is which?")
    reader.press_and_work("Check the file", "Check before you bring it in")
    page.set_viewport_size(NARROW)
    assert page.locator("html").evaluate("page => page.scrollWidth") <= NARROW["width"]
    reader.press_and_work("Bring in 2 rows", "Brought in")

    assert Case.objects.count() == 2
    assert ImportFile.objects.get().content is None
    assert problems == []
