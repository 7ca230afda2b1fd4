"""What the correction of a receipt makes of the order that it was for: what is missing again is to come after all.

Only an order that the goods had closed: what somebody closed by hand stays closed.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from decimal import Decimal

from django.db import connection

from suyuan.capture.bodies import CONTEXT
from suyuan.capture.reading import read
from suyuan.capture.who import Who
from suyuan.epcis.document import event_of
from suyuan.epcis.events import Event
from suyuan.gs1.quantities import unscaled
from suyuan.ledger.keys import key16
from suyuan.orders.kinds import OrderState
from suyuan.orders.models import Order
from suyuan.orders.queries import find_order, lines_of
from suyuan.orders.rules import Line, fill, progress_of
from suyuan.orders.writes import close_if_complete, do_set_state
from suyuan.tlog.jcs import Json

# Commands whose goods may complete an order, and those by which people end it.
_BY_GOODS = ("Receive", "Correct", "CorrectReceipt")
_BY_HAND = ("ClosePurchase", "ReopenPurchase", "CancelPurchase")
_LAST = (
    "SELECT r.type FROM ledger_eventitem e JOIN ledger_record r ON r.log = e.log AND r.id = e.record "
    f"WHERE e.role = 'about' AND e.identifier = %s AND r.type IN {_BY_GOODS + _BY_HAND} "
    "ORDER BY e.event_time DESC, r.record_time DESC LIMIT 1"
)
Came = dict[str, Decimal]  # item that goes on → amount in its base unit


def orders_after(who: Who, old: Event, instead: Iterable[Mapping[str, object]]) -> tuple[list[str], list[Json]]:
    """The orders that a correction opens again or completes, for `Plan.about`, and what changes, for `Plan.changes`.

    `instead`: the bodies that stand for the receipt from now on. To be called last, when nothing stands against the
    correction: the catalog gets a new version by it.
    """
    uris = [uri for kind, uri in old.transactions if kind == "po"] if old.biz_step == "receiving" else []
    if not uris:
        return [], []
    more = came(who, [old.body], -1)
    for item, amount in came(who, instead, 1).items():
        more[item] = more.get(item, Decimal(0)) + amount
    about: list[str] = []
    changes: list[Json] = []
    # All of them before the first is written, since the lines name their items by the catalog.
    found = [order for uri in uris for order in [find_order(uri, lock=True)] if order is not None]
    after = [_after(lines_of([_as_if_open(order)]), more) for order in found]
    for order, lines in zip(found, after, strict=True):
        if change := _change(order, lines):
            about.append(order.uri)
            changes += change
    return about, changes


def came(who: Who, bodies: Iterable[Mapping[str, object]], sign: int) -> Came:
    """How much of each item comes by these events, `sign` times; the weight beside a count is not among it."""
    found: Came = {}
    items = {key16(uri): info for uri, info in who.directory.items.items()}
    for body in bodies:
        fact = read(event_of(dict(body), CONTEXT), who, sequence=0, recorded=0).fact
        for goods in fact.goods if fact else ():
            info = items.get(goods.item or goods.subject)
            if info is not None and goods.unit in ("", info.base_unit):
                amount = Decimal(1) if goods.instance else unscaled(goods.amount or 0)
                item = who.directory.kept(info.uri)
                found[item] = found.get(item, Decimal(0)) + sign * amount
    return found


def _as_if_open(order: Order) -> Order:
    """Of a closed order every line counts as done."""
    asked = copy(order)
    asked.state = OrderState.OPEN.value if order.state == OrderState.CLOSED else order.state
    return asked


def _after(lines: Sequence[Line], more: Came) -> list[Line]:
    done: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        pair = (line.order, line.item)
        done[pair] = done.get(pair, more.get(line.item, Decimal(0))) + line.done
    return fill(lines, done)


def _change(order: Order, lines: Sequence[Line]) -> list[Json]:
    if order.state != OrderState.CLOSED or progress_of(lines).is_complete or not _closed_by_goods(order):
        return close_if_complete(order, lines)
    return [do_set_state(order, OrderState.OPEN)]


def _closed_by_goods(order: Order) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [key16(order.uri)])
        row = cursor.fetchone()
    return row is not None and row[0] in _BY_GOODS
