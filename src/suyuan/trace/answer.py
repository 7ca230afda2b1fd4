"""The trace: one question, both directions, with stock and parties. The statements grow with its depth, not its
width.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from msgspec import Struct
from msgspec import json as msgspec_json

from suyuan.catalog.directory import Directory, directory
from suyuan.catalog.rules import gln_of
from suyuan.genealogy import search
from suyuan.genealogy.edges import INPUT, MEMBER, OUTPUT, STAYS, Edge
from suyuan.gs1.problems import Problem, Refused, distinct
from suyuan.gs1.quantities import COUNT, decimal_text, unscaled
from suyuan.ledger.bulk import by_index, select_in
from suyuan.ledger.keys import key16
from suyuan.stock.book import BLOCKING, PACKED, PARTY, WAYS
from suyuan.stock.facts import OWN
from suyuan.trace.parties import Contents, Deed, Move, Said, Share, customers, makers, moves, suppliers
from suyuan.trace.resolve import GOODS, Candidate, resolve

ONE = 1_000_000
BEGINNING = STAYS | {OUTPUT, MEMBER}
SINGLE = frozenset({"serial", "container"})


class Found(Struct, frozen=True, gc=False):
    """One thing reached: how many steps away, and how much of it (millionths; None where nobody said)."""

    key: bytes
    uri: str
    kind: str
    depth: int
    quantity: int | None
    unit: str


class Lying(Struct, frozen=True, gc=False):
    """Goods of ours: where the outermost container stands, the innermost container, how much, in which state."""

    key: bytes
    uri: str
    place: str
    container: str | None
    quantity: int
    unit: str
    status: str
    under_way: bool


@dataclass(slots=True)
class Trace:
    """The whole answer. `edges` are the steps that were followed; `records` the events that drew them, name the
    subjects or handed goods over, in the order they happened.
    """

    query: str
    subjects: list[Candidate]
    backward: list[Found] = field(default_factory=list)
    forward: list[Found] = field(default_factory=list)
    stock: list[Lying] = field(default_factory=list)
    parties: list[tuple[Share, str]] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    records: list[tuple[str, bytes]] = field(default_factory=list)
    gaps: list[Problem] = field(default_factory=list)
    uris: dict[bytes, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called, and what they are."""

    uris: dict[bytes, str]
    kinds: dict[bytes, str]

    def containers(self) -> set[bytes]:
        return {key for key, kind in self.kinds.items() if kind == "container"}


@dataclass(frozen=True, slots=True)
class Reach:
    """Which things an answer is about. `ahead` and `behind` begin with the subjects themselves; `goods` are those ahead
    that are no containers, but for the subjects; `solid` those behind that are none.

    Views of dictionaries keep the order of the walk, which goes by time: rows written together are read together.
    """

    roots: set[bytes]
    ahead: KeysView[bytes]
    behind: KeysView[bytes]
    goods: KeysView[bytes]
    solid: frozenset[bytes]
    containers: set[bytes]


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
        started = _start(cursor, subjects, who)
        onward = search.forward(cursor, started, same)
        members = search.members(cursor, [subject.key for subject in subjects if subject.kind == "lot"])
        inward = search.backward(cursor, started | {key: [search.ALWAYS] for key in members}, same)
        forward, backward = onward.goods(), inward.goods()
        names = _names(cursor, {**forward, **backward, **started}, same)
        roots = set(started)
        answer = Trace(query, _told(subjects, started, names), uris=names.uris, edges=_both(onward, inward))
        answer.backward = _found(backward, roots | members, names, search.put_in(inward.edges))
        lots = [key for key in forward if key not in roots and names.kinds.get(key) not in SINGLE]
        answer.forward = _found(forward, roots, names, search.made(cursor, lots))
        reach = _reach(roots, members, forward, backward, names)
        del onward, inward, forward, backward, lots  # all that follows is as large once more
        _tell_events(cursor, answer, subjects, started, reach, names, who, same)
        answer.stock = _stock(cursor, reach.goods, names, who, now, same)
        return answer


def _both(onward: search.Walk, inward: search.Walk) -> list[Edge]:
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
        _moves(cursor, chain(sources, boxes), same),
    )
    onward = [key for key in reach.ahead if key not in reach.behind and key not in sources]
    told = _deeds(cursor, onward, chain(reach.behind, sources), same)
    same.clear()  # nothing is shared any more, and it has grown as large as what it shared
    deeds = _in_time(told, subjects, started, reach.containers)
    answer.parties = _parties(deeds, told, reach, inside, who)
    answer.records = _records(answer.edges, deeds, reach.roots, reach.ahead | reach.behind, inside)
    answer.gaps = _gaps(answer, names, deeds, reach.behind)


def _start(cursor: CursorWrapper, subjects: Sequence[Candidate], who: Directory) -> dict[bytes, list[search.Window]]:
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


_NAMES = "SELECT id, uri, kind FROM ledger_identifier WHERE"


def _names(cursor: CursorWrapper, keys: Iterable[bytes], same: search.Same) -> Names:
    names, one = Names({}, {}), same.setdefault
    for row_key, uri, kind in search.each_in(cursor, by_index(cursor.db, _NAMES, "id"), keys):
        key = one(row_key, row_key)
        if key not in names.uris:
            names.uris[key], names.kinds[key] = uri, one(kind, kind)
    return names


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


# -- where it is -------------------------------------------------------------------------------------------------------

# What lies in a container that somebody else has is left out here: of goods that were sold it is nearly all.
_NEAR = (
    "SELECT subject, holder, kind, owner, status, quantity, second, log FROM stock_balance "
    "WHERE quantity > 0 AND kind <> 'party' AND"
)
_BOXES = "(SELECT DISTINCT holder FROM near WHERE kind = 'container')"
_GONE = "SELECT subject FROM stock_balance WHERE quantity > 0 AND kind = 'party' AND"
_BALANCES = (
    "WITH near AS MATERIALIZED ({near}), gone AS MATERIALIZED ({gone}) "
    "SELECT b.subject, b.holder, b.kind, b.owner, b.status, b.quantity, b.second, "
    "s.unit, s.second_unit, s.blocks, s.expiry, b.log "
    "FROM near b JOIN stock_subject s ON s.subject = b.subject AND s.log = b.log "
    "WHERE b.kind <> 'container' OR b.holder NOT IN (SELECT subject FROM gone)"
)


def _balances(db: BaseDatabaseWrapper) -> str:
    gone = by_index(db, _GONE, "subject").replace("{each}", _BOXES).replace("{keys}", f"IN {_BOXES}")
    return _BALANCES.format(near=by_index(db, _NEAR, "subject"), gone=gone)


def _stock(
    cursor: CursorWrapper, goods: Iterable[bytes], names: Names, who: Directory, now: datetime, same: search.Same
) -> list[Lying]:
    @cache
    def state_of(status: str, blocks: str, expiry: int | None, log: str) -> str:
        return _state(status, blocks, expiry, _today(who, log, now))

    lies = []
    one = same.setdefault
    for row in search.each_in(cursor, _balances(cursor.db), goods):
        subject, holder, kind, owner, status, first, second, unit, second_unit, blocks, expiry, log = row
        if kind != PACKED and owner != OWN:
            continue
        state = state_of(status, blocks, expiry, log)
        amount, shown = (first, unit) if first else (second, second_unit)
        lies.append((one(subject, subject), one(holder, holder), one(kind, kind), state, amount, one(shown, shown)))
    outer = _outer(cursor, {holder for _, holder, kind, *_ in lies if kind == PACKED})
    places = {holder for _, holder, *_ in lies} | {root for root, _, _ in outer.values()}
    found = _names(cursor, places - names.uris.keys(), same)
    sums: dict[tuple[bytes, str, str | None, str, str, bool], int] = defaultdict(int)
    for subject, holder, kind, state, amount, shown in lies:
        at = _ours(holder, kind, outer)
        if at is not None:
            place = _uri(names, found, at[0]) or ""
            container = _uri(names, found, holder) if kind == PACKED else None
            sums[subject, place, container, shown or COUNT, state, at[1]] += amount
    return sorted(
        [
            Lying(key, names.uris[key], place, container, amount, unit, state, under_way)
            for (key, place, container, unit, state, under_way), amount in sums.items()
        ],
        key=lambda lying: (lying.uri, lying.place, lying.container or "", lying.status),
    )


def _uri(names: Names, others: Names, key: bytes) -> str | None:
    return names.uris.get(key) or others.uris.get(key)


def _ours(holder: bytes, kind: str, outer: Mapping[bytes, tuple[bytes, str, bytes]]) -> tuple[bytes, bool] | None:
    """Where goods of ours stand, or the outermost container around them, and whether they are under way; None where
    that is not ours.
    """
    root, kind, owner = outer.get(holder, (holder, kind, b"")) if kind == PACKED else (holder, kind, OWN)
    return None if owner != OWN or kind in (PARTY, PACKED) else (root, kind in WAYS)


def _outer(cursor: CursorWrapper, containers: Iterable[bytes]) -> dict[bytes, tuple[bytes, str, bytes]]:
    """For each container the holder of the outermost one around it, what that is, and whose the outermost one is."""
    stands: dict[bytes, tuple[bytes, str, bytes]] = {}
    asked = set(containers)
    while asked:
        sql = "SELECT subject, holder, kind, owner FROM stock_balance WHERE quantity > 0 AND subject {keys}"
        found = {
            cast(bytes, s): (cast(bytes, h), cast(str, k), cast(bytes, o))
            for s, h, k, o in select_in(cursor, sql, asked)
        }
        stands |= found
        asked = {holder for holder, kind, _ in found.values() if kind == PACKED} - set(stands)
    answer = {}
    for container in stands:
        holder, kind, owner = stands[container]
        seen = {container}
        while kind == PACKED and holder in stands and holder not in seen:
            seen.add(holder)
            holder, kind, owner = stands[holder]
        answer[container] = (holder, kind, owner)
    return answer


def _today(who: Directory, log: str, now: datetime) -> int:
    warehouse = who.warehouses.get(log)
    return (now.astimezone(ZoneInfo(warehouse.time_zone)) if warehouse else now).toordinal()


def _state(status: str, blocks: str, expiry: int | None, today: int) -> str:
    """The strictest of what is said of the goods."""
    dispositions = set(cast(dict[str, str], msgspec_json.decode(blocks)).values()) if blocks else set()
    laid = {BLOCKING[disposition] for disposition in dispositions}
    for state in ("recalled", "held"):
        if state in laid:
            return state
    if status == "rejected":
        return status
    if expiry is not None and expiry < today:
        return "expired"
    return "released" if status == "-" else status


# -- who had it --------------------------------------------------------------------------------------------------------

# Steps inside a house: whatever they do, the goods change hands by another one.
INSIDE = (
    "assembling", "commissioning", "creating_class_instance", "cycle_counting", "disassembling", "encoding",
    "inspecting", "installing", "packing", "picking", "repackaging", "repairing", "replacing", "sampling",
    "sensor_reporting", "storing", "stock_taking", "unpacking",
)  # fmt: skip
_SAID = "SELECT i.record, i.identifier, i.role, i.quantity, i.unit FROM ledger_eventitem i "
_ALL_SAID = _SAID + "WHERE i.role <> 'input' AND"
_HANDED_ON = (
    f"{_SAID} JOIN ledger_record r ON r.id = i.record AND r.log = i.log "
    f"WHERE r.biz_step NOT IN ({', '.join(repr(step) for step in INSIDE)}) AND"
)
_EVENTS = (
    "SELECT r.id, r.log, r.biz_step, r.disposition, r.action, r.event_time, COALESCE(r.biz_location, r.read_point) "
    "FROM ledger_record r WHERE r.kind = 'epcis' AND r.declares IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM ledger_record d WHERE d.declares = r.id) AND"
)
_PARTIES = "SELECT record, role, identifier FROM ledger_eventitem WHERE (role LIKE 'from.%%' OR role LIKE 'to.%%') AND"


def _deeds(cursor: CursorWrapper, ahead: Iterable[bytes], behind: Iterable[bytes], same: search.Same) -> list[Deed]:
    """The events that name goods: of those `behind` all but what they were put into, of which there may be no end; of
    those `ahead` the ones that may have taken them to somebody else.
    """
    one = same.setdefault
    said: dict[bytes, dict[bytes, Said]] = {}
    handed_on, all_said = (by_index(cursor.db, sql, "i.identifier") for sql in (_HANDED_ON, _ALL_SAID))
    told = chain(search.each_in(cursor, handed_on, ahead), search.each_in(cursor, all_said, behind))
    for record, row_key, role, quantity, unit in told:
        named = said.setdefault(one(record, record), {})
        key = one(row_key, row_key)
        old = named.get(key)
        more = old[1] if old and old[1] and quantity and unit == old[2] else 0
        heard = (role, quantity + more if more else quantity, unit)
        named[key] = one(heard, heard)
    deeds: dict[bytes, Deed] = {}
    places: dict[bytes, bytes] = {}
    for row in search.each_in(cursor, by_index(cursor.db, _EVENTS, "r.id"), said):
        record, log, step, disposition, action, at, place = [one(value, value) for value in row]
        deeds[record] = Deed(record, log, step, disposition, action, at, said[record])
        if place:
            places[record] = place
    parties: dict[bytes, tuple[tuple[str, bytes], ...]] = defaultdict(tuple)
    for record, role, party in search.each_in(cursor, by_index(cursor.db, _PARTIES, "record"), deeds):
        both = (*parties[record], (one(role, role), one(party, party)))
        parties[one(record, record)] = one(both, both)
    uris = _names(cursor, {*places.values(), *(key for pairs in set(parties.values()) for _, key in pairs)}, same).uris

    @cache
    def side(pairs: tuple[tuple[str, bytes], ...], prefix: str) -> Mapping[str, str]:
        return {role.removeprefix(prefix): uris[key] for role, key in pairs if role.startswith(prefix) and key in uris}

    for record, pairs in parties.items():
        deeds[record].senders, deeds[record].recipients = side(pairs, "from."), side(pairs, "to.")
    for record, place in places.items():
        deeds[record].place = uris.get(place)
    return list(deeds.values())


def _in_time(
    deeds: Sequence[Deed],
    subjects: Sequence[Candidate],
    started: Mapping[bytes, Sequence[search.Window]],
    containers: set[bytes],
) -> list[Deed]:
    """Containers count only in the use that was asked for: one that was asked for itself from its last filling on, one
    that a document names when it names it.
    """
    asked = {subject.key for subject in subjects}
    boxes = {key: windows for key, windows in started.items() if key in containers}
    if not boxes:
        return list(deeds)

    def counts(key: bytes, at: int) -> bool:
        return key not in boxes or any(start <= at and (at <= end or key in asked) for start, end in boxes[key])

    kept = [replace(deed, named={k: said for k, said in deed.named.items() if counts(k, deed.at)}) for deed in deeds]
    return [deed for deed in kept if deed.named]


def _parties(
    deeds: Sequence[Deed], told: Sequence[Deed], reach: Reach, inside: Contents, who: Directory
) -> list[tuple[Share, str]]:
    @cache
    def ours(uri: str | None) -> bool:
        return uri is not None and (gln_of(uri) or "") in who.glns

    @cache
    def same(uri: str) -> str:
        partner = who.partner_of(uri)
        return partner.uri if partner else gln_of(uri) or uri

    shares = [
        *customers(deeds, reach.goods, inside, ours, same),
        *suppliers(told, reach.solid, inside, ours, same),
        *makers(told, reach.solid, ours, same),
    ]
    return [(share, share.unit) for share in shares]


_MOVES = "SELECT holder, subject, record, at, quantity + second FROM stock_posting WHERE"


def _moves(cursor: CursorWrapper, boxes: Iterable[bytes], same: search.Same) -> Iterator[Move]:
    """How the content of containers changed."""
    one = same.setdefault
    for holder, subject, record, at, amount in search.each_in(cursor, by_index(cursor.db, _MOVES, "holder"), boxes):
        yield holder, subject, one(record, record), one(at, at), amount


_HAPPENED = attrgetter("since", "log", "record")


def _records(
    edges: Sequence[Edge], deeds: Sequence[Deed], roots: set[bytes], goods: Set[bytes], inside: Contents
) -> list[tuple[str, bytes]]:
    """The events of the answer in the order they happened: those that drew its steps, those that name the subjects,
    those that moved goods between parties.
    """
    drawn: set[tuple[int, str, bytes]] = set(map(_HAPPENED, edges))
    named = {
        (deed.at, deed.log, deed.record)
        for deed in deeds
        if not roots.isdisjoint(deed.named) or ((deed.senders or deed.recipients) and moves(deed, goods, inside))
    }
    return [(log, record) for _, log, record in sorted(drawn | named)]


def _gaps(answer: Trace, names: Names, deeds: Sequence[Deed], behind: Set[bytes]) -> list[Problem]:
    """Where the chain is broken: goods that come from nowhere, and steps that time makes impossible."""
    uris = names.uris
    began: set[bytes] = set()
    made: dict[bytes, int] = {}
    for edge in answer.edges:
        if edge.kind == OUTPUT:
            made[edge.child] = min(edge.since, made.get(edge.child, edge.since))
        if edge.child in behind and edge.kind in BEGINNING:
            began.add(edge.child)
    for deed in deeds:
        if deed.step == "receiving" or (deed.step == "shipping" and deed.senders):
            began.update(deed.named)
        elif deed.action == "ADD":
            began.update(key for key, (role, _, _) in deed.named.items() if role == "epc")
    problems = [
        Problem("trace.no_origin", uris[key], {"goods": uris[key]})
        for key in sorted(behind - began)
        if key in uris and names.kinds[key] in ("lot", "serial")
    ]
    early = [e for e in answer.edges if e.kind == INPUT and e.since < made.get(e.parent, e.since) and e.parent in uris]
    problems += [Problem("trace.used_before_made", uris[edge.parent], {"goods": uris[edge.parent]}) for edge in early]
    return distinct([*problems, *_moved_without_unpacking(answer.edges, uris)])


def _moved_without_unpacking(edges: Sequence[Edge], uris: Mapping[bytes, str]) -> list[Problem]:
    """Serials and containers that were put into another container while, by the events, still in the first."""
    ended = [(edge, edge.until) for edge in edges if edge.until is not None and edge.kind in STAYS]
    if not ended:
        return []
    begun = {(edge.parent, edge.since): edge.child for edge in edges if edge.instance and edge.kind in STAYS}
    return [
        Problem("trace.not_unpacked", uris[edge.parent], {"goods": uris[edge.parent], "container": uris[edge.child]})
        for edge, until in ended
        if begun.get((edge.parent, until), edge.child) != edge.child and edge.parent in uris and edge.child in uris
    ]


# -- as JSON -----------------------------------------------------------------------------------------------------------


class _OnlyId(Struct):
    eventID: str | None = None  # the standard's spelling


def event_ids(records: Sequence[tuple[str, bytes]]) -> list[str]:
    """The eventIDs of records, as given; a record whose event came without one has its key in hexadecimal."""
    read = msgspec_json.Decoder(_OnlyId)
    with connection.cursor() as cursor:
        rows = search.each_in(cursor, "SELECT id, body FROM ledger_body WHERE id {keys}", [key for _, key in records])
        ids = {key: read.decode(body).eventID for key, body in rows}
    return [ids.get(record) or record.hex() for _, record in records]


def as_json(answer: Trace, gaps: Sequence[str]) -> dict[str, Any]:
    """The answer in the shape that `suyuan trace --json` prints; `gaps` are its gaps as sentences."""

    def found(rows: Sequence[Found]) -> list[dict[str, Any]]:
        return [
            {"id": f.uri, "kind": f.kind, "depth": f.depth, "quantity": _text(f.quantity), "unit": f.unit or None}
            for f in rows
        ]

    return {
        "query": answer.query,
        "subjects": [subject.uri for subject in answer.subjects],
        "backward": found(answer.backward),
        "forward": found(answer.forward),
        "stock": [
            {
                "id": s.uri,
                "place": s.place,
                "container": s.container,
                "quantity": _text(s.quantity),
                "unit": s.unit,
                "status": s.status,
            }
            for s in answer.stock
        ],
        "parties": [
            {
                "party": share.party,
                "role": share.role,
                "ids": sorted(answer.uris.get(key, key.hex()) for key in share.ids),
                "quantity": _text(share.quantity),
                "unit": unit,
            }
            for share, unit in answer.parties
        ],
        "events": list(dict.fromkeys(event_ids(answer.records))),
        "gaps": list(gaps),
    }


def _text(quantity: int | None) -> str | None:
    return None if quantity is None else decimal_text(unscaled(quantity))
