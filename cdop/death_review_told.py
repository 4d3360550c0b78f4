"""What a panel is told of a child death review meeting: no names, no dates, pseudonyms in texts."""

from collections.abc import Callable
from datetime import date

from casereview.models import Case, FamilyQuestion
from cdop import codes
from cdop.form_sets import today_s
from cdop.models import DeathReviewMeeting
from cdop.views.review_shown import Fact, days_after

TITLE = "Child death review meeting"
DRAFTS = {
    "cause_of_death": "Cause of death",
    "summary": "Summary",
    "issues": "Issues",
    "learning": "Learning",
}


def told(case: Case, instead: Callable[[str], str], since: date | None = None) -> list[Fact]:
    """Return what the meeting said, or that none is on record; nothing for a death before 2018.

    Who chaired and attended is told by the group they are of. With `since`, a meeting that was
    held by then is left out: the panel has read of it.
    """
    if not today_s(case) or case.died_on is None:
        return []
    meeting = DeathReviewMeeting.objects.filter(case=case).first()
    if since is not None and (meeting is None or not meeting.held_on or meeting.held_on <= since):
        return []
    asked = FamilyQuestion.objects.filter(case=case).order_by("asked_on", "pk")
    questions = tuple(instead(one.question) for one in asked if one.question)
    if meeting is None or not meeting.held_on:
        found = [Fact("Meeting", "No meeting before the panel is on record.")]
    else:
        found = _held(case.died_on, meeting, instead)
    return [one for one in (*found, Fact("Questions of the family", "", questions)) if _says(one)]


def _held(died_on: date, meeting: DeathReviewMeeting, instead: Callable[[str], str]) -> list[Fact]:
    assert meeting.held_on is not None  # noqa: S101 - asked for by the one caller
    groups = dict(codes.review_attendees())
    attended = tuple(label for code, label in groups.items() if code in (meeting.attended or {}))
    asked = str(meeting.get_parents_asked_display()) if meeting.parents_asked else ""
    if meeting.parents_not_asked_why:
        asked = f"{asked}: {instead(meeting.parents_not_asked_why)}"
    drafted = [DRAFTS[name] for name in DRAFTS if name in (meeting.drafted or ())]
    when = days_after(died_on, meeting.held_on)
    parents_told = "Not yet"
    if meeting.parents_told_on:
        parents_told = days_after(died_on, meeting.parents_told_on)
    return [
        Fact("Meeting", f"{meeting.get_kind_display()}, {when[:1].lower()}{when[1:]}"),
        Fact("Who was there", "", attended),
        Fact("Parents asked for their questions", asked),
        Fact("Questions of the parents", instead(meeting.parents_questions or "")),
        Fact("What the meeting found", instead(meeting.discussion or "")),
        Fact(
            "Draft of the analysis form",
            f"Drafted from the meeting, for the panel to agree: {', '.join(drafted).lower()}. It "
            "stands with the panel’s review."
            if drafted
            else "Nothing was drafted from the meeting.",
        ),
        Fact("Parents told what it found", parents_told),
    ]


def _says(fact: Fact) -> bool:
    return bool(fact.text or fact.points)
