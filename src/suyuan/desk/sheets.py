"""Working pages: what a sheet with lines shows, and how it becomes a command that is done once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4, uuid5

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from suyuan.desk.access import Desk
from suyuan.desk.forms import Line, Sheet, request_of
from suyuan.desk.goods import Article, named
from suyuan.governance.context import Context
from suyuan.governance.kernel import Result, execute
from suyuan.gs1.problems import Problem, Refused
from suyuan.ui.frame import Choice

# Warnings that a person may say yes to; the command then does it all the same and the record says who accepted what.
WARNINGS = frozenset(
    {
        "operations.expiry_missing",
        "operations.expiry_announced",
        "operations.produced_conflict",
        "operations.notice_received",
        "operations.lot_received",
        "operations.over_order",
        "operations.above_order",
        "operations.order_elsewhere",
        "operations.never_sent",
        "operations.more_than_announced",
        "operations.rma_closed",
        "operations.more_than_under_way",
        "operations.produced_later",
        "operations.expired_on_arrival",
        "operations.short_life_on_arrival",
        "operations.short_remaining_life",
        "operations.delivery_date_missing",
    }
)


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as the template draws it: the names of its inputs, and where problems point at."""

    number: int
    line: Line
    article: Article | None
    columns: tuple[str, ...]

    @property
    def names(self) -> dict[str, str]:
        return {column: f"line-{self.number}-{column}" for column in self.columns}

    @property
    def paths(self) -> dict[str, str]:
        return {column: f"lines[{self.number}].{column}" for column in self.columns}

    @property
    def path(self) -> str:
        return f"lines[{self.number}]"

    @property
    def units(self) -> tuple[Choice, ...]:
        return self.article.units if self.article else (Choice("", "–"),)

    @property
    def unit(self) -> str:
        """The unit chosen, or the usual one."""
        return self.line.get("unit") or self.units[0].code


def views(sheet: Sheet, known: Mapping[str, Article], key: str, columns: tuple[str, ...]) -> list[LineView]:
    return [LineView(n, line, known.get(line.get(key)), columns) for n, line in enumerate(sheet.lines)]


def to_accept(problems: Sequence[Problem]) -> list[Problem]:
    """One problem of each kind that may be accepted, for a box to tick."""
    return list({problem.code: problem for problem in problems if problem.code in WARNINGS}.values())


def accepted(request: HttpRequest) -> frozenset[str]:
    return frozenset(request.POST.getlist("accept")) & WARNINGS


def request_id(request: HttpRequest) -> UUID:
    """The id that the form has carried since its page was made; a form without one gets a new one."""
    return request_of(request.POST.get("request_id", "")) or uuid4()


def record(desk: Desk, request: HttpRequest, command: object) -> list[Problem]:
    """Do the command once; the problems, none when it is done."""
    return answered(desk, request, command)[1]


def answered(desk: Desk, request: HttpRequest, command: object, step: str = "") -> tuple[Result | None, list[Problem]]:
    """Do the command once: its result, or everything against it in words.

    `step` names a command that is not the first of its form: its id comes out of the form's, so that a form which is
    sent twice does each of them once.
    """
    context = context_of(desk, request)
    if step:
        context = replace(context, request_id=uuid5(context.request_id, step))
    try:
        return execute(context, command), []
    except Refused as refused:
        return None, named(refused.problems, desk.language)


def context_of(desk: Desk, request: HttpRequest) -> Context:
    """What travels with a command from this desk."""
    return Context(
        actor=desk.actor,
        request_id=request_id(request),
        now=desk.now,
        clock=desk.clock,
        locale=desk.language,
        terminal=request.META.get("HTTP_USER_AGENT", "")[:200],
    )


def see_other(request: HttpRequest, name: str) -> HttpResponse:
    """On to the page of the result, by whatever sent the form."""
    url = f"{reverse(name)}?request={request_id(request)}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
