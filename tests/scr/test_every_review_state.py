"""Every act on a review in every one of its states: what is not written here is refused."""

import datetime
from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.records import change
from scr.actions import chronology, commissioning, involvement, papers, publishing, review_requests
from scr.models import CaseUnderReview, Publication, ReviewPaper, ReviewRequest
from scr.rules.independence import DECLARED
from scr.rules.review_moves import MOVES
from tests.review_factories import (
    CLEAN,
    World,
    appoint,
    ask,
    checked,
    handed_in,
    make_author,
    make_review,
    make_reviewer,
    row,
    tell_family,
)

pytestmark = pytest.mark.django_db
State = CaseUnderReview.State
# Signed off, and it is decided to publish: a state of its own for what follows.
CHOSEN = "to be published"


class Undone(Exception):
    """What was tried is undone, so that the next act finds the same state."""


class Place(World):
    """A review with somebody who writes it, and an agency that was asked for its part."""

    def begin(self) -> "Place":
        self.writer, self.author = appoint(self), make_author()
        return self

    @property
    def today(self) -> datetime.date:
        return timezone.localdate()

    def part(self) -> ReviewRequest:
        return found(ReviewRequest.objects.filter(review=self.review).first())

    def paper(self) -> ReviewPaper:
        return found(ReviewPaper.objects.filter(review=self.review).order_by("number").last())

    def choice(self) -> Publication:
        return found(publishing.standing_choice(self.review))

    def report(self) -> None:
        checked(handed_in(self, by=self.writer), by=self.manager)

    def sign_off(self) -> None:
        papers.sign_off_review(
            review=self.again(), signed_off_on=self.today, response="Accepted", by=self.manager
        )

    def choose(self, choice: str = "full") -> None:
        publishing.decide_publication(
            review=self.again(), choice=choice, reason="Example", by=self.manager
        )

    def publish(self) -> None:
        tell_family(self)
        self.plan()
        self.record()

    def plan(self) -> None:
        publishing.plan_publication(
            publication=self.choice(),
            planned_on=self.today,
            copy_sent_on=self.today,
            by=self.manager,
        )

    def record(self) -> None:
        publishing.record_publication(
            publication=self.choice(),
            published_on=self.today,
            address="https://example.org/review",
            why_nobody_told="Nobody of the family is known",
            by=self.manager,
        )


def found(record):
    """What an act is about; where there is none, there is nothing to act on."""
    if record is None:
        raise NotAllowed("There is none")
    return record


def at(state: str) -> Place:
    """Bring a review to a state, by the actions people use."""
    world = make_review()
    place = Place(world.case, world.review, world.people).begin()
    if state == State.COMMISSIONED:
        return place
    ask(place, place.author)
    steps: dict[str, list[Callable[[], object]]] = {
        State.UNDER_WAY: [],
        State.DRAFT: [place.report],
        State.SIGNED_OFF: [place.report, place.sign_off],
        CHOSEN: [
            place.report,
            place.sign_off,
            place.choose,
            lambda: tell_family(place),
            place.plan,
        ],
        State.NOT_PUBLISHED: [place.report, place.sign_off, lambda: place.choose("not_published")],
        State.PUBLISHED: [place.report, place.sign_off, place.choose, place.publish],
        State.STOPPED: [
            lambda: commissioning.stop_review(
                review=place.again(), reason="Example", by=place.manager
            )
        ],
    }
    for step in steps[state]:
        step()
    return place


ACTS: dict[str, Callable[[Place], object]] = {
    "appoint": lambda it: appoint(it, make_reviewer()),
    "name": lambda it: commissioning.name_reviewer(
        review=it.again(), name="Una Further", post="", declared=DECLARED, by=it.manager
    ),
    "end appointment": lambda it: commissioning.end_appointment(
        review=it.again(), reason="Example", by=it.manager
    ),
    "names sent": lambda it: commissioning.record_names_sent(
        review=it.again(), sent_on=it.today, by=it.manager
    ),
    "terms": lambda it: commissioning.record_terms(
        review=it.again(), terms="Who knew what", by=it.manager
    ),
    "ask": lambda it: ask(it, make_author(name="Charnwood Police", person="Pol Icing")),
    "take back": lambda it: review_requests.withdraw_part(
        request=it.part(), reason="Example", by=it.manager
    ),
    "add entry": lambda it: chronology.add_chronology_entry(
        request=it.part(), row=row(), by=it.author
    ),
    "import": lambda it: chronology.import_chronology(
        request=it.part(), rows=[(2, row())], by=it.author
    ),
    "say nothing held": lambda it: review_requests.say_nothing_held(
        request=it.part(), by=it.author
    ),
    "practitioners": lambda it: involvement.record_practitioner_event(
        review=it.again(),
        kind="learning_event",
        held_on=it.today,
        present="Ann Author",
        by=it.manager,
    ),
    "family": lambda it: involvement.record_family_involvement(
        review=it.again(), who="Dad Example", relation="father", answer="later", by=it.manager
    ),
    "write": lambda it: papers.write_paper(
        review=it.again(), kind="final_report", text=CLEAN, by=it.writer
    ),
    "hand in": lambda it: papers.hand_in_paper(paper=draft_of(it), by=it.writer),
    "leak test": lambda it: papers.run_leak_test(paper=it.paper(), by=it.manager),
    "check": lambda it: papers.check_paper(
        paper=it.paper(), kind="facts", result="passed", by=it.manager
    ),
    "sign off": lambda it: it.sign_off(),
    "stop": lambda it: commissioning.stop_review(
        review=it.again(), reason="Example", by=it.manager
    ),
    "capture back": lambda it: commissioning.capture_review_back(
        review=it.again(), signed_off_on=it.today, reason="Minutes", by=it.manager
    ),
    "advice": lambda it: publishing.record_publication_advice(
        review=it.again(), advised="agrees", advised_on=it.today, advice="", by=it.manager
    ),
    "decide": lambda it: it.choose(),
    "decide against": lambda it: it.choose("not_published"),
    "plan": lambda it: it.plan(),
    "publish": lambda it: it.record(),
    "take down": lambda it: publishing.record_taken_down(
        publication=it.choice(), taken_down_on=it.today, reason="Example", by=it.manager
    ),
}


def draft_of(place: Place) -> ReviewPaper:
    """Plant a draft beside the report, whatever the review's state."""
    paper = ReviewPaper(
        case=place.case,
        review=place.review,
        kind="final_report",
        number=9,
        written_by=place.writer,
        written_at=timezone.now(),
    )
    paper.title, paper.text = "Draft", CLEAN
    with change("plant", by=None, case=place.case) as written:
        written.save(paper)
    return paper


def allowed(place: Place, act: str) -> bool:
    """Tell whether an act succeeds, and undo it."""
    try:
        with transaction.atomic():
            ACTS[act](place)
            raise Undone
    except NotAllowed:
        return False
    except Undone:
        return True


# By state, what may be done; everything else is refused. A commissioned review whose agencies are
# asked is under way; in draft its report is checked; what an agency was asked waits until the end.
ALWAYS = {"family", "advice", "names sent"}
GOING_ON = ALWAYS | {
    "appoint",
    "name",
    "end appointment",
    "terms",
    "ask",
    "practitioners",
    "write",
    "hand in",
    "stop",
}
PART = {"take back", "add entry", "import", "say nothing held"}
EXPECTED: dict[str, set[str]] = {
    State.COMMISSIONED: GOING_ON,
    State.UNDER_WAY: GOING_ON | PART,
    State.DRAFT: GOING_ON | PART | {"leak test", "check", "sign off"},
    State.SIGNED_OFF: ALWAYS | {"leak test", "decide", "decide against"},
    CHOSEN: ALWAYS | {"leak test", "decide", "decide against", "plan", "publish"},
    State.NOT_PUBLISHED: ALWAYS | {"leak test", "decide", "decide against"},
    State.PUBLISHED: ALWAYS | {"leak test", "take down"},
    State.STOPPED: ALWAYS,
}


@pytest.mark.parametrize("state", EXPECTED)
def test_an_act_is_refused_in_every_state_that_does_not_allow_it(state):
    place = at(state)
    assert place.again().state == (State.SIGNED_OFF if state == CHOSEN else state)

    wrong = [
        f"{act}: {'allowed' if done else 'refused'}"
        for act in ACTS
        if (done := allowed(place, act)) != (act in EXPECTED[state])
    ]

    assert wrong == []


def test_every_state_and_every_act_has_its_row():
    assert set(EXPECTED) == set(MOVES) | {CHOSEN}
    # A review of this record's own decision is never captured back; see `test_reviewing.py`.
    assert set().union(*EXPECTED.values()) == set(ACTS) - {"capture back"}
