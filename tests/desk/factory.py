"""The company of `company.py` with bills, work orders, a tank, something to assemble, and somebody who makes goods."""

from datetime import date, timedelta
from decimal import Decimal

from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem, NewPlace
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.catalog.writes import do_add_items, do_add_places
from suyuan.operations.commands import Assemble, Clean, FillTank, Inspect, Line, Move, ReceiptLine, Receive, Verdict
from suyuan.production import commands as producing
from tests.desk import company

WORK, LINE, TANK = "WO-1121", "LINE-2", "https://id.gs1.org/8004/6901234MT1"
NUMBERS: list[str] = ["RM-3301", "RM-3302", "RM-3303"]


def put(work: company.Work, register: str, *rows: dict[str, Value]) -> None:
    work.do(company.NOW - timedelta(hours=3), producing.PUTS[register](rows=tuple(Row(row) for row in rows)))


def build() -> None:
    company.build()
    do_add_user(username="maker", name="周建国", password=company.PASSWORD, grants=[At("production")])
    told = company.Work()
    told.number = 20_000
    names(told)
    material(told)


def names(told: company.Work) -> None:
    with governed():
        do_add_places(
            warehouse="plant",
            places=[
                NewPlace(code="TANKS", purpose="storage", name_zh="罐区", name_en="Tank farm"),
                NewPlace(code="QA", purpose="quarantine", name_zh="待检区", name_en="Quarantine"),
            ],
        )
        do_add_items(
            items=[
                NewItem(code="FILLER", name_zh="灌装机", name_en="Filling machine", base_unit="C62", tracking="serial"),
                NewItem(code="PUMP", name_zh="转子泵", name_en="Lobe pump", base_unit="C62", tracking="serial"),
            ]
        )
    put(
        told, "boms",
        {"item": "YOG-150", "bom": "1", "quantity": Decimal(1000), "warehouse": "plant", "line": LINE,
         "least": Decimal(95), "most": Decimal(103)},
    )  # fmt: skip
    of: dict[str, Value] = {"item": "YOG-150", "bom": "1"}
    put(
        told, "bom_lines",
        {**of, "line": 1, "part": "MILK", "quantity": Decimal(160), "scrap": Decimal(2)},
        {**of, "line": 2, "part": "CUP-150", "quantity": Decimal(1000), "scrap": Decimal(1), "backflush": True},
        {**of, "line": 3, "part": "CULT", "quantity": Decimal(20), "backflush": True},
        {**of, "line": 4, "part": "WHEY", "quantity": Decimal(12), "role": "by_product"},
    )  # fmt: skip
    job: dict[str, Value] = {"item": "YOG-150", "bom": "1", "warehouse": "plant", "line": LINE, "shift": "A"}
    put(
        told, "work_orders",
        {**job, "number": WORK, "quantity": Decimal(3000), "due": date(2026, 11, 21)},
        {**job, "number": "WO-1120", "quantity": Decimal(6000), "due": date(2026, 11, 20), "shift": "B"},
    )  # fmt: skip
    put(
        told, "tanks",
        {"code": "MT-1", "giai": "6901234MT1", "name_zh": "生乳罐一号", "name_en": "Raw milk tank 1",
         "warehouse": "plant", "place": "TANKS", "item": "MILK", "capacity": Decimal(10_000), "hours": 24},
    )  # fmt: skip


def material(told: company.Work) -> None:
    """Milk of three lots; cups and culture at the line; a filling machine of two pumps, and one more."""
    at = company.NOW - timedelta(hours=2, minutes=30)
    lines = tuple(
        ReceiptLine(item="MILK", lot=lot, quantity=Decimal(800), expiry=date(2026, 11, 23)) for lot in NUMBERS
    )
    pumps = ReceiptLine(item="PUMP", serials=("LP-7", "LP-8", "LP-9"))
    told.do(at, Receive(warehouse="plant", supplier="FARM-1", lines=lines))
    told.do(at, Receive(warehouse="plant", supplier="PACK", lines=(pumps,)))
    passed = (*(Verdict(item="MILK", lot=lot, verdict="pass") for lot in NUMBERS),
              Verdict(item="PUMP", serials=pumps.serials, verdict="pass"))  # fmt: skip
    told.do(at + timedelta(minutes=5), Inspect(warehouse="plant", lines=passed))
    to_line = (
        Line(item="CUP-150", lot="P-8831", quantity=8000), Line(item="CULT", lot="K-17", quantity=200),
        Line(item="PUMP", serials=pumps.serials), Line(item="MILK", lot="RM-3301", quantity=300),
    )  # fmt: skip
    told.do(at + timedelta(minutes=10), Move(warehouse="plant", lines=to_line, to=LINE))
    told.do(at + timedelta(minutes=12), Clean(warehouse="plant", tank=TANK, testres="CIP-1121"))
    fill = FillTank(warehouse="plant", tank="MT-1", lines=(Line(item="MILK", lot="RM-3302", quantity=500),))
    told.do(at + timedelta(minutes=15), fill)
    machine = Line(item="FILLER", serials=("F-100",))
    parts = (Line(item="PUMP", serials=("LP-7",)), Line(item="PUMP", serials=("LP-8",)))
    told.do(at + timedelta(minutes=20), Assemble(warehouse="plant", product=machine, parts=parts))
