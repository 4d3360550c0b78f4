"""Reading a file of earlier learning, and setting its rows against what is in the database."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.utils import timezone

from casereview import keys
from casereview.models import Agency, LearningPoint
from casereview.people_forms import open_agencies
from casereview.spreadsheets import Row as Cells
from learning import codes
from learning.actions.arriving import EarlierLearning
from learning.actions.points import Told
from learning.models import Theme
from learning.review_themes import crosswalk
from learning.rules.learning_file import COLUMNS, Checked, Lists, Problem, Row, check_rows
from learning.suggestions import learned_until
from learning.theme_choices import in_force

LARGEST_BYTES = 2_000_000
# A workbook is a packed file: what it may unpack to, and how many lines of it are read.
MOST_UNPACKED, MOST_LINES = 40_000_000, 5_000
MOST_SUGGESTED = 40
EXAMPLE = {
    "learned_on": "2015-03-31",
    "source": "panel_review",
    "theme": "safe_sleep",
    "statement": "A baby slept on a sofa with a parent after a late feed.",
    "why_it_matters": "Advice was given once, before the birth, and never again.",
    "kind": "gap",
    "scale": "local",
    "evidence": "single",
    "died_in": "2015-Q3",
}


def template() -> list[Cells]:
    """Return the rows of a file to begin with: the header and one example."""
    return [COLUMNS, [EXAMPLE.get(column, "") for column in COLUMNS]]


def checked_sheet(content: bytes) -> Checked:
    """Return the rows of a file, CSV or Excel, or all that is wrong with them."""
    lines = _lines(content)
    if isinstance(lines, Problem):
        return Checked((), (lines,))
    checked = check_rows(lines, lists(), timezone.localdate())
    if checked.problems:
        return Checked((), tuple(_with_suggestions(checked.problems, lines)))
    return set_against_database(checked)


def set_against_database(checked: Checked) -> Checked:
    """Refuse the rows that say what the database says already, of the same day."""
    days = {date.fromisoformat(row["learned_on"]) for row in checked.rows}
    there = list(
        LearningPoint.objects.filter(learned_on__in=days).exclude(
            state=LearningPoint.State.SET_ASIDE
        )
    )
    keys.prefetch("learning", [point.pk for point in there])
    known = {
        ((point.statement or "").casefold(), point.learned_on.isoformat()): point.reference
        for point in there
    }
    problems = tuple(
        Problem(int(row["row"]), "statement", f"Take this row out: {known[same]} says the same")
        for row in checked.rows
        if (same := (row["statement"].casefold(), row["learned_on"])) in known
    )
    return Checked((), problems) if problems else checked


def earlier_learning(rows: Sequence[Row]) -> list[EarlierLearning]:
    """Return checked rows as what is taken in."""
    agencies = {str(one.pk): one for one in Agency.objects.all()}
    return [
        EarlierLearning(
            source=row["source"],
            learned_on=date.fromisoformat(row["learned_on"]),
            raised_by_agency=agencies.get(row["agency"]),
            told=Told(
                statement=row["statement"],
                why_it_matters=row["why_it_matters"],
                theme=row["theme"],
                other_themes=tuple(filter(None, row["other_themes"].split(";"))),
                kind=row["kind"],
                domain=row["domain"],
                modifiable=row["modifiable"],
                contributed=row["contributed"],
                scale=row["scale"],
                evidence=row["evidence"],
                evidence_cases=int(row["evidence_cases"]) if row["evidence_cases"] else None,
                openness=row["openness"] or LearningPoint.Openness.AGENCIES,
                died_in=row["died_in"],
                family_asked=row["family_asked"],
                family_said=row["family_said"],
                family_told=row["family_told"],
                events=int(row["events"] or 1),
            ),
        )
        for row in rows
    ]


def lists() -> Lists:
    """Return what may be written in a coded cell, in small letters, and its code."""
    choices: dict[str, Sequence[tuple[str, str]]] = {
        "source": LearningPoint.Source.choices,
        "kind": LearningPoint.Kind.choices,
        "domain": codes.domains(),
        "modifiable": codes.modifiable(),
        "contributed": codes.contributed(),
        "scale": LearningPoint.Scale.choices,
        "evidence": LearningPoint.Evidence.choices,
        "openness": LearningPoint.Openness.choices,
        "family_asked": codes.yes_no_not_known(),
        "family_told": codes.yes_no_not_known(),
        "agency": [(str(one.pk), one.name) for one in open_agencies()],
    }
    themes = {
        written.casefold(): theme.code
        for theme in in_force(timezone.localdate())
        for written in (theme.name, theme.code)
    }
    crossed = {
        one.code.casefold(): one.theme.code
        for one in crosswalk()
        if one.theme is not None and one.theme.code in themes.values()
    }
    return Lists(
        {
            column: {
                written.casefold(): code
                for code, label in pairs
                for written in (str(label), code)
                if code
            }
            for column, pairs in choices.items()
        },
        {**crossed, **themes},
    )


def _with_suggestions(problems: Sequence[Problem], lines: Sequence[Sequence[str]]) -> list[Problem]:
    """Name the likeliest themes where a theme is missing or not in the list; none is filled in."""
    asked = [one for one in problems if one.column == "theme" and one.row > 1][:MOST_SUGGESTED]
    header = [cell.strip().lower() for cell in lines[0]]
    if not asked or "statement" not in header:
        return list(problems)
    place = header.index("statement")
    suggester = learned_until(timezone.localdate(), points=list).suggester
    names = dict(Theme.objects.values_list("code", "name"))
    helped = []
    for one in problems:
        line = lines[one.row - 1]
        statement = line[place] if one in asked and place < len(line) else ""
        likely = [
            names[theme.code] for theme in suggester.suggest(statement[:4_000]) if not theme.weak
        ]
        message = f"{one.message}; likely: {' or '.join(likely)}" if likely else one.message
        helped.append(Problem(one.row, one.column, message))
    return helped


def _lines(content: bytes) -> list[list[str]] | Problem:
    reader: Callable[[bytes], list[list[str]]] = (
        _of_workbook if content[:4] == b"PK\x03\x04" else _of_csv
    )
    try:
        return reader(content)
    except UnicodeDecodeError:
        return Problem(1, COLUMNS[0], "Save the file as CSV in UTF-8, or as an Excel workbook")
    except csv.Error:
        return Problem(1, COLUMNS[0], "Close every quotation mark of the file")
    except Exception:  # a workbook may be broken in any way
        return Problem(1, COLUMNS[0], "Save the workbook again: it cannot be read")


def _of_csv(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))[: MOST_LINES + 1]


def _of_workbook(content: bytes) -> list[list[str]]:
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
            raise ValueError("too large")
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheet = book.worksheets[0]
    rows = sheet.iter_rows(max_row=MOST_LINES + 1, max_col=len(COLUMNS) + 5, values_only=True)
    lines = [[_written(cell) for cell in row] for row in rows]
    while lines and not any(lines[-1]):
        lines.pop()
    return lines


def _written(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell)
