"""The forms of documents: handing one in, and deciding what is disclosed."""

from collections.abc import Sequence
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError

from casereview import document_store
from casereview.checking import KINDS, LARGEST_BYTES
from casereview.forms.choices import (
    NO,
    YES,
    CodeField,
    CodesField,
    TickField,
    YesNoNotKnownField,
)
from casereview.forms.naming import NamedField
from casereview.forms.page import Form
from casereview.forms.seen import SeenForm
from casereview.forms.words import LongTextField, PlainTextField
from casereview.models import Agency, DisclosurePart, Document, InformationRequest
from casereview.rules.text import UnacceptableText, normalise_line
from casereview.rules.working_days import written

LONGEST_NAME = 150


class FileField(NamedField, django_forms.FileField):
    """One file of at most 25 MB; what is in it is looked through when it is handed in."""

    verb = "Choose"

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Refuse a file by its length and its name."""
        file = super().clean(data, initial)
        if file is None:
            return None
        if file.size > LARGEST_BYTES:
            raise ValidationError("Choose a file of 25 MB or less")
        try:
            name = normalise_line(file.name or "")
        except UnacceptableText:
            raise ValidationError("Rename the file: its name holds hidden characters") from None
        if len(name) > LONGEST_NAME:
            raise ValidationError(f"Rename the file: {LONGEST_NAME} characters or fewer")
        file.name = name
        return file


class _AboutDocument(SeenForm):
    title = PlainTextField(
        label="What is it?",
        name="title",
        error_messages={"required": "Enter what the document is"},
        help_text="For example: ambulance record, letter of the hospital of 12 May.",
    )
    third_party = YesNoNotKnownField(
        label="Does it tell of anybody beside the child?",
        help_text="A parent, a sibling, another child, somebody who told us something. Not known "
        "counts as yes: each part is then decided on before anything is disclosed.",
        error_messages={"required": "Select whether it tells of anybody beside the child"},
    )

    def flagged(self) -> bool:
        """Say whether the document is to be decided part by part; not known is not a no."""
        return bool(self.cleaned_data["third_party"] != NO)


class UploadForm(_AboutDocument):
    """A document that is handed in."""

    file = FileField(
        label="File",
        help_text=f"{KINDS}, up to 25 MB, without macros, scripts or attachments.",
        error_messages={"required": "Choose the file", "empty": "Choose a file that is not empty"},
    )
    agency = CodeField(label="Whose document is it?", choices=(), select=True, required=False)
    field_order = ("file", "title", "third_party", "agency")

    def __init__(self, *args: Any, agencies: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        self.fields["agency"].choices = [  # type: ignore[attr-defined]
            ("", "Not an agency’s"),
            *[(key, agency.name) for key, agency in self.agencies.items()],
        ]

    @property
    def chosen_agency(self) -> Agency | None:
        return self.agencies.get(self.cleaned_data.get("agency") or "")


class ChangeDocumentForm(_AboutDocument):
    """What a document is called, and whether it tells of others."""


class AcceptForm(SeenForm):
    """Taking a document upon oneself that no scanner has seen."""

    reason = LongTextField(
        label="Why can it be trusted?",
        name="reason why it can be trusted",
        rows=3,
        help_text="For example: the hospital’s own system made it, and it came by secure e-mail.",
    )


class BundleForm(Form):
    """Who asked for papers of the case, why, and which documents are meant."""

    request = CodeField(
        label="Which request on the register does it answer?",
        name="request",
        choices=(),
        select=True,
        required=False,
        help_text="Log the request first, so that its day is watched.",
    )
    asked_by_whom = PlainTextField(label="Who asked?", name="name of who asked")
    purpose = LongTextField(
        label="Under what power, or for what purpose?",
        name="power or purpose",
        rows=3,
        help_text="For example: the coroner, Schedule 5 of the Coroners and Justice Act 2009.",
    )
    documents = CodesField(label="Documents of the bundle", name="documents", choices=())
    read = TickField(
        label="I have read those that are not flagged, and they tell of nobody but the child"
    )

    def __init__(
        self,
        *args: Any,
        documents: Sequence[Document],
        requests: Sequence[InformationRequest] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.requests = {str(one.pk): one for one in requests}
        known: Any = self.fields["request"]
        known.choices = [("", "")] + [
            (key, f"{one.get_power_display()}, received {written(one.received_on)}")
            for key, one in self.requests.items()
        ]
        self.offered = {str(one.pk): one for one in documents}
        field: Any = self.fields["documents"]
        field.choices = [(key, one.title) for key, one in self.offered.items()]
        field.hints = {
            key: "Flagged: decided part by part"
            for key, one in self.offered.items()
            if one.third_party
        }

    def chosen(self) -> list[Document]:
        """Return the documents that were ticked, in the order of the page."""
        ticked = set(self.cleaned_data["documents"])
        return [one for key, one in self.offered.items() if key in ticked]


class DecisionForm(SeenForm):
    """What becomes of one part that tells of somebody else too."""

    decision = CodeField(
        label="What becomes of this part?",
        name="decision",
        choices=[one for one in DisclosurePart.Decision.choices if one[0]],
        reveals={"redact": "taken_out"},
        error_messages={"required": "Select whether to disclose, redact or withhold this part"},
    )
    reason = LongTextField(label="Reason", rows=3)


class PartForm(DecisionForm):
    """What becomes of a paragraph: words can be taken out of it."""

    taken_out = LongTextField(
        label="Words to take out, one a line",
        name="words to take out",
        rows=3,
        help_text="Each is taken out wherever it stands in this part.",
    )


class WholePartForm(DecisionForm):
    """What becomes of a whole document: a redacted copy can go instead."""

    taken_out = CodeField(
        label="Redacted copy that goes instead",
        name="redacted copy",
        choices=(),
        select=True,
        help_text="Hand it in as a document of the case first, not flagged.",
    )

    def __init__(self, *args: Any, copies: Sequence[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.copies = {str(one.pk): one for one in copies}
        self.fields["taken_out"].choices = [  # type: ignore[attr-defined]
            ("", "Choose from the list"),
            *[
                (key, f"{one.title} ({document_store.label_of(one)})")
                for key, one in self.copies.items()
            ],
        ]


class MakeForm(SeenForm):
    """The last look before the file of a bundle is made."""

    checked = TickField(label="I have checked the decisions above against the documents")


FLAGGED = {True: YES, False: NO}
