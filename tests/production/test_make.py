"""Making goods for a work order: what was used, what came out, what wants a word."""

from collections.abc import Callable
from decimal import Decimal

from suyuan.capture.replay import differences
from suyuan.genealogy.models import Edge
from suyuan.governance.kernel import execute
from suyuan.ledger.keys import key16
from suyuan.ledger.models import EventItem
from suyuan.operations.commands import Hold, Line, Output, Produce
from suyuan.production.commands import CloseWork
from suyuan.stock.facts import UNEXPLAINED
from suyuan.stock.models import Posting
from tests.operations.dairy import KEEPER, MAKER, QUALITY, Desk, refusal
from tests.plugins.engines import Statements
from tests.production.works import FOIL, MILK, WO, bill, foil, milk, order, use, work

YOG = "https://id.gs1.org/01/06901234000108"


def made(quantity: int = 500, item: str = "YOG", **more: object) -> Output:
    return Output(item=item, quantity=quantity, **more)  # type: ignore[arg-type]  # as the field is


def of(*inputs: Line, outputs: tuple[Output, ...] | None = None, **more: object) -> Produce:
    return Produce(
        warehouse="main", inputs=inputs, outputs=(made(),) if outputs is None else outputs, prodorder=WO, **more  # type: ignore[arg-type]  # as the fields are
    )  # fmt: skip


def ready(desk: Desk, *lots: str, **more: object) -> None:
    bill(desk, **more)  # type: ignore[arg-type]  # as the fields are
    milk(desk, *(lots or ("M1", "M2", "M3")))
    foil(desk)
    order(desk, shift="B")


def test_three_lots_become_one_and_a_by_product(desk: Desk) -> None:
    ready(desk)
    answer = desk.run(
        of(
            use("M1", 40), use("M2", 40), use("M3", 20), Line(item="FOIL", quantity=505),
            outputs=(made(), made(20, "WHEY")),
        ),
        MAKER,
    )  # fmt: skip
    yoghurt, whey = answer.value["lots"]
    assert yoghurt["lot"] == "HZ261120B01", "the shift of the order"
    assert desk.stock(yoghurt["uri"]) == {("LINE", "pending"): Decimal(500)}
    assert desk.stock(whey["uri"]) == {("LINE", "pending"): Decimal(20)}
    edges = sorted(Edge.objects.values_list("kind", "quantity"))
    assert edges == [
        ("input", 20_000_000), ("input", 40_000_000), ("input", 40_000_000), ("input", 505_000_000),
        ("output", 20_000_000), ("output", 500_000_000),
    ]  # fmt: skip
    one = work()
    assert [int(one.good), one.percent, int(one.open)] == [500, 100, 0]
    assert one.used == {MILK: 100, FOIL: 505}
    assert EventItem.objects.filter(role="doc.prodorder", identifier=key16(one.uri)).exists()
    desk.run(CloseWork(warehouse="main", number=WO), MAKER)
    assert differences() == []


def test_the_bill_takes_what_lies_at_the_line(desk: Desk) -> None:
    ready(desk)
    desk.run(of(use("M1", 40), outputs=(made(200),), backflush=True), MAKER)
    assert work().used[FOIL] == 202, "one percent of it scrap"
    assert not Posting.objects.filter(counterpart=UNEXPLAINED).exists()


def test_what_does_not_lie_at_the_line_is_said(desk: Desk) -> None:
    bill(desk)
    milk(desk, "M1")
    order(desk)
    found = refusal(desk, of(use("M1", 40), outputs=(made(200),), backflush=True), MAKER)
    assert found == {("inputs", "production.not_at_line"), ("inputs", "production.component_missing")}


def test_parts_of_it_one_after_the_other(desk: Desk) -> None:
    ready(desk)
    desk.run(of(use("M1", 40), outputs=(made(200),), backflush=True), MAKER)
    desk.run(of(use("M2", 20), outputs=(made(100),), backflush=True), MAKER)
    one = work()
    assert [int(amount) for amount in (one.good, one.open, one.used[MILK])] == [300, 200, 60]
    assert Edge.objects.filter(kind="input").values("child").distinct().count() == 2, "each is a making by itself"


def test_a_batch_whose_inputs_and_outputs_are_told_apart(desk: Desk) -> None:
    ready(desk)
    foiled = Line(item="FOIL", quantity=505, place="LINE")
    desk.run(of(use("M1", 40), foiled, outputs=(), transformation="B1"), MAKER)
    desk.run(of(use("M2", 60), outputs=(), transformation="B1"), MAKER)
    first = desk.run(of(outputs=(made(300),), transformation="B1"), MAKER).value["lots"][0]["uri"]
    second = desk.run(of(outputs=(made(200),), transformation="B1"), MAKER).value["lots"][0]["uri"]
    nodes = set(Edge.objects.filter(kind="input").values_list("child", flat=True))
    assert len(nodes) == 1, "every output depends on every input"
    outputs = set(Edge.objects.filter(kind="output").values_list("parent", "child"))
    assert outputs == {(node, key16(uri)) for node in nodes for uri in (first, second)}
    assert [int(amount) for amount in (work().good, work().used[MILK])] == [500, 100]


def test_nothing_that_is_not_free_is_used(desk: Desk) -> None:
    ready(desk)
    milk(desk, "M9", passed=False)
    desk.run(Hold(warehouse="main", lines=(Line(item="MILK", lot="M2"),), reason="smell"), QUALITY)
    wrong = of(use("M9", 50), use("M2", 50), outputs=(made(),), backflush=True)
    assert refusal(desk, wrong, MAKER) == {("inputs[0]", "stock.pending"), ("inputs[1]", "stock.held")}


def test_what_wants_a_yes(desk: Desk) -> None:
    ready(desk)
    much = (use("M1", 100), use("M2", 60), Line(item="FOIL", quantity=800))
    outputs = (made(600), made(1, "FRESH", lot="F"))
    found = refusal(desk, of(*much, outputs=outputs), MAKER)
    assert found == {
        ("outputs", "production.over_planned"),
        ("outputs", "production.not_in_bom_out"),
        ("inputs", "production.over_consumed"),
    }
    desk.run(of(*much, outputs=outputs, accept=frozenset(code for _, code in found)), MAKER)
    assert work().good == 600


def test_a_yield_outside_its_limits_wants_a_reason(desk: Desk) -> None:
    ready(desk, least=Decimal(95), most=Decimal(105))
    lossy = (use("M1", 100), use("M2", 20), Line(item="FOIL", quantity=505))
    assert refusal(desk, of(*lossy), MAKER) == {("reason", "production.yield_outside")}
    desk.run(of(*lossy, reason="a valve leaked"), MAKER)
    assert refusal(desk, CloseWork(warehouse="main", number=WO), MAKER) == {("reason", "production.yield_outside")}
    desk.run(CloseWork(warehouse="main", number=WO, reason="a valve leaked"), MAKER)
    assert refusal(desk, of(use("M2", 1)), MAKER) >= {("prodorder", "production.work_closed")}


def test_refusals(desk: Desk) -> None:
    ready(desk)
    order(desk, number="WO-2", state="draft")
    other = Produce(warehouse="cold", inputs=(use("M1", 1),), outputs=(made(),), prodorder=WO)
    assert ("prodorder", "production.work_elsewhere") in refusal(desk, other, MAKER)
    draft = Produce(warehouse="main", inputs=(use("M1", 1),), outputs=(made(),), prodorder="wo-2")
    assert ("prodorder", "production.work_draft") in refusal(desk, draft, MAKER)
    assert refusal(desk, of(use("M1", 1)), KEEPER) == {("", "governance.not_allowed")}
    nothing = of(outputs=())
    assert refusal(desk, nothing, MAKER) == {
        ("inputs", "operations.lines_missing"), ("outputs", "operations.lines_missing")
    }  # fmt: skip


def test_the_same_statements_whatever_the_lots(desk: Desk, statements: Callable[[], Statements]) -> None:
    """More lots in one place are more rows, not more statements."""
    ready(desk, "M1", "M2", "M3", "M4", "M5", "M6")
    counts = []
    for lots in (("M1",), ("M2", "M3", "M4", "M5")):
        inputs = [use(lot, 20 // len(lots), "IN") for lot in lots]
        with statements() as seen:
            execute(desk.context(MAKER), of(*inputs, outputs=(made(100),), backflush=True))
        counts.append(len(seen))
    assert counts[1] <= counts[0]
