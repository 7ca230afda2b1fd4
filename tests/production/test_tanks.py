"""Tanks: filled from several lots, drawn from, drained, gauged, cleaned; what depends on what."""

from decimal import Decimal

import pytest

from suyuan.operations.commands import Clean, DrainTank, FillTank, GaugeTank, Hold, Line, Output, Produce
from suyuan.operations.production.filling import cleaned_at
from suyuan.stock.facts import SCRAP, UNEXPLAINED, VARIANCE
from suyuan.stock.models import Posting
from suyuan.trace.answer import find, trace
from tests.operations.dairy import BOTH, KEEPER, MAKER, QUALITY, Desk, refusal
from tests.production.works import ORIGIN, milk, put, use

TANK = "https://id.gs1.org/8004/6901234T1"


@pytest.fixture
def tank(desk: Desk) -> Desk:
    """Milk of three lots, and a tank for 1,000 kg at the line."""
    milk(desk, "M1", "M2", "M3", quantity=300)
    put(
        desk, "tanks",
        {"code": "T-1", "giai": "6901234T1", "warehouse": "main", "place": "LINE", "item": "MILK",
         "capacity": Decimal(1000), "hours": 24},
    )  # fmt: skip
    desk.run(Clean(warehouse="main", tank=TANK), MAKER)
    return desk


def fill(*lines: Line, **more: object) -> FillTank:
    return FillTank(warehouse="main", tank="t-1", lines=lines, **more)  # type: ignore[arg-type]  # as the fields are


def draw(quantity: int | None, lot: str = "Y1", made: int = 100) -> Produce:
    drawn = Line(item="MILK", quantity=quantity, inside="T-1")
    return Produce(warehouse="main", inputs=(drawn,), outputs=(Output(item="YOG", lot=lot, quantity=made),))


def lot(number: str) -> str:
    return f"{ORIGIN}/item/MILK/lot/{number}"


def backward(desk: Desk, uri: str) -> set[str]:
    return {one.uri.rsplit("/", 1)[1] for one in trace(uri, find(uri), now=desk.now).backward}


def test_it_works(tank: Desk) -> None:
    tank.run(fill(use("M1", 300), use("M2", 200)), MAKER)
    made = tank.run(draw(350), MAKER).value["lots"][0]["uri"]
    assert tank.stock(lot("M1")) == {}, "what came first goes first in the book"
    assert tank.stock(lot("M2")) == {("IN", "released"): Decimal(100), ("LINE/6901234T1", "released"): Decimal(150)}
    assert {"M1", "M2"} <= backward(tank, made)
    assert not Posting.objects.filter(counterpart=UNEXPLAINED).exists()


def test_whatever_comes_out_depends_on_whatever_was_filled_in_since_the_cleaning(tank: Desk) -> None:
    tank.run(fill(use("M1", 300)), MAKER)
    first = tank.run(draw(300, "Y1"), MAKER).value["lots"][0]["uri"]
    tank.run(fill(use("M2", 300)), MAKER)
    second = tank.run(draw(300, "Y2"), MAKER).value["lots"][0]["uri"]
    tank.run(Clean(warehouse="main", tank=TANK), MAKER)
    tank.run(fill(use("M3", 300)), MAKER)
    third = tank.run(draw(300, "Y3"), MAKER).value["lots"][0]["uri"]
    assert {"M1", "M2"} & backward(tank, first) == {"M1"}
    assert {"M1", "M2"} <= backward(tank, second), "it was not cleaned between"
    assert {"M1", "M2", "M3"} & backward(tank, third) == {"M3"}


def test_cleaned_only_when_the_book_is_empty(tank: Desk) -> None:
    tank.run(fill(use("M1", 300)), MAKER)
    tank.run(draw(290), MAKER)
    assert refusal(tank, Clean(warehouse="main", tank=TANK), MAKER) == {("tank", "operations.tank_not_empty")}
    tank.run(DrainTank(warehouse="main", tank="T-1", quantity=4, reason="remainder"), MAKER)
    assert refusal(tank, GaugeTank(warehouse="main", tank="T-1", quantity=0), MAKER) == {
        ("reason", "operations.reason_missing")
    }
    tank.run(GaugeTank(warehouse="main", tank="T-1", quantity=0, reason="the meter"), MAKER)
    before = cleaned_at([TANK])[TANK]
    tank.run(Clean(warehouse="main", tank=TANK), MAKER)
    assert cleaned_at([TANK])[TANK] > before
    sums = {
        key: sum(Posting.objects.filter(counterpart=key).values_list("quantity", flat=True))
        for key in (SCRAP, VARIANCE)
    }
    assert sums == {SCRAP: -4_000_000, VARIANCE: -6_000_000}


def test_gauged(tank: Desk) -> None:
    tank.run(fill(use("M1", 100), use("M2", 200)), MAKER)
    answer = tank.run(GaugeTank(warehouse="main", tank="T-1", quantity=310, reason="density"), MAKER)
    assert answer.value["difference"] == "10"
    assert tank.stock(lot("M2"))["LINE/6901234T1", "released"] == 210, "too much is of what came last"
    little = GaugeTank(warehouse="main", tank="T-1", quantity=150, reason="a leak")
    assert refusal(tank, little, MAKER) == {
        ("approver", "governance.approval_missing_finance"), ("approver", "governance.approval_missing_quality"),
    }  # fmt: skip
    tank.run(little, MAKER, BOTH)
    assert tank.stock(lot("M1")).get(("LINE/6901234T1", "released"), 0) == 0, "what is missing is of what came first"
    assert tank.stock(lot("M2"))["LINE/6901234T1", "released"] == 150


def test_much_is_drained_by_two(tank: Desk) -> None:
    tank.run(fill(use("M1", 100)), MAKER)
    command = DrainTank(warehouse="main", tank="T-1", reason="sour")
    assert refusal(tank, command, MAKER) == {("approver", "governance.approval_missing")}
    tank.run(command, MAKER, QUALITY)
    assert tank.stock(lot("M1")) == {("IN", "released"): Decimal(200)}


def test_nothing_is_drawn_while_something_in_it_is_not_free(tank: Desk) -> None:
    milk(tank, "M8", passed=False)
    assert refusal(tank, fill(use("M8", 10)), MAKER) == {("lines[0]", "production.tank_waits")}
    tank.run(fill(use("M8", 10), use("M1", 100), accept=frozenset({"production.tank_waits"})), MAKER)
    assert ("inputs[0]", "stock.pending") in refusal(tank, draw(100), MAKER)
    tank.run(Hold(warehouse="main", lines=(Line(item="MILK", lot="M1"),), reason="r"), QUALITY)
    assert {code for _field, code in refusal(tank, draw(10), MAKER)} == {"stock.pending", "stock.held"}


def test_refusals(tank: Desk) -> None:
    assert refusal(tank, fill(use("M1", 300), use("M2", 300), use("M3", 401)), MAKER) == {
        ("lines", "production.tank_full"), ("lines[2]", "stock.short")
    }  # fmt: skip
    assert ("lines[0]", "production.tank_other_item") in refusal(tank, fill(Line(item="FOIL", quantity=1)), MAKER)
    assert refusal(tank, FillTank(warehouse="main", tank="T-9", lines=(use("M1", 1),)), MAKER) == {
        ("tank", "production.tank_unknown")
    }
    assert refusal(tank, FillTank(warehouse="cold", tank="T-1", lines=(use("M1", 1),)), MAKER) >= {
        ("tank", "production.tank_elsewhere")
    }
    tank.later(hours=25)
    assert refusal(tank, fill(use("M1", 1)), MAKER) == {("tank", "production.tank_unclean")}
    assert refusal(tank, fill(use("M1", 1)), KEEPER) == {("", "governance.not_allowed")}
    tank.run(fill(use("M1", 100), accept=frozenset({"production.tank_unclean"})), MAKER)
    assert refusal(tank, draw(101), MAKER) == {("inputs[0].quantity", "production.tank_short")}
    assert refusal(tank, DrainTank(warehouse="main", tank="T-1", quantity=101, reason="r"), MAKER, QUALITY) == {
        ("quantity", "production.tank_short")
    }
