"""The genealogy as a picture: cards and arrows, and a level with too many cards as a count. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

MOST_NODES = 200
MOST_ALIKE = 12  # cards of one kind on one level; more of them are a count whatever the size of the graph
MOST_CONTAINERS = 4  # pallets say little one by one
FEW = 3  # so many of a kind stay cards even in a large graph


@dataclass(frozen=True, slots=True)
class Node:
    """A card. `level` counts from the subject, negative backward; `group` is what cards of a kind have in common."""

    id: str
    kind: str  # goods, container, step, party, more
    lines: tuple[str, ...]
    state: str = ""
    url: str = ""
    subject: bool = False
    level: int = 0
    group: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    source: str
    target: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def data(self) -> dict[str, object]:
        """As frontend/src/graph.ts reads it."""
        return {"nodes": [asdict(node) for node in self.nodes], "edges": [asdict(edge) for edge in self.edges]}


def collapsed(graph: Graph, says: Callable[[str, int], str], most: int = MOST_NODES) -> Graph:
    """The graph with a count in the place of many cards that are alike: of one kind on one level.

    `says(group, count)` is the sentence on such a card. Above `most` nodes few are many already, and if kinds alone do
    not help, whole levels become counts.
    """
    graph = _merged(graph, says, lambda node: node.group, _alike)
    for of in (lambda node: node.group, lambda _: ""):
        if len(graph.nodes) <= most:
            return graph
        graph = _merged(graph, says, of, lambda _kind: FEW)
    return graph


def _alike(kind: str) -> int:
    return MOST_CONTAINERS if kind == "container" else MOST_ALIKE


def _merged(
    graph: Graph, says: Callable[[str, int], str], of: Callable[[Node], str], few: Callable[[str], int]
) -> Graph:
    """Piles of nodes with the same level, kind and `of`, as counts where there are more than `few(kind)`."""
    piles: dict[tuple[int, str, str], list[Node]] = defaultdict(list)
    for node in graph.nodes:
        if not node.subject:
            piles[(node.level, node.kind, of(node))].append(node)
    stands_for: dict[str, str] = {}
    counts: list[Node] = []
    for (level, kind, group), pile in piles.items():
        if len(pile) > few(kind):
            made = Node(f"more:{level}:{kind}:{group}", "more", (says(group, len(pile)),), level=level, group=group)
            counts.append(made)
            stands_for.update((node.id, made.id) for node in pile)
    kept = tuple(node for node in graph.nodes if node.id not in stands_for)
    return Graph((*kept, *counts), _redirected(graph.edges, stands_for))


def _redirected(edges: Iterable[Edge], stands_for: dict[str, str]) -> tuple[Edge, ...]:
    """The edges between what stands now; several that became one lose their quantities: they would be wrong."""
    labels: dict[tuple[str, str], set[str]] = defaultdict(set)
    for edge in edges:
        ends = (stands_for.get(edge.source, edge.source), stands_for.get(edge.target, edge.target))
        if ends[0] != ends[1]:
            labels[ends].add(edge.label if ends == (edge.source, edge.target) else "")
    return tuple(Edge(*ends, "" if len(found) > 1 else next(iter(found))) for ends, found in labels.items())
