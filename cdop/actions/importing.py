"""Bringing in a file of deaths: all rows or none, and a second time nothing."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from io import BufferedReader
from itertools import islice
from pathlib import Path

from django.utils import timezone

from casereview import audit, bulk, keys
from casereview.actions.cases import take_numbers
from casereview.identity import nhs_number_index
from casereview.models import Board, Child
from cdop.actions import imported_again
from cdop.actions.imported_rows import Writer, digest_of
from cdop.codes import import_codes
from cdop.models import Notification
from cdop.rules.import_columns import COLUMNS, ImportProblem
from cdop.rules.import_file import FileCheck, PossibleDuplicate, name_key, read_rows
from cdop.rules.import_rows import ImportedDeath, checked_death

AT_ONCE = 1_000
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


def import_cases(*, path: Path, by=None, update: bool = False, dry_run: bool = False) -> Imported:
    """Import the deaths of a file, in one transaction.

    Raises:
        NotImported: the file or a row is not as it must be; nothing was written.
    """
    try:
        with path.open("rb") as stream:
            return _Import(stream, by, update, dry_run).run()
    except OSError:
        raise NotImported(
            [ImportProblem(1, COLUMNS[0], "Give the path of a file that can be read")]
        ) from None


class _Import:
    def __init__(self, stream: BufferedReader, by, update: bool, dry_run: bool):
        self.stream, self.by, self.update, self.dry_run = stream, by, update, dry_run
        boards = frozenset(Board.objects.values_list("code", flat=True))
        self.codes, self.today = import_codes(boards), timezone.localdate()
        self.now = timezone.now()
        self.done = Imported()
        self.problems: list[ImportProblem] = []

    def run(self) -> Imported:
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
            self._unchanged()
        return self.done

    def _unchanged(self) -> None:
        if self._digest() != self.file:
            message = "Import the file again: it was changed while it was read"
            raise NotImported([ImportProblem(1, COLUMNS[0], message)])

    def _begin(self) -> BufferedReader:
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
        before = {
            notification.source_reference: notification
            for notification in Notification.objects.filter(source_reference__in=references)
        }
        new = []
        for row, death, digest in found:
            notification = before.get(death.source_reference)
            if notification is None:
                new.append((row, death, digest))
                continue
            if bytes(notification.import_digest or b"") == digest:
                self.done.skipped += 1
                continue
            updated, problems = imported_again.consider(
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
            self.done.updated += updated
            self.done.skipped += not updated
        return new

    def _compare(self, new: list[Found]) -> None:
        """List the new deaths that an earlier case may tell of already."""
        # What this import has written itself is compared within the file.
        earlier = Child.objects.filter(case__opened_at__lt=self.now).select_related("case")
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
