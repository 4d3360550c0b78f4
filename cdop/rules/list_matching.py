"""Which notified death an entry of a registrar's or coroner's list is; a person confirms each.

Source: fixed weights in bits, bands and margin of the project's measurement of record matching,
which chose them over exact comparison, points, and trained weights: only the margin over the
runner-up kept twins apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import log2

from cdop.rules.list_candidates import Candidates
from cdop.rules.list_fields import Face, compare

# The odds are 99 to 1 from here on, and 1 to 99 below its negative.
CERTAIN_BITS = 6.6
# Bits by which the best must lead every other, on both sides, to be proposed by itself.
MARGIN_BITS = 6.0
SHOWN_TO_A_PERSON = 3
# Of a hundred listed deaths so many were notified, and fewer cases than this say little.
_EXPECTED = 0.85
_FEWEST_CASES = 500


class Band(StrEnum):
    """How sure a match is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNMATCHED = "unmatched"


@dataclass(frozen=True)
class ListedDeath:
    """One row of a list; what it leaves blank is empty or None."""

    entry: str
    given_names: str = field(default="", repr=False)
    family_name: str = field(default="", repr=False)
    sex: str = ""
    born_on: date | None = field(default=None, repr=False)
    died_on: date | None = None
    postcode: str = field(default="", repr=False)


@dataclass(frozen=True)
class NotifiedDeath:
    """A death that was notified; rows of one reference are faces of one death."""

    reference: str
    given_names: str = field(default="", repr=False)
    other_names: str = field(default="", repr=False)
    family_name: str = field(default="", repr=False)
    mother_family_name: str = field(default="", repr=False)
    sex: str = ""
    born_on: date | None = field(default=None, repr=False)
    died_on: date | None = None
    postcode: str = field(default="", repr=False)
    # How many were born with this child, itself included; None is not known.
    births: int | None = None


@dataclass(frozen=True)
class Proposal:
    """A notified death that an entry may be: its bits, and how each field added to them.

    `fields` maps a field to the word for how it compared and its bits; "prior" is what the sizes
    of both sides say before anything is compared.
    """

    reference: str
    bits: float
    fields: Mapping[str, tuple[str, float]]
    several_born: bool = False


@dataclass(frozen=True)
class Matched:
    """What was found for one entry: its band, and the proposals from the best on."""

    entry: str
    band: Band
    proposals: tuple[Proposal, ...]

    @property
    def best(self) -> Proposal | None:
        """The one proposal of a match; None where the entry is unmatched."""
        return self.proposals[0] if self.band != Band.UNMATCHED else None


def match_list(listed: Sequence[ListedDeath], notified: Sequence[NotifiedDeath]) -> list[Matched]:
    """Compare a list with what was notified and return what was found, in the list's order.

    A match is certain only at `CERTAIN_BITS`, `MARGIN_BITS` clear of every other notified death
    for the entry and of every other entry for the death, and where nothing speaks of another
    child of one birth: of twins one may be notified and the other not, and they agree in all but
    the given name. Where that is missing on one side, nothing else may be near it, a date
    agrees to the day, and the death is not known to be of a birth of several.
    """
    prior = prior_bits(len(listed), len({each.reference for each in notified}))
    theirs = [
        Face.of(
            given=each.given_names,
            other=each.other_names,
            family=each.family_name,
            mother=each.mother_family_name,
            sex=each.sex,
            born_on=each.born_on,
            died_on=each.died_on,
            postcode=each.postcode,
        )
        for each in notified
    ]
    candidates = Candidates(theirs)
    found: list[list[Proposal]] = []
    for each in listed:
        face = Face.of(
            given=each.given_names,
            family=each.family_name,
            sex=each.sex,
            born_on=each.born_on,
            died_on=each.died_on,
            postcode=each.postcode,
        )
        found.append(
            _proposals(face, ((notified[at], theirs[at]) for at in candidates.of(face)), prior)
        )
    rivals = _two_best_of_each_death(found)
    return [
        Matched(each.entry, _band(place, proposals, rivals), tuple(proposals[:SHOWN_TO_A_PERSON]))
        for place, (each, proposals) in enumerate(zip(listed, found, strict=True))
    ]


def prior_bits(listed: int, cases: int) -> float:
    """Return the odds, in bits, that a pair taken blindly is one death."""
    if not listed:
        return 0.0
    cases = max(cases, _FEWEST_CASES)
    return log2(_EXPECTED * min(listed, cases) / (listed * cases))


def _proposals(
    face: Face, others: Iterable[tuple[NotifiedDeath, Face]], prior: float
) -> list[Proposal]:
    """Return the deaths worth showing, best first, each once by its best face."""
    best: dict[str, Proposal] = {}
    for death, other in others:
        reference = death.reference
        fields = compare(face, other)
        bits = prior + sum(weight for _, weight in fields.values())
        if bits < -CERTAIN_BITS or (reference in best and best[reference].bits >= bits):
            continue
        best[reference] = Proposal(
            reference, bits, {**fields, "prior": ("", prior)}, (death.births or 1) > 1
        )
    return sorted(best.values(), key=lambda one: (-one.bits, one.reference))


def _two_best_of_each_death(
    found: Sequence[Sequence[Proposal]],
) -> dict[str, tuple[tuple[float, int], ...]]:
    """Return for each death the bits and the place of the two entries that fit it best."""
    rivals: dict[str, tuple[tuple[float, int], ...]] = {}
    for place, proposals in enumerate(found):
        for one in proposals:
            both = (*rivals.get(one.reference, ()), (one.bits, place))
            rivals[one.reference] = tuple(sorted(both, reverse=True)[:2])
    return rivals


def _band(
    place: int,
    proposals: Sequence[Proposal],
    rivals: Mapping[str, tuple[tuple[float, int], ...]],
) -> Band:
    if not proposals:
        return Band.UNMATCHED
    best = proposals[0]
    others = [one.bits for one in proposals[1:2]]
    others += [bits for bits, of in rivals[best.reference] if of != place]
    # Without a given name a slip in a date is enough to make of one twin the other.
    most = CERTAIN_BITS if _word(best, "given_names") == "missing" else best.bits
    clear = all(bits <= min(best.bits - MARGIN_BITS, most) for bits in others)
    return Band.CERTAIN if best.bits >= CERTAIN_BITS and clear and _agrees(best) else Band.LIKELY


def _word(proposal: Proposal, name: str) -> str:
    return proposal.fields[name][0]


def _agrees(best: Proposal) -> bool:
    given, sex = _word(best, "given_names"), _word(best, "sex")
    days = {_word(best, "born_on"), _word(best, "died_on")}
    if given == "missing":
        # Only what tells of one birth parts a child without a name from a twin.
        return "same" in days and sex != "different" and not best.several_born
    return (
        bool(days & {"same", "slip"})
        and given in ("same", "near", "fair")
        and (sex != "different" or given != "fair")
    )
