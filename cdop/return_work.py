"""The annual return on *Your work*."""

from datetime import date

from django.urls import reverse

from casereview import access
from casereview.registries import WorkItem
from casereview.rules.return_year import ReturnYear
from cdop import counting, return_keeping, return_readiness, return_templates
from cdop.counting import Scope
from cdop.models import AnnualReturn, ReturnQuestion
from cdop.return_layout import deadline_words, earliest_due
from cdop.rules.return_checks import gaps, still_missing


def return_to_make(user, today: date) -> list[WorkItem]:
    """Name the last year that has ended with completed reviews and whose return was not frozen."""
    if not access.can(user, "view_return"):
        return []
    scope = counting.scope_of(user, ReturnYear.containing(today).previous)
    completed = counting.completed_by_year(scope)
    ended = [
        year for year in return_templates.years() if year.last_day < today and completed.get(year)
    ]
    if not ended:
        return []
    year = max(ended)
    if _is_sent(year, scope):
        return []
    counted, deaths = counting.count_return(year, scope)
    missing = len(gaps(counted, deaths))
    facts = (
        f"{_reviews(missing)} of {counted.count('AG-01')} completed "
        f"{'has' if missing == 1 else 'have'} something missing."
        if missing
        else "Nothing is missing."
    )
    due_on = earliest_due(counted.template, year)
    taken = " The first of May is taken here." if due_on else ""
    return [
        WorkItem(
            key=f"return {year.ends_in}",
            task=f"Check the annual return for {year} and freeze it",
            url=reverse("cdop:view_return", args=[year.ends_in]),
            due_on=due_on,
            why=f"{facts} {deadline_words(counted.template, year)}{taken}",
        )
    ]


def _is_sent(year: ReturnYear, scope: Scope) -> bool:
    """Tell whether the return of an area, or that of each of its boards, was frozen."""
    whole = return_keeping.area_of(scope)
    boards = scope.residents_of or ()
    sent = set(
        AnnualReturn.objects.filter(
            year=year.ends_in, area__in=[whole, *boards], frozen_at__isnull=False
        ).values_list("area", flat=True)
    )
    return whole in sent or (bool(boards) and sent.issuperset(boards))


def asked_for_a_return(user, today: date) -> list[WorkItem]:
    """List the cases that the officer of a return asked about, while something is missing."""
    cases = access.visible_to(user, "answer_questions")
    questions = list(
        ReturnQuestion.objects.filter(case__in=cases)
        .select_related("case")
        .order_by("case__reference")
    )
    if not questions:
        return []
    deaths = {
        death.row: death
        for death in counting.deaths_of([question.case.reference for question in questions])
    }
    items = []
    for question in questions:
        death = deaths.get(question.case.reference)
        year = ReturnYear(question.year)
        template = return_templates.template(year)
        missing = [] if death is None else still_missing(template, death, question.columns)
        if not missing:
            continue
        words = "; ".join(one.label for one in return_readiness.missing_of(missing))
        items.append(
            WorkItem(
                key=f"return {question.year} {question.case.reference}",
                task=f"Find out what the annual return for {year} lacks: {words}",
                url=reverse("view_case", args=[question.case.reference]),
                reference=question.case.reference,
                due_on=earliest_due(template, year),
                why=f"Asked for on {question.asked_at:%d.%m.%Y}. "
                "What nobody finds out goes into the return as not known.",
            )
        )
    return items


def _reviews(number: int) -> str:
    return "1 review" if number == 1 else f"{number} reviews"
