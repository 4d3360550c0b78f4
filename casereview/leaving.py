"""Everything that lets a person in, or that waits for them: what a leaver must have none of.

Each kind is a `Grant`: which rows are live, and how one ends. Apps add theirs to
`registries.grants`; closing an account ends them all in one change, and the report of leavers
counts what is left, which must be nothing.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from guardian.models import UserObjectPermission

from casereview import keys, registries
from casereview.models import (
    Agency,
    AgencyRequest,
    Agreement,
    Attendance,
    BreakGlass,
    CaseUserObjectPermission,
    Draft,
    ImportFile,
    Meeting,
    OutboxMessage,
    Panel,
    StandingRole,
    TaskProgress,
    User,
)
from casereview.records import Change

COMING = (Meeting.State.PLANNED, Meeting.State.OPEN)
UNANSWERED = (AgencyRequest.State.ASKED, AgencyRequest.State.STARTED)
UNFINISHED = (TaskProgress.State.WAITING, TaskProgress.State.RUNNING)


@dataclass(frozen=True)
class Grant:
    """One kind of thing that a person has: its rows, which of them are live, and how one ends."""

    label: str  # "Roles", as the report says it
    model: Any
    field: str
    live: Callable[[datetime.datetime], Q]
    end: Callable[[Change, Any], None]

    def of(self, people: Any) -> QuerySet:
        """Return the live rows of some people, given as a queryset or a list."""
        return self.model._default_manager.filter(
            self.live(timezone.now()), **{f"{self.field}__in": people}
        )


def end_all(written: Change, person: User) -> dict[str, int]:
    """End everything a person has, in the change that is open; say how many of each there were."""
    ended: dict[str, int] = {}
    for grant in registries.grants:
        rows = list(grant.of([person.pk]))
        for row in rows:
            grant.end(written, row)
        if rows:
            ended[grant.label] = ended.get(grant.label, 0) + len(rows)
    if sittings := end_sittings(person):
        ended["Sittings"] = sittings
    return ended


def end_sittings(person: User) -> int:
    """End every sitting of a person and return how many there were."""
    theirs = [key for key, user in _sittings() if user == str(person.pk)]
    return Session.objects.filter(pk__in=theirs).delete()[0]


def left_over() -> list[tuple[str, int]]:
    """Return, for each kind, how many live rows people have who have left."""
    left = User.objects.filter(is_active=False)
    found: dict[str, int] = {}
    for grant in registries.grants:
        found[grant.label] = found.get(grant.label, 0) + grant.of(left.values("pk")).count()
    gone = {str(key) for key in left.values_list("pk", flat=True)}
    found["Sittings"] = sum(user in gone for _, user in _sittings())
    return list(found.items())


def _sittings() -> list[tuple[str, str]]:
    return [
        (session.pk, str(session.get_decoded().get("_auth_user_id", "")))
        for session in Session.objects.filter(expire_date__gt=timezone.now())
    ]


def always(now: datetime.datetime) -> Q:
    """Every row is live."""
    return Q()


def emptying(field: str) -> Callable[[Change, Any], None]:
    """Return what empties a field of a row and saves it."""

    def end(written: Change, row: Any) -> None:
        setattr(row, field, None)
        written.save(row)

    return end


def remove(written: Change, row: Any) -> None:
    """Remove a row; its history stays."""
    written.remove(row)


def _end_role(written: Change, held: StandingRole) -> None:
    # A change made by no person is still somebody's act: the leaver's own row says so.
    held.ended_at, held.ended_by = timezone.now(), written.by or held.user
    written.save(held)


def _end_emergency(written: Change, opened: BreakGlass) -> None:
    opened.until = timezone.now()
    written.save(opened)


def _take_back(written: Change, proposal: Agreement) -> None:
    now = timezone.now()
    if proposal.decision == Agreement.Decision.WAITING:
        proposal.decision = Agreement.Decision.WITHDRAWN
        proposal.decided_by, proposal.decided_at = written.by or proposal.proposed_by, now
    proposal.lapses_at = min(proposal.lapses_at, now)
    written.save(proposal)


def _give_up(written: Change, message: OutboxMessage) -> None:
    message.state, message.failure = OutboxMessage.State.GIVEN_UP, "left"
    message.save(update_fields=["state", "failure"])


def _stop(written: Change, work: TaskProgress) -> None:
    work.asked_to_stop, work.expires_at = True, timezone.now()
    work.save(update_fields=["asked_to_stop", "expires_at"])


def _throw_away(written: Change, file: ImportFile) -> None:
    written.remove(file)
    transaction.on_commit(lambda: keys.destroy("import", file.pk))


def _delete(written: Change, row: Any) -> None:
    row.delete()


def _coming(field: str) -> Grant:
    return Grant(
        "Chairing of coming meetings",
        Meeting,
        field,
        lambda now: Q(state__in=COMING),
        emptying(field),
    )


def _result_kept(now: datetime.datetime) -> Q:
    return Q(asked_to_stop=False) & (Q(state__in=UNFINISHED) | Q(expires_at__gt=now))


GRANTS = (
    Grant("Roles", StandingRole, "user", lambda now: Q(ended_at=None), _end_role),
    Grant("Admissions to cases", CaseUserObjectPermission, "user", always, remove),
    Grant("Permissions on objects", UserObjectPermission, "user", always, _delete),
    Grant("Emergency access", BreakGlass, "user", lambda now: Q(until__gt=now), _end_emergency),
    Grant("Leads of agencies", Agency, "lead", always, emptying("lead")),
    Grant("Deputies of panels", Panel, "deputy", always, emptying("deputy")),
    _coming("chair"),
    _coming("deputy_chair"),
    Grant(
        "Invitations to meetings",
        Attendance,
        "user",
        lambda now: Q(meeting__state__in=COMING),
        remove,
    ),
    Grant(
        "Requests to answer",
        AgencyRequest,
        "to_user",
        lambda now: Q(state__in=UNANSWERED),
        emptying("to_user"),
    ),
    Grant("Drafts", Draft, "user", always, remove),
    Grant("Files to be imported", ImportFile, "user", always, _throw_away),
    Grant(
        "Proposals",
        Agreement,
        "proposed_by",
        lambda now: Q(decision="") | Q(decision="agreed", used_at=None, lapses_at__gt=now),
        _take_back,
    ),
    Grant(
        "Messages to be sent",
        OutboxMessage,
        "to_user",
        lambda now: Q(state=OutboxMessage.State.WAITING),
        _give_up,
    ),
    Grant("Long work and its files", TaskProgress, "started_by", _result_kept, _stop),
    Grant("Second factors", Authenticator, "user", always, _delete),
    Grant("Addresses to sign in with", EmailAddress, "user", always, _delete),
    Grant("Single sign-on", SocialAccount, "user", always, _delete),
)


def register() -> None:
    """Put the kernel's own kinds into the registry, once."""
    registries.grants.extend(one for one in GRANTS if one not in registries.grants)
