"""The events that concern a thing, newest first: named in them, or moved by them inside a container."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import msgspec
from django.db import connection

from suyuan.accounts.models import User
from suyuan.catalog.directory import directory
from suyuan.catalog.rules import gln_of
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import moment
from suyuan.ui.words import step_word

MOST = 500
_HEAD = "r.log, r.id, r.type, r.biz_step, r.disposition, r.event_time, r.read_point, r.biz_location, r.declares"
# A request or change that is about goods is no event of theirs: it stands in the audit.
# The latest are chosen before their records are read: goods may be named by thousands.
_NAMED = (
    "SELECT i.log, i.record, MAX(i.event_time) AS at, MAX(i.quantity) AS quantity, MAX(i.unit) AS unit "
    "FROM ledger_eventitem i WHERE i.role <> 'about' AND i.identifier {keys}"
)
_MOVED = (
    "SELECT p.log, p.record, MAX(p.at) AS at, "
    "SUM(CASE WHEN p.quantity > 0 THEN p.quantity ELSE 0 END) AS quantity, MAX(s.unit) AS unit FROM stock_posting p "
    "LEFT JOIN stock_subject s ON s.log = p.log AND s.subject = p.subject WHERE p.subject {keys}"
)
_PASSED = (
    "SELECT p.log, p.record, MAX(p.at) AS at, NULL AS quantity, '' AS unit FROM stock_posting p WHERE p.holder {keys}"
)
_LATEST = (
    f"SELECT {_HEAD}, e.quantity, e.unit "
    "FROM ({events} GROUP BY 1, 2 ORDER BY 3 DESC, 2 LIMIT {most}) e "
    "JOIN ledger_record r ON r.id = e.record AND r.log = e.log"
)
_TOLD = f"SELECT {_HEAD}, NULL, '' FROM ledger_record r WHERE r.id {{keys}}"
_COUNT = (
    "SELECT COUNT(*) FROM (SELECT log, record FROM ledger_eventitem WHERE role <> 'about' AND identifier {keys} "
    "UNION SELECT log, record FROM stock_posting WHERE subject {keys}) e"
)


@dataclass(frozen=True, slots=True)
class Happened:
    """One event as a list shows it.

    `place` is an id; `actor` the printed name of who did it here; `partner` the URI of the party on the other side, and
    `outward` whether it is the one to whom it went.
    """

    log: str
    id: bytes
    type: str
    step: str
    disposition: str
    time: datetime
    place: bytes | None
    declared: bool
    quantity: Quantity | None
    actor: str = ""
    partner: str = ""
    outward: bool = False
    shift: str = ""
    line: str = ""

    @property
    def key(self) -> str:
        return str(UUID(bytes=self.id))


class _Signed(msgspec.Struct):
    """What our own events say beyond the standard."""

    by: str = msgspec.field(default="", name="suyuan:by")
    shift: str = msgspec.field(default="", name="suyuan:shift")
    line: str = msgspec.field(default="", name="suyuan:line")


def about(keys: Iterable[bytes], *, most: int = MOST) -> list[Happened]:
    """The latest events of these things, unsigned. Two statements."""
    wanted = list(keys)
    # What an event says of the goods is shown before what the book made of it.
    return _latest([*_rows(_NAMED, wanted, most), *_rows(_MOVED, wanted, most)], most)


def at_place(key: bytes, *, most: int = 100) -> list[Happened]:
    """The latest events that brought goods to a place or took them away, unsigned."""
    return _latest(_rows(_PASSED, [key], most), most)


def told_by(records: Iterable[bytes]) -> list[Happened]:
    """The events of these records, latest first, unsigned and without quantities."""
    with connection.cursor() as cursor:
        rows: list[tuple[Any, ...]] = select_in(cursor, _TOLD, records)
    return _latest(rows, len(rows))


def how_many(keys: Iterable[bytes], *, most: int = MOST) -> int:
    """How many events concern these things, counted up to `most`."""
    with connection.cursor() as cursor:
        counted = cast(list[tuple[int]], select_in(cursor, _COUNT, keys))
    return min(most, sum(count for (count,) in counted))


_GOODS = (
    "SELECT i.record, n.uri, n.kind, i.quantity, i.unit FROM ledger_eventitem i "
    "JOIN ledger_identifier n ON n.log = i.log AND n.id = i.identifier "
    "WHERE i.role IN ('epc', 'parent', 'input', 'output') AND i.record {keys}"
)
Goods = tuple[str, str, Quantity | None, str, datetime]  # URI, kind, how much, what happened (English), when


def goods_named(events: Sequence[Happened]) -> list[Goods]:
    """The goods that these events name, in the order of the events. One statement."""
    with connection.cursor() as cursor:
        rows: list[tuple[Any, ...]] = select_in(cursor, _GOODS, [event.id for event in events])
    found: dict[bytes, list[tuple[Any, ...]]] = {}
    for record, *goods in rows:
        found.setdefault(bytes(record), []).append(tuple(goods))
    return [
        (uri, kind, Quantity(unscaled(amount), unit or COUNT) if amount else None, _word(event), event.time)
        for event in events
        for uri, kind, amount, unit in sorted(found.get(event.id, ()), key=lambda goods: str(goods[0]))
    ]


def _word(event: Happened) -> str:
    return step_word(event.step, event.disposition, event.type, event.declared)


def _rows(sql: str, keys: Iterable[bytes], most: int) -> list[tuple[Any, ...]]:
    latest = _LATEST.replace("{events}", sql).replace("{most}", str(int(most)))
    with connection.cursor() as cursor:
        return select_in(cursor, latest, keys)


def _latest(rows: Iterable[tuple[Any, ...]], most: int) -> list[Happened]:
    found: dict[tuple[object, object], tuple[Any, ...]] = {}
    for row in rows:
        found.setdefault((row[0], row[1]), row)
    latest = sorted(found.values(), key=lambda row: (row[5], row[1]), reverse=True)
    return [_happened(row) for row in latest[:most]]


def _happened(row: Sequence[Any]) -> Happened:
    log, key, type_, step, disposition, at, read, place, declares, amount, unit = row
    quantity = Quantity(unscaled(amount), unit or COUNT) if amount else None
    return Happened(
        log, bytes(key), type_, step, disposition, moment(at), place or read, declares is not None, quantity
    )


_PARTIES = (
    "SELECT i.record, i.role, n.uri FROM ledger_eventitem i "
    "JOIN ledger_identifier n ON n.log = i.log AND n.id = i.identifier "
    "WHERE (i.role LIKE 'from.%%' OR i.role LIKE 'to.%%') AND i.record {keys}"
)


def signed(events: Sequence[Happened]) -> list[Happened]:
    """With the names of those who did it, and the partner on the other side: for those events that are shown."""
    ids = [event.id for event in events]
    with connection.cursor() as cursor:
        bodies = select_in(cursor, "SELECT id, body FROM ledger_body WHERE id {keys}", ids)
        partners = _partners(select_in(cursor, _PARTIES, ids))
    read = msgspec.json.Decoder(_Signed)
    said = {bytes(cast(bytes, key)): _read(read, cast(bytes, body)) for key, body in bodies}
    names = people({one.by for one in said.values()} - {"", "system"})
    return [
        replace(
            event,
            actor=names.get(one.by, ""),
            shift=one.shift,
            line=one.line,
            partner=party,
            outward=outward,
        )
        for event in events
        for one in [said.get(event.id, _Signed())]
        for party, outward in [partners.get(event.id, ("", False))]
    ]


def _read(decoder: msgspec.json.Decoder[_Signed], body: bytes) -> _Signed:
    """A foreign event may say something else by the same names."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError:
        return _Signed()


def _partners(rows: Iterable[Sequence[Any]]) -> dict[bytes, tuple[str, bool]]:
    """Record → the party that is not ours, and whether it is the recipient, who comes before the sender."""
    glns = directory().glns
    found: dict[bytes, tuple[str, bool]] = {}
    for record, role, uri in sorted(rows, key=lambda row: str(row[1])):  # from.… before to.…, so the recipient stays
        if (gln_of(uri) or "") not in glns:
            found[bytes(record)] = (uri, str(role).startswith("to."))
    return found


def people(ids: set[str]) -> dict[str, str]:
    known = [UUID(text) for text in ids if len(text) == 36]
    return {str(key): name for key, name in User.objects.filter(pk__in=known).values_list("pk", "name")}
