"""One alert for one cause: opened, told anew, silent, worse, gone; and what people do with it."""

from collections.abc import Callable
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import Ungoverned, governed, resume, suspend
from suyuan.catalog.register import Row
from suyuan.gs1.problems import Refused
from suyuan.insight import refreshing
from suyuan.insight.commands import AssignAlerts, CloseAlerts, SnoozeAlerts, WakeAlerts
from suyuan.insight.kinds import KINDS, Severity, State
from suyuan.insight.models import Alert, AlertRule
from suyuan.insight.queries import is_silent_now, open_alerts
from suyuan.insight.refreshing import Refreshed, find, forget, refresh
from suyuan.insight.registers import PutAlertLimits, PutAlertRules
from suyuan.insight.rules import Cause, Standing, compare, is_silent
from suyuan.insight.world import World
from suyuan.operations.commands import Line, ReceiptLine, Receive, Ship
from tests.insight.test_find import receive
from tests.operations.dairy import ADMIN, BUYER, INSPECTOR, KEEPER, LAST, Desk, refusal

Codes = list[str]


def codes(call: Callable[[], object]) -> Codes:
    with pytest.raises(Refused) as refused:
        call()
    return [problem.code for problem in refused.value.problems]


@pytest.fixture
def alert(desk: Desk) -> Alert:
    """A lot that expires in nine days, and the alert of it."""
    receive(desk, "L1")
    desk.now = desk.now.replace(month=12, day=6)
    refresh(desk.now)
    return Alert.objects.get()


def again() -> Alert:
    return Alert.objects.get()


def test_it_works(desk: Desk, alert: Alert) -> None:
    assert (alert.kind, alert.severity, alert.state) == ("near_expiry", Severity.WARN, State.OPEN)
    assert alert.due == date(2026, 12, 13)
    assert refresh(desk.now) == Refreshed(0, 0, 0)
    load = Line(item="YOG", lot="L1", quantity=60)
    accept = frozenset({"operations.delivery_date_missing"})
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(load,), accept=accept))
    assert refresh(desk.now) == Refreshed(0, 1, 0)
    assert '"quantity":"40"' in again().facts
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="L1", quantity=40),), accept=accept))
    assert refresh(desk.now) == Refreshed(0, 0, 1)
    assert again().state == State.GONE
    desk.later(days=500)
    assert forget(desk.now) == 1


def test_the_database_itself_refuses_a_second_one(desk: Desk, alert: Alert) -> None:
    """Two workers that ask in the same moment make one alert."""
    with patch.object(refreshing, "standing", lambda kinds: {}):
        refresh(desk.now)
    assert Alert.objects.count() == 1


def test_a_question_that_fails_silences_nobody(desk: Desk, alert: Alert) -> None:
    def broken(world: World) -> list[Cause]:
        raise ZeroDivisionError

    finders = {**refreshing.FINDERS, "near_expiry": broken}
    assert refresh(desk.now, finders).failed == ("near_expiry",)
    assert again().state == State.OPEN


def test_a_kind_that_is_switched_off_has_no_alerts(desk: Desk, alert: Alert) -> None:
    with governed():
        AlertRule.objects.update_or_create(kind="near_expiry", defaults={"is_active": False})
    assert refresh(desk.now).gone == 1
    assert find(World(desk.now), refreshing.FINDERS)[0] == []


def test_who_looks_after_it(desk: Desk, alert: Alert) -> None:
    with governed():
        do_add_user(username="kai", name="Kai", password="grass-2-milk", grants=[At("keeper")])
    desk.run(AssignAlerts(alerts=(alert.pk,), owner="Kai", due=date(2026, 12, 8)), KEEPER)
    assert (again().due, again().version) == (date(2026, 12, 8), 2)
    assert again().owner != ""
    told = codes(lambda: desk.run(AssignAlerts(alerts=(alert.pk,), owner="nobody", team="none"), KEEPER))
    assert told == ["insight.person_unknown", "insight.team_unknown", "insight.one_owner"]
    assert codes(lambda: desk.run(AssignAlerts(alerts=(alert.pk,)), KEEPER)) == ["insight.nothing_said"]
    assert codes(lambda: desk.run(AssignAlerts(alerts=(), due=date(2026, 12, 8)), KEEPER)) == ["insight.none_chosen"]
    assert codes(lambda: desk.run(CloseAlerts(alerts=(alert.pk,), reason="x"), BUYER)) == ["insight.not_yours"]
    assert codes(lambda: desk.run(CloseAlerts(alerts=(alert.pk,), reason="x"), ADMIN)) == ["insight.not_yours"]
    assert codes(lambda: desk.run(CloseAlerts(alerts=(99,), reason=""), INSPECTOR)) == [
        "insight.gone_meanwhile", "insight.reason_missing",
    ]  # fmt: skip


def test_a_snooze_ends_with_its_day_or_when_it_gets_worse(desk: Desk, alert: Alert) -> None:
    until = date(2026, 12, 8)
    assert codes(lambda: desk.run(SnoozeAlerts(alerts=(alert.pk,), until=until), KEEPER)) == ["insight.reason_missing"]
    late = SnoozeAlerts(alerts=(alert.pk,), until=date(2027, 12, 8), reason="sold")
    assert codes(lambda: desk.run(late, KEEPER)) == ["insight.snooze_long"]
    desk.run(SnoozeAlerts(alerts=(alert.pk,), until=until, reason="sold"), KEEPER)
    assert is_silent_now(again(), until)
    assert open_alerts(until).count() == 0
    assert open_alerts(until + timedelta(days=1)).count() == 1
    with governed():
        Alert.objects.update(severity=Severity.URGENT)
    assert open_alerts(until).count() == 1, "it is worse than it was"
    desk.run(WakeAlerts(alerts=(alert.pk,)), KEEPER)
    assert again().snoozed_until is None


def test_what_is_done_is_silent_until_it_gets_worse(desk: Desk, alert: Alert) -> None:
    desk.run(CloseAlerts(alerts=(alert.pk,), reason="offered to the shop"), KEEPER)
    assert refresh(desk.now) == Refreshed(0, 0, 0)
    assert (again().state, again().why) == (State.DONE, "offered to the shop")
    desk.now = desk.now.replace(day=13)  # two days left
    refresh(desk.now)
    assert (again().state, again().severity, again().why) == (State.OPEN, Severity.URGENT, "")


def test_only_commands_write(desk: Desk, alert: Alert) -> None:
    resume("test")
    try:
        with pytest.raises(Ungoverned):
            Alert.objects.update(severity=Severity.NOTE)
    finally:
        suspend("test")
    assert timezone.is_aware(desk.now)


# -- the rules themselves ---------------------------------------------------------------------------------------------


def test_rules_of_comparing() -> None:
    def cause(key: str, severity: Severity = Severity.WARN) -> Cause:
        return Cause(kind="dead", log="main", cause=key, subject="urn:x", severity=severity)

    old = {("dead", "main", key): Standing(n, 2, "{}", "urn:x", state) for n, (key, state) in enumerate(
        [("same", State.OPEN), ("worse", State.DONE), ("gone", State.OPEN), ("calmer", State.DONE)]
    )}  # fmt: skip
    new = [cause("same"), cause("worse", Severity.URGENT), cause("calmer", Severity.NOTE), cause("new")]
    found = compare(old, new, ["dead"])
    assert [one.cause for one in found.opened] == ["new"]
    assert [(id, wakes) for id, _one, wakes in found.changed] == [(1, True), (3, False)]
    assert found.gone == [2]
    assert compare(old, [], []).gone == [], "who was not asked closes nothing"


def test_silence() -> None:
    day = date(2026, 12, 1)
    assert is_silent(day, 2, 2, day)
    assert not is_silent(day, 2, 3, day)
    assert not is_silent(day, 2, 2, day + timedelta(days=1))
    assert not is_silent(None, 0, 1, day)


def test_a_rule_is_changed_by_a_planner(desk: Desk, alert: Alert) -> None:
    desk.run(PutAlertRules(rows=(Row({"kind": "near_expiry", "is_active": False}),)), ADMIN)
    assert AlertRule.objects.get(kind="near_expiry").role == "keeper", "the rest stays as it was"
    assert refresh(desk.now).gone == 1
    assert AlertRule.objects.count() == len(KINDS)
    told = codes(lambda: desk.run(PutAlertRules(rows=(Row({"kind": "expired", "role": "king", "team": "t"}),)), ADMIN))
    assert told == ["insight.role_unknown", "insight.team_unknown"]
    assert codes(lambda: desk.run(PutAlertRules(rows=(Row({"kind": "expired"}),)), KEEPER)) == [
        "governance.not_allowed"
    ]


def limited(warehouse: str, days: int, kind: str = "pending_long", **more: bool) -> PutAlertLimits:
    return PutAlertLimits(rows=(Row({"warehouse": warehouse, "kind": kind, "days": days, **more}),))


def test_a_warehouse_may_have_a_limit_of_its_own(desk: Desk) -> None:
    for warehouse in ("main", "cold"):
        line = ReceiptLine(item="YOG", lot="L1", quantity=10, expiry=LAST)
        desk.run(Receive(warehouse=warehouse, supplier="FARM", lines=(line,)))
    desk.later(days=3)

    def waiting() -> list[tuple[str, int]]:
        refresh(desk.now)
        return sorted(Alert.objects.filter(kind="pending_long", state="open").values_list("log", "severity"))

    assert waiting() == [("cold", Severity.WARN), ("main", Severity.WARN)]
    desk.run(limited("Cold", 5), ADMIN)
    assert waiting() == [("main", Severity.WARN)]
    desk.run(limited("main", 1), ADMIN)
    assert waiting() == [("main", Severity.URGENT)], "after twice its own limit"
    desk.run(limited("cold", 5, is_active=False), ADMIN)
    assert waiting() == [("cold", Severity.WARN), ("main", Severity.URGENT)]
    assert refusal(desk, limited("nowhere", 5), ADMIN) == {("rows[0].warehouse", "catalog.warehouse_unknown")}
    assert refusal(desk, limited("main", 5, "licence"), ADMIN) == {("rows[0].kind", "catalog.choice")}
    assert refusal(desk, limited("main", 5), KEEPER) == {("", "governance.not_allowed")}
