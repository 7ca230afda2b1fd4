"""Retire empty containers: ObjectEvent DELETE decommissioning / inactive. An SSCC is not used again."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import key16
from suyuan.operations.events import happened, head
from suyuan.operations.lines import Line, Resolved, resolve
from suyuan.operations.parties import site
from suyuan.operations.shortage import absent_containers
from suyuan.stock.queries import stock_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Retire:
    """`containers`, as SSCCs, codes or URIs, are empty and gone. Those that are used again need no retiring."""

    warehouse: str
    containers: tuple[str, ...]
    at: datetime | None = None


@command(Retire, permission="move")
def retire(ctx: Context, who: Who, c: Retire) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    goods = resolve(who, [Line(container=text) for text in c.containers], name="containers")
    problems += goods.problems + full_problems(goods) + absent_containers(goods, c.warehouse)
    event = object_event(
        head(ctx, who, c.warehouse, at, "decommissioning", "inactive", read_point=site(who, c.warehouse)),
        "DELETE",
        epcs=goods.instances,
    )
    return Plan(result={"retired": len(goods.things)}, events=[event], problems=problems, fields=goods.fields)


def full_problems(goods: Resolved) -> list[Problem]:
    """What is still in one of them would be lost with it."""
    full = {row.holder for row in stock_in(key16(uri) for uri in goods.subjects)}
    return [
        Problem("operations.container_full", thing.field, {"container": thing.uri})
        for thing in goods.things
        if key16(thing.uri) in full
    ]
