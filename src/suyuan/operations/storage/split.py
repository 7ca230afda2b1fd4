"""Split a lot: one label becomes several, TransformationEvent repackaging."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.operations.lines import KILOGRAM, Line
from suyuan.operations.storage.repackaging import item_of, repackaging, together


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the new lots: its number, minted where none is given, and how much of the old one it gets.

    `weight`: of goods that are weighed each time, in `weight_unit`, default kilograms.
    """

    quantity: Decimal | int | str
    unit: str = ""
    lot: str = ""
    weight: Decimal | int | str | None = None
    weight_unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Divide `line` into `parts`, which add up to it; without a weight it weighs what they weigh together."""

    warehouse: str
    line: Line
    parts: tuple[Part, ...]
    reason: str = ""
    at: datetime | None = None


@command(Split, permission="produce")
def split(ctx: Context, who: Who, c: Split) -> Plan:
    named = item_of(who, c.line)
    labels = [
        Line(
            item=named, lot=part.lot, quantity=part.quantity, unit=part.unit,
            weight=part.weight, weight_unit=part.weight_unit,
        )
        for part in c.parts
    ]  # fmt: skip
    return repackaging(ctx, who, c.warehouse, [_weighed(c.line, labels)], labels, at=c.at, reason=c.reason)


def _weighed(line: Line, labels: Sequence[Line]) -> Line:
    """Nobody weighs the whole who has weighed all of its parts."""
    if line.weight not in (None, ""):
        return line
    weight = together(labels)
    return line if weight is None else replace(line, weight=weight, weight_unit=KILOGRAM)
