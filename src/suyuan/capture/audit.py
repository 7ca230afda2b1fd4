"""Do the columns, items and projections say what the bodies say? Each disagreement by event and field."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from django.db.backends.utils import CursorWrapper

from suyuan.capture.door import reread
from suyuan.capture.reading import Reading
from suyuan.capture.replay import Difference, Watch, differences
from suyuan.capture.who import Who
from suyuan.genealogy.edges import Edge
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.audit import Row
from suyuan.ledger.bulk import select_in
from suyuan.ledger.entries import CODE_LENGTH, month_of
from suyuan.stock.book import PACKED, PLACE
from suyuan.stock.facts import HOLDER_NAMES, OWN

Item = tuple[bytes, str, int | None, str, int]  # identifier, role, quantity, unit, event time
_ITEM_COLUMNS = ("identifier", "role", "quantity", "unit", "event_time")
COLUMNS = (
    "type", "action", "event_time", "utc_offset", "biz_step", "disposition", "read_point", "biz_location", "declares"
)  # fmt: skip
_BALANCES = (
    "SELECT b.log, b.subject, b.holder, b.kind FROM stock_balance b "
    "JOIN stock_subject s ON s.log = b.log AND s.subject = b.subject WHERE s.instance = 1 AND b.quantity > 0"
)
_STAYS = (
    "SELECT parent, child, since, record, log FROM genealogy_edge "
    "WHERE kind IN ('within', 'pooled') AND instance = 1 AND until IS NULL"
)
_SEEN = "SELECT parent, child FROM genealogy_edge WHERE kind = 'seen' AND instance = 1 AND parent {keys}"


# -- one event: body against rows


def row_findings(cursor: CursorWrapper, rows: Sequence[Row], who: Who) -> Iterator[Problem]:
    """What in the rows of these records does not follow from their bodies. Two statements."""
    if not rows:
        return
    log, keys = rows[0].log, [row.id for row in rows]
    items: dict[bytes, list[Item]] = defaultdict(list)
    sql = (
        "SELECT record, identifier, role, quantity, unit, event_time, position FROM ledger_eventitem "
        "WHERE log = %s AND record {keys}"
    )
    for record, *item, _ in sorted(select_in(cursor, sql, keys, log), key=lambda row: (row[0], row[-1])):
        items[record].append(tuple(item))
    readings = {row.id: _reading(row, who) for row in rows}
    named = {key for reading in readings.values() if isinstance(reading, Reading) for key in reading.names}
    sql = "SELECT id, uri, item, code FROM ledger_identifier WHERE log = %s AND id {keys}"
    names = {key: (uri, item, code) for key, uri, item, code in select_in(cursor, sql, named, log)}
    for row in rows:
        reading = readings[row.id]
        if isinstance(reading, Problem):
            yield reading
        elif reading is not None:
            yield from _column_findings(row, reading)
            yield from _item_findings(row, reading, items[row.id])
            yield from _name_findings(row, reading, names)


def _reading(row: Row, who: Who) -> Reading | Problem | None:
    """The event as its body has it; a problem where the body is not the one that was signed; None for other records."""
    if row.header is None:
        return None  # the audit of the log says so
    params = {"event": row.name, "log": row.log}
    if row.body is None:
        return Problem("capture.body_missing", row.log, params)
    if sha256(row.body).digest() != row.header.body_hash:
        return Problem("capture.body_changed", row.log, params)
    if row.month != month_of(row.header.record_time):
        return Problem("capture.body_month", row.log, params)
    if row.header.kind != "epcis":
        return None
    try:
        return reread(who, (row.log, row.columns["sequence"], row.header.record_time, row.body))
    except (Refused, ValueError, TypeError, KeyError):
        return Problem("capture.body_unreadable", row.log, params)


def _column_findings(row: Row, reading: Reading) -> Iterator[Problem]:
    if reading.entry.id != row.id:
        yield _differs(row, "id", row.id, reading.entry.id)
    for name in COLUMNS:
        if row.columns[name] != getattr(reading.entry, name):
            yield _differs(row, name, row.columns[name], getattr(reading.entry, name))


def _item_findings(row: Row, reading: Reading, items: Sequence[Item]) -> Iterator[Problem]:
    told = [(m.identifier, m.role, m.quantity, m.unit, reading.entry.event_time) for m in reading.mentions]
    for position in range(max(len(told), len(items))):
        table = items[position] if position < len(items) else None
        body = told[position] if position < len(told) else None
        if table == body:
            continue
        if table is None or body is None:
            yield _differs(row, f"items[{position}]", _item_text(table, reading), _item_text(body, reading))
            continue
        for name, left, right in zip(_ITEM_COLUMNS, table, body, strict=True):
            if left != right:
                yield _differs(row, f"items[{position}].{name}", left, right)


def _item_text(item: Item | None, reading: Reading) -> str:
    if item is None:
        return "–"
    name = reading.names.get(item[0])
    return f"{name.uri if name else item[0].hex()} ({item[1]})"


def _name_findings(row: Row, reading: Reading, names: Mapping[bytes, tuple[Any, ...]]) -> Iterator[Problem]:
    for key, name in reading.names.items():
        table, body = names.get(key), (name.uri, name.item, name.code[:CODE_LENGTH])
        if table != body:
            yield _differs(row, f"identifier {name.uri}", table and _name_text(table), _name_text(body))


def _name_text(name: tuple[Any, ...]) -> str:
    uri, item, code = name
    return f"{uri} {code}" + (f" ({item.hex()})" if item else "")


def _differs(row: Row, field: str, table: object, body: object) -> Problem:
    params = {"event": row.name, "log": row.log, "field": field, "table": _text(table), "body": _text(body)}
    return Problem("capture.field_differs", f"{row.log}/{row.id.hex()}.{field}", params)


def _text(value: object) -> str:
    if value is None or value == {}:
        return "–"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_text(one)}" for name, one in value.items())
    return value.hex() if isinstance(value, bytes) else str(value)


# -- projections: tables against the replay


def projection_findings(cursor: CursorWrapper, seed: int, watch: Watch = iter) -> Iterator[Problem]:
    """Where stock and genealogy are not what the events make of them, in order and shuffled."""
    found = differences(seed, watch)
    uris = _uris(cursor, found)
    for difference in found:
        params = {
            "what": difference.what,
            "place": _place_text(difference.place, uris),
            "table": _value_text(difference.table),
            "replay": _value_text(difference.replay),
            "seed": str(seed),
        }
        shuffled = difference.what.startswith("shuffled")
        yield Problem("capture.order_matters" if shuffled else f"capture.{difference.what}_differs", "", params)


def _uris(cursor: CursorWrapper, found: Sequence[Difference]) -> dict[bytes, str]:
    wanted = {part for difference in found for part in _flat(difference.place) if isinstance(part, bytes)}
    uris = {bytes(k): u for k, u in select_in(cursor, "SELECT id, uri FROM ledger_identifier WHERE id {keys}", wanted)}
    return {**uris, **HOLDER_NAMES, OWN: "–"}


def _flat(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        for part in value:
            yield from _flat(part)
    else:
        yield value


def _place_text(place: object, uris: Mapping[bytes, str]) -> str:
    return " · ".join(uris.get(p, p.hex()) if isinstance(p, bytes) else str(p) for p in _flat(place))


def _value_text(value: object) -> str:
    if isinstance(value, Edge):
        return f"{value.quantity} {value.unit}, {value.since} – {value.until}"
    if isinstance(value, tuple):
        return " ".join(map(_text, value))
    return _text(value)


# -- "where is it", twice


def custody_findings(cursor: CursorWrapper) -> Iterator[Problem]:
    """Serials and containers that stand with us: stock's container must be one in which genealogy lets them stay.

    Where stock has seen a thing by itself after it was packed, stock knows more; so does a partner who packed it and
    whose events move no stock of ours.
    """
    cursor.execute(_BALANCES)
    held = {bytes(subject): (log, bytes(holder), kind) for log, subject, holder, kind in cursor.fetchall()}
    cursor.execute(_STAYS)
    stays: dict[bytes, list[tuple[bytes, int, bytes, str]]] = defaultdict(list)
    for parent, child, since, record, log in cursor.fetchall():
        stays[bytes(parent)].append((bytes(child), since, bytes(record), log))
    doubtful = [s for s in held if _stands_with_us(s, held) and _inside(held[s]) not in _stays_in(stays[s])]
    moved, seen = _moved(cursor, doubtful), _seen(cursor, doubtful)
    wrong = [s for s in doubtful if not _excused(held[s], stays[s], moved[s], seen[s])]
    uris = dict(_named(cursor, {*wrong, *(h for s in wrong for h in (held[s][1], *_stays_in(stays[s])) if h)}))
    for subject in wrong:
        inside = _inside(held[subject])
        params = {
            "goods": uris.get(subject, subject.hex()),
            "log": held[subject][0],
            "stock": uris.get(inside, inside.hex()) if inside else "–",
            "genealogy": ", ".join(uris.get(c, c.hex()) for c in _stays_in(stays[subject]) if c) or "–",
        }
        yield Problem("capture.containment_differs", held[subject][0], params)


Held = tuple[str, bytes, str]  # log, holder, kind of holder
Stay = tuple[bytes, int, bytes, str]  # container, since, record, log


def _inside(held: Held) -> bytes | None:
    return held[1] if held[2] == PACKED else None


def _stays_in(stays: Sequence[Stay]) -> list[bytes | None]:
    return [stay[0] for stay in stays] or [None]


def _stands_with_us(subject: bytes, held: Mapping[bytes, Held]) -> bool:
    seen = {subject}
    while held[subject][2] == PACKED and held[subject][1] in held and held[subject][1] not in seen:
        subject = held[subject][1]
        seen.add(subject)
    return held[subject][2] == PLACE


def _moved(cursor: CursorWrapper, subjects: Iterable[bytes]) -> dict[bytes, list[tuple[int, bytes]]]:
    """(time, record) of every posting of these subjects."""
    moved: dict[bytes, list[tuple[int, bytes]]] = defaultdict(list)
    for subject, at, record in select_in(
        cursor, "SELECT subject, at, record FROM stock_posting WHERE subject {keys}", subjects
    ):
        moved[bytes(subject)].append((at, bytes(record)))
    return moved


def _seen(cursor: CursorWrapper, subjects: Iterable[bytes]) -> dict[bytes, set[bytes]]:
    """The containers in which somebody saw these subjects, which begins no stay."""
    seen: dict[bytes, set[bytes]] = defaultdict(set)
    for subject, container in select_in(cursor, _SEEN, subjects):
        seen[bytes(subject)].add(bytes(container))
    return seen


def _excused(held: Held, stays: Sequence[Stay], moved: Sequence[tuple[int, bytes]], seen: set[bytes]) -> bool:
    """Whether every stay that stock does not know was followed by a movement of its own, or is a partner's; without
    any, whether somebody saw it where stock has it.
    """
    unknown = [stay for stay in stays if stay[0] != _inside(held)]
    return bool(unknown or _inside(held) in seen) and all(
        log == "partners" or any(at >= since and other != record for at, other in moved)
        for _, since, record, log in unknown
    )


def _named(cursor: CursorWrapper, keys: Iterable[bytes]) -> Iterator[tuple[bytes, str]]:
    for key, uri in select_in(cursor, "SELECT id, uri FROM ledger_identifier WHERE id {keys}", keys):
        yield bytes(key), uri
