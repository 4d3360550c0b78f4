"""The file of answers that the decision tool's command reads; no Django."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from scr.rules.answers import NOT_KNOWN
from scr.rules.frameworks import Framework

LARGEST_BYTES = 1_000_000
_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")


class BadAnswersFile(ValueError):
    """A file that cannot be used; the message says what to do and repeats no answer."""


def read_answers(
    path: Path, framework: Framework, others: Iterable[Framework] = ()
) -> dict[str, str]:
    """Return the answers in a file to the questions of an edition.

    The file is `{"answers": {question: answer}}`; a question that is not there is not known. An
    answer to a question which only `others` ask is checked and left out.

    Raises:
        BadAnswersFile: it cannot be read, names a question no edition asks, or gives an answer
            its question does not offer.
    """
    offered: dict[str, set[str]] = {}
    for each in others:
        for question in each.questions:
            offered.setdefault(question.id, {NOT_KNOWN}).update(question.answers)
    own = {question.id: {*question.answers, NOT_KNOWN} for question in framework.questions}
    offered |= own
    found = _answers(_read(path))
    for place, (name, answer) in enumerate(found.items(), start=1):
        if name not in offered:
            which = f"“{name}”" if _ID.fullmatch(name) else f"the name of answer {place}"
            raise BadAnswersFile(
                f"Check {which}: no question is called that. {framework.name} asks {', '.join(own)}"
            )
        if not isinstance(answer, str) or answer not in offered[name]:
            answers = sorted(offered[name] - {NOT_KNOWN})
            raise BadAnswersFile(f"Answer “{name}” with one of {', '.join([*answers, NOT_KNOWN])}")
    return {name: str(answer) for name, answer in found.items() if name in own}


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise BadAnswersFile(f"Choose a file that can be read: {error.strerror}") from None
    if len(content) > LARGEST_BYTES:
        raise BadAnswersFile("Choose a smaller file: answers need no more than a megabyte")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadAnswersFile("Save the file as UTF-8 and try again") from None


def _answers(text: str) -> dict[str, object]:
    try:
        document = json.loads(text, object_pairs_hook=_once)
    except BadAnswersFile:
        raise
    except (ValueError, RecursionError):
        raise BadAnswersFile('Write the file as JSON: {"answers": {"event": "died"}}') from None
    answers = document.get("answers") if isinstance(document, dict) else None
    if not isinstance(answers, dict):
        raise BadAnswersFile('Put the answers under "answers": {"answers": {"event": "died"}}')
    return answers


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise BadAnswersFile("Give each answer once: a name is there twice")
    return dict(pairs)
