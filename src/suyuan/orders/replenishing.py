"""What is to be ordered again: items at their reorder point, how much, from whom, until when, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Protocol

from django.db.models import Q

from suyuan.catalog.directory import Directory, directory
from suyuan.catalog.kinds import PartnerStatus
from suyuan.catalog.models import Item, SupplierItem
from suyuan.catalog.queries import chunks
from suyuan.catalog.register import Row
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import N_
from suyuan.gs1.quantities import unscaled
from suyuan.ledger.keys import key16, micros
from suyuan.orders.kinds import OrderKind, OrderState
from suyuan.orders.models import OrderLine
from suyuan.orders.queries import orders_of, with_lines
from suyuan.orders.reservations import reserved
from suyuan.stock.cells import By, Wanted, cells
from suyuan.stock.facts import OWN
from suyuan.stock.states import State

REASONS: dict[str, str] = {
    "position": N_("{free} free, {reserved} of it reserved, {coming} ordered: not above {level}"),
    "demand": N_("{demand} wanted until it comes"),
    "quantity": N_("ordered by {quantity} at a time"),
    "maximum": N_("up to the maximum of {maximum}"),
    "level": N_("up to {level}"),
    "lead": N_("delivered in {days} d"),
}
_APPROVED = {
    "partner__is_active": True,
    "partner__is_supplier": True,
    "partner__status": PartnerStatus.APPROVED.value,
}
MOST = 500  # lines that are proposed at once
NOTHING = Decimal(0)


class Forecast(Protocol):
    """Who says how much of an item will be wanted in a warehouse in the days to come; None: he cannot say."""

    def demand(self, item: str, warehouse: str, days: int) -> Decimal | None: ...


class NoForecast:
    """Nobody says: the reorder point, or the minimum, stands for what will be wanted."""

    def demand(self, item: str, warehouse: str, days: int) -> Decimal | None:
        return None


@dataclass(frozen=True, slots=True)
class Levels:
    """What an item's row says of ordering it, and how much there is of it: base units, over all warehouses.

    `free`: may be picked, what is reserved of it included; `coming`: still to come by orders and drafts.
    """

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    point: Decimal | None = None
    batch: Decimal | None = None
    free: Decimal = NOTHING
    reserved: Decimal = NOTHING
    coming: Decimal = NOTHING

    @property
    def position(self) -> Decimal:
        return self.free - self.reserved + self.coming


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who delivers an item, and within how many days, where that is known."""

    id: int
    uri: str
    code: str
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Reorder:
    """So much of an item is to be ordered. `reasons`: keys of `REASONS` with what they say."""

    item: str
    item_code: str
    unit: str
    quantity: Decimal
    supplier: Supplier | None
    expected: date | None
    reasons: tuple[tuple[str, Mapping[str, Decimal]], ...] = field(default=())


# -- rules ------------------------------------------------------------------------------------------------------------


def level_of(levels: Levels, demand: Decimal | None) -> Decimal | None:
    """Down to how much the item may go before it is ordered: with a forecast the minimum and what is wanted until
    more comes, else its reorder point, else its minimum."""
    if demand is not None:
        return (levels.minimum or NOTHING) + demand
    return levels.point if levels.point is not None else levels.minimum


def quantity_of(levels: Levels, level: Decimal) -> tuple[Decimal, str]:
    """How much to order, and the key of the reason: by the item's order quantity, as often as it takes to come above
    the level; else up to the maximum; else up to the level."""
    lacking = level - levels.position
    if levels.batch:
        times = max((lacking / levels.batch).to_integral_value(ROUND_CEILING), Decimal(1))
        return levels.batch * (times if levels.batch * times > lacking else times + 1), "quantity"
    if levels.maximum is not None and levels.maximum > levels.position:
        return levels.maximum - levels.position, "maximum"
    return max(lacking, NOTHING), "level"


def reorder(
    item: tuple[str, str, str], levels: Levels, supplier: Supplier | None, days: int | None, today: date,
    demand: Decimal | None = None,
) -> Reorder | None:  # fmt: skip
    """What to order of an item (URI, code, unit); nothing while more is there or to come than its level."""
    level = level_of(levels, demand)
    if level is None or levels.position > level:
        return None
    quantity, how = quantity_of(levels, level)
    if quantity <= 0:
        return None
    shown = {
        "free": levels.free, "reserved": levels.reserved, "coming": levels.coming, "level": level,
        "demand": demand or NOTHING, "quantity": levels.batch or NOTHING, "maximum": levels.maximum or NOTHING,
        "days": Decimal(days or 0),
    }  # fmt: skip
    codes = ["position", *(["demand"] if demand is not None else []), how, *(["lead"] if days is not None else [])]
    expected = None if days is None else today + timedelta(days=days)
    return Reorder(*item, quantity, supplier, expected, tuple((code, shown) for code in codes))


def chosen(offers: Sequence[Supplier], last: Supplier | None) -> Supplier | None:
    """Of those who supply the item the one of the last order, else the quickest; where none is listed, that one."""
    if last is not None and last.id in {one.id for one in offers}:
        return next(one for one in offers if one.id == last.id)
    if not offers:
        return last
    return min(offers, key=lambda one: (one.days is None, one.days or 0, one.code))


def by_supplier(found: Iterable[Reorder]) -> list[tuple[Supplier | None, list[Reorder]]]:
    """What would be an order each; items nobody supplies come last."""
    groups: dict[int, tuple[Supplier | None, list[Reorder]]] = {}
    for one in found:
        groups.setdefault(one.supplier.id if one.supplier else 0, (one.supplier, []))[1].append(one)
    return sorted(groups.values(), key=lambda group: (group[0] is None, group[0].code if group[0] else ""))


def drafts_of(
    groups: Sequence[tuple[Supplier, Sequence[Reorder]]], warehouse: str, today: date, mark: str
) -> tuple[list[Row], list[Row]]:
    """The rows of draft orders and of their lines. `mark` makes their numbers those of one request."""
    heads, lines = list[Row](), list[Row]()
    for n, (supplier, wanted) in enumerate(groups, 1):
        number = f"RO-{today:%y%m%d}-{mark}-{n}"
        days = [one.expected for one in wanted if one.expected is not None]
        heads.append(
            Row({
                "number": number, "partner": supplier.code, "warehouse": warehouse, "state": OrderState.DRAFT.value,
                "ordered": today, "expected": min(days) if days else None,
            }, 0)
        )  # fmt: skip
        lines += [
            Row({"order": number, "line": line, "item": one.item_code, "quantity": one.quantity,
                 "expected": one.expected}, 0)
            for line, one in enumerate(wanted, 1)
        ]  # fmt: skip
    return heads, lines


# -- asked ------------------------------------------------------------------------------------------------------------


def reorders(warehouse: str, now: datetime, today: date, forecast: Forecast | None = None) -> list[Reorder]:
    """What is to be ordered for a warehouse, of items that have a reorder point or minimum; what the firm has anywhere
    counts. A fixed number of statements."""
    known, forecast = directory(), forecast or NoForecast()
    rows = list(Item.objects.filter(Q(minimum__gt=0) | Q(reorder_point__gt=0), is_active=True).order_by("key"))
    if not rows:
        return []
    free, kept, coming = _free(rows, known, now, today), _reserved(known), _coming()
    suppliers, last = _suppliers(rows), _last(rows)
    found = []
    for row in rows:
        supplier = chosen(suppliers.get(row.pk, []), last.get(row.pk))
        days = supplier.days if supplier and supplier.days is not None else row.lead_time_days
        levels = Levels(
            minimum=_known(row.minimum),
            maximum=_known(row.maximum),
            point=_known(row.reorder_point),
            batch=_known(row.reorder_quantity),
            free=free.get(row.uri, NOTHING),
            reserved=kept.get(row.uri, NOTHING),
            coming=coming.get(row.uri, NOTHING),
        )
        demand = forecast.demand(row.uri, warehouse, days or 0)
        one = reorder((row.uri, row.code, row.base_unit), levels, supplier, days, today, demand)
        found += [one] if one is not None else []
    return found[:MOST]


def _known(millionths: int | None) -> Decimal | None:
    return None if millionths is None else unscaled(millionths)


def _free(rows: Sequence[Item], known: Directory, now: datetime, today: date) -> dict[str, Decimal]:
    """Item → what may be picked of it anywhere, of our own."""
    kept = {key16(uri): row.uri for row in rows for uri in known.family(row.uri)}
    wanted = Wanted(logs=sorted(known.warehouses), items=list(kept), owner=OWN, state=State.IN_STOCK.value)
    found: dict[str, Decimal] = {}
    for cell in cells(wanted, (By.ITEM,), today.toordinal(), micros(now)):
        item = kept.get(bytes(cell.key[0]), "")
        found[item] = found.get(item, NOTHING) + unscaled(cell.quantity)
    return found


def _reserved(known: Directory) -> dict[str, Decimal]:
    """Item → what is kept of it for orders."""
    found: dict[str, Decimal] = {}
    for (_log, uri), quantity in reserved(sorted(known.warehouses)).items():
        named = identify(uri).item
        pack = known.item_of(named) if named else None
        item = known.kept(pack.item) if pack else uri
        found[item] = found.get(item, NOTHING) + unscaled(quantity)
    return found


def _coming() -> dict[str, Decimal]:
    """Item → what is still to come of it; what is only a draft counts, so that it is not proposed again."""
    found: dict[str, Decimal] = {}
    states = (OrderState.DRAFT, OrderState.OPEN)
    for one in with_lines(list(orders_of(OrderKind.PURCHASE, states=states))):
        for line in one.lines:
            found[line.item] = found.get(line.item, NOTHING) + line.open
    return found


def _suppliers(rows: Sequence[Item]) -> dict[int, list[Supplier]]:
    """Id of an item → the approved partners who supply it. One statement for 900."""
    found: dict[int, list[Supplier]] = {}
    for part in chunks(row.pk for row in rows):
        offers = SupplierItem.objects.filter(item__in=part, is_active=True, **_APPROVED)
        columns = ("item_id", "partner_id", "partner__uri", "partner__code", "lead_time_days")
        for item, partner, uri, code, days in offers.values_list(*columns):
            found.setdefault(item, []).append(Supplier(partner, uri, code, days))
    return found


def _last(rows: Sequence[Item]) -> dict[int, Supplier]:
    """Id of an item → who got the last order of it. One statement for 900."""
    found: dict[int, Supplier] = {}
    for part in chunks(row.pk for row in rows):
        lines = OrderLine.objects.filter(
            item__in=part,
            order__kind=OrderKind.PURCHASE.value,
            **{f"order__{name}": told for name, told in _APPROVED.items()},
        ).exclude(order__state=OrderState.CANCELLED.value)
        names = ("item_id", "order__partner_id", "order__partner__uri", "order__partner__code")
        for item, id, uri, code in lines.order_by("order_id", "number").values_list(*names):
            found[item] = Supplier(id, uri, code)
    return found
