"""Sealing: what was sealed opens in its place, and nowhere else, or it raises."""

import hmac
import json
import os
import pathlib
import re
import stat
import uuid

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from casereview import crypto

KEY = bytes(range(32))
ROW = uuid.UUID("00000000-0000-4000-8000-000000000001")
OTHER_ROW = uuid.UUID("00000000-0000-4000-8000-000000000002")
PLACE = crypto.place("casereview.child", "family_name", ROW)
BLOB = crypto.seal(KEY, 1, PLACE, b"Example")


def ring(*epochs: int) -> crypto.KeyRing:
    return crypto.KeyRing({epoch: bytes([epoch]) * 32 for epoch in epochs}, b"r" * 32)


@given(st.binary(max_size=5000))
def test_what_was_sealed_opens_again(plain):
    assert crypto.open_sealed(KEY, PLACE, crypto.seal(KEY, 1, PLACE, plain)) == plain


def test_the_format_is_version_epoch_nonce_ciphertext_under_aes_256_gcm():
    nonce = BLOB[3:15]

    opened = AESGCM(KEY).decrypt(nonce, BLOB[15:], BLOB[:3] + PLACE)

    assert BLOB[:3] == b"\x01\x00\x01"
    assert opened == b"Example"
    assert PLACE == b"casereview.child\0family_name\0" + ROW.bytes


@given(st.integers(0, len(BLOB) * 8 - 1))
def test_any_flipped_bit_is_refused(bit):
    damaged = bytearray(BLOB)
    damaged[bit // 8] ^= 1 << bit % 8

    with pytest.raises(crypto.IntegrityFailure):
        crypto.open_sealed(KEY, PLACE, bytes(damaged))


@given(st.integers(0, len(BLOB) - 1))
def test_a_value_cut_short_is_refused(length):
    with pytest.raises(crypto.IntegrityFailure):
        crypto.open_sealed(KEY, PLACE, BLOB[:length])


@pytest.mark.parametrize(
    "elsewhere",
    [
        crypto.place("casereview.child", "family_name", OTHER_ROW),
        crypto.place("casereview.child", "given_names", ROW),
        crypto.place("casereview.person", "family_name", ROW),
    ],
    ids=["another row", "another column", "another table"],
)
def test_a_value_moved_elsewhere_is_refused(elsewhere):
    with pytest.raises(crypto.IntegrityFailure):
        crypto.open_sealed(KEY, elsewhere, BLOB)


def test_another_key_does_not_open_it():
    with pytest.raises(crypto.IntegrityFailure):
        crypto.open_sealed(b"k" * 32, PLACE, BLOB)


def test_two_seals_of_one_text_differ():
    assert crypto.seal(KEY, 1, PLACE, b"Example") != BLOB


def test_no_nonce_comes_twice():
    nonces = {crypto.seal(KEY, 1, PLACE, b"")[3:15] for _ in range(20_000)}

    assert len(nonces) == 20_000


def test_a_data_key_opens_for_its_owner_only():
    wrapped = ring(1).wrap("case", ROW, 1, KEY)

    assert ring(1).unwrap("case", ROW, 1, wrapped) == KEY
    for kind, owner, epoch in [("person", ROW, 1), ("case", OTHER_ROW, 1), ("case", ROW, 2)]:
        with pytest.raises(crypto.IntegrityFailure):
            ring(1).unwrap(kind, owner, epoch, wrapped)


def test_a_ring_seals_under_its_highest_epoch_and_opens_all_it_holds():
    old = ring(1).wrap("case", ROW, 1, KEY)
    new = ring(1, 2).wrap("case", ROW, 1, KEY)

    assert crypto.epoch_of(new) == 2
    assert ring(1, 2).unwrap("case", ROW, 1, old) == KEY
    with pytest.raises(crypto.KeyMissing):
        ring(2).unwrap("case", ROW, 1, old)


def test_each_purpose_has_a_key_of_its_own():
    labels = ["audit", "row code", "blind nhs number", "factor secrets", "session"]

    assert len({ring(1).derive(label) for label in labels}) == len(labels)


@given(st.lists(st.binary(max_size=20), max_size=4), st.lists(st.binary(max_size=20), max_size=4))
def test_parts_of_a_code_never_run_together(one, other):
    same = crypto.mac(KEY, *one) == crypto.mac(KEY, *other)

    assert same == (one == other)


def test_a_ring_is_made_once_readable_by_its_owner_only(tmp_path):
    path = tmp_path / "keys" / "ring.json"

    crypto.make_ring(path)
    first = path.read_bytes()
    crypto.make_ring(path)

    assert path.read_bytes() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_ring_that_others_may_read_is_refused(tmp_path):
    path = tmp_path / "ring.json"
    crypto.make_ring(path)
    path.chmod(0o640)

    with pytest.raises(crypto.KeyMissing):
        crypto.read_ring(path)


def test_a_ring_shows_no_key(tmp_path):
    path = tmp_path / "ring.json"
    crypto.make_ring(path)

    shown = repr(crypto.read_ring(path))

    assert not any(key in shown for key in json.loads(path.read_text())["epochs"].values())


def test_no_more_than_the_smallest_sealed_value_is_needed_to_tell_its_epoch():
    smallest = crypto.seal(KEY, 258, PLACE, b"")

    assert len(smallest) == 3 + 12 + 16
    assert crypto.epoch_of(smallest) == 258
    for damaged in (smallest[:-1], b"\x02" + smallest[1:], b"\x02" + smallest[1:] + b"more", b""):
        with pytest.raises(crypto.IntegrityFailure, match="known version"):
            crypto.epoch_of(damaged)


def test_new_keys_are_random_and_of_32_bytes():
    keys = {crypto.new_key() for _ in range(100)}

    assert len(keys) == 100
    assert {len(key) for key in keys} == {32}


def test_codes_and_keys_are_what_they_were_and_what_the_standards_say():
    """Written out: what is in the database is read with them after every change of the code."""
    derived = HKDF(SHA256(), 32, salt=None, info=b"casereview\0audit").derive(b"r" * 32)
    message = (3).to_bytes(8, "big") + b"one" + (0).to_bytes(8, "big") + b""
    wrapped = ring(1).wrap("case", ROW, 513, KEY)
    bound = b"datakey\0case\0" + ROW.bytes + (513).to_bytes(2, "big")
    wrapping = HKDF(SHA256(), 32, salt=None, info=b"casereview\0wrap").derive(b"\1" * 32)

    assert ring(1).derive("audit") == derived
    assert crypto.mac(KEY, b"one", b"") == hmac.digest(KEY, message, "sha256")
    assert ring(1).mac("audit", b"one", b"") == hmac.digest(derived, message, "sha256")
    assert AESGCM(wrapping).decrypt(wrapped[3:15], wrapped[15:], wrapped[:3] + bound) == KEY


def test_two_codes_are_the_same_or_not():
    assert crypto.same(b"a" * 32, b"a" * 32)
    assert not crypto.same(b"a" * 32, b"a" * 31 + b"b")


def test_a_ring_seals_under_the_epoch_it_names_and_without_one_under_the_highest():
    prepared = crypto.KeyRing({1: b"a" * 32, 2: b"b" * 32}, b"r" * 32, sealing=1)

    assert (prepared.current, ring(1, 2).current, ring(3, 1).current) == (1, 2, 3)
    assert crypto.epoch_of(prepared.wrap("case", ROW, 1, KEY)) == 1


def test_the_digits_of_a_ring_tell_copies_apart_and_those_of_an_epoch_its_key():
    two, other = ring(1, 2), crypto.KeyRing({2: bytes([2]) * 32}, b"x" * 32)
    again = crypto.KeyRing({2: bytes([2]) * 32, 1: bytes([1]) * 32}, b"r" * 32, sealing=1)

    assert re.fullmatch("[0-9a-f]{8}", two.fingerprint())
    assert two.fingerprint() == again.fingerprint()
    assert len({ring(1).fingerprint(), two.fingerprint(), other.fingerprint()}) == 3
    assert two.fingerprint(2) == ring(2).fingerprint(2) == other.fingerprint(2)
    assert two.fingerprint(1) != two.fingerprint(2)
    assert other.fingerprint() != crypto.KeyRing(other.epochs, b"y" * 32).fingerprint()


def test_a_ring_is_the_same_after_it_was_kept(tmp_path):
    path = tmp_path / "ring.json"
    kept = crypto.KeyRing({2: b"b" * 32, 10: b"c" * 32, 1: b"a" * 32}, b"r" * 32, sealing=2)

    crypto.write_ring(path, kept)

    assert crypto.read_ring(path) == kept
    assert list(crypto.document_of(kept)["epochs"]) == ["1", "2", "10"]
    # A ring from before a rotation could be prepared says nothing of sealing.
    assert crypto.ring_of({"epochs": {"1": "61" * 32, "3": "62" * 32}, "root": "72" * 32}) == (
        crypto.KeyRing({1: b"a" * 32, 3: b"b" * 32}, b"r" * 32, sealing=0)
    )


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o610, 0o604, 0o602, 0o601])
def test_a_ring_open_to_anybody_else_in_any_way_is_refused(tmp_path, mode):
    path = tmp_path / "ring.json"
    crypto.make_ring(path)
    path.chmod(mode)

    with pytest.raises(crypto.KeyMissing, match="0600"):
        crypto.read_ring(path)


def test_a_ring_that_its_owner_may_run_or_only_read_is_read(tmp_path):
    path = tmp_path / "ring.json"
    crypto.make_ring(path)

    for mode in (0o700, 0o400):
        path.chmod(mode)
        assert crypto.read_ring(path).current == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o400


def test_a_ring_that_is_not_there_is_missing(tmp_path):
    with pytest.raises(crypto.KeyMissing, match="there is no key ring"):
        crypto.read_ring(tmp_path / "ring.json")


def test_a_first_ring_is_made_with_the_folders_it_needs_which_are_its_owners(tmp_path):
    path = tmp_path / "new" / "keys" / "ring.json"

    crypto.make_ring(path)
    made = crypto.read_ring(path)

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(made.epochs) == [1]
    assert len({made.root, made.epochs[1]}) == 2
    assert {len(made.root), len(made.epochs[1])} == {32}


class Disk:
    """Hears what is made to last, and what was in it by then."""

    def __init__(self, monkeypatch):
        self.told: list[tuple[str, str]] = []
        self.flags: list[int] = []
        open_it, replace = os.open, os.replace

        def opened(path, flags, *rest, **named):
            self.flags.append(flags)
            return open_it(path, flags, *rest, **named)

        def replaced(*paths):
            self.told.append(("replace", ""))
            replace(*paths)

        monkeypatch.setattr(os, "fsync", self.lasts)
        monkeypatch.setattr(os, "open", opened)
        monkeypatch.setattr(os, "replace", replaced)

    def lasts(self, descriptor: int) -> None:
        path = pathlib.Path(f"/proc/self/fd/{descriptor}").resolve()
        self.told.append(("folder", "") if path.is_dir() else ("file", path.read_text()))


@pytest.mark.skipif(not pathlib.Path("/proc/self/fd").exists(), reason="no /proc here")
def test_a_ring_outlasts_a_power_cut_before_it_takes_the_place_of_another(tmp_path, monkeypatch):
    path = tmp_path / "ring.json"
    before = len(os.listdir("/proc/self/fd"))
    disk = Disk(monkeypatch)

    crypto.write_ring(path, ring(1, 2))

    assert disk.told == [("file", path.read_text()), ("replace", ""), ("folder", "")]
    # A new file, never one that lay there; and nothing is left open.
    assert disk.flags[0] == os.O_WRONLY | os.O_CREAT | os.O_EXCL
    assert len(os.listdir("/proc/self/fd")) == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_killed_writers_left_is_taken_away_and_nothing_else(tmp_path):
    path = tmp_path / "ring.json"
    left = tmp_path / ".ring.json.0123abcd"
    others = [tmp_path / ".ring.json.0123", tmp_path / ".other.json.0123abcd"]
    for one in (left, *others):
        one.write_text("of somebody")

    crypto.write_ring(path, ring(1))

    assert sorted(tmp_path.iterdir()) == sorted([path, *others])


def test_a_draft_that_another_writer_took_away_first_is_no_failure(tmp_path, monkeypatch):
    path = tmp_path / "ring.json"
    monkeypatch.setattr(
        pathlib.Path, "glob", lambda self, pattern: [tmp_path / ".ring.json.0123abcd"]
    )

    crypto.write_ring(path, ring(1))

    assert crypto.read_ring(path).current == 1


def test_a_draft_has_a_name_that_nobody_guesses(tmp_path):
    drafts = {crypto._drafted(tmp_path / "ring.json", ring(1)).name for _ in range(3)}

    assert len(drafts) == 3
    assert all(re.fullmatch(r"\.ring\.json\.[0-9a-f]{8}", name) for name in drafts)


def test_many_values_and_keys_open_as_one_does_and_only_in_their_place():
    open_one, unwrap = crypto.opener(KEY), ring(1, 2).unwrapper()
    old, new = ring(1).wrap("case", ROW, 1, KEY), ring(1, 2).wrap("case", ROW, 1, KEY)

    assert open_one(PLACE, BLOB) == b"Example"
    assert [unwrap("case", ROW, 1, blob) for blob in (old, new, old)] == [KEY] * 3
    for where, blob in [(PLACE + b"x", BLOB), (PLACE, BLOB[:14]), (PLACE, BLOB[:-1]), (PLACE, b"")]:
        with pytest.raises(crypto.IntegrityFailure, match="in its place"):
            open_one(where, blob)
    with pytest.raises(crypto.IntegrityFailure):
        unwrap("case", OTHER_ROW, 1, old)
    with pytest.raises(crypto.KeyMissing, match="no epoch 2"):
        ring(1).unwrapper()("case", ROW, 1, new)
