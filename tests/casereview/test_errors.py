"""What goes wrong is told by type, place and reference, and by nothing that was typed or stored."""

import io
import logging
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import RequestFactory

from casereview import errors
from config import wsgi

NAME = "Qxname"


@pytest.fixture
def written():
    """A log written as the product writes it, and what it says."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(errors.Formatter("%(levelname)s %(name)s %(message)s"))

    def write(logger: str, message: str, *args, **extra) -> str:
        record = logging.getLogger(logger).makeRecord(
            logger, logging.ERROR, "library.py", 7, message, args, extra.pop("exc_info", None)
        )
        record.__dict__.update(extra)
        handler.handle(record)
        return said.getvalue()

    return write


def failure() -> tuple:
    child = NAME  # a local variable, as a view has them
    try:
        raise ValueError(f"{child} is not a number") from KeyError(child)
    except ValueError:
        return sys.exc_info()


def test_an_exception_is_its_type_its_reference_and_the_lines_it_passed(written):
    request = RequestFactory().get(f"/cases/{NAME}/")
    line = written(
        "django.request",
        "Internal Server Error: %s",
        request.path,
        request=request,
        status_code=500,
        exc_info=failure(),
    )

    assert NAME not in line
    assert "ERROR django.request 500 of GET no page" in line
    assert f"ValueError [{request.error_reference}] at {__file__}:" in line
    assert errors.reference_of(request) == request.error_reference


@pytest.mark.parametrize("logger", ["django.security.DisallowedHost", "pypdf", "allauth", "root"])
def test_another_library_is_told_by_its_place_alone(written, logger):
    line = written(logger, f"could not read {NAME}", stack_info=NAME, exc_text=NAME)

    assert line == f"ERROR {logger} at library.py:7\n"


def test_our_own_words_stay(written):
    assert "job note failed" in written("casereview.jobs", "job %s failed", "note")


def test_every_logger_of_the_product_writes_so():
    configured = settings.LOGGING
    assert {handler["formatter"] for handler in configured["handlers"].values()} == {"plain"}
    assert configured["formatters"]["plain"]["()"] == "casereview.errors.Formatter"
    assert "gunicorn.error" in configured["loggers"] and "django.server" in configured["loggers"]
    assert settings.DEFAULT_EXCEPTION_REPORTER == "casereview.errors.Reporter"
    assert not getattr(settings, "ADMINS", []) and not settings.DEBUG
    told = errors.Reporter(None, ValueError, ValueError(NAME), None)
    assert told.get_traceback_text() == told.get_traceback_html() == "ValueError: see the log"


def test_what_django_cannot_answer_is_answered_by_a_page_that_needs_nothing(monkeypatch, caplog):
    def broken(environ, start_response):
        raise ValueError(NAME)

    monkeypatch.setattr(wsgi, "_django", broken)
    sent = []

    [body] = wsgi.application({}, lambda status, headers: sent.append((status, dict(headers))))

    [(status, headers)] = sent
    assert status.startswith("500")
    assert headers["Cache-Control"] == "no-store"
    assert NAME.encode() not in body
    [reference] = re.findall(r"\b[0-9a-f]{8}\b", body.decode())
    assert f"ValueError [{reference}] at " in caplog.text
    assert NAME not in caplog.text


@pytest.mark.parametrize("demo", [False, True])
def test_a_command_that_breaks_says_no_more_unless_in_a_demo(tmp_path, demo):
    program = f"""
import os, runpy, sys
from django.core import management
def broken(argv):
    import django
    django.setup()
    raise ValueError("{NAME}")
management.execute_from_command_line = broken
sys.argv = ["manage.py", "tick"]
runpy.run_path("manage.py", run_name="__main__")
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        env={
            "PATH": "/usr/bin:/bin",
            "CASEREVIEW_DATA": str(tmp_path),
            "CASEREVIEW_DEMO": str(demo),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "ValueError" in done.stderr
    assert (NAME in done.stderr) is demo
