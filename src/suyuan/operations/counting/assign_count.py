"""Give a sheet to somebody else: a team, a person, or whoever has time. What was counted on it stays."""

from dataclasses import dataclass
from uuid import UUID

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.operations.counting.make_count import counter_of
from suyuan.operations.counting.sheets import found_sheet
from suyuan.stocktake.writes import do_assign


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignCount:
    """`team`: its code, or `person`: a user name; neither for anybody."""

    warehouse: str
    sheet: UUID
    team: str = ""
    person: str = ""


@command(AssignCount, permission="count")
def assign_count(ctx: Context, who: Who, c: AssignCount) -> Plan:
    team, person, problems = counter_of(c.team, c.person)
    sheet = found_sheet(c.warehouse, c.sheet, problems)
    if sheet is None or problems:
        return Plan(problems=problems)
    do_assign(sheet, team=team, person=person)
    return Plan(result={"sheet": str(sheet.pk), "team": team, "person": person})
