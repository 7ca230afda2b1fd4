"""Cancel a sheet: what was counted on it stays, and changes nothing."""

from dataclasses import dataclass
from uuid import UUID

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import micros
from suyuan.operations.counting.sheets import found_sheet
from suyuan.stocktake.models import State
from suyuan.stocktake.writes import do_move_on


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelCount:
    """`reason`: why, in the giver's words."""

    warehouse: str
    sheet: UUID
    reason: str


@command(CancelCount, permission="count")
def cancel_count(ctx: Context, who: Who, c: CancelCount) -> Plan:
    problems: list[Problem] = []
    sheet = found_sheet(c.warehouse, c.sheet, problems)
    if not c.reason.strip():
        problems.append(Problem("operations.reason_missing", "reason"))
    if sheet is None or problems:
        return Plan(problems=problems)
    changes = {"reason": c.reason.strip()[:500], "closed": micros(ctx.now), "closed_by": ctx.actor.id}
    if not do_move_on(sheet, State.CANCELLED, **changes):
        return Plan(problems=[Problem("stocktake.posted_meanwhile", "sheet")])
    return Plan(result={"sheet": str(sheet.pk)})
