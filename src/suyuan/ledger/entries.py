"""Records as values, and the statements that append them. Who may append is decided above."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from json.encoder import encode_basestring
from operator import itemgetter

from django.db.backends.utils import CursorWrapper
from msgspec import Struct

from suyuan.ledger.bulk import Table, insert_all
from suyuan.ledger.keys import moment

RECORD = Table(
    "ledger_record",
    log="text",
    id="key",
    kind="text",
    record_time="int",
    nonce="key",
    body_hash="bytes",
    type="text",
    action="text",
    event_time="int",
    sequence="mid",
    utc_offset="small",
    biz_step="text",
    disposition="text",
    read_point="key",
    biz_location="key",
    declares="key",
)
BODY = Table("ledger_body", log="text", month="small", id="key", body="bytes")
IDENTIFIER = Table("ledger_identifier", log="text", id="key", uri="text", kind="text", item="key", code="text")
ITEM = Table(
    "ledger_eventitem",
    log="text",
    record="key",
    position="mid",
    identifier="key",
    event_time="int",
    role="text",
    quantity="int",
    unit="text",
)
PENDING = Table("ledger_pending", log="text", record_time="int", id="key")
CODE_LENGTH = 120


class Entry(Struct, frozen=True, gc=False):
    """One record to append. Times in microseconds; `body` is canonical JSON; the rest is read from it where it is an
    event.
    """

    log: str
    id: bytes
    kind: str
    body: bytes
    event_time: int
    sequence: int = 0
    utc_offset: int = 0
    type: str = ""
    action: str = ""
    biz_step: str = ""
    disposition: str = ""
    read_point: bytes | None = None
    biz_location: bytes | None = None
    declares: bytes | None = None


class Mention(Struct, frozen=True, gc=False):
    """What an entry says of one identifier."""

    identifier: bytes
    role: str
    quantity: int | None = None
    unit: str = ""


class Name(Struct, frozen=True, gc=False):
    """An identifier to be known by its id."""

    id: bytes
    uri: str
    kind: str
    item: bytes | None
    code: str


def month_of(record_time: int) -> int:
    """The month a body is kept with: 2611 is November 2026, UTC."""
    when = moment(record_time)
    return when.year % 100 * 100 + when.month


def envelope(log: str, key: bytes, kind: str, record_time: int, nonce: bytes, body_hash: bytes) -> bytes:
    """The bytes of a record's leaf (RFC 8785): never large, so that a body can be; and a body may expire while its
    leaf stays.
    """
    # Written out, since the names never change and a log must not wait for a general encoder (7 µs against 2).
    return (
        f'{{"body":"{body_hash.hex()}","id":"{key.hex()}","kind":{encode_basestring(kind)},'
        f'"log":{encode_basestring(log)},"nonce":"{nonce.hex()}","record_time":"{_stamp(record_time)}"}}'
    ).encode()


@lru_cache(maxsize=1024)
def _stamp(record_time: int) -> str:
    """The time of a record in its envelope; one batch of the door has one."""
    return moment(record_time).isoformat(timespec="microseconds").replace("+00:00", "Z")


_key = itemgetter(0, 1)


def append(
    cursor: CursorWrapper,
    entries: Sequence[Entry],
    mentions: Mapping[bytes, Sequence[Mention]],
    names: Mapping[str, Mapping[bytes, Name]],
    record_time: int,
) -> None:
    """Append entries that are known to be new. `mentions` by record id, `names` by log. Five statements, or one."""
    nonces = os.urandom(16 * len(entries))
    records = [
        (
            e.log, e.id, e.kind, record_time, nonces[16 * n : 16 * n + 16], hashlib.sha256(e.body).digest(), e.type,
            e.action, e.event_time, e.sequence, e.utc_offset, e.biz_step, e.disposition, e.read_point, e.biz_location,
            e.declares,
        )
        for n, e in enumerate(entries)
    ]  # fmt: skip
    month = month_of(record_time)
    items = [
        (e.log, e.id, position, m.identifier, e.event_time, m.role, m.quantity, m.unit)
        for e in entries
        for position, m in enumerate(mentions.get(e.id, ()))
    ]
    named = [
        (log, n.id, n.uri, n.kind, n.item, n.code[:CODE_LENGTH]) for log, known in names.items() for n in known.values()
    ]
    named.sort(key=_key)  # so that two writers of the same new names never wait for each other in a ring
    insert_all(
        cursor,
        [
            (RECORD, records, ""),
            (BODY, [(e.log, month, e.id, e.body) for e in entries], ""),
            (IDENTIFIER, named, "ON CONFLICT DO NOTHING"),
            (ITEM, items, ""),
            (PENDING, [(e.log, record_time, e.id) for e in entries], ""),
        ],
    )
