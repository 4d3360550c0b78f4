"""The decisions register: every case a group considered, without child or case reference."""

import base64
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from casereview import access, keys
from casereview.models import Action, Board, Case, Clock
from casereview.rules.access_table import Role
from scr.actions.group_meetings import boards_of
from scr.clocks import limit_of
from scr.criteria_files import framework_named
from scr.decision_page import CAPACITIES, JUDGED, known_answers, tool_says
from scr.models import (
    CaseUnderReview,
    CompositeReview,
    CriteriaAssessment,
    FindingOf,
    FindingRecommendation,
    MemberPosition,
    NationalPanelAdvice,
    Referral,
)
from scr.options import option, option_label
from scr.review_codes import review_type, type_words
from scr.rules.criteria import label
from scr.rules.options import LeadsTo
from scr.rules.register import Considered, YearRecord, kept_words, lines_that_hold, year_records
from scr.rules.review_moves import OPEN
from scr.standing import Standing, standings

READS = (Role.BOARD_MANAGER, Role.INDEPENDENT_CHAIR, Role.SCR_CHAIR, Role.BOARD_MEMBER)
COMPOSITE = "scr_composite"
JOINED = (
    CompositeReview.State.AGREED,
    CompositeReview.State.OPEN,
    CompositeReview.State.ENDED,
)
ENDED = (
    CaseUnderReview.State.PUBLISHED,
    CaseUnderReview.State.NOT_PUBLISHED,
    CaseUnderReview.State.STOPPED,
)


@dataclass
class Row:
    """One case of the register, under a number of its own that leads to nothing else."""

    number: str
    board: str
    kind: str
    referred_on: list[date]
    edition: str = ""
    lines: list[str] = field(default_factory=list)
    criteria: list[str] = field(default_factory=list)
    clocks: list[str] = field(default_factory=list)
    recommendation: str = ""
    decisions: list[str] = field(default_factory=list)
    departure: str = ""
    advice: list[str] = field(default_factory=list)
    reviews: list[str] = field(default_factory=list)
    actions: str = ""
    counted: Considered | None = None


@dataclass(frozen=True)
class Register:
    """The rows of some boards, the latest referral first, and the years they add up to.

    `year` is the only one whose rows are in it, by the year it ends in; None is all of them.
    """

    boards: str
    rows: list[Row]
    years: list[YearRecord]
    year: int | None = None

    @property
    def title(self) -> str:
        """What it is called, of one year or of all."""
        of_year = f", year to 31 March {self.year}" if self.year else ""
        return f"Decisions register: {self.boards}{of_year}"


def register(user, today: date, year: int | None = None) -> Register:
    """Return the register of the boards for which `user` may read it, of one year or of all.

    Of a year are the cases that were referred, decided or published in it. A case from which the
    reader has withdrawn, a sealed one and one disposed of are not in it.
    """
    boards = list(Board.objects.filter(pk__in=boards_of(user, *READS)).order_by("name"))
    rows = _rows(_cases(user, boards), today)
    years = year_records([row.counted for row in rows if row.counted])
    if year is not None:
        rows = [row for row in rows if row.counted and year in row.counted.years]
        years = [one for one in years if one.ends_in == year]
    return Register(", ".join(board.name for board in boards), rows, years, year)


def year_of_boards(boards: QuerySet[Board], today: date, year: int) -> YearRecord | None:
    """Return one year of some boards as it is counted for everybody alike; None for nothing.

    Cases that are sealed, or from which a reader has withdrawn, are counted: no case is told.
    """
    referred = Referral.objects.filter(board__in=boards).exclude(state=Referral.State.PASSED_ON)
    cases = Case.objects.filter(
        pk__in=referred.values("case"), disposed_at=None, merged_into__isnull=True
    )
    rows = _rows(list(cases), today)
    years = year_records([row.counted for row in rows if row.counted])
    return next((one for one in years if one.ends_in == year), None)


def number_of(case: Case) -> str:
    """Return a case's number in the register: always the same, and no way back to the case."""
    digest = keys.ring().mac("scr register", case.pk.bytes)
    letters = base64.b32encode(digest[:5]).decode()
    return f"{letters[:4]}-{letters[4:]}"


def _cases(user, boards: list[Board]) -> list[Case]:
    referred = Referral.objects.filter(board__in=boards).exclude(state=Referral.State.PASSED_ON)
    return list(
        access.not_kept_from(user).filter(
            pk__in=referred.values("case"), sealed=False, merged_into=None
        )
    )


def _rows(cases: list[Case], today: date) -> list[Row]:
    known = [case.pk for case in cases]
    keys.prefetch("case", known)
    found = standings(known)
    referrals = _by_case(
        Referral.objects.filter(case__in=known)
        .exclude(state=Referral.State.PASSED_ON)
        .select_related("board")
        .order_by("referred_on")
    )
    clocks = _by_case(
        Clock.objects.filter(case__in=known, rule__contains=".").order_by("due_on", "rule")
    )
    reviews = _by_case(
        CaseUnderReview.objects.filter(case__in=known)
        .select_related("composite")
        .order_by("begun_on")
    )
    advice = _by_case(
        NationalPanelAdvice.objects.filter(case__in=known).order_by("advised_on", "id")
    )
    dissent = Counter(
        MemberPosition.objects.filter(case__in=known, position="dissent").values_list(
            "recommendation", flat=True
        )
    )
    actions = _actions(known)
    rows = []
    for case in cases:
        mine = referrals[case.pk]
        row = Row(
            number=number_of(case),
            board=mine[-1].board.name,
            kind=case.get_kind_display(),
            referred_on=[each.referred_on for each in mine],
        )
        _fill(row, found[case.pk], dissent)
        row.clocks = [_clock(each, today) for each in clocks.get(case.pk, [])]
        row.reviews = [_review(each) for each in reviews.get(case.pk, [])]
        row.advice = [
            f"{each.advised_on:%d.%m.%Y}: {each.get_advised_display()}"
            for each in advice.get(case.pk, [])
        ]
        row.actions = actions.get(case.pk, "None")
        row.counted = _counted(
            mine[0].referred_on,
            found[case.pk],
            clocks.get(case.pk, []),
            reviews.get(case.pk, []),
            today,
        )
        rows.append(row)
    return sorted(rows, key=lambda row: (row.referred_on[-1], row.number), reverse=True)


def _by_case(records: Iterable[Any]) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = {}
    for record in records:
        found.setdefault(record.case_id, []).append(record)
    return found


def _fill(row: Row, found: Standing, dissent: Counter) -> None:
    assessment = found.answered.assessment if found.answered else found.assessment
    row.edition = framework_named(found.decided_by_edition).name if found.decided_by_edition else ""
    row.lines = _lines(assessment)
    row.criteria = _criteria(assessment, found)
    recommended = found.answered
    if recommended is not None:
        count = dissent[recommended.pk]
        row.recommendation = f"{recommended.recommended_on:%d.%m.%Y}: " + option_label(
            recommended.recommended
        )
        row.recommendation += "" if recommended.quorate else "; not quorate"
        row.recommendation += f"; {count} dissent{'' if count == 1 else 's'}" if count else ""
    row.decisions = [
        f"{each.decided_on:%d.%m.%Y}: {option_label(each.decided)}"
        + (f" ({CAPACITIES[each.capacity].lower()})" if each.capacity != "chair" else "")
        + (" – further decision" if each.earlier_id else "")
        for each in found.decisions
    ]
    departing = []
    if recommended is not None and recommended.departs:
        departing.append("the group from the tool")
    if any(each.departs for each in found.decisions):
        departing.append("the decision from the recommendation")
    row.departure = "; ".join(departing).capitalize()


def _lines(assessment: CriteriaAssessment | None) -> list[str]:
    """Every line that holds, the outcome first: a first outcome hides no second."""
    if assessment is None or assessment.locked_at is None:
        return []
    framework = framework_named(assessment.framework)
    words = label(framework, assessment.outcome)
    held = lines_that_hold(framework, known_answers(assessment), assessment.outcome, words)
    return [line.words for line in held]


def _criteria(assessment: CriteriaAssessment | None, found: Standing) -> list[str]:
    """Each criterion as the tool has it, and as who decided last has it where that differs."""
    if assessment is None or assessment.locked_at is None:
        return []
    said = tool_says(assessment)
    last = found.on_this[-1] if found.on_this else None
    judged = (last.criteria or {}) if last else {}
    lines = []
    for criterion in framework_named(assessment.framework).criteria:
        tool = said.get(criterion.id, "not known")
        decided = JUDGED.get(judged.get(criterion.id, ""), "").lower()
        differs = f"; whoever decided: {decided}" if decided and decided != tool else ""
        lines.append(f"{criterion.label}: {tool}{differs}")
    return lines


def _clock(clock: Clock, today: date) -> str:
    limit = limit_of(clock)
    name = limit[1].label if limit else clock.rule
    if clock.stopped_on and clock.met_on is None:
        return f"{name}: stopped {clock.stopped_on:%d.%m.%Y}"
    how = kept_words(clock.due_on, clock.met_on, today)
    doubt = "" if limit is None or limit[1].confirmed else "; reconstructed, check the guidance"
    return f"{name}: due {clock.due_on:%d.%m.%Y}, {how}{doubt}"


def _review(review: CaseUnderReview) -> str:
    published = f", published {review.published_on:%d.%m.%Y}" if review.published_on else ""
    state = review.get_state_display().lower()
    with_others = ", together with others" if _joined(review) else ""
    began = f"from {review.begun_on:%d.%m.%Y}"
    return f"{type_words(review.kind)}{with_others}, {began}: {state}{published}"


def _joined(review: CaseUnderReview) -> bool:
    """Say whether a review is told as one with others; a mere proposal is not yet."""
    return review.composite is not None and review.composite.state in JOINED


def _goes_on(review: CaseUnderReview) -> bool:
    """Say whether there is more to do: one that is never published ends with its sign-off."""
    if review.state == CaseUnderReview.State.SIGNED_OFF:
        return bool(review_type(review.kind).extra["publishes"])
    return review.state not in ENDED


def _actions(cases: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return by case how many actions came of its findings, and how many are done."""
    of_finding: dict[uuid.UUID, set[uuid.UUID]] = {}
    for finding, case in FindingOf.objects.filter(review__case__in=cases).values_list(
        "finding", "review__case"
    ):
        of_finding.setdefault(finding, set()).add(case)
    asked: dict[uuid.UUID, set[uuid.UUID]] = {}
    for finding, recommendation in FindingRecommendation.objects.filter(
        finding__in=of_finding
    ).values_list("finding", "recommendation"):
        asked.setdefault(recommendation, set()).update(of_finding[finding])
    total: Counter = Counter()
    done: Counter = Counter()
    for recommendation, state in Action.objects.filter(recommendation__in=asked).values_list(
        "recommendation", "state"
    ):
        for case in asked[recommendation]:
            total[case] += 1
            done[case] += state == Action.State.DONE
    return {case: f"{done[case]} of {total[case]} done" for case in total}


def _counted(
    referred_on: date,
    found: Standing,
    clocks: list[Clock],
    reviews: list[CaseUnderReview],
    today: date,
) -> Considered:
    # What is put off until a day is not decided yet.
    leads_to = option(found.decided).leads_to if found.decided else LeadsTo.LATER
    decided = found.on_this[-1].decided_on if leads_to != LeadsTo.LATER else None
    running = [each for each in clocks if each.met_on is None and each.stopped_on is None]
    late = any(each.due_on < today for each in running) or any(
        each.due_on and each.due_on < today and each.state in OPEN for each in reviews
    )
    published = [each.published_on for each in reviews if each.published_on]
    return Considered(
        referred_on=referred_on,
        decided_on=decided,
        leads_to=str(leads_to) if decided else "",
        composite=found.decided == COMPOSITE or any(_joined(each) for each in reviews),
        published_on=min(published) if published else None,
        under_way=any(_goes_on(each) for each in reviews),
        overdue=late,
    )
