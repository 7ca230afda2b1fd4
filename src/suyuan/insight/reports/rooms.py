"""Where something was measured: the rooms with the places in them, and what lay there at many moments."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from suyuan.catalog.kinds import PlaceKind
from suyuan.catalog.models import Place
from suyuan.gs1.quantities import unscaled
from suyuan.insight.reports.happened import Goods
from suyuan.ledger.bulk import SQLITE_PARAMETERS, chunks, is_postgres
from suyuan.ledger.keys import key16, micros
from suyuan.ledger.wire import Array
from suyuan.stock.queries import uris_of

Spot = tuple[bytes, datetime]  # a place or container, and when


@dataclass(frozen=True, slots=True)
class Room:
    """The temperature class of a place, and the places of which a reading there tells: itself and those in it."""

    kind: str
    places: tuple[bytes, ...]


@dataclass(slots=True)
class _Place:
    key: bytes
    kind: str
    inner: list["_Place"] = field(default_factory=list)

    def all(self) -> Iterable["_Place"]:
        yield self
        for one in self.inner:
            yield from one.all()


def rooms(logs: Sequence[str]) -> dict[bytes, Room]:
    """Place → its room, of warehouses; those without a class are left out. One statement.

    A place without a class is of the one that all places in it have, if it is one; a place in it of another class has
    a climate of its own. A warehouse as a whole has none.
    """
    rows = Place.objects.filter(warehouse__in=logs).values_list("pk", "parent_id", "uri", "temperature_class", "kind")
    told = list(rows)
    found = {pk: _Place(key16(uri), kind) for pk, _parent, uri, kind, _what in told}
    for pk, parent, _uri, _kind, _what in told:
        if parent in found:
            found[parent].inner.append(found[pk])
    wanted = (found[pk] for pk, _parent, _uri, _kind, what in told if what != PlaceKind.WAREHOUSE)
    return {one.key: room for one in wanted if (room := _room(one))}


def _room(place: _Place) -> Room | None:
    kinds = {place.kind or one.kind for one in place.all()} - {""}
    if len(kinds) != 1:
        return None
    (kind,) = kinds
    return Room(kind, tuple(one.key for one in place.all() if one.kind in ("", kind)))


# What lay in places and containers at the moments of {asked}, and in the containers there. CROSS JOIN keeps SQLite from
# beginning with the table that is longest.
_LAY = (
    "WITH RECURSIVE asked(n, holder, at) AS ({asked}), boxes(n, holder, at) AS (SELECT n, holder, at FROM asked "
    "UNION SELECT b.n, p.subject, b.at FROM boxes b CROSS JOIN stock_posting p "
    "JOIN stock_subject s ON s.subject = p.subject AND s.log = p.log "
    "WHERE p.holder = b.holder AND p.at <= b.at AND s.container = 1 AND (SELECT SUM(i.quantity) FROM stock_posting i "
    "WHERE i.subject = p.subject AND i.log = p.log AND i.holder = b.holder AND i.at <= b.at) > 0) "
    "SELECT b.n, p.subject, SUM(p.quantity), s.unit, s.instance, s.item, s.lot FROM boxes b "
    "CROSS JOIN stock_posting p JOIN stock_subject s ON s.subject = p.subject AND s.log = p.log "
    "WHERE p.holder = b.holder AND p.at <= b.at AND s.container = 0 "
    "GROUP BY b.n, p.subject, s.unit, s.instance, s.item, s.lot HAVING SUM(p.quantity) > 0"
)
_ARRAYS = "SELECT * FROM unnest(%b::bigint[], %b::bytea[], %b::bigint[])"


def lay(spots: Iterable[Spot]) -> dict[Spot, list[Goods]]:
    """What lay there then, in containers too, by the end of the microsecond. Two statements."""
    asked = list(dict.fromkeys(spots))
    rows = _rows([(n, holder, micros(at)) for n, (holder, at) in enumerate(asked)])
    uris = uris_of({bytes(cell) for row in rows for cell in (row[1], row[6]) if cell})
    found: dict[Spot, list[Goods]] = defaultdict(list)
    for n, subject, amount, unit, instance, item, lot in rows:
        key, of = bytes(subject), bytes(lot) if lot else None
        goods = Goods(
            key, uris[key], "serial" if instance else "lot", "epc", unscaled(int(amount)), unit or "",
            bytes(item) if item else None, of, lot_uri=uris.get(of or b"", ""),
        )  # fmt: skip
        found[asked[n]].append(goods)
    return found


def _rows(asked: Sequence[tuple[int, bytes, int]]) -> list[tuple[Any, ...]]:
    if not asked:
        return []
    with connection.cursor() as cursor:
        if is_postgres(connection):
            kinds = (("int", "bigint"), ("key", "bytea"), ("int", "bigint"))
            columns = zip(*asked, strict=True)
            arrays: list[Any] = [Array(*kind, column) for kind, column in zip(kinds, columns, strict=True)]
            cursor.execute(_LAY.format(asked=_ARRAYS), arrays)
            return list(cursor.fetchall())
        found: list[tuple[Any, ...]] = []
        for part in chunks(asked, SQLITE_PARAMETERS // 3):
            values = f"VALUES {', '.join(['(%s, %s, %s)'] * len(part))}"
            cursor.execute(_LAY.format(asked=values), [cell for row in part for cell in row])
            found += cursor.fetchall()
        return found
