"""Taking out a file about many cases in a test, once a second person has agreed to it."""

from casereview.actions.second_person import agree_to_proposal
from casereview.models import Agreement
from casereview.rules.access_table import Role
from tests import factories


def ask_for(client, url: str) -> Agreement:
    """Ask on its page for a file; return the request, which waits."""
    asked = client.post(url, {"reason": "The national collection asks for it"})
    assert asked.status_code == 302, asked.content.decode()
    return Agreement.objects.filter(decision="").latest("proposed_at")


def take_out(client, url: str):
    """Ask for a file, have an auditor agree, and make it."""
    agree_to_proposal(proposal=ask_for(client, url), by=factories.make_user(Role.AUDITOR))
    file = client.post(url, {"do": "make"})
    assert file.headers["Content-Disposition"].startswith("attachment; "), file.content[:200]
    return file
