"""What is asked of the log: where a record stands, what has been signed, which tiles may be shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keeping import Keeping, keeping
from suyuan.ledger.keys import event_key
from suyuan.tlog.errors import TlogError
from suyuan.tlog.note import Verifier
from suyuan.tlog.tiles import parse_tile_path

_HEADS = "SELECT log, signed_size, root, checkpoint, signed_at, size FROM ledger_tree WHERE signed_size > 0"


@dataclass(frozen=True, slots=True)
class Place:
    """A record and its leaf: `index` counts from 0, None while it waits; `size` is that of the signed tree, 0 if none
    covers it yet.
    """

    log: str
    record: bytes
    index: int | None
    size: int

    @property
    def proven(self) -> bool:
        return self.index is not None and self.index < self.size


@dataclass(frozen=True, slots=True)
class Head:
    """The checkpoint a log has published: `note` as signed, `signed_at` in microseconds."""

    log: str
    size: int
    note: str
    signed_at: int


def places(records: Iterable[bytes]) -> list[Place]:
    """Where these records stand in their logs; a record may stand in several. One statement."""
    sql = (
        'SELECT r.log, r.id, l."index", COALESCE(t.signed_size, 0) FROM ledger_record r '
        "LEFT JOIN ledger_leaf l ON l.log = r.log AND l.id = r.id LEFT JOIN ledger_tree t ON t.log = r.log "
        "WHERE r.id {keys}"
    )
    with connection.cursor() as cursor:
        return [Place(*row) for row in select_in(cursor, sql, records)]


def find_record(text: str) -> Place:
    """The record of an eventID, or of a record id in 32 hexadecimal digits, with its log before a slash if need be."""
    log, slash, name = text.rpartition("/")
    hexadecimal = _key_of(name)
    wanted = {event_key(text)} | ({hexadecimal} if hexadecimal else set())
    found = [place for place in places(wanted) if not (slash and hexadecimal) or place.log == log]
    if not found:
        raise Refused([Problem("ledger.record_unknown", "", {"record": text})])
    return found[0]


def _key_of(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text) if len(text) == 32 else None
    except ValueError:
        return None


def heads(logs: Iterable[str] | None = None) -> list[Head]:
    """What each log has signed last, by name of the log; of all logs or of these."""
    wanted = None if logs is None else set(logs)
    with connection.cursor() as cursor:
        cursor.execute(f"{_HEADS} ORDER BY log")
        rows = [(log, size, note, at) for log, size, _, note, at, _ in cursor.fetchall()]
    return [Head(*row) for row in rows if wanted is None or row[0] in wanted]


def head(log: str) -> Head:
    """What a log has signed last. Refused where it has signed nothing."""
    known = heads()
    for one in known:
        if one.log == log:
            return one
    names = ", ".join(one.log for one in known) or "–"
    raise Refused([Problem("ledger.log_unknown", "", {"log": log, "known": names})])


def verifier_of(log: str, kept: Keeping | None = None) -> Verifier:
    """The public key of a log. Refused where it has none here."""
    kept = kept or keeping()
    signer = kept.signer(log)
    if signer is None:
        known = ", ".join(kept.logs()) or "–"
        raise Refused([Problem("ledger.log_unknown", "", {"log": log, "known": known})])
    return signer.verifier


def published_tile(log: str, path: str, kept: Keeping | None = None) -> bytes | None:
    """The tile ``tile/<L>/<N>[.p/<W>]`` as outsiders may have it: what the published checkpoint covers, else None."""
    try:
        tile = parse_tile_path(path)
    except TlogError:
        return None
    known = heads([log])
    if not known or not tile.covers(known[0].size):
        return None
    return (kept or keeping()).store(log).read(path)
