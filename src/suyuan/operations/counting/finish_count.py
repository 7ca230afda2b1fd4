"""Finish the count of a sheet: what differs too much, or was seen in two ways, is counted again by somebody else."""

from dataclasses import dataclass
from uuid import UUID

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import micros
from suyuan.operations.counting.sheets import found_sheet
from suyuan.stocktake.models import State
from suyuan.stocktake.reckoning import Found, Reckoning, reckon
from suyuan.stocktake.rules import RECOUNT
from suyuan.stocktake.writes import do_decide, do_move_on


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishCount:
    """`leave_out`: bins that nobody is done with stay as the book has them; what was counted in them counts."""

    warehouse: str
    sheet: UUID
    leave_out: bool = False


@command(FinishCount, permission="count")
def finish_count(ctx: Context, who: Who, c: FinishCount) -> Plan:
    problems: list[Problem] = []
    sheet = found_sheet(c.warehouse, c.sheet, problems)
    if sheet is None:
        return Plan(problems=problems)
    state = reckon(sheet)
    if not state.counted_bins and not state.done:
        return Plan(problems=[Problem("stocktake.sheet_not_counted", "sheet", {"sheet": sheet.number})])
    if (left := state.open_bins) and not c.leave_out:
        params = {"count": str(len(left)), "bin": left[0].code}
        return Plan(problems=[Problem("stocktake.bins_open", "leave_out", params)])
    again = to_recount(state) if sheet.round == 1 else []
    moved = (
        do_move_on(sheet, State.RECOUNT, round=2, round_began=micros(ctx.now))
        if again
        else do_move_on(sheet, State.REVIEW)
    )
    if not moved:
        return Plan(problems=[Problem("stocktake.posted_meanwhile", "sheet")])
    do_decide(sheet, [(one, RECOUNT, one.reason, one.note, 2) for one in again])
    return Plan(result={"sheet": str(sheet.pk), "again": len(again), "different": len(state.different)})


def to_recount(state: Reckoning) -> list[Found]:
    """What somebody else counts again."""
    return [one for one in state.seen if one.is_disputed or one.is_above(state.sheet.threshold)]
