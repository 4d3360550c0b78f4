"""Those who work with cases, and the families the cases are about."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group
from django.db import models

from casereview import codes
from casereview.fields import EncryptedDateField, EncryptedTextField
from casereview.history import History
from casereview.models.places import Agency, Board, Panel
from casereview.records import Record, link, once, together, user_link
from casereview.rules.access_table import Role


class UserManager(BaseUserManager):
    """Finds users by e-mail, whatever its case."""

    def get_by_natural_key(self, username):
        return self.get(email__iexact=username)


class User(AbstractBaseUser, Record):
    """A person with an account. There is no superuser: a role is the only way to any case."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    post = models.CharField(max_length=200, blank=True)
    agency = link(Agency, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    owns_key = "user"
    operational = (
        "email",
        "name",
        "post",
        "agency",
        "is_active",
        "joined_at",
        "left_at",
        "password",
        "last_login",
    )
    # A password has no earlier versions worth keeping, and a sign-in is in the audit log.
    unversioned = frozenset({"last_login", "password"})
    history = History(excluded_fields=["password", "last_login"])
    objects = UserManager()

    class Meta(Record.Meta):
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class StandingRole(Record):
    """A person holds a role, for a panel, a board or an agency, or everywhere."""

    user = link(settings.AUTH_USER_MODEL)
    role = models.CharField(max_length=30, choices=Role.choices())
    panel = link(Panel, null=True, blank=True)
    board = link(Board, null=True, blank=True)
    agency = link(Agency, null=True, blank=True)
    # The group that a case admits when it admits "the SCR group of this board".
    group = link(Group, null=True, blank=True)
    given_by = user_link()
    given_at = models.DateTimeField()
    until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = user_link()

    operational = (
        "user",
        "role",
        "panel",
        "board",
        "agency",
        "group",
        "given_by",
        "given_at",
        "until",
        "ended_at",
        "ended_by",
    )
    history = History()

    class Meta(Record.Meta):
        indexes = [models.Index(fields=["user", "ended_at"], name="roles_of_a_person")]
        constraints = [
            together("a_role_ends_at_a_time_by_a_person", "ended_at", "ended_by"),
            once(
                "a_role_is_held_once",
                "user",
                "role",
                blank=("panel", "board", "agency"),
                condition=models.Q(ended_at=None),
            ),
        ]


class Person(Record):
    """A parent, carer or other child of a case's family. May be linked to several cases."""

    family_name = EncryptedTextField()
    given_names = EncryptedTextField()
    other_names = EncryptedTextField()
    born_on = EncryptedDateField()
    nhs_number = EncryptedTextField()
    address = EncryptedTextField()
    postcode = EncryptedTextField()
    contact = EncryptedTextField()
    language = EncryptedTextField()
    sex = models.CharField(max_length=10, choices=codes.genders, blank=True)
    # Blind indexes: equal values give equal bytes, which say nothing else.
    nhs_number_index = models.BinaryField(null=True, blank=True, db_index=True)
    name_and_birth_index = models.BinaryField(null=True, blank=True, db_index=True)
    address_index = models.BinaryField(null=True, blank=True, db_index=True)
    user = link(settings.AUTH_USER_MODEL, null=True, blank=True)

    owns_key = "person"
    sealed_by = ("person", "id")
    identifying = (
        "family_name",
        "given_names",
        "other_names",
        "born_on",
        "nhs_number",
        "address",
        "postcode",
        "contact",
        "language",
    )
    coded = ("sex",)
    operational = ("nhs_number_index", "name_and_birth_index", "address_index", "user")
    # Disposal removes an index; a copy in history would outlive it.
    history = History(excluded_fields=["nhs_number_index", "name_and_birth_index", "address_index"])
