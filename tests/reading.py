"""Asking as a program does, and reading an answer against the published description."""

from typing import Any

from django.test import Client

from casereview.actions.api_tokens import make_api_token
from tests.signed_in import give_authenticator_app

TYPES = {
    "integer": int,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}


def token_of(user) -> str:
    """Return a token of a person who has a second factor."""
    give_authenticator_app(user)
    return make_api_token(name="Spreadsheet of the board", days=30, by=user)[1]


def ask(secret: str, path: str, query: Any = None):
    return Client().get(path, query, headers={"Authorization": f"Bearer {secret}"})


def wrong(value: Any, schema: dict, every: dict, at: str = "") -> list[str]:
    """Return where a value is not as a schema of OpenAPI says; empty where it is."""
    if "$ref" in schema:
        return wrong(value, every[schema["$ref"].rpartition("/")[2]], every, at)
    if "anyOf" in schema:
        ways = [wrong(value, one, every, at) for one in schema["anyOf"]]
        return [] if [] in ways else [f"{at}: none of the ways"]
    kind = TYPES[schema["type"]]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return [f"{at}: {value!r} is not {schema['type']}"]
    found: list[str] = []
    if kind is list:
        for place, one in enumerate(value):
            found += wrong(one, schema["items"], every, f"{at}/{place}")
    if kind is dict:
        known, others = schema.get("properties", {}), schema.get("additionalProperties", False)
        found += [f"{at}: no {name}" for name in schema.get("required", []) if name not in value]
        for name, one in value.items():
            inner = known.get(name, others)
            if inner is False:
                found.append(f"{at}: {name} is not described")
            else:
                found += wrong(one, inner, every, f"{at}/{name}")
    return found
