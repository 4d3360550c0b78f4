"""The reading interface as django-ninja knows it: what may be asked, checked and described.

Each address is behind the door of the page whose row of the access table it names. Nothing else
speaks to ninja, and what an endpoint reads is a plain function of its app.
"""

import inspect
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.security import HttpBearer

from casereview import access, registries
from casereview.api.problems import PREFIX, Problem, told
from casereview.api.tokens import by_token
from casereview.registries import ApiEndpoint

REFUSALS = frozenset({400, 401, 403, 404, 405, 422, 429})
ABOUT = (
    "Reads what the person of the token may see on the pages, and nothing more; nothing is changed "
    "here, and every request is on record. No name, number or narrative is given."
)


class Token(HttpBearer):
    """Says in the description how to ask; who asks was found out before."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return getattr(request, "by_token", None)


@cache
def interface() -> NinjaAPI:
    """Return the interface with the endpoints of all apps."""
    made = NinjaAPI(
        title="Case review",
        version="1",
        description=ABOUT,
        docs_url=None,
        openapi_url=None,
        auth=Token(),
        urls_namespace="reading",
    )
    made.add_exception_handler(ValidationError, _not_as_described)
    for endpoint in registries.api:
        made.get(
            endpoint.path,
            url_name=endpoint.name,
            operation_id=endpoint.name,
            summary=endpoint.summary,
            description=inspect.getdoc(endpoint.read),
            response={200: endpoint.answer, REFUSALS: Problem},
        )(_operation(endpoint))
    return made


@cache
def schema() -> dict[str, Any]:
    """Return the OpenAPI description."""
    return dict(interface().get_openapi_schema(path_prefix=PREFIX))


def _not_as_described(request: HttpRequest, problem: Any) -> HttpResponse:
    """Name the fields that are wrong, and never what was sent in them."""
    named = sorted({str(one["loc"][-1]) for one in problem.errors if one.get("loc")})
    return told(422, fields=tuple(named))


def _operation(endpoint: ApiEndpoint) -> Callable[..., Any]:
    """Return the function that ninja calls: of a case it is handed the one that the door found."""

    def read(request: HttpRequest, **asked: Any) -> Any:
        if endpoint.of_one_case:
            asked["case"] = request.api_case  # type: ignore[attr-defined]
            del asked["reference"]
        found = endpoint.read(request, **asked)
        return access.not_found() if found is None else found

    parameters = []
    for one in inspect.signature(endpoint.read).parameters.values():
        of_case = endpoint.of_one_case and one.name == "case"
        one = one.replace(name="reference", annotation=str) if of_case else one
        parameters.append(one.replace(kind=inspect.Parameter.POSITIONAL_OR_KEYWORD))
    read.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    read.__name__ = endpoint.name
    return read


def _behind_the_door(endpoint: ApiEndpoint, answer: Callable[..., Any]) -> Callable[..., Any]:
    if endpoint.of_one_case:

        @access.case_view(endpoint.action)
        def of_case(request: HttpRequest, case: Any, **asked: Any) -> HttpResponse:
            request.api_case = case  # type: ignore[attr-defined]
            return answer(request, reference=case.reference, **asked)

        return by_token(of_case)

    @access.role_view(endpoint.action)
    def of_role(request: HttpRequest, **asked: Any) -> HttpResponse:
        return answer(request, **asked)

    return by_token(of_role)


def patterns() -> Iterable[URLPattern]:
    """Return the addresses of all endpoints, each behind its door."""
    known = {one.name: one for one in registries.api}
    for found in interface().urls[0]:
        if isinstance(found, URLPattern) and found.name in known:
            endpoint = known[found.name]
            view = _behind_the_door(endpoint, found.callback)
            yield path(f"{PREFIX[1:]}{found.pattern}", view, name=found.name)
