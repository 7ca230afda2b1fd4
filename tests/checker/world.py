"""A small world that knows the truth: where every piece really is, who really has it, what it was made of.

It does something possible at random, step by step, and tells of it in the words of `tests.ledgers.story`; what is told
is what a ledger gets to read. Amounts are thousandths. Each step has its own chance, so that steps can be left out.
"""

import copy
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from tests.ledgers.story import GLN_A, uri
from tests.ledgers.story import place as place_uri

PLACES = {"a": ("dock", "bin1", "line"), "b": ("b.dock", "b.bin1")}
OURS = tuple(place for places in PLACES.values() for place in places)
SUPPLIERS, CUSTOMERS = ("farm", "mill"), ("shop", "mart")
ONE = 1000
STRICTEST = ["released", "pending", "rejected"]


@dataclass
class Told:
    """One event: its line, what its body has beside the line, the minute, and what it belongs to in one batch."""

    line: str
    extra: dict[str, object]
    minute: int
    name: str
    batch: int
    wrong: tuple[str, ...] | None = None  # declared wrong, with these correct ones


@dataclass
class Shipment:
    id: str
    source: str
    to: str
    goods: dict[str, int]
    open: bool = True


@dataclass
class World:
    held: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    unit: dict[str, str] = field(default_factory=dict)
    supplied: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    onward: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    status: dict[str, str] = field(default_factory=lambda: defaultdict(lambda: "pending"))
    blocked: set[str] = field(default_factory=set)
    mixed: set[str] = field(
        default_factory=set
    )  # of more than one status, so that nobody need know which piece is which
    made_by: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    expiry: dict[str, bool] = field(default_factory=dict)  # of lots with a last day: whether that is gone in the end
    unpacked: set[str] = field(default_factory=set)  # by a customer
    shipments: list[Shipment] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    told: list[Told] = field(default_factory=list)
    clock: int = 0
    batch: int = 0
    chance: random.Random = field(default_factory=random.Random)

    # what there is

    def new(self, prefix: str) -> str:
        self.used[prefix] += 1
        return f"{prefix}{self.used[prefix]}"

    def holders(self, goods: str) -> list[str]:
        return [holder for holder, amount in self.held[goods].items() if amount > 0 and is_real(holder)]

    def content(self, holder: str) -> dict[str, int]:
        return {goods: held[holder] for goods, held in self.held.items() if held.get(holder, 0) > 0}

    def inside(self, container: str) -> dict[str, int]:
        """Everything in a container, at any depth."""
        found: dict[str, int] = defaultdict(int)
        for goods, amount in self.content(container).items():
            found[goods] += amount
            if is_container(goods):
                for inner, more in self.inside(goods).items():
                    found[inner] += more
        return found

    def stands(self, holder: str) -> str:
        """The place (or shipment, or party) where the outermost container stands."""
        while is_container(holder):
            holder = self.holders(holder)[0]
        return holder

    def state(self, goods: str) -> str:
        """What an answer says of it: the strictest."""
        if goods in self.blocked:
            return "held"
        return "expired" if self.expiry.get(goods) and self.status[goods] != "rejected" else self.status[goods]

    def with_suppliers(self, goods: str) -> int:
        """How much of it, in no container, went back to suppliers who signed for it."""
        return sum(self.held[goods].get(f"at:{supplier}", 0) for supplier in SUPPLIERS)

    def alone(self, goods: str, warehouse: str, place: str) -> bool:
        """Nothing else of it is in the warehouse, so that nobody need say which."""
        here = [h for h in self.holders(goods) if self.stands(h) in PLACES[warehouse]]
        return here == [place]

    def loose(self, places: tuple[str, ...] = OURS, *, containers: bool = True) -> list[tuple[str, str, int]]:
        """What can be taken: goods, place, amount. Tanks stay where they are."""
        return [
            (goods, place, amount)
            for place in places
            for goods, amount in self.content(place).items()
            if goods[0] != "K" and (containers or not is_container(goods))
        ]

    def lots(self) -> list[tuple[str, str, int]]:
        return [(g, p, a) for g, p, a in self.loose(containers=False) if g[0] != "S"]

    # what is done

    def move(self, goods: str, amount: int, source: str, target: str) -> None:
        if uninspected(source, target):  # with what is inside
            content = self.inside(goods) if is_container(goods) else ()
            self.mixed |= {one for one in (goods, *content) if self.status[one] != "pending"}
        self.held[goods][source] -= amount
        self.held[goods][target] += amount
        assert self.held[goods][source] >= 0 or not is_real(source), (goods, source)

    def sink(self, container: str, holder: str, target: str) -> None:
        """Away with a container and everything in it."""
        for goods, amount in list(self.content(container).items()):
            if is_container(goods):
                self.sink(goods, container, target)
            else:
                self.move(goods, amount, container, target)
        self.move(container, ONE, holder, target)

    def tell(self, line: str, extra: dict[str, object] | None = None, *, at_once: bool = False) -> str:
        """Tell of it, some minutes after what was told before, or in the same minute and batch."""
        self.clock += 0 if at_once else self.chance.randint(1, 90)
        self.batch += 0 if at_once else 1
        name = f"e{len(self.told)}"
        day, minutes = divmod(self.clock, 24 * 60)
        said = f"day {day + 1} {minutes // 60:02d}:{minutes % 60:02d} {line}"
        self.told.append(Told(said, extra or {}, self.clock, name, self.batch))
        return name

    def some(self, amount: int) -> int:
        """Some of it, often all."""
        if amount <= ONE or self.chance.random() < 0.35:
            return amount
        return self.chance.randint(1, amount // ONE) * ONE

    def say(self, goods: str, amount: int) -> str:
        if goods[0] in "SPTK":
            return goods
        unit = self.unit[goods]
        if unit == "KGM" and self.chance.random() < 0.4:
            return f"{goods} {amount} GRM"
        return f"{goods} {Decimal(amount) / ONE:f}" + (f" {unit}" if unit else "")

    def says(self, parts: list[tuple[str, int]]) -> str:
        return " + ".join(self.say(goods, amount) for goods, amount in parts)

    def pick(self, things: list[tuple[str, str, int]], most: int) -> tuple[str, list[tuple[str, int]]] | None:
        """Up to so many things at one place, some of each."""
        if not things:
            return None
        place = self.chance.choice(things)[1]
        here = [(goods, amount) for goods, where, amount in things if where == place]
        chosen = self.chance.sample(here, min(len(here), self.chance.randint(1, most)))
        return place, [(goods, self.some(amount)) for goods, amount in chosen]

    def new_lot(self, prefix: str = "L") -> str:
        lot = self.new(prefix)
        self.unit[lot] = self.chance.choice(("", "", "", "KGM"))
        return lot


def is_container(name: str) -> bool:
    return name[0] in "PTK" and name[1:].isdigit()


def is_real(holder: str) -> bool:
    return holder in OURS or is_container(holder) or holder.partition(":")[0] in ("way", "at", "back")


def uninspected(source: str, target: str) -> bool:
    """Whether these come, or come back, as goods that nobody has inspected."""
    return not is_real(source) or (target in OURS and source.partition(":")[0] in ("at", "back"))


def advice(shipment: str) -> dict[str, object]:
    return {"bizTransactionList": [{"type": "desadv", "bizTransaction": f"urn:epcglobal:cbv:bt:{GLN_A}:{shipment}"}]}


def warehouse_of(place: str) -> str:
    return "b" if place.startswith("b.") else "a"


# the steps


def receive(w: World) -> None:
    """From a supplier; a lot comes once or again, and sometimes he has told of it himself."""
    supplier, place = w.chance.choice(SUPPLIERS), w.chance.choice(("dock", "dock", "b.dock"))
    parts: list[tuple[str, int]] = []
    again = [lot for lot, unit in w.unit.items() if (lot.startswith("L") or "." in lot) and unit != "LTR"]
    for _ in range(w.chance.randint(1, 2)):
        lot = w.chance.choice(again) if again and w.chance.random() < 0.3 else w.new_lot()
        if w.chance.random() < 0.15:
            lot = w.chance.choice(("M.L1", "W.L1"))
            w.unit.setdefault(lot, "")
        if lot not in dict(parts):
            parts.append((lot, w.chance.randint(1, 12) * ONE))
    parts += [(w.new("S"), ONE) for _ in range(w.chance.choice((0, 0, 1, 2)))]
    if parts[0][0] not in again and parts[0][0][0] == "L" and w.chance.random() < 0.2:  # what he made it of
        w.tell(f"make {w.new('M.F')} 4 -> {w.say(*parts[0])} at x.{supplier}")
        w.made_by[parts[0][0]][f"x.{supplier}"] += parts[0][1]
    if w.chance.random() < 0.3:
        w.tell(f"ship {w.says(parts)} from x.{supplier} to {warehouse_of(place)} by {supplier}")
    w.tell(f"receive {w.says(parts)} at {place} from {supplier}")
    for goods, amount in parts:
        w.move(goods, amount, "external", place)
        w.supplied[goods][supplier] += amount


def receive_pallet(w: World) -> None:
    """The supplier has packed it and says what is in it."""
    supplier, place, pallet = w.chance.choice(SUPPLIERS), w.chance.choice(("dock", "b.dock")), w.new("P")
    parts = [(w.new_lot(), w.chance.randint(1, 12) * ONE)]
    parts += [(w.new("S"), ONE) for _ in range(w.chance.choice((0, 0, 1)))]
    w.tell(f"pack {w.says(parts)} in {pallet} at x.{supplier}")
    if w.chance.random() < 0.5:
        w.tell(f"ship {pallet} from x.{supplier} to {warehouse_of(place)} by {supplier}")
    w.tell(f"receive {pallet} at {place} from {supplier}")
    w.move(pallet, ONE, "external", place)
    for goods, amount in parts:
        w.move(goods, amount, "external", pallet)
        w.supplied[goods][supplier] += amount


def store(w: World) -> None:
    chosen = w.pick(w.loose(), 1)
    if not chosen:
        return
    place, [(goods, amount)] = chosen
    target = w.chance.choice([p for p in PLACES[warehouse_of(place)] if p != place])
    clear = goods[0] in "SPT" or w.alone(goods, warehouse_of(place), place)
    extra: dict[str, object] = {} if clear else {"suyuan:from": place_uri(place)}
    w.tell(f"store {w.say(goods, amount)} at {target}", extra)
    w.move(goods, amount, place, target)


def judge(w: World) -> None:
    """What changes no quantity: inspected, held, released, seen."""
    chosen = w.pick(w.loose(containers=False), 2)
    if not chosen:
        return
    place, parts = chosen
    verb = w.chance.choice(("pass", "pass", "pass", "fail", "hold", "release", "see"))
    w.tell(f"{verb} {w.says(parts)} at {place}")
    for goods, amount in parts:
        if verb in ("pass", "fail"):
            whole = w.holders(goods) == [place] and amount == w.held[goods][place]
            if not whole or w.status[goods] != "pending":
                w.mixed.add(goods)
            w.status[goods] = "released" if verb == "pass" else "rejected"
        elif verb == "hold":
            w.mixed |= {goods} & w.blocked  # twice: what lifts both?
            w.blocked.add(goods)
        elif verb == "release":
            w.blocked.discard(goods)


def keep(w: World) -> None:
    """A concession: accepted all the same, and good until a day, which may be over by now."""
    chosen = w.pick(w.lots(), 1)
    if chosen:
        place, [(goods, amount)] = chosen
        gone = w.chance.random() < 0.5
        last = "2026-07-01" if gone else "2027-01-31"
        w.tell(f"keep {w.say(goods, amount)} at {place}", {"suyuan:lots": [{"id": uri(goods), "expiry": last}]})
        if w.holders(goods) != [place] or amount != w.held[goods][place]:
            w.mixed.add(goods)
        w.status[goods], w.expiry[goods] = "released", gone


def encode(w: World) -> None:
    """A new label: nothing moves."""
    chosen = w.pick(w.loose(), 2)
    if chosen:
        w.tell(f"encode {' + '.join(goods for goods, _ in chosen[1])} at {chosen[0]}")


def pack(w: World) -> None:
    """Loose goods and containers into a container that stands there, or a new one; sometimes shipped in the minute."""
    chosen = w.pick(w.loose(), 3)
    if not chosen:
        return
    place, parts = chosen
    there = [g for g in w.content(place) if g[0] in "PT" and g not in dict(parts)]
    parent = w.chance.choice(there) if there and w.chance.random() < 0.5 else w.new(w.chance.choice("PPT"))
    w.tell(f"pack {w.says(parts)} in {parent} at {place}")
    if not w.holders(parent):
        w.move(parent, ONE, "external", place)
    for goods, amount in parts:
        w.move(goods, amount, place, parent)
    if w.chance.random() < 0.2:
        _ship(w, place, [(parent, ONE)], at_once=True)


def unpack(w: World) -> None:
    full = [c for c in list(w.held) if c[0] in "PT" and w.content(c) and w.stands(c) in OURS]
    if not full:
        return
    parent = w.chance.choice(full)
    place, inside = w.stands(parent), list(w.content(parent).items())
    place = w.chance.choice([place, place, *PLACES[warehouse_of(place)]])
    parts = inside
    said = ""
    if w.chance.random() < 0.5:
        parts = [(g, w.some(a)) for g, a in w.chance.sample(inside, w.chance.randint(1, len(inside)))]
        said = w.says(parts) + " "
    w.tell(f"unpack {said}from {parent} at {place}")
    for goods, amount in parts:
        w.move(goods, amount, parent, place)


def look(w: World) -> None:
    """Seen in a container: some of what is in it."""
    full = [c for c in list(w.held) if c[0] in "PT" and w.content(c) and w.stands(c) in OURS]
    if full:
        parent = w.chance.choice(full)
        parts = w.chance.sample(list(w.content(parent).items()), 1)
        w.tell(f"look {w.says(parts)} in {parent} at {w.stands(parent)}")


def make(w: World) -> None:
    """n goods become m: a new lot, more of an old one (rework), by-products, serials; sometimes told in two events."""
    chosen = w.pick(w.loose(containers=False), 3)
    if not chosen:
        return
    place, inputs = chosen
    outputs: list[tuple[str, int]] = []
    extra: dict[str, object] = {}
    old = [lot for lot in w.unit if lot[0] == "Y" and lot not in dict(inputs)]
    if w.chance.random() < 0.2:
        outputs = [(w.new("S"), ONE) for _ in range(w.chance.randint(1, 3))]
        if w.chance.random() < 0.6:
            extra = {"ilmd": {"cbvmda:lotNumber": w.new("Y9")}}
    else:
        lot = w.chance.choice(old) if old and w.chance.random() < 0.3 else w.new_lot("Y")
        outputs = [(lot, w.chance.randint(1, 12) * ONE)]
        if w.chance.random() < 0.3:
            outputs.append((w.new_lot("W"), w.chance.randint(1, 3) * ONE))
    if len(inputs) > 1 and len(outputs) > 1 and w.chance.random() < 0.5:
        batch = w.new("B")
        w.tell(f"make {w.says(inputs[:1])} -> {w.says(outputs[:1])} at {place} batch {batch}", extra)
        w.tell(f"make {w.says(inputs[1:])} -> {w.says(outputs[1:])} at {place} batch {batch}", extra)
    else:
        w.tell(f"make {w.says(inputs)} -> {w.says(outputs)} at {place}", extra)
    _become(w, place, inputs, outputs)


def use_up(w: World) -> None:
    """A box goes into the mixer with all that is in it."""
    boxes = [(g, p) for g, p, _ in w.loose() if g[0] == "P" and w.content(g)]
    if boxes:
        box, place = w.chance.choice(boxes)
        made = (w.new_lot("Y"), w.chance.randint(1, 9) * ONE)
        w.tell(f"make {box} -> {w.say(*made)} at {place}")
        w.sink(box, place, "consumed")
        w.move(made[0], made[1], "made", place)


def relabel(w: World) -> None:
    """The same goods under another number: one into one or two, two into one."""
    chosen = w.pick(w.lots(), 2)
    if not chosen or len({w.unit[goods] for goods, _ in chosen[1]}) > 1:
        return
    place, inputs = chosen
    total, unit = sum(amount for _, amount in inputs), w.unit[inputs[0][0]]
    first = w.some(total)
    outputs = [(w.new("R"), amount) for amount in (first, total - first) if amount]
    for lot, _ in outputs:
        w.unit[lot] = unit
        w.mixed |= {lot} if any(goods in w.mixed for goods, _ in inputs) else set()
    w.tell(f"relabel {w.says(inputs)} -> {w.says(outputs)} at {place}")
    _become(w, place, inputs, outputs)
    for lot, _ in outputs:
        w.status[lot] = max((w.status[goods] for goods, _ in inputs), key=STRICTEST.index)
        w.blocked |= {lot} if any(goods in w.blocked for goods, _ in inputs) else set()
        # The earliest last day of the inputs: one that is gone is earlier than one to come.
        if dated := [w.expiry[goods] for goods, _ in inputs if goods in w.expiry]:
            w.expiry[lot] = any(dated)


def rework(w: World) -> None:
    """Goods are made good: what comes of them waits for an inspection of its own."""
    chosen = w.pick(w.lots(), 2)
    if chosen:
        place, inputs = chosen
        outputs = [(w.new_lot("Y"), w.chance.randint(1, 9) * ONE)]
        w.tell(f"rework {w.says(inputs)} -> {w.says(outputs)} at {place}")
        _become(w, place, inputs, outputs)


def _become(w: World, place: str, inputs: list[tuple[str, int]], outputs: list[tuple[str, int]]) -> None:
    for goods, amount in inputs:
        w.move(goods, amount, place, "consumed")
    for goods, amount in outputs:
        w.move(goods, amount, "made", place)


def create(w: World) -> None:
    """Serials of a lot, numbered here or delivered with lot and serial on the label."""
    place, lot = w.chance.choice(("line", "b.dock")), w.new("Y8")
    serials = [w.new("S") for _ in range(w.chance.randint(1, 3))]
    if w.chance.random() < 0.5:
        w.tell(f"create {' + '.join(serials)} at {place}", {"ilmd": {"cbvmda:lotNumber": lot}})
        source = "made"
    else:
        w.tell(
            f"receive {' + '.join(serials)} at {place} from farm", {"epcList": [f"{uri(lot)}/21/{s}" for s in serials]}
        )
        source = "external"
    for serial in serials:
        w.move(serial, ONE, source, place)
        w.supplied[serial]["farm"] += ONE if source == "external" else 0


def fill(w: World) -> None:
    """Milk into a tank; the tank stands at the line."""
    lot, tank, amount = w.new("L"), w.chance.choice(("K1", "K2")), w.chance.randint(1, 9) * 10 * ONE
    w.unit[lot] = "LTR"
    w.tell(f"receive {w.say(lot, amount)} at line from farm")
    w.supplied[lot]["farm"] += amount
    w.move(lot, amount, "external", "line")
    w.tell(f"pack {w.say(lot, amount)} in {tank} at line")
    if not w.holders(tank):
        w.move(tank, ONE, "external", "line")
    w.move(lot, amount, "line", tank)


def draw(w: World) -> None:
    tanks = [k for k in ("K1", "K2") if w.content(k)]
    if not tanks:
        return
    tank = w.chance.choice(tanks)
    lot, amount = w.chance.choice(list(w.content(tank).items()))
    used, made = w.some(amount), (w.new_lot("Y"), w.chance.randint(1, 9) * ONE)
    w.tell(f"make {tank} + {w.say(lot, used)} -> {w.say(*made)} at line")
    w.move(lot, used, tank, "consumed")
    w.move(made[0], made[1], "made", "line")


def clean(w: World) -> None:
    for tank in ("K1", "K2"):
        if w.holders(tank) and not w.content(tank):
            w.tell(f"clean {tank} at line")
            return


def ship(w: World) -> None:
    chosen = w.pick(w.loose(), 3)
    if chosen:
        _ship(w, *chosen)


def _ship(w: World, place: str, parts: list[tuple[str, int]], *, at_once: bool = False) -> None:
    other = "a" if warehouse_of(place) == "b" else "b"
    to = w.chance.choice((*CUSTOMERS, *CUSTOMERS, other))
    shipment = Shipment(w.new("D"), place, to, dict(parts))
    w.tell(f"ship {w.says(parts)} from {place} to {to} via {shipment.id}", at_once=at_once)
    for goods, amount in parts:
        w.move(goods, amount, place, f"way:{shipment.id}")
    w.shipments.append(shipment)


def send_back(w: World) -> None:
    """Goods, or a container of them, go back to a supplier, perhaps to another than they came from."""
    chosen = w.pick(w.loose(), 2)
    if not chosen:
        return
    place, parts = chosen
    shipment = Shipment(w.new("D"), place, w.chance.choice(SUPPLIERS), dict(parts))
    told = f"reject {w.says(parts)} from {place} to {shipment.to} via {shipment.id}"
    w.tell(told, {"suyuan:from": place_uri(place)})
    _back_to(w, shipment, 1)
    for goods, amount in parts:
        w.move(goods, amount, place, f"way:{shipment.id}")
    w.shipments.append(shipment)


def _back_to(w: World, shipment: Shipment, sign: int) -> None:
    """The supplier has brought so much less."""
    for goods, amount in shipment.goods.items():
        for one, less in (w.inside(goods) if is_container(goods) else {goods: amount}).items():
            if not is_container(one):
                w.supplied[one][shipment.to] -= sign * less


def void(w: World) -> None:
    """The last shipment did not leave after all."""
    if w.shipments and (last := w.shipments[-1]).open and w.content(f"way:{last.id}") == last.goods:
        place, parts = last.source, list(last.goods.items())
        w.tell(f"void {w.says(parts)} at {place}", advice(last.id))
        for goods, amount in parts:
            w.move(goods, amount, f"way:{last.id}", place)
        if last.to in SUPPLIERS:
            _back_to(w, last, -1)
        last.open = False


def arrive(w: World) -> None:
    """A shipment is signed for, refused in part, or received in the other warehouse, perhaps short."""
    under_way = [s for s in w.shipments if s.open and w.content(f"way:{s.id}")]
    if not under_way:
        return
    shipment = w.chance.choice(under_way)
    parts, way = list(w.content(f"way:{shipment.id}").items()), f"way:{shipment.id}"
    if shipment.to in PLACES:
        got = [(g, w.some(a)) for g, a in w.chance.sample(parts, w.chance.randint(1, len(parts)))]
        place = f"{'b.' if shipment.to == 'b' else ''}dock"
        sender = "a" if shipment.to == "b" else "b"
        w.tell(f"receive {w.says(got)} at {place} from {sender}", advice(shipment.id))
        for goods, amount in got:
            w.move(goods, amount, way, place)
        return
    shipment.open = False
    if shipment.to in SUPPLIERS:
        w.tell(f"accept {w.says(parts)} to {shipment.to}", advice(shipment.id))
        for goods, amount in parts:
            w.move(goods, amount, way, f"at:{shipment.to}")
        return
    refused = [(g, w.some(a)) for g, a in w.chance.sample(parts, 1)] if w.chance.random() < 0.4 else []
    for goods, amount in refused:
        w.move(goods, amount, way, f"back:{shipment.id}")
    boxes = [(box, g) for box in w.content(way) if is_container(box) for g in w.content(box) if g in w.unit]
    if boxes and w.chance.random() < 0.3:  # some of what is in a box
        box, lot = w.chance.choice(boxes)
        # In one box only: else nobody knows which of them it was.
        if lot not in dict(refused) and [h for h in w.holders(lot) if w.stands(h) == way] == [box]:
            refused.append((lot, w.some(w.held[lot][box])))
            w.move(*refused[-1], box, f"back:{shipment.id}")
    kept = list(w.content(way).items())
    for goods, amount in kept:
        w.move(goods, amount, way, f"at:{shipment.to}")
    if refused:
        w.tell(f"refuse {w.says(refused)} to {shipment.to}", advice(shipment.id))
    if kept:
        w.tell(f"accept {w.says(kept)} to {shipment.to}", advice(shipment.id))


def come_back(w: World) -> None:
    """What was refused comes back, perhaps into the other warehouse."""
    refused = [s for s in w.shipments if w.content(f"back:{s.id}")]
    if refused:
        shipment = w.chance.choice(refused)
        place = w.chance.choice(("dock", "b.dock"))
        parts = list(w.content(f"back:{shipment.id}").items())
        w.tell(f"return {w.says(parts)} at {place} from {shipment.to}", advice(shipment.id))
        for goods, amount in parts:
            w.move(goods, amount, f"back:{shipment.id}", place)


def give_back(w: World) -> None:
    """A customer returns something: loose goods, a container with what is in it, or something out of a container."""
    customer = w.chance.choice(CUSTOMERS)
    parts = list(w.content(f"at:{customer}").items())
    boxes = [g for g, _ in parts if is_container(g) and w.content(g)]
    place = w.chance.choice(("dock", "b.dock"))
    if boxes and w.chance.random() < 0.4:
        holder = w.chance.choice(boxes)
        # What lies in this box only: else nobody knows which of it comes.
        found = [(g, a) for g, a in w.content(holder).items() if not is_container(g)]
        parts = [p for p in found if [h for h in w.holders(p[0]) if w.stands(h) == f"at:{customer}"] == [holder]]
        if w.chance.random() < 0.5:  # he says that he has emptied it
            w.tell(f"unpack from {holder} at x.{customer}")
            for goods, amount in list(w.content(holder).items()):
                w.move(goods, amount, holder, f"at:{customer}")
                w.unpacked.add(goods)
            return
    else:
        holder = f"at:{customer}"
    refused = {goods for s in w.shipments for goods in w.content(f"back:{s.id}")}
    if parts := [(goods, amount) for goods, amount in parts if goods not in refused]:  # else nobody knows which come
        goods, amount = w.chance.choice(parts)
        amount = w.some(amount)
        w.tell(f"return {w.say(goods, amount)} at {place} from {customer}")
        w.move(goods, amount, holder, place)


def sell_on(w: World) -> None:
    """A customer reports what he sold to another."""
    parts = [(g, a) for g, a in w.content("at:shop").items() if not is_container(g)]
    if parts:
        goods, amount = w.chance.choice(parts)
        amount = w.some(amount)
        w.tell(f"ship {w.say(goods, amount)} from x.shop to kiosk by shop")
        w.onward[goods]["kiosk"] += amount


def count(w: World) -> None:
    lots = w.lots()
    if lots:
        lot, place, amount = w.chance.choice(lots)
        seen = max(0, amount + w.chance.choice((-2, -1, 0, 0, 1)) * ONE)
        w.tell(f"count {w.say(lot, seen)} at {place}")
        w.move(lot, amount - seen, place, "variance")


def destroy(w: World) -> None:
    """Scrapped, or taken as a sample; a container is scrapped with all that is in it."""
    chosen = w.pick(w.loose(), 1)
    if chosen:
        place, [(goods, amount)] = chosen
        if is_container(goods):
            w.tell(f"destroy {goods} at {place}")
            w.sink(goods, place, "scrap")
            return
        verb, sink = w.chance.choice((("destroy", "scrap"), ("sample", "sample")))
        w.tell(f"{verb} {w.say(goods, amount)} at {place}")
        w.move(goods, amount, place, sink)


Step = Callable[[World], None]
STEPS: tuple[Step, ...] = (
    receive, receive, receive_pallet, store, store, judge, pack, pack, pack, unpack, unpack, look, make, make, make,
    relabel, use_up, create, fill, draw, draw, clean, ship, ship, ship, void, arrive, arrive, arrive, come_back,
    give_back, give_back, sell_on, count, destroy, keep, encode, rework, send_back, send_back,
)  # fmt: skip


def world(seed: int, steps: list[int]) -> World:
    """What happens in these steps of a seed; some steps are told wrongly first, and put right later."""
    w = World()
    for number in steps:
        w.chance = random.Random(f"{seed}.{number}")
        step, wrong = w.chance.choice(STEPS), w.chance.random() < 0.08
        if not wrong:
            step(w)
            continue
        phantom = copy.deepcopy(w)
        step(phantom)
        lies = phantom.told[len(w.told) :]
        before = len(w.told) + len(lies)
        w.told, w.batch = phantom.told, phantom.batch
        if w.chance.random() < 0.5:
            step(w)
        truth = tuple(told.name for told in w.told[before:])
        for lie in lies:
            lie.wrong = truth
    return w
