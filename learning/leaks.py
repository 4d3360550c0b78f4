"""The leak test of learning: nothing enters the database that tells who somebody is."""

from casereview.models import LearningPoint
from casereview.pseudonyms import known_of
from casereview.rules.leak_test import Hit
from learning.rules.plain_signs import Sign, signs_in


def leaks_of(point: LearningPoint, *texts: str) -> list[Hit]:
    """Return every place of the texts that tells who somebody of the point's case is.

    A point without a case has nobody to look for.
    """
    if point.case is None:
        return []
    case = point.case.merged_into or point.case
    test = known_of(case).pseudonyms().test
    return [hit for text in texts if text for hit in test.hits(text)]


def tells_who(point: LearningPoint, *texts: str) -> bool:
    """Say whether the texts tell who somebody of the point's case is, surely or perhaps."""
    return bool(leaks_of(point, *texts))


def signs_of(*texts: str) -> list[Sign]:
    """Return the days, numbers and codes in the texts, which no case is needed to know."""
    return [sign for text in texts if text for sign in signs_in(text)]
