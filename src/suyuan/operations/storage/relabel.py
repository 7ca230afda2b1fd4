"""Relabel: the goods get another lot number, or the label of another item, TransformationEvent repackaging."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.operations.lines import Line, find_item
from suyuan.operations.storage.repackaging import item_of, repackaging


@dataclass(frozen=True, slots=True, kw_only=True)
class Relabel:
    """`lot`: the new number, minted where none is given; `item`: the new item where that changes too.

    `quantity`: how much it is of the new item, where its base unit is another one; `weight`: what it weighs, where only
    the new item is weighed each time.
    """

    warehouse: str
    line: Line
    reason: str
    item: str = ""
    lot: str = ""
    serials: tuple[str, ...] = ()
    quantity: Decimal | int | str | None = None
    unit: str = ""
    weight: Decimal | int | str | None = None
    weight_unit: str = ""
    at: datetime | None = None


@command(Relabel, permission="produce")
def relabel(ctx: Context, who: Who, c: Relabel) -> Plan:
    item = c.item or item_of(who, c.line)
    found = find_item(who.directory, item)
    weighed = found is not None and who.directory.items[found[1].item].catch_weight
    same = c.weight is None and weighed
    label = Line(
        item=item,
        lot=c.lot,
        serials=c.serials,
        quantity=c.quantity if c.quantity is not None else c.line.quantity,
        unit=c.unit or ("" if c.quantity is not None else c.line.unit),
        weight=c.line.weight if same else c.weight,
        weight_unit=c.line.weight_unit if same else c.weight_unit,
    )
    plan = repackaging(ctx, who, c.warehouse, [c.line], [label], at=c.at, reason=c.reason, other_item=bool(c.item))
    if c.reason.strip():
        return plan
    missing = Problem("operations.reason_missing", "reason")
    return Plan(problems=[*plan.problems, missing], fields=plan.fields)
