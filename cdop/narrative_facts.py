"""What the codes of a death say that its reader may want to know before reading of it."""

from casereview import registries
from casereview.models import Case
from cdop.models import Notification, PanelReview


def facts_of(case: Case) -> set[str]:
    """Return the facts of a case from its notifications and its review, without a text."""
    facts = set()
    told = Notification.objects.filter(case=case).values_list(
        "event", "post_mortem", "abuse_or_neglect_suspected"
    )
    for event, post_mortem, abuse in told:
        facts |= {f"event:{event}", f"post_mortem:{post_mortem}", f"abuse_or_neglect:{abuse}"}
    reviews = PanelReview.objects.filter(case=case)
    for codes in reviews.values_list("category_of_death", "secondary_category"):
        facts |= {f"category:{code}" for code in codes if code}
    return facts


def register() -> None:
    """Tell of deaths where a notice may be called for."""
    registries.narrative_facts.append(facts_of)
