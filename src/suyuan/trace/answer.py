"""The trace: one question, both directions, with stock and parties. The statements grow with its depth, not its
width.
"""

from collections import defaultdict
from collections.abc import Iterable, KeysView, Mapping, Sequence
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import cast

from django.db import connection
from django.db.backends.utils import CursorWrapper

from suyuan.catalog.directory import Directory, directory
from suyuan.genealogy import search
from suyuan.genealogy.edges import Edge
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import COUNT
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.trace.contents import Contents
from suyuan.trace.gaps import gaps_of, not_adding_up
from suyuan.trace.hands import deeds_of, in_time, moves_in, parties_of, records_of
from suyuan.trace.linked import began_with
from suyuan.trace.lying import lying
from suyuan.trace.origins import Origins
from suyuan.trace.resolve import GOODS, Candidate, resolve
from suyuan.trace.values import ONE, SINGLE, Found, Lying, Names, Reach, Trace, names_of

__all__ = ["Found", "Lying", "Trace", "find", "trace"]


def find(query: str) -> list[Candidate]:
    """Subjects for a typed or scanned text. Refused (trace.unknown) where nothing of that name was ever recorded."""
    candidates = resolve(query)
    if not candidates:
        raise Refused([Problem("trace.unknown", "query", {"query": query[:100]})])
    return candidates


def trace(query: str, subjects: Sequence[Candidate], *, now: datetime) -> Trace:
    """Answer for the subjects of one query; a document stands for the goods its events name, an item for its lots."""
    who = directory()
    same: search.Same = {}
    with connection.cursor() as cursor:
        started = start(cursor, subjects, who)
        onward = search.forward(cursor, started, same)
        members = search.members(cursor, [subject.key for subject in subjects if subject.kind == "lot"])
        inward = search.backward(cursor, started | {key: [search.ALWAYS] for key in members}, same)
        forward, backward = onward.goods(), inward.goods()
        names = names_of(cursor, {**forward, **backward, **started}, same)
        roots = set(started)
        answer = Trace(query, _told(subjects, started, names), uris=names.uris, edges=_both(onward, inward))
        answer.cleaned = sorted({*onward.cleaned, *inward.cleaned})
        answer.backward = _found(backward, roots | members, names, search.put_in(inward.edges))
        lots = [key for key in forward if key not in roots and names.kinds.get(key) not in SINGLE]
        answer.forward = _found(forward, roots, names, search.made(cursor, lots))
        reach = _reach(roots, members, forward, backward, names)
        del onward, inward, forward, backward, lots  # all that follows is as large once more
        _tell_events(cursor, answer, subjects, started, reach, names, who, same)
        answer.stock = lying(cursor, reach.goods, names, who, now, same)
        return answer


def _both(onward: search.Walk[Edge], inward: search.Walk[Edge]) -> list[Edge]:
    """The edges of both walks, each once, in an order that is always the same."""
    if inward.edges and onward.edges:
        return sorted({*onward.edges, *inward.edges})
    return sorted(onward.edges or inward.edges)


def _reach(
    roots: set[bytes], members: set[bytes], forward: Mapping[bytes, int], backward: Mapping[bytes, int], names: Names
) -> Reach:
    known, containers = names.uris.keys(), names.containers()
    ahead = _in_turn(chain(roots, (key for key in forward if key in known)))
    behind = _in_turn(chain(roots, members, (key for key in backward if key in known)))
    goods = _in_turn(key for key in ahead if key in known and (key in roots or key not in containers))
    return Reach(roots, ahead, behind, goods, frozenset((behind & known) - containers), containers)


def _in_turn(keys: Iterable[bytes]) -> KeysView[bytes]:
    """A set that keeps its order."""
    return dict.fromkeys(keys).keys()


def _tell_events(
    cursor: CursorWrapper,
    answer: Trace,
    subjects: Sequence[Candidate],
    started: Mapping[bytes, Sequence[search.Window]],
    reach: Reach,
    names: Names,
    who: Directory,
    same: search.Same,
) -> None:
    """Parties, records and gaps: what the events around the goods add."""
    sources = search.around(cursor, reach.behind) | (reach.behind & reach.containers)
    boxes = _in_turn(key for key in reach.ahead if key in reach.containers and key not in sources)
    inside = Contents(
        chain(
            search.contents(cursor, sources, same),
            (edge for edge in answer.edges if edge.child in boxes),
            search.taken_out(cursor, boxes, same),
        ),
        moves_in(cursor, chain(sources, boxes), same),
    )
    onward = [key for key in reach.ahead if key not in reach.behind and key not in sources]
    told = deeds_of(cursor, onward, chain(reach.behind, sources), same)
    same.clear()  # nothing is shared any more, and it has grown as large as what it shared
    deeds = in_time(told, subjects, started, reach.containers)
    origins = Origins()
    answer.parties = parties_of(deeds, told, reach, inside, who, origins)
    answer.records = records_of(answer.edges, deeds, reach.roots, reach.ahead | reach.behind, inside)
    del told, inside  # the largest parts, which nothing asks for any more
    answer.gaps = gaps_of(answer, names, deeds, reach, origins)
    answer.gaps += not_adding_up(cursor, answer, (reach.goods | reach.behind) - reach.containers)
    answer.began = began_with(answer.edges, deeds, reach.roots, origins)


def start(cursor: CursorWrapper, subjects: Sequence[Candidate], who: Directory) -> dict[bytes, list[search.Window]]:
    """Where the search begins: an item with all its lots, a document with the goods of its events, a container in its
    last use.
    """
    started: dict[bytes, list[search.Window]] = {}
    for subject in subjects:
        started[subject.key] = [search.ALWAYS]
    # An item stands for those merged with it, too: it is one thing by whichever name.
    items = [key16(uri) for s in subjects if s.kind == "item" for uri in who.family(s.uri)]
    for key in items:
        started.setdefault(key, [search.ALWAYS])
    for (key,) in select_in(cursor, "SELECT id FROM ledger_identifier WHERE item {keys}", items):
        started.setdefault(cast(bytes, key), [search.ALWAYS])
    documents = [s.key for s in subjects if s.kind not in GOODS]
    for key in documents:
        del started[key]
    sql = (
        "SELECT DISTINCT g.identifier, r.event_time, n.kind FROM ledger_eventitem d "
        "JOIN ledger_eventitem g ON g.record = d.record AND g.log = d.log "
        "JOIN ledger_record r ON r.id = g.record AND r.log = g.log "
        "JOIN ledger_identifier n ON n.id = g.identifier AND n.log = g.log "
        "WHERE g.role IN ('epc', 'parent', 'child', 'input', 'output') AND d.identifier {keys}"
    )
    for key, at, kind in select_in(cursor, sql, documents):
        # A container stands for what was in it when the event named it.
        window = (cast(int, at), cast(int, at)) if kind == "container" else search.ALWAYS
        windows = started.setdefault(cast(bytes, key), [])
        if window not in windows:
            windows.append(window)
    for key, window in search.last_use(cursor, [s.key for s in subjects if s.kind == "container"]).items():
        started[key] = [window]
    return started


def _told(subjects: Sequence[Candidate], started: Iterable[bytes], names: Names) -> list[Candidate]:
    """What the answer speaks of: what was asked for, and the goods it stands for."""
    asked = {subject.key: subject for subject in subjects}
    others = [Candidate(names.uris[key], names.kinds[key]) for key in started if key not in asked and key in names.uris]
    kept = [asked[key] for key in started if key in asked]
    return [*kept, *sorted(others, key=lambda candidate: candidate.uri)]


_NOBODY_SAID: search.Sum = (None, "")


def _found(
    depths: Mapping[bytes, int], roots: set[bytes], names: Names, amounts: Mapping[bytes, search.Sum]
) -> list[Found]:
    """By depth, then by name."""
    levels: dict[int, list[Found]] = defaultdict(list)
    for key, depth in depths.items():
        uri = names.uris.get(key)
        if uri is None or key in roots:
            continue
        kind = names.kinds[key]
        quantity, unit = (ONE, COUNT) if kind in SINGLE else amounts.get(key, _NOBODY_SAID)
        levels[depth].append(Found(key, uri, kind if kind in GOODS else "lot", depth, quantity, unit))
    return [found for depth in sorted(levels) for found in sorted(levels[depth], key=attrgetter("uri"))]
