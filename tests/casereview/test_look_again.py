"""A page that waits looks again by itself, and stands still for whoever asks for that."""

from pathlib import Path

from django.http import HttpResponse
from django.template.loader import render_to_string

from casereview.look_again import look_again

ROOT = Path(__file__).resolve().parents[2]


def asked(rf, address):
    request = rf.get(address)
    headers = look_again(request, HttpResponse(), seconds=5).headers
    words = render_to_string("casereview/_look_again.html", {"request": request, "seconds": 5})
    return headers.get("Refresh"), words


def test_a_page_looks_again_until_its_reader_lets_it_stand_still(rf):
    refresh, words = asked(rf, "/pack/")
    still, standing = asked(rf, "/pack/?still=1")

    assert (refresh, still) == ("5", None)
    assert "looks again every 5 seconds" in words and "Let it stand still" in words
    assert "Look again</a>" in standing and "every" not in standing


def test_no_page_reloads_by_its_own_markup():
    pages = [*ROOT.glob("*/templates/**/*.html")]

    assert len(pages) > 100
    assert [page.name for page in pages if "http-equiv" in page.read_text(encoding="utf-8")] == []
