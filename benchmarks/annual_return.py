"""How fast a national year is counted, checked, shown, frozen and written as files.

The floor is one scan of the very columns that the return counts, through the same connection, with
nothing made of them. Both arms take turns in one process, and the time is that of the process.

    python -m benchmarks.annual_return --deaths 9000 [--json]
"""

import argparse
import datetime
import json
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

COUNT_MILLISECONDS = 100  # for 3,500 completed reviews
OF_THE_SCAN = 2.0
MEGABYTES = 150
REVIEWS = 3_500
BEGIN, DAYS = datetime.date(2013, 10, 1), 600
# What the return counts, as it stands in the tables.
SCANNED = (
    "reference",
    "stage",
    "passed_on_on",
    "residence_board__code",
    "place_of_death_board__code",
    "reviewing_board__code",
    "notified_on",
    "died_on",
    "opened_at",
    "scr_status",
    "child__age_band",
    "child__age_days",
    "child__sex",
    "child__ethnicity",
    "child__nhs_number_index",
    "notifications__notified_on",
    "notifications__source_reference",
    "notifications__expectedness",
    "notifications__event",
    "notifications__location",
    "notifications__cp_plan",
    "notifications__statutory_order",
    "notifications__asylum_seeker",
    "panel_review__id",
    "panel_review__state",
    "panel_review__first_completed_on",
    "panel_review__category_of_death",
    "panel_review__modifiable_outcome",
    "panel_review__action_decision",
)


def measure(deaths: int, rounds: int, folder: Path) -> dict[str, Any]:
    """Bring in a year and time each step on it, the scan and the counting in turns."""
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.fictional import write_deaths
    from casereview import keys
    from casereview.models import Case
    from casereview.rules.return_year import ReturnYear
    from cdop import counting, return_files, return_forms, return_keeping
    from cdop.actions.importing import import_cases
    from cdop.rules import frozen_return
    from cdop.rules.return_checks import check_return

    call_command("migrate", verbosity=0)
    path = folder / "deaths.csv"
    write_deaths(path, deaths, seed=1, prefix="N", begin=BEGIN, days=DAYS)
    with keys.held():
        import_cases(path=path)
    year, scope = ReturnYear(2015), counting.Scope()
    rows = (
        Case.objects.filter(counting.concerned(year, scope))
        .order_by("reference")
        .values_list(*SCANNED)
    )
    statement, parameters = rows.query.sql_with_params()

    def scan() -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return len(cursor.fetchall())

    scans, counts = [], []
    for number in range(rounds + 1):  # the first warms both arms and is not counted
        scanned, counted = _time(scan), _time(lambda: counting.count_return(year, scope))
        if number:
            scans.append(scanned)
            counts.append(counted)
    counted, found = counting.count_return(year, scope)
    before = _peak()
    severities = return_forms.severities_of(counted.template)
    kept: list[Any] = []

    def freeze() -> None:
        labels = return_keeping.labels_of(counted)
        content, references = frozen_return.pack(counted, found, labels)
        content["child_level"] = return_keeping.child_level_rows(counted, found, scope)
        kept[:] = [content, references, frozen_return.digest(content, references)]

    def write(file_format: str) -> Callable[[], None]:
        rows = return_keeping.child_level_rows(counted, found, scope)
        beside = return_files.Beside(rows=rows)
        return lambda: _nothing(
            return_files.export_return(counted, file_format, by=None, beside=beside)
        )

    steps = {
        "check": _time(lambda: check_return(counted, found, severities)),
        "freeze": _time(freeze),
        **{each: _time(write(each)) for each in return_files.FORMATS},
    }
    reviews = counted.count("AG-01")
    counting_took = statistics.median(counts)
    return {
        "deaths": deaths,
        "completed_reviews": reviews,
        "count_milliseconds": round(1000 * counting_took),
        "count_milliseconds_of_3500": round(1000 * counting_took * REVIEWS / reviews),
        # Ongoing reviews and deaths out of area are counted too: more rows than completed reviews.
        "rows": scan(),
        "scan_milliseconds": round(1000 * statistics.median(scans)),
        "scan_milliseconds_of_3500": round(1000 * statistics.median(scans) * REVIEWS / reviews),
        "of_the_scan": round(
            statistics.median(c / s for c, s in zip(counts, scans, strict=True)), 2
        ),
        "steps_milliseconds": {name: round(1000 * took) for name, took in steps.items()},
        "kept_megabytes": round(len(json.dumps(kept)) / 1e6, 1),
        "megabytes_on_top": round((_peak() - before) / 1024),
    }


def _time(step: Callable[[], Any]) -> float:
    began = time.process_time()
    step()
    return time.process_time() - began


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _nothing(_: Any) -> None:
    """Throw away what a step made."""


def main() -> int:
    """Measure in a database of its own, print the figures, and say whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deaths", type=int, default=9_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="casereview-return-"))
    os.environ["CASEREVIEW_DATA"] = str(folder / "data")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    try:
        found = measure(options.deaths, options.rounds, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    goals = {
        "count_milliseconds_of_3500": COUNT_MILLISECONDS,
        "of_the_scan": OF_THE_SCAN,
        "megabytes_on_top": MEGABYTES,
    }
    missed = [name for name, goal in goals.items() if found[name] > goal]
    if options.json:
        print(json.dumps({**found, "missed": missed}))
    else:
        for name, value in found.items():
            goal = f"   goal: at most {goals[name]}" if name in goals else ""
            print(f"{name:28} {value}{goal}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
