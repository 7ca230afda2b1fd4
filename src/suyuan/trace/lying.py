"""Where goods in our custody lie, whose ever they are, and in which state."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import cast
from zoneinfo import ZoneInfo

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from msgspec import json as msgspec_json

from suyuan.catalog.directory import Directory
from suyuan.genealogy import search
from suyuan.gs1.quantities import COUNT
from suyuan.ledger.bulk import by_index
from suyuan.stock.book import BLOCKING, DELIVERY, PACKED, PARTY, WAYS
from suyuan.stock.facts import OWN
from suyuan.stock.states import is_expired
from suyuan.trace.values import Lying, Names, names_of

Stand = tuple[bytes, str, bytes]  # holder, its kind, owner

# What lies in a container that somebody else has is left out here: of goods that were sold it is nearly all.
_NEAR = (
    "SELECT subject, holder, kind, owner, status, quantity, second, log FROM stock_balance "
    "WHERE quantity > 0 AND kind <> 'party' AND"
)
_BOXES = "(SELECT DISTINCT holder FROM near WHERE kind = 'container')"
_STANDS = "SELECT subject, holder, kind, owner FROM stock_balance WHERE quantity > 0 AND"
_GONE = "SELECT subject FROM stock_balance WHERE quantity > 0 AND kind = 'party' AND"
_BALANCES = (
    "WITH near AS MATERIALIZED ({near}), gone AS MATERIALIZED ({gone}) "
    "SELECT b.subject, b.holder, b.kind, b.owner, b.status, b.quantity, b.second, "
    "s.unit, s.second_unit, s.blocks, s.expiry, b.log "
    "FROM near b JOIN stock_subject s ON s.subject = b.subject AND s.log = b.log "
    "WHERE b.kind <> 'container' OR b.holder NOT IN (SELECT subject FROM gone)"
)


def _balances(db: BaseDatabaseWrapper) -> str:
    gone = by_index(db, _GONE, "subject").replace("{each}", _BOXES).replace("{keys}", f"IN {_BOXES}")
    return _BALANCES.format(near=by_index(db, _NEAR, "subject"), gone=gone)


def lying(
    cursor: CursorWrapper, goods: Iterable[bytes], names: Names, who: Directory, now: datetime, same: search.Same
) -> list[Lying]:
    @cache
    def state_now(status: str, blocks: str, expiry: int | None, log: str) -> str:
        return state_of(status, blocks, expiry, today_of(who, log, now))

    lies = []
    one = same.setdefault
    for row in search.each_in(cursor, _balances(cursor.db), goods):
        subject, holder, kind, owner, status, first, second, unit, second_unit, blocks, expiry, log = row
        if kind == DELIVERY and owner != OWN:
            continue
        amount, shown = (first, unit) if first else (second, second_unit)
        laid = state_now(status, blocks, expiry, log)
        lies.append((one(subject, subject), one(holder, holder), one(kind, kind), laid, amount, one(shown, shown)))
    outermost = outer(cursor, {holder for _, holder, kind, *_ in lies if kind == PACKED})
    places = {holder for _, holder, *_ in lies} | {root for root, _, _ in outermost.values()}
    found = names_of(cursor, places - names.uris.keys(), same)
    sums: dict[tuple[bytes, str, str | None, str, str, bool], int] = defaultdict(int)
    for subject, holder, kind, state, amount, shown in lies:
        at = _ours(holder, kind, outermost)
        if at is not None:
            place = _uri(names, found, at[0]) or ""
            container = _uri(names, found, holder) if kind == PACKED else None
            sums[subject, place, container, shown or COUNT, state, at[1]] += amount
    return sorted(
        [
            Lying(key, names.uris[key], place, container, amount, unit, state, under_way)
            for (key, place, container, unit, state, under_way), amount in sums.items()
        ],
        key=lambda lying: (lying.uri, lying.place, lying.container or "", lying.status),
    )


def _uri(names: Names, others: Names, key: bytes) -> str | None:
    return names.uris.get(key) or others.uris.get(key)


def _ours(holder: bytes, kind: str, outermost: Mapping[bytes, Stand]) -> tuple[bytes, bool] | None:
    """Where goods in our custody stand, or the outermost container around them, and whether they are under way; None
    where they are out of our hands: with a customer, or under way to him and his.
    """
    root, kind, owner = outermost.get(holder, (holder, kind, b"")) if kind == PACKED else (holder, kind, OWN)
    gone = kind in (PARTY, PACKED) or (kind == DELIVERY and owner != OWN)
    return None if gone else (root, kind in WAYS)


def outer(cursor: CursorWrapper, containers: Iterable[bytes]) -> dict[bytes, Stand]:
    """For each container the holder of the outermost one around it, what that is, and whose the outermost one is."""
    stands: dict[bytes, Stand] = {}
    asked = set(containers)
    sql = by_index(
        cursor.db, "SELECT subject, holder, kind, owner FROM stock_balance WHERE quantity > 0 AND", "subject"
    )
    while asked:
        found: dict[bytes, Stand] = {s: (h, k, o) for s, h, k, o in search.each_in(cursor, sql, sorted(asked))}
        stands |= found
        asked = {holder for holder, kind, _ in found.values() if kind == PACKED} - set(stands)
    answer: dict[bytes, Stand] = {}
    for container in stands:
        holder, kind, owner = stands[container]
        seen = {container}
        while kind == PACKED and holder in stands and holder not in seen:
            seen.add(holder)
            holder, kind, owner = stands[holder]
        answer[container] = (holder, kind, owner)
    return answer


def today_of(who: Directory, log: str, now: datetime) -> int:
    warehouse = who.warehouses.get(log)
    return (now.astimezone(ZoneInfo(warehouse.time_zone)) if warehouse else now).toordinal()


def state_of(status: str, blocks: str, expiry: int | None, today: int) -> str:
    """The strictest of what is said of the goods."""
    dispositions = set(cast(dict[str, str], msgspec_json.decode(blocks)).values()) if blocks else set()
    laid = {BLOCKING[disposition] for disposition in dispositions}
    for state in ("recalled", "held"):
        if state in laid:
            return state
    if status == "rejected":
        return status
    if is_expired(expiry, today):
        return "expired"
    return "released" if status == "-" else status
