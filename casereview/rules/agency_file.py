"""A file of agencies and whom to write to there: its rows, or all that is wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

COLUMNS = (
    "name",
    "kind",
    "board",
    "email",
    "telephone",
    "contact name",
    "contact post",
    "contact email",
    "contact telephone",
)
NEEDED = ("name", "kind")
MOST_ROWS = 2_000
_LONGEST = {"telephone": 40, "contact telephone": 40, "email": 254, "contact email": 254}
_LONGEST_OTHER = 200


@dataclass(frozen=True)
class AgencyRow:
    """One line: an agency, and one person or mailbox of it where it names one."""

    number: int
    name: str
    kind: str
    board: str
    email: str
    telephone: str
    contact: Mapping[str, str]


def check_agencies(
    lines: Sequence[Sequence[str]], kinds: Mapping[str, str], boards: Mapping[str, str]
) -> tuple[tuple[AgencyRow, ...], tuple[str, ...]]:
    """Return the rows, or else what is wrong, each with its row as a spreadsheet numbers it.

    `kinds` and `boards` say what may be written, in small letters, and the code or key meant. An
    agency with several contacts has a line for each, its own cells the same.
    """
    header = [cell.strip().lower() for cell in lines[0]] if lines else []
    wrong = _wrong_header(header)
    if wrong:
        return (), wrong
    if len(lines) > MOST_ROWS + 1:
        return (), (f"Split the file: it has more than {MOST_ROWS:,} rows",)
    problems: list[str] = []
    rows: list[AgencyRow] = []
    seen: dict[tuple[str, str], AgencyRow] = {}
    for number, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        cells = {name: cell.strip() for name, cell in zip(header, line, strict=False)}
        told = list(_wrong_cells(cells, kinds, boards, extra=len(line) > len(header)))
        problems += [f"Row {number}: {one}" for one in told]
        if told:
            continue
        row = _row(number, cells, kinds, boards)
        first = seen.setdefault((row.name.casefold(), row.board), row)
        if (first.kind, first.email, first.telephone) != (row.kind, row.email, row.telephone):
            problems.append(
                f"Row {number}: give this agency the same kind, email and telephone as in row "
                f"{first.number}"
            )
        rows.append(row)
    if not rows and not problems:
        problems = ["Put at least one agency below the header"]
    return ((), tuple(problems)) if problems else (tuple(rows), ())


def _wrong_header(header: Sequence[str]) -> tuple[str, ...]:
    if missing := [name for name in NEEDED if name not in header]:
        return (f"Begin the file with a header: {', '.join(missing)} is missing",)
    if unknown := [place for place, name in enumerate(header, 1) if name not in COLUMNS]:
        return (f"Take column {unknown[0]} out, or name it as one of: {', '.join(COLUMNS)}",)
    if len(set(header)) < len(header):
        return ("Name each column once",)
    return ()


def _wrong_cells(cells, kinds, boards, *, extra: bool):
    if extra:
        yield "take out the cells beyond the header"
    for name in NEEDED:
        if not cells.get(name):
            yield f"enter the {name}"
    for name, cell in cells.items():
        if len(cell) > _LONGEST.get(name, _LONGEST_OTHER):
            yield f"shorten the {name}"
        if any(ord(each) < 32 for each in cell):
            yield f"take line ends and control characters out of the {name}"
        if name.endswith("email") and cell and not _like_an_address(cell):
            yield f"write the {name} like name@example.org"
    if cells.get("kind") and cells["kind"].casefold() not in kinds:
        yield "write the kind as in the list of kinds"
    if cells.get("board") and cells["board"].casefold() not in boards:
        yield "write the board as in the list of boards"
    contact = {name for name in COLUMNS if name.startswith("contact ") and cells.get(name)}
    if contact and "contact name" not in contact:
        yield "enter the contact name"
    if contact and not contact & {"contact email", "contact telephone"}:
        yield "enter the contact email or the contact telephone"


def _like_an_address(cell: str) -> bool:
    before, _, after = cell.partition("@")
    return bool(before) and "." in after.strip(".") and "@" not in after and " " not in cell


def _row(number, cells, kinds, boards) -> AgencyRow:
    contact = {
        name.removeprefix("contact "): cells.get(name, "")
        for name in COLUMNS
        if name.startswith("contact ")
    }
    return AgencyRow(
        number,
        cells["name"],
        kinds[cells["kind"].casefold()],
        boards[cells["board"].casefold()] if cells.get("board") else "",
        cells.get("email", "").lower(),
        cells.get("telephone", ""),
        {**contact, "email": contact["email"].lower()} if contact["name"] else {},
    )
