"""Strike a line of one's own: it was counted wrong. The row stays and says when it was struck."""

from dataclasses import dataclass
from uuid import UUID

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.operations.counting.sheets import found_sheet
from suyuan.stocktake.models import CountLine
from suyuan.stocktake.writes import do_strike, do_touch


@dataclass(frozen=True, slots=True, kw_only=True)
class StrikeCount:
    """`line`: its id, as it was sent."""

    warehouse: str
    sheet: UUID
    line: UUID


@command(StrikeCount, permission="count:own")
def strike_count(ctx: Context, who: Who, c: StrikeCount) -> Plan:
    problems: list[Problem] = []
    sheet = found_sheet(c.warehouse, c.sheet, problems)
    if sheet is None:
        return Plan(problems=problems)
    mine = CountLine.objects.filter(pk=c.line, sheet=sheet, person=ctx.actor.human, struck=None)
    if not mine.exists():
        return Plan(problems=[Problem("stocktake.line_unknown", "line")])
    if not do_touch(sheet):
        return Plan(problems=[Problem("stocktake.sheet_closed", "sheet", {"sheet": sheet.number})])
    do_strike(c.line, ctx.now)
    return Plan(result={"line": str(c.line)})
