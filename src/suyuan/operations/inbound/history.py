"""What was done and said before about goods that come in: who received them when, who gave which dates."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from suyuan.accounts.models import User
from suyuan.capture.door import reread
from suyuan.capture.who import Who
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16, moment

MOST = 200  # events of a lot that may have said its dates
_STANDS = (
    "FROM ledger_eventitem i JOIN ledger_record r ON r.log = i.log AND r.id = i.record "
    "JOIN ledger_body b ON b.log = r.log AND b.id = r.id WHERE r.kind = 'epcis' AND r.declares IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM ledger_record d WHERE d.declares = r.id) AND i.identifier {keys} "
)
_RECEIPTS = f"SELECT i.identifier, r.log, r.id, r.event_time, b.body {_STANDS} AND r.biz_step = 'receiving'"
_SAYING = (
    f"SELECT r.log, r.sequence, r.record_time, b.body, r.id, r.event_time {_STANDS} "
    "AND i.role IN ('epc', 'output') AND r.biz_step NOT IN ('picking', 'shipping', 'storing', 'inspecting') "
)


@dataclass(frozen=True, slots=True)
class Told:
    """An event that stands: where and when it was recorded, and the account that did it, empty for a partner's."""

    log: str
    event: bytes
    at: datetime
    by: str = ""
    expiry: date | None = None
    produced: date | None = None

    @property
    def key(self) -> str:
        return str(UUID(bytes=self.event))


def last_receipts(keys: Iterable[bytes]) -> dict[bytes, Told]:
    """Goods or papers → the last receipt that names them and stands. One statement for 900 on SQLite."""
    found: dict[bytes, Told] = {}
    with connection.cursor() as cursor:
        rows: list[tuple[Any, ...]] = select_in(cursor, _RECEIPTS, keys)
    for identifier, log, event, at, body in sorted(rows, key=lambda row: (row[3], bytes(row[2]))):
        found[bytes(identifier)] = Told(log, bytes(event), moment(at), _by(bytes(body)))
    return found


def dates_told(who: Who, uri: str) -> list[Told]:
    """The events that gave a lot or serial its dates, the latest first; partners' among them. One statement."""
    key = key16(uri)
    with connection.cursor() as cursor:
        rows: list[tuple[Any, ...]] = select_in(
            cursor, _SAYING, [key], suffix=f"ORDER BY r.event_time DESC LIMIT {MOST}"
        )
    found = []
    for log, sequence, recorded, body, event, at in rows:
        fact = reread(who, (log, sequence, recorded, body)).fact
        traits = fact.traits.get(key) if fact is not None else None
        if traits is not None:
            dates = _date(traits.expiry), _date(traits.produced)
            found.append(Told(log, bytes(event), moment(at), _by(bytes(body)), *dates))
    return found


def names_of(accounts: Iterable[str]) -> Mapping[str, str]:
    """Account → printed name, for what somebody is told on a screen. One statement."""
    wanted = [UUID(text) for text in set(accounts) if len(text) == 36]
    if not wanted:
        return {}
    return {str(key): name for key, name in User.objects.filter(pk__in=wanted).values_list("pk", "name")}


def site_time(who: Who, told: Told) -> str:
    """When it happened, in the zone of the site where it did."""
    zone = who.zone(told.log)
    return (told.at.astimezone(zone) if zone else told.at).strftime("%Y-%m-%d %H:%M")


def _by(body: bytes) -> str:
    said = json.loads(body).get("suyuan:by", "")
    return said if isinstance(said, str) else ""


def _date(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)
