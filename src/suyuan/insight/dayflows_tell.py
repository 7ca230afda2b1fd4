"""What an event does to the goods on hand in a warehouse, item by item, from its postings. Pure.

On hand is what lies in our places, and in containers as far as the outermost one has not left. A posting of a pallet
names the pallet alone; what is in it leaves and comes with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from suyuan.stock.book import DELIVERY, OUTBOUND, PACKED, PARTY, PLACE, TRANSIT

AWAY = frozenset({TRANSIT, DELIVERY, PARTY})


class Line(NamedTuple):
    """One posting with its event. `item`: that of the goods, or the goods themselves; `kind`: of the holder."""

    at: int
    sequence: int
    recorded: int
    record: bytes
    step: str
    type: str
    disposition: str
    subject: bytes
    item: bytes
    container: bool
    holder: bytes
    kind: str
    quantity: int


@dataclass(slots=True)
class Flow:
    """Millionths of an item: how much more lies there, and what left by way of shipping (to others, and to a warehouse
    of ours) and by being made into something else."""

    change: int = 0
    shipped: int = 0
    moved: int = 0
    consumed: int = 0


@dataclass(slots=True)
class Standing:
    """Where containers stand, and what is in them. `inside`: container → item → millionths."""

    holders: dict[bytes, dict[bytes, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    kinds: dict[bytes, str] = field(default_factory=dict)
    inside: dict[bytes, dict[bytes, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    within: dict[bytes, set[bytes]] = field(default_factory=lambda: defaultdict(set))  # containers ever in a container

    def stand(self, container: bytes, holder: bytes, kind: str, quantity: int) -> None:
        """So much more of a container stands in a holder."""
        self.holders[container][holder] += quantity
        self.kinds[holder] = kind
        if kind == PACKED:
            self.within[holder].add(container)

    def is_gone(self, container: bytes, seen: frozenset[bytes] = frozenset()) -> bool:
        """Has it left, or the one that it is in?"""
        return any(
            quantity > 0
            and (
                self.kinds[holder] in AWAY
                or (self.kinds[holder] == PACKED and holder not in seen and self.is_gone(holder, seen | {container}))
            )
            for holder, quantity in self.holders.get(container, {}).items()
        )

    def with_inner(self, containers: Iterable[bytes]) -> set[bytes]:
        """These and all that are in them, at any depth."""
        found, todo = set[bytes](), list(containers)
        while todo:
            one = todo.pop()
            if one not in found:
                found.add(one)
                inner = self.within.get(one, ())
                todo += [child for child in inner if self.holders[child].get(one, 0) > 0]
        return found

    def on_hand_in(self, containers: Iterable[bytes]) -> dict[bytes, int]:
        """What counts as on hand of the content of these containers themselves."""
        found: dict[bytes, int] = defaultdict(int)
        for one in containers:
            if not self.is_gone(one):
                for item, quantity in self.inside.get(one, {}).items():
                    found[item] += quantity
        return found


def tell(lines: Iterable[Line], standing: Standing, sent_back: frozenset[bytes]) -> Iterator[tuple[int, bytes, Flow]]:
    """(moment, item, flow) of each event, in the order of events; `standing` before the first, and then after the last.

    `sent_back`: transit holders of goods that went back to a supplier, which nobody had asked us for.
    """
    for _, group in groupby(lines, lambda line: (line.at, line.sequence, line.recorded, line.record)):
        event = list(group)
        for item, change in apply(event, standing).items():
            if change:
                yield event[0].at, item, flow_of(event, change, sent_back)


def apply(event: list[Line], standing: Standing) -> dict[bytes, int]:
    """Item → how much more of it is on hand after an event."""
    change: dict[bytes, int] = defaultdict(int)
    # Whatever is in a container afterwards that was not before has postings of its own.
    moved = standing.with_inner(line.subject for line in event if line.container)
    before = standing.on_hand_in(moved)
    for line in event:
        if line.container:
            standing.stand(line.subject, line.holder, line.kind, line.quantity)
    for line in event:
        if line.container:
            continue
        if line.kind == PLACE:
            change[line.item] += line.quantity
        elif line.kind == PACKED:
            standing.inside[line.holder][line.item] += line.quantity
            if line.holder not in moved and not standing.is_gone(line.holder):
                change[line.item] += line.quantity
    for item, quantity in standing.on_hand_in(moved).items():
        change[item] += quantity
    for item, quantity in before.items():
        change[item] -= quantity
    return change


def flow_of(event: list[Line], change: int, sent_back: frozenset[bytes]) -> Flow:
    """What the change of an item is: goods that left, goods that came back from there, goods used up, or none of it."""
    first = event[0]
    if first.step in OUTBOUND and first.disposition != "returned":
        ours = any(line.kind == TRANSIT and line.quantity > 0 for line in event)
        return Flow(change, moved=-change) if ours else Flow(change, shipped=-change)
    if first.step == "void_shipping":
        left = [line for line in event if line.quantity < 0 and line.kind in AWAY]
        if any(line.holder in sent_back for line in left):
            return Flow(change)
        ours = any(line.kind == TRANSIT for line in left)
        return Flow(change, moved=-change) if ours else Flow(change, shipped=-change)
    if first.type == "TransformationEvent":
        return Flow(change, consumed=max(-change, 0))
    return Flow(change)
