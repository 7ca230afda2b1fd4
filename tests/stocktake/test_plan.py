"""Plans: what is due when, and what cannot be a plan."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from suyuan.accounts.writes import do_add_team
from suyuan.capture.guard import governed
from suyuan.catalog.register import Row
from suyuan.operations.commands import (
    CloseBin,
    CountEntry,
    FinishCount,
    KeepCount,
    Line,
    MakeCount,
    Move,
    PostCount,
    Ship,
)
from suyuan.stocktake.due import Due, classes_of, due
from suyuan.stocktake.models import CountSheet
from suyuan.stocktake.queries import bins_of, plans_of, tasks
from suyuan.stocktake.registers import PutCountPlans
from tests.operations.dairy import BOTH, KEEPER, Desk, refusal, stocked

ZONE = ZoneInfo("Asia/Shanghai")


def put(desk: Desk, **values: object) -> None:
    row = {"code": "P1", "warehouse": "main", "days_a": 7, "days_b": 30, "days_c": 90, **values}
    desk.run(PutCountPlans(rows=(Row(row),)), KEEPER)  # type: ignore[arg-type]  # plain values, as forms give them


def due_now(desk: Desk) -> list[Due]:
    return due(plans_of("main")[0], desk.now, ZONE)


def counted(desk: Desk, *places: str) -> None:
    sheet = UUID(desk.run(MakeCount(warehouse="main", places=places), KEEPER).value["sheet"])
    for place in places:
        if place == "A-01":
            entry = CountEntry(item="YOG", lot="L1", quantity=90, place=place, id=uuid4())
            desk.run(KeepCount(warehouse="main", sheet=sheet, lines=(entry,)), KEEPER)
        desk.run(CloseBin(warehouse="main", sheet=sheet, place=place), KEEPER)
    desk.run(FinishCount(warehouse="main", sheet=sheet), KEEPER)
    desk.run(PostCount(warehouse="main", sheet=sheet), KEEPER, BOTH)


def test_it_works(desk: Desk) -> None:
    stocked(desk)
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="L1", quantity=10),)))
    put(desk)
    assert classes_of("main", desk.now) == {"https://id.gs1.org/01/06901234000108": "A"}
    first = due_now(desk)
    assert {one.bin.code: (one.abc, one.every) for one in first}["A-01"] == ("A", 7)
    assert {one.bin.code: (one.abc, one.every) for one in first}["A-02"] == ("C", 90)
    counted(desk, "A-01", "A-02")
    assert not {"A-01", "A-02"} & {one.bin.code for one in due_now(desk)}
    desk.later(days=7)
    assert {one.bin.code: one.last for one in due_now(desk)}["A-01"] == desk.now.astimezone(ZONE).date() - timedelta(7)
    assert "A-02" not in {one.bin.code for one in due_now(desk)}


def test_what_is_on_a_sheet_is_not_due(desk: Desk) -> None:
    put(desk, most=2, team="")
    made = desk.run(MakeCount(warehouse="main", plan="p1"), KEEPER).value
    assert made["bins"] == 2
    left = {one.bin.code for one in due_now(desk)}
    assert len(left) == len(bins_of("main")[0]) - 2
    (task,) = tasks("main")
    assert (task.sheet.number, task.bins, task.done) == (made["number"], 2, 0)


def test_a_plan_for_a_category_asks_for_bins_with_its_goods(desk: Desk) -> None:
    stocked(desk)
    put(desk, category="dairy", days_a=None, days_b=None, days_c=1)
    assert [one.bin.code for one in due_now(desk)] == ["A-01"]
    desk.run(Move(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=100),), to="A-02"))
    assert [one.bin.code for one in due_now(desk)] == ["A-02"]


def test_a_class_without_days_is_never_due(desk: Desk) -> None:
    put(desk, days_a=7, days_b=None, days_c=None)
    assert due_now(desk) == []
    assert refusal(desk, MakeCount(warehouse="main", plan="P1"), KEEPER) == {("plan", "stocktake.nothing_due")}


def test_a_sheet_of_a_plan_is_as_the_plan_says(desk: Desk) -> None:
    with governed():
        do_add_team(code="night", name_zh="夜班", name_en="Night", site="hz")
    put(desk, blind=False, threshold=Decimal("0.5"), team="night", zone="A-01")
    sheet = CountSheet.objects.get(pk=desk.run(MakeCount(warehouse="main", plan="P1"), KEEPER).value["sheet"])
    assert (sheet.blind, sheet.threshold, sheet.team) == (False, 500_000, "night")
    assert [one.code for one in sheet.bins.all()] == ["A-01"]


def test_what_is_no_plan(desk: Desk) -> None:
    bad = {"code": "P2", "warehouse": "main", "zone": "B-7", "category": "none", "team": "nobody", "person": "nobody"}
    rows = (Row(bad), Row({"code": "P3", "warehouse": "moon", "days_a": 1}))
    assert refusal(desk, PutCountPlans(rows=rows), KEEPER) == {
        ("rows[0].zone", "stocktake.zone_elsewhere"),
        ("rows[0].category", "stocktake.category_unknown"),
        ("rows[0].team", "stocktake.team_unknown"),
        ("rows[0].person", "stocktake.person_unknown"),
        ("rows[0].person", "stocktake.one_counter"),
        ("rows[0].days_a", "stocktake.days_missing"),
        ("rows[1].warehouse", "catalog.warehouse_unknown"),
    }
