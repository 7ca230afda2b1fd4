"""Who calls: the bearer of a token. And how he is told what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from suyuan.accounts.queries import bearer, token_of
from suyuan.accounts.rules import Actor
from suyuan.catalog.directory import directory
from suyuan.gs1.problems import Problem, Refused
from suyuan.ui.access import Access, Reader, View, mark
from suyuan.ui.problems import sentence

P = ParamSpec("P")
SCHEME = "bearer "
VALIDATION = "epcisException:ValidationException"
SECURITY = "epcisException:SecurityException"
LIMIT = "epcisException:CaptureLimitExceededException"
UNKNOWN = "epcisException:NoSuchResourceException"


@dataclass(frozen=True, slots=True)
class Caller:
    """A machine behind a request; `now` is the only clock a view reads."""

    actor: Actor
    now: datetime
    terminal: str


class Refusal(Exception):
    """An answer other than the one asked for (RFC 9457), with a status of HTTP and the standard's name for it."""

    def __init__(self, status: int, kind: str, problems: Sequence[Problem]) -> None:
        super().__init__(kind)
        self.status, self.kind, self.problems = status, kind, problems


def caller_of(request: HttpRequest) -> Caller | None:
    """Whose token came with the request; None without one that holds."""
    header = request.headers.get("Authorization", "")
    if header[: len(SCHEME)].lower() != SCHEME:
        return None
    now = timezone.now()
    token = token_of(header[len(SCHEME) :].strip(), now)
    return Caller(bearer(token, directory().sites, now), now, f"token {token.name}"[:200]) if token else None


def api_view(
    permission: str,
) -> Callable[[Callable[Concatenate[HttpRequest, Caller, P], HttpResponse]], View]:
    """A view for machines, which gets the caller as its second argument; `permission` is needed somewhere.

    No cookie is read, so none can be abused: that is why it asks for no CSRF token.
    """

    def decorate(view: Callable[Concatenate[HttpRequest, Caller, P], HttpResponse]) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            caller = caller_of(request)
            if caller is None:
                return problem_response(401, SECURITY, [Problem("api.token_missing")])
            if not caller.actor.scopes(permission):
                return problem_response(403, SECURITY, [Problem("api.not_allowed", "", {"scope": "*"})])
            try:
                return view(request, caller, *args, **kwargs)
            except Refusal as refusal:
                return problem_response(refusal.status, refusal.kind, refusal.problems)
            except Refused as refused:
                conflict = any(problem.code == "capture.conflict" for problem in refused.problems)
                return problem_response(409 if conflict else 400, VALIDATION, refused.problems)

        return mark(csrf_exempt(wrapped), Access(Reader.TOKEN, permission, True))

    return decorate


def problem_response(status: int, kind: str, problems: Sequence[Problem]) -> HttpResponse:
    """A problem document; `problems` has everything that is wrong, each beside its field."""
    told = [problem_json(problem) for problem in problems]
    body = {"type": kind, "title": told[0]["message"] if told else kind, "status": status, "problems": told}
    response = JsonResponse(body, status=status, content_type="application/problem+json")
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="suyuan"'
    return response


def problem_json(problem: Problem) -> Mapping[str, str]:
    return {"code": problem.code, "field": problem.field, "message": sentence(problem)}
