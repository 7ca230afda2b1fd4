"""What is announced: notices that somebody wrote down, and shipping events that partners sent; neither is here yet."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedLine:
    """Goods that are announced. `item` and `container` are URIs, `container` the innermost one; `quantity` in base
    units of the item; `done`: how much of it is here. Without an item it is a container whose content nobody told.
    """

    item: str = ""
    item_code: str = ""
    lot: str = ""
    serials: tuple[str, ...] = ()
    produced: date | None = None
    expiry: date | None = None
    quantity: Decimal = Decimal(0)
    unit: str = ""
    container: str = ""
    done: Decimal = Decimal(0)

    @property
    def open(self) -> Decimal:
        return max(self.quantity - self.done, Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A delivery that is announced. `number` and `uri` of its despatch advice; `supplier` and `orders` are URIs;
    `source`: ``notice`` for a row, ``event`` for what a partner sent.
    """

    source: str
    key: str
    number: str
    uri: str
    warehouse: str
    supplier: str
    supplier_code: str
    expected: date | None = None
    shipped: datetime | None = None
    carrier: str = ""
    orders: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    lines: tuple[ExpectedLine, ...] = ()


def expected(warehouse: str, *, supplier: str = "", number: str = "", po: str = "") -> list[Expected]:
    """What is announced for a warehouse and not here yet, the earliest first: of one supplier (URI), under one
    despatch advice (number or URI), for one order (number or URI).
    """
    raise NotImplementedError


def find_notice(warehouse: str, scanned: str) -> list[Expected]:
    """What a scan at the dock announces itself to be part of: the number of a despatch advice or an order, an SSCC,
    a serial or a lot. Several where it does not tell.
    """
    raise NotImplementedError
