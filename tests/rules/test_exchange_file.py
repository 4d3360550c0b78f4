"""The file of a bundle: read as it was written, or refused; shares pooled without guessing."""

import json
import random
from dataclasses import replace

import pytest

from casereview.rules.intervals import clopper_pearson
from learning.exchange_keys import is_genuine
from learning.rules.exchange_file import BadBundle, Told, checked, fingerprint, read
from learning.rules.pooling import Apart, Between, Share, of_one_theme, pool, stands
from tests.learning.exchanged import bundle_of, file_of, public_key

FILE = file_of(bundle_of("Northshire"))


def taken_in(data: bytes) -> bool:
    """Tell whether a file would be taken in from an area whose key is accepted."""
    try:
        found = read(data)
    except BadBundle:
        return False
    return is_genuine(found) and found.public_key == public_key("Northshire")


def test_what_was_written_is_read_again():
    found = read(FILE)

    assert taken_in(FILE)
    assert found.bundle == bundle_of("Northshire")
    assert file_of(found.bundle) == FILE
    assert fingerprint(found.public_key).count(" ") == 7


def test_no_changed_bundle_is_taken_in():
    choose = random.Random(5)  # noqa: S311 - no secret
    changed = set()
    while len(changed) < 300:
        data = bytearray(FILE)
        place = choose.randrange(len(data))
        match choose.randrange(4):
            case 0:
                data[place] ^= 1 << choose.randrange(8)
            case 1:
                del data[place : place + choose.randrange(1, 9)]
            case 2:
                data[place:place] = choose.choice([b" ", b"\n", b"0", b"null", b'"', b"\0", b"9"])
            case _:
                other = choose.randrange(len(data))
                data[place], data[other] = data[other], data[place]
        if bytes(data) != FILE:
            changed.add(bytes(data))

    assert [data for data in changed if taken_in(data)] == []


def test_no_number_of_a_bundle_can_be_changed_and_written_anew():
    document = json.loads(FILE)

    def places(node, path=()):
        if isinstance(node, dict | list):
            for name, value in node.items() if isinstance(node, dict) else enumerate(node):
                yield from places(value, (*path, name))
        elif path[0] == "content":
            yield path

    tried = 0
    for path in places(document):
        for value in (0, 1, 9, 2014, "", "A", None, True, 0.5, [], {}, "\u202e"):
            changed = json.loads(FILE)
            node = changed
            for name in path[:-1]:
                node = node[name]
            if node[path[-1]] == value and type(node[path[-1]]) is type(value):
                continue
            node[path[-1]] = value
            text = json.dumps(changed, ensure_ascii=False, sort_keys=True, indent=1)
            assert not taken_in(text.encode()), (path, value)
            tried += 1
    assert tried > 150


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a bundle"),
        (b"\xff\xfe{}", "not a bundle"),
        (b"[" * 100_000, "not a bundle"),
        (b'{"format": "x"}', "not a bundle"),
        (FILE.replace(b'"version": 1', b'"version": 2'), "version"),
        (FILE.replace(b'"version": 1', b'"version": true'), "version"),
        (FILE.replace(b'"version": 1\n', b'"version": 1, "more": 1\n'), "one too many"),
        (FILE.replace(b'"edition": 1', b'"edition": NaN'), "not a bundle"),
        (FILE.replace(b'"edition": 1', b'"edition": 1, "edition": 1'), "not a bundle"),
        (FILE.replace(b'"edition": 1,', b'"edition":  1,'), "changed it on the way"),
        (b"\xef\xbb\xbf" + FILE, "not a bundle"),
        (FILE.replace(b"\n", b"\r\n"), "changed it on the way"),
        (FILE + b" " * 1_000_000, "larger than 1 MB"),
    ],
)
def test_what_is_no_bundle_is_told_so(data, why):
    with pytest.raises(BadBundle, match=why):
        read(data)


@pytest.mark.parametrize(
    "statement",
    [
        "Born on 3 March 2014, he was never seen again",
        "See CD-2014-0007",
        "Call 0116 496 0321",
        "Of LE1 2ZZ",
        "NHS 999 000 0026",
        "Hidden\u202etext",
        "A bell\x07",
        "",
        "x" * 4_001,
    ],
)
def test_no_area_gives_or_takes_a_statement_that_may_tell_who_somebody_is(statement):
    told = replace(bundle_of("Northshire"), learning=(Told("safe_sleep", statement, "", 2014),))

    with pytest.raises(BadBundle):
        checked(told)
    with pytest.raises(BadBundle):
        read(file_of(told))


def test_years_and_counts_that_cannot_be_are_refused():
    fine = bundle_of("Northshire")
    for wrong in (
        replace(fine, first_year=2016),
        replace(fine, first_year=2001),
        replace(fine, reviews=Between(7, 7)),  # fewer than carry a theme
        replace(fine, themes=fine.themes + fine.themes[:1]),
        replace(fine, learning=(Told("unheard_of", "Something", "", 2014),)),
        replace(fine, learning=(Told("safe_sleep", "Something", "", 2010),)),
        replace(fine, area_name="Two\nlines"),
        replace(fine, threshold=1),
    ):
        with pytest.raises(BadBundle):
            checked(wrong)


# Pooling.


def test_the_exact_limits_are_those_of_the_closed_forms():
    for total in (1, 20, 80):
        low, high = clopper_pearson(0, total)
        assert low == 0 and high == pytest.approx(1 - 0.025 ** (1 / total))
        assert clopper_pearson(total, total)[0] == pytest.approx(0.025 ** (1 / total))
    assert clopper_pearson(1, 1)[1] == 1.0
    # Published values of Clopper and Pearson for 10 of 100 and 4 of 20.
    assert clopper_pearson(10, 100) == pytest.approx((0.0490, 0.1762), abs=5e-5)
    assert clopper_pearson(4, 20) == pytest.approx((0.0573, 0.4366), abs=5e-5)
    for count, total in ((1, 0), (-1, 4), (5, 4)):
        with pytest.raises(ValueError, match="share"):
            clopper_pearson(count, total)


def test_a_pool_holds_for_every_number_that_may_stand_behind_it():
    shares = [Share(Between(1, 4), Between(70, 70)), Share(Between(9, 9), Between(78, 82))]
    whole = pool(shares)
    low, high = whole.interval

    assert str(whole.reviews) == "10 to 13" and str(whole.of) == "148 to 152"
    for first in range(1, 5):
        for of in range(78, 83):
            inner = clopper_pearson(first + 9, 70 + of)
            assert low <= inner[0] and inner[1] <= high
            assert whole.lowest <= (first + 9) / (70 + of) <= whole.highest
    assert Share(Between(0, 0), Between(0, 3)).interval is None


def test_two_themes_of_others_that_are_one_of_ours_are_at_least_the_larger():
    counts = [Between(6, 6), Between(1, 4)]

    assert of_one_theme(counts, Between(80, 80)) == Between(6, 10)
    assert of_one_theme(counts, Between(8, 8)) == Between(6, 8)


def test_only_limits_that_leave_each_other_out_are_called_a_difference():
    def share(low, of, high=None):
        return Share(Between(low, high or low), Between(of, of))

    assert stands(share(30, 60), share(20, 200)) is Apart.HIGHER
    assert stands(share(2, 60), share(90, 200)) is Apart.LOWER
    assert stands(share(9, 60), share(20, 200)) is Apart.CANNOT_TELL
    # What is hidden widens the others until nothing can be said.
    assert stands(share(30, 60), share(20, 200, 90)) is Apart.CANNOT_TELL
    assert stands(share(0, 0), share(20, 200)) is Apart.CANNOT_TELL
