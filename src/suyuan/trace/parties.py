"""Who had the goods: suppliers, makers and customers, net of voids, refusals and returns; each shipment counted
once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from suyuan.genealogy.edges import ALL, LEFT, STAYS, Edge
from suyuan.gs1.quantities import COUNT
from suyuan.ledger.keys import PARTNERS

SHIPPED, RECEIVED, VOIDED = "shipping", frozenset({"receiving", "accepting", "arriving"}), "void_shipping"
MADE = frozenset({"commissioning", "creating_class_instance"})
HANDED_OVER = RECEIVED | {SHIPPED, VOIDED}
ONE = 1_000_000
ORDER = ("possessing_party", "owning_party", "location")


Said = tuple[str, int | None, str]  # role, quantity, unit


@dataclass(slots=True)
class Deed:
    """One event that names affected goods or containers, with its parties."""

    record: bytes
    log: str
    step: str
    disposition: str
    action: str
    at: int
    named: dict[bytes, Said] = field(default_factory=dict)
    senders: dict[str, str] = field(default_factory=dict)  # type → URI
    recipients: dict[str, str] = field(default_factory=dict)
    place: str | None = None

    def sender(self) -> str | None:
        return next((self.senders[kind] for kind in ORDER if kind in self.senders), None)

    def recipient(self) -> str | None:
        return next((self.recipients[kind] for kind in ORDER if kind in self.recipients), None)


@dataclass(frozen=True, slots=True)
class Share:
    """What one party had of the affected goods, in one unit."""

    party: str
    role: str
    ids: tuple[bytes, ...]
    quantity: int
    unit: str


@dataclass(slots=True)
class _Flow:
    """What went to and came back from one party, of one kind of goods. Millionths."""

    shipped: int = 0
    reported: int = 0  # by the party itself; the same goods as shipped, told a second time
    voided: int = 0
    back: int = 0
    refused: dict[bytes | None, int] = field(default_factory=dict)  # by container, None: loose; not come back yet
    unit: str = ""

    def refuse(self, part: "Part") -> None:
        self.back += part.amount
        for box, amount in part.by_box():
            self.refused[box] = self.refused.get(box, 0) + amount

    def give_back(self, part: "Part") -> None:
        """What was refused at the door comes back later, loose or in its container: that return is the same goods."""
        self.back += part.amount
        for box, amount in part.by_box():
            known = min(amount, self.refused.get(box, 0))
            if known:
                self.refused[box] -= known
                self.back -= known

    def net(self) -> int:
        return max(self.shipped, self.reported) - self.voided - self.back


@dataclass(slots=True)
class Part:
    """Goods named by themselves, and goods in the containers that an event names; `boxes`: how much in which."""

    loose: int = 0
    carried: int = 0
    unit: str = ""
    boxes: Mapping[bytes, int] = field(default_factory=dict)

    @property
    def amount(self) -> int:
        return self.loose + self.carried

    def by_box(self) -> list[tuple[bytes | None, int]]:
        return [(None, self.loose), *self.boxes.items()] if self.loose else [*self.boxes.items()]


Same = Callable[[str], str]  # a party's URI → a key that its location and its party number share
Ours = Callable[[str | None], bool]


def customers(
    deeds: Iterable[Deed], goods: frozenset[bytes], inside: "Contents", ours: Ours, same: Same
) -> list[Share]:
    """Whoever the goods went to, our customers and the customers of theirs that they told us of."""
    flows: dict[tuple[str, bytes], _Flow] = defaultdict(_Flow)
    shown: dict[str, str] = {}
    latest: dict[bytes, str] = {}

    def flow(party: str, key: bytes, unit: str) -> _Flow:
        shown.setdefault(same(party), party)
        found = flows[same(party), key]
        found.unit = found.unit or unit
        return found

    counted = [deed for deed in deeds if _counts(deed)]
    for deed in sorted(counted, key=lambda deed: (deed.at, deed.record)):
        amounts = amounts_of(deed, goods, inside)
        sender, recipient = deed.sender(), deed.recipient()
        for key, part in amounts.items():
            amount, unit = part.amount, part.unit
            if deed.step == SHIPPED and recipient and deed.log != PARTNERS:
                latest[key] = recipient
            if deed.step == SHIPPED and recipient and not ours(recipient):
                flow(recipient, key, unit).shipped += amount
            elif deed.step == VOIDED and (to := recipient or latest.get(key)) and not ours(to):
                flow(to, key, unit).voided += amount
            elif deed.step in RECEIVED and deed.disposition == "returned" and deed.log == PARTNERS:
                flow(recipient or sender or latest.get(key, ""), key, unit).refuse(part)
            elif deed.step in RECEIVED and deed.log != PARTNERS and sender and not ours(sender):
                if deed.disposition == "returned" or (same(sender), key) in flows:
                    flow(sender, key, unit).give_back(part)
            elif deed.step == "receiving" and deed.log == PARTNERS:
                party = recipient or deed.place
                if party and not ours(party) and same(party) not in {same(s) for s in (sender,) if s}:
                    flow(party, key, unit).reported += amount
    return _shares("customer", flows, shown)


def _counts(deed: Deed) -> bool:
    """Whether it says anything of customers; that one signed for goods adds nothing to our having shipped them."""
    if deed.step in RECEIVED and deed.log == PARTNERS:
        return deed.step == "receiving" or deed.disposition == "returned"
    return deed.step in HANDED_OVER


def suppliers(
    deeds: Iterable[Deed], goods: frozenset[bytes], inside: "Contents", ours: Ours, same: Same
) -> list[Share]:
    """Whoever the goods came from: who delivered to us, and, as far as they told us, who delivered to them.

    A receipt that the supplier also told us of as his shipment counts once.
    """
    flows: dict[tuple[str, bytes], _Flow] = defaultdict(_Flow)
    shown: dict[str, str] = {}
    told: list[
        tuple[str, str | None, bytes, int, str]
    ] = []  # a partner's shipment: from, to (None: us), what, how much
    for deed in deeds:
        sender, recipient = deed.sender(), deed.recipient()
        if sender is None or ours(sender) or deed.disposition == "returned":
            continue
        shown.setdefault(same(sender), sender)
        for key, part in amounts_of(deed, goods, inside).items() if deed.step in HANDED_OVER else ():
            amount, unit = part.amount, part.unit
            if deed.step == "receiving" and deed.log != PARTNERS:
                found = flows[same(sender), key]
                found.shipped, found.unit = found.shipped + amount, found.unit or unit
            elif deed.step == SHIPPED and deed.log == PARTNERS and recipient is not None:
                told.append((same(sender), None if ours(recipient) else same(recipient), key, amount, unit))

    def reaches(one: tuple[str, str | None, bytes, int, str]) -> bool:
        return one[1] is None or (one[1], one[2]) in flows

    while reaching := [one for one in told if reaches(one)]:
        told = [one for one in told if not reaches(one)]
        for party, _to, key, amount, unit in reaching:
            found = flows[party, key]
            found.reported, found.unit = found.reported + amount, found.unit or unit
    return _shares("supplier", flows, shown)


def makers(deeds: Iterable[Deed], goods: frozenset[bytes], ours: Ours, same: Same) -> list[Share]:
    """Whoever, not being us, says that he made the goods."""
    flows: dict[tuple[str, bytes], _Flow] = defaultdict(_Flow)
    shown: dict[str, str] = {}
    for deed in deeds:
        if deed.log != PARTNERS or deed.step not in MADE or deed.place is None or ours(deed.place):
            continue
        for key, (role, quantity, unit) in deed.named.items():
            if key in goods and (role == "output" or (role == "epc" and deed.action == "ADD")):
                found = flows[same(deed.place), key]
                shown.setdefault(same(deed.place), deed.place)
                found.unit = found.unit or unit
                found.shipped += ONE if quantity is None else quantity
    return _shares("maker", flows, shown)


Amounts = dict[bytes, tuple[int, str]]
Carried = dict[bytes, tuple[dict[bytes, int], str]]  # goods → how much in which container, unit


def amounts_of(deed: Deed, goods: frozenset[bytes], inside: "Contents") -> dict[bytes, Part]:
    """How much of each of the affected goods an event moves: named by itself, and in the containers that are named.

    A serial is counted once; the children of an aggregation are what is in its parent, not something beside it.
    """
    parts: dict[bytes, Part] = {}
    carried: Carried = {}
    for key, (role, quantity, unit) in deed.named.items():
        if key in goods:
            parts[key] = Part(ONE if quantity is None else quantity, 0, unit)
        if role != "child" and key in inside.lines and not (role == "parent" and _lists_children(deed)):
            inside.unfold(key, deed.at, goods, carried, set())
    for key, (boxes, unit) in carried.items():
        if key in inside.instances:
            parts[key] = Part(0, ONE, unit, dict.fromkeys(list(boxes)[:1], ONE))
        else:
            part = parts.setdefault(key, Part(unit=unit))
            part.carried, part.boxes = sum(boxes.values()), boxes
    return parts


def _lists_children(deed: Deed) -> bool:
    return any(role == "child" for role, _, _ in deed.named.values())


def moves(deed: Deed, goods: frozenset[bytes], inside: "Contents") -> bool:
    """Whether an event moves any of the goods at all."""
    return not goods.isdisjoint(deed.named) or bool(amounts_of(deed, goods, inside))


Move = tuple[bytes, bytes, bytes, int, int]  # container, goods, record, at, how much more (millionths)


@dataclass(slots=True)
class _Line:
    """One kind of goods in one container: the edges that say so, in order; `moves` (record, at, how much more) count if
    all of them had amounts.
    """

    edges: list[Edge]
    said: bool
    moves: list[tuple[bytes, int, int]]

    @property
    def unit(self) -> str:
        return next((edge.unit for edge in self.edges if edge.unit), "")

    def settle(self) -> None:
        """Put in order what came in any; what one event did and undid at once it has not done."""
        self.edges.sort(key=lambda edge: edge.moment)
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


_NOTHING: Mapping[bytes, _Line] = {}


class Contents:
    """What was in which container when: by the book of stock, and by the edges where nobody said how much."""

    def __init__(self, edges: Iterable[Edge], moves: Iterable[Move]) -> None:
        self.lines: dict[bytes, dict[bytes, _Line]] = {}
        self.emptied: dict[bytes, list[Edge]] = {}
        self.instances: set[bytes] = set()
        for edge in edges:
            self._add(edge)
        for container, goods, record, at, amount in moves:
            line = self.lines.get(container, _NOTHING).get(goods)
            if line is not None:
                line.moves.append((record, at, amount))
        for lines in self.lines.values():
            for line in lines.values():
                if len(line.edges) > 1 or len(line.moves) > 1:
                    line.settle()

    def _add(self, edge: Edge) -> None:
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
            lines[edge.parent] = _Line([edge], said, [])
        else:
            line.edges.append(edge)
            line.said = line.said and said

    def held(self, container: bytes, at: int) -> Amounts:
        """What a container held at a moment; goods taken out at that very moment count as still in it."""
        found: Amounts = {}
        for key, line in self.lines.get(container, _NOTHING).items():
            amount = line.booked(at) if line.said else _unsaid(line.edges, self._emptied(container, at), at)
            if amount > 0:
                found[key] = (amount, line.unit)
        return found

    def _emptied(self, container: bytes, at: int) -> list[Edge]:
        return [edge for edge in self.emptied.get(container, ()) if edge.since < at]

    def unfold(self, container: bytes, at: int, goods: frozenset[bytes], found: Carried, seen: set[bytes]) -> None:
        """Add the affected goods in a container, at any depth, to `found`."""
        if container in seen:
            return
        seen.add(container)
        for key, (amount, unit) in self.held(container, at).items():
            if key in goods:
                boxes, _ = found.setdefault(key, ({}, unit))
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


def _shares(role: str, flows: Mapping[tuple[str, bytes], _Flow], shown: Mapping[str, str]) -> list[Share]:
    sums: dict[tuple[str, str], list[tuple[bytes, int]]] = defaultdict(list)
    for (party, key), flow in flows.items():
        if flow.net() > 0:
            sums[party, flow.unit or COUNT].append((key, flow.net()))
    return [
        Share(shown[party], role, tuple(sorted(key for key, _ in parts)), sum(amount for _, amount in parts), unit)
        for (party, unit), parts in sorted(sums.items(), key=lambda entry: (shown[entry[0][0]], entry[0][1]))
    ]
