"""Sealing: what was sealed opens in its place, and nowhere else, or it raises."""

import json
import stat
import uuid

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
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
