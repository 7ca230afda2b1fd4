"""The write door. Everything that enters the ledger enters here, with all its projections, in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import cast

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from msgspec.structs import replace

from suyuan.capture.guard import governed
from suyuan.capture.reading import Reading, read
from suyuan.capture.who import Who
from suyuan.catalog.directory import directory
from suyuan.epcis.document import read_stored
from suyuan.epcis.events import Event
from suyuan.epcis.hash import event_hash
from suyuan.genealogy import projector as genealogy
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.bulk import select_in
from suyuan.ledger.entries import Entry, Mention, Name, append
from suyuan.ledger.keys import micros
from suyuan.stock.facts import Fact
from suyuan.stock.projector import project
from suyuan.stock.store import NOTHING, Held, TableStore

Place = tuple[str, bytes]  # (log, record id)


HEX = "0123456789abcdef"


@dataclass(slots=True)
class Captured:
    """What a batch did: the records that are new, and those that stood already, word for word."""

    recorded: list[Place] = field(default_factory=list)
    repeated: list[Place] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plain:
    """A record that is no event: a change, an access, an approval; `names` and `mentions` make it findable."""

    entry: Entry
    mentions: tuple[Mention, ...] = ()
    names: tuple[Name, ...] = ()


_who: Who | None = None  # with what was worked out about identifiers since the catalog last changed


def who_is_who() -> Who:
    """The catalog as it stands, and the installation's origin."""
    global _who
    known, origin = directory(), settings.SUYUAN.origin
    if _who is None or _who.directory is not known or _who.origin != origin:
        _who = Who(known, origin)
    return _who


@governed()
def capture(
    events: Iterable[Event],
    *,
    now: datetime,
    guarded: bool = False,
    fresh: bool = False,
    plain: Sequence[Plain] = (),
    who: Who | None = None,
    first: int = 0,
    held: Held = NOTHING,
) -> Captured:
    """Record a batch: its events take effect in the order of their times, whatever their order here.

    `guarded` refuses the whole batch where an event takes from our stock what is not there or not free; otherwise what
    can't be applied is noted as unexplained. `fresh` says that the caller minted every id, so none can stand already.
    `first` is the source sequence of the first event, for whoever records one source in several calls. `held`: what the
    caller's transaction has taken of the stock already.
    The same body under the same key is passed over. Raises Refused: another body under a key that stands
    (``capture.conflict``), or the guards' reasons. Nothing is stored then.
    """
    who = who or who_is_who()
    recorded = micros(now)
    readings = [read(_with_id(event), who, sequence=n, recorded=recorded) for n, event in enumerate(events, first)]
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        return _record(cursor, readings, plain, who, recorded, held, guarded=guarded, fresh=fresh)


def _with_id(event: Event) -> Event:
    """An event that came without an id has that of its content (CBV 2.0 §8.9)."""
    return event if event.event_id is not None else replace(event, event_id=event_hash(event))


def _record(
    cursor: CursorWrapper,
    readings: Sequence[Reading],
    plain: Sequence[Plain],
    who: Who,
    recorded: int,
    held: Held,
    *,
    guarded: bool,
    fresh: bool,
) -> Captured:
    done = Captured()
    unique = _once(readings, done)
    declared_before: set[bytes] = set()
    if not fresh:
        unique, declared_before = _unknown(cursor, unique, done)
    _append(cursor, unique, plain, recorded)
    done.recorded += [(r.entry.log, r.entry.id) for r in unique] + [(p.entry.log, p.entry.id) for p in plain]
    declared = {r.entry.declares for r in unique if r.entry.declares is not None}
    void = declared | declared_before
    alive = [r for r in unique if r.entry.id not in void]
    earlier = _events(cursor, declared - {r.entry.id for r in unique}, who) if declared else []
    genealogy.project(cursor, [r.happening for r in alive if r.happening is not None], [r.entry.id for r in earlier])
    try:
        project(
            TableStore(cursor, frozenset(who.directory.warehouses), partial(facts_about, cursor, who), held),
            [r.fact for r in alive if r.fact is not None],
            guarded=guarded,
            voided=[r.fact for r in earlier if r.fact is not None],
            names={key: name.uri for r in unique for key, name in r.names.items()},
        )
    except Refused as refused:
        raise Refused(_named(cursor, refused.problems)) from None
    return done


def _named(cursor: CursorWrapper, problems: Sequence[Problem]) -> list[Problem]:
    """Problems with goods that the events do not name themselves, such as what is in a tank, by their names."""
    keys = {problem.field for problem in problems if len(problem.field) == 32 and not problem.field.strip(HEX)}
    if not keys:
        return list(problems)
    sql = "SELECT DISTINCT id, uri FROM ledger_identifier WHERE id {keys}"
    uris = {bytes(id).hex(): str(uri) for id, uri in select_in(cursor, sql, map(bytes.fromhex, keys))}
    return [
        Problem(
            problem.code,
            uris.get(problem.field, problem.field),
            {name: uris.get(value, value) for name, value in problem.params.items()},
        )
        for problem in problems
    ]


def _once(readings: Sequence[Reading], done: Captured) -> list[Reading]:
    """Within the batch: the same body twice is one record, another body under the same key contradicts it."""
    found: dict[Place, Reading] = {}
    problems = []
    for reading in readings:
        place = (reading.entry.log, reading.entry.id)
        known = found.setdefault(place, reading)
        if known is not reading:
            done.repeated.append(place)
            if known.entry.body != reading.entry.body:
                problems.append(_conflict(reading))
    if problems:
        raise Refused(problems)
    return list(found.values())


# What stands under one of these ids, and what declares one of them wrong.
_KNOWN = (
    "SELECT log, id, body_hash, NULL FROM ledger_record WHERE id {keys} UNION ALL "
    "SELECT log, id, body_hash, declares FROM ledger_record WHERE declares {keys}"
)


def _unknown(cursor: CursorWrapper, readings: list[Reading], done: Captured) -> tuple[list[Reading], set[bytes]]:
    """Those without a record, and the ids among them that have been declared wrong before they came."""
    rows = select_in(cursor, _KNOWN, [reading.entry.id for reading in readings])
    standing = {(cast(str, log), cast(bytes, key)): cast(bytes, digest) for log, key, digest, gone in rows if not gone}
    new: list[Reading] = []
    problems = []
    for reading in readings:
        digest = standing.get((reading.entry.log, reading.entry.id))
        if digest is None:
            new.append(reading)
        elif digest == sha256(reading.entry.body).digest():
            done.repeated.append((reading.entry.log, reading.entry.id))
        else:
            problems.append(_conflict(reading))
    if problems:
        raise Refused(problems)
    return new, {cast(bytes, gone) for *_, gone in rows if gone}


def _conflict(reading: Reading) -> Problem:
    return Problem(
        "capture.conflict", f"eventList[{reading.entry.sequence}].eventID", {"event": reading.entry.id.hex()}
    )


def _append(cursor: CursorWrapper, readings: Sequence[Reading], plain: Sequence[Plain], recorded: int) -> None:
    names: dict[str, dict[bytes, Name]] = defaultdict(dict)
    mentions: dict[bytes, Sequence[Mention]] = {}
    for reading in readings:
        names[reading.entry.log] |= reading.names
        mentions[reading.entry.id] = reading.mentions
    for record in plain:
        names[record.entry.log] |= {name.id: name for name in record.names}
        mentions[record.entry.id] = record.mentions
    append(cursor, [r.entry for r in readings] + [p.entry for p in plain], mentions, names, recorded)


_STORED_ANY = (
    "SELECT r.log, r.sequence, r.record_time, b.body FROM ledger_record r "
    "JOIN ledger_body b ON b.id = r.id AND b.log = r.log WHERE "
)
_STORED = f"{_STORED_ANY} r.kind = 'epcis' AND r.declares IS NULL AND "
_STANDING = "NOT EXISTS (SELECT 1 FROM ledger_record d WHERE d.declares = r.id) AND "
_NAMING = (
    "r.id IN (SELECT record FROM ledger_eventitem WHERE role IN ('epc', 'parent', 'child', 'input', 'output') "
    "AND event_time >= %s AND identifier {keys})"
)
_EVER = -(2**62)


def facts_about(cursor: CursorWrapper, who: Who, subjects: Iterable[bytes], since: int | None) -> list[Fact]:
    """Every event that names one of the subjects, at or after a moment, and is not declared wrong, as stock sees it."""
    rows = select_in(cursor, _STORED + _STANDING + _NAMING, subjects, _EVER if since is None else since)
    facts = {reading.entry.id: reading.fact for reading in (reread(who, row) for row in rows)}
    return [fact for fact in facts.values() if fact is not None]


def facts_known(cursor: CursorWrapper, who: Who, subjects: Iterable[bytes], known: int) -> list[Fact]:
    """Every event that names one of the subjects, as far as was recorded by the microsecond `known`: those that were
    declared wrong later are among them.
    """
    then = "NOT EXISTS (SELECT 1 FROM ledger_record d WHERE d.declares = r.id AND d.record_time <= %s) AND "
    rows = select_in(cursor, f"{_STORED}r.record_time <= %s AND {then}{_NAMING}", subjects, known, known, _EVER)
    facts = {reading.entry.id: reading.fact for reading in (reread(who, row) for row in rows)}
    return [fact for fact in facts.values() if fact is not None]


def events_in_ledger(cursor: CursorWrapper, who: Who) -> Iterator[Reading]:
    """Every event of every log, read again from its body, in no particular order."""
    cursor.execute(f"{_STORED_ANY} r.kind = 'epcis'")
    while rows := cursor.fetchmany(1000):
        yield from (reread(who, row) for row in rows)


def _events(cursor: CursorWrapper, records: Iterable[bytes], who: Who) -> list[Reading]:
    return [reread(who, row) for row in select_in(cursor, _STORED + "r.id {keys}", records)]


def reread(who: Who, row: Sequence[object]) -> Reading:
    """A stored event, read again; it stays in the log where it stands."""
    log, sequence, record_time, body = row
    event = _with_id(read_stored(bytes(cast(bytes, body))))
    return read(event, who, sequence=cast(int, sequence), recorded=cast(int, record_time), log=cast(str, log))
