"""Keep what somebody saw: lines on a count sheet, judged all at once. The stock learns of it when the sheet is posted.

A line carries an id from the device, so that what is sent again after a lost connection counts once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

from suyuan.capture.who import Who
from suyuan.catalog.queries import chunks
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import parse_amount, scaled
from suyuan.ledger.keys import key16, micros
from suyuan.operations.counting.sheets import (
    Look,
    Work,
    again_problems,
    bins_by_uri,
    found_sheet,
    moment_of,
    own_problems,
    round_of,
    rounds_of,
    work_on,
)
from suyuan.operations.events import day_of
from suyuan.operations.lines import Line, Resolved, Thing, resolve
from suyuan.operations.places import places_of
from suyuan.stocktake.models import CountLine, SheetBin
from suyuan.stocktake.rules import CONTAINER, LOT, ONE, SERIAL
from suyuan.stocktake.writes import do_begin, do_keep_lines

MOST_LINES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CountEntry(Line):
    """Goods that somebody saw in a bin (`place`): nothing of them is a quantity too. `seen`: when, by his device."""

    id: UUID
    seen: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepCount:
    """What was seen, each line in its `place`. Lines of one person add up; a wrong one is struck (`StrikeCount`)."""

    warehouse: str
    sheet: UUID
    lines: tuple[CountEntry, ...]


@command(KeepCount, permission="count:own")
def keep_count(ctx: Context, who: Who, c: KeepCount) -> Plan:
    problems: list[Problem] = []
    sheet = found_sheet(c.warehouse, c.sheet, problems, open=False)
    day = day_of(who, c.warehouse, ctx.now)
    lines = [_countable(line, n, problems) for n, line in enumerate(c.lines)]
    goods = resolve(who, lines, places_of(who, c.warehouse), zero=True, day=day, most=MOST_LINES)
    problems += goods.problems
    if sheet is None:
        return Plan(problems=problems)
    bins = bins_by_uri(sheet)
    problems += _place_problems(c, goods, bins)
    before = _kept_before(c, goods)
    problems += _reused(c, goods, before)
    problems += own_problems(ctx, sheet)
    asked = rounds_of(sheet)
    here = [thing for thing in goods.things if thing.source in bins]
    looks = [
        Look(
            bin,
            round_of(sheet, asked, bin.pk, moment_of(ctx, sheet, c.lines[thing.index].seen)),
            f"{thing.field}.place",
        )
        for thing in here
        for bin in [bins[thing.source]]
    ]
    problems += again_problems(ctx, sheet, looks)
    if problems:
        return Plan(problems=problems)
    new = [thing for thing in goods.things if any(id not in before for id in _ids(c, thing))]
    if not new:
        return Plan(result={"kept": 0, "again": len(goods.things), "sheet": str(sheet.pk), "late": False})
    work = work_on(ctx, who, sheet, bins, {thing.source for thing in new})
    do_keep_lines(row for row in _rows(ctx, c, work, new) if row.pk not in before)
    do_begin(work.sheet)
    again = len(goods.things) - len(new)
    return Plan(result={"kept": len(new), "again": again, "sheet": str(work.sheet.pk), "late": work.late})


def _countable(line: CountEntry, n: int, problems: list[Problem]) -> CountEntry:
    """A pallet counts as one; what else is said of it is wrong."""
    if line.container and line.quantity not in (None, ""):
        try:
            if parse_amount(line.quantity) not in (0, 1):
                problems.append(Problem("stocktake.container_quantity", f"lines[{n}].quantity"))
        except Refused as refused:
            problems += [Problem(p.code, f"lines[{n}].quantity", p.params) for p in refused.problems]
    return line


def _place_problems(c: KeepCount, goods: Resolved, bins: Mapping[str, SheetBin]) -> list[Problem]:
    problems = []
    for thing in goods.things:
        if not thing.source:
            problems.append(Problem("operations.place_missing", f"{thing.field}.place"))
        elif thing.source not in bins:
            line = c.lines[thing.index]
            params = {"bin": line.inside or line.place}
            problems.append(Problem("stocktake.bin_not_on_sheet", f"{thing.field}.place", params))
    return problems


def _ids(c: KeepCount, thing: Thing) -> list[UUID]:
    """The ids of the rows of a line: its own, or one for each of several serials."""
    id = c.lines[thing.index].id
    return [id] if len(thing.subjects) == 1 else [uuid5(id, uri) for uri in thing.subjects]


def _kept_before(c: KeepCount, goods: Resolved) -> dict[UUID, CountLine]:
    ids = [id for thing in goods.things for id in _ids(c, thing)]
    return {row.pk: row for part in chunks(ids) for row in CountLine.objects.filter(pk__in=part).select_related("bin")}


def _reused(c: KeepCount, goods: Resolved, before: Mapping[UUID, CountLine]) -> list[Problem]:
    """One id for two different observations, whenever they were sent."""
    said: dict[UUID, tuple[bytes, str, int]] = {
        id: (row.subject, row.bin.uri, row.quantity) for id, row in before.items()
    }
    problems = []
    for thing in goods.things:
        for id, uri in zip(_ids(c, thing), thing.subjects, strict=True):
            what = (key16(uri), thing.source, _amount(c.lines[thing.index], thing))
            if said.setdefault(id, what) != what:
                problems.append(Problem("stocktake.line_reused", thing.field))
    return problems


def _amount(line: CountEntry, thing: Thing) -> int:
    if thing.container:
        return 0 if line.quantity not in (None, "") and parse_amount(line.quantity) == 0 else ONE
    return ONE if thing.instances else scaled(thing.quantity or Decimal(0))


def _rows(ctx: Context, c: KeepCount, work: Work, things: Sequence[Thing]) -> list[CountLine]:
    asked = rounds_of(work.sheet)
    rows: dict[UUID, CountLine] = {}
    for thing in things:
        line, bin = c.lines[thing.index], work.bins[thing.source]
        seen = moment_of(ctx, work.sheet, line.seen)
        for n, (id, uri) in enumerate(zip(_ids(c, thing), thing.subjects, strict=True)):
            rows[id] = CountLine(
                id=id, sheet=work.sheet, bin=bin, subject=key16(uri), uri=uri,
                as_said=thing.instances[n] if thing.instances else uri,
                kind=CONTAINER if thing.container else SERIAL if thing.instances else LOT,
                quantity=_amount(line, thing), unit=thing.info.base_unit if thing.info else "",
                entered="" if line.quantity is None else str(line.quantity)[:60], entered_unit=line.unit[:3],
                round=round_of(work.sheet, asked, bin.pk, seen), person=ctx.actor.human, by=ctx.actor.id,
                seen=seen, recorded=micros(ctx.now), scanned=bool(line.scanned),
            )  # fmt: skip
    return list(rows.values())
