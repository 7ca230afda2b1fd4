"""The goods of the events that a question is about: who did it, where, on which line, when, with whom.

Only so many events are read, the latest ones, and only so many goods are named; both is said.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec
from django.db import connection
from django.db.backends.utils import CursorWrapper

from suyuan.ledger.bulk import select_in
from suyuan.trace.resolve import GOODS, Candidate

MOST_EVENTS = 5_000
MOST_GOODS = 500
EVER = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which events: all that is said must hold. Keys are those of the ledger; times in microseconds, both inclusive.

    `named`: an event names one of these, in whatever role; `places`: it happened there, or moved goods there or away;
    `people`: who did it or signed for it, by the keys of their URIs; `line`: the line, machine or device, as typed.
    """

    named: frozenset[bytes] = frozenset()
    places: frozenset[bytes] = frozenset()
    people: frozenset[bytes] = frozenset()
    line: str = ""
    since: int = -EVER
    until: int = EVER

    @property
    def is_empty(self) -> bool:
        timed = self.since > -EVER or self.until < EVER
        return not (self.named or self.places or self.people or self.line or timed)


@dataclass(frozen=True, slots=True)
class Concerned:
    """`goods`, latest first, with the moment at which they were last concerned; `events`: how many were found; `older`:
    there are more than were read; `left`: goods that are not among `goods`, by kind.
    """

    goods: tuple[tuple[Candidate, int], ...] = ()
    events: int = 0
    older: bool = False
    left: Mapping[str, int] = field(default_factory=dict)


def concerned(sought: Sought, most: int = MOST_EVENTS, most_goods: int = MOST_GOODS) -> Concerned:
    """The goods that these events name. Nothing is sought: nothing is found."""
    if sought.is_empty:
        return Concerned()
    with connection.cursor() as cursor:
        read = _candidates(cursor, sought, most + 1)
        older = len(read) > most
        records: Sequence[bytes] = _standing(cursor, read[:most], sought)
        for narrow in (_naming, _at_places, _on_line):
            records = narrow(cursor, records, sought)
        found = _goods(cursor, records)
    latest = sorted(found.items(), key=lambda entry: (-entry[1], entry[0].uri))
    left = Counter(candidate.kind for candidate, _at in latest[most_goods:])
    return Concerned(tuple(latest[:most_goods]), len(records), older, left)


# -- which events -----------------------------------------------------------------------------------------------------

_BY = (
    "SELECT DISTINCT e.identifier, a.event_time FROM ledger_eventitem a "
    "JOIN ledger_eventitem e ON e.record = a.record AND e.log = a.log AND e.role = 'event' "
    "WHERE a.role IN ('actor', 'approver') AND a.identifier {keys}"
)
_NAMES = (
    "SELECT DISTINCT record, event_time FROM ledger_eventitem WHERE event_time BETWEEN %s AND %s AND identifier {keys}"
)
_MOVED = "SELECT DISTINCT record, at FROM stock_posting WHERE at BETWEEN %s AND %s AND holder {keys}"
_IN_TIME = "SELECT id, event_time FROM ledger_record WHERE kind = 'epcis' AND event_time BETWEEN %s AND %s"
_LATEST = " ORDER BY 2 DESC LIMIT {most}"


def _candidates(cursor: CursorWrapper, sought: Sought, most: int) -> list[bytes]:
    """By what narrows most; the rest is asked of these."""
    latest, time = _LATEST.format(most=most), (sought.since, sought.until)
    if sought.people:
        rows = select_in(cursor, _BY, sought.people, suffix=latest)
    elif sought.named:
        rows = select_in(cursor, _NAMES, sought.named, *time, suffix=latest)
    elif sought.places and sought.since == -EVER:
        rows = select_in(cursor, _MOVED, sought.places, *time, suffix=latest)
    else:
        cursor.execute(_IN_TIME + latest, time)
        rows = cursor.fetchall()
    return list(dict.fromkeys(bytes(row[0]) for row in sorted(rows, key=lambda row: -cast(int, row[1]))))


_STANDING = (
    "SELECT r.id FROM ledger_record r WHERE r.kind = 'epcis' AND r.declares IS NULL "
    "AND r.event_time BETWEEN %s AND %s "
    "AND NOT EXISTS (SELECT 1 FROM ledger_record d WHERE d.declares = r.id) AND r.id {keys}"
)


def _standing(cursor: CursorWrapper, records: Sequence[bytes], sought: Sought) -> list[bytes]:
    """Those that are events, in time, and were not declared wrong."""
    return _kept(records, select_in(cursor, _STANDING, records, sought.since, sought.until))


def _naming(cursor: CursorWrapper, records: Sequence[bytes], sought: Sought) -> Sequence[bytes]:
    if not sought.named or not sought.people:
        return records
    rows = select_in(cursor, "SELECT record, identifier FROM ledger_eventitem WHERE record {keys}", records)
    return _kept(records, [row for row in rows if bytes(row[1]) in sought.named])


def _at_places(cursor: CursorWrapper, records: Sequence[bytes], sought: Sought) -> Sequence[bytes]:
    if not sought.places:
        return records
    rows = select_in(cursor, "SELECT record, holder, counterpart FROM stock_posting WHERE record {keys}", records)
    rows += select_in(cursor, "SELECT id, read_point, biz_location FROM ledger_record WHERE id {keys}", records)
    return _kept(records, [row for row in rows if not sought.places.isdisjoint(bytes(key) for key in row[1:] if key)])


class _Said(msgspec.Struct):
    """Where an event of ours was done, beyond the standard."""

    line: object = msgspec.field(default=None, name="suyuan:line")
    device: object = msgspec.field(default=None, name="suyuan:device")


_TERMINALS = (
    "SELECT i.identifier, b.body FROM ledger_eventitem i JOIN ledger_body b ON b.id = i.record AND b.log = i.log "
    "WHERE i.role = 'event' AND i.identifier {keys}"
)


def _on_line(cursor: CursorWrapper, records: Sequence[bytes], sought: Sought) -> Sequence[bytes]:
    """Said by the event itself, or by the terminal that its command was given on."""
    wanted = sought.line.strip().casefold()
    if not wanted:
        return records
    read = msgspec.json.Decoder(_Said)
    found = set()
    for key, body in select_in(cursor, "SELECT id, body FROM ledger_body WHERE id {keys}", records):
        said = _decoded(read, body)
        if said and wanted in (str(said.line or "").casefold(), str(said.device or "").casefold()):
            found.add(bytes(key))
    terminal = msgspec.json.Decoder(_Terminal)
    for key, body in select_in(cursor, _TERMINALS, records):
        told = _decoded(terminal, body)
        if told and wanted in str(told.terminal or "").casefold():
            found.add(bytes(key))
    return [key for key in records if key in found]


class _Terminal(msgspec.Struct):
    terminal: object = None


def _decoded(read: Any, body: bytes) -> Any:  # Any: a decoder of either shape
    try:
        return read.decode(body)
    except msgspec.MsgspecError:
        return None


def _kept(records: Iterable[bytes], rows: Iterable[Sequence[Any]]) -> list[bytes]:
    known = {bytes(row[0]) for row in rows}
    return [key for key in records if key in known]


# -- and their goods --------------------------------------------------------------------------------------------------

_GOODS = (
    "SELECT DISTINCT n.uri, n.kind, i.event_time FROM ledger_eventitem i "
    "JOIN ledger_identifier n ON n.log = i.log AND n.id = i.identifier "
    "WHERE i.role IN ('epc', 'parent', 'child', 'input', 'output') AND i.record {keys}"
)


def _goods(cursor: CursorWrapper, records: Sequence[bytes]) -> dict[Candidate, int]:
    found: dict[Candidate, int] = {}
    for uri, kind, at in cast(list[tuple[str, str, int]], select_in(cursor, _GOODS, records)):
        if kind in GOODS:
            candidate = Candidate(uri, kind)
            found[candidate] = max(at, found.get(candidate, at))
    return found
