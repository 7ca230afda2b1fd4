"""Split a lot: one label becomes several, TransformationEvent repackaging."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.operations.lines import Line
from suyuan.operations.storage.repackaging import item_of, repackaging


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the new lots: its number, minted where none is given, and how much of the old one it gets."""

    quantity: Decimal | int | str
    unit: str = ""
    lot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Divide `line` into `parts`, which add up to it."""

    warehouse: str
    line: Line
    parts: tuple[Part, ...]
    reason: str = ""
    at: datetime | None = None


@command(Split, permission="produce")
def split(ctx: Context, who: Who, c: Split) -> Plan:
    named = item_of(who, c.line)
    labels = [Line(item=named, lot=part.lot, quantity=part.quantity, unit=part.unit) for part in c.parts]
    return repackaging(ctx, who, c.warehouse, [c.line], labels, at=c.at, reason=c.reason)
