"""The page on which an administrator settles how figures are given, and what it refuses."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from casereview import releases
from casereview.models import AuditEntry, ProfileSetting
from casereview.releases import Audience
from casereview.rules.access_table import Role
from tests.html import Page
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
LIST = "/admin-area/output-profiles/"
PUBLIC = f"{LIST}public/"


def settings(since, **facts):
    return {
        "since_day": str(since.day),
        "since_month": str(since.month),
        "since_year": str(since.year),
        "threshold": "8",
        "rounding": "5",
        "percentage_base": "20",
        "symbol": "*",
        "reason": "The board asked for it",
        **facts,
    }


@pytest.mark.parametrize(
    ("path", "may"),
    [
        (LIST, {Role.CDR_MANAGER, Role.RETURN_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR}),
        (PUBLIC, {Role.ADMINISTRATOR}),
    ],
)
def test_the_pages_open_to_whom_the_table_says(people, outsider, path, may):
    looking = {role: people[role] for role in (*may, Role.PANEL_CHAIR, Role.BOARD_MEMBER)}

    answers = {role: sign_in(Client(), user).get(path) for role, user in looking.items()}

    assert {role for role, answer in answers.items() if answer.status_code == 200} == may
    assert sign_in(Client(), outsider).get(path).status_code == 403


def test_settings_hold_from_their_day_on_and_are_on_record(client, people):
    sign_in(client, people[Role.ADMINISTRATOR])
    today = timezone.localdate()
    later = today + datetime.timedelta(days=30)

    assert client.post(PUBLIC, settings(later)).url == LIST

    assert releases.profile(Audience.PUBLIC, today).threshold == 5
    settled = releases.profile(Audience.PUBLIC, later)
    assert (settled.threshold, settled.rounding, settled.symbol) == (8, 5, "*")
    entry = AuditEntry.objects.get(action="settle_output_profile", outcome="done")
    assert "reason_given" in entry.detail
    page = client.get(LIST).content.decode()
    assert "threshold 8, rounding 5" in page
    assert "What this does not protect against" in Page(page).words


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"threshold": "0"}, "Enter a threshold of 3 or more"),
        ({"rounding": "20"}, "Round to twice the threshold or less"),
        ({"symbol": "="}, "Select the symbol"),
        ({"reason": ""}, "Enter the reason"),
    ],
)
def test_what_would_hide_too_little_is_refused_and_kept_as_typed(client, people, facts, message):
    sign_in(client, people[Role.ADMINISTRATOR])

    answer = client.post(PUBLIC, settings(timezone.localdate(), **facts))

    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert 'value="20"' in answer.content.decode()
    assert not ProfileSetting.objects.exists()


def test_the_past_is_not_settled_and_another_audience_is_not_found(client, people):
    sign_in(client, people[Role.ADMINISTRATOR])
    yesterday = timezone.localdate() - datetime.timedelta(days=1)

    assert "Enter today or a later day" in client.post(PUBLIC, settings(yesterday)).content.decode()
    assert client.get(f"{LIST}press/").status_code == 404
