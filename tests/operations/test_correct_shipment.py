"""Correcting a shipment that left: another quantity, another lot, a pallet that stayed; judged as one."""

from decimal import Decimal

from suyuan.operations.commands import CorrectShipment, Deliver, Line, Pack, RightLine, Ship, VoidShipment
from suyuan.orders.kinds import OrderKind
from tests.operations.dairy import BOTH, CARRIER, KEEPER, Desk, refusal, stocked, yoghurt
from tests.orders import ordering


def some(quantity: int, lot: str = "L1") -> Line:
    return Line(item="YOG", lot=lot, quantity=quantity)


def ship(desk: Desk, *lines: Line, po: str = "") -> str:
    value = desk.run(Ship(warehouse="main", customer="SHOP", lines=lines or (some(40),), po=po), KEEPER).value
    return str(value["desadv"])


def right(desadv: str, *lines: RightLine, **more: object) -> CorrectShipment:
    said = {"error": "incorrect_data", "reason": "miscounted", **more}
    return CorrectShipment(warehouse="main", desadv=desadv, lines=lines, **said)  # type: ignore[arg-type]  # texts


def away(desk: Desk, lot: str = "L1") -> Decimal:
    return desk.stock(yoghurt(lot)).get(("transit", "released"), Decimal(0))


def test_another_quantity_left(desk: Desk) -> None:
    stocked(desk)
    ordering.sale(desk, "SO-1")
    ordering.sold(desk, 1, "YOG", 40, "SO-1")
    number = ship(desk, po="SO-1")
    wrong = right(number, RightLine(uri=yoghurt("L1"), quantity=38))
    assert refusal(desk, wrong, KEEPER)  # two people above the threshold
    desk.run(wrong, KEEPER, BOTH)
    assert away(desk) == 38
    assert desk.stock(yoghurt("L1"))["A-01", "released"] == 62
    assert ordering.done("SO-1", OrderKind.SALES) == [38]  # the order knows it by itself
    desk.run(right(number, RightLine(uri=yoghurt("L1"), quantity=40)), KEEPER, BOTH)  # and once more
    assert away(desk) == 40


def test_another_lot_left(desk: Desk) -> None:
    stocked(desk)
    stocked(desk, "L2")
    number = ship(desk)
    desk.run(right(number, RightLine(uri=yoghurt("L1"), lot="L2")), KEEPER, BOTH)
    assert [away(desk), away(desk, "L2")] == [Decimal(0), Decimal(40)]
    assert desk.stock(yoghurt("L1"))["A-01", "released"] == 100


def test_a_pallet_stayed(desk: Desk) -> None:
    stocked(desk)
    first = str(desk.run(Pack(warehouse="main", lines=(some(12),)), KEEPER).value["container"])
    second = str(desk.run(Pack(warehouse="main", lines=(some(12),)), KEEPER).value["container"])
    number = ship(desk, Line(container=first), Line(container=second))
    desk.run(right(number, stayed=(second,)), KEEPER, BOTH)
    found = desk.stock(yoghurt("L1"))
    assert found[f"transit/{first[-18:]}", "released"] == 12
    assert found[f"OUT/{second[-18:]}", "released"] == 12


def test_it_did_not_leave_at_all(desk: Desk) -> None:
    stocked(desk)
    number = ship(desk)
    desk.run(right(number, error="did_not_occur", reason="typed twice"), KEEPER, BOTH)
    assert desk.stock(yoghurt("L1")) == {("A-01", "released"): Decimal(100)}
    assert ("desadv", "operations.shipment_unknown") in refusal(
        desk, right(number, error="did_not_occur"), KEEPER, BOTH
    )


def test_what_somebody_signed_for_stays_as_it_is(desk: Desk) -> None:
    stocked(desk)
    number = ship(desk)
    desk.run(Deliver(warehouse="main", customer="SHOP", desadv=number), CARRIER)
    before = desk.stock(yoghurt("L1"))
    said = {code for _, code in refusal(desk, right(number, RightLine(uri=yoghurt("L1"), quantity=10)), KEEPER, BOTH)}
    assert said == {"operations.shipment_signed"}
    assert desk.stock(yoghurt("L1")) == before


def test_nonsense_is_refused(desk: Desk) -> None:
    stocked(desk)
    number = ship(desk)
    strange = right(number, RightLine(uri=yoghurt("L9"), quantity=1))
    assert ("lines[0]", "operations.not_in_event") in refusal(desk, strange, KEEPER, BOTH)
    more = right(number, RightLine(uri=yoghurt("L1"), quantity=500))
    assert refusal(desk, more, KEEPER, BOTH)
    nothing = right(number, RightLine(uri=yoghurt("L1"), quantity=0))
    assert ("lines", "operations.nothing_left") in refusal(desk, nothing, KEEPER, BOTH)
    assert ("reason", "operations.reason_missing") in refusal(
        desk, right(number, RightLine(uri=yoghurt("L1"), quantity=1), reason=" "), KEEPER, BOTH
    )


def test_what_was_voided_is_not_corrected(desk: Desk) -> None:
    stocked(desk)
    number = ship(desk)
    desk.run(VoidShipment(warehouse="main", desadv=number, reason="no truck"), KEEPER)
    late = right(number, RightLine(uri=yoghurt("L1"), quantity=10))
    assert ("desadv", "operations.shipment_voided") in refusal(desk, late, KEEPER, BOTH)
