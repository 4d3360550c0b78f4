"""Letters about a referral or a decision: drafted, edited and released by a person, then sent."""

import datetime

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.family_letters import HELD, held
from casereview.actions.seen import as_seen
from casereview.models import Agency, Case
from casereview.records import Change, change
from scr.actions.telling import family_was_told, telling_clocks
from scr.apart import keep_apart
from scr.letter_texts import letter_text
from scr.models import Decision, ScrLetter
from scr.options import option
from scr.rules.options import LeadsTo
from scr.rules.stages import Act
from scr.standing import Standing, check

RELEASED = "Draft another letter: this one has been released"


def draft_scr_letter(*, case: Case, by, to: str, agency: Agency | None = None) -> ScrLetter:
    """Draft one letter about the latest decision or, where there is none, about the referral.

    Raises:
        NotAllowed: not referred, nobody to write to, an agency that is not named, or a process
            asks that nothing is drafted for the family.
    """
    with change("draft_scr_letter", by=by, case=case) as written:
        found = check(case, Act.WRITE_LETTER)
        return _draft(written, case, found, to, agency)


def draft_decision_letters(*, case: Case, by) -> list[ScrLetter]:
    """Draft every letter the latest decision needs and that is not drafted yet; never the family's.

    Raises:
        NotAllowed: nothing is decided, or all of them are drafted.
    """
    with change("draft_scr_letter", by=by, case=case) as written:
        found = check(case, Act.WRITE_LETTER)
        decision = _latest(found)
        if decision is None:
            raise NotAllowed("Wait for the decision: these letters tell of it")
        there = set(case.scr_letters.filter(decision=decision).values_list("to", flat=True))
        drafted = [
            _draft(written, case, found, to, None)
            for to in needed(case, decision)
            if to not in there
        ]
        if not drafted:
            raise NotAllowed("Edit the letters that are drafted: none is missing")
        written.detail["letters"] = len(drafted)
    return drafted


def needed(case: Case, decision: Decision) -> list[str]:
    """Return to whom a decision is told by letter, by its edition's duties and what it leads to."""
    told = [ScrLetter.To.REFERRER]
    rules = {clock.rule.split(".")[1] for clock in telling_clocks(case)}
    if "tell_npie_no_scr" in rules and option(decision.decided).leads_to != LeadsTo.REVIEW:
        told.append(ScrLetter.To.NATIONAL_PANEL)
    if "tell_ofsted_dfe_npie" in rules:
        told += [ScrLetter.To.NATIONAL_PANEL, ScrLetter.To.OFSTED, ScrLetter.To.DEPARTMENT]
    if "notify_panel" in rules:
        told.append(ScrLetter.To.NATIONAL_PANEL)
    if decision.refer_to_id:
        told.append(ScrLetter.To.BOARD)
    return [str(to) for to in dict.fromkeys(told)]


def _latest(found: Standing) -> Decision | None:
    """The decision that is told: once all have decided that have to."""
    return found.on_this[-1] if found.decided else None


def reasons_of(found: Standing) -> str:
    """Return the reasons of what is decided: of each partner where several decide."""
    latest = {each.capacity: each for each in found.on_this}
    if len(latest) == 1:
        return str(found.on_this[-1].reason)
    return "\n".join(f"{each.get_capacity_display()}: {each.reason}" for each in latest.values())


def _draft(
    written: Change, case: Case, found: Standing, to: str, agency: Agency | None
) -> ScrLetter:
    if to not in ScrLetter.To.values:
        raise NotAllowed("Select to whom the letter goes")
    if to == ScrLetter.To.AGENCY and agency is None:
        raise NotAllowed("Select the agency the letter goes to")
    if to == ScrLetter.To.FAMILY and held(case):
        raise NotAllowed(HELD)
    referral, decision = found.referral, _latest(found)
    if referral is None:
        raise NotAllowed("Refer the case first: letters are about a referral or a decision")
    letter = ScrLetter(
        case=case,
        referral=referral,
        decision=decision,
        to=to,
        agency=agency if to == ScrLetter.To.AGENCY else None,
        text=letter_text(to, case, referral, decision, reasons_of(found)),
        drafted_by=written.by,
        drafted_at=timezone.now(),
    )
    written.save(letter)
    return letter


def edit_scr_letter(*, letter: ScrLetter, by, text: str, version: int | None = None) -> ScrLetter:
    """Edit a letter that has not been released.

    Raises:
        NotAllowed: released already, empty, or a process holds contact with the family.
        Conflict: somebody else changed it since the page was shown.
    """
    if not text.strip():
        raise NotAllowed("Enter the text of the letter")
    keep_apart(letter.case, text)
    with change("edit_scr_letter", by=by, case=letter.case) as written:
        _check_open(letter, version)
        letter.text = text
        written.save(letter)
    return letter


def release_scr_letter(*, letter: ScrLetter, by, version: int | None = None) -> ScrLetter:
    """Release a letter that a person has read; nothing is sent by itself.

    Raises:
        NotAllowed: released already, words of another case of the composite, or a process holds
            contact with the family.
        Conflict: somebody else changed it since the page was shown.
    """
    with change("release_scr_letter", by=by, case=letter.case) as written:
        _check_open(letter, version)
        keep_apart(letter.case, letter.text)
        letter.released_by, letter.released_at = by, timezone.now()
        written.save(letter)
    return letter


def _check_open(letter: ScrLetter, version: int | None) -> None:
    check(letter.case, Act.WRITE_LETTER)
    if letter.released_at:
        raise NotAllowed(RELEASED)
    if letter.to == ScrLetter.To.FAMILY and held(letter.case):
        raise NotAllowed(HELD)
    as_seen(letter, version)


def record_scr_letter_sent(
    *, letter: ScrLetter, by, sent_on: datetime.date, version: int | None = None
) -> ScrLetter:
    """Record the day on which a released letter was sent.

    Raises:
        NotAllowed: not released, sent already, or a day to come or before the decision it tells of.
        Conflict: somebody else changed it since the page was shown.
    """
    if letter.released_at is None:
        raise NotAllowed("Release the letter first")
    if letter.sent_on is not None:
        raise NotAllowed("The letter was sent already")
    if letter.to == ScrLetter.To.FAMILY and held(letter.case):
        raise NotAllowed(HELD)
    first = letter.decision.decided_on if letter.decision else None
    if sent_on > timezone.localdate() or (first and sent_on < first):
        raise NotAllowed("Enter a day on or after the decision, not in the future")
    with change("record_scr_letter_sent", by=by, case=letter.case) as written:
        check(letter.case, Act.WRITE_LETTER)
        as_seen(letter, version)
        letter.sent_on = sent_on
        written.save(letter)
        if letter.to == ScrLetter.To.FAMILY and letter.decision is not None:
            family_was_told(written, letter.case, sent_on)
    return letter
