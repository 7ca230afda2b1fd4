"""Pure: which hits the times of the events make impossible.

Lots are never pruned by time, since a customer sees only the label; so an answer may name goods that, by the times
recorded, can have had nothing to do with the subject. They stay in the answer, marked.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from heapq import heapify, heappop, heappush
from itertools import chain
from operator import attrgetter

from suyuan.genealogy.edges import INPUT, MEMBER, OUTPUT, POOLED, STAYS, Edge

PARENT, CHILD = attrgetter("parent"), attrgetter("child")
LONG_AGO, ONE_DAY = -(2**62), 2**62
Step = Callable[[Edge, int], int | None]  # an edge and the moment at its one end → that at the other; None: impossible


def first_seen(edges: Iterable[Edge], goods: Set[bytes], told: Iterable[tuple[bytes, int]]) -> dict[bytes, int]:
    """When these goods came into being or came here first: they were made, or `told` says so."""
    first: dict[bytes, int] = {}
    begun = ((edge.child, edge.since) for edge in edges if edge.kind == OUTPUT and edge.child in goods)
    for key, at in chain(begun, told):
        if at < first.get(key, ONE_DAY):
            first[key] = at
    return first


def is_in_order(edges: Sequence[Edge], first: Mapping[bytes, int]) -> bool:
    """Whether nothing of any goods was used, or left a container, before the last of them was there, and nothing was
    made of what is in a container: then no hit is impossible.

    Read off the edges in two goes, so that an answer in which all is as it should be pays for no search.
    """
    used: dict[bytes, int] = {}
    for edge in edges:
        at = edge.since if edge.kind == INPUT else edge.until
        if at is not None:
            used[edge.parent] = min(at, used.get(edge.parent, ONE_DAY))
    sound = all(at >= first.get(key, LONG_AGO) for key, at in used.items())
    return sound and not any(
        edge.child in used and (edge.kind in STAYS or (edge.kind == OUTPUT and edge.since > used[edge.child]))
        for edge in edges
    )


def impossible_ahead(edges: Iterable[Edge], roots: Set[bytes], first: Mapping[bytes, int]) -> set[bytes]:
    """What the subjects can't have gone into: they came to each of its sources after that had been used for it.

    Followed is the earliest moment at which something of the subjects can be in each thing.
    """

    def onward(edge: Edge, there: int) -> int | None:
        if edge.kind == INPUT:
            return edge.since if edge.since >= there else None
        if edge.kind in STAYS:
            gone = edge.until is not None and edge.kind != POOLED and edge.until < there
            return None if gone else max(there, edge.since)
        return edge.since if edge.kind == OUTPUT else there

    out = _by_end(edges, PARENT)
    started = {root: first.get(root, LONG_AGO) for root in roots}
    possible = _spread(out, started, CHILD, onward, 1)
    return {edge.child for several in out.values() for edge in several} - possible.keys()


def impossible_behind(edges: Iterable[Edge], roots: Set[bytes], first: Mapping[bytes, int]) -> set[bytes]:
    """What the subjects can't have come of: it came to each of their sources after that had been used for them, or was
    used before it was there.

    Followed is the latest moment at which something can still have got into each thing.
    """

    def inward(edge: Edge, there: int) -> int | None:
        if edge.kind == OUTPUT:
            return ONE_DAY if edge.since <= there else None  # every output depends on every input
        if edge.kind == INPUT:
            return edge.since if edge.since >= first.get(edge.parent, LONG_AGO) else None
        if edge.kind in STAYS:
            return None if edge.since > there else min(there, ONE_DAY if edge.until is None else edge.until)
        return there

    into = _by_end(edges, CHILD)
    started = dict.fromkeys(roots, ONE_DAY)
    possible = _spread(into, started, PARENT, inward, -1)
    return {edge.parent for several in into.values() for edge in several} - possible.keys()


def _by_end(edges: Iterable[Edge], end: Callable[[Edge], bytes]) -> dict[bytes, list[Edge]]:
    found: dict[bytes, list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.kind in STAYS or edge.kind in (INPUT, OUTPUT, MEMBER):
            found[end(edge)].append(edge)
    return found


def _spread(
    edges: Mapping[bytes, Sequence[Edge]],
    started: Mapping[bytes, int],
    end: Callable[[Edge], bytes],
    step: Step,
    sign: int,
) -> dict[bytes, int]:
    """From the subjects on, wherever a step is possible, the best moment first: the earliest (`sign` 1) or the latest
    (-1). What is reached anew at a better one is followed again; there are no more moments than edges, so it ends.
    """
    reached = dict(started)
    todo = [(sign * at, key) for key, at in started.items()]
    heapify(todo)
    while todo:
        best, here = heappop(todo)
        if best > sign * reached[here]:
            continue
        for edge in edges.get(here, ()):
            at, there = step(edge, reached[here]), end(edge)
            if at is not None and (there not in reached or sign * at < sign * reached[there]):
                reached[there] = at
                heappush(todo, (sign * at, there))
    return reached
