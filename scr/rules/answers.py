"""Answers in strong Kleene logic: true, false, or None where it is not known; never a guess."""

NOT_KNOWN = "not_known"

Truth = bool | None


def both(*truths: Truth) -> Truth:
    """Return whether all hold: one false settles it, otherwise one not known leaves it open."""
    if False in truths:
        return False
    return None if None in truths else True


def either(*truths: Truth) -> Truth:
    """Return whether one holds: one true settles it, otherwise one not known leaves it open."""
    if True in truths:
        return True
    return None if None in truths else False
