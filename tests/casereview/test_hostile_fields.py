"""No field of any form is brought to its knees by what it is sent: it takes it, or says why not."""

import copy
import importlib
import pkgutil
import random
import time

import pytest
from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

import casereview
import cdop
import learning
import scr
from casereview.forms import Form

SECONDS = 2  # of processor time, for one value
PIECES = [
    *("", " ", "0", "-1", "31", "2015", "NaN", "1e999", "true", "None", "\x00", "\x1b[31m", "\x7f"),
    *("\ud800", "\udfff", "\u202e", "\u2066", "\ufeff", "\u2028", "\ufffe", "\U0010ffff", "é", "ß"),
    *("e\u0301", "ﬀ", "٣", "３", "²", "Ⅷ", "𝟗", "İ", "<b>", "'", '"', "\\", "%s", "{0}", "{{ 7 }}"),
    *("=1+1", "../", "A" * 300, "9" * 400, "12/5/2014", "31 February", "LE1 1ZZ", "999 000 0018"),
    *("@", "a@b.c", "http://x", ":", "25:61", "12:30", "[]", "{}", ",", "\n", "\r\n", "\t"),
]


def every_form() -> list[type[django_forms.BaseForm]]:
    """Return every form of the product."""
    for app in (casereview, cdop, scr, learning):
        for package in ("forms", "views", "sign_in"):
            name = f"{app.__name__}.{package}"
            try:
                found = importlib.import_module(name)
            except ModuleNotFoundError:
                continue
            for one in pkgutil.iter_modules(getattr(found, "__path__", [])):
                importlib.import_module(f"{name}.{one.name}")
    waiting, every = [Form], []
    while waiting:
        kind = waiting.pop()
        every.append(kind)
        waiting += kind.__subclasses__()
    return sorted(set(every), key=lambda kind: f"{kind.__module__}.{kind.__qualname__}")


def typed(chance: random.Random) -> str:
    pieces = chance.choices(PIECES, k=chance.choice([1, 1, 1, 2, 3, 6]))
    return "".join(pieces) * chance.choice([1, 1, 1, 1, 1, 1, 40])


def asked(times: int) -> list[str]:
    """Send hostile values to fields, in turn, and return what crashed or took too long."""
    chance = random.Random(20150302)  # noqa: S311 - not a secret
    # Fields of a class: what a page adds for one case is tried on the pages.
    every = [
        (f"{kind.__module__}.{kind.__name__}", field_name, copy.deepcopy(field))
        for kind in every_form()
        for field_name, field in kind.base_fields.items()
    ]
    assert len(every) > 500
    found, count = [], 0
    while count < times and not found:
        for name, field_name, field in every[: times - count]:
            data = QueryDict(mutable=True)
            for key in (field_name, *(f"{field_name}_{part}" for part in range(3))):
                data.setlist(key, [typed(chance) for _ in range(chance.choice([1, 1, 2]))])
            began = time.process_time()
            try:
                field.clean(field.widget.value_from_datadict(data, {}, field_name))
            except ValidationError:
                pass
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a crash
                found.append(f"{name}.{field_name}: {error!r} of {dict(data)!r:.200}")
            if time.process_time() - began > SECONDS:
                found.append(f"{name}.{field_name} took too long: {dict(data)!r:.200}")
            count += 1
    return found


@pytest.mark.django_db
def test_each_field_of_each_form_answers_hostile_values():
    assert len(every_form()) > 100
    assert asked(2_500) == []


@pytest.mark.long
@pytest.mark.django_db
def test_each_field_of_each_form_answers_a_million_hostile_values():
    assert asked(1_000_000) == []
