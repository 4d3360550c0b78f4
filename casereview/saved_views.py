"""Views of the list of cases that people keep for themselves: the codes of its filters."""

from urllib.parse import urlencode

from casereview import registries
from casereview.leaving import Grant, always, remove
from casereview.models import SavedView

MOST = 20


def of(user) -> list[dict]:
    """Return a person's views: what each is called and where it leads."""
    return [
        {"key": one.pk, "name": one.name, "query": "?" + urlencode(one.filters)}
        for one in SavedView.objects.filter(user=user)
    ]


def register() -> None:
    """Let a leaver's views end with everything else that was theirs."""
    registries.grants.append(Grant("Saved views", SavedView, "user", always, remove))
