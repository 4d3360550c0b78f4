"""What the installation calls itself, for pages that are given nothing: those of errors."""

from django import template

from casereview import branding

register = template.Library()


@register.simple_tag
def site_name() -> str:
    """Return what the installation calls itself."""
    return branding.name()


@register.simple_tag
def site_colour() -> str:
    """Return the colour of the pages' head; empty for the house's own."""
    return branding.colour()
