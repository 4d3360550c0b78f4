"""Every place that draws a PDF is given hostile text: it stands there as it is, and nothing acts.

Papers that need a whole case are drawn in `tests/cdop/test_hostile_papers.py`, the others here from
what they are made of. Whoever adds a paper adds it to one of the two.
"""

import ast
import datetime
import itertools
from types import SimpleNamespace

import pytest
from icalendar import Calendar

from casereview import access_review, audit, invitations, joint_papers_work, keys
from casereview.checkpoints import Checkpoint
from casereview.heat_maps import HeatMap, HeatRow
from casereview.models import Action, Agency, Agreement, Board, Meeting, Panel, User
from casereview.registries import Origin
from casereview.rules.rag import Evidence, Rag, Standing
from casereview.rules.return_year import ReturnYear
from casereview.social_care import SocialCare
from casereview.views import checkpoints
from cdop import receipts, return_paper, return_templates, statistics_files
from learning import action_paper, annual_paper, briefing_paper, papers
from learning.action_report import ActionReport, Effect
from learning.models import Notice, QuarterlyReview, Theme
from learning.rules.quarters import Quarter
from scr import audit_paper, register_files
from scr.models import AuditedChild, ThematicAudit
from scr.register import Register, Row
from tests.architecture import project
from tests.cdop import test_hostile_papers
from tests.hostile_text import HOSTILE, drawn
from tests.pdf_content import active_in, seen_drawing, words_of

DAY = datetime.date(2015, 5, 12)
AT = datetime.datetime(2015, 5, 12, 12, tzinfo=datetime.UTC)


class Texts:
    """Hostile texts, each with an end of its own by which it is found again."""

    def __init__(self) -> None:
        self.number = itertools.count(1)
        self.given: list[str] = []

    def __call__(self) -> str:
        text = f"{HOSTILE} text{next(self.number):03}"
        self.given.append(text)
        return text


def _access_review(h: Texts, monkeypatch) -> bytes:
    row = (h(), h(), *("text" for _ in access_review.HEADINGS[2:]))
    return access_review.paper(Panel(name=h()), [row], reader=HOSTILE, at=AT)


def _checkpoint(h: Texts, monkeypatch) -> bytes:
    return checkpoints._paper(Checkpoint(7, h(), AT))


def _destroyed(h: Texts, monkeypatch) -> bytes:
    said = {"why": h(), "rule": 1, "source": h(), "cases": 2, "disposed": 1, "kept_until": ""}
    monkeypatch.setattr(joint_papers_work, "_entry", lambda _: ("7", said))
    monkeypatch.setattr(keys, "destroyed_of", lambda _: set())
    agreed = Agreement(detail={"papers": "minutes"}, proposed_at=AT, used_at=AT)
    agreed.proposed_by, agreed.decided_by = User(name=h()), User(name=h())
    return joint_papers_work.certificate(agreed, h(), reader=HOSTILE, at=AT)


def _receipt(h: Texts, monkeypatch) -> bytes:
    monkeypatch.setattr(receipts, "of_all_areas", lambda: [SocialCare(h(), h())])
    monkeypatch.setattr(receipts, "for_area", lambda: SocialCare(h()))
    return receipts.paper(h(), AT, h())


def _return(h: Texts, monkeypatch) -> bytes:
    counted = SimpleNamespace(
        year=ReturnYear(2015),
        template=return_templates.template(ReturnYear(2015)),
        count=lambda *_: 1,
        sum_of=lambda *_: 1,
        codes=lambda item: [],
    )
    return return_paper.return_paper(counted, h(), [("Signed by", h())], str, draft=True)


def _statistics(h: Texts, monkeypatch) -> bytes:
    part = statistics_files._Part(h(), (h(), "All"), ((h(), 3),), (h(),))
    return statistics_files._pdf([part], HOSTILE, (h(), h()))


def _audit(h: Texts, monkeypatch) -> bytes:
    child = AuditedChild(label="Child 1", child_voice=h(), summary=h(), grade="")
    monkeypatch.setattr(audit_paper, "children_of", lambda _: [child])
    monkeypatch.setattr(audit_paper, "leaks_in", lambda *_: [])
    audited = ThematicAudit(
        reference="MA-2015-01",
        theme=h(),
        board=Board(name=h()),
        year=2015,
        held_on=DAY,
        lines_of_enquiry=h(),
        what_was_found=h(),
        shared_on=DAY,
    )
    return audit_paper.download_audit(audited, by=User(name=HOSTILE), made=HOSTILE).content


def _register(h: Texts, monkeypatch) -> bytes:
    row = Row(
        number="1",
        board="",
        kind=h(),
        referred_on=[DAY],
        edition=h(),
        lines=[h(), h()],
        criteria=[h()],
        clocks=[h()],
        recommendation=h(),
        decisions=[h(), h()],
        departure=h(),
        advice=[h()],
        reviews=[h()],
        actions=h(),
    )
    return register_files._pdf(Register(h(), [row], []), h())


def _signals(h: Texts, monkeypatch) -> bytes:
    window = SimpleNamespace(first="2014-Q2", last="2015-Q1")
    reference = SimpleNamespace(first="2013-Q2", last="2014-Q1", quarters=4)
    heat = HeatMap("heat", h(), HOSTILE, HOSTILE, ["2015-Q1"], [HeatRow(HOSTILE, (3,), HOSTILE)])
    flag = SimpleNamespace(theme=Theme(name=h()), label=h(), sentence=h())
    about = {
        "compared": SimpleNamespace(window=window, reference=reference),
        "false_alarms": h(),
        "flags": [flag],
        "closed": [],
        "heat": heat,
        "multiples": None,
        "rows": [],
    }
    return papers.signals_paper(about, by=User(name=HOSTILE), on=DAY)


def _quarter(h: Texts, monkeypatch) -> bytes:
    review = QuarterlyReview(quarter="2015-Q1", panel=Panel(name=h()), as_at=DAY, closed_at=AT)
    review.closed_by = User(name=h())
    section = {"title": h(), "lead": h(), "items": [{"detail": h(), "text": h()}]}
    empty = {"title": h(), "lead": h(), "items": [], "none": h()}
    decision = {"theme": h(), "words": h(), "why": h(), "would_be_seen": h()}
    notice = Notice(body_name=h(), text=h())
    by = User(name=HOSTILE)
    return papers.quarter_paper(review, [section, empty], [decision], [notice], by=by, on=DAY)


def _letter(h: Texts, monkeypatch) -> bytes:
    notice = Notice(body_name=h(), text=h(), panel=Panel(name=h()), theme=Theme(name=h()))
    notice.reply_due_on = DAY
    return papers.letter(notice, by=User(name=HOSTILE), on=DAY)


def _briefing(h: Texts, monkeypatch) -> bytes:
    figures = {"columns": [h(), "Number"], "rows": [[h(), "3"]], "legend": h()}
    made = {
        "panel": h(),
        "theme": h(),
        "audience": HOSTILE,
        "about": h(),
        "seen": h(),
        "figures": figures,
        "small_numbers": h(),
        "learned": [h(), h()],
        "todo": [h()],
        "more": [h()],
    }
    return briefing_paper.drawn(made, DAY)


def _annual(h: Texts, monkeypatch) -> bytes:
    bars = [[HOSTILE, number] for number in range(annual_paper.SMALL)]
    table = {
        "key": "themes",
        "title": h(),
        "columns": [h(), "Number"],
        "rows": [[h(), "3"]],
        "bars": bars,
        "hidden": "*",
    }
    section = {
        "title": h(),
        "text": h(),
        "facts": [{"label": h(), "text": h(), "points": [h()]}],
        "tables": [table],
    }
    version = SimpleNamespace(
        content={
            "title": h(),
            "year": "2014-15",
            "panel": h(),
            "boards": [h()],
            "sections": [section],
            "legend": h(),
            "small_numbers": h(),
        },
        given_at=AT,
        get_audience_display=lambda: HOSTILE,
        report=SimpleNamespace(agreed_at=AT),
        _meta=Notice._meta,
        pk=None,
    )
    return annual_paper.version_paper(version, by=User(name=HOSTILE))


def _actions(h: Texts, monkeypatch) -> bytes:
    def planned():
        return SimpleNamespace(
            action=Action(text=h(), agency=Agency(name=h())),
            standing=Standing(Rag.RED, h()),
            evidence=Evidence.NONE,
            origin=Origin(h()),
            strength=h(),
        )

    report = ActionReport(
        quarter=Quarter(2015, 1),
        as_at=DAY,
        boards=h(),
        red=[planned()],
        amber=[planned()],
        refused=[planned()],
        effects_due=[Effect(planned(), DAY, None, "")],
        on_track=[planned()],
        not_begun=[planned()],
        done=[planned()],
        effects_made=[Effect(planned(), DAY, DAY, h())],
        counts=[("red", h(), 1)],
        strength=[(h(), 1)],
        stronger=h(),
    )
    # Of an effect the paper shows the action and what was reached.
    for one in (report.effects_due[0].row, report.effects_made[0].row):
        unsaid = {one.action.agency.name, one.standing.why, one.origin.label, one.strength}
        h.given = [text for text in h.given if text not in unsaid]
    return action_paper.action_paper(report, by=User(name=HOSTILE))


PAPERS = {
    "casereview.access_review:paper": _access_review,
    "casereview.joint_papers_work:certificate": _destroyed,
    "casereview.views.checkpoints:_paper": _checkpoint,
    "cdop.receipts:paper": _receipt,
    "cdop.return_paper:return_paper": _return,
    "cdop.statistics_files:_pdf": _statistics,
    "learning.action_paper:action_paper": _actions,
    "learning.annual_paper:version_paper": _annual,
    "learning.briefing_paper:drawn": _briefing,
    "learning.papers:letter": _letter,
    "learning.papers:quarter_paper": _quarter,
    "learning.papers:signals_paper": _signals,
    "scr.audit_paper:download_audit": _audit,
    "scr.register_files:_pdf": _register,
}


@pytest.mark.parametrize("name", PAPERS)
def test_hostile_text_stands_in_a_paper_as_it_is_and_nothing_acts(name, monkeypatch):
    monkeypatch.setattr(audit, "append", lambda *args, **kwargs: None)
    h = Texts()
    drawers = seen_drawing(monkeypatch)

    paper = PAPERS[name](h, monkeypatch)

    assert drawers == {name}
    assert active_in(paper) == set()
    words = words_of(paper)
    assert [text for text in h.given if drawn(text) not in words] == []


def test_there_is_no_other_paper():
    found, libraries = set(), set()
    for path, tree in project.app_modules():
        module = path.removesuffix(".py").replace("/", ".")
        for function in ast.walk(tree):
            match function:
                case ast.FunctionDef() if module != "casereview.pdf" and _draws(function):
                    found.add(f"{module}:{function.name}")
                case ast.ImportFrom(module="casereview.pdf", names=names):
                    assert "draw" not in {one.name for one in names}, path
                case ast.Import(names=names):
                    libraries |= {path for one in names if one.name.startswith("reportlab")}
                case ast.ImportFrom(module=str(named)) if named.startswith("reportlab"):
                    libraries.add(path)

    assert found == set(PAPERS) | test_hostile_papers.DRAWN_BY
    assert libraries == {"casereview/pdf.py"}


def _draws(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(one, ast.Call) and ast.unparse(one.func) == "pdf.draw"
        for one in ast.walk(function)
    )


def test_a_hostile_place_stays_in_its_line_of_an_invitation():
    place = f"Room 1\r\nATTENDEE:mailto:evil@example.org\nEND:VEVENT\n{HOSTILE}"
    meeting = Meeting(held_on=DAY, place=place, version=1)

    made = invitations.invitation(meeting, User(email="reader@example.org"), AT)

    event = Calendar.from_ical(made).walk("VEVENT")
    assert len(event) == 1
    assert str(event[0]["LOCATION"]) == place.replace("\r\n", "\n")
    assert str(event[0]["ATTENDEE"]) == "mailto:reader@example.org"
    lines = made.replace(b"\r\n ", b"").split(b"\r\n")
    assert {line.partition(b":")[0].partition(b";")[0] for line in lines} <= KNOWN


KNOWN = {
    *(b"BEGIN", b"END", b"PRODID", b"VERSION", b"METHOD", b"UID", b"SEQUENCE", b"DTSTAMP"),
    *(b"SUMMARY", b"CLASS", b"STATUS", b"DTSTART", b"DTEND", b"LOCATION", b"URL", b"ORGANIZER"),
    *(b"ATTENDEE", b""),
}
