"""Pure: the edges that an event draws, and how long goods were in a container."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from suyuan.gs1.quantities import is_weight
from suyuan.ledger.keys import ZERO16

INPUT, OUTPUT, MEMBER, CLEANED = "input", "output", "member", "cleaned"
WITHIN, SEEN, POOLED, LEFT = "within", "seen", "pooled", "left"
STAYS = frozenset({WITHIN, SEEN, POOLED})
ALL = ZERO16  # the parent of a LEFT edge: everything that was inside


class Edge(Struct, frozen=True, order=True, gc=False):
    """See `models.Edge`."""

    log: str
    record: bytes
    kind: str
    parent: bytes
    child: bytes
    quantity: int | None
    unit: str
    since: int
    sequence: int
    until: int | None
    instance: bool

    @property
    def moment(self) -> tuple[int, int, bytes]:
        return (self.since, self.sequence, self.record)


class Named(Struct, frozen=True, gc=False):
    """One identifier of an event, for genealogy."""

    id: bytes
    role: str
    instance: bool
    quantity: int | None
    unit: str
    lot: bytes | None
    bulk: bool = False  # a tank or silo, in which goods run together


class Happening(Struct, frozen=True, gc=False):
    """An event as genealogy sees it. `node` is the transformation: one id for all events that share a
    transformationID.
    """

    log: str
    record: bytes
    at: int
    sequence: int
    type: str
    action: str
    node: bytes
    named: tuple[Named, ...]
    cleaned: bool = False


def edges_of(event: Happening) -> list[Edge]:
    """The edges an event draws by itself; `until` of containment comes from `closings`."""
    parent = next((n for n in event.named if n.role == "parent"), None)
    children = [n for n in event.named if n.role == "child"]
    drawn = [_edge(event, MEMBER, n.lot, n.id, n) for n in event.named if n.lot is not None]
    if event.type == "TransformationEvent":
        drawn += [_edge(event, INPUT, n.id, event.node, n) for n in event.named if n.role == "input"]
        drawn += [_edge(event, OUTPUT, event.node, n.id, n) for n in event.named if n.role == "output"]
    elif parent is not None and event.action == "DELETE":
        drawn += [_edge(event, LEFT, n.id, parent.id, n) for n in children]
        if not children:
            drawn.append(_edge(event, LEFT, ALL, parent.id, parent))
    elif parent is not None:
        kind = POOLED if parent.bulk else SEEN if event.action == "OBSERVE" else WITHIN
        drawn += [_edge(event, kind, n.id, parent.id, n) for n in children]
    if event.cleaned:
        drawn += [_edge(event, CLEANED, n.id, n.id, n) for n in event.named]
    return _summed(drawn)


def _edge(event: Happening, kind: str, parent: bytes, child: bytes, named: Named) -> Edge:
    return Edge(
        event.log, event.record, kind, parent, child, named.quantity, named.unit, event.at, event.sequence, None,
        named.instance
    )  # fmt: skip


def _summed(edges: Iterable[Edge]) -> list[Edge]:
    """One edge a pair: the same class listed twice in one unit is added; of a count and a weight the count stands, else
    the first.
    """
    found: dict[tuple[str, bytes, bytes], Edge] = {}
    for edge in edges:
        place = (edge.kind, edge.parent, edge.child)
        known = found.get(place)
        if known is None:
            found[place] = edge
        elif edge.unit == known.unit and edge.quantity is not None and known.quantity is not None:
            found[place] = replace(known, quantity=known.quantity + edge.quantity)
        elif edge.unit and known.unit and is_weight(known.unit) and not is_weight(edge.unit):
            found[place] = edge
    return list(found.values())


def closings(edges: Sequence[Edge]) -> list[Edge]:
    """The containment edges among `edges` with their `until` worked out from all of them.

    A serial or container has one parent at a time: being put elsewhere or consumed ends the old stay. A lot may lie
    in many containers; each stay ends when as much was taken out as was put in, or the container was emptied.
    """
    by_goods: dict[bytes, list[Edge]] = defaultdict(list)
    emptied: dict[bytes, list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.kind == LEFT and edge.parent == ALL:
            emptied[edge.child].append(edge)
        elif edge.kind in STAYS | {LEFT, INPUT}:
            by_goods[edge.parent].append(edge)
    closed: list[Edge] = []
    for own in by_goods.values():
        containers = {edge.child for edge in own if edge.kind in STAYS}
        line = sorted([*own, *(e for c in containers for e in emptied[c])], key=lambda edge: edge.moment)
        closed += _stays(line)
    return closed


def _stays(line: Sequence[Edge]) -> list[Edge]:
    """The stays of one kind of goods, its edges in order of time."""
    open_: dict[bytes, list[Edge]] = defaultdict(list)
    left: dict[bytes, int] = {}
    closed: list[Edge] = []

    def close(container: bytes, at: int) -> None:
        closed.extend(replace(edge, until=at) for edge in open_.pop(container, []))
        left.pop(container, None)

    for edge in line:
        if edge.kind == INPUT:
            for container in [*open_] if edge.instance else []:
                close(container, edge.since)
        elif edge.kind in STAYS:
            for container in [c for c in open_ if c != edge.child] if edge.instance else []:
                close(container, edge.since)
            open_[edge.child].append(edge)
            there = left.get(edge.child, 0)
            # What is seen in it was put in before, as far as that is known.
            left[edge.child] = max(there, edge.quantity or 0) if edge.kind == SEEN else there + (edge.quantity or 0)
        elif edge.child in open_:
            left[edge.child] -= edge.quantity or 0
            if edge.parent == ALL or edge.instance or edge.quantity is None or left[edge.child] <= 0:
                close(edge.child, edge.since)
    return [*closed, *(replace(edge, until=None) for stays in open_.values() for edge in stays)]
