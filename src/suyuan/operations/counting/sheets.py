"""What the commands on count sheets share: which sheet is meant, who may count there, and where what came late goes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from suyuan.accounts.models import Team
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.settings import SMALL_FIRM, value_of
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import micros
from suyuan.operations.events import zone_of
from suyuan.stocktake.models import BinLook, CountFinding, CountLine, CountSheet, SheetBin
from suyuan.stocktake.queries import WORKING, Bin, sheet_of
from suyuan.stocktake.rules import RECOUNT
from suyuan.stocktake.writes import do_add_bins, do_make_sheet, do_touch

PAPER = "CS"


@dataclass(frozen=True, slots=True)
class Work:
    """The sheet on which something is kept, with its bins by their URI. `late`: the one that was meant is closed."""

    sheet: CountSheet
    bins: Mapping[str, SheetBin]
    late: bool = False


def found_sheet(warehouse: str, id: UUID, problems: list[Problem], *, open: bool = True) -> CountSheet | None:
    """The sheet, unless there is none; with `open` unless it is closed."""
    sheet = sheet_of(warehouse, id)
    if sheet is None:
        problems.append(Problem("stocktake.sheet_unknown", "sheet"))
        return None
    if open and sheet.state not in WORKING:
        problems.append(Problem("stocktake.sheet_closed", "sheet", {"sheet": sheet.number}))
        return None
    return sheet


def new_number(ctx: Context, who: Who, warehouse: str) -> str:
    """The number of a count sheet."""
    return ctx.number(PAPER, zone_of(who, warehouse))


def bins_by_uri(sheet: CountSheet) -> dict[str, SheetBin]:
    return {one.uri: one for one in SheetBin.objects.filter(sheet=sheet)}


def work_on(ctx: Context, who: Who, sheet: CountSheet, bins: Mapping[str, SheetBin], wanted: Collection[str]) -> Work:
    """Where what is kept now belongs: the sheet itself, held until this transaction ends; once it is closed, the sheet
    that follows it.

    What somebody saw is a fact (domain.md, Events): it is kept although the sheet was posted meanwhile, but changes
    nothing by itself. It waits on a sheet of its own until somebody looks at it.
    """
    if sheet.state in WORKING and do_touch(sheet):
        return Work(sheet, bins)
    follower = CountSheet.objects.filter(after=sheet, state__in=WORKING).order_by("created").first()
    if follower is None or not do_touch(follower):
        follower = do_make_sheet(
            id=uuid5(ctx.request_id, "follower"), number=new_number(ctx, who, sheet.warehouse_id),
            warehouse=sheet.warehouse_id, bins=[], blind=sheet.blind, threshold=sheet.threshold,
            by=ctx.actor.id, now=ctx.now, plan=sheet.plan, team=sheet.team, person=sheet.person, after=sheet,
        )  # fmt: skip
    there = bins_by_uri(follower)
    missing = [Bin(one.uri, one.code, one.key, one.zone) for uri in wanted if uri not in there for one in [bins[uri]]]
    do_add_bins(follower, missing, len(there))
    return Work(follower, bins_by_uri(follower), late=True)


def moment_of(ctx: Context, sheet: CountSheet, seen: datetime | None) -> int:
    """When somebody looked, in microseconds: as his device says, as far as that can be. A sheet is not counted before
    it was made, nor tomorrow: then its clock is wrong, and the nearest moment that can be is taken.
    """
    first = sheet.after.created if sheet.after is not None else sheet.created
    now = micros(ctx.now)
    return now if seen is None else max(min(micros(seen), now), min(first, now))


def rounds_of(sheet: CountSheet) -> dict[int, int]:
    """Bin → the round in which it is to be counted again; none of them is in the first."""
    rows = CountFinding.objects.filter(sheet=sheet, decision=RECOUNT).values_list("bin", "round")
    found: dict[int, int] = {}
    for bin, round in rows:
        found[bin] = max(round, found.get(bin, 0))
    return found


def round_of(sheet: CountSheet, asked: Mapping[int, int], bin: int, seen: int) -> int:
    """To which round a look belongs: one from before it was asked for, which comes late, to the round before."""
    round = asked.get(bin, 1)
    return round - 1 if round > 1 and seen < sheet.round_began else round


@dataclass(frozen=True, slots=True)
class Look:
    """A bin that somebody counts in, in which round, and the field that names it."""

    bin: SheetBin
    round: int
    field: str


def again_problems(ctx: Context, sheet: CountSheet, looks: Sequence[Look]) -> list[Problem]:
    """Whoever counted a bin does not count it again. Three statements where a second round is on."""
    again = [look for look in looks if look.round > 1]
    if not again or value_of(SMALL_FIRM):
        return []
    lines = CountLine.objects.filter(sheet=sheet, person=ctx.actor.human, struck=None).values_list("bin", "round")
    done = BinLook.objects.filter(sheet=sheet, person=ctx.actor.human).values_list("bin", "round")
    mine = {*lines.distinct(), *done.distinct()}
    first = {bin: min(round for where, round in mine if where == bin) for bin, _ in mine}
    return [
        Problem("stocktake.recount_other", look.field, {"bin": look.bin.code})
        for look in again
        if first.get(look.bin.pk, look.round) < look.round
    ]


def own_problems(ctx: Context, sheet: CountSheet) -> list[Problem]:
    """Whoever may count only what is given to him."""
    warehouse = sheet.warehouse_id
    if ctx.actor.may("count", warehouse) or sheet.person == ctx.actor.id:
        return []
    if sheet.team and Team.objects.filter(pk=sheet.team, members__pk=ctx.actor.id).exists():
        return []
    return [Problem("governance.not_allowed", "", {"permission": "count", "scope": warehouse})]
