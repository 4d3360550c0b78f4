"""Every field says what it is, and what is said is true of the table."""

import pytest
from django.apps import apps
from django.db import models

from casereview.fields import EncryptedTextField
from casereview.records import Record

OURS = [
    model
    for label in ("casereview", "keystore", "cdop", "scr", "learning")
    for model in apps.get_app_config(label).get_models()
    if not model.__name__.endswith("History")
]
KINDS = ("identifying", "narrative", "coded", "operational")


def said(model, kind):
    return tuple(getattr(model, kind))


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_field_is_declared_exactly_once(model):
    skipped = {"id", "version"} if issubclass(model, Record) else set()
    fields = {field.name for field in model._meta.concrete_fields} - skipped

    declared = [name for kind in KINDS for name in said(model, kind) if name not in skipped]

    assert sorted(declared) == sorted(set(declared))
    assert set(declared) - {"id"} == fields - {"id"}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_what_identifies_or_tells_is_encrypted_and_nothing_else_is(model):
    sealed = {
        field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)
    }

    assert set(said(model, "identifying")) | set(said(model, "narrative")) == sealed


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_free_text_about_a_case_is_never_in_clear(model):
    """A long text field that is not encrypted must be a setting or a list, not a story."""
    clear = {
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField) and not isinstance(field, EncryptedTextField)
    }

    # An area's letters before they are filled: an administrator's, and of no case.
    wordings = {"text"} if model.__name__ == "LocalText" else set()
    assert clear <= {"covers", "does_not_cover", "detail"} | wordings


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_sealed_record_says_whose_key_seals_it(model):
    sealed = [f for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]
    if not sealed:
        return

    kind, column = model.sealed_by

    assert column in {field.attname for field in model._meta.concrete_fields}
    if kind.startswith("@"):
        assert kind[1:] in {field.attname for field in model._meta.concrete_fields}


def test_nothing_disappears_with_what_it_points_to():
    for model in OURS:
        for field in model._meta.concrete_fields:
            if field.is_relation:
                assert field.remote_field.on_delete is models.PROTECT, f"{model} {field.name}"


# What somebody typed and has not handed in, what they thought before a discussion, a file on its
# way in, and a view of a list: each goes.
WITHOUT_HISTORY = {"Draft", "FirstJudgement", "ImportFile", "ReadingChoice", "SavedView"}


@pytest.mark.parametrize(
    "model",
    [m for m in OURS if issubclass(m, Record) and m.__name__ not in WITHOUT_HISTORY],
    ids=lambda model: model.__name__,
)
def test_every_record_has_history(model):
    assert hasattr(model, "history")


def test_a_blind_index_is_never_kept_in_history():
    for model in OURS:
        if hasattr(model, "history"):
            columns = {field.name for field in model.history.model._meta.concrete_fields}
            assert not {name for name in columns if name.endswith("_index")}
