"""What a panel decided, in plain words for the child's family."""

from casereview.models import Case
from cdop.actions.standing_review import actions_of
from cdop.models import PanelReview
from cdop.rules.plain_words import category_words, outcome_words


def decided(case: Case) -> list[str]:
    """Return the paragraphs of a letter that a completed review gives; none before."""
    review = PanelReview.objects.filter(case=case).first()
    if review is None or review.state != PanelReview.State.COMPLETED or review.agreed_on is None:
        return []
    day = review.agreed_on
    child = getattr(case, "child", None)
    name = (child.given_names if child else "") or "your child"
    parts = [f"The review was completed on {day.day} {day:%B %Y}."]
    if words := category_words(review.category_of_death, name):
        parts.append(words)
    if words := outcome_words(review.modifiable_outcome):
        parts.append(words)
    if learning := _lines(review.learning or ""):
        parts.append("What was learned:\n" + learning)
    actions = [action.text for action in actions_of(case) if action.text]
    if actions:
        parts.append("What will be done:\n" + _lines("\n".join(actions)))
    return parts


def _lines(text: str) -> str:
    lines = [line.strip(" \t-•*") for line in text.splitlines()]
    return "\n".join(f"- {line}" for line in lines if line)
