"""Empty a tank for its cleaning: what is left goes to waste (drained), or was never there (gauged)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from suyuan.capture.bodies import Amount, object_event
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text, parse_amount, scaled, unscaled
from suyuan.operations.events import happened, head
from suyuan.operations.production.filling import Level, level_in
from suyuan.operations.signatures import ADJUSTMENT, is_above
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainTank:
    """`quantity` of what is in `tank`, default all of it, goes to waste: ObjectEvent DELETE destroying."""

    warehouse: str
    tank: str
    reason: str
    quantity: Decimal | int | str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GaugeTank:
    """There is `quantity` in `tank`: ObjectEvent OBSERVE cycle_counting; the difference to the book is variance."""

    warehouse: str
    tank: str
    quantity: Decimal | int | str
    reason: str = ""
    at: datetime | None = None


@command(DrainTank, permission="produce", approvals=("destroy:approve",))
def drain_tank(ctx: Context, who: Who, c: DrainTank) -> Plan:
    problems: list[Problem] = [] if c.reason.strip() else [Problem("operations.reason_missing", "reason")]
    at = happened(ctx, c.at, problems)
    level = level_in(c.warehouse, c.tank, problems)
    if level is None:
        return Plan(problems=problems)
    wanted = _amount(c.quantity, problems) if c.quantity not in (None, "") else level.amount
    if not level.rows:
        problems.append(Problem("production.not_drained", "tank", {"tank": level.tank.code}))
    elif wanted > level.amount:
        shown = {"tank": level.tank.code, "there": decimal_text(level.amount), "unit": level.rows[0].unit}
        problems.append(Problem("production.tank_short", "quantity", shown))
    taken = oldest(level, wanted)
    waste = head(
        ctx, who, c.warehouse, at, "destroying", "destroyed", read_point=level.tank.place.uri,
        extra={"from": level.tank.uri, "reason": c.reason.strip()},
    )  # fmt: skip
    event = object_event(waste, "DELETE", amounts=taken)
    result: dict[str, Json] = {"tank": level.tank.code, "drained": decimal_text(wanted)}
    events = [event] if taken else []
    return Plan(result=result, events=events, problems=problems, four_eyes=is_much(level, wanted))


@command(GaugeTank, permission="produce", groups=ADJUSTMENT)
def gauge_tank(ctx: Context, who: Who, c: GaugeTank) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    level = level_in(c.warehouse, c.tank, problems)
    measured = _amount(c.quantity, problems)
    if level is None or problems:
        return Plan(problems=problems)
    difference = measured - level.amount
    if difference and not c.reason.strip():
        problems.append(Problem("operations.reason_missing", "reason"))
    if not level.rows:
        problems += [Problem("production.gauge_empty", "quantity", {"tank": level.tank.code})] if measured else []
        return Plan(result={"tank": level.tank.code, "difference": "0"}, problems=problems)
    found = gauged(level, measured)
    unit = level.rows[0].unit
    seen = head(
        ctx, who, c.warehouse, at, "cycle_counting", "mismatch_quantity" if difference else "",
        read_point=level.tank.place.uri, location=level.tank.place.uri,
        extra={"from": level.tank.uri, "reason": c.reason.strip()},
    )  # fmt: skip
    result: dict[str, Json] = {"tank": level.tank.code, "difference": decimal_text(difference), "unit": unit}
    events = [object_event(seen, "OBSERVE", amounts=found)]
    return Plan(result=result, events=events, problems=problems, four_eyes=is_much(level, abs(difference)))


def _amount(text: Decimal | int | str | None, problems: list[Problem]) -> Decimal:
    try:
        return parse_amount(text if text is not None else "")
    except Refused as refused:
        problems += [Problem(p.code, "quantity", p.params) for p in refused.problems]
        return Decimal(0)


def oldest(level: Level, wanted: Decimal) -> list[Amount]:
    """Take so much of what is in a tank, what came in first. Pure."""
    left, taken = scaled(wanted), []
    for row in level.rows:
        part = min(left, row.quantity)
        if part:
            taken.append(Amount(uri=level.uris[row.subject], quantity=unscaled(part), uom=row.unit))
            left -= part
    return taken


def gauged(level: Level, measured: Decimal) -> list[Amount]:
    """How much there is of each lot when there is `measured` in all: what is missing is of the one that came first,
    what is too much of the one that came last. Pure.
    """
    lots: dict[bytes, int] = {}
    for row in level.rows:
        lots[row.subject] = lots.get(row.subject, 0) + row.quantity
    missing = sum(lots.values()) - scaled(measured)
    for subject in _in_turn(lots, over=missing < 0):
        part = missing if missing < 0 else min(missing, lots[subject])
        lots[subject] -= part
        missing -= part
    units = {row.subject: row.unit for row in level.rows}
    return [Amount(uri=level.uris[key], quantity=unscaled(amount), uom=units[key]) for key, amount in lots.items()]


def _in_turn(lots: dict[bytes, int], *, over: bool) -> Sequence[bytes]:
    return list(lots)[-1:] if over else list(lots)


def is_much(level: Level, amount: Decimal) -> bool:
    """More than 1/50 of what the tank holds, or, where nobody said how much that is, of what is in it."""
    whole = unscaled(level.tank.capacity) if level.tank.capacity else level.amount
    return is_above(whole, whole - amount)
