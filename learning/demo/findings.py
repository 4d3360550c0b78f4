"""Three reviews told as one, what the reviews found, and how the actions stand today.

Nobody here is real. Reviews are of 2014-15; actions are dated from today, so that some are on
track, some late, and one is old enough for its effect to be looked at.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from casereview.actions import action_plan
from casereview.models import Action, Case, Recommendation, User
from casereview.records import change
from casereview.rules.access_table import Role
from learning.demo import cast
from scr.actions import compositing, findings
from scr.models import CaseUnderReview, CompositeReview, Finding
from scr.rules.independence import DECLARED

INFANTS = ("infant_a", "infant_b", "infant_c")
# What a person who read the papers gave each of the three as codes.
FEATURES = {
    "infant_a": ("head_injury", "fractures", "bruising", "home", "earlier_bruise", "young_parents"),
    "infant_b": ("head_injury", "bruising", "home", "earlier_bruise", "young_parents"),
    "infant_c": ("head_injury", "fractures", "home", "earlier_bruise", "young_parents", "moves"),
}
PROPOSED, ANSWERED = datetime.date(2014, 11, 27), datetime.date(2014, 12, 10)
TITLE = "Babies who do not move yet, and a bruise"
GROUNDS = (
    "In each, a bruise on a baby too young to move was seen before and read as an accident. One "
    "review asks once what stood in the way, and saves three families from three of them."
)
ANSWER = "We agree to one review, when each family was told first. Each keeps its own clock."


@dataclass(frozen=True)
class Planned:
    """One action, in days from today; what is left out has not happened."""

    owner: str
    text: str
    strength: str
    agreed: int
    due: int
    begun: int | None = None
    blocked: str = ""
    done: int | None = None
    evidence: str = ""
    answer: str = ""
    missing: str = ""
    months: int = 6
    reached: str = ""
    seen: str = ""


@dataclass(frozen=True)
class Found:
    """One finding with its one recommendation, the test of it, and what is done about it."""

    of: tuple[str, ...]
    statement: str
    why: str
    theme: str
    recommended: str
    test: str
    kind: str
    actions: tuple[Planned, ...]
    here: str = ""


FOUND = (
    Found(
        INFANTS,
        "A bruise on a baby too young to move is read by each service alone, and nobody’s task is "
        "to put the readings together.",
        "The next service begins anew, and a second injury is taken for the first.",
        "info_sharing",
        "Let one paediatrician on call give a second opinion on every such bruise, the same day.",
        "Of all babies under six months with a bruise, nine of ten were seen the same day; counted "
        "each quarter from the emergency department’s own list.",
        "system",
        (
            Planned(
                "carys.bowden",
                "Ring the paediatrician on call from the home, before leaving, when an officer "
                "sees a bruise on a baby.",
                "stronger",
                agreed=-330,
                due=-230,
                begun=-320,
                done=-240,
                evidence="The command of the control room and an audit of 20 calls, in its office.",
                answer="accepted",
                reached="practice",
                seen="17 of 20 calls were made from the home, read in the control room’s log.",
            ),
            Planned(
                "yusuf.ashdown",
                "Have the second opinion asked for by the form: it cannot be closed without.",
                "stronger",
                agreed=-200,
                due=120,
                begun=-150,
            ),
            Planned(
                "anouk.fairley",
                "Put the list of such babies on the ward’s board each morning.",
                "intermediate",
                agreed=-200,
                due=-50,
                begun=-180,
            ),
        ),
        here="Seen at the weekly clinic and written down with a drawing; the drawing stayed there.",
    ),
    Found(
        INFANTS[1:],
        "Where a family moves between areas, what was known stays behind until somebody asks.",
        "A move is when a baby is seen least and by strangers.",
        "info_sharing",
        "Hand a baby’s record over by a talk between the two health visitors within five days.",
        "Of twenty moves a year, a talk within five days is written in both records in eighteen.",
        "joint_working",
        (
            Planned(
                "yusuf.ashdown",
                "Agree the talk with the two neighbouring areas, in writing.",
                "intermediate",
                agreed=-120,
                due=12,
                begun=-90,
            ),
            Planned(
                "gareth.holt",
                "Tell the old area of a move when officers learn of it.",
                "weaker",
                agreed=-120,
                due=40,
                begun=-100,
                blocked="The two record systems cannot send to one another; a bid waits.",
            ),
        ),
    ),
    Found(
        ("epilepsy",),
        "Parents were not told in words they could use what to do when a seizure does not stop.",
        "A plan that is not understood is no plan.",
        "medication",
        "Give every family of a child with epilepsy one page of its own, and try it with them.",
        "Ten families a year, asked by somebody else, can say what they do at five minutes.",
        "practice",
        (
            Planned(
                "anouk.fairley",
                "Write the page with three parents, and use it in every clinic.",
                "intermediate",
                agreed=-420,
                due=-260,
                begun=-400,
                done=-270,
                evidence="The page, and the clinic’s list of 31 families who have it.",
                answer="accepted",
            ),
            Planned(
                "sunita.marlowe",
                "Ask the page’s ten questions of ten families.",
                "weaker",
                agreed=-100,
                due=-8,
                begun=-60,
                done=-10,
                evidence="Ten answers, kept in the clinic’s office.",
            ),
        ),
    ),
    Found(
        ("killed",),
        "What two adults were known for was known of each alone, and never of them as a couple.",
        "The risk lay in the two together.",
        "info_sharing",
        "Ask at every booking who else lives with the baby, and look both up.",
        "Of fifty bookings a quarter, both adults were looked up in forty-five.",
        "system",
        (
            Planned(
                "edwin.marsh",
                "Have the question on the booking form, required.",
                "stronger",
                agreed=-180,
                due=-20,
                begun=-170,
                done=-25,
                evidence="The form.",
                answer="not_enough",
                missing="Whether it is asked: bring the count of one quarter.",
            ),
            Planned(
                "lorna.pike",
                "Bring the count to the business group each quarter.",
                "intermediate",
                agreed=-20,
                due=160,
            ),
        ),
    ),
)


def bring_in(cases: Mapping[str, Case]) -> None:
    """Tell three reviews as one, record what reviews found, and let the actions go their way."""
    reviews = {
        key: CaseUnderReview.objects.select_related("case").get(case=case)
        for key, case in cases.items()
        if CaseUnderReview.objects.filter(case=case).exists()
    }
    composite = _together([reviews[key] for key in INFANTS], reviews)
    for one in FOUND:
        rests_on = [
            CaseUnderReview.objects.select_related("case").get(pk=reviews[key].pk) for key in one.of
        ]
        of_composite = composite if one.of[0] in INFANTS else None
        finding = _find(one, rests_on, of_composite)
        recommendation = findings.recommend_from_finding(
            finding=finding,
            text=one.recommended,
            test=one.test,
            kind=one.kind,
            by=cast.person(Role.BOARD_MANAGER),
            sure=True,
        )
        for each in one.actions:
            _act(each, recommendation)


def _together(
    reviews: list[CaseUnderReview], by_key: Mapping[str, CaseUnderReview]
) -> CompositeReview:
    office, chair = cast.person(Role.BOARD_MANAGER), cast.person(Role.SCR_CHAIR)
    for key, features in FEATURES.items():
        compositing.record_review_features(review=by_key[key], features=features, by=office)
    composite = compositing.propose_composite(
        reviews=reviews, title=TITLE, grounds=GROUNDS, by=chair, begun_on=PROPOSED, sure=True
    )
    compositing.record_composite_answer(
        composite=composite,
        by=office,
        advised="agrees",
        asked_on=PROPOSED,
        advised_on=ANSWERED,
        advice=ANSWER,
        sure=True,
    )
    compositing.open_composite(composite=composite, by=office)
    compositing.appoint_composite_reviewer(
        composite=composite,
        user=cast.person(Role.LEAD_REVIEWER),
        until=timezone.localdate() + datetime.timedelta(days=180),
        declared=DECLARED,
        checked="The posts of the last ten years were read, and the agencies concerned asked.",
        by=office,
    )
    return CompositeReview.objects.get(pk=composite.pk)


def _find(one: Found, reviews: list[CaseUnderReview], composite: CompositeReview | None) -> Finding:
    finding = findings.record_finding(
        reviews=reviews,
        statement=one.statement,
        why_it_matters=one.why,
        theme=one.theme,
        composite=composite,
        in_cases={reviews[0].pk: one.here},
        by=cast.person(Role.LEAD_REVIEWER),
    )
    return findings.agree_finding(finding=finding, by=cast.person(Role.SCR_CHAIR))


def _day(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


def _owner(mailbox: str) -> User:
    return User.objects.select_related("agency").get(email=f"{mailbox}@demo.example")


def _act(one: Planned, recommendation: Recommendation) -> None:
    owner, office = _owner(one.owner), cast.person(Role.BOARD_MANAGER)
    action = findings.add_action(
        recommendation=recommendation,
        text=one.text,
        strength=one.strength,
        owner=owner,
        agreed_on=_day(one.agreed),
        due_on=_day(one.due),
        by=office,
        sure=True,
    )
    if one.begun is not None:
        action = action_plan.report_progress(
            action=action,
            by=owner,
            begun_on=_day(one.begun),
            blocked_by=one.blocked,
            done_on=_day(one.done) if one.done is not None else None,
        )
    if one.evidence:
        _show(one, action, owner)


def _show(one: Planned, action: Action, owner: User) -> None:
    """Give the evidence, answer it, and look at the effect, on days of that time."""
    judge = cast.person(Role.BOARD_MANAGER)
    evidence = action_plan.give_action_evidence(action=action, text=one.evidence, by=owner)
    shown = _noon((one.done or 0) + 3)
    if one.answer:
        evidence = action_plan.answer_evidence(
            evidence=evidence,
            answer=one.answer,
            reason=one.missing,
            months=one.months if one.answer == "accepted" else None,
            by=judge,
        )
    with change("seed_demo", by=owner, case=action.case) as written:
        evidence.given_at = shown
        if one.answer:
            evidence.answered_at = shown + datetime.timedelta(days=4)
        written.save(evidence)
    if one.reached:
        action_plan.review_effect(
            action=Action.objects.select_related("case").get(pk=action.pk),
            reached=one.reached,
            seen=one.seen,
            reviewed_on=_day(-30),
            again_after=12,
            by=judge,
        )


def _noon(days: int) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(_day(days), datetime.time(12, 0)))
