"""What is announced: by a row, and by what a supplier sent; and what of it is here."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from suyuan.capture.bodies import (
    CONTEXT,
    Amount,
    Head,
    Pair,
    aggregation_event,
    declared_wrong,
    lot_facts,
    object_event,
)
from suyuan.capture.door import capture
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.models import Item, Partner
from suyuan.catalog.writes import do_add_items
from suyuan.desk.forms import Sheet
from suyuan.desk.receiving_plan import with_notice
from suyuan.epcis.document import event_of
from suyuan.epcis.events import JsonObject
from suyuan.gs1.identifiers import gln_uri, lot_of_item, lot_uri, party_uri, serial_uri, sscc_uri
from suyuan.operations.commands import Line, PutAway, ReceiptLine, Receive
from suyuan.orders.expecting import Expected, ExpectedLine, filled
from suyuan.orders.notices import expected, find_notice, notice_of
from tests.operations.dairy import CUP, LAST, MAIN_GLN, YOGHURT, Desk
from tests.orders.ordering import PO, bring, line, order, put
from tests.plugins.engines import Statements

PALLET, CASE, EMPTY = "369012340000000017", "369012340000000024", "369012340000000031"
ADVICE, THEIR_PO = "urn:epcglobal:cbv:bt:0614141073467:DA-9", f"urn:epcglobal:cbv:bt:0614141073467:{PO}"


def some(uri: str, quantity: int) -> Amount:
    return Amount(uri=uri, quantity=Decimal(quantity))


def test_what_is_counted_and_weighed_is_announced_in_both(desk: Desk) -> None:
    """Kilograms beside pieces are no pieces."""
    with governed():
        do_add_items(items=[NewItem(code="CHEESE", name_en="Cheese", base_unit="EA", catch_weight=True)])
    lot = lot_of_item(Item.objects.get(code="CHEESE").uri, "C1")
    two, kilos = Amount(uri=lot, quantity=Decimal(2), uom="EA"), Amount(uri=lot, quantity=Decimal(20300), uom="GRM")
    papers = (("desadv", ADVICE),)
    send(desk, object_event(head(desk, "shipping", 9, papers=papers), "OBSERVE", amounts=[two, kilos]))
    (notice,) = expected("main")
    assert [(one.lot, one.quantity, one.unit, one.weight) for one in notice.lines] == [
        ("C1", Decimal(2), "EA", Decimal("20.3"))
    ]
    (typed,) = with_notice(Sheet(), notice).lines
    assert (typed.get("quantity"), typed.get("weight")) == ("2", "20.3")
    goods = ReceiptLine(item="CHEESE", lot="C1", quantity=2, weight="20.2")
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(goods,), desadv=ADVICE))
    assert expected("main") == []


def farm() -> str:
    return Partner.objects.get(code="FARM").uri


def head(desk: Desk, step: str, number: int, to: str = party_uri(MAIN_GLN), papers: Sequence[Pair] = ()) -> Head:
    towards = (("possessing_party", to), ("owning_party", to)) if step in ("shipping", "departing") else ()
    sources = (("possessing_party", farm()), ("owning_party", farm())) if towards else ()
    return Head(
        id=f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        at=desk.now + timedelta(seconds=number),
        zone=ZoneInfo("Asia/Shanghai"),
        step=step,
        read_point=gln_uri("0614141073467"),
        documents=papers,
        sources=sources,
        destinations=towards,
    )


def send(desk: Desk, *events: JsonObject) -> None:
    capture([event_of(dict(event), CONTEXT) for event in events], now=desk.now + timedelta(minutes=1))


def shipment(desk: Desk, number: int = 9, papers: Sequence[Pair] = (("desadv", ADVICE), ("po", THEIR_PO))) -> None:
    """A pallet with a case of 24 cups of yoghurt in it, three vials beside the case, and 12 loose cups."""
    vials = [f"{lot_uri(CUP, 'V1')}/21/{n}" for n in range(3)]
    packed = [
        aggregation_event(
            head(desk, "packing", 1),
            "ADD",
            parent=sscc_uri(CASE),
            amounts=[some(lot_uri(YOGHURT, "L1"), 24)],
        ),
        aggregation_event(head(desk, "packing", 2), "ADD", parent=sscc_uri(PALLET), epcs=[sscc_uri(CASE), *vials]),
    ]
    sent = object_event(
        head(desk, "shipping", number, papers=papers),
        "OBSERVE",
        epcs=[sscc_uri(PALLET)],
        amounts=[some(lot_uri(YOGHURT, "L2"), 12)],
    )
    send(desk, *packed, sent)


def short(one: Expected) -> list[tuple[str, str, int, int, str]]:
    return sorted(
        (part.item_code, part.lot, int(part.quantity), len(part.serials), part.container[-18:]) for part in one.lines
    )


def test_a_row(desk: Desk) -> None:
    order(desk)
    line(desk, 1, "YOG", 60)
    put(desk, "notices", {"number": "D-1", "supplier": "FARM", "warehouse": "main", "order": PO})
    put(desk, "notice_lines", {"notice": "D-1", "line": 1, "item": "YOG", "lot": "L1", "quantity": Decimal(24)})
    (one,) = expected("main")
    assert (one.source, one.number, one.supplier_code, one.order_numbers) == ("notice", "D-1", "FARM", (PO,))
    assert short(one) == [("YOG", "L1", 24, 0, "")]
    assert expected("main", number="d-1", po=PO.lower(), supplier=farm()) == [one]
    assert expected("main", number="D-2") == expected("main", po="PO-9") == expected("cold") == []
    bring(desk, 20, desadv="D-1")
    (one,) = expected("main")
    assert one.lines[0].open == 4
    bring(desk, 4, desadv="D-1")
    assert expected("main") == []
    assert [each.number for each in expected("main", also_here=True)] == ["D-1"]


def test_a_notice_that_is_closed_is_expected_no_more(desk: Desk) -> None:
    put(desk, "notices", {"number": "D-1", "supplier": "FARM", "warehouse": "main"})
    assert len(expected("main")) == 1
    put(desk, "notices", {"number": "D-1", "state": "cancelled"})
    assert expected("main") == []


def test_what_a_supplier_sent(desk: Desk) -> None:
    order(desk)
    shipment(desk)
    (one,) = expected("main")
    assert (one.source, one.number, one.uri, one.supplier_code) == ("event", "DA-9", ADVICE, "FARM")
    assert one.order_numbers == (PO,)
    assert one.containers == (sscc_uri(PALLET),)
    assert short(one) == [
        ("VIAL", "V1", 3, 3, PALLET),
        ("YOG", "L1", 24, 0, CASE),
        ("YOG", "L2", 12, 0, ""),
    ]
    assert expected("main", po=PO) == expected("main", supplier=farm()) == [one]
    assert notice_of("main", one.key) == one
    assert expected("cold") == []


def test_it_is_found_by_what_is_scanned(desk: Desk) -> None:
    order(desk)
    shipment(desk)
    for text in (
        PALLET,
        f"(00){PALLET}",
        f"]C100{CASE}",
        "da-9",
        PO,
        ADVICE,
        serial_uri(CUP, "2"),
        "urn:epc:id:sscc:6901234.3000000001",
    ):
        assert [one.number for one in find_notice("main", text)] == ["DA-9"], text
    for text in (EMPTY, "DA-8", "", serial_uri(CUP, "7")):
        assert find_notice("main", text) == [], text


def test_the_pallet_comes(desk: Desk) -> None:
    shipment(desk)
    desk.later(hours=1)
    cups = ReceiptLine(item="YOG", lot="L1", quantity=24, expiry=LAST, inside=PALLET)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(cups,), desadv=ADVICE))
    (one,) = expected("main")
    assert [(part.lot, part.is_here) for part in one.lines] == [("L2", False), ("V1", True), ("L1", True)]
    desk.run(PutAway(warehouse="main", lines=(Line(container=PALLET),), to="A-01"))
    loose = ReceiptLine(item="YOG", lot="L3", quantity=12, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(loose,), desadv="DA-9"))
    assert expected("main") == [], "another lot, but all that was announced"


def test_who_departs_has_shipped(desk: Desk) -> None:
    """Shipping and departing are one delivery; two shipping events under one advice are its two parts."""
    papers = (("desadv", ADVICE),)
    for n, (step, lot) in enumerate([("shipping", "L1"), ("departing", "L1"), ("shipping", "L2")], 20):
        goods = [some(lot_uri(YOGHURT, lot), 10)]
        send(desk, object_event(head(desk, step, n, papers=papers), "OBSERVE", amounts=goods))
    (one,) = expected("main")
    assert short(one) == [("YOG", "L1", 10, 0, ""), ("YOG", "L2", 10, 0, "")]


def test_what_is_not_for_us_or_was_declared_wrong(desk: Desk) -> None:
    goods = [some(lot_uri(YOGHURT, "L1"), 10)]
    elsewhere = object_event(head(desk, "shipping", 30, to=party_uri("0614141073467")), "OBSERVE", amounts=goods)
    wrong = object_event(head(desk, "shipping", 31), "OBSERVE", amounts=goods)
    send(desk, elsewhere, wrong)
    (one,) = expected("main")
    assert (one.number, one.uri) == ("", "")
    send(desk, declared_wrong(wrong, at=desk.now, reason="did_not_occur", corrective=[]))
    assert expected("main") == []


def test_what_was_voided_comes_no_more(desk: Desk) -> None:
    """Until its void turns out wrong itself."""
    shipment(desk)
    assert expected("main") != []
    goods = [some(lot_uri(YOGHURT, "L2"), 12)]
    papers = (("desadv", ADVICE),)
    void = object_event(
        head(desk, "void_shipping", 40, papers=papers), "OBSERVE", epcs=[sscc_uri(PALLET)], amounts=goods
    )  # fmt: skip
    send(desk, void)
    assert expected("main") == []
    send(desk, declared_wrong(void, at=desk.now, reason="did_not_occur", corrective=[]))
    assert expected("main") != []


def test_to_a_dock_of_ours(desk: Desk) -> None:
    to = gln_uri(MAIN_GLN, "IN")
    sent = Head(
        id="urn:uuid:00000000-0000-4000-8000-000000000099", at=desk.now, zone=ZoneInfo("UTC"), step="shipping",
        read_point=gln_uri("0614141073467"), destinations=[("location", to)],
    )  # fmt: skip
    send(desk, object_event(sent, "OBSERVE", epcs=[sscc_uri(EMPTY)]))
    (one,) = expected("main")
    assert (one.supplier, one.containers) == ("", (sscc_uri(EMPTY),))
    assert [(part.item, part.container) for part in one.lines] == [("", sscc_uri(EMPTY))], "nobody told what is in it"


def test_dates_come_from_where_the_goods_were_made(desk: Desk) -> None:
    uri = lot_uri(YOGHURT, "L2")
    made = object_event(
        Head(
            id="urn:uuid:00000000-0000-4000-8000-000000000050", at=desk.now - timedelta(days=3), zone=ZoneInfo("UTC"),
            step="commissioning", read_point=gln_uri("0614141073467"),
            extra={"lots": lot_facts([(uri, LAST, date(2026, 11, 17))])},
        ),
        "ADD",
        amounts=[some(uri, 500)],
    )  # fmt: skip
    send(desk, made)
    shipment(desk)
    dates = {part.lot: (part.produced, part.expiry) for one in expected("main") for part in one.lines}
    assert dates == {"L1": (None, None), "V1": (None, None), "L2": (date(2026, 11, 17), LAST)}


def test_as_many_statements_for_many_shipments(desk: Desk, statements: Callable[[], Statements]) -> None:
    order(desk)
    shipment(desk)
    expected("main")
    with statements() as few:
        expected("main")
    for n in range(40, 60):
        goods = [some(lot_uri(YOGHURT, f"M{n}"), 10)]
        papers = (("desadv", f"urn:epcglobal:cbv:bt:0614141073467:DA-{n}"), ("po", THEIR_PO))
        send(desk, object_event(head(desk, "shipping", n, papers=papers), "OBSERVE", amounts=goods))
    expected("main")
    with statements() as many:
        assert len(expected("main")) == 21
    assert len(many) == len(few)


def test_how_lines_are_filled() -> None:
    def want(lot: str, quantity: int) -> ExpectedLine:
        return ExpectedLine(item="I", lot=lot, quantity=Decimal(quantity))

    def came(**lots: int) -> list[int]:
        told = {("I", lot.strip("_")): Decimal(amount) for lot, amount in lots.items()}
        return [int(one.done) for one in filled([want("A", 10), want("", 10), want("B", 10)], told)]

    assert came(A=5, B=7) == [5, 0, 7]
    assert came(A=12) == [10, 2, 0]
    assert came(C=25) == [10, 10, 5], "an unknown lot fills the line without one first"
    assert came() == [0, 0, 0]
