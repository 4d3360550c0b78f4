"""The framework a command was asked for."""

from casereview.management.base import Refused
from scr.criteria_files import UnknownFramework, framework_named, frameworks
from scr.rules.frameworks import Framework


def chosen(name: str) -> Framework:
    """Return the framework of this name.

    Raises:
        Refused: there is none.
    """
    try:
        return framework_named(name)
    except UnknownFramework:
        names = ", ".join(framework.id for framework in frameworks())
        raise Refused(f"Choose a framework: {names}") from None
