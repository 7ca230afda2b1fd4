"""Clean a tank: ObjectEvent OBSERVE with the extension `cleaned`. In bulk only this cuts after from before."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.ledger.keys import key16
from suyuan.operations.events import happened, head
from suyuan.operations.lines import container_uri
from suyuan.operations.parties import documents, site
from suyuan.stock.queries import stock_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """A verified cleaning of an empty tank; `testres`: the protocol that verifies it."""

    warehouse: str
    tank: str
    testres: str = ""
    at: datetime | None = None


@command(Clean, permission="produce")
def clean(ctx: Context, who: Who, c: Clean) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    papers = documents(who, {"testres": c.testres}, problems)
    try:
        tank = container_uri(who, c.tank, "tank")
    except Refused as refused:
        return Plan(problems=[*problems, *refused.problems])
    problems += remainder_problems(tank)
    event = object_event(
        head(
            ctx, who, c.warehouse, at, "other",
            read_point=site(who, c.warehouse), documents=papers, extra={"cleaned": True},
        ),
        "OBSERVE",
        epcs=[tank],
    )  # fmt: skip
    return Plan(result={"tank": tank}, events=[event], problems=problems)


def remainder_problems(tank: str) -> list[Problem]:
    """What the book still has in it must be posted first, as drained or as variance."""
    rows = stock_in([key16(tank)])
    if not rows:
        return []
    left = ", ".join(f"{decimal_text(unscaled(row.quantity))} {row.unit}" for row in rows)
    return [Problem("operations.tank_not_empty", "tank", {"tank": tank, "left": left})]
