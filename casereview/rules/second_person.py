"""What one person alone may not do: who may agree to it, and what keeps somebody from agreeing.

A row of the access table that is named here is proposed by one person and happens only when a
second one, who holds one of the roles named, has agreed. Neither the proposer nor the person it is
about can be that second one. A proposal that nobody answers lapses, and so does an agreement that
nobody uses.

Source: nothing authoritative names these acts; Working Together and the Data Security and
Protection Toolkit ask for control of privileged access, and the list is our own rule.
"""

import datetime
import uuid
from collections.abc import Set
from dataclasses import dataclass

from casereview.rules.roles import ADMITTED, STANDING_ON_PANEL, Role

OVERSEERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
# A standing role that opens cases, papers of them, or what everybody did. A contributor sees only
# what an agency's lead hands over.
REACHING = (STANDING_ON_PANEL | frozenset(ADMITTED) | OVERSEERS) - {Role.CONTRIBUTOR}


@dataclass(frozen=True)
class SecondPerson:
    """What is proposed, in words, who may agree to it, and for how many days each stands.

    Of many cases, nobody agrees who has withdrawn from one: it may be among them.
    """

    what: str
    who: frozenset[Role]
    days: int = 14
    of_many: bool = False


NEEDED: dict[str, SecondPerson] = {
    "dispose_case": SecondPerson("Dispose of a case", frozenset({Role.AUDITOR}), days=30),
    "dispose_list": SecondPerson("Destroy a list of deaths", frozenset({Role.AUDITOR}), days=30),
    "dispose_joint_papers": SecondPerson(
        "Destroy a paper that speaks of several cases", frozenset({Role.AUDITOR}), days=30
    ),
    "redact_minutes": SecondPerson(
        "Take sentences out of minutes for good", frozenset({Role.AUDITOR}), days=30
    ),
    "give_role": SecondPerson("Give a role that reaches cases", OVERSEERS),
    "change_person": SecondPerson("Change the address at which somebody signs in", OVERSEERS),
    "invite_person": SecondPerson("Let somebody choose a new password", OVERSEERS, days=3),
    # Whoever may agree to a role that opens every case may agree to a file with a row for each; the
    # absence of one auditor stops no return. Neither sees the file by agreeing.
    "export_child_level": SecondPerson(
        "Take out the child-level form of a return", OVERSEERS, days=7, of_many=True
    ),
    "export_scr_register": SecondPerson(
        "Take out the decisions register", OVERSEERS, days=7, of_many=True
    ),
    "reset_second_factor": SecondPerson("Take away a lost second factor", OVERSEERS, days=3),
}


def refusal(
    rule: SecondPerson,
    *,
    waiting: bool,
    lapses_at: datetime.datetime,
    now: datetime.datetime,
    proposer: uuid.UUID,
    about: uuid.UUID,
    second: uuid.UUID,
    roles: Set[Role],
    withdrew: bool = False,
) -> str:
    """Return why `second`, who holds `roles`, may not agree; empty when they may."""
    if not waiting:
        return "This proposal was answered already"
    if now >= lapses_at:
        return "This proposal has lapsed: it can be made again"
    if second == proposer:
        return "Ask somebody else: nobody agrees to their own proposal"
    if second == about:
        return "Ask somebody else: nobody agrees to a proposal about themselves"
    if rule.of_many and withdrew:
        return "Ask somebody else: you have withdrawn from a case that may be among these"
    if not rule.who & roles:
        return f"Ask {who_words(rule)} to agree"
    return ""


def who_words(rule: SecondPerson) -> str:
    """Return who may agree, in words, in the order of the roles."""
    names = [_another(role) for role in Role if role in rule.who]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _another(role: Role) -> str:
    label = role.label if role.label[:2].isupper() else role.label[0].lower() + role.label[1:]
    return f"another {label}"
