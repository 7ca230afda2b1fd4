"""Goods that come back: which shipment they left with, why, how they look, and what is not ours."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.conf import settings

from suyuan.capture.bodies import CONTEXT
from suyuan.capture.door import capture
from suyuan.catalog.directory import directory
from suyuan.catalog.register import Row
from suyuan.epcis.document import event_of
from suyuan.governance.kernel import execute
from suyuan.gs1.identifiers import own_document_uri
from suyuan.ledger.keys import event_key
from suyuan.ledger.models import Body
from suyuan.operations.commands import (
    Correct,
    CorrectReceipt,
    Deliver,
    Inspect,
    Line,
    Pack,
    ReceiveReturn,
    ReturnedLine,
    RightLine,
    Ship,
    Stranger,
    Verdict,
    VoidShipment,
)
from suyuan.operations.returned import returned_for, returns_of
from suyuan.returns.models import ReturnNotice
from suyuan.returns.registers import PutReturnNotices
from suyuan.stock.queries import on_hand
from tests.operations.dairy import (
    BOTH,
    INSPECTOR,
    KEEPER,
    NOON,
    Desk,
    person,
    refusal,
    stocked,
    yoghurt,
)
from tests.plugins.engines import Statements

FINANCE = person("finance", "Fei")


def some(quantity: int, lot: str = "L1", **more: Any) -> ReturnedLine:
    return ReturnedLine(item="YOG", lot=lot, quantity=quantity, **more)


def shipped(desk: Desk, quantity: int, lot: str = "L1", **more: Any) -> str:
    line = Line(item="YOG", lot=lot, quantity=quantity)
    return str(desk.run(Ship(warehouse="main", customer="SHOP", lines=(line,), **more)).value["desadv"])


def back(*lines: Line, **more: Any) -> ReceiveReturn:
    told = {"warehouse": "main", "customer": "SHOP", "cause": "damaged", **more}
    return ReceiveReturn(lines=lines, **told)


def bodies(events: Any) -> list[dict[str, Any]]:
    return [json.loads(bytes(Body.objects.get(id=event_key(one)).body)) for one in events]


def papers(body: dict[str, Any], kind: str) -> list[str]:
    return [one["bizTransaction"].rsplit("/", 1)[-1] for one in body["bizTransactionList"] if one["type"] == kind]


def test_it_works(desk: Desk) -> None:
    stocked(desk, "L1")
    sent = shipped(desk, 10)
    desk.run(Deliver(warehouse="main", customer="SHOP", desadv=sent))
    done = desk.run(back(some(2, condition="damaged", note="lid"), rma="RMA-7"), KEEPER)
    assert desk.stock(yoghurt("L1"))["BACK", "pending"] == 2
    (body,) = bodies(done.events)
    assert (papers(body, "desadv"), papers(body, "rma")) == ([sent], ["RMA-7"])
    (said,) = body["suyuan:returned"]
    assert (said["id"], said["cause"], said["condition"]) == (yoghurt("L1"), "damaged", "damaged")
    assert said["shipment"].endswith(sent)
    found = returns_of("main", [bytes.fromhex(str(done.value["receipt"]))])
    (told,) = found.values()
    assert (told.rma, told.goods[0].note) == ("RMA-7", "lid")


def test_each_shipment_is_named_by_the_goods_that_went_with_it(desk: Desk) -> None:
    stocked(desk, "L1")
    stocked(desk, "L2")
    first, second = shipped(desk, 5), shipped(desk, 5, "L2")
    done = desk.run(back(some(1), some(2, "L2")), KEEPER)
    assert [papers(body, "desadv") for body in bodies(done.events)] == [[first], [second]]
    # Both are one receipt, so that they wait for their inspection as one.
    command = Verdict(item="YOG", lot="L2", verdict="pass", receipt=str(done.value["receipt"]), condition="intact")
    desk.run(Inspect(warehouse="main", lines=(command,)), INSPECTOR)
    assert desk.stock(yoghurt("L2"))["BACK", "released"] == 2


def test_the_latest_shipment_counts_and_a_voided_one_does_not(desk: Desk) -> None:
    stocked(desk, "L1")
    shipped(desk, 5)
    latest = shipped(desk, 5)
    voided = shipped(desk, 5)
    desk.run(VoidShipment(warehouse="main", desadv=voided, reason="lorry full"), KEEPER)
    done = desk.run(back(some(1)), KEEPER)
    assert papers(bodies(done.events)[0], "desadv") == [latest]


def test_a_part_of_a_pallet_comes_back(desk: Desk) -> None:
    stocked(desk, "L1")
    box = str(desk.run(Pack(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=20),))).value["container"])
    pallet = str(desk.run(Pack(warehouse="main", lines=(Line(container=box),))).value["container"])
    load = Ship(warehouse="main", customer="SHOP", lines=(Line(container=pallet),))
    sent = str(desk.run(load).value["desadv"])
    desk.run(Deliver(warehouse="main", customer="SHOP", desadv=sent))
    done = desk.run(back(some(6)), KEEPER)
    assert papers(bodies(done.events)[0], "desadv") == [sent]
    assert desk.stock(yoghurt("L1"))["BACK", "pending"] == 6
    assert refusal(desk, back(some(15)), KEEPER) == {("lines[0]", "operations.never_sent")}


def test_lines_of_one_lot_are_added_up(desk: Desk) -> None:
    stocked(desk, "L1")
    shipped(desk, 5)
    twice = back(some(3), some(3, condition="opened"))
    assert refusal(desk, twice, KEEPER) == {("lines[1]", "operations.never_sent")}
    desk.run(back(some(3), some(3), accept=frozenset({"operations.never_sent"})), KEEPER)


def test_why_and_how_are_words_of_the_lists(desk: Desk) -> None:
    stocked(desk, "L1")
    shipped(desk, 5)
    assert refusal(desk, back(some(1, condition="sour"), cause="smell"), KEEPER) == {
        ("cause", "operations.choice"),
        ("lines[0].condition", "operations.choice"),
    }
    assert refusal(desk, back(some(1), cause=""), KEEPER) == {("reason", "operations.reason_missing")}
    assert refusal(desk, back(some(1), cause="other"), KEEPER) == {("reason", "operations.reason_missing")}
    desk.run(back(some(1, cause="quality"), cause=""), KEEPER)


def test_what_came_back_stands_beside_the_order(desk: Desk) -> None:
    stocked(desk, "L1")
    pallet = str(desk.run(Pack(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=20),))).value["container"])
    sent = Ship(warehouse="main", customer="SHOP", lines=(Line(container=pallet),), po="SO-1")
    desk.run(sent)
    shipped(desk, 10, po="SO-2")
    desk.run(back(ReturnedLine(container=pallet)), KEEPER)
    desk.run(back(some(4)), KEEPER)
    orders = [own_document_uri(settings.SUYUAN.origin, "po", number) for number in ("SO-1", "SO-2")]
    item = next(one.uri for one in directory().items.values() if one.code == "YOG")
    assert returned_for(orders) == {(orders[0], item): Decimal(20), (orders[1], item): Decimal(4)}


# -- what may be sold again -------------------------------------------------------------------------------------------


def passing(desk: Desk, lot: str = "L1") -> Inspect:
    return Inspect(warehouse="main", lines=(Verdict(item="YOG", lot=lot, verdict="pass", place="BACK"),))


def test_what_was_warm_is_not_passed(desk: Desk) -> None:
    stocked(desk, "L1")
    shipped(desk, 5)
    desk.run(back(some(2, condition="warm")), KEEPER)
    assert refusal(desk, passing(desk), INSPECTOR) == {("lines[0]", "operations.cold_chain_broken")}
    assert desk.stock(yoghurt("L1"))["BACK", "pending"] == 2


def test_what_was_warm_in_a_pallet_is_not_passed_either(desk: Desk) -> None:
    stocked(desk, "L1")
    pallet = str(desk.run(Pack(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=4),))).value["container"])
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(container=pallet),)))
    desk.run(back(ReturnedLine(container=pallet, condition="warm")), KEEPER)
    judged = Inspect(warehouse="main", lines=(Verdict(container=pallet, verdict="pass"),))
    assert refusal(desk, judged, INSPECTOR) == {("lines[0]", "operations.cold_chain_broken")}


def test_the_last_day_is_asked_again(desk: Desk) -> None:
    stocked(desk, "L1")
    shipped(desk, 5)
    desk.later(days=40)
    desk.run(back(some(2, condition="intact")), KEEPER)
    assert refusal(desk, passing(desk), INSPECTOR) == {("lines[0]", "stock.expired")}


def test_what_is_recalled_comes_back_recalled(desk: Desk) -> None:
    stocked(desk, "L1")
    shipped(desk, 5)
    recall: dict[str, object] = {
        "type": "ObjectEvent", "eventID": "urn:uuid:7b1f0c1e-0000-7000-8000-000000000001", "action": "OBSERVE",
        "eventTime": "2026-11-20T05:00:00Z", "eventTimeZoneOffset": "+08:00", "bizStep": "holding",
        "readPoint": {"id": "https://id.gs1.org/414/6901234000009"}, "quantityList": [{"epcClass": yoghurt("L1")}],
        "persistentDisposition": {"set": ["recalled"]},
    }  # fmt: skip
    capture([event_of(recall, CONTEXT)], now=NOON)
    desk.later(hours=2)
    desk.run(back(some(2, condition="intact"), cause="recall"), KEEPER)
    back_here = [row for row in on_hand(desk.today, subjects=[yoghurt("L1")]) if row.quantity == 2]
    assert {(row.kind, row.state.value) for row in back_here} == {("place", "recalled")}


# -- what was announced -----------------------------------------------------------------------------------------------


def announce(desk: Desk, quantity: str = "5", **more: object) -> None:
    row = {"number": "RMA-9", "line": 1, "customer": "SHOP", "warehouse": "main", "item": "YOG",
           "quantity": Decimal(quantity), "cause": "unsold", **more}  # fmt: skip
    desk.run(PutReturnNotices(rows=(Row(row),)), FINANCE)  # type: ignore[arg-type]  # plain values


def test_what_was_announced_comes_back(desk: Desk) -> None:
    stocked(desk, "L1")
    shipped(desk, 10)
    announce(desk)
    desk.run(back(some(3), rma="RMA-9"), KEEPER)
    assert refusal(desk, back(some(3), rma="RMA-9"), KEEPER) == {("lines[0]", "operations.more_than_announced")}
    desk.run(back(some(3), rma="RMA-9", accept=frozenset({"operations.more_than_announced"})), KEEPER)
    assert refusal(desk, back(some(1), rma="RMA-9", customer="CAFE"), KEEPER) >= {("rma", "operations.rma_of_another")}
    announce(desk, state="closed")
    assert refusal(desk, back(some(1), rma="RMA-9"), KEEPER) == {("rma", "operations.rma_closed")}


def test_a_permission_is_one_customers(desk: Desk) -> None:
    announce(desk)
    other = {"number": "RMA-9", "line": 2, "customer": "CAFE", "warehouse": "main", "item": "YOG",
             "quantity": Decimal(1)}  # fmt: skip
    command = PutReturnNotices(rows=(Row(other),))  # type: ignore[arg-type]  # plain values
    assert refusal(desk, command, FINANCE) == {("rows[0].customer", "returns.customers_differ")}
    wrong = {**other, "customer": "FARM", "item": "FOIL", "lot": "X", "quantity": Decimal(0), "number": "RMA-10"}
    assert refusal(desk, PutReturnNotices(rows=(Row(wrong),)), FINANCE) >= {  # type: ignore[arg-type]
        ("rows[0].customer", "returns.customer_wrong"),
        ("rows[0].lot", "returns.lot_untracked"),
        ("rows[0].quantity", "returns.quantity_none"),
    }
    assert ReturnNotice.objects.count() == 1


# -- what is not ours -------------------------------------------------------------------------------------------------


def test_what_is_not_ours_is_kept_apart_for_whom_it_belongs_to(desk: Desk) -> None:
    stocked(desk, "L1")
    shipped(desk, 5)
    strange = Stranger(what="kefir of another dairy", quantity="3 bottles")
    done = desk.run(back(some(1), strangers=(strange,)), KEEPER)
    (box,) = done.value["strangers"]
    assert desk.stock(box["id"]) == {("BACK", "-"): Decimal(1)}
    body = bodies(done.events)[1]
    assert body["suyuan:strangers"][0]["what"] == "kefir of another dairy"
    # It goes back to whose it is.
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(container=box["id"]),)), KEEPER)
    assert desk.stock(box["id"]) == {("transit", "-"): Decimal(1)}


def test_nothing_but_what_is_not_ours(desk: Desk) -> None:
    done = desk.run(back(strangers=(Stranger(what="kefir"),)), KEEPER)
    assert done.value["receipt"]
    wrong = back(strangers=(Stranger(what=" "),))
    assert refusal(desk, wrong, KEEPER) == {("strangers[0].what", "operations.stranger_what")}
    assert refusal(desk, back(), KEEPER) == {("lines", "operations.lines_missing")}


def test_a_fixed_number_of_statements(desk: Desk, statements: Callable[[], Statements]) -> None:
    lots = [f"L{n}" for n in range(6)]
    for lot in lots:
        stocked(desk, lot)
        shipped(desk, 4, lot)
    execute(desk.context(KEEPER), back(some(1, "L0")))
    counts = []
    for some_of in (lots[:1], lots[:2], lots):
        with statements() as seen:
            execute(desk.context(KEEPER), back(*(some(1, lot) for lot in some_of), desadv="D-1"))
        counts.append(len(seen))
    assert counts[1] == counts[2], seen.sql


def test_the_correction_of_a_return_brings_no_more_than_he_had(desk: Desk) -> None:
    stocked(desk, "L1")
    shipped(desk, 5)
    came = desk.run(back(some(1)), KEEPER)
    desk.later(minutes=5)
    shipped(desk, 20)  # what goes to him later has not come back before
    told = {"warehouse": "main", "event": came.events[0], "error": "incorrect_data", "reason": "misread"}
    over = Correct(lines=(Line(item="YOG", lot="L1", quantity=6),), **told)
    assert {code for _, code in refusal(desk, over, KEEPER, BOTH)} == {"stock.never_had"}
    more = CorrectReceipt(lines=(RightLine(uri=yoghurt("L1"), quantity=6),), **told)
    assert {code for _, code in refusal(desk, more, KEEPER, BOTH)} == {"stock.never_had"}
    other = CorrectReceipt(lines=(RightLine(uri=yoghurt("L1"), lot="L2"),), **told)
    assert {code for _, code in refusal(desk, other, KEEPER, BOTH)} == {"stock.never_had"}
    desk.run(Correct(lines=(Line(item="YOG", lot="L1", quantity=5),), **told), KEEPER, BOTH)
    assert desk.stock(yoghurt("L1"))["BACK", "pending"] == 5


def test_a_return_of_what_was_never_sent_is_corrected_as_well(desk: Desk) -> None:
    stocked(desk, "L1")
    came = desk.run(back(some(3), accept=frozenset({"operations.never_sent"})), KEEPER)
    told = {"warehouse": "main", "event": came.events[0], "error": "incorrect_data", "reason": "misread"}
    other = CorrectReceipt(lines=(RightLine(uri=yoghurt("L1"), lot="L2"),), **told)
    desk.run(other, KEEPER, BOTH)
    assert desk.stock(yoghurt("L2"))["BACK", "pending"] == 3
