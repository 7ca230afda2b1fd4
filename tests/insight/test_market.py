"""What should not have gone out, and what arrived with too little life."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch
from uuid import uuid4

import pytest

from suyuan.capture.bodies import CONTEXT, Amount, Head, object_event
from suyuan.capture.door import capture, who_is_who
from suyuan.epcis.document import event_of
from suyuan.gs1.identifiers import gln_uri, own_document_uri
from suyuan.insight.reports import happened, lines, running
from suyuan.insight.reports.declared import Report
from suyuan.insight.reports.market import LIFE, UNFIT
from suyuan.insight.reports.running import answers, pieces, run
from suyuan.operations.commands import (
    Deliver,
    Hold,
    Inspect,
    Line,
    ReceiptLine,
    Receive,
    Release,
    Ship,
    Verdict,
    VoidShipment,
)
from suyuan.operations.events import zone_of
from suyuan.operations.parties import both
from tests.insight.asking import asked, table
from tests.operations.dairy import INSPECTOR, LAST, MAIN_GLN, QUALITY, SECOND, SHOP_GLN, Desk, stocked, yoghurt
from tests.orders import ordering
from tests.plugins.engines import Statements

SHOP = f"https://id.gs1.org/417/{SHOP_GLN}"
ORIGIN = "https://suyuan.example"


def slipped(desk: Desk, lot: str, quantity: int = 5, paper: str = "") -> None:
    """A shipment that somebody else's system let through."""
    head = Head(
        id=f"urn:uuid:{uuid4()}", at=desk.now, zone=zone_of(who_is_who(), "main"), step="shipping",
        disposition="in_transit", read_point=gln_uri(MAIN_GLN),
        documents=[("desadv", own_document_uri(ORIGIN, "desadv", paper))] if paper else (),
        destinations=both(SHOP),
    )  # fmt: skip
    amount = Amount(uri=yoghurt(lot), quantity=Decimal(quantity), uom="EA")
    capture([event_of(object_event(head, "OBSERVE", amounts=[amount]), CONTEXT)], now=desk.now)
    desk.later(minutes=1)


def received(desk: Desk, lot: str, expiry: date = LAST) -> None:
    line = ReceiptLine(item="YOG", lot=lot, quantity=20, expiry=expiry)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,), place="A-01"))


def wrong(desk: Desk, **values: object) -> list[tuple[object, object, object]]:
    """Lot, quantity and what was wrong of each row."""
    return [(str(row[2]).rsplit("/", 1)[-1], row[3], row[7]) for row in table(desk, UNFIT, **values)]


def test_what_was_wrong_when_it_left(desk: Desk) -> None:
    received(desk, "P1")
    slipped(desk, "P1")
    received(desk, "R1")
    desk.run(
        Inspect(warehouse="main", lines=(Verdict(item="YOG", lot="R1", verdict="fail", reason="x"),)), INSPECTOR, SECOND
    )
    slipped(desk, "R1")
    stocked(desk, "H1")
    held = desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="H1"),), reason="smell")).value["block"]
    slipped(desk, "H1")
    release = Release(warehouse="main", block=str(held), lines=(Line(item="YOG", lot="H1"),), reason="it was the bin")
    desk.run(release, INSPECTOR, QUALITY)
    slipped(desk, "H1", 7)  # it is free again
    stocked(desk, "G1")
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="G1", quantity=3),)))
    assert wrong(desk) == [
        ("P1", 5, "not inspected when it left"), ("R1", 5, "rejected when it left"), ("H1", 5, "on hold when it left"),
    ]  # fmt: skip


@pytest.mark.parametrize(("over", "late"), [(0, False), (1, True)])
def test_the_last_day_is_a_good_one(desk: Desk, over: int, late: bool) -> None:
    stocked(desk, "E1", expiry=desk.now.date() + timedelta(days=3))
    desk.later(days=3 + over)
    slipped(desk, "E1")
    assert wrong(desk) == ([("E1", 5, "past its last day when it left")] if late else [])


def test_what_is_blocked_since(desk: Desk) -> None:
    stocked(desk, "B1")
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="B1", quantity=3),)))
    assert wrong(desk) == []
    held = desk.run(Hold(warehouse="main", lines=(Line(item="YOG"),), reason="complaints")).value["block"]
    assert wrong(desk) == [("B1", 3, "put on hold after it had left")]
    assert wrong(desk, values={"when": "left"}) == []
    desk.run(Release(warehouse="main", block=str(held), lines=(Line(item="YOG"),), reason="none"), INSPECTOR, QUALITY)
    assert wrong(desk) == []


def test_what_was_voided_never_left(desk: Desk) -> None:
    stocked(desk, "V1")
    sent = desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="V1", quantity=3),)))
    desk.run(VoidShipment(warehouse="main", desadv=str(sent.value["desadv"]), reason="lorry full"))
    desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="V1"),), reason="x"))
    assert wrong(desk) == []


def test_only_what_is_asked_for(desk: Desk) -> None:
    received(desk, "P1")
    slipped(desk, "P1")
    for values in ({"lot": "P2"}, {"logs": ("cold",)}, {"partner": f"https://id.gs1.org/417/{MAIN_GLN}"}):
        assert wrong(desk, **values) == []
    assert len(wrong(desk, lot="P1")) == 1


def delivered(desk: Desk, lot: str, days: int, **order: int) -> None:
    """Ten pieces of an order, signed for so many days later."""
    ordering.sale(desk, f"SO-{lot}")
    ordering.sold(desk, 1, "YOG", 10, f"SO-{lot}", **order)
    line = Line(item="YOG", lot=lot, quantity=10)
    sent = Ship(warehouse="main", customer="SHOP", lines=(line,), po=f"SO-{lot}", delivery_date=desk.now.date())
    desadv = str(desk.run(sent).value["desadv"])
    desk.later(days=days)
    desk.run(Deliver(warehouse="main", customer="SHOP", desadv=desadv))


def test_life_on_the_day_of_the_signature(desk: Desk) -> None:
    for lot in ("L1", "L2"):
        stocked(desk, lot, expiry=desk.now.date() + timedelta(days=20))
    delivered(desk, "L1", 4, min_days=16)
    delivered(desk, "L2", 1, min_days=16)
    (short,) = table(desk, LIFE)
    assert short[1:4] == (SHOP, yoghurt("L2").rpartition("/10/")[0], yoghurt("L2"))
    assert short[7:] == (15, 16, "SO-L2")
    both_ = table(desk, LIFE, values={"which": "all"})
    assert [row[7:9] for row in both_] == [(16, 16), (15, 16)]


def test_lives_in_pieces_are_those_of_the_whole(desk: Desk) -> None:
    """However many events a page reads."""
    for lot in ("L1", "L2", "L3"):
        stocked(desk, lot, expiry=desk.now.date() + timedelta(days=20))
        delivered(desk, lot, 1, min_days=20)
    whole = run(LIFE, asked(desk, LIFE)).found
    with patch.object(happened, "MOST", 1), patch.object(lines, "MOST", 1), patch.object(running, "PIECE", 1):
        assert len(run(LIFE, asked(desk, LIFE)).found.rows) < len(whole.rows)
        told = [shown.found for shown in answers(LIFE, pieces(LIFE, asked(desk, LIFE)))]
    assert len(whole.rows) == 3
    assert [row for one in told for row in one.rows] == whole.rows
    assert not [note for one in told for note in one.notes]


def test_what_nobody_signed_for_is_counted_by_itself(desk: Desk) -> None:
    stocked(desk, "L1", expiry=desk.now.date() + timedelta(days=20))
    ordering.sale(desk, "SO-1")
    ordering.sold(desk, 1, "YOG", 10, "SO-1", min_days=16)
    line = Line(item="YOG", lot="L1", quantity=10)
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(line,), po="SO-1", delivery_date=desk.now.date()))
    found = run(LIFE, asked(desk, LIFE)).found
    assert (found.rows, dict(found.facts)["Not signed for yet, and not in here"]) == ([], 1)


@pytest.mark.parametrize("report", [UNFIT, LIFE], ids=lambda one: one.name)
def test_statements_do_not_grow(desk: Desk, report: Report, statements: Callable[[], Statements]) -> None:
    counts = []
    for count in (1, 6):
        for n in range(count):
            stocked(desk, f"S{count}{n}")
            line = Line(item="YOG", lot=f"S{count}{n}", quantity=1)
            sent = desk.run(Ship(warehouse="main", customer="SHOP", lines=(line,))).value["desadv"]
            desk.run(Deliver(warehouse="main", customer="SHOP", desadv=str(sent)))
        with statements() as told:
            table(desk, report)
        counts.append(len(told))
    assert counts[0] == counts[1] <= 30
