"""Sheets that are made each day by themselves, sheets that are given to somebody else, and what goods are worth."""

from datetime import timedelta
from decimal import Decimal

import pytest

from suyuan.accounts.models import User
from suyuan.accounts.writes import do_add_team, do_add_user
from suyuan.capture.guard import governed
from suyuan.operations.commands import AssignCount, CancelCount, Line, MakeCount, Ship
from suyuan.operations.counting import daily
from suyuan.operations.counting.make_count import due_of
from suyuan.operations.counting.values import last_prices
from suyuan.stocktake.models import CountSheet, State
from suyuan.stocktake.queries import plans_of
from tests.operations.dairy import CARRIER, KEEPER, Desk, refusal, stocked
from tests.orders.ordering import line, order
from tests.stocktake.test_plan import ZONE, put


def test_it_works(desk: Desk) -> None:
    """One sheet a plan and day, however often the worker asks."""
    put(desk, most=2)
    put(desk, code="P2", zone="A-01", daily=False)
    assert daily.make_due(desk.now) == 1
    assert daily.make_due(desk.now) == 0
    sheet = CountSheet.objects.get()
    assert (sheet.plan and sheet.plan.code, sheet.bins.count(), sheet.state) == ("P1", 2, State.OPEN)
    assert daily.make_due(desk.now + timedelta(days=1)) == 1  # other bins: these are on a sheet
    assert CountSheet.objects.count() == 2


def test_a_sheet_that_was_cancelled_is_not_made_again_that_day(desk: Desk) -> None:
    put(desk)
    daily.make_due(desk.now)
    sheet = CountSheet.objects.get()
    desk.run(CancelCount(warehouse="main", sheet=sheet.pk, reason="closed"), KEEPER)
    assert daily.make_due(desk.now) == 0
    assert daily.make_due(desk.now + timedelta(days=1)) == 1


def test_nothing_due_makes_nothing(desk: Desk) -> None:
    put(desk, days_b=None, days_c=None)
    assert daily.make_due(desk.now) == 0


def test_one_plan_that_fails_does_not_stop_the_others(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    put(desk, code="P0", most=1)
    put(desk)

    def fails(plan: object, *rest: object) -> list[object]:
        if str(plan) == "P0":
            raise ValueError("broken")
        return list(due_of(plan, *rest))  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(daily, "due_of", fails)
    monkeypatch.setattr("suyuan.operations.counting.daily.connection.close", lambda: None)
    assert daily.make_due(desk.now) == 1


def test_given_to_somebody_else(desk: Desk) -> None:
    with governed():
        do_add_team(code="night", name_zh="夜班", name_en="Night", site="hz")
        do_add_user(username="wang", name="王芳", password="counts-at-night", grants=[])
    made = desk.run(MakeCount(warehouse="main", places=("A-01",)), KEEPER).value
    sheet = CountSheet.objects.get(pk=made["sheet"])

    def give(team: str = "", person: str = "") -> AssignCount:
        return AssignCount(warehouse="main", sheet=sheet.pk, team=team, person=person)

    def given() -> tuple[str, str]:
        sheet.refresh_from_db()
        return sheet.team, sheet.person

    desk.run(give(team="night"), KEEPER)
    assert given() == ("night", "")
    desk.run(give(person="wang"), KEEPER)
    assert given() == ("", str(User.objects.get(username="wang").pk))
    desk.run(give(), KEEPER)
    assert given() == ("", "")
    assert refusal(desk, give("nobody", "nobody"), KEEPER) == {
        ("person", "stocktake.one_counter"), ("team", "stocktake.team_unknown"), ("person", "stocktake.person_unknown"),
    }  # fmt: skip
    assert refusal(desk, give(), CARRIER) == {("", "governance.not_allowed")}
    desk.run(CancelCount(warehouse="main", sheet=sheet.pk, reason="closed"), KEEPER)
    assert refusal(desk, give(), KEEPER) == {("sheet", "stocktake.sheet_closed")}


def test_the_last_price_counts(desk: Desk) -> None:
    assert last_prices().of == {}
    order(desk, currency="CNY")
    line(desk, 1, "YOG", 24, price=Decimal("3"))
    line(desk, 2, "WHEY", 10, price=Decimal("7.5"))
    order(desk, "PO-2", currency="CNY")
    line(desk, 1, "YOG", 24, order="PO-2", price=Decimal("4"))
    order(desk, "PO-3", currency="EUR")
    line(desk, 1, "MILK", 24, order="PO-3", price=Decimal("1"))
    prices = last_prices()
    assert prices.currency == "CNY"
    assert sorted(prices.of.values()) == [Decimal(4), Decimal("7.5")]


def test_classes_by_value(desk: Desk) -> None:
    """Dear goods that move seldom are an A by value."""
    stocked(desk, "L1")
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="L1", quantity=1),)))
    put(desk, measure="value", days_b=None, days_c=None)
    (plan,) = plans_of("main")
    assert due_of(plan, desk.now, ZONE) == []  # nothing has a price yet
    order(desk, currency="CNY")
    line(desk, 1, "YOG", 24, price=Decimal("3"))
    assert [(one.bin.code, one.abc) for one in due_of(plan, desk.now, ZONE)] == [("A-01", "A")]
