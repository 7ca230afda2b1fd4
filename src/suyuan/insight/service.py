"""How the orders that were due in a time were served, as the ledger has it: a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from suyuan.catalog.directory import Directory, directory
from suyuan.gs1.quantities import unscaled
from suyuan.insight.service_rules import Goods, Paper, Served, Went, judge, shared
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16, micros
from suyuan.orders.amounts import item_keys
from suyuan.orders.kinds import OrderKind, OrderState
from suyuan.orders.models import Order
from suyuan.orders.packed import of_step, taken
from suyuan.orders.queries import planned
from suyuan.orders.rules import Line

# CROSS JOIN keeps SQLite from beginning with the table that is longest.
_ADVICES = (
    "SELECT e.identifier, e.record, d.identifier FROM ledger_eventitem e CROSS JOIN ledger_record r "
    "LEFT JOIN ledger_eventitem d ON d.record = e.record AND d.log = e.log AND d.role = 'doc.desadv' "
    "WHERE r.id = e.record AND r.log = e.log AND r.biz_step = 'shipping' AND e.role = 'doc.po' AND e.identifier {keys}"
)
_SHIPPED = taken(of_step("shipping"), each=True)
_VOIDED = taken(of_step("void_shipping"), back=True, each=True)
# What a customer signs for stands in the partners' log, and moves what the sender's has under way.
_SIGNED = (
    "SELECT DISTINCT e.identifier, e.record, o.log FROM ledger_eventitem e CROSS JOIN ledger_record r "
    "CROSS JOIN ledger_eventitem o CROSS JOIN ledger_record s "
    "WHERE r.id = e.record AND r.log = e.log AND r.biz_step IN ('accepting', 'receiving') "
    "AND r.disposition {disposition} 'returned' AND e.log = 'partners' AND e.role = %s "
    "AND o.identifier = e.identifier AND o.role = e.role AND s.id = o.record AND s.log = o.log "
    "AND s.biz_step = 'shipping' AND e.identifier {{keys}}"
)
_ACCEPTED = taken(_SIGNED.format(disposition="<>"), each=True)
_REFUSED = taken(_SIGNED.format(disposition="="), each=True)


@dataclass(frozen=True, slots=True)
class Due:
    """An order that was due, and how it was served."""

    order: Order
    served: Served


def due_orders(warehouses: Iterable[str], since: date, until: date, customer: str = "") -> list[Order]:
    """The sales orders due from one day to another, inclusive, by the day the customer is to have them, else the day
    they are to go; drafts and cancelled ones left out. `customer`: by URI. One statement."""
    span = (since, until)
    rows = Order.objects.filter(
        Q(delivery__range=span) | Q(delivery=None, expected__range=span),
        kind=OrderKind.SALES.value,
        warehouse__in=list(warehouses),
        state__in=[OrderState.OPEN.value, OrderState.CLOSED.value],
    )
    rows = rows.filter(partner__uri__in=directory().family(customer)) if customer else rows
    return list(rows.select_related("partner").order_by("pk"))


def served(orders: Sequence[Order], now: datetime) -> list[Due]:
    """How each was served, in the order they are given. Seven statements for 900 orders."""
    known = directory()
    lines: dict[str, list[Line]] = defaultdict(list)
    for line in planned(orders):
        lines[line.order].append(line)
    by_order: dict[str, dict[Goods, Went]] = defaultdict(dict)
    for goods, went in went_out([order.uri for order in orders], known).items():
        by_order[goods[0]][goods] = went
    zones = {code: ZoneInfo(info.time_zone) for code, info in known.warehouses.items()}
    found = []
    for order in orders:
        zone, due = zones[order.warehouse_id], due_of(order)
        today = now.astimezone(zone).date()
        one = judge(order.uri, due, end_of(due, zone), lines[order.uri], by_order[order.uri], today)
        found.append(Due(order, one))
    return found


def due_of(order: Order) -> date:
    due = order.delivery or order.expected
    assert due is not None  # `due_orders` asked for one
    return due


def end_of(day: date, zone: ZoneInfo) -> int:
    """The last microsecond of a day there."""
    return micros(datetime.combine(day + timedelta(days=1), time(), zone)) - 1


def went_out(orders: Iterable[str], known: Directory) -> dict[Goods, Went]:
    """What went out for these orders (URIs) under which despatch advice, and what was signed for. Five statements."""
    names = {key16(uri): uri for uri in orders}
    items = _Items(known)
    went: dict[Goods, Went] = defaultdict(Went)
    with connection.cursor() as cursor:
        advices = {bytes(record): bytes(paper or b"") for _, record, paper in select_in(cursor, _ADVICES, names)}
        for order, record, at, item, amount in select_in(cursor, _SHIPPED, names, "doc.po"):
            goods = (names[bytes(order)], advices.get(bytes(record), b""), items.name(item))
            went[goods].shipped.append((at, unscaled(int(amount))))
        papers = {paper for _, paper, _ in went if paper}
        shared(went, _by_paper(cursor, papers, items))
    return dict(went)


def _by_paper(cursor: Any, papers: Iterable[Paper], items: "_Items") -> Mapping[tuple[Paper, str], Went]:
    """(advice, item) → what came back and what was signed for under it."""
    keys = list(papers)
    found: dict[tuple[Paper, str], Went] = defaultdict(Went)
    for paper, _, _, item, amount in select_in(cursor, _VOIDED, keys, "doc.desadv"):
        found[bytes(paper), items.name(item)].voided -= unscaled(int(amount))
    for paper, _, at, item, amount in select_in(cursor, _ACCEPTED, keys, "doc.desadv"):
        found[bytes(paper), items.name(item)].accepted.append((at, unscaled(int(amount))))
    for paper, _, _, item, amount in select_in(cursor, _REFUSED, keys, "doc.desadv"):
        found[bytes(paper), items.name(item)].refused += unscaled(int(amount))
    return found


class _Items:
    """The names of items as orders have them: of merged ones the one that goes on."""

    def __init__(self, known: Directory) -> None:
        self.known = known
        self.keys = item_keys(known)

    def name(self, item: object) -> str:
        key = bytes(item)  # type: ignore[call-overload]  # a driver's memoryview or bytes
        return self.known.kept(self.keys[key]) if key in self.keys else key.hex()
