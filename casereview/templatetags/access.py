"""Ask the access table in a template: {% can "complete_panel_review" case as may %}."""

from django import template

from casereview import access

register = template.Library()


@register.simple_tag(takes_context=True)
def can(context, action: str, case=None) -> bool:
    """Say whether the reader may do `action`, on `case` where it is about one."""
    return access.can(context["request"].user, action, case)
