"""Order lines replayed: every piece explained, every row accounted for, and broken-off work taken up again."""

import csv
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from suyuan.capture.guard import governed
from suyuan.capture.replay import differences
from suyuan.catalog.drafts import NewItem, NewPartner
from suyuan.catalog.models import Item, Partner, SupplierItem
from suyuan.catalog.rules import code_key
from suyuan.catalog.writes import bump, do_add_items, do_add_partners
from suyuan.connectors.orders import importing
from suyuan.connectors.orders.events import event_for
from suyuan.connectors.orders.lines import is_goods
from suyuan.ledger.models import Record
from suyuan.orders.notices import expected
from suyuan.stock.models import Balance
from tests.cli.conftest import Suyuan, warehouses
from tests.ledgers.story import unexplained
from tests.plugins.engines import Templates

pytestmark = pytest.mark.usefixtures("ledger")

Ledger = Callable[[], AbstractContextManager[object]]
HEADING = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]


def sample(size: int, seed: int = 7) -> Iterator[list[str]]:
    """Rows as a shop has them, dirt and all."""
    chance = random.Random(seed)
    at = datetime(2010, 12, 1, 8)  # noqa: DTZ001  # local, as such files are
    invoice, customer = 536365, ""
    rows: list[list[str]] = []
    for n in range(size):
        if n % 17 == 0:
            invoice, at = invoice + 1, at + timedelta(minutes=chance.randint(1, 400))
            customer = "" if chance.random() < 0.2 else f"{chance.randint(12000, 12060)}.0"
        back = chance.random() < 0.02
        code = f"{chance.randint(10000, 10200)}{chance.choice(['', 'A', 'a'])}"
        if chance.random() < 0.02:
            code = chance.choice(["POST", "M", "BANK CHARGES"])
        number = f"C{invoice}" if back else str(invoice)
        quantity = -chance.randint(1, 5) if back or chance.random() < 0.01 else chance.randint(1, 48)
        row = [number, code, f"THING {code}", str(quantity), str(at), "1.25", customer, "France"]
        rows.append(chance.choice(rows) if rows and chance.random() < 0.01 else row)
    yield HEADING
    yield from rows


@pytest.fixture
def ledger_of_its_own(templates: Templates) -> Ledger:
    """Another empty ledger beside the one of the test."""
    return lambda: templates.database("sqlite", warehouses)


@pytest.fixture
def orders(tmp_path: Path) -> str:
    path = tmp_path / "connectors.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(sample(3000))
    return str(path)


def state() -> tuple[set[tuple[object, ...]], set[bytes]]:
    columns = ("log", "subject", "holder", "owner", "receipt", "status", "quantity")
    records = Record.objects.filter(kind="epcis").values_list("id", flat=True)
    return set(Balance.objects.values_list(*columns)), {bytes(key) for key in records}


def rows_of(path: str | Path, encoding: str = "utf-8") -> list[list[str]]:
    with Path(path).open(encoding=encoding, newline="") as file:
        return list(csv.reader(file))


def test_it_works(suyuan: Suyuan, orders: str) -> None:
    done = suyuan("import", "orders", orders, "--warehouse", "a", "--json")
    assert (done.code, done.err) == (0, "")
    report = done.json
    assert report["rows"] == 3000
    assert report["lines"]["shipped"] + report["lines"]["returned"] + report["refused_rows"] == 3000
    assert set(report["refused"]) == {"connectors.duplicate", "connectors.no_goods", "connectors.adjustment"}
    assert report["items_respelt"] > 0
    assert report["lines"]["no_customer"] > 0
    assert report["events"]["recorded"] == sum(report["movements"].values())
    assert (unexplained(), differences()) == (0, [])
    assert not Balance.objects.filter(quantity__lt=0).exists()


def test_an_invoice_is_traced_in_both_directions(suyuan: Suyuan, orders: str) -> None:
    suyuan("import", "orders", orders, "--warehouse", "a")
    sold = {row[0]: row[6].removesuffix(".0") for row in rows_of(orders)[1:] if row[6] and row[0].isdigit()}
    invoice, customer = min(sold.items())
    answer = suyuan("trace", invoice, "--json").json
    assert answer["events"]
    parties = {(party["role"], party["party"].rsplit("/", 1)[-1]) for party in answer["parties"]}
    assert {("supplier", "ORDERS-SUPPLIER"), ("customer", customer)} <= parties


def test_again_records_nothing(suyuan: Suyuan, orders: str) -> None:
    first = suyuan("import", "orders", orders, "--warehouse", "a", "--json").json["events"]
    before = state()
    again = suyuan("import", "orders", orders, "--warehouse", "a", "--json").json["events"]
    assert again["recorded"] == 0
    assert 0 < again["repeated"] < first["recorded"]  # no receipts are made up for what is recorded
    assert state() == before


def test_broken_off_and_begun_again(
    suyuan: Suyuan,
    orders: str,
    monkeypatch: pytest.MonkeyPatch,
    ledger_of_its_own: Callable[[], AbstractContextManager[object]],
) -> None:
    monkeypatch.setattr(importing, "BATCH", 20)
    calls: list[object] = []

    def interrupted(*args: object) -> object:
        calls.append(args)
        if len(calls) == 107:
            raise KeyboardInterrupt
        return event_for(*args)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(importing, "event_for", interrupted)
    broken = suyuan("import", "orders", orders, "--warehouse", "a")
    assert broken.code == 130
    assert "the same command goes on from there" in broken.err
    assert 0 < Record.objects.filter(kind="epcis").count() < 107
    monkeypatch.setattr(importing, "event_for", event_for)
    assert suyuan("import", "orders", orders, "--warehouse", "a").code == 0
    assert (differences(), unexplained()) == ([], 0)
    resumed = state()
    with ledger_of_its_own():
        suyuan("import", "orders", orders, "--warehouse", "a")
        assert state() == resumed


def test_the_refused_rows_can_be_kept(suyuan: Suyuan, orders: str, tmp_path: Path) -> None:
    target = tmp_path / "refused.csv"
    done = suyuan("import", "orders", orders, "--warehouse", "a", "--refused", str(target), lang="zh-hans")
    assert done.code == 0
    rows, whole = rows_of(target, "utf-8-sig"), rows_of(orders)
    assert rows
    for row in rows:
        assert row[3:] == whole[int(row[0]) - 1]
    assert "邮费" in done.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"a,b\n1,2\n", "has no column"),
        (b"", "has no column"),
        (",".join(HEADING).encode() + b"\n1,2,caf\xe9,3,4,5,6,7\n", "is not valid utf-8"),
        (",".join(HEADING).encode() + b'\n1,"2' + b"x" * 200_000, "not readable as CSV"),
        (b"\x1f\x8bnothing", "packed"),
    ],
)
def test_files_that_are_none(suyuan: Suyuan, tmp_path: Path, text: bytes, said: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(text)
    done = suyuan("import", "orders", str(path), "--warehouse", "a")
    assert done.code == 2
    assert said in done.err
    assert not Record.objects.filter(kind="epcis").exists()


def test_which_warehouse(suyuan: Suyuan, orders: str) -> None:
    assert "say with --warehouse" in suyuan("import", "orders", orders).err
    assert "no warehouse c" in suyuan("import", "orders", orders, "--warehouse", "c").err


def test_a_file_that_has_grown(suyuan: Suyuan, tmp_path: Path) -> None:
    path = tmp_path / "grown.csv"
    rows = list(sample(2000))
    for size in (1 + 17 * 40, 1 + 17 * 80):  # whole invoices, in the middle of a week
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(rows[:size])
        assert suyuan("import", "orders", str(path), "--warehouse", "a").code == 0
    assert (differences(), unexplained()) == ([], 0)
    there = sum(Balance.objects.filter(kind="place").values_list("quantity", flat=True))
    credits = {tuple(row) for row in rows_of(path) if row[0].startswith("C") and is_goods(row[1])}
    assert there == -1_000_000 * sum(int(row[3]) for row in credits)  # every receipt was as much as was sold


def test_an_invoice_that_has_changed(suyuan: Suyuan, tmp_path: Path) -> None:
    path = tmp_path / "changed.csv"
    rows = list(sample(100))
    for size in (95, 101):  # the last invoice is cut in two
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(rows[:size])
        done = suyuan("import", "orders", str(path), "--warehouse", "a")
    assert done.code == 2
    assert "other contents" in done.err
    assert differences() == []


def test_messages_become_orders(suyuan: Suyuan, tmp_path: Path) -> None:
    """The right ones are written once; of the others each fault is said, and the exit code is 2."""
    with governed():
        do_add_items(items=[NewItem(code="YOG", base_unit="EA")])
        do_add_partners(partners=[NewPartner(code="SHOP", roles=["customer"])])
    body = "UNH+1+ORDERS:D:96A:UN'BGM+220+9+9'NAD+BY+SHOP::92'LIN+1'PIA+5+YOG:SA'QTY+21:5'UNS+S'UNT+8+1'"
    path = tmp_path / "orders.edi"
    path.write_text(body)
    first, again = (suyuan("import", "edifact", str(path), "--warehouse", "a") for _time in range(2))
    assert (first.code, first.out, again.out) == (
        0, "Order SHOP-9 is written.\n", "Order SHOP-9 was there already.\n",
    )  # fmt: skip
    path.write_text(body.replace("QTY+21:5", "QTY+21:x"))
    wrong = suyuan("import", "edifact", str(path), "--warehouse", "a")
    assert wrong.code == 2
    assert "Segment 6 (QTY)" in wrong.err


def test_despatch_advices_become_notices(suyuan: Suyuan, tmp_path: Path) -> None:
    """A supplier's own number of the item is enough; sent twice it is one."""
    with governed():
        do_add_items(items=[NewItem(code="YOG", base_unit="EA")])
        do_add_partners(partners=[NewPartner(code="FARM", roles=["supplier"])])
        partner, item = Partner.objects.get(code="FARM"), Item.objects.get(code="YOG")
        SupplierItem.objects.create(partner=partner, item=item, code="J-9", key=code_key("J-9"), version=bump())
    rows = (
        "UNH+1+DESADV:D:96A:UN", "BGM+351+LS-1+9", "DTM+11:202611200830:203", "NAD+SU+FARM::91", "CPS+1", "LIN+1",
        "PIA+5+J-9:SA", "QTY+12:5", "GIN+BX+L1", "UNT+10+1",
    )  # fmt: skip
    path = tmp_path / "advice.edi"
    path.write_text("'".join([*rows, ""]))
    first, again = (suyuan("import", "edifact", str(path), "--warehouse", "a") for _time in range(2))
    assert (first.code, first.out, again.out) == (
        0, "Despatch advice LS-1 is announced.\n", "Despatch advice LS-1 was there already.\n",
    )  # fmt: skip
    (notice,) = expected("a")
    assert [(one.item_code, one.lot, one.quantity) for one in notice.lines] == [("YOG", "L1", Decimal(5))]
    for function, said in (("5", "replaced"), ("1", "cancelled")):
        path.write_text("'".join([*rows, ""]).replace("+9'DTM", f"+{function}'DTM"))
        done = suyuan("import", "edifact", str(path), "--warehouse", "a")
        assert (done.code, done.out) == (0, f"Despatch advice LS-1 is {said}.\n")
    path.write_text("'".join([*rows, ""]).replace("+9'DTM", "+7'DTM"))
    wrong = suyuan("import", "edifact", str(path), "--warehouse", "a")
    assert wrong.code == 2
    assert "LS-1: Segment 2 (BGM)" in wrong.err
