"""The despatch advice as EDIFACT DESADV: read by another's parser and by our own, branch after branch as in D.96A."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydifact.segmentcollection import RawSegmentCollection

from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.models import Item
from suyuan.catalog.register import Row
from suyuan.catalog.writes import do_add_items
from suyuan.governance.master import PutSupplierItems
from suyuan.insight.desadv import advice_of
from suyuan.operations.commands import (
    CorrectShipment,
    Inspect,
    Line,
    Pack,
    ReceiptLine,
    Receive,
    RightLine,
    Ship,
    Verdict,
    VoidShipment,
)
from suyuan.orders.edifact_desadv import Function, Message, Party, Unit, Weight, message_bytes, shown_gtin
from suyuan.orders.edifact_desadv import Line as Goods
from suyuan.orders.edifact_syntax import decoded, segments_of
from tests.insight.advised import shipped
from tests.operations.dairy import BOTH, KEEPER, MAIN_GLN, SHOP_GLN, Desk, build_dairy, stocked, yoghurt


@pytest.fixture
def desk(db: None) -> Desk:
    build_dairy()
    return Desk()


def rows(body: bytes) -> list[str]:
    """Each segment as text, by our own reader; nothing in it is wrong."""
    found, problems, _mark = segments_of(decoded(body))
    assert problems == []
    return ["+".join([one.tag, *(":".join(element) for element in one.elements)]) for one in found]


def theirs(body: bytes) -> list[list[object]]:
    """The message by the parser of somebody else: tag and elements of each segment. The counts are right."""
    first, unb, unh, *found, unt, unz = (
        [one.tag, *one.elements] for one in RawSegmentCollection.from_str(decoded(body)).segments
    )
    assert (first[0], unb[0], unh) == ("UNA", "UNB", ["UNH", "1", ["DESADV", "D", "96A", "UN", "EAN005"]])
    assert (unt, unz) == (["UNT", str(len(found) + 2), "1"], ["UNZ", "1", unb[5]])
    lines = sum(one[0] == "LIN" for one in found)
    assert found[-1] == ["CNT", ["2", str(lines)]]
    return [list[object](one) for one in found]


def test_it_works(desk: Desk) -> None:
    """A carton on a pallet and loose cups; the customer's own code, his order, lots and days."""
    stocked(desk)
    desk.run(PutSupplierItems(rows=(Row({"partner": "SHOP", "item": "YOG", "code": "J-77"}),)))
    document, carton, pallet = shipped(desk)
    written = advice_of("main", document, desk.now, format="edifact", reference="D1")
    number = document.rsplit("/", 1)[-1]
    lot = ["PCI+17", "DTM+361:20261215:102", "GIN+BX+L1"]
    goods = ["PIA+1+YOG:SA+J-77:IN"]
    body = [
        f"BGM+351+{number}+9", "DTM+137:202611201207:203", "DTM+11:202611201207:203", "RFF+ON:4711",
        f"NAD+SU+{MAIN_GLN}::9", f"NAD+BY+{SHOP_GLN}::9", f"NAD+DP+{SHOP_GLN}::9",
        "CPS+1", "PAC+1++PK", "LIN+1++6901234000108:EN", *goods, "QTY+12:3:PCE", *lot,
        "CPS+2+1", "PAC+1++PK", "PCI+33E", f"GIN+BJ+{pallet[-18:]}",
        "CPS+3+2", "PAC+1++PK", "PCI+33E", f"GIN+BJ+{carton[-18:]}",
        "LIN+2++6901234000108:EN", *goods, "QTY+12:12:PCE", *lot,
        "CNT+2:2",
    ]  # fmt: skip
    assert rows(written.body) == [
        f"UNB+UNOC:3+{MAIN_GLN}:14+{SHOP_GLN}:14+261120:1207+D1", "UNH+1+DESADV:D:96A:UN:EAN005", *body,
        f"UNT+{len(body) + 2}+1", "UNZ+1+D1",
    ]  # fmt: skip
    assert [one[0] for one in theirs(written.body)] == [row.partition("+")[0] for row in body]
    assert ["GIN", "BX", "L1"] in theirs(written.body)
    assert (written.media_type, written.suffix, written.function) == ("application/EDIFACT", "edi", Function.ORIGINAL)


def test_a_correction_replaces_and_a_void_cancels(desk: Desk) -> None:
    stocked(desk)
    document, _carton, _pallet = shipped(desk)
    right = RightLine(uri=yoghurt("L1"), quantity=2)
    command = CorrectShipment(
        warehouse="main", desadv=document, error="incorrect_data", reason="miscounted", lines=(right,)
    )  # fmt: skip
    desk.run(command, KEEPER, BOTH)
    found = rows(advice_of("main", document, desk.now, format="edifact", told=True).body)
    assert found[2].endswith("+5")
    assert [row for row in found if row.startswith("QTY")] == ["QTY+12:2:PCE", "QTY+12:12:PCE"]
    desk.run(VoidShipment(warehouse="main", desadv=document, reason="lorry broke down"), KEEPER)
    body = advice_of("main", document, desk.now, format="edifact", told=True).body
    assert [row.partition("+")[0] for row in rows(body)] == [
        "UNB", "UNH", "BGM", "DTM", "DTM", "RFF", "NAD", "NAD", "NAD", "CNT", "UNT", "UNZ",
    ]  # fmt: skip
    assert rows(body)[2].endswith("+1")
    theirs(body)


def test_serials_weights_and_whoever_has_no_gln(desk: Desk) -> None:
    """Serials of one lot are one line; what is weighed is in kilograms; a customer without a GLN has our code."""
    serials = tuple(f"S{n}" for n in range(1, 8))
    lines = (
        ReceiptLine(item="VIAL", lot="V1", serials=serials),
        ReceiptLine(item="MILK", lot="M1", quantity="12.5"),
    )
    desk.run(Receive(warehouse="main", supplier="FARM", lines=lines))
    verdicts = (
        Verdict(item="VIAL", lot="V1", serials=serials, verdict="pass"),
        Verdict(item="MILK", lot="M1", verdict="pass"),
    )
    desk.run(Inspect(warehouse="main", lines=verdicts))
    goods = (Line(item="VIAL", lot="V1", serials=serials), Line(item="MILK", lot="M1", quantity="12.5"))
    value = desk.run(Ship(warehouse="main", customer="CAFE", lines=goods, place="IN"), KEEPER).value
    body = advice_of("main", str(value["document"]), desk.now, format="edifact").body
    found = rows(body)
    assert "NAD+BY+CAFE::91" in found
    assert f"UNB+UNOC:3+{MAIN_GLN}:14+CAFE:ZZ" in found[0]
    at = found.index("LIN+2++6901234000207:EN")
    assert found[at + 2 : at + 5] == ["QTY+12:7:PCE", "GIN+BN+S1+S2+S3+S4+S5", "GIN+BN+S6+S7"]
    at = found.index("LIN+1")
    assert found[at + 1 : at + 3] == ["PIA+5+MILK:SA", "QTY+12:12.5:KGM"]
    theirs(body)


def weights(body: bytes) -> list[str]:
    """What is said of weights, each after the package or line that it is of."""
    return [row for row in rows(body) if row.startswith(("CPS", "LIN", "QTY", "MEA"))]


def test_what_a_carton_weighs(desk: Desk) -> None:
    """As the scale said when it was packed; of what is in it the catalog says what it weighs about."""
    stocked(desk)
    with governed():
        Item.objects.filter(code="YOG").update(weight=180_000)
    lines = (Line(item="YOG", lot="L1", quantity=12),)
    pack = Pack(warehouse="main", lines=lines, gross="2.5", tare="0.3", reason="wet")
    carton = str(desk.run(pack, KEEPER).value["container"])
    pallet = str(desk.run(Pack(warehouse="main", lines=(Line(container=carton),)), KEEPER).value["container"])
    ship = Ship(warehouse="main", customer="SHOP", lines=(Line(container=pallet),))
    document = str(desk.run(ship, KEEPER).value["document"])
    body = advice_of("main", document, desk.now, format="edifact").body
    assert weights(body) == [
        "CPS+1", "CPS+2+1", "MEA+PD+AAA+KGM:2.2", "CPS+3+2", "MEA+PD+AAB+KGM:2.5", "MEA+PD+AAA+KGM:2.2",
        "LIN+1++6901234000108:EN", "MEA+PD+AAC:3+KGM:2.16", "QTY+12:12:PCE",
    ]  # fmt: skip
    theirs(body)


def test_a_scale_says_nothing_of_what_was_changed_since(desk: Desk) -> None:
    stocked(desk)
    cups = (Line(item="YOG", lot="L1", quantity=12),)
    carton = str(desk.run(Pack(warehouse="main", lines=cups, gross="2.5"), KEEPER).value["container"])
    whole = Pack(warehouse="main", lines=(Line(container=carton),), gross="21.7")
    pallet = str(desk.run(whole, KEEPER).value["container"])
    desk.run(Pack(warehouse="main", lines=(replace(cups[0], quantity=1),), container=carton), KEEPER)
    ship = Ship(warehouse="main", customer="SHOP", lines=(Line(container=pallet),))
    document = str(desk.run(ship, KEEPER).value["document"])
    found = weights(advice_of("main", document, desk.now, format="edifact").body)
    assert found == ["CPS+1", "CPS+2+1", "CPS+3+2", "LIN+1++6901234000108:EN", "QTY+12:13:PCE"]


def test_what_is_weighed_each_time(desk: Desk) -> None:
    """Pieces are the quantity, kilograms a measurement of the line."""
    with governed():
        do_add_items(items=[NewItem(code="CHEESE", name_en="Cheese", base_unit="EA", catch_weight=True)])
    came = ReceiptLine(item="CHEESE", lot="C1", quantity=10, weight="101.5")
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(came,), place="A-01"))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="CHEESE", lot="C1", verdict="pass"),)))
    wheels = Line(item="CHEESE", lot="C1", quantity=2, weight="20.3", place="A-01")
    value = desk.run(Ship(warehouse="main", customer="SHOP", lines=(wheels,)), KEEPER).value
    body = advice_of("main", str(value["document"]), desk.now, format="edifact").body
    assert weights(body) == ["CPS+1", "LIN+1", "MEA+PD+AAC+KGM:20.3", "QTY+12:2:PCE"]
    theirs(body)


def test_each_branch_is_in_its_order() -> None:
    """Group after group, as the directory has them; letters that Latin 1 lacks make it UTF-8."""
    line = Goods(gtin="06901234000108", own="酸奶", lot="L?1'", serials=("S+1",), amounts=((Decimal("15"), "EA"),),
                 net=Weight(Decimal("1.5")),
                 best_before=date(2026, 12, 15), made=date(2026, 11, 17))  # fmt: skip
    inner = Unit(sscc="069012340000000017", gross=Weight(Decimal(9)), net=Weight(Decimal(8), measured=False))
    message = Message(
        reference="R1", number="D:1+2", function=Function.ORIGINAL, made=datetime(2026, 11, 20, 12, tzinfo=UTC),
        despatched=datetime(2026, 11, 20, 11, tzinfo=UTC), sender=Party(gln=MAIN_GLN), customer=Party(code="CAFE"),
        carrier=Party(code="SF"), orders=(("4711", "SHOP-4711"),), lines=(line,),
        units=(Unit(number="TOTE-1", lines=(line, line), units=(inner,)),),
    )  # fmt: skip
    body = message_bytes(message)
    assert rows(body)[0].startswith(f"UNB+UNOW:4+{MAIN_GLN}:14+CAFE:ZZ+20261120:1200")
    assert "酸奶" in body.decode()
    found = [one[0] for one in theirs(body)]
    assert found[:8] == ["BGM", "DTM", "DTM", "RFF", "RFF", "NAD", "NAD", "NAD"]
    per_line = ["LIN", "PIA", "MEA", "QTY", "GIN", "PCI", "DTM", "DTM", "GIN"]
    assert found[9:] == [
        "CPS", "PAC", *per_line, "CPS", "PAC", "PCI", "GIN", *per_line, *per_line,
        "CPS", "PAC", "MEA", "MEA", "PCI", "GIN", "CNT",
    ]  # fmt: skip
    read, _problems, _mark = segments_of(decoded(body))
    assert [one.get(1) for one in read if one.tag == "GIN" and one.get(0) == "BX"] == ["L?1'"] * 3
    assert next(one for one in read if one.tag == "BGM").get(1) == "D:1+2"


@pytest.mark.parametrize(
    ("gtin", "shown"),
    [("06901234000108", "6901234000108"), ("16901234000105", "16901234000105"), ("00000096385074", "96385074")],
)
def test_a_gtin_has_as_many_digits_as_its_kind(gtin: str, shown: str) -> None:
    assert shown_gtin(gtin) == shown
