"""What it says of a case that it was referred, for whoever is about to read it."""

from casereview import registries
from casereview.models import Case
from scr.models import Referral


def facts_of(case: Case) -> set[str]:
    """Return that a case was referred: it is about harm, known or suspected."""
    return {"scr:referred"} if Referral.objects.filter(case=case).exists() else set()


def register() -> None:
    """Tell of referrals where a notice may be called for."""
    registries.narrative_facts.append(facts_of)
