"""A recall is opened: its scope is frozen, and all of ours is held at once."""

from decimal import Decimal

from suyuan.recall.models import ScopeGoods, ScopeParty, ScopeStock
from suyuan.stock.queries import lot_state
from suyuan.stock.states import State
from tests.operations.dairy import Desk, stocked
from tests.recall.story import recalled, sold


def test_it_works(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    case = recalled(desk, lot)
    assert lot_state(lot, desk.today) is State.RECALLED
    row = ScopeGoods.objects.get(uri=lot)
    assert (row.direction, row.held, row.affected, row.stock_unit) == ("subject", 1, 100_000_000, "EA")
    assert [(had.role, had.quantity) for had in ScopeParty.objects.order_by("role")] == [
        ("customer", 10_000_000), ("supplier", 100_000_000),
    ]  # fmt: skip
    assert [(one.quantity, one.state) for one in ScopeStock.objects.all()] == [(90_000_000, "released")]
    assert case.block and case.version == 1 and case.state == "open"
