"""Form C of a case for the file: the panel's analysis, field by field, without a name."""

from collections.abc import Callable

from django.utils import timezone

from casereview import codes as kernel_codes
from casereview.models import Case
from casereview.rules.working_days import written
from cdop import codes
from cdop.actions.standing_review import actions_of, lines_of
from cdop.form_a_paper import national
from cdop.form_papers import FormPaper, of_list
from cdop.form_sets import FormSet, form_of, lists
from cdop.forms.review import FollowUpForm
from cdop.models import PanelReview
from cdop.rules.factors import Outcome
from cdop.rules.form_papers import NOT_ASKED, NOT_RECORDED, Line, Part, Said, parts_of
from cdop.views import review_shown
from cdop.views.review_shown import ShownLine


def form_c(user, case: Case, review: PanelReview) -> FormPaper:
    """Return the panel's review as paper: on Form C, or on the analysis form from 2018."""
    if form_of(review) is FormSet.CDR:
        return national(user, case, "ANA", state=_state(review))
    found = codes.code_list("form_c_fields")
    answers = _Answers(case, review)
    day = review.agreed_on or timezone.localdate()
    parts = parts_of(found.codes, day, lambda code: FIELDS[code](answers))
    return of_list(
        found,
        name="Form C",
        reference=case.reference,
        state=_state(review),
        parts=[*parts, answers.beside_the_form()],
    )


def _state(review: PanelReview) -> str:
    said = str(review.get_state_display())
    if review.revision:
        said += f", revision {review.revision}"
    if review.signed_by and review.signed_at and review.state == PanelReview.State.COMPLETED:
        on = written(timezone.localdate(review.signed_at))
        said += f", signed by {review.signed_by.name} on {on}"
    return said


class _Answers:
    """What the record holds for each field of Form C."""

    def __init__(self, case: Case, review: PanelReview) -> None:
        self.case, self.review = case, review
        self.known = lists(FormSet.ABC)
        self.header = {one.label: one.text for one in review_shown.header(case, review)}
        self.rows = lines_of(review)
        shown = review_shown.domains(case, self.rows, FormSet.ABC, editable=False)
        self.domains = {one.code: one for one in shown}
        self.actions = actions_of(case)

    def agencies(self) -> Said:
        there = self.review.agencies_represented or {}
        return tuple(
            f"{label}: {_answer(there.get(code, ''))}" for code, label in codes.agencies_at_panel()
        )

    def domain(self, code: str) -> Said:
        found = self.domains.get(code)
        return tuple(_factor(one) for one in found.lines) if found else ()

    def category(self) -> str:
        code = self.review.category_of_death
        return f"{code}. {self.known.category.label(code)}" if code else NOT_RECORDED

    def outcome(self) -> Said:
        review = self.review
        if not review.modifiable_outcome:
            return NOT_RECORDED
        decided = self.known.outcome.label(review.modifiable_outcome)
        return (decided, f"Reason: {review.outcome_reason}" if review.outcome_reason else "")

    def modifiable(self) -> Said:
        if self.review.modifiable_outcome == Outcome.NONE_IDENTIFIED:
            return f"{NOT_ASKED}: the panel found none"
        shown = [review_shown.shown_line(one, {}) for one in self.rows if one.modifiable == "Y"]
        return tuple(one.coded or one.factor for one in shown)

    def learning(self) -> Said:
        return tuple(one for one in (self.review.learning or "").splitlines() if one.strip())

    def agreed_actions(self) -> Said:
        return tuple(
            f"{one.text} – {one.owner or one.agency or 'nobody named'}"
            + (f", by {written(one.due_on)}" if one.due_on else ", no day")
            + f"; {one.get_state_display()}"
            for one in self.actions
        )

    def action_decision(self) -> Said:
        review = self.review
        return (
            str(review.get_action_decision_display()),
            f"Reason: {review.action_reason}" if review.action_reason else "",
        )

    def referred(self) -> Said:
        given, answers = self.review.referrals or {}, dict(FollowUpForm.ANSWERS)
        bodies = tuple(
            f"{one.label}: {answers.get(given[one.code], given[one.code])}"
            if one.code in given
            else f"{one.label}: {NOT_ASKED.lower()}"
            for one in codes.code_list("onward_referral").codes
        )
        status = self.case.get_scr_status_display() if self.case.scr_status else NOT_ASKED.lower()
        return (*bodies, f"Serious case review: {status}")

    def beside_the_form(self) -> Part:
        """Return what is recorded with a review and has no field on Form C."""
        review = self.review
        considered = [
            f"{code}. {self.known.category.label(code)}"
            for code in review.categories_considered or ()
        ]
        other = Line(
            "",
            "Was another category considered?",
            "CONFIRMED",
            _answer(review.considered_another),
            tuple(considered),
        )
        why = Line("", "Why this category", "CONFIRMED", review.category_reason or NOT_RECORDED)
        unplaced = self.domain("other")
        parts = [other, why]
        if unplaced:
            label = "Factors not placed in a domain"
            parts.append(Line("", label, "CONFIRMED", "", tuple(unplaced)))
        return Part("Recorded beside the form", tuple(parts))


def _answer(code: str) -> str:
    known = dict(kernel_codes.yes_no_not_known_or_not_applicable())
    return known.get(code, code) if code else NOT_ASKED


def _factor(line: ShownLine) -> str:
    """Return one line of the grid in a sentence; what was not asked of it is left out."""
    about = (
        line.in_whom,
        f"present: {line.present.lower()}" if line.present else "",
        f"influence {line.influence}" if line.influence else "influence not recorded",
        f"modifiable: {line.modifiable.lower()}" if line.modifiable else "",
        line.note,
        line.reason,
        line.what_would_change,
    )
    return f"{line.factor}: " + "; ".join(filter(None, about))


FIELDS: dict[str, Callable[[_Answers], Said]] = {
    "C001": lambda of: of.case.reference,
    "C002": lambda of: of.header.get("Age at death", ""),
    "C003": lambda of: of.header.get("Sex", ""),
    "C004": lambda of: written(of.review.agreed_on) if of.review.agreed_on else "",
    "C005": lambda of: of.agencies(),
    "C006": lambda of: of.review.documents_available or "",
    "C010": lambda of: of.review.cause_of_death or "",
    "C011": lambda of: of.review.summary or "",
    "C020": lambda of: of.domain("A"),
    "C021": lambda of: of.domain("B"),
    "C022": lambda of: of.domain("C"),
    "C023": lambda of: of.domain("D"),
    "C030": lambda of: of.category(),
    "C031": lambda of: of.outcome(),
    "C032": lambda of: of.modifiable(),
    "C040": lambda of: of.review.issues or "",
    "C041": lambda of: of.learning(),
    "C042": lambda of: of.agreed_actions(),
    "C043": lambda of: of.action_decision(),
    "C050": lambda of: of.review.family_follow_up or "",
    "C060": lambda of: of.referred(),
    "C070": lambda of: _state(of.review),
}
