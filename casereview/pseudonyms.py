"""What is known of the people and places of a case, and the pseudonyms that stand for them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from casereview import audit, keys, registries
from casereview.models import AgencyRequest, Case, Child, FamilyLink, Pseudonym
from casereview.records import Change
from casereview.rules import known_identifiers as known
from casereview.rules.folding import fold, plain
from casereview.rules.known_identifiers import Identifier, Kind
from casereview.rules.ordinary_words import ORDINARY
from casereview.rules.pseudonyms import CHILD, Pseudonyms, next_label, words_of

BASES = {
    FamilyLink.Relation.MOTHER: "Mother",
    FamilyLink.Relation.FATHER: "Father",
    FamilyLink.Relation.CARER: "Carer",
    FamilyLink.Relation.SIBLING: "Child",
    FamilyLink.Relation.OTHER_CHILD: "Child",
    FamilyLink.Relation.OTHER_ADULT: "Adult",
}
HOSPITAL = "HOSPITAL"


@dataclass(frozen=True)
class Entity:
    """A person, place or body of a case: what kind it is, and what is known of it.

    The identifiers are nobody's yet: whose they are is said when it has its pseudonym.
    """

    base: str  # "Mother", "School"
    identifiers: tuple[Identifier, ...]


@dataclass(frozen=True)
class Known:
    """What is known of a case, each with its pseudonym, and the days to count from."""

    identifiers: list[Identifier]
    standing: dict[str, str]
    born_on: date | None
    died_on: date | None

    def pseudonyms(self) -> Pseudonyms:
        """Return what replaces and searches texts of this case."""
        return Pseudonyms(
            self.identifiers,
            born_on=self.born_on,
            died_on=self.died_on,
            standing=self.standing,
        )


def known_of(case: Case) -> Known:
    """Return what is known of a case and of those merged into it; nothing is written."""
    cases = [case, *Case.objects.filter(merged_into=case).order_by("pk")]
    keys.prefetch("case", [one.pk for one in cases])
    standing = {plain(one.word or ""): one.stands_for for one in _rows(case)}
    entities = [entity for one in cases for entity in entities_of(one)]
    child = Child.objects.filter(case=case).first()
    return Known(
        identifiers=_labelled(entities, standing),
        standing=standing,
        born_on=child.born_on if child else None,
        died_on=case.died_on,
    )


def entities_of(case: Case) -> list[Entity]:
    """Return the child, the family, places and bodies, and what other apps know of the case."""
    found = []
    child = Child.objects.filter(case=case).first()
    if child is not None:
        found.append(
            Entity(
                CHILD,
                tuple(
                    known.person(
                        "",
                        given=child.given_names,
                        family=[child.family_name, child.mother_family_name],
                        others=child.other_names,
                        days=[child.born_on, case.died_on],
                        nhs_number=child.nhs_number,
                        address=child.address,
                        postcode=child.postcode,
                    )
                ),
            )
        )
        found.append(Entity("School", tuple(known.place("", child.school))))
        found.append(Entity("Hospital", tuple(known.place("", child.maternity_unit))))
    links = list(
        FamilyLink.objects.filter(case=case).select_related("person").order_by("relation", "pk")
    )
    keys.prefetch("person", [link.person_id for link in links])
    for link in links:
        person = link.person
        found.append(
            Entity(
                BASES[FamilyLink.Relation(link.relation)],
                tuple(
                    known.person(
                        "",
                        given=person.given_names,
                        family=[person.family_name],
                        others=person.other_names,
                        days=[person.born_on],
                        nhs_number=person.nhs_number,
                        address=person.address,
                        postcode=person.postcode,
                        contact=person.contact,
                    )
                ),
            )
        )
    asked = AgencyRequest.objects.filter(case=case).select_related("agency")
    for agency in {one.agency_id: one.agency for one in asked.order_by("requested_at")}.values():
        base = "Hospital" if agency.kind == HOSPITAL else "Agency"
        found.append(Entity(base, tuple(known.place("", agency.name))))
    for more in registries.entities:
        found += more(case)
    return [one for one in found if one.identifiers]


def named(name: str | None, contact: str | None = "") -> list[Identifier]:
    """Return a person by what was typed, unless it is only a word such as "the mother"."""
    name = known.without_post(name)
    words = [token.text for token in fold(name).tokens()]
    found = known.named("", name) if any(word not in ORDINARY for word in words) else []
    return [*found, *([Identifier(Kind.CONTACT, contact, "")] if contact else [])]


def professional(name: str | None, contact: str | None = "") -> Entity:
    """Return a professional by the name and contact that were typed."""
    return Entity("Professional", tuple(named(name, contact)))


def professionals(typed: str | None) -> list[Entity]:
    """Return the professionals of a list that was typed, one to a line or between commas."""
    found = []
    for line in (typed or "").replace(";", "\n").splitlines():
        for name in known.without_post(line).split(","):
            found.append(professional(name))
    return found


def _labelled(entities: Iterable[Entity], standing: dict[str, str]) -> list[Identifier]:
    """Return the identifiers, each with its pseudonym: the one given before, or the next free."""
    taken = {CHILD, *standing.values()}
    used: set[str] = set()
    found: list[Identifier] = []
    for entity in entities:
        words = {plain(one.value) for one in entity.identifiers}
        before = sorted(
            label
            for word in words
            if (label := standing.get(word, "")).startswith(entity.base) and label not in used
        )
        same = [one.who for one in found if one.kind == Kind.PLACE and plain(one.value) in words]
        if entity.base == CHILD:
            label = CHILD
        elif same:
            label = same[0]
        else:
            label = before[0] if before else next_label(entity.base, taken)
        taken.add(label)
        used.add(label)
        found += [replace(one, who=label) for one in entity.identifiers]
    return found


def _rows(case: Case) -> list[Pseudonym]:
    rows = Pseudonym.objects.filter(Q(case=case) | Q(case__merged_into=case)).select_related("case")
    return list(rows.order_by("pk"))


def word_index(label: str, case: Case, word: str) -> bytes:
    """Return the blind index of a word in a case: equal words of one case give equal bytes."""
    return audit.blind_index(label, f"{case.pk}|{plain(word)}")


def keep(case: Case, known: Known, written: Change) -> int:
    """Keep the pseudonyms of a case that are not kept yet; return how many were new."""
    new = 0
    for word, (kind, as_written, label) in words_of(known.identifiers).items():
        if word in known.standing:
            continue
        keep_word(case, as_written, label, str(kind), written)
        known.standing[word] = label
        new += 1
    return new


def keep_word(case: Case, word: str, label: str, kind: str, written: Change) -> None:
    """Keep what stands for one word of a case, unless something does."""
    index = word_index("pseudonym", case, word)
    if Pseudonym.objects.filter(case=case, word_index=index).exists():
        return
    written.save(
        Pseudonym(case=case, word=word, kind=kind, stands_for=label[:60], word_index=index)
    )
