"""How often the right theme is among the first three, how fast, and in how much memory.

Three sets of fictional statements: `learning_statements.json` by another author, and the two of
`more_learning_statements.json`, of which the `second` was written when the cue words were
finished. Beside the starter themes as they are, each set is measured with half of the cue words
taken away at random, and the first set with earlier learning, of which a fifth is asked and the
rest is known (five folds).

    python -m benchmarks.theme_suggestions [--json]
"""

import argparse
import json
import random
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from casereview.codelists import load_named
from learning.rules.suggesting import Example, Suggester, ThemeText, Vectors
from learning.word_vectors import word_vectors

FIRST_THREE = 0.80
SECONDS_FOR_TEN = 1.0
MEGABYTES = 300
DATA = Path(__file__).resolve().parent.parent / "tests" / "data"


@dataclass(frozen=True)
class Measured:
    """Shares from 0 to 1 of statements whose theme came first, or among the first three."""

    statements: int
    first: float
    first_three: float


def sets() -> dict[str, list[Example]]:
    """Return the sets of statements, each with its theme."""
    found: dict[str, list[Example]] = {"another author": []}
    for item in _items("learning_statements.json"):
        found["another author"].append(Example(item["theme"], item["text"]))
    for item in _items("more_learning_statements.json"):
        found.setdefault(item["set"], []).append(Example(item["theme"], item["text"]))
    return found


def starter_themes(share: float = 1.0, seed: int = 0) -> list[ThemeText]:
    """Return the starter themes, with a share of their cue words chosen at random."""
    choose = random.Random(seed)  # noqa: S311 - fiction, not secrets
    themes = []
    for code in load_named("learning", "themes").codes:
        cues = list(code.extra["cue_words"])
        cues = choose.sample(cues, round(len(cues) * share))
        themes.append(
            ThemeText(code.code, ". ".join([code.label, code.extra["covers"], ", ".join(cues)]))
        )
    return themes


def measured(suggester: Suggester, asked: Sequence[Example]) -> Measured:
    """Ask for every statement and count."""
    places = []
    for example in asked:
        codes = [one.code for one in suggester.suggest(example.statement)]
        places.append(codes.index(example.theme) if example.theme in codes else None)
    return Measured(
        len(asked),
        sum(place == 0 for place in places) / len(asked),
        sum(place is not None for place in places) / len(asked),
    )


def with_earlier_learning(asked: list[Example], vectors: Vectors | None, folds=5) -> Measured:
    """Ask for each fifth of a set while the other four are known."""
    mixed = random.Random(1).sample(asked, len(asked))  # noqa: S311 - fiction, not secrets
    parts = [mixed[fold::folds] for fold in range(folds)]
    found = []
    for fold, part in enumerate(parts):
        known = [one for number, other in enumerate(parts) if number != fold for one in other]
        found.append(measured(Suggester(starter_themes(), known, vectors), part))
    total = sum(one.statements for one in found)
    return Measured(
        total,
        sum(one.first * one.statements for one in found) / total,
        sum(one.first_three * one.statements for one in found) / total,
    )


def halved(asked: list[Example], vectors: Vectors | None, times: int = 5) -> Measured:
    """Ask with half of the cue words, some times over."""
    found = [
        measured(Suggester(starter_themes(0.5, seed), (), vectors), asked)
        for seed in range(1, times + 1)
    ]
    return Measured(
        len(asked),
        sum(one.first for one in found) / times,
        sum(one.first_three for one in found) / times,
    )


def _items(name: str) -> list[dict[str, str]]:
    return json.loads((DATA / name).read_text(encoding="utf-8"))["items"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    began = time.perf_counter()
    vectors = word_vectors()
    suggester = Suggester(starter_themes(), (), vectors)
    suggester.suggest("Getting ready")
    ready = time.perf_counter() - began
    asked = sets()
    ten = asked["another author"][:10]
    began = time.perf_counter()
    for example in ten:
        suggester.suggest(example.statement)
    seconds = time.perf_counter() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows: dict[str, Measured] = {}
    for name, statements in asked.items():
        rows[name] = measured(suggester, statements)
        rows[f"{name}, shared words alone"] = measured(Suggester(starter_themes()), statements)
        rows[f"{name}, half the cue words"] = halved(statements, vectors)
    rows["another author, earlier learning known"] = with_earlier_learning(
        asked["another author"], vectors
    )
    if options.json:
        figures = {name: vars(one) for name, one in rows.items()}
        costs = {"ready": ready, "seconds_for_ten": seconds, "megabytes": megabytes}
        print(json.dumps({"sets": figures, **costs}))
    else:
        for name, one in rows.items():
            print(f"{name:<45} {one.statements:>4}  {one.first:5.0%} {one.first_three:5.0%}")
        print(f"ready {ready:.1f} s, ten statements {seconds:.2f} s, {megabytes:.0f} MB")
    missed = [name for name in asked if rows[name].first_three < FIRST_THREE]
    return int(bool(missed) or seconds > SECONDS_FOR_TEN or megabytes > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
