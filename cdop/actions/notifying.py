"""Logging the notification of a child's death (Form A)."""

from typing import Any

from django.utils import timezone

from casereview import access
from casereview.actions import NotAllowed, add_case
from casereview.actions.cases import settle_panel
from casereview.identity import work_out_child, work_out_person
from casereview.models import (
    Board,
    Case,
    Child,
    Clock,
    Draft,
    FamilyLink,
    NotificationDuty,
    Panel,
    PanelBoard,
    Person,
)
from casereview.records import Change, change
from casereview.rules.access_table import Role
from cdop.actions.matching import find_matches, merge, record_matches, say_merged
from cdop.actions.said import (
    SERIOUS_INCIDENT,
    WHO_MUST,
    Said,
    at,
    serious_incident,
    serious_incident_due,
)
from cdop.list_versions import version_of
from cdop.models import Notification
from cdop.rules.categorisation import Answer, OutOfScope, Scope

CLOCK = "notification"


def own_boards(user) -> dict[str, tuple[Board, Panel]]:
    """Return the boards whose deaths a manager's panels review, each with its panel, by code."""
    held = [one for one in access.held_by(user) if one.role == Role.CDR_MANAGER]
    panels = {one.panel for one in held if one.panel}
    boards = {one.board for one in held if one.board}
    serving = PanelBoard.objects.filter(until=None).select_related("panel", "board")
    return {
        row.board.code: (row.board, row.panel)
        for row in serving.order_by("board__name")
        if row.panel_id in panels or row.board_id in boards
    }


def notification_of(case: Case) -> Notification | None:
    """Return the notification that stands for a case: the first of those that were submitted."""
    return case.notifications.order_by("notified_on", "submitted_at", "id").first()


def log_notification(
    *, by, said: Said, draft: Draft | None = None, merge_with: Case | None = None
) -> Case:
    """Log a death: case, child, family, notification, clock, duty and matches, in one change.

    A death out of scope is closed as not for review, with its reason; one of a child who lived
    elsewhere stays open until it is passed on. With `merge_with` the new case is merged into it;
    a case that was opened before anybody notified the death takes the notification itself.

    Raises:
        NotAllowed: the draft was submitted already, or the manager has no panel.
    """
    own = own_boards(by)
    if not own:
        raise NotAllowed("Ask an administrator to give your role its panel or board")
    with change("log_notification", by=by) as written:
        if draft is not None:
            _use_up(written, draft)
        awaited = merge_with is not None and awaits_notification(merge_with)
        if merge_with is not None and awaited:
            case, child = _take_up(written, merge_with, said, own)
        else:
            case, child = _open(written, said, own)
        people = _family(written, case, said)
        notification = _notification(written, case, said)
        _clock(written, case, said)
        open_duty(written, case, notification)
        found = find_matches(child, people, case.died_on, but_not=case)
        record_matches(written, case, found)
        if merge_with is not None and not awaited:
            merge(written, second=case, into=merge_with)
            if any(one.case == case.merged_into and one.kind == "duplicate" for one in found):
                say_merged(written, case)
        written.detail["to_chase"] = len(notification.to_chase)
    return case


def _use_up(written: Change, draft: Draft) -> None:
    kept = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if kept is None:
        raise NotAllowed("This notification was submitted already: look in the list below")
    written.remove(kept)


def awaits_notification(case: Case) -> bool:
    """Say whether a death was opened otherwise and nobody has notified it yet."""
    return (
        case.kind == Case.Kind.DEATH
        and case.notified_on is None
        and case.merged_into_id is None
        and not case.notifications.exists()
    )


def _open(written: Change, said: Said, own: dict[str, tuple[Board, Panel]]) -> tuple[Case, Child]:
    child = Child()
    _say_of_child(child, said)
    case = add_case(
        written, by=written.by, child=child, kind=Case.Kind.DEATH, **_case_facts(said, own)
    )
    return case, child


def _take_up(
    written: Change, case: Case, said: Said, own: dict[str, tuple[Board, Panel]]
) -> tuple[Case, Child]:
    """Give a case that waited for its notification what the notification says."""
    for name, value in _case_facts(said, own).items():
        if value is not None:
            setattr(case, name, value)
    written.case = case
    settle_panel(case, said.notified_on)
    written.save(case, subject=True)
    child = Child.objects.get(case=case)
    _say_of_child(child, said)
    work_out_child(child, case)
    written.save(child)
    return case, child


def _say_of_child(child: Child, said: Said) -> None:
    for name, value in said.child.items():
        if value not in ("", None):
            setattr(child, name, value)
    child.lists_version = version_of(Child)
    if said.stated_age and child.born_on is None:
        child.age_days, child.age_band = said.stated_age.least_days, said.stated_age.band or ""


def _case_facts(said: Said, own: dict[str, tuple[Board, Panel]]) -> dict[str, Any]:
    wanted = {said.residence_board, said.place_of_death_board} - {"", "NK"}
    known = {board.code: board for board in Board.objects.filter(code__in=wanted)}
    home = next(
        code
        for code in (said.notifying_board, said.place_of_death_board, said.residence_board, *own)
        if code in own
    )
    reviewing = said.residence_board if said.residence_board in own else home
    finding = said.scope(own)
    facts: dict[str, Any] = {}
    if finding.scope is Scope.NOT_FOR_REVIEW and finding.reason is not OutOfScope.NOT_RESIDENT:
        facts = {"stage": Case.Stage.NOT_FOR_REVIEW, "out_of_scope_reason": finding.reason}
    return {
        "died_on": said.died_on,
        "died_on_precision": said.died_on_precision or Case.Precision.EXACT,
        "notified_on": said.notified_on,
        "residence_board": known.get(said.residence_board),
        "place_of_death_board": known.get(said.place_of_death_board),
        "notifying_board": own[home][0],
        "panel": own[reviewing][1],
        "lists_version": version_of(Case),
        **facts,
    }


def _family(written: Change, case: Case, said: Said) -> list[tuple[str, Person]]:
    people = []
    for row in said.people:
        facts = {name: value for name, value in row.items() if value and name != "relation"}
        person = Person(**facts)
        work_out_person(person)
        written.save(person)
        written.save(FamilyLink(case=case, person=person, relation=row["relation"]))
        people.append((row["relation"], person))
    return people


def _notification(written: Change, case: Case, said: Said) -> Notification:
    facts = {name: value for name, value in said.notification.items() if value not in ("", None)}
    if said.looked_after_by:
        facts["looked_after_by"] = Board.objects.filter(code=said.looked_after_by).first()
    notification = Notification(
        case=case,
        notified_on=said.notified_on,
        received_at=said.received_at,
        learned_at=said.learned_at,
        to_chase=said.questions,
        submitted_by=written.by,
        submitted_at=timezone.now(),
        lists_version=version_of(Notification),
        **facts,
    )
    written.save(notification)
    return notification


def _clock(written: Change, case: Case, said: Said) -> None:
    clock = said.clock
    time = said.learned_time if clock.learned_later else said.notification.get("died_at_time")
    written.save(
        Clock(
            case=case,
            rule=CLOCK,
            rule_version=version_of(Clock),
            started_at=at(clock.started_on, time),
            due_on=clock.due_on,
            met_on=said.notified_on,
            worked_out=clock.explain(),
        )
    )


def open_duty(written: Change, case: Case, notification: Notification) -> None:
    """Open the duty to notify a serious incident, where it arises and is not open yet."""
    duty = serious_incident(notification)
    if duty.arises is not Answer.YES or case.stage == Case.Stage.NOT_FOR_REVIEW:
        return
    known = case.notification_duties.filter(duty=SERIOUS_INCIDENT).first()
    if known is None:
        started = max(notification.notified_on, timezone.localdate(case.opened_at))
        known = NotificationDuty(
            case=case,
            duty=SERIOUS_INCIDENT,
            who_must=WHO_MUST,
            due_on=serious_incident_due(started),
        )
    known.grounds = list(duty.reasons)
    written.save(known)
