"""What every page knows: its navigation, its marking, and who is reading."""

from django.conf import settings
from django.urls import reverse

from casereview import access, branding, navigation

FOOTER = [
    ("Help", "help"),
    ("Accessibility", "accessibility"),
    ("Privacy", "privacy"),
]


def page(request) -> dict:
    """Return the navigation a person may use, the marking of every page, and their name."""
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    # Somebody who has yet to set up a second factor is offered nothing else.
    halfway = getattr(request, "not_past_second_factor", False)
    return {
        "navigation": navigation.menu_of(user, request.path) if known and not halfway else [],
        "may_search_cases": known and not halfway and access.can(user, "find_case"),
        "footer_links": [{"label": label, "url": reverse(name)} for label, name in FOOTER],
        "reader_name": getattr(user, "name", ""),
        "demo": settings.DEMO,
        "api": settings.API,
        "site_name": branding.name(),
        "site_colour": branding.colour(),
        "second_factor_elsewhere": bool(settings.OIDC_ACR_VALUES),
    }
