"""The worker and carriers that answer 500, garbage, late, never or twice; two workers; one that dies."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from suyuan.capture.guard import governed
from suyuan.catalog.models import File
from suyuan.catalog.register import Row
from suyuan.connectors.carriers import talking
from suyuan.delivery.commands import CancelCarrier, RetryCarrier
from suyuan.delivery.models import CarrierHealth, Consignment, Report
from suyuan.delivery.rules import TRIES
from suyuan.delivery.sending import LEASE, take, trouble_of, work_next
from suyuan.governance.master import PutPartners
from suyuan.operations.commands import BookCarrier
from tests.delivery.conftest import account, booked, shipped, work
from tests.delivery.servers import KuaidiServer, RestServer, SfServer, patience
from tests.operations.dairy import BOTH, KEEPER, QUALITY, Desk, refusal, stocked

LATER = timedelta(hours=7)


def again(row: Consignment) -> Consignment:
    return Consignment.objects.select_related("account").get(pk=row.pk)


def test_it_works(desk: Desk, rest: RestServer) -> None:
    row = booked(desk, "REST", parcels=2, weight="12.5", promised=desk.now.date())
    assert row.state == "waiting"
    assert work(desk.now) == 1
    row = again(row)
    assert (row.state, row.waybill, row.step, row.tries, row.unsure) == ("booked", "W000001", "booked", 0, False)
    assert File.objects.get(hash=row.label).name == "W000001"
    assert row.estimated is not None
    asked = next(one for _m, path, one in rest.asked if path == "/orders")
    assert (asked["ref"], asked["kg"], asked["to"]["street"]) == (row.reference, 12.5, "1 Market Street")
    rest.events["W000001"] = [
        {"time": "2026-11-21 08:00:00", "status": "DONE", "said": "signed"},
        {"time": "2026-11-20 22:00:00", "status": "PICKED", "said": "got it"},
        {"time": "2026-11-21 01:00:00", "status": "ODD", "said": "a word nobody knows"},
    ]
    assert work(desk.now + timedelta(hours=1)) == 1
    row = again(row)
    assert (row.step, row.due) == ("delivered", None)
    assert list(Report.objects.filter(consignment=row).order_by("at").values_list("step", flat=True)) == [
        "booked", "collected", "", "delivered",
    ]  # fmt: skip
    assert work(desk.now + timedelta(days=3)) == 0


def test_what_is_told_twice_is_kept_once(desk: Desk, rest: RestServer) -> None:
    row = booked(desk, "REST")
    work(desk.now)
    rest.events["W000001"] = [{"time": "2026-11-20 22:00:00", "status": "PICKED", "said": "got it"}]
    for hours in (1, 9, 17):
        assert work(desk.now + timedelta(hours=hours)) == 1
    assert Report.objects.filter(consignment=row).count() == 2  # and that it is booked


@pytest.mark.parametrize("mode", ["500", "garbage", "drop", "late", "never"])
@pytest.mark.parametrize("kind", ["REST", "SF"])
def test_a_booking_that_nobody_answered_is_asked_for_and_not_repeated(
    desk: Desk, rest: RestServer, sf: SfServer, mode: str, kind: str
) -> None:
    server = rest if kind == "REST" else sf
    row = booked(desk, kind)
    server.modes = [mode]
    with patch.object(talking, "LONGEST", patience(mode)):
        assert work(desk.now) == 1
    row = again(row)
    assert (row.state, row.tries, row.unsure) == ("waiting", 1, True)
    problem = trouble_of(row)
    assert problem is not None
    assert problem.params["carrier"] == kind
    assert row.due is not None
    assert work(desk.now + LATER) == 1
    assert again(row).state == "booked"
    assert len(server.orders) == 1
    made = [service for _m, service, _asked in server.asked if service in ("/orders", "EXP_RECE_CREATE_ORDER")]
    assert len(made) == (1 if mode in ("garbage", "drop", "late") else len(made))


def test_after_so_many_tries_it_is_given_up_and_can_be_tried_again(desk: Desk, rest: RestServer) -> None:
    row = booked(desk, "REST")
    rest.mode = "500"
    now = desk.now
    for _ in range(TRIES):
        assert work(now) == 1
        now += LATER
    assert again(row).state == "failed"
    assert work(now) == 0
    rest.mode = "ok"
    desk.now = now
    retry = RetryCarrier(warehouse="main", consignment=row.pk)
    desk.run(retry, KEEPER)
    assert work(desk.now) == 1
    assert again(row).state == "booked"
    assert refusal(desk, RetryCarrier(warehouse="main", consignment=row.pk), KEEPER) == {
        ("consignment", "delivery.not_failed")
    }


def test_what_the_carrier_refuses_is_not_tried_again_by_itself(desk: Desk, rest: RestServer) -> None:
    desk.run(PutPartners(rows=(Row({"code": "SHOP", "address": ""}),)), approver=BOTH)
    row = booked(desk, "REST")
    assert work(desk.now) == 1
    row = again(row)
    problem = trouble_of(row)
    assert (row.state, problem and problem.code) == ("failed", "delivery.recipient_without_address")
    assert rest.asked == []


def test_a_wrong_key_is_said_at_once(desk: Desk, rest: RestServer) -> None:
    row = booked(desk, "REST")
    with patch.object(RestServer, "key", "another"):
        work(desk.now)
    problem = trouble_of(again(row))
    assert (again(row).state, problem and problem.code) == ("failed", "delivery.carrier_signature")


def test_a_dead_carrier_costs_one_call_a_pause_and_holds_up_no_other(
    desk: Desk, rest: RestServer, sf: SfServer
) -> None:
    rest.mode = "500"
    stocked(desk)
    rows = [booked(desk, "REST", desadv=shipped(desk, f"R{n}")) for n in range(4)]
    alive = booked(desk, "SF", desadv=shipped(desk, "S1"))
    assert work(desk.now) == 2
    assert again(alive).state == "booked"
    assert len(rest.asked) == 0  # 500 comes before anything is looked at
    assert sorted(again(row).tries for row in rows) == [0, 0, 0, 1]
    assert CarrierHealth.objects.get(account=rows[0].account).fails == 1
    rest.mode = "ok"
    assert work(desk.now + timedelta(minutes=20)) == 4
    assert {again(row).state for row in rows} == {"booked"}
    assert CarrierHealth.objects.get(account=rows[0].account).fails == 0


def test_two_workers_do_not_do_the_same(desk: Desk, rest: RestServer) -> None:
    row = booked(desk, "REST")
    first, second = take("w1", desk.now), take("w2", desk.now)
    assert (first and first.pk, second) == (row.pk, None)
    # The first one dies: after its lease another takes it up, and asks before it books.
    assert work_next("w2", lambda: desk.now + LEASE) is True
    assert again(row).state == "booked"
    assert len(rest.orders) == 1


def test_a_worker_that_comes_too_late_changes_nothing(desk: Desk, rest: RestServer) -> None:
    row = booked(desk, "REST")
    slow = take("w1", desk.now)
    assert slow is not None
    assert work(desk.now + LEASE, "w2") == 1
    before = Consignment.objects.filter(pk=row.pk).values().get()
    with governed():
        assert Consignment.objects.filter(pk=row.pk, holder="w1", taken=slow.taken, state="waiting").update(due=1) == 0
    assert Consignment.objects.filter(pk=row.pk).values().get() == before


def test_asking_goes_on_though_nobody_answers(desk: Desk, rest: RestServer) -> None:
    row = booked(desk, "REST")
    work(desk.now)
    rest.mode = "500"
    now = desk.now
    for _ in range(TRIES + 3):
        now += LATER
        assert work(now) == 1
    assert again(row).state == "booked"
    rest.mode = "ok"
    rest.events["W000001"] = [{"time": "2026-11-25 08:00:00", "status": "DONE"}]
    work(now + LATER)
    assert again(row).step == "delivered"


# -- cancelling --------------------------------------------------------------------------------------------------------


def test_what_nobody_was_asked_for_is_cancelled_at_once(desk: Desk, rest: RestServer) -> None:
    row = booked(desk, "REST")
    desk.run(CancelCarrier(warehouse="main", consignment=row.pk, reason="customer collects"), KEEPER)
    assert (again(row).state, work(desk.now)) == ("cancelled", 0)
    desk.run(BookCarrier(warehouse="main", desadv=row.number, account="REST"), KEEPER)
    assert work(desk.now) == 1


def test_a_booking_is_cancelled_with_the_carrier(desk: Desk, rest: RestServer) -> None:
    row = booked(desk, "REST")
    work(desk.now)
    desk.run(CancelCarrier(warehouse="main", consignment=row.pk, reason="customer collects"), KEEPER)
    assert again(row).state == "cancelling"
    assert work(desk.now) == 1
    assert again(row).state == "cancelled"
    assert all(order["cancelled"] for order in rest.orders.values())


def test_a_booking_that_may_have_arrived_is_looked_for_before_it_is_cancelled(desk: Desk, rest: RestServer) -> None:
    row = booked(desk, "REST")
    rest.modes = ["drop"]
    work(desk.now)
    desk.run(CancelCarrier(warehouse="main", consignment=row.pk, reason="customer collects"), KEEPER)
    assert work(desk.now + LATER) == 1
    assert again(row).state == "cancelled"
    assert all(order["cancelled"] for order in rest.orders.values())


def test_what_has_arrived_or_is_cancelled_cannot_be_cancelled(desk: Desk, rest: RestServer) -> None:
    row = booked(desk, "REST")
    command = CancelCarrier(warehouse="main", consignment=row.pk, reason="x")
    assert refusal(desk, CancelCarrier(warehouse="main", consignment=row.pk), KEEPER) == {
        ("reason", "delivery.reason_missing")
    }
    assert refusal(desk, CancelCarrier(warehouse="cold", consignment=row.pk, reason="x"), KEEPER) == {
        ("consignment", "delivery.consignment_unknown")
    }
    assert refusal(desk, command, QUALITY) == {("", "governance.not_allowed")}
    work(desk.now)
    rest.events["W000001"] = [{"time": "2026-11-21 08:00:00", "status": "DONE"}]
    work(desk.now + timedelta(hours=1))
    assert refusal(desk, command, KEEPER) == {("consignment", "delivery.arrived")}


# -- booking -----------------------------------------------------------------------------------------------------------


def test_what_cannot_be_booked(desk: Desk, sf: SfServer, kuaidi: KuaidiServer) -> None:
    number = shipped(desk)

    def told(account: str = "SF", **more: object) -> set[tuple[str, str]]:
        values: dict[str, object] = {"warehouse": "main", "desadv": number, "account": account, **more}
        return refusal(desk, BookCarrier(**values), KEEPER)  # type: ignore[arg-type]  # of the test

    assert told("NONE") == {("account", "delivery.account_unknown")}
    assert told(desadv="D-none") == {("desadv", "operations.shipment_unknown")}
    assert told(parcels=0, weight="heavy", service="99") == {
        ("parcels", "delivery.parcels_wrong"), ("weight", "delivery.weight_wrong"),
        ("service", "delivery.service_unknown"),
    }  # fmt: skip
    assert told("K100") == {("service", "delivery.service_unknown"), ("waybill", "delivery.waybill_missing")}
    desk.run(BookCarrier(warehouse="main", desadv=number, account="SF", service="1"), KEEPER)
    assert told() == {("desadv", "delivery.booked_already")}
    desk.run(BookCarrier(warehouse="main", desadv=number, account="K100", service="yunda", waybill="YD1"), KEEPER)
    assert work(desk.now) == 2
    assert "YD1" in kuaidi.orders


def test_one_whom_nobody_asks_by_machine(desk: Desk) -> None:
    account(desk, "OWN", "manual")
    row = booked(desk, "OWN")
    assert work(desk.now) == 1
    row = again(row)
    assert (row.state, row.waybill, row.due) == ("booked", row.reference, None)
    other = booked(desk, "OWN", desadv=shipped(desk, "L2"), waybill="HL-77")
    work(desk.now)
    assert again(other).waybill == "HL-77"
