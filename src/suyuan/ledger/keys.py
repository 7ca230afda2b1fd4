"""Keys are made by the application and depend on content alone, so no shard has to be asked (docs/decisions/0003)."""

import hashlib
import uuid
from datetime import UTC, datetime
from functools import lru_cache

ZERO16 = bytes(16)
COMPANY, PARTNERS = "company", "partners"  # the two logs beside those of the warehouses
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_URN_UUID = "urn:uuid:"


@lru_cache(maxsize=131072)
def key16(uri: str) -> bytes:
    """The id of the thing a canonical URI names: SHA-256(uri)[:16]."""
    return hashlib.sha256(uri.encode()).digest()[:16]


def event_key(event_id: str) -> bytes:
    """The id of an event's record: the UUID itself for ``urn:uuid:…``, else SHA-256(eventID)[:16]."""
    if event_id.startswith(_URN_UUID):
        try:
            return uuid.UUID(event_id[len(_URN_UUID) :]).bytes
        except ValueError:
            pass
    return hashlib.sha256(event_id.encode()).digest()[:16]


def declaration_key(event_id: str, declaration_time: str) -> bytes:
    """The id of a declaration of error, which repeats the eventID of what it declares wrong:
    SHA-256(eventID‖declarationTime)[:16].
    """
    return hashlib.sha256(f"{event_id}{declaration_time}".encode()).digest()[:16]


def micros(moment: datetime) -> int:
    """Microseconds since 1970-01-01T00:00Z: how times stand in the tables, exact and alike on every engine."""
    delta = moment - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def moment(micros_: int) -> datetime:
    """The inverse of `micros`, aware, in UTC."""
    seconds, rest = divmod(micros_, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
