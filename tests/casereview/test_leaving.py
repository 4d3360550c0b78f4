"""A leaver keeps nothing: every kind of thing that lets a person in ends in one change."""

import datetime
import uuid

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from django.utils import timezone
from guardian.models import UserObjectPermission

from casereview import access, actions, imports, leaving, outbox, progress, registries
from casereview.actions import NotAllowed, accounts, second_person
from casereview.actions import people as people_actions
from casereview.actions.drafts import keep_draft
from casereview.actions.reading import choose_notices
from casereview.actions.saved_views import save_view
from casereview.models import (
    AgencyRequest,
    ApiToken,
    BreakGlass,
    CaseNote,
    Interest,
    NoteMention,
    StandingRole,
    User,
)
from casereview.records import change
from casereview.rules.access_table import Role
from cdop import case_imports
from cdop.models import RequestPart
from scr.models import GroupMeeting
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

# Who did something, or what somebody is answerable for: it stays under their name and opens
# nothing. What is reassigned by others is here too: actions, parts of reviews.
ON_RECORD = {
    ("casereview.AccessConfirmation", "person"),
    ("casereview.Action", "owner"),
    ("casereview.Attendance", "deputy_for"),
    ("casereview.Interest", "user"),
    ("casereview.Pack", "second_person"),
    ("casereview.Person", "user"),
    ("cdop.AgencyAnswer", "said_by_user"),
    ("cdop.FirstJudgement", "user"),
    ("scr.CaseUnderReview", "lead_reviewer"),
    ("scr.GroupAttendance", "deputy_for"),
    ("scr.GroupAttendance", "user"),
    ("scr.MemberPosition", "user"),
    ("scr.ReviewRequest", "to_user"),
}


def links_to_people():
    """Return model and field of everything that points at a person, but who did what."""
    return {
        (model._meta.label, field.name)
        for model in apps.get_models()
        if not model.__name__.endswith("History")
        for field in model._meta.concrete_fields
        if field.is_relation
        and field.related_model is User
        and not (field.name.endswith("_by") and (model._meta.label, field.name) not in GRANTED)
    }


GRANTED = {(one.model._meta.label, one.field) for one in registries.grants}


def test_everything_that_points_at_a_person_is_a_grant_or_on_record():
    assert links_to_people() - GRANTED - ON_RECORD == set()
    assert not GRANTED & ON_RECORD


@pytest.fixture
def leaver(people, case, panel, manager):
    agency = factories.make_agency()
    leaver = factories.make_user(Role.PANEL_CHAIR, agency=agency, name="Lee Leaver")
    now = timezone.now()
    factories.admit(leaver, case, Role.PANEL_CHAIR, by=manager)
    actions.arrange_meeting(
        panel=panel,
        held_on=timezone.localdate() + datetime.timedelta(days=9),
        members=[],
        chair=leaver,
        by=manager,
    )
    meeting = actions.arrange_meeting(
        panel=panel,
        held_on=timezone.localdate() + datetime.timedelta(days=20),
        members=[leaver],
        by=manager,
    )
    elsewhere = factories.make_case(by=manager)
    request = AgencyRequest(
        case=case,
        agency=agency,
        form="B1",
        form_version="1",
        to_user=leaver,
        requested_by=manager,
        requested_at=now,
    )
    with change("test", by=manager, case=case) as written:
        agency.lead = panel.deputy = meeting.deputy_chair = leaver
        for row in (agency, panel, meeting, request):
            written.save(row)
        written.save(
            RequestPart(
                case=case,
                request=request,
                section="A",
                to_user=leaver,
                handed_by=manager,
                handed_at=now,
            )
        )
        written.save(
            BreakGlass(
                user=leaver,
                case=elsewhere,
                purpose="child_at_risk",
                opened_at=now,
                until=now + datetime.timedelta(hours=1),
            )
        )
        written.save(
            GroupMeeting(
                board=factories.board(), held_on=now.date(), chair=leaver, minute_taker=leaver
            )
        )
        outbox.put(to=leaver, template="work_due", rule="work_due", day=timezone.localdate())
    with change("test", by=leaver) as written:
        written.save(
            ApiToken(
                user=leaver,
                name="Spreadsheet",
                digest="0" * 64,
                made_at=now,
                expires_at=now + datetime.timedelta(days=30),
            )
        )
    with change("test", by=manager, case=case) as written:
        note = CaseNote(case=case, text="Anything", written_by=manager, written_at=now)
        written.save(note)
        written.save(NoteMention(case=case, note=note, person=leaver))
    save_view(name="Open cases", filters={"state": "open"}, by=leaver)
    choose_notices(notices="line", by=leaver)
    keep_draft(user=leaver, form="notification", content={"a": "b"})
    second_person.propose(
        action="reset_second_factor", subject=uuid.uuid4(), by=leaver, reason="Lost"
    )
    progress.begin_waiting(kind="pack", by=leaver)
    imports.keep(user=leaver, kind=case_imports.KIND, lines=[["Ours"], ["1"]])
    EmailAddress.objects.create(user=leaver, email=leaver.email)
    SocialAccount.objects.create(user=leaver, provider="x", uid="1")
    UserObjectPermission.objects.create(
        user=leaver,
        permission=Permission.objects.get(codename="act_as_panel_member"),
        content_type=Permission.objects.get(codename="act_as_panel_member").content_type,
        object_pk=str(case.pk),
    )
    return leaver


def test_a_leaver_keeps_nothing(leaver, case, people):
    sitting = sign_in(Client(), leaver)
    before = {one: one.of([leaver.pk]).count() for one in registries.grants}
    assert {
        (one.model.__name__, one.field) for one, number in before.items() if not number
    } == set()
    assert sitting.get("/").status_code == 200

    people_actions.deactivate_person(
        person=leaver, by=people[Role.ADMINISTRATOR], reason="Left the agency"
    )

    assert {number for _, number in leaving.left_over()} == {0}
    assert sum(one.of([leaver.pk]).count() for one in registries.grants) == 0
    assert sitting.get("/")["Location"].startswith("/accounts/login/")
    assert not Session.objects.filter(pk=sitting.session.session_key).exists()
    assert not access.held_by(User.objects.get(pk=leaver.pk))


def test_what_is_left_over_is_counted(people):
    gone = factories.make_user(Role.CDR_MANAGER)
    with change("test", by=None) as written:
        gone.is_active = False
        written.save(gone)

    assert dict(leaving.left_over())["Roles"] == 1


def test_all_of_it_ends_or_none_of_it(leaver, people, monkeypatch):
    def fails(written, row):
        raise RuntimeError("the database went away")

    last = registries.grants[-1]
    broken = leaving.Grant(last.label, last.model, last.field, last.live, fails)
    monkeypatch.setattr(registries, "grants", [*registries.grants[:-1], broken])
    with pytest.raises(RuntimeError), transaction.atomic():
        people_actions.deactivate_person(
            person=leaver, by=people[Role.ADMINISTRATOR], reason="Left"
        )

    assert User.objects.get(pk=leaver.pk).is_active
    assert StandingRole.objects.filter(user=leaver, ended_at=None).exists()


def test_moving_to_another_agency_keeps_what_the_old_one_withdrew_from(case, manager, people):
    old, new = factories.make_agency(), factories.make_agency()
    mover = factories.make_user(Role.CDR_MANAGER, agency=old)
    administrator = people[Role.ADMINISTRATOR]
    second = factories.make_case(by=manager)
    for one, level in ((case, "withdraws"), (second, "informs_only")):
        actions.declare_interest(
            case=one, agency=old, level=level, grounds="Treated the child", by=manager
        )
    with change("test", by=None) as written:
        old.lead = mover
        written.save(old)
        written.save(
            StandingRole(user=mover, role=Role.AGENCY_LEAD, agency=old, given_at=timezone.now())
        )
    assert not access.can(mover, "view_case", case)

    people_actions.change_person(
        person=mover, by=administrator, name=mover.name, email=mover.email, agency=new
    )

    mover = User.objects.get(pk=mover.pk)
    assert not access.can(mover, "view_case", case)
    assert case not in access.visible_to(mover)
    assert Interest.objects.get(user=mover, case=second).level == "informs_only"
    assert access.can(mover, "view_case", second)
    old.refresh_from_db()
    assert old.lead is None
    assert {one.role for one in access.held_by(mover)} == {Role.CDR_MANAGER}
    own = Interest.objects.get(user=mover, case=case)
    with pytest.raises(NotAllowed):
        actions.lift_recusal(interest=own, reason="Mine", by=mover)
    people_actions.change_person(
        person=mover, by=administrator, name=mover.name, email=mover.email, agency=None
    )
    assert Interest.objects.filter(user=mover).count() == 2
    assert accounts.may_make_link(mover, administrator) is False
