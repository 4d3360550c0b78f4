"""Whom to telephone about a child at risk: the number of the area, or the installation's own."""

from dataclasses import dataclass

from django.conf import settings

from casereview.models import Board, PanelBoard


@dataclass(frozen=True)
class SocialCare:
    """A telephone number of children's social care; `area` is empty for the installation's own."""

    telephone: str
    area: str = ""


def for_area(*codes: str) -> SocialCare:
    """Return the number of the first area that is named; the installation's where it has none.

    Empty codes are passed over; the number is empty where the installation has none either.
    """
    code = next((one for one in codes if one), "")
    board = Board.objects.filter(code=code).first() if code else None
    if board is None or not board.social_care_telephone:
        return SocialCare(settings.SOCIAL_CARE_TELEPHONE)
    return SocialCare(board.social_care_telephone, board.name)


def of_all_areas() -> list[SocialCare]:
    """Return the numbers of the areas that the panels here serve, by name; none has none."""
    serves = PanelBoard.objects.filter(until=None, panel__retired_on=None)
    boards = Board.objects.filter(pk__in=serves.values("board"), retired_on=None)
    return [
        SocialCare(board.social_care_telephone, board.name)
        for board in boards.exclude(social_care_telephone="").order_by("name")
    ]
