"""What has expired locks itself: no door of ours lets it go but disposal, return and what one does with it inside."""

from datetime import date, timedelta

import pytest

from suyuan.gs1.problems import Refused
from suyuan.operations.commands import (
    Destroy,
    Line,
    Move,
    Output,
    Pick,
    Produce,
    Reserve,
    Ship,
    Transfer,
)
from suyuan.stock.states import FORBIDDEN, State
from tests.operations.dairy import BOTH, KEEPER, NOON, Desk, refusal, stocked
from tests.orders import ordering

LAST = date(2026, 11, 25)
LOT = (Line(item="YOG", lot="L1", quantity=5, place="A-01"),)
DOORS = {
    "pick": Pick(warehouse="main", lines=LOT),
    "ship": Ship(warehouse="main", customer="SHOP", lines=LOT),
    "transfer": Transfer(warehouse="main", to="cold", lines=LOT),
    "produce": Produce(warehouse="main", inputs=LOT, outputs=(Output(item="WHEY", quantity=5),)),
}


def on(desk: Desk, day: date) -> Desk:
    """Nine in the morning of that day at the site."""
    desk.now = NOON + timedelta(days=(day - NOON.date()).days, hours=-3)
    return desk


@pytest.fixture
def old(desk: Desk) -> Desk:
    stocked(desk, "L1", 40, expiry=LAST)
    return desk


@pytest.mark.parametrize("door", DOORS)
def test_the_last_day_is_a_day(old: Desk, door: str) -> None:
    on(old, LAST).run(DOORS[door])


@pytest.mark.parametrize("door", DOORS)
def test_the_day_after_no_door_opens(old: Desk, door: str) -> None:
    with pytest.raises(Refused) as refused:
        on(old, LAST + timedelta(days=1)).run(DOORS[door])
    assert {problem.code for problem in refused.value.problems} >= {"stock.expired"}


def test_it_is_not_reserved_either(old: Desk) -> None:
    ordering.sale(old, "SO-1")
    ordering.sold(old, 1, "YOG", 5, "SO-1")
    on(old, LAST + timedelta(days=1))
    assert refusal(old, Reserve(warehouse="main", number="SO-1"), KEEPER) == {("number", "operations.nothing_free")}


def test_inside_it_may_be_put_elsewhere_and_destroyed(old: Desk) -> None:
    on(old, LAST + timedelta(days=1))
    old.run(Move(warehouse="main", lines=LOT, to="BACK"))
    goods = (Line(item="YOG", lot="L1", quantity=5, place="BACK"),)
    old.run(Destroy(warehouse="main", lines=goods, reason="expired"), approver=BOTH)


def test_what_each_thing_forbids_names_it() -> None:
    assert all(State.EXPIRED in FORBIDDEN[door] for door in ("pick", "ship", "produce"))
