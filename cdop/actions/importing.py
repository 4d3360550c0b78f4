"""Bringing in a file of deaths: all rows or none, and a second time nothing."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from io import BufferedReader, BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from casereview import audit, bulk, keys
from casereview.actions.cases import take_numbers
from casereview.identity import nhs_number_index
from casereview.models import Board, Case, Child
from casereview.rules.import_sheets import Fate, RowFate, with_errors
from cdop.actions import imported_again
from cdop.actions.imported_rows import Places, Writer, digest_of
from cdop.codes import import_codes
from cdop.models import Notification
from cdop.rules.import_columns import COLUMNS, ImportProblem, shown
from cdop.rules.import_file import FileCheck, PossibleDuplicate, name_key, read_rows
from cdop.rules.import_rows import ImportedDeath, checked_death

AT_ONCE = 1_000
# A check says how far it is after so many rows.
A_STEP = 200
CHANGED = "Check the file again: what becomes of its rows is no longer what was found"
TAKEN = "Give this row another reference: there is a case with this one that you cannot open"
ELSEWHERE = (
    "Leave this row to another panel’s manager, or check both boards: no panel of yours serves "
    "where the child lived or died"
)
Stream = BufferedReader | BytesIO
Found = tuple[int, ImportedDeath, bytes]


class NotImported(Exception):
    """The file is refused whole; `problems` say by row and column what to do."""

    def __init__(self, problems: Iterable[ImportProblem]):
        super().__init__("the file is refused")
        self.problems = sorted(problems, key=lambda problem: problem.row)


@dataclass
class Imported:
    """What an import did, or with a dry run would have done."""

    created: int = 0
    skipped: int = 0
    updated: int = 0
    possible_duplicates: list[PossibleDuplicate] = field(default_factory=list)

    @property
    def numbers(self) -> tuple[int, int, int]:
        """How many rows were created, skipped and updated."""
        return self.created, self.skipped, self.updated


@dataclass(frozen=True)
class Sight:
    """Whose deaths somebody may bring in: those of their panels, beside cases they may open."""

    cases: QuerySet[Case]
    panels: Collection[Any]


def import_cases(*, path: Path, by=None, update: bool = False, dry_run: bool = False) -> Imported:
    """Import the deaths of a file, in one transaction.

    Raises:
        NotImported: the file or a row is not as it must be; nothing was written.
    """
    try:
        with path.open("rb") as stream:
            return import_stream(stream=stream, by=by, update=update, dry_run=dry_run)
    except OSError:
        raise NotImported(
            [ImportProblem(1, COLUMNS[0], "Give the path of a file that can be read")]
        ) from None


def import_stream(
    *,
    stream: Stream,
    by=None,
    update: bool = False,
    dry_run: bool = False,
    sight: Sight | None = None,
    expected: Imported | None = None,
) -> Imported:
    """Import the deaths of an open file, in one transaction.

    Raises:
        NotImported: as `import_cases`; with `sight`, also for a death beyond it; with `expected`,
            where it would create, fill in or skip more or fewer.
    """
    return _Import(stream, by, update, dry_run, sight).run(expected)


def check_stream(
    *, stream: Stream, sight: Sight, step: Callable[[int], None] = lambda rows: None
) -> list[RowFate]:
    """Say what becomes of each row of an open file when it is imported with `update`.

    What is wrong with one row does not keep the others from being looked at. `step` is called
    with how many rows were looked at since it was called last.
    """
    return _Import(stream, None, True, True, sight).check(step)


class _Import:
    def __init__(self, stream: Stream, by, update: bool, dry_run: bool, sight: Sight | None = None):
        self.stream, self.by, self.update, self.dry_run = stream, by, update, dry_run
        self.sight, self.places = sight, Places() if sight else None
        boards = frozenset(Board.objects.values_list("code", flat=True))
        self.codes, self.today = import_codes(boards), timezone.localdate()
        self.now = timezone.now()
        self.done = Imported()
        self.problems: list[ImportProblem] = []
        self.fates: dict[int, RowFate] = {}

    def run(self, expected: Imported | None = None) -> Imported:
        """Read the file twice: to check it whole, then to write it row by row."""
        self.file = self._digest()
        check = FileCheck(self.codes, self.today)
        for _ in check.deaths(self._begin()):
            pass
        if check.problems:
            raise NotImported(check.problems)
        self.in_file = check.references
        self.done.possible_duplicates = check.possible_duplicates()
        with nullcontext() if self.dry_run else bulk.writing("import_cases", by=self.by) as batch:
            try:
                self._bring_in(batch)
            except (LookupError, ValueError):
                self._unchanged()
                raise
            if self.problems:
                raise NotImported(self.problems)
            if expected and expected.numbers != self.done.numbers:
                raise NotImported([ImportProblem(1, COLUMNS[0], CHANGED)])
            self._unchanged()
        return self.done

    def check(self, step: Callable[[int], None]) -> list[RowFate]:
        """Look at every row once and return what becomes of each, in order."""
        self.file = self._digest()
        check = FileCheck(self.codes, self.today)
        created: list[Found] = []
        for found in _slices(self._possible(check), A_STEP):
            new = self._known(found)
            for row, death, _ in new:
                self._fate(row, death, Fate.CREATE)
            created += new
            step(len(found))
        self.in_file = check.references
        self._compare(created)
        self.done.possible_duplicates += check.possible_duplicates()
        fates = with_errors(self.fates.values(), check.problems + self.problems)
        self.fates = {one.row: one for one in fates}
        self._note_duplicates()
        return list(self.fates.values())

    def _possible(self, check: FileCheck) -> Iterator[Found]:
        """Yield the rows with which nothing is wrong by themselves."""
        for row, death in check.deaths(self._begin()):
            if not check.problems or check.problems[-1].row != row:
                yield row, death, digest_of(death)

    def _fate(
        self, row: int, death: ImportedDeath, fate: Fate, reference: str = "", note: str = ""
    ) -> None:
        self.fates[row] = RowFate(row, fate, death.source_reference, reference, note)

    def _note_duplicates(self) -> None:
        """Say beside each row with which others it may tell of one death."""
        for each in self.done.possible_duplicates:
            for row in each.rows:
                fate = self.fates.get(row)
                if fate is None or fate.fate == Fate.ERROR:
                    continue
                others = [f"row {other}" for other in each.rows if other != row]
                if not others:
                    others = [one for one in each.references if one != fate.told]
                note = f"Perhaps the same death as {', '.join(others)}"
                if note not in fate.note:
                    joined = "; ".join(filter(None, (fate.note, note)))
                    self.fates[row] = replace(fate, note=joined)

    def _unchanged(self) -> None:
        if self._digest() != self.file:
            message = "Import the file again: it was changed while it was read"
            raise NotImported([ImportProblem(1, COLUMNS[0], message)])

    def _begin(self) -> Stream:
        self.stream.seek(0)
        return self.stream

    def _digest(self) -> str:
        return hashlib.file_digest(self._begin(), "sha256").hexdigest()

    def _bring_in(self, batch: bulk.Batch | None) -> None:
        short = audit.digest_of("import file", self.file)
        writer = batch and Writer(batch, self.by, self.now, short, take_numbers)
        for found in _slices(self._again(), AT_ONCE):
            new = self._known(found)
            self._compare(new)
            self.done.created += len(new)
            if writer and not self.problems:
                writer.write(new)

    def _again(self) -> Iterator[Found]:
        """Read the rows again, which are checked already."""
        for found in read_rows(self._begin()):
            if not isinstance(found, ImportProblem):
                death = checked_death(found[1])
                yield found[0], death, digest_of(death)

    def _known(self, found: list[Found]) -> list[Found]:
        """Skip or update what was imported before; return the deaths that are new."""
        references = [death.source_reference for _, death, _ in found]
        standing = Notification.objects.filter(source_reference__in=references).select_related(
            "case__residence_board", "case__place_of_death_board"
        )
        before = {one.source_reference: one for one in standing}
        open_to = self._open_to(before.values())
        differing = [
            before[death.source_reference]
            for _, death, digest in found
            if death.source_reference in before
            and bytes(before[death.source_reference].import_digest or b"") != digest
        ]
        held = imported_again.Held([one for one in differing if one.case_id in open_to])
        new = []
        for row, death, digest in found:
            notification = before.get(death.source_reference)
            if notification is None:
                if self._own(row, death):
                    new.append((row, death, digest))
                continue
            if notification.case_id not in open_to:
                said = shown(death.source_reference)
                self.problems.append(ImportProblem(row, "source_reference", TAKEN, said))
                continue
            reference = notification.case.reference
            if bytes(notification.import_digest or b"") == digest:
                self.done.skipped += 1
                self._fate(row, death, Fate.SKIP, reference, "Nothing differs")
                continue
            filled, problems = imported_again.consider(
                held,
                notification,
                row,
                death,
                digest,
                file=self.file,
                update=self.update,
                write=not (self.dry_run or self.problems),
                by=self.by,
            )
            self.problems += problems
            self.done.updated += bool(filled)
            self.done.skipped += not filled
            if filled:
                self._fate(row, death, Fate.CHANGE, reference, f"Fills in {', '.join(filled)}")
            else:
                self._fate(row, death, Fate.SKIP, reference, "Nothing to fill in")
        return new

    def _open_to(self, known: Iterable[Notification]) -> set[Any]:
        """Return which of the cases that are there already may be told of."""
        cases = {one.case_id for one in known}
        if self.sight is None or not cases:
            return cases
        return set(self.sight.cases.filter(pk__in=cases).values_list("pk", flat=True))

    def _own(self, row: int, death: ImportedDeath) -> bool:
        """Tell whether a new death is one of the panels of who brings it in; if not, say so."""
        if self.sight is None or self.places is None:
            return True
        if self.places.of(death)["panel_id"] in self.sight.panels:
            return True
        where = shown(death.residence_lscb)
        self.problems.append(ImportProblem(row, "residence_lscb", ELSEWHERE, where))
        return False

    def _compare(self, new: list[Found]) -> None:
        """List the new deaths that an earlier case may tell of already."""
        # What this import has written itself is compared within the file.
        earlier = Child.objects.filter(case__opened_at__lt=self.now).select_related("case")
        if self.sight is not None:
            earlier = earlier.filter(case__in=self.sight.cases)
        by_number: dict[bytes, list[Found]] = {}
        by_dates: dict[tuple, list[Found]] = {}
        for found in new:
            death = found[1]
            if index := nhs_number_index(death.nhs_number):
                by_number.setdefault(index, []).append(found)
            age = (death.died_on - death.born_on).days
            by_dates.setdefault((death.died_on, age), []).append(found)
        hits: list[tuple[str, Child, list[Found]]] = [
            ("nhs_number", child, by_number[bytes(child.nhs_number_index)])
            for child in earlier.filter(nhs_number_index__in=list(by_number))
            if child.nhs_number_index
        ]
        # The age in days stands for the sealed birth date, so that few names are opened.
        candidates = earlier.filter(
            case__died_on__in={died_on for died_on, _ in by_dates},
            age_days__in={age for _, age in by_dates},
        )
        alike = [
            key
            for key, died_on, age in candidates.values_list("pk", "case__died_on", "age_days")
            if (died_on, age) in by_dates
        ]
        for start in range(0, len(alike), AT_ONCE):
            children = list(earlier.filter(pk__in=alike[start : start + AT_ONCE]))
            keys.prefetch("case", [child.case_id for child in children])
            for child in children:
                name = _name_of(child)
                same = by_dates[child.case.died_on, child.age_days]
                if same := [found for found in same if _name_of(found[1]) == name]:
                    hits.append(("name_and_dates", child, same))
        self._list(hits)

    def _list(self, hits: list[tuple[str, Child, list[Found]]]) -> None:
        """List the hits, but for cases of this very file: these are compared within it."""
        cases = {child.case_id for _, child, _ in hits}
        named = Notification.objects.filter(case__in=cases).values_list("case", "source_reference")
        in_file = {case for case, reference in named if reference in self.in_file}
        for why, child, alike in hits:
            if child.case_id not in in_file:
                self.done.possible_duplicates += [
                    PossibleDuplicate(why, (row,), (death.source_reference, child.case.reference))
                    for row, death, _ in alike
                ]


def _name_of(one: Child | ImportedDeath) -> tuple[str, str]:
    return name_key(one.family_name or "", one.mother_family_name or "", one.given_names or "")


def _slices(rows: Iterable[Found], size: int) -> Iterator[list[Found]]:
    rows = iter(rows)
    while part := list(islice(rows, size)):
        yield part
