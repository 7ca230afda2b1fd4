"""Assemblies: what a serial was built of, a part replaced, taken apart, and what a recall of a part finds."""

from decimal import Decimal

import pytest

from suyuan.capture.door import who_is_who
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.writes import do_add_items
from suyuan.operations.commands import (
    Assemble,
    Destroy,
    Hold,
    Inspect,
    Line,
    Move,
    Pick,
    ReceiptLine,
    Receive,
    ReceiveTransfer,
    ReplacePart,
    Ship,
    TakeApart,
    Transfer,
    Verdict,
)
from suyuan.operations.outbound.suggest import suggest
from suyuan.operations.production.asbuilt import stays_in
from suyuan.stock.queries import on_hand
from suyuan.trace.answer import find, trace
from tests.operations.dairy import KEEPER, MAKER, QUALITY, Desk, refusal

SKID = Line(item="SKID", serials=("SK-1",))


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """Two pumps and ten seals of a lot, inspected, at the line."""
    with governed():
        do_add_items(items=[
            NewItem(code="SKID", name_en="Pump skid", base_unit="EA", tracking="serial"),
            NewItem(code="SEAL", name_en="Seal", base_unit="EA"),
        ])  # fmt: skip
    lines = (ReceiptLine(item="PUMP", serials=("P1", "P2")), ReceiptLine(item="SEAL", lot="S9", quantity=10))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=lines))
    verdicts = (
        Verdict(item="PUMP", serials=("P1", "P2"), verdict="pass"), Verdict(item="SEAL", lot="S9", verdict="pass"),
    )  # fmt: skip
    desk.run(Inspect(warehouse="main", lines=verdicts))
    desk.run(Move(warehouse="main", lines=(pump("P1"), pump("P2"), seals(10)), to="LINE"))
    return desk


def pump(serial: str) -> Line:
    return Line(item="PUMP", serials=(serial,))


def seals(quantity: int) -> Line:
    return Line(item="SEAL", lot="S9", quantity=quantity)


def build(desk: Desk) -> str:
    command = Assemble(warehouse="main", product=SKID, parts=(pump("P1"), seals(4)), prodorder="WO-9")
    return str(desk.run(command, MAKER).value["product"])


def names(uris: object) -> set[str]:
    return {str(uri).rsplit("/", 1)[1] for uri in uris}  # type: ignore[attr-defined]  # of URIs


def test_it_works(shop: Desk) -> None:
    skid = build(shop)
    assert shop.stock(skid) == {("LINE", "pending"): Decimal(1)}
    seal = skid.replace("SKID/serial/SK-1", "SEAL/lot/S9")
    assert shop.stock(seal) == {("LINE", "released"): Decimal(6), ("LINE/SK-1", "released"): Decimal(4)}
    assert {(one.uri.rsplit("/", 1)[1], int(one.quantity), one.built, one.until) for one in stays_in(skid)} == {
        ("P1", 1, True, None), ("S9", 4, True, None),
    }  # fmt: skip


def test_a_part_is_replaced(shop: Desk) -> None:
    skid = build(shop)
    shop.run(
        ReplacePart(
            warehouse="main", product=SKID, old=(pump("P1"),), new=(pump("P2"),), to="A-01", reason="bearing is loud"
        ),
        MAKER,
    )  # fmt: skip
    stays = {one.uri.rsplit("/", 1)[1]: one for one in stays_in(skid)}
    assert (stays["P1"].built, stays["P2"].built) == (True, False)
    assert stays["P1"].until == stays["P2"].since
    assert stays["P2"].until is None
    assert stays["P1"].removed
    old = stays["P1"].uri
    assert shop.stock(old) == {("A-01", "pending"): Decimal(1)}, "it waits for an inspection"
    assert shop.stock(stays["P2"].uri) == {("LINE/SK-1", "released"): Decimal(1)}


def test_the_recall_of_a_part_finds_where_it_is_and_was(shop: Desk) -> None:
    skid = build(shop)
    shop.run(ReplacePart(warehouse="main", product=SKID, old=(pump("P1"),), new=(pump("P2"),), to="A-01", reason="r"))
    shop.run(Inspect(warehouse="main", lines=(Verdict(item="SKID", serials=("SK-1",), verdict="pass"),)))
    shop.run(Ship(warehouse="main", customer="SHOP", lines=(SKID,)))
    for part in ("P1", "P2", "S9"):
        uri = next(one.uri for one in stays_in(skid) if one.uri.endswith(part))
        answer = trace(uri, find(uri), now=shop.now)
        assert skid in {one.uri for one in answer.forward}, part
        customers = {share.party for share, _unit in answer.parties if share.role == "customer"}
        assert customers, "who has the whole is asked, even where the part was taken out before: that shows its stay"
    parts = names(one.uri for one in trace(skid, find(skid), now=shop.now).backward)
    assert {"P1", "P2", "S9"} <= parts


def test_taken_apart_it_gives_back_what_it_was_built_of(shop: Desk) -> None:
    skid = build(shop)
    shop.run(TakeApart(warehouse="main", product=SKID, reason="not sold", to="A-02"), MAKER)
    assert shop.stock(skid) == {}
    seal = skid.replace("SKID/serial/SK-1", "SEAL/lot/S9")
    assert shop.stock(seal) == {("LINE", "released"): Decimal(6), ("A-02", "released"): Decimal(4)}


def test_parts_are_not_stock_for_others(shop: Desk) -> None:
    build(shop)
    found = suggest(who_is_who(), "main", "SEAL", Decimal(10), today=shop.now.date())
    assert (found.missing, [one.quantity for one in found.allocations]) == (Decimal(4), [Decimal(6)])
    assert refusal(shop, Pick(warehouse="main", lines=(pump("P1"),)), KEEPER) == {("lines[0]", "stock.not_here")}
    assert refusal(shop, Pick(warehouse="main", lines=(seals(7),)), KEEPER) == {("lines[0]", "stock.short")}


def test_a_part_on_hold_keeps_the_whole_here(shop: Desk) -> None:
    build(shop)
    shop.run(Inspect(warehouse="main", lines=(Verdict(item="SKID", serials=("SK-1",), verdict="pass"),)))
    shop.run(Hold(warehouse="main", lines=(pump("P1"),), reason="recall of the maker"), QUALITY)
    sent = Ship(warehouse="main", customer="SHOP", lines=(SKID,))
    assert {code for _field, code in refusal(shop, sent)} == {"stock.held"}


def test_parts_go_where_the_whole_goes(shop: Desk) -> None:
    skid = build(shop)
    shop.run(Inspect(warehouse="main", lines=(Verdict(item="SKID", serials=("SK-1",), verdict="pass"),)))
    sent = shop.run(Transfer(warehouse="main", to="cold", lines=(SKID,))).value["desadv"]
    shop.run(ReceiveTransfer(warehouse="cold", sender="main", desadv=str(sent), lines=(SKID,)))
    rows = on_hand(shop.today, log="cold", subjects=[stays_in(skid)[0].uri])
    assert [(row.place.rsplit("/", 1)[1], row.container) for row in rows] == [("IN", skid)]
    shop.run(Destroy(warehouse="cold", lines=(SKID,), reason="fell"), KEEPER, QUALITY)
    assert on_hand(shop.today, log="cold", subjects=[one.uri for one in stays_in(skid)]) == []


def test_refusals(shop: Desk) -> None:
    shop.run(Hold(warehouse="main", lines=(pump("P2"),), reason="r"), QUALITY)
    wrong = Assemble(warehouse="main", product=SKID, parts=(pump("P2"), seals(11)))
    assert refusal(shop, wrong, MAKER) == {("parts[0]", "stock.held"), ("parts[1]", "stock.short")}
    itself = Assemble(warehouse="main", product=SKID, parts=(SKID,))
    assert ("parts[0]", "operations.into_itself") in refusal(shop, itself, MAKER)
    assert refusal(shop, Assemble(warehouse="main", product=seals(1), parts=(pump("P1"),)), MAKER) == {
        ("product", "production.not_one_serial")
    }
    build(shop)
    gone = ReplacePart(warehouse="main", product=SKID, old=(pump("P2"),), reason="", to="A-01")
    assert refusal(shop, gone, MAKER) == {("old[0]", "operations.not_inside"), ("reason", "operations.reason_missing")}
    again = Assemble(warehouse="main", product=Line(item="SKID", serials=("SK-2",)), parts=(pump("P1"),))
    assert refusal(shop, again, MAKER) == {("parts[0]", "stock.not_here")}
