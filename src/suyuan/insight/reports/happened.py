"""The events of some days as reports read them: which happened where, under which papers, between whom, with which
goods.

A fixed number of statements for any number of events. What was declared wrong is left out; what stands instead is in.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from suyuan.gs1.quantities import unscaled
from suyuan.insight.reports.declared import Asked
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import PARTNERS, key16, micros, moment
from suyuan.stock.queries import about, uris_of

MOST = 20_000  # events read for one report
STANDS = (
    "r.kind = 'epcis' AND r.declares IS NULL AND NOT EXISTS (SELECT 1 FROM ledger_record d WHERE d.declares = r.id)"
)
_READ = (
    "SELECT r.log, r.id, r.event_time, r.type, r.action, r.biz_step, r.disposition, "
    "COALESCE(r.biz_location, r.read_point), b.body FROM ledger_record r "
    "JOIN ledger_body b ON b.log = r.log AND b.id = r.id"
)
_EVENTS = (
    f"{_READ} WHERE r.event_time >= %s AND r.event_time < %s AND r.log IN ({{logs}}) AND ({{which}}) "
    f"AND {STANDS} ORDER BY r.event_time, r.id LIMIT %s"
)
_NAMED = (
    "SELECT i.record, i.role, i.quantity, i.unit, i.identifier, n.uri, n.kind, n.item FROM ledger_eventitem i "
    "JOIN ledger_identifier n ON n.log = i.log AND n.id = i.identifier WHERE i.record {keys} "
)


@dataclass(frozen=True, slots=True)
class Goods:
    """Goods of an event: a lot, a serial, or an item without lots. `role` as the ledger has it (epc, input, output,
    child); `quantity` in `unit`, the base unit of the item; None of a serial or where nobody said. `item` and `lot`:
    keys; `lot_uri`: of a serial, what its lot is called. `box`: the container it lay in, where the event named that one
    alone."""

    key: bytes
    uri: str
    kind: str
    role: str
    quantity: Decimal | None
    unit: str
    item: bytes | None
    lot: bytes | None
    box: str = ""
    lot_uri: str = ""

    @property
    def amount(self) -> Decimal:
        return Decimal(1) if self.quantity is None else self.quantity


@dataclass(frozen=True, slots=True)
class Event:
    """An event; `body` as recorded, `named`: what it names itself, containers among it."""

    log: str
    id: bytes
    at: datetime
    type: str
    action: str
    step: str
    disposition: str
    place: bytes | None
    body: Mapping[str, Any]  # Any: JSON of an event
    named: tuple[Goods, ...] = ()
    parties: Mapping[str, str] = field(default_factory=dict)
    papers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def party(self, side: str) -> str:
        """The URI of who is on this side, ``from`` or ``to``: who possesses, else who owns, else where."""
        kinds = ("possessing_party", "owning_party", "location")
        return next((self.parties[f"{side}.{kind}"] for kind in kinds if f"{side}.{kind}" in self.parties), "")

    def paper(self, kind: str) -> str:
        """The number of its paper of this kind: of the CBV's business transaction types."""
        return number_of(next(iter(self.papers.get(kind, ())), ""))

    @property
    def files(self) -> list[Mapping[str, Any]]:
        """The certificates and photos that it names by their hashes."""
        found = self.body.get("suyuan:attachments")
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def told(self, uri: str) -> Mapping[str, str]:
        """What our own extension says of a lot: ``expiry``, ``produced``."""
        lots = self.body.get("suyuan:lots")
        rows = [one for one in lots if isinstance(one, dict)] if isinstance(lots, list) else []
        return next((one for one in rows if one.get("id") == uri), {})


def number_of(uri: str) -> str:
    """What people call a paper: the end of its URI."""
    return uri.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def events_of(
    asked: Asked, steps: Sequence[str], *, like: Sequence[str] = (), makings: bool = False, partners: bool = False
) -> list[Event]:
    """The events of these business steps in the days and warehouses asked for, the earliest first, at most `MOST` and
    one. `like`: those too in whose step one of these words stands, and with `makings` all transformations; `partners`:
    those among the partners too. Three statements, a fourth where there are serials."""
    logs = [*asked.logs, *([PARTNERS] if partners else [])]
    if not logs:
        return []
    which = _which(steps, like) + (" OR r.type = 'TransformationEvent'" if makings else "")
    sql = _EVENTS.format(logs=", ".join(["%s"] * len(logs)), which=which)
    words = [f"%{word}%" for word in like]
    with connection.cursor() as cursor:
        cursor.execute(sql, [micros(asked.begins), micros(asked.ends), *logs, *steps, *words, MOST + 1])
        return _read(cursor.fetchall())


def _which(steps: Sequence[str], like: Sequence[str]) -> str:
    return " OR ".join(
        [f"r.biz_step IN ({', '.join(['%s'] * len(steps))})", *["LOWER(r.biz_step) LIKE %s"] * len(like)]
    )


_BY_ID = f"{_READ} WHERE {STANDS} AND r.id {{keys}}"


def events_by(records: Iterable[bytes]) -> list[Event]:
    """These events, as far as they stand, the earliest first. Two statements."""
    with connection.cursor() as cursor:
        rows = select_in(cursor, _BY_ID, records)
    return _read(sorted(rows, key=lambda row: (row[2], bytes(row[1]))))


_UNDER = (
    "SELECT DISTINCT i.record FROM ledger_eventitem i JOIN ledger_record r ON r.log = i.log AND r.id = i.record "
    "WHERE i.role = %s AND r.biz_step IN ({steps}) AND i.identifier {{keys}}"
)


def events_under(papers: Iterable[str], kind: str, steps: Sequence[str]) -> list[Event]:
    """The events of these steps that name these papers (URIs) of a kind, in any log. Three statements."""
    sql = _UNDER.format(steps=", ".join(["%s"] * len(steps)))
    with connection.cursor() as cursor:
        rows = select_in(cursor, sql, map(key16, papers), f"doc.{kind}", *steps)
    return events_by(bytes(record) for (record,) in rows)


_NAMING = (
    "SELECT DISTINCT i.record FROM ledger_eventitem i JOIN ledger_record r ON r.log = i.log AND r.id = i.record "
    "WHERE ({which}) AND i.identifier {{keys}}"
)


def events_naming(goods: Iterable[bytes], steps: Sequence[str], *, like: Sequence[str] = ()) -> list[Event]:
    """The events of these steps that name these goods, in any log; and those in whose step one of the words of `like`
    stands. Three statements."""
    sql = _NAMING.format(which=_which(steps, like))
    with connection.cursor() as cursor:
        rows = select_in(cursor, sql, goods, *steps, *(f"%{word}%" for word in like))
    return events_by(bytes(record) for (record,) in rows)


def _read(rows: Sequence[Sequence[Any]]) -> list[Event]:
    with connection.cursor() as cursor:
        named = select_in(cursor, _NAMED, [bytes(row[1]) for row in rows])
    goods: dict[bytes, list[Goods]] = {}
    parties: dict[bytes, dict[str, str]] = {}
    papers: dict[bytes, dict[str, tuple[str, ...]]] = {}
    lots = {key: one.lot for key, one in about({bytes(row[4]) for row in named if row[6] == "serial"}).items()}
    called = uris_of({lot for lot in lots.values() if lot})
    for id, role, quantity, unit, key, uri, kind, item in named:
        record = bytes(id)
        if role.startswith(("from.", "to.")):
            parties.setdefault(record, {})[role] = uri
        elif role.startswith("doc."):
            of = papers.setdefault(record, {})
            of[role[4:]] = (*of.get(role[4:], ()), uri)
        elif role != "about":
            amount = None if quantity is None else unscaled(quantity)
            lot = lots.get(bytes(key))
            one = Goods(
                bytes(key), uri, kind, role, amount, unit or "", bytes(item) if item else None, lot,
                lot_uri=called.get(lot or b"", ""),
            )  # fmt: skip
            goods.setdefault(record, []).append(one)
    return [
        Event(
            log, bytes(id), moment(at), type_, action, step, disposition, bytes(place) if place else None,
            json.loads(bytes(body)), tuple(goods.get(bytes(id), ())), parties.get(bytes(id), {}),
            papers.get(bytes(id), {}),
        )
        for log, id, at, type_, action, step, disposition, place, body in rows
    ]  # fmt: skip


# -- what an event moved, inside containers too -----------------------------------------------------------------------

# CROSS JOIN keeps SQLite from beginning with the table that is longest, LEFT JOIN from a Bloom filter over all of them.
_POSTED = (
    "CROSS JOIN stock_posting p LEFT JOIN stock_subject s ON s.subject = p.subject AND s.log = p.log "
    "WHERE p.record = e.record AND p.log = e.log"
)
_CONTENT = (
    "CROSS JOIN stock_posting p LEFT JOIN stock_subject s ON s.subject = p.subject AND s.log = p.log "
    "WHERE p.holder = m.box AND p.log = m.log AND p.at <= m.at"
)
_CAME = (
    "p.quantity > 0 AND NOT EXISTS (SELECT 1 FROM stock_posting q WHERE q.record = p.record AND q.log = p.log "
    "AND q.subject = p.subject AND q.holder = p.holder AND q.quantity = -p.quantity)"
)
_WENT = "p.quantity < 0"
_MOVED = (
    "WITH RECURSIVE events(record, log) AS (SELECT id, log FROM ledger_record WHERE id {{keys}}), "
    "moved(record, log, at, box) AS (SELECT e.record, e.log, p.at, p.subject FROM events e "
    f"{_POSTED} AND COALESCE(s.container, 0) = 1 AND {{sign}} "
    f"UNION SELECT m.record, m.log, m.at, p.subject FROM moved m {_CONTENT} AND COALESCE(s.container, 0) = 1 "
    "AND (SELECT SUM(i.quantity) FROM stock_posting i WHERE i.subject = p.subject AND i.log = p.log "
    "AND i.holder = m.box AND i.at <= m.at) > 0), "
    "goods(record, log, subject, box, quantity) AS ("
    f"SELECT e.record, e.log, p.subject, NULL, ABS(p.quantity) FROM events e {_POSTED} "
    "AND COALESCE(s.container, 0) = 0 AND {sign} UNION ALL "
    f"SELECT m.record, m.log, p.subject, m.box, p.quantity FROM moved m {_CONTENT} "
    "AND COALESCE(s.container, 0) = 0 AND p.record <> m.record) "
    "SELECT t.record, t.subject, t.box, t.quantity, s.unit, s.instance, s.item, s.lot FROM ("
    "SELECT record, log, subject, box, SUM(quantity) AS quantity FROM goods GROUP BY record, log, subject, box) t "
    "LEFT JOIN stock_subject s ON s.subject = t.subject AND s.log = t.log"
)


def moved(events: Iterable[Event], *, into: bool = False) -> dict[bytes, list[Goods]]:
    """Event → the goods that it took from where they lay (`into`: brought to where they lie), those inside containers
    with the container; as the book has it, and as the event says where the book has nothing. Two statements."""
    told = list(events)
    sql = _MOVED.format(sign=_CAME if into else _WENT)
    with connection.cursor() as cursor:
        rows = select_in(cursor, sql, [one.id for one in told])
    uris = uris_of({bytes(cell) for row in rows for cell in (row[1], row[2], row[7]) if cell})
    found: dict[bytes, list[Goods]] = {}
    for record, subject, box, amount, unit, instance, item, lot in rows:
        key = bytes(subject)
        if int(amount) > 0 and key in uris:
            found.setdefault(bytes(record), []).append(
                Goods(
                    key, uris[key], "serial" if instance else "lot", "epc",
                    None if instance else unscaled(int(amount)), unit or "", bytes(item) if item else None,
                    bytes(lot) if lot else None, uris.get(bytes(box), "") if box else "",
                    uris.get(bytes(lot), "") if lot else "",
                )
            )  # fmt: skip
    for one in told:
        if one.id not in found:
            found[one.id] = [goods for goods in one.named if goods.kind != "container"]
    return {record: sorted(goods, key=lambda one: (one.uri, one.box)) for record, goods in found.items()}
