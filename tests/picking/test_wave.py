"""Waves: which orders, from which bins, in which order."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from suyuan.catalog.register import Row
from suyuan.delivery.registers import PutCarrierAccounts
from suyuan.governance.master import PUTS
from suyuan.ledger.keys import micros
from suyuan.operations.commands import CancelWave, MakeWave, Reserve, Ship
from suyuan.operations.lines import Line
from suyuan.picking.models import Task, Tour, Wave
from suyuan.picking.queries import waiting, waves
from suyuan.picking.registers import PutAisles
from tests.operations.dairy import KEEPER, MAKER, Desk, refusal
from tests.orders import ordering
from tests.picking.hall import laid, ordered, pick_all, tasks, walk, waved


def test_it_works(desk: Desk) -> None:
    laid(desk, "L1", 10, "A1", "A5", "B2")
    ordered(desk, "SO-1", 25)
    (tour,) = waved(desk, "SO-1", take=False)
    assert walk(tour) == ["A1 L1 10", "A5 L1 5", "B2 L1 10"] or walk(tour) == ["B2 L1 10", "A5 L1 5", "A1 L1 10"]
    assert (tour.length, tour.s_shape) == (38_000, 38_000)
    wave = Wave.objects.get()
    assert (wave.number[:2], wave.state, wave.kind) == ("WV", "open", "cluster")
    ((_, progress),) = waves("main")
    assert (progress.tasks, progress.done, progress.tours) == (3, 0, 1)


def test_what_is_planned_once_is_not_planned_again(desk: Desk) -> None:
    laid(desk, "L1", 10, "A1", "A5")
    ordered(desk, "SO-1", 15)
    waved(desk, "SO-1", take=False)
    assert waiting("main") == []
    nothing = {("orders", "picking.nothing_to_pick")}
    assert refusal(desk, MakeWave(warehouse="main", orders=("SO-1",)), KEEPER) == nothing
    ordered(desk, "SO-2", 5)
    (tour,) = waved(desk, "SO-2", take=False)
    assert walk(tour) == ["A5 L1 5"], "ten are the other wave's, which takes all of A1"


def test_what_was_picked_and_shipped_is_not_picked_again(desk: Desk) -> None:
    laid(desk, "L1", 10, "A1", "A5")
    ordered(desk, "SO-1", 15)
    pick_all(desk, waved(desk, "SO-1"))
    assert waiting("main") == []
    goods = (Line(item="YOG", lot="L1", quantity=9, place="OUT"),)
    desk.run(Ship(warehouse="main", customer="SHOP", lines=goods, po="SO-1"), KEEPER)
    assert waiting("main") == [], "the six that have not left stand ready"
    assert {wave.state for wave in Wave.objects.all()} == {"done"}
    assert {tour.state for tour in Tour.objects.all()} == {"done"}


def test_a_pick_face_goes_first_then_what_empties_a_bin(desk: Desk) -> None:
    laid(desk, "L1", 10, "A1")
    laid(desk, "L1", 4, "B6")
    laid(desk, "L1", 3, "A2")
    ordered(desk, "SO-1", 5)
    (tour,) = waved(desk, "SO-1", take=False)
    assert sorted(walk(tour)) == ["A1 L1 2", "A2 L1 3"]
    ordered(desk, "SO-2", 4)
    (tour,) = waved(desk, "SO-2", take=False)
    assert walk(tour) == ["B6 L1 4"], "which empties it, though A1 is nearer"


def test_goods_that_are_not_put_away_are_told(desk: Desk) -> None:
    laid(desk, "L1", 10, "A1")
    laid(desk, "L1", 10, "BACK")
    ordered(desk, "SO-1", 15)
    told = desk.run(MakeWave(warehouse="main", orders=("SO-1",)), KEEPER).value
    assert [(one["order"], one["quantity"]) for one in told["missing"]] == [("SO-1", "5")]
    assert refusal(desk, MakeWave(warehouse="main"), KEEPER) == {("orders", "picking.nothing_in_bins")}


@pytest.mark.parametrize(("kind", "shape"), [("single", [1, 1, 1]), ("batch", [2, 1]), ("cluster", [2, 1])])
def test_orders_share_tours_as_the_kind_says(desk: Desk, kind: str, shape: list[int]) -> None:
    laid(desk, "L1", 9, "A1", "A6", "B6")
    for number in ("SO-1", "SO-2", "SO-3"):
        ordered(desk, number, 9)
    told = waved(desk, kind=kind, most_orders=2, take=False)
    assert sorted((tour.slots.count() for tour in told), reverse=True) == shape


def test_only_a_zone(desk: Desk) -> None:
    laid(desk, "L1", 9, "A1", "B6")
    ordered(desk, "SO-1", 18)
    (tour,) = waved(desk, kind="zone", zone="B6", take=False)
    assert walk(tour) == ["B6 L1 9"]
    (tour,) = waved(desk, take=False)
    assert walk(tour) == ["A1 L1 9"], "the rest waits for another wave"


def test_urgent_ones_first_and_by_carrier_and_day(desk: Desk) -> None:
    laid(desk, "L1", 30, "A1")
    ordered(desk, "SO-1", 3, expected=date(2026, 11, 22), delivery=date(2026, 11, 23))
    ordered(desk, "SO-2", 3, priority="urgent")
    ordered(desk, "SO-3", 3, expected=date(2026, 11, 28), delivery=date(2026, 12, 1))
    assert [one.order.number for one in waiting("main")] == ["SO-2", "SO-1", "SO-3"]
    first, second = waved(desk, until=date(2026, 11, 25), take=False)
    assert [tour.slots.get().order.number for tour in (first, second)] == ["SO-2", "SO-1"]
    assert first.wave.urgent
    assert refusal(desk, MakeWave(warehouse="main", urgent=True), KEEPER) == {("orders", "picking.nothing_to_pick")}


def test_a_cancelled_wave_leaves_its_orders_waiting(desk: Desk) -> None:
    laid(desk, "L1", 10, "A1", "A5")
    ordered(desk, "SO-1", 20)
    (tour,) = waved(desk, "SO-1")
    first = tasks(tour)[0]
    pick_all(desk, [])
    cancel = CancelWave(warehouse="main", wave=tour.wave_id, reason="truck broke down")
    assert refusal(desk, CancelWave(warehouse="main", wave=tour.wave_id, reason=" "), KEEPER) == {
        ("reason", "operations.reason_missing")
    }
    desk.run(cancel, KEEPER)
    assert refusal(desk, cancel, KEEPER) == {("wave", "picking.wave_ended")}
    assert refusal(desk, CancelWave(warehouse="main", wave=uuid4(), reason="x"), KEEPER) == {
        ("wave", "picking.wave_unknown")
    }
    assert Task.objects.get(pk=first.pk).state == "cancelled"
    assert sum(want.quantity for one in waiting("main") for want in one.wants) == 20 * 10**6


def test_what_is_wrong_is_said_all_at_once(desk: Desk) -> None:
    wrong = MakeWave(
        warehouse="main", orders=("NO",), kind="heap", zone="NOWHERE", most_orders=0, most_stops=0,
        cutoff=datetime(2026, 11, 21, 16),  # noqa: DTZ001 - without a zone, as it must not be
    )  # fmt: skip
    assert refusal(desk, wrong, KEEPER) == {
        ("orders[0]", "orders.order_unknown"),
        ("kind", "picking.kind_unknown"),
        ("zone", "operations.place_unknown"),
        ("most_orders", "picking.most_orders"),
        ("most_stops", "picking.most_stops"),
        ("cutoff", "operations.time_zone_missing"),
    }
    assert refusal(desk, MakeWave(warehouse="main", kind="zone"), KEEPER) == {("zone", "picking.zone_missing")}
    assert refusal(desk, MakeWave(warehouse="main"), MAKER) == {("", "governance.not_allowed")}


def test_an_order_of_another_warehouse(desk: Desk) -> None:
    ordering.sale(desk, "SO-1", warehouse="cold")
    wrong = {("orders[0]", "operations.order_of_other")}
    assert refusal(desk, MakeWave(warehouse="main", orders=("SO-1",)), KEEPER) == wrong


def test_the_carrier_s_hour_is_kept(desk: Desk) -> None:
    laid(desk, "L1", 10, "A1")
    ordered(desk, "SO-1", 5)
    (tour,) = waved(desk, cutoff=datetime(2026, 11, 21, 8, tzinfo=UTC), take=False)
    assert tour.wave.cutoff == 1_795_248_000_000_000


def test_one_way_aisles_and_middle_cross_aisles(desk: Desk) -> None:
    laid(desk, "L1", 10, "A1", "A6")
    ordered(desk, "SO-1", 20)
    rows = [
        {"warehouse": "main", "code": "A", "direction": "down"},
        {"warehouse": "main", "code": "M", "kind": "cross", "at": Decimal(7)},
    ]
    desk.run(PutAisles(rows=tuple(Row(row) for row in rows)))  # type: ignore[arg-type]  # plain values
    (tour,) = waved(desk, "SO-1", take=False)
    assert walk(tour) == ["A6 L1 10", "A1 L1 10"], "down A, so A6 comes first"
    closed = Row({"warehouse": "main", "code": "B", "direction": "down"})
    desk.run(PutAisles(rows=(closed,)))
    ordered(desk, "SO-2", 1, reserve=False)
    assert refusal(desk, MakeWave(warehouse="main"), KEEPER) == {("warehouse", "picking.dead_end")}


def test_what_a_register_of_aisles_refuses(desk: Desk) -> None:
    rows = [
        {"warehouse": "main", "code": "M", "kind": "cross", "direction": "up"},
        {"warehouse": "gone", "code": "A", "at": Decimal(3)},
    ]
    assert refusal(desk, PutAisles(rows=tuple(Row(row) for row in rows))) == {  # type: ignore[arg-type]  # plain values
        ("rows[0].at", "picking.cross_nowhere"),
        ("rows[0].direction", "picking.cross_one_way"),
        ("rows[1].warehouse", "catalog.warehouse_unknown"),
        ("rows[1].at", "picking.aisle_at"),
    }


def test_bins_without_a_place_on_the_plan_come_in_their_own_order(desk: Desk) -> None:
    laid(desk, "L1", 10, "A-02", "A-01")
    ordered(desk, "SO-1", 20)
    (tour,) = waved(desk, "SO-1", take=False)
    assert walk(tour) == ["A-01 L1 10", "A-02 L1 10"]
    assert (tour.length, tour.s_shape) == (0, 0)


def test_reserving_more_is_planned_in_the_next_wave(desk: Desk) -> None:
    laid(desk, "L1", 10, "A1")
    ordered(desk, "SO-1", 25)
    pick_all(desk, waved(desk, "SO-1"))
    laid(desk, "L2", 20, "B1")
    desk.run(Reserve(warehouse="main", number="SO-1"), KEEPER)
    (tour,) = waved(desk)
    assert walk(tour) == ["B1 L2 15"]


def carrier(desk: Desk, code: str, cutoff: str) -> None:
    desk.run(PUTS["partners"](rows=(Row({"code": code, "roles": ("carrier",)}),)))
    values = {"code": f"{code}-1", "partner": code, "adapter": "manual", "cutoff": cutoff}
    desk.run(PutCarrierAccounts(rows=(Row(values),)))


def test_what_is_fetched_earlier_is_picked_first(desk: Desk) -> None:
    """It is noon on a Friday: one carrier comes at four, one at five; the third was here at eleven."""
    for code, cutoff in (("LATER", "1-7 17:00"), ("EARLY", "1-5 16:00"), ("GONE", "1-7 11:00")):
        carrier(desk, code, cutoff)
    laid(desk, "L1", 60, "A1")
    ordered(desk, "SO-1", 3)
    ordered(desk, "SO-2", 3, carrier="GONE")
    ordered(desk, "SO-3", 3, carrier="LATER")
    ordered(desk, "SO-4", 3, carrier="EARLY")
    ordered(desk, "SO-5", 3, carrier="LATER", priority="urgent")
    # What goes on Monday is not fetched today.
    ordered(desk, "SO-6", 3, carrier="EARLY", expected=date(2026, 11, 23), delivery=date(2026, 11, 24))
    found = waved(desk, take=False)
    at = [[slot.order.number for slot in tour.slots.order_by("position")] for tour in found]
    assert at == [["SO-5"], ["SO-4"], ["SO-3"], ["SO-2"], ["SO-6"], ["SO-1"]]
    assert Wave.objects.get().cutoff == micros(datetime(2026, 11, 20, 8, tzinfo=UTC))


def test_an_hour_that_was_typed_counts_for_all(desk: Desk) -> None:
    carrier(desk, "EARLY", "1-5 16:00")
    laid(desk, "L1", 60, "A1")
    ordered(desk, "SO-1", 3)
    ordered(desk, "SO-2", 3, carrier="EARLY")
    hour = datetime(2026, 11, 20, 7, tzinfo=UTC)
    (tour,) = waved(desk, cutoff=hour, take=False)
    assert tour.wave.cutoff == micros(hour)
