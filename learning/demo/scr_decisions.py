"""What the group recommended and the chair decided on the nine cases of 2014-15.

Five serious case reviews, three of them told as one after the national panel agreed; two
alternative reviews; two of no further review. One member dissented once.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from casereview.models import Case
from casereview.records import change
from casereview.rules.access_table import Role
from learning.demo import cast
from scr.actions import advising, letters, telling
from scr.actions.deciding import follow_decision
from scr.actions.group_meetings import (
    arrange_scr_meeting,
    end_scr_meeting,
    group_of,
    record_scr_attendance,
)
from scr.actions.recommending import draft_recommendation, give_position, make_recommendation
from scr.criteria_files import framework_named
from scr.models import Decision, GroupMeeting, NationalPanelAdvice
from scr.options import option
from scr.rules.options import LeadsTo
from scr.signatures import sign
from scr.standing import standing

AFTERNOON, EVENING = datetime.time(14, 0), datetime.time(17, 40)
DAYS_TO_TELL, DAYS_TO_WRITE = 6, 2


@dataclass(frozen=True)
class Made:
    """What was recommended at a meeting on a day, and decided on another."""

    met_on: str
    decided_on: str
    recommended: str
    reason: str
    decided_because: str
    decided: str = ""  # blank: as recommended
    methodology: str = ""
    at_once: str = ""
    dissent: str = ""  # of the police member
    advised: str = ""  # what the national panel said of no review


MADE: Mapping[str, Made] = {
    "suicide": Made(
        "2014-04-29",
        "2014-05-06",
        "alternative_review",
        "Abuse or neglect is neither known nor suspected. School and the mental health service "
        "each held half of what there was to know.",
        "The criteria are not met. What the two services did not tell each other is worth a "
        "learning review in which both take part.",
        methodology="silp",
        dissent="I would hold a serious case review: the family had asked for help four times, "
        "and we should say in public what came of it.",
        advised="agrees",
    ),
    "infant_a": Made(
        "2014-05-27",
        "2014-06-04",
        "scr",
        "Serious harm, abuse suspected, and four services saw bruises that none put together.",
        "The criteria are met on each point.",
        methodology="learning_together",
        at_once="The twin sister is seen by the paediatrician this week.",
    ),
    "seventeen": Made(
        "2014-07-22",
        "2014-07-30",
        "none",
        "No criterion is met, and the agencies’ own reviews have said what there is to learn.",
        "The criteria are not met. A further review would add nothing to what is known.",
        advised="agrees",
    ),
    "infant_b": Made(
        "2014-08-12",
        "2014-08-20",
        "scr",
        "Serious harm, abuse suspected; a bruise in a baby who could not move was explained away.",
        "The criteria are met.",
        methodology="learning_together",
    ),
    "epilepsy": Made(
        "2014-09-23",
        "2014-10-06",
        "alternative_review",
        "The agencies worked well together; missed appointments are everybody’s question.",
        "The criteria are not met: there is definite evidence that there was no concern about "
        "joint working. How missed appointments are followed up is worth a learning review.",
        methodology="hybrid",
        advised="questions",
    ),
    "infant_c": Made(
        "2014-10-21",
        "2014-10-24",
        "scr_composite",
        "The third infant in six months with the same injuries. The three are to be looked at "
        "together, for what the whole system shows.",
        "The criteria are met. The national panel is asked to agree to one review of the three.",
        methodology="learning_together",
    ),
    "killed": Made(
        "2014-11-25",
        "2014-12-03",
        "scr",
        "The child died and abuse is known.",
        "The criteria are met.",
        methodology="learning_together",
        at_once="The older brother stays where he is until the court has decided.",
    ),
    "neglect": Made(
        "2015-01-06",
        "2015-01-12",
        "scr",
        "Serious harm by neglect over years, known to four services.",
        "The criteria are met.",
        methodology="silp",
    ),
    "window": Made(
        "2015-02-03",
        "2015-02-12",
        "none",
        "No abuse or neglect was found, and no criterion is met.",
        "The criteria are not met. The housing service has fitted the window locks.",
        advised="agrees",
    ),
}
COMPOSITE_ASKED, COMPOSITE_AGREED, COMPOSITE_DECIDED = "2014-10-27", "2014-11-19", "2014-11-26"
COMPOSITE_WORDS = (
    "We agree to one review of the three cases. Each family is to be told, and each case keeps "
    "its own findings."
)
ADVICE = {
    "agrees": "We have read the papers and agree with the decision.",
    "questions": "We ask what the parents were told about the missed appointments, and by whom.",
}


def bring_in(cases: Mapping[str, Case]) -> None:
    """Recommend and decide on the nine cases, in the order in which the group met."""
    meetings: dict[str, GroupMeeting] = {}
    for key, made in MADE.items():
        case = Case.objects.get(pk=cases[key].pk)
        if made.met_on not in meetings:
            meetings[made.met_on] = _meet(_day(made.met_on))
        _recommend(case, made, meetings[made.met_on])
        _decide(case, made.decided or made.recommended, made.decided_because, made.decided_on)
        _tell(case, made)
    _tell_three_as_one(cases)


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def _at(day: datetime.date, time: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, time))


def _meet(on: datetime.date) -> GroupMeeting:
    office, board = cast.person(Role.BOARD_MANAGER), cast.board()
    meeting = arrange_scr_meeting(
        board=board,
        held_on=on,
        chair=cast.person(Role.SCR_CHAIR),
        minute_taker=office,
        members=group_of(board, Role.SCR_MEMBER),
        by=office,
    )
    came = {row.pk: "came" for row in meeting.attendances.all()}
    record_scr_attendance(meeting=meeting, came=came, minute_taker=office, by=office)
    return end_scr_meeting(meeting=meeting, by=office)


def _recommend(case: Case, made: Made, meeting: GroupMeeting) -> None:
    chair = cast.person(Role.SCR_CHAIR)
    draft_recommendation(
        case=case,
        by=chair,
        recommended=made.recommended,
        reason=made.reason,
        immediate_actions=made.at_once,
        methodology=made.methodology,
        meeting=meeting,
    )
    for row in meeting.attendances.select_related("user__agency"):
        police = row.user.agency is not None and row.user.agency.kind == "POLICE"
        dissents = bool(made.dissent) and police
        give_position(
            case=case,
            by=row.user,
            position="dissent" if dissents else "agree",
            reason=made.dissent if dissents else "",
        )
    recommendation = make_recommendation(case=case, by=chair)
    # It was said in the meeting, not when the demo was made.
    with change("seed_demo", by=chair, case=case) as written:
        recommendation.made_at = _at(meeting.held_on, EVENING)
        written.save(recommendation)
        for position in recommendation.positions.all():
            position.given_at = _at(meeting.held_on, AFTERNOON)
            written.save(position)


def _decide(case: Case, decided: str, because: str, on: str) -> Decision:
    """Let the chair decide on the day itself: the moment is under the signature with the rest."""
    chair, found, day = cast.person(Role.INDEPENDENT_CHAIR), standing(case), _day(on)
    recommendation = found.answered
    if recommendation is None:
        raise LookupError(f"nothing is recommended on {case.pk}")
    framework = framework_named(found.decided_by_edition)
    kept = (recommendation.assessment.result or {}).get("criteria", {})
    decision = Decision(
        case=case,
        recommendation=recommendation,
        framework=framework.id,
        decided=decided,
        decided_on=day,
        decided_at=_at(day, AFTERNOON),
        decided_by=chair,
        reason=because,
        departs=decided != recommendation.recommended,
        earlier=found.latest(),
    )
    decision.criteria = {
        each.id: {True: "met", False: "not_met"}.get(kept.get(each.id), "not_known")
        for each in framework.criteria
    }
    decision.signature = sign(decision)
    with change("decide_scr", by=chair, case=case) as written:
        written.save(decision, subject=True)
        written.detail.update(decided=decided, capacity="chair", departs=decision.departs)
        follow_decision(written, case, day)
    return decision


def _tell(case: Case, made: Made) -> None:
    """Tell the family, and the national panel where there is no review; keep its answer."""
    office, chair = cast.person(Role.BOARD_MANAGER), cast.person(Role.INDEPENDENT_CHAIR)
    decided_on = _day(made.decided_on)
    told_on = decided_on + datetime.timedelta(days=DAYS_TO_TELL)
    _told(case, told_on)
    if option(made.recommended).leads_to != LeadsTo.REVIEW:
        advising.record_national_advice(
            case=case,
            by=chair,
            advised=made.advised,
            asked_on=told_on,
            advised_on=told_on + datetime.timedelta(days=30),
            advice=ADVICE[made.advised],
        )
    sent_on = decided_on + datetime.timedelta(days=DAYS_TO_WRITE)
    for letter in letters.draft_decision_letters(case=case, by=office):
        letters.release_scr_letter(letter=letter, by=office)
        letters.record_scr_letter_sent(letter=letter, sent_on=sent_on, by=office)
        with change("seed_demo", by=office, case=case) as written:
            letter.drafted_at = _at(decided_on, EVENING)
            letter.released_at = _at(sent_on, AFTERNOON)
            written.save(letter)


def _told(case: Case, on: datetime.date) -> None:
    """Record on a day that all who are to be told of the decision were told."""
    for clock in telling.telling_clocks(case):
        if clock.met_on is None and clock.stopped_on is None:
            telling.record_scr_told(
                case=case,
                clock=clock,
                state="made",
                made_on=on,
                by=cast.person(Role.BOARD_MANAGER),
            )


def _tell_three_as_one(cases: Mapping[str, Case]) -> None:
    """The national panel agrees to one review of three; the first two are decided on again."""
    chair = cast.person(Role.INDEPENDENT_CHAIR)
    for key in ("infant_a", "infant_b", "infant_c"):
        case = Case.objects.get(pk=cases[key].pk)
        advising.record_national_advice(
            case=case,
            by=chair,
            about=NationalPanelAdvice.About.COMPOSITE,
            advised="agrees",
            asked_on=_day(COMPOSITE_ASKED),
            advised_on=_day(COMPOSITE_AGREED),
            advice=COMPOSITE_WORDS,
        )
        if key != "infant_c":
            _decide(
                case,
                "scr_composite",
                "The national panel agreed: this review is told as one with two others.",
                COMPOSITE_DECIDED,
            )
            _told(case, _day(COMPOSITE_DECIDED) + datetime.timedelta(days=DAYS_TO_TELL))
