"""Proposals about accounts and files of many cases in words, and the work they make."""

import datetime
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from casereview import access, registries
from casereview.actions.second_person import may_answer
from casereview.models import Agency, Agreement, Board, Panel, User
from casereview.registries import WorkItem
from casereview.rules.access_table import LABELS, Role
from casereview.rules.bulk_exports import BULK
from casereview.rules.second_person import NEEDED, who_words

# Those whose page is here; others, such as a disposal, have their own.
ABOUT_ACCOUNTS = ("give_role", "change_person", "invite_person", "reset_second_factor")
FORMATS = {"pdf": "PDF", "xlsx": "Excel"}


def answered_here() -> list[str]:
    """Return the rows whose proposals are listed and answered on these pages."""
    return [*ABOUT_ACCOUNTS, *BULK, *registries.proposals]


KEPT_FOR = datetime.timedelta(days=90)


@dataclass(frozen=True)
class Proposal:
    """One proposal, in words."""

    key: Any
    what: str
    person: str
    post: str
    facts: tuple[tuple[str, str], ...]
    proposer: str
    proposed_at: datetime.datetime
    lapses_at: datetime.datetime
    state: str
    waiting: bool
    mine: bool
    answers: bool


def listed(user) -> dict[str, list[Proposal]]:
    """Return the proposals that wait, and those of the last months."""
    now = timezone.now()
    rows = list(
        Agreement.objects.filter(action__in=answered_here())
        .filter(Q(decision="") | Q(proposed_at__gt=now - KEPT_FOR))
        .select_related("proposed_by", "decided_by", "case")
        .order_by("-proposed_at")
    )
    people, own = _people(rows), _own(rows)
    lines = [_line(one, user, people, own) for one in rows]
    return {
        "waiting": [one for one in lines if one.waiting],
        "answered": [one for one in lines if not one.waiting],
    }


def shown(proposal: Agreement, user) -> Proposal:
    """Return one proposal in words, with what exactly is proposed."""
    own = _own([proposal])
    facts = (*own[proposal.pk][1], *_facts(proposal)) if proposal.pk in own else _facts(proposal)
    return _line(proposal, user, _people([proposal]), own, facts=facts)


def work(user, today: date) -> list[WorkItem]:
    """Return the proposals that a person may answer."""
    if not access.can(user, "answer_proposal"):
        return []
    waiting = Agreement.objects.filter(
        action__in=answered_here(), decision="", lapses_at__gt=timezone.now()
    ).select_related("proposed_by", "case")
    return [
        WorkItem(
            key=f"proposal {one.pk}",
            task=f"Agree or decline: {_lower(NEEDED[one.action].what)}",
            url=reverse("answer_proposal", args=[one.pk]),
            due_on=timezone.localdate(one.lapses_at),
            why=f"Proposed by {one.proposed_by.name}",
        )
        for one in waiting
        if may_answer(one, user)
    ]


def waiting_for(person: User) -> list[str]:
    """Return what is proposed for a person, in words."""
    rows = Agreement.objects.filter(
        action__in=ABOUT_ACCOUNTS, subject=person.pk, decision="", lapses_at__gt=timezone.now()
    )
    return [f"{NEEDED[one.action].what}: waits for {who_words(NEEDED[one.action])}" for one in rows]


def _own(rows: list[Agreement]) -> dict[Any, tuple[str, list[tuple[str, str]]]]:
    """Return what the proposals of other apps are about, and their facts, by proposal."""
    found: dict[Any, tuple[str, list[tuple[str, str]]]] = {}
    for action, words in registries.proposals.items():
        if mine := [one for one in rows if one.action == action]:
            found |= words(mine)
    return found


def _people(rows: list[Agreement]) -> dict[uuid.UUID, User]:
    keys = [one.subject for one in rows]
    return {one.pk: one for one in User.objects.filter(pk__in=keys).select_related("agency")}


def _line(one: Agreement, user, people, own, facts=()) -> Proposal:
    person = people.get(one.subject)
    nobody = own[one.pk][0] if one.pk in own else "Somebody who is no longer known"
    lapsed = one.decision == Agreement.Decision.WAITING and one.lapses_at <= timezone.now()
    state = "Lapsed" if lapsed else one.get_decision_display()
    if one.decided_by and one.decision != Agreement.Decision.WITHDRAWN:
        state = f"{state} by {one.decided_by.name}"
    return Proposal(
        key=one.pk,
        what=NEEDED[one.action].what,
        person=person.name if person else nobody,
        post=", ".join(
            part for part in (person.email, person.post, str(person.agency or "")) if part
        )
        if person
        else "",
        facts=facts,
        proposer=one.proposed_by.name,
        proposed_at=one.proposed_at,
        lapses_at=one.lapses_at,
        state=state,
        waiting=one.decision == Agreement.Decision.WAITING and not lapsed,
        mine=one.proposed_by_id == user.pk,
        answers=may_answer(one, user),
    )


def _facts(one: Agreement) -> tuple[tuple[str, str], ...]:
    detail, facts = one.detail, []
    if role := detail.get("role"):
        facts.append(("Role", LABELS[Role(role)]))
    models: tuple[tuple[str, Any], ...] = (("panel", Panel), ("board", Board), ("agency", Agency))
    for name, model in models:
        if key := detail.get(name):
            found = model.objects.filter(pk=key).first()
            facts.append((name.capitalize(), str(found or "Not known")))
    if until := detail.get("until"):
        day = date.fromisoformat(until)
        facts.append(("Until", f"{day.day} {day:%B %Y}"))
    if one.action in BULK:
        facts += _file_facts(one.action, detail)
    if email := detail.get("email"):
        facts.append(("New address", email))
    facts.append(("Reason", one.reason or ""))
    if one.note:
        facts.append(("Answer", one.note))
    return tuple(facts)


def _file_facts(action: str, detail: dict[str, Any]) -> list[tuple[str, str]]:
    """Return which file is asked for: what it holds, of which year, area and form."""
    holds = BULK[action]
    facts = [("The file holds", holds[0].upper() + holds[1:])]
    facts.append(("Year", f"To 31 March {detail['year']}" if detail.get("year") else "All years"))
    if "area_code" in detail:
        board = Board.objects.filter(code=detail["area_code"]).first()
        facts.append(("Area", str(board or "Every board whose return they may make")))
    if "revision" in detail:
        number = detail["revision"]
        facts.append(("Of the return", f"Revision {number}" if number else "As it counts now"))
    if form := detail.get("format"):
        facts.append(("Form", FORMATS.get(form, form)))
    return facts


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]
