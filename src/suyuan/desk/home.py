"""The first page: the search box, what needs somebody now (signatures, alerts, counts, goods), what flowed today."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.accounts.models import Team
from suyuan.accounts.rules import CARRIER, DEVICE
from suyuan.catalog.directory import directory
from suyuan.desk.access import APPROVALS, Desk, desk_page, forbidden, page
from suyuan.desk.alerts import short_table
from suyuan.desk.alerts_mine import SEES, mine
from suyuan.desk.alerts_views import views_of
from suyuan.desk.approvals import requests_table
from suyuan.desk.carrying import OWN, trips_table, under_way
from suyuan.desk.counting import tasks_table
from suyuan.desk.figures import (
    EXCEPTIONS,
    IN,
    INSPECTED,
    OUT,
    Condition,
    blocked_in,
    expiring,
    flows,
    here,
    lying,
    of_status,
    unexplained,
)
from suyuan.desk.naming import Names
from suyuan.desk.things import csv_response
from suyuan.governance.waiting import waiting_for
from suyuan.gs1.problems import N_
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.insight.queries import open_alerts
from suyuan.stock.facts import PENDING
from suyuan.stock.queries import Placed, uris_of
from suyuan.stocktake.queries import is_for
from suyuan.stocktake.queries import tasks as count_tasks
from suyuan.ui.states import strictest_first
from suyuan.ui.tables import Column, Row, States, Table

TOP = 5
ALERTS = 8
MOST = 200
SOON = 7  # days of remaining life that call for attention
FLOWS = (
    (IN, N_("Received"), "package-import"),
    (INSPECTED, N_("Inspected"), "clipboard-check"),
    (OUT, N_("Dispatched"), "truck-delivery"),
    (EXCEPTIONS, N_("Exceptions"), "alert-triangle"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of today with its two weeks."""

    word: str
    icon: str
    today: int
    days: Sequence[int]
    says: str


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits: its state, a title, of how many goods, where the first of them lie, whether that is all."""

    id: str
    state: str
    title: str
    count: int
    table: Table
    more: bool = False
    url: str = ""

    @property
    def all_url(self) -> str:
        return self.url or reverse("desk:waiting", args=[self.id])

    @property
    def said(self) -> str:
        """How many, as far as was counted."""
        return f"{self.count}+" if self.count >= MOST else str(self.count)


@desk_page()
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    if not sees_goods(desk):
        driving = carrying(desk)
        return page(request, desk, "desk/home.html", {"tasks": [driving] if driving.count else []})
    own = personal(desk)
    if not desk.warehouse:
        return page(request, desk, "desk/home.html", {"tasks": own})
    counted = flows(desk.warehouse, desk.now, desk.zone)
    figures = [
        Figure(_(word), icon, counted[flow][-1], counted[flow], _("{what}, the last 14 days").format(what=_(word)))
        for flow, word, icon in FLOWS
    ]
    waiting = [task for id_ in TASKS if (task := task_of(id_, desk, TOP)).count]
    return page(request, desk, "desk/home.html", {"flows": figures, "tasks": [*own, *waiting]})


def personal(desk: Desk) -> list[Task]:
    """What waits for this very person: requests that he can sign, his alerts, count sheets for him or his team."""
    found = [signing(desk), looking_after(desk), counting(desk)]
    return [task for task in found if task.count]


def signing(desk: Desk) -> Task:
    asked = waiting_for(desk.actor, desk.now)
    table = requests_table(asked[:TOP], desk, "")
    return Task(
        "signing", "held", _("Waits for your signature"), len(asked), table, len(asked) > TOP, reverse(APPROVALS)
    )


def looking_after(desk: Desk) -> Task:
    """The alerts of the warehouse, and of the firm, that are his, what presses most first."""
    rows = []
    if desk.actor.may(SEES, desk.warehouse):
        found = open_alerts(desk.today, [desk.warehouse]).filter(mine(desk.actor, directory()))
        rows = list(found[:MOST])
    table = short_table(views_of(rows[:ALERTS], desk.actor, desk.language, desk.today))
    url = f"{reverse('desk:alerts')}?mine=1&here=1"
    return Task("alerts", "held", _("Yours to look after"), len(rows), table, len(rows) > ALERTS, url)


def counting(desk: Desk) -> Task:
    """The open count sheets that are given to him, his team or nobody."""
    sheets = []
    if desk.actor.may("count:own", desk.warehouse):
        teams = set(Team.objects.filter(members__pk=desk.actor.id).values_list("code", flat=True))
        sheets = [one for one in count_tasks(desk.warehouse) if is_for(one.sheet, desk.actor.id, teams)]
    more = len(sheets) > TOP
    return Task("counting", "pending", _("To be counted"), len(sheets), tasks_table(sheets[:TOP], ""), more,
                reverse("desk:counting"))  # fmt: skip


def carrying(desk: Desk) -> Task:
    """What a carrier has on the road."""
    known = directory()
    trips = under_way(desk, known) if desk.actor.scopes(OWN) else []
    table = trips_table(trips[:TOP], desk, known)
    return Task(
        "carrying", "transit", _("To be delivered"), len(trips), table, len(trips) > TOP, reverse("desk:deliveries")
    )


def sees_goods(desk: Desk) -> bool:
    """Carriers and devices see what is their own; what lies and flows in the warehouse is none of it."""
    return desk.actor.kind not in (CARRIER, DEVICE)


@desk_page()
def waiting(request: HttpRequest, desk: Desk, id: str) -> HttpResponse:
    """All that waits of one kind; `?csv=1` as a file."""
    if not sees_goods(desk):
        return forbidden(request, desk, "trace.full:read")
    if id not in TASKS or not desk.warehouse:
        raise Http404
    task = task_of(id, desk, MOST)
    if request.GET.get("csv"):
        return csv_response(task.table, task.title)
    return page(request, desk, "desk/waiting.html", {"task": task})


def task_of(id_: str, desk: Desk, most: int) -> Task:
    """One kind of what waits, with the rows of the first `most` goods; on the first page no more rows than that."""
    state, title, rows = TASKS[id_]
    count, table = rows(desk, most)
    export = f"{reverse('desk:waiting', args=[id_])}?csv=1"
    shown = table.rows[:most] if most == TOP else table.rows
    more = count > most or len(table.rows) > len(shown)
    return Task(id_, state, _(title), count, replace(table, name=_(title), rows=shown, export=export), more)


def _pending(desk: Desk, most: int) -> tuple[int, Table]:
    return _goods(desk, of_status(PENDING), most, lambda row: row.status == PENDING)


def _held(desk: Desk, most: int) -> tuple[int, Table]:
    return _goods(desk, blocked_in(desk.warehouse), most)


def _expiring(desk: Desk, most: int) -> tuple[int, Table]:
    return _goods(desk, expiring(desk.today.toordinal() + SOON), most)


def _goods(
    desk: Desk, asked: Condition, most: int, meant: Callable[[Placed], bool] = lambda _row: True
) -> tuple[int, Table]:
    """How many goods satisfy a condition (no more than `MOST` are counted), and where the first of them lie."""
    goods = here(desk.warehouse, asked, MOST)
    rows = lying(desk.warehouse, goods[:most], desk.today.toordinal())
    return len(goods), goods_table([row for row in rows if meant(row)], desk)


def _unexplained(desk: Desk, most: int) -> tuple[int, Table]:
    found = unexplained(desk.warehouse, desk.now, MOST)
    shown = found[:most]
    uris = uris_of({one.subject for one in shown})
    names = Names(uris.values(), desk.language)
    columns = (Column(_("Goods"), "thing"), Column(_("Quantity"), "quantity"), Column(_("Time"), "time"))
    rows = [
        Row(
            (names.thing(uris[one.subject]), Quantity(unscaled(one.quantity), one.unit or COUNT), one.at), "unexplained"
        )
        for one in shown
        if one.subject in uris
    ]
    return len(found), Table("unexplained", columns, rows)


def goods_table(rows: Iterable[Placed], desk: Desk) -> Table:
    """Goods with place, quantity, expiry and state; containers are left out, what is in them is listed."""
    listed = [row for row in rows if row.quantity]
    names = Names({uri for row in listed for uri in (row.uri, row.place, row.container or "")}, desk.language)
    columns = (
        Column(_("Goods"), "thing"), Column(_("Place"), "thing", needed=False), Column(_("Quantity"), "quantity"),
        Column(_("Expires")), Column(_("State"), "state"),
    )  # fmt: skip
    shown = [
        Row(
            (
                names.thing(row.uri),
                names.thing(row.container, "container") if row.container else names.thing(row.place),
                Quantity(row.quantity, row.unit or COUNT),
                date.fromordinal(row.expiry) if row.expiry else None,
                States(strictest_first(tuple(state.value for state in row.states))),
            ),
            row.state.value,
        )
        for row in listed
    ]
    return Table("goods", columns, shown)


TASKS: dict[str, tuple[str, str, Callable[[Desk, int], tuple[int, Table]]]] = {
    "pending": ("pending", N_("Waits for inspection"), _pending),
    "held": ("held", N_("Held or recalled"), _held),
    "expiring": ("expired", N_("Expired or within a week of it"), _expiring),
    "unexplained": ("unexplained", N_("Could not be explained this week"), _unexplained),
}
