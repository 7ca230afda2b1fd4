"""What a recall of some goods freezes, against the truth: the same goods, places and parties, no more and no fewer; and
that it holds just what is in it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from suyuan.accounts.rules import SYSTEM
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.gs1.quantities import unit, unscaled
from suyuan.ledger.keys import key16
from suyuan.recall.commands import StartDrill, StartRecall
from suyuan.recall.models import Scope
from suyuan.stock.models import Subject
from tests.checker import walk
from tests.checker.compare import Shares, Truth, base
from tests.checker.world import World, is_container, is_real, is_weighed
from tests.ledgers.story import NOW, uri

RECALLED = "recalled"
T = TypeVar("T")


def misjudged(w: World, ledger: walk.Ledger, seed: int) -> list[str]:
    """One thing is recalled for exercise, and two are recalled."""
    # In an order that stays the same with fewer steps.
    names = sorted((name for name, held in w.held.items() if held), key=lambda name: key16(f"{seed} {name}"))
    if not names:
        return []
    one, two = names[:1], names[-2:]
    # Goods beside a container with nothing else in it: whether the box itself is recalled then is nobody's question.
    within = {u for name in two for u in inside(ledger, uri(name))} - set(map(uri, two))
    two = [name for name in two if within or not is_container(name)] or two[:1]
    wrong = Frozen(w, ledger, one).all(StartDrill(warehouse="a", subjects=tuple(map(uri, one))), 1)
    if Subject.objects.exclude(blocks="").filter(blocks__contains=RECALLED):
        wrong.append(f"a drill of {one} holds goods")
    frozen = Frozen(w, ledger, two)
    wrong += frozen.all(StartRecall(warehouse="a", subjects=tuple(map(uri, two)), reason="glass"), 2)
    return wrong + frozen.held()


class Frozen(Truth):
    """The first version of a case beside the truth."""

    def __init__(self, w: World, ledger: walk.Ledger, asked: Sequence[str]) -> None:
        named = {uri(name): name for name in w.held}
        within = [named[u] for name in asked for u in inside(ledger, uri(name)) if u in named]
        goods = [name for name in asked if not is_container(name)]
        super().__init__(w, ledger, list(dict.fromkeys(goods + within)) or list(asked))
        self.named = asked

    def all(self, command: StartDrill | StartRecall, number: int) -> list[str]:
        result = execute(Context(actor=SYSTEM, request_id=UUID(int=number), now=NOW + timedelta(hours=number)), command)
        self.version = Scope.objects.get(case__number=result.value["case"], version=1)
        return [
            *self.differ("goods", self.frozen_goods(), self.true_goods()),
            *self.differ("amounts", self.affected(), self.true_affected()),
            *self.differ("stock", self.frozen_stock(), self.true_stock()),
            *self.differ("parties", self.frozen_parties(), self.true_parties()),
        ]

    def differ(self, what: str, got: Mapping[T, object], truth: Mapping[T, object]) -> list[str]:
        more = {key: value for key, value in got.items() if truth.get(key) != value}
        less = {key: value for key, value in truth.items() if got.get(key) != value}
        return [f"scope of {self.named}: {what} says {more}, in truth {less}"] if more or less else []

    def frozen_goods(self) -> dict[str, object]:
        return {self.known(row.uri): row.direction for row in self.version.goods.all()}

    def true_goods(self) -> dict[str, object]:
        found: dict[str, object] = dict.fromkeys(self.asked, "subject")
        found = {self.known(u): "backward" for u in self.behind.amounts} | found
        return found | {self.known(u): "forward" for u in self.ahead.amounts}

    def affected(self) -> dict[str, object]:
        rows = [row for row in self.version.goods.exclude(direction="backward") if row.affected]
        return {
            self.known(row.uri): int(row.affected * unit(row.stock_unit).factor / 1000)
            for row in rows
            if self.is_sure(self.known(row.uri))
        }

    def true_affected(self) -> dict[str, object]:
        """All there is of it, wherever that is."""
        sums = {
            name: sum(amount for holder, amount in self.w.held[name].items() if is_real(holder) and amount > 0)
            for name in self.goods()
            if name in self.w.held and not is_container(name) and self.is_sure(name)
        }
        return {name: amount for name, amount in sums.items() if amount}

    def is_sure(self, name: str) -> bool:
        """Of what went back to a supplier, who sends more of it, nobody knows whether that is some of it again."""
        return not is_weighed(name) and not self.w.with_suppliers(name)

    def frozen_stock(self) -> dict[tuple[str, ...], int]:
        found: dict[tuple[str, ...], int] = defaultdict(int)
        for row in self.version.stock.all():
            where = self.names.get(row.place, row.place.rpartition("/")[2])
            amount, code = base(str(unscaled(row.quantity)), row.unit)
            container = self.known(row.container) if row.container else ""
            found[self.known(row.uri), where, container, code or ""] += amount or 0
        return dict(found)

    def frozen_parties(self) -> Shares:
        keys = {key16(u): name for u, name in self.names.items()}
        found: Shares = {}
        for row in self.version.parties.all():
            amount, code = base(str(unscaled(row.quantity)), row.unit)
            data = bytes(row.goods)
            ids = {keys[data[n : n + 16]] for n in range(0, len(data), 16)}
            who = (self.known(row.party), row.role, code or "")
            before = found.get(who, (0, ()))
            found[who] = (before[0] + (amount or 0), tuple(sorted({*before[1], *ids})))
        return found

    def held(self) -> list[str]:
        """A block of the case is on what is in the scope: on the goods, or on their lot; on nothing else."""
        blocked = {bytes(row.subject) for row in Subject.objects.filter(blocks__contains=RECALLED)}
        ahead = {key16(uri(name)) for name in self.goods()} | {
            key16(u) for u in self.ahead.amounts if not walk.is_container(u)
        }
        lots = {key16(child): key16(lot) for lot, children in self.ledger.members.items() for child in children}
        here = {bytes(row.key) for row in self.version.stock.all()}
        free = [key.hex() for key in here if key not in blocked and lots.get(key) not in blocked]
        more = [key.hex() for key in blocked - ahead if not self.containers_alone()]
        return [f"recall of {self.named}: not held {free}, held for nothing {more}"] if free or more else []

    def containers_alone(self) -> bool:
        return all(map(is_container, self.asked))


def inside(ledger: walk.Ledger, box: str) -> list[str]:
    """The goods that were in a container in its last use, at any depth."""
    if not walk.is_container(box):
        return []
    found: dict[str, None] = {}
    seen: set[tuple[str, walk.Window]] = set()
    todo = [(box, walk.last_use(ledger, box))]
    while todo:
        one = todo.pop()
        if one in seen:
            continue
        seen.add(one)
        thing, (start, end) = one
        for stay in ledger.stays:
            first, last = max(start, stay.start), min(end, stay.end)
            if stay.parent == thing and first <= last:
                if walk.is_container(stay.child):
                    todo.append((stay.child, (first, last)))
                else:
                    found[stay.child] = None
    return list(found)
