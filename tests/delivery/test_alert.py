"""What carriers have and does not arrive is found, said once, and gone when it is over."""

from datetime import timedelta

from suyuan.delivery.models import Consignment
from suyuan.insight.finders.carried import WAITS
from suyuan.insight.kinds import Severity
from suyuan.insight.models import Alert
from suyuan.insight.refreshing import FINDERS, refresh
from suyuan.insight.rules import Cause
from suyuan.insight.world import World
from tests.delivery.conftest import booked, shipped, work
from tests.delivery.servers import RestServer
from tests.operations.dairy import Desk

KINDS = ("booking_failed", "delivery_late", "delivery_stuck", "delivery_trouble")


def ask(desk: Desk, after: timedelta = timedelta()) -> dict[str, Cause]:
    world = World(desk.now + after)
    return {kind: found[0] for kind in KINDS if (found := FINDERS[kind](world))}


def test_it_works(desk: Desk, rest: RestServer) -> None:
    row = booked(desk, "REST", promised=desk.now.date() + timedelta(days=1))
    work(desk.now)
    Consignment.objects.filter(pk=row.pk).update(estimated=None)
    assert ask(desk) == {}
    assert ask(desk, timedelta(days=1)) == {}
    found = ask(desk, timedelta(days=2))
    assert set(found) == {"delivery_late"}
    assert found["delivery_late"].facts["waybill"] == "W000001"
    assert set(ask(desk, timedelta(days=4))) == {"delivery_late", "delivery_stuck"}
    assert ask(desk, timedelta(days=12))["delivery_late"].severity is Severity.URGENT
    rest.events["W000001"] = [{"time": "2026-11-24 08:00:00", "status": "DONE"}]
    work(desk.now + timedelta(days=4))
    assert ask(desk, timedelta(days=12)) == {}


def test_a_carrier_who_says_that_it_comes_too_late(desk: Desk, rest: RestServer) -> None:
    booked(desk, "REST", promised=desk.now.date() + timedelta(days=1))
    work(desk.now)  # he says the 24th
    assert set(ask(desk)) == {"delivery_late"}


def test_trouble_on_the_way(desk: Desk, rest: RestServer) -> None:
    booked(desk, "REST")
    work(desk.now)
    for status, severity in (("LOST", Severity.WARN), ("NO", Severity.URGENT)):
        day = 21 if status == "LOST" else 22
        rest.events.setdefault("W000001", []).append({"time": f"2026-11-{day} 08:00:00", "status": status})
        work(desk.now + timedelta(days=day - 19))
        assert ask(desk)["delivery_trouble"].severity is severity
    assert ask(desk)["delivery_trouble"].facts["step"] == "refused"


def test_a_booking_that_does_not_succeed(desk: Desk, rest: RestServer) -> None:
    rest.mode = "500"
    row = booked(desk, "REST")
    assert ask(desk, WAITS * 2) == {}  # nobody has tried: the worker does not run
    for n in range(2):
        work(desk.now + n * timedelta(hours=7))
    assert ask(desk, WAITS / 2) == {}
    assert ask(desk, WAITS * 2)["booking_failed"].severity is Severity.WARN
    Consignment.objects.filter(pk=row.pk).update(state="failed")
    assert ask(desk)["booking_failed"].severity is Severity.URGENT


def test_each_is_one_alert_and_goes_with_its_cause(desk: Desk, rest: RestServer) -> None:
    rows = [booked(desk, "REST", desadv=shipped(desk, f"L{n}"), promised=desk.now.date()) for n in range(2)]
    work(desk.now)
    for _ in range(2):
        refresh(desk.now + timedelta(days=1))
    assert Alert.objects.filter(kind="delivery_late", state="open").count() == len(rows)
    for row in Consignment.objects.all():
        rest.events[row.waybill] = [{"time": "2026-11-20 22:00:00", "status": "DONE"}]
    work(desk.now + timedelta(days=1))
    refresh(desk.now + timedelta(days=1))
    assert Alert.objects.filter(kind="delivery_late", state="gone").count() == len(rows)
