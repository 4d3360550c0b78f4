"""Areas, boards, panels and agencies: who serves whom."""

from django.db import models

from casereview import codes
from casereview.history import History
from casereview.records import Record, link, user_link


class Area(Record):
    """A local area, and the three days on which its duties changed hands."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    safeguarding_partners_began_on = models.DateField(null=True, blank=True)
    child_death_partners_began_on = models.DateField(null=True, blank=True)
    national_database_began_on = models.DateField(null=True, blank=True)

    operational = (
        "code",
        "name",
        "safeguarding_partners_began_on",
        "child_death_partners_began_on",
        "national_database_began_on",
    )
    history = History()

    class Meta(Record.Meta):
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Board(Record):
    """A Local Safeguarding Children Board, or a place that has none."""

    class Kind(models.TextChoices):
        ENGLISH_BOARD = "english_board", "English board"
        NOT_ENGLISH = "not_english", "Not an English board"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind)
    area = link(Area, null=True, blank=True)
    # Whom to telephone about a child at risk there; blank: the installation's own number.
    social_care_telephone = models.CharField(max_length=60, blank=True)
    retired_on = models.DateField(null=True, blank=True)

    operational = ("code", "name", "kind", "area", "social_care_telephone", "retired_on")
    history = History()

    class Meta(Record.Meta):
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Panel(Record):
    """A Child Death Overview Panel; it may serve several boards."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    # The rule is each panel's own: a least number, a least share in a hundred, or both.
    # Neither: half the members.
    quorum_members = models.PositiveSmallIntegerField(null=True, blank=True)
    quorum_share = models.PositiveSmallIntegerField(null=True, blank=True)
    quorum_agencies = models.PositiveSmallIntegerField(default=3)
    # Kinds of agency without which the panel does not judge a case; none is required if empty.
    quorum_kinds = models.JSONField(default=list, blank=True)
    # Stands in for the manager: what nobody has read goes to them. Nobody: the other managers.
    deputy = user_link()
    # Whether children's names may go to member agencies before a meeting, for record checks.
    names_first = models.BooleanField(default=False)
    retired_on = models.DateField(null=True, blank=True)

    operational = (
        "code",
        "name",
        "quorum_members",
        "quorum_share",
        "quorum_agencies",
        "quorum_kinds",
        "deputy",
        "names_first",
        "retired_on",
    )
    history = History()

    class Meta(Record.Meta):
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PanelBoard(Record):
    """A panel serves a board between two days, both inclusive; an open end is still running."""

    panel = link(Panel, related_name="serves")
    board = link(Board, related_name="served_by")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    operational = ("panel", "board", "since", "until")
    history = History()

    class Meta(Record.Meta):
        constraints = [
            models.UniqueConstraint(
                name="a_board_has_one_panel_at_a_time",
                fields=["board"],
                condition=models.Q(until=None),
            )
        ]


class Agency(Record):
    """An organisation that knows children, or works with those who do."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=codes.agency_types)
    board = link(Board, null=True, blank=True)
    lead = user_link()
    email = models.EmailField(blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    retired_on = models.DateField(null=True, blank=True)

    coded = ("kind",)
    operational = ("name", "board", "lead", "email", "telephone", "retired_on")
    history = History()

    class Meta(Record.Meta):
        ordering = ["name"]
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name


class AgencyContact(Record):
    """A person or mailbox of an agency to whom requests may go."""

    agency = link(Agency, related_name="contacts")
    name = models.CharField(max_length=200)
    post = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    retired_on = models.DateField(null=True, blank=True)

    operational = ("agency", "name", "post", "email", "telephone", "retired_on")
    history = History()
