"""What people do in the learning database."""

from learning.actions.reference import decide_reference_period

__all__ = ["decide_reference_period"]
