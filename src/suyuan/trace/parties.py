"""Who had the goods: suppliers, makers and customers, net of voids, refusals and returns; each shipment counted
once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec import Struct

from suyuan.gs1.quantities import COUNT
from suyuan.ledger.keys import PARTNERS
from suyuan.trace.contents import ONE, Carried, Contents
from suyuan.trace.origins import Origins

SHIPPED, RECEIVED, VOIDED = "shipping", frozenset({"receiving", "accepting", "arriving"}), "void_shipping"
MADE = frozenset({"commissioning", "creating_class_instance"})
HANDED_OVER = RECEIVED | {SHIPPED, VOIDED}
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
    senders: Mapping[str, str] = field(default_factory=dict)  # type → URI; one object for all events between the same
    recipients: Mapping[str, str] = field(default_factory=dict)
    place: str | None = None

    def sender(self) -> str | None:
        return _first(self.senders)

    def recipient(self) -> str | None:
        return _first(self.recipients)


def _first(parties: Mapping[str, str]) -> str | None:
    for kind in ORDER:
        if kind in parties:
            return parties[kind]
    return None


@dataclass(frozen=True, slots=True)
class Share:
    """What one party had of the affected goods, in one unit, and when it had to do with them first and last
    (microseconds).
    """

    party: str
    role: str
    ids: tuple[bytes, ...]
    quantity: int
    unit: str
    since: int = 0
    until: int = 0


class _Flow(Struct, gc=False):
    """What went to and came back from one party, of one kind of goods. Millionths."""

    unit: str = ""
    shipped: int = 0
    reported: int = 0  # by the party itself; the same goods as shipped, told a second time
    voided: int = 0
    back: int = 0
    refused: dict[bytes | None, int] = {}  # by container, None: loose; not come back yet

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


class Part(NamedTuple):
    """Goods named by themselves, and goods in the containers that an event names; `boxes`: how much in which."""

    amount: int  # all together
    loose: int
    unit: str
    boxes: Mapping[bytes, int]

    def by_box(self) -> list[tuple[bytes | None, int]]:
        return [(None, self.loose), *self.boxes.items()] if self.loose else [*self.boxes.items()]


_NO_BOXES: Mapping[bytes, int] = {}
Same = Callable[[str], str]  # a party's URI → a key that its location and its party number share
Ours = Callable[[str | None], bool]


class _Flows:
    """What went to and came back from each party, whatever name of its it is called by, of each kind of goods."""

    def __init__(self, same: Same) -> None:
        self.same = same
        self.shown: dict[str, str] = {}
        self.of: dict[str, dict[bytes, _Flow]] = {}
        self.times: dict[str, tuple[int, int]] = {}

    def met(self, party: str, at: int) -> None:
        """An event names it as who brought or got goods."""
        key = self.same(party)
        first, last = self.times.get(key, (at, at))
        self.times[key] = (min(at, first), max(at, last))

    def with_(self, party: str) -> dict[bytes, _Flow]:
        key = self.same(party)
        self.shown.setdefault(key, party)
        return self.of.setdefault(key, {})

    def flow(self, party: str, key: bytes, unit: str) -> _Flow:
        return _flow(self.with_(party), key, unit)

    def shares(self, role: str) -> list[Share]:
        sums: dict[tuple[str, str], list[tuple[bytes, int]]] = defaultdict(list)
        for party, flows in self.of.items():
            for key, flow in flows.items():
                net = flow.net()
                if net > 0:
                    sums[party, flow.unit or COUNT].append((key, net))
        return [
            Share(
                self.shown[party],
                role,
                tuple(sorted([key for key, _ in parts])),
                sum([net for _, net in parts]),
                unit,
                *self.times.get(party, (0, 0)),
            )
            for (party, unit), parts in sorted(sums.items(), key=lambda entry: (self.shown[entry[0][0]], entry[0][1]))
        ]


def _flow(flows: dict[bytes, _Flow], key: bytes, unit: str) -> _Flow:
    """Of these goods; the unit is the first that anybody named."""
    found = flows.get(key)
    if found is None:
        found = flows[key] = _Flow(unit)
    elif not found.unit:
        found.unit = unit
    return found


def customers(
    deeds: Iterable[Deed], goods: Set[bytes], inside: Contents, ours: Ours, same: Same, origins: Origins
) -> list[Share]:
    """Whoever the goods went to, our customers and the customers of theirs that they told us of. Whom we sold goods to
    that were delivered to us goes to `origins`.
    """
    flows = _Flows(same)
    latest: dict[bytes, str] = {}
    counted = [deed for deed in deeds if _counts(deed)]
    for deed in sorted(counted, key=lambda deed: (deed.at, deed.record)):
        amounts = amounts_of(deed, goods, inside)
        sender, recipient = deed.sender(), deed.recipient()
        if deed.step == SHIPPED and sent_back(deed):
            latest.update(dict.fromkeys(amounts, ""))  # to a supplier: who is no customer by that
        elif deed.step == SHIPPED:
            if recipient and amounts:
                _shipped(deed, amounts, recipient, latest, flows, ours)
                flows.met(recipient, deed.at)
                if deed.log != PARTNERS and not ours(recipient):
                    origins.handed_on(same(recipient), amounts)
        elif deed.step == VOIDED:
            for key, part in amounts.items():
                if (to := recipient or latest.get(key)) and not ours(to):
                    flows.flow(to, key, part.unit).voided += part.amount
        elif deed.disposition == "returned" and deed.log == PARTNERS:
            for key, part in amounts.items():
                flows.flow(recipient or sender or latest.get(key, ""), key, part.unit).refuse(part)
        elif deed.log != PARTNERS:
            if sender and amounts and not ours(sender):
                _given_back(deed, amounts, sender, flows)
        elif deed.step == "receiving":
            party = recipient or deed.place
            if party and amounts and not ours(party) and same(party) not in {same(s) for s in (sender,) if s}:
                flows.met(party, deed.at)
                of_party = flows.with_(party)
                for key, part in amounts.items():
                    _flow(of_party, key, part.unit).reported += part.amount
    return flows.shares("customer")


def _shipped(
    deed: Deed, amounts: "Amounts", recipient: str, latest: dict[bytes, str], flows: _Flows, ours: Ours
) -> None:
    if deed.log != PARTNERS:
        latest.update(dict.fromkeys(amounts, recipient))
    if not ours(recipient):
        of_party = flows.with_(recipient)
        for key, part in amounts.items():
            _flow(of_party, key, part.unit).shipped += part.amount


def _given_back(deed: Deed, amounts: "Amounts", sender: str, flows: _Flows) -> None:
    """Goods that a customer says he returned, or that we shipped to whom they now come from."""
    for key, part in amounts.items():
        if deed.disposition == "returned" or key in flows.of.get(flows.same(sender), ()):
            flows.flow(sender, key, part.unit).give_back(part)


def _counts(deed: Deed) -> bool:
    """Whether it says anything of customers; that one signed for goods adds nothing to our having shipped them."""
    if deed.step in RECEIVED and deed.log == PARTNERS:
        return deed.step == "receiving" or deed.disposition == "returned"
    return deed.step in HANDED_OVER


def suppliers(
    deeds: Iterable[Deed], goods: Set[bytes], inside: Contents, ours: Ours, same: Same, origins: Origins
) -> list[Share]:
    """Whoever the goods came from: who delivered to us, and, as far as they told us, who delivered to them.

    A receipt that the supplier also told us of as his shipment counts once. What is delivered to us goes to `origins`.
    """
    flows = _Flows(same)
    told: list[tuple[str, str | None, bytes, Part]] = []  # a partner's shipment: from, to (None: us), what, how much
    for deed in deeds:
        sender, recipient = deed.sender(), deed.recipient()
        if sender is None or ours(sender) or deed.disposition == "returned":
            continue
        flows.shown.setdefault(same(sender), sender)
        flows.met(sender, deed.at)
        if deed.step == "receiving" and deed.log != PARTNERS:
            for key, part in amounts_of(deed, goods, inside).items():
                flows.flow(sender, key, part.unit).shipped += part.amount
                origins.delivered(key, same(sender), part.amount, part.unit, deed.at)
        elif deed.step == SHIPPED and deed.log == PARTNERS and recipient is not None:
            to = None if ours(recipient) else same(recipient)
            told += [(sender, to, key, part) for key, part in amounts_of(deed, goods, inside).items()]

    def reaches(one: tuple[str, str | None, bytes, Part]) -> bool:
        return one[1] is None or one[2] in flows.of.get(one[1], ())

    while reaching := [one for one in told if reaches(one)]:
        told = [one for one in told if not reaches(one)]
        for party, _to, key, part in reaching:
            flows.flow(party, key, part.unit).reported += part.amount
    _less_sent_back(deeds, goods, inside, flows)
    return flows.shares("supplier")


def sent_back(deed: Deed) -> bool:
    """Whether we sent goods back to whom they came from."""
    return deed.step == SHIPPED and deed.disposition == "returned" and deed.log != PARTNERS


def _less_sent_back(deeds: Iterable[Deed], goods: Set[bytes], inside: Contents, flows: _Flows) -> None:
    """Take from what each supplier brought what went back to him, unless that dispatch was voided."""
    latest: dict[bytes, str] = {}
    ours = [deed for deed in deeds if deed.log != PARTNERS and deed.step in (SHIPPED, VOIDED)]
    for deed in sorted(ours, key=lambda deed: (deed.at, deed.record)):
        to = (deed.recipient() or "") if sent_back(deed) else ""
        for key, part in amounts_of(deed, goods, inside).items():
            if deed.step == SHIPPED:
                latest[key] = to
            if party := latest.get(key):
                flows.flow(party, key, part.unit).back += part.amount if deed.step == SHIPPED else -part.amount


def makers(deeds: Iterable[Deed], goods: Set[bytes], ours: Ours, same: Same, origins: Origins) -> list[Share]:
    """Whoever, not being us, says that he made the goods."""
    flows = _Flows(same)
    for deed in deeds:
        if deed.log != PARTNERS or deed.step not in MADE or deed.place is None or ours(deed.place):
            continue
        flows.met(deed.place, deed.at)
        for key, (role, quantity, unit) in deed.named.items():
            if key in goods and (role == "output" or (role == "epc" and deed.action == "ADD")):
                flows.flow(deed.place, key, unit).shipped += ONE if quantity is None else quantity
                origins.made_by.setdefault(key, set()).add(same(deed.place))
    return flows.shares("maker")


Amounts = dict[bytes, Part]


def amounts_of(deed: Deed, goods: Set[bytes], inside: Contents) -> Amounts:
    """How much of each of the affected goods an event moves: named by itself, and in the containers that are named.

    A serial is counted once; the children of an aggregation are what is in its parent, not something beside it.
    """
    parts: Amounts = {}
    carried: Carried = {}
    for key, (role, quantity, unit) in deed.named.items():
        if key in goods:
            amount = ONE if quantity is None else quantity
            parts[key] = Part(amount, amount, unit, _NO_BOXES)
        if role != "child" and key in inside.lines and not (role == "parent" and _lists_children(deed)):
            inside.unfold(key, deed.at, goods, carried, set())
    for key, (boxes, unit) in carried.items():
        if key in inside.instances:
            parts[key] = Part(ONE, 0, unit, dict.fromkeys(list(boxes)[:1], ONE))
            continue
        amount, loose = sum(boxes.values()), 0
        if key in parts:
            _, loose, unit, _ = parts[key]
        parts[key] = Part(loose + amount, loose, unit, boxes)
    return parts


def _lists_children(deed: Deed) -> bool:
    return any(role == "child" for role, _, _ in deed.named.values())


def moves(deed: Deed, goods: Set[bytes], inside: Contents) -> bool:
    """Whether an event moves any of the goods at all."""
    return not goods.isdisjoint(deed.named) or bool(amounts_of(deed, goods, inside))
