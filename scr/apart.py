"""Families of one composite are kept apart: nothing written of one may tell who another is."""

from casereview.actions import NotAllowed
from casereview.models import Case
from casereview.rules.folding import plain
from casereview.rules.known_identifiers import Kind
from casereview.rules.leak_test import Hit
from scr.anonymity import hits_in
from scr.models import CaseUnderReview

# Days and bodies are shared by many families and tell of none by themselves.
OF_NOBODY = (Kind.DATE, Kind.PLACE)


def others_of(case: Case) -> list[Case]:
    """Return the other cases of the composites to which reviews of a case belong."""
    mine = CaseUnderReview.objects.filter(case=case, composite__isnull=False)
    rows = CaseUnderReview.objects.filter(composite__in=mine.values("composite"))
    found = {row.case_id: row.case for row in rows.exclude(case=case).select_related("case")}
    return sorted(found.values(), key=lambda one: one.reference)


def told_of_others(case: Case, text: str) -> int:
    """Return how many places of a text about one case tell who somebody of another member is.

    A word that also belongs to the case itself, such as a family name in common, is none.
    """
    others = others_of(case)
    if not others or not text.strip():
        return 0
    own = {plain(hit.found) for hit in hits_in(text, [case])[case]}
    places = sum(text.count(one.reference) for one in others)
    for hits in hits_in(text, others).values():
        places += sum(1 for hit in hits if _tells(hit) and plain(hit.found) not in own)
    return places


def _tells(hit: Hit) -> bool:
    return hit.certain and hit.identifier.kind not in OF_NOBODY


def keep_apart(case: Case, *texts: str | None) -> None:
    """Refuse texts about one case that tell who somebody of another case of its composite is.

    Raises:
        NotAllowed: they do. The word is not said: it may be of a case kept from the reader.
    """
    if places := told_of_others(case, "\n\n".join(text for text in texts if text)):
        words = "1 place tells" if places == 1 else f"{places} places tell"
        raise NotAllowed(
            "Take out what belongs to another case of this composite review: "
            f"{words} who somebody else is"
        )
