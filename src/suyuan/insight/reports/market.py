"""Goods that should not have gone out, or not so late: what reached the market expired, blocked or uninspected, and
what arrived with less life than was to be left.

Every shipment is judged as it stands now: what was voided, or never left, is none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection

from suyuan.catalog.directory import Directory, directory
from suyuan.catalog.queries import chunks
from suyuan.gs1.problems import N_, Problem
from suyuan.insight.reports.declared import (
    Ask,
    Asked,
    Cell,
    Choice,
    Column,
    Group,
    Kind,
    Named,
    Report,
    Row,
    Rows,
    Word,
    to_event,
)
from suyuan.insight.reports.happened import events_naming, events_under
from suyuan.insight.reports.lines import Line, sent
from suyuan.insight.reports.lots import per_unit
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import PARTNERS, event_key
from suyuan.operations.outbound.allocation import life_wanted
from suyuan.orders.models import OrderLine
from suyuan.stock.book import BLOCKING
from suyuan.stock.facts import PENDING, REJECTED
from suyuan.stock.states import is_expired


def shipped(asked: Asked) -> tuple[list[Line], list[Problem]]:
    """What left for others and was not voided since."""
    lines, notes = sent(asked, per_unit)
    papers = {paper for line in lines if line.sign > 0 for paper in line.event.papers.get("desadv", ())}
    gone = {one.paper("desadv") for one in events_under(papers, "desadv", ("void_shipping",))}
    return [line for line in lines if line.sign > 0 and line.event.paper("desadv") not in gone], notes


# -- unfit goods ------------------------------------------------------------------------------------------------------


class Why(StrEnum):
    """What was wrong with goods, when they left or since."""

    EXPIRED = "expired"
    PENDING = "pending"
    REJECTED = "rejected"
    HELD = "held"
    RECALLED = "recalled"
    LATER_HELD = "later_held"
    LATER_RECALLED = "later_recalled"


WORDS: Mapping[Why, str] = {
    Why.EXPIRED: N_("past its last day when it left"),
    Why.PENDING: N_("not inspected when it left"),
    Why.REJECTED: N_("rejected when it left"),
    Why.HELD: N_("on hold when it left"),
    Why.RECALLED: N_("recalled when it left"),
    Why.LATER_HELD: N_("put on hold after it had left"),
    Why.LATER_RECALLED: N_("recalled after it had left"),
}
LATER = frozenset({Why.LATER_HELD, Why.LATER_RECALLED})


@dataclass(frozen=True, slots=True)
class Block:
    """A block on goods: set at a moment, lifted at another, or not yet. `kind`: held or recalled."""

    kind: str
    since: datetime
    until: datetime | None = None

    def stands(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


def blocks_on(goods: Iterable[bytes]) -> dict[bytes, list[Block]]:
    """Lot, serial or item → all blocks that were ever set on it. Three statements."""
    wanted = set(goods)
    found: dict[bytes, dict[bytes, Block]] = {}
    for event in events_naming(wanted, ("holding", "inspecting")):
        kept = event.body.get("persistentDisposition") or {}
        for one in event.named:
            if one.key not in wanted:
                continue
            mine = found.setdefault(one.key, {})
            for disposition in kept.get("set", ()):
                if kind := BLOCKING.get(disposition.rsplit("/", 1)[-1].rsplit("-", 1)[-1]):
                    mine[_named(event.body.get("suyuan:block")) or event.id] = Block(kind, event.at)
            for _disposition in kept.get("unset", ()):
                block = _named(event.body.get("suyuan:block"))
                for id, standing in list(mine.items()):
                    if standing.until is None and block in (None, id):
                        mine[id] = Block(standing.kind, standing.since, event.at)
    return {key: list(blocks.values()) for key, blocks in found.items()}


def _named(block: object) -> bytes | None:
    """The block that an event names: hexadecimal, or the id of the event that set it."""
    text = str(block or "")
    if not text:
        return None
    try:
        return bytes.fromhex(text)
    except ValueError:
        return event_key(text)


_STATUSES = (
    "SELECT p.record, p.subject, p.status FROM stock_posting p WHERE p.quantity < 0 "
    f"AND p.status IN ('{PENDING}', '{REJECTED}') AND p.record {{keys}}"
)


def statuses(lines: Sequence[Line]) -> dict[tuple[bytes, bytes], set[str]]:
    """(event, goods) → the statuses beside released in which something of it left. One statement."""
    with connection.cursor() as cursor:
        rows = select_in(cursor, _STATUSES, {line.event.id for line in lines})
    found: dict[tuple[bytes, bytes], set[str]] = {}
    for record, subject, status in rows:
        found.setdefault((bytes(record), bytes(subject)), set()).add(status)
    return found


def chain(line: Line) -> tuple[bytes, ...]:
    """The goods themselves, their lot and their item: what holds one holds those below."""
    return tuple(key for key in (line.goods.key, line.goods.lot, line.goods.item) if key)


def whys(line: Line, left_in: Iterable[str], blocks: Iterable[Block]) -> tuple[Why, ...]:
    """What was wrong with goods that left; the last day itself is a good one."""
    found = {Why(status) for status in left_in}
    last = line.dates.expiry
    if last is not None and is_expired(last.toordinal(), line.day.toordinal()):
        found.add(Why.EXPIRED)
    for block in blocks:
        if block.stands(line.event.at):
            found.add(Why(block.kind))
        elif block.since > line.event.at and block.until is None:
            found.add(Why(f"later_{block.kind}"))
    return tuple(why for why in Why if why in found)


def unfit_rows(asked: Asked) -> Rows:
    lines, notes = shipped(asked)
    blocks = blocks_on({key for line in lines for key in chain(line)})
    left_in = statuses(lines)
    rows = []
    for line in lines:
        standing = [block for key in chain(line) for block in blocks.get(key, ())]
        found = whys(line, left_in.get((line.event.id, line.goods.key), ()), standing)
        if asked.values["when"] == "left":
            found = tuple(why for why in found if why not in LATER)
        rows += [_unfit(line, why) for why in found]
    return Rows(rows[: asked.most + 1], notes=notes)


def _unfit(line: Line, why: Why) -> Row:
    cells: tuple[Cell, ...] = (
        line.event.at, Named(line.item.uri), Named(line.goods.uri), line.amount, line.unit, Named(line.side.uri),
        line.dates.expiry, Word(WORDS[why]), line.event.paper("desadv"),
    )  # fmt: skip
    return Row(cells, to_event(line.event.log, line.event.id), why.removeprefix("later_"))


UNFIT = Report(
    name="market-unfit",
    title=N_("Goods that should not have gone out"),
    about=N_(
        "Shipments of what was expired, uninspected, rejected or blocked when it left, or has been blocked since."
    ),
    group=Group.MARKET,
    asks=(Ask.ITEM, Ask.LOT, Ask.PARTNER, Ask.CATEGORY),
    choices=(Choice("when", N_("Judged"), {"": N_("then and since"), "left": N_("when it left")}),),
    columns=(
        Column(N_("Left"), Kind.MOMENT),
        Column(N_("Item"), Kind.THING, width=1.5),
        Column(N_("Goods"), Kind.THING, width=1.4),
        Column(N_("Quantity"), Kind.NUMBER),
        Column(N_("Unit"), width=0.7),
        Column(N_("Customer"), Kind.THING, width=1.4),
        Column(N_("Expires"), Kind.DATE, needed=False),
        Column(N_("What was wrong"), width=1.6),
        Column(N_("Dispatch note"), Kind.CODE, needed=False),
    ),
    rows=unfit_rows,
    by_event=True,
    meanings=(
        N_("The last day itself is a good one. A block of a lot counts for its serials, one of an item for its lots."),
        N_("A block that has been lifted since counts only for what left while it stood."),
    ),
    empty=N_("Nothing of that kind left in this time."),
)


# -- life that was left -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Left:
    """Goods that a customer signed for: the days that were left then, and those that were to be."""

    line: Line
    signed: datetime
    days: int
    least: int


def signatures(papers: Iterable[str]) -> dict[str, datetime]:
    """Despatch advice (URI) → when somebody first signed for it. Three statements."""
    found: dict[str, datetime] = {}
    for event in events_under(papers, "desadv", ("accepting", "receiving")):
        if event.log == PARTNERS and not event.disposition.endswith("returned"):
            for paper in event.papers.get("desadv", ()):
                found.setdefault(paper, event.at)
    return found


def wanted_days(lines: Sequence[Line]) -> dict[tuple[str, str], int]:
    """(order, item) → the days that its line asks for. One statement for 900 orders."""
    orders = {paper for line in lines for paper in line.event.papers.get("po", ())}
    rows = (
        row
        for part in chunks(orders)
        for row in OrderLine.objects.filter(order__uri__in=part, min_days__isnull=False).values_list(
            "order__uri", "item__uri", "min_days"
        )
    )
    known = directory()
    found: dict[tuple[str, str], int] = {}
    for order, item, days in rows:
        pair = (order, known.kept(item))
        found[pair] = max(found.get(pair, 0), days or 0)
    return found


def least_of(line: Line, by_order: Mapping[tuple[str, str], int], known: Directory) -> int:
    """What was to be left, in days: by the order's line, else the stricter of customer and item (as at the gate)."""
    orders = [(paper, line.item.uri) for paper in line.event.papers.get("po", ())]
    if asked := [by_order[pair] for pair in orders if pair in by_order]:
        return max(asked)
    partner, info = known.partner_of(line.side.uri), known.items.get(line.item.uri)
    life = life_wanted(partner, info)
    expiry, produced = (day.toordinal() if day else None for day in (line.dates.expiry, line.dates.produced))
    return life.least(expiry, produced) or life.days


def lives(asked: Asked) -> tuple[list[Left], int, list[Problem]]:
    """What was signed for of what left in the days; how many lines nobody has signed for."""
    lines, notes = shipped(asked)
    dated = [line for line in lines if line.dates.expiry is not None]
    signed = signatures({paper for line in dated for paper in line.event.papers.get("desadv", ())})
    by_order = wanted_days(dated)
    known = directory()
    found, waiting = [], 0
    for line in dated:
        at = next((signed[paper] for paper in line.event.papers.get("desadv", ()) if paper in signed), None)
        least = least_of(line, by_order, known)
        if at is None:
            waiting += bool(least)
        elif least and line.dates.expiry is not None:
            days = (line.dates.expiry - at.astimezone(asked.zone).date()).days
            found.append(Left(line, at, days, least))
    return found, waiting, notes


def life_rows(asked: Asked) -> Rows:
    found, waiting, notes = lives(asked)
    short = [one for one in found if one.days < one.least]
    shown = found if asked.values["which"] == "all" else short
    facts: list[tuple[str, Cell]] = [
        (N_("Deliveries with a least life"), len(found)),
        (N_("Below it"), len(short)),
        (N_("Not signed for yet, and not in here"), waiting),
    ]
    return Rows([_life(one) for one in shown[: asked.most + 1]], notes=notes, facts=facts)


def _life(one: Left) -> Row:
    line = one.line
    cells: tuple[Cell, ...] = (
        one.signed, Named(line.side.uri), Named(line.item.uri), Named(line.goods.uri), line.amount, line.unit,
        line.dates.expiry, one.days, one.least, line.event.paper("po"),
    )  # fmt: skip
    return Row(cells, to_event(line.event.log, line.event.id), "expired" if one.days < one.least else "")


LIFE = Report(
    name="market-life",
    title=N_("Remaining life at delivery"),
    about=N_("Goods that had less life left on the day they were signed for than the order, customer or item asks."),
    group=Group.MARKET,
    asks=(Ask.ITEM, Ask.LOT, Ask.PARTNER, Ask.CATEGORY),
    choices=(Choice("which", N_("Shown"), {"": N_("too little life"), "all": N_("all deliveries")}),),
    columns=(
        Column(N_("Signed for"), Kind.MOMENT),
        Column(N_("Customer"), Kind.THING, width=1.4),
        Column(N_("Item"), Kind.THING, width=1.5),
        Column(N_("Goods"), Kind.THING, width=1.4),
        Column(N_("Quantity"), Kind.NUMBER),
        Column(N_("Unit"), width=0.7),
        Column(N_("Expires"), Kind.DATE),
        Column(N_("Days left"), Kind.NUMBER),
        Column(N_("Days asked for"), Kind.NUMBER),
        Column(N_("Order"), Kind.CODE, needed=False),
    ),
    rows=life_rows,
    by_event=True,
    meanings=(
        N_("Days left: last day less the day of the signature, in the zone of the warehouse."),
        N_("Asked for: by the order's line, else the stricter of what the customer and the item want."),
    ),
    empty=N_("Nothing was delivered with too little life in this time."),
)
REPORTS = (UNFIT, LIFE)
