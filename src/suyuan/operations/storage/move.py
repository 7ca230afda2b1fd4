"""Move goods: ObjectEvent OBSERVE storing (stocking for a pick face) / sellable_not_accessible, bizLocation the bin."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.operations.lines import Line
from suyuan.operations.storage.moving import moving


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """From where the lines say, or from wherever they are, to the place `to`.

    `override`: why they go there though the place is full or meant for other goods.
    """

    warehouse: str
    lines: tuple[Line, ...]
    to: str
    at: datetime | None = None
    accept: frozenset[str] = frozenset()
    override: str = ""


@command(Move, permission="move")
def move(ctx: Context, who: Who, c: Move) -> Plan:
    return moving(ctx, who, c.warehouse, c.lines, c.to, at=c.at, accept=c.accept, override=c.override)
