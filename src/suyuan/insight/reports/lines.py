"""The lines of ledgers: what came in from others and went out to them, each with its item, its dates and the other
side."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from suyuan.catalog.models import File
from suyuan.catalog.queries import chunks
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import COUNT, unscaled
from suyuan.insight.reports.declared import Asked, Cell, Unit
from suyuan.insight.reports.happened import MOST, Event, Goods, events_naming, events_of, events_under, moved
from suyuan.insight.reports.lots import Dates, dates_of, is_lot, lot_number, per_lot, serial_number
from suyuan.insight.reports.named import ItemFacts, Items, Side, Sides
from suyuan.orders.models import OrderLine

Per = Callable[[Iterable[Goods]], Sequence[Goods]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a ledger: goods of an event, with all that is known of them and of the other side."""

    event: Event
    goods: Goods
    item: ItemFacts
    dates: Dates
    side: Side
    day: date
    sign: int = 1

    @property
    def amount(self) -> Decimal:
        return self.sign * self.goods.amount

    @property
    def unit(self) -> Cell:
        return Unit(self.goods.unit or self.item.unit or COUNT)

    @property
    def lot(self) -> str:
        return lot_number(self.goods.uri)

    @property
    def number(self) -> str:
        """The serial number, else the lot."""
        return serial_number(self.goods.uri) or self.lot


def received(asked: Asked, per: Per = per_lot) -> tuple[list[Line], list[Problem]]:
    """What came in from others, lot by lot; what customers sent back and our own warehouses sent is none of it."""
    events = [one for one in events_of(asked, ("receiving",)) if one.party("from")]
    came = [one for one in events if not one.disposition.endswith("returned") and one.type == "ObjectEvent"]
    boxed = moved([one for one in came if all(goods.kind == "container" for goods in one.named)], into=True)
    goods = {one.id: boxed.get(one.id) or [named for named in one.named if named.kind != "container"] for one in came}
    return lines_of(asked, came, goods, "from", per), cut(events)


def sent(asked: Asked, per: Per = per_lot) -> tuple[list[Line], list[Problem]]:
    """What went out to others, lot by lot; what was voided is taken off in a line of its own, as an entry in red."""
    events = events_of(asked, ("shipping", "void_shipping"))
    voids = [one for one in events if one.step == "void_shipping"]
    goods = moved([one for one in events if one.step == "shipping"]) | moved(voids)
    parties = destinations(voids)
    voided = [replace(one, parties=parties.get(one.paper("desadv"), {})) for one in voids]
    told = sorted([*(one for one in events if one.step == "shipping"), *voided], key=lambda one: (one.at, one.id))
    return lines_of(asked, told, goods, "to", per), cut(events)


def destinations(voids: Sequence[Event]) -> Mapping[str, Mapping[str, str]]:
    """Despatch advice → the parties of the shipment that was voided."""
    papers = [paper for one in voids for paper in one.papers.get("desadv", ())]
    return {one.paper("desadv"): one.parties for one in events_under(papers, "desadv", ("shipping",))}


def cut(events: Sequence[Event]) -> list[Problem]:
    """That not all events of the days were read."""
    return [Problem("insight.report_many", "", {"most": f"{MOST:,}"})] if len(events) > MOST else []


def lines_of(
    asked: Asked, events: Sequence[Event], goods: Mapping[bytes, Sequence[Goods]], side: str, per: Per = per_lot
) -> list[Line]:
    """The lines of these events between us and others, narrowed to what was asked for. Six statements."""
    pairs = [(one, row) for one in events for row in per(goods.get(one.id, ()))]
    items = Items([row.item or row.key for _one, row in pairs], asked.language)
    sides = Sides([one.party(side) for one in events], asked.language)
    dates = dates_of(row for _one, row in pairs)
    found = [
        Line(
            one, row, items.of(row.item or row.key, row.uri), dates.get(row.key, Dates()), sides.of(one.party(side)),
            one.at.astimezone(asked.zone).date(), -1 if one.step == "void_shipping" else 1,
        )
        for one, row in pairs
    ]  # fmt: skip
    return [line for line in found if line.side.register != "warehouses" and wanted(asked, line)]


def wanted(asked: Asked, line: Line) -> bool:
    """Is it of the item, category, lot and partner asked for?"""
    return (
        (not asked.item or line.item.uri == asked.item)
        and (not asked.category or line.item.category == asked.category)
        and is_lot(asked.lot, line.goods.uri)
        and (not asked.partner or line.side.uri == asked.partner)
    )


def file_names(lines: Sequence[Line]) -> dict[str, str]:
    """Hash → the name of a file that came with the goods. One statement."""
    wanted_ = {str(one.get("hash", "")) for line in lines for one in line.event.files}
    return {hash: name for part in chunks(wanted_)
            for hash, name in File.objects.filter(hash__in=part).values_list("hash", "name")}  # fmt: skip


def proofs(line: Line, files: Mapping[str, str]) -> str:
    """The certificates that came with these goods."""
    told = [one for one in line.event.files if one.get("kind") == "certificate"]
    mine = [str(one.get("hash", "")) for one in told if one.get("id") in (None, line.goods.uri)]
    return "; ".join(files.get(hash) or hash[:12] for hash in mine)


def test_reports(lines: Sequence[Line]) -> dict[bytes, str]:
    """Lot → the numbers of the certificates of its inspections: what was passed names them (CBV `testres`)."""
    keys = {line.goods.key for line in lines}
    found: dict[bytes, list[str]] = {}
    for one in events_naming(keys, ("inspecting",)):
        for goods in one.named:
            if (number := one.paper("testres")) and not one.disposition.endswith("non_conformant"):
                found.setdefault(goods.lot or goods.key, []).append(number)
    return {key: "; ".join(dict.fromkeys(numbers)) for key, numbers in found.items()}


@dataclass(frozen=True, slots=True)
class Price:
    """What one base unit cost by the order, in which currency."""

    amount: Decimal
    currency: str


def prices(lines: Sequence[Line]) -> dict[tuple[str, str], Price]:
    """(order, item) → its price by the first line of the order that has one. One statement for 900 orders."""
    orders = {paper for line in lines for paper in line.event.papers.get("po", ())}
    found: dict[tuple[str, str], Price] = {}
    for part in chunks(orders):
        rows = OrderLine.objects.filter(order__uri__in=part, price__isnull=False).order_by("number")
        fields = ("order__uri", "item__uri", "price", "quantity", "base", "order__currency")
        for order, item, price, quantity, base, currency in rows.values_list(*fields):
            found.setdefault((order, item), Price(unscaled(price or 0) * quantity / base, currency))
    return found


def price_of(line: Line, found: Mapping[tuple[str, str], Price]) -> Price | None:
    known = (found.get((paper, line.item.uri)) for paper in line.event.papers.get("po", ()))
    return next((price for price in known if price is not None), None)
