"""Every page and state by axe and beyond: four widths, forced colours, and dark on paper.

A width of 320 px is a window of 1280 px at 400 %. An ordinary run looks at a sample with everything
in it – lists, a form with errors, a grid, a chart, paper – and the long tests at every page of the
demo that links lead to, and at what each of its forms says when it is sent empty.
"""

from collections import Counter

import pytest
from django.test import Client

from casereview.models import User
from learning.demo.cast import CAST
from tests import factories
from tests.cdop import reviews
from tests.page_links import leads_nowhere
from tests.page_sweep import Seen, faults_of, handed_in_empty, name_of, walk, window
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
REACHED = 330  # kinds of page; fewer, and the walk has lost its way

FAULTY = """<!DOCTYPE html><html lang="en"><head><title>Faulty</title><style>
.wide { width: 700px; } .bare { border: 0; background: Canvas; forced-color-adjust: none; }
@media (prefers-color-scheme: dark) { .night { background: #000; color: #111; } }
</style></head><body><main><h1>Faulty</h1><p class="wide">Wide</p><p class="night">Dark</p>
<input><button class="bare">Bare</button></main></body></html>"""


@pytest.fixture
def sample(manager):
    """Some pages of every make, as their readers are given them."""
    factories.keep_form_c()
    case = factories.make_case(by=manager)
    at = reviews.at_panel(case, manager)
    reviews.record_all(at)
    client = sign_in(Client(), manager)
    of_case = f"/cases/{case.reference}"
    pages = [
        opened(client, address)
        for address in (
            "/",
            "/cases/",
            f"{of_case}/",
            f"{of_case}/timeline/print/",
            f"{of_case}/review/factors/B/",
            "/statistics/reviews/",
        )
    ]
    forms = [opened(client, address) for address in ("/notifications/new/", f"{of_case}/interest/")]
    pages += [said for form in forms for said in handed_in_empty(client, form)]
    pages.append(opened(Client(), "/accounts/login/"))
    return pages


def opened(client: Client, address: str) -> Seen:
    response = client.get(address)
    assert response.status_code == 200, address
    return Seen(name_of(address) or "", "page", address, "", response.content.decode())


def test_pages_are_accessible_at_every_width_in_forced_colours_and_on_paper(browser, sample):
    with window(browser, sample) as looked_at:
        found = [
            f"{page}: {fault}"
            for number, page in enumerate(sample)
            for fault in faults_of(looked_at, number, widths=(768, 320))
        ]

    assert found == []
    assert [link for page in sample for link in leads_nowhere(page.html)] == []
    assert sum(page.state != "page" for page in sample) >= 2


def test_a_page_with_faults_would_be_found(browser):
    faulty = Seen("faulty", "page", "/", "", FAULTY)

    with window(browser, [faulty]) as looked_at:
        found = faults_of(looked_at, 0, widths=(390,))

    for expected in (
        "1280 px: label",
        "390 px: scrolls sideways",
        "forced colours: button.bare",
        "on paper: p.night “Dark” has a contrast of",
        "on paper: p.night “Dark” is printed dark",
    ):
        assert any(fault.startswith(expected) for fault in found), (expected, found)


def test_an_error_that_leads_nowhere_would_be_found():
    summary = '<div class="govuk-error-summary"><div><a href="#id_a">A</a></div></div>'

    assert leads_nowhere(f'{summary}<a href="#id_b">B</a>') == ["#id_a"]
    assert leads_nowhere(f'{summary}<input id="id_a">') == []
    assert leads_nowhere(f'{summary}<input id="id_a"><input id="id_a">') == ["#id_a"]


@pytest.mark.long
def test_every_page_of_the_demo_is_accessible(seeded, browser):
    known: Counter[str] = Counter()
    found: list[str] = []
    for persona in CAST:
        if not persona.sign_in:
            continue
        user = User.objects.get(email=persona.email)
        client = sign_in(Client(), user)
        pages: list[Seen] = []
        for page in walk(client, persona.role, each=1, known=known):
            pages += [page, *handed_in_empty(client, page)]
        found += [
            f"{page}: {link} leads nowhere" for page in pages for link in leads_nowhere(page.html)
        ]
        with window(browser, pages) as looked_at:
            found += [
                f"{page}: {fault}"
                for number, page in enumerate(pages)
                for fault in faults_of(looked_at, number)
            ]

    assert found == []
    assert len(known) >= REACHED
