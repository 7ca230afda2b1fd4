"""Recalls and drills: the lists, the way in, and what the pages of a case have in common."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.accounts.rules import EVERYWHERE
from suyuan.desk.access import Desk, desk_page, forbidden, page
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.ledger.keys import micros, moment
from suyuan.recall.kinds import KINDS, STATES, Kind, State
from suyuan.recall.models import Case, Scope
from suyuan.recall.queries import Clock, cases_in, clocks_of, figures
from suyuan.recall.rules import FULL
from suyuan.ui.access import Access, Reader
from suyuan.ui.frame import Link
from suyuan.ui.tables import Column, Jump, Row, Table, Value

RIGHTS = ("recall.start:read", "recall.notify:read")
SEES = Access(Reader.ROLE, one_of=tuple(Access(Reader.ROLE, right) for right in RIGHTS))
SHOWN = 200
COUNTED = 20  # running cases whose figures the list shows
COLOURS: Mapping[str, str] = {
    State.OPEN: "recalled", State.NOTIFYING: "recalled", State.CLOSED: "shipped", State.CANCELLED: "expired",
}  # fmt: skip


def tabs(desk: Desk, here: str) -> list[Link]:
    """The pages of recalls that the reader may open."""
    pages = [
        ("recalls", _("Recalls"), reverse("desk:recall_list"), "urgent"),
        ("drills", _("Drills"), reverse("desk:recall_drills"), "stopwatch"),
    ]
    if may_start(desk):
        pages.insert(1, ("scope", _("From an announcement"), reverse("desk:recall_scope"), "clipboard-text"))
    return [Link(url, word, icon, name == here) for name, word, url, icon in pages]


def may_start(desk: Desk) -> bool:
    return desk.actor.may("recall.start", desk.warehouse)


def logs_of(desk: Desk) -> list[str] | None:
    """The warehouses whose cases the reader sees; None: all."""
    found = frozenset[str]().union(*(desk.actor.scopes(right) for right in RIGHTS))
    return None if EVERYWHERE in found else sorted(found)


def case_url(number: str, tab: str = "", **query: str) -> str:
    url = reverse("desk:recall_case", args=[number])
    asked = ({"tab": tab} if tab else {}) | query
    return f"{url}?{urlencode(asked)}" if asked else url


def case_for(desk: Desk, request: HttpRequest, number: str) -> Case | HttpResponse:
    """The case of an address, or the page that says why not."""
    found = Case.objects.filter(number=number).first()
    if found is None:
        problem = Problem("recall.unknown", "case", {"number": number[:40]})
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    return found if SEES.lets(desk.actor, found.log) else forbidden(request, desk, RIGHTS[0])


@dataclass(frozen=True, slots=True)
class Figure:
    """A big number with its word: a count, amounts by unit, or a text."""

    word: str
    number: int | None = None
    amounts: Sequence[Quantity] = ()
    text: str = ""
    presses: bool = False


# -- amounts ----------------------------------------------------------------------------------------------------------


def quantities(amounts: Mapping[str, int]) -> list[Quantity]:
    """By unit, as pages show them."""
    return [Quantity(unscaled(amount), unit or COUNT) for unit, amount in amounts.items()]


def quantity_of(amount: int | None, unit: str) -> Quantity | None:
    return None if amount is None else Quantity(unscaled(amount), unit or COUNT)


def percent(share: int | None) -> str:
    """A share in millionths, as people say it; never a hundred where something is open."""
    if share is None:
        return "–"
    tenths = share * 1000 // FULL
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths / 10:.1f} %"


def worst(shares: Iterable[int | None]) -> int | None:
    """Of several units the one that is furthest back."""
    return min((share for share in shares if share is not None), default=None)


def clocks(case: Case, desk: Desk) -> tuple[Clock, Clock]:
    """Its limits: when parties had to be told, and when it has to be over, by the end of that day here."""
    end = None
    if case.finish_due is not None:
        end = micros(datetime.combine(case.finish_due + timedelta(days=1), time(), desk.zone)) - 1
    return clocks_of(case, desk.now, end)


# -- lists ------------------------------------------------------------------------------------------------------------


@desk_page(access=SEES)
def recalls(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every recall, the latest first."""
    found = list(cases_in(logs_of(desk), drills=False)[: SHOWN + 1])
    context = {
        "tabs": tabs(desk, "recalls"), "table": recalls_table(found[:SHOWN], desk), "may_start": may_start(desk),
        "running": sum(case.state in (State.OPEN, State.NOTIFYING) for case in found),
    }  # fmt: skip
    return page(request, desk, "desk/recalling/list.html", context)


def recalls_table(found: Sequence[Case], desk: Desk) -> Table:
    columns = (
        Column(_("Case")), Column(_("What")), Column(_("Class"), "number", needed=False), Column(_("State")),
        Column(_("Begun"), "time", needed=False), Column(_("Time limit")), Column(_("Recovered"), "number"),
        Column(_("Answered"), "number", needed=False),
    )  # fmt: skip
    running = {case.pk: figures(case) for case in [one for one in found if one.closed is None][:COUNTED]}
    rows = []
    for case in found:
        now = running.get(case.pk)
        cells: tuple[Value, ...] = (
            Jump(case.number, case_url(case.number)), _(KINDS[case.kind]) + _(": ") + case.title, case.hazard_class,
            _(STATES[case.state]), moment(case.opened), limit_text(case, desk),
            percent(worst(now.recovery.values())) if now else "", percent(now.effectiveness) if now else "",
        )  # fmt: skip
        rows.append(Row(cells, COLOURS[State(case.state)]))
    return Table(_("Recalls"), columns, rows, _("No goods were ever recalled."))


def limit_text(case: Case, desk: Desk) -> str:
    """The next limit in words."""
    if case.closed is not None:
        return "–"
    first, last = clocks(case, desk)
    clock = first if first.done is None and first.due is not None else last
    if clock.due is None:
        return "–"
    left = clock.due - micros(desk.now)
    hours = abs(left) // 3_600_000_000
    said = _("{count} days").format(count=hours // 24) if hours >= 72 else _("{count} h").format(count=hours)
    return (_("overdue by {time}") if left < 0 else _("{time} left")).format(time=said)


@desk_page(access=SEES)
def drills(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every drill with its score, the latest first."""
    found = list(cases_in(logs_of(desk), drills=True)[:SHOWN])
    context = {"tabs": tabs(desk, "drills"), "table": drills_table(found), "may_start": may_start(desk)}
    return page(request, desk, "desk/recalling/drills.html", context)


def drills_table(found: Sequence[Case]) -> Table:
    columns = (
        Column(_("Case")), Column(_("What")), Column(_("Started"), "time", needed=False), Column(_("Points"), "number"),
        Column(_("Scope found in"), "number", needed=False), Column(_("Took"), "number"),
        Column(_("Linked"), "number", needed=False), Column(_("Accounted for"), "number", needed=False),
        Column(_("Reachable"), "number", needed=False),
    )  # fmt: skip
    rows = []
    for case in found:
        parts = case.score.get("parts", {})
        cells: tuple[Value, ...] = (
            Jump(case.number, case_url(case.number)), case.title, moment(case.opened), case.score.get("points", ""),
            f"{case.score.get('millis', 0) / 1000:.2f} s", duration(case.score.get("seconds")),
            percent(parts.get("linked")), percent(parts.get("accounted")), percent(parts.get("contacts")),
        )  # fmt: skip
        rows.append(Row(cells, "" if case.closed else "pending"))
    return Table(_("Drills"), columns, rows, _("No drill was ever held. Auditors want one a year at least."))


def duration(seconds: int | None) -> str:
    """Hours and minutes, as a stopwatch has them."""
    if seconds is None:
        return _("runs")
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def latest_scopes(cases: Sequence[Case]) -> dict[int, Scope]:
    """Case → the version that counts. One statement."""
    rows = Scope.objects.filter(case__in=[case.pk for case in cases])
    wanted = {case.pk: case.version for case in cases}
    return {row.case_id: row for row in rows if wanted.get(row.case_id) == row.version}


def is_drill(case: Case) -> bool:
    return case.kind == Kind.DRILL
