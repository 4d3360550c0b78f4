"""The annual report: written by the panel, agreed by its chair, given out through the gate."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import actions as kernel
from casereview import pdf
from casereview.actions import NotAllowed
from casereview.codelists import load_named
from casereview.models import AuditEntry, Meeting, Panel, Release, StandingRole
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from cdop.counting import Scope
from learning import annual_reports, report_figures
from learning.actions import annual_reports as actions
from learning.models import AnnualReport, ReportVersion
from learning.report_traces import TRACES, traces
from tests import factories
from tests.cdop.reviewed import bring_in, make_death
from tests.html import Page
from tests.signed_in import sign_in
from tests.working import do_jobs

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2015, 6, 1)
LIST = "/learning/reports/"
HARMLESS = "The panel looked at what the year tells and at what it does not."


def words(response):
    return re.sub(r"\s+", " ", Page(response.content.decode()).words)


@pytest.fixture
def lead(people):
    return people[Role.LEARNING_LEAD]


@pytest.fixture
def chair(people):
    return people[Role.PANEL_CHAIR]


@pytest.fixture
def reviews(db):
    """Of malignancy eleven and of medical causes ten, three of them with modifiable factors."""
    with change("open_case", by=None) as written:
        for category, outcome, number in (
            ("3", "M", 6),
            ("3", "N", 5),
            ("4", "M", 3),
            ("4", "N", 7),
        ):
            for _ in range(number):
                make_death(
                    written,
                    completed_on=datetime.date(2015, 3, 2),
                    category=category,
                    outcome=outcome,
                )


def begun(panel, by) -> AnnualReport:
    return actions.begin_annual_report(panel=panel, year=2015, by=by, today=TODAY)


def filled(panel, by, **instead) -> AnnualReport:
    report = begun(panel, by)
    for part in annual_reports.parts():
        actions.write_report_part(
            report=report, code=part.code, text=instead.get(part.code, HARMLESS), by=by
        )
    return report


def test_a_report_waits_for_the_year_to_end_and_is_begun_once(panel, lead):
    with pytest.raises(NotAllowed, match="Wait until the year has ended"):
        actions.begin_annual_report(
            panel=panel, year=2015, by=lead, today=datetime.date(2015, 3, 31)
        )
    begun(panel, lead)

    with pytest.raises(NotAllowed, match="begun this report already"):
        begun(panel, lead)


def test_its_figures_are_those_of_the_year_and_lead_to_where_they_come_from(
    client, panel, lead, people
):
    bring_in()
    report = begun(panel, lead)
    sign_in(client, people[Role.CDR_MANAGER])

    page = client.get(reverse("learning:view_annual_report", args=[report.pk]))

    told = words(page)
    of = annual_reports.about(report)
    assert of.codes == ("LEICESTER", "LEICS_RUTLAND")
    made = annual_reports.whole(report, lead, TODAY)
    reviewed = next(one for one in made["sections"] if one["code"] == "reviews")
    group = next(one for one in reviewed["tables"] if one["key"] == "group")
    assert [(row[0], row[4]) for row in group["rows"][:-1]] == [
        ("Neonatal", "23"),
        ("Expected", "23"),
        ("Unexpected", "25"),
    ]
    assert group["rows"][-1][:5] == ["All", "23", *group["rows"][-1][2:4], "71"]
    assert "It holds small numbers and is not passed on" in told
    assert "year=2015&amp;years=1&amp;for=panel" in page.content.decode()
    assert "Still to write: Foreword" in told
    # Each figure that the program puts in can be followed, each by whoever may open the page.
    assert set(TRACES) == {
        figure
        for code in load_named("learning", "annual_report").codes
        for figure in code.extra["figures"]
    }
    followed = traces(people[Role.CDR_MANAGER], report)
    for code in ("reviews", "timeliness", "five_years", "remit", "actions", "shared"):
        assert followed[code], code
        assert all(client.get(one["url"]).status_code == 200 for one in followed[code])
    assert "/returns/2015/" in str(followed["reviews"])
    member = traces(people[Role.PANEL_MEMBER], report)
    assert "/returns/2015/" not in str(member)


def test_two_people_writing_at_once_lose_nothing(client, panel, lead):
    report = begun(panel, lead)
    seen = report.version
    actions.write_report_part(report=report, code="foreword", text="First.", by=lead)
    sign_in(client, lead)

    response = client.post(
        reverse("learning:write_report_part", args=[report.pk, "foreword"]),
        {"text": "Second, typed meanwhile.", "version": str(seen)},
    )

    assert "Somebody else wrote in this report" in words(response)
    assert "Second, typed meanwhile." in response.content.decode()
    report.refresh_from_db()
    assert report.texts == {"foreword": "First."}
    with pytest.raises(Conflict):
        actions.write_report_part(
            report=AnnualReport.objects.get(), code="remit", text="x", by=lead, version=seen
        )


def test_a_report_that_names_somebody_of_a_case_is_not_agreed(panel, lead, chair, manager):
    factories.make_case(
        by=manager,
        family_name="Plantedname",
        died_on=datetime.date(2014, 9, 1),
        notified_on=datetime.date(2014, 9, 2),
    )
    report = filled(panel, lead, foreword="We remember Ada Plantedname, who died this year.")

    with pytest.raises(NotAllowed, match="Foreword") as refused:
        actions.agree_annual_report(report=report, by=chair)

    assert "Plantedname" not in str(refused.value)
    assert set(annual_reports.names_in(report)) == {"foreword"}
    assert report.agreed_at is None


def test_an_empty_part_is_written_before_the_report_is_agreed(panel, lead, chair):
    report = begun(panel, lead)

    with pytest.raises(NotAllowed, match="Write first: Foreword"):
        actions.agree_annual_report(report=report, by=chair)


def test_an_agreed_report_stays_until_its_chair_opens_it_again(panel, lead, chair):
    report = actions.agree_annual_report(report=filled(panel, lead), by=chair)

    with pytest.raises(NotAllowed, match="agreed"):
        actions.write_report_part(report=report, code="remit", text="Another", by=lead)
    with pytest.raises(NotAllowed, match="Enter why"):
        actions.reopen_annual_report(report=report, by=chair, reason=" ")
    actions.reopen_annual_report(report=report, by=chair, reason="A figure was corrected")
    actions.write_report_part(report=report, code="remit", text="Another", by=lead)
    with pytest.raises(NotAllowed, match="The chair agrees the report first"):
        actions.give_report_out(report=report, document="report", audience="public", by=lead)


def test_the_public_version_hides_small_numbers_and_is_kept_as_it_was_given(
    client, panel, lead, chair, people, reviews
):
    report = actions.agree_annual_report(report=filled(panel, lead), by=chair)
    sign_in(client, lead)
    asked = client.post(
        reverse("learning:give_report_out", args=[report.pk]),
        {"document": "report", "audience": "public"},
    )
    waiting = client.get(asked["Location"])
    do_jobs()

    version = ReportVersion.objects.get()
    assert "Being made" in words(waiting)
    assert (version.state, version.refused_because) == ("given", "")
    assert version.release == Release.objects.get()
    given = client.get(asked["Location"])
    paper = client.get(reverse("learning:download_report", args=[version.pk]))
    text = " ".join(pdf.pages_of(paper.content))
    tables = {
        table["key"]: table
        for section in version.content["sections"]
        for table in section["tables"]
    }
    # Three of the ten had modifiable factors: hidden, with what would give it away.
    rows = {row[0]: row for row in tables["category"]["rows"]}
    cells = [cell for row in rows.values() for cell in row[1:]]
    assert "3" not in cells and "c" in cells
    # The whole stands: what was modifiable, what was not or not known, and all.
    assert rows["All"][1:4] == ["9", "12", "21"]
    assert "Not on record" not in words(given) + text
    assert "Small numbers are not given" in words(given) and "Small numbers are not given" in text
    assert HARMLESS in text.replace("\n", " ")
    before = version.content
    with change("open_case", by=None) as written:
        make_death(written, completed_on=datetime.date(2015, 3, 3), category="3", outcome="M")
    version.refresh_from_db()
    assert version.content == before
    assert AuditEntry.objects.filter(action="download_report", outcome="done").exists()
    # A member of the board reads this version, and neither the report nor the panel's own.
    own = actions.give_report_out(report=report, document="report", audience="panel", by=lead)
    do_jobs()
    sign_in(client, people[Role.BOARD_MEMBER])
    listed = words(client.get(LIST))
    assert "Annual report of the panel, 2014-15" in listed and "Public" in listed
    assert client.get(asked["Location"]).status_code == 200
    for page in (
        reverse("learning:view_annual_report", args=[report.pk]),
        reverse("learning:view_report_version", args=[own.pk]),
        reverse("learning:download_report", args=[own.pk]),
    ):
        assert client.get(page).status_code in (403, 404)


def test_author_and_chair_see_before_it_is_given_out_what_others_would_read(
    client, panel, lead, chair, people, reviews
):
    report = filled(panel, lead)
    sign_in(client, chair)
    asked = client.post(
        reverse("learning:preview_report", args=[report.pk]),
        {"document": "report", "audience": "public"},
    )
    do_jobs()

    version = ReportVersion.objects.get()
    assert (version.state, version.refused_because, version.digest) == ("preview", "", "")
    assert not Release.objects.exists()
    told = words(client.get(asked["Location"]))
    assert "Nothing was given out" in told and HARMLESS in told
    assert "Small numbers are not given" in told and "Save as PDF" not in told
    tables = {
        table["key"]: table
        for section in version.content["sections"]
        for table in section["tables"]
    }
    assert "3" not in [cell for row in tables["category"]["rows"] for cell in row[1:]]
    # It can be looked at again; the report's page names the last alone.
    again = actions.preview_report(report=report, document="report", audience="public", by=lead)
    do_jobs()
    page = client.get(reverse("learning:view_annual_report", args=[report.pk])).content.decode()
    assert str(again.pk) in page and str(version.pk) not in page
    paper = reverse("learning:download_report", args=[again.pk])
    assert client.get(paper).status_code == 404
    for role in (Role.PANEL_MEMBER, Role.BOARD_MEMBER, Role.BOARD_MANAGER):
        sign_in(client, people[role])
        assert client.get(asked["Location"]).status_code == 404
        assert client.get(paper).status_code == 404
        where = reverse("learning:preview_report", args=[report.pk])
        assert client.get(where).status_code == 403
    sign_in(client, people[Role.PANEL_MEMBER])
    page = client.get(reverse("learning:view_annual_report", args=[report.pk])).content.decode()
    assert str(again.pk) not in page


def test_serious_cases_are_counted_once_for_a_report(panel, lead, chair, monkeypatch):
    asked = []
    count = report_figures.year_of_boards
    monkeypatch.setattr(
        report_figures, "year_of_boards", lambda *args: asked.append(args) or count(*args)
    )
    report = actions.agree_annual_report(report=filled(panel, lead), by=chair)

    annual_reports.whole(report, lead, TODAY)
    assert len(asked) == 1
    actions.give_report_out(report=report, document="report", audience="panel", by=lead)
    do_jobs()

    assert ReportVersion.objects.get().state == "given"
    assert len(asked) == 2


def test_a_version_that_may_not_be_given_says_why_and_leaves_nothing(
    panel, lead, chair, reviews, monkeypatch
):
    report = actions.agree_annual_report(report=filled(panel, lead), by=chair)
    monkeypatch.setattr(
        "casereview.releases._settled", lambda *_: (_ for _ in ()).throw(_refused())
    )

    actions.give_report_out(report=report, document="chapter", audience="board", by=lead)
    do_jobs()

    version = ReportVersion.objects.get()
    assert version.state == "refused" and "join years" in version.refused_because
    assert version.content is None and not Release.objects.exists()


def _refused():
    from casereview.releases import Refused

    return Refused("Give fewer tables, join years, or wait for a full year.")


def test_a_version_is_not_made_for_somebody_whose_role_has_ended(panel, lead, chair, reviews):
    report = actions.agree_annual_report(report=filled(panel, lead), by=chair)
    actions.give_report_out(report=report, document="report", audience="panel", by=lead)
    role = StandingRole.objects.get(user=lead)
    with change("end_role", by=None) as written:
        role.ended_at, role.ended_by = timezone.now(), chair
        written.save(role)

    do_jobs()

    version = ReportVersion.objects.get()
    assert version.state == "refused" and "no longer" in version.refused_because
    assert version.content is None


def test_the_boards_office_reads_what_was_given_and_not_the_small_numbers(client, panel, people):
    report = begun(panel, people[Role.LEARNING_LEAD])
    sign_in(client, people[Role.BOARD_MANAGER])

    assert client.get(LIST).status_code == 200
    assert client.get(reverse("learning:view_annual_report", args=[report.pk])).status_code == 403


def test_the_chapter_of_the_board_leaves_out_what_is_the_panels_own(panel):
    chapter = {one.code for one in annual_reports.parts("chapter")}

    assert chapter < {one.code for one in annual_reports.parts()}
    assert chapter.isdisjoint({"foreword", "families", "data_quality"})


def test_outsiders_leavers_and_other_panels_find_nothing(client, panel, lead, people, outsider):
    report = begun(panel, lead)
    pages = [
        LIST,
        reverse("learning:view_annual_report", args=[report.pk]),
        reverse("learning:write_report_part", args=[report.pk, "foreword"]),
        reverse("learning:give_report_out", args=[report.pk]),
    ]
    for user in (outsider, people[Role.CONTRIBUTOR], people[Role.ADMINISTRATOR]):
        sign_in(client, user)
        assert [client.get(page).status_code for page in pages] == [403] * 4
    other = Panel.objects.exclude(pk=panel.pk).first()
    if other is None:
        with change("set_up", by=None) as written:
            other = Panel(code="elsewhere", name="Another panel")
            written.save(other)
    far = factories.make_user(None, email="far@example.org")
    with change("give_role", by=None) as written:
        written.save(
            StandingRole(user=far, role=Role.PANEL_CHAIR, panel=other, given_at=timezone.now())
        )
    sign_in(client, far)
    assert client.get(pages[1]).status_code == 404
    sign_in(client, lead)
    with change("leave", by=None) as written:
        lead.is_active = False
        written.save(lead)
    assert client.get(pages[1]).status_code == 302


def test_the_number_of_queries_does_not_grow_with_what_there_is(
    client, panel, lead, chair, manager, reviews
):
    report = filled(panel, lead)
    sign_in(client, lead)
    address = reverse("learning:view_annual_report", args=[report.pk])

    def meet(day: int) -> None:
        meeting = kernel.arrange_meeting(
            panel=panel, held_on=datetime.date(2014, 10, day), chair=chair, by=manager
        )
        kernel.put_on_agenda(meeting=meeting, case=factories.make_case(by=manager), by=manager)
        with change("end_meeting", by=manager) as written:
            meeting.state = Meeting.State.HELD
            written.save(meeting)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    meet(1)
    asked()
    few = asked()
    for day in range(2, 6):
        meet(day)
    assert asked() == few
    assert "5 meetings held" in words(client.get(address))


def test_what_is_asked_of_the_statistics_is_the_panels_boards(panel):
    of = report_figures.about(panel, annual_reports.ReturnYear(2015))

    asked = of.asked(5, annual_reports.Audience.BOARD)

    assert asked.scope == Scope(None, frozenset(of.codes))
    assert [year.ends_in for year in asked.cover.years] == [2011, 2012, 2013, 2014, 2015]
