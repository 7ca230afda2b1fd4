"""Where the cards of a graph stand: a column for each level, few crossings. Pure; lengths in pixels.

The same layout is drawn as SVG for the page, as a file, and as PNG.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from unicodedata import east_asian_width

from suyuan.desk.graphs import Edge, Graph, Node

WIDTH, LINE, PADDING = 176.0, 17.0, 7.0
STEP = 64.0  # width of what is no card
GAP, APART = 96.0, 12.0  # between columns, and between the cards of one
EDGE = 16.0
SIZE = 12.0  # of the letters
SWEEPS = 6
MOST_LINES = 2  # of a name


@dataclass(frozen=True, slots=True)
class Card:
    """A node and where it stands: its left upper corner, its width and height, its words in lines that fit."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A curve from (x1, y1) to (x2, y2), level at both ends; the label begins at (x, y), or ends there."""

    edge: Edge
    x1: float
    y1: float
    x2: float
    y2: float
    x: float
    y: float
    ends: bool

    @property
    def bend(self) -> float:
        """How far the curve runs level before it turns."""
        return max(28.0, abs(self.x2 - self.x1) / 2)


@dataclass(frozen=True, slots=True)
class Layout:
    cards: tuple[Card, ...]
    arrows: tuple[Arrow, ...]
    width: float
    height: float


def layout_of(graph: Graph) -> Layout:
    """Columns from left to right by level, the cards of each in the order in which arrows cross least."""
    columns = _ordered(graph)
    lines = {node.id: _lines(node) for column in columns for node in column}
    heights = {id_: max(1, len(some)) * LINE + 2 * PADDING for id_, some in lines.items()}
    full = max((sum(heights[node.id] + APART for node in column) for column in columns), default=0) - APART
    cards: list[Card] = []
    left = EDGE
    for column in columns:
        wide = max(_width(node) for node in column)
        for node, top in zip(column, _tops(column, heights, full), strict=True):
            width = _width(node)
            at = left + (wide - width) / 2
            cards.append(Card(node, at, top + EDGE, width, heights[node.id], lines[node.id]))
        left += wide + GAP
    lowest = max((card.y + card.height for card in cards), default=0)
    return Layout(tuple(cards), _arrows(graph.edges, cards), left - GAP + EDGE, lowest + EDGE)


def _width(node: Node) -> float:
    return STEP if node.kind == "step" else WIDTH


def _ordered(graph: Graph) -> list[list[Node]]:
    """The nodes by level, each column sorted by where its neighbours stand, back and forth."""
    levels: dict[float, list[Node]] = defaultdict(list)
    for node in graph.nodes:
        levels[node.level].append(node)
    columns = [sorted(levels[level], key=_in_turn) for level in sorted(levels)]
    before, after = _neighbours(graph.edges)
    for sweep in range(SWEEPS):
        sides, order = ((before, columns), (after, columns[::-1]))[sweep % 2]
        for column in order:
            place = {node.id: (n + 0.5) / len(one) for one in columns for n, node in enumerate(one)}
            weights = {node.id: _middle(node.id, sides, place) for node in column}
            column.sort(key=lambda node: weights[node.id])
    return columns


def _in_turn(node: Node) -> tuple[str, bool, tuple[str, ...]]:
    """What counts the others comes last."""
    return node.kind, len(node.lines) == 1, node.lines


def _neighbours(edges: Iterable[Edge]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        before[edge.target].append(edge.source)
        after[edge.source].append(edge.target)
    return before, after


def _middle(id_: str, sides: Mapping[str, Sequence[str]], place: Mapping[str, float]) -> float:
    return fmean([place[other] for other in sides[id_]]) if sides.get(id_) else place[id_]


def _tops(column: Sequence[Node], heights: Mapping[str, float], full: float) -> list[float]:
    """One below the other, the whole column in the middle."""
    high = sum(heights[node.id] + APART for node in column) - APART
    top = (full - high) / 2
    tops = []
    for node in column:
        tops.append(top)
        top += heights[node.id] + APART
    return tops


def _arrows(edges: Iterable[Edge], cards: Iterable[Card]) -> tuple[Arrow, ...]:
    at = {card.node.id: card for card in cards}
    known = [edge for edge in edges if edge.source in at and edge.target in at]
    leaving: dict[str, int] = defaultdict(int)
    coming: dict[str, int] = defaultdict(int)
    for edge in known:
        leaving[edge.source] += 1
        coming[edge.target] += 1
    return tuple(
        _arrow(edge, at[edge.source], at[edge.target], coming[edge.target] >= leaving[edge.source]) for edge in known
    )


def _arrow(edge: Edge, source: Card, target: Card, at_source: bool) -> Arrow:
    """The label stands at the end where fewer arrows meet."""
    x1, y1 = source.x + source.width, source.y + source.height / 2
    x2, y2 = target.x, target.y + target.height / 2
    x, y = (x1 + 5, y1 - 4) if at_source else (x2 - 9, y2 - 4)
    return Arrow(edge, x1, y1, x2, y2, x, y, not at_source)


def _lines(node: Node) -> tuple[str, ...]:
    """The first line, a name, in as many as it needs up to MOST_LINES; the others as they are."""
    if node.kind == "step":
        return node.lines
    name, *rest = node.lines
    room = WIDTH - 2 * PADDING
    return (*wrapped(name, room, MOST_LINES), *(one for text in rest for one in wrapped(text, room, MOST_LINES)))


def wrapped(text: str, room: float, most: int) -> tuple[str, ...]:
    """`text` in lines of at most `room`, the last with a mark where it had to end early."""
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < most:
        cut = _fitting(rest, room)
        if cut < len(rest) and " " in rest[1 : cut + 1]:
            cut = rest.rindex(" ", 1, cut + 1)
        lines.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    if rest:
        last = lines[-1]
        while last and width_of(f"{last}…") > room:
            last = last[:-1]
        lines[-1] = f"{last}…"
    return tuple(lines) or ("",)


def _fitting(text: str, room: float) -> int:
    wide = 0.0
    for n, char in enumerate(text):
        wide += _advance(char)
        if wide > room:
            return max(1, n)
    return len(text)


def width_of(text: str) -> float:
    """About as wide as it becomes in any face: a page does not say which one the reader has."""
    return sum(map(_advance, text))


def _advance(char: str) -> float:
    return SIZE if east_asian_width(char) in "WF" else SIZE * 0.58
