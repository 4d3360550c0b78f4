"""The description of the reading interface as a page: made here from the schema, no script."""

from dataclasses import dataclass
from typing import Any

from casereview.api import reading

_WORDS = {"integer": "whole number", "string": "text", "boolean": "true or false"}


@dataclass(frozen=True)
class Part:
    """Some words of a description; `code` are those that a program writes."""

    words: str
    code: bool


@dataclass(frozen=True)
class Endpoint:
    """One address: what it gives, and what may be asked."""

    path: str
    summary: str
    paragraphs: list[list[Part]]
    parameters: list[tuple[str, str, str]]
    answer: str


@dataclass(frozen=True)
class Shape:
    """The fields of one kind of answer."""

    name: str
    about: list[Part]
    fields: list[tuple[str, str]]


def endpoints() -> list[Endpoint]:
    """Return every address of the interface."""
    return [
        Endpoint(
            path=path,
            summary=asked["summary"],
            paragraphs=[_parts(one) for one in asked["description"].split("\n\n")],
            parameters=[
                (
                    one["name"],
                    "in the address" if one["in"] == "path" else "after ?",
                    _type(one["schema"]),
                )
                for one in asked.get("parameters", [])
            ],
            answer=_answer(asked),
        )
        for path, methods in reading.schema()["paths"].items()
        for asked in methods.values()
    ]


def shapes() -> list[Shape]:
    """Return the fields of every kind of answer, by name."""
    return [
        Shape(
            name=name,
            about=_parts(shape.get("description", "")),
            fields=[(key, _type(one)) for key, one in shape.get("properties", {}).items()],
        )
        for name, shape in sorted(reading.schema()["components"]["schemas"].items())
    ]


def _parts(text: str) -> list[Part]:
    """Return the words of a description, what stands between backticks apart from the rest."""
    parts = " ".join(text.split()).split("`")
    return [Part(words, bool(place % 2)) for place, words in enumerate(parts) if words]


def _answer(asked: dict[str, Any]) -> str:
    return _type(asked["responses"][200]["content"]["application/json"]["schema"])


def _type(schema: dict[str, Any]) -> str:
    """Return a type in words."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(repr(one) for one in schema["enum"])
    kind = schema.get("type", "")
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if kind == "object":
        return f"by key: {_type(schema.get('additionalProperties') or {})}"
    if schema.get("format") == "date":
        return "day, such as 2015-03-02"
    return _WORDS.get(kind, "nothing" if kind == "null" else kind)
