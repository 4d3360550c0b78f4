"""A panel's codes in words for a bereaved family: no number, no term of the panel.

Source: our own wording, for a person to edit; the categories are those of Form C.
"""

_UNEXPLAINED = "Everything was looked at with care, and why {name} died could not be explained."
# What was done to a child, or by the child, is told by a person in their own words, never drafted.
_CATEGORIES = {
    "3": "The review found that {name} died because of an accident or an injury.",
    "4": "The review found that {name} died because of cancer.",
    "5": "The review found that {name} died because of an illness that came on suddenly.",
    "6": "The review found that {name} died because of a long-term illness.",
    "7": "The review found that {name} died because of a condition {name} was born with.",
    "8": "The review found that {name} died because of what happened before, during or soon "
    "after birth.",
    "9": "The review found that {name} died because of an infection.",
    "10": _UNEXPLAINED,
}
_OUTCOMES = {
    "M": "The review found things that could be done differently for other children.",
    "N": "The review found nothing that could be done differently by anybody, here or elsewhere, "
    "to help other children.",
    "I": "There was not enough information to say whether anything could be done differently.",
}


def category_words(category: str, name: str) -> str:
    """Return why a child died in plain words; empty where a person has to say it."""
    return _CATEGORIES.get(category, "").format(name=name)


def outcome_words(outcome: str) -> str:
    """Return what the review means for other children; empty for no outcome."""
    return _OUTCOMES.get(outcome, "")
