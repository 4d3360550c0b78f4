"""The starter themes of a new database."""

from datetime import date

from casereview.codelists import Code, load_named
from casereview.records import change
from learning.models import Theme


def begin_themes() -> None:
    """Bring in the starter themes where there is no theme yet; those of a database are its own.

    A starter theme that nobody has touched since it was brought in gets what the list has come
    to say of it meanwhile: what it does not cover, and its cue words.
    """
    starters = {code.code: code for code in load_named("learning", "themes").codes}
    if not Theme.objects.exists():
        with change("set_up_themes", by=None) as written:
            for code in starters.values():
                written.save(_theme(code))
        return
    bare = [
        theme
        for theme in Theme.objects.filter(code__in=starters, version=1)
        if not theme.cue_words and not theme.does_not_cover
    ]
    if bare:
        with change("set_up_themes", by=None) as written:
            for theme in bare:
                told = _theme(starters[theme.code])
                theme.does_not_cover, theme.cue_words = told.does_not_cover, told.cue_words
                written.save(theme)


def _theme(code: Code) -> Theme:
    since: date = code.since
    return Theme(
        code=code.code,
        name=code.label,
        covers=code.extra.get("covers", code.definition),
        does_not_cover=code.extra.get("does_not_cover", ""),
        cue_words=list(code.extra.get("cue_words", [])),
        review_themes=list(code.extra.get("review_themes", [])),
        since=since,
        until=code.until,
    )
