"""The case, the child, the family around them, and cases that belong together."""

from django.db import models
from django.db.models import Q

from casereview import codes
from casereview.fields import EncryptedDateField, EncryptedTextField
from casereview.history import History
from casereview.models.people import Person
from casereview.models.places import Board, Panel
from casereview.records import Record, link, together, user_link
from casereview.rules.access_table import CASE_ROLES


class Incident(Record):
    """What several cases have in common: a fire, a crash, a birth of twins."""

    class Kind(models.TextChoices):
        BIRTH = "birth", "Birth of twins or more"
        FIRE = "fire", "Fire"
        ROAD = "road", "Road collision"
        OTHER = "other", "Another incident"

    reference = models.CharField(max_length=20, unique=True)
    happened_on = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=20, choices=Kind, blank=True)

    coded = ("happened_on", "kind")
    operational = ("reference",)
    history = History()


class Case(Record):
    """One child, one reference. CDOP and SCR papers hang on it and open to different groups."""

    class Kind(models.TextChoices):
        DEATH = "death", "Death"
        SERIOUS_HARM = "serious_harm", "Serious harm"

    class Stage(models.TextChoices):
        NOTIFIED = "notified", "Notified"
        GATHERING = "gathering", "Gathering information"
        READY = "ready", "Ready for panel"
        REVIEWED = "reviewed", "Review completed"
        NOT_FOR_REVIEW = "not_for_review", "Not for review"
        PASSED_ON = "passed_on", "Passed to another panel"
        MERGED = "merged", "Merged into another case"
        DISPOSED = "disposed", "Disposed of"

    class ScrState(models.TextChoices):
        NONE = "", "Not referred"
        REFERRED = "referred", "Referred"
        REVIEW = "review", "Decided: review"
        OTHER_REVIEW = "other_review", "Decided: other review"
        NO_REVIEW = "no_review", "Decided: no review"
        PUBLISHED = "published", "Published"

    class Precision(models.TextChoices):
        EXACT = "exact", "Exact date"
        ABOUT = "about", "About this date"
        FOUND = "found", "Found on this date"

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    stage = models.CharField(max_length=20, choices=Stage, default=Stage.NOTIFIED)
    residence_board = link(Board, null=True, blank=True)
    place_of_death_board = link(Board, null=True, blank=True)
    notifying_board = link(Board, null=True, blank=True)
    reviewing_board = link(Board, null=True, blank=True)
    panel = link(Panel, null=True, blank=True)
    died_on = models.DateField(null=True, blank=True)
    died_on_precision = models.CharField(max_length=10, choices=Precision, default=Precision.EXACT)
    notified_on = models.DateField(null=True, blank=True)
    out_of_scope_reason = models.CharField(max_length=30, blank=True)
    passed_on_to = link(Board, null=True, blank=True)
    passed_on_on = models.DateField(null=True, blank=True)
    merged_into = link("self", null=True, blank=True)
    incident = link(Incident, null=True, blank=True)
    sealed = models.BooleanField(default=False)
    legal_hold = models.BooleanField(default=False)
    retention_class = models.CharField(max_length=30, blank=True)
    retained_until = models.DateField(null=True, blank=True)
    disposed_at = models.DateTimeField(null=True, blank=True)
    scr_state = models.CharField(max_length=20, choices=ScrState, blank=True)
    scr_referred_on = models.DateField(null=True, blank=True)
    scr_decided_on = models.DateField(null=True, blank=True)
    scr_published_on = models.DateField(null=True, blank=True)
    scr_status = models.CharField(max_length=20, choices=codes.scr_statuses, blank=True)
    opened_at = models.DateTimeField()
    opened_by = user_link()
    lists_version = models.CharField(max_length=20, blank=True)

    owns_key = "case"
    coded = (
        "kind",
        "stage",
        "residence_board",
        "place_of_death_board",
        "notifying_board",
        "reviewing_board",
        "panel",
        "died_on",
        "died_on_precision",
        "notified_on",
        "out_of_scope_reason",
        "passed_on_to",
        "passed_on_on",
        "scr_state",
        "scr_referred_on",
        "scr_decided_on",
        "scr_published_on",
        "scr_status",
        "lists_version",
    )
    operational = (
        "reference",
        "merged_into",
        "incident",
        "sealed",
        "legal_hold",
        "retention_class",
        "retained_until",
        "disposed_at",
        "opened_at",
        "opened_by",
    )
    history = History()

    class Meta(Record.Meta):
        permissions = [(f"act_as_{role}", f"Act as {label}") for role, label in CASE_ROLES]
        indexes = [
            models.Index(fields=["panel", "stage", "-notified_on", "id"], name="cases_of_a_panel"),
            models.Index(
                fields=["reviewing_board", "stage", "-notified_on", "id"], name="cases_of_a_board"
            ),
            models.Index(fields=["died_on"], name="cases_by_date_of_death"),
            models.Index(fields=["merged_into"], name="sealed_cases", condition=Q(sealed=True)),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_death_has_a_date_and_serious_harm_has_none",
                condition=Q(kind="death", died_on__isnull=False)
                | Q(kind="serious_harm", died_on__isnull=True),
            ),
            models.CheckConstraint(
                name="a_case_not_for_review_says_why",
                condition=~Q(stage="not_for_review") | ~Q(out_of_scope_reason=""),
            ),
            together("a_case_is_passed_on_to_a_board_on_a_day", "passed_on_to", "passed_on_on"),
            models.CheckConstraint(
                name="a_case_is_not_merged_into_itself", condition=~Q(merged_into=models.F("id"))
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Child(Record):
    """Who the child was, apart from the review papers."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="child")
    family_name = EncryptedTextField()
    given_names = EncryptedTextField()
    other_names = EncryptedTextField()
    mother_family_name = EncryptedTextField()
    born_on = EncryptedDateField()
    nhs_number = EncryptedTextField()
    address = EncryptedTextField()
    postcode = EncryptedTextField()
    school = EncryptedTextField()
    maternity_unit = EncryptedTextField()
    nhs_number_index = models.BinaryField(null=True, blank=True, db_index=True)
    address_index = models.BinaryField(null=True, blank=True, db_index=True)
    sex = models.CharField(max_length=10, choices=codes.genders, blank=True)
    ethnicity = models.CharField(max_length=10, choices=codes.ethnicities, blank=True)
    # Worked out from the dates when they are saved; the birth date itself is sealed.
    age_days = models.PositiveIntegerField(null=True, blank=True)
    age_band = models.CharField(max_length=10, choices=codes.age_bands, blank=True)
    birth_order = models.PositiveSmallIntegerField(null=True, blank=True)
    births = models.PositiveSmallIntegerField(null=True, blank=True)
    gestation_weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    birth_weight_grams = models.PositiveIntegerField(null=True, blank=True)
    # Of the area where the child lived, looked up by a person; each edition is its own measure.
    deprivation_decile = models.CharField(
        max_length=2, choices=codes.deprivation_deciles, blank=True
    )
    deprivation_edition = models.CharField(
        max_length=4, choices=codes.deprivation_editions, blank=True
    )
    lists_version = models.CharField(max_length=20, blank=True)

    sealed_by = ("case", "case_id")
    identifying = (
        "family_name",
        "given_names",
        "other_names",
        "mother_family_name",
        "born_on",
        "nhs_number",
        "address",
        "postcode",
        "school",
        "maternity_unit",
    )
    coded = (
        "sex",
        "ethnicity",
        "age_days",
        "age_band",
        "birth_order",
        "births",
        "gestation_weeks",
        "birth_weight_grams",
        "deprivation_decile",
        "deprivation_edition",
        "lists_version",
    )
    operational = ("case", "nhs_number_index", "address_index")
    history = History(excluded_fields=["nhs_number_index", "address_index"])

    class Meta(Record.Meta):
        constraints = [
            models.CheckConstraint(
                name="a_deprivation_decile_names_its_edition",
                condition=Q(deprivation_decile="", deprivation_edition="")
                | (~Q(deprivation_decile="") & ~Q(deprivation_edition="")),
            )
        ]


class FamilyLink(Record):
    """A person belongs to the family of a case, in a relation to the child."""

    class Relation(models.TextChoices):
        MOTHER = "mother", "Mother"
        FATHER = "father", "Father"
        CARER = "carer", "Other carer"
        SIBLING = "sibling", "Brother or sister"
        OTHER_CHILD = "other_child", "Other child of the household"
        OTHER_ADULT = "other_adult", "Other adult of the household"

    case = link(Case, related_name="family")
    person = link(Person, related_name="families")
    relation = models.CharField(max_length=20, choices=Relation)
    lives_with_child = models.CharField(max_length=3, choices=codes.yes_no_not_known, default="NK")
    parental_responsibility = models.CharField(
        max_length=3, choices=codes.yes_no_not_known, default="NK"
    )
    note = EncryptedTextField()

    sealed_by = ("case", "case_id")
    narrative = ("note",)
    coded = ("relation", "lives_with_child", "parental_responsibility")
    operational = ("case", "person")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_person_has_one_relation_in_a_case", fields=["case", "person"]
            )
        ]


class CaseMatch(Record):
    """Two cases that may be one death notified twice, or one family. A person decides."""

    class Kind(models.TextChoices):
        DUPLICATE = "duplicate", "The same death"
        FAMILY = "family", "The same family"

    class Grounds(models.TextChoices):
        NHS_NUMBER = "nhs_number", "Same NHS number"
        NAME_AND_DATES = "name_and_dates", "Same or nearly the same name and dates"
        CARER_NHS_NUMBER = "carer_nhs_number", "Same mother's or carer's NHS number"
        MOTHER_NAME_AND_BIRTH = "mother_name_and_birth", "Same mother's name and birth date"
        ADDRESS = "address", "Same address"

    class Decision(models.TextChoices):
        WAITING = "", "Waiting for a decision"
        LINKED = "linked", "Linked"
        SET_APART = "set_apart", "Set apart"

    case = link(Case, related_name="matches")
    other_case = link(Case, related_name="matched_by")
    kind = models.CharField(max_length=20, choices=Kind)
    grounds = models.CharField(max_length=30, choices=Grounds)
    found_at = models.DateTimeField()
    decision = models.CharField(max_length=20, choices=Decision, blank=True)
    decided_by = user_link()
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = EncryptedTextField()

    sealed_by = ("case", "case_id")
    narrative = ("reason",)
    coded = ("kind", "grounds", "decision")
    operational = ("case", "other_case", "found_at", "decided_by", "decided_at")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="two_cases_are_matched_once_of_a_kind", fields=["case", "other_case", "kind"]
            ),
            together("a_match_is_decided_by_a_person_at_a_time", "decided_by", "decided_at"),
            models.CheckConstraint(
                name="a_case_is_not_matched_with_itself",
                condition=~Q(case=models.F("other_case")),
            ),
        ]


class ReferenceCounter(models.Model):
    """The last number given out for a kind of reference in a year."""

    kind = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    identifying = narrative = coded = ()
    operational = ("id", "kind", "year", "last")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="one_counter_per_kind_and_year", fields=["kind", "year"])
        ]
