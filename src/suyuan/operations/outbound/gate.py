"""The last gate before the truck: blocks of the whole company, dates, life that is left on delivery; the right order
and the right customer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from suyuan.capture.who import Who
from suyuan.catalog.directory import ItemInfo
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.ledger.keys import key16
from suyuan.operations.lines import Resolved
from suyuan.operations.outbound.allocation import delivery_of, life_of, life_wanted, partner_of
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order
from suyuan.orders.queries import find_outgoing, lines_of
from suyuan.orders.rules import Line, state_problems
from suyuan.stock.book import BLOCKING
from suyuan.stock.queries import About, Stock, about, as_taken, content, uris_of
from suyuan.stock.states import State, is_expired
from suyuan.stock.store import NOTHING, Held


@dataclass(frozen=True, slots=True)
class Leaving:
    """One kind of goods at the gate: its line, its own and its superiors' blocks, its first and last day."""

    uri: str
    field: str
    item: str | None
    blocks: frozenset[str]
    expiry: int | None
    produced: int | None = None


def leaving(who: Who, goods: Resolved, held: Held = NOTHING) -> list[Leaving]:
    """What is about to leave, with what is in its containers. `held`: the goods as the caller has taken them. For loose
    goods no statement then, else one; for packed ones four, and one more for each level of containers."""
    named = {key16(uri): (uri, thing.field) for thing in goods.things for uri in thing.subjects}
    items = {key16(thing.info.uri): thing.info.uri for thing in goods.things if thing.info}
    boxes = {thing.source for thing in goods.things if thing.source and who.warehouse_of(thing.source) is None}
    around = {key16(box) for box in boxes}
    known = as_taken(held.rows)
    if unknown := (named.keys() | items.keys() | around) - held.asked:
        known |= about(unknown)
    packed = content(key for key in named if key in known and known[key].container)
    inner = {key for row in packed for key in (row.subject, row.item) if key}
    uris = items | {key: uri for key, (uri, _) in named.items()} | (uris_of(inner) if inner else {})
    above = inner | {row.lot for row in packed if row.lot}
    above |= {key for held in known.values() for key in (held.lot, held.item) if key}
    if missing := above - known.keys() - named.keys() - items.keys():
        known |= about(missing)
    lines = {key: field for key, (_, field) in named.items()}
    lines |= {row.subject: _line_of(row, packed, lines) for row in packed}
    boxed = {key16(uri): key16(thing.source) for thing in goods.things if thing.source for uri in thing.subjects}
    return [_leaving(known[key], field, known, uris, boxed.get(key)) for key, field in lines.items() if key in known]


def _leaving(
    held: About, field: str, known: Mapping[bytes, About], uris: Mapping[bytes, str], box: bytes | None
) -> Leaving:
    """`box`: the container that the goods are named to lie in, which may be held by itself."""
    over = (held.lot, held.item, box)
    chain = [held, *(known[above] for above in over if above is not None and above in known)]
    days = [one.expiry for one in chain if one.expiry is not None]
    blocks = frozenset(block for one in chain for block in one.blocks.values())
    uri = uris.get(held.subject, held.subject.hex())
    made = [one.produced for one in chain if one.produced is not None]
    item = uris.get(held.item or b"")
    return Leaving(uri, field, item, blocks, min(days, default=None), next(iter(made), None))


def _line_of(row: Stock, packed: Sequence[Stock], lines: Mapping[bytes, str]) -> str:
    """The line of the outermost container."""
    holders = {one.subject: one.holder for one in packed}
    holder, steps = row.holder, 0
    while holder not in lines and holder in holders and steps < len(packed):
        holder, steps = holders[holder], steps + 1
    return lines.get(holder, "")


def gate_problems(rows: Sequence[Leaving], today: date) -> list[Problem]:
    """What may not leave today, whoever wants it."""
    problems = []
    for row in rows:
        states = {BLOCKING[block] for block in row.blocks if block in BLOCKING}
        if is_expired(row.expiry, today.toordinal()):
            states.add(State.EXPIRED)
        problems += [Problem(f"stock.{state}", row.field, {"goods": row.uri}) for state in sorted(states)]
    return problems


# -- whose goods, for which order -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """The order that goods go out for, locked, and its lines with what went already."""

    order: Order
    lines: tuple[Line, ...]

    def line_of(self, item: str) -> Line | None:
        """The first line of an item that is still open, else the first of it."""
        mine = [line for line in self.lines if line.item == item]
        return next((line for line in mine if line.open), mine[0] if mine else None)


def asked_of(who: Who, po: str) -> Asked | None:
    """The order of a number; None where it is none of ours, but the customer's own. Three statements, one without."""
    order = find_outgoing(po, lock=True) if po.strip() else None
    return Asked(order, tuple(lines_of([order], who.directory))) if order is not None else None


Going = Mapping[str, tuple[Decimal, str]]  # item that goes on → how much of it goes, and the last line that names it


def going_of(who: Who, rows: Sequence[Leaving], went: Mapping[bytes, int]) -> Going:
    """What goes of each item, in base units. `went`: as `Door.went`."""
    found: dict[str, tuple[Decimal, str]] = {}
    for row in rows:
        item = who.directory.kept(row.item or row.uri)
        if item in who.directory.items:
            before = found[item][0] if item in found else Decimal(0)
            found[item] = before + unscaled(went.get(key16(row.uri), 0)), row.field
    return found


def order_problems(who: Who, asked: Asked | None, warehouse: str, customer: str, going: Going) -> list[Problem]:
    """Is it the order of this customer, open, of this warehouse, and are these goods in it?"""
    if asked is None:
        return []
    order, known = asked.order, who.directory
    shown = {"number": order.number}
    if order.kind == OrderKind.ISSUE:
        return [Problem("operations.issue_not_shipped", "po", shown)]
    problems = state_problems(order.state, order.number)
    if order.warehouse_id != warehouse:
        problems.append(Problem("operations.order_of_other", "po", {**shown, "warehouse": order.warehouse_id}))
    if customer and order.partner is not None and known.kept(order.partner.uri) != known.kept(customer):
        problems.append(Problem("operations.order_of_customer", "customer", {**shown, "partner": order.partner.code}))
    if problems:
        return problems
    for item, (amount, field) in going.items():
        if asked.line_of(item) is None:
            problems.append(Problem("operations.not_in_order", field, {**shown, "item": known.items[item].code}))
        elif problem := _too_much(asked, known.items[item], amount, field):
            problems.append(problem)
    return problems


def _too_much(asked: Asked, info: ItemInfo, amount: Decimal, field: str) -> Problem | None:
    room = sum((line.room for line in asked.lines if line.item == info.uri), start=Decimal(0))
    if amount <= room:
        return None
    shown = {"most": decimal_text(room), "now": decimal_text(amount), "unit": info.base_unit}
    return Problem("operations.above_order", field, {"number": asked.order.number, "item": info.code, **shown})


# -- life on the day the customer has it ------------------------------------------------------------------------------


def life_problems(
    who: Who,
    rows: Sequence[Leaving],
    delivery: date | None,
    today: date,
    *,
    customer: str = "",
    carrier: str = "",
    asked: Asked | None = None,
) -> list[Problem]:
    """Days that are left on delivery (expiry − delivery date, ≥ passes), by what the order's line says, else by the
    stricter of what the customer and the item's rule ask. The day is asked for where nobody knows it."""
    problems: list[Problem] = []
    for row in rows:
        info = who.directory.items.get(who.directory.kept(row.item or row.uri))
        if info is None or row.expiry is None:
            continue
        line = asked.line_of(info.uri) if asked else None
        life = life_of(who, asked.order, line, info) if asked and line else life_wanted(partner_of(who, customer), info)
        least = life.least(row.expiry, row.produced) or life.days  # a share of what nobody knows asks nothing more
        if not least:
            continue
        day = delivery or _arrives(who, asked, line, today, customer, carrier)
        if day is None:
            problems.append(Problem("operations.delivery_date_missing", "delivery_date", {"item": info.code}))
        elif row.expiry - day.toordinal() < least:
            left = str(row.expiry - day.toordinal())
            params = {"goods": row.uri, "days": left, "least": str(least)}
            problems.append(Problem("operations.short_remaining_life", row.field, params))
    return problems


def _arrives(who: Who, asked: Asked | None, line: Line | None, today: date, customer: str, carrier: str) -> date | None:
    if asked is not None and line is not None:
        day = delivery_of(who, asked.order, line, today)
        if day is not None:
            return day
    for uri in (customer, carrier):
        partner = partner_of(who, uri)
        if partner is not None and partner.lead_days is not None:
            return today + timedelta(days=partner.lead_days)
    return None
