"""Bundles for disclosure: each part about others is decided, and the file is fetched once."""

import io
import zipfile

import pytest
from django.urls import reverse

from casereview import bundle, vault
from casereview.actions import NotAllowed, disclosures, documents
from casereview.models import AuditEntry, Disclosure, DisclosurePart
from casereview.records import Conflict
from tests import factories
from tests.casereview import hostile_files
from tests.kept_out import let_in
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

SECRET = "Quillfeather"
ABOUT_OTHERS = f"The child slept.\n\nHis aunt Joan {SECRET} told us\nof his father.\n\nThe end."


@pytest.fixture
def case(manager):
    return factories.make_case(by=manager)


@pytest.fixture
def desk(client, manager):
    return sign_in(client, manager)


def at(name, case, *keys):
    return reverse(name, args=[case.reference, *keys])


def hand_in(case, by, content, name="a.txt", *, third_party=False, title="Paper"):
    document = documents.upload_document(
        case=case, content=content, file_name=name, title=title, third_party=third_party, by=by
    )
    return documents.accept_document(document=document, reason="Known", by=by)


@pytest.fixture
def papers(case, manager):
    """A text about others, a PDF about others, its redacted copy, and a plain paper."""
    return {
        "text": hand_in(case, manager, ABOUT_OTHERS.encode(), third_party=True, title="Notes"),
        "pdf": hand_in(case, manager, hostile_files.pdf(), "a.pdf", third_party=True),
        "copy": hand_in(case, manager, hostile_files.pdf(b"(redacted)"), "b.pdf"),
        "plain": hand_in(case, manager, b"Weight 9 kg"),
    }


def prepare(case, by, *chosen):
    return disclosures.prepare_disclosure(
        case=case, asked_by_whom="The coroner", purpose="Inquest", documents=chosen, by=by
    )


def decide(part, by, decision="withhold", reason="About somebody else", **facts):
    return disclosures.decide_disclosure_part(
        part=part, decision=decision, reason=reason, by=by, **facts
    )


def decided(case, by, papers):
    """Return a bundle whose parts are disclosed, redacted, withheld, and one redacted whole."""
    made = prepare(case, by, papers["text"], papers["pdf"], papers["plain"])
    first, second, third, whole, _ = made.parts.all()
    decide(first, by, "disclose")
    decide(second, by, "redact", words=f"Joan {SECRET}")
    decide(third, by)
    decide(whole, by, "redact", instead=papers["copy"])
    return made


def opened(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode("latin-1") for name in archive.namelist()}


# --- Who opens it --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["view_disclosure", "make_disclosure_file", "fetch_disclosure_file"]
)
def test_a_stranger_the_recused_and_the_leaver_are_kept_out(client, case, manager, papers, name):
    made = prepare(case, manager, papers["text"])

    assert let_in(client, case, at(name, case, made.pk), SECRET) == []
    assert let_in(client, case, at("prepare_disclosure", case), SECRET) == []


def test_they_do_not_read_a_part_either(client, case, manager, papers):
    made = prepare(case, manager, papers["text"])
    url = at("decide_disclosure_part", case, made.pk, made.parts.all()[1].pk)

    assert let_in(client, case, url, SECRET) == []


def test_a_bundle_or_part_of_another_case_is_not_found(desk, case, manager, papers):
    made = prepare(case, manager, papers["text"])
    other, part = factories.make_case(by=manager), made.parts.first()

    for name, keys in (
        ("view_disclosure", [made.pk]),
        ("fetch_disclosure_file", [made.pk]),
        ("decide_disclosure_part", [made.pk, part.pk]),
    ):
        assert desk.get(at(name, other, *keys)).status_code == 404


# --- Deciding ------------------------------------------------------------------------------------


def test_each_flagged_part_is_shown_and_decided_one_after_another(desk, case, papers):
    begun = desk.post(
        at("prepare_disclosure", case),
        {
            "asked_by_whom": "The coroner",
            "purpose": "Inquest",
            "documents": [str(papers["text"].pk), str(papers["plain"].pk)],
            "read": "on",
        },
    )
    made = Disclosure.objects.get()
    parts = list(made.parts.filter(third_party=True))
    shown = desk.get(at("decide_disclosure_part", case, made.pk, parts[1].pk)).content.decode()
    saved = desk.post(
        at("decide_disclosure_part", case, made.pk, parts[1].pk),
        {
            "decision": "redact",
            "taken_out": f"joan {SECRET}".lower(),
            "reason": "Told us in confidence",
            "version": parts[1].version,
        },
    )

    assert begun["Location"] == at("view_disclosure", case, made.pk)
    assert [part.paragraph for part in parts] == [1, 2, 3]
    assert f"His aunt Joan {SECRET} told us<br>of his father." in shown
    assert "The child slept" not in shown
    assert saved["Location"] == at("decide_disclosure_part", case, made.pk, parts[2].pk)
    assert DisclosurePart.objects.get(pk=parts[1].pk).reason == "Told us in confidence"


def test_a_bundle_is_not_begun_before_the_unflagged_were_read(desk, case, papers):
    page = desk.post(
        at("prepare_disclosure", case),
        {"asked_by_whom": "A", "purpose": "B", "documents": [str(papers["plain"].pk)]},
    )

    assert "Tick the box" in page.content.decode()
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"reason": " "}, "Enter the reason"),
        ({"decision": ""}, "Select whether"),
        ({"decision": "redact"}, "Enter the words to take out"),
        ({"decision": "redact", "words": "Peter"}, "not all of them are in this part"),
    ],
)
def test_a_decision_says_what_and_why(case, manager, papers, facts, says):
    part = prepare(case, manager, papers["text"]).parts.all()[1]

    with pytest.raises(NotAllowed, match=says):
        decide(part, manager, **facts)


def test_a_whole_document_is_redacted_only_by_a_copy_that_tells_of_nobody(case, manager, papers):
    part = prepare(case, manager, papers["pdf"]).parts.get()
    elsewhere = hand_in(factories.make_case(by=manager), manager, b"words")

    for wrong in (None, papers["pdf"], papers["text"], elsewhere):
        with pytest.raises(NotAllowed, match="Select"):
            decide(part, manager, "redact", instead=wrong)
    assert decide(part, manager, "redact", instead=papers["copy"]).instead == papers["copy"]


def test_a_part_decided_by_somebody_else_meanwhile_is_a_conflict(case, manager, papers):
    part = prepare(case, manager, papers["text"]).parts.first()
    seen = part.version
    decide(part, manager, "disclose")

    with pytest.raises(Conflict):
        decide(part, manager, version=seen)


# --- The file ------------------------------------------------------------------------------------


def test_no_file_is_made_while_a_part_waits(case, manager, papers):
    made = prepare(case, manager, papers["text"])
    decide(made.parts.first(), manager, "disclose")

    with pytest.raises(NotAllowed, match="Decide on every part first"):
        disclosures.make_disclosure_file(disclosure=made, by=manager)


def test_no_file_is_made_with_a_document_that_was_flagged_since(case, manager, papers):
    made = prepare(case, manager, papers["plain"])
    documents.change_document(document=papers["plain"], title="A", third_party=True, by=manager)

    with pytest.raises(NotAllowed, match="Begin a new bundle"):
        disclosures.make_disclosure_file(disclosure=made, by=manager)


def test_the_file_holds_what_was_decided_and_nothing_else(case, manager, papers):
    made = decided(case, manager, papers)

    files = opened(bundle.archive(list(made.parts.all())))

    assert files["01.txt"] == (
        "The child slept.\r\n\r\nHis aunt [redacted] told us\r\nof his father."
        "\r\n\r\n[withheld]\r\n"
    )
    assert "(redacted)" in files["02.pdf"]
    assert files["03.txt"] == "Weight 9 kg"
    assert files["contents.txt"].splitlines()[2:] == [
        "01.txt: 3 paragraphs, 1 withheld and 1 redacted",
        "02.pdf: a redacted copy",
        "03.txt: in full",
    ]
    assert not any(SECRET in text or "Notes" in text for text in files.values())


def test_a_document_withheld_as_a_whole_is_only_counted(case, manager, papers):
    made = prepare(case, manager, papers["pdf"], papers["plain"])
    decide(made.parts.first(), manager)

    files = opened(bundle.archive(list(made.parts.all())))

    assert sorted(files) == ["02.txt", "contents.txt"]
    assert "01: a document that is withheld" in files["contents.txt"]


def test_the_file_is_fetched_once_on_record_and_then_gone(desk, case, manager, papers):
    made = decided(case, manager, papers)
    answers = {"checked": "on", "version": made.version}
    desk.post(at("make_disclosure_file", case, made.pk), answers)
    stored = Disclosure.objects.get().storage_name

    first = desk.post(at("fetch_disclosure_file", case, made.pk))
    second = desk.post(at("fetch_disclosure_file", case, made.pk), follow=True)

    assert first["Content-Type"] == "application/zip"
    assert first["Content-Disposition"].startswith("attachment")
    assert first["Content-Security-Policy"].startswith("sandbox")
    assert "[redacted]" in opened(first.content)["01.txt"]
    assert "one that was fetched is gone" in second.content.decode()
    with pytest.raises(vault.FileMissing):
        vault.open_("case", case.pk, stored)
    assert Disclosure.objects.get().fetched_by == manager
    done = AuditEntry.objects.filter(action="fetch_disclosure_file", outcome="done")
    assert [entry.case for entry in done] == [case.pk]


def test_two_who_fetch_at_once_do_not_both_get_it(case, manager, papers):
    made = decided(case, manager, papers)
    disclosures.make_disclosure_file(disclosure=made, by=manager)
    again = Disclosure.objects.select_related("case").get()

    disclosures.fetch_disclosure_file(disclosure=made, by=manager)

    with pytest.raises((Conflict, vault.FileMissing)):
        disclosures.fetch_disclosure_file(disclosure=again, by=manager)


def test_looking_at_the_address_of_the_file_gives_nothing_away(desk, case, manager, papers):
    made = decided(case, manager, papers)
    disclosures.make_disclosure_file(disclosure=made, by=manager)

    assert desk.get(at("fetch_disclosure_file", case, made.pk)).status_code == 302
    assert Disclosure.objects.get().state == "made"


@pytest.mark.parametrize("name", ["make_disclosure_file", "fetch_disclosure_file"])
def test_the_file_needs_a_fresh_proof(client, case, manager, papers, name):
    made = decided(case, manager, papers)
    sign_in(client, manager, proved=False)

    response = client.post(at(name, case, made.pk), {"checked": "on"})

    assert response.status_code == 302 and "/cases/" not in response["Location"].split("?")[0]
    assert Disclosure.objects.get().state == "open"


def test_no_decision_changes_while_its_file_waits_and_it_can_be_made_again(case, manager, papers):
    made = decided(case, manager, papers)
    disclosures.make_disclosure_file(disclosure=made, by=manager)
    part = made.parts.select_related("disclosure").first()

    with pytest.raises(NotAllowed, match="the file was made with it"):
        decide(part, manager)

    disclosures.fetch_disclosure_file(disclosure=made, by=manager)
    disclosures.make_disclosure_file(disclosure=made, by=manager)
    assert disclosures.fetch_disclosure_file(disclosure=made, by=manager)


def test_the_page_of_a_bundle_shows_what_is_to_decide(desk, case, manager, papers):
    made = prepare(case, manager, papers["text"], papers["plain"])

    html = desk.get(at("view_disclosure", case, made.pk)).content.decode()
    listed = desk.get(at("view_documents", case)).content.decode()

    assert "3 parts to decide" in html and "Goes as it is" in html and "Make the file" not in html
    assert "The coroner" in listed and "3 parts to decide" in listed
