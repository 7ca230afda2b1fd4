"""The genealogy as a picture: cards and arrows, level by level, and many cards of a kind as one that counts them. Pure.

What is folded is counted on its card and opened from there; nothing is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

MOST_NODES = 200
MOST_ALIKE = 12  # cards of one kind on one level; more of them are a count whatever the size of the graph
MOST_CONTAINERS = 4  # pallets say little one by one
FEW = 3  # so many of a kind stay cards even in a large graph
OPENED = 60  # cards of a pile that is opened; the rest of them stay a count
MOST_OPENED = 12  # piles; more would be a hairball again


class Spot(NamedTuple):
    """Where a card would stand: its level (from the subject, negative backward), its kind (goods, container, step,
    party) and what cards of a kind have in common.
    """

    level: float
    kind: str
    group: str = ""


class Pile(NamedTuple):
    """Cards that are shown as one. `whole`: all of a kind on a level, which opens into its groups."""

    spot: Spot
    whole: bool = False

    @property
    def id(self) -> str:
        """Stands in the address of a page on which it is opened."""
        mark = "all" if self.whole else sha256(self.spot.group.encode()).hexdigest()[:8]
        return f"{self.spot.level:g}.{self.spot.kind}.{mark}"


@dataclass(frozen=True, slots=True)
class Node:
    """A card. `level` counts from the subject, negative backward; `note` is told to who can't see the picture; a card
    for many has the id of its pile to be `opens`.
    """

    id: str
    kind: str  # goods, container, step, party, more
    lines: tuple[str, ...]
    state: str = ""
    url: str = ""
    subject: bool = False
    level: float = 0
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    source: str
    target: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """`opened`: the piles that are opened, with what their cards said; `hidden`: how many cards stand behind counts."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    opened: tuple[tuple[str, str], ...] = ()
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Folded:
    """`shown`: what has a card of its own; `piles`: what has one together with others; `opened`: the piles that are
    opened, with what they hold.
    """

    shown: tuple[str, ...]
    piles: Mapping[Pile, Sequence[str]]
    opened: Mapping[Pile, int]

    def stands_for(self) -> dict[str, str]:
        """Thing → the id of the card that it is drawn in."""
        own = dict(zip(self.shown, self.shown, strict=True))
        return own | {key: pile.id for pile, keys in self.piles.items() for key in keys}


def folded(spots: Mapping[str, Spot], opened: Iterable[str] = (), most: int = MOST_NODES) -> Folded:
    """What stands as a card of its own, and what behind a count: many of one kind on one level.

    Above `most` cards few are many already, and if kinds alone do not help, whole levels become counts. Piles whose ids
    are in `opened` stand open, as far as OPENED.
    """
    wanted = frozenset(list(dict.fromkeys(opened))[:MOST_OPENED])
    groups: dict[Spot, list[str]] = defaultdict(list)
    for key, spot in spots.items():
        groups[spot].append(key)
    few = {spot: _alike(spot.kind) for spot in groups}
    if _cards(groups, few) > most:
        few = dict.fromkeys(groups, FEW)
    piles: dict[Pile, Sequence[str]] = {Pile(spot): keys for spot, keys in groups.items() if len(keys) > few[spot]}
    if _cards(groups, few) > most:
        piles = _by_level(groups, few, wanted)
    return _opened(groups, piles, wanted)


def _alike(kind: str) -> int:
    return MOST_CONTAINERS if kind == "container" else MOST_ALIKE


def _cards(groups: Mapping[Spot, Sequence[str]], few: Mapping[Spot, int]) -> int:
    return sum(len(keys) if len(keys) <= few[spot] else 1 for spot, keys in groups.items())


def _by_level(
    groups: Mapping[Spot, Sequence[str]], few: Mapping[Spot, int], wanted: Set[str]
) -> dict[Pile, Sequence[str]]:
    """All of a kind on a level together, where that is more than a few; groups of a level that is opened apart."""
    levels: dict[Spot, list[str]] = defaultdict(list)
    for spot, keys in groups.items():
        levels[Spot(spot.level, spot.kind)] += keys
    piles: dict[Pile, Sequence[str]] = {}
    for level, keys in levels.items():
        whole = Pile(level, whole=True)
        if whole.id in wanted:
            inside = {spot: keys for spot, keys in groups.items() if spot[:2] == level[:2]}
            piles |= {Pile(spot): keys for spot, keys in inside.items() if len(keys) > few[spot]}
        elif len(keys) > FEW:
            piles[whole] = keys
    return piles


def _opened(groups: Mapping[Spot, Sequence[str]], piles: Mapping[Pile, Sequence[str]], wanted: Set[str]) -> Folded:
    left: dict[Pile, Sequence[str]] = {}
    opened = {
        Pile(Spot(spot.level, spot.kind), whole=True): 0
        for spot in groups
        if Pile(Spot(spot.level, spot.kind), whole=True).id in wanted
    }
    for pile, keys in piles.items():
        if pile.id in wanted:
            opened[pile] = len(keys)
        if rest := keys[OPENED:] if pile.id in wanted else keys:
            left[pile] = rest
    behind = {key for keys in left.values() for key in keys}
    shown = tuple(key for keys in groups.values() for key in keys if key not in behind)
    return Folded(shown, left, opened)


def redirected(edges: Iterable[tuple[str, str, str]], stands_for: Mapping[str, str]) -> tuple[Edge, ...]:
    """The edges (source, target, label) between the cards that stand; several that became one lose their labels: they
    would be wrong.
    """
    labels: dict[tuple[str, str], set[str]] = defaultdict(set)
    for source, target, label in edges:
        if source in stands_for and target in stands_for:
            ends = (stands_for[source], stands_for[target])
            if ends[0] != ends[1]:
                labels[ends].add(label if ends == (source, target) else "")
    return tuple(Edge(*ends, "" if len(found) > 1 else next(iter(found))) for ends, found in labels.items())
