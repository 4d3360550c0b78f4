"""Who may not open a page of a case: the stranger, the recused, and who has left."""

from django.utils import timezone

from casereview.records import change
from casereview.rules.access_table import Role
from tests import factories
from tests.signed_in import sign_in


def leave(user) -> None:
    """Close a person's account."""
    with change("deactivate_person", by=None) as written:
        user.is_active, user.left_at = False, timezone.now()
        written.save(user)


def let_in(client, case, url: str, secret: str) -> list[str]:
    """Return who of those kept out was let in, or read the secret word in the refusal."""
    recused = factories.make_user(Role.CDR_MANAGER)
    factories.recuse(recused, case)
    leaver = factories.make_user(Role.CDR_MANAGER)
    found = []
    for who in (factories.make_user(None), recused, factories.make_user(Role.PANEL_MEMBER)):
        sign_in(client, who)
        for response in (client.get(url), client.post(url, {})):
            if response.status_code != 404 or secret in response.content.decode():
                found.append(f"{who.name}: {response.status_code}")
    sign_in(client, leaver)
    leave(leaver)
    for response in (client.get(url), client.post(url, {})):
        if response.status_code != 302 or "/accounts/login/" not in response.headers["Location"]:
            found.append(f"leaver: {response.status_code}")
    return found
