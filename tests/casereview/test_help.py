"""Help: words explained with their source, a page for each role, and a first case."""

import re

import pytest
from django.urls import reverse

from casereview import forms, guides, terms
from casereview.rules.access_table import Role
from tests import factories
from tests.html import Page
from tests.signed_in import sign_in


def test_each_word_says_what_it_means_and_where_that_was_read(client):
    html = client.get(reverse("explain_terms")).content.decode()
    page = Page(html)

    for term in terms.all_terms().values():
        assert term.key in page.ids()
        assert term.meaning in page.words and term.source in page.words
    reconstructed = sum(term.reconstructed for term in terms.all_terms().values())
    assert 0 < reconstructed == page.words.count("Reconstructed: not checked by a practitioner")


@pytest.mark.parametrize("role", Role)
def test_each_role_has_a_guide_to_print(client, role):
    page = client.get(reverse("guide", args=[role.value])).content.decode()

    guide = guides.all_guides()[role]
    assert role.label in page and guide.purpose in page
    assert 2 <= len(guide.steps) <= 7
    assert sum(map(len, guide.steps)) < 1_200, "it is to fit one sheet"


def test_there_is_no_guide_for_what_is_no_role(client):
    assert client.get("/help/guides/prime_minister/").status_code == 404


@pytest.mark.django_db
def test_help_names_ones_own_role_first(client):
    user = factories.make_user(Role.CDR_MANAGER)

    page = sign_in(client, user).get(reverse("help")).content.decode()

    own, others = page.split("Other roles")
    assert reverse("guide", args=["cdr_manager"]) in own
    assert reverse("guide", args=["panel_member"]) in others


def test_links_to_a_word_lead_to_one(client):
    page = client.get(reverse("first_case")).content.decode()

    keys = re.findall(re.escape(reverse("explain_terms")) + r"#(\w+)", page)
    assert len(keys) >= 3
    assert set(keys) <= set(terms.all_terms())


class Asked(forms.Form):
    """A question with a word that wants explaining, and one without."""

    expectedness = forms.CodeField(label="Was it expected?", choices=[("E", "x")], about="expected")
    other = forms.PlainTextField(label="Other")


def test_a_question_explains_its_word_and_links_to_the_rest():
    html = str(Asked())

    expected = terms.term("expected")
    assert html.count("<details") == 1
    assert expected.meaning in html and expected.source in html
    assert f"{reverse('explain_terms')}#expected" in html


def test_a_word_that_nobody_explains_is_found_out():
    with pytest.raises(KeyError):
        terms.term("unheard_of")
