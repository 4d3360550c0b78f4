"""What a page says of drafts: {% drafts_kept form %} above a form, {% save_draft form %} in it."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings

from casereview import drafts

register = template.Library()


@register.inclusion_tag("casereview/_drafts.html")
def drafts_kept(form: Any = None) -> dict[str, Any]:
    """Offer the drafts of this page: to go on with one, or to throw it away."""
    page = drafts.here()
    if page is None or not _kept(form):
        return {}
    resumed = page.resumed[0] if page.resumed else None
    return {
        "resumed": resumed,
        "others": [
            {"draft": one, "url": drafts.resuming(page.address, one)}
            for one in page.drafts
            if page.request.method == "GET" and one != resumed
        ],
        **_names(page),
    }


@register.inclusion_tag("casereview/_save_draft.html")
def save_draft(form: Any = None, *, by_hand: bool = True) -> dict[str, Any]:
    """Draw what a form needs to be kept as a draft; nothing for a form that is not.

    Without `by_hand` there is no button: the form has one of its own that keeps what is there.
    """
    page = drafts.here()
    if page is None or not _kept(form):
        return {}
    before: Mapping[str, Any] = drafts.typed_before() or {}
    fields = getattr(form, "fields", {})
    return {
        **_names(page),
        "window": _window(page, form),
        "by_hand": by_hand,
        "owners": drafts.told_owners(getattr(form, "draft_owners", {})),
        "pause": settings.DRAFT_PAUSE_SECONDS,
        # The version a draft was typed over goes with it: a later one is then noticed.
        "seen": [(one, before[one]) for one in drafts.SEEN if one in before and one not in fields],
    }


def _kept(form: Any) -> bool:
    """Say whether a form keeps drafts; a page of several forms says nothing, and does."""
    return form is None or form == "" or bool(getattr(form, "keeps_draft", False))


def _window(page: drafts.Here, form: Any) -> drafts.Window:
    """Return the window of one form; a form that was not typed in begins one of its own."""
    typed_in = not form or form.is_bound
    return page.window if typed_in else drafts.Window(uuid.uuid4())


def _names(page: drafts.Here) -> dict[str, Any]:
    return {
        "kept": True,
        "page": page.address,
        "names": {
            "save": drafts.SAVE,
            "discard": drafts.DISCARD,
            "window": drafts.WINDOW,
            "page": drafts.PAGE,
            "owners": drafts.KEYS,
        },
    }
