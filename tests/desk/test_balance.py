"""in = out + stock + under way + …, from flows over the edge of the books and what is where."""

from decimal import Decimal

import pytest

from suyuan.desk.balances import balance_of, laid_out
from suyuan.ledger.keys import key16
from suyuan.stock.queries import Placed, placed, stock_of
from suyuan.stock.states import State
from tests.ledgers.story import NOW, tell, two_warehouses, uri

ONE = 1_000_000


def lying(kind: str, amount: int) -> Placed:
    return Placed(
        log="a", uri="u", place="p", container=None, owner="", quantity=Decimal(amount), unit="C62", second=Decimal(0),
        second_unit="", status="released", state=State.IN_STOCK, states=frozenset(), kind=kind, expiry=None,
        produced=None, receipt="", since=0,
    )  # fmt: skip


def test_it_works() -> None:
    flows = {"made": 100 * ONE, "consumed": -20 * ONE, "sample": -2 * ONE, "scrap": -3 * ONE}
    found = laid_out(
        flows, [lying("place", 30), lying("container", 5), lying("transit", 15), lying("party", 25)], "C62"
    )
    assert found.entered.amount == 100
    assert {share.state: share.quantity.amount for share in found.shares} == {
        "in_stock": 35, "transit": 15, "shipped": 25, "consumed": 20, "destroyed": 3, "sample": 2,
    }  # fmt: skip
    assert found.unexplained.amount == 0
    assert abs(sum(share.percent for share in found.shares) - 100) < 1e-9


def test_what_came_from_nowhere_is_a_number_of_its_own() -> None:
    found = laid_out({"external": 10 * ONE, "unexplained": 4 * ONE}, [lying("place", 14)], "C62")
    assert [found.entered.amount, found.unexplained.amount] == [Decimal(10), Decimal(4)]


def test_a_transfer_between_our_logs_brings_nothing_in() -> None:
    assert laid_out({"made": 10 * ONE, "transferred": 0}, [lying("place", 10)], "C62").entered.amount == 10


def test_what_went_back_to_a_supplier_is_with_no_customer() -> None:
    rows = [lying("place", 30), lying("delivery", 30), lying("party", 40)]
    found = laid_out({"external": 100 * ONE}, rows, "C62", {"delivery": 10 * ONE, "party": 15 * ONE})
    assert {share.state: share.quantity.amount for share in found.shares} == {
        "in_stock": 30, "transit": 20, "shipped": 25, "rejected": 25,
    }  # fmt: skip


@pytest.mark.django_db
def test_the_bar_of_a_lot_that_went_both_ways() -> None:
    """Loose and on a pallet, under way and there; what the supplier sent again is no more with him."""
    two_warehouses()
    told = tell("""
        09:00 receive L1 100 at dock from farm
        10:00 pack    L1 10 in P1 at dock
        10:10 pack    P1 in P2 at dock
        11:00 reject  L1 20 from dock to farm via D1
        11:10 accept  L1 20 to farm
        11:20 ship    L1 25 from dock to shop via D2
        11:30 accept  L1 25 to shop
        11:40 reject  P2 from dock to farm via D3
        11:50 ship    L1 5 from dock to shop via D4
    """)
    assert bar("L1") == {"in_stock": 40, "transit": 5, "shipped": 25, "rejected": 30}
    tell("""
        12:00 accept  P2 to farm
        12:10 receive L1 8 at dock from farm
    """, told)  # fmt: skip
    assert bar("L1") == {"in_stock": 48, "transit": 5, "shipped": 25, "rejected": 22}


def bar(name: str) -> dict[str, int]:
    key = key16(uri(name))
    where = stock_of([key])
    found = balance_of([key], where, placed(where, NOW.toordinal()), "")
    assert found
    assert not found.unexplained.amount
    return {share.state: int(share.quantity.amount) for share in found.shares}
