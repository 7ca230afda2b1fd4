"""in = out + stock + under way + …, from flows over the edge of the books and what is where."""

from decimal import Decimal

from suyuan.desk.balances import laid_out
from suyuan.stock.queries import Placed
from suyuan.stock.states import State

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
