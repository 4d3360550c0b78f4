"""Make the first administrator of an empty installation, or another one."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from casereview.actions.admissions import NotAllowed
from casereview.actions.people import add_person, give_role
from casereview.management.base import Command as BaseCommand
from casereview.management.base import Refused
from casereview.models import StandingRole, User
from casereview.rules.access_table import Role
from casereview.sign_in.invitation import password_link, record_link


class Command(BaseCommand):
    """Add an administrator and print the link by which they choose a password."""

    help = "Add an administrator and print a link, good once for 24 hours, to choose a password."

    def arguments(self, parser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="their e-mail address")
        parser.add_argument("name", metavar="NAME", help="their name, as others should see it")

    def handle(self, *args, **options):
        email, name = options["email"].strip().lower(), options["name"].strip()
        try:
            validate_email(email)
        except ValidationError:
            raise Refused(
                "Enter an e-mail address like name@example.org", {"error": "bad e-mail address"}
            ) from None
        if not name:
            raise Refused("Enter their name", {"error": "no name"})
        try:
            person = User.objects.filter(email=email).first() or add_person(
                by=None, name=name, email=email
            )
            held = StandingRole.objects.filter(user=person, role=Role.ADMINISTRATOR, ended_at=None)
            if not held.exists():
                give_role(person=person, role=Role.ADMINISTRATOR, by=None)
        except NotAllowed as refusal:
            raise Refused(str(refusal), {"error": str(refusal)}) from None
        record_link(person, by=None)
        link = password_link(person)
        line = (
            f"{person.name} is an administrator. Choose a password within 24 hours: {link}\n"
            "Then open Set-up: it says what this installation still lacks"
        )
        self.tell(line, {"person": str(person.pk), "link": link}, options)
