"""What every page knows: its navigation, its marking, and who is reading."""

from django.conf import settings
from django.urls import reverse

from casereview import access

# label, url name, action that opens it
PAGES = [
    ("Your work", "your_work", "your_work"),
    ("Cases", "list_cases", "list_cases"),
    ("Notifications", "cdop:list_notifications", "list_notifications"),
    ("Returns", "cdop:list_returns", "list_returns"),
    ("People", "view_people", "view_people"),
    ("Agencies", "view_agencies", "view_agencies"),
    ("Lists", "view_code_lists", "view_code_lists"),
    ("Audit log", "view_audit_log", "view_audit_log"),
]


def page(request) -> dict:
    """Return the navigation a person may use, and the marking of every page."""
    user = getattr(request, "user", None)
    navigation = []
    if user is not None and user.is_authenticated:
        for label, name, action in PAGES:
            if access.can(user, action):
                url = reverse(name)
                current = request.path == url or (url != "/" and request.path.startswith(url))
                navigation.append({"label": label, "url": url, "current": current})
    return {"navigation": navigation, "demo": settings.DEMO}
