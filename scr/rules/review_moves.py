"""How a review goes on from one state to the next."""

MOVES: dict[str, frozenset[str]] = {
    "commissioned": frozenset({"under_way", "draft", "stopped"}),
    "under_way": frozenset({"draft", "stopped"}),
    "draft": frozenset({"draft", "signed_off", "stopped"}),
    "signed_off": frozenset({"published", "not_published"}),
    # It may be published after all, when what stood against it is over.
    "not_published": frozenset({"published"}),
    "published": frozenset(),
    "stopped": frozenset(),
}
OPEN = frozenset({"commissioned", "under_way", "draft"})
# Papers, chronology and reviewers no longer change.
SETTLED = frozenset({"signed_off", "published", "not_published", "stopped"})


def may_move(state: str, to: str) -> bool:
    """Say whether a review may go from one state to another.

    Raises:
        KeyError: there is no such state.
    """
    return to in MOVES[state]
