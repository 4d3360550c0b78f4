"""Keeping what somebody typed and has not handed in, sealed under their own key."""

from typing import Any

from django.utils import timezone

from casereview.actions.admissions import NotAllowed
from casereview.models import Case, Draft
from casereview.records import Conflict, change


def keep_draft(
    *,
    user,
    form: str,
    content: dict[str, Any],
    case: Case | None = None,
    base_version: int | None = None,
    draft: Draft | None = None,
    expected_version: int | None = None,
) -> Draft:
    """Keep what `user` typed into a form, as a new draft or as the next version of `draft`.

    `base_version` is the version of the record that the form was opened on; `expected_version`
    the version of the draft that the page showed, None where the page showed none.

    Raises:
        NotAllowed: the draft is another person's.
        Conflict: the draft was kept from another window since the page was shown.
    """
    if draft is None:
        draft = Draft(user=user, form=form, case=case)
    _own(draft, user)
    if expected_version is not None and draft.version != expected_version:
        raise Conflict(f"Draft {draft.pk}")
    with change("keep_draft", by=user, case=draft.case) as written:
        if base_version is not None:
            draft.base_version = base_version
        draft.content = content
        draft.saved_at = timezone.now()
        written.save(draft)
    return draft


def discard_draft(*, draft: Draft, user) -> None:
    """Remove a draft, when it was handed in or is no longer wanted.

    Raises:
        NotAllowed: the draft is another person's.
    """
    _own(draft, user)
    with change("discard_draft", by=user, case=draft.case) as written:
        written.remove(draft)


def _own(draft: Draft, user) -> None:
    if draft.user_id != user.pk:
        raise NotAllowed("Open a draft of your own")
