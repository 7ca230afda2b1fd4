"""Be done with a bin: what one did not list is not there. That it is empty is said, not concluded."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.operations.counting.sheets import (
    Look,
    again_problems,
    bins_by_uri,
    found_sheet,
    moment_of,
    own_problems,
    round_of,
    rounds_of,
    work_on,
)
from suyuan.operations.places import place_of, places_of
from suyuan.stocktake.models import CountLine
from suyuan.stocktake.writes import do_begin, do_look


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseBin:
    """`place`: code or URI of the bin. `empty`: there is nothing in it. `began` and `seen`: from when until when he
    looked, by the device; what came or went meanwhile is not taken for missing.
    """

    warehouse: str
    sheet: UUID
    place: str
    empty: bool = False
    began: datetime | None = None
    seen: datetime | None = None


@command(CloseBin, permission="count:own")
def close_bin(ctx: Context, who: Who, c: CloseBin) -> Plan:
    problems: list[Problem] = []
    sheet = found_sheet(c.warehouse, c.sheet, problems, open=False)
    uri = place_of(places_of(who, c.warehouse), c.place, "place", problems)
    if sheet is None or problems:
        return Plan(problems=problems)
    bins = bins_by_uri(sheet)
    if uri not in bins:
        return Plan(problems=[Problem("stocktake.bin_not_on_sheet", "place", {"bin": c.place})])
    bin = bins[uri]
    round = round_of(sheet, rounds_of(sheet), bin.pk, moment_of(ctx, sheet, c.seen))
    problems += own_problems(ctx, sheet) + again_problems(ctx, sheet, [Look(bin, round, "place")])
    mine = CountLine.objects.filter(
        sheet=sheet, bin=bin, person=ctx.actor.human, round=round, struck=None, quantity__gt=0
    )
    if c.empty and mine.exists():
        problems.append(Problem("stocktake.bin_has_goods", "place", {"bin": bin.code}))
    if problems:
        return Plan(problems=problems)
    work = work_on(ctx, who, sheet, bins, [uri])
    seen = moment_of(ctx, work.sheet, c.seen)
    do_look(
        bin=work.bins[uri], sheet=work.sheet, round=1 if work.late else round, person=ctx.actor.human,
        by=ctx.actor.id, began=min(seen, moment_of(ctx, work.sheet, c.began or c.seen)), seen=seen, empty=c.empty,
    )  # fmt: skip
    do_begin(work.sheet)
    return Plan(result={"bin": bin.code, "sheet": str(work.sheet.pk), "late": work.late})
