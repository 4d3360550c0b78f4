"""Every address × role × case: what is not yours is not there, in status or in a single byte.

Cases are planted with words that stand nowhere else. Whatever a role asks, with GET or POST, no
response may hold a word of a case that the door keeps from that person; of a case they may see,
only what their role opens.
"""

import datetime
import functools
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from casereview import access, actions
from casereview.models import Case, Child, Interest, StandingRole
from casereview.records import change
from casereview.rules.access_table import ADMITTED, STANDING_ON_PANEL, TABLE, Role
from cdop.models import FactorFinding, Notification, PanelReview
from tests import factories, scr_factories
from tests.architecture.addresses import Address, ours
from tests.set_back import in_parts, set_back
from tests.signed_in import sign_in

pytestmark = [
    pytest.mark.django_db,
    # Ten thousand requests tell of views, templates and the door; one database is enough.
    pytest.mark.skipif(connection.vendor != "sqlite", reason="asked once, on SQLite"),
]

KINDS = ("own", "other", "recused", "sealed", "disposed")
ABSENT = "CD-1999-0999"
# Named in no list: signing in and out is tried on its own.
SKIPPED = {"persona_link", "health"}


def words_of(kind: str) -> dict[str, str]:
    """Return what is planted in a case: its identity, and its papers."""
    return {
        "name": f"Qx{kind}name",
        "given": f"Qx{kind}given",
        "address": f"{len(kind)} Qx{kind}street",
        "notifier": f"Qx{kind}notifier",
        "circumstances": f"Qx{kind}circumstances",
        "summary": f"Qx{kind}summary",
        "learning": f"Qx{kind}learning",
        "grounds": f"Qx{kind}grounds",
        "evidence": f"Qx{kind}evidence",
    }


IDENTITY = ("name", "given", "address")
NOTIFICATION = ("notifier", "circumstances")
REVIEW = ("summary", "learning")
SCR = ("grounds", "evidence")


def plant(kind: str, manager) -> Case:
    words = words_of(kind)
    elsewhere = factories.board("NOTTINGHAM")
    facts = {}
    if kind == "other":
        facts = {
            "residence_board": elsewhere,
            "notifying_board": elsewhere,
            "place_of_death_board": elsewhere,
            "reviewing_board": elsewhere,
        }
    case = factories.make_case(by=manager, family_name=words["name"], **facts)
    child = Child.objects.get(case=case)
    with change("plant", by=manager, case=case) as written:
        child.given_names, child.address = words["given"], words["address"]
        written.save(child)
        written.save(
            Notification(
                case=case,
                notified_on=case.notified_on,
                notifier_name=words["notifier"],
                circumstances=words["circumstances"],
                expectedness="UNEXPECTED",
                event="NEONATAL",  # calls for no notice: what is planted is in the page
                location="HOME",
                submitted_by=manager,
                submitted_at=timezone.now(),
            )
        )
        review = PanelReview(
            case=case,
            summary=words["summary"],
            learning=words["learning"],
            cause_of_death=words["summary"],
        )
        written.save(review)
        written.save(
            FactorFinding(
                case=case,
                review=review,
                factor="B07",
                present="Y",
                in_whom="mother",
                influence="2",
                modifiable="Y",
                modifiable_factor="UNSAFE_SLEEPING",
                reason=words["summary"],
            )
        )
    referral = scr_factories.make_referral(
        by=manager, case=case, grounds=words["grounds"], received_by=case.residence_board
    )
    assessment = scr_factories.make_assessment(
        by=manager, referral=referral, answers={}, locked=False
    )
    scr_factories.answer(assessment, "event", "died", by=manager, evidence=words["evidence"])
    return case


@pytest.fixture
def world(manager, panel):
    """Five planted cases, and one person per role who stands the same way to each kind."""
    cases = {kind: plant(kind, manager) for kind in KINDS}
    users = {role: factories.make_user(role) for role in Role}
    for role in ADMITTED:
        for kind in ("own", "recused", "sealed", "disposed"):
            factories.admit(users[role], cases[kind], role, by=manager)
    chair = users[Role.PANEL_CHAIR]
    meeting = actions.arrange_meeting(
        panel=panel,
        held_on=datetime.date(2014, 11, 4),
        members=[users[Role.PANEL_MEMBER]],
        chair=chair,
        by=manager,
    )
    for kind in ("own", "recused", "sealed", "disposed"):
        actions.put_on_agenda(meeting=meeting, case=cases[kind], by=manager)
    for user in users.values():
        actions.declare_interest(
            case=cases["recused"],
            user=user,
            level=Interest.Level.WITHDRAWS,
            grounds="Knows the family",
            by=manager,
        )
    with change("plant", by=manager) as written:
        cases["sealed"].sealed = True
        written.save(cases["sealed"])
        cases["disposed"].disposed_at = timezone.now()
        cases["disposed"].stage = Case.Stage.DISPOSED
        written.save(cases["disposed"])
    users["outsider"] = factories.make_user(None)
    return cases, users, meeting


def values_for(address: Address, reference: str, meeting) -> dict | None:
    """Return a value for each parameter of an address; None where one is not known here."""
    known = {
        "reference": reference,
        "year": 2015,
        "other": 2014,  # the year another is set beside
        "revision": 1,
        "item": "AG-13",
        "code": "10",
        "outcome": "total",
        "app": "cdop",
        "name": "category_of_death",
        "domain": "A",
        "section": "child",
        "form": "NOT",
        "meeting": meeting.pk,
        # Of the pages of a meeting the real one: its agenda holds what is kept from people.
        "pk": meeting.pk if address.route.startswith("meetings/") else uuid.uuid4(),
        "n": 1,
        "quarter": "2015-Q1",
        "number": 1,
        "audience": "public",
        "file_format": "csv",
    }
    if address.route.startswith("returns/"):
        known |= {"other": 2016, "revision": 1, "counted": reference, "part": "AG-11"}
    if address.route.startswith("admin-area/texts/"):
        known["kind"] = "support"
    if "/criteria/" in address.route:
        known["question"] = "abuse_or_neglect"
    found = {}
    for parameter in address.parameters:
        if parameter in known:
            found[parameter] = known[parameter]
        else:
            found[parameter] = uuid.uuid4()
    return found


def forbidden_words(cases: dict, user) -> dict[bytes, str]:
    """Return the planted words this person may not read, with what each of them is."""
    found = {}
    for kind, case in cases.items():
        allowed: set[str] = set()
        if any(access.can(user, it, case) for it in ("view_identity", "view_scr_identity")):
            allowed.update(IDENTITY)
        if access.can(user, "view_scr", case):
            allowed.update(SCR)
        if access.can(user, "view_notification", case):
            allowed.update(NOTIFICATION)
        if access.can(user, "view_panel_review", case):
            allowed.update(REVIEW)
        if access.can(user, "open_room", case):
            # As in the papers: what happened, with pseudonyms; never who notified it.
            allowed.add("circumstances")
        for what, word in words_of(kind).items():
            if what not in allowed:
                found[word.encode()] = f"{kind} {what}"
        hidden = kind in ("recused", "sealed", "disposed")
        if hidden and not any(
            access.can(user, it, case) for it in ("view_case", "view_access_log")
        ):
            found[case.reference.encode()] = f"{kind} reference"
    return found


def ask(client: Client, address: Address, values: dict, method: str, cases: dict):
    try:
        url = reverse(address.name, kwargs=values)
    except NoReverseMatch:
        pytest.fail(f"{address}: say in values_for what its parameters are: {values}")
    if method == "get":
        return client.get(url)
    # Identifiers of another's case in the body must not open anything either.
    other = cases["other"]
    return client.post(
        url,
        {
            "reference": other.reference,
            "case": str(other.pk),
            "id": str(other.pk),
            "pk": str(other.pk),
            "q": words_of("other")["name"],
            "reason": "Because",
        },
    )


@pytest.mark.parametrize("roles", in_parts([*Role, "outsider"], 5), ids=str)
def test_nobody_reads_what_is_not_theirs_anywhere(world, roles):
    """And a case kept from somebody answers, byte for byte, like one that is not there.

    Where the table gives a role nothing, every view refuses by the same few lines; it is asked
    for the case the role stands closest to, and with another's in the body.
    """
    found = []
    for role in roles:
        with set_back():
            found += [(str(role), leak) for leak in leaks_to(world, role, of_interest)]

    assert found == []


@pytest.mark.long
@pytest.mark.parametrize("roles", in_parts([*Role, "outsider"], 5), ids=str)
def test_nobody_reads_what_is_not_theirs_of_any_kind(world, roles):
    found = []
    for role in roles:
        with set_back():
            found += [(str(role), leak) for leak in leaks_to(world, role, every_kind)]

    assert found == []


def test_the_walk_is_wide_enough():
    """No fewer than seven thousand questions, and all kinds of case where a role may do a thing."""
    walk = [
        (address, role, *one)
        for role in [*Role, "outsider"]
        for address in ours()
        if address.name not in SKIPPED
        for one in of_interest(address, role)
    ]

    assert len(walk) > 7_000
    of_the_manager = {kind for address, role, kind, _ in walk if role == Role.CDR_MANAGER}
    assert of_the_manager == {ABSENT, *KINDS}


def leaks_to(world, role, asked) -> list[str]:
    """Walk every address as somebody in `role`, and return what was not theirs to read.

    `asked` says which kinds of case an address is asked for, and how.
    """
    cases, users, meeting = world
    user = users[role]
    client = sign_in(Client(), user)
    found = []
    kept = {kind for kind in KINDS if not access.can(user, "view_case", cases[kind])}
    words = forbidden_words(cases, user)

    @functools.cache
    def shut(action: str, kind: str) -> bool:
        return kind in kept and not access.can(user, action, cases[kind])

    for address in ours():
        if address.name in SKIPPED:
            continue
        for kind, method in asked(address, role):
            reference = cases[kind].reference if kind in cases else ABSENT
            values = values_for(address, reference, meeting)
            response = ask(client, address, values, method, cases)
            body = response.content + str(response.headers).encode()
            where = f"{method} {address} {kind}"
            if response.status_code >= 500:
                found.append(f"{where}: {response.status_code}")
            found += [f"{where}: {what}" for word, what in words.items() if word in body]
            if kind == ABSENT:
                absent = response
            elif kind != "own" and method == "get" and shut(address.guarded_by, kind):
                same = (response.status_code, response.content) == (
                    absent.status_code,
                    absent.content,
                )
                if not same or sorted(response.headers) != sorted(absent.headers):
                    found.append(f"{where}: not like an absent case")
    return found


# Those whose way to a case differs; the other roles stand to a sealed case as to another's.
CASE_ROLES = {Role.CDR_MANAGER, Role.PANEL_MEMBER, Role.SCR_MEMBER, Role.AUDITOR}


def every_kind(address: Address, role) -> list[tuple[str, str]]:
    """Return which kinds of case an address is asked for, and how; the absent one first."""
    if "reference" not in address.parameters:
        return [("own", "get"), ("own", "post")]
    looked = [ABSENT, "own", "other", "recused"]
    if role in CASE_ROLES:
        looked += ["sealed", "disposed"]
    return [*((kind, "get") for kind in looked), ("other", "post"), ("own", "post")]


def of_interest(address: Address, role) -> list[tuple[str, str]]:
    """Return every kind where the table gives `role` something, and two questions elsewhere."""
    row = TABLE.get(address.guarded_by)
    if row is None or role in row:
        return every_kind(address, role)
    if "reference" not in address.parameters:
        return [("own", "post")]
    return [("own", "get"), ("other", "post")]


def test_who_has_left_is_signed_out_at_the_next_request(world):
    cases, users, _ = world
    user = users[Role.CDR_MANAGER]
    client = sign_in(Client(), user)
    with change("leave", by=None) as written:
        user.is_active = False
        written.save(user)

    for address in ours():
        if address.name in SKIPPED or address.guarded_by.startswith("open: "):
            continue
        values = values_for(address, cases["own"].reference, None or world[2])
        response = client.get(reverse(address.name, kwargs=values))
        if address.route.startswith("api/") and response.status_code == 401:
            continue  # asked with a token; a leaver's is ended with the account
        assert response.status_code == 302, address
        assert "/accounts/login/" in response.headers["Location"]


def test_the_world_is_as_it_is_told(world):
    """The planted words can be read by those who may: a leak would be seen."""
    cases, users, _ = world
    manager = users[Role.CDR_MANAGER]

    assert access.can(manager, "view_identity", cases["own"])
    assert StandingRole.objects.filter(user=manager, role__in=STANDING_ON_PANEL).exists()
    assert [kind for kind in KINDS if access.can(manager, "view_case", cases[kind])] == ["own"]
