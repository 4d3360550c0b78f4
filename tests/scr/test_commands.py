"""The decision tool and the clocks from the command line, with nothing behind them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.computing import without_data
from scr.answers_file import LARGEST_BYTES

ROOT = Path(__file__).resolve().parents[2]
VIGNETTES = json.loads((ROOT / "tests/data/scr_vignettes.json").read_text(encoding="utf-8"))
DIED = {"under_18_at_event": "yes", "event": "died", "abuse_or_neglect": "suspected"}


@pytest.fixture
def answers(tmp_path):
    def write(found):
        path = tmp_path / "answers.json"
        path.write_text(found if isinstance(found, str) else json.dumps({"answers": found}))
        return path

    return write


def manage(*arguments, data, **environment):
    """Run a command as a stranger's script would; `data` is CASEREVIEW_DATA."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**kept, "CASEREVIEW_DATA": str(data), **environment},
        timeout=120,
        check=False,
    )


def assessed(capsys, framework, path):
    call_command("assess_criteria", framework, str(path), "--json")
    return json.loads(capsys.readouterr().out)


def test_an_assessment_is_one_document_of_the_agreed_shape(answers, capsys):
    found = assessed(capsys, "wt2015", answers(DIED))

    assert list(found) == ["outcome", "notify", "criteria", "reasons", "missing"]
    assert (found["outcome"], found["notify"]) == ("scr_mandatory", True)
    assert found["criteria"]["death_abuse"] is True
    assert found["criteria"]["death_custody"] is None
    assert found["criteria"]["harm_abuse_interagency"] is False
    assert found["reasons"]
    assert found["missing"] == []


def test_what_an_answer_still_decides_is_null_and_missing(answers, capsys):
    found = assessed(capsys, "wt2018", answers(DIED | {"abuse_or_neglect": "not_known"}))

    assert (found["outcome"], found["notify"]) == ("more_information", None)
    assert "abuse_or_neglect" in found["missing"]
    assert "seriously_harmed" not in found["missing"]


@pytest.mark.parametrize("vignette", VIGNETTES["vignettes"], ids=lambda each: each["id"])
def test_a_worked_decision_comes_out_of_the_command(vignette, answers, capsys):
    for subject in vignette["subjects"]:
        path = answers(subject["answers"])
        for framework, expected in subject["expected"].items():
            assert assessed(capsys, framework, path)["outcome"] == expected["outcome"]


def test_a_person_reads_outcome_reasons_and_what_is_missing(answers, capsys):
    call_command(
        "assess_criteria", "wt2015", str(answers({"event": "died", "abuse_or_neglect": "known"}))
    )

    printed = capsys.readouterr().out
    assert "Outcome: more information" in printed
    assert "Missing: under_18_at_event – Was the person under 18" in printed


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "Write the file as JSON"),
        ("[" * 100_000, "Write the file as JSON"),
        ("[]", 'Put the answers under "answers"'),
        ('{"answers": ["died"]}', 'Put the answers under "answers"'),
        ('{"answers": {"event": "died", "event": "harmed"}}', "Give each answer once"),
        ({"weather": "fine"}, "no question is called that"),
        ({"event": "vanished"}, "Answer “event” with one of died, harmed"),
        ({"event": None}, "Answer “event” with one of died, harmed"),
        ({"event": True}, "Answer “event” with one of died, harmed"),
        ({"event": ["died"]}, "Answer “event” with one of died, harmed"),
        ({"lr_agencies": "perhaps"}, "Answer “lr_agencies” with one of no, yes, not_known"),
        (" " * (LARGEST_BYTES + 1), "Choose a smaller file"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_do(content, why, answers):
    with pytest.raises(CommandError, match=why) as refused:
        call_command("assess_criteria", "wt2015", str(answers(content)))

    assert refused.value.returncode == 1


def test_a_refusal_repeats_no_answer_and_no_odd_name(answers):
    for found in ({"event": "Ada Example fell"}, {"Ada Example": "yes"}):
        with pytest.raises(CommandError) as refused:
            call_command("assess_criteria", "wt2015", str(answers(found)))

        assert "Ada" not in str(refused.value)


@pytest.mark.parametrize("name", ["absent.json", "."])
def test_a_file_that_cannot_be_read_is_refused(name, tmp_path):
    with pytest.raises(CommandError, match="Choose a file that can be read"):
        call_command("assess_criteria", "wt2015", str(tmp_path / name))


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "answers.json"
    path.write_bytes('{"answers": {"événement": "died"}}'.encode("latin-1"))

    with pytest.raises(CommandError, match="Save the file as UTF-8"):
        call_command("assess_criteria", "wt2015", str(path))


@pytest.mark.parametrize("case", VIGNETTES["clock_cases"], ids=lambda each: each["id"])
def test_a_worked_time_limit_comes_out_of_the_command(case, capsys):
    call_command("due_on", case["framework"], case["clock"], case["start"], "--json")

    assert json.loads(capsys.readouterr().out) == {"due": case["expected"]}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("wt1999", "decision", "2015-01-31"), "Choose a framework: wt2010"),
        (("wt2013", "lunch", "2015-01-31"), "Choose a clock of wt2013: decision"),
        (("ni_cmr", "decision", "2015-01-31"), "Choose another framework"),
        (("wt2013", "decision", "2015-02-30"), "Enter the start as a date"),
        (("wt2013", "decision", "20150131"), "Enter the start as a date"),
        (("wt2013", "decision", "9999-12-31"), "Enter the start as a date"),
        (("wt2013", "decision", "soon"), "Enter the start as a date"),
    ],
)
def test_a_time_limit_that_cannot_be_counted_says_what_to_do(arguments, why):
    with pytest.raises(CommandError, match=why) as refused:
        call_command("due_on", *arguments)

    assert refused.value.returncode == 1


def test_both_work_where_nothing_can_be_stored(answers):
    unusable = Path("/dev/null/data")

    assessment = manage("assess_criteria", "wt2015", answers(DIED), "--json", data=unusable)
    day = manage("due_on", "wt2013", "decision", "2015-01-31", "--json", data=unusable)

    assert (assessment.returncode, assessment.stderr) == (0, "")
    assert json.loads(assessment.stdout)["outcome"] == "scr_mandatory"
    assert (day.returncode, day.stdout, day.stderr) == (0, '{"due": "2015-02-28"}\n', "")


def test_neither_asks_a_database_or_leaves_anything_behind(answers, tmp_path):
    data = tmp_path / "data"
    unreachable = "postgres://nobody@127.0.0.1:1/none"

    done = manage(
        "assess_criteria",
        "wt2023",
        answers(DIED),
        data=data,
        DATABASE_URL=unreachable,
        KEYS_DATABASE_URL=unreachable,
    )

    assert done.returncode == 0, done.stderr
    assert not data.exists()


def test_a_failure_is_on_standard_error_alone(answers, tmp_path):
    done = manage("assess_criteria", "wt1999", answers(DIED), "--json", data=tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert "Choose a framework: wt2010, wt2013, wt2015" in done.stderr


def test_a_command_that_stores_is_not_pointed_at_nothing():
    environment = {"DATABASE_URL": "sqlite:////kept"}

    without_data(["manage.py", "import_cases"], environment)

    assert environment == {"DATABASE_URL": "sqlite:////kept"}
