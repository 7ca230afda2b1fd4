"""Goods that expire soon, and goods that are here though they have expired."""

from collections.abc import Sequence
from datetime import date

from suyuan.catalog.models import Item
from suyuan.insight.goods import Lot, causes_of, lots
from suyuan.insight.kinds import Severity
from suyuan.insight.rules import Cause, expiry_severity, warning_days
from suyuan.insight.world import World
from suyuan.ledger.keys import key16
from suyuan.stock.facts import REJECTED
from suyuan.stock.states import GOOD_SQL, is_expired
from suyuan.tlog.jcs import Json

_BY = "s.expiry IS NOT NULL AND s.expiry <= %s"  # as the index says it
Levels = tuple[int, int]


def expired(world: World) -> list[Cause]:
    """What is in our custody after its last day. Two statements."""
    found: list[tuple[Lot, Severity, dict[str, Json]]] = []
    for lot in lots(_BY, world.last_day.toordinal() - 1):
        if lot.expiry is not None and is_expired(lot.expiry, world.today(lot.log).toordinal()):
            found.append((lot, Severity.URGENT, {"day": _day(lot.expiry)}))
    return causes_of("expired", found)


def near_expiry(world: World) -> list[Cause]:
    """What expires within the days of its category or shelf life, rejected goods apart. Three statements."""
    otherwise = world.days("near_expiry")
    levels = _levels(otherwise)
    most = max([otherwise, *(warn for warn, _urgent in levels.values())])
    found: list[tuple[Lot, Severity, dict[str, Json]]] = []
    first = min((world.today(log) for log in world.logs), default=world.today()).toordinal()
    until = world.last_day.toordinal() + most
    for lot in lots(f"{_BY} AND {GOOD_SQL} AND NOT (b.status = %s)", until, first, REJECTED):
        severity = _severity(world, lot, levels.get(lot.item) or warning_days(None, None, None, otherwise))
        if lot.expiry is not None and severity is not None:
            found.append((lot, severity, {"day": _day(lot.expiry)}))
    return causes_of("near_expiry", found)


def _severity(world: World, lot: Lot, levels: Levels) -> Severity | None:
    return expiry_severity(lot.expiry or 0, world.today(lot.log).toordinal(), levels)


def _levels(otherwise: int) -> dict[bytes, Levels]:
    """Item → its days of warning. One statement."""
    columns = ("uri", "shelf_life_days", "category__warn_days", "category__urgent_days")
    rows: Sequence[tuple[str, int | None, int | None, int | None]] = list(Item.objects.values_list(*columns))
    return {key16(uri): warning_days(warn, urgent, life, otherwise) for uri, life, warn, urgent in rows}


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
