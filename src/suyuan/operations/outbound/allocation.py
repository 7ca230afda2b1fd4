"""What the rule of allocation is told: the lots that lie here, what the lines of an order wish, the day of delivery."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from suyuan.capture.who import Who
from suyuan.catalog.directory import ItemInfo, PartnerInfo
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import scaled
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.operations.allocating import Life, Lot, Wish
from suyuan.operations.kept import as_lots
from suyuan.orders.kinds import OrderKind, Strategy
from suyuan.orders.models import Order
from suyuan.orders.reservations import Kept, kept_of
from suyuan.orders.rules import Line
from suyuan.stock.book import PACKED, PLACE
from suyuan.stock.queries import on_hand

_CAME = "SELECT subject, MIN(at) FROM stock_posting WHERE log = %s AND subject {keys}"


@dataclass(frozen=True, slots=True)
class Here:
    """What lies in a warehouse of some items, by lot and owner, and what of it is kept for order lines."""

    lots: tuple[Lot, ...]
    kept: tuple[Kept, ...]


def lots_here(who: Who, warehouse: str, items: Iterable[str], today: date, *, fifo: bool = False) -> Here:
    """Five or six statements, one more for `fifo`, whatever the number of lots."""
    family = sorted({uri for item in items for uri in who.directory.family(item)})
    rows = [row for row in on_hand(today.toordinal(), log=warehouse, items=family) if row.kind in (PLACE, PACKED)]
    kept = kept_of(warehouse, {key16(row.uri) for row in rows})
    came = _came(warehouse, {row.uri for row in rows}) if fifo else {}
    return Here(tuple(as_lots(rows, kept, came)), tuple(kept))


def _came(log: str, uris: Iterable[str]) -> dict[str, int]:
    """Lot → the microsecond of its first movement in this warehouse: when it came, or was made. One statement."""
    names = {key16(uri): uri for uri in uris}
    with connection.cursor() as cursor:
        rows = select_in(cursor, _CAME, names, log, suffix=" GROUP BY subject")
    return {names[bytes(subject)]: at for subject, at in rows}


# -- what an order wishes ---------------------------------------------------------------------------------------------


def wishes_of(
    who: Who, order: Order, lines: Sequence[Line], kept: Sequence[Kept], today: date, *, split: bool = False
) -> list[Wish]:
    """What the open lines still need, with what is `kept` for them taken off; in the order of their numbers."""
    mine: dict[int, list[Kept]] = {}
    for one in kept:
        mine.setdefault(one.line_id, []).append(one)
    found = []
    for line in sorted(lines, key=lambda line: line.number):
        begun = mine.get(line.id, [])
        left = scaled(line.open) - sum(one.quantity for one in begun)
        if left > 0:
            found.append(wish_of(who, order, line, today, left, split=split, begun=begun[0].uri if begun else ""))
    return found


def wish_of(
    who: Who, order: Order, line: Line, today: date, quantity: int, *, split: bool = False, begun: str = ""
) -> Wish:
    info = who.directory.items[line.item]
    day = delivery_of(who, order, line, today) or max(line.expected or today, today)
    return Wish(
        line=line.id,
        number=line.number,
        items=tuple(who.directory.family(line.item)),
        quantity=quantity,
        day=day.toordinal(),
        owner=order.owner.uri if order.owner else "",
        lot=line.lot,
        life=life_of(who, order, line, info),
        strategy=Strategy(order.strategy or info.strategy or Strategy.FEFO),
        single=order.single_lot,
        split=split,
        begun=begun if order.single_lot and not split else "",
    )


def life_of(who: Who, order: Order, line: Line, info: ItemInfo) -> Life:
    """What the line says counts; else the stricter of what the customer and what the item's own rule ask. Who is issued
    goods has what the line says, or goods that are good on the day."""
    if line.min_days is not None or order.kind == OrderKind.ISSUE:
        return Life(line.min_days or 0)
    return life_wanted(partner_of(who, order.partner.uri if order.partner else ""), info)


def life_wanted(customer: PartnerInfo | None, info: ItemInfo | None) -> Life:
    """The stricter of what a customer and what an item's own rule ask, where no order says."""
    days = max((customer.min_days or 0) if customer else 0, (info.min_remaining_days_dispatch or 0) if info else 0)
    return Life(days, (customer.min_share or 0) if customer else 0, info.shelf_life_days if info else None)


def delivery_of(who: Who, order: Order, line: Line, today: date) -> date | None:
    """The day the customer has the goods: as the order says, else so many days after they go as they are under way to
    him, or with the carrier. None: nobody says. An issue is there on the day it is needed."""
    if order.delivery is not None:
        return max(order.delivery, today)
    start = max(line.expected or today, today)
    if order.kind == OrderKind.ISSUE:
        return start
    for partner in (order.partner, order.carrier):
        known = partner_of(who, partner.uri) if partner else None
        if known is not None and known.lead_days is not None:
            return start + timedelta(days=known.lead_days)
    return None


def partner_of(who: Who, uri: str) -> PartnerInfo | None:
    return who.directory.partners.get(who.directory.kept(uri)) if uri else None


def day_problems(who: Who, order: Order, lines: Sequence[Line], lots: Sequence[Lot], today: date) -> list[Problem]:
    """Lines whose goods must keep for a while after a day that nobody knows: it is asked for, once."""
    for line in lines:
        info = who.directory.items[line.item]
        family = tuple(f"{uri}/" for uri in who.directory.family(line.item))
        perishes = any(lot.expiry is not None and lot.uri.startswith(family) for lot in lots)
        if perishes and life_of(who, order, line, info).asks and delivery_of(who, order, line, today) is None:
            return [Problem("operations.delivery_date_missing", "delivery", {"item": info.code})]
    return []
