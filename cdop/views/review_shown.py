"""A panel review as it is read: without the child's name, dates, number or address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils import timezone

from casereview import access, registries
from casereview.models import AgendaItem, Case, Child
from casereview.rules.ages import age_in_words
from casereview.rules.months import whole_months
from cdop import codes
from cdop.actions.standing_review import actions_of, domain_of, label_of
from cdop.form_sets import FormSet, form_of, lists
from cdop.forms.review import FollowUpForm, in_words
from cdop.models import FactorFinding, PanelReview
from cdop.rules.categorisation import group
from cdop.rules.review_checks import DOMAINS

GROUPS = {"neonatal": "Neonatal", "expected": "Expected", "unexpected": "Unexpected"}
INFLUENCES = {
    "0": "0 – information not available",
    "1": "1 – no factors identified",
    "1*": "1* – unlikely to have contributed",
    "2": "2 – may have contributed",
    "3": "3 – complete and sufficient explanation",
}
PRESENT = {"Y": "Yes", "N": "No", "NK": "Not known"}
MODIFIABLE = {"Y": "Yes", "N": "No", "NK": "Cannot say"}
# The pages of the review, in the order of the form: name and title.
PAGES = {
    "about": "The meeting and the case",
    "factors": "Factors",
    "coding": "Modifiable factors",
    "outcome": "Outcome",
    "category": "Category of death",
    "learning": "Learning",
    "actions": "Actions",
    "follow_up": "Follow-up and referral",
}
URLS = {
    "about": "cdop:record_panel_review",
    "coding": "cdop:name_modifiable_factors",
    "outcome": "cdop:record_outcome",
    "category": "cdop:record_category",
    "learning": "cdop:record_learning",
    "actions": "cdop:decide_actions",
    "follow_up": "cdop:record_follow_up",
}


@dataclass(frozen=True)
class Fact:
    """One line of a summary: what it is, and what is recorded; empty is not recorded yet."""

    label: str
    text: str = ""
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One part of the review with the page that changes it."""

    key: str
    title: str
    facts: tuple[Fact, ...] = ()
    url: str = ""


@dataclass(frozen=True)
class ShownLine:
    """One line of the grid in words."""

    factor: str
    note: str
    present: str
    in_whom: str
    influence: str
    modifiable: str
    coded: str
    reason: str
    what_would_change: str


@dataclass(frozen=True)
class ShownDomain:
    """One domain of the grid."""

    code: str
    title: str
    url: str
    lines: list[ShownLine] = field(default_factory=list)


def identifying(case: Case) -> list[str]:
    """Return the words that would tell who the child is, for text that the panel reads."""
    return [word for words in registries.identifiers for word in words(case)]


def page_url(case: Case, page: str) -> str:
    """Return the address of one page of the review; the grid begins with its first domain."""
    if page == "factors":
        return reverse("cdop:record_factors", args=[case.reference, DOMAINS[0]])
    return reverse(URLS[page], args=[case.reference])


def header(case: Case, review: PanelReview) -> list[Fact]:
    """Return who the child was without saying who: age and sex, intervals instead of dates."""
    child = Child.objects.filter(case=case).first()
    notification = case.notifications.order_by("notified_on", "id").last()
    expectedness = notification.expectedness if notification else ""
    kind = group(child.age_days if child else None, expectedness)
    facts = [
        Fact("Age at death", _age(child, case)),
        Fact("Sex", child.get_sex_display() if child and child.sex else ""),
        Fact(
            "Kind of death", GROUPS[kind] if kind and (expectedness or kind == "neonatal") else ""
        ),
    ]
    if case.died_on and case.notified_on and case.notified_on >= case.died_on:
        facts.append(Fact("Notified", days_after(case.died_on, case.notified_on)))
    if review.agreed_on and case.died_on:
        after = _months_after(case.died_on, review.agreed_on)
        facts.append(Fact("Reviewed", f"{in_words(review.agreed_on)}, {after}"))
    elif items := list(_meetings(case)):
        days = ", ".join(in_words(item.meeting.held_on) for item in items)
        facts.append(Fact("On the agenda of", days))
    return facts


def _meetings(case: Case) -> Iterable[AgendaItem]:
    return (
        AgendaItem.objects.filter(case=case)
        .select_related("meeting")
        .order_by("meeting__held_on", "pk")
    )


def _age(child: Child | None, case: Case) -> str:
    if child is None or case.died_on is None:
        return ""
    if child.born_on is not None:
        return age_in_words(child.born_on, case.died_on)
    return child.get_age_band_display() if child.age_band else ""


def days_after(died_on: date, day: date) -> str:
    """Return how long after the death a day was: an interval tells less than a date."""
    days = (day - died_on).days
    if days == 0:
        return "On the day of the death"
    return f"{days} day{'' if days == 1 else 's'} after the death"


def _months_after(died_on: date, day: date) -> str:
    months = whole_months(died_on, day)
    if months == 0:
        return "within a month of the death"
    return f"{months} month{'' if months == 1 else 's'} after the death"


def domains(
    case: Case, lines: list[FactorFinding], form: FormSet, *, editable: bool
) -> list[ShownDomain]:
    """Return the grid in words, domain by domain; lines without a domain come last."""
    titles = dict(lists(form).domain.choices())
    theme_names = dict(themes())
    shown = []
    for code in [*DOMAINS, "other"]:
        own = [shown_line(line, theme_names) for line in lines if domain_of(line) == code]
        if code == "other" and not own:
            continue
        url = reverse("cdop:record_factors", args=[case.reference, code]) if editable else ""
        title = f"{code}. {titles[code]}" if code in titles else "Not placed in a domain"
        shown.append(ShownDomain(code, title, url, own))
    return shown


def not_carried(review: PanelReview) -> list[str]:
    """Return what did not come over from Form C to the analysis form, each in a sentence."""
    old_form, new_form = lists(FormSet.ABC), lists(FormSet.CDR)
    said = []
    for lost in review.not_carried or []:
        if lost["what"] == "influence":
            old, new = old_form.influence.label(lost["old"]), new_form.influence.label(lost["new"])
            on = f" of “{old_form.factor.label(lost['factor'])}”" if lost["factor"] else ""
            said.append(
                f"Influence{on}: {lost['old']} ({old.lower()}) became {lost['new']} ({new.lower()})"
            )
        else:
            old, new = old_form.factor.label(lost["old"]), new_form.factor.label(lost["new"])
            said.append(f"Factor: “{old}” became “{new}”")
    return said


def shown_line(line: FactorFinding, theme_names: Mapping[str, str]) -> ShownLine:
    """Return one line of the grid in words; a theme without a name is shown by its code."""
    coded = ""
    if line.modifiable_factor:
        coded = codes.code_list("modifiable_factor").label(line.modifiable_factor)
        if line.theme:
            coded += f" – theme: {theme_names.get(line.theme, line.theme)}"
    return ShownLine(
        factor=label_of(line),
        note=line.note or "",
        present=PRESENT.get(line.present, ""),
        in_whom=line.get_in_whom_display() if line.in_whom else "",
        influence=INFLUENCES.get(line.influence, ""),
        modifiable=MODIFIABLE.get(line.modifiable, ""),
        coded=coded,
        reason=line.reason or "",
        what_would_change=line.what_would_change or "",
    )


def themes() -> list[tuple[str, str]]:
    """Return the themes of learning that may be given, as (code, name)."""
    today = timezone.localdate()
    return [pair for given in registries.themes for pair in given(today)]


def _categories(review: PanelReview) -> list[Fact]:
    """Return the category; on the analysis form the primary one, which is counted, and another."""
    form = form_of(review)
    known = lists(form).category

    def words(code: str) -> str:
        return f"{code}. {known.label(code)}" if code else ""

    if form is FormSet.ABC:
        return [Fact("Category of death", words(review.category_of_death))]
    return [
        Fact("Primary category of death", words(review.category_of_death)),
        Fact("Secondary category", words(review.secondary_category)),
    ]


def parts(user, case: Case, review: PanelReview) -> list[Part]:
    """Return the review part by part, each with the page that changes it where one may."""
    may = access.can(user, "record_panel_review", case) and review.state != "completed"

    def part(key: str, *facts: Fact) -> Part:
        return Part(key, PAGES[key], facts, page_url(case, key) if may else "")

    there = review.agencies_represented or {}
    own = lists(form_of(review))
    category = own.category
    considered = [f"{code}. {category.label(code)}" for code in review.categories_considered or ()]
    referred = dict(FollowUpForm.ANSWERS)
    bodies = codes.code_list("onward_referral")
    decided = "" if not review.action_decision else review.get_action_decision_display()
    return [
        part(
            "about",
            Fact(
                "Agencies represented",
                points=tuple(
                    label for code, label in codes.agencies_at_panel() if there.get(code) == "Y"
                ),
            ),
            Fact("Documents available", review.documents_available or ""),
            Fact("Cause of death as presently understood", review.cause_of_death or ""),
            Fact("Summary", review.summary or ""),
        ),
        part(
            "outcome",
            Fact(
                "The grid points to",
                own.outcome.label(review.outcome_proposed),
            ),
            Fact(
                "The panel decided",
                own.outcome.label(review.modifiable_outcome),
            ),
            Fact("Reason", review.outcome_reason or ""),
        ),
        part(
            "category",
            *_categories(review),
            Fact(
                "Another was considered",
                {"Y": "Yes", "N": "No"}.get(review.considered_another, ""),
                tuple(considered),
            ),
            Fact("Why this category", review.category_reason or ""),
        ),
        part(
            "learning",
            Fact("Issues", review.issues or ""),
            Fact(
                "Learning points",
                points=tuple(line for line in (review.learning or "").splitlines() if line.strip()),
            ),
        ),
        part(
            "actions",
            Fact(
                "Decision",
                decided,
                tuple(
                    f"{action.text} – {action.owner or action.agency or 'nobody named'}"
                    + (f", by {in_words(action.due_on)}" if action.due_on else "")
                    for action in actions_of(case)
                ),
            ),
            Fact("Reason", review.action_reason or ""),
        ),
        part(
            "follow_up",
            Fact("Follow-up for the family", review.family_follow_up or ""),
            Fact(
                "Referred to",
                points=tuple(
                    f"{bodies.label(code)}: {referred.get(answer, answer).lower()}"
                    for code, answer in (review.referrals or {}).items()
                ),
            ),
        ),
    ]
