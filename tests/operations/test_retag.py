"""Tags and labels of goods: bound, replaced, found again; the goods stay what they are."""

from dataclasses import replace

import pytest

from suyuan.gs1.epc_tags import encode_tag
from suyuan.gs1.identifiers import serial_uri
from suyuan.ledger.models import Record
from suyuan.operations.commands import BindTags, Hold, Line, Pack, ReceiptLine, Receive, ReplaceLabel, Tagged
from suyuan.trace.resolve import resolve
from tests.operations.dairy import CARRIER, CUP, KEEPER, Desk, refusal, stocked

SSCC = "369012340000000017"
SERIALS = ("V1", "V2", "V3")
TID, OTHER = "E2801160600002054C0C1A2B", "E2801160600002054C0C1A2C"


def vials(desk: Desk) -> None:
    line = ReceiptLine(item="VIAL", lot="L9", serials=SERIALS)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))


def vial(serial: str) -> str:
    return serial_uri(CUP, serial)


def tagged(serial: str, *, epc: str = "", tid: str = "") -> Tagged:
    return Tagged(item="VIAL", serials=(serial,), epc=epc, tid=tid)


def found(text: str) -> list[str]:
    return [one.uri for one in resolve(text)]


def test_it_works(desk: Desk) -> None:
    vials(desk)
    before = {serial: desk.stock(vial(serial)) for serial in SERIALS}
    result = desk.run(
        BindTags(warehouse="main", lines=(tagged("V1", tid=TID), tagged("V2", epc=encode_tag(vial("V2"))))), KEEPER
    )
    assert [tag["id"] for tag in result.value["tags"]] == [vial("V1"), vial("V2")]
    assert {serial: desk.stock(vial(serial)) for serial in SERIALS} == before
    assert found(TID) == found(TID.lower()) == found(encode_tag(vial("V1"))) == [vial("V1")]
    assert found(encode_tag(vial("V2"))) == [vial("V2")]
    event = Record.objects.get(id=bytes.fromhex(result.events[0].removeprefix("urn:uuid:").replace("-", "")))
    assert (event.biz_step, event.action, event.disposition) == ("encoding", "OBSERVE", "")


def test_a_pallet_has_a_tag(desk: Desk) -> None:
    stocked(desk)
    desk.run(Pack(warehouse="main", container=SSCC, lines=(Line(item="YOG", lot="L1", quantity=10, place="A-01"),)))
    desk.run(BindTags(warehouse="main", lines=(Tagged(container=SSCC, tid=TID),)))
    assert found(TID) == [f"https://id.gs1.org/00/{SSCC}"]


def test_a_tag_is_replaced(desk: Desk) -> None:
    vials(desk)
    desk.run(BindTags(warehouse="main", lines=(tagged("V1", tid=TID),)))
    change = ReplaceLabel(
        warehouse="main", line=Line(item="VIAL", serials=("V1",)), defect="damaged", medium="tag", tid=OTHER,
        old_tid=TID, printer="DOCK",
    )  # fmt: skip
    before = desk.stock(vial("V1"))
    desk.run(change, KEEPER)
    assert desk.stock(vial("V1")) == before
    assert found(OTHER) == [vial("V1")]
    assert vial("V1") not in found(TID), "it came off"


def test_a_tag_that_moves_on_is_found_where_it_is(desk: Desk) -> None:
    vials(desk)
    for serial in ("V1", "V2"):
        epc = encode_tag(vial(serial))
        desk.run(BindTags(warehouse="main", lines=(tagged(serial, epc=epc, tid=TID),)))
    assert found(TID) == [vial("V2")]


def test_the_label_of_a_lot_is_replaced_though_it_is_held(desk: Desk) -> None:
    uri = stocked(desk)
    desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="smell"))
    before = desk.stock(uri)
    desk.run(ReplaceLabel(warehouse="main", line=Line(item="YOG", lot="L1"), defect="other", reason="wet"), KEEPER)
    assert desk.stock(uri) == before


def test_what_is_not_here_has_no_label_in_anybodys_hand(desk: Desk) -> None:
    vials(desk)
    assert refusal(desk, BindTags(warehouse="cold", lines=(tagged("V1", tid=TID),))) == {("lines[0]", "stock.not_here")}
    unknown = ReplaceLabel(warehouse="main", line=Line(item="YOG", lot="L7"), defect="lost")
    assert refusal(desk, unknown) == {("goods[0]", "stock.not_here")}


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (tagged("V1", tid="xyz"), ("lines[0].tid", "operations.tag_hex")),
        (tagged("V1", epc=encode_tag(vial("V2"))), ("lines[0].epc", "operations.tag_of_other")),
        (replace(tagged("V1"), serials=("V1", "V2")), ("lines[0]", "operations.tag_on_one")),
    ],
)
def test_what_is_no_tag(desk: Desk, line: Tagged, wrong: tuple[str, str]) -> None:
    vials(desk)
    assert refusal(desk, BindTags(warehouse="main", lines=(line,))) == {wrong}


def test_one_tag_on_two_goods(desk: Desk) -> None:
    vials(desk)
    both = BindTags(warehouse="main", lines=(tagged("V1", tid=TID), tagged("V2", tid=TID)))
    assert refusal(desk, both) == {("lines[1].tid", "operations.tag_twice")}


def test_without_a_number_of_gs1_the_maker_s_is_needed(desk: Desk) -> None:
    pump = ReceiptLine(item="PUMP", serials=("P1",))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(pump,)))
    bare = Tagged(item="PUMP", serials=("P1",))
    assert refusal(desk, BindTags(warehouse="main", lines=(bare,))) == {("lines[0].tid", "operations.tag_missing")}
    desk.run(BindTags(warehouse="main", lines=(replace(bare, tid=TID),)))
    assert found(TID)[0].endswith("/item/PUMP/serial/P1")


def test_what_is_said_of_a_label(desk: Desk) -> None:
    stocked(desk)
    wrong = ReplaceLabel(warehouse="main", line=Line(item="YOG", lot="L1"), defect="ugly", medium="sign")
    assert refusal(desk, wrong) == {("defect", "operations.defect_unknown"), ("medium", "operations.medium_unknown")}
    wrong = replace(wrong, defect="other", medium="label", tid=TID)
    assert refusal(desk, wrong) == {("reason", "operations.reason_missing"), ("tid", "operations.label_has_no_tag")}


def test_who_may(desk: Desk) -> None:
    stocked(desk)
    change = ReplaceLabel(warehouse="main", line=Line(item="YOG", lot="L1"), defect="lost")
    assert refusal(desk, change, CARRIER) == {("", "governance.not_allowed")}


def test_a_thousand_tags_are_one_event_and_few_statements(desk: Desk) -> None:
    serials = tuple(f"N{n:04}" for n in range(1000))
    line = ReceiptLine(item="VIAL", lot="L9", serials=serials)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    result = desk.run(
        BindTags(warehouse="main", lines=tuple(tagged(serial, tid=f"E280{n:08}") for n, serial in enumerate(serials)))
    )
    assert len(result.events) == 1
    assert found("E28000000999") == [vial("N0999")]
