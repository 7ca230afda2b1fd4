"""Picking by task: the scans, the amounts, what is short, what was held a second ago, and the way back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from suyuan.catalog.register import Row
from suyuan.governance.master import PutItems
from suyuan.gs1.problems import Refused
from suyuan.operations.commands import (
    Hold,
    Inspect,
    LeaveTour,
    Line,
    Pack,
    PickTask,
    PutAway,
    PutBack,
    ReceiptLine,
    Receive,
    Reserve,
    RushOrder,
    SetTote,
    ShortPick,
    TakeTour,
    Verdict,
)
from suyuan.orders.commands import CloseSale
from suyuan.orders.models import Order, Reservation
from suyuan.orders.queries import find_outgoing, lines_of
from suyuan.picking.models import Slot, Task, Tour, Wave
from suyuan.picking.queries import open_tours, rates, waiting
from suyuan.picking.registers import PutPickRules
from suyuan.stocktake.models import CountSheet
from tests.operations.dairy import INSPECTOR, KEEPER, Desk, refusal, yoghurt
from tests.orders import ordering
from tests.picking.hall import DAY, EARLY, LATE, MEI, laid, ordered, pick_all, picking, tasks, walk, waved

TOTE = "TOTE-1"


@pytest.fixture
def tour(desk: Desk) -> Tour:
    """Two lots; the order wants all of the first and half of the second."""
    laid(desk, "L1", 10, "A1", "B4", expiry=EARLY)
    laid(desk, "L2", 10, "A5", "B6", expiry=LATE)
    ordered(desk, "SO-1", 25)
    (tour,) = waved(desk, "SO-1")
    return tour


def task_at(tour: Tour, code: str) -> Task:
    return next(task for task in tasks(tour) if task.place.endswith(f"/254/{code}") and task.state == "open")


def kept() -> dict[str, int]:
    found: dict[str, int] = {}
    for row in Reservation.objects.filter(state="open"):
        lot = row.uri.rpartition("/")[2]
        found[lot] = found.get(lot, 0) + row.quantity // 10**6
    return found


def test_it_works(desk: Desk, tour: Tour) -> None:
    first = tasks(tour)[0]
    done = desk.run(picking(first), KEEPER).value
    assert (done["quantity"], done["left"], done["swapped"]) == ("10", "0", False)
    assert done["accuracy"] == {"scans": 2, "confirmed": 2}
    assert desk.stock(first.uri)["OUT", "released"] == 10
    pick_all(desk, [tour])
    assert Tour.objects.get(pk=tour.pk).state == "done"
    assert Wave.objects.get().state == "done"
    assert kept() == {"L1": 20, "L2": 5}, "kept until it is shipped"
    (rate,) = rates("main", 0, 2**62)
    assert (rate.tasks, rate.short, rate.quantity, rate.accuracy) == (3, 0, Decimal(25), 1.0)
    assert rate.an_hour == pytest.approx(60)


def test_in_parts(desk: Desk, tour: Tour) -> None:
    first = tasks(tour)[0]
    assert desk.run(picking(first, quantity=4), KEEPER).value["left"] == "6"
    assert refusal(desk, picking(first, quantity=7), KEEPER) == {("quantity", "picking.too_much")}
    assert desk.run(picking(first), KEEPER).value["quantity"] == "6"
    assert refusal(desk, picking(first), KEEPER) == {("task", "picking.task_ended")}


def test_the_bin_and_the_lot_are_scanned(desk: Desk, tour: Tour) -> None:
    first = task_at(tour, "A1")
    assert refusal(desk, picking(first, bin=""), KEEPER) == {("bin", "picking.bin_missing")}
    assert refusal(desk, picking(first, bin="B4"), KEEPER) == {("bin", "picking.bin_other")}
    assert refusal(desk, picking(first, bin="???", goods=""), KEEPER) == {
        ("bin", "picking.bin_other"),
        ("goods", "picking.lot_missing"),
    }
    assert refusal(desk, picking(first, goods="rubbish"), KEEPER) == {("goods", "picking.goods_unread")}
    pump = "https://id.gs1.org/01/06901234000207/10/L1"
    assert refusal(desk, picking(first, goods=pump), KEEPER) == {("goods", "picking.goods_other")}
    item = yoghurt("X").rpartition("/10/")[0]
    assert refusal(desk, picking(first, goods=item), KEEPER) == {("goods", "picking.lot_missing")}
    desk.run(picking(first, scans=5), KEEPER)
    done = Task.objects.get(pk=first.pk)
    assert (done.scans, done.confirmed) == (5, 2)


def test_a_rule_may_do_without_the_lot(desk: Desk, tour: Tour) -> None:
    first, second = tasks(tour)[:2]
    desk.run(PutPickRules(rows=(Row({"warehouse": "main", "scan_lot": False}),)))
    desk.run(picking(first, goods="", scans=1, scanned=frozenset({"bin"})), KEEPER)
    desk.run(PutPickRules(rows=(Row({"warehouse": "main", "category": "dairy", "scan_lot": True}),)))
    assert refusal(desk, picking(second, goods=""), KEEPER) == {("goods", "picking.lot_missing")}


def test_a_tour_is_one_picker_s(desk: Desk, tour: Tour) -> None:
    take = TakeTour(warehouse="main", tour=tour.pk)
    desk.run(take, KEEPER)  # it is his already
    assert refusal(desk, take, MEI) == {("tour", "picking.tour_of_other")}
    assert refusal(desk, picking(tasks(tour)[0]), MEI) == {("tour", "picking.tour_of_other")}
    assert open_tours("main", MEI.id) == []
    leave = LeaveTour(warehouse="main", tour=tour.pk)
    assert refusal(desk, leave, MEI) == {("tour", "picking.tour_of_other")}
    desk.run(LeaveTour(warehouse="main", tour=tour.pk, reason="went home"), MEI)
    assert refusal(desk, picking(tasks(tour)[0]), KEEPER) == {("tour", "picking.tour_not_taken")}
    desk.run(take, MEI)
    desk.run(picking(tasks(tour)[0]), MEI)


def test_totes(desk: Desk, tour: Tour) -> None:
    desk.run(SetTote(warehouse="main", tour=tour.pk, position=1, tote=TOTE), KEEPER)
    first = tasks(tour)[0]
    desk.run(picking(first), KEEPER)
    assert desk.stock(first.uri)[f"OUT/{TOTE}", "released"] == 10
    desk.run(picking(tasks(tour)[1], into="TOTE-2"), KEEPER)
    assert Slot.objects.get().tote.endswith("TOTE-2"), "the order goes on in the new one"
    assert refusal(desk, SetTote(warehouse="main", tour=tour.pk, position=9, tote="T"), KEEPER) == {
        ("position", "picking.position_unknown")
    }


def test_short_is_taken_from_another_bin_then_from_another_lot(desk: Desk, tour: Tour) -> None:
    laid(desk, "L1", 3, "B1", expiry=EARLY)
    first = task_at(tour, "A1")
    desk.run(picking(first, quantity=4), KEEPER)
    told = desk.run(ShortPick(warehouse="main", task=first.pk, reason="not_there"), KEEPER).value
    assert [one["quantity"] for one in told["bins"]] == ["3", "3"]
    assert [(one["uri"].rpartition("/")[2], one["quantity"]) for one in told["lots"]] == [("L2", "3")]
    assert told["missing"] == "0"
    assert sorted(walk(tour)) == ["A5 L2 5", "B1 L1 3", "B4 L1 10", "B6 L2 3"] or sorted(walk(tour))[0] == "A5 L2 3"
    assert kept() == {"L1": 17, "L2": 8}
    sheet = CountSheet.objects.get()
    assert told["count"] == sheet.number
    assert [bin.code for bin in sheet.bins.all()] == ["A1"]
    again = task_at(tour, "B1")
    told = desk.run(ShortPick(warehouse="main", task=again.pk, reason="damaged"), KEEPER).value
    assert told["count"] == ""
    pick_all(desk, [tour])
    line = lines_of([find_outgoing("SO-1")])[0]  # type: ignore[list-item]  # it stands above
    assert sum(task.picked for task in tasks(tour)) == 25 * 10**6
    assert line.done == 0


def test_what_lacks_everywhere_is_told_and_left_open(desk: Desk) -> None:
    laid(desk, "L1", 10, "A1")
    ordered(desk, "SO-1", 10)
    (tour,) = waved(desk, "SO-1")
    (task,) = tasks(tour)
    told = desk.run(ShortPick(warehouse="main", task=task.pk, reason="too_little"), KEEPER).value
    assert (told["bins"], told["lots"], told["missing"]) == ([], [], "10")
    assert kept() == {}
    assert Tour.objects.get(pk=tour.pk).state == "done"
    assert waiting("main") == []
    assert refusal(desk, ShortPick(warehouse="main", task=task.pk, reason="too_little"), KEEPER) == {
        ("tour", "picking.tour_ended"),
        ("task", "picking.task_ended"),
    }
    assert refusal(desk, ShortPick(warehouse="main", task=task.pk, reason="whim"), KEEPER) >= {
        ("reason", "picking.short_reason")
    }


def test_a_doubtful_bin_is_left_out_until_it_is_counted(desk: Desk) -> None:
    laid(desk, "L1", 10, "A1", "A3")
    ordered(desk, "SO-1", 5)
    (tour,) = waved(desk, "SO-1")
    (task,) = tasks(tour)
    desk.run(ShortPick(warehouse="main", task=task.pk, reason="not_there"), KEEPER)
    (again,) = walk(tour)
    ordered(desk, "SO-2", 4)
    (other,) = waved(desk, "SO-2")
    assert {again[:2], walk(other)[0][:2]} == {"A3"} or {again[:2], walk(other)[0][:2]} == {"A1"}


def test_a_lot_held_a_second_ago(desk: Desk, tour: Tour) -> None:
    first = task_at(tour, "A1")
    hold = Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="mould")
    desk.run(hold, INSPECTOR)
    with pytest.raises(Refused) as refused:
        desk.run(picking(first), KEEPER)
    assert [(one.field, one.code, one.params["why"]) for one in refused.value.problems] == [
        ("task", "picking.broken", "mould")
    ]
    told = desk.run(ShortPick(warehouse="main", task=first.pk, reason="held"), KEEPER).value
    assert [(one["uri"].rpartition("/")[2], one["quantity"]) for one in told["lots"]] == [("L2", "10")]
    assert told["missing"] == "0"
    told = desk.run(ShortPick(warehouse="main", task=task_at(tour, "B4").pk, reason="held"), KEEPER).value
    assert told["missing"] == "5", "no more of it is here"
    pick_all(desk, [tour])
    assert kept() == {"L2": 20}
    assert not Reservation.objects.filter(state="broken").exists()


def test_another_lot_is_swapped_by_the_rule(desk: Desk) -> None:
    laid(desk, "L1", 10, "A1", expiry=LATE)
    laid(desk, "L2", 10, "A3", expiry=LATE)
    laid(desk, "L3", 10, "A1", expiry=LATE + timedelta(days=9))
    ordered(desk, "SO-1", 6)
    (tour,) = waved(desk, "SO-1")
    (task,) = tasks(tour)
    lot = task.uri.rpartition("/")[2]
    other = yoghurt("L2" if lot == "L1" else "L1")
    code = {"L1": "A1", "L2": "A3"}[lot]
    worse = refusal(desk, picking(task, goods=yoghurt("L3")), KEEPER)
    assert worse == {("reason", "operations.swap_reason")}
    assert refusal(desk, picking(task, goods=other), KEEPER), "it does not lie in this bin"
    assert kept() == {lot: 6}
    if code == "A1":
        done = desk.run(picking(task, goods=yoghurt("L3"), quantity=2, reason="in front"), KEEPER).value
        assert (done["swapped"], done["uri"]) == (True, yoghurt("L3"))
        assert kept() == {"L3": 6}
        assert Task.objects.get(pk=task.pk).uri == yoghurt("L3")


def test_put_back(desk: Desk, tour: Tour) -> None:
    first = task_at(tour, "A1")
    desk.run(picking(first), KEEPER)
    back = PutBack(warehouse="main", task=first.pk, reason="customer wants less", quantity=4)
    assert refusal(desk, PutBack(warehouse="main", task=first.pk, reason="", quantity=11), KEEPER) == {
        ("reason", "operations.reason_missing"),
        ("quantity", "picking.back_too_much"),
        ("source", "stock.short"),
    }
    desk.run(back, KEEPER)
    assert desk.stock(first.uri)["A1", "released"] == 4
    assert Task.objects.get(pk=first.pk).picked == 6 * 10**6
    assert [want.quantity for one in waiting("main") for want in one.wants] == [4 * 10**6]
    desk.run(PutBack(warehouse="main", task=first.pk, reason="all of it", to="B5"), KEEPER)
    assert desk.stock(first.uri)["B5", "released"] == 6
    assert refusal(desk, back, KEEPER) == {("task", "picking.nothing_picked")}


def test_an_issue_is_done_by_its_pick(desk: Desk) -> None:
    laid(desk, "L1", 10, "A1")
    ordering.put(desk, "issues", {"number": "IS-1", "warehouse": "main", "destination": "LINE"})
    ordering.put(desk, "issue_lines", {"order": "IS-1", "line": 1, "item": "YOG", "quantity": Decimal(6)})

    desk.run(Reserve(warehouse="main", number="IS-1"), KEEPER)
    (tour,) = waved(desk)
    (task,) = tasks(tour)
    desk.run(picking(task, quantity=4), KEEPER)
    assert desk.stock(task.uri)["LINE", "released"] == 4
    assert kept() == {"L1": 2}
    order = find_outgoing("IS-1")
    assert order is not None
    assert lines_of([order])[0].done == 4
    desk.run(picking(task), KEEPER)
    assert kept() == {}
    assert waiting("main") == []
    assert Order.objects.get(kind="issue").state == "closed"
    desk.run(PutBack(warehouse="main", task=task.pk, reason="not needed", quantity=1), KEEPER)
    assert Order.objects.get(kind="issue").state == "open"
    assert lines_of([order])[0].done == 5
    assert kept() == {"L1": 1}
    assert [want.quantity for one in waiting("main") for want in one.wants] == [10**6]


def test_an_urgent_order_overtakes(desk: Desk, tour: Tour) -> None:
    laid(desk, "L9", 5, "B2", expiry=EARLY - timedelta(days=5))
    desk.run(picking(tasks(tour)[0]), KEEPER)
    ordered(desk, "SO-2", 5, priority="urgent")
    told = desk.run(RushOrder(warehouse="main", order="SO-2", tour=tour.pk), MEI).value
    assert told["tasks"] == 1
    assert walk(tour)[0] == "B2 L9 5"
    assert len(walk(tour)) == 3
    assert [slot.position for slot in Slot.objects.filter(tour=tour).order_by("position")] == [1, 2]
    assert refusal(desk, RushOrder(warehouse="main", order="SO-2", tour=tour.pk + 99), MEI) == {
        ("tour", "picking.tour_unknown")
    }
    assert refusal(desk, RushOrder(warehouse="main", order="NO", tour=tour.pk), MEI) == {
        ("order", "orders.order_unknown")
    }
    pick_all(desk, [tour])
    assert Wave.objects.get().state == "done"
    assert refusal(desk, RushOrder(warehouse="main", order="SO-2", tour=tour.pk), MEI) == {
        ("tour", "picking.tour_ended")
    }


def test_an_urgent_order_leaves_the_tour_that_nobody_has_taken(desk: Desk, tour: Tour) -> None:
    laid(desk, "L9", 5, "B2", expiry=EARLY - timedelta(days=5))
    ordered(desk, "SO-2", 5, priority="urgent")
    (waits,) = waved(desk, "SO-2", take=False)
    desk.run(RushOrder(warehouse="main", order="SO-2", tour=tour.pk), KEEPER)
    assert walk(tour)[0] == "B2 L9 5"
    assert Tour.objects.get(pk=waits.pk).state == "done"
    assert Wave.objects.filter(state="open").count() == 1


def test_a_closed_order_is_not_picked(desk: Desk, tour: Tour) -> None:

    desk.run(CloseSale(number="SO-1", reason="called off"))
    assert ("task", "orders.order_closed") in refusal(desk, picking(tasks(tour)[0]), KEEPER)


def test_there_is_no_such_task(desk: Desk) -> None:
    nothing = {("task", "picking.task_unknown")}
    assert refusal(desk, PickTask(warehouse="main", task=7, bin="A1"), KEEPER) == nothing
    assert refusal(desk, ShortPick(warehouse="main", task=7, reason="held"), KEEPER) == nothing
    assert refusal(desk, PutBack(warehouse="main", task=7, reason="x"), KEEPER) == nothing


def test_what_nobody_wants_any_more_is_not_planned_again(desk: Desk, tour: Tour) -> None:
    desk.run(CloseSale(number="SO-1", reason="called off"))
    for task in tasks(tour):
        told = desk.run(ShortPick(warehouse="main", task=task.pk, reason="held"), KEEPER).value
        assert (told["bins"], told["lots"], told["missing"]) == ([], [], "0")
    assert Wave.objects.get().state == "done"


def test_what_went_into_a_tote_is_put_back_out_of_it(desk: Desk, tour: Tour) -> None:
    first = task_at(tour, "A1")
    desk.run(SetTote(warehouse="main", tour=tour.pk, position=1, tote=TOTE), KEEPER)
    desk.run(picking(first), KEEPER)
    desk.run(PutBack(warehouse="main", task=first.pk, reason="wrong", again=True, quantity=10), KEEPER)
    assert desk.stock(first.uri)["A1", "released"] == 10
    assert Task.objects.get(pk=first.pk).state == "open"
    desk.run(picking(first), KEEPER)
    assert desk.stock(first.uri)[f"OUT/{TOTE}", "released"] == 10
    wrong = PutBack(warehouse="main", task=first.pk, reason="wrong", again=True, quantity=1)
    assert refusal(desk, wrong, MEI) == {("tour", "picking.tour_of_other")}


def test_goods_in_a_container_are_taken_out_of_it(desk: Desk) -> None:
    uri = laid(desk, "L1", 10, "A1")
    goods = (Line(item="YOG", lot="L1", quantity=10, place="A1"),)
    box = str(desk.run(Pack(warehouse="main", lines=goods, place="A1"), KEEPER).value["container"])
    ordered(desk, "SO-1", 6)
    (tour,) = waved(desk, "SO-1")
    (task,) = tasks(tour)
    assert task.container == box
    assert refusal(desk, picking(task, goods=yoghurt("L2")), KEEPER)
    desk.run(picking(task, bin=box, goods=box), KEEPER)
    assert desk.stock(uri)["OUT", "released"] == 6
    assert desk.stock(uri)[f"A1/{box.rsplit('/', 1)[-1]}", "released"] == 4


def test_what_is_weighed_is_weighed_when_it_is_picked(desk: Desk) -> None:
    desk.run(PutItems(rows=(Row({"code": "HAM", "base_unit": "EA", "tracking": "lot", "catch_weight": True}),)))
    line = ReceiptLine(item="HAM", lot="H1", quantity=4, weight="31.5")
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="HAM", lot="H1", verdict="pass"),)))
    desk.run(PutAway(warehouse="main", lines=(Line(item="HAM", lot="H1", quantity=4, weight="31.5"),), to="A1"))
    ordering.sale(desk, "SO-1", delivery=DAY)
    ordering.sold(desk, 1, "HAM", 3, "SO-1")
    desk.run(Reserve(warehouse="main", number="SO-1"), KEEPER)
    (tour,) = waved(desk, "SO-1")
    (task,) = tasks(tour)
    assert refusal(desk, picking(task), KEEPER) == {("weight", "operations.weight_missing")}
    desk.run(picking(task, weight="23.7"), KEEPER)
    assert desk.stock(task.uri)["OUT", "released"] == 3
