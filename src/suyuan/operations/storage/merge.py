"""Merge lots of one item: several labels become one, TransformationEvent repackaging; the earliest expiry counts."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.quantities import decimal_text
from suyuan.operations.lines import KILOGRAM, Line, resolve
from suyuan.operations.storage.repackaging import repackaging, together


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Put `lines` of one item, one owner and one status under one lot number, minted where none is given."""

    warehouse: str
    lines: tuple[Line, ...]
    lot: str = ""
    reason: str = ""
    at: datetime | None = None


@command(Merge, permission="produce")
def merge(ctx: Context, who: Who, c: Merge) -> Plan:
    things = resolve(who, c.lines).things
    total = sum((thing.quantity for thing in things if thing.quantity is not None), Decimal(0))
    unit = next((thing.info.base_unit for thing in things if thing.info), "")
    item = next((thing.info.uri for thing in things if thing.info), "")
    weight = together(c.lines)
    label = Line(
        item=item, lot=c.lot, quantity=decimal_text(total) if total else None, unit=unit,
        weight=weight, weight_unit="" if weight is None else KILOGRAM,
    )  # fmt: skip
    return repackaging(ctx, who, c.warehouse, c.lines, [label], at=c.at, reason=c.reason)
