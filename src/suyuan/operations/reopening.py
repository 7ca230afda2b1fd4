"""What becomes of an order when goods that went or came for it did not after all: it is to be done again, or complete.

Only an order that the goods had closed is opened: what somebody closed by hand stays closed. What a customer sends back
was shipped, so that it opens nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.db import connection

from suyuan.capture.bodies import CONTEXT
from suyuan.capture.reading import read
from suyuan.capture.who import Who
from suyuan.epcis.document import event_of
from suyuan.epcis.events import Event
from suyuan.ledger.keys import event_key, key16
from suyuan.operations.doors import by_item
from suyuan.orders.amounts import done_in
from suyuan.orders.kinds import OrderKind
from suyuan.orders.queries import find_order, lines_by_themselves
from suyuan.orders.rules import with_more
from suyuan.orders.writes import do_settle
from suyuan.stock.book import ONE
from suyuan.tlog.jcs import Json

Amounts = dict[str, Decimal]  # item that goes on → amount in its base unit
Settled = tuple[list[str], list[Json]]  # URIs of the orders for `Plan.about`, the changes for `Plan.changes`
# Of which orders the events of a business step tell, and whether they add to what is done of them.
_TELLS = {
    "receiving": (OrderKind.PURCHASE, 1),
    "shipping": (OrderKind.SALES, 1),
    "void_shipping": (OrderKind.SALES, -1),
    "picking": (OrderKind.ISSUE, 1),
    "storing": (OrderKind.ISSUE, -1),
    "stocking": (OrderKind.ISSUE, -1),
}
_SHIPPED_FOR = (
    "SELECT DISTINCT i.uri FROM ledger_eventitem d "
    "JOIN ledger_record r ON r.log = d.log AND r.id = d.record AND r.biz_step = 'shipping' AND r.declares IS NULL "
    "JOIN ledger_eventitem o ON o.log = d.log AND o.record = d.record AND o.role = 'doc.po' "
    "JOIN ledger_identifier i ON i.log = o.log AND i.id = o.identifier "
    "WHERE d.log = %s AND d.identifier = %s AND d.role = 'doc.desadv'"
)


def settled(kind: OrderKind, more: Mapping[str, Mapping[str, Decimal]]) -> Settled:
    """What becomes of orders when so much more is done of them (URI → item → amount); or less, where it is less than
    nothing. To be called when nothing stands against the command.
    """
    about: list[str] = []
    changes: list[Json] = []
    for uri in sorted(more):
        order = find_order(uri, kind, lock=True)
        if order is not None and (change := do_settle(order, with_more(lines_by_themselves(order), more[uri]))):
            about.append(order.uri)
            changes += change
    return about, changes


def less_shipped(warehouse: str, document: str, less: Mapping[str, Decimal]) -> Settled:
    """The same of the sales orders that went under a despatch advice (URI), when so much of it (item → amount) comes
    back, or never arrives. One statement where nothing went for an order, four more for each of them.
    """
    back = {item: -amount for item, amount in less.items()}
    return settled(OrderKind.SALES, dict.fromkeys(shipped_for(warehouse, document), back)) if back else ([], [])


def shipped_for(warehouse: str, document: str) -> list[str]:
    """The papers (CBV type ``po``, URIs) that went with a despatch advice (URI). One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_SHIPPED_FOR, [warehouse, key16(document)])
        return [uri for (uri,) in cursor.fetchall()]


def orders_after(who: Who, warehouse: str, old: Sequence[Event], instead: Iterable[Mapping[str, object]]) -> Settled:
    """The orders that a correction opens again or completes. `instead`: the bodies that stand for the `old` events of
    one business step from now on. To be called when nothing stands against the correction.
    """
    kind, sign = _TELLS.get(old[0].biz_step or "", (None, 0)) if old else (None, 0)
    if kind is None:
        return [], []
    papers = {uri for event in old for type_, uri in event.transactions if type_ == "po"}
    papers = {
        uri for uri in papers if ("/issue/" in uri) == (kind is OrderKind.ISSUE)
    }  # a sale's pick does nothing yet
    advices = {uri for event in old for type_, uri in event.transactions if type_ == "desadv"}
    if kind is OrderKind.SALES and not papers:
        papers = {uri for advice in advices for uri in shipped_for(warehouse, advice)}
    if not papers:
        return [], []
    gone = done_in(kind, papers, {event_key(str(event.event_id)) for event in old})
    come = by_item(who, *_goods_in(who, instead))
    more: dict[str, Amounts] = {uri: {item: sign * amount for item, amount in come.items()} for uri in papers}
    for (uri, item), amount in gone.items():
        more[uri][item] = more[uri].get(item, Decimal(0)) - amount
    return settled(kind, more)


def _goods_in(who: Who, bodies: Iterable[Mapping[str, object]]) -> tuple[list[tuple[bytes, int]], list[bytes]]:
    """What events name, as `doors.by_item` takes it; the weight beside a count is not among it."""
    loose, boxes = list[tuple[bytes, int]](), list[bytes]()
    units = {key16(uri): info.base_unit for uri, info in who.directory.items.items()}
    facts = (read(event_of(dict(body), CONTEXT), who, sequence=0, recorded=0).fact for body in bodies)
    for goods in (goods for fact in facts if fact is not None for goods in fact.goods):
        if goods.container:
            boxes += [goods.subject] if goods.role != "parent" else []
        elif goods.unit in ("", units.get(goods.item or goods.subject)):
            loose.append((goods.item or goods.subject, ONE if goods.instance else goods.amount or 0))
    return loose, boxes
