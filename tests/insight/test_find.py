"""What the finders find, told as little ledgers; and that asking costs the same whatever there is."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from suyuan.capture.guard import governed
from suyuan.catalog.models import Category, Certificate, Item, Partner
from suyuan.catalog.register import Row
from suyuan.catalog.writes import bump
from suyuan.gs1.identifiers import lot_uri
from suyuan.insight.kinds import COMPANY, KINDS, Severity
from suyuan.insight.models import AlertRule
from suyuan.insight.refreshing import FINDERS
from suyuan.insight.rules import Cause
from suyuan.insight.world import World
from suyuan.operations.commands import Hold, Inspect, Line, PutAway, ReceiptLine, Receive, Reserve, Ship, Verdict
from suyuan.orders.commands import PutPurchaseLines, PutPurchaseOrders, PutSalesLines, PutSalesOrders
from suyuan.stocktake.registers import PutCountPlans
from tests.operations.dairy import CUP, LAST, YOGHURT, Desk, stocked, yoghurt
from tests.operations.test_hold_lots import vials
from tests.plugins.engines import Statements


def ask(desk: Desk, kind: str) -> list[Cause]:
    return FINDERS[kind](World(desk.now))


def one(desk: Desk, kind: str) -> Cause:
    (found,) = ask(desk, kind)
    return found


def receive(desk: Desk, lot: str, quantity: int = 100, expiry: date | None = LAST, *, passed: bool = True) -> None:
    line = ReceiptLine(item="YOG", lot=lot, quantity=quantity, expiry=expiry)
    desk.run(
        Receive(
            warehouse="main", supplier="FARM", lines=(line,), accept=frozenset({"operations.short_life_on_arrival"})
        )
    )
    if passed:
        desk.run(Inspect(warehouse="main", lines=(Verdict(item="YOG", lot=lot, verdict="pass"),)))


def change(model: type, **values: object) -> None:
    """Rows of the catalog as an office would have put them."""
    with governed():
        model._default_manager.update(version=bump(), **values)  # type: ignore[attr-defined]  # of any model


def test_every_kind_has_a_finder() -> None:
    assert set(FINDERS) == set(KINDS)


def test_a_firm_without_goods_has_no_alerts(desk: Desk) -> None:
    assert [kind for kind in FINDERS if ask(desk, kind)] == []


def test_expiry_by_the_shelf_life(desk: Desk) -> None:
    """28 days of shelf life: to be said nine days before, urgent two days before, expired the day after the last."""
    receive(desk, "L1", 100, LAST)
    desk.now = desk.now.replace(month=12, day=5)
    assert ask(desk, "near_expiry") == []
    desk.now = desk.now.replace(day=6)
    cause = one(desk, "near_expiry")
    assert (cause.subject, cause.severity, cause.log) == (yoghurt("L1"), Severity.WARN, "main")
    assert cause.facts == {"quantity": "100", "unit": "EA", "day": "2026-12-15"}
    desk.now = desk.now.replace(day=13)
    assert one(desk, "near_expiry").severity == Severity.URGENT
    desk.now = desk.now.replace(day=15, hour=15, minute=59)  # 23:59 in Hangzhou, still the last day
    assert one(desk, "near_expiry").severity == Severity.URGENT
    assert ask(desk, "expired") == []
    desk.now += timedelta(minutes=2)
    assert ask(desk, "near_expiry") == []
    assert one(desk, "expired").severity == Severity.URGENT


def test_expiry_by_the_category(desk: Desk) -> None:
    receive(desk, "L1")
    change(Category, warn_days=20, urgent_days=10)
    desk.now = desk.now.replace(day=25)  # 20 days before
    assert one(desk, "near_expiry").severity == Severity.WARN
    desk.now = desk.now.replace(month=12, day=5)
    assert one(desk, "near_expiry").severity == Severity.URGENT


def test_expiry_by_a_share_of_the_shelf_life(desk: Desk) -> None:
    receive(desk, "L1")
    change(Category, warn_percent=50, urgent_percent=25)
    desk.now = desk.now.replace(month=11, day=30)  # 15 of 28 days before
    assert ask(desk, "near_expiry") == []
    desk.now = desk.now.replace(month=12, day=1)
    assert one(desk, "near_expiry").severity == Severity.WARN
    desk.now = desk.now.replace(day=8)
    assert one(desk, "near_expiry").severity == Severity.URGENT


def test_expiry_by_a_share_of_the_life_of_the_lot(desk: Desk) -> None:
    line = ReceiptLine(item="YOG", lot="L1", quantity=9, produced=date(2026, 11, 15), expiry=date(2027, 11, 15))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    change(Category, warn_percent=90, urgent_percent=50)
    assert ask(desk, "near_expiry") == []
    change(Item, shelf_life_days=None)
    desk.now = date_time(desk, date(2026, 12, 22))  # 328 of 365 days before
    assert one(desk, "near_expiry").severity == Severity.WARN
    desk.now = date_time(desk, date(2026, 12, 20))
    assert ask(desk, "near_expiry") == []


def date_time(desk: Desk, day: date) -> datetime:
    return desk.now.replace(year=day.year, month=day.month, day=day.day)


def test_what_has_left_does_not_expire_here(desk: Desk) -> None:
    receive(desk, "L1", 100)
    desk.now = desk.now.replace(month=12, day=10)
    assert one(desk, "near_expiry").facts["quantity"] == "100"
    load = Line(item="YOG", lot="L1", quantity=60)
    desk.run(
        Ship(warehouse="main", customer="SHOP", lines=(load,), accept=frozenset({"operations.delivery_date_missing"}))
    )
    assert one(desk, "near_expiry").facts["quantity"] == "40"


def test_too_little_and_too_much(desk: Desk) -> None:
    with governed():
        Item.objects.filter(code="YOG").update(
            minimum=50_000_000, reorder_point=120_000_000, maximum=200_000_000, reorder_quantity=500_000_000
        )
    low = one(desk, "low")
    assert (low.severity, low.log, low.facts["quantity"], low.facts["order"]) == (Severity.URGENT, COMPANY, "0", "500")
    receive(desk, "L1", 100)
    assert one(desk, "low").severity == Severity.WARN
    receive(desk, "L2", 101, passed=False)
    assert one(desk, "low").facts["quantity"] == "100", "what waits for its verdict is not free"
    assert one(desk, "high").facts["limit"] == "200"
    order = Row({"number": "P-1", "partner": "FARM", "warehouse": "main", "expected": date(2026, 12, 1)})
    desk.run(PutPurchaseOrders(rows=(order,)))
    desk.run(PutPurchaseLines(rows=(Row({"order": "P-1", "line": 1, "item": "YOG", "quantity": Decimal(30)}),)))
    assert ask(desk, "low") == [], "100 free and 30 to come"


def test_what_does_not_move(desk: Desk) -> None:
    receive(desk, "L1")
    desk.run(PutAway(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=100),), to="A-01"))
    desk.later(days=91)
    assert one(desk, "dead").facts == {"quantity": "100", "unit": "EA", "days": 90}
    assert ask(desk, "ageing") == []
    desk.later(days=90)
    aged = one(desk, "ageing")
    assert aged.facts["day"] == "2026-11-20", "since it came, not since it was put away"


def test_what_waits_and_what_is_held(desk: Desk) -> None:
    receive(desk, "L1", passed=False)
    assert ask(desk, "pending_long") == []
    desk.later(days=3)
    assert one(desk, "pending_long").severity == Severity.WARN
    desk.later(days=2)
    assert one(desk, "pending_long").severity == Severity.URGENT
    desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="smell"))
    assert ask(desk, "held_long") == []
    desk.later(days=15)
    assert one(desk, "held_long").subject == lot_uri(YOGHURT, "L1")


def test_a_held_lot_is_one_alert_for_all_its_serials(desk: Desk) -> None:
    vials(desk)
    with governed():
        Item.objects.filter(code="VIAL").update(minimum=3_000_000)
    assert ask(desk, "low") == []
    desk.run(Hold(warehouse="main", lines=(Line(item="VIAL", lot="B1"),), reason="crack"))
    assert one(desk, "low").facts["quantity"] == "0"
    desk.later(days=15)
    held = one(desk, "held_long")
    assert (held.subject, held.facts["quantity"]) == (lot_uri(CUP, "B1"), "3")


def test_papers_of_suppliers(desk: Desk) -> None:
    change(Partner, certificates="food_business")
    missing = {cause.facts["partner"] for cause in ask(desk, "licence_missing")}
    assert missing == {"FARM"}, "who is suspended delivers nothing"
    farm = Partner.objects.get(code="FARM")
    with governed():
        Certificate.objects.create(
            partner=farm, kind="food_business", number="1", key="1", valid_until=date(2026, 12, 1), version=bump()
        )
    change(Partner)
    assert ask(desk, "licence_missing") == []
    assert one(desk, "licence").severity == Severity.WARN
    desk.later(days=12)
    assert one(desk, "licence").severity == Severity.URGENT
    with governed():
        Certificate.objects.create(
            partner=farm, kind="food_business", number="2", key="2", valid_until=date(2029, 12, 1), version=bump()
        )
    change(Partner)
    assert ask(desk, "licence") == [], "there is a later one"


def test_orders_that_are_late(desk: Desk) -> None:
    order = Row({"number": "P-1", "partner": "FARM", "warehouse": "main", "expected": date(2026, 11, 20)})
    desk.run(PutPurchaseOrders(rows=(order,)))
    desk.run(PutPurchaseLines(rows=(Row({"order": "P-1", "line": 1, "item": "YOG", "quantity": Decimal(30)}),)))
    assert ask(desk, "order_late") == []
    desk.later(days=1)
    late = one(desk, "order_late")
    assert (late.facts["number"], late.facts["day"], late.severity) == ("P-1", "2026-11-20", Severity.WARN)
    desk.later(days=8)
    assert one(desk, "order_late").severity == Severity.URGENT


def test_orders_that_lost_goods(desk: Desk) -> None:
    stocked(desk, "L1", 40)
    put = {"number": "S-1", "partner": "SHOP", "warehouse": "main"}
    desk.run(PutSalesOrders(rows=(Row(put),)))
    desk.run(PutSalesLines(rows=(Row({"order": "S-1", "line": 1, "item": "YOG", "quantity": Decimal(30)}),)))
    desk.run(Reserve(warehouse="main", number="S-1"))
    assert ask(desk, "order_unkept") == []
    desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="smell"))
    cause = one(desk, "order_unkept")
    assert (cause.cause, cause.facts["count"], cause.severity) == ("sales:S-1", 1, Severity.WARN)
    stocked(desk, "L2", 40)
    desk.run(Reserve(warehouse="main", number="S-1"))
    assert ask(desk, "order_unkept") == [], "it has others"


def test_counts_that_are_overdue(desk: Desk) -> None:
    row = Row({"code": "ALL", "name_en": "Everything", "warehouse": "main", "days_c": 30})
    desk.run(PutCountPlans(rows=(row,)))
    cause = one(desk, "count_overdue")
    assert cause.severity == Severity.NOTE
    assert cause.facts["never"] == cause.facts["count"]


@pytest.mark.parametrize("kind", sorted(set(FINDERS) - {"count_overdue"}))
def test_asking_costs_the_same_however_much_there_is(
    desk: Desk, kind: str, statements: Callable[[], Statements]
) -> None:
    with governed():
        Item.objects.filter(code="YOG").update(minimum=10**12, maximum=1)
        AlertRule.objects.filter(kind="dead").update(days=0)
    receive(desk, "L0", expiry=date(2026, 11, 22))
    desk.later(days=1)

    def cost() -> int:
        with statements() as seen:
            ask(desk, kind)
        return len(seen)

    before = cost()
    for n in range(1, 4):
        receive(desk, f"L{n}", expiry=date(2026, 11, 23))
    assert cost() <= before
