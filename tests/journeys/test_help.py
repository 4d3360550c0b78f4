"""Whoever is new reads Help without an account, on any screen, and prints the page of a role."""

import io

import pypdf
from django.urls import reverse

from casereview import guides
from tests.journeys.looking import Reader


def test_help_is_read_and_each_guide_fits_one_sheet(page, problems):
    reader = Reader(page)
    reader.open(reverse("help"), "Help")
    reader.follow("Your first case, step by step", "Your first case, step by step")
    reader.follow("unexpected", "Words of this work")
    assert page.locator("#unexpected").is_visible()

    for guide in guides.all_guides().values():
        reader.open(reverse("guide", args=[guide.role.value]), guide.role.label)
        sheets = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4")))
        assert len(sheets.pages) == 1, guide.role
    assert problems == []
