"""Views of the list of cases: saved, renamed and deleted by the person they are of."""

from collections.abc import Mapping

from django.utils import timezone

from casereview.actions.admissions import NotAllowed
from casereview.models import SavedView
from casereview.records import change
from casereview.saved_views import MOST


def save_view(*, name: str, filters: Mapping[str, str], by) -> SavedView:
    """Save the codes of the filters in use under a name.

    Raises:
        NotAllowed: no name, no filter, or as many views as one person keeps.
    """
    if not name.strip():
        raise NotAllowed("Enter a name for the view")
    if not filters:
        raise NotAllowed("Narrow the list first: a view keeps the filters in use")
    if SavedView.objects.filter(user=by).count() >= MOST:
        raise NotAllowed(f"Delete a view first: there are {MOST}")
    with change("save_view", by=by) as written:
        view = SavedView(user=by, name=name, filters=dict(filters), saved_at=timezone.now())
        written.save(view)
    return view


def rename_view(*, view: SavedView, name: str, by) -> SavedView:
    """Give a view of one's own another name.

    Raises:
        NotAllowed: no name, or somebody else's view.
    """
    _own(view, by)
    if not name.strip():
        raise NotAllowed("Enter a name for the view")
    with change("rename_view", by=by) as written:
        view.name = name
        written.save(view)
    return view


def delete_view(*, view: SavedView, by) -> None:
    """Delete a view of one's own.

    Raises:
        NotAllowed: somebody else's view.
    """
    _own(view, by)
    with change("delete_view", by=by) as written:
        written.remove(view)


def _own(view: SavedView, by) -> None:
    if view.user_id != by.pk:
        raise NotAllowed("This view is another person's")
