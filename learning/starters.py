"""The starter themes of a new database."""

from datetime import date

from django.utils import timezone

from casereview.codelists import Code, load_named
from casereview.records import change
from learning.models import Theme


def begin_themes() -> None:
    """Bring in the starter themes that are not there; those of a database are its own.

    A starter theme that nobody has touched since it was brought in gets what the list has come
    to say of it meanwhile: what it does not cover, and its cue words. Any other stays as it is.
    """
    starters = {code.code: code for code in load_named("learning", "themes").codes}
    there = list(Theme.objects.all())
    if not there:
        with change("set_up_themes", by=None) as written:
            for code in starters.values():
                written.save(_theme(code))
        return
    _add(starters, there, timezone.localdate())
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


def _add(starters: dict[str, Code], there: list[Theme], today: date) -> None:
    """Add the starters that a database lacks, from today on.

    Nobody could give them before: earlier quarters without them say nothing. What somebody named
    alike is theirs, and a theme of reviews keeps standing for the theme it stands for.
    """
    codes = {one.code for one in there}
    names = {one.name.casefold() for one in there}
    taken = {review for one in there for review in one.review_themes}
    missing = [
        code
        for code in starters.values()
        if code.code not in codes
        and code.label.casefold() not in names
        and (code.until is None or code.until > today)
    ]
    if not missing:
        return
    with change("set_up_themes", by=None) as written:
        for code in missing:
            theme = _theme(code)
            theme.since = max(code.since, today)
            theme.review_themes = [one for one in theme.review_themes if one not in taken]
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
