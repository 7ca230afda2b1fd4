"""What customers order: every morning's parcels, the sales orders behind those of the last weeks, and how they go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, auto

from suyuan.catalog.register import Row
from suyuan.demo.company import CASE, CENTRE, FINISHED, FRUITY, ITEMS, PLANT, Customer
from suyuan.demo.dairy import Dairy, lots_of
from suyuan.demo.shelves import Batch
from suyuan.demo.staff import FINANCE
from suyuan.operations.commands import Line
from suyuan.orders.commands import CloseSale, PutSalesLines, PutSalesOrders

REMAINING = {item.code: item.min_remaining_days_dispatch or 0 for item in ITEMS if item.code in FINISHED}  # days
PROMOTION = range(6, 12)  # days before the end: strawberry week
ORDERED_DAYS = 14  # the last ones: before them the paper of a shipment is the customer's own
UNDECIDED = 2  # the last days: what lacks of their orders may still be sent


@dataclass(slots=True)
class Parcel:
    """What a customer is promised, in pieces of each product, and the parts of it that he gets; `number`: his
    order's."""

    customer: Customer
    number: str
    parts: list[Batch]
    wanted: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """As much as is there is promised."""
        for part in self.parts:
            self.wanted[part.item] = self.wanted.get(part.item, 0) + part.amount

    @property
    def is_short(self) -> bool:
        return sum(part.amount for part in self.parts) < sum(self.wanted.values())


class Fate(Enum):
    """What does not go as it was promised."""

    SHORT = auto()
    LATE = auto()
    REFUSED = auto()


# Days before the end, warehouse, which of the morning's parcels.
FATES = {
    (13, CENTRE, 0): Fate.SHORT,
    (12, CENTRE, 3): Fate.SHORT,
    (11, PLANT, 0): Fate.LATE,
    (9, CENTRE, 1): Fate.REFUSED,
    (8, CENTRE, 0): Fate.LATE,
    (6, PLANT, 1): Fate.SHORT,
    (5, CENTRE, 2): Fate.LATE,
    (4, PLANT, 0): Fate.REFUSED,
    (3, CENTRE, 1): Fate.SHORT,
    (2, CENTRE, 0): Fate.SHORT,
}


def morning_parcels(dairy: Dairy, warehouse: str) -> list[Parcel]:
    """Who gets something today. Some are promised more than there is."""
    kind = "SO" if dairy.left <= ORDERED_DAYS else "PO"
    found = [
        Parcel(one, f"{kind}-{one.code}-{dairy.today:%y%m%d}", parts)
        for one in dairy.customers
        if one.warehouse == warehouse and (parts := order(dairy, one))
    ]
    for n, parcel in enumerate(found):
        if FATES.get((dairy.left, warehouse, n)) is Fate.SHORT:
            parcel.wanted[parcel.parts[0].item] += 10 * CASE
    return found


def order(dairy: Dairy, one: Customer) -> list[Batch]:
    """What a customer orders today and gets, first to expire first."""
    promoted = dairy.left in PROMOTION and dairy.options.days > PROMOTION.stop
    chance = one.trade.chance * (1.35 if promoted else 1)
    if dairy.today.weekday() not in one.trade.days or not dairy.happens(chance):
        return []
    parts: list[Batch] = []
    wanted = dict(one.trade.cases) | ({FRUITY: (1.0, 4, 14)} if promoted else {})
    for item, (likely, least, most) in wanted.items():
        if dairy.happens(likely):
            wish = dairy.some(least, most) * CASE
            parts += dairy.stock[one.warehouse].take(item, wish, lasting(item, dairy.today))
    return parts


def lasting(item: str, day: date) -> date:
    """Until when a product has to last that leaves on a day."""
    return day + timedelta(days=REMAINING[item])


def write_orders(dairy: Dairy, parcels: Sequence[Parcel], due: date) -> None:
    """The sales orders behind these parcels; of those before the last weeks there are none."""
    if dairy.left > ORDERED_DAYS:
        return
    heads = [
        Row({
            "number": one.number, "partner": one.customer.code, "warehouse": one.customer.warehouse,
            "ordered": dairy.today - timedelta(days=1), "expected": due, "delivery": due,
        })
        for one in parcels
    ]  # fmt: skip
    lines = [
        Row({"order": one.number, "line": line, "item": item, "quantity": Decimal(amount)})
        for one in parcels
        for line, (item, amount) in enumerate(one.wanted.items(), 1)
    ]
    dairy.office.do(PutSalesOrders(rows=tuple(heads)), FINANCE)
    dairy.office.do(PutSalesLines(rows=tuple(lines)), FINANCE)


def give_up_rest(dairy: Dairy, parcel: Parcel) -> None:
    """What was not there is not sent later; of the last days nobody has decided yet."""
    if parcel.is_short and UNDECIDED < dairy.left <= ORDERED_DAYS:
        dairy.office.do(
            CloseSale(number=parcel.number, reason="缺货，不再补发 / out of stock, not sent later"), FINANCE
        )


def note_customer(dairy: Dairy, parcel: Parcel) -> None:
    """Which customer got how much of which lot."""
    for (_, lot), amount in lots_of(parcel.parts).items():
        got = dairy.lots[lot].customers
        got[parcel.customer.code] = got.get(parcel.customer.code, 0) + amount


def picks(parts: Sequence[Batch]) -> list[Line]:
    """One line for each place and lot."""
    found: dict[tuple[str, str, str, str], int] = {}
    for part in parts:
        key = (part.item, part.lot, "" if part.inside else part.place, part.inside)
        found[key] = found.get(key, 0) + part.amount
    return [
        Line(item=item, lot=lot, quantity=amount, place=place, inside=inside)
        for (item, lot, place, inside), amount in found.items()
    ]


def goods(parts: Sequence[Batch], place: str = "") -> tuple[Line, ...]:
    """The parts by lot."""
    lots = lots_of(parts).items()
    return tuple(Line(item=item, lot=lot, quantity=amount, place=place) for (item, lot), amount in lots)


def note_empties(dairy: Dairy, warehouse: str, picked: Sequence[Line]) -> None:
    """The pallets that nothing is left on."""
    still = {batch.inside for batch in dairy.stock[warehouse] if batch.inside}
    gone = {line.inside: None for line in picked if line.inside and line.inside not in still}
    dairy.empties[warehouse] += gone
