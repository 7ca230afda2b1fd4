"""A delivery against the order it is for: what the order still wants of each item, and what it is after that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from suyuan.capture.who import Who
from suyuan.catalog.rules import code_key
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text
from suyuan.operations.lines import Resolved, Thing
from suyuan.orders.kinds import LineState, OrderState
from suyuan.orders.models import Order
from suyuan.orders.queries import find_order, lines_of
from suyuan.orders.rules import Line, progress_of, state_problems, with_more
from suyuan.tlog.jcs import Json

OVER = "operations.over_order"


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order with its lines as they are before the delivery; `now`: item → what comes, in base units."""

    order: Order
    lines: Sequence[Line]
    now: Mapping[str, Decimal]

    @property
    def after(self) -> list[Line]:
        """The lines when the delivery is in."""
        return with_more(self.lines, self.now)

    @property
    def completes(self) -> bool:
        return progress_of(self.after).is_complete

    def said(self) -> dict[str, Json]:
        """For the result: of each line how much was ordered, was there, and is now."""
        pairs = zip(self.lines, self.after, strict=True)
        return {
            "number": self.order.number,
            "complete": self.completes,
            "lines": [
                {
                    "number": line.number,
                    "item": line.item,
                    "ordered": decimal_text(line.quantity),
                    "before": decimal_text(line.done),
                    "now": decimal_text(after.done),
                    "unit": line.unit,
                }
                for line, after in pairs
            ],
        }


def ordered(who: Who, text: str, goods: Resolved) -> Ordered | None:
    """The order of a number or URI; None where there is none. Held until the end of the transaction, so that of two who
    receive for it at once the second sees what the first brought.
    """
    found = find_order(text, lock=True) if text.strip() and _may_be_known(who, text) else None
    return Ordered(found, lines_of([found]), coming(who, goods)) if found else None


_any_orders: tuple[str, bool] = ("", True)  # the catalog's version, and whether there is any purchase order at it


def _may_be_known(who: Who, text: str) -> bool:
    """Is there a purchase order of this number? Asked without the ORM, since most receipts ask; a URI always may be.

    Where nobody keeps orders here, nothing is asked: the first order is a new version of the catalog.
    """
    global _any_orders
    if _any_orders != (who.directory.token, False):
        with connection.cursor() as cursor:
            if _any_orders[0] != who.directory.token:
                cursor.execute("SELECT EXISTS (SELECT 1 FROM orders_order WHERE kind = 'purchase')")
                _any_orders = (who.directory.token, bool(cursor.fetchone()[0]))
            if _any_orders[1] and ":" not in text:
                cursor.execute("SELECT 1 FROM orders_order WHERE kind = 'purchase' AND key = %s", [code_key(text)])
                return cursor.fetchone() is not None
    return _any_orders[1]


def coming(who: Who, goods: Resolved) -> dict[str, Decimal]:
    """Item (the one that goes on) → how much of it comes, in base units."""
    found: dict[str, Decimal] = {}
    for thing in goods.things:
        if thing.info is not None and thing.quantity is not None:
            item = who.directory.kept(thing.info.uri)
            found[item] = found.get(item, Decimal(0)) + thing.quantity
    return found


def order_problems(who: Who, found: Ordered, goods: Resolved, supplier: str, warehouse: str) -> list[Problem]:
    """Why the delivery does not go with the order. Too much of it (OVER) may be accepted, by two; another warehouse
    may be.
    """
    order, shown = found.order, {"number": found.order.number}
    problems = state_problems(order.state, order.number)
    if supplier and order.partner and who.directory.kept(order.partner.uri) != who.directory.kept(supplier):
        problems.append(Problem("operations.order_of_another", "po", {**shown, "partner": order.partner.code}))
    if order.warehouse_id != warehouse:
        problems.append(Problem("operations.order_elsewhere", "po", {**shown, "warehouse": order.warehouse_id}))
    if order.state != OrderState.OPEN:
        return problems
    return problems + line_problems(who, found, goods)


def line_problems(who: Who, found: Ordered, goods: Resolved) -> list[Problem]:
    """Items that the order does not want, and more of one than it takes with its tolerance."""
    room: dict[str, list[Line]] = {}
    for line in found.lines:
        if line.state != LineState.CANCELLED:
            room.setdefault(line.item, []).append(line)
    last: dict[str, Thing] = {}
    problems = []
    for thing in goods.things:
        item = who.directory.kept(thing.info.uri) if thing.info else ""
        if thing.info is not None and item not in room:
            shown = {"item": thing.info.code, "number": found.order.number}
            problems.append(Problem("operations.not_ordered", f"{thing.field}.item", shown))
        elif item:
            last[item] = thing
    return problems + [
        _over(found, room[item], thing, found.now[item])
        for item, thing in last.items()
        if found.now.get(item, Decimal(0)) > sum((line.room for line in room[item]), start=Decimal(0))
    ]


def _over(found: Ordered, lines: Sequence[Line], thing: Thing, now: Decimal) -> Problem:
    assert thing.info is not None  # it was found by its item
    shown = {
        "item": thing.info.code,
        "number": found.order.number,
        "ordered": decimal_text(sum((line.quantity for line in lines), start=Decimal(0))),
        "most": decimal_text(sum((line.most for line in lines), start=Decimal(0))),
        "before": decimal_text(sum((line.done for line in lines), start=Decimal(0))),
        "now": decimal_text(now),
        "unit": thing.info.base_unit,
    }
    return Problem(OVER, f"{thing.field}.quantity", shown)
