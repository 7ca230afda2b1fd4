"""Making goods of goods."""

from datetime import date
from decimal import Decimal

from suyuan.genealogy.models import Edge
from suyuan.ledger.keys import key16
from suyuan.operations.commands import Inspect, Line, Move, Output, Produce, ReceiptLine, Receive, Verdict
from tests.operations.dairy import MAKER, Desk, refusal

MILK = "https://suyuan.example/item/MILK"


def milk(desk: Desk, *lots: str, quantity: int = 100) -> None:
    lines = tuple(ReceiptLine(item="MILK", lot=lot, quantity=quantity) for lot in lots)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=lines))
    passed = tuple(Verdict(item="MILK", lot=lot, verdict="pass") for lot in lots)
    desk.run(Inspect(warehouse="main", lines=passed))


def use(lot: str, quantity: int, place: str = "") -> Line:
    return Line(item="MILK", lot=lot, quantity=quantity, place=place)


def test_it_works(desk: Desk) -> None:
    milk(desk, "M1", "M2")
    made = desk.run(
        Produce(
            warehouse="main",
            inputs=(use("M1", 60), use("M2", 40)),
            outputs=(Output(item="YOG", quantity=500), Output(item="WHEY", quantity=20, by_product=True)),
            line="2",
            prodorder="WO-1",
        ),
        MAKER,
    )
    yoghurt, whey = made.value["lots"]
    assert yoghurt["expiry"] == "2026-12-18"
    assert yoghurt["produced"] == "2026-11-20"
    assert desk.stock(yoghurt["uri"]) == {("LINE", "pending"): Decimal(500)}
    assert desk.stock(whey["uri"]) == {("LINE", "pending"): Decimal(20)}
    kinds = sorted(Edge.objects.values_list("kind", "quantity"))
    assert kinds == [("input", 40_000_000), ("input", 60_000_000), ("output", 20_000_000), ("output", 500_000_000)]


def test_inputs_from_several_places_are_one_making(desk: Desk) -> None:
    milk(desk, "M1", "M2")
    desk.run(Move(warehouse="main", lines=(use("M2", 100),), to="A-02"))
    made = desk.run(
        Produce(
            warehouse="main",
            inputs=(use("M1", 10, "IN"), use("M2", 20, "A-02")),
            outputs=(Output(item="YOG", quantity=100),),
        )
    )
    nodes = set(Edge.objects.filter(kind="input").values_list("child", flat=True))
    assert len(nodes) == 1
    assert set(Edge.objects.filter(kind="output").values_list("parent", flat=True)) == nodes
    assert Edge.objects.get(kind="output").child == key16(made.value["lots"][0]["uri"])


def test_stated_dates_and_numbers(desk: Desk) -> None:
    milk(desk, "M1")
    output = Output(item="YOG", lot="Y7", quantity=1, expiry=date(2026, 12, 1))
    made = desk.run(Produce(warehouse="main", inputs=(use("M1", 1),), outputs=(output,), produced=date(2026, 11, 19)))
    assert made.value["lots"][0]["lot"] == "Y7"
    assert made.value["lots"][0]["expiry"] == "2026-12-01"
    assert made.value["lots"][0]["produced"] == "2026-11-19"


def test_refusals(desk: Desk) -> None:
    milk(desk, "M1")
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(ReceiptLine(item="MILK", lot="M9", quantity=5),)))
    wrong = Produce(
        warehouse="main",
        inputs=(use("M1", 101), use("M9", 1)),
        outputs=(Output(item="MILK", lot="M1", quantity=1), Output(item="???", quantity=1)),
    )
    assert refusal(desk, wrong, MAKER) == {
        ("inputs[0]", "stock.short"),
        ("inputs[1]", "stock.pending"),
        ("outputs[0]", "operations.made_of_itself"),
        ("outputs[1].item", "operations.item_unknown"),
    }
