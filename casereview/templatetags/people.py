"""What templates say of people and their roles."""

from django import template

from casereview.rules.access_table import Role

register = template.Library()


@register.filter
def role_label(role: str) -> str:
    """Return a role in words."""
    return Role(role).label
