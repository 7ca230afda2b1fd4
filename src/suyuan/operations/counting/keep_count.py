"""Keep what somebody saw: lines on a count sheet, judged all at once. The stock learns of it when the sheet is posted.

A line carries an id from the device, so that what is sent again after a lost connection counts once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from suyuan.capture.who import Who
from suyuan.catalog.queries import chunks
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text, parse_amount, scaled, unscaled
from suyuan.ledger.keys import key16, micros
from suyuan.operations.counting.count import weight_of, weight_problems
from suyuan.operations.counting.owners import owner_uri
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
from suyuan.operations.events import day_of
from suyuan.operations.lines import Line, Resolved, Thing, resolve
from suyuan.operations.places import places_of
from suyuan.stocktake.models import CountLine, CountSheet, SheetBin
from suyuan.stocktake.rules import CONTAINER, LOT, ONE, SERIAL
from suyuan.stocktake.writes import do_begin, do_keep_lines
from suyuan.tlog.jcs import Json

MOST_LINES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CountEntry(Line):
    """Goods that somebody saw in a bin (`place`): nothing of them is a quantity too. `seen`: when, by his device.
    `owner`: whose they are, a partner or ``own``; where it is not said, the book says it when it is compared.

    Without an `id` (a file has none) it is all that he saw of these goods there, and is told from an earlier one so.
    """

    id: UUID | None = None
    seen: datetime | None = None
    owner: str = ""


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
    bins = bins_by_uri(sheet) if sheet else {}
    goods = judged(who, c.warehouse, c.lines, bins if sheet else None, problems, day_of(who, c.warehouse, ctx.now))
    if sheet is None:
        return Plan(problems=problems)
    owners = [owner_uri(who, c.warehouse, one.owner, f"lines[{n}].owner", []) for n, one in enumerate(c.lines)]
    rows = _rows(ctx, c, sheet, bins, goods, owners)
    before = {one.pk: one for part in chunks(rows) for one in CountLine.objects.filter(pk__in=part)}
    problems += [*_reused(rows, before), *_twice(ctx, sheet, rows), *own_problems(ctx, sheet)]
    looks = [Look(row.line.bin, row.line.round, f"{row.field}.place") for row in rows.values()]
    problems += again_problems(ctx, sheet, looks)
    if problems:
        return Plan(problems=problems)
    new = {id: row.line for id, row in rows.items() if id not in before and not row.again}
    told: dict[str, Json] = {"kept": len(new), "again": len(rows) - len(new), "sheet": str(sheet.pk), "late": False}
    if not new:
        return Plan(result=told)
    work = work_on(ctx, who, sheet, bins, {line.bin.uri for line in new.values()})
    for line in new.values():
        if work.late:
            line.sheet, line.bin, line.round = work.sheet, work.bins[line.bin.uri], 1
    do_keep_lines(new.values())
    do_begin(work.sheet)
    return Plan(result=told | {"sheet": str(work.sheet.pk), "late": work.late})


def judged(
    who: Who,
    warehouse: str,
    lines: Sequence[CountEntry],
    bins: Mapping[str, SheetBin] | None,
    problems: list[Problem],
    day: date,
) -> Resolved:
    """The goods of these lines, and everything wrong with them, whoever counted them. `bins`: those of the sheet."""
    problems += [problem for n, line in enumerate(lines) for problem in _container_problems(line, n)]
    goods = resolve(who, lines, places_of(who, warehouse), zero=True, day=day, most=MOST_LINES)
    problems += goods.problems + weight_problems(goods)
    for n, line in enumerate(lines):
        owner_uri(who, warehouse, line.owner, f"lines[{n}].owner", problems)
    for thing in goods.things:
        line = lines[thing.index]
        if not thing.source:
            problems.append(Problem("operations.place_missing", f"{thing.field}.place"))
        elif bins is not None and thing.source not in bins:
            params = {"bin": line.inside or line.place}
            problems.append(Problem("stocktake.bin_not_on_sheet", f"{thing.field}.place", params))
    return goods


def _container_problems(line: CountEntry, n: int) -> list[Problem]:
    """A pallet counts as one; what else is said of it is wrong."""
    if not line.container or line.quantity in (None, ""):
        return []
    try:
        if parse_amount(line.quantity) in (0, 1):
            return []
    except Refused as refused:
        return [Problem(p.code, f"lines[{n}].quantity", p.params) for p in refused.problems]
    return [Problem("stocktake.container_quantity", f"lines[{n}].quantity")]


@dataclass(slots=True)
class _Row:
    """A row as it would be kept. `nameless`: it came without an id; `again`: it is there already."""

    line: CountLine
    field: str
    nameless: bool
    again: bool = False
    clash: bool = False


def _rows(
    ctx: Context,
    c: KeepCount,
    sheet: CountSheet,
    bins: Mapping[str, SheetBin],
    goods: Resolved,
    owners: Sequence[str],
) -> dict[UUID, _Row]:
    """Id → row: one for each line, or for each serial of a line. The same id twice is one row, or a clash."""
    asked, rows = rounds_of(sheet), dict[UUID, _Row]()
    for thing in goods.things:
        if thing.source not in bins:
            continue
        entry, bin = c.lines[thing.index], bins[thing.source]
        seen = moment_of(ctx, sheet, entry.seen)
        for n, uri in enumerate(thing.subjects):
            line = CountLine(
                id=_id(ctx, entry, thing, uri), sheet=sheet, bin=bin, subject=key16(uri), uri=uri,
                as_said=thing.instances[n] if thing.instances else uri,
                kind=CONTAINER if thing.container else SERIAL if thing.instances else LOT,
                owner=owners[thing.index], quantity=_amount(entry, thing), weight=weight_of(thing),
                unit=thing.info.base_unit if thing.info else "",
                entered="" if entry.quantity is None else str(entry.quantity)[:60], entered_unit=entry.unit[:3],
                round=round_of(sheet, asked, bin.pk, seen), person=ctx.actor.human, by=ctx.actor.id,
                seen=seen, recorded=micros(ctx.now), scanned=bool(entry.scanned),
            )  # fmt: skip
            row = rows.setdefault(line.pk, _Row(line, thing.field, entry.id is None))
            row.clash = row.clash or _said(row.line) != _said(line)
    return rows


def _id(ctx: Context, entry: CountEntry, thing: Thing, uri: str) -> UUID:
    if entry.id is None:
        return uuid5(ctx.request_id, f"{thing.field} {uri}")
    return entry.id if len(thing.subjects) == 1 else uuid5(entry.id, uri)


def _said(line: CountLine) -> tuple[bytes, str, int, str, int | None]:
    return line.subject, line.bin.key, line.quantity, line.owner, line.weight


def _amount(entry: CountEntry, thing: Thing) -> int:
    if thing.container:
        return 0 if entry.quantity not in (None, "") and parse_amount(entry.quantity) == 0 else ONE
    return ONE if thing.instances else scaled(thing.quantity or Decimal(0))


def _reused(rows: Mapping[UUID, _Row], before: Mapping[UUID, CountLine]) -> list[Problem]:
    """One id for two different observations, in one message or in two."""
    wrong = [row for id, row in rows.items() if row.clash or (id in before and _kept(before[id]) != _kept(row.line))]
    return [Problem("stocktake.line_reused", row.field) for row in wrong]


def _kept(line: CountLine) -> tuple[bytes, int, str, int | None]:
    return line.subject, line.quantity, line.owner, line.weight


def _twice(ctx: Context, sheet: CountSheet, rows: Mapping[UUID, _Row]) -> list[Problem]:
    """Rows of a file that he has counted already: the same again is no news, something else wants striking first."""
    nameless = [row for row in rows.values() if row.nameless]
    if not nameless:
        return []
    mine: dict[tuple[int, bytes, str, int], int] = {}
    kept = CountLine.objects.filter(sheet=sheet, person=ctx.actor.human, struck=None)
    for bin, subject, owner, round, quantity in kept.values_list("bin", "subject", "owner", "round", "quantity"):
        key = (bin, bytes(subject), owner, round)
        mine[key] = mine.get(key, 0) + quantity
    problems = []
    for row in nameless:
        key = (row.line.bin.pk, bytes(row.line.subject), row.line.owner, row.line.round)
        row.again = mine.get(key) == row.line.quantity
        if key in mine and not row.again:
            params = {
                "goods": row.line.uri, "bin": row.line.bin.code, "unit": row.line.unit,
                "counted": decimal_text(unscaled(mine[key])),
            }  # fmt: skip
            problems.append(Problem("stocktake.counted_already", f"{row.field}.quantity", params))
        mine[key] = mine.get(key, 0) if row.again else row.line.quantity
    return problems
