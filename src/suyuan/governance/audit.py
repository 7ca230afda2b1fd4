"""The audit: who did, approved or was refused what; found by person, command, thing, log, time and text.

A page is read by key, never by counting rows before it, and costs the same on a large ledger as on a small one: a
statement finds the records, one each reads bodies, leaves and printed names.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import connection

from suyuan.governance import records
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16, micros, moment
from suyuan.ledger.models import Kind, PersonalValue

PAGE = 50
MOST_READ = 5000  # records read for one page of a search by text; the reader goes on from there
MOST_EVENTS = 2000  # events of a thing whose commands are looked for
REFUSALS = frozenset({"refusal", "refused", "login_failed", "lockout"})  # types of bodies
NAMED = re.compile(r'"commitment":"([0-9a-f]+)"')
BESIDE = "r.kind IN ('change', 'access', 'approval')"  # as the index of the table says it
Parameter = str | int | bytes
Key = tuple[int, bytes]  # record time, id: where a page begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look for; empty parts are not asked. `person`: account ids; `about`: a URI; `logs`: those one may read.

    `commands`: any of these; `before`: only what is older than this record.
    """

    person: tuple[str, ...] = ()
    command: str = ""
    commands: tuple[str, ...] = ()
    about: str = ""
    logs: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    refused: bool = False
    text: str = ""
    before: Key | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of the audit. `name`: the printed name, empty once erased; `index`: its leaf, None while it waits."""

    log: str
    id: bytes
    kind: str
    command: str
    at: datetime
    body: Mapping[str, Any] = field(default_factory=dict)  # Any: JSON as `governance.records` writes it
    name: str = ""
    index: int | None = None

    @property
    def key(self) -> str:
        return str(UUID(bytes=self.id))

    @property
    def refused(self) -> bool:
        return self.body.get("type") in REFUSALS

    @property
    def actor(self) -> str:
        """The account id of whoever it speaks of."""
        return str((self.body.get("actor") or {}).get("id", ""))

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple((self.body.get("actor") or {}).get("roles", ()))

    @property
    def reason(self) -> str:
        """Why, in the words of whoever did it."""
        params = self.body.get("params") or {}
        return str(self.body.get("reason") or params.get("reason") or "")


@dataclass(frozen=True, slots=True)
class Found:
    """A page: entries, latest first, and where the next one begins; None at the end."""

    entries: tuple[Entry, ...]
    after: Key | None = None


def search(wanted: Wanted, limit: int = PAGE) -> Found:
    """The latest records that are wanted, older than `before`."""
    if not wanted.text:
        heads = _heads(wanted, limit + 1)
        return _page(_read(heads[:limit]), heads, limit)
    return _by_text(wanted, limit)


def every(wanted: Wanted, most: int) -> Iterator[Entry]:
    """All of them, page by page, at most `most`: for an export."""
    left = most
    while left > 0:
        found = search(wanted, min(left, 500))
        yield from found.entries
        left -= len(found.entries)
        if found.after is None:
            return
        wanted = replace(wanted, before=found.after)


def entry(log: str, id: bytes) -> Entry | None:
    """One record; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_HEADS} WHERE {BESIDE} AND r.log = %s AND r.id = %s", [log, id])
        found = _read(_as_heads(cursor.fetchall()))
    return found[0] if found else None


# -- which records ----------------------------------------------------------------------------------------------------

_HEADS = "SELECT r.record_time, r.id, r.log, r.kind, r.type FROM ledger_record r"
_MENTIONED = (
    "SELECT DISTINCT r.record_time, r.id, r.log, r.kind, r.type FROM ledger_eventitem i "
    "JOIN ledger_record r ON r.log = i.log AND r.id = i.record WHERE "
)
Head = tuple[int, bytes, str, str, str]  # record time, id, log, kind, type


def _heads(wanted: Wanted, limit: int) -> list[Head]:
    if wanted.about:
        return _of_mentions(wanted, _about(wanted.about), (records.ABOUT, records.EVENT), limit)
    if wanted.person:
        keys = [key16(records.person_uri(one)) for one in wanted.person]
        return _of_mentions(wanted, keys, (records.ACTOR, records.APPROVER), limit)
    where, parameters = _conditions(wanted)
    sql = f"{_HEADS} WHERE {where} ORDER BY r.record_time DESC, r.id DESC LIMIT {limit:d}"
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return _as_heads(cursor.fetchall())


def _of_mentions(wanted: Wanted, keys: Sequence[bytes], roles: Sequence[str], limit: int) -> list[Head]:
    where, parameters = _conditions(wanted)
    marks = ", ".join(["%s"] * len(roles))
    order = f" ORDER BY r.record_time DESC, r.id DESC LIMIT {limit:d}"
    sql = f"{_MENTIONED}{where} AND i.role IN ({marks}) AND i.identifier {{keys}}"
    with connection.cursor() as cursor:
        found = _as_heads(select_in(cursor, sql, keys, *parameters, *roles, suffix=order))
    found = [head for head in found if not wanted.about or not wanted.person or _speaks_of(head, wanted)]
    return sorted(set(found), reverse=True)[:limit]


def _speaks_of(head: Head, wanted: Wanted) -> bool:
    """Both a thing and a person are wanted: the person is looked for in the bodies."""
    (read,) = _read([head]) or (None,)
    return read is not None and read.actor in wanted.person


def _about(uri: str) -> list[bytes]:
    """The thing, and the events that name it, of which a change says by which command they came."""
    key = key16(uri)
    sql = (
        "SELECT i.record FROM ledger_eventitem i WHERE i.role NOT IN ('actor', 'approver', 'event', 'about') "
        f"AND i.identifier = %s ORDER BY i.event_time DESC LIMIT {MOST_EVENTS:d}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [key])
        events = {bytes(cast(bytes, row[0])) for row in cursor.fetchall()}
    return [key, *events]


def _conditions(wanted: Wanted) -> tuple[str, list[Parameter]]:
    parts: list[tuple[str, list[Parameter]]] = [(BESIDE, [])]
    if wanted.refused:
        parts.append(("(r.kind = 'access' OR (r.kind = 'approval' AND r.type = 'refused'))", []))
        parts.append(("r.kind IN ('access', 'approval')", []))
        parts.append(("r.type NOT IN ('login', 'logout', 'password')", []))
    if wanted.command:
        parts.append(("r.type = %s", [wanted.command[:20]]))
    if wanted.commands:
        parts.append((f"r.type IN ({', '.join(['%s'] * len(wanted.commands))})", [*wanted.commands]))
    if wanted.logs:
        parts.append((f"r.log IN ({', '.join(['%s'] * len(wanted.logs))})", list(wanted.logs)))
    if wanted.since:
        parts.append(("r.record_time >= %s", [micros(wanted.since)]))
    if wanted.until:
        parts.append(("r.record_time < %s", [micros(wanted.until)]))
    if wanted.before:
        at, key = wanted.before
        parts.append(("(r.record_time < %s OR (r.record_time = %s AND r.id < %s))", [at, at, key]))
        parts.append(("r.record_time <= %s", [at]))
    return " AND ".join(sql for sql, _ in parts), [value for _, values in parts for value in values]


def _by_text(wanted: Wanted, limit: int) -> Found:
    """Bodies are looked through until the page is full, at most so many; the next page goes on from there."""
    found: list[Entry] = []
    looked = 0
    names = _commitments_of(wanted.text)
    while looked < MOST_READ:
        heads = _heads(wanted, 500)
        saying = _saying(heads, wanted.text.casefold(), names)
        found += _read(saying[: limit - len(found)])
        if len(found) == limit:
            return Found(tuple(found), (micros(found[-1].at), found[-1].id))
        looked += len(heads)
        if len(heads) < 500:
            return Found(tuple(found))
        wanted = replace(wanted, before=heads[-1][:2])
    return Found(tuple(found), wanted.before)


def _saying(heads: Sequence[Head], text: str, names: frozenset[str]) -> list[Head]:
    """Those whose bodies hold the text, or one of the names; only what is shown is then taken apart."""
    with connection.cursor() as cursor:
        rows = select_in(cursor, _BODIES, [head[1] for head in heads])
    bodies = {(log, bytes(cast(bytes, key))): bytes(cast(bytes, body)).decode() for log, key, body in rows}
    said = ((head, bodies.get((head[2], head[1]), "")) for head in heads)
    return [
        head for head, body in said if text in body.casefold() or (names and not names.isdisjoint(NAMED.findall(body)))
    ]


def _commitments_of(text: str) -> frozenset[str]:
    """What stands in bodies for the printed names that hold the text."""
    rows = PersonalValue.objects.filter(value__icontains=text).values_list("commitment", flat=True)
    return frozenset(bytes(commitment).hex() for commitment in rows)


def _page(entries: Sequence[Entry], heads: Sequence[Head], limit: int) -> Found:
    more = len(heads) > limit
    return Found(tuple(entries), heads[limit - 1][:2] if more else None)


def _as_heads(rows: Iterable[Sequence[object]]) -> list[Head]:
    return [
        (cast(int, at), bytes(cast(bytes, key)), str(log), str(kind), str(type_)) for at, key, log, kind, type_ in rows
    ]


# -- what they say ----------------------------------------------------------------------------------------------------

_BODIES = "SELECT log, id, body FROM ledger_body WHERE id {keys}"
_LEAVES = 'SELECT l.log, l.id, l."index", t.signed_size FROM ledger_leaf l JOIN ledger_tree t ON t.log = l.log WHERE '


def _read(heads: Sequence[Head]) -> list[Entry]:
    with connection.cursor() as cursor:
        ids = [head[1] for head in heads]
        bodies = {(log, bytes(key)): json.loads(bytes(body)) for log, key, body in select_in(cursor, _BODIES, ids)}
        found = [
            Entry(log, key, kind, type_, moment(at), bodies.get((log, key), {})) for at, key, log, kind, type_ in heads
        ]
        logs = sorted({one.log for one in found})
        within = f"log IN ({', '.join(['%s'] * len(logs))})"
        leaves = {
            (log, bytes(key)): index
            for log, key, index, size in select_in(cursor, f"{_LEAVES}l.{within} AND l.id {{keys}}", ids, *logs)
            if index < size
        }
    names = _printed(logs, found)
    return [
        replace(
            one,
            index=leaves.get((one.log, one.id)),
            name=names.get((one.log, _commitment(one)), ""),
        )
        for one in found
    ]


def _printed(logs: Sequence[str], found: Sequence[Entry]) -> dict[tuple[str, str], str]:
    """(log, commitment) → the printed name, where it was not erased."""
    wanted = {bytes.fromhex(text) for one in found if (text := _commitment(one))}
    rows = PersonalValue.objects.filter(log__in=logs, commitment__in=wanted).values_list("log", "commitment", "value")
    return {(log, bytes(key).hex()): value for log, key, value in rows}


def _commitment(one: Entry) -> str:
    """Of the printed name."""
    name = (one.body.get("actor") or {}).get("name") or {}
    return str(name.get("commitment", ""))


def kinds() -> tuple[str, ...]:
    """The kinds of records that the audit speaks of."""
    return (Kind.CHANGE.value, Kind.ACCESS.value, Kind.APPROVAL.value)
