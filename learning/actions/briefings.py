"""Writing a briefing on a theme, testing it for names, agreeing it, and giving it out."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from django.utils import timezone

from casereview import jobs, progress
from casereview.actions import NotAllowed, leaks
from casereview.actions.seen import as_seen
from casereview.models import LeakHit, Panel
from casereview.records import Change, change
from casereview.rules.output_profiles import Audience
from casereview.rules.return_year import ReturnYear
from learning.briefing_paper import pages
from learning.briefings import (
    MOST_POINTS,
    PARTS,
    content,
    draft,
    figures_of,
    offered,
    open_leaks,
    places,
    signs,
    unwritten,
)
from learning.making import STEPS
from learning.models import Briefing, BriefingFigures, Theme
from scr.anonymity import apart

State, Leak = Briefing.State, LeakHit.Answer
WORK_OUT, MAKE = "work_out_briefing", "make_briefing"
AUDIENCES = (Audience.BOARD, Audience.PUBLIC)


def begin_briefing(*, panel: Panel, theme: Theme, audience: str, by, on: date) -> Briefing:
    """Begin a briefing on a theme, drafted from the records.

    Raises:
        NotAllowed: no known readers, or a briefing for them on this theme is being written.
    """
    if audience not in AUDIENCES:
        raise NotAllowed("Select for whom the briefing is")
    open_ = Briefing.objects.filter(panel=panel, theme=theme, audience=audience)
    if open_.exclude(state=State.GIVEN).exists():
        raise NotAllowed("A briefing on this theme is being written for them already. Open it")
    briefing = Briefing(
        panel=panel,
        theme=theme,
        audience=audience,
        year=ReturnYear.containing(on).ends_in - 1,
        begun_by=by,
        begun_at=timezone.now(),
        written_by=by,
    )
    texts, points = draft(briefing, on)
    briefing.texts, briefing.points = texts, points
    with change("begin_briefing", by=by, detail={"audience": audience}) as written:
        written.save(briefing, subject=True)
        _ask_for_figures(written, briefing)
    return briefing


def write_briefing(
    *,
    briefing: Briefing,
    texts: Mapping[str, str],
    points: Collection[str],
    by,
    version: int | None = None,
) -> Briefing:
    """Write the parts of a briefing and choose what it tells of what was learned.

    Raises:
        NotAllowed: it is agreed or given out, a part is too long, or what was chosen may not be
            told to these readers.
        Conflict: somebody else wrote since the page was shown.
    """
    for code, (title, longest, _) in PARTS.items():
        if len(texts.get(code, "")) > longest:
            raise NotAllowed(f"Shorten “{title}” to {longest} characters")
    known = {str(one.pk) for one in offered(briefing)}
    if not set(points) <= known:
        raise NotAllowed("Choose what may be told to these readers")
    if len(set(points)) > MOST_POINTS:
        raise NotAllowed(f"Choose {MOST_POINTS} things that were learned, or fewer")
    as_seen(briefing, version)
    with change("write_briefing", by=by) as written:
        _open(briefing)
        briefing.texts = {code: texts.get(code, "").strip() for code in PARTS}
        briefing.points = sorted(set(points))
        briefing.written_by, briefing.refused_because = by, ""
        written.save(briefing, subject=True)
    return briefing


def work_out_briefing(*, briefing: Briefing, by) -> None:
    """Have the figures of a briefing worked out anew, as its readers would be given them.

    Raises:
        NotAllowed: it is being made or given out already.
    """
    if briefing.state in (State.MAKING, State.GIVEN):
        raise NotAllowed("Its figures stay as they were given")
    with change("work_out_briefing", by=by) as written:
        _ask_for_figures(written, briefing)


def _ask_for_figures(written: Change, briefing: Briefing) -> None:
    row = figures_of(briefing) or BriefingFigures(briefing=briefing, audience=briefing.audience)
    row.asked_by, row.asked_at, row.made_at = written.by, timezone.now(), None
    row.figures, row.refused_because = None, ""
    written.save(row)
    jobs.enqueue(WORK_OUT, figures=row.pk)


def test_briefing(*, briefing: Briefing, by) -> int:
    """Run the leak test on a briefing, against every case behind it; return how many places wait.

    Raises:
        NotAllowed: it is agreed or given out.
    """
    found = places(briefing)
    with change("test_briefing", by=by) as written:
        _open(briefing)
        written.subject = briefing
        waiting = 0
        # What is kept with one case shows no word that tells of another.
        for case, hits in apart(found).items():
            # Nothing certain stands in a briefing, whatever is said of it: nobody is asked to.
            firm = [replace(hit, hard=hit.certain) for hit in hits]
            waiting += len(
                leaks.record_leak_hits(case=case, hits=firm, by=by, document_key=briefing.pk)
            )
        written.detail["waiting"] = waiting
    return waiting


# It is an act of the product, not a test of pytest.
test_briefing.__test__ = False  # type: ignore[attr-defined]


def answer_briefing_leak(*, hit: LeakHit, answer: str, by, reason: str = "") -> int:
    """Say of a word of a briefing that it means nobody of the case, or that it will be replaced.

    Raises:
        NotAllowed: one's own words, or what `leaks.answer_leak_hit` refuses.
    """
    briefing = Briefing.objects.get(pk=hit.document_key)  # type: ignore[misc]
    if answer == Leak.NOT_THIS_PERSON and by.pk == briefing.written_by_id:
        raise NotAllowed("Ask somebody else: nobody lets a word of their own stand")
    return leaks.answer_leak_hit(hit=hit, answer=answer, by=by, reason=reason)


def agree_briefing(*, briefing: Briefing, by, version: int | None = None) -> Briefing:
    """Agree a briefing as a second person: complete, on one page, and naming nobody.

    Raises:
        NotAllowed: it is not, the figures are not there, or one wrote it oneself.
        Conflict: somebody else wrote since the page was shown.
    """
    as_seen(briefing, version)
    if by.pk == briefing.written_by_id:
        raise NotAllowed("Ask a second person: nobody agrees their own words")
    if missing := unwritten(briefing):
        raise NotAllowed(f"Write first: {', '.join(missing)}")
    figures = figures_of(briefing)
    if figures is None or figures.made_at is None:
        raise NotAllowed("Wait until the figures are worked out")
    if figures.refused_because:
        raise NotAllowed(figures.refused_because)
    refuse_leaks(briefing)
    _refuse_two_pages(briefing, figures)
    with change("agree_briefing", by=by) as written:
        _open(briefing)
        briefing.state, briefing.agreed_by = State.AGREED, by
        briefing.agreed_at, briefing.refused_because = timezone.now(), ""
        written.save(briefing, subject=True)
    return briefing


def reopen_briefing(*, briefing: Briefing, by, reason: str) -> Briefing:
    """Open an agreed briefing again, before it is given out.

    Raises:
        NotAllowed: it is not agreed, or no reason.
    """
    if not reason.strip():
        raise NotAllowed("Enter why it is opened again")
    with change("reopen_briefing", by=by, reason=reason.strip()) as written:
        if Briefing.objects.select_for_update().get(pk=briefing.pk).state != State.AGREED:
            raise NotAllowed("Only a briefing that is agreed, and not given out, is opened again")
        briefing.state, briefing.agreed_by, briefing.agreed_at = State.WRITING, None, None
        written.save(briefing, subject=True)
    return briefing


def give_briefing(*, briefing: Briefing, by, version: int | None = None) -> Briefing:
    """Ask for an agreed briefing to be given out; the worker makes it, or says why it may not be.

    Raises:
        NotAllowed: it is not agreed, or is being made or given out already.
        Conflict: somebody else changed it since the page was shown.
    """
    as_seen(briefing, version)
    with change("give_briefing", by=by, detail={"audience": briefing.audience}) as written:
        if Briefing.objects.select_for_update().get(pk=briefing.pk).state != State.AGREED:
            raise NotAllowed("Have it agreed first; what is given out stays as it is")
        briefing.state, briefing.given_by, briefing.refused_because = State.MAKING, by, ""
        briefing.task = progress.begin_waiting(kind=MAKE, by=by, total=STEPS).pk
        written.save(briefing, subject=True)
        jobs.enqueue(MAKE, briefing=briefing.pk)
    return briefing


def refuse_leaks(briefing: Briefing) -> None:
    """Refuse a briefing that tells who somebody is.

    Raises:
        NotAllowed: it does; how often is said, not which word.
    """
    if found := signs(briefing):
        raise NotAllowed(f"Take out what tells who somebody is by itself: {', '.join(found)}")
    if number := open_leaks(briefing):
        words = "1 place" if number == 1 else f"{number} places"
        raise NotAllowed(f"Run the leak test and answer it first: {words} may name somebody")


def _refuse_two_pages(briefing: Briefing, figures: BriefingFigures) -> None:
    today = timezone.localdate()
    if pages(content(briefing, figures.figures, today), today) != 1:
        raise NotAllowed("Shorten it: it does not stand on one page")


def _open(briefing: Briefing) -> None:
    if Briefing.objects.select_for_update().get(pk=briefing.pk).state != State.WRITING:
        raise NotAllowed("It is agreed: its words stay as they are unless it is opened again")
