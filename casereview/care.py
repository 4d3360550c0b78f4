"""Care for readers: a distressing part stays closed until its reader opens it, on record.

A view of a case asks `notice` before it reads any text, and leaves the part out while it is closed.
Opening is a press of a button, so it works without a script and no preview opens anything.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from casereview import audit, registries
from casereview.codelists import load_named
from casereview.leaving import Grant, always, remove
from casereview.models import Case, ReadingChoice
from casereview.rules import care
from casereview.rules.care import Choice, Notice

OPEN = "open_narrative"
_OPENED = "opened_narrative"
# Cases of one sitting whose opened parts are remembered; the longest ago are closed again.
_CASES = 40

View = Callable[..., HttpResponse]


def choice_of(user) -> Choice:
    """Return how a person wants to be told."""
    found = ReadingChoice.objects.filter(user=user).values_list("notices", flat=True).first()
    return Choice(found) if found else Choice.NOTICED


def notice(request: HttpRequest, case: Case, part: str, also: Iterable[str] = ()) -> Notice | None:
    """Return what stands before a part of a case for its reader; None where nothing does.

    `also` are facts of the part itself. A reader who chose not to have it closed opens it by
    looking: that is on record like a press of the button, once in a sitting.
    """
    opened = _opened(request).get(case.pk.hex, [])
    if part in opened:
        return None
    describes, choice = _describes(case, also), choice_of(request.user)
    found = care.notice(part, describes, choice, opened)
    if describes and (found is None or not found.closed):
        _open(request, case, part, "setting")
    return found


def opens(part: str, case_of: Callable[[Any], Case] = lambda one: one) -> Callable[[View], View]:
    """Let a guarded view take the press of the button that opens its part."""

    def around(view: View) -> View:
        @wraps(view)
        def opening(request: HttpRequest, found: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and request.POST.get("open_part") == part:
                _open(request, case_of(found), part, "button")
                return redirect(request.path)
            return view(request, found, *args, **kwargs)

        return opening

    return around


def written(request: HttpRequest, case: Case, part: str) -> None:
    """Leave a part open to who has just written in it: its text is before them already."""
    if part not in _opened(request).get(case.pk.hex, []) and _describes(case, ()):
        _open(request, case, part, "writing")


def _describes(case: Case, also: Iterable[str]) -> list[str]:
    known = load_named("casereview", "content_notice")
    now = known.in_force(timezone.localdate())
    kinds = {one.code: one.extra["when"] for one in now}
    definitions = {one.code: one.definition for one in now}
    facts = {f"kind:{case.kind}", *also}
    for told in registries.narrative_facts:
        facts |= told(case)
    return [definitions[code] for code in care.called_for(kinds, facts)]


def _opened(request: HttpRequest) -> dict[str, list[str]]:
    return request.session.get(_OPENED, {})


def _open(request: HttpRequest, case: Case, part: str, by: str) -> None:
    """Put the opening on record, then remember it for this sitting."""
    audit.append(OPEN, actor=request.user, case=case, detail={"part": part, "by": by})
    opened = dict(_opened(request))
    parts = opened.pop(case.pk.hex, [])
    opened[case.pk.hex] = [*parts, part]
    request.session[_OPENED] = dict(list(opened.items())[-_CASES:])


def register() -> None:
    """Let a leaver's choice end with everything else that was theirs."""
    registries.grants.append(Grant("Choices of notices", ReadingChoice, "user", always, remove))
