"""The vault: what was stored opens for its owner, whole and in order, or not at all."""

import io
import stat
import uuid
from pathlib import Path

import pytest
from django.conf import settings

from casereview import crypto, keys, vault

pytestmark = pytest.mark.django_db

WORDS = b"Ada Example was seen at home. "


@pytest.fixture
def owner():
    made = uuid.uuid4()
    keys.make("case", made)
    return made


def path_of(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / name[:2] / name


def chunks_of(name: str) -> tuple[bytes, list[bytes]]:
    sealed, size = path_of(name).read_bytes(), vault.CHUNK + vault.TAG
    body = sealed[vault.HEADER :]
    return sealed[: vault.HEADER], [body[at : at + size] for at in range(0, len(body), size)]


@pytest.mark.parametrize(
    "length", [0, 1, vault.CHUNK - 1, vault.CHUNK, vault.CHUNK + 1, 3 * vault.CHUNK]
)
def test_what_was_stored_opens_again(owner, length):
    plain = (WORDS * (length // len(WORDS) + 1))[:length]

    from_file = vault.store("case", owner, io.BytesIO(plain))
    from_pieces = vault.store("case", owner, (plain[at : at + 999] for at in range(0, length, 999)))

    assert vault.read("case", owner, from_file) == plain
    assert vault.read("case", owner, from_pieces) == plain
    assert from_file != from_pieces


def test_the_file_on_the_disk_holds_no_plain_text_and_is_its_owners_only(owner):
    name = vault.store("case", owner, io.BytesIO(WORDS * 5000))

    stored = path_of(name)

    assert b"Example" not in stored.read_bytes() and WORDS[:8] not in stored.read_bytes()
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert stat.S_IMODE(stored.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "rearranged",
    [
        lambda parts: [parts[1], parts[0], *parts[2:]],
        lambda parts: parts[:-1],
        lambda parts: [*parts, parts[-1]],
        lambda parts: [parts[0], *parts],
        lambda parts: [parts[0], *parts[2:]],
        lambda parts: parts[:-1] + [parts[-1][:-1]],
        lambda parts: [],
        lambda parts: parts[:1] + [bytes([parts[1][0] ^ 1]) + parts[1][1:]] + parts[2:],
    ],
    ids=[
        "chunks swapped",
        "last chunk cut off",
        "last chunk twice",
        "first chunk twice",
        "one left out",
        "a byte short",
        "nothing left",
        "a bit flipped",
    ],
)
def test_a_file_that_was_tampered_with_does_not_open(owner, rearranged):
    name = vault.store("case", owner, io.BytesIO(WORDS * 8000))
    header, parts = chunks_of(name)

    path_of(name).write_bytes(header + b"".join(rearranged(parts)))

    with pytest.raises(crypto.IntegrityFailure):
        vault.read("case", owner, name)


def test_chunks_of_two_files_of_one_owner_do_not_mix(owner):
    one = vault.store("case", owner, io.BytesIO(WORDS * 8000))
    other = vault.store("case", owner, io.BytesIO(WORDS * 8000))
    header, parts = chunks_of(one)

    path_of(one).write_bytes(header + b"".join([parts[0], *chunks_of(other)[1][1:]]))

    with pytest.raises(crypto.IntegrityFailure):
        vault.read("case", owner, one)


def test_a_file_does_not_open_under_another_name(owner):
    one = vault.store("case", owner, io.BytesIO(WORDS))
    other = vault.store("case", owner, io.BytesIO(WORDS))

    path_of(other).write_bytes(path_of(one).read_bytes())

    with pytest.raises(crypto.IntegrityFailure):
        vault.open_("case", owner, other)


def test_a_file_does_not_open_for_another_owner(owner):
    stranger = uuid.uuid4()
    keys.make("case", stranger)
    keys.make("pack", owner)
    name = vault.store("case", owner, io.BytesIO(WORDS))

    for kind, key in (("case", stranger), ("pack", owner)):
        with pytest.raises(crypto.IntegrityFailure):
            vault.open_(kind, key, name)


def test_a_file_is_gone_with_its_owners_key(owner):
    name = vault.store("case", owner, io.BytesIO(WORDS))

    keys.destroy("case", owner)

    with pytest.raises(crypto.KeyMissing):
        vault.open_("case", owner, name)
    with pytest.raises(crypto.KeyMissing):
        vault.store("case", owner, io.BytesIO(WORDS))


def test_nothing_is_left_behind_when_reading_fails(owner):
    def broken():
        yield WORDS * 5000
        raise OSError("the connection was cut")

    before = set(Path(settings.MEDIA_ROOT).glob("*/*"))

    with pytest.raises(OSError, match="cut"):
        vault.store("case", owner, broken())

    assert set(Path(settings.MEDIA_ROOT).glob("*/*")) == before


@pytest.mark.parametrize("name", ["../keys/ring.json", "", "0" * 32, "A" * 32, "0" * 31 + "\n"])
def test_a_name_that_was_never_given_is_missing(owner, name):
    with pytest.raises(vault.FileMissing):
        vault.open_("case", owner, name)


def test_a_removed_file_is_missing(owner):
    name = vault.store("case", owner, io.BytesIO(WORDS))

    vault.remove(name)
    vault.remove(name)

    with pytest.raises(vault.FileMissing):
        vault.open_("case", owner, name)


def test_a_sweep_removes_only_files_that_no_record_names(owner, settings, tmp_path):
    # A folder of its own: what other tests stored is older, and no record names it.
    settings.MEDIA_ROOT = tmp_path
    named, orphan = (vault.store("case", owner, io.BytesIO(WORDS)) for _ in range(2))
    changed = path_of(orphan).stat().st_mtime

    too_early = vault.sweep({named}, before=changed - 60)
    stayed = path_of(orphan).exists()
    removed = vault.sweep({named}, before=changed + 60)

    assert (too_early, stayed) == (0, True)
    assert removed == 1 and not path_of(orphan).exists() and path_of(named).exists()
