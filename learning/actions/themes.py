"""Keeping the list of themes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from casereview.actions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.records import change
from learning.models import Theme
from learning.rules.theme_codes import code_for


@dataclass(frozen=True)
class ThemeFacts:
    """What a theme is about, and when it is given; `until` is the first day it no longer is."""

    name: str
    covers: str
    does_not_cover: str = ""
    cue_words: Sequence[str] = ()
    parent: Theme | None = None
    since: date | None = None
    until: date | None = None


def add_theme(*, by, facts: ThemeFacts) -> Theme:
    """Add a theme; its code is made of its name and never used again.

    Raises:
        NotAllowed: another theme has the name, or it would end before it begins.
    """
    theme = Theme(code=code_for(facts.name, Theme.objects.values_list("code", flat=True)))
    _refuse_muddled(theme, facts)
    with change("add_theme", by=by) as written:
        _write(theme, facts)
        written.save(theme)
    return theme


def change_theme(*, theme: Theme, by, facts: ThemeFacts, version: int | None = None) -> Theme:
    """Change what a theme is about; what was coded with it keeps its code.

    Raises:
        NotAllowed: another theme has the name, it would end before it begins, or belong to itself.
        Conflict: somebody else changed it since the page was shown.
    """
    as_seen(theme, version)
    _refuse_muddled(theme, facts)
    with change("change_theme", by=by) as written:
        _write(theme, facts)
        written.save(theme, subject=True)
        written.subject = theme
    return theme


def _refuse_muddled(theme: Theme, facts: ThemeFacts) -> None:
    if not facts.name.strip():
        raise NotAllowed("Enter the name of the theme")
    if not facts.covers.strip():
        raise NotAllowed("Enter what the theme covers")
    others = Theme.objects.exclude(pk=theme.pk)
    if others.filter(name__iexact=facts.name.strip()).exists():
        raise NotAllowed("Enter another name: there is a theme of this name")
    if facts.since and facts.until and facts.until <= facts.since:
        raise NotAllowed("Enter a last day after the first")
    above = facts.parent
    while above is not None:
        if above.pk == theme.pk:
            raise NotAllowed("Choose another theme above it: a theme does not belong to itself")
        above = above.parent


def _write(theme: Theme, facts: ThemeFacts) -> None:
    theme.name, theme.covers = facts.name.strip(), facts.covers.strip()
    theme.does_not_cover = facts.does_not_cover.strip()
    theme.cue_words = list(dict.fromkeys(cue.strip() for cue in facts.cue_words if cue.strip()))
    theme.parent, theme.since, theme.until = facts.parent, facts.since, facts.until
