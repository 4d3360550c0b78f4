"""Who may not open a page of the group: stranger, recused, leaver, another board's group, panel."""

from casereview.rules.access_table import Role
from tests import factories, scr_factories
from tests.kept_out import leave
from tests.signed_in import sign_in

SECRETS = ("Example reasons of the chair", "The example criteria are met", "Qxchild")


def let_in(client, case, url: str, role: Role) -> list[str]:
    """Return who of those kept out was let in, or read a word of the papers in the refusal."""
    home, elsewhere = factories.board(), factories.board("NOTTINGHAM")
    recused = scr_factories.make_scr_user(role, home)
    factories.recuse(recused, case)
    member = factories.make_user(Role.PANEL_MEMBER)
    factories.admit(member, case, Role.PANEL_MEMBER)
    kept = {
        "outsider": (factories.make_user(None), {404}),
        "recused": (recused, {404}),
        "another board": (scr_factories.make_scr_user(role, elsewhere), {404}),
        "panel": (member, {403}),
        "CDR manager": (factories.make_user(Role.CDR_MANAGER), {403}),
        "administrator": (factories.make_user(Role.ADMINISTRATOR), {404}),
    }
    found = []
    for who, (user, statuses) in kept.items():
        sign_in(client, user)
        for response in (client.get(url), client.post(url, {})):
            text = response.content.decode()
            if response.status_code not in statuses or any(word in text for word in SECRETS):
                found.append(f"{who}: {response.status_code}")
    leaver = scr_factories.make_scr_user(role, home)
    sign_in(client, leaver)
    leave(leaver)
    response = client.get(url)
    if response.status_code != 302 or "/accounts/login/" not in response.headers["Location"]:
        found.append(f"leaver: {response.status_code}")
    return found
