"""What every page knows: its navigation, its marking, and who is reading."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from casereview import access

# label, url name, action that opens it
PAGES = [
    ("Your work", "your_work", "your_work"),
    ("Cases", "list_cases", "list_cases"),
    ("Find a case", "find_case", "find_case"),
    ("Notifications", "cdop:list_notifications", "list_notifications"),
    ("Requests", "cdop:list_requests", "list_requests"),
    ("Referrals", "scr:list_referrals", "list_referrals"),
    ("SCR meetings", "scr:list_scr_meetings", "list_scr_meetings"),
    ("Reviews", "scr:list_reviews", "list_reviews"),
    ("Composite reviews", "scr:list_composites", "list_composites"),
    ("Decisions register", "scr:view_scr_register", "view_scr_register"),
    ("Audit programme", "scr:list_audits", "list_audits"),
    ("Your part of reviews", "scr:list_review_requests", "list_review_requests"),
    ("Record checks", "list_record_checks", "list_record_checks"),
    ("Actions", "list_actions", "list_actions"),
    ("Meetings", "list_meetings", "list_meetings"),
    ("Reports", "cdop:remind_agencies", "remind_agencies"),
    ("Learning", "learning:list_learning", "list_learning"),
    ("Near misses", "learning:list_near_misses", "list_near_misses"),
    ("Briefings", "learning:list_briefings", "list_briefings"),
    ("Annual reports", "learning:list_annual_reports", "list_annual_reports"),
    ("Briefings for your agency", "learning:list_agency_briefings", "list_agency_briefings"),
    ("What your agency has learned", "learning:list_agency_updates", "list_agency_updates"),
    ("Exchange of learning", "learning:list_exchange_areas", "list_exchange_areas"),
    ("Returns", "cdop:list_returns", "list_returns"),
    ("Statistics", "cdop:view_statistics", "view_statistics"),
    ("Requests for information", "list_information_requests", "list_information_requests"),
    ("Set-up", "view_set_up", "view_set_up"),
    ("People", "view_people", "view_people"),
    ("Agencies", "view_agencies", "view_agencies"),
    ("Panels", "view_panels", "view_panels"),
    ("Lists", "view_code_lists", "view_code_lists"),
    ("Retention", "view_retention", "view_retention"),
    ("Return forms", "cdop:view_return_forms", "change_return_form"),
    ("Audit log", "view_audit_log", "view_audit_log"),
    ("Status", "view_status", "view_status"),
]
# A page that stands in the navigation only for those who may not open the wider one.
WITHIN = {
    "list_exchange_areas": "list_learning",
    "list_near_misses": "list_learning",
    "list_briefings": "list_learning",
    "list_annual_reports": "list_learning",
}
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
        "navigation": _navigation(request, user) if known and not halfway else [],
        "may_search_cases": known and not halfway and access.can(user, "find_case"),
        "footer_links": [{"label": label, "url": reverse(name)} for label, name in FOOTER],
        "reader_name": getattr(user, "name", ""),
        "demo": settings.DEMO,
        "api": settings.API,
        "site_name": settings.SITE_NAME,
        "site_colour": settings.SITE_COLOUR,
        "second_factor_elsewhere": bool(settings.OIDC_ACR_VALUES),
    }


def _navigation(request, user) -> list[dict]:
    navigation = []
    for label, name, action in PAGES:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        wider = WITHIN.get(action)
        if access.can(user, action) and not (wider and access.can(user, wider)):
            current = request.path == url or (url != "/" and request.path.startswith(url))
            navigation.append({"label": label, "url": url, "current": current})
    return navigation
