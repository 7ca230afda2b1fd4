"""Personal data whose time is over: names, telephone numbers and signatures of people who are not ours.

Records and events hold salted commitments to them, and files by their hash (docs/decisions/0018). Erasing takes the
values, the salts and the bytes away; leaves, bodies and proofs stay as they are, and nobody can find out any more what
was committed to. Names of our own people stay as long as what they signed.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.who import Who
from suyuan.catalog.files import path_of
from suyuan.catalog.models import File
from suyuan.catalog.queries import chunks
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.governance.records import NAME_FIELD
from suyuan.governance.registry import Plan, command
from suyuan.governance.settings import PERSONAL, value_of
from suyuan.gs1.own_uris import own_path
from suyuan.gs1.problems import Problem, Refused
from suyuan.insight.models import LegalHold
from suyuan.insight.retention import later
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import event_key, key16, micros
from suyuan.ledger.models import PersonalValue
from suyuan.operations.attachments import SIGNATURE
from suyuan.tlog.jcs import Json

MOST = 5000  # records at once; the rest the next time
LEAST_MONTHS = 6
Key = tuple[str, bytes]
_DUE = (
    "SELECT DISTINCT p.log, p.record FROM ledger_personalvalue p "
    "JOIN ledger_record r ON r.log = p.log AND r.id = p.record "
    "WHERE r.event_time < %s AND NOT (p.field = %s) ORDER BY p.log, p.record LIMIT %s"
)
_BODIES = "SELECT log, id, body FROM ledger_body WHERE id {keys}"
_HELD = (
    "SELECT DISTINCT i.record FROM ledger_eventitem i LEFT JOIN ledger_identifier n "
    "ON n.log = i.log AND n.id = i.identifier LEFT JOIN stock_subject s ON s.log = i.log AND s.subject = i.identifier "
    "WHERE i.record {keys}"
)


@dataclass(frozen=True, slots=True)
class Due:
    """Records whose personal values may be erased, the files that their events name, whose names may be somebody's, and
    the pictures of signatures among them; `held`: how many records are kept for a legal hold."""

    records: tuple[Key, ...]
    values: int
    named: tuple[str, ...]
    files: tuple[str, ...]
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasePersonal:
    """Erase what is known of persons who are not ours from records before this day, legal holds left out."""

    before: date
    reason: str


@command(ErasePersonal, permission="audit.export", scope=None)
def erase(ctx: Context, who: Who, c: ErasePersonal) -> Plan:
    problems = [] if c.reason.strip() else [Problem("insight.reason_missing", "reason")]
    latest = later_back(ctx.now.date(), LEAST_MONTHS)
    if c.before > latest:
        problems.append(Problem("insight.erase_early", "before", {"day": latest.isoformat()}))
    if problems:
        return Plan(problems=problems)
    found = due(c.before)
    for log, record in found.records:
        PersonalValue.objects.filter(log=log, record=record).exclude(field=NAME_FIELD).delete()
    for part in chunks(found.named):
        File.objects.filter(hash__in=part).update(name=F("hash"))
    transaction.on_commit(lambda: forget(found.files))
    fields: dict[str, Json] = {"values": [str(found.values), "0"], "files": [str(len(found.files)), "0"]}
    uri = own_path(settings.SUYUAN.origin, ("personal",))
    change: Json = {"uri": uri, "key": c.before.isoformat(), "version": 1, "new": False, "fields": fields}
    return Plan(
        result={"values": found.values, "files": list(found.files), "held": found.held}, about=[uri], changes=[change]
    )


def due(before: date) -> Due:
    """What would be erased. A fixed number of statements for 900 records."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [micros(datetime.combine(before, time(), UTC)), NAME_FIELD, MOST])
        rows = [(str(log), bytes(record)) for log, record in cursor.fetchall()]
        bodies = {(str(log), bytes(id)): json.loads(bytes(body))
                  for log, id, body in select_in(cursor, _BODIES, [record for _log, record in rows])}  # fmt: skip
    events = {key: [event_key(str(one)) for one in bodies.get(key, {}).get("events") or ()] for key in rows}
    kept = kept_back(events)
    free = tuple(key for key in rows if key not in kept)
    values = sum(PersonalValue.objects.filter(record__in=part).exclude(field=NAME_FIELD).count()
                 for part in chunks([record for _log, record in free]))  # fmt: skip
    named, files = files_of([event for key in free for event in events[key]])
    return Due(free, values, named, files, len(kept))


def kept_back(events: Mapping[Key, Sequence[bytes]]) -> set[Key]:
    """The records whose events name goods under a legal hold, by themselves, their lot or their item."""
    held = {key16(uri) for uri in LegalHold.objects.filter(ended=None).values_list("uri", flat=True)}
    if not held:
        return set()
    found: set[bytes] = set()
    marks = ", ".join(["%s"] * len(held))
    sql = f"{_HELD} AND (i.identifier IN ({marks}) OR n.item IN ({marks}) OR s.item IN ({marks}) OR s.lot IN ({marks}))"
    with connection.cursor() as cursor:
        for part in chunks({event for some in events.values() for event in some}):
            found |= {bytes(row[0]) for row in select_in(cursor, sql, part, *[*held] * 4)}
    return {key for key, some in events.items() if found.intersection(some)}


def files_of(events: Iterable[bytes]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The hashes of the files that these events name, and of the pictures of signatures among them."""
    with connection.cursor() as cursor:
        rows = select_in(cursor, _BODIES, events)
    kinds: dict[str, str] = {}
    for _log, _id, body in rows:
        for one in json.loads(bytes(body)).get("suyuan:attachments") or ():
            kinds[str(one.get("hash", ""))] = str(one.get("kind", ""))
    return tuple(kinds), tuple(hash for hash, kind in kinds.items() if kind == SIGNATURE)


def forget(hashes: Iterable[str]) -> None:
    """Take away the bytes; the row of the file stays and says that they are gone."""
    for one in hashes:
        with suppress(FileNotFoundError):
            path_of(one).unlink()


def later_back(day: date, months: int) -> date:
    """The day so many months before."""
    return later(day, -months)


def erase_due(now: datetime) -> bool:
    """Erase what is due by the setting of the firm, once a day; whether anything was."""
    months = int(str(value_of(PERSONAL)))
    if not months:
        return False
    before = later_back(now.date(), months)
    if not due(before).records:
        return False
    context = Context(
        actor=SYSTEM, request_id=uuid5(NAMESPACE_URL, f"urn:suyuan:erase:{now.date()}"), now=now, locale="en"
    )
    with suppress(Refused):
        execute(context, ErasePersonal(before=before, reason=f"after {months} months"))
    return True
