"""The starter themes of a new database."""

from datetime import date

from casereview.codelists import load_named
from casereview.records import change
from learning.models import Theme


def begin_themes() -> None:
    """Bring in the starter themes where there is no theme yet; those of a database are its own."""
    if Theme.objects.exists():
        return
    with change("set_up_themes", by=None) as written:
        for code in load_named("learning", "themes").codes:
            since: date = code.since
            written.save(
                Theme(
                    code=code.code,
                    name=code.label,
                    covers=code.extra.get("covers", code.definition),
                    since=since,
                    until=code.until,
                )
            )
