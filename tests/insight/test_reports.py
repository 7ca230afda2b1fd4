"""What the ledgers of the law say of a small story, on both engines."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from suyuan.accounts.rules import SYSTEM
from suyuan.catalog.directory import directory
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row as Put
from suyuan.governance.master import PutAttributes, PutCertificates, PutItems, PutPartners
from suyuan.insight.reports import running
from suyuan.insight.reports.asking import read
from suyuan.insight.reports.catalogue import REPORTS
from suyuan.insight.reports.declared import Asked, Cell, Linked, Named, Unit, Word
from suyuan.insight.reports.running import answers, in_pieces, pieces, run
from suyuan.ledger.bulk import one_state
from suyuan.operations.commands import Inspect, Line, Pack, PutAway, ReceiptLine, Receive, Ship, Verdict, VoidShipment
from suyuan.orders.commands import PUTS
from tests.operations.dairy import BOTH, INSPECTOR, SECOND, Desk, build_dairy, stocked

AGAIN = frozenset({"operations.lot_received"})


def plain(cell: Cell) -> object:
    match cell:
        case Word(text=text, params=params):
            return text.format(**params)
        case Linked(value=value):
            return plain(value)
        case Named(uri=uri) | Unit(code=uri):
            return uri
    return cell


def asked(desk: Desk, name: str, **given: str) -> Asked:
    said = {"since": "2026-11-01", "until": "2026-12-31", "in": "main", **given}
    reading = read(REPORTS[name], said, SYSTEM, directory(), "main", desk.now + timedelta(days=60), "en")
    return replace(reading.asked, may=frozenset(REPORTS[name].needs))


def told(desk: Desk, name: str, **given: str) -> list[dict[str, object]]:
    """The rows of a report by the titles of its columns."""
    shown = run(REPORTS[name], asked(desk, name, **given))
    titles = [column.title for column in shown.columns]
    return [dict(zip(titles, map(plain, row.cells), strict=True)) for row in shown.found.rows]


def some(row: Mapping[str, object], *names: str) -> tuple[object, ...]:
    return tuple(row[name] for name in names)


def names(desk: Desk) -> None:
    """What the catalog knows beyond the dairy: addresses, a licence, own fields."""
    farm: dict[str, Value] = {"code": "FARM", "name_en": "The Farm", "address": "Road 1", "city": "Hohhot",
                              "contact": "Sales", "phone": "0471 1"}  # fmt: skip
    shop: dict[str, Value] = {"code": "SHOP", "name_en": "The Shop", "address": "Lane 2"}
    desk.run(PutPartners(rows=(Put(farm), Put(shop))), approver=BOTH)
    licence: dict[str, Value] = {"partner": "FARM", "kind": "production-licence", "number": "SC-77"}
    desk.run(PutCertificates(rows=(Put(licence),)))


def story(desk: Desk) -> None:
    """A lot came in, was passed under a number, and went out to the shop on a pallet; one load was voided."""
    names(desk)
    line = ReceiptLine(item="YOG", lot="L1", quantity=100, expiry=date(2026, 12, 18), produced=date(2026, 11, 20))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,), po="PO-1"))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="YOG", lot="L1", verdict="pass"),), testres="QC-1"))
    desk.run(PutAway(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=100),), to="A-01"))
    packed = Pack(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=48, place="A-01"),))
    pallet = str(desk.run(packed).value["container"])
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(container=pallet),), po="SO-1"))
    loose = Line(item="YOG", lot="L1", quantity=5)
    number = str(desk.run(Ship(warehouse="main", customer="CAFE", lines=(loose,), po="SO-2")).value["desadv"])
    desk.run(VoidShipment(warehouse="main", desadv=number, reason="wrong truck"))


def test_it_works(desk: Desk) -> None:
    story(desk)
    (came,) = told(desk, "food-in")
    assert tuple(came.values()) == (
        "Yoghurt", "", Decimal(100), "EA", date(2026, 11, 20), "L1", "28 days", date(2026, 11, 20), "The Farm",
        "Hohhot Road 1", "Sales 0471 1", "SC-77", "",
    )  # fmt: skip
    sold = told(desk, "food-out")
    wanted = ("Quantity", "Production lot", "Inspection certificate no.", "Buyer", "Address")
    assert [some(row, *wanted) for row in sold] == [
        (Decimal(48), "L1", "QC-1", "The Shop", "Lane 2"),
        (Decimal(5), "L1", "QC-1", "CAFE", ""),
        (Decimal(-5), "L1", "QC-1", "CAFE", ""),
    ]
    assert "Inspection certificate no." not in told(desk, "food-sold")[0]
    assert sum(Decimal(str(row["Quantity"])) for row in sold) == 48


def test_each_column_that_the_law_names_is_there() -> None:
    titles = {name: [column.title for column in report.columns] for name, report in REPORTS.items()}
    assert titles["food-in"] == [
        "Name of the food", "Specification", "Quantity", "Unit", "Production date", "Production lot", "Shelf life",
        "Date of purchase", "Supplied by", "Address", "Contact details", "Licence number", "Certificates of conformity",
    ]  # fmt: skip
    assert titles["food-out"] == [
        "Name of the food", "Specification", "Quantity", "Unit", "Production date", "Production lot", "Shelf life",
        "Inspection certificate no.", "Date of sale", "Buyer", "Address", "Contact details",
    ]  # fmt: skip
    assert titles["food-sold"] == [title for title in titles["food-out"] if title != "Inspection certificate no."]
    assert titles["devices-in"][:11] == titles["devices-sold"][:11] == [
        "Name of the device", "Model", "Specification", "Quantity", "Unit", "Registration number", "Registrant",
        "Maker", "Production licence of the maker", "Lot or serial number", "Valid until",
    ]  # fmt: skip


def test_what_came_back_or_from_ourselves_is_no_purchase(desk: Desk) -> None:
    story(desk)
    assert [row["Supplied by"] for row in told(desk, "food-in", **{"in": "all"})] == ["The Farm"]
    assert told(desk, "food-in", partner="SHOP") == []


def test_a_device_has_a_row_for_each_serial(desk: Desk) -> None:
    fields: tuple[dict[str, Value], ...] = (
        {"category": "dairy", "code": "MODEL", "name_en": "Model"},
        {"category": "dairy", "code": "REGISTRATION_NO", "name_en": "Registration"},
    )
    desk.run(PutAttributes(rows=tuple(map(Put, fields))))
    item: dict[str, Value] = {"code": "VIAL", "category": "dairy", "custom.MODEL": "M-1",
                              "custom.REGISTRATION_NO": "国械注准1"}  # fmt: skip
    desk.run(PutItems(rows=(Put(item),)))
    line = ReceiptLine(item="VIAL", lot="V1", serials=("S1", "S2"), expiry=date(2027, 1, 31))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    rows = told(desk, "devices-in")
    wanted = ("Model", "Registration number", "Quantity", "Lot or serial number", "Valid until")
    assert sorted(some(row, *wanted) for row in rows) == [
        ("M-1", "国械注准1", Decimal(1), "S1", date(2027, 1, 31)),
        ("M-1", "国械注准1", Decimal(1), "S2", date(2027, 1, 31)),
    ]
    (drugs,) = told(desk, "drugs-in")
    assert some(drugs, "Batch", "Quantity that came", "Result of acceptance") == ("V1", Decimal(2), None)


def test_the_price_is_that_of_the_order(desk: Desk) -> None:
    head: dict[str, Value] = {"number": "PO-9", "partner": "FARM", "warehouse": "main", "currency": "CNY"}
    desk.run(PUTS["purchase_orders"](rows=(Put(head),)))
    line: dict[str, Value] = {"order": "PO-9", "line": 1, "item": "YOG", "quantity": Decimal(100),
                              "price": Decimal("2.5")}  # fmt: skip
    desk.run(PUTS["purchase_lines"](rows=(Put(line),)))
    came = ReceiptLine(item="YOG", lot="P1", quantity=40, expiry=date(2026, 12, 18))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(came,), po="PO-9"))
    (row,) = told(desk, "drugs-in")
    assert some(row, "Price", "Amount", "Currency") == (Decimal("2.5"), Decimal("100.00"), "CNY")


@pytest.mark.parametrize(("earlier", "left"), [(0, False), (1, False), (2, True)])
def test_the_day_of_shipment_stands_beside_an_earlier_sale(desk: Desk, earlier: int, left: bool) -> None:
    stocked(desk)
    today = desk.now.astimezone(ZoneInfo("Asia/Shanghai")).date()
    sale = today - timedelta(days=earlier)
    head: dict[str, Value] = {"number": "SO-9", "partner": "SHOP", "warehouse": "main", "ordered": sale}
    desk.run(PUTS["sales_orders"](rows=(Put(head),)))
    line: dict[str, Value] = {"order": "SO-9", "line": 1, "item": "YOG", "quantity": Decimal(5)}
    desk.run(PUTS["sales_lines"](rows=(Put(line),)))
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="L1", quantity=5),), po="SO-9"))
    (row,) = told(desk, "dscsa")
    days = some(row, "Date of the transaction", "Date of shipment, if more than a day later")
    assert days == (sale, today if left else None)


def test_a_verdict_after_the_days_of_a_report_is_not_taken_for_another_delivery(desk: Desk) -> None:
    """The second delivery of a lot, outside the days asked for, and its rejection say nothing of the first."""
    line = ReceiptLine(item="YOG", lot="T2", quantity=10, expiry=date(2026, 12, 18))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="YOG", lot="T2", verdict="pass"),)))
    day = desk.now.date().isoformat()
    desk.later(days=3)
    receipt = desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,), accept=AGAIN)).value["receipt"]
    failed = Verdict(item="YOG", lot="T2", verdict="fail", receipt=str(receipt), reason="warm")
    desk.run(Inspect(warehouse="main", lines=(failed,)), INSPECTOR, SECOND)
    assert [row["Result of acceptance"] for row in told(desk, "drugs-in", until=day)] == ["passed"]


def test_who_accepted_it_stands_beside_it(desk: Desk) -> None:
    story(desk)
    (row,) = told(desk, "drugs-in")
    assert some(row, "Batch", "Result of acceptance") == ("L1", "passed")
    (checked, *_more) = told(desk, "drugs-checked")
    assert some(checked, "Buyer", "State of quality") == ("The Shop", "released")


def test_each_delivery_of_a_lot_has_its_own_verdict(desk: Desk) -> None:
    """The first was passed; the second of the same lot was not passed; the third waits."""
    line = ReceiptLine(item="YOG", lot="T1", quantity=10, expiry=date(2026, 12, 18))
    for verdict in ("pass", "fail", ""):
        receipt = desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,), accept=AGAIN)).value["receipt"]
        if verdict:
            judged = Verdict(item="YOG", lot="T1", verdict=verdict, receipt=str(receipt), reason="warm")
            desk.run(Inspect(warehouse="main", lines=(judged,)), INSPECTOR, SECOND)
    assert [row["Result of acceptance"] for row in told(desk, "drugs-in")] == ["passed", "not passed", None]


def test_goods_of_others_are_kept_for_them(desk: Desk) -> None:
    line = ReceiptLine(item="YOG", lot="O1", quantity=10, expiry=date(2026, 12, 18))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,), owner="CAFE"))
    story(desk)
    assert [row["Production lot"] for row in told(desk, "storage-and-transport")] == ["O1"]
    assert len(told(desk, "storage-and-transport", whose="all")) > 1


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
def test_every_report_answers_on_both_engines() -> None:
    build_dairy()
    desk = Desk()
    story(desk)
    counts = {name: len(told(desk, name, **{"in": "all"})) for name in REPORTS}
    assert counts["food-in"] == 1
    assert counts["food-out"] == 3
    assert counts["fsma-204"] == 2
    assert counts["retention"] == 1
    assert counts["fsma-completeness"] == 1
    with patch.object(running, "PIECE", 1), one_state(connection):
        for name, report in REPORTS.items():
            parts = pieces(report, asked(desk, name, **{"in": "all"}))
            assert len(parts) > 5 or not in_pieces(report)
            assert sum(len(shown.found.rows) for shown in answers(report, parts)) == counts[name], name
