"""Drafts of what somebody types into a page: kept as typed, found again on the same page.

Every door hands its requests through here. A form that holds long text says with each post which
window it was typed in (`WINDOW`) and which page shows it (`PAGE`); a post that says `SAVE` is kept
as a draft and goes no further. What was typed is sealed under the key of its author and under the
key of the case, or of whatever else the text will belong to: it ends with either.
"""

import base64
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from casereview import audit, crypto, keys, registries
from casereview.models import Case, Draft
from casereview.records import Conflict, change

# Names of what a form posts beside its answers.
SAVE, DISCARD, WINDOW, PAGE = "_draft_save", "_draft_discard", "_draft_window", "_draft_page"
KEYS = "_draft_keys"
RESUME = "draft"  # the one name in an address: it holds the key of a draft, never its text
BY_ITSELF = "auto"
# What a page says of the version it shows, where no field of a form does.
SEEN = ("seen", "version", "kept", "stamp", "suggested")
# So many windows of one page are kept apart; the oldest goes when one more is typed in.
AT_MOST = 5
OF_A_PERSON = 200
_TYPED = "typed:"
# A reference, a key, a day or a number of under ten digits, or a word all in capitals or all small.
ASKED = re.compile(
    r"[A-Z]{2,3}-\d{4}-\d{4}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d{2}-\d{2}"
    r"|[A-Z]{0,3}-?\d{1,9}|\d{4}-Q\d|[A-Z_-]{0,40}|[a-z_-]{0,40}"
)


@dataclass(frozen=True)
class Window:
    """One opened page: its key, and the version of its draft that it saw last."""

    key: uuid.UUID
    version: int = 0

    def __str__(self) -> str:
        return f"{self.key}.{self.version}"


def window_of(text: str) -> Window:
    """Return the window a post names; a new one where it names none."""
    key, _, version = text.partition(".")
    try:
        return Window(uuid.UUID(key), int(version[:9]) if version.isdecimal() else 0)
    except ValueError:
        return Window(uuid.uuid4())


class Here:
    """The page that is being answered: whose it is, and which drafts of it they have."""

    def __init__(self, request: HttpRequest, case: Case | None) -> None:
        self.request, self.case = request, case

    @cached_property
    def address(self) -> str:
        """Return where the page is shown: of a post that is refused, where it was typed."""
        if self.request.method == "POST" and (told := _told_page(self.request)):
            return told
        return _harmless(self.request.path, self.request.GET)

    @cached_property
    def drafts(self) -> list[Draft]:
        """List the person's drafts of this page, the latest first."""
        return list(of_page(self.request.user, self.address))

    @cached_property
    def resumed(self) -> tuple[Draft, QueryDict] | None:
        """Return the draft the person goes on with, and what they had typed."""
        wanted = self.request.GET.get(RESUME, "") if self.request.method == "GET" else ""
        if not wanted:
            return None
        for draft in self.drafts:
            if str(draft.pk) == wanted and (content := opened(draft)):
                typed = QueryDict(mutable=True)
                for name, values in content["typed"].items():
                    typed.setlist(name, values)
                typed._mutable = False  # type: ignore[attr-defined]
                return draft, typed
        return None

    @cached_property
    def window(self) -> Window:
        """Return which window the page is, that its drafts are told apart by."""
        if self.request.method == "POST":
            return window_of(self.request.POST.get(WINDOW, ""))
        if self.resumed:
            draft, _ = self.resumed
            return Window(uuid.UUID(cast(dict, opened(draft))["window"]), draft.version)
        return Window(uuid.uuid4())


_here: ContextVar[Here | None] = ContextVar("page_with_drafts", default=None)


def here() -> Here | None:
    """Return the page being answered; None outside a door, and for who is not signed in."""
    return _here.get()


def typed_before() -> QueryDict | None:
    """Return what was typed into this page before, where its reader goes on with a draft."""
    page = _here.get()
    return page.resumed[1] if page and page.resumed else None


def asked(request: HttpRequest, case: Case | None) -> HttpResponse | None:
    """Answer a post that only keeps or throws away a draft; None for every other request.

    A door asks once it knows that the person may do what the form is for.
    """
    if request.method != "POST" or not request.user.is_authenticated:
        return None
    page = Here(request, case)
    if DISCARD in request.POST:
        for draft in page.drafts:
            if str(draft.pk) == request.POST[DISCARD]:
                _discard(draft)
                messages.success(request, "The draft is thrown away")
        return redirect(page.address)
    if SAVE not in request.POST:
        return None
    kept = keep(page)
    if kept is not None:
        request.draft_kept_at = resuming(page.address, kept)  # type: ignore[attr-defined]
    if request.POST[SAVE] == BY_ITSELF:
        if kept is None:
            return JsonResponse({"window": str(page.window), "at": ""})
        window = Window(cast(dict, opened(kept))["window"], kept.version)
        return JsonResponse({"window": str(window), "at": _time(kept.saved_at)})
    if kept is None:
        messages.info(request, "There is nothing to keep as a draft yet")
        return redirect(page.address)
    messages.success(request, "Saved as a draft, for you alone. Nothing has been handed in")
    return redirect(resuming(page.address, kept))


@contextmanager
def _answering(page: Here) -> Iterator[None]:
    token = _here.set(page)
    try:
        yield
    finally:
        _here.reset(token)


def within(
    request: HttpRequest, case: Case | None, answer: Callable[[], HttpResponse]
) -> HttpResponse:
    """Let a view answer on a page that knows its drafts; one that was handed in is removed."""
    if not request.user.is_authenticated:
        return answer()
    page = Here(request, case)
    with _answering(page):
        response = answer()
    kept = hasattr(request, "draft_kept_at")
    handed_in = request.method == "POST" and WINDOW in request.POST and not kept
    if handed_in and response.status_code < 400 and audit.has_done():
        for draft in page.drafts:
            if (content := opened(draft)) and content["window"] == str(page.window.key):
                _discard(draft)
    return response


def keep(page: Here) -> Draft | None:
    """Keep what was posted as the draft of its window; None where nothing was typed.

    A window that has not seen the latest version of its draft is given a draft of its own, so
    that neither overwrites the other. Typed again unchanged, nothing is written.
    """
    from casereview.actions.drafts import keep_draft

    posted = page.request.POST.lists()
    typed = {name: values for name, values in posted if _is_answer(name)}
    if not any(
        text.strip() for name, values in typed.items() if name not in SEEN for text in values
    ):
        return None
    window = page.window
    found = None
    for draft in page.drafts:
        content = opened(draft)
        if content and content["window"] == str(window.key):
            if content["typed"] == typed:
                return draft
            found = draft
    if found and found.version != window.version:
        found, window = None, Window(uuid.uuid4())
    facts: dict[str, Any] = {
        "user": page.request.user,
        "form": _form_of(page.address),
        "case": page.case,
    }
    content = sealed(page, window.key, typed)
    try:
        kept = keep_draft(**facts, content=content, draft=found, expected_version=window.version)
    except Conflict:
        window = Window(uuid.uuid4())
        kept = keep_draft(**facts, content=sealed(page, window.key, typed))
        found = None
    if found is None:
        mine = Draft.objects.filter(user=page.request.user.pk, form__startswith=_TYPED)
        for one in {*page.drafts[AT_MOST - 1 :], *mine.order_by("-saved_at")[OF_A_PERSON:]}:
            _discard(one)
    return kept


def keep_on_the_way(request: HttpRequest) -> str:
    """Keep what is posted to a page that asks something else first, and say where it is found."""
    page = _here.get()
    if page is None or request.method != "POST" or WINDOW not in request.POST:
        return ""
    kept = keep(page)
    if kept is None:
        return ""
    request.draft_kept_at = resuming(page.address, kept)  # type: ignore[attr-defined]
    return str(request.draft_kept_at)  # type: ignore[attr-defined]


def keep_when_timed_out(request: HttpRequest) -> str:
    """Keep what somebody posts whose sitting is over, and say where they find it; empty if nowhere.

    The door that would have let the post in decides; behind it only the draft is kept. A post
    without the page's own token is not theirs, and is not kept.
    """
    if request.method != "POST" or WINDOW not in request.POST:
        return ""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return ""
    if not getattr(match.func, "keeps_drafts", False):
        return ""
    guard = CsrfViewMiddleware(lambda _: HttpResponse())
    if guard.process_view(request, match.func, (), {}) is not None:
        return ""
    posted = request.POST.copy()
    posted.pop(DISCARD, None)
    posted[SAVE] = posted.get(SAVE, "timed out")
    request.POST = posted  # type: ignore[assignment]
    match.func(request, *match.args, **match.kwargs)
    return getattr(request, "draft_kept_at", "")


def of_page(user, address: str) -> Any:
    """Return somebody's drafts of the page at an address, less those that are too old."""
    since = timezone.now() - timedelta(days=settings.DRAFT_DAYS)
    return Draft.objects.filter(user=user.pk, form=_form_of(address), saved_at__gt=since)


def resuming(address: str, draft: Draft) -> str:
    """Return the address at which somebody goes on with a draft."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode({RESUME: draft.pk})}"


def sealed(page: Here, window: uuid.UUID, typed: dict[str, list[str]]) -> dict[str, Any]:
    """Return what a draft holds: each answer under the key that its record is kept under.

    That is the key of the case where the page is about one, and what the form says otherwise. What
    has neither is sealed by the row alone, under the key of its author.
    """
    parts: dict[keys.Owner | None, dict[str, list[str]]] = {}
    owners = _owners_told(page.request)
    usual = ("case", page.case.pk) if page.case else None
    for name, values in typed.items():
        parts.setdefault(owners.get(name, usual), {})[name] = values
    content: dict[str, Any] = {"window": str(window), "typed": parts.pop(None, {}), "sealed": []}
    for owner, answers in parts.items():
        try:
            epoch, key = keys.sealing_key(*cast(keys.Owner, owner))
        except crypto.KeyMissing:
            continue  # it was disposed of while somebody typed
        blob = crypto.seal(key, epoch, _place(window), json.dumps(answers).encode())
        kind, whose = cast(keys.Owner, owner)
        content["sealed"].append([kind, str(whose), base64.b64encode(blob).decode()])
    return content


def opened(draft: Draft) -> dict[str, Any] | None:
    """Return a draft's window and what of its text still has its key; None where none has."""
    try:
        content = draft.content
    except crypto.IntegrityFailure:
        return None
    if not isinstance(content, dict) or "window" not in content:
        return None
    typed = dict(content["typed"])
    for kind, owner, told in content["sealed"]:
        blob = base64.b64decode(told)
        try:
            key = keys.opening_key(kind, uuid.UUID(owner), crypto.epoch_of(blob))
            plain = crypto.open_sealed(key, _place(uuid.UUID(content["window"])), blob)
        except crypto.IntegrityFailure:
            continue
        typed |= json.loads(plain)
    return {"window": content["window"], "typed": typed} if typed else None


def told_owners(owners: Mapping[str, keys.Owner]) -> str:
    """Return what a form posts of whose key each answer belongs to, signed; empty for the usual."""
    named = {name: [kind, str(key)] for name, (kind, key) in owners.items()}
    return signing.dumps(named, salt=KEYS) if named else ""


def _owners_told(request: HttpRequest) -> dict[str, keys.Owner]:
    try:
        told = signing.loads(request.POST.get(KEYS, ""), salt=KEYS)
    except signing.BadSignature:
        return {}
    return {name: (kind, uuid.UUID(key)) for name, (kind, key) in told.items()}


def expire(now: datetime | None = None) -> int:
    """Remove the drafts of pages that nobody went on with, and return how many there were."""
    before = (now or timezone.now()) - timedelta(days=settings.DRAFT_DAYS)
    over = list(
        Draft.objects.filter(form__startswith=_TYPED, saved_at__lte=before).defer("content")
    )
    for draft in over:
        with change("discard_draft", by=None, case=draft.case) as written:
            written.remove(draft)
    return len(over)


def register() -> None:
    """Let old drafts go."""
    registries.chores["old drafts"] = expire


def _discard(draft: Draft) -> None:
    from casereview.actions.drafts import discard_draft

    discard_draft(draft=draft, user=draft.user)


def _is_answer(name: str) -> bool:
    return name != "csrfmiddlewaretoken" and not name.startswith("_")


def _told_page(request: HttpRequest) -> str:
    told = request.POST.get(PAGE, "")
    if not told.startswith("/") or not url_has_allowed_host_and_scheme(told, allowed_hosts=None):
        return ""
    parts = urlsplit(told)
    return _harmless(parts.path, QueryDict(parts.query))


def _harmless(path: str, asked: QueryDict) -> str:
    """Return an address with what a page of ours asks for in it: keys, days, numbers and codes.

    Whatever else stood behind the question mark is somebody's words, and is not sent back to.
    """
    kept = [
        (name, value)
        for name, values in asked.lists()
        for value in values
        if name != RESUME and ASKED.fullmatch(value)
    ]
    return path + (f"?{urlencode(kept)}" if kept else "")


def _form_of(address: str) -> str:
    # The address of a page may be long, and tells what somebody works on: only its digest is kept.
    return _TYPED + audit.digest_of("page of a draft", urlsplit(address).path)


def _place(window: uuid.UUID) -> bytes:
    return crypto.place("casereview.draft", "typed", window)


def _time(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"
