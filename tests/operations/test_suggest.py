"""FEFO: which lots to take."""

from datetime import timedelta
from decimal import Decimal

from suyuan.capture.door import who_is_who
from suyuan.operations.commands import Hold, Line
from suyuan.operations.outbound.suggest import suggest
from tests.operations.dairy import LAST, NOON, Desk, stocked, yoghurt

TODAY = NOON.date()


def test_the_soonest_first(desk: Desk) -> None:
    stocked(desk, "LATE", 10)
    stocked(desk, "SOON", 10, expiry=LAST - timedelta(days=5))
    found = suggest(who_is_who(), "main", "YOG", Decimal(12), today=TODAY)
    assert [(a.uri, a.quantity, a.reason) for a in found.allocations] == [
        (yoghurt("SOON"), Decimal(10), "expires_first"),
        (yoghurt("LATE"), Decimal(2), "expires_first"),
    ]
    assert found.missing == 0


def test_what_is_not_free_is_passed_over(desk: Desk) -> None:
    stocked(desk, "L1", 10)
    stocked(desk, "L2", 10, expiry=LAST - timedelta(days=5))
    desk.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L2"),), reason="smell"))
    found = suggest(who_is_who(), "main", "YOG", Decimal(12), today=TODAY)
    assert [(a.uri, a.quantity) for a in found.allocations] == [(yoghurt("L1"), Decimal(10))]
    assert found.missing == 2


def test_it_keeps_until_it_is_there(desk: Desk) -> None:
    stocked(desk, "L1", 10)
    found = suggest(who_is_who(), "main", "YOG", Decimal(1), today=TODAY, delivery=LAST + timedelta(days=1))
    assert found.allocations == ()
