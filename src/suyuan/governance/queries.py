"""What is asked of the change records."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from suyuan.governance import records
from suyuan.ledger.keys import event_key, key16, micros, moment
from suyuan.ledger.models import Body, EventItem, Kind, Record

MOST = 500
CHUNK = 450  # pairs in one statement


@dataclass(frozen=True, slots=True)
class Change:
    """A record that is no event, with its body."""

    log: str
    id: bytes
    kind: str
    at: datetime
    body: Mapping[str, Any]  # Any: JSON as `governance.records` writes it


def changes_of_event(event_id: str) -> list[Change]:
    """By which command an event came about, with its approval: latest first."""
    return _mentioning(event_key(event_id), [records.EVENT])


def changes_about(uri: str) -> list[Change]:
    """What was changed about an item, place, partner or person, latest first."""
    return _mentioning(key16(uri), [records.ABOUT])


def changes_by(actor_id: str, limit: int = MOST) -> list[Change]:
    """What a person did, approved or was refused, latest first."""
    return _mentioning(key16(records.person_uri(actor_id)), [records.ACTOR, records.APPROVER], limit)


def approvals_of(request_id: bytes) -> list[Change]:
    """The approvals of one change."""
    return _mentioning(request_id, [records.EVENT])


def refusals(log: str, since: datetime | None = None, limit: int = MOST) -> list[Change]:
    """Who was refused what in a log, latest first."""
    rows = Record.objects.filter(log=log, kind=Kind.ACCESS)
    if since is not None:
        rows = rows.filter(record_time__gte=micros(since))
    keys = rows.order_by("-record_time").values_list("log", "id")[:limit]
    return _changes(keys)


def _mentioning(identifier: bytes, roles: list[str], limit: int = MOST) -> list[Change]:
    rows = EventItem.objects.filter(identifier=identifier, role__in=roles).values_list("log", "record")
    return _changes(rows)[:limit]


def _changes(places: Iterable[tuple[str, bytes | memoryview]]) -> list[Change]:
    found = [change for part in _parts([(log, bytes(key)) for log, key in places]) for change in _read(part)]
    return sorted(found, key=lambda change: (change.at, change.id), reverse=True)


def _parts(places: list[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    return (places[start : start + CHUNK] for start in range(0, len(places), CHUNK))


def _read(places: list[tuple[str, bytes]]) -> list[Change]:
    wanted = set(places)
    ids = [key for _, key in places]
    bodies = {(log, key): body for log, key, body in Body.objects.filter(id__in=ids).values_list("log", "id", "body")}
    rows = Record.objects.filter(id__in=ids).values_list("log", "id", "kind", "record_time")
    return [
        Change(log, bytes(key), kind, moment(at), json.loads(bytes(bodies[log, bytes(key)])))
        for log, key, kind, at in rows
        if (log, bytes(key)) in wanted and (log, bytes(key)) in bodies
    ]
