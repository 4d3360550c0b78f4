"""Taking in learning of earlier years from a spreadsheet: columns, check and write."""

from collections.abc import Sequence

from django.utils import timezone

from casereview import import_kinds
from casereview.actions import NotAllowed
from casereview.import_kinds import BroughtIn, ChangedMeanwhile, ImportKind, Step
from casereview.models import Board, ImportFile
from casereview.rules.import_sheets import Column, Fate, RowFate, with_errors
from learning import learning_sheet
from learning.actions.arriving import import_learning
from learning.actions.points import refuse_untold
from learning.models import Theme
from learning.rules.learning_file import COLUMNS, MOST_ROWS, NEEDED, Checked, examined
from learning.theme_choices import in_force

SHOWN = 160
_LABELS = {
    "learned_on": ("Day it was learned", "date", "date learned"),
    "source": ("Where it was learned (code or name)", "learned from"),
    "theme": ("Theme (name or code)", "topic"),
    "statement": ("What was learned", "learning", "learning point", "lesson"),
    "why_it_matters": ("Why it matters", "why"),
    "other_themes": ("Other themes, with ; between",),
    "kind": ("Kind of learning (code or name)",),
    "domain": ("Domain (code or name)",),
    "modifiable": ("Modifiable (code or name)",),
    "contributed": ("Contributed (code or name)", "contribution"),
    "scale": ("Scale (code or name)", "local or national"),
    "evidence": ("Evidence (code or name)",),
    "evidence_cases": ("Number of cases behind it", "cases"),
    "agency": ("Agency that raised it (name)", "raised by"),
    "died_in": ("Quarter of the death, such as 2015-Q1", "quarter"),
    "family_asked": ("Was the family asked?",),
    "family_said": ("What the family said",),
    "family_told": ("Was the family told?",),
    "events": ("Number of events", "events counted"),
    "openness": ("Who may read it (code or name)", "sharing"),
}


def _columns() -> tuple[Column, ...]:
    return tuple(
        Column(name, label, name in NEEDED, name == "learned_on", tuple(also))
        for name in COLUMNS
        for label, *also in (_LABELS[name],)
    )


def _examined(lines: Sequence[Sequence[str]]) -> Checked:
    return examined(lines, learning_sheet.lists(), timezone.localdate())


def _check(file: ImportFile, lines: Sequence[Sequence[str]], step: Step) -> list[RowFate]:
    found = _examined(lines)
    names = dict(Theme.objects.values_list("code", "name"))
    there = learning_sheet.said_already(found.rows)
    fates: list[RowFate] = []
    for row, said in zip(found.rows, learning_sheet.earlier_learning(found.rows), strict=True):
        number, told = int(row["row"]), f"{row['learned_on']}: {row['statement'][:SHOWN]}"
        if row["row"] in there:
            fates.append(RowFate(number, Fate.SKIP, told, there[row["row"]], "says the same"))
            continue
        try:
            refuse_untold(said.told, None)
        except NotAllowed as refusal:
            problem = ("statement", str(refusal))
            fates.append(RowFate(number, Fate.ERROR, problems=(problem,)))
        else:
            theme = names.get(row["theme"], row["theme"])
            fates.append(RowFate(number, Fate.CREATE, told, reference=theme))
    step(len(lines) - 1)
    return with_errors(fates, learning_sheet.with_suggestions(found.problems, lines))


def _bring_in(file: ImportFile, lines: Sequence[Sequence[str]]) -> BroughtIn:
    found = _examined(lines)
    there = learning_sheet.said_already(found.rows)
    rows = [row for row in found.rows if row["row"] not in there]
    if found.problems or not rows:
        raise ChangedMeanwhile
    chosen = file.content["said"].get("board")
    board = Board.objects.filter(pk=chosen).first() if chosen else None
    try:
        points = import_learning(
            rows=learning_sheet.earlier_learning(rows), board=board, by=file.user
        )
    except NotAllowed:
        raise ChangedMeanwhile from None
    references = [point.reference for point in points]
    return BroughtIn(len(points), 0, len(there), references)


def _codes() -> list[tuple[str, str, str]]:
    found = [
        (column, code, str(label))
        for column, pairs in learning_sheet.choices().items()
        if column != "agency"
        for code, label in pairs
        if code
    ]
    found += [("agency", name, "") for _, name in learning_sheet.choices()["agency"]]
    return found + [("theme", one.code, one.name) for one in in_force(timezone.localdate())]


KIND = ImportKind(
    code="learning",
    action="import_learning",
    title="Take in learning of earlier years",
    things=("learning point", "learning points"),
    columns=_columns(),
    check=_check,
    bring_in=_bring_in,
    codes=_codes,
    example=learning_sheet.EXAMPLE,
    most=MOST_ROWS,
)


def register() -> None:
    """Make the kind known to the worker and the pages."""
    import_kinds.add(KIND)
