"""Put away what came in: a move from the receiving place to where it is kept."""

from dataclasses import dataclass, replace
from datetime import datetime

from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.operations.lines import Line
from suyuan.operations.places import places_of
from suyuan.operations.storage.moving import moving


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAway:
    """Lines without a place of their own are taken from the receiving place. `override`: as for a move."""

    warehouse: str
    lines: tuple[Line, ...]
    to: str
    at: datetime | None = None
    accept: frozenset[str] = frozenset()
    override: str = ""


@command(PutAway, permission="move")
def put_away(ctx: Context, who: Who, c: PutAway) -> Plan:
    dock = places_of(who, c.warehouse).default(Purpose.RECEIVING)
    lines = [line if line.place or line.inside else replace(line, place=dock) for line in c.lines]
    return moving(ctx, who, c.warehouse, lines, c.to, at=c.at, accept=c.accept, override=c.override)
