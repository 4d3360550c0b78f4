"""Actions of every group: progress, evidence that somebody else accepts, and their effect."""

import datetime
import uuid
from collections.abc import Iterable

from django.utils import timezone

from casereview import registries
from casereview.action_plan import effect_review_of, strengths
from casereview.actions.admissions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.models import Action, ActionEvidence, Agency, EffectReview, Recommendation, User
from casereview.records import Change, change
from casereview.rules.effect import Counts, refusal
from casereview.rules.months import add_months

State, Answer, Link = Action.State, ActionEvidence.Answer, EffectReview.Link
EFFECT_MONTHS = (6, 12)
# Links that say there were fewer events: they need counts before and after.
COUNTED = (Link.NEAR_MISSES, Link.DEATHS)
STRONGEST = "stronger"
WEAKEST = "weaker"


def add_action(
    written: Change,
    *,
    recommendation: Recommendation,
    text: str,
    strength: str,
    agreed_on: datetime.date,
    due_on: datetime.date,
    owner: User | None = None,
    agency: Agency | None = None,
) -> Action:
    """Add an action for a recommendation to a change that another action has begun.

    Raises:
        NotAllowed: nothing to do, nobody to do it, no known strength, or due before it was agreed.
    """
    _check(text, strength, owner, agency)
    if due_on < agreed_on:
        raise NotAllowed("Enter a due day on or after the day on which it was agreed")
    action = Action(
        case=recommendation.case,
        recommendation=recommendation,
        key_kind=recommendation.key_kind,
        key_id=recommendation.key_id,
        text=text.strip(),
        strength=strength,
        owner=owner,
        agency=agency or (owner.agency if owner else None),
        agreed_on=agreed_on,
        due_on=due_on,
    )
    written.save(action)
    return action


def _check(text: str, strength: str, owner: User | None, agency: Agency | None) -> None:
    if not text.strip():
        raise NotAllowed("Enter what is to be done")
    if strengths().get(strength) is None:
        raise NotAllowed("Select how strong the action is")
    if owner is None and agency is None:
        raise NotAllowed("Choose who does it: a person, an agency, or both")
    if owner is not None and not owner.is_active:
        raise NotAllowed("Choose somebody who has not left")


def refuse_names(action: Action, text: str) -> None:
    """Refuse a text about an action that tells who somebody is.

    Raises:
        NotAllowed: it does; how often is said, not which word.
    """
    places = sum(source.names_in(action, text) for source in registries.action_sources)
    if places:
        words = "1 place tells" if places == 1 else f"{places} places tell"
        raise NotAllowed(f"Take out what names somebody: {words} who somebody is")


def only_weaker(actions: Iterable[Action]) -> bool:
    """Say whether none of some actions that stand is more than a weaker one."""
    kinds = [one.strength for one in actions if one.state != State.DROPPED and one.strength]
    return bool(kinds) and all(kind == WEAKEST for kind in kinds)


def change_action(
    *,
    action: Action,
    text: str,
    strength: str,
    due_on: datetime.date,
    reason: str,
    by,
    owner: User | None = None,
    agency: Agency | None = None,
    version: int | None = None,
) -> Action:
    """Change what an action is, who does it and by when, with a reason.

    Raises:
        NotAllowed: no reason, not open, or what `add_action` refuses.
        Conflict: somebody else changed it since the page was shown.
    """
    _check(text, strength, owner, agency)
    if not reason.strip():
        raise NotAllowed("Enter why the action is changed")
    if due_on < action.agreed_on:
        raise NotAllowed("Enter a due day on or after the day on which it was agreed")
    refuse_names(action, text)
    with change("change_action", by=by, case=action.case, reason=reason) as written:
        found = _open(action, version)
        found.text, found.strength, found.due_on = text.strip(), strength, due_on
        found.owner, found.agency = owner, agency
        written.save(found, subject=True)
    return found


def drop_action(*, action: Action, reason: str, by, version: int | None = None) -> Action:
    """Record that an action is no longer needed, and why.

    Raises:
        NotAllowed: no reason, or not open.
        Conflict: somebody else changed it since the page was shown.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the action is no longer needed")
    with change("drop_action", by=by, case=action.case, reason=reason) as written:
        found = _open(action, version)
        found.state = State.DROPPED
        written.save(found, subject=True)
    return found


def report_progress(
    *,
    action: Action,
    by,
    begun_on: datetime.date | None = None,
    blocked_by: str = "",
    done_on: datetime.date | None = None,
    done_note: str = "",
    version: int | None = None,
) -> Action:
    """Report, as its owner, when an action was begun and done, and what stands in its way.

    Raises:
        NotAllowed: somebody else's action, done with accepted evidence or dropped, days to come,
            done before it was begun, or done while something stands in its way.
        Conflict: somebody else changed it since the page was shown.
    """
    _own(action, by)
    today = timezone.localdate()
    if any(day and day > today for day in (begun_on, done_on)):
        raise NotAllowed("Enter days that are not in the future")
    if done_on and begun_on and done_on < begun_on:
        raise NotAllowed("Enter a day on which it was done on or after the day it was begun")
    if done_on and blocked_by.strip():
        raise NotAllowed("Clear what stands in its way, or the day on which it was done")
    refuse_names(action, f"{blocked_by}\n\n{done_note}")
    with change("report_progress", by=by, case=action.case) as written:
        found = _open(action, version)
        found.begun_on = begun_on or done_on
        found.blocked_by = blocked_by.strip() or None
        found.done_on, found.done_note = done_on, done_note.strip() or None
        written.save(found, subject=True)
    return found


def _own(action: Action, by) -> None:
    if by is None or action.owner_id != by.pk:
        raise NotAllowed("Ask the owner of this action: they report on it")


def _open(action: Action, version: int | None) -> Action:
    found = Action.objects.select_for_update().get(pk=action.pk)
    as_seen(found, version)
    if found.state != State.OPEN:
        raise NotAllowed(f"This action is {found.get_state_display().lower()}: it stays as it is")
    return found


def give_action_evidence(*, action: Action, text: str, by) -> ActionEvidence:
    """Say, as the owner, what shows that an action was done.

    Raises:
        NotAllowed: somebody else's action, nothing said, not reported as done, or evidence waits.
    """
    _own(action, by)
    if not text.strip():
        raise NotAllowed("Enter what shows that it was done")
    refuse_names(action, text)
    with change("give_action_evidence", by=by, case=action.case) as written:
        found = _open(action, None)
        if found.done_on is None:
            raise NotAllowed("Report first on which day it was done")
        if found.evidence.filter(answer=Answer.WAITING).exists():
            raise NotAllowed("Wait: the evidence given before is still to be looked at")
        evidence = ActionEvidence(
            action=found,
            key_kind=found.key_kind,
            key_id=found.key_id,
            text=text.strip(),
            given_by=by,
            given_at=timezone.now(),
        )
        written.save(evidence, subject=True)
    return evidence


def answer_evidence(
    *, evidence: ActionEvidence, answer: str, by, reason: str = "", months: int | None = None
) -> ActionEvidence:
    """Accept evidence, or say why it is not enough; acceptance ends the action.

    `months` says after how many months its effect is looked at, from the day it was done.

    Raises:
        NotAllowed: one's own action or evidence, answered already, no answer, no reason for not
            enough, or no term for the effect.
    """
    action = evidence.action
    if by is None or by.pk in (evidence.given_by_id, action.owner_id):
        raise NotAllowed("Ask somebody else: nobody accepts evidence of their own action")
    if answer not in (Answer.ACCEPTED, Answer.NOT_ENOUGH):
        raise NotAllowed("Select whether the evidence is accepted")
    if answer == Answer.NOT_ENOUGH and not reason.strip():
        raise NotAllowed("Enter what is missing")
    if answer == Answer.ACCEPTED and months not in EFFECT_MONTHS:
        raise NotAllowed("Select when the effect is looked at: after 6 or 12 months")
    refuse_names(action, reason)
    with change("answer_evidence", by=by, case=action.case) as written:
        found = ActionEvidence.objects.select_for_update().get(pk=evidence.pk)
        if found.answer != Answer.WAITING:
            raise NotAllowed("This evidence was answered already")
        found.answer, found.answer_reason = answer, reason.strip() or None
        found.answered_by, found.answered_at = by, timezone.now()
        written.save(found, subject=True)
        written.detail["answer"] = answer
        if answer == Answer.ACCEPTED and months is not None:
            _end(written, action.pk, months)
    return found


def _end(written: Change, key: uuid.UUID, months: int) -> None:
    action = Action.objects.select_for_update().get(pk=key)
    done_on = action.done_on or timezone.localdate()
    action.state, action.done_on = State.DONE, done_on
    action.effect_review_on = add_months(done_on, months)
    written.save(action)
    written.save(
        EffectReview(
            action=action,
            key_kind=action.key_kind,
            key_id=action.key_id,
            due_on=action.effect_review_on,
        )
    )


def review_effect(
    *,
    action: Action,
    reached: str,
    seen: str,
    by,
    reviewed_on: datetime.date | None = None,
    counts: Counts | None = None,
    again_after: int | None = None,
) -> EffectReview:
    """Record the highest link of the chain for which there is evidence after an action.

    `again_after` is the number of months after which it is looked at once more.

    Raises:
        NotAllowed: no effect review is due for it, no link, nothing seen, a day to come, the
            owner's own action, or fewer events said where counts do not bear it.
    """
    today = timezone.localdate()
    on = reviewed_on or today
    if by is None or by.pk == action.owner_id:
        raise NotAllowed("Ask somebody else: nobody judges the effect of their own action")
    if reached not in Link.values:
        raise NotAllowed("Select the highest link that is evidenced")
    if not seen.strip():
        raise NotAllowed("Enter what was seen, and where")
    if on > today or (action.done_on and on < action.done_on):
        raise NotAllowed("Enter a day from the end of the action to today")
    if again_after is not None and again_after not in EFFECT_MONTHS:
        raise NotAllowed("Select 6 or 12 months")
    if reached in COUNTED:
        if counts is None:
            raise NotAllowed("Enter how many there were before and after, and in how many months")
        if words := refusal(counts):
            raise NotAllowed(words)
    refuse_names(action, seen)
    with change("review_effect", by=by, case=action.case) as written:
        found = effect_review_of(action)
        if found is None:
            raise NotAllowed("No effect review waits for this action")
        found.reached, found.reviewed_on, found.reviewed_by = reached, on, by
        found.seen = _counted(seen.strip(), counts if reached in COUNTED else None)
        written.save(found, subject=True)
        written.detail["reached"] = reached
        if again_after:
            later = EffectReview(
                action=action,
                key_kind=found.key_kind,
                key_id=found.key_id,
                due_on=add_months(on, again_after),
            )
            written.save(later)
    return found


def _counted(seen: str, counts: Counts | None) -> str:
    if counts is None:
        return seen
    return (
        f"{counts.before} in {counts.before_months} months before, {counts.after} in "
        f"{counts.after_months} months after.\n{seen}"
    )
