"""Fields whose messages name them and begin with what to do."""

from typing import Any

from django import forms

from casereview.terms import Term, term


def named(label: str | None, name: str | None) -> str:
    """Return what messages call the field: "date of death" for the label "Date of death"."""
    if name:
        return name
    words = (label or "answer").rstrip("?")
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


class NamedField(forms.Field):
    """A field whose messages begin with what to do and name it; `verb` is what one does to it.

    `about` is the key of the term that is explained beside the question, if any.
    """

    verb = "Enter"

    def __init__(self, *, name: str | None = None, about: str = "", **kwargs: Any) -> None:
        self.name = named(kwargs.get("label"), name)
        self.about = about
        messages = {"required": f"{self.verb} the {self.name}"}
        kwargs["error_messages"] = {**messages, **(kwargs.get("error_messages") or {})}
        super().__init__(**kwargs)

    @property
    def term(self) -> Term | None:
        """Return the term that is explained beside the question; None where none is."""
        return term(self.about) if self.about else None
