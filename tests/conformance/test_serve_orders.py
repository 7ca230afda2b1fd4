"""Real orders brought in as orders with their shipments and signatures: the shares are what a plain count says."""

import csv
import gzip
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from suyuan.capture.guard import governed
from suyuan.catalog.models import Item, Partner
from suyuan.gs1.identifiers import party_uri
from suyuan.insight.service import due_orders, served
from suyuan.insight.service_rules import level
from suyuan.orders.models import Order, OrderLine
from tests.ledgers.story import send
from tests.operations.dairy import MAIN_GLN, SHOP_GLN, YOGHURT, build_dairy

pytestmark = pytest.mark.shared
ZONE = ZoneInfo("Asia/Shanghai")
MOST = 600  # orders of the file
SHIPPED = {"COMPLETE", "CLOSED", "PROCESSING", "ON_HOLD"}
SIGNED = {"COMPLETE", "CLOSED"}
NOT_OURS = {"CANCELED"}
LOT = f"https://id.gs1.org/01/{YOGHURT}/10/L1"
Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class Sale:
    number: str
    status: str
    ordered: datetime
    shipped: datetime
    scheduled: int
    quantity: int

    @property
    def due(self) -> date:
        return self.ordered.date() + timedelta(days=self.scheduled)

    @property
    def in_time(self) -> bool:
        return self.shipped.date() <= self.due


def sales(shared: Path) -> list[Sale]:
    with gzip.open(shared / "data" / "real" / "dataco_orders_sample.csv.gz", "rt", encoding="utf-8") as file:
        found = []
        for n, row in enumerate(csv.DictReader(file)):
            begun, went = (
                datetime.strptime(row[f"{name} date (DateOrders)"], "%m/%d/%Y %H:%M").replace(tzinfo=ZONE)
                for name in ("order", "shipping")
            )
            scheduled, quantity = int(row["Days for shipment (scheduled)"]), 1 + n % 5  # the file names no quantity
            found.append(Sale(f"R{n}", row["Order Status"], begun, went, scheduled, quantity))
        return found[:MOST]


def bring(rows: list[Sale]) -> None:
    """The orders as rows, their goods as events."""
    shop, item = Partner.objects.get(code="SHOP"), Item.objects.get(code="YOG")
    with governed():
        Order.objects.bulk_create(
            Order(kind="sales", number=one.number, key=one.number, uri=paper("po", one.number), partner=shop,
                  warehouse_id="main", ordered=one.ordered.date(), delivery=one.due, version=1,
                  state="cancelled" if one.status in NOT_OURS else "open")
            for one in rows
        )  # fmt: skip
        orders = dict(Order.objects.values_list("number", "pk"))
        OrderLine.objects.bulk_create(
            OrderLine(order_id=orders[one.number], number=1, item=item, quantity=one.quantity * 10**6, unit="EA",
                      base=one.quantity * 10**6, version=1)
            for one in rows
        )  # fmt: skip
    first = min(one.ordered for one in rows)
    send([event("receiving", "in_progress", first, 100_000, bizLocation=place("IN"), sourceList=[])])
    send([shipping(one) for one in rows if one.status in SHIPPED])
    send([signing(one) for one in rows if one.status in SIGNED])


def paper(kind: str, number: str) -> str:
    return f"https://trace.example/{kind}/{number}"


def place(code: str) -> dict[str, str]:
    return {"id": f"https://id.gs1.org/414/{MAIN_GLN}/254/{code}"}


def event(step: str, disposition: str, at: datetime, quantity: int, **more: object) -> Body:
    return {
        "type": "ObjectEvent", "action": "OBSERVE", "eventTime": at.isoformat(), "eventTimeZoneOffset": "+08:00",
        "bizStep": step, "disposition": disposition,
        "quantityList": [{"epcClass": LOT, "quantity": quantity, "uom": "EA"}], **more,
    }  # fmt: skip


def to_shop() -> list[dict[str, str]]:
    return [{"type": "owning_party", "destination": party_uri(SHOP_GLN)}]


def documents(one: Sale, *kinds: str) -> list[dict[str, str]]:
    return [{"type": kind, "bizTransaction": paper(kind, one.number)} for kind in kinds]


def shipping(one: Sale) -> Body:
    return event(
        "shipping", "in_transit", one.shipped - timedelta(seconds=1), one.quantity, readPoint=place("IN"),
        destinationList=to_shop(), bizTransactionList=documents(one, "po", "desadv"),
    )  # fmt: skip


def signing(one: Sale) -> Body:
    return event(
        "accepting", "in_progress", one.shipped, one.quantity, destinationList=to_shop(),
        readPoint={"id": f"https://id.gs1.org/414/{SHOP_GLN}"}, bizTransactionList=documents(one, "desadv"),
    )  # fmt: skip


@pytest.mark.usefixtures("db")
def test_the_shares_are_what_the_file_says(shared: Path) -> None:
    build_dairy()
    rows = sales(shared)
    bring(rows)
    last = max(max(one.due, one.shipped.date()) for one in rows) + timedelta(days=1)
    now = datetime(last.year, last.month, last.day, 12, tzinfo=ZONE)
    orders = due_orders(["main"], min(one.due for one in rows), last)
    found = level(one.served for one in served(orders, now))
    counted = [one for one in rows if one.status not in NOT_OURS]
    in_time = [one for one in counted if one.status in SHIPPED and one.in_time]
    kept = [one for one in in_time if one.status in SIGNED]
    assert len(rows) == MOST
    assert (found.orders, found.full_orders) == (len(counted), len(in_time))
    assert (found.kept, found.unsigned) == (len(kept), len(in_time) - len(kept))
    assert found.missed == len(counted) - len(in_time)
    assert found.share == Decimal(len(in_time))
    assert 0.2 < (found.order_fill or 0) < 0.8
