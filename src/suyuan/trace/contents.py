"""What was in which container when."""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TypeVar

from msgspec import Struct

from suyuan.genealogy.edges import ALL, LEFT, STAYS, Edge

ONE = 1_000_000
T = TypeVar("T")
Carried = dict[bytes, tuple[dict[bytes, int], str]]  # goods → how much in which container, unit
# Container, goods, record, at, how much more (millionths), and how much in the second unit.
Move = tuple[bytes, bytes, bytes, int, int, int]


class _Line(Struct, gc=False):
    """One kind of goods in one container: the edges that say so, in order; `moves` (record, at, how much more) count if
    all of them had amounts.
    """

    edges: Sequence[Edge]  # a tuple of the only one, as nearly everywhere, or a list
    said: bool
    moves: Sequence[tuple[bytes, int, int]] = ()

    @property
    def unit(self) -> str:
        for edge in self.edges:
            if edge.unit:
                return edge.unit
        return ""

    def settle(self) -> None:
        """Put in order what came in any; what one event did and undid at once it has not done."""
        self.edges = sorted(self.edges, key=lambda edge: edge.moment)
        if len({record for record, _, _ in self.moves}) < len(self.moves):
            net: dict[bytes, tuple[bytes, int, int]] = {}
            for record, at, amount in self.moves:
                net[record] = (record, at, amount + (net[record][2] if record in net else 0))
            self.moves = list(net.values())

    def booked(self, at: int) -> int:
        total = 0
        for _, moved, amount in self.moves:
            if moved < at or (moved == at and amount > 0):
                total += amount
        return total


def _with(known: Sequence[T], one: T, line: _Line, several: list[_Line]) -> Sequence[T]:
    """`known` and one more; a line of which there are two is noted once, to be settled."""
    if isinstance(known, list):
        known.append(one)
        return known
    if not known:
        return (one,)
    several.append(line)
    return [*known, one]


_NOTHING: Mapping[bytes, _Line] = {}


class Contents:
    """What was in which container when: by the book of stock, and by the edges where nobody said how much."""

    def __init__(self, edges: Iterable[Edge], moves: Iterable[Move]) -> None:
        self.lines: dict[bytes, dict[bytes, _Line]] = {}
        self.emptied: dict[bytes, list[Edge]] = {}
        self.instances: set[bytes] = set()
        several: list[_Line] = []
        for edge in edges:
            self._add(edge, several)
        weighed: list[tuple[_Line, tuple[bytes, int, int]]] = []
        for container, goods, record, at, amount, other in moves:
            line = self.lines.get(container, _NOTHING).get(goods)
            if line is not None and amount:
                line.moves = _with(line.moves, (record, at, amount), line, several)
            elif line is not None:
                weighed.append((line, (record, at, other)))
        # Two units are never added: the second says how much there was where nobody said it in the first.
        for line, move in [(line, move) for line, move in weighed if not line.moves]:
            line.moves = _with(line.moves, move, line, several)
        for line in several:
            line.settle()

    def _add(self, edge: Edge, several: list[_Line]) -> None:
        if edge.kind in STAYS:
            if edge.instance:
                self.instances.add(edge.parent)
        elif edge.kind != LEFT:
            return
        elif edge.parent == ALL:
            self.emptied.setdefault(edge.child, []).append(edge)
            return
        lines = self.lines.setdefault(edge.child, {})
        said = bool(edge.instance) or edge.quantity is not None
        line = lines.get(edge.parent)
        if line is None:
            lines[edge.parent] = _Line((edge,), said)
        else:
            line.edges = _with(line.edges, edge, line, several)
            line.said = line.said and said

    def _emptied(self, container: bytes, at: int) -> list[Edge]:
        return [edge for edge in self.emptied.get(container, ()) if edge.since < at]

    def unfold(self, container: bytes, at: int, goods: Set[bytes], found: Carried, seen: set[bytes]) -> None:
        """Add the affected goods in a container, at any depth, to `found`: what it held at that moment; goods taken out
        at that very moment count as still in it.
        """
        if container in seen:
            return
        seen.add(container)
        for key, line in self.lines.get(container, _NOTHING).items():
            amount = line.booked(at) if line.said else _unsaid(line.edges, self._emptied(container, at), at)
            if amount <= 0:
                continue
            if key in goods:
                if key not in found:
                    found[key] = ({}, line.unit)
                boxes, _ = found[key]
                boxes[container] = boxes.get(container, 0) + amount
            if key in self.lines:
                self.unfold(key, at, goods, found, seen)


def _unsaid(own: Sequence[Edge], emptied: Sequence[Edge], at: int) -> int:
    """For goods of which nobody said how much was put in: one, unless they were taken out."""
    amount = 0
    for edge in sorted([*own, *emptied], key=lambda edge: edge.moment):
        if edge.kind in STAYS and edge.since <= at:
            amount = ONE
        elif edge.kind == LEFT and edge.since < at and (edge.parent == ALL or edge.quantity is None):
            amount = 0
    return amount
