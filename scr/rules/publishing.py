"""What must be settled before a review is signed off, and before it is published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

CHECKS = ("facts", "legal", "anonymity")
_CHECK_WORDS = {
    "facts": "a check of the facts",
    "legal": "a legal check",
    "anonymity": "a check of anonymity",
}


@dataclass(frozen=True)
class Paper:
    """A report as it stands: its name, whether it was handed in, the latest result of each check
    made on this exact text (passed or changes; missing: not made), whether the leak test ran on
    this exact text, and how many of its hits are unanswered or stand to be replaced."""

    name: str
    handed_in: bool
    results: dict[str, str]
    leak_test_ran: bool
    open_hits: int


def before_sign_off(papers: Iterable[Paper]) -> list[str]:
    """Return what is still to be done before the board signs the reports off; nothing is empty.

    Source: stages 13 and 14 of the life of a review; reconstructed: the order is local practice.
    """
    papers = list(papers)
    if not any(one.handed_in for one in papers):
        return ["Hand in the report first"]
    todo = []
    for paper in papers:
        if not paper.handed_in:
            todo.append(f"Hand in the {paper.name}: there is a later draft")
            continue
        for check in CHECKS:
            match paper.results.get(check):
                case "passed":
                    pass
                case "changes":
                    todo.append(f"Change the {paper.name}: {_CHECK_WORDS[check]} asks for it")
                case _:
                    todo.append(f"Make {_CHECK_WORDS[check]} of the {paper.name}")
        if not paper.leak_test_ran:
            todo.append(f"Run the leak test on the {paper.name} as it stands")
        elif paper.open_hits:
            todo.append(
                f"Settle what the leak test found in the {paper.name}: {paper.open_hits} open"
            )
    return todo


@dataclass(frozen=True)
class Publishing:
    """What is known when a report is about to be published on a day."""

    signed_off_on: date | None
    held: bool
    choice: str
    copy_due: bool  # the edition asks for a copy to the national panel before publication
    copy_sent_on: date | None
    family_told_on: date | None
    why_nobody_told: str
    leak_test_stands: bool  # it ran on the text that goes out, and nothing it found is open


def before_publication(facts: Publishing, on: date) -> list[str]:
    """Return what is still to be done before a review is published on a day; nothing is empty.

    Source: Working Together 2013 and 2015, chapter 4, on publication; the copy to the national
    panel is in the edition's own time limits. That the family is told first is reconstructed.
    """
    todo = []
    if facts.choice == "not_published":
        return ["Decide first to publish: it was decided not to"]
    if facts.held:
        todo.append("Wait: another process asks that nothing is published. See the processes")
    if facts.signed_off_on is None or facts.signed_off_on > on:
        todo.append("Have the report signed off by the board first")
    if not facts.leak_test_stands:
        todo.append("Run the leak test on the report as it stands, and settle what it finds")
    if facts.copy_due and (facts.copy_sent_on is None or facts.copy_sent_on > on):
        todo.append("Send the national panel its copy first, and record the day")
    if facts.family_told_on is None and not facts.why_nobody_told.strip():
        todo.append("Tell the family first, and record the day; or enter why nobody can be told")
    elif facts.family_told_on is not None and facts.family_told_on > on:
        todo.append("Tell the family before the day of publication")
    return todo
