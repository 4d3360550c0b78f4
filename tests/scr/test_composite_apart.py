"""No page, file or letter for one family of a composite tells of another, whoever reads it.

Three families with words that stand nowhere else are told as one review. Each reader follows every
link of every page of each member; what comes back, files read as text, is searched for the words
of the others.
"""

import io
from collections.abc import Iterator
from html.parser import HTMLParser

import openpyxl
import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from casereview import keys, pdf
from casereview.models import FamilyLink, Person
from casereview.records import change
from casereview.rules.access_table import Role
from scr.actions import chronology, findings, involvement, letters, papers
from scr.actions.commissioning import record_terms
from tests import factories, review_factories, scr_factories
from tests.composite_factories import (
    FAMILIES,
    Together,
    add_action,
    agreed,
    draft,
    make_open,
    make_owner,
    recommend,
)
from tests.review_factories import ask, make_author, make_reviewer, row
from tests.signed_in import sign_in

pytestmark = [
    pytest.mark.django_db,
    # Hundreds of requests tell of views and templates; one database is enough.
    pytest.mark.skipif(connection.vendor != "sqlite", reason="asked once, on SQLite"),
]
AUNTS = ("Brindlewyn Hasp", "Cloverdine Mott", "Dapplemere Nock")
EVERYWHERE = ("/", "/cases/", "/reviews/", "/reviews/composite/", "/actions/", "/register/")


class Links(HTMLParser):
    """The links of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        href = dict(attrs).get("href") or ""
        if tag == "a" and href.startswith("/"):
            self.found.append(href.partition("#")[0])


def words_of(number: int) -> tuple[str, ...]:
    """Return what belongs to one family alone."""
    return (*FAMILIES[number].words, *AUNTS[number].split())


def fill(together: Together) -> dict[str, object]:
    """Give each member papers, people, an agency's own chronology and letters of its own."""
    manager = together.manager
    finding = draft(together)
    reviewers, authors = [], []
    for number, world in enumerate(together.worlds):
        family = FAMILIES[number]
        reviewers.append(review_factories.appoint(world, make_reviewer()))
        record_terms(review=world.again(), by=manager, terms=f"What was known of {family.given}?")
        aunt = Person(given_names=AUNTS[number].split()[0], family_name=AUNTS[number].split()[1])
        with change("plant", by=manager, case=world.case) as written:
            written.save(aunt)
            link = FamilyLink(case=world.case, person=aunt, relation="other_adult")
            written.save(link)
        involvement.record_family_involvement(
            review=world.again(), family=link, answer="takes_part", said="Ask me", by=manager
        )
        author = make_author(name=f"Soar clinic {number}", person=f"Author {number}")
        authors.append(author)
        request = ask(world, author, question=f"What do you know of {family.given}?")
        chronology.add_chronology_entry(
            request=request, row=row(what=f"{family.given} seen at {family.address}"), by=author
        )
        paper = papers.write_paper(
            review=world.again(),
            kind="final_report",
            text=f"{family.given} {family.family} of {family.postcode} was seen.",
            by=reviewers[-1],
        )
        papers.hand_in_paper(paper=paper, by=reviewers[-1])
        papers.run_leak_test(paper=paper, by=manager)
        letter = letters.draft_scr_letter(case=world.case, by=manager, to="family")
        letters.edit_scr_letter(
            letter=letter, by=manager, text=f"Dear family of {family.given}, a review is held."
        )
        held = finding.rests_on.select_related("case").get(case=world.case)
        findings.describe_in_case(row=held, text=f"{family.given} was seen once", by=manager)
    agreed(finding, together.people)
    owner = make_owner()
    add_action(recommend(finding, manager), manager, owner)
    draft(together, of=2, statement="A second thing that was found")
    return {"reviewers": reviewers, "authors": authors, "owner": owner}


@pytest.fixture(scope="module")
def composite(django_db_setup, django_db_blocker):
    """The composite with its papers, made once for all these tests and gone after them."""
    with django_db_blocker.unblock(), keys.held():
        with transaction.atomic(), transaction.atomic(using="keys"):
            together = make_open()
            yield together, fill(together)
            transaction.set_rollback(True)
            transaction.set_rollback(True, using="keys")


def text_of(response) -> str:
    """Return everything a response says: a page, or a file read as text, and its headers."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    said = str(response.headers)
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("application/pdf"):
        return said + " ".join(" ".join(pdf.pages_of(content)).split())
    if "spreadsheetml" in kind:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        cells = [str(cell) for sheet in book for line in sheet.values for cell in line if cell]
        return said + " ".join(cells)
    return said + content.decode("utf-8", "replace")


def pages(user, starts: list[str], within: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Follow every link that stays within some addresses; yield each address and what it says."""
    client = sign_in(Client(), user)
    todo, seen = list(starts), set(starts)
    while todo:
        url = todo.pop(0)
        response = client.get(url)
        if response.status_code in (301, 302):
            continue
        text = text_of(response)
        yield url, text
        if response.headers.get("Content-Type", "").startswith("text/html"):
            for link in Links(text).found:
                if link not in seen and any(part in link for part in within):
                    seen.add(link)
                    todo.append(link)


def keys_of(world) -> tuple[str, ...]:
    """Return what an address holds that is of one member."""
    return (f"/{world.case.reference}/", f"/{world.review.reference}/")


def starts_of(together: Together) -> list[str]:
    found = [*EVERYWHERE, reverse("scr:view_composite", args=[together.composite.reference])]
    for world in together.worlds:
        reference = world.case.reference
        found += [
            reverse("view_case", args=[reference]),
            reverse("scr:view_scr", args=[reference]),
            reverse("scr:view_scr_identity", args=[reference]),
            reverse("scr:view_review", args=[world.review.reference]),
            reverse("scr:view_findings", args=[world.review.reference]),
            reverse("scr:export_chronology", args=[world.review.reference]),
        ]
    return found


def told(together: Together, user, *, opens: tuple[int, ...]) -> tuple[list[str], dict[str, str]]:
    """Return where a reader was told of another family, and all that they read."""
    within = [part for world in together.worlds for part in keys_of(world)]
    within += ["/reviews/composite/", "/actions/", "/chronologies/"]
    wrong, read = [], {}
    for url, text in pages(user, starts_of(together), tuple(within)):
        read[url] = text
        for number, world in enumerate(together.worlds):
            mine = any(part in url for part in keys_of(world))
            others = [one for one in range(len(FAMILIES)) if one != number]
            # A page of a member tells of no other; a page of all, of no family at all.
            kept = others if mine else []
            if "/reviews/composite/" in url or "/actions/" in url:
                kept = list(range(len(FAMILIES)))
            kept += [one for one in range(len(FAMILIES)) if one not in opens]
            wrong += [
                f"{url}: {word}" for one in set(kept) for word in words_of(one) if word in text
            ]
    return sorted(set(wrong)), read


ROLES = (Role.BOARD_MANAGER, Role.SCR_MEMBER, Role.SCR_CHAIR, Role.INDEPENDENT_CHAIR)


@pytest.mark.parametrize("role", [*ROLES, Role.CDR_MANAGER])
def test_who_may_open_every_member_reads_of_each_family_on_its_own_pages_alone(composite, role):
    together, _ = composite
    user = together.people.get(role) or factories.make_user(role)

    wrong, read = told(together, user, opens=(0, 1, 2))

    assert wrong == []
    if role == Role.BOARD_MANAGER:
        # A leak would be seen: each family's words are on its own pages, and in its files.
        for number, world in enumerate(together.worlds):
            own = [text for url, text in read.items() if any(k in url for k in keys_of(world))]
            for word in words_of(number)[:4]:
                assert any(word in text for text in own), word
            file = reverse("scr:export_chronology", args=[world.review.reference])
            assert FAMILIES[number].given in read[file]
        assert len(read) > 60
        assert any("/letters/" in url for url in read)


def test_who_may_open_one_member_is_told_of_no_other_family_anywhere(composite):
    together, _ = composite
    user = scr_factories.make_scr_user(Role.BOARD_MANAGER, factories.board())
    for world in together.worlds[1:]:
        factories.recuse(user, world.case)

    wrong, read = told(together, user, opens=(0,))

    assert wrong == []
    composite_page = read[reverse("scr:view_composite", args=[together.composite.reference])]
    assert "And 2 others that you may not open" in composite_page
    for world in together.worlds[1:]:
        assert not any(world.review.reference in text for text in read.values())


def test_a_reviewer_and_an_agency_of_one_member_are_told_of_no_other(composite):
    together, made = composite

    for user in (made["reviewers"][0], made["authors"][0]):
        wrong, read = told(together, user, opens=(0,))
        assert wrong == [], user.name
        assert any(FAMILIES[0].given in text for text in read.values()), user.name


def test_who_owns_an_action_reads_of_no_family(composite):
    together, made = composite

    wrong, read = told(together, made["owner"], opens=())

    assert wrong == []
    assert any(url.startswith("/actions/") and url != "/actions/" for url in read)
