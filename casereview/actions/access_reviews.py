"""Saying that what a person has on a panel is still needed, or ending it."""

from django.utils import timezone

from casereview import access
from casereview.access_review import Line
from casereview.actions import people
from casereview.actions.admissions import NotAllowed
from casereview.models import (
    AccessConfirmation,
    CaseUserObjectPermission,
    Panel,
    StandingRole,
)
from casereview.records import change
from casereview.rules.access_review import Kind


def confirm_access(*, panel: Panel, line: Line, by) -> None:
    """Say that it is still needed: the next look is due a year or a quarter from now.

    Raises:
        NotAllowed: one's own.
    """
    _say(panel, line, by, still_needed=True)


def end_access(*, panel: Panel, line: Line, by) -> None:
    """End it at once: the role, or every admission in that role to a case of the panel.

    Raises:
        NotAllowed: one's own, or nobody would be an administrator.
    """
    _say(panel, line, by, still_needed=False)
    if line.kind == Kind.ROLE:
        held = StandingRole.objects.filter(
            user=line.person, role=line.role, panel=panel, ended_at=None
        ).first()
        if held is not None:
            people.end_role(held=held, by=by)
        return
    admissions = CaseUserObjectPermission.objects.filter(
        user=line.person, role=line.role, content_object__panel=panel
    ).select_related("content_object")
    for admission in admissions:
        with change("dismiss_from_case", by=by, case=admission.content_object) as written:
            written.detail.update(person=str(line.person.pk), role=str(line.role))
            written.remove(admission)
    access.forget()


def _say(panel: Panel, line: Line, by, *, still_needed: bool) -> None:
    if line.person.pk == by.pk:
        raise NotAllowed("Ask somebody else: nobody confirms or ends what they have themselves")
    with change("confirm_access" if still_needed else "end_access", by=by) as written:
        written.detail.update(person=str(line.person.pk), role=str(line.role))
        written.save(
            AccessConfirmation(
                panel=panel,
                person=line.person,
                kind=line.kind,
                role=str(line.role),
                still_needed=still_needed,
                confirmed_by=by,
                confirmed_at=timezone.now(),
            )
        )
