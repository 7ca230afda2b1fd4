"""What stands next to goods, for a page that can't wait until all that came of them is known."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db import connection
from django.db.backends.utils import CursorWrapper

from suyuan.genealogy import search
from suyuan.genealogy.edges import INPUT, MEMBER, OUTPUT, STAYS, Edge
from suyuan.genealogy.projector import EDGE
from suyuan.gs1.identifiers import identify
from suyuan.ledger.bulk import select_in
from suyuan.stock.queries import uris_of
from suyuan.trace.answer import Found, Trace
from suyuan.trace.resolve import Candidate

WIDE = 1200  # things and events; a trace of so many takes what a page may take
VERY_WIDE = 20_000  # a trace of so many takes longer than anybody waits for a first answer
FEW = 24  # edges of one step
MAKING = frozenset({INPUT, OUTPUT, MEMBER})
_ONWARD = "SELECT DISTINCT kind, child FROM genealogy_edge WHERE parent {keys}"
_INWARD = "SELECT parent FROM genealogy_edge WHERE child {keys}"
_NAMED = "SELECT record FROM ledger_eventitem WHERE identifier {keys}"
_COLUMNS = ", ".join(EDGE.columns)
_AFTER = f"SELECT {_COLUMNS} FROM genealogy_edge WHERE parent {{keys}}"
_BEFORE = f"SELECT {_COLUMNS} FROM genealogy_edge WHERE child {{keys}}"


def is_wide(key: bytes, most: int = WIDE) -> bool:
    """Whether a trace of these goods meets more than `most` things and events."""
    return _meets([key], most)


def is_very_wide(*keys: bytes) -> bool:
    """Whether a trace of these goods together is so wide that a page gives sums unless everything is asked for."""
    return _meets(keys, VERY_WIDE)


def _meets(keys: Sequence[bytes], most: int) -> bool:
    """An estimate that reads no more than it counts: along what was made of them, whatever was put in there, with what
    these were packed in, but not with what else was ever in those containers.
    """
    limit = f" LIMIT {most + 1}"
    with connection.cursor() as cursor:
        met = len(select_in(cursor, _NAMED, keys, suffix=limit)) + len(select_in(cursor, _INWARD, keys, suffix=limit))
        seen, frontier = set(keys), set(keys)
        while frontier and met + len(seen) <= most:
            rows = cast(list[tuple[str, bytes]], select_in(cursor, _ONWARD, frontier, suffix=limit))
            frontier = {child for kind, child in rows if kind in MAKING} - seen
            seen |= {child for _kind, child in rows}
    return met + len(seen) > most


def members_of(subject: Candidate) -> list[bytes]:
    """The serials of a lot, none for other things."""
    if subject.kind != "lot":
        return []
    with connection.cursor() as cursor:
        return sorted(search.members(cursor, [subject.key]))


def near(subject: Candidate) -> Trace:
    """The answer as far as one step in both directions leads, and of that the first; no stock, partners or gaps."""
    key = subject.key
    with connection.cursor() as cursor:
        before = _edges(cursor, _BEFORE, [key])
        after = _edges(cursor, _AFTER, [key])
        before += _edges(cursor, _BEFORE, [edge.parent for edge in before if edge.kind == OUTPUT])
        after += _edges(cursor, _AFTER, [edge.child for edge in after if edge.kind == INPUT])
        sources = {e.parent for e in before if e.kind == INPUT or (e.kind in STAYS and e.child == key)} - {key}
        targets = {e.child for e in after if e.kind == OUTPUT or (e.kind in STAYS | {MEMBER} and e.parent == key)}
        put_in, made = search.put_in(before), search.made(cursor, targets - {key})
    edges = sorted({*before, *after})
    uris = uris_of(sources | targets)
    backward, forward = _found(sources, uris, put_in), _found(targets - {key}, uris, made)
    return Trace(subject.uri, [subject], backward=backward, forward=forward, edges=edges, uris=uris)


def _edges(cursor: CursorWrapper, sql: str, keys: Iterable[bytes]) -> list[Edge]:
    rows: Sequence[Sequence[Any]] = select_in(cursor, sql, keys, suffix=f" LIMIT {FEW}")
    return [Edge(*row) for row in rows]


def _found(keys: Iterable[bytes], uris: dict[bytes, str], sums: dict[bytes, search.Sum]) -> list[Found]:
    found = [
        Found(key, uris[key], identify(uris[key]).kind.value, 1, *sums.get(key, (None, "")))
        for key in keys
        if key in uris
    ]
    return sorted(found, key=lambda one: one.uri)
