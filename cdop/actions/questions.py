"""Answering what was not known when a death was notified."""

from collections.abc import Collection, Mapping
from typing import Any

from casereview.actions import NotAllowed
from casereview.actions.cases import settle_panel
from casereview.identity import work_out_child, work_out_person
from casereview.models import Child, FamilyLink, Person
from casereview.records import change
from cdop.actions.matching import match_again
from cdop.actions.notifying import open_duty
from cdop.actions.settling import unchanged
from cdop.models import Notification


def answer_questions(
    *,
    notification: Notification,
    by,
    answered: Collection[str],
    notification_facts: Mapping[str, Any] | None = None,
    child_facts: Mapping[str, Any] | None = None,
    case_facts: Mapping[str, Any] | None = None,
    mother: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Notification:
    """Fill in what was not known yet; duties and matches that follow from it are opened.

    Raises:
        NotAllowed: none of the open questions is answered; a known answer is corrected instead.
        Conflict: the notification changed since the page was shown.
    """
    unchanged(notification, version)
    now_known = sorted(set(answered) & set(notification.to_chase))
    if not now_known:
        raise NotAllowed("Answer at least one question, or go back")
    case = notification.case
    with change("answer_questions", by=by, case=case) as written:
        for name, value in (notification_facts or {}).items():
            setattr(notification, name, value)
        notification.to_chase = [one for one in notification.to_chase if one not in now_known]
        written.save(notification, subject=True)
        for name, value in (case_facts or {}).items():
            setattr(case, name, value)
        if case_facts:
            settle_panel(case, case.notified_on)
            written.save(case)
        if child_facts:
            child = Child.objects.get(case=case)
            for name, value in child_facts.items():
                setattr(child, name, value)
            work_out_child(child, case)
            written.save(child)
        if mother:
            person = Person(**mother)
            work_out_person(person)
            written.save(person)
            relation = FamilyLink.Relation.MOTHER
            written.save(FamilyLink(case=case, person=person, relation=relation))
        open_duty(written, case, notification)
        if child_facts or mother:
            match_again(written, case)
        written.detail["answered"] = now_known
    return notification
