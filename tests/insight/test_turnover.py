"""How often stock turned over and how long it lasts, against the days themselves; how fast goods were picked."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from suyuan.gs1.identifiers import item_uri
from suyuan.insight.dayflows import refresh
from suyuan.insight.dayflows_asked import Turnover, by_day, stale_since, together, turnovers
from suyuan.insight.models import DayMark
from suyuan.insight.work import By, Picked, folded, picked, total
from suyuan.ledger.keys import micros
from suyuan.operations.commands import Line, Ship, Transfer
from suyuan.picking.queries import rates
from tests.ledgers.story import sign
from tests.operations.dairy import KEEPER, YOGHURT, Desk, build_dairy, stocked
from tests.picking.hall import EARLY, build_hall, laid, ordered, pick_all, waved
from tests.plugins.engines import Statements

YOG = item_uri(YOGHURT)
ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 11, 20).toordinal()


def cups(quantity: int, lot: str = "L1") -> tuple[Line, ...]:
    return (Line(item="YOG", lot=lot, quantity=quantity),)


def ten_days() -> Desk:
    """100 on the first day, 20 shipped on the third, 10 moved on the fifth; of the ten days."""
    build_dairy()
    desk = Desk()
    stocked(desk, "L1", 100)
    desk.later(days=2)
    desk.run(Ship(warehouse="main", customer="SHOP", lines=cups(20)), KEEPER)
    desk.later(days=2)
    desk.run(Transfer(warehouse="main", to="cold", lines=cups(10)), KEEPER)
    desk.later(days=5)
    sign()
    assert not refresh(desk.now).more
    return desk


@pytest.mark.engine
def test_it_works(engine: str) -> None:
    ten_days()
    ((place, one),) = turnovers(["main"], FIRST, FIRST + 9).items()
    assert place == ("main", YOG)
    assert one.stock == (100 * 2 + 80 * 2 + 70 * 6) * 10**6
    assert (one.shipped, one.moved, one.on_hand) == (20 * 10**6, 10 * 10**6, 70 * 10**6)
    assert one.turnover == pytest.approx(30 / 78)
    assert one.a_year == pytest.approx(30 / 78 * 36.5)
    assert one.days_of_stock == pytest.approx(70 / 3)
    days = by_day(["main"], YOG, FIRST - 1, FIRST + 9)
    assert [day.on_hand // 10**6 for day in days] == [0, 100, 100, 80, 80, *[70] * 6]
    assert [day.out // 10**6 for day in days] == [0, 0, 0, 20, 0, 10, 0, 0, 0, 0, 0]


@pytest.mark.usefixtures("db")
def test_it_is_the_sum_of_the_days() -> None:
    """Whatever days are asked for, before and after the first row too."""
    ten_days()
    for logs in (["main"], ["main", "cold"]):
        for since, until in (
            (FIRST - 3, FIRST + 1),
            (FIRST, FIRST + 9),
            (FIRST + 1, FIRST + 3),
            (FIRST + 6, FIRST + 9),
        ):
            days = by_day(logs, YOG, since, until)
            found = turnovers(logs, since, until)
            assert sum(one.stock for one in found.values()) == sum(day.on_hand for day in days)
            assert sum(one.out for one in found.values()) == sum(day.out for day in days)
            assert sum(one.on_hand for one in found.values()) == days[-1].on_hand


@pytest.mark.usefixtures("db")
def test_what_is_moved_among_warehouses_has_not_left_them() -> None:
    ten_days()
    (one,) = turnovers(["main", "cold"], FIRST, FIRST + 9).values()
    assert (one.out, one.recent) == (20 * 10**6, 20 * 10**6)


def test_units_are_not_added_up() -> None:
    cup, kilo = Turnover(10, 10, stock=100, shipped=10), Turnover(10, 10, stock=7, shipped=1)
    found = {("a", "x"): cup, ("b", "x"): cup, ("a", "y"): kilo}
    sums = together(found, lambda log, item: "all", lambda item: "KGM" if item == "y" else "EA")
    assert sums == {("all", "EA"): cup.plus(cup), ("all", "KGM"): kilo}


def test_what_did_not_move_lasts_for_ever() -> None:
    lying = Turnover(10, 10, stock=100, on_hand=10)
    assert (lying.turnover, lying.days_of_stock) == (0, None)
    assert Turnover(10, 10).turnover is None


@pytest.mark.usefixtures("db")
def test_it_says_from_when_on_figures_are_being_made() -> None:
    build_dairy()
    assert stale_since(["main"]) is None
    DayMark.objects.create(log="main", stale=5)
    assert stale_since(["main", "cold"]) == 5


@pytest.mark.usefixtures("db")
def test_a_page_takes_two_statements(statements: Callable[[], Statements]) -> None:
    ten_days()
    turnovers(["main"], FIRST, FIRST)
    with statements() as seen:
        turnovers(["main", "cold"], FIRST, FIRST + 9)
    assert len(seen) <= 3  # one of them asks whether the catalog is still true


# -- picking ----------------------------------------------------------------------------------------------------------


@pytest.mark.engine
def test_picks_are_put_together(engine: str) -> None:
    """By whom and when, with the seconds from pick to pick: the same in all as by tour."""
    build_hall()
    desk = Desk()
    laid(desk, "L1", 30, "A1", "B4", expiry=EARLY)
    ordered(desk, "SO-1", 25)
    pick_all(desk, waved(desk, "SO-1"))
    day = desk.now.astimezone(ZONE).date()
    begin = micros(datetime.combine(day, datetime.min.time(), ZONE))
    (rate,) = rates("main", begin, begin + 86_400 * 10**6)
    found = picked(["main"], day, day, ZONE)
    assert found == {rate.person: Picked(rate.tasks, rate.short, rate.scans, rate.confirmed, rate.seconds)}
    assert rate.seconds > 0
    for by in By:
        assert total(picked(["main"], day, day, ZONE, by).values()) == found[rate.person]
    assert list(picked(["main"], day, day, ZONE, By.DAY)) == [day.toordinal()]
    assert picked(["main"], day - timedelta(days=2), day - timedelta(days=1), ZONE) == {}
    assert picked([], day, day, ZONE) == {}


def test_a_person_counts_in_each_of_his_teams() -> None:
    one, other = Picked(lines=2, seconds=60), Picked(lines=1, seconds=60)
    teams = {"mei": ["early", "cold"], "lan": ["early"]}
    assert folded({"mei": one, "lan": other}, lambda person: teams[person]) == {
        "early": Picked(lines=3, seconds=120), "cold": one,
    }  # fmt: skip
    assert one.an_hour == 120
    assert one.accuracy is None
