"""Which adjustments others sign for, and who: quality and finance, who hold the same approval for it; and who signs
for more than was ordered: whoever orders, or approves orders, of suppliers or of customers."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

from suyuan.governance.settings import SIGNED, value_of
from suyuan.governance.signing import Group
from suyuan.gs1.problems import Problem

Amount = TypeVar("Amount", int, Decimal)
_APPROVAL = ("adjust.above:approve",)
ADJUSTMENT = (
    Group("quality", _APPROVAL, besides=("lot.release:approve",)),
    Group("finance", _APPROVAL, besides=("cost.view:read",)),
)
BUYER = Group("buyer", ("po.create", "po.create:approve"))
SELLER = Group("seller", ("order.create", "order.create:approve"))


def is_above(before: Amount, after: Amount) -> bool:
    """Whether an amount changes so much, by more than 1/50 of it, that others sign for it."""
    return abs(after - before) * 50 > before


def takes_signature(code: str, setting: str, accepted: frozenset[str], warnings: Iterable[Problem]) -> bool:
    """Is there this warning, was it said yes to, and does somebody else sign for that in this firm? One statement then,
    none else.
    """
    return code in accepted and any(one.code == code for one in warnings) and value_of(setting) == SIGNED
