"""The leak test of a paper: every word in it that tells who somebody of the case is."""

from casereview import audit
from casereview.models import Case, LeakHit
from casereview.pseudonyms import HOSPITAL, Entity, known_of, word_index
from casereview.rules.known_identifiers import named, place
from casereview.rules.leak_test import Hit
from scr.models import FamilyInvolvement, PractitionerEvent, ReviewPaper
from scr.reviewing import agencies_of


def digest_of(paper: ReviewPaper) -> str:
    """Return a keyed digest of the exact text of a paper."""
    return audit.digest_of("paper", text_of(paper))


def text_of(paper: ReviewPaper) -> str:
    """Return what of a paper leaves the record: its title and its text."""
    return f"{paper.title or ''}\n\n{paper.text or ''}"


def leaks_in(paper: ReviewPaper) -> list[Hit]:
    """Return every place of a paper that tells who somebody is, found anew."""
    return known_of(paper.case).pseudonyms().test.hits(text_of(paper))


def entities(case: Case) -> list[Entity]:
    """Return those whom only the papers of reviews name: family, practitioners, agencies."""
    found = [
        Entity("Relative", tuple(named("", one.who)))
        for one in FamilyInvolvement.objects.filter(case=case)
    ]
    for event in PractitionerEvent.objects.filter(case=case):
        for line in (event.present or "").replace(";", "\n").split("\n"):
            found.append(Entity("Practitioner", tuple(named("", line.partition(",")[0]))))
    for agency in agencies_of(case):
        base = "Hospital" if agency.kind == HOSPITAL else "Agency"
        found.append(Entity(base, tuple(place("", agency.name))))
    return found


def instead_of(case: Case, word: str) -> str:
    """Return the pseudonym that stands for a word."""
    return known_of(case).pseudonyms().instead_of(word)


def open_leaks(paper: ReviewPaper) -> list[Hit]:
    """Return what the leak test finds in a paper now, but for words a person let stand in it."""
    rows = LeakHit.objects.filter(
        case=paper.case,
        document_key=paper.pk,
        answer=LeakHit.Answer.NOT_THIS_PERSON,
        hard=False,
    )
    standing = {bytes(row.word_index) for row in rows}
    return [
        hit
        for hit in leaks_in(paper)
        if hit.hard or word_index("leak", paper.case, hit.found) not in standing
    ]
