"""The audit programme: who reads which audit, what it still needs, and what a year came to."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from casereview import access
from casereview.models import Board, Case
from casereview.pseudonyms import known_of
from casereview.rules.access_table import Role
from casereview.rules.return_year import ReturnYear
from scr.actions.group_meetings import boards_of
from scr.models import AuditedChild, ThematicAudit
from scr.rules.audits import Act, Counted, Stage, YearCount, count, may, missing, stage_of

KEEPS = (Role.LEARNING_LEAD, Role.BOARD_MANAGER)
READS = (*KEEPS, Role.BOARD_MEMBER)
STAGES = {
    Stage.PLANNED: "Planned",
    Stage.POSTPONED: "Postponed",
    Stage.CANCELLED: "Cancelled",
    Stage.HELD: "Held",
    Stage.AGREED: "Agreed",
    Stage.SHARED: "Shared",
}
# A child is named by this and a number, never by whoever writes.
LABEL = "Child "
# What of an audit leaves the programme when it is shared: its own words, in the paper's order.
SHARED_TEXTS = {
    "theme": "Theme",
    "lines_of_enquiry": "Key lines of enquiry",
    "what_was_found": "What the audit found",
}
SHARED_OF_A_CHILD = {"child_voice": "The child’s voice", "summary": "What the files show"}


def boards_kept_by(user) -> list[Board]:
    """Return the boards whose programme a person keeps, by name."""
    return list(Board.objects.filter(pk__in=boards_of(user, *KEEPS)).order_by("name"))


def audits_of(user) -> QuerySet[ThematicAudit]:
    """Return the audits a person may open: all of a programme they keep, else the shared ones."""
    kept, read = boards_of(user, *KEEPS), boards_of(user, *READS)
    return ThematicAudit.objects.filter(
        Q(board__in=kept) | Q(board__in=read, shared_on__isnull=False)
    ).select_related("board", "recorded_by", "agreed_by")


def audit_of(user, reference: str) -> ThematicAudit | None:
    """Return an audit by its reference; None where there is none that this person may open."""
    return audits_of(user).filter(reference=reference).first()


def keeps(user, audit: ThematicAudit) -> bool:
    """Say whether a person keeps the programme to which an audit belongs."""
    return audit.board_id in boards_of(user, *KEEPS)


def stage(audit: ThematicAudit) -> Stage:
    """Return how far an audit has come."""
    return stage_of(
        audit.state, agreed=audit.agreed_at is not None, shared=audit.shared_on is not None
    )


def may_now(audit: ThematicAudit, act: Act) -> bool:
    """Say whether something may be done with an audit as it stands."""
    return may(stage(audit), act)


def children_of(audit: ThematicAudit) -> list[AuditedChild]:
    """Return the children of an audit in the order of their labels."""
    return sorted(audit.children.select_related("case"), key=number_of)


def number_of(child: AuditedChild) -> int:
    """Return the number in the label of a child, such as 2 of "Child 2"."""
    return int(str(child.label).removeprefix(LABEL))


def still_missing(audit: ThematicAudit) -> list[str]:
    """Return what an audit needs before it is agreed, each line saying what to do."""
    voices = [(one.label, bool(one.child_voice)) for one in children_of(audit)]
    return missing(findings=bool(audit.what_was_found), voices=voices)


def seen_as(audit: ThematicAudit) -> str:
    """Return which versions of an audit and its children stand: it changes when anything does."""
    children = [f"{number_of(one)}v{one.version}" for one in children_of(audit)]
    return ".".join([str(audit.version), *children])


def writers_of(audit: ThematicAudit) -> set:
    """Return the keys of everybody who wrote what the audit found, in all or about a child."""
    of_findings = ThematicAudit.history.filter(id=audit.pk).values_list("recorded_by", flat=True)
    of_children = AuditedChild.history.filter(audit=audit.pk).values_list("history_user", flat=True)
    return {key for key in [*of_findings, *of_children] if key}


def visible_cases(user, children: list[AuditedChild]) -> dict:
    """Return the linked cases that this person may open, by key."""
    linked = {one.case_id for one in children if one.case_id}
    if not linked or not access.can(user, "list_cases"):
        return {}
    return access.visible_to(user, "view_case").filter(pk__in=linked).in_bulk()


@dataclass(frozen=True)
class Leak:
    """A place of an audit that tells who a child is; the words are said to who may open the case.

    A `hard` one is never let out; the others may be somebody else.
    """

    where: str
    found: str
    hard: bool


def leaks_in(audit: ThematicAudit, user) -> list[Leak]:
    """Return every place in what would be shared that tells who somebody of a linked case is.

    All linked cases are searched for, also those that `user` may not open.
    """
    children = children_of(audit)
    opened = visible_cases(user, children)
    texts = _shared_texts(audit, children)
    found: dict[Leak, None] = {}
    for case in {one.case_id: one.case for one in children if one.case}.values():
        if case.disposed_at is not None:
            continue
        test = known_of(case).pseudonyms().test
        for where, text in texts:
            words = [(hit.found, hit.hard) for hit in test.hits(text)]
            words += [(case.reference, True)] if case.reference in text else []
            for word, hard in words:
                found[Leak(where, word if case.pk in opened else "", hard)] = None
    return sorted(found, key=lambda one: not one.hard)


def _shared_texts(audit: ThematicAudit, children: list[AuditedChild]) -> list[tuple[str, str]]:
    texts = [(label, getattr(audit, name) or "") for name, label in SHARED_TEXTS.items()]
    for one in children:
        texts += [
            (f"{one.label}: {label}", getattr(one, name) or "")
            for name, label in SHARED_OF_A_CHILD.items()
        ]
    return texts


def years(boards: list, today: date) -> list[ReturnYear]:
    """Return the years that have a programme, with this year and the next, the latest first."""
    now = ReturnYear.containing(today)
    planned = ThematicAudit.objects.filter(board__in=boards).values_list("year", flat=True)
    found = {now, ReturnYear(now.ends_in + 1), *(ReturnYear(one) for one in planned.distinct())}
    return sorted(found, reverse=True)


def year_count(boards: list, year: ReturnYear) -> YearCount:
    """Return what became of the programme of a year; numbers as they are, for the board."""
    rows = ThematicAudit.objects.filter(board__in=boards).annotate(read=Count("children"))
    return count(
        [
            Counted(one.year, one.state, one.held_on, one.read, one.shared_on is not None)
            for one in rows
        ],
        year.first_day,
        year.last_day,
    )


def case_to_link(user, reference: str) -> Case | None:
    """Return a case this person may open, by its reference; None is told of no other."""
    if not access.can(user, "list_cases"):
        return None
    return access.visible_to(user, "view_case").filter(reference=reference).first()
