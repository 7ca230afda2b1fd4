"""Goods that left unscanned, and serials in two places."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from suyuan.capture.bodies import CONTEXT, Head, object_event
from suyuan.capture.door import capture, who_is_who
from suyuan.catalog.models import Item
from suyuan.epcis.document import event_of
from suyuan.gs1.identifiers import gln_uri, serial_of_item
from suyuan.insight.reports.evidence import SERIALS, UNSCANNED
from suyuan.operations.commands import (
    Deliver,
    Inspect,
    Line,
    ReceiptLine,
    Receive,
    ReceiveReturn,
    ReturnedLine,
    Ship,
    Verdict,
)
from suyuan.operations.events import zone_of
from suyuan.operations.parties import both
from tests.insight.asking import table
from tests.operations.dairy import BOTH, KEEPER, MAIN_GLN, SHOP_GLN, Desk, yoghurt
from tests.operations.test_load import Dock
from tests.picking.hall import build_hall, laid, ordered, pick_all, waved
from tests.plugins.engines import Statements

SHOP = f"https://id.gs1.org/417/{SHOP_GLN}"
GOODS, QUANTITY, REST, ORDER = 4, 5, 6, 8


@pytest.fixture
def hall(db: None) -> Desk:
    build_hall()
    return Desk()


def sent(desk: Desk, lot: str, quantity: int, number: str = "") -> str:
    line = Line(item="YOG", lot=lot, quantity=quantity)
    return str(desk.run(Ship(warehouse="main", customer="SHOP", lines=(line,), po=number), KEEPER).value["desadv"])


def test_what_was_picked_by_scan(hall: Desk) -> None:
    laid(hall, "L1", 30, "A1")
    ordered(hall, "SO-1", 10)
    pick_all(hall, waved(hall, "SO-1"))
    sent(hall, "L1", 10, "SO-1")
    assert table(hall, UNSCANNED) == []
    sent(hall, "L1", 4)
    (row,) = table(hall, UNSCANNED)
    assert (row[GOODS], row[QUANTITY], row[REST], row[ORDER]) == (yoghurt("L1"), 4, 4, "")


def test_a_pick_counts_once(hall: Desk) -> None:
    """Eight were picked and ten went, in two shipments."""
    laid(hall, "L1", 30, "A1")
    ordered(hall, "SO-1", 8)
    pick_all(hall, waved(hall, "SO-1"))
    sent(hall, "L1", 5, "SO-1")
    hall.run(
        Ship(
            warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="L1", quantity=5),), po="SO-1",
            accept=frozenset({"operations.above_order"}),
        ),
        KEEPER,
        BOTH[1],
    )  # fmt: skip
    (row,) = table(hall, UNSCANNED)
    assert (row[QUANTITY], row[REST]) == (5, 2)


def test_what_was_loaded_by_scan(desk: Desk) -> None:
    dock = Dock(desk)
    desk.run(dock.scan(dock.pallet), KEEPER)
    desk.run(dock.scan(yoghurt("L1"), "10"), KEEPER)
    desk.run(dock.close(), KEEPER)
    desk.run(dock.ship(), KEEPER)
    assert table(desk, UNSCANNED) == []


def test_what_nobody_loaded(desk: Desk) -> None:
    dock = Dock(desk)
    lines = (Line(container=dock.pallet),)
    desk.run(Ship(warehouse="main", customer="SHOP", lines=lines, po="SO-1"), KEEPER)
    (row,) = table(desk, UNSCANNED)
    assert (row[GOODS], row[REST]) == (yoghurt("L1"), 38)


# -- serials ----------------------------------------------------------------------------------------------------------


def pump(serial: str) -> Line:
    return Line(item="PUMP", serials=(serial,))


def stocked_pump(desk: Desk, *serials: str, supplier: str = "FARM", **more: object) -> None:
    line = ReceiptLine(item="PUMP", serials=serials)
    desk.run(Receive(warehouse="main", supplier=supplier, lines=(line,), place="A-01", **more))  # type: ignore[arg-type]  # of the command
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="PUMP", serials=serials, verdict="pass"),)))


def told(desk: Desk) -> list[tuple[str, object]]:
    return [(str(row[1]).rsplit("/", 1)[-1], row[2]) for row in table(desk, SERIALS)]


def epc(serial: str) -> str:
    return serial_of_item(Item.objects.get(code="PUMP").uri, serial)


def happened(desk: Desk, step: str, serial: str, action: str = "OBSERVE", **more: object) -> None:
    """What somebody else's system says."""
    head = Head(
        id=f"urn:uuid:{uuid4()}", at=desk.now, zone=zone_of(who_is_who(), "main"), step=step, disposition="active",
        read_point=gln_uri(MAIN_GLN), location=gln_uri(MAIN_GLN) if step != "shipping" else "", **more,  # type: ignore[arg-type]  # of the head
    )  # fmt: skip
    capture([event_of(object_event(head, action, epcs=[epc(serial)]), CONTEXT)], now=desk.now)
    desk.later(minutes=1)


def test_nothing_strange(desk: Desk) -> None:
    stocked_pump(desk, "P1", "P2")
    gone = Ship(warehouse="main", customer="SHOP", lines=(pump("P1"),))
    paper = str(desk.run(gone).value["desadv"])
    desk.run(Deliver(warehouse="main", customer="SHOP", desadv=paper))
    desk.run(
        ReceiveReturn(
            warehouse="main",
            customer="SHOP",
            lines=(ReturnedLine(item="PUMP", serials=("P1",), condition="intact"),),
            reason="noise",
        )
    )
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="PUMP", serials=("P1",), verdict="pass"),)))
    desk.run(gone)
    assert told(desk) == []


def test_shipped_twice(desk: Desk) -> None:
    stocked_pump(desk, "P1")
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(pump("P1"),)))
    desk.later(hours=1)
    happened(desk, "shipping", "P1", destinations=both(SHOP))
    assert told(desk) == [("P1", "shipped although it was out of the house")]


def test_received_twice(desk: Desk) -> None:
    stocked_pump(desk, "P1")
    happened(desk, "receiving", "P1", sources=both("https://id.gs1.org/417/6900000000014"))
    assert told(desk) == [("P1", "received although one was in stock")]


def test_delivered_while_a_customer_has_it(desk: Desk) -> None:
    stocked_pump(desk, "P1")
    paper = str(desk.run(Ship(warehouse="main", customer="SHOP", lines=(pump("P1"),))).value["desadv"])
    desk.run(Deliver(warehouse="main", customer="SHOP", desadv=paper))
    happened(desk, "receiving", "P1", sources=both("https://id.gs1.org/417/6900000000014"))
    assert told(desk) == [("P1", "delivered anew although another has it")]


def test_made_twice(desk: Desk) -> None:
    happened(desk, "commissioning", "P9", "ADD")
    happened(desk, "commissioning", "P9", "ADD")
    assert told(desk) == [("P9", "made although there was one already")]


def test_a_fixed_number_of_statements(desk: Desk, statements: Callable[[], Statements]) -> None:
    counts = []
    for serials in (["P1"], ["P2", "P3", "P4"]):
        stocked_pump(desk, *serials)
        for serial in serials:
            desk.run(Ship(warehouse="main", customer="SHOP", lines=(pump(serial),)))
        desk.later(hours=1)
        for serial in serials:
            happened(desk, "shipping", serial, destinations=both(SHOP))
        with statements() as both_told:
            for report in (SERIALS, UNSCANNED):
                table(desk, report)
        counts.append(len(both_told))
    assert counts[0] == counts[1]
