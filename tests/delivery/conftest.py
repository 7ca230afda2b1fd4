"""The dairy of tests/operations with a shipment under way, and carriers on this machine to be asked."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from pytest_django import Settings

from suyuan.catalog.register import Row
from suyuan.delivery.commands import KeepCarrierSecret
from suyuan.delivery.models import Consignment
from suyuan.delivery.registers import PutCarrierAccounts
from suyuan.delivery.sending import work_next
from suyuan.governance.master import PutPartners
from suyuan.governance.params import Secret
from suyuan.operations.commands import BookCarrier, Ship
from tests.delivery.servers import MAPPING, KuaidiServer, RestServer, SfServer
from tests.insight.servers import serving
from tests.operations.dairy import ADMIN, BOTH, KEEPER, Desk, build_dairy, stocked
from tests.operations.test_ship import some

WEBHOOK_KEY = "whsec_plJ3nmyCDGBKInavdOK15jsl"
Put = Callable[..., None]


@pytest.fixture
def desk(db: None, settings: Settings) -> Desk:
    build_dairy()
    settings.SUYUAN = replace(settings.SUYUAN, webhook_hosts=("127.0.0.1",))
    desk = Desk()
    rows = (
        Row({"code": "FAST", "name_en": "Fast Lorries", "roles": ("carrier",)}),
        Row({"code": "SHOP", "address": "1 Market Street", "city": "杭州", "region": "浙江", "phone": "0571-1"}),
    )
    desk.run(PutPartners(rows=rows), approver=BOTH)
    return desk


@pytest.fixture
def rest(desk: Desk) -> Iterator[RestServer]:
    with_server = RestServer()
    account(desk, "REST", "rest", address=with_server.url, mapping=json.dumps(MAPPING))
    keys(desk, "REST", key=RestServer.key, webhook_key=WEBHOOK_KEY)
    with serving(with_server):
        yield with_server


@pytest.fixture
def sf(desk: Desk) -> Iterator[SfServer]:
    with_server = SfServer()
    account(
        desk, "SF", "sf", address=f"{with_server.url}/std/service", customer=SfServer.partner, pays="7551234567",
        sender_name="Dairy", sender_address="1 Farm Road", services="1 Express\n2 Standard",
    )  # fmt: skip
    keys(desk, "SF", check_word=SfServer.check_word)
    with serving(with_server):
        yield with_server


@pytest.fixture
def kuaidi(desk: Desk) -> Iterator[KuaidiServer]:
    with_server = KuaidiServer()
    account(
        desk, "K100", "kuaidi100", address=with_server.url, customer=KuaidiServer.customer, services="yunda Yunda"
    )  # fmt: skip
    keys(desk, "K100", key=KuaidiServer.key, salt="s4lt")
    with serving(with_server):
        yield with_server


def account(desk: Desk, code: str, adapter: str, **more: str) -> None:
    values: dict[str, str] = {"code": code, "name_en": code, "partner": "FAST", "adapter": adapter, **more}
    desk.run(PutCarrierAccounts(rows=(Row(dict(values)),)), ADMIN)


def keys(desk: Desk, code: str, **secrets: str) -> None:
    for name, value in secrets.items():
        desk.run(KeepCarrierSecret(account=code, name=name, value=Secret(value)), ADMIN)


def shipped(desk: Desk, lot: str = "L1", customer: str = "SHOP") -> str:
    """The number of a shipment of 10 that is under way."""
    stocked(desk, lot)
    ship = Ship(warehouse="main", customer=customer, lines=(some(10, lot),))
    return str(desk.run(ship, KEEPER).value["desadv"])


def booked(desk: Desk, account: str, **more: object) -> Consignment:
    """A consignment that the worker has not looked at."""
    number = more.pop("desadv", None) or shipped(desk)
    done = desk.run(BookCarrier(warehouse="main", desadv=str(number), account=account, **more), KEEPER)  # type: ignore[arg-type]  # of the test
    return Consignment.objects.get(pk=done.value["consignment"])


def work(now: datetime, holder: str = "w1") -> int:
    """Let a worker do all that is due; how much it was."""
    count = 0
    while work_next(holder, lambda: now):
        count += 1
    return count
