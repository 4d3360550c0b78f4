"""For whom a command of the exchange acts: a person with the role, as on the pages."""

from casereview import access, audit
from casereview.models import Panel, User
from learning.panels import panel_asked


class NotTheirs(Exception):
    """There is no such person or panel, or the person may not do it."""


def person(email: str, action: str) -> User:
    """Return the person of an address who may do an action.

    Raises:
        NotTheirs: there is none, or they may not; a refusal is on record.
    """
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None or not access.can(user, action):
        if user is not None:
            audit.append(action, actor=user, outcome=audit.REFUSED)
        raise NotTheirs(f"{email} may not do this, or is not known")
    return user


def panel_of(user: User, action: str, code: str) -> Panel:
    """Return the panel of a code, or the first of a person's.

    Raises:
        NotTheirs: it is not one of theirs.
    """
    panel = panel_asked(user, action, code)
    if panel is None:
        raise NotTheirs("There is no such panel for this person")
    return panel
