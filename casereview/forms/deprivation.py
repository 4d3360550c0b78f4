"""Deprivation of the area where a child lived: a tenth, and the edition of the index it is of."""

from collections.abc import Mapping
from typing import Any

DECILE, EDITION = "deprivation_decile", "deprivation_edition"


def deprivation_problems(typed: Mapping[str, Any]) -> dict[str, str]:
    """Return what is missing, by field: tenths of two editions are not the same measure."""
    if typed.get(DECILE) and not typed.get(EDITION):
        return {EDITION: "Select the edition of the index that the tenth is of"}
    if typed.get(EDITION) and not typed.get(DECILE):
        return {DECILE: "Select the tenth, or clear the edition"}
    return {}
