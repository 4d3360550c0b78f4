"""The flags that stand, wherever a page of the learning database wants to say so."""

from django import template
from django.utils import timezone

from learning import signals
from learning.panels import panels_for
from learning.theme_flags import Flagged, flagged_themes

register = template.Library()


@register.simple_tag(takes_context=True)
def standing_flags(context) -> list[Flagged]:
    """Return the themes whose flag nobody has closed, the reader's priorities beside them."""
    panels = list(panels_for(context["request"].user, "view_signals"))
    rows = flagged_themes(signals.compare(timezone.localdate()), panels)
    return [one for one in rows if one.stands]
