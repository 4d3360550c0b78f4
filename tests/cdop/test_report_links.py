"""A link and a code open one request, and neither does without the other."""

import datetime
import re
import time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf.errors import FileNotDecryptedError

from casereview import pdf
from casereview.actions import sealing
from casereview.models import AgencyRequest, AuditEntry
from casereview.records import change
from cdop.models import AgencyAnswer
from cdop.report_links import TRIES, make_link, request_of, revoke_link, try_code
from tests.cdop.requested import ask
from tests.cdop.test_request_pages import section_post, text_of

pytestmark = pytest.mark.django_db
REPORT = reverse("cdop:link_view_request")


@pytest.fixture
def asked(manager):
    return ask(manager, lead=False)


@pytest.fixture
def link(asked, manager):
    return make_link(asked.request, by=manager)


def address(token: str) -> str:
    return reverse("cdop:open_report_link", args=[token])


def enter(link, client: Client | None = None) -> Client:
    client = client or Client()
    token, code = link
    assert client.post(address(token), {"code": code}).status_code == 302
    return client


def wrong(code: str) -> str:
    return ("A" if code[0] != "A" else "C") + code[1:]


def test_neither_link_nor_code_is_stored(asked, link):
    token, code = link
    row = AgencyRequest.objects.filter(pk=asked.request.pk).values().get()

    kept = repr(row).replace("-", "")
    assert token not in kept and code.replace("-", "") not in kept
    history = repr(list(asked.request.history.values()))
    assert token not in history and code not in history


def test_opening_a_link_uses_nothing_up_and_shows_nothing_of_the_case(asked, link):
    client = Client()

    pages = [client.get(address(link[0])) for _ in range(7)]

    assert {page.status_code for page in pages} == {200}
    assert not any("Planted" in page.content.decode() for page in pages)
    assert not any(asked.case.reference in page.content.decode() for page in pages)
    assert asked.again().code_tries == 0
    assert client.get(REPORT).status_code == 404


def test_the_code_opens_the_request_and_nothing_else(asked, link):
    client = enter(link)

    assert "Ada Planted" in text_of(client.get(REPORT))
    for name, args in (("view_request", [asked.request.pk]), ("list_requests", [])):
        response = client.get(reverse(f"cdop:{name}", args=args))
        assert "/accounts/login/" in response.headers["Location"]


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " ")])
def test_the_code_may_be_typed_as_it_was_heard(link, typed):
    token, code = link

    assert Client().post(address(token), {"code": typed(code)}).status_code == 302


def test_five_wrong_codes_end_the_link_even_for_the_right_one(asked, link):
    token, code = link
    client = Client()

    answers = [client.post(address(token), {"code": wrong(code)}) for _ in range(TRIES)]

    assert [one.status_code for one in answers] == [200] * (TRIES - 1) + [404]
    assert client.post(address(token), {"code": code}).status_code == 404
    assert asked.again().code_tries == TRIES


def test_a_right_code_forgives_the_wrong_ones_before(asked, link):
    token, code = link

    assert not try_code(request_of(token), wrong(code))
    assert try_code(request_of(token), code)

    assert asked.again().code_tries == 0


def test_an_unknown_an_expired_and_a_revoked_link_are_the_same_page(asked, link, manager):
    client, token = Client(), link[0]
    unknown = client.get(address("A" * 43))
    with change("plant", by=manager, case=asked.case) as written:
        request = asked.again()
        request.token_expires_at = timezone.now() - datetime.timedelta(seconds=1)
        written.save(request)
    expired = client.get(address(token))
    token, _ = make_link(asked.again(), by=manager)
    assert client.get(address(token)).status_code == 200
    revoke_link(asked.again(), by=manager)
    revoked = client.get(address(token))

    assert unknown.status_code == expired.status_code == revoked.status_code == 404
    assert unknown.content == expired.content == revoked.content


def test_a_new_link_ends_the_one_before_and_its_sittings(asked, link, manager):
    client = enter(link)

    make_link(asked.again(), by=manager)

    assert client.get(address(link[0])).status_code == 404
    assert client.get(REPORT).status_code == 404


def test_a_code_of_one_link_does_not_open_another(asked, link, manager):
    other = make_link(ask(manager, case=asked.case, lead=False).request, by=manager)

    assert Client().post(address(other[0]), {"code": link[1]}).status_code == 200


def test_a_sitting_ends_when_it_is_idle(asked, link, settings):
    client = enter(link)
    session = client.session
    kept = session["report_link"]
    session["report_link"] = {**kept, "seen": int(time.time()) - settings.IDLE_MINUTES * 60 - 5}
    session.save()

    assert client.get(REPORT).status_code == 404
    assert client.get(address(link[0])).status_code == 200


def test_answers_by_link_are_kept_named_and_returned(asked, link):
    client = enter(link)
    post = section_post(asked, "F", F01="N") | {"said_by": "Pat Practice, manager"}

    client.post(reverse("cdop:link_answer_request", args=["F"]), post)
    done = client.post(reverse("cdop:link_hand_in_report"), follow=True)

    row, request = AgencyAnswer.objects.get(), asked.again()
    assert (row.said_by, row.said_by_user, row.code) == ("Pat Practice, manager", None, "N")
    assert row.handed_in_at is not None
    assert request.state == AgencyRequest.State.RETURNED
    assert "Thank you" in text_of(done)
    assert client.get(REPORT).status_code == 404
    assert client.get(address(link[0])).status_code == 404


def test_no_record_by_link_names_who_looked(asked, link):
    client = enter(link)

    client.post(reverse("cdop:link_say_no_record"), {"name": "Pat Practice"})

    assert AgencyAnswer.objects.get().said_by == "Pat Practice"
    assert asked.again().state == AgencyRequest.State.NO_RECORD


def test_leaving_keeps_what_was_saved_and_the_link(asked, link):
    client = enter(link)
    client.post(reverse("cdop:link_answer_request", args=["F"]), section_post(asked, "F", F01="N"))

    client.post(reverse("cdop:leave_report"))

    assert client.get(REPORT).status_code == 404
    assert "1 of 3 answered" in text_of(enter(link, client).get(REPORT))


def test_openings_are_limited(link):
    client = Client()

    found = [client.get(address("A" * 43)).status_code for _ in range(31)]

    assert found[:30] == [404] * 30
    assert found[30] == 429


def test_each_use_of_a_link_is_on_record_without_link_or_code(asked, link):
    enter(link).get(REPORT)

    entries = AuditEntry.objects.filter(case=asked.case.pk, acting_role="report_link")
    assert {one.action for one in entries} >= {"open_report_link", "view_request"}
    kept = " ".join(AuditEntry.objects.values_list("detail", flat=True))
    assert link[0] not in kept and link[1] not in kept


COPY = reverse("cdop:link_copy_report")


def answer(client, asked):
    post = section_post(asked, "F", F01="N") | {"said_by": "Pat Practice, manager"}
    client.post(reverse("cdop:link_answer_request", args=["F"]), post)


def copy_of(client) -> tuple[str, str]:
    """Ask for a copy; return where it is and its password."""
    page = client.post(COPY)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    text = page.content.decode()
    password = re.search(r"<strong>([a-z2-7-]{19})</strong>", text)[1]
    return re.search(r'href="([^"]+/copy/[0-9a-f-]{36}/)"', text)[1], password


def test_who_answers_by_link_takes_a_copy_before_and_after_sending(asked, link):
    client = enter(link)
    answer(client, asked)
    place, password = copy_of(client)
    file = client.get(place).content
    words = " ".join(pdf.pages_of(file, password=password))
    assert "Pat Practice" in words and "Ada Planted" in words
    assert f"{asked.agency.name}, by link" in " ".join(words.split())
    with pytest.raises(FileNotDecryptedError):
        pdf.pages_of(file)

    done = client.post(reverse("cdop:link_hand_in_report"), follow=True)
    assert COPY in done.content.decode()
    after, password_after = copy_of(client)
    assert password_after != password
    assert "Returned on" in " ".join(
        pdf.pages_of(client.get(after).content, password=password_after)
    )

    entries = AuditEntry.objects.filter(case=asked.case.pk, action="download_own_report")
    assert {(one.acting_role, one.outcome) for one in entries} == {("report_link", "allowed")}
    assert entries.count() == 4
    assert Client().get(after).status_code == 404
    client.post(reverse("cdop:leave_report"))
    assert [client.post(COPY).status_code, client.get(after).status_code] == [404, 404]
    assert COPY not in client.get(reverse("cdop:link_done")).content.decode()


def test_no_copy_without_the_code_of_another_link_or_when_it_is_over(asked, link, manager):
    stranger = Client()
    stranger.get(address(link[0]))
    assert stranger.post(COPY).status_code == 404
    client = enter(link)
    answer(client, asked)
    place, _ = copy_of(client)
    other = ask(manager, case=asked.case, lead=False)
    elsewhere = enter(make_link(other.request, by=manager))
    assert elsewhere.get(place).status_code == 404
    own, password = copy_of(elsewhere)
    assert "Pat Practice" not in " ".join(
        pdf.pages_of(elsewhere.get(own).content, password=password)
    )

    with change("plant", by=manager, case=asked.case) as written:
        request = asked.again()
        request.token_expires_at = timezone.now() - datetime.timedelta(seconds=1)
        written.save(request)

    assert [client.post(COPY).status_code, client.get(place).status_code] == [404, 404]


@pytest.mark.parametrize("over", ["late", "expired", "revoked", "sealed", "replaced"])
def test_a_copy_of_what_was_sent_ends_with_its_time_and_with_the_link(asked, link, manager, over):
    client = enter(link)
    answer(client, asked)
    client.post(reverse("cdop:link_hand_in_report"))
    place, _ = copy_of(client)
    if over == "late":
        session = client.session
        session["report_link_sent"] = {**session["report_link_sent"], "sent": time.time() - 601}
        session.save()
    elif over == "sealed":
        sealing.seal_case(case=asked.case, by=manager, reason="Known to us", keeps=[manager])
    elif over == "revoked":
        revoke_link(asked.again(), by=manager)
    elif over == "replaced":
        make_link(asked.again(), by=manager)
    else:
        with change("plant", by=manager, case=asked.case) as written:
            request = asked.again()
            request.token_expires_at = timezone.now()
            written.save(request)

    assert [client.get(place).status_code, client.post(COPY).status_code] == [404, 404]
    assert "need no copy" not in text_of(client.get(reverse("cdop:link_done")))
