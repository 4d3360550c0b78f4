"""The command that suggests themes: its contract, and files it refuses."""

import json
from dataclasses import replace
from datetime import date
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.utils import timezone

from casereview.codelists import load_named
from casereview.management.base import Refused
from casereview.models import AuditEntry, LearningPoint
from casereview.records import change
from learning import suggestions
from learning.models import Theme
from learning.starters import begin_themes

pytestmark = pytest.mark.django_db


def run(path, *arguments):
    out = StringIO()
    call_command("suggest_themes", str(path), *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path):
    def written(content):
        path = tmp_path / "statements.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return written


def test_each_statement_gets_three_themes_in_the_order_given(file):
    statements = ["A swallowed magnet perforated the bowel", "No interpreter was booked"]

    found = json.loads(run(file({"statements": statements}), "--json"))

    assert [one["statement"] for one in found] == statements
    assert [one["themes"][0]["code"] for one in found] == ["button_battery", "language_barrier"]
    for one in found:
        assert len(one["themes"]) == 3
        assert all(set(theme) == {"code", "score", "words", "weak"} for theme in one["themes"])
        assert all(word in one["statement"] for word in one["themes"][0]["words"])


def test_the_entry_of_the_log_holds_a_count_and_no_statement(file):
    run(file({"statements": ["Zebedee swallowed a magnet"]}))

    entry = AuditEntry.objects.get(action="suggest_themes")
    assert json.loads(entry.detail)["statements"] == 1
    assert "Zebedee" not in entry.detail


def test_the_themes_are_those_of_the_database(file):
    theme = Theme(code="trampolines", name="Trampolines", covers="Trampoline nets and springs")
    with change("add_theme", by=None) as written:
        written.save(theme)

    found = json.loads(run(file({"statements": ["The trampoline had no net"]}), "--json"))

    assert found[0]["themes"][0]["code"] == "trampolines"


def test_what_was_accepted_earlier_is_known_and_what_was_only_proposed_is_not():
    for number, state in enumerate(("accepted", "proposed"), 1):
        with change("record_learning", by=None) as written:
            written.save(
                LearningPoint(
                    reference=f"LP-2001-{number:04d}",
                    source="audit",
                    state=state,
                    theme="smoking",
                    learned_on=date(2020, 5, 1),
                    statement="Something was learned",
                    recorded_at=timezone.now(),
                )
            )

    known = suggestions.learned_until(date(2020, 6, 1)).points

    assert [point.state for point in known] == ["accepted"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"not json", "JSON"),
        (b"\xff\xfe", "JSON"),
        (b"[" * 100_000, "JSON"),
        ({}, "as a list"),
        (["x"], "as a list"),
        ({"statements": "x"}, "as a list"),
        ({"statements": []}, "at least one"),
        ({"statements": ["x", 3]}, "statement 2 as text"),
        ({"statements": [" "]}, "it is empty"),
        ({"statements": ["x" * 5_001]}, "Shorten statement 1"),
        ({"statements": ["x"] * 1_001}, "at most 1,000"),
        (b'{"statements": ["\\ud800"]}', "Type statement 1 again"),
        (b" " * 5_000_001, "smaller file"),
    ],
)
def test_a_file_that_cannot_be_is_refused_and_says_what_to_do(file, content, says):
    with pytest.raises(Refused, match=says):
        run(file(content), "--json")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused, match="can be read"):
        run(tmp_path / "nowhere.json")


def test_a_database_gets_the_starters_that_came_since_and_keeps_its_own(monkeypatch):
    from learning import starters

    given = load_named("learning", "themes").codes
    new = [
        replace(given[0], code="water_bottles", label="Water bottles"),
        replace(given[0], code="named_alike", label="SMOKING"),
        replace(given[0], code="over", label="Over long ago", until=date(2011, 1, 1)),
    ]
    grown = [replace(code, label=f"{code.label} anew") for code in given]
    monkeypatch.setattr(starters, "load_named", lambda *_: SimpleNamespace(codes=[*grown, *new]))
    mine = Theme.objects.get(code="smoking")
    mine.name, mine.covers = "Smoking", "As we say it"
    with change("change_theme", by=None) as written:
        written.save(mine)
    before = dict(Theme.objects.values_list("code", "version"))

    begin_themes()
    begin_themes()

    after = dict(Theme.objects.values_list("code", "version"))
    assert set(after) - set(before) == {"water_bottles"}
    assert {code: after[code] for code in before} == before
    added = Theme.objects.get(code="water_bottles")
    # Nobody could give it before: the quarters until now say nothing of it.
    assert added.since == timezone.localdate()
    assert added.review_themes == []
    assert Theme.objects.get(code="smoking").covers == "As we say it"


def test_a_starter_theme_nobody_touched_gets_its_cue_words_and_another_keeps_its_own():
    assert Theme.objects.get(code="smoking").cue_words

    changed = Theme.objects.get(code="smoking")
    changed.cue_words, changed.does_not_cover = [], ""
    with change("change_theme", by=None) as written:
        written.save(changed)
    begin_themes()

    assert Theme.objects.get(code="smoking").cue_words == []
