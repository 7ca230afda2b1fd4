"""Plan material: an issue order for the components of a work order, as much as it takes and nobody ordered yet."""

from dataclasses import dataclass
from decimal import Decimal

from suyuan.capture.who import Who
from suyuan.catalog.register import Row, put
from suyuan.catalog.writes import bump
from suyuan.governance.context import Context
from suyuan.governance.master import change_json, used
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text
from suyuan.operations.events import day_of
from suyuan.operations.production.material import issues_of, line_problems, planned_of
from suyuan.operations.production.working import needed_work
from suyuan.orders.registers import REGISTERS
from suyuan.production.rules import NOTHING
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMaterial:
    """Order the material of work order `number` from the warehouse. `urgent`: before everything else."""

    warehouse: str
    number: str
    urgent: bool = False


@command(PlanMaterial, permission="produce")
def plan_material(ctx: Context, who: Who, c: PlanMaterial) -> Plan:
    problems: list[Problem] = []
    work = needed_work(who, c.warehouse, c.number, problems)
    if work is None or problems:
        return Plan(problems=problems)
    if problems := line_problems(work):
        return Plan(problems=problems)
    issues = issues_of(work)
    planned = planned_of(issues)
    lacking = [
        (part, work.recipe.need(part, work.quantity) - planned.get(part.item, NOTHING))
        for part in work.recipe.components
    ]
    wanted = [(part, amount) for part, amount in lacking if amount > 0]
    if not wanted:
        return Plan(problems=[Problem("production.nothing_to_plan", "number", {"number": work.number})])
    number = f"{work.number}-M{len(issues) + 1}"
    head = Row({
        "number": number, "warehouse": c.warehouse, "destination": work.line_code, "reference": work.number,
        "priority": "urgent" if c.urgent else "normal", "expected": work.due,
    })  # fmt: skip
    lines = [
        Row({"order": number, "line": n, "item": part.code, "quantity": amount})
        for n, (part, amount) in enumerate(wanted, 1)
    ]
    today, version = day_of(who, c.warehouse, ctx.now), bump()
    told: list[Json] = []
    about: list[str] = []
    for name, rows in (("issues", [head]), ("issue_lines", lines)):
        changed = put(REGISTERS[name], rows, version=version, used=used, today=today)
        told += [change_json(REGISTERS[name], one) for one in changed]
        about += [one.uri for one in changed]
    said: list[Json] = [{"item": part.code, "quantity": decimal_text(Decimal(amount))} for part, amount in wanted]
    return Plan(result={"issue": number, "lines": said}, about=[work.uri, *dict.fromkeys(about)], changes=told)
