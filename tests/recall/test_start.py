"""A recall is opened: its scope is frozen, and all of ours is held at once."""

from decimal import Decimal
from typing import Any

from suyuan.governance.kernel import execute
from suyuan.ledger.models import Record
from suyuan.operations.commands import (
    Hold,
    Line,
    Output,
    Pack,
    Pick,
    Produce,
    ReceiptLine,
    Receive,
    ReceiveReturn,
    Release,
    Ship,
)
from suyuan.recall.commands import StartRecall
from suyuan.recall.models import Case, Scope, ScopeGoods, ScopeParty, ScopeStock
from suyuan.stock.queries import lot_state
from suyuan.stock.states import State
from tests.operations.dairy import (
    INSPECTOR,
    KEEPER,
    LAST,
    MAKER,
    QUALITY,
    Desk,
    person,
    refusal,
    stocked,
    yoghurt,
)
from tests.recall.story import cups, made_of, recalled, rows, sold, uri_of


def start(*subjects: str, **more: Any) -> StartRecall:
    told: dict[str, Any] = {"warehouse": "main", "subjects": subjects, "reason": "listeria", **more}
    return StartRecall(**told)


def test_it_works(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    case = recalled(desk, lot)
    assert lot_state(lot, desk.today) is State.RECALLED
    row = ScopeGoods.objects.get(uri=lot)
    assert (row.direction, row.held, row.affected, row.stock_unit) == ("subject", 1, 100_000_000, "EA")
    assert [(had.role, had.quantity) for had in ScopeParty.objects.order_by("role")] == [
        ("customer", 10_000_000), ("supplier", 100_000_000),
    ]  # fmt: skip
    assert [(one.quantity, one.state, one.log) for one in ScopeStock.objects.all()] == [
        (90_000_000, "released", "main")
    ]
    assert (bool(case.block), case.version, case.state, case.title) == (True, 1, "open", "L1")
    assert None not in (case.start_due, case.finish_due)


def test_it_is_one_event_and_its_id_is_the_block(desk: Desk) -> None:
    milk, first, second = made_of(desk)
    before = set(Record.objects.filter(kind="epcis").values_list("id", flat=True))
    case = recalled(desk, milk)
    (event,) = Record.objects.filter(kind="epcis").exclude(id__in=before)
    assert (bytes(event.id).hex(), event.biz_step) == (case.block, "holding")
    assert {lot_state(lot, desk.today) for lot in (first, second)} == {State.RECALLED}
    assert {(row.uri, row.direction, row.step, row.via) for row in rows(case).values()} == {
        (milk, "subject", "", ""), (first, "forward", "made", milk), (second, "forward", "made", milk),
    }  # fmt: skip


def test_nothing_of_it_leaves(desk: Desk) -> None:
    lot = stocked(desk)
    stocked(desk, warehouse="cold")
    recalled(desk, lot)
    for warehouse in ("main", "cold"):
        assert refusal(desk, Pick(warehouse=warehouse, lines=cups(1))) == {("lines[0]", "stock.recalled")}
        ship = Ship(warehouse=warehouse, customer="SHOP", lines=cups(1))
        assert refusal(desk, ship, KEEPER) == {("lines[0]", "stock.recalled")}


def test_a_later_receipt_arrives_blocked(desk: Desk) -> None:
    lot = stocked(desk)
    recalled(desk, lot)
    line = ReceiptLine(item="YOG", lot="L1", quantity=5, expiry=LAST)
    desk.run(Receive(warehouse="cold", supplier="FARM", lines=(line,)))
    assert lot_state(lot, desk.today) is State.RECALLED
    assert refusal(desk, Pick(warehouse="cold", lines=cups(1))) >= {("lines[0]", "stock.recalled")}


def test_a_return_of_what_was_sold_out_arrives_blocked(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk, quantity=100)
    recalled(desk, lot)
    desk.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=cups(7), reason="recall"), KEEPER)
    assert sum(desk.stock(lot).values()) == Decimal(100)
    assert refusal(desk, Pick(warehouse="main", lines=cups(1))) >= {("lines[0]", "stock.recalled")}


def test_blocks_stack(desk: Desk) -> None:
    lot = stocked(desk)
    hold = str(desk.run(Hold(warehouse="main", lines=cups(None), reason="odd smell"), KEEPER).value["block"])
    first, second = recalled(desk, lot), recalled(desk, lot)
    assert first.block != second.block
    desk.run(Release(warehouse="main", block=hold, lines=cups(None)), INSPECTOR, QUALITY)
    assert lot_state(lot, desk.today) is State.RECALLED
    lift = Release(warehouse="main", block=first.block, lines=cups(None))
    assert refusal(desk, lift, INSPECTOR, QUALITY) == {("block", "operations.recall_not_released_here")}


def test_an_item_means_all_its_lots(desk: Desk) -> None:
    lots = [stocked(desk, f"L{n}") for n in (1, 2)]
    recalled(desk, lots[0].partition("/10/")[0])
    assert {lot_state(lot, desk.today) for lot in lots} == {State.RECALLED}
    line = ReceiptLine(item="YOG", lot="L9", quantity=1, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    assert lot_state(yoghurt("L9"), desk.today) is State.PENDING  # a lot to come is not what was recalled


def test_goods_without_lots(desk: Desk) -> None:
    foil = uri_of("FOIL")
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(ReceiptLine(item="FOIL", quantity=50),)))
    recalled(desk, foil)
    assert lot_state(foil, desk.today) is State.RECALLED


def test_refusals(desk: Desk) -> None:
    lot = stocked(desk)
    assert refusal(desk, start(), INSPECTOR) == {("subjects", "recall.subjects_missing")}
    assert refusal(desk, start(yoghurt("L9")), INSPECTOR) == {("subjects[0]", "recall.subject_unknown")}
    wrong = start(lot, reason=" ", kind="drill", regime="toys", hazard_class=4, finish_days=0, title="x" * 201)
    assert refusal(desk, wrong, INSPECTOR) == {
        ("reason", "recall.reason_missing"),
        ("kind", "recall.choice"),
        ("regime", "recall.choice"),
        ("hazard_class", "recall.class_wrong"),
        ("finish_days", "recall.hours_wrong"),
        ("title", "recall.text_long"),
    }
    for nobody in (KEEPER, QUALITY, MAKER, person("inspector", "Far", "cold")):
        assert refusal(desk, start(lot), nobody) == {("", "governance.not_allowed")}
    party = ScopeParty.objects.count()
    assert (Case.objects.count(), Scope.objects.count(), party) == (0, 0, 0)


def test_what_names_no_goods(desk: Desk) -> None:
    stocked(desk)
    place = "https://id.gs1.org/414/6901234000009"
    assert refusal(desk, start(place), INSPECTOR) == {("subjects[0]", "recall.subject_no_goods")}


def test_a_container_stands_for_what_is_in_it(desk: Desk) -> None:
    lot = stocked(desk)
    box = str(desk.run(Pack(warehouse="main", place="A-01", lines=cups(12)), KEEPER).value["container"])
    case = recalled(desk, box)
    assert case.subjects == [lot]
    assert refusal(desk, Pick(warehouse="main", lines=cups(1))) >= {("lines[0]", "stock.recalled")}


def test_goods_beside_the_container_they_are_in(desk: Desk) -> None:
    lot = stocked(desk)
    box = str(desk.run(Pack(warehouse="main", place="A-01", lines=cups(12)), KEEPER).value["container"])
    case = recalled(desk, lot, box)
    assert case.subjects == [lot]
    assert {row.uri for row in ScopeStock.objects.filter(scope__case=case)} == {lot}


def test_replays_answer_the_same(desk: Desk) -> None:
    lot = stocked(desk)
    ctx = desk.context(INSPECTOR)
    first = execute(ctx, start(lot))
    again = execute(ctx, start(lot))
    assert (again.repeated, again.value, Case.objects.count()) == (True, first.value, 1)


def test_produced_goods_of_a_recalled_lot(desk: Desk) -> None:
    stocked(desk)
    output = Output(item="WHEY", quantity=Decimal(3), expiry=LAST)
    recalled(desk, yoghurt("L1"))
    make = Produce(warehouse="main", inputs=(Line(item="YOG", lot="L1", quantity=1, place="A-01"),), outputs=(output,))
    assert ("inputs[0]", "stock.recalled") in refusal(desk, make, MAKER)
