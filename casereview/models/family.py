"""What is done with and for a family while their child's death is reviewed."""

from django.db import models
from django.db.models import Q

from casereview import codes
from casereview.fields import EncryptedJSONField, EncryptedTextField
from casereview.history import History
from casereview.models.cases import Case
from casereview.models.people import Person
from casereview.records import Record, link, together, user_link


class FamilyWork(Record):
    """Who keeps in touch with a family, and what the family has been told: one a case."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="family_work")
    key_worker = EncryptedTextField()
    key_worker_contact = EncryptedTextField()
    key_worker_cover = EncryptedTextField()
    key_worker_since = models.DateField(null=True, blank=True)
    told_of_review_on = models.DateField(null=True, blank=True)
    told_of_review_by = EncryptedTextField()
    leaflet_given_on = models.DateField(null=True, blank=True)
    wants_result = models.CharField(max_length=3, choices=codes.yes_no_not_known, blank=True)
    interpreter_needed = models.CharField(max_length=3, choices=codes.yes_no_not_known, blank=True)
    interpreter_language = EncryptedTextField()
    told_of_publication_on = models.DateField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    identifying = (
        "key_worker",
        "key_worker_contact",
        "key_worker_cover",
        "told_of_review_by",
        "interpreter_language",
    )
    coded = (
        "key_worker_since",
        "told_of_review_on",
        "leaflet_given_on",
        "wants_result",
        "interpreter_needed",
        "told_of_publication_on",
    )
    operational = ("case",)
    history = History()


class ContactPreference(Record):
    """Whether, how and when not one member of the family may be contacted."""

    class May(models.TextChoices):
        NOT_ASKED = "", "Not yet asked"
        YES = "yes", "Yes"
        THROUGH = "through", "Only through somebody"
        NO = "no", "No"

    case = link(Case, related_name="contact_preferences")
    person = link(Person)
    may_contact = models.CharField(max_length=10, choices=May, blank=True)
    through = EncryptedTextField()
    why_not = EncryptedTextField()
    how = EncryptedTextField()
    language = EncryptedTextField()
    # Birthday and anniversary are added by themselves.
    not_on = EncryptedJSONField()

    sealed_by = ("case", "case_id")
    identifying = ("through", "language", "not_on")
    narrative = ("why_not", "how")
    coded = ("may_contact",)
    operational = ("case", "person")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_person_has_one_preference_in_a_case", fields=["case", "person"]
            )
        ]


class FamilyContact(Record):
    """A contact with the family: when, by whom, how, and what was said."""

    class Kind(models.TextChoices):
        VISIT = "visit", "Visit"
        CALL = "call", "Telephone or video call"
        LETTER = "letter", "Letter"
        MESSAGE = "message", "Message"
        MEETING = "meeting", "Meeting"

    case = link(Case, related_name="family_contacts")
    person = link(Person, null=True, blank=True)
    on = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    by_whom = EncryptedTextField()
    note = EncryptedTextField()
    interpreter_used = models.CharField(
        max_length=3, choices=codes.yes_no_not_known_or_not_applicable, blank=True
    )
    recorded_by = user_link()

    sealed_by = ("case", "case_id")
    identifying = ("by_whom",)
    narrative = ("note",)
    coded = ("on", "kind", "interpreter_used")
    operational = ("case", "person", "recorded_by")
    history = History()

    class Meta(Record.Meta):
        ordering = ["-on"]


class SupportOffer(Record):
    """Support offered to a member of the family, siblings too, and the answer."""

    class Answer(models.TextChoices):
        WAITING = "", "No answer yet"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        LATER = "later", "Asked to be offered again later"

    case = link(Case, related_name="support_offers")
    person = link(Person, null=True, blank=True)
    support = EncryptedTextField()
    offered_on = models.DateField()
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    recorded_by = user_link()

    sealed_by = ("case", "case_id")
    narrative = ("support",)
    coded = ("offered_on", "answer", "answered_on")
    operational = ("case", "person", "recorded_by")
    history = History()


class FamilyQuestion(Record):
    """A question of the family; no case closes before it has an answer or a signed reason."""

    case = link(Case, related_name="family_questions")
    person = link(Person, null=True, blank=True)
    asked_on = models.DateField()
    question = EncryptedTextField()
    answer = EncryptedTextField()
    no_answer_reason = EncryptedTextField()
    settled_by = user_link()
    settled_at = models.DateTimeField(null=True, blank=True)
    told_family_on = models.DateField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    narrative = ("question", "answer", "no_answer_reason")
    coded = ("asked_on", "told_family_on")
    operational = ("case", "person", "settled_by", "settled_at")
    history = History()

    class Meta(Record.Meta):
        ordering = ["asked_on"]
        constraints = [
            together("a_question_is_settled_by_a_person_at_a_time", "settled_by", "settled_at")
        ]


class FamilyLetter(Record):
    """A plain letter to the family: drafted from the decisions, edited and released by a person."""

    case = link(Case, related_name="family_letters")
    person = link(Person, null=True, blank=True)
    text = EncryptedTextField()
    drafted_by = user_link()
    drafted_at = models.DateTimeField()
    released_by = user_link()
    released_at = models.DateTimeField(null=True, blank=True)
    sent_on = models.DateField(null=True, blank=True)

    sealed_by = ("case", "case_id")
    narrative = ("text",)
    coded = ("sent_on",)
    operational = (
        "case",
        "person",
        "drafted_by",
        "drafted_at",
        "released_by",
        "released_at",
    )
    history = History()

    class Meta(Record.Meta):
        constraints = [
            together("a_letter_is_released_by_a_person_at_a_time", "released_by", "released_at"),
            models.CheckConstraint(
                name="a_letter_is_sent_once_released",
                condition=Q(sent_on=None) | Q(released_at__isnull=False),
            ),
        ]
