"""Code lists of the learning database as choices; light, because migrations may import it."""

from casereview import codes as kernel_codes
from cdop import codes as panel_codes

Choices = list[tuple[str, str]]


def domains() -> Choices:
    """Return the domains of Form C, in which something learned may lie."""
    return panel_codes.domains()


def modifiable() -> Choices:
    """Return whether what was learned could have been otherwise."""
    return [("yes", "Yes"), ("no", "No"), ("cannot_say", "Cannot say")]


def yes_no_not_known() -> Choices:
    """Return yes, no and not known; a no is never a not known."""
    return kernel_codes.yes_no_not_known()


def contributed() -> Choices:
    """Return whether it had a part in a death; a thing that had none may still be acted on."""
    return [
        ("contributed", "It contributed"),
        ("may_have", "It may have contributed"),
        ("did_not", "It did not contribute"),
    ]
