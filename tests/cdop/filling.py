"""Filling in a notification as a browser would: what is posted, section by section."""

import datetime
import re
from typing import Any

from django.urls import reverse

from casereview.models import Case
from cdop.actions.said import Said

DIED = datetime.date(2015, 3, 2)  # a Monday
NOTIFIED = datetime.date(2015, 3, 3)
MOTHER_NHS, CHILD_NHS, OTHER_NHS = "9990000018", "9990000026", "9990000034"


def day(name: str, value: datetime.date | None) -> dict[str, str]:
    parts = ("day", "month", "year")
    return {f"{name}_{part}": str(getattr(value, part)) if value else "" for part in parts}


def scope(**facts: str) -> dict[str, str]:
    return {
        "born_alive": "Y",
        "lawful_termination": "N",
        "under_18": "Y",
        "residence_board": "LEICESTER",
        **facts,
    }


def referral(**facts: str) -> dict[str, str]:
    return {
        "notifier_name": "Nora Notifier",
        "notifier_contact": "0116 496 0000",
        **day("notified_on", NOTIFIED),
        **facts,
    }


def child(**facts: str) -> dict[str, str]:
    return {
        "given_names": "Ada",
        "family_name": "Planted",
        **day("born_on", datetime.date(2014, 5, 1)),
        **facts,
    }


def death(**facts: str) -> dict[str, str]:
    return {
        **day("died_on", DIED),
        "died_on_precision": "exact",
        "location_of_death": "HOSP_ED",
        **facts,
    }


REQUIRED = {"scope": scope, "referral": referral, "child": child, "death": death}


def post(client, key: Any, section: str, typed: dict[str, str], *, kept: int = 0, do="continue"):
    """Post one section as its page would; without a key, the first page of a new one."""
    url = (
        reverse("cdop:notification_section", args=[key, section])
        if key
        else reverse("cdop:log_notification")
    )
    return client.post(url, {**typed, "kept": str(kept), "do": do})


def begin(client, **sections: dict[str, str]) -> str:
    """Fill in the required sections, and those given; return the draft's key."""
    sections = {**{slug: make() for slug, make in REQUIRED.items()}, **sections}
    response = post(client, None, "scope", sections.pop("scope"))
    key = re.search(r"/notifications/new/([0-9a-f-]{36})/", response.headers["Location"])[1]
    for slug, typed in sections.items():
        response = post(client, key, slug.replace("_", "-"), typed)
        assert response.status_code == 302, response.content.decode()
    return key


def submit(client, key: str, **choice: str) -> Case:
    response = client.post(reverse("cdop:check_notification", args=[key]), choice)
    assert response.status_code == 302, response.content.decode()
    reference = re.search(r"/cases/([^/]+)/", response.headers["Location"])[1]
    return Case.objects.get(reference=reference)


def said(**facts: Any) -> Said:
    """What a complete, simple notification says."""
    child = {
        "given_names": "Ada",
        "family_name": "Planted",
        "born_on": datetime.date(2014, 5, 1),
        **facts.pop("child", {}),
    }
    notification = {
        "notifier_name": "Nora Notifier",
        "notifier_contact": "0116 496 0000",
        "location_of_death": "HOSP_ED",
        "born_alive": "Y",
        "lawful_termination": "N",
        **facts.pop("notification", {}),
    }
    return Said(
        **{
            "died_on": DIED,
            "notified_on": NOTIFIED,
            "under_18": "Y",
            "residence_board": "LEICESTER",
            **facts,
        },
        child=child,
        notification=notification,
    )


def mother(**facts: Any) -> dict[str, Any]:
    return {
        "relation": "mother",
        "given_names": "Mary",
        "family_name": "Planted",
        "born_on": datetime.date(1990, 1, 2),
        "nhs_number": MOTHER_NHS,
        **facts,
    }
