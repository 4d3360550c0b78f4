"""Your work: each count is the number of entries on the page behind it, for every role."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from casereview import registries, work_list
from casereview.registries import Together, WorkItem
from casereview.rules.access_table import Role
from tests.html import Page
from tests.signed_in import sign_in

TODAY = datetime.date(2026, 3, 2)
TASKS = ("Confirm the death", "Chase the agencies", "Read the case")


def item(place: int, task: str, days: int | None, waits: bool, urgent: bool) -> WorkItem:
    return WorkItem(
        key=f"thing {place}",
        task=task,
        url=f"/thing/{place}/",
        reference=f"CD-2026-{place:04}",
        due_on=None if days is None else TODAY + datetime.timedelta(days=days),
        waiting_for="the police" if waits else "",
        urgent=urgent,
    )


SOME_WORK = st.lists(
    st.tuples(
        st.sampled_from(TASKS),
        st.none() | st.integers(-90, 90),
        st.booleans(),
        st.booleans(),
    ),
    max_size=25,
).map(lambda rows: [item(place, *row) for place, row in enumerate(rows)])


def asked(url: str) -> tuple[str, str]:
    found = re.fullmatch(r"/\?group=(\w+)(?:&of=(\w+))?", url)
    return (found[1], found[2] or "") if found else ("", "")


@given(SOME_WORK)
def test_every_count_is_the_number_of_lines_behind_it_and_nothing_is_lost(items):
    groups = work_list.grouped(items, TODAY)

    assert sum(group["count"] for group in groups) == len(items)
    for group in groups:
        behind = work_list.one_group(items, group["key"], "", TODAY)
        assert len(behind["items"]) == behind["count"] == group["count"]
        reached = []
        for line in group["items"]:
            key, code = asked(line["url"])
            if not key:
                reached.append(line["url"])
                continue
            of_kind = work_list.one_group(items, key, code, TODAY)["items"]
            assert line["task"].endswith(f": {len(of_kind)} cases")
            reached += [one["url"] for one in of_kind]
        assert sorted(reached) == sorted(one["url"] for one in behind["items"])


@given(SOME_WORK)
def test_what_is_for_now_or_overdue_is_open_and_so_is_the_most_urgent_of_the_rest(items):
    filled = [group for group in work_list.grouped(items, TODAY) if group["count"]]

    assert all(group["open"] for group in filled[:1])
    assert all(group["open"] == (group["key"] in ("urgent", "overdue")) for group in filled[1:])


def test_three_of_a_kind_are_one_line_that_says_how_long_the_oldest_waits():
    items = [
        item(place, "Confirm the death", days, False, False)
        for place, days in enumerate([-4, -2, -1])
    ]

    [overdue] = [group for group in work_list.grouped(items, TODAY) if group["count"]]

    [line] = overdue["items"]
    assert line["task"] == "Confirm the death: 3 cases"
    assert line["when"] == "Oldest: overdue by 2 working days (was due Thursday 26 February 2026)"
    assert overdue["count"] == 3


def test_things_done_at_once_lead_to_the_page_where_they_are():
    items = [
        WorkItem(
            f"reports {n}",
            "Chase",
            "/one/",
            f"CD-2026-000{n}",
            TODAY - datetime.timedelta(days=n),
            together=Together("Chase {count} reports", "/all/?show=overdue", n),
        )
        for n in (3, 2, 1)
    ]

    [line] = work_list.grouped(items, TODAY)[1]["items"]

    assert (line["task"], line["url"]) == ("Chase 6 reports", "/all/?show=overdue")
    assert line["note"] == "In 3 cases."


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_for_every_role_the_page_and_the_pages_behind_it_agree(client, people, role, monkeypatch):
    today = timezone.localdate()
    items = [
        WorkItem(
            f"a {n}",
            TASKS[n % 2],
            f"/thing/{n}/",
            f"CD-2026-{n:04}",
            today + datetime.timedelta(days=days),
        )
        for n, days in enumerate([-40, -30, -20, -9, -8, 0, 60, 61, 62, 63, 64, 65])
    ]
    monkeypatch.setattr(registries, "work_items", [lambda user, day: items])
    sign_in(client, people[role])

    html = client.get(reverse("your_work")).content.decode()
    links = [a["href"] for a in Page(html).all("a") if a["href"].startswith("/?group=")]

    assert {asked(url)[0] for url in links} == {"overdue", "soon", "later"}
    told = {url: int(n) for url, n in re.findall(r'href="(/\?group=\w+)">(\d+) ', html)}
    kinds = {
        url.replace("&amp;", "&"): int(n)
        for url, n in re.findall(r'href="(/\?group=\w+&amp;of=\w+)">[^<]*: (\d+) cases', html)
    }
    assert set(links) == set(told) | set(kinds)
    for url, count in (told | kinds).items():
        behind = Page(client.get(url).content.decode())
        lines = [a["href"] for a in behind.all("a") if a["href"].startswith("/thing/")]
        assert len(lines) == len(set(lines)) == count


@pytest.mark.django_db
@pytest.mark.parametrize("asked_for", ["?group=nowhere", "?group=soon&of=ffffffff", "?group=later"])
def test_a_group_that_is_not_there_or_is_done_leads_back(client, manager, monkeypatch, asked_for):
    monkeypatch.setattr(registries, "work_items", [lambda user, day: []])

    response = sign_in(client, manager).get(reverse("your_work") + asked_for)

    assert response.status_code == 200
    words = Page(response.content.decode()).words
    assert ("Nothing of this is left" in words) == ("nowhere" not in asked_for)
