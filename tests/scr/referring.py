"""A referral as it is typed, and who may not open the group's pages of a case."""

import datetime

from casereview.rules.access_table import Role
from tests import factories, scr_factories
from tests.kept_out import leave
from tests.signed_in import sign_in

ONCE = "6a1f0b52-7a43-4f0e-9a38-2f54a3d5f001"


def day(name: str, on: datetime.date) -> dict[str, str]:
    """Return a day as its three boxes are typed."""
    return {f"{name}_{part}": str(getattr(on, part)) for part in ("day", "month", "year")}


def child(number: int = 0, **more: str) -> dict[str, str]:
    """Return one child of a referral as it is typed: seriously harmed, living in Leicester."""
    typed = {
        "family_name": "Qxreferred",
        "given_names": f"Wren{number}",
        "happened": "harmed",
        "looked_after": "N",
        "home": "LEICESTER",
        **more,
    }
    return {f"child{number}-{name}": value for name, value in typed.items()}


def typed(children: int = 1, **more: str) -> dict[str, str]:
    """Return a referral as it is typed, of an incident of the third of March 2015."""
    found = {
        "once": ONCE,
        "children": str(children),
        "do": "send",
        "grounds": "Qxgrounds: injuries that nobody explained",
        **day("event_on", datetime.date(2015, 3, 3)),
        "event_board": "LEICESTER",
        "raised_by": "Perrin Oakes, health visitor",
        "siblings_safe": "Y",
    }
    for number in range(children):
        found |= child(number)
    return found | more


def agency_lead():
    """Return the named lead of an agency that works for Leicester."""
    agency = factories.make_agency()
    return factories.make_user(Role.AGENCY_LEAD, agency=agency)


def let_in(client, case, url: str, group, planted: str = "Qxgrounds") -> list[str]:
    """Return who of those kept out of a page of the group was let in, or read the secret word.

    Asked are a stranger, a member of the group who withdrew, the group of another board, a panel
    member of the same case, and a member who has left; with GET and POST.
    """
    recused = scr_factories.make_scr_user(group, factories.board())
    factories.recuse(recused, case)
    leaver = scr_factories.make_scr_user(group, factories.board())
    panel_member = factories.make_user(Role.PANEL_MEMBER)
    factories.admit(panel_member, case, Role.PANEL_MEMBER)
    other = scr_factories.make_scr_user(group, factories.board("NOTTINGHAM"))
    expected = {
        factories.make_user(None): 404,
        recused: 404,
        other: 404,
        # Who sees the case through its panel is told that these are not their papers.
        panel_member: 403,
    }
    found = []
    for who, status in expected.items():
        sign_in(client, who)
        for response in (client.get(url), client.post(url, {})):
            if response.status_code != status or planted in response.content.decode():
                found.append(f"{who.name}: {response.status_code}")
    sign_in(client, leaver)
    leave(leaver)
    for response in (client.get(url), client.post(url, {})):
        if response.status_code != 302 or "/accounts/login/" not in response.headers["Location"]:
            found.append(f"leaver: {response.status_code}")
    return found
