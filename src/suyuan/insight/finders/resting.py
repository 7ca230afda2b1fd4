"""Goods that lie: without a movement, for long, too long without a verdict, too long on hold."""

import json

from django.db import connection

from suyuan.insight.goods import SINCE, Lot, causes_of, lots, rows
from suyuan.insight.kinds import Severity
from suyuan.insight.rules import Cause
from suyuan.insight.world import World
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import micros
from suyuan.stock.facts import PENDING, VARIANCE
from suyuan.stock.queries import IN_HOUSE
from suyuan.tlog.jcs import Json

Found = tuple[Lot, Severity, dict[str, Json]]
_LYING = (
    "SELECT b.log, COALESCE(s.item, b.subject), SUM(b.quantity), MAX(s.unit), MAX(b.since) FROM stock_subject s "
    "JOIN stock_balance b ON b.log = s.log AND b.subject = s.subject WHERE s.container = 0 AND b.quantity > 0 AND "
    + IN_HOUSE + " GROUP BY b.log, COALESCE(s.item, b.subject) HAVING MAX(b.since) < %s"
)  # fmt: skip
# Corrections of the book by a count are no movement.
_MOVED = (
    "SELECT s.log, COALESCE(s.item, s.subject), MAX(p.at) FROM stock_subject s JOIN stock_posting p "
    "ON p.subject = s.subject AND p.log = s.log WHERE p.at >= %s AND NOT (p.counterpart = %s) "
)
_BY_ITEM = "GROUP BY s.log, COALESCE(s.item, s.subject)"


def dead(world: World) -> list[Cause]:
    """Items of which nothing came, went or was moved in a warehouse for so many days. Four statements."""
    since = world.before("dead")
    lying = rows(_LYING, since)
    items = [bytes(row[1]) for row in lying]
    with connection.cursor() as cursor:
        moved = [
            *select_in(cursor, f"{_MOVED} AND s.item {{keys}} ", items, since, VARIANCE, suffix=_BY_ITEM),
            *select_in(cursor, f"{_MOVED} AND s.subject {{keys}} ", items, since, VARIANCE, suffix=_BY_ITEM),
        ]
    alive = {(log, bytes(item)) for log, item, _at in moved}
    days: dict[str, Json] = {"days": world.days("dead")}
    found: list[Found] = [
        (Lot(log, bytes(item), bytes(item), None, int(quantity), unit or "", int(last)), Severity.NOTE, days)
        for log, item, quantity, unit, last in lying
        if (log, bytes(item)) not in alive
    ]
    return causes_of("dead", found)


def ageing(world: World) -> list[Cause]:
    """Lots that came so many days ago and are still here. Two statements."""
    before = world.before("ageing")
    found: list[Found] = [
        (lot, Severity.NOTE, {"day": world.day_of(lot.since, lot.log)})
        for lot in lots("COALESCE(r.event_time, b.since) < %s", before, having=f"HAVING {SINCE} < {int(before)}")
    ]
    return causes_of("ageing", found)


def pending_long(world: World) -> list[Cause]:
    """Lots that wait for their verdict longer than they may; urgent after twice that. Two statements."""
    before = world.before("pending_long")
    twice = 2 * before - micros(world.now)
    found: list[Found] = [
        (lot, Severity.URGENT if lot.since < twice else Severity.WARN, {"day": world.day_of(lot.since, lot.log)})
        for lot in lots("b.status = %s AND COALESCE(r.event_time, b.since) < %s", PENDING, before)
    ]
    return causes_of("pending_long", found)


# What a block stands on, in each warehouse with all that it covers: a lot with its serials, an item with its lots.
_BLOCKED = (
    "WITH covered AS (SELECT log, subject AS goods, subject, item, blocks FROM stock_subject WHERE NOT (blocks = '') "
    "UNION ALL SELECT u.log, u.subject, held.subject, held.item, held.blocks "
    "FROM (SELECT DISTINCT subject, item, blocks FROM stock_subject "
    "WHERE NOT (blocks = '') AND container = 0 AND instance = 0) held "
    "CROSS JOIN stock_subject u WHERE u.log IN ({logs}) AND u.item = COALESCE(held.item, held.subject) "
    "AND (held.item IS NULL OR u.lot = held.subject)) "
    "SELECT c.log, c.subject, c.item, c.blocks, MAX(s.unit), SUM(b.quantity) FROM covered c "
    "JOIN stock_subject s ON s.log = c.log AND s.subject = c.goods "
    "JOIN stock_balance b ON b.log = c.log AND b.subject = c.goods AND b.quantity > 0 AND "
    + IN_HOUSE + " GROUP BY c.log, c.subject, c.item, c.blocks"
)  # fmt: skip
_WHEN = "SELECT id, event_time FROM ledger_record WHERE id {keys}"


def held_long(world: World) -> list[Cause]:
    """Goods here that have been on hold longer than they may. Three statements."""
    before = world.before("held_long")
    blocked = [
        (
            log,
            bytes(subject),
            bytes(item or subject),
            [bytes.fromhex(key) for key in json.loads(blocks)],
            unit,
            int(held),
        )
        for log, subject, item, blocks, unit, held in rows(
            _BLOCKED.replace("{logs}", ", ".join(["%s"] * len(world.logs))), *world.logs
        )
    ]
    with connection.cursor() as cursor:
        keys = {key for row in blocked for key in row[3]}
        when = {bytes(key): int(at) for key, at in select_in(cursor, _WHEN, keys)}
    found: list[Found] = []
    for log, subject, item, blocks, unit, held in blocked:
        since = min((when[key] for key in blocks if key in when), default=0)
        if 0 < since < before:
            lot = Lot(log, subject, item, None, held, unit or "", since)
            found.append((lot, Severity.WARN, {"day": world.day_of(since, log)}))
    return causes_of("held_long", found)
