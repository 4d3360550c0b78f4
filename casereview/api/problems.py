"""What a program is told when it gets no answer: JSON that says what to do, and no value."""

from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from casereview import access, errors

PREFIX = "/api/"
DESCRIBED = "/api/docs/"
DO = {
    400: "Ask as the description at /api/openapi.json says",
    401: "Send a token in the header Authorization: Bearer …, never in the address",
    403: "Ask an administrator for a role that may read this",
    404: "Check the address: there is nothing here that you may read",
    405: "Use GET: nothing is changed here",
    422: "Put right what is named in fields: see /api/openapi.json",
    429: "Wait a minute, then ask again: there were too many requests",
}
FAILED = "Try again in a few minutes; if it keeps failing, tell an administrator this reference: "


@dataclass(frozen=True)
class Problem:
    """Why there is no answer, as the status says, and what to do about it."""

    status: int
    do: str
    fields: list[str] = field(default_factory=list)


def told(status: int, do: str = "", fields: tuple[str, ...] = ()) -> JsonResponse:
    """Return a problem as an answer; without words of its own it has those of its status."""
    words = do or DO.get(status, DO[400])
    answer = JsonResponse({"status": status, "do": words, "fields": list(fields)}, status=status)
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    if status == 405:
        answer["Allow"] = "GET"
    if status == 429:
        answer["Retry-After"] = "60"
    return answer


def in_json(handle):
    """Answer a program in JSON whatever goes wrong, wherever it goes wrong; nothing is posted."""

    def handled(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return handle(request)
        if not settings.API:
            return access.not_found()
        if request.path_info == DESCRIBED:
            return handle(request)
        if request.method != "GET":
            return told(405)
        answer = handle(request)
        json = answer.headers.get("Content-Type", "").startswith("application/json")
        if answer.status_code < 400 or json:
            return answer
        if answer.status_code >= 500:
            return told(answer.status_code, FAILED + errors.reference_of(request))
        return told(answer.status_code)

    return handled
