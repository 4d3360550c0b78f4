"""What each panel and board settles for itself."""

from typing import Any

from django.utils import timezone

from casereview import codes
from casereview.actions.panels import PARTNERS_FIRST, PARTNERS_LAST
from casereview.forms.choices import CodesField, TickField
from casereview.forms.dates import DatePartsField
from casereview.forms.numbers import WholeNumberField
from casereview.forms.page import Form
from casereview.forms.seen import SeenForm
from casereview.forms.words import LongTextField, PlainTextField
from casereview.models import Board, PanelBoard, User
from casereview.people_forms import RecordField


def free_boards() -> list[Board]:
    """Return the boards that no panel serves."""
    served = PanelBoard.objects.filter(until=None).values("board")
    english = Board.objects.filter(kind=Board.Kind.ENGLISH_BOARD, retired_on=None)
    return list(english.exclude(pk__in=served))


class PanelForm(SeenForm):
    """When a panel may decide, and who stands in for its manager."""

    sections = (
        ("The panel", ("name",)),
        (
            "Quorum, counted for each case",
            ("quorum_members", "quorum_share", "quorum_agencies", "quorum_kinds"),
        ),
        ("When the manager is away", ("deputy",)),
        ("Before a meeting", ("names_first",)),
    )

    name = PlainTextField(label="Name", name="name of the panel")
    quorum_members = WholeNumberField(
        label="Least number of members",
        least=1,
        most=100,
        required=False,
        help_text="Leave it empty where only a share is asked for.",
    )
    quorum_share = WholeNumberField(
        label="Least share of the members invited, in a hundred",
        name="share of members",
        least=1,
        most=100,
        required=False,
        help_text="50 is half of them, rounded up. Half is also asked for where both are empty.",
    )
    quorum_agencies = WholeNumberField(label="Least number of agencies", least=0, most=100)
    quorum_kinds = CodesField(
        label="Agencies that must be there",
        name="kinds of agency",
        choices=codes.agency_types,
        required=False,
        help_text="Without each of these nobody judges a case. Leave it empty where none must.",
    )
    deputy = RecordField(
        label="Deputy",
        records=User.objects.none,
        required=False,
        help_text="A CDR manager of this panel. A notification from outside that nobody has read "
        "for four office hours goes to the deputy; where none is named, to the other managers.",
    )
    names_first = TickField(
        label="The panel’s policy lets children’s names go to member agencies for record checks",
        required=False,
        help_text="The leads of the agencies see them in this system only, until the meeting.",
    )

    def __init__(self, *args: Any, managers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deputy: Any = RecordField(
            label="Deputy",
            records=lambda: managers,
            required=False,
            help_text=self.fields["deputy"].help_text,
        )
        self.fields["deputy"] = deputy


class NewBoardForm(Form):
    """A board of an area that is not in the list yet."""

    name = PlainTextField(label="Name", name="name of the board", help_text="Such as Exampleshire.")
    code = PlainTextField(
        label="Code",
        width="10",
        max_length=20,
        help_text="Short, in letters, digits, - and _, such as EXSHIRE. It stands in files "
        "that are brought in and in returns, and never changes.",
    )


class NewPanelForm(Form):
    """A panel, and the first board that it serves."""

    name = PlainTextField(label="Name", name="name of the panel")
    code = PlainTextField(
        label="Code",
        width="10",
        max_length=20,
        help_text="Short, in letters, digits, - and _, such as EXSHIRE. It never changes.",
    )
    board = RecordField(
        label="Board",
        records=free_boards,
        help_text="The area whose children’s deaths it reviews. Add further boards afterwards. "
        "A board that another panel serves is not in the list.",
    )
    since = DatePartsField(
        label="Since", name="day since which it serves the board", not_after=timezone.localdate
    )


class ServeBoardForm(Form):
    """One more board that a panel serves."""

    board = RecordField(label="Board", records=free_boards)
    since = DatePartsField(
        label="Since", name="day since which it serves the board", not_after=timezone.localdate
    )


class ClosePanelForm(SeenForm):
    """Why a panel is closed."""

    reason = LongTextField(label="Reason", name="reason", max_length=2_000)


class BoardForm(SeenForm):
    """Whom to telephone about a child at risk in a board's area, and the area's three days."""

    sections = (
        ("Children at risk", ["social_care_telephone"]),
        (
            "When duties changed hands in the area",
            [
                "safeguarding_partners_began_on",
                "child_death_partners_began_on",
                "national_database_began_on",
            ],
        ),
    )

    social_care_telephone = PlainTextField(
        label="Telephone number of children’s social care",
        name="telephone number",
        required=False,
        max_length=60,
        width="20",
        help_text="Shown on the public notification page, on its receipt and on every urgent "
        "notification of the area. Leave it empty to show the number of this installation.",
    )
    safeguarding_partners_began_on = DatePartsField(
        label="Safeguarding partners began",
        name="day on which safeguarding partners began",
        not_before=PARTNERS_FIRST,
        not_after=PARTNERS_LAST,
        required=False,
        help_text="From 29 June 2018 to 29 September 2019.",
    )
    child_death_partners_began_on = DatePartsField(
        label="Child death review partners began",
        name="day on which child death review partners began",
        not_before=PARTNERS_FIRST,
        not_after=PARTNERS_LAST,
        required=False,
        help_text="From this day on, deaths are reviewed on the forms of 2018.",
    )
    national_database_began_on = DatePartsField(
        label="National database began",
        name="day on which the national database began",
        not_before=PARTNERS_FIRST,
        required=False,
        help_text="Leave it empty for 1 April 2019, the national day.",
    )
