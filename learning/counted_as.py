"""For which theme each code counts now: merged themes count for the one they were merged into."""

from collections.abc import Iterable

from learning.models import Theme


def counted_as() -> dict[str, str]:
    """Return, for each theme that was merged, the code it counts for now."""
    merged = dict(Theme.objects.exclude(merged_into=None).values_list("code", "merged_into__code"))
    found = {}
    for code in merged:
        now, seen = code, set()
        while now in merged and now not in seen:
            seen.add(now)
            now = merged[now]
        found[code] = now
    return found


def themes_of(main: str, others: Iterable[str], now: dict[str, str]) -> set[str]:
    """Return the themes a point counts for, each once; `now` as `counted_as` returns it."""
    return {now.get(code, code) for code in (main, *others) if code}
