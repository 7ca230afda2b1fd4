"""The material of a work order: ordered from the warehouse, brought to the line, taken back, scrapped."""

from decimal import Decimal

from suyuan.operations.commands import (
    Correct,
    Hold,
    IssueMaterial,
    Line,
    Move,
    PlanMaterial,
    Reserve,
    ReturnMaterial,
    ScrapMaterial,
)
from suyuan.operations.production.material import issued_of, issues_of
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order, Reservation
from suyuan.orders.queries import find_order, with_lines
from tests.operations.dairy import BOTH, KEEPER, MAKER, QUALITY, Desk, refusal
from tests.production.works import FOIL, MILK, ORIGIN, WO, bill, foil, milk, order, use, work

PLAN = PlanMaterial(warehouse="main", number=WO)
M1 = f"{ORIGIN}/item/MILK/lot/M1"


def ready(desk: Desk) -> None:
    bill(desk)
    milk(desk, "M1", "M2")
    order(desk)


def lines_of(number: str = f"{WO}-M1") -> dict[str, tuple[Decimal, Decimal]]:
    """Item → what is wanted and what was issued of an issue order."""
    found = find_order(number, OrderKind.ISSUE)
    assert found is not None
    return {line.item: (line.quantity, line.done) for line in with_lines([found])[0].lines}


def issue(*lines: Line, **more: object) -> IssueMaterial:
    return IssueMaterial(warehouse="main", number=WO, lines=lines, **more)  # type: ignore[arg-type]  # as the fields are


def test_it_works(desk: Desk) -> None:
    ready(desk)
    answer = desk.run(PLAN, MAKER)
    assert answer.value["issue"] == f"{WO}-M1"
    found = Order.objects.get(kind="issue")
    assert (found.reference, found.destination.code if found.destination else "") == (WO, "LINE")
    assert {item: wanted for item, (wanted, _) in lines_of().items()} == {MILK: 100, FOIL: 505}
    desk.run(issue(use("M1", 60), use("M2", 40)), MAKER)
    assert list(map(int, lines_of()[MILK])) == [100, 100]
    assert desk.stock(M1) == {("IN", "released"): Decimal(40), ("LINE", "released"): Decimal(60)}
    assert issued_of(work()) == {MILK: 100}
    assert refusal(desk, PLAN, MAKER) == {("number", "production.nothing_to_plan")}


def test_what_came_wholly_is_closed(desk: Desk) -> None:
    ready(desk)
    desk.run(PLAN, MAKER)
    foil(desk, 600, to="A-01")
    desk.run(issue(use("M1", 100)), MAKER)
    assert Order.objects.get(kind="issue").state == "open"
    rest = desk.run(issue(Line(item="FOIL", quantity=505, place="A-01")), MAKER)
    assert Order.objects.get(kind="issue").state == "closed"
    wrong = Correct(warehouse="main", event=rest.events[0], error="did_not_occur", reason="another order's")
    desk.run(wrong, KEEPER, BOTH)
    assert Order.objects.get(kind="issue").state == "open"


def test_what_came_from_two_places_at_once_is_all_of_it(desk: Desk) -> None:
    ready(desk)
    desk.run(PLAN, MAKER)
    foil(desk, 600, to="A-01")
    desk.run(Move(warehouse="main", lines=(Line(item="FOIL", quantity=205, place="A-01"),), to="A-02"))
    desk.run(issue(use("M1", 60), use("M2", 40)), MAKER)
    foils = (Line(item="FOIL", quantity=300, place="A-01"), Line(item="FOIL", quantity=205, place="A-02"))
    desk.run(issue(*foils), MAKER)
    assert Order.objects.get(kind="issue").state == "closed"


def test_what_was_kept_for_it_is_used(desk: Desk) -> None:
    ready(desk)
    desk.run(PLAN, MAKER)
    desk.run(Reserve(warehouse="main", number=f"{WO}-M1"), KEEPER)
    assert Reservation.objects.count() == 1
    desk.run(issue(use("M1", 60)), MAKER)
    assert Reservation.objects.get().quantity == 40_000_000


def test_what_is_not_used_goes_back(desk: Desk) -> None:
    ready(desk)
    desk.run(PLAN, MAKER)
    desk.run(issue(use("M1", 60)), MAKER)
    desk.run(ReturnMaterial(warehouse="main", number=WO, lines=(use("M1", 25),), to="A-01"), MAKER)
    assert list(map(int, lines_of()[MILK])) == [100, 35]
    assert issued_of(work()) == {MILK: 35}
    assert desk.stock(M1) == {
        ("IN", "released"): Decimal(40), ("LINE", "released"): Decimal(35), ("A-01", "released"): Decimal(25),
    }  # fmt: skip
    there = ReturnMaterial(warehouse="main", number=WO, lines=(use("M1", 1),), to="LINE")
    assert refusal(desk, there, MAKER) >= {("lines[0]", "operations.moved_nowhere")}


def test_scrapped_at_the_line(desk: Desk) -> None:
    ready(desk)
    foil(desk)
    little = ScrapMaterial(warehouse="main", number=WO, lines=(Line(item="FOIL", quantity=10),), reason="torn")
    desk.run(little, MAKER)
    assert work().lost == {FOIL: 10}
    assert refusal(desk, little, MAKER) == {("approver", "governance.approval_missing")}, "2 % are gone"
    desk.run(little, MAKER, QUALITY)
    assert work().lost == {FOIL: 20}
    away = ScrapMaterial(warehouse="main", number=WO, lines=(use("M1", 1, "IN"),), reason="sour")
    assert refusal(desk, away, MAKER) == {("lines[0]", "production.scrap_elsewhere")}
    desk.run(Hold(warehouse="main", lines=(Line(item="FOIL"),), reason="r"), QUALITY)
    assert refusal(desk, little, MAKER, QUALITY) == {("lines[0]", "production.scrap_blocked")}


def test_refusals(desk: Desk) -> None:
    ready(desk)
    milk(desk, "M8", passed=False)
    assert refusal(desk, issue(use("M8", 1)), MAKER) == {("lines[0]", "stock.pending")}
    assert refusal(desk, issue(use("M1", 100), use("M2", 10)), MAKER) == {("lines", "production.over_issued")}
    whey = Line(item="FRESH", lot="F1", quantity=1)
    assert ("lines", "production.not_in_bom_in") in refusal(desk, issue(whey), MAKER)
    unknown = IssueMaterial(warehouse="main", number="W-9", lines=(use("M1", 1),))
    assert refusal(desk, unknown, MAKER) == {("number", "production.work_unknown")}
    assert refusal(desk, PLAN, KEEPER) == {("", "governance.not_allowed")}
    assert issues_of(work()) == []
