"""Ten thousand real orders as a carrier's reports: each status is mapped or named as none of a carrier's, and the share
that came in time is what a plain count of the file says."""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from suyuan.capture.guard import governed
from suyuan.catalog.models import Partner
from suyuan.connectors.carriers.rest import Rest
from suyuan.delivery.kinds import Step
from suyuan.delivery.models import CarrierAccount, Consignment
from suyuan.delivery.port import Account, Call, Told
from suyuan.delivery.queries import punctuality_of
from suyuan.delivery.rules import is_late, standing
from suyuan.ledger.keys import micros
from tests.delivery.servers import MAPPING, standard_headers
from tests.operations.dairy import build_dairy

pytestmark = pytest.mark.shared
KEY = "whsec_plJ3nmyCDGBKInavdOK15jsl"
ZONE = ZoneInfo("Asia/Shanghai")
STATUSES = {
    "COMPLETE": Step.DELIVERED, "CLOSED": Step.DELIVERED, "PROCESSING": Step.IN_TRANSIT, "ON_HOLD": Step.EXCEPTION,
    "CANCELED": Step.RETURNED,
}  # fmt: skip
# What a shop says of money, and no carrier of goods.
NOT_A_CARRIERS = {"PENDING", "PENDING_PAYMENT", "PAYMENT_REVIEW", "SUSPECTED_FRAUD"}


@dataclass(frozen=True, slots=True)
class Order:
    status: str
    ordered: datetime
    shipped: datetime
    scheduled: int

    @property
    def wanted(self) -> date:
        return self.ordered.date() + timedelta(days=self.scheduled)


def orders(shared: Path) -> Iterator[Order]:
    with gzip.open(shared / "data" / "real" / "dataco_orders_sample.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            begin, end = (
                datetime.strptime(row[f"{name} date (DateOrders)"], "%m/%d/%Y %H:%M").replace(tzinfo=ZONE)
                for name in ("order", "shipping")
            )
            yield Order(row["Order Status"], begin, end, int(row["Days for shipment (scheduled)"]))


def heard(rows: list[Order]) -> list[Told]:
    """The orders told by a signed call, read as any carrier's reports are."""
    mapping = {**MAPPING, "statuses": {word: step.value for word, step in STATUSES.items()}}
    events = [{"time": one.shipped.strftime("%Y-%m-%d %H:%M:%S"), "status": one.status} for one in rows]
    body = json.dumps({"no": "ALL", "events": events}).encode()
    now = datetime(2026, 11, 23, tzinfo=UTC)
    account = Account(code="DC", address="https://x.example", mapping=json.dumps(mapping), secrets={"webhook_key": KEY})
    headers = standard_headers(KEY, "msg_1", int(now.timestamp()), body)
    return list(Rest(account).parse_webhook(Call(headers, body, now)).told)


def test_every_status_is_mapped_or_named(shared: Path) -> None:
    rows = list(orders(shared))
    told = heard(rows)
    assert len(told) == len(rows) == 10_000
    assert {one.code for one in told if not one.step} == NOT_A_CARRIERS
    plain = Counter(STATUSES[row.status].value for row in rows if row.status in STATUSES)
    assert Counter(one.step for one in told if one.step) == plain
    assert all(one.at == row.shipped for one, row in zip(told, rows, strict=True))


@pytest.mark.usefixtures("db")
def test_the_share_in_time_is_what_the_file_says(shared: Path) -> None:
    rows = list(orders(shared))
    build_dairy()
    with governed():
        partner = Partner.objects.get(code="SHOP")
        account = CarrierAccount.objects.create(key="DC", code="DC", partner=partner, adapter="manual")
        Consignment.objects.bulk_create(
            consignment(n, row, one, account) for n, (row, one) in enumerate(zip(rows, heard(rows), strict=True))
        )
    found = punctuality_of("main", datetime(2010, 1, 1, tzinfo=UTC), ZONE)
    arrived = in_time = 0
    for row in rows:  # the plain count
        if row.status in ("COMPLETE", "CLOSED"):
            arrived += 1
            in_time += (row.shipped.date() - row.ordered.date()).days <= row.scheduled
    assert (found.arrived, found.in_time) == (arrived, in_time)
    assert 0.2 < (found.share or 0) < 0.8
    today = max(row.wanted for row in rows) + timedelta(days=1)
    late = sum(is_late(one.promised, None, one.step, today) for one in Consignment.objects.all())
    assert late == sum(row.status not in ("COMPLETE", "CLOSED", "CANCELED") for row in rows)


def consignment(n: int, row: Order, one: Told, account: CarrierAccount) -> Consignment:
    now = standing([(micros(one.at), one.step)])
    return Consignment(
        id=UUID(int=n + 1), log="main", document=f"https://x.example/{n}", number=str(n), customer="x", account=account,
        reference=str(n), state="booked", promised=row.wanted, made=micros(row.ordered), booked=micros(row.ordered),
        step=now.step, at=now.at,
    )  # fmt: skip
