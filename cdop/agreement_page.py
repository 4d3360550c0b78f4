"""How far first judgements agree over the years: counts of rounds, of no person and no child."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from casereview import access
from casereview.rules.return_year import ReturnYear
from cdop import codes
from cdop.models import JudgementRound
from cdop.rules.agreement import ROUNDS_NEEDED, Agreement, Tally, agreement

QUESTIONS = {
    "category": "Category of death",
    "outcome": "Whether there were modifiable factors",
    "factors": "Which modifiable factors",
}
COLUMNS = (
    ("Year to 31 March", False),
    ("Rounds", True),
    ("Judgements", True),
    ("Pairs that agreed", True),
    ("Kappa", True),
    ("95% interval", True),
)


def agreement_for(user) -> dict[str, Any]:
    """Return the tables of agreement over the rounds on cases whose review one may open."""
    rounds = [
        (ReturnYear.containing(timezone.localdate(opened_at)), counts)
        for opened_at, counts in JudgementRound.objects.filter(
            case__in=access.visible_to(user, "view_panel_review"), opened_at__isnull=False
        )
        .exclude(counts={})
        .order_by("opened_at")
        .values_list("opened_at", "counts")
        if opened_at
    ]
    return {
        "rounds": len(rounds),
        "tables": [_table(question, title, rounds) for question, title in QUESTIONS.items()]
        if rounds
        else [],
        "rounds_needed": ROUNDS_NEEDED,
    }


def subjects(question: str, counts: dict[str, dict[str, int]]) -> list[Tally]:
    """Return what was judged in one round under a question.

    Of factors each of the list is judged on its own: named, or not named.
    """
    if question != "factors":
        return [counts[question]]
    people, named = sum(counts["outcome"].values()), counts["factors"]
    return [
        {"named": named.get(code, 0), "not named": people - named.get(code, 0)}
        for code, _ in codes.modifiable_factors()
    ]


def _table(question: str, title: str, rounds: list[tuple[ReturnYear, dict]]) -> dict[str, Any]:
    years = sorted({year for year, _ in rounds})
    rows = [
        _row(year.slug, question, (counts for own, counts in rounds if own == year))
        for year in years
    ]
    if len(years) > 1:
        rows.append(_row("All years", question, (counts for _, counts in rounds)))
    return {
        "id": f"agreement-{question}",
        "caption": title,
        "columns": [{"label": label, "numeric": numeric} for label, numeric in COLUMNS],
        "rows": rows,
    }


def _row(label: str, question: str, every: Iterable[dict]) -> list[Any]:
    found = agreement([subjects(question, counts) for counts in every])
    return [label] if found is None else [label, *map(_number, _figures(found))]


def _figures(found: Agreement) -> tuple[str, ...]:
    low_high = "–"
    if found.interval is not None:
        low_high = f"{_signed(found.interval[0])} to {_signed(found.interval[1])}"
    return (
        f"{found.rounds:,}",
        f"{found.judgements:,}",
        f"{found.observed:.0%}",
        "–" if found.kappa is None else _signed(found.kappa),
        low_high,
    )


def _signed(figure: float) -> str:
    # Never a minus before nothing.
    return f"{round(figure, 2) + 0.0:.2f}".replace("-", "−")


def _number(text: str) -> dict[str, Any]:
    return {"text": text, "numeric": True}
