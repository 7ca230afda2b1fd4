"""Who had the goods: suppliers, makers and customers, net of voids, refusals and returns; each shipment counted
once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from suyuan.genealogy.edges import STAYS, Edge
from suyuan.gs1.quantities import COUNT
from suyuan.ledger.keys import PARTNERS

SHIPPED, RECEIVED, VOIDED = "shipping", frozenset({"receiving", "accepting", "arriving"}), "void_shipping"
MADE = frozenset({"commissioning", "creating_class_instance"})
ORDER = ("possessing_party", "owning_party", "location")


@dataclass(slots=True)
class Deed:
    """One event that names affected goods or containers, with its parties."""

    record: bytes
    log: str
    step: str
    disposition: str
    action: str
    at: int
    named: dict[bytes, tuple[str, int | None, str]] = field(default_factory=dict)  # id → (role, quantity, unit)
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
    refused: int = 0
    returned: int = 0
    unit: str = ""

    def net(self) -> int:
        # Goods refused at the door come back later: the return is the same goods.
        return max(self.shipped, self.reported) - self.voided - max(self.refused, self.returned)


Same = Callable[[str], str]  # a party's URI → a key that its location and its party number share
Ours = Callable[[str | None], bool]


def customers(
    deeds: Iterable[Deed], goods: frozenset[bytes], stays: Sequence[Edge], ours: Ours, same: Same
) -> list[Share]:
    """Whoever the goods went to, our customers and the customers of theirs that they told us of."""
    inside = _contents(stays)
    flows: dict[tuple[str, bytes], _Flow] = defaultdict(_Flow)
    shown: dict[str, str] = {}
    latest: dict[bytes, str] = {}

    def flow(party: str, key: bytes, unit: str) -> _Flow:
        shown.setdefault(same(party), party)
        found = flows[same(party), key]
        found.unit = found.unit or unit
        return found

    for deed in sorted(deeds, key=lambda deed: (deed.at, deed.record)):
        amounts = amounts_of(deed, goods, inside)
        sender, recipient = deed.sender(), deed.recipient()
        for key, (amount, unit) in amounts.items():
            if deed.step == SHIPPED and recipient and not ours(recipient):
                flow(recipient, key, unit).shipped += amount
                latest[key] = recipient
            elif deed.step == VOIDED and (recipient or latest.get(key)):
                flow(recipient or latest[key], key, unit).voided += amount
            elif deed.step in RECEIVED and deed.disposition == "returned" and deed.log == PARTNERS:
                flow(recipient or sender or latest.get(key, ""), key, unit).refused += amount
            elif deed.step in RECEIVED and deed.log != PARTNERS and sender and not ours(sender):
                if deed.disposition == "returned" or (same(sender), key) in flows:
                    flow(sender, key, unit).returned += amount
            elif deed.step == "receiving" and deed.log == PARTNERS:
                party = recipient or deed.place
                if party and not ours(party) and same(party) not in {same(s) for s in (sender,) if s}:
                    flow(party, key, unit).reported += amount
    return _shares("customer", flows, shown)


def suppliers(
    deeds: Iterable[Deed], goods: frozenset[bytes], stays: Sequence[Edge], ours: Ours, same: Same
) -> list[Share]:
    """Whoever the goods came from: who delivered to us, and, as far as they told us, who delivered to them.

    A receipt that the supplier also told us of as his shipment counts once.
    """
    inside = _contents(stays)
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
        for key, (amount, unit) in amounts_of(deed, goods, inside).items():
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
                found.shipped += 1_000_000 if quantity is None else quantity
    return _shares("maker", flows, shown)


def amounts_of(
    deed: Deed, goods: frozenset[bytes], inside: Mapping[bytes, Sequence[Edge]]
) -> dict[bytes, tuple[int, str]]:
    """How much of each of the affected goods an event moves: named by itself, or in a container that is named."""
    amounts: dict[bytes, tuple[int, str]] = {}
    for key, (_role, quantity, unit) in deed.named.items():
        if key in goods:
            amounts[key] = (1_000_000 if quantity is None else quantity, unit)
    carried: dict[bytes, tuple[int, str]] = {}
    for key in deed.named:
        _unfold(key, deed.at, goods, inside, carried, set())
    return {**{key: amount for key, amount in carried.items() if key not in amounts}, **amounts}


def _unfold(
    container: bytes,
    at: int,
    goods: frozenset[bytes],
    inside: Mapping[bytes, Sequence[Edge]],
    found: dict[bytes, tuple[int, str]],
    seen: set[bytes],
) -> None:
    if container in seen:
        return
    seen.add(container)
    for edge in inside.get(container, ()):
        if edge.since <= at and (edge.until is None or at <= edge.until):
            if edge.parent in goods:
                amount = found.get(edge.parent, (0, edge.unit))[0]
                found[edge.parent] = (amount + (1_000_000 if edge.quantity is None else edge.quantity), edge.unit)
            _unfold(edge.parent, at, goods, inside, found, seen)


def _contents(stays: Sequence[Edge]) -> dict[bytes, list[Edge]]:
    found: dict[bytes, list[Edge]] = defaultdict(list)
    for edge in stays:
        if edge.kind in STAYS:
            found[edge.child].append(edge)
    return found


def _shares(role: str, flows: Mapping[tuple[str, bytes], _Flow], shown: Mapping[str, str]) -> list[Share]:
    sums: dict[tuple[str, str], list[tuple[bytes, int]]] = defaultdict(list)
    for (party, key), flow in flows.items():
        if flow.net() > 0:
            sums[party, flow.unit or COUNT].append((key, flow.net()))
    return [
        Share(shown[party], role, tuple(sorted(key for key, _ in parts)), sum(amount for _, amount in parts), unit)
        for (party, unit), parts in sorted(sums.items(), key=lambda entry: (shown[entry[0][0]], entry[0][1]))
    ]
