"""New events into the edges, in any order of arrival, by a fixed number of statements."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from django.db.backends.utils import CursorWrapper
from msgspec.structs import astuple

from suyuan.genealogy.edges import INPUT, LEFT, STAYS, Edge, Happening, closings, edges_of
from suyuan.ledger.bulk import Table, insert, is_postgres, select_in

EDGE = Table(
    "genealogy_edge",
    log="text",
    record="key",
    kind="text",
    parent="key",
    child="key",
    quantity="int",
    unit="text",
    since="int",
    sequence="mid",
    until="int",
    instance="small",
)
_STAYING = "kind IN ('within', 'seen', 'pooled')"
MOVES = STAYS | {LEFT, INPUT}
_COLUMNS = ", ".join(EDGE.columns)
_STAY = "parent = %s AND child = %s AND kind IN ('within', 'seen', 'pooled') AND record = %s AND log = %s"
_STAYS = (
    "FROM unnest(%b::bigint[], %b::bytea[], %b::bytea[], %b::bytea[], %b::text[]) "
    "AS new(until, parent, child, record, log)"
)


def project(cursor: CursorWrapper, happenings: Sequence[Happening], voided: Sequence[bytes] = ()) -> None:
    """Draw the edges of new events, wipe those of events declared wrong, and mend the stays in the containers they
    concern.
    """
    drawn = [edge for event in happenings for edge in edges_of(event)]
    wiped = [
        _edge(row) for row in select_in(cursor, f"SELECT {_COLUMNS} FROM genealogy_edge WHERE record {{keys}}", voided)
    ]
    if wiped:
        _wipe(cursor, voided)
    insert(cursor, EDGE, [_row(edge) for edge in drawn])
    touched = [*drawn, *wiped]
    moves = any(edge.kind == LEFT or (edge.kind in MOVES and edge.instance) for edge in touched)
    if touched and (moves or wiped or _late(cursor, drawn)):
        _mend(cursor, touched)


def _wipe(cursor: CursorWrapper, records: Sequence[bytes]) -> None:
    if is_postgres(cursor.db):
        cursor.execute("DELETE FROM genealogy_edge WHERE record = ANY(%b::bytea[])", [list(records)])
    else:
        cursor.executemany("DELETE FROM genealogy_edge WHERE record = %s", [(record,) for record in records])


def _late(cursor: CursorWrapper, drawn: Sequence[Edge]) -> bool:
    """Whether something has left one of the containers after the moment something is now said to have been put in."""
    put: dict[bytes, int] = {}
    for edge in drawn:
        if edge.kind in STAYS:
            put[edge.child] = min(edge.since, put.get(edge.child, edge.since))
    if not put:
        return False
    sql = "SELECT child, since FROM genealogy_edge WHERE kind = 'left' AND since >= %s AND child {keys}"
    found = select_in(cursor, sql, put, min(put.values()))
    return any(cast(int, since) >= put[cast(bytes, child)] for child, since in found)


def _mend(cursor: CursorWrapper, touched: Sequence[Edge]) -> None:
    """Work out anew when the stays ended that the touched edges have to do with: open ones, and those that ended
    since.
    """
    containers = {edge.child for edge in touched if edge.kind in STAYS | {LEFT}}
    since = min(edge.since for edge in touched)
    stays = f"SELECT {_COLUMNS} FROM genealogy_edge WHERE {_STAYING} AND (until IS NULL OR until >= %s)"
    found = {_edge(row) for row in select_in(cursor, stays + " AND child {keys}", containers, since)}
    # A serial or container is in one place: where else it was put or used has a say in when it left.
    movers = {edge.parent for edge in (*touched, *found) if edge.instance and edge.kind in MOVES}
    found |= {_edge(row) for row in select_in(cursor, stays + " AND parent {keys}", movers, since)}
    begun = min([since, *(edge.since for edge in found)])
    ends = f"SELECT {_COLUMNS} FROM genealogy_edge WHERE kind = 'left' AND since >= %s AND child {{keys}}"
    left = {_edge(row) for row in select_in(cursor, ends, containers | {edge.child for edge in found}, begun)}
    eaten = f"SELECT {_COLUMNS} FROM genealogy_edge WHERE kind = 'input' AND since >= %s AND parent {{keys}}"
    used = {_edge(row) for row in select_in(cursor, eaten, {edge.parent for edge in found if edge.instance}, begun)}
    known = {(e.log, e.record, e.parent, e.child): e.until for e in found}
    changed = [e for e in closings([*found, *left, *used]) if known[e.log, e.record, e.parent, e.child] != e.until]
    _close(cursor, changed)


def _close(cursor: CursorWrapper, edges: Sequence[Edge]) -> None:
    if not edges:
        return
    rows = [(edge.until, edge.parent, edge.child, edge.record, edge.log) for edge in edges]
    if is_postgres(cursor.db):
        match = " AND ".join(f"e.{column} = new.{column}" for column in ("parent", "child", "record", "log"))
        columns = [list(column) for column in zip(*rows, strict=True)]
        cursor.execute(
            f"UPDATE genealogy_edge AS e SET until = new.until {_STAYS} "
            f"WHERE e.kind IN ('within', 'seen', 'pooled') AND {match}",
            columns,
        )
    else:
        cursor.executemany(f"UPDATE genealogy_edge SET until = %s WHERE {_STAY}", rows)


def all_edges(cursor: CursorWrapper) -> Iterator[Edge]:
    """Every edge, for the replay to be compared with."""
    cursor.execute(f"SELECT {_COLUMNS} FROM genealogy_edge")
    while rows := cursor.fetchmany(1000):
        yield from map(_edge, rows)


def _edge(row: Sequence[Any]) -> Edge:
    return Edge(*(*row[:-1], bool(row[-1])))


def _row(edge: Edge) -> tuple[object, ...]:
    return (*astuple(edge)[:-1], int(edge.instance))
