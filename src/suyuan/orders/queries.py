"""What is asked of orders: a fixed number of statements whatever the number of orders and lines.

What came and went is asked of the ledger: the postings of the events that name an order as a business transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Q, QuerySet

from suyuan.catalog.directory import Directory, directory
from suyuan.catalog.queries import chunks
from suyuan.catalog.rules import code_key
from suyuan.gs1.identifiers import canonical
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import unscaled
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.orders.kinds import LineState, OrderKind, OrderState
from suyuan.orders.models import Order, OrderLine
from suyuan.orders.rules import Line, Progress, fill, progress_of

Done = dict[tuple[str, str], Decimal]  # (order, item) → amount in base units

_GOODS = (
    "JOIN stock_posting p ON p.record = e.record AND p.log = e.log "
    "JOIN stock_subject s ON s.subject = p.subject AND s.log = p.log AND s.container = 0 "
)
_BY = "GROUP BY e.identifier, COALESCE(s.item, s.subject)"
_RECEIVED = (
    "SELECT e.identifier, COALESCE(s.item, s.subject), SUM(p.quantity) FROM ledger_eventitem e "
    f"JOIN ledger_record r ON r.id = e.record AND r.log = e.log AND r.biz_step = 'receiving' {_GOODS}"
    "WHERE e.role = %s AND e.identifier {keys} "
)
# What leaves a bin goes to a holder under way in the same event, so only what was taken counts.
_SHIPPED = (
    "SELECT e.identifier, COALESCE(s.item, s.subject), -SUM(p.quantity) FROM ledger_eventitem e "
    f"JOIN ledger_record r ON r.id = e.record AND r.log = e.log AND r.biz_step = 'shipping' {_GOODS}"
    "WHERE p.quantity < 0 AND e.role = %s AND e.identifier {keys} "
)
# A void names the despatch advice, not the orders that went with it.
_VOIDED = (
    "SELECT e.identifier, COALESCE(s.item, s.subject), -SUM(p.quantity) FROM ("
    "SELECT DISTINCT o.identifier, v.record, v.log FROM ledger_eventitem o "
    "JOIN ledger_record r ON r.id = o.record AND r.log = o.log AND r.biz_step = 'shipping' "
    "JOIN ledger_eventitem d ON d.record = o.record AND d.log = o.log AND d.role = 'doc.desadv' "
    "JOIN ledger_eventitem v ON v.identifier = d.identifier AND v.role = 'doc.desadv' AND v.log = o.log "
    "JOIN ledger_record w ON w.id = v.record AND w.log = v.log AND w.biz_step = 'void_shipping' "
    "WHERE o.role = %s AND o.identifier {keys}) e "
    f"{_GOODS} WHERE p.quantity > 0 "
)


def received(uris: Iterable[str], role: str = "po") -> Done:
    """(document, item) → how much came under these orders, or other papers of a CBV type. One statement.

    Corrections and declarations of error are in it: what an event that was declared wrong had posted is taken back.
    Goods that were recorded by an item which was merged since stand under the one that goes on.
    """
    return _asked([_RECEIVED], uris, role)


def shipped(uris: Iterable[str]) -> Done:
    """(order, item) → how much went out for these orders, less what was voided before anybody signed. Two statements."""
    return _asked([_SHIPPED, _VOIDED], uris, "po")


def _asked(statements: Sequence[str], uris: Iterable[str], role: str) -> Done:
    names = {key16(uri): uri for uri in uris}
    known = directory()
    items: dict[bytes, str] = {}
    found: Done = {}
    with connection.cursor() as cursor:
        rows = [row for sql in statements for row in select_in(cursor, sql, names, f"doc.{role}", suffix=_BY)]
    if rows:
        items = item_keys(known)
    for document, item, amount in rows:
        uri = items.get(bytes(item))
        if uri is not None:
            pair = (names[bytes(document)], known.kept(uri))
            found[pair] = found.get(pair, Decimal(0)) + unscaled(int(amount))
    return found


_keys: tuple[Directory, dict[bytes, str]] | None = None


def item_keys(known: Directory) -> Mapping[bytes, str]:
    """Id of an item in the ledger → its URI; made once for each version of the catalog."""
    global _keys
    if _keys is None or _keys[0] is not known:
        _keys = (known, {key16(uri): uri for uri in known.items})
    return _keys[1]


def done_of(orders: Sequence[Order]) -> Done:
    """What is done of these orders: received of purchases, shipped of sales."""
    bought = [order.uri for order in orders if order.kind == OrderKind.PURCHASE]
    sold = [order.uri for order in orders if order.kind == OrderKind.SALES]
    return (received(bought) if bought else {}) | (shipped(sold) if sold else {})


# -- orders -----------------------------------------------------------------------------------------------------------


def find_order(text: str, kind: OrderKind = OrderKind.PURCHASE) -> Order | None:
    """The order of a number, however it is spelled, or of the URI under which events name it. One statement."""
    text = text.strip()
    if not text:
        return None
    where = Q(key=code_key(text))
    if "://" in text or text.lower().startswith("urn:"):
        try:
            uri = canonical(text)
        except Refused:
            return None
        # A partner's paper has his number behind a colon or slash: urn:epcglobal:cbv:bt:0614141073467:1152
        where = Q(uri=uri) | Q(key=code_key(uri.replace(":", "/").rsplit("/", 1)[-1]))
    rows = Order.objects.filter(where, kind=kind.value).select_related("partner", "warehouse")
    return next(iter(rows[:1]), None)


def orders_of(
    kind: OrderKind = OrderKind.PURCHASE,
    *,
    warehouse: str = "",
    partner: str = "",
    states: Iterable[str] = (OrderState.OPEN,),
) -> QuerySet[Order]:
    """Orders in these states, the earliest expected first; `partner`: the URI of one."""
    rows = Order.objects.filter(kind=kind.value, state__in=list(states)).select_related("partner", "warehouse")
    rows = rows.filter(warehouse_id=warehouse) if warehouse else rows
    rows = rows.filter(partner__uri__in=directory().family(partner)) if partner else rows
    return rows.order_by("expected", "key")


# -- lines ------------------------------------------------------------------------------------------------------------


def lines_of(orders: Sequence[Order]) -> list[Line]:
    """The lines of these orders in their order, each with what is done of it. Two statements, three with sales."""
    return fill(planned(orders), done_of(orders))


def planned(orders: Sequence[Order]) -> list[Line]:
    """The lines as they were ordered, nothing done of any. One statement for 900 orders."""
    by_id = {order.pk: order for order in orders}
    known = directory()
    rows = [
        row
        for part in chunks(by_id)
        for row in OrderLine.objects.filter(order__in=part).select_related("item").order_by("order", "number")
    ]
    return [_line(by_id[row.order_id], row, known) for row in rows]


def _line(order: Order, row: OrderLine, known: Directory) -> Line:
    item = known.kept(row.item.uri)
    return Line(
        id=row.pk,
        order=order.uri,
        number=row.number,
        item=item,
        item_code=known.items[item].code if item in known.items else row.item.code,
        quantity=unscaled(row.base),
        unit=row.item.base_unit,
        entered=unscaled(row.quantity),
        entered_unit=row.unit,
        over=_percent(row.over, order.over),
        under=_percent(row.under, order.under),
        expected=row.expected or order.expected,
        lot=row.lot,
        min_days=row.min_days,
        state=row.state if order.state != OrderState.CANCELLED else LineState.CANCELLED,
    )


def _percent(*given: int | None) -> Decimal:
    """The first that is said, else nothing."""
    return unscaled(next((one for one in given if one is not None), 0))


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order with its lines: what a dock or a list shows of it."""

    order: Order
    lines: tuple[Line, ...]

    @property
    def progress(self) -> Progress:
        return progress_of(self.lines)

    @property
    def open(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.open)


def with_lines(orders: Sequence[Order]) -> list[OpenOrder]:
    """These orders with their lines. The statements of `lines_of`."""
    found: dict[str, list[Line]] = {}
    by_kind = {kind: [order for order in orders if order.kind == kind] for kind in OrderKind}
    for kind, own in by_kind.items():
        for line in lines_of(own) if own else ():
            found.setdefault(f"{kind}{line.order}", []).append(line)
    return [OpenOrder(order, tuple(found.get(f"{order.kind}{order.uri}", ()))) for order in orders]


def open_lines(warehouse: str, partner: str = "", kind: OrderKind = OrderKind.PURCHASE) -> list[OpenOrder]:
    """The open orders of a warehouse (of one partner, by URI) of which something is still to come, or to go."""
    found = with_lines(list(orders_of(kind, warehouse=warehouse, partner=partner)))
    return [one for one in found if one.open]


def progress(orders: Sequence[Order]) -> dict[int, Progress]:
    """Order's key → how far it is. The statements of `lines_of`."""
    return {one.order.pk: one.progress for one in with_lines(orders)}


def late(kind: OrderKind, warehouse: str, today: date) -> list[OpenOrder]:
    """The open orders of which something should have come, or gone, before today."""
    return [
        one
        for one in open_lines(warehouse, kind=kind)
        if any(line.expected is not None and line.expected < today for line in one.open)
    ]
