"""A published return gives no child away, whichever of its tables and areas are put together."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

from casereview.rules.linked_tables import DoesNotAddUp
from casereview.rules.release_gate import Earlier, TooManyFigures, settle
from casereview.rules.return_year import ReturnYear
from cdop import return_templates
from cdop.rules.annual_return import OUTCOMES, TOTAL, tabulate
from cdop.rules.public_return import PUBLIC, publish, tables_of
from tests.rules.rows import DATA, a_death, from_file

YEAR = ReturnYear(2015)
TEMPLATE = return_templates.template(YEAR)
BOARDS = ("LEICESTER", "LEICS_RUTLAND")
HEADLINES = dict(zip((*OUTCOMES, TOTAL), ("AG-02", "AG-03", "AG-04", "AG-01"), strict=True))


def returns_of(deaths, boards=BOARDS):
    return {area: tabulate(deaths, YEAR, TEMPLATE, board=area) for area in (None, *boards)}


def figures_of(document):
    """Return every figure of a document by item, code and outcome."""
    figures = {}
    for item, value in {**document["items"], "groups": document["groups"]}.items():
        if not isinstance(value, dict):
            figures[item, "", TOTAL] = value
            continue
        for code, number in value.items():
            apart = number.items() if isinstance(number, dict) else [(TOTAL, number)]
            figures |= {(item, code, outcome): n for outcome, n in apart}
    return figures


class Reader:
    """Somebody who has every published document of a year and adds up whatever adds up."""

    def __init__(self, documents, *, least=0):
        self.shown = {
            (area, place): n
            for area, document in documents.items()
            for place, n in figures_of(document).items()
        }
        self.unknown = [key for key, n in self.shown.items() if n is None]
        self.place = {key: number for number, key in enumerate(self.unknown)}
        self.least = least
        self.areas = list(documents)
        sums = [one for one in self._sums() if any(key in self.place for key in one)]
        self.matrix = lil_array((len(sums), len(self.unknown)))
        self.right = np.zeros(len(sums))
        for row, one in enumerate(sums):
            for key, weight in one.items():
                if key in self.place:
                    self.matrix[row, self.place[key]] = weight
                else:
                    self.right[row] -= weight * self.shown.get(key, 0)
        self.matrix = self.matrix.tocsr()
        self.tables = []

    def _sums(self):
        """Return what is nought: a total less its parts, by figure."""
        for area in self.areas:
            here = [place for each, place in self.shown if each == area]
            first = {outcome: (item, "", TOTAL) for outcome, item in HEADLINES.items()}
            yield self._less(area, first[TOTAL], [first[outcome] for outcome in OUTCOMES])
            groups = [place for place in here if place[0] == "groups"]
            yield self._less(area, first[TOTAL], groups)
            years = [place for place in here if place[0] == "AG-31"]
            yield self._less(area, ("AG-30", "", TOTAL), years)
            yield self._less(area, ("AG-10", "A1", TOTAL), [("groups", "neonatal", TOTAL)])
            for item in (f"AG-{number}" for number in range(10, 20)):
                codes = {code for each, code, _ in here if each == item}
                for outcome, total in first.items():
                    yield self._less(area, total, [(item, code, outcome) for code in codes])
                for code in codes:
                    yield self._less(area, (item, code, TOTAL), [(item, code, o) for o in OUTCOMES])
        boards = [area for area in self.areas if area is not None]
        for place in {place for area, place in self.shown if area is None and boards}:
            yield {(None, place): -1, **{(board, place): 1 for board in boards}}

    def _less(self, area, total, parts):
        return {(area, total): -1, **{(area, part): 1 for part in parts}}

    def look(self, objective, at_most=None):
        upper = np.full(len(self.unknown), np.inf)
        for key, most in (at_most or {}).items():
            upper[self.place[key]] = most
        found = milp(
            objective,
            integrality=np.ones(len(self.unknown)),
            bounds=Bounds(self.least, upper),
            constraints=LinearConstraint(self.matrix, self.right, self.right),
        )
        assert found.x is not None
        table = np.round(found.x)
        assert np.array_equal(self.matrix @ table, self.right)
        self.tables.append(table)

    def narrowed(self, true, threshold):
        """Return the hidden small figures that no table of this reader has low, or has high."""
        small = [key for key in self.unknown if 0 < true[key] < threshold]
        high = threshold - 1
        for sign in (1.0, -1.0):
            wanted = small
            for _ in range(8):
                objective = np.zeros(len(self.unknown))
                objective[[self.place[key] for key in wanted]] = sign
                self.look(objective, {key: high for key in wanted} if sign < 0 else None)
                wanted = [key for key in wanted if not self._seen(key, sign, high)]
                if not wanted:
                    break
            for key in wanted:
                objective = np.zeros(len(self.unknown))
                objective[self.place[key]] = sign
                self.look(objective, {key: high} if sign < 0 else None)
        return [key for key in small for sign in (1.0, -1.0) if not self._seen(key, sign, high)]

    def _seen(self, key, sign, high):
        numbers = [table[self.place[key]] for table in self.tables]
        return bool(numbers) and (min(numbers) <= 1 if sign > 0 else max(numbers) >= high)


def documents_of(returns):
    return {area: json.loads(json.dumps(one.document)) for area, one in returns.items()}


def small_ones(documents, threshold=5):
    return [
        (area, place)
        for area, document in documents.items()
        for place, n in figures_of(document).items()
        if n is not None and 0 < n < threshold
    ]


def truth_of(returns):
    return {
        (area, place): n
        for area, counted in returns.items()
        for place, n in figures_of(counted.document).items()
    }


@pytest.fixture(scope="module")
def llr():
    deaths = from_file(DATA / "llr_2014_15.csv")
    returns = returns_of(deaths)
    return returns, documents_of(publish(returns, deaths))


def test_no_small_number_of_the_fictional_year_is_published(llr):
    _, documents = llr

    assert small_ones(documents) == []


def test_no_number_of_the_fictional_year_can_be_narrowed_from_all_its_files_together(llr):
    returns, documents = llr
    true = truth_of(returns)

    reader = Reader(documents)

    assert sum(true[key] < 5 for key in reader.unknown) > 300
    assert reader.narrowed(true, 5) == []


def test_what_is_published_is_so_and_zeros_are_given(llr):
    returns, documents = llr

    for area, counted in returns.items():
        true, shown = figures_of(counted.document), figures_of(documents[area])
        assert shown.keys() == true.keys()
        for place, n in true.items():
            assert shown[place] == n if n == 0 else shown[place] in (n, None)


def test_the_first_figures_of_the_fictional_year_are_kept(llr):
    _, documents = llr

    assert [document["items"]["AG-01"] for document in documents.values()] == [71, 40, 31]
    assert documents[None]["items"]["AG-04"] is None
    assert documents[None]["items"]["AG-30"] == 29


CATEGORIES = [str(number) for number in range(1, 11)]


def a_year(seed, reviews, boards=("LEICESTER",), elsewhere=0):
    """Return fictional deaths that fall unevenly on every code."""
    rng = np.random.default_rng(seed)
    one = lambda codes: str(rng.choice(codes, p=_uneven(len(codes))))  # noqa: E731
    deaths = [
        a_death(
            row=str(number),
            residence_board="WALES" if number < elsewhere else one(boards),
            outcome=one(["N", "M", "I"]),
            sex=one(["M", "F", "U"]),
            category=one(CATEGORIES),
            event=one(["OTHER", "RTC", "SUDI", "FIRE"]),
            ethnicity=one(["WBRI", "AIND", "BAFR"]),
            expectedness=one(["EXPECTED", "UNEXPECTED"]),
            **({"age_band": "A1", "age_days": 3} if rng.random() < 0.3 else {}),
        )
        for number in range(reviews)
    ]
    return deaths + [
        a_death(row=f"open {number}", completed_on=None, residence_board=boards[0])
        for number in range(int(rng.integers(0, 9)))
    ]


def _uneven(many):
    weights = 1 / np.arange(1, many + 1) ** 1.5
    return weights / weights.sum()


@pytest.mark.parametrize("reviews", [1, 3, 12, 60])
def test_nothing_can_be_narrowed_in_a_year_of_any_size(reviews):
    deaths = a_year(reviews, reviews)
    returns = returns_of(deaths, boards=())

    documents = documents_of(publish(returns, deaths))

    assert small_ones(documents) == []
    reader = Reader(documents)
    assert not reader.unknown or reader.narrowed(truth_of(returns), 5) == []


def test_a_board_is_not_what_the_whole_and_the_other_board_leave():
    deaths = a_year(7, 9, boards=BOARDS)
    returns = returns_of(deaths)

    documents = documents_of(publish(returns, deaths))

    assert small_ones(documents) == []
    assert Reader(documents).narrowed(truth_of(returns), 5) == []


def test_who_lives_elsewhere_is_not_what_the_whole_and_the_boards_leave():
    """Two of the reviews are of residents of no board: nobody publishes them, and nobody can."""
    deaths = a_year(4, 12, elsewhere=2)
    returns = returns_of(deaths, boards=("LEICESTER",))

    documents = documents_of(publish(returns, deaths))

    for place, n in figures_of(documents[None]).items():
        board = figures_of(documents["LEICESTER"]).get(place, 0)
        if n is not None and board is not None:
            assert not 0 < n - board < 5


def test_figures_that_do_not_add_up_are_not_published():
    no_outcome = [a_death(row=str(number), outcome="") for number in range(9)]
    no_age = [a_death(row=str(number), age_days=None, age_band=None) for number in range(9)]

    for deaths in (no_outcome, no_age):
        with pytest.raises(DoesNotAddUp):
            publish(returns_of(deaths, boards=()), deaths)


def test_boards_that_do_not_make_up_the_whole_are_not_published():
    deaths = a_year(1, 20)
    returns = returns_of(deaths, boards=("LEICESTER",))
    twice = [replace(death, row=f"again {death.row}") for death in deaths]
    returns["LEICESTER"] = tabulate([*deaths, *twice], YEAR, TEMPLATE, board="LEICESTER")

    with pytest.raises(DoesNotAddUp):
        publish(returns, [*deaths, *twice])


def test_more_boards_than_can_be_hidden_as_one_are_refused():
    boards = tuple(f"BOARD_{number}" for number in range(60))
    deaths = a_year(2, 2_000, boards=boards)

    with pytest.raises(TooManyFigures):
        publish(returns_of(deaths, boards=boards), deaths)


def test_a_year_without_deaths_is_published_as_zeros():
    document = publish(returns_of([], boards=()), [])[None].document

    assert document["items"]["AG-01"] == 0
    assert document["items"]["AG-10"] == {}
    assert document["groups"] == {"neonatal": 0, "expected": 0, "unexpected": 0}


def test_a_large_year_of_one_area_hides_little():
    deaths = [
        replace(death, row=f"{number} {death.row}", completed_on=date(2015, 1, 2))
        for number in range(40)
        for death in a_year(5, 30)
        if death.completed_on
    ]
    returns = returns_of(deaths, boards=())

    document = publish(returns, deaths)[None].document

    assert document == returns[None].document
    assert all(n >= 5 or n == 0 for n in figures_of(document).values())


def test_the_reader_of_these_tests_finds_what_small_numbers_alone_would_give_away():
    """Hiding nothing but the small numbers does not withstand the attack made here."""
    returns = returns_of(from_file(DATA / "llr_2014_15.csv"), boards=())
    true = truth_of(returns)
    document = json.loads(
        json.dumps(returns[None].document),
        object_hook=lambda found: {
            key: None if isinstance(n, int) and 0 < n < 5 else n for key, n in found.items()
        },
    )

    assert len(Reader({None: document}).narrowed(true, 5)) > 20


def test_the_sums_of_a_published_table_are_those_given_at_its_head():
    deaths = a_year(60, 60)
    returns = returns_of(deaths, boards=())
    published = publish(returns, deaths)[None]

    assert published.sum_of("AG-10") == published.count("AG-01")
    assert published.sum_of("AG-10", "I") == published.count("AG-04")
    assert published.sum_of("AG-31") == published.count("AG-30")
    assert published.sum_of("groups") == published.count("AG-01")
    assert published.codes("AG-10") == returns[None].codes("AG-10")


def test_a_corrected_year_and_the_one_given_before_tell_no_small_move():
    """One review changes its sex and one its outcome: all that moved, moved by one."""
    deaths = a_year(2, 14)
    one, other = (death for death in deaths[:2])
    corrected = [
        replace(one, sex="F" if one.sex == "M" else "M"),
        replace(other, outcome="N" if other.outcome == "M" else "M"),
        *deaths[2:],
    ]
    before, now = returns_of(deaths, boards=()), returns_of(corrected, boards=())
    tables = tables_of(before, deaths)
    first = settle(tables, (), PUBLIC)

    second = publish(now, corrected, earlier=[Earlier(tables, first.shown, PUBLIC)])

    old, new = publish(before, deaths), documents_of(second)
    for area, document in documents_of(old).items():
        shown = figures_of(new[area])
        for place, n in figures_of(document).items():
            again = shown.get(place, 0)
            if n is not None and again is not None:
                assert not 0 < abs(n - again) < 5, (area, place)
    assert small_ones(new) == []
