"""What the return says of a serious case review, by how far the review has come."""

# State of the case -> code of the list scr_status.
STATUSES = {
    "": "NONE",
    "referred": "CONSIDERED",
    "review": "IN_PROGRESS",
    "other_review": "ALT",
    "no_review": "CONSIDERED",
    "published": "COMPLETED",
}


def scr_status_of(state: str) -> str:
    """Return the status of the return that follows from a state of the group's work.

    Source: LSCB1, serious case reviews associated with completed reviews; reconstructed: a death
    that was only referred counts as considered until the group decides.

    Raises:
        KeyError: no such state.
    """
    return STATUSES[state]
