"""What the pages of figures have in common: the days and the warehouses asked for, tiles, and tables as files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk, page
from suyuan.desk.forms import clean, day_of
from suyuan.desk.importing import EXCEL
from suyuan.gs1.problems import N_, Problem
from suyuan.insight.dayflows_asked import stale_since
from suyuan.ui.frame import Choice, Link
from suyuan.ui.tables import Row, Table
from suyuan.ui.workbook_files import Page, cells_of, csv_lines, heads_of, make_workbook

READS = "trace.full:read"
SPANS = (7, 30, 90)  # days
USUAL = 30
LONGEST = 731  # days
SHOWN = 200  # rows; a file has all
ALL = "all"
TABS = (
    ("figures", "packages", N_("Stock"), READS),
    ("figures-service", "truck-delivery", N_("Service"), READS),
    ("figures-work", "basket", N_("Picking"), "pick:read"),
    ("balance", "scale", N_("Mass balance"), READS),
)
KINDS = ("csv", "xlsx")
T = TypeVar("T", bound=str)


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure: its name, what it is, of how much, and what it means in a sentence."""

    word: str
    value: str
    note: str = ""
    means: str = ""
    trend: Sequence[int] = ()
    says: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """The days, inclusive, and the warehouses that a page is about; `kept`: the query behind it."""

    since: date
    until: date
    logs: tuple[str, ...]
    where: str
    choices: tuple[Choice, ...]
    kept: Mapping[str, str]
    problems: tuple[Problem, ...] = ()

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    def url(self, **more: str) -> str:
        """The same with other values; an empty one is left out."""
        query = {name: value for name, value in (dict(self.kept) | more).items() if value}
        return f"?{urlencode(query)}"

    @property
    def spans(self) -> list[tuple[int, str, bool]]:
        return [(one, self.url(days=str(one), since="", until=""), one == self.days) for one in SPANS]

    @property
    def exports(self) -> list[tuple[str, str]]:
        return [("CSV", self.url(**{"as": "csv"})), ("Excel", self.url(**{"as": "xlsx"}))]


def read_asked(request: HttpRequest, desk: Desk, permission: str, *more: str) -> Asked:
    """`?since=&until=` or `&days=`, the last 30 without; `&in=` a warehouse or ``all``; `more`: what else is kept."""
    problems: list[Problem] = []
    until = min(day_of(clean(request.GET.get("until", "")), "until", problems) or desk.today, desk.today)
    text = request.GET.get("days", "")
    days = int(text) if text in {str(one) for one in SPANS} else USUAL
    since = day_of(clean(request.GET.get("since", "")), "since", problems) or until - timedelta(days=days - 1)
    if since > until or (until - since).days >= LONGEST:
        problems.append(Problem("desk.figures_span", "since", {"days": str(LONGEST)}))
        since = until - timedelta(days=days - 1)
    seen = [code for code in sorted(directory().warehouses) if desk.actor.may(permission, code)]
    names = {choice.code: choice.name for choice in desk.frame.warehouses}
    choices = [Choice(code, names.get(code, code)) for code in seen]
    where = request.GET.get("in", "")
    where = where if where in seen or (where == ALL and len(seen) > 1) else desk.warehouse
    logs = tuple(seen) if where == ALL else (where,)
    kept = {name: clean(request.GET.get(name, "")) for name in ("since", "until", "days", "in", *more)}
    every = (Choice(ALL, _("All warehouses")),) if len(seen) > 1 else ()
    return Asked(since, until, logs, where, (*every, *choices), kept, tuple(problems))


def chosen(request: HttpRequest, kinds: type[T], usual: T, name: str = "by") -> T:
    """One of a closed list."""
    return next((one for one in kinds if one == request.GET.get(name)), usual)  # type: ignore[attr-defined]  # a StrEnum


def answer(
    request: HttpRequest, desk: Desk, asked: Asked, tab: str, shown: Table, context: Mapping[str, object]
) -> HttpResponse:
    """The page with its table, or the table as a file: `?as=csv`, `?as=xlsx`."""
    kind = request.GET.get("as", "")
    if kind in KINDS:
        return as_file(shown, kind, f"{shown.name} {asked.since} {asked.until}")
    rows = replace(shown, rows=shown.rows[:SHOWN], total=len(shown.rows))
    frame = {
        "tabs": tabs_of(desk, tab),
        "asked": asked,
        "table": rows,
        "problems_found": asked.problems,
        "stale": stale(asked),
    }
    return page(request, desk, "desk/figures/page.html", frame | dict(context))


def tabs_of(desk: Desk, tab: str) -> list[Link]:
    """The pages of figures that are open to him."""
    return [
        Link(reverse(f"desk:{name}"), _(word), icon, name == tab)
        for name, icon, word, right in TABS
        if desk.actor.may(right, desk.warehouse)
    ]


def stale(asked: Asked) -> date | None:
    """From which of the days on figures are being made again."""
    first = stale_since(asked.logs)
    return date.fromordinal(max(first, 1)) if first is not None and first <= asked.until.toordinal() else None


def as_file(shown: Table, kind: str, name: str, rows: Iterable[Row] | None = None) -> HttpResponse:
    """A table as a file, row by row; `rows`: those of one that is too long to be held."""
    cells = (cells_of(shown.columns, row) for row in (shown.rows if rows is None else rows))
    heads = heads_of(shown.columns)
    if kind == "csv":
        response = HttpResponse(csv_lines(heads, cells), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(make_workbook(Page(shown.name, heads, cells)), content_type=EXCEL)
    response.headers["Content-Disposition"] = file_header(name, kind)
    return response


def file_header(name: str, kind: str) -> str:
    """What a browser saves an answer as: no character that a file system refuses."""
    safe = "".join(char if char.isalnum() or char in " -_." else "-" for char in name)
    return content_disposition_header(True, f"{safe}.{kind}") or "attachment"


def percent(share: float | None) -> Decimal | None:
    return None if share is None else rounded(100 * share)


def rounded(figure: float | None, places: str = "0.1") -> Decimal | None:
    return None if figure is None else Decimal(figure).quantize(Decimal(places), ROUND_HALF_UP)


def text(figure: Decimal | None, unit: str = "") -> str:
    return "–" if figure is None else f"{figure:,}{unit}"


def part(some: int, whole: int) -> str:
    return f"{some:,} / {whole:,}"
