"""Goods that expire soon, and goods that are here though they have expired."""

from collections.abc import Collection
from datetime import date

from suyuan.catalog.queries import Keeping, keeping
from suyuan.insight.goods import Lot, causes_of, lots, rows
from suyuan.insight.kinds import Severity
from suyuan.insight.rules import Cause
from suyuan.insight.world import World
from suyuan.ledger.keys import key16
from suyuan.stock.facts import REJECTED
from suyuan.stock.states import GOOD_SQL, Level, is_expired, level_days, level_of
from suyuan.tlog.jcs import Json

_BY = "s.expiry IS NOT NULL AND s.expiry <= %s"  # as the index says it
_LIVES = f"SELECT MAX(s.expiry - s.produced) FROM stock_subject s WHERE s.expiry IS NOT NULL AND {GOOD_SQL}"
SEVERITIES = {Level.WARN: Severity.WARN, Level.URGENT: Severity.URGENT}


def expired(world: World) -> list[Cause]:
    """What is in our custody after its last day. Two statements."""
    found: list[tuple[Lot, Severity, dict[str, Json]]] = []
    for lot in lots(_BY, world.last_day.toordinal() - 1):
        if lot.expiry is not None and is_expired(lot.expiry, world.today(lot.log).toordinal()):
            found.append((lot, Severity.URGENT, {"day": _day(lot.expiry)}))
    return causes_of("expired", found)


def near_expiry(world: World) -> list[Cause]:
    """What expires within the days of its category or shelf life, rejected goods apart. Three statements; a fourth
    where a category asks for a share of a shelf life that only the dates of the lots tell."""
    otherwise = world.days("near_expiry")
    known = {key16(uri): one for uri, one in keeping().items()}
    first = min((world.today(log) for log in world.logs), default=world.today()).toordinal()
    until = world.last_day.toordinal() + _longest(known.values(), otherwise, first)
    found: list[tuple[Lot, Severity, dict[str, Json]]] = []
    for lot in lots(f"{_BY} AND {GOOD_SQL} AND NOT (b.status = %s)", until, first, REJECTED):
        one = known.get(lot.item, Keeping())
        today = world.today(lot.log).toordinal()
        level = level_of(
            lot.expiry, lot.produced, today, days=one.days, percent=one.percent, life=one.life, otherwise=otherwise
        )
        if lot.expiry is not None and level is not None:
            found.append((lot, SEVERITIES[level], {"day": _day(lot.expiry)}))
    return causes_of("near_expiry", found)


def _longest(known: Collection[Keeping], otherwise: int, first: int) -> int:
    """The most days ahead that any goods may be called to mind, so that only those are read."""
    alone = any(one.life is None and one.percent != (None, None) for one in known)
    longest = rows(_LIVES, first)[0][0] if alone else None
    lives = ((one, longest if one.life is None else one.life) for one in known)
    return max([otherwise, *(level_days(one.days, one.percent, life, otherwise)[0] for one, life in lives)])


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
