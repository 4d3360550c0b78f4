"""The messages an area may word for itself: one text for each that is ever sent."""

from functools import cache
from pathlib import Path

from django.apps import apps
from django.template import Context, Engine
from django.template.loader import get_template

from casereview import branding, local_texts
from casereview.local_texts import Kind, Place
from casereview.rules import wording

PREFIX = "message_"
_PLACES = {
    "count": Place("count", "how many things wait", "2"),
    "address": Place("address", "the address to sign in at", "https://reviews.example.org"),
    "link": Place("link", "the link for its reader alone", "https://reviews.example.org/link"),
    "code": Place("code", "the code of the checkpoint", "0f1e2d3c4b5a"),
    "signed": Place("signed", "the signed checkpoint, line by line", "(the checkpoint)"),
    "site_name": Place("site_name", "what this installation calls itself", "Case review"),
}
# How they are called on the page; a message that is not here goes by its file.
_LABELS = {
    "work_due": "Work is due",
    "intake": "A notification from outside",
    "intake_unread": "A notification from outside nobody has read",
    "intake_urgent": "An urgent notification from outside",
}


class _Shown(str):
    """A name in braces that a template takes for a number of several."""

    def __float__(self) -> float:
        return 2.0


def kind_of(template: str) -> str:
    """Return the code of the text of a message."""
    return PREFIX + template


@cache
def kinds() -> list[Kind]:
    """Return a text for each message of every app."""
    found = []
    for app in apps.get_app_configs():
        folder = Path(app.path) / "templates" / "casereview" / "messages"
        found += [_kind(path.stem) for path in sorted(folder.glob("*.txt"))]
    return found


def _kind(name: str) -> Kind:
    text = ours(name)
    known = [name for name in wording.places(text) if name in _PLACES]
    offered = list(dict.fromkeys([*known, "address", "site_name"]))
    return Kind(
        code=kind_of(name),
        group="messages",
        label=_LABELS.get(name, name.replace("_", " ").capitalize()),
        about=f"Sent as: {text.partition(chr(10))[0]}. It says nothing of any child or case.",
        text=lambda: text,
        places=tuple(_PLACES[one] for one in offered),
        needed=tuple(one for one in known if one not in ("count", "site_name")),
        subject=True,
    )


def ours(name: str) -> str:
    """Return our own wording of a message, its places in braces."""
    shown = {one: _Shown(f"{{{one}}}") for one in _PLACES}
    return get_template(file_of(name)).render(shown).strip()


def file_of(name: str) -> str:
    """Return the file of a message's own wording."""
    return f"casereview/messages/{name}.txt"


def filled(name: str, values: dict) -> str:
    """Return a message as it is worded today, filled."""
    said = {"site_name": branding.name(), **values}
    if own := local_texts.own(kind_of(name)):
        return wording.fill(own, {key: str(value) for key, value in said.items()})
    # Plain text: nothing of it is escaped.
    return Engine.get_default().get_template(file_of(name)).render(Context(said, autoescape=False))


def register() -> None:
    """Let every message be worded."""
    local_texts.sorts.append(kinds)
