"""Back to the supplier, rework, and the report that goes with both."""

import json
from datetime import timedelta
from decimal import Decimal

from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.directory import directory
from suyuan.genealogy.models import Edge
from suyuan.governance.params import Personal
from suyuan.inspection.models import NonConformance
from suyuan.inspection.nonconformances import (
    AddAction,
    CheckAction,
    CloseNonConformance,
    DecideNonConformance,
    FinishAction,
    ReportNonConformance,
)
from suyuan.inspection.queries import going_back, going_back_by, lying_of
from suyuan.ledger.keys import event_key, micros
from suyuan.ledger.models import Body
from suyuan.operations.commands import (
    ConfirmReturn,
    Destroy,
    Hold,
    Inspect,
    Line,
    Pack,
    PutAway,
    ReceiptLine,
    Receive,
    ReturnToSupplier,
    Rework,
    Reworked,
    Ship,
    Verdict,
    VoidShipment,
)
from suyuan.stock.cells import By, Wanted, cells
from suyuan.trace.answer import find, trace
from tests.operations.dairy import INSPECTOR, KEEPER, MAKER, NOON, QUALITY, SECOND, Desk, key, refusal, stocked, yoghurt
from tests.operations.looking import received

BACK = Line(item="YOG", lot="L1", quantity=30)


def failed(desk: Desk, quantity: int | None = None) -> str:
    """100 of L1, of which `quantity` or all failed; the number of the report."""
    received(desk)
    line = Verdict(item="YOG", lot="L1", verdict="fail", reason="swollen lids", quantity=quantity)
    return str(desk.run(Inspect(warehouse="main", lines=(line,)), INSPECTOR, SECOND).value["nonconformances"][0])


def decided(desk: Desk, number: str, disposition: str) -> None:
    command = DecideNonConformance(warehouse="main", number=number, disposition=disposition, why="as agreed")
    desk.run(command, INSPECTOR, QUALITY if disposition == "use_as_is" else None)


def back(number: str = "", *lines: Line, **more: str) -> ReturnToSupplier:
    told = {"warehouse": "main", "supplier": "FARM", "reason": "swollen lids", "nonconformance": number, **more}
    return ReturnToSupplier(lines=lines or (BACK,), **told)  # type: ignore[arg-type]  # texts


def test_it_works(desk: Desk) -> None:
    number = failed(desk)
    decided(desk, number, "return")
    done = desk.run(back(number, rma="RMA-7"), KEEPER)
    assert done.value["desadv"].startswith("VHZ")
    assert desk.stock(yoghurt("L1")) == {("IN", "rejected"): Decimal(70), ("transit", "rejected"): Decimal(30)}
    said = json.loads(bytes(Body.objects.get(id=event_key(done.events[0])).body))
    assert (said["bizStep"], said["disposition"]) == ("shipping", "returned")
    assert said["suyuan:nonconformance"] == number
    assert {pair["type"] for pair in said["bizTransactionList"]} == {"desadv", "rma"}


def test_what_was_rejected_goes_first(desk: Desk) -> None:
    number = failed(desk, 30)
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="YOG", lot="L1", verdict="pass"),)), INSPECTOR)
    decided(desk, number, "return")
    desk.run(back(number), KEEPER)
    assert desk.stock(yoghurt("L1")) == {("IN", "released"): Decimal(70), ("transit", "rejected"): Decimal(30)}


def test_without_a_report_somebody_signs(desk: Desk) -> None:
    failed(desk)
    assert refusal(desk, back(), KEEPER) == {("approver", "governance.approval_missing")}
    desk.run(back(), KEEPER, INSPECTOR)


def test_held_and_pending_goods_may_go_this_way(desk: Desk) -> None:
    received(desk)
    desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="smell"), INSPECTOR)
    desk.run(back(), KEEPER, INSPECTOR)
    assert desk.stock(yoghurt("L1")) == {("IN", "pending"): Decimal(70), ("transit", "pending"): Decimal(30)}


def test_a_return_can_be_voided(desk: Desk) -> None:
    failed(desk)
    number = str(desk.run(back(), KEEPER, INSPECTOR).value["desadv"])
    desk.run(VoidShipment(warehouse="main", desadv=number, reason="lorry full"), KEEPER)
    assert desk.stock(yoghurt("L1")) == {("IN", "rejected"): Decimal(70), ("OUT", "rejected"): Decimal(30)}


def test_refusals(desk: Desk) -> None:
    number = failed(desk)
    assert refusal(desk, back(number), KEEPER, INSPECTOR) == {("nonconformance", "operations.not_to_return")}
    assert refusal(desk, back("N-1"), KEEPER, INSPECTOR) == {("nonconformance", "inspection.report_unknown")}
    decided(desk, number, "return")
    many = Line(item="YOG", lot="L1", quantity=101)
    assert refusal(desk, back(number, many), KEEPER) == {("lines[0]", "stock.short")}
    assert refusal(desk, back(number, supplier="SHOP"), KEEPER) == {
        ("supplier", "operations.not_supplier"),
        ("lines[0]", "operations.not_from_him"),
    }
    assert refusal(desk, back(number, supplier="LATE"), KEEPER) == {("lines[0]", "operations.not_from_him")}
    accepting = ReturnToSupplier(
        warehouse="main", supplier="LATE", lines=(BACK,), reason="his pallet", nonconformance=number,
        accept=frozenset({"operations.not_from_him"}),
    )  # fmt: skip
    desk.run(accepting, KEEPER)
    assert refusal(desk, back(number, reason=" "), KEEPER) == {("reason", "operations.reason_missing")}


# -- rework -----------------------------------------------------------------------------------------------------------


def reworked(number: str, quantity: int = 30, lot: str = "L1R", amount: int = 28) -> Rework:
    return Rework(
        warehouse="main",
        nonconformance=number,
        inputs=(Line(item="YOG", lot="L1", quantity=quantity),),
        outputs=(Reworked(item="YOG", lot=lot, quantity=amount),),
    )


def test_rework_makes_a_lot_to_be_inspected(desk: Desk) -> None:
    number = failed(desk, 30)
    assert refusal(desk, reworked(number), MAKER) == {("nonconformance", "operations.not_to_rework")}
    decided(desk, number, "rework")
    desk.run(reworked(number), MAKER)
    assert desk.stock(yoghurt("L1")) == {("IN", "pending"): Decimal(70)}
    assert desk.stock(yoghurt("L1R")) == {("LINE", "pending"): Decimal(28)}
    assert Edge.objects.filter(parent=key(yoghurt("L1"))).exists()


def test_only_what_was_rejected_and_is_not_held_is_reworked(desk: Desk) -> None:
    number = failed(desk, 30)
    decided(desk, number, "rework")
    assert refusal(desk, reworked(number, 31), MAKER) == {("inputs[0]", "operations.not_rejected")}
    assert refusal(desk, reworked(number, lot="L1"), MAKER) >= {("outputs[0]", "operations.made_of_itself")}
    desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="x"), INSPECTOR)
    assert refusal(desk, reworked(number), MAKER) == {("inputs[0]", "stock.held")}


# -- the report -------------------------------------------------------------------------------------------------------


def test_a_report_from_complaint_to_close(desk: Desk) -> None:
    number = failed(desk)
    desk.run(
        PutAway(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=100),), to="A-01"),
    )
    close = CloseNonConformance(warehouse="main", number=number)
    assert refusal(desk, close, INSPECTOR) == {
        ("number", "inspection.not_decided"),
        ("number", "inspection.goods_left"),
    }
    decided(desk, number, "scrap")
    nobody = AddAction(warehouse="main", number=number, what="check lids", owner="nobody")
    assert refusal(desk, nobody, INSPECTOR) == {("owner", "inspection.person_unknown")}
    lines = (Line(item="YOG", lot="L1", quantity=100),)
    desk.run(Destroy(warehouse="main", lines=lines, reason=number), KEEPER, QUALITY)
    desk.run(close, INSPECTOR)
    assert NonConformance.objects.get(number=number).state == "closed"
    assert refusal(desk, close, INSPECTOR) == {("number", "inspection.report_closed")}


def test_actions_are_done_and_seen_to_help(desk: Desk) -> None:
    with governed():
        do_add_user(username="ines", name="Ines", password="grass-2-milk", grants=[At("inspector")])
    received(desk)
    told = ReportNonConformance(
        warehouse="main", goods=yoghurt("L1"), found="complaint", fault="label", weight="minor",
        description="label crooked", quantity="3", owner="ines",
    )  # fmt: skip
    number = str(desk.run(told, KEEPER).value["nonconformance"])
    row = NonConformance.objects.get(number=number)
    assert (row.found, row.quantity, bool(row.supplier)) == ("complaint", 3_000_000, True)
    decided(desk, number, "use_as_is")
    desk.run(AddAction(warehouse="main", number=number, what="new roller", owner="ines"), INSPECTOR)
    close = CloseNonConformance(warehouse="main", number=number)
    assert refusal(desk, close, INSPECTOR) == {("number", "inspection.actions_open")}
    done = FinishAction(warehouse="main", number=number, action=1, outcome="put in")
    check = CheckAction(warehouse="main", number=number, action=1, effective="no", remark="again crooked")
    assert refusal(desk, check, SECOND) == {("action", "inspection.action_not_done")}
    desk.run(done, INSPECTOR)
    assert refusal(desk, done, INSPECTOR) == {("action", "inspection.action_done")}
    assert refusal(desk, check, INSPECTOR) == {("action", "inspection.action_own")}
    desk.run(check, SECOND)
    assert refusal(desk, close, INSPECTOR) == {("number", "inspection.action_without_effect")}
    desk.run(AddAction(warehouse="main", number=number, what="another supplier", owner="ines"), INSPECTOR)
    desk.run(FinishAction(warehouse="main", number=number, action=2, outcome="ordered"), INSPECTOR)
    good = CheckAction(warehouse="main", number=number, action=2, effective="yes", remark="straight since")
    desk.run(good, SECOND)
    desk.run(close, INSPECTOR)


def test_use_as_is_takes_two(desk: Desk) -> None:
    number = failed(desk)
    command = DecideNonConformance(warehouse="main", number=number, disposition="use_as_is", why="only the lid")
    assert refusal(desk, command, INSPECTOR) == {("approver", "governance.approval_missing")}
    desk.run(command, INSPECTOR, QUALITY)
    wrong = DecideNonConformance(warehouse="main", number=number, disposition="sell", why="")
    assert refusal(desk, wrong, INSPECTOR) == {
        ("disposition", "inspection.no_choice"),
        ("why", "inspection.reason_missing"),
    }


# -- the supplier has it ----------------------------------------------------------------------------------------------


def test_the_supplier_signs(desk: Desk) -> None:
    failed(desk)
    number = str(desk.run(back(), KEEPER, INSPECTOR).value["desadv"])
    known = directory()
    farm = next(one.uri for one in known.partners.values() if one.code == "FARM")
    item = next(one.uri for one in known.items.values() if one.code == "YOG")
    going = going_back("main", item, yoghurt("L1"), {farm})
    assert [(one.number, one.quantity, one.supplier) for one in going] == [(number, Decimal(30), farm)]
    desk.run(ConfirmReturn(warehouse="main", desadv=number, signer=Personal("Fan")), KEEPER)
    assert desk.stock(yoghurt("L1")) == {("IN", "rejected"): Decimal(70), ("party", "rejected"): Decimal(30)}
    assert going_back("main", item, yoghurt("L1"), {farm}) == []
    again = ConfirmReturn(warehouse="main", desadv=number)
    assert refusal(desk, again, KEEPER) == {("desadv", "operations.shipment_unknown")}


def test_a_pallet_goes_back_and_is_signed_for(desk: Desk) -> None:
    """What is on it is then no longer rejected here, so that the report can be closed."""
    number = failed(desk)
    pallet = str(desk.run(Pack(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=100),))).value["container"])
    decided(desk, number, "return")
    assert lying_of("main", yoghurt("L1"), "rejected") == 100
    paper = str(desk.run(back(number, Line(container=pallet)), KEEPER).value["desadv"])
    assert lying_of("main", yoghurt("L1"), "rejected") == 0
    going = going_back_by(NonConformance.objects.get(number=number))
    assert [(one.number, one.quantity, one.unit) for one in going] == [(paper, Decimal(100), "EA")]
    close = CloseNonConformance(warehouse="main", number=number)
    assert refusal(desk, close, INSPECTOR) == {("number", "inspection.goods_under_way")}
    desk.run(ConfirmReturn(warehouse="main", desadv=paper), KEEPER)
    wanted = Wanted(logs=["main"], lots=[key(yoghurt("L1"))])
    assert list(cells(wanted, [By.LOT], desk.today, micros(desk.now))) == []
    assert going_back_by(NonConformance.objects.get(number=number)) == []
    desk.run(close, INSPECTOR)


def test_what_goes_back_in_boxes_on_a_pallet_and_loose_is_told_by_its_note(desk: Desk) -> None:
    number = failed(desk)
    some = Line(item="YOG", lot="L1", quantity=20)
    box = str(desk.run(Pack(warehouse="main", lines=(some,))).value["container"])
    pallet = str(desk.run(Pack(warehouse="main", lines=(Line(container=box), some))).value["container"])
    decided(desk, number, "return")
    papers = [str(desk.run(back(number, line), KEEPER).value["desadv"]) for line in (Line(container=pallet), some)]
    going = going_back_by(NonConformance.objects.get(number=number))
    assert {(one.number, one.quantity) for one in going} == {(papers[0], Decimal(40)), (papers[1], Decimal(20))}


def test_a_pallet_under_way_to_a_customer_does_not_go_back(desk: Desk) -> None:
    number = failed(desk, 30)
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="YOG", lot="L1", verdict="pass"),)), INSPECTOR)
    good = Line(item="YOG", lot="L1", quantity=10)
    pallet = str(desk.run(Pack(warehouse="main", lines=(good,))).value["container"])
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(container=pallet),)))
    assert going_back_by(NonConformance.objects.get(number=number)) == []


def test_a_report_is_closed_only_when_the_supplier_has_it_or_it_came_back(desk: Desk) -> None:
    number = failed(desk, 30)
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="YOG", lot="L1", verdict="pass"),)), INSPECTOR)
    decided(desk, number, "return")
    paper = str(desk.run(back(number), KEEPER).value["desadv"])
    close = CloseNonConformance(warehouse="main", number=number)
    assert refusal(desk, close, INSPECTOR) == {("number", "inspection.goods_under_way")}
    desk.run(VoidShipment(warehouse="main", desadv=paper, reason="lorry full"), KEEPER)
    assert refusal(desk, close, INSPECTOR) == {("number", "inspection.goods_left")}


def test_a_customers_shipment_is_not_signed_for_so(desk: Desk) -> None:
    stocked(desk, "GOOD")
    line = Line(item="YOG", lot="GOOD", quantity=5)
    sent = str(desk.run(Ship(warehouse="main", customer="SHOP", lines=(line,))).value["desadv"])
    told = ConfirmReturn(warehouse="main", desadv=sent)
    assert refusal(desk, told, KEEPER) == {("desadv", "operations.not_sent_back")}


def test_more_of_the_lot_comes_while_some_goes_back(desk: Desk) -> None:
    failed(desk)
    number = str(desk.run(back(), KEEPER, INSPECTOR).value["desadv"])
    more = ReceiptLine(item="YOG", lot="L1", quantity=50)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(more,)))
    assert desk.stock(yoghurt("L1"))["transit", "rejected"] == 30
    desk.run(ConfirmReturn(warehouse="main", desadv=number), KEEPER)
    (share,) = shares(yoghurt("L1"))
    assert share == ("FARM", "supplier", 120)


def shares(uri: str) -> list[tuple[str, str, int]]:
    found = trace(uri, find(uri), now=NOON + timedelta(days=1)).parties
    known = directory().partners
    return [(known[share.party].code, share.role, share.quantity // 1_000_000) for share, _ in found]
