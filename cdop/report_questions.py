"""The questions of Form B, read from the dated data; no Django."""

import tomllib
from functools import cache
from pathlib import Path

from cdop.codes import code_list
from cdop.rules.report_forms import Forms, FormSection, Question, parse

_DATA = Path(__file__).parent / "data"
_ANSWERS = {"Y": "Yes", "N": "No", "NK": "Not known", "NA": "Not applicable"}
NO_RECORD = "no_record"


@cache
def forms() -> Forms:
    """Return both versions of Form B."""
    raw = []
    for name in ("form_b_questions", "form_b_supplements"):
        with (_DATA / f"{name}.toml").open("rb") as file:
            raw.append(tomllib.load(file))
    return parse(*raw)


@cache
def every_section() -> dict[str, FormSection]:
    """Return each section by its code; of a supplement the latest version."""
    found = {one.code: one for one in forms().sections}
    found.update({one.section.code: one.section for one in forms().supplements})
    return found


@cache
def _questions() -> dict[str, Question]:
    return {one.code: one for section in every_section().values() for one in section.questions}


def by_hand(version: str) -> list[FormSection]:
    """Return the supplements of a version that hang on no event: a person chooses them."""
    return [one.section for one in forms().supplements if one.by_hand and one.version == version]


def supplement_of(form: str) -> FormSection | None:
    """Return the questions of a national supplementary form; None where none are held."""
    return next((one.section for one in forms().supplements if one.form == form), None)


def question(code: str) -> Question | None:
    """Return a question by its code; None where the form has none of that code."""
    return _questions().get(code)


def question_text(code: str) -> str:
    """Return what is asked under a code; the code itself where the form does not hold it."""
    if code == NO_RECORD:
        return "No record of this child or family"
    found = question(code)
    return found.text if found else code


@cache
def confirmed_texts() -> frozenset[str]:
    """Return what the form in force is known to ask, in the words of its questions."""
    return frozenset(one.text for one in _questions().values() if one.status == "CONFIRMED")


def section_title(code: str) -> str:
    """Return the title of a section; the code itself where the form does not hold it."""
    found = every_section().get(code)
    return found.title if found else code


def answer_label(question_code: str, code: str) -> str:
    """Return a coded answer in words; empty for none."""
    found = question(question_code)
    if code and found and found.codeset and code not in ("NA",):
        return code_list(found.codeset).label(code)
    return _ANSWERS.get(code, code)


def choices(asked: Question) -> list[tuple[str, str]]:
    """Return what may be answered: the codes of the question's list, not known, not applicable."""
    if not asked.codeset:
        return list(_ANSWERS.items())
    listed = code_list(asked.codeset).choices()
    codes = {code for code, _ in listed}
    listed += [] if codes & {"NK", "UNKNOWN"} else [("NK", "Not known")]
    return [*listed, ("NA", "Not applicable")]
