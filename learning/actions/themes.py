"""Keeping the list of themes: adding, changing, merging and splitting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.models import LearningPoint
from casereview.records import change
from learning.models import Theme
from learning.review_themes import known_review_themes
from learning.rules.theme_codes import code_for


@dataclass(frozen=True)
class ThemeFacts:
    """What a theme is about, and when it is given; `until` is the first day it no longer is."""

    name: str
    covers: str
    does_not_cover: str = ""
    cue_words: Sequence[str] = ()
    review_themes: Sequence[str] = ()
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


def merge_theme(*, theme: Theme, into: Theme, by, reason: str, version: int | None = None) -> Theme:
    """Let everything coded with a theme count for another from now on; it is no longer given.

    What was coded keeps the code it was given: the merged theme says what it counts for now, so
    nothing of its history is lost. Themes merged into it earlier count for the other one too.

    Raises:
        NotAllowed: no reason, into itself, or into one that is merged or no longer given.
        Conflict: somebody else changed it since the page was shown.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the themes are merged")
    today = timezone.localdate()
    with change("merge_theme", by=by, reason=reason.strip()) as written:
        merged = Theme.objects.select_for_update().get(pk=theme.pk)
        as_seen(merged, version)
        kept = Theme.objects.select_for_update().get(pk=into.pk)
        if kept.pk == merged.pk:
            raise NotAllowed("Choose another theme: this one is the one to be merged")
        if merged.merged_into_id is not None:
            raise NotAllowed("This theme was merged already")
        if kept.merged_into_id is not None or (kept.until and kept.until <= today):
            raise NotAllowed("Choose a theme that is still given")
        merged.merged_into, merged.until = kept, merged.until or today
        moved = [code for code in merged.review_themes if code not in kept.review_themes]
        if moved:
            kept.review_themes = sorted([*kept.review_themes, *moved])
            written.save(kept)
        merged.review_themes = []
        written.save(merged, subject=True)
        written.subject = merged
        written.detail["into"] = kept.code
    return merged


def split_theme(
    *,
    theme: Theme,
    facts: ThemeFacts,
    points: Sequence[LearningPoint],
    by,
    reason: str,
    version: int | None = None,
) -> Theme:
    """Make part of a theme a theme of its own, and move the learning that belongs to it.

    The new theme is given from the day the old one was, so that its learning of earlier years
    counts. Each point moved keeps in its history what it was coded with; reviews keep theirs.

    Raises:
        NotAllowed: no reason, no point, or a point that is not of the theme.
        Conflict: somebody else changed it since the page was shown.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the theme is split")
    if not points:
        raise NotAllowed("Select the learning that belongs to the new theme")
    part = Theme(code=code_for(facts.name, Theme.objects.values_list("code", flat=True)))
    _refuse_muddled(part, facts)
    with change("split_theme", by=by, reason=reason.strip()) as written:
        whole = Theme.objects.select_for_update().get(pk=theme.pk)
        as_seen(whole, version)
        if whole.merged_into_id is not None:
            raise NotAllowed("This theme was merged: split the one it counts for")
        _write(part, facts)
        part.since, part.split_from = whole.since, whole
        written.save(part)
        for point in points:
            if point.theme == whole.code:
                point.theme = part.code
            elif whole.code in point.other_themes:
                point.other_themes = [
                    part.code if code == whole.code else code for code in point.other_themes
                ]
            else:
                raise NotAllowed(f"Choose learning of this theme: {point.reference} is not")
            written.save(point)
        written.save(whole, subject=True)
        written.subject = whole
        written.detail.update(part=part.code, points=len(points))
    return part


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
    unknown = set(facts.review_themes) - set(known_review_themes())
    if unknown:
        raise NotAllowed("Choose themes of reviews that are in their list, such as T01 or T06.02")
    for other in others:
        if taken := sorted(set(other.review_themes) & set(facts.review_themes)):
            raise NotAllowed(f"{other.name} stands for {taken[0]}: take it out there first")
    above = facts.parent
    while above is not None:
        if above.pk == theme.pk:
            raise NotAllowed("Choose another theme above it: a theme does not belong to itself")
        above = above.parent


def _write(theme: Theme, facts: ThemeFacts) -> None:
    theme.name, theme.covers = facts.name.strip(), facts.covers.strip()
    theme.does_not_cover = facts.does_not_cover.strip()
    theme.cue_words = list(dict.fromkeys(cue.strip() for cue in facts.cue_words if cue.strip()))
    theme.review_themes = sorted(set(facts.review_themes))
    theme.parent, theme.since, theme.until = facts.parent, facts.since, facts.until
