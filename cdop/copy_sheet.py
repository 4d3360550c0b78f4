"""What a person copies to the national database, item by item in the order of its forms.

Nothing is sent from here: the sheet is read, and typed or pasted, by a person.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from casereview.models import Case, Child, FamilyWork
from cdop import codes
from cdop.actions.death_review import FORMS
from cdop.actions.notifying import notification_of
from cdop.actions.responding import TRIGGERS
from cdop.actions.standing_review import actions_of, label_of, lines_of, review_of
from cdop.evidence import evidence_of
from cdop.form_sets import form_of, lists
from cdop.models import DeathReviewMeeting, DeathReviewWork
from cdop.report_questions import confirmed_texts
from cdop.rules.factors import Outcome

TITLES = {"NOT": "Notification form", "REP": "Reporting form", "ANA": "Analysis form"}
LONG = 45  # Longer than this does not fit into one line of a narrow page.


@dataclass(frozen=True)
class Item:
    """One item: what it asks and what the record holds; empty is not recorded.

    Of one that is `coded` it is an answer to a question, which may never have been put.
    """

    code: str
    label: str
    value: str
    confirmed: bool = False
    coded: bool = False

    @property
    def long(self) -> bool:
        """Whether the value needs a box of several lines."""
        return len(self.value) > LONG or "\n" in self.value

    @property
    def rows(self) -> int:
        """How many lines the box has."""
        lines = sum(1 + len(line) // LONG for line in self.value.splitlines())
        return min(max(lines, 2), 15)


@dataclass
class Section:
    """Items that stand together on the form."""

    title: str
    items: list[Item] = field(default_factory=list)


@dataclass
class Sheet:
    """One form of one case; `empty` counts the items that the record does not hold."""

    form: str
    title: str
    sections: list[Section]
    copied_on: datetime.date | None = None
    reference: str = ""

    @property
    def empty(self) -> int:
        """How many items are not recorded."""
        return sum(not item.value for section in self.sections for item in section.items)


def sheet_of(user, case: Case, form: str) -> Sheet:
    """Return one form of a case as it is copied, with a constant number of queries.

    The items are those that were in force on the day it was copied, or today.
    """
    work = DeathReviewWork.objects.filter(case=case).first() or DeathReviewWork(case=case)
    copied_on = getattr(work, FORMS[form])
    on = copied_on or timezone.localdate()
    items = [one for one in codes.code_list("cdr_item").in_force(on) if one.extra["form"] == form]
    if form == "REP":
        sections = _reports(user, case)
    else:
        holds = _Notification(case, work) if form == "NOT" else _Analysis(case)
        sections = []
        for one in items:
            if not sections or sections[-1].title != one.extra["section"]:
                sections.append(Section(one.extra["section"]))
            takes = one.extra["takes"]
            sections[-1].items.append(
                Item(
                    one.code,
                    one.label,
                    holds.value(takes),
                    one.status == "CONFIRMED",
                    holds.coded(takes),
                )
            )
    return Sheet(form, TITLES[form], sections, copied_on, work.database_reference or "")


def said(value: Any) -> str:
    """Return a value as it is typed: a day as day/month/year, nothing as nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    return str(value)


class _Holder:
    """Rows of a case by a short name, and the items that none of their fields answers."""

    rows: Mapping[str, Any]
    made: Mapping[str, Callable[[], str]]

    def coded(self, takes: str) -> bool:
        """Say whether an item is answered by a code of a list."""
        name, _, attribute = takes.partition(".")
        return takes not in self.made and hasattr(self.rows[name], f"get_{attribute}_display")

    def value(self, takes: str) -> str:
        """Return what the record holds for an item; a code in the words of its list."""
        if takes in self.made:
            return self.made[takes]()
        name, _, attribute = takes.partition(".")
        row = self.rows[name]
        if row is None:
            return ""
        shown = getattr(row, f"get_{attribute}_display", None)
        raw = getattr(row, attribute)
        if shown is not None:
            return said(shown()) if raw else ""
        return said(raw)


class _Notification(_Holder):
    def __init__(self, case: Case, work: DeathReviewWork) -> None:
        self.rows = {
            "case": case,
            "child": Child.objects.filter(case=case).first(),
            "notification": notification_of(case),
            "work": work,
            "family": FamilyWork.objects.filter(case=case).first(),
        }
        self.case = case
        self.made = {"response.triggers": self._triggers, "case.died_on": self._died_on}

    def _died_on(self) -> str:
        exact = self.case.died_on_precision == Case.Precision.EXACT
        day = said(self.case.died_on)
        return day if exact else f"{day} ({self.case.get_died_on_precision_display().lower()})"

    def _triggers(self) -> str:
        row = self.case.response_phases.filter(phase=TRIGGERS).first()
        if row is None:
            return ""
        labels = dict(codes.joint_agency_triggers())
        return "\n".join(labels[each] for each in row.triggers) or "None of the triggers is met"


class _Analysis(_Holder):
    def __init__(self, case: Case) -> None:
        self.review = review_of(case)
        self.lines = lines_of(self.review)
        self.known = lists(form_of(self.review))
        self.case = case
        self.rows = {
            "review": self.review,
            "meeting": DeathReviewMeeting.objects.filter(case=case).first(),
        }
        self.made = {
            "review.factors": self._factors,
            "review.modifiable_factors": self._modifiable,
            "review.category_of_death": lambda: self._category(self.review.category_of_death),
            "review.secondary_category": lambda: self._category(self.review.secondary_category),
            "review.modifiable_outcome": self._outcome,
            "review.actions": self._actions,
            "meeting.kind": self._kind,
        }

    def _category(self, code: str) -> str:
        return f"{code}. {self.known.category.label(code)}" if code else ""

    def _outcome(self) -> str:
        code = self.review.modifiable_outcome
        return self.known.outcome.label(code) if code else ""

    def _kind(self) -> str:
        meeting = self.rows["meeting"]
        return meeting.get_kind_display() if meeting and meeting.held_on else ""

    def _factors(self) -> str:
        found = []
        for line in self.lines:
            if line.present != "Y":
                continue
            whom = f" ({line.get_in_whom_display().lower()})" if line.in_whom else ""
            level = f", influence {line.influence}" if line.influence else ""
            note = f": {line.note}" if line.note else ""
            found.append(f"{label_of(line)}{whom}{level}{note}")
        return "\n".join(found)

    def _modifiable(self) -> str:
        if self.review.modifiable_outcome == Outcome.NONE_IDENTIFIED:
            return "None"
        return "\n".join(label_of(line) for line in self.lines if line.modifiable == "Y")

    def _actions(self) -> str:
        if self.review.action_decision == "none":
            return "No action is needed"
        return "\n".join(action.text for action in actions_of(self.case))


def _reports(user, case: Case) -> list[Section]:
    """Return what agencies answered and what none did; where they differ, each with its agency."""
    sections, known = [], confirmed_texts()
    for section in evidence_of(user, case).sections:
        found = Section(section.title)
        for row in section.rows:
            told: dict[str, list[str]] = {}
            for cell in row.cells:
                for answer in cell.answers:
                    words = " – ".join(filter(None, (answer.words, answer.text.text)))
                    if words:
                        told.setdefault(words, []).append(cell.agency)
            if len(told) == 1:
                value = next(iter(told))
            else:
                value = "\n".join(f"{', '.join(who)}: {words}" for words, who in told.items())
            about = "" if row.about == "The child" else f" – {row.about}"
            sure = row.question in known
            found.items.append(Item("", f"{row.question}{about}", value, sure))
        found.items += [Item("", one, "", one in known) for one in section.unanswered]
        if found.items:
            sections.append(found)
    return sections
