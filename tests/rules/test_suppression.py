"""Small numbers stay hidden: nobody can work them out from what is published."""

import ast
import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casereview.rules import suppression, suppression_attack, suppression_model
from casereview.rules.relations import Relation, adds_up, known_to_be, no_more_than, the_same
from casereview.rules.suppression import (
    CannotBePublished,
    CountTable,
    cell,
    column_total,
    cost,
    grand_total,
    protect,
    row_total,
    suppress_table,
    suppress_together,
)
from casereview.rules.suppression_attack import NotTrue, attack
from casereview.rules.suppression_model import CannotHide, Figure, least_hidden
from tests.rules.outsider import (
    every_table,
    given_away,
    narrowed,
    random_counts,
    whole,
)

# Deaths of a fictional area by cause and year.
INJURIES = [[3, 0, 12], [7, 2, 9], [14, 11, 20]]


def table(counts):
    rows = tuple(f"row {number}" for number in range(len(counts)))
    columns = tuple(f"column {number}" for number in range(len(counts[0])))
    return CountTable(rows, columns, tuple(tuple(line) for line in counts))


def document(found):
    return {
        "threshold": found.threshold,
        "published": [list(line) for line in found.cells],
        "row_totals": list(found.row_totals),
        "column_totals": list(found.column_totals),
        "grand_total": found.grand_total,
    }


def suppressed(counts, threshold=5, **options):
    return document(suppress_table(table(counts), threshold, **options))


def grid(counts, hidden=(), name=""):
    """Return figures, what is published of them, and their sums, when some places are hidden."""
    figures = {cell(name, r, c): n for r, line in enumerate(counts) for c, n in enumerate(line)}
    down, across = range(len(counts)), range(len(counts[0]))
    figures |= {row_total(name, r): sum(counts[r]) for r in down}
    figures |= {column_total(name, c): sum(line[c] for line in counts) for c in across}
    figures[grand_total(name)] = sum(map(sum, counts))
    sums = [adds_up(row_total(name, r), [cell(name, r, c) for c in across]) for r in down]
    sums += [adds_up(column_total(name, c), [cell(name, r, c) for r in down]) for c in across]
    sums += [adds_up(grand_total(name), [row_total(name, r) for r in down])]
    published = {
        key: n for key, n in figures.items() if key not in {cell(name, *h) for h in hidden}
    }
    return figures, published, sums


def test_a_small_number_is_hidden_with_what_would_give_it_away():
    found = suppressed(INJURIES)

    assert found["published"][0][0] is None
    assert found["published"][1][1] is None
    assert found["published"][0][1] == 0
    assert found["grand_total"] == 78
    assert given_away(found) == []
    assert narrowed(found, INJURIES) == []


def test_a_table_without_small_numbers_is_published_whole():
    found = suppressed([[5, 0], [9, 60]])

    assert found["published"] == [[5, 0], [9, 60]]
    assert (found["row_totals"], found["column_totals"]) == ([5, 69], [14, 60])
    assert found["grand_total"] == 74


def test_a_table_of_nothing_is_published_whole():
    assert suppressed([[0, 0], [0, 0]])["grand_total"] == 0


@pytest.mark.parametrize("counts", [[[3]], [[1, 0], [0, 0]], [[2, 1]], [[3], [0], [1]]])
def test_where_all_is_small_all_but_the_zeros_is_hidden(counts):
    published, true = whole(suppressed(counts), counts)

    assert all(
        (shown == 0) if number == 0 else shown is None
        for shown, number in zip(itertools.chain(*published), itertools.chain(*true), strict=True)
    )


def test_of_two_ways_to_hide_the_cheaper_is_taken():
    """One row: hiding 6 and 90 would do for the 2 as well as any, and costs more than hiding 6."""
    counts = [[2, 6, 90], [6, 30, 80], [50, 70, 60]]

    found = suppressed(counts)

    assert found["published"] == [[None, None, 90], [None, None, 80], [50, 70, 60]]


def test_a_threshold_of_two_still_keeps_the_one_child_from_being_counted():
    counts = [[1, 7, 9], [8, 6, 5], [9, 9, 9]]

    found = suppressed(counts, 2)

    assert found["published"][0][0] is None
    assert narrowed(found, counts) == []
    assert len([n for n in itertools.chain(*found["published"]) if n is None]) > 1


@pytest.mark.parametrize("threshold", [1, 0, -5])
def test_a_threshold_below_two_is_refused(threshold):
    with pytest.raises(ValueError, match="at least 2"):
        suppress_table(table([[1]]), threshold)


@pytest.mark.parametrize(
    ("rows", "columns", "counts"),
    [
        ((), ("a",), ()),
        (("a",), (), ((),)),
        (("a",), ("a", "b"), ((1,),)),
        (("a", "b"), ("a",), ((1,),)),
        (("a",), ("a",), ((-1,),)),
        (("a",), ("a",), ((True,),)),
        (("a",), ("a",), ((1.0,),)),
    ],
)
def test_what_is_no_table_of_counts_is_refused(rows, columns, counts):
    with pytest.raises(ValueError, match="a|one"):
        CountTable(rows, columns, counts)


counts_of_tables = st.integers(1, 3).flatmap(
    lambda across: st.lists(
        st.lists(st.integers(0, 6), min_size=across, max_size=across), min_size=1, max_size=2
    )
)


@settings(max_examples=40, deadline=None)
@given(counts_of_tables, st.integers(2, 4))
def test_among_all_tables_that_fit_each_hidden_small_number_has_its_whole_range(counts, threshold):
    found = suppressed(counts, threshold)
    published, true = whole(found, counts)

    tables = every_table(published, most=6 + threshold)

    assert given_away(found) == []
    for row, line in enumerate(true):
        for column, number in enumerate(line):
            if 0 < number < threshold:
                assert published[row][column] is None
                assert tables[:, row, column].min() <= 1
                assert tables[:, row, column].max() >= max(threshold - 1, 2)
            if number == 0:
                assert published[row][column] == 0


@settings(max_examples=25, deadline=None)
@given(counts_of_tables, st.integers(3, 5))
def test_no_cheaper_set_of_hidden_numbers_would_do(counts, threshold):
    figures, _, sums = grid(counts)
    published, true = whole(suppressed(counts, threshold), counts)
    price = {
        key: cost(n, margin=key[1] is None or key[2] is None, grand=key[1] is key[2] is None)
        for key, n in figures.items()
    }
    small = {key for key, n in figures.items() if 0 < n < threshold}
    spent = sum(
        price["", None if r == len(counts) else r, None if c == len(counts[0]) else c]
        for r, line in enumerate(published)
        for c, shown in enumerate(line)
        if shown is None and not 0 < true[r][c] < threshold
    )
    large = [key for key, n in figures.items() if n >= threshold]

    for size in range(len(large) + 1):
        for more in itertools.combinations(large, size):
            if sum(price[key] for key in more) < spent - 1e-6:
                left = {k: n for k, n in figures.items() if k not in small and k not in more}
                assert attack(figures, left, sums, threshold)


SHAPES = [(3, 4, 60), (5, 4, 80), (4, 4, 300), (6, 5, 120), (2, 7, 90)]


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_no_number_of_a_random_table_can_be_narrowed(shape, seed):
    counts = random_counts(seed, *shape)

    found = suppressed(counts)

    assert given_away(found) == []
    assert narrowed(found, counts) == []
    for line, shown in zip(counts, found["published"], strict=True):
        assert all(b == a for a, b in zip(line, shown, strict=True) if a == 0 or b is not None)


@pytest.mark.parametrize("seed", range(3))
def test_a_table_of_the_usual_size_keeps_its_grand_total_and_is_the_same_again(seed):
    counts = random_counts(seed, 10, 6, 80)

    found = suppressed(counts)

    assert found == suppressed(counts)
    assert found["grand_total"] == 80
    assert narrowed(found, counts) == []


@pytest.mark.parametrize("seed", range(5))
def test_who_knows_that_zeros_are_given_learns_no_more_when_that_is_asked(seed):
    counts = random_counts(seed, 5, 4, 80)
    figures, _, sums = grid(counts)

    found = suppressed(counts, zeros_are_known=True)

    published, _ = whole(found, counts)
    shown = {
        ("", None if r == 5 else r, None if c == 4 else c): n
        for r, line in enumerate(published)
        for c, n in enumerate(line)
        if n is not None
    }
    assert narrowed(found, counts) == []
    assert attack(figures, shown, sums, 5, zeros_are_known=True) == []


def test_knowing_that_zeros_are_given_is_an_attack_of_its_own():
    """The 2 can be 4 only if its neighbour is 0, and a zero would have been given."""
    counts = [[2, 2, 9], [3, 20, 9], [9, 9, 9]]
    hidden = [(0, 0), (0, 1), (1, 0), (1, 1)]
    figures, published, sums = grid(counts, hidden)

    assert attack(figures, published, sums, 5) == []
    assert attack(figures, published, sums, 5, zeros_are_known=True)


@pytest.mark.parametrize(
    ("hidden", "why"),
    [
        ([], "is small and is published"),
        ([(0, 0)], "is known to be"),
        ([(0, 0), (0, 1)], "is known to be"),
        ([(0, 0), (0, 1), (1, 0)], "is known to be"),
        ([(0, 0), (0, 2), (2, 0), (2, 1)], "is known to be"),
    ],
)
def test_the_attack_refuses_what_can_be_worked_out(hidden, why):
    counts = [[2, 8, 9], [8, 9, 20], [9, 9, 9]]
    figures, published, sums = grid(counts, hidden)

    leaks = attack(figures, published, sums, 5)

    assert [leak.figure for leak in leaks] == [cell("", 0, 0)] * len(leaks)
    assert leaks
    assert why in leaks[0].why


def test_the_attack_lets_a_hidden_block_pass():
    counts = [[2, 8, 9], [8, 9, 20], [9, 9, 9]]
    figures, published, sums = grid(counts, [(0, 0), (0, 1), (1, 0), (1, 1)])

    assert attack(figures, published, sums, 5) == []


def test_the_attack_refuses_a_range_that_is_only_narrower():
    """Hidden in a block, the 3 and the 2 beside it: their sum of 5 and a 1 leave 3 no 1."""
    counts = [[3, 8, 9], [1, 9, 20], [9, 9, 9]]
    figures, published, sums = grid(counts, [(0, 0), (0, 1), (1, 0), (1, 1)])

    leaks = attack(figures, published, sums, 7)

    assert {leak.figure for leak in leaks} == {cell("", 0, 0), cell("", 1, 0)}


def test_the_attack_refuses_a_number_that_is_not_the_figure():
    figures, published, sums = grid([[6, 7]])

    leaks = attack(figures, {**published, cell("", 0, 0): 8}, sums, 5)

    assert [leak.why for leak in leaks] == ["is published and is not the figure"]


def test_the_attack_is_not_fooled_by_facts_that_are_not_so():
    figures, published, sums = grid([[2, 7]], [(0, 0)])

    with pytest.raises(NotTrue):
        attack(figures, published, [*sums, known_to_be(cell("", 0, 1), 8)], 5)


def test_the_attack_counts_in_whole_children():
    """In fractions the 1 could be 4; in whole numbers it is odd, so 3 is the most it can be."""
    figures = {"a": 1, "b": 10}
    odd = Relation((("a", 1), ("b", -2)), at_least=-19, at_most=-19)
    capped = Relation((("a", 1),), at_least=0, at_most=4)

    assert attack(figures, {}, [capped], 5) == []
    assert [leak.figure for leak in attack(figures, {}, [odd, capped], 5)] == ["a"]


def test_the_model_hides_more_where_only_fractions_of_a_child_would_do():
    figures = [Figure("a", 1), Figure("b", 10, secret=True), Figure("c", 5, cost=7.0)]
    odd = Relation((("a", 1), ("b", -2), ("c", 1)), at_least=-14, at_most=-14)
    capped = Relation((("a", 1),), at_least=0, at_most=4)

    assert least_hidden(figures, [odd, capped], 5) == {"a", "b", "c"}


def test_the_repeated_numbers_of_a_leak_are_nowhere_in_its_words():
    figures, published, sums = grid([[2, 8, 9], [8, 9, 20], [9, 9, 9]], [(0, 0)])

    assert not any(
        letter.isdigit() for leak in attack(figures, published, sums, 5) for letter in leak.why
    )


def test_attack_and_model_share_nothing_but_the_description_of_what_is_known():
    def imported(module):
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        names = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        names |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        return {name for name in names if name.startswith("casereview")}

    assert imported(suppression_attack) == {"casereview.rules.relations"}
    assert imported(suppression_model) == {"casereview.rules.relations"}


LINKED = {"year": [[3, 9, 8], [9, 20, 12], [10, 11, 30]], "agency": [[6, 14], [20, 21], [25, 26]]}
SAME_ROWS = [the_same(row_total("year", row), row_total("agency", row)) for row in range(3)]


def test_tables_that_share_a_margin_are_hidden_as_one():
    found = suppress_together({n: table(c) for n, c in LINKED.items()}, 5, SAME_ROWS)

    figures, published, sums = together(found)
    assert attack(figures, published, sums, 5) == []
    for row in range(3):
        one, other = (found[name].row_totals[row] for name in LINKED)
        assert one == other or None in (one, other)


def together(found):
    figures, published, sums = {}, {}, list(SAME_ROWS)
    for name, counts in LINKED.items():
        more, _, relations = grid(counts, name=name)
        figures |= more
        sums += relations
        shown, _ = whole(document(found[name]), counts)
        published |= {
            (name, None if r == len(counts) else r, None if c == len(counts[0]) else c): n
            for r, line in enumerate(shown)
            for c, n in enumerate(line)
            if n is not None
        }
    return figures, published, sums


def test_what_one_table_hides_the_other_does_not_tell():
    """One margin holds a small number in both: it has to go from both."""
    tables = {"a": table([[2, 0], [9, 9]]), "b": table([[1, 1], [10, 8]])}
    links = [the_same(row_total("a", row), row_total("b", row)) for row in range(2)]

    found = suppress_together(tables, 5, links)

    assert found["a"].row_totals[0] is None
    assert found["b"].row_totals[0] is None


def test_two_years_and_their_sum_are_hidden_as_one():
    first, second = [[6, 9], [9, 8]], [[2, 9], [9, 9]]
    both = [
        [a + b for a, b in zip(*lines, strict=True)] for lines in zip(first, second, strict=True)
    ]
    tables = {"2014": table(first), "2015": table(second), "both": table(both)}
    sums = [
        adds_up(cell("both", row, column), [cell("2014", row, column), cell("2015", row, column)])
        for row in range(2)
        for column in range(2)
    ]

    found = suppress_together(tables, 5, sums)

    assert found["2015"].cells[0][0] is None
    assert None in (found["2014"].cells[0][0], found["both"].cells[0][0])


def test_an_earlier_release_is_reckoned_with():
    """Alone the block would do; with one of its numbers released before it does not."""
    counts = [[2, 8, 9], [8, 9, 20], [9, 9, 9]]
    alone = suppress_table(table(counts), 5)
    assert alone.cells[0][1] is None

    found = suppress_together({"": table(counts)}, 5, [known_to_be(cell("", 0, 1), 8)])[""]

    figures, _, sums = grid(counts)
    shown, _ = whole(document(found), counts)
    published = {
        ("", None if r == 3 else r, None if c == 3 else c): n
        for r, line in enumerate(shown)
        for c, n in enumerate(line)
        if n is not None
    }
    assert attack(figures, published, [*sums, known_to_be(cell("", 0, 1), 8)], 5) == []


def test_a_small_number_that_is_already_known_cannot_be_hidden_again():
    with pytest.raises(CannotBePublished):
        suppress_together({"": table([[2, 9], [9, 9]])}, 5, [known_to_be(cell("", 0, 0), 2)])


def test_a_zero_is_hidden_where_nothing_else_helps():
    """The total is known and the other cell as well, so only the zero leaves room for the 2."""
    known = [known_to_be("all", 22), known_to_be("b", 20)]
    figures = [Figure("a", 2), Figure("b", 20), Figure("c", 0), Figure("d", 0), Figure("all", 22)]
    sums = [
        adds_up("all", ["a", "b", "c", "d"]),
        Relation((("d", 1),), at_least=0, at_most=0),
        Relation((("a", 1), ("c", -4)), at_least=None, at_most=2),
    ]
    with pytest.raises(CannotHide):
        least_hidden(figures, [sums[0], *known], 5)

    # Without the cap on the total, the 2 can rise only with the zero beside it.
    published = protect(figures, sums, 5)

    assert "c" not in published
    assert published["d"] == 0


def test_a_part_is_no_more_than_its_whole():
    figures = [Figure("part", 1), Figure("whole", 9)]

    assert protect(figures, [no_more_than("part", "whole")], 5) == {"whole": 9}


def test_a_figure_no_larger_than_a_published_whole_of_two_is_hidden_with_it():
    figures = [Figure("part", 1), Figure("whole", 2)]

    assert protect(figures, [no_more_than("part", "whole")], 5) == {}


def test_when_the_model_meets_its_limits_more_is_hidden_and_nothing_leaks():
    counts = random_counts(3, 5, 4, 80)
    figures, _, sums = grid(counts)
    asked = [
        Figure(key, n, cost(n), detail=key[1] is not None and key[2] is not None)
        for key, n in figures.items()
    ]

    published = protect(asked, sums, 5, rounds=0)

    assert set(published) < set(protect(asked, sums, 5))
    assert attack(figures, published, sums, 5) == []
    assert all(published[key] == 0 for key, n in figures.items() if n == 0)


def test_what_does_not_withstand_the_attack_never_leaves(monkeypatch):
    monkeypatch.setattr(suppression, "attack", lambda *_, **__: ["a leak"])

    with pytest.raises(CannotBePublished):
        suppress_table(table(INJURIES), 5)


def test_the_cheapest_answer_of_a_broken_model_is_not_believed(monkeypatch):
    def nothing_but_the_small(figures, *_, **__):
        return frozenset(figure.key for figure in figures if 0 < figure.value < 5 or figure.secret)

    monkeypatch.setattr(suppression, "least_hidden", nothing_but_the_small)

    found = suppressed([[2, 8, 9], [8, 9, 20], [9, 9, 9]])

    assert narrowed(found, [[2, 8, 9], [8, 9, 20], [9, 9, 9]]) == []
    assert all(number is None for line in found["published"] for number in line)
