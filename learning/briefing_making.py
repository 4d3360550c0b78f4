"""Making a briefing, by the worker: its figures through the gate, one page, then frozen."""

import hashlib
import json
import logging
import uuid
from functools import partial

from django.utils import timezone

from casereview import jobs, progress, releases
from casereview.actions import NotAllowed
from casereview.models import TaskProgress
from casereview.records import change
from casereview.releases import Audience, Refused
from learning import briefing_figures, making
from learning.actions.briefings import MAKE, WORK_OUT, refuse_leaks
from learning.briefing_paper import pages
from learning.briefings import content
from learning.models import Briefing, BriefingFigures
from learning.panels import panels_for

logger = logging.getLogger(__name__)
State = Briefing.State
ASK = "give_briefing"


@jobs.job(WORK_OUT)
def work_out_briefing(figures: uuid.UUID) -> None:
    """Work out the figures of a briefing as its readers would be given them; nothing leaves."""
    row = (
        BriefingFigures.objects.select_related("briefing__theme", "briefing__panel", "asked_by")
        .filter(pk=figures, made_at=None)
        .first()
    )
    if row is None:
        return
    found, refused = None, ""
    try:
        tables = briefing_figures.tables(row.briefing)
        found = briefing_figures.drawn(releases.preview(tables, Audience(row.audience)))
    except Refused as refusal:
        refused = str(refusal)
    except Exception as error:  # whatever went wrong, no figure is shown
        logger.warning("figures of briefing %s failed: %s", row.briefing_id, type(error).__name__)
        refused = making.FAILED
    with change("work_out_briefing", by=row.asked_by) as written:
        row.figures, row.refused_because = found, refused[:300]
        row.made_at = timezone.now()
        written.save(row, subject=True)


@jobs.job(MAKE)
def make_briefing(briefing: uuid.UUID) -> None:
    """Make a briefing that waits for it. What may not be given is refused, with the reason kept."""
    row = (
        Briefing.objects.select_related("panel", "theme", "given_by")
        .filter(pk=briefing, state=State.MAKING)
        .first()
    )
    if row is None:
        return
    making.attempt(
        f"briefing {briefing}", row.task, partial(_make, row), partial(_refuse, briefing)
    )


def _make(row: Briefing, task: TaskProgress) -> None:
    today, audience = timezone.localdate(), Audience(row.audience)
    # Between asking and making a role may have ended.
    if not panels_for(row.given_by, ASK).filter(pk=row.panel_id).exists():
        raise NotAllowed("Whoever asked for it may no longer give it out")
    refuse_leaks(row)
    progress.step(task)
    tables = briefing_figures.tables(row)
    # Looked at before anything is in the ledger.
    settled = releases.preview(tables, audience)
    if pages(content(row, briefing_figures.drawn(settled), today), today) != 1:
        raise NotAllowed("Open it again and shorten it: it does not stand on one page")
    progress.step(task)
    given = releases.give(
        tables,
        audience,
        by=row.given_by,
        title=f"Briefing, {row.theme.name}, {row.panel.name}",
        action=ASK,
        boards=briefing_figures.about(row).codes,
        detail={"year": row.year},
    )
    made = content(row, briefing_figures.drawn(given.settled), today)
    text = json.dumps(made, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    with change("make_briefing", by=row.given_by, detail={"digest": digest}) as written:
        row.content, row.digest, row.release = made, digest, given.release
        row.state, row.given_at = State.GIVEN, timezone.now()
        written.save(row, subject=True)


def _refuse(key: uuid.UUID, why: str) -> None:
    row = Briefing.objects.select_related("given_by").get(pk=key)
    with change("make_briefing", by=row.given_by) as written:
        row.state, row.refused_because = State.AGREED, why[:300]
        written.save(row, subject=True)
        written.detail["state"] = "refused"
