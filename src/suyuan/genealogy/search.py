"""The trace: a frontier search over the edges, level by level, one statement a level whatever its width.

Lots are never pruned by time (a customer sees only the label). Containers and tanks are: goods leave a mark on a
container only while they are in it, on a tank until it is cleaned. Equal times connect.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, starmap
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar, cast

from django.db.backends.utils import CursorWrapper
from msgspec import Struct

from suyuan.genealogy.edges import CLEANED, INPUT, MEMBER, OUTPUT, POOLED, SEEN, STAYS, WITHIN, Edge
from suyuan.genealogy.projector import EDGE
from suyuan.ledger.bulk import chunks, select_in

Window = tuple[int, int]  # from, to, microseconds, both inclusive
# One object for each value, since every row comes with its own and a wide answer is mostly those.
Same = dict[Any, Any]
PIECES = frozenset({"C62", "EA", "H87", "NAR", "NIU"})
MAKING = frozenset({INPUT, OUTPUT, MEMBER})
ALWAYS: Window = (-(2**62), 2**62)
AT_ONCE = 4_000  # keys of one statement
_EVER = (ALWAYS,)
_COLUMNS = ", ".join(EDGE.columns)
_SINCE = attrgetter("since")
_IN_TIME = "('within', 'seen', 'pooled', 'cleaned')"


class Leads(Protocol):
    """What of an edge a search goes by."""

    @property
    def kind(self) -> str: ...
    @property
    def parent(self) -> bytes: ...
    @property
    def child(self) -> bytes: ...
    @property
    def since(self) -> int: ...
    @property
    def until(self) -> int | None: ...


class Step(Struct, frozen=True, gc=False):
    """That and no more, for whoever only asks what is reached."""

    kind: str
    parent: bytes
    child: bytes
    since: int
    until: int | None


E = TypeVar("E", bound=Leads)


@dataclass(slots=True)
class Walk(Generic[E]):
    """What a search reached: how far each thing is, when each container mattered, and the edges that were taken."""

    depth: dict[bytes, int] = field(default_factory=dict)
    windows: dict[bytes, Sequence[Window]] = field(default_factory=dict)
    edges: list[E] = field(default_factory=list)
    cleaned: list[E] = field(default_factory=list)  # of the tanks it met: what clipped its windows
    nodes: set[bytes] = field(default_factory=set)  # transformations, which are no goods
    again: bool = False  # something was followed a second time

    def goods(self) -> dict[bytes, int]:
        """Everything but the transformations."""
        return {key: depth for key, depth in self.depth.items() if key not in self.nodes}

    def end(self) -> "Walk[E]":
        """Each edge once. Only what was followed twice can have brought one twice."""
        if self.again:
            self.edges = list(dict.fromkeys(self.edges))
        return self


def forward(cursor: CursorWrapper, subjects: Mapping[bytes, Sequence[Window]], same: Same) -> Walk[Edge]:
    """Whatever the subjects went into: made from them, packed around them, members of their lots."""
    sql = f"SELECT {_COLUMNS} FROM genealogy_edge WHERE parent {{keys}}"
    return _ahead(subjects, lambda keys: _edges(cursor, sql, keys, same))


def reach(cursor: CursorWrapper, subjects: Mapping[bytes, Sequence[Window]]) -> Walk[Step]:
    """As `forward`, with half of each edge: a third quicker where what is reached is all that is asked. Sorted keys lie
    beside each other in the index."""
    sql = f"SELECT {', '.join(Step.__struct_fields__)} FROM genealogy_edge WHERE parent {{keys}}"
    return _ahead(subjects, lambda keys: list(starmap(Step, each_in(cursor, sql, sorted(keys)))))


def forward_within(edges: Iterable[Edge], subjects: Iterable[bytes]) -> set[bytes]:
    """As `forward`, along no other edges than these (those of a walk, and its `cleaned`): what is reached."""
    leaving: dict[bytes, list[Edge]] = defaultdict(list)
    for edge in edges:
        leaving[edge.parent].append(edge)
    started = dict.fromkeys(subjects, _EVER)
    walk = _ahead(started, lambda keys: sorted((e for key in keys for e in leaving.get(key, ())), key=_SINCE))
    return set(walk.depth)


def _ahead(subjects: Mapping[bytes, Sequence[Window]], leaving: Callable[[Iterable[bytes]], Sequence[E]]) -> Walk[E]:
    """`leaving`: the edges from these goods on; the walk has them in the order they come in."""
    walk: Walk[E] = _begun(subjects)
    frontier = subjects
    while frontier:
        edges = leaving(frontier)
        cleanings = _cleanings(edges)
        walk.cleaned += [edge for edge in edges if edge.kind == CLEANED] if cleanings else ()
        reached: dict[bytes, Sequence[Window]] = {}
        for edge in edges:
            here, there = edge.parent, edge.child
            windows = frontier[here]
            if here in cleanings:
                windows = _clipped(windows, cleanings[here])
            hit = _onward(edge.kind, edge.since, edge.until, windows)
            if hit:
                known = reached.get(there)
                reached[there] = hit if known is None else _also(known, hit)
                _note(walk, edge, here, there)
        frontier = _news(walk, reached)
    return walk.end()


def backward(cursor: CursorWrapper, subjects: Mapping[bytes, Sequence[Window]], same: Same) -> Walk[Edge]:
    """Whatever the subjects came from: put into their making, packed into them, the lots they belong to."""
    walk: Walk[Edge] = _begun(subjects)
    frontier = subjects
    while frontier:
        edges = _edges(cursor, f"SELECT {_COLUMNS} FROM genealogy_edge WHERE child {{keys}}", frontier, same)
        cleanings = _cleanings(edges)
        walk.cleaned += [edge for edge in edges if edge.kind == CLEANED] if cleanings else ()
        reached: dict[bytes, Sequence[Window]] = {}
        for edge in edges:
            here, there = edge.child, edge.parent
            hit = _inward(edge, frontier[here], cleanings)
            if hit:
                known = reached.get(there)
                reached[there] = hit if known is None else _also(known, hit)
                _note(walk, edge, here, there)
        frontier = _news(walk, reached)
    return walk.end()


def last_use(cursor: CursorWrapper, containers: Iterable[bytes]) -> dict[bytes, Window]:
    """For each container, the latest stretch of time in which something was in it."""
    sql = f"SELECT {_COLUMNS} FROM genealogy_edge WHERE kind IN {_IN_TIME} AND child {{keys}}"
    edges = _edges(cursor, sql, containers, {})
    cleanings = _cleanings(edges)
    stays: dict[bytes, list[Window]] = defaultdict(list)
    for edge in edges:
        if edge.kind in STAYS:
            stay = (edge.since, ALWAYS[1] if edge.until is None else edge.until)
            stays[edge.child] += _clipped([stay], cleanings.get(edge.child, ()))
    return {container: _merged(windows)[-1] for container, windows in stays.items()}


def around(cursor: CursorWrapper, goods: Iterable[bytes]) -> set[bytes]:
    """The containers that goods were ever in, and those around them; a statement a level."""
    found: set[bytes] = set()
    asked = set(goods)
    while asked:
        sql = "SELECT DISTINCT child FROM genealogy_edge WHERE kind IN ('within', 'seen', 'pooled') AND parent {keys}"
        asked = {cast(bytes, row[0]) for row in select_in(cursor, sql, asked)} - found
        found |= asked
    return found


def contents(cursor: CursorWrapper, containers: Iterable[bytes], same: Same) -> list[Edge]:
    """Everything said of what was put into containers and taken out."""
    sql = f"SELECT {_COLUMNS} FROM genealogy_edge WHERE kind IN ('within', 'seen', 'pooled', 'left') AND child {{keys}}"
    return _edges(cursor, sql, containers, same)


def taken_out(cursor: CursorWrapper, containers: Iterable[bytes], same: Same) -> list[Edge]:
    """Everything said of what was taken out of containers."""
    sql = f"SELECT {_COLUMNS} FROM genealogy_edge WHERE kind = 'left' AND child {{keys}}"
    return _edges(cursor, sql, containers, same)


def members(cursor: CursorWrapper, lots: Iterable[bytes]) -> set[bytes]:
    """The serials of lots. A lot that exists only as its serials came from where they came from."""
    sql = "SELECT child FROM genealogy_edge WHERE kind = 'member' AND parent {keys}"
    return {cast(bytes, row[0]) for row in select_in(cursor, sql, lots)}


Sum = tuple[int | None, str]


def made(cursor: CursorWrapper, goods: Iterable[bytes]) -> dict[bytes, Sum]:
    """How much of each came into being in all transformations, and the unit; each event once, never pro rata."""
    sql = "SELECT child, quantity, unit, instance FROM genealogy_edge WHERE kind = 'output' AND child {keys}"
    sums: dict[bytes, Sum] = {}
    for child, quantity, unit, instance in select_in(cursor, sql, goods):
        if not instance:
            _add(sums, child, quantity, unit)
    return sums


def put_in(edges: Iterable[Edge]) -> dict[bytes, Sum]:
    """How much of their parents the edges of a backward walk put in: into the making, else into the container."""
    chosen = sorted(edges, key=lambda edge: edge.moment)
    used = {edge.parent for edge in chosen if edge.kind == INPUT}
    sums: dict[bytes, Sum] = {}
    known: dict[tuple[bytes, bytes], int] = defaultdict(int)  # goods and container → how much was put in so far
    for edge in chosen:
        if edge.kind == INPUT or (edge.kind in STAYS and edge.parent not in used):
            place = (edge.parent, edge.child)
            more = edge.quantity
            if edge.kind == SEEN:
                more = max((edge.quantity or 0) - known[place], 0)
            known[place] += more or 0
            _add(sums, edge.parent, more, edge.unit)
    return sums


def _add(sums: dict[bytes, Sum], key: bytes, quantity: int | None, unit: str) -> None:
    """Pieces by any name are pieces. What can not be added stays out; an amount nobody gave makes the sum unknown."""
    old, known = sums.get(key, (0, unit))
    if unit == known or (unit in PIECES and known in PIECES):
        sums[key] = (None if old is None or quantity is None else old + quantity, known)


def _begun(subjects: Mapping[bytes, Sequence[Window]]) -> Walk[Any]:  # Any: of edges that are still to come
    return Walk(depth=dict.fromkeys(subjects, 0), windows=dict(subjects))


def _onward(kind: str, since: int, until: int | None, windows: Sequence[Window]) -> Sequence[Window]:
    """The windows of the child that an edge opens, going forward; none: the edge is not taken."""
    if kind in STAYS:
        # Out of a tank is not off it: the stay of pooled goods lasts until a cleaning clips it.
        stay = (since, ALWAYS[1] if until is None or kind == POOLED else until)
        return (stay,) if windows is _EVER else [both for window in windows if (both := _overlap(stay, window))]
    if kind in MAKING:
        if windows is _EVER:
            return _EVER
        for start, end in windows:
            if start <= since <= end:
                return _EVER
    return ()


def _inward(edge: Edge, windows: Sequence[Window], cleanings: Mapping[bytes, list[int]]) -> Sequence[Window]:
    """The windows of the parent, going backward. A tank at a moment holds all since it was last cleaned."""
    if edge.kind in (WITHIN, SEEN):
        stay = (edge.since, ALWAYS[1] if edge.until is None else edge.until)
        return [both for window in windows if (both := _overlap(stay, window))]
    if edge.kind == POOLED:
        return [
            (edge.since, end)
            for start, end in windows
            if _since_cleaned(cleanings.get(edge.child, ()), end) <= edge.since <= end
        ]
    if edge.kind == INPUT:
        return [(edge.since, edge.since)]
    return _EVER if edge.kind in MAKING else []


def _cleanings(edges: Iterable[Leads]) -> Mapping[bytes, list[int]]:
    found: dict[bytes, list[int]] = {}
    for edge in edges:
        if edge.kind == CLEANED:
            found.setdefault(edge.child, []).append(edge.since)
    return found


def _clipped(windows: Sequence[Window], cleanings: Sequence[int]) -> Sequence[Window]:
    """Each window ends at the next cleaning."""
    return [(start, min([end, *(moment for moment in cleanings if moment > start)])) for start, end in windows]


def _since_cleaned(cleanings: Sequence[int], end: int) -> int:
    return max((moment for moment in cleanings if moment < end), default=ALWAYS[0])


def _also(known: Sequence[Window], hit: Sequence[Window]) -> Sequence[Window]:
    return known if known is _EVER or hit == known else hit if hit is _EVER else [*known, *hit]


def _note(walk: Walk[E], edge: E, here: bytes, there: bytes) -> None:
    walk.edges.append(edge)
    if edge.kind == INPUT:
        walk.nodes.add(edge.child)
    elif edge.kind == OUTPUT:
        walk.nodes.add(edge.parent)
    depth = walk.depth[here] + (there not in walk.nodes)
    if walk.depth.setdefault(there, depth) > depth:
        walk.depth[there] = depth


def _news(walk: Walk[E], reached: Mapping[bytes, Sequence[Window]]) -> dict[bytes, Sequence[Window]]:
    """What has to be followed further: things not seen before, or containers at times not seen before."""
    news: dict[bytes, Sequence[Window]] = {}
    for key, windows in reached.items():
        known = walk.windows.get(key)
        merged = windows if len(windows) == 1 else _EVER if ALWAYS in windows else _merged(windows)
        if known is None:
            news[key] = walk.windows[key] = merged
            continue
        fresh = [window for window in merged if not any(a <= window[0] and window[1] <= b for a, b in known)]
        if fresh:
            walk.again = True
            walk.windows[key] = _merged([*known, *fresh])
            news[key] = fresh
    return news


def _overlap(one: Window, other: Window) -> Window | None:
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start <= end else None


def _merged(windows: Iterable[Window]) -> list[Window]:
    merged: list[Window] = []
    for start, end in sorted(windows):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _edges(cursor: CursorWrapper, sql: str, keys: Iterable[bytes], same: Same) -> list[Edge]:
    one = same.setdefault
    edges = [
        Edge(one(log, log), one(record, record), one(kind, kind), one(parent, parent), one(child, child),
             one(quantity, quantity), one(unit, unit), one(since, since), sequence, one(until, until), instance)
        for log, record, kind, parent, child, quantity, unit, since, sequence, until, instance
        in each_in(cursor, sql, keys)
    ]  # fmt: skip
    edges.sort(key=_SINCE)
    return edges


def each_in(cursor: CursorWrapper, sql: str, keys: Iterable[bytes]) -> Iterator[tuple[Any, ...]]:
    """As `select_in`, but never the rows of very many keys in memory at once."""
    return chain.from_iterable(select_in(cursor, sql, part) for part in chunks(list(keys), AT_ONCE))
