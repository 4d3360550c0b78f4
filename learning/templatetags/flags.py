"""The flags that stand, wherever a page of the learning database wants to say so."""

from django import template
from django.utils import timezone

from learning import signals
from learning.panels import panel_asked
from learning.theme_flags import Flagged, flagged_themes

register = template.Library()


@register.simple_tag(takes_context=True)
def standing_flags(context) -> list[Flagged]:
    """Return the themes whose flag nobody has closed, of the reader's first panel."""
    panel = panel_asked(context["request"].user, "view_signals", "")
    if panel is None:
        return []
    rows = flagged_themes(signals.compare(timezone.localdate(), panel))
    return [one for one in rows if one.stands]
