"""Personal values beside the ledger: a body holds a commitment, the table what it stands for until it is erased."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from suyuan.ledger.bulk import Table, insert
from suyuan.tlog.commitment import SALT_BYTES, commitment

PERSONAL = Table(
    "ledger_personalvalue", log="text", commitment="bytes", record="key", field="text", value="text", salt="key"
)


@dataclass(frozen=True, slots=True)
class Committed:
    """A personal value, the salt it got, and the commitment (64 hexadecimal digits) that stands for it."""

    field: str
    value: str
    salt: bytes
    commitment: str


def commit(field: str, value: str) -> Committed:
    """A commitment to a value with a salt of its own."""
    salt = os.urandom(SALT_BYTES)
    return Committed(field, value, salt, commitment(salt, field, value))


def keep(cursor: CursorWrapper, log: str, record: bytes, values: Sequence[Committed]) -> None:
    """Keep the values that a record commits to. One statement, none without values."""
    rows = [(log, bytes.fromhex(v.commitment), record, v.field, v.value, v.salt) for v in values]
    insert(cursor, PERSONAL, rows)
