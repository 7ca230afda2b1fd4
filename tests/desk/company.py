"""A small dairy that has worked for two weeks, told through commands: what the pages are tried on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from unittest.mock import patch
from uuid import UUID

from suyuan.accounts.rules import SYSTEM
from suyuan.accounts.writes import At, do_add_site, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem, NewPack, NewPartner, NewPlace
from suyuan.catalog.writes import do_add_category, do_add_items, do_add_partners, do_add_places, do_add_warehouse
from suyuan.governance.context import Context
from suyuan.governance.kernel import Result, execute
from suyuan.gs1.identifiers import lot_uri
from suyuan.gs1.keys import check_digit
from suyuan.operations.inbound.receive import ReceiptLine, Receive
from suyuan.operations.lines import Line
from suyuan.operations.outbound.ship import Ship
from suyuan.operations.production.produce import Output, Produce
from suyuan.operations.quality.inspect import Inspect, Verdict

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)  # 10:30 in Hohhot
TODAY = date(2026, 11, 21)
PLANT, EAST = "6901234000009", "6901234000016"
YOGHURT, CASE, MILK, CUP = "06901234000108", "16901234000105", "06901234000207", "06901234000306"
LOT = "HH261114A01"
LOT_URI = lot_uri(YOGHURT, LOT)
CUSTOMERS = 18
PASSWORD = "grass-2-milk"
NAMES = ("东街超市", "西街超市", "南门超市", "北门超市", "河畔超市", "桥头超市", "广场超市", "车站超市", "湖滨超市")
CITIES = (("北京", "Beijing"), ("太原", "Taiyuan"))


def gln(number: int) -> str:
    digits = f"690888{number:06d}"
    return digits + check_digit(digits)


def build_names() -> None:
    do_add_site(code="hohhot", name_zh="呼和浩特", name_en="Hohhot", time_zone="Asia/Shanghai")
    do_add_warehouse(
        code="plant", name_zh="呼市工厂仓", name_en="Hohhot plant", gln=PLANT, site="hohhot", lot_token="HH",
        sscc_prefix="69012340",
    )  # fmt: skip
    do_add_warehouse(
        code="east", name_zh="华东分仓", name_en="East hub", gln=EAST, site="hohhot", lot_token="ED",
        sscc_prefix="69012341",
    )  # fmt: skip
    for warehouse in ("plant", "east"):
        do_add_places(
            warehouse=warehouse,
            places=[
                NewPlace(code="IN", kind="dock", purpose="receiving", name_zh="收货口", name_en="Receiving dock"),
                NewPlace(code="OUT", kind="dock", purpose="staging", name_zh="发货口", name_en="Dispatch dock"),
                NewPlace(
                    code="LINE-2", kind="line", purpose="production", name_zh="灌装二线", name_en="Filling line 2"
                ),
                NewPlace(code="C-01-03", purpose="storage", name_zh="冷库 C-01-03", name_en="Cold store C-01-03"),
            ],
        )
    do_add_category(code="dairy", name_zh="乳品", name_en="Dairy", lot_template="{site}{date:%y%m%d}{shift}{seq:02}")
    do_add_items(
        items=[
            NewItem(
                code="YOG-150", name_zh="原味酸奶 150 g", name_en="Plain yoghurt 150 g", base_unit="C62", gtin=YOGHURT,
                category="dairy", shelf_life_days=28, packs=[NewPack(gtin=CASE, numerator=12, level="case")],
            ),
            NewItem(code="MILK", name_zh="生牛乳", name_en="Raw milk", base_unit="KGM", gtin=MILK, shelf_life_days=3),
            NewItem(code="CUP-150", name_zh="塑杯 150 mL", name_en="Cup 150 mL", base_unit="C62", gtin=CUP),
            NewItem(code="CULT", name_zh="发酵菌种", name_en="Starter culture", base_unit="GRM", shelf_life_days=90),
            NewItem(code="WHEY", name_zh="乳清", name_en="Whey", base_unit="KGM", category="dairy", shelf_life_days=5),
        ]
    )  # fmt: skip
    do_add_partners(
        partners=[
            NewPartner(code="FARM-1", name_zh="敕勒川牧场", name_en="Chilechuan Farm", gln=gln(1), roles=["supplier"]),
            NewPartner(code="FARM-2", name_zh="大青山牧场", name_en="Daqingshan Farm", gln=gln(2), roles=["supplier"]),
            NewPartner(code="PACK", name_zh="青城包装", name_en="Qingcheng Packaging", gln=gln(3), roles=["supplier"]),
            *(_customer(n) for n in range(CUSTOMERS)),
        ]
    )


def _customer(n: int) -> NewPartner:
    zh, en = CITIES[n % 2]
    name = NAMES[n // 2]
    return NewPartner(
        code=f"C{n:03}", name_zh=f"{name}{zh}店", name_en=f"Store {n + 1} {en}", gln=gln(100 + n), roles=["customer"]
    )


def build_people() -> None:
    do_add_user(username="keeper", name="王芳", password=PASSWORD, grants=[At("keeper")])
    do_add_user(username="inspector", name="李静", password=PASSWORD, grants=[At("inspector")])
    do_add_user(username="eastkeeper", name="陈晨", password=PASSWORD, grants=[At("keeper", "east")])
    do_add_user(username="office", name="赵敏", password=PASSWORD, grants=[At("admin"), At("buyer")])
    do_add_user(username="admin", name="管理员", password=PASSWORD, grants=[At("admin")])


class Work:
    """Runs commands, each at its time."""

    def __init__(self) -> None:
        self.number = 0

    def do(self, at: datetime, command: object) -> Result:
        self.number += 1
        return execute(Context(actor=SYSTEM, request_id=UUID(int=self.number), now=at), command)


def build_history() -> None:
    """Milk of two farms and cups become two lots of yoghurt; one is with customers, one waits for its inspection."""
    work = Work()
    day = NOW - timedelta(days=7)
    dairy = (("FARM-1", "MILK", "RM-1101", "2400"), ("FARM-2", "MILK", "RM-2207", "1800.5"))
    bought = (("PACK", "CUP-150", "P-8831", "40000"), ("PACK", "CULT", "K-17", "900"))
    for n, (supplier, item, lot, amount) in enumerate((*dairy, *bought)):
        expiry = date(2026, 11, 17) if item == "MILK" else date(2027, 2, 1) if item == "CULT" else None
        line = ReceiptLine(item=item, lot=lot, quantity=amount, expiry=expiry)
        at = day - timedelta(hours=5 - n)
        work.do(at, Receive(warehouse="plant", supplier=supplier, lines=(line,), po=f"PO-26-{110 + n}"))
        verdict = Verdict(item=item, lot=lot, verdict="pass")
        work.do(at + timedelta(minutes=30), Inspect(warehouse="plant", lines=(verdict,)))
    _make(work, day, "2200", "12480")
    _make(work, NOW - timedelta(hours=2), None, "3000")
    work.do(day + timedelta(hours=8), Inspect(warehouse="plant", lines=(Verdict(uri=LOT_URI, verdict="pass"),)))
    for n in range(CUSTOMERS):
        load = Line(item="YOG-150", lot=LOT, quantity=480 + 12 * n)
        at = day + timedelta(days=1 + n // 4, hours=n % 4)
        work.do(at, Ship(warehouse="plant", customer=f"C{n:03}", lines=(load,), po=f"SO-26-{500 + n}"))


def _make(work: Work, at: datetime, milk: str | None, cups: str) -> None:
    inputs = [Line(item="CUP-150", lot="P-8831", quantity=cups), Line(item="CULT", lot="K-17", quantity="120")]
    if milk:
        inputs += [Line(item="MILK", lot="RM-1101", quantity=milk), Line(item="MILK", lot="RM-2207", quantity="310.5")]
    outputs = [Output(item="YOG-150", quantity=cups)]
    outputs += [Output(item="WHEY", quantity="180", by_product=True)] if milk else []
    work.do(at, Produce(warehouse="plant", inputs=tuple(inputs), outputs=tuple(outputs), line="2"))


def build() -> None:
    with governed():
        build_names()
    build_people()
    build_history()


@contextmanager
def clock(now: datetime = NOW, *, ticks: bool = False) -> Iterator[None]:
    """The desk reads the clock in one place; there it stands still, or goes on by a millisecond each time, so that what
    is done later happened later, as it always does for machines. The clock of codes stands: each lives half a minute.
    """
    passed = count()

    def next_tick() -> datetime:
        return now + timedelta(milliseconds=next(passed))

    with (
        patch("suyuan.desk.access.current_time", next_tick if ticks else lambda: now),
        patch("suyuan.api.access.timezone", SimpleNamespace(now=next_tick)),
        patch("allauth.mfa.totp.internal.auth.time", SimpleNamespace(time=now.timestamp)),
    ):
        yield
