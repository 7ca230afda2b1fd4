"""The truth of a world, and what a walk over its events finds, against what the product answers."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Sum

from suyuan.capture.replay import differences
from suyuan.gs1.quantities import UNITS
from suyuan.ledger.keys import key16
from suyuan.stock.facts import CONSUMED, EXTERNAL, MADE, OWN, SAMPLE, SCRAP, UNEXPLAINED, VARIANCE
from suyuan.stock.models import Balance, Posting, Subject
from suyuan.trace.answer import find, trace
from suyuan.trace.overview import overview
from suyuan.trace.printing import as_json
from tests.checker import walk
from tests.checker.balance import bars, unbalanced
from tests.checker.world import CUSTOMERS, ONE, OURS, SUPPLIERS, World, is_container, is_weighed, lot_of, of
from tests.ledgers.story import NOW, Story, party, place, send, uri

SINKS = {
    "external": (EXTERNAL, *(key16(party(supplier)) for supplier in SUPPLIERS)),
    "made": (MADE,),
    "consumed": (CONSUMED,),
    "scrap": (SCRAP,),
    "sample": (SAMPLE,),
    "variance": (VARIANCE,),
}
T = TypeVar("T")
Body = dict[str, Any]
Shares = dict[tuple[str, str, str], tuple[int, tuple[str, ...]]]  # party, role, unit → amount, of what


def bodies(w: World, story: Story) -> list[tuple[int, list[Body]]]:
    """The events of a world in batches that belong together; a declaration comes with what is right instead."""
    batches: dict[int, list[Body]] = defaultdict(list)
    made: dict[str, Body] = {}
    for told in w.told:
        made[told.name] = story.event(f"{told.line} #{told.name}") | told.extra
        batches[told.batch].append(made[told.name])
    for number, told in enumerate(w.told):
        if told.wrong is not None:
            declaration = {
                "declarationTime": "2026-08-01T00:00:00Z",
                "reason": "incorrect_data" if told.wrong else "did_not_occur",
                "correctiveEventIDs": [made[name]["eventID"] for name in told.wrong],
            }
            batches[-1 - number].append(made[told.name] | {"errorDeclaration": declaration})
    return list(batches.items())


def tell(w: World, seed: int) -> list[Body]:
    """Capture what a world told: late, shuffled, in batches of any size, some of it twice. Returns all bodies."""
    chance = random.Random(f"arrival {seed}")
    parts = [batch for _, batch in bodies(w, Story())]
    every = [body for batch in parts for body in batch]
    if chance.random() < 0.8:
        chance.shuffle(parts)
    parts += chance.sample(parts, min(len(parts), 2))
    while parts:
        size = chance.choice((1, 2, 5, 20))
        send([body for batch in parts[:size] for body in batch])
        parts = parts[size:]
    return every


def check(w: World, told: list[Body]) -> list[str]:
    """Every disagreement as a sentence."""
    wrong = [f"fsck: {difference}" for difference in differences()] + _owned(w)
    w = w.merged()
    wrong += _sinks(w) + unbalanced(w) + bars(w)
    ledger = walk.read(told)
    numbered = {lot.rpartition("/")[2] for lot in ledger.members}
    for name in sorted({name for name, held in w.held.items() if held} | numbered):
        wrong += Checked(w, ledger, name).all()
    return wrong


def _owned(w: World) -> list[str]:
    """In each place and container of ours: whose goods how much of a lot is, and what it weighs."""
    inside = [name for name in w.held if is_container(name) and any(w.stands(h) in OURS for h in w.holders(name))]
    holders = {key16(place(one)): one for one in OURS} | {key16(uri(name)): name for name in inside}
    lots = {key16(uri(lot_of(name))): lot_of(name) for name in w.held if not is_container(name)}
    owners = {key16(party(one)): one for one in SUPPLIERS} | {OWN: ""}
    heavy = {(row.log, row.subject) for row in Subject.objects.all() if UNITS[row.unit or "C62"].dimension == "mass"}
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in Balance.objects.filter(subject__in=list(lots), holder__in=list(holders)):
        lot, owner = lots[row.subject], owners.get(row.owner, row.owner.hex())
        amounts = [row.quantity // 1000, row.second // 1000]
        # Of what is weighed the weight may have been said first.
        amounts = amounts[::-1] if is_weighed(lot) and (row.log, row.subject) in heavy else amounts
        account = found[of(lot, owner), holders[row.holder]]
        account[0] += amounts[0]
        account[1] += amounts[1]
    truth = {
        (name, holder): [amount, w.heavy[name][holder]]
        for name in w.held
        for holder, amount in w.held[name].items()
        if amount > 0 and holder in holders.values() and not is_container(name)
    }
    grams = {lots[row.subject] for row in Subject.objects.filter(unit="GRM", subject__in=list(lots))}
    got = {key: amounts for key, amounts in found.items() if any(amounts) and lot_of(key[0]) not in grams}
    told = {key: amounts for key, amounts in truth.items() if lot_of(key[0]) not in grams}
    return [
        f"{name} in {holder}: {got.get((name, holder))}, in truth {told.get((name, holder))}"
        for name, holder in sorted({*got, *told})
        if got.get((name, holder)) != told.get((name, holder))
    ]


def _sinks(w: World) -> list[str]:
    """In = out + stock + transit + consumed + scrap + samples + variance, each of them for itself; unexplained 0."""
    units = {(row.log, row.subject): (row.unit, row.second_unit) for row in Subject.objects.all()}
    sums: dict[tuple[bytes, bytes], int] = defaultdict(int)
    weights: dict[tuple[bytes, bytes], int] = defaultdict(int)
    totals = Posting.objects.values("log", "subject", "counterpart").annotate(sum=Sum("quantity"), more=Sum("second"))
    weighed = {key16(uri(name)) for name in w.held if is_weighed(name)}
    for row in totals:
        key = bytes(row["subject"]), bytes(row["counterpart"])
        both = list(zip(units[row["log"], key[0]], (row["sum"], row["more"]), strict=True))
        if key[0] in weighed:
            both.sort(key=lambda one: one[0] in ("KGM", "GRM"))
        for account, (unit, amount) in zip((sums, weights), both, strict=True):
            account[key] += amount // (1000_000 if unit == "GRM" else 1000)
    names = {key16(uri(name)): name for name in w.held}
    wrong = [
        f"{names.get(subject, subject.hex())}: unexplained {amount / ONE:g}"
        for (subject, counterpart), amount in sums.items()
        if counterpart == UNEXPLAINED and amount
    ]
    for subject, name in names.items():
        for sink, holders in SINKS.items():
            got = -sum(sums.get((subject, holder), 0) for holder in holders)
            truth = w.held[name].get(sink, 0) + (w.with_suppliers(name) if sink == "external" else 0)
            if got != truth and not is_container(name) and name not in w.unpacked:
                wrong.append(f"{name}: {sink} {got / ONE:g}, in truth {truth / ONE:g}")
            if not is_weighed(name) or name in w.unpacked:
                continue
            got = -sum(weights.get((subject, holder), 0) for holder in holders)
            back = sum(w.heavy[name].get(f"at:{supplier}", 0) for supplier in SUPPLIERS) if sink == "external" else 0
            truth = w.heavy[name].get(sink, 0) + back
            if got != truth:
                wrong.append(f"{name}: {sink} {got / ONE:g} kg, in truth {truth / ONE:g} kg")
    return wrong


class Truth:
    """What is true of the goods that were asked for, of what they went into and came from."""

    def __init__(self, w: World, ledger: walk.Ledger, asked: Sequence[str]) -> None:
        self.w, self.ledger, self.asked = w, ledger, asked
        self.names = {uri(n): n for n in [*w.held, *w.unit, *(f"M.F{n}" for n in range(1, 9))]}
        self.names |= {lot: lot.rpartition("/")[2] for lot in ledger.members}
        self.names |= {party(n): n for n in (*CUSTOMERS, *SUPPLIERS, "kiosk")}
        self.names |= {place(p): p for p in (*OURS, "x.farm", "x.mill")}
        roots = {uri(name) for name in asked}
        inherent = roots | {serial for root in roots for serial in ledger.members.get(root, ())}
        self.ahead, self.behind = walk.Reached(), walk.Reached()
        for root in roots:
            self.ahead.amounts |= without(walk.forward(ledger, root), roots)
            self.behind.amounts |= without(walk.backward(ledger, root), inherent)

    def goods(self) -> list[str]:
        """What the answer is about: the things asked for, and the goods they went into."""
        ahead = [self.known(u) for u in self.ahead.amounts if not walk.is_container(u)]
        return [*self.asked, *ahead]

    def true_stock(self) -> dict[tuple[str, ...], int]:
        found: dict[tuple[str, ...], int] = defaultdict(int)
        for name in self.goods():
            for holder in self.w.holders(name):
                stands = self.w.stands(holder)
                kind_, _, shipment = stands.partition(":")
                ours = stands in OURS or kind_ == "back" or (kind_ == "way" and self.to(shipment) in "ab")
                if ours:
                    container = holder if is_container(holder) else ""
                    found[name, shipment or stands, container, self.unit(name)] += self.w.held[name][holder]
        return dict(found)

    def true_parties(self) -> Shares:
        shares: dict[tuple[str, str, str], dict[str, int]] = defaultdict(dict)
        for name in self.goods():
            for customer, amount in self.customers(name).items():
                shares[customer, "customer", self.unit(name)][name] = amount
        for name in [*self.asked, *(self.known(u) for u in [*self.behind.amounts, *self.members()])]:
            for supplier, amount in ({} if is_container(name) else self.w.supplied.get(name, {})).items():
                if amount > 0:
                    shares[supplier, "supplier", self.unit(name)][name] = amount
            for maker, amount in self.w.made_by.get(name, {}).items():
                shares[maker, "maker", self.unit(name)][name] = amount
        return {who: (sum(of.values()), tuple(sorted(of))) for who, of in shares.items()}

    def members(self) -> set[str]:
        return {serial for name in self.asked for serial in self.ledger.members.get(uri(name), ())}

    def customers(self, name: str) -> dict[str, int]:
        """Who really has it, and who had it from them."""
        found = self.with_customers(name)
        for who, amount in self.w.onward.get(name, {}).items():
            found[who] = found.get(who, 0) + amount
        return found

    def with_customers(self, name: str) -> dict[str, int]:
        """Who really has it, or is to get it next."""
        found: dict[str, int] = defaultdict(int)
        for holder in self.w.holders(name):
            kind_, _, which = self.w.stands(holder).partition(":")
            who = self.to(which) if kind_ == "way" else which if kind_ == "at" else ""
            if who in CUSTOMERS:
                found[who] += self.w.held[name][holder]
        return found

    def to(self, shipment: str) -> str:
        return next(s.to for s in self.w.shipments if s.id == shipment)

    def unit(self, name: str) -> str:
        return self.w.unit.get(name) or "C62"

    def known(self, uri_: str) -> str:
        return self.names.get(uri_, uri_)


def without(reached: walk.Reached, some: set[str]) -> dict[str, int | None]:
    return {thing: amount for thing, amount in reached.amounts.items() if thing not in some}


class Checked(Truth):
    """One query: the answer of the product beside the truth."""

    def __init__(self, w: World, ledger: walk.Ledger, name: str) -> None:
        super().__init__(w, ledger, [name])
        self.name, self.uri = name, uri(name)
        self.traced = trace(self.uri, find(self.uri), now=NOW)
        self.answer = as_json(self.traced, [])

    def all(self) -> list[str]:
        return [
            *self.differ("backward", self.found("backward"), self.walked(self.behind)),
            *self.differ("forward", self.found("forward"), self.walked(self.ahead)),
            *self.differ("stock", self.stock(), self.true_stock()),
            *self.differ("status", self.statuses(), self.true_statuses()),
            *self.missing_events(),
            *self.differ("parties", self.parties(), self.true_parties()),
            *self.in_sums(),
        ]

    def in_sums(self) -> list[str]:
        """The sums say what the rows come to, and of customers what they really have."""
        sums = overview(find(self.uri), now=NOW)
        rows: dict[tuple[str, str, str, bool], int] = defaultdict(int)
        for one in self.traced.stock:
            rows[one.place, one.unit, one.status, one.under_way] += one.quantity
        said = {(one.place, one.unit, one.status, one.under_way): one.quantity for one in sums.standing}
        having: dict[tuple[str, str], int] = defaultdict(int)
        for had in sums.having:
            party_, unit = self.known(had.party), "KGM" if had.unit == "GRM" else had.unit
            if party_ in CUSTOMERS:  # what went back to a supplier is his again, and may come once more
                having[party_, unit] += had.quantity // 1_000_000 if had.unit == "GRM" else had.quantity // 1000
        really: dict[tuple[str, str], int] = defaultdict(int)
        for name in self.goods():
            for who, amount in self.with_customers(name).items():
                really[who, self.unit(name)] += amount
        goods = sum(not walk.is_container(u) for u in self.ahead.amounts) + 1
        return [
            *self.differ("sum of stock", said, dict(rows)),
            *self.differ("sum of customers", dict(having), dict(really)),
            *self.differ("goods", {"goods": sums.goods}, {"goods": goods}),
            *self.differ("boxes", {"boxes": sums.containers}, {"boxes": len(self.ahead.amounts) + 1 - goods}),
        ]

    def differ(self, what: str, got: Mapping[T, object], truth: Mapping[T, object]) -> list[str]:
        if got == truth:
            return []
        more = {key: value for key, value in got.items() if truth.get(key) != value}
        less = {key: value for key, value in truth.items() if got.get(key) != value}
        return [f"{self.name}: {what} says {more}, in truth {less}"]

    def found(self, side: str) -> dict[str, tuple[str, int | None, str | None]]:
        rows = self.answer[side]
        found = {self.known(r["id"]): (r["kind"], *base(r["quantity"], r["unit"])) for r in rows}
        assert len(found) == len(rows), "a thing is told twice"
        return found

    def walked(self, reached: walk.Reached) -> dict[str, tuple[str, int | None, str | None]]:
        return {
            self.known(u): (kind(u), a, None if a is None else self.ledger.unit[u]) for u, a in reached.amounts.items()
        }

    def stock(self) -> dict[tuple[str, ...], int]:
        found: dict[tuple[str, ...], int] = defaultdict(int)
        for r in self.answer["stock"]:
            where = self.names.get(r["place"], r["place"].rpartition("/")[2])
            container = self.known(r["container"]) if r["container"] else ""
            amount, unit = base(r["quantity"], r["unit"])
            found[self.known(r["id"]), where, container, unit or ""] += amount or 0
        return dict(found)

    def missing_events(self) -> list[str]:
        """Whatever stands in the ledger and names the lot or serial belongs to the answer."""
        if is_container(self.name):
            return []
        missing = self.ledger.naming[self.uri] - set(self.answer["events"])
        return [f"{self.name}: events lack {sorted(missing)}"] if missing else []

    def statuses(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for r in self.answer["stock"]:
            name = self.known(r["id"])
            if name not in self.w.mixed and name in self.w.unit:
                found[name].add(r["status"])
        return found

    def true_statuses(self) -> dict[str, set[str]]:
        lots = {name for name, *_ in self.true_stock() if name in self.w.unit and name not in self.w.mixed}
        return {name: {self.w.state(name)} for name in lots}

    def parties(self) -> Shares:
        found: dict[tuple[str, str, str], tuple[int, tuple[str, ...]]] = {}
        for r in self.answer["parties"]:
            amount, unit = base(r["quantity"], r["unit"])
            who = (self.known(r["party"]), r["role"], unit or "")
            before = found.get(who, (0, ()))  # kilograms, and grams of another lot
            ids = {*before[1], *map(self.known, r["ids"])}
            found[who] = (before[0] + (amount or 0), tuple(sorted(ids)))
        return found


def kind(uri_: str) -> str:
    return "container" if walk.is_container(uri_) else "serial" if "/21/" in uri_ else "lot"


def base(quantity: str | None, unit: str | None) -> tuple[int | None, str | None]:
    """Thousandths of the base unit: a lot that was first weighed in grams may be told in grams."""
    if quantity is None:
        return None, unit
    amount = int(Decimal(quantity) * ONE)
    return (amount // 1000, "KGM") if unit == "GRM" else (amount, unit)
