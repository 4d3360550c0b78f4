"""Whether enough members and agencies take part in judging one case.

Source: nothing authoritative was found; half the members and three agencies are our own default,
and each panel sets its own figures, and which kinds of agency must be there.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass

AGENCIES = 3
HALF = 50  # in a hundred of the members


@dataclass(frozen=True)
class Seat:
    """One person invited to a meeting: whether they came, and how they stand to one case.

    `place_of` is set for a deputy: the member whose place they take, and `agency` is then that
    member's. `kind` is the kind of that agency. `judges` is false for who
    only informs the panel on the case or has withdrawn.
    """

    person: str
    agency: str = ""
    came: bool = False
    place_of: str = ""
    judges: bool = True
    kind: str = ""


@dataclass(frozen=True)
class Quorum:
    """How many take part in one case, and how many are needed."""

    members: int
    members_needed: int
    agencies: int
    agencies_needed: int
    # Kinds of agency that must take part and do not, in words.
    lacking: tuple[str, ...] = ()

    @property
    def met(self) -> bool:
        """Whether enough members and enough agencies take part, and each kind that must."""
        enough = self.members >= self.members_needed and self.agencies >= self.agencies_needed
        return enough and not self.lacking

    @property
    def words(self) -> str:
        """The count in words, whether it is met or not."""
        counted = (
            f"{self.members} of the {_many(self.members_needed, 'member')} and {self.agencies} of "
            f"the {_many(self.agencies_needed, 'agency', 'agencies')} needed"
        )
        return f"{counted}; nobody of: {', '.join(self.lacking)}" if self.lacking else counted


def quorum(
    seats: Iterable[Seat],
    *,
    members_needed: int | None = None,
    share_needed: int | None = None,
    agencies_needed: int = AGENCIES,
    kinds_needed: Collection[tuple[str, str]] = (),
) -> Quorum:
    """Count who takes part in one case; half the members, rounded up, unless the panel says else.

    `members_needed` is the least number of members, `share_needed` their least share in a hundred;
    where a panel sets both, both are needed. `kinds_needed` are kinds of agency as (code, words),
    each of which must be there.

    A deputy takes one member's place and counts for that member's agency; a member and a deputy who
    both came count once. The members are all who were invited in their own right, those who have
    withdrawn included: withdrawing never makes a quorum easier to reach.
    """
    seats = list(seats)
    members = {seat.person for seat in seats if not seat.place_of}
    present = [seat for seat in seats if seat.came and seat.judges]
    if members_needed is None and share_needed is None:
        share_needed = HALF
    share = math.ceil(len(members) * (share_needed or 0) / 100)
    needed = max(members_needed or 0, share)
    return Quorum(
        members=len({seat.place_of or seat.person for seat in present}),
        members_needed=max(needed, 1),
        agencies=len({seat.agency for seat in present if seat.agency}),
        agencies_needed=agencies_needed,
        lacking=tuple(
            words for code, words in kinds_needed if code not in {seat.kind for seat in present}
        ),
    )


def _many(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
