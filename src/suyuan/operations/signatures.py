"""Which adjustments others sign for, and who: quality and finance, who hold the same approval for it; and who signs
for more than was ordered: whoever orders, or approves orders."""

from decimal import Decimal
from typing import TypeVar

from suyuan.governance.signing import Group

Amount = TypeVar("Amount", int, Decimal)
_APPROVAL = ("adjust.above:approve",)
ADJUSTMENT = (
    Group("quality", _APPROVAL, besides=("lot.release:approve",)),
    Group("finance", _APPROVAL, besides=("cost.view:read",)),
)
BUYER = Group("buyer", ("po.create", "po.create:approve"))


def is_above(before: Amount, after: Amount) -> bool:
    """Whether an amount changes so much, by more than 1/50 of it, that others sign for it."""
    return abs(after - before) * 50 > before
