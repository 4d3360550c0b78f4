"""When people are not written to: a message of the night waits for the morning."""

from datetime import datetime, timedelta


def not_before(now: datetime, quiet: tuple[int, int] | None) -> datetime:
    """Return when a message of `now`, on the clock of the place, may go: at once, or when the
    quiet hours end.

    `quiet` is the hour from which nobody is written to and the hour in the morning from which
    they are again; None is never quiet.
    """
    if quiet is None:
        return now
    begins, ends = quiet
    morning = now.replace(hour=ends, minute=0, second=0, microsecond=0)
    if now.hour < ends:
        return morning
    return morning + timedelta(days=1) if now.hour >= begins else now


def hours_of(text: str) -> tuple[int, int] | None:
    """Return the hours that `20-7` says; `none` is never quiet.

    Raises:
        ValueError: it is neither, or the night does not go over midnight.
    """
    if text.strip().lower() == "none":
        return None
    first, _, last = text.partition("-")
    begins, ends = int(first), int(last)
    if not 0 <= ends < begins <= 24:
        raise ValueError("the night begins in the evening and ends in the morning")
    return begins, ends
