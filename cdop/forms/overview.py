"""A draft notification at a glance: its sections, its answers, and what submitting it will do."""

import datetime
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from casereview.forms.dates import PARTS
from casereview.forms.naming import named
from casereview.rules.working_days import written
from cdop.actions.said import (
    Said,
    children_triage,
    scr_prompt,
    serious_incident,
    serious_incident_due,
)
from cdop.actions.settling import REASONS
from cdop.forms.drafting import SECTIONS, NotificationDraft, Section, Typed, shown
from cdop.forms.family import RowsForm
from cdop.forms.notification import SectionForm
from cdop.forms.submission import said
from cdop.rules.categorisation import (
    Answer,
    OutOfScope,
    Scope,
    ScopeFinding,
    Triage,
    rapid_response_prompt,
)
from cdop.rules.notification_checks import QUESTIONS

STATES = {
    "not_started": ("Not started", "grey"),
    "incomplete": ("Not finished", "orange"),
    "completed": ("Completed", ""),
}


def tasks(draft: NotificationDraft) -> list[dict[str, Any]]:
    """Return every section with how far it is."""
    listed = []
    for section in SECTIONS:
        state = draft.state(section)
        label, colour = STATES[state]
        if state == "not_started" and not section.required:
            label = "Not known yet"
        listed.append(
            {
                "section": section,
                "state": state,
                "label": label,
                "colour": colour,
                "check": state == "incomplete",
            }
        )
    return listed


def answers(draft: NotificationDraft) -> list[dict[str, Any]]:
    """Return every section with its answers in words; a blank answer is not known yet."""
    listed = []
    for section in SECTIONS:
        state = draft.state(section)
        form = draft.checked(section.slug) if draft.begun(section.slug) else None
        lines = []
        for name in form.fields if form else ():
            if form is None or name == "rows":
                continue
            value = shown(form[name], form.cleaned_data.get(name))
            if value and (label := _label(form, name)):
                lines.append({"label": label, "value": value})
        listed.append(
            {
                "section": section,
                "state": state,
                "lines": lines,
                "errors": form.error_links() if form else [],
                "missing": state == "not_started" and section.required,
            }
        )
    return listed


def _label(form: SectionForm, name: str) -> str:
    """Return what an answer is of, by the row it stands in; nothing in a row that says nothing."""
    label = str(form[name].label)
    row = re.match(r"row(\d+)_", name)
    if row is None or not isinstance(form, RowsForm):
        return label
    number = int(row[1])
    if not form.says_something(number):
        return ""
    return f"{form.row_title} {number + 1}: {named(label, None)}"


def both(section: Section, draft: NotificationDraft, typed: Typed) -> list[dict[str, str]]:
    """Return the answers of a section that differ: as they were kept, and as typed here."""
    form = section.form(data=MultiValueDict(typed), own=draft.own)
    lines = []
    for name in form.fields:
        kept, mine = (
            _as_typed(name, source, form) for source in (draft.typed(section.slug), typed)
        )
        if kept != mine and name != "rows":
            lines.append({"label": str(form[name].label), "kept": kept, "typed": mine})
    return lines


def _as_typed(name: str, typed: Typed, form: SectionForm) -> str:
    """Return what was typed for a field, a code by its label."""
    choices = dict(getattr(form.fields[name], "choices", ()))
    parts = [value for part in PARTS for value in typed.get(f"{name}_{part}", [])]
    words = [str(choices.get(value, value)) if value else "" for value in typed.get(name, [])]
    return " ".join(part for part in [*words, *parts] if part).strip()


def finding(draft: NotificationDraft) -> ScopeFinding:
    """Say whether the death is in scope, as far as the answers go."""
    says = said(draft)
    if says is None:
        day = timezone.localdate()
        scope = draft.said("scope")
        says = Said(
            died_on=day,
            notified_on=day,
            under_18=scope.get("under_18", ""),
            residence_board=scope.get("residence_board", ""),
            notification=scope,
        )
    return says.scope(draft.own)


def closing_words(draft: NotificationDraft) -> str:
    """Say why the death will be closed as not for review; nothing while it is in scope."""
    found = finding(draft)
    if found.scope is not Scope.NOT_FOR_REVIEW or found.reason is None:
        return ""
    if found.reason is OutOfScope.NOT_RESIDENT:
        return ""
    return REASONS[found.reason]


@dataclass(frozen=True)
class Consequences:
    """What submitting will do."""

    closes: str
    pass_on: bool
    in_time: bool
    clock: str
    clock_due: str
    duty_due: str
    children_now: bool
    scr: bool
    rapid_response: bool
    questions: list[str]


def consequences(says: Said, own: Collection[str]) -> Consequences:
    """Return what follows from what is said."""
    found = says.scope(own)
    out = found.scope is Scope.NOT_FOR_REVIEW
    elsewhere = out and found.reason is OutOfScope.NOT_RESIDENT
    closes = REASONS[found.reason] if out and found.reason and not elsewhere else ""
    duty = serious_incident(says.notification).arises is Answer.YES and not closes
    started: datetime.date = max(says.notified_on, timezone.localdate())
    clock = says.clock
    return Consequences(
        closes=closes,
        pass_on=elsewhere,
        in_time=clock.kept(says.notified_on),
        clock=clock.explain(),
        clock_due=written(clock.due_on),
        duty_due=written(serious_incident_due(started)) if duty else "",
        children_now=not closes and children_triage(says.notification) is Triage.NOW,
        scr=not closes and scr_prompt(says.notification).arises is Answer.YES,
        rapid_response=not closes
        and rapid_response_prompt(str(says.notification.get("expectedness") or "")) is Answer.YES,
        questions=[] if closes else [QUESTIONS[question] for question in says.questions],
    )
