"""Fields in which an agency or a board is chosen."""

from typing import Any

from casereview.forms import CodeField, CodesField
from casereview.models import Agency, Board


def agencies() -> list[Agency]:
    """Return the agencies that are still there, by name."""
    return list(Agency.objects.filter(retired_on=None).order_by("name"))


def boards() -> list[Board]:
    """Return the English boards, by name."""
    return list(Board.objects.filter(kind=Board.Kind.ENGLISH_BOARD).order_by("name"))


class AgencyField(CodeField):
    """One agency, chosen in a select box; the value is the agency or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("choices", lambda: [(str(one.pk), one.name) for one in agencies()])
        super().__init__(select=True, **kwargs)

    def clean(self, value: Any) -> Any:
        """Return the agency that was chosen."""
        key = super().clean(value)
        return Agency.objects.filter(pk=key).first() if key else None


class AgenciesField(CodesField):
    """Any number of agencies; the value is a list of them."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("choices", lambda: [(str(one.pk), one.name) for one in agencies()])
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Return the agencies that were chosen, by name."""
        keys = super().clean(value)
        return list(Agency.objects.filter(pk__in=keys).order_by("name"))


class BoardField(CodeField):
    """One English board, chosen in a select box; the value is its code, or empty."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("choices", lambda: [(one.code, one.name) for one in boards()])
        super().__init__(select=True, **kwargs)
