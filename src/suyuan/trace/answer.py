"""The trace: one question, both directions, with stock and parties. The statements grow with its depth, not its
width.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.backends.utils import CursorWrapper
from msgspec import Struct
from msgspec import json as msgspec_json

from suyuan.catalog.directory import Directory, directory
from suyuan.catalog.rules import gln_of
from suyuan.genealogy import search
from suyuan.genealogy.edges import INPUT, MEMBER, OUTPUT, STAYS, Edge
from suyuan.gs1.problems import Problem, Refused, distinct
from suyuan.gs1.quantities import COUNT, decimal_text, unscaled
from suyuan.ledger.bulk import select_in
from suyuan.stock.book import BLOCKING, PACKED, PARTY, WAYS
from suyuan.stock.facts import OWN
from suyuan.trace.parties import Contents, Deed, Move, Said, Share, customers, makers, moves, suppliers
from suyuan.trace.resolve import GOODS, Candidate, resolve

Name = tuple[str, str, bytes | None]  # URI, kind, item
Names = Mapping[bytes, Name]
ONE = 1_000_000
BEGINNING = STAYS | {OUTPUT, MEMBER}


@dataclass(frozen=True, slots=True)
class Found:
    """One thing reached: how many steps away, and how much of it (millionths; None where nobody said)."""

    key: bytes
    uri: str
    kind: str
    depth: int
    quantity: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class Lying:
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
    """The whole answer. `deeds` are the events that name the goods, `edges` the steps that were followed."""

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


def find(query: str) -> list[Candidate]:
    """Subjects for a typed or scanned text. Refused (trace.unknown) where nothing of that name was ever recorded."""
    candidates = resolve(query)
    if not candidates:
        raise Refused([Problem("trace.unknown", "query", {"query": query[:100]})])
    return candidates


def trace(query: str, subjects: Sequence[Candidate], *, now: datetime) -> Trace:
    """Answer for the subjects of one query; a document stands for the goods its events name, an item for its lots."""
    who = directory()
    with connection.cursor() as cursor:
        answer = Trace(query, list(subjects))
        started = _start(cursor, subjects)
        onward = search.forward(cursor, started)
        members = search.members(cursor, [subject.key for subject in subjects if subject.kind == "lot"])
        inward = search.backward(cursor, started | {key: [search.ALWAYS] for key in members})
        forward, backward = onward.goods(), inward.goods()
        names = _names(cursor, {*forward, *backward, *started})
        answer.uris = {key: uri for key, (uri, _, _) in names.items()}
        answer.edges = sorted(onward.edges | inward.edges)
        roots = set(started)
        answer.subjects = _told(subjects, started, names)
        answer.backward = _found(backward, roots | members, names, search.put_in(inward.edges))
        made = search.made(cursor, [key for key in forward if key not in roots])
        answer.forward = _found(forward, roots, names, made)
        ahead = frozenset(roots | {found.key for found in answer.forward})
        behind = frozenset(roots | members | {found.key for found in answer.backward})
        goods = frozenset(key for key in ahead if key in names and (names[key][1] != "container" or key in roots))
        answer.stock = _stock(cursor, goods, names, who, now)
        sources = search.around(cursor, behind) | {key for key in behind if _kind(names, key) == "container"}
        boxes = {key for key in ahead if _kind(names, key) == "container"} - sources
        inside = Contents(
            chain(
                search.contents(cursor, sources),
                (edge for edge in onward.edges if edge.child in boxes),
                search.taken_out(cursor, boxes),
            ),
            _moves(cursor, sources | boxes),
        )
        told = _deeds(cursor, ahead - behind - sources, behind | sources)
        deeds = _in_time(told, subjects, started, names)
        answer.parties = _parties(deeds, told, goods, behind, inside, names, who)
        answer.records = _records(answer.edges, deeds, roots, ahead | behind, inside)
        answer.gaps = _gaps(answer, names, deeds, behind)
        return answer


def _start(cursor: CursorWrapper, subjects: Sequence[Candidate]) -> dict[bytes, list[search.Window]]:
    """Where the search begins: an item with all its lots, a document with the goods of its events, a container in its
    last use.
    """
    started: dict[bytes, list[search.Window]] = {}
    for subject in subjects:
        started[subject.key] = [search.ALWAYS]
    items = [s.key for s in subjects if s.kind == "item"]
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


def _kind(names: Names, key: bytes) -> str:
    return names[key][1] if key in names else ""


def _told(subjects: Sequence[Candidate], started: Iterable[bytes], names: Names) -> list[Candidate]:
    """What the answer speaks of: what was asked for, and the goods it stands for."""
    asked = {subject.key: subject for subject in subjects}
    others = [Candidate(*names[key][:2]) for key in started if key not in asked and key in names]
    kept = [asked[key] for key in started if key in asked]
    return [*kept, *sorted(others, key=lambda candidate: candidate.uri)]


_NAMES = "SELECT id, uri, kind, item FROM ledger_identifier WHERE id {keys}"


def _names(cursor: CursorWrapper, keys: Iterable[bytes]) -> dict[bytes, Name]:
    """The names of things; one object for each kind and item, since every row comes with its own."""
    names: dict[bytes, Name] = {}
    same: dict[Any, Any] = {}
    for key, uri, kind, item in search.each_in(cursor, _NAMES, keys):
        if key not in names:
            names[key] = (uri, same.setdefault(kind, kind), same.setdefault(item, item))
    return names


def _found(
    depths: Mapping[bytes, int],
    roots: set[bytes],
    names: Names,
    amounts: Mapping[bytes, tuple[int | None, str]],
) -> list[Found]:
    rows = []
    for key, depth in depths.items():
        if key in roots or key not in names:
            continue
        uri, kind, _ = names[key]
        single = kind in ("serial", "container")
        quantity, unit = (ONE, COUNT) if single else amounts.get(key, (None, ""))
        rows.append(Found(key, uri, kind if kind in GOODS else "lot", depth, quantity, unit))
    return sorted(rows, key=lambda found: (found.depth, found.uri))


# -- where it is -------------------------------------------------------------------------------------------------------

_BALANCES = (
    "SELECT b.subject, b.holder, b.kind, b.owner, b.status, b.quantity, b.second, "
    "s.unit, s.second_unit, s.blocks, s.expiry, b.log "
    "FROM stock_balance b JOIN stock_subject s ON s.subject = b.subject AND s.log = b.log "
    "WHERE b.quantity > 0 AND b.kind <> 'party' AND NOT (b.kind = 'container' AND EXISTS ("
    "SELECT 1 FROM stock_balance c WHERE c.subject = b.holder AND c.quantity > 0 AND c.kind = 'party')) AND "
)


def _stock(cursor: CursorWrapper, goods: Iterable[bytes], names: Names, who: Directory, now: datetime) -> list[Lying]:
    rows = list(search.each_in(cursor, _BALANCES + "b.subject {keys}", goods))
    outer = _outer(cursor, [row[1] for row in rows if row[2] == PACKED])
    kept = [(row, at) for row in rows if (at := _ours(row, outer)) is not None]
    wanted = {key for row, (root, _) in kept for key in (row[1], root) if key not in names}
    found = _names(cursor, wanted)
    today = {log: _today(who, log, now) for log in {row[-1] for row, _ in kept}}
    sums: dict[tuple[bytes, str, str | None, str, str, bool], int] = defaultdict(int)
    for (subject, holder, kind, _, status, first, second, unit, second_unit, blocks, expiry, log), (root, way) in kept:
        place = _uri(names, found, root) or ""
        container = _uri(names, found, holder) if kind == PACKED else None
        state = _state(status, blocks, expiry, today[log])
        amount, shown = (first, unit) if first else (second, second_unit)
        sums[subject, place, container, shown or COUNT, state, way] += amount
    return sorted(
        (
            Lying(key, names[key][0], place, container, amount, unit, state, under_way)
            for (key, place, container, unit, state, under_way), amount in sums.items()
        ),
        key=lambda lying: (lying.uri, lying.place, lying.container or "", lying.status),
    )


def _uri(names: Names, others: Names, key: bytes) -> str | None:
    name = names.get(key) or others.get(key)
    return name[0] if name else None


def _ours(row: Sequence[Any], outer: Mapping[bytes, tuple[bytes, str, bytes]]) -> tuple[bytes, bool] | None:
    """Where the outermost container of a balance stands, and whether it is under way; None for what is not ours."""
    _, holder, kind, owner, *_ = row
    root, kind, owner = outer.get(holder, (holder, kind, owner)) if kind == PACKED else (holder, kind, owner)
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
_ALL_SAID = _SAID + "WHERE i.role <> 'input' AND i.identifier {keys}"
_HANDED_ON = (
    f"{_SAID} JOIN ledger_record r ON r.id = i.record AND r.log = i.log "
    f"WHERE r.biz_step NOT IN ({', '.join(repr(step) for step in INSIDE)}) AND i.identifier {{keys}}"
)
_EVENTS = (
    "SELECT r.id, r.log, r.biz_step, r.disposition, r.action, r.event_time, COALESCE(r.biz_location, r.read_point) "
    "FROM ledger_record r WHERE r.kind = 'epcis' AND r.declares IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM ledger_record d WHERE d.declares = r.id) AND r.id {keys}"
)
_PARTIES = (
    "SELECT record, role, identifier FROM ledger_eventitem "
    "WHERE (role LIKE 'from.%%' OR role LIKE 'to.%%') AND record {keys}"
)


def _deeds(cursor: CursorWrapper, ahead: Iterable[bytes], behind: Iterable[bytes]) -> list[Deed]:
    """The events that name goods: of those `behind` all but what they were put into, of which there may be no end; of
    those `ahead` the ones that may have taken them to somebody else.
    """
    same: dict[Any, Any] = {}
    said: dict[bytes, dict[bytes, Said]] = {}
    told = chain(search.each_in(cursor, _HANDED_ON, ahead), search.each_in(cursor, _ALL_SAID, behind))
    for record, key, role, quantity, unit in told:
        named = said.setdefault(record, {})
        old = named.get(key)
        more = old[1] if old and old[1] and quantity and unit == old[2] else 0
        named[key] = (same.setdefault(role, role), quantity + more if more else quantity, same.setdefault(unit, unit))
    deeds: dict[bytes, Deed] = {}
    places: dict[bytes, bytes] = {}
    for record, log, step, disposition, action, at, place in search.each_in(cursor, _EVENTS, said):
        deeds[record] = Deed(record, log, step, disposition, action, at, said[record])
        if place:
            places[record] = place
    parties = select_in(cursor, _PARTIES, deeds)
    names = _names(cursor, {*places.values(), *(row[2] for row in parties)})
    for record, role, party in parties:
        side, _, kind = role.partition(".")
        if party in names:
            (deeds[record].senders if side == "from" else deeds[record].recipients)[kind] = names[party][0]
    for record, place in places.items():
        deeds[record].place = names[place][0] if place in names else None
    return list(deeds.values())


def _in_time(
    deeds: Sequence[Deed],
    subjects: Sequence[Candidate],
    started: Mapping[bytes, Sequence[search.Window]],
    names: Names,
) -> list[Deed]:
    """Containers count only in the use that was asked for: one that was asked for itself from its last filling on, one
    that a document names when it names it.
    """
    asked = {subject.key for subject in subjects}
    boxes = {key: windows for key, windows in started.items() if _kind(names, key) == "container"}
    if not boxes:
        return list(deeds)

    def counts(key: bytes, at: int) -> bool:
        return key not in boxes or any(start <= at and (at <= end or key in asked) for start, end in boxes[key])

    kept = [replace(deed, named={k: said for k, said in deed.named.items() if counts(k, deed.at)}) for deed in deeds]
    return [deed for deed in kept if deed.named]


def _parties(
    deeds: Sequence[Deed],
    told: Sequence[Deed],
    goods: frozenset[bytes],
    behind: frozenset[bytes],
    inside: Contents,
    names: Names,
    who: Directory,
) -> list[tuple[Share, str]]:
    @cache
    def ours(uri: str | None) -> bool:
        return uri is not None and (gln_of(uri) or "") in who.glns

    @cache
    def same(uri: str) -> str:
        partner = who.partner_of(uri)
        return partner.uri if partner else gln_of(uri) or uri

    solid = frozenset(key for key in behind if key in names and names[key][1] != "container")
    shares = [
        *customers(deeds, goods, inside, ours, same),
        *suppliers(told, solid, inside, ours, same),
        *makers(told, solid, ours, same),
    ]
    return [(share, share.unit) for share in shares]


_MOVES = "SELECT holder, subject, record, at, quantity + second FROM stock_posting WHERE holder {keys}"


def _moves(cursor: CursorWrapper, boxes: Iterable[bytes]) -> Iterator[Move]:
    """How the content of containers changed."""
    return search.each_in(cursor, _MOVES, boxes)


def _records(
    edges: Sequence[Edge], deeds: Sequence[Deed], roots: set[bytes], goods: frozenset[bytes], inside: Contents
) -> list[tuple[str, bytes]]:
    """The events of the answer in the order they happened: those that drew its steps, those that name the subjects,
    those that moved goods between parties.
    """
    drawn = {(edge.since, edge.log, edge.record) for edge in edges}
    named = {
        (deed.at, deed.log, deed.record)
        for deed in deeds
        if not roots.isdisjoint(deed.named) or ((deed.senders or deed.recipients) and moves(deed, goods, inside))
    }
    return [(log, record) for _, log, record in sorted(drawn | named)]


def _gaps(answer: Trace, names: Names, deeds: Sequence[Deed], behind: frozenset[bytes]) -> list[Problem]:
    """Where the chain is broken: goods that come from nowhere, and steps that time makes impossible."""
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
        Problem("trace.no_origin", names[key][0], {"goods": names[key][0]})
        for key in sorted(behind)
        if key in names and key not in began and names[key][1] in ("lot", "serial")
    ]
    problems += [
        Problem("trace.used_before_made", names[edge.parent][0], {"goods": names[edge.parent][0]})
        for edge in answer.edges
        if edge.kind == INPUT and edge.since < made.get(edge.parent, edge.since) and edge.parent in names
    ]
    return distinct([*problems, *_moved_without_unpacking(answer.edges, names)])


def _moved_without_unpacking(edges: Sequence[Edge], names: Names) -> list[Problem]:
    """Serials and containers that were put into another container while, by the events, still in the first."""
    stays = [edge for edge in edges if edge.instance and edge.kind in STAYS]
    begun = {(edge.parent, edge.since): edge.child for edge in stays}
    return [
        Problem(
            "trace.not_unpacked",
            names[edge.parent][0],
            {"goods": names[edge.parent][0], "container": names[edge.child][0]},
        )
        for edge in edges
        if edge.until is not None
        and edge.kind in STAYS
        and begun.get((edge.parent, edge.until), edge.child) != edge.child
        and edge.parent in names
        and edge.child in names
    ]


# -- as JSON -----------------------------------------------------------------------------------------------------------


class _OnlyId(Struct):
    eventID: str | None = None  # the standard's spelling


def event_ids(records: Sequence[tuple[str, bytes]]) -> list[str]:
    """The eventIDs of records, as given; a record whose event came without one has its key in hexadecimal."""
    with connection.cursor() as cursor:
        rows = select_in(cursor, "SELECT id, body FROM ledger_body WHERE id {keys}", [record for _, record in records])
    read = msgspec_json.Decoder(_OnlyId)
    ids = {cast(bytes, key): read.decode(cast(bytes, body)).eventID for key, body in rows}
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
