"""A small world that knows the truth: where every piece really is, who really has it, what it was made of.

It does something possible at random, step by step, and tells of it in the words of `tests.ledgers.story`; what is told
is what a ledger gets to read. Amounts are thousandths. Each step has its own chance, so that steps can be left out.

Goods that we keep for another are goods of their own here: `L1@farm` is what is the farm's of the lot `L1`. Lots C… are
weighed besides being counted.
"""

import copy
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from tests.ledgers.story import GLN_A, party, uri
from tests.ledgers.story import place as place_uri

PLACES = {"a": ("dock", "bin1", "line"), "b": ("b.dock", "b.bin1")}
OURS = tuple(place for places in PLACES.values() for place in places)
SUPPLIERS, CUSTOMERS = ("farm", "mill"), ("shop", "mart")
ONE = 1000
PENDING = {"released": "pending", "pending": "pending", "rejected": "rejected"}  # of what comes back in a container
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


Row = tuple[int, str]  # of goods that are weighed: with which delivery they came, and their status
# What a move was to the balance of its goods: in which step, of which goods, in grams or not, the term, how much.
Flow = tuple[int, str, bool, str, int]
# From where to where goods move, seen from the books; a void takes back what was sent.
INSIDE = frozenset({"here", "way"})
TERMS = {
    ("external", "in"): "received", ("made", "in"): "made", ("in", "consumed"): "consumed", ("in", "scrap"): "scrap",
    ("in", "sample"): "sample", ("in", "variance"): "difference", ("variance", "in"): "-difference",
    ("in", "out"): "shipped", ("out", "in"): "returned", ("in", "back"): "sent_back", ("back", "in"): "-sent_back",
}  # fmt: skip


@dataclass
class World:
    held: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    heavy: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    scale: dict[str, int] = field(default_factory=dict)  # what was said of the weight of what is about to move
    rows: dict[str, dict[str, set[Row]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
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
    used_by: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # the owners of a lot
    used: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    told: list[Told] = field(default_factory=list)
    clock: int = 0
    batch: int = 0
    flows: list["Flow"] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)  # the minute after which each step had been told of
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

    def judged(self, goods: str, place: str, now: dict[str, str]) -> None:
        rows = self.rows[goods]
        rows[place] = {(came, now.get(status, status)) for came, status in rows[place]}

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
            if goods[0] != "K" and (containers or not is_container(goods)) and self.one_row(goods, place)
        ]

    def one_row(self, goods: str, holder: str) -> bool:
        """Of what is weighed and came twice, or was judged twice, nobody knows which piece has which weight."""
        # What has left us is told apart by nothing but its lot.
        away = self.stands(holder) not in OURS
        same = [one for one in self.held if lot_of(one) == lot_of(goods)] if away else [goods]
        return not is_weighed(goods) or len({row for one in same for row in self.rows[one][holder]}) < 2

    def lies(self, lot: str, where: str) -> list[str]:
        """Whatever holds some of a lot there, whose ever it is."""
        return [
            h for one in self.held if lot_of(one) == lot_of(lot) for h in self.holders(one) if self.stands(h) == where
        ]

    def lots(self) -> list[tuple[str, str, int]]:
        return [(g, p, a) for g, p, a in self.loose(containers=False) if g[0] != "S"]

    # what is done

    def move(self, goods: str, amount: int, source: str, target: str) -> None:
        if uninspected(source, target):  # with what is inside
            content = self.inside(goods) if is_container(goods) else ()
            self.mixed |= {one for one in (goods, *content) if self.status[one] != "pending"}
            for one in filter(is_weighed, content):
                rows = self.rows[one]
                for holder in rows:
                    if holder == goods or holder in content:
                        rows[holder] = {(came, PENDING[status]) for came, status in rows[holder]}
        if not is_real(source):
            self.used_by[lot_of(goods)].add(owner_of(goods))
        self.note(goods, amount, source, target)
        self.held[goods][source] -= amount
        self.held[goods][target] += amount
        assert self.held[goods][source] >= 0 or not is_real(source), (goods, source)
        if is_weighed(goods):
            self._move_weight(goods, source, target)

    def _move_weight(self, goods: str, source: str, target: str) -> None:
        """As much as the scale said, and with the last piece the rest is lost; where nobody weighed it goes along."""
        weight, rows = self.heavy[goods], self.rows[goods]
        last = is_real(source) and self.held[goods][source] == 0
        said = self.scale.pop(goods, None)
        moved = said if said is not None else weight[source] if last else 0
        more = max(moved - weight[source], 0) if is_real(source) else 0
        self.term(goods, True, moved, source, target)
        self.term(goods, True, -more, source, "variance")
        weight[source] -= moved - more
        weight["variance"] -= more
        weight[target] += moved
        came = {(len(self.told), "pending")} if uninspected(source, target) else set(rows[source])
        rows[target] |= came
        if last:
            self.term(goods, True, weight[source], source, "variance")
            weight["variance"] += weight[source]
            weight[source], rows[source] = 0, set()
        assert weight[source] >= 0 or not is_real(source), (goods, source)

    def note(self, goods: str, amount: int, source: str, target: str) -> None:
        """What the move is to the balance of goods, or of all that is in a container."""
        if not is_container(goods):
            self.term(goods, False, amount, source, target)
            return
        around = [goods, *(one for one in self.inside(goods) if is_container(one))]
        for one in self.held:
            for holder in around:
                if not is_container(one):
                    self.term(one, False, self.held[one].get(holder, 0), source, target)
                    self.term(one, True, self.heavy[one].get(holder, 0), source, target)

    def term(self, goods: str, weighs: bool, amount: int, source: str, target: str) -> None:
        """Note what crosses the edge of the books, and how much more lies in stock and is under way."""
        one, other = self.seen(source), self.seen(target)
        if not amount or is_container(goods):
            return
        ways = ("in" if one in INSIDE else one, "in" if other in INSIDE else other)
        term = TERMS.get(ways, "") if ways[0] != ways[1] else ""
        if term == "returned" and source.startswith("way:"):
            term = "-shipped" if target in OURS else term
        less = -1 if term.startswith("-") else 1
        found = [(term.removeprefix("-"), less * amount)] if term else []
        found += [(side, much) for side, much in ((one, -amount), (other, amount)) if side in INSIDE]
        if ways == ("out", "variance"):  # what a customer no longer has, by another scale than ours
            found += [("returned", amount), ("difference", amount)]
        self.flows += [(len(self.ends), goods, weighs, what, much) for what, much in found]

    def seen(self, holder: str) -> str:
        """What a holder is to the books."""
        stands = self.stands(holder)
        kind, _, which = stands.partition(":")
        if stands in OURS:
            return "here"
        if kind == "back":
            return "way"
        if kind not in ("way", "at"):
            return kind
        to = next(s.to for s in self.shipments if s.id == which) if kind == "way" else which
        return "way" if to in PLACES else "back" if to in SUPPLIERS else "out"

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

    def say(self, goods: str, amount: int, source: str = "", *, anew: bool = False) -> str:
        """`source`: where it is about to be taken from, and perhaps weighed; `anew`: on a scale that may say more."""
        lot = lot_of(goods)
        if goods[0] in "SPTK":
            return lot
        unit = self.unit[lot]
        if unit == "KGM" and self.chance.random() < 0.4:
            return f"{lot} {amount} GRM"
        said = f"{lot} {Decimal(amount) / ONE:f}" + (f" {unit}" if unit else "")
        if not (source and is_weighed(goods)) or self.chance.random() < 0.2:
            return said
        weight = self._weigh(goods, amount, source)
        weight += weight // 8 if anew and self.chance.random() < 0.3 else 0
        if weight <= 0:
            return said
        self.scale[goods] = weight
        return f"{said} + {lot} " + self.chance.choice((f"{weight} GRM", f"{Decimal(weight) / ONE:f} KGM"))

    def _weigh(self, goods: str, amount: int, source: str) -> int:
        """Grams: of what is there at most all, and of the last piece perhaps less than the books have."""
        most = self.heavy[goods][source] if is_real(source) else amount * 10
        if is_real(source) and self.chance.random() < 0.7:
            most = most * amount // self.held[goods][source]
        return most - self.chance.choice((0, 0, 1, most // 10))

    def says(self, parts: list[tuple[str, int]], source: str = "", *, anew: bool = False) -> str:
        return " + ".join(self.say(goods, amount, source, anew=anew) for goods, amount in parts)

    def whose(self, parts: list[tuple[str, int]], *, always: bool = False) -> dict[str, object]:
        """Whose goods an event speaks of, where that is not clear, or else sometimes."""
        lots = [goods for goods, _ in parts if not is_container(goods)]
        owner = owner_of(lots[0]) if lots else ""
        others = any(self.used_by[lot_of(goods)] - {owner} for goods in lots)
        if not (others or (owner and (always or self.chance.random() < 0.5))):
            return {}
        return {"suyuan:owner": party(owner or "a")}

    def pick(self, things: list[tuple[str, str, int]], most: int) -> tuple[str, list[tuple[str, int]]] | None:
        """Up to so many things at one place, some of each."""
        if not things:
            return None
        place = self.chance.choice(things)[1]
        here = [(goods, amount) for goods, where, amount in things if where == place]
        chosen = self.chance.sample(here, min(len(here), self.chance.randint(1, most)))
        # An event speaks of the goods of one owner.
        owner = owner_of(chosen[0][0])
        chosen = [part for part in chosen if owner_of(part[0]) == owner]
        return place, [(goods, self.some(amount)) for goods, amount in chosen]

    def new_lot(self, prefix: str = "L") -> str:
        lot = self.new(prefix)
        self.unit[lot] = "" if is_weighed(lot) else self.chance.choice(("", "", "", "KGM"))
        return lot

    def merged(self) -> "World":
        """The same, where it does not matter whose goods are."""
        one = copy.deepcopy(self)
        for name in [name for name in one.held if "@" in name]:
            lot = lot_of(name)
            one.mixed.add(lot)
            for account in (one.held, one.heavy, one.supplied, one.onward, one.made_by):
                for key, amount in account.pop(name, {}).items():
                    account[lot][key] += amount
            one.unpacked |= {lot} if name in one.unpacked else set()
        one.flows = [(flow[0], lot_of(flow[1]), *flow[2:]) for flow in one.flows]
        return one


def lot_of(name: str) -> str:
    return name.partition("@")[0]


def owner_of(name: str) -> str:
    """Empty: they are ours."""
    return name.partition("@")[2]


def of(lot: str, owner: str) -> str:
    """What is an owner's of a lot."""
    return f"{lot_of(lot)}@{owner}" if owner else lot_of(lot)


def is_weighed(name: str) -> bool:
    return name[0] == "C"


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
    keeps = w.chance.random() < 0.3
    again = [lot for lot, unit in w.unit.items() if (lot.startswith("L") or "." in lot) and unit != "LTR"]
    for _ in range(w.chance.randint(1, 2)):
        lot = w.chance.choice(again) if again and w.chance.random() < (0.6 if keeps else 0.3) else w.new_lot()
        if w.chance.random() < 0.15:
            lot = w.chance.choice(("M.L1", "W.L1"))
            w.unit.setdefault(lot, "")
        if lot not in dict(parts):
            parts.append((lot, w.chance.randint(1, 12) * ONE))
    if w.chance.random() < 0.3:  # weighed, once more in a while
        old = [lot for lot in w.unit if is_weighed(lot)]
        lot = w.chance.choice(old) if old and w.chance.random() < 0.1 else w.new_lot("C")
        parts[0 if w.chance.random() < 0.5 else len(parts) :] = [(lot, w.chance.randint(1, 8) * ONE)]
    parts += [(w.new("S"), ONE) for _ in range(w.chance.choice((0, 0, 1, 2)))]
    owner = w.chance.choice(("farm", "farm", "mill")) if keeps else ""  # whose goods they stay
    parts = [(of(goods, owner), amount) for goods, amount in parts]
    if lot_of(parts[0][0]) not in again and parts[0][0][0] == "L" and w.chance.random() < 0.2:  # what he made it of
        w.tell(f"make {w.new('M.F')} 4 -> {w.say(*parts[0])} at x.{supplier}")
        w.made_by[parts[0][0]][f"x.{supplier}"] += parts[0][1]
    if w.chance.random() < 0.3:
        w.tell(f"ship {w.says(parts)} from x.{supplier} to {warehouse_of(place)} by {supplier}")
    whose: dict[str, object] = {"suyuan:owner": party(owner)} if owner else {}
    w.tell(f"receive {w.says(parts, 'external')} at {place} from {supplier}", whose)
    for goods, amount in parts:
        w.move(goods, amount, "external", place)
        w.supplied[goods][supplier] += amount


def receive_pallet(w: World) -> None:
    """The supplier has packed it and says what is in it."""
    supplier, place, pallet = w.chance.choice(SUPPLIERS), w.chance.choice(("dock", "b.dock")), w.new("P")
    parts = [(w.new_lot(w.chance.choice("LLC")), w.chance.randint(1, 12) * ONE)]
    parts += [(w.new("S"), ONE) for _ in range(w.chance.choice((0, 0, 1)))]
    w.tell(f"pack {w.says(parts, 'external')} in {pallet} at x.{supplier}")
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
    w.tell(
        f"{w.chance.choice(('store', 'pick'))} {w.say(goods, amount, place)} at {target}",
        extra | w.whose([(goods, amount)]),
    )
    w.move(goods, amount, place, target)


def judge(w: World) -> None:
    """What changes no quantity: inspected, held, released, seen."""
    chosen = w.pick(w.loose(containers=False), 2)
    if not chosen:
        return
    place, parts = chosen
    verb = w.chance.choice(("pass", "pass", "pass", "fail", "hold", "release", "see"))
    parts = [part for part in parts if verb not in ("pass", "fail") or may_judge(w, place, *part)]
    if not parts:
        return
    w.tell(f"{verb} {w.says(parts)} at {place}", w.whose(parts))
    for goods, amount in parts:
        if verb in ("pass", "fail"):
            w.judged(
                goods,
                place,
                {"pending": VERDICT[verb], "released": VERDICT[verb]} if verb == "fail" else {"pending": "released"},
            )
            whole = w.holders(goods) == [place] and amount == w.held[goods][place]
            if not whole or w.status[goods] != "pending":
                w.mixed.add(goods)
            w.status[goods] = "released" if verb == "pass" else "rejected"
        elif verb == "hold":
            w.mixed |= {lot_of(goods)} & w.blocked  # twice: what lifts both?
            w.blocked.add(lot_of(goods))
        elif verb == "release":
            w.blocked.discard(lot_of(goods))


VERDICT = {"pass": "released", "fail": "rejected"}


def may_judge(w: World, place: str, goods: str, amount: int) -> bool:
    """Of what is weighed all at once, so that nobody need say what the judged pieces weigh."""
    return not is_weighed(goods) or (w.alone(goods, warehouse_of(place), place) and amount == w.held[goods][place])


def keep(w: World) -> None:
    """A concession: accepted all the same, and good until a day, which may be over by now."""
    chosen = w.pick(w.lots(), 1)
    if chosen:
        place, [(goods, amount)] = chosen
        gone = w.chance.random() < 0.5
        last = "2026-07-01" if gone else "2027-01-31"
        if not may_judge(w, place, goods, amount):
            return
        extra = {"suyuan:lots": [{"id": uri(lot_of(goods)), "expiry": last}]} | w.whose([(goods, amount)])
        w.tell(f"keep {w.say(goods, amount)} at {place}", extra)
        w.judged(goods, place, {"pending": "released", "rejected": "released"})
        if w.holders(goods) != [place] or amount != w.held[goods][place]:
            w.mixed.add(goods)
        w.status[goods], w.expiry[lot_of(goods)] = "released", gone


def encode(w: World) -> None:
    """A new label: nothing moves."""
    chosen = w.pick(w.loose(), 2)
    if chosen:
        w.tell(f"encode {' + '.join(lot_of(goods) for goods, _ in chosen[1])} at {chosen[0]}")


def pack(w: World) -> None:
    """Loose goods and containers into a container that stands there, or a new one; sometimes shipped in the minute."""
    chosen = w.pick(w.loose(), 3)
    if not chosen:
        return
    place, parts = chosen
    there = [g for g in w.content(place) if g[0] in "PT" and g not in dict(parts)]
    parent = w.chance.choice(there) if there and w.chance.random() < 0.5 else w.new(w.chance.choice("PPT"))
    w.tell(f"pack {w.says(parts, place)} in {parent} at {place}", w.whose(parts))
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
        few = w.chance.sample(inside, w.chance.randint(1, len(inside)))
        few = [part for part in few if owner_of(part[0]) == owner_of(few[0][0]) and w.one_row(part[0], parent)]
        if not few:
            return
        parts = [(g, w.some(a)) for g, a in few]
        said = w.says(parts, parent) + " "
    w.tell(f"unpack {said}from {parent} at {place}", w.whose(parts) if said else {})
    for goods, amount in parts:
        w.move(goods, amount, parent, place)


def look(w: World) -> None:
    """Seen in a container: some of what is in it."""
    full = [c for c in list(w.held) if c[0] in "PT" and w.content(c) and w.stands(c) in OURS]
    if full:
        parent = w.chance.choice(full)
        parts = w.chance.sample(list(w.content(parent).items()), 1)
        w.tell(f"look {w.says(parts)} in {parent} at {w.stands(parent)}", w.whose(parts))


def make(w: World) -> None:
    """n goods become m: a new lot, more of an old one (rework), by-products, serials; sometimes told in two events."""
    chosen = w.pick(w.loose(containers=False), 3)
    if not chosen:
        return
    place, inputs = chosen
    outputs: list[tuple[str, int]] = []
    owner = owner_of(inputs[0][0])  # it makes of his goods what is his
    extra: dict[str, object] = w.whose(inputs, always=True)
    old = [lot for lot in w.unit if lot[0] == "Y" and lot not in {lot_of(goods) for goods, _ in inputs}]
    if w.chance.random() < 0.2:
        outputs = [(w.new("S"), ONE) for _ in range(w.chance.randint(1, 3))]
        if w.chance.random() < 0.6:
            extra |= {"ilmd": {"cbvmda:lotNumber": w.new("Y9")}}
    else:
        lot = w.chance.choice(old) if old and w.chance.random() < 0.3 else w.new_lot("Y")
        outputs = [(lot, w.chance.randint(1, 12) * ONE)]
        if w.chance.random() < 0.3:
            outputs.append((w.new_lot("W"), w.chance.randint(1, 3) * ONE))
    outputs = [(of(goods, owner), amount) for goods, amount in outputs]
    if len(inputs) > 1 and len(outputs) > 1 and w.chance.random() < 0.5:
        batch = w.new("B")
        w.tell(f"make {w.says(inputs[:1], place)} -> {w.says(outputs[:1])} at {place} batch {batch}", extra)
        w.tell(f"make {w.says(inputs[1:], place)} -> {w.says(outputs[1:])} at {place} batch {batch}", extra)
    else:
        w.tell(f"make {w.says(inputs, place)} -> {w.says(outputs)} at {place}", extra)
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
    if not chosen or len({w.unit[lot_of(goods)] for goods, _ in chosen[1]}) > 1:
        return
    place, inputs = chosen
    total, unit = sum(amount for _, amount in inputs), w.unit[lot_of(inputs[0][0])]
    first, owner = w.some(total), owner_of(inputs[0][0])
    prefix = "C" if all(is_weighed(goods) for goods, _ in inputs) else "R"
    outputs = [(of(w.new(prefix), owner), amount) for amount in (first, total - first) if amount]
    for lot, _ in outputs:
        w.unit[lot_of(lot)] = unit
        w.mixed |= {lot} if any(goods in w.mixed for goods, _ in inputs) else set()
    said = f"relabel {w.says(inputs, place)} -> {w.says(outputs, 'made')} at {place}"
    w.tell(said, w.whose(inputs))
    _become(w, place, inputs, outputs)
    for lot, _ in outputs:
        w.status[lot] = max((w.status[goods] for goods, _ in inputs), key=STRICTEST.index)
        w.blocked |= {lot_of(lot)} if any(lot_of(goods) in w.blocked for goods, _ in inputs) else set()
        # The earliest last day of the inputs: one that is gone is earlier than one to come.
        if dated := [w.expiry[lot_of(goods)] for goods, _ in inputs if lot_of(goods) in w.expiry]:
            w.expiry[lot_of(lot)] = any(dated)


def rework(w: World) -> None:
    """Goods are made good: what comes of them waits for an inspection of its own."""
    chosen = w.pick(w.lots(), 2)
    if chosen:
        place, inputs = chosen
        outputs = [(of(w.new_lot("Y"), owner_of(inputs[0][0])), w.chance.randint(1, 9) * ONE)]
        w.tell(f"rework {w.says(inputs, place)} -> {w.says(outputs)} at {place}", w.whose(inputs, always=True))
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


def gauge(w: World) -> None:
    """How much there really is of a lot in a tank; the tank says where, not the place that it stands in."""
    tanks = [k for k in ("K1", "K2") if w.content(k)]
    if tanks:
        tank = w.chance.choice(tanks)
        lot, amount = w.chance.choice(list(w.content(tank).items()))
        seen = max(0, amount + w.chance.choice((-5, -1, 0, 2)) * ONE)
        w.tell(f"count {w.say(lot, seen)} at line", {"suyuan:from": uri(tank)})
        w.move(lot, amount - seen, tank, "variance")


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
    w.tell(f"ship {w.says(parts, place)} from {place} to {to} via {shipment.id}", w.whose(parts), at_once=at_once)
    w.shipments.append(shipment)
    for goods, amount in parts:
        w.move(goods, amount, place, f"way:{shipment.id}")


def send_back(w: World) -> None:
    """Goods, or a container of them, go back to a supplier, perhaps to another than they came from."""
    chosen = w.pick(w.loose(), 2)
    if not chosen:
        return
    place, parts = chosen
    shipment = Shipment(w.new("D"), place, w.chance.choice(SUPPLIERS), dict(parts))
    told = f"reject {w.says(parts, place)} from {place} to {shipment.to} via {shipment.id}"
    w.tell(told, {"suyuan:from": place_uri(place)} | w.whose(parts))
    _back_to(w, shipment, 1)
    w.shipments.append(shipment)
    for goods, amount in parts:
        w.move(goods, amount, place, f"way:{shipment.id}")


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
        w.tell(f"void {w.says(parts)} at {place}", advice(last.id) | w.whose(parts, always=last.to not in PLACES))
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
        w.tell(f"receive {w.says(got, way, anew=True)} at {place} from {sender}", advice(shipment.id) | w.whose(got))
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
    boxes = [(box, g) for box in w.content(way) if is_container(box) for g in w.content(box) if lot_of(g) in w.unit]
    if boxes and w.chance.random() < 0.3:  # some of what is in a box
        box, lot = w.chance.choice(boxes)
        # In one box only: else nobody knows which of them it was.
        if w.one_row(lot, box) and lot not in dict(refused) and w.lies(lot, way) == [box]:
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
        for owner in sorted({owner_of(goods) for goods, _ in parts}):
            his = [part for part in parts if owner_of(part[0]) == owner]
            extra = advice(shipment.id) | w.whose(his, always=True)
            told = w.says(his, f"back:{shipment.id}", anew=True)
            w.tell(f"return {told} at {place} from {shipment.to}", extra)
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
        parts = [p for p in found if w.lies(p[0], f"at:{customer}") == [holder]]
        if w.chance.random() < 0.5:  # he says that he has emptied it
            w.tell(f"unpack from {holder} at x.{customer}")
            for goods, amount in list(w.content(holder).items()):
                w.move(goods, amount, holder, f"at:{customer}")
                w.unpacked.add(goods)
            return
    else:
        holder = f"at:{customer}"
    refused = {lot_of(goods) for s in w.shipments for goods in w.content(f"back:{s.id}")}
    if parts := [
        (goods, amount) for goods, amount in parts if lot_of(goods) not in refused
    ]:  # else nobody knows which come
        goods, amount = w.chance.choice(parts)
        amount = w.some(amount)
        if w.one_row(goods, holder):
            extra = w.whose([(goods, amount)], always=True)
            w.tell(f"return {w.say(goods, amount, holder, anew=True)} at {place} from {customer}", extra)
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
        said, weight = w.say(lot, seen), 0
        if is_weighed(lot) and seen and w.chance.random() < 0.8:
            weight = w.chance.randint(1, 10) * seen
            said += f" + {lot_of(lot)} {weight} GRM"
        w.tell(f"count {said} at {place}", w.whose([(lot, seen)]))
        w.move(lot, amount - seen, place, "variance")
        if weight:
            w.term(lot, True, w.heavy[lot][place] - weight, place, "variance")
            w.heavy[lot]["variance"] += w.heavy[lot][place] - weight
            w.heavy[lot][place] = weight


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
        w.tell(f"{verb} {w.say(goods, amount, place)} at {place}", w.whose([(goods, amount)]))
        w.move(goods, amount, place, sink)


Step = Callable[[World], None]
STEPS: tuple[Step, ...] = (
    receive, receive, receive_pallet, store, store, judge, pack, pack, pack, unpack, unpack, look, make, make, make,
    relabel, use_up, create, fill, draw, draw, gauge, clean, ship, ship, ship, void, arrive, arrive, arrive, come_back,
    give_back, give_back, sell_on, count, destroy, keep, encode, rework, send_back, send_back,
)  # fmt: skip


def world(seed: int, steps: list[int]) -> World:
    """What happens in these steps of a seed; some steps are told wrongly first, and put right later."""
    w = World()
    for number in steps:
        w.chance = random.Random(f"{seed}.{number}")
        w.ends.append(w.clock)
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
