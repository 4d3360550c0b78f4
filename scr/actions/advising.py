"""What the national panel advises, and what another area's chair thinks of a decision."""

import datetime

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.models import Board, Case
from casereview.records import change
from scr.models import Decision, NationalPanelAdvice, PeerChallenge
from scr.rules.stages import Act
from scr.standing import check


def record_national_advice(
    *,
    case: Case,
    by,
    advised: str,
    advised_on: datetime.date,
    advice: str,
    about: str = NationalPanelAdvice.About.DECISION,
    asked_on: datetime.date | None = None,
    decision: Decision | None = None,
) -> NationalPanelAdvice:
    """Record what the national panel advised; it does not change, and binds nobody.

    Raises:
        NotAllowed: nothing is decided, no answer or words of the panel, days to come or out of
            their order, or a decision of another case.
    """
    if advised not in NationalPanelAdvice.Advised.values:
        raise NotAllowed("Select what the national panel said")
    if about not in NationalPanelAdvice.About.values:
        raise NotAllowed("Select what the advice is about")
    if advised != NationalPanelAdvice.Advised.NO_RESPONSE and not advice.strip():
        raise NotAllowed("Enter what the national panel advised, in its words")
    today = timezone.localdate()
    if advised_on > today or (asked_on and asked_on > advised_on):
        raise NotAllowed("Enter the days in their order, none in the future")
    with change("record_national_advice", by=by, case=case) as written:
        found = check(case, Act.RECORD_ADVICE)
        on = decision or (found.decisions[-1] if found.decisions else None)
        if on is None or on.case_id != case.pk:
            raise NotAllowed("Choose a decision about this case")
        if advised_on < on.decided_on:
            raise NotAllowed("Enter a day of the advice on or after the decision")
        row = NationalPanelAdvice(
            case=case,
            decision=on,
            about=about,
            advised=advised,
            asked_on=asked_on,
            advised_on=advised_on,
            advice=advice,
            recorded_by=by,
        )
        written.save(row, subject=True)
        written.detail.update(about=about, advised=advised)
    return row


def ask_peer_challenge(
    *,
    case: Case,
    by,
    challenger: str,
    asked_on: datetime.date,
    challenger_board: Board | None = None,
) -> PeerChallenge:
    """Record that another area's chair was asked to look at the latest decision.

    Raises:
        NotAllowed: nothing is decided, nobody is named, or a day to come or before the decision.
    """
    if not challenger.strip():
        raise NotAllowed("Enter who is asked")
    if asked_on > timezone.localdate():
        raise NotAllowed("Enter a day that is not in the future")
    with change("ask_peer_challenge", by=by, case=case) as written:
        found = check(case, Act.ASK_CHALLENGE)
        decision = found.decisions[-1]
        if asked_on < decision.decided_on:
            raise NotAllowed("Enter a day on or after the decision")
        row = PeerChallenge(
            case=case,
            decision=decision,
            asked_on=asked_on,
            asked_by=by,
            challenger=challenger,
            challenger_board=challenger_board,
        )
        written.save(row, subject=True)
    return row


def answer_peer_challenge(
    *,
    challenge: PeerChallenge,
    by,
    answered_on: datetime.date,
    view: str,
    what_followed: str = "",
    version: int | None = None,
) -> PeerChallenge:
    """Record what the other chair thought, and what followed from it.

    Raises:
        NotAllowed: no view, or a day to come or before the question.
        Conflict: somebody else changed it since the page was shown.
    """
    if not view.strip():
        raise NotAllowed("Enter what the other chair thought")
    if answered_on > timezone.localdate() or answered_on < challenge.asked_on:
        raise NotAllowed("Enter a day on or after the question, not in the future")
    with change("answer_peer_challenge", by=by, case=challenge.case) as written:
        check(challenge.case, Act.ANSWER_CHALLENGE)
        as_seen(challenge, version)
        challenge.answered_on, challenge.view = answered_on, view
        challenge.what_followed = what_followed or None
        written.save(challenge, subject=True)
    return challenge
