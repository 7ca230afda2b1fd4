"""Plain records, straight into the tables; and what stands there."""

from datetime import UTC, datetime
from hashlib import sha256

from django.db import connection, transaction

from suyuan.ledger.entries import Entry, append
from suyuan.ledger.keys import micros
from suyuan.ledger.models import Leaf, Pending

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
AT = micros(NOW)


def key_of(number: int) -> bytes:
    return sha256(b"record %d" % number).digest()[:16]


def record(first: int, count: int, log: str = "a", at: int = AT) -> list[bytes]:
    """Records number `first` … of one batch of the door; their ids."""
    entries = [
        Entry(log, key_of(first + n), "change", b'{"number":%d}' % (first + n), at, sequence=n) for n in range(count)
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        append(cursor, entries, {}, {}, at)
    return [entry.id for entry in entries]


def leaves(log: str = "a") -> list[bytes]:
    """Ids in the order of the leaves, whose indexes must be 0, 1, 2 …"""
    rows = list(Leaf.objects.filter(log=log).order_by("index").values_list("index", "id"))
    assert [index for index, _ in rows] == list(range(len(rows)))
    return [bytes(key) for _, key in rows]


def waiting(log: str = "a") -> int:
    return Pending.objects.filter(log=log).count()
