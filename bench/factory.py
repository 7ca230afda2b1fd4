"""The ledger's story, always the same: a works that receives, blends, fills, packs, stores and ships. Pure.

One cycle is 30 events that make 2 bulk lots, 8 finished lots and 10 pallets out of 5 raw lots of its own and of three
that it shares with its neighbours: the milk with a few cycles, the culture with more, the salt with most of them. So
whoever asks for the milk, the culture or the salt gets an answer of a known size. Before the cycles stand a tree of raw
lots that end on one pallet, and a lot that five hundred customers got.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from suyuan.capture.bodies import Amount, Head, Pair, aggregation_event, lot_facts, object_event, transformation_event
from suyuan.epcis.events import JsonObject
from suyuan.gs1.identifiers import gln_uri, lot_uri, party_uri, serial_uri, sscc_uri
from suyuan.gs1.keys import check_digit

COMPANY, WAREHOUSE, SITE = "95264001", "plant", "works"
ORIGIN = "https://id.suyuan.example"
ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2024, 1, 1, tzinfo=UTC)
STEP = timedelta(seconds=20)
SLOTS = 40  # moments a cycle has, of which some are free
EVENTS = 30  # of one cycle
AFFECTED = 20  # identifiers that a cycle adds to what its raw lots reach
SHIPPED, SIGNED = 20, 22  # cycles that goods lie in store, and until they are signed for
SUPPLIERS, CUSTOMERS, BINS = 20, 500, 400
RAW = ("SALT", "CULTURE", "MILK", "FRUIT", "SUGAR", "LEAF")  # in kilograms
PARTS = ("CUP", "FOIL")  # in pieces
MADE = ("BULK", *(f"FIN-{n}" for n in range(8)), "TEA", "HOT")
SERIAL = "METER"
CODES = (*RAW, *PARTS, *MADE, SERIAL)
DOCK, LINE, STAGING = "DOCK", "LINE", "OUT"


def checked(digits: str) -> str:
    return digits + check_digit(digits)


GLN = checked(f"{COMPANY}0001")
GTINS = {code: checked(f"0{COMPANY}{number:04d}") for number, code in enumerate(CODES, 1)}


def bin_code(number: int) -> str:
    return f"A-{number % BINS:03d}"


@cache
def place(code: str) -> str:
    return gln_uri(GLN, code)


def supplier_gln(number: int) -> str:
    return checked(f"95270{number % SUPPLIERS:03d}0001")


def customer_gln(number: int) -> str:
    return checked(f"95271{number % CUSTOMERS:03d}0001")


def lot(code: str, name: object) -> str:
    return lot_uri(GTINS[code], f"{code[0]}{name}")


def pallet(cycle: int, number: int) -> str:
    return sscc_uri(checked(f"3{COMPANY}{cycle * 10 + number:08d}"))


def document(kind: str, number: object) -> Pair:
    return kind, f"{ORIGIN}/doc/{kind}/{number}"


def kilos(uri: str, quantity: Decimal | int) -> Amount:
    return Amount(uri=uri, quantity=Decimal(quantity), uom="KGM")


def pieces(uri: str, quantity: int) -> Amount:
    return Amount(uri=uri, quantity=Decimal(quantity))


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the parts are. `salt`, `culture`, `milk`: cycles that share one lot; of the salt, the first one.

    `leaves`: raw lots of the tree; `buyers`: customers of the one lot.
    """

    cycles: int
    salt: int
    culture: int
    milk: int
    leaves: int
    buyers: int


def shape(events: int) -> Shape:
    """The parts of a ledger of about so many events: as large as they get at 10⁶, as far as they have room."""
    leaves = max(10, min(4320, events // 25))
    buyers = max(5, min(CUSTOMERS, events // 20))
    before = leaves // 10 + sum(_levels(leaves)) + 2 * buyers + 10
    cycles = max(1, -(-(events - before) // EVENTS))
    salt = max(1, min(5650, cycles * 61 // 100))
    culture = max(1, min(650, salt // 2))
    return Shape(cycles, salt, culture, max(1, min(100, culture // 2)), leaves, buyers)


def _levels(leaves: int) -> list[int]:
    """Lots on each level of the tree above its leaves: ten make one."""
    found: list[int] = []
    while leaves > 1:
        leaves = -(-leaves // 10)
        found.append(leaves)
    return found


class Factory:
    """Bodies of events in the order of their times."""

    def __init__(self, plan: Shape) -> None:
        self.plan = plan
        self.at = START
        self.number = 0

    def all(self) -> Iterator[JsonObject]:
        """The whole ledger."""
        yield from self.before()
        for cycle in range(self.plan.cycles):
            yield from self.cycle(cycle)

    def before(self) -> Iterator[JsonObject]:
        """The tree and the lot of many customers, in the year before."""
        self.at, self.number = START - timedelta(days=200), 0
        yield from self._tree()
        yield from self._hot()

    def cycle(self, n: int) -> Iterator[JsonObject]:
        """One cycle; `n` may go on where the ledger ends."""
        self.at, self.number = START + n * SLOTS * STEP, n * SLOTS + 1_000_000
        yield from self._shared(n)
        yield from self._received(n)
        yield from self._blended(n)
        yield from self._filled(n)
        yield from self._packed(n)
        yield from self._stored(n)
        if n >= SHIPPED:
            yield from self._shipped(n - SHIPPED)
        if n >= SIGNED:
            yield from self._signed(n - SIGNED)

    # -- what the parts are made of

    def head(self, step: str, disposition: str, **more: Any) -> Head:  # any of the fields of Head, by name
        """The head of the next event."""
        self.at += STEP
        self.number += 1
        head = Head(id=event_id(self.at, self.number), at=self.at, zone=ZONE, step=step, disposition=disposition)
        return replace(head, **more)

    def receive(self, amounts: Sequence[Amount], supplier: int, papers: object) -> JsonObject:
        there = place(DOCK)
        head = self.head(
            "receiving", "in_progress", read_point=there, location=there, documents=[document("po", papers)],
            sources=[("possessing_party", party_uri(supplier_gln(supplier)))], extra={"status": "released"},
        )  # fmt: skip
        return object_event(head, "OBSERVE", amounts=amounts)

    def make(self, inputs: Sequence[Amount], outputs: Sequence[Amount], kind: str = "bulk") -> JsonObject:
        there = place(LINE)
        day = self.at.astimezone(ZONE).date()
        dates: list[tuple[str, date | None, date | None]] = [(a.uri, day + timedelta(days=365), day) for a in outputs]
        extra = {"status": "released", "lots": lot_facts(dates)}
        head = self.head("creating_class_instance", "active", read_point=there, location=there, extra=extra)
        return transformation_event(head, input_amounts=inputs, output_amounts=outputs)

    def store(self, bin_: int, *, epcs: Sequence[str] = (), amounts: Sequence[Amount] = ()) -> JsonObject:
        there = place(bin_code(bin_))
        head = self.head("storing", "in_progress", read_point=there, location=there)
        return object_event(head, "OBSERVE", epcs=epcs, amounts=amounts)

    def ship(
        self, papers: str, customer: int, *, epcs: Sequence[str] = (), amounts: Sequence[Amount] = ()
    ) -> JsonObject:
        head = self.head(
            "shipping", "in_transit", read_point=place(STAGING), documents=[document("desadv", papers)],
            destinations=[("possessing_party", party_uri(customer_gln(customer)))],
        )  # fmt: skip
        return object_event(head, "OBSERVE", epcs=epcs, amounts=amounts)

    def sign(
        self, papers: str, customer: int, *, epcs: Sequence[str] = (), amounts: Sequence[Amount] = ()
    ) -> JsonObject:
        head = self.head(
            "accepting", "in_progress", read_point=gln_uri(customer_gln(customer)),
            documents=[document("desadv", papers)],
            sources=[("possessing_party", party_uri(GLN))],
            destinations=[("possessing_party", party_uri(customer_gln(customer)))],
        )  # fmt: skip
        return object_event(head, "OBSERVE", epcs=epcs, amounts=amounts)

    # -- before the cycles

    def _tree(self) -> Iterator[JsonObject]:
        level = [lot("LEAF", n) for n in range(self.plan.leaves)]
        for n in range(0, len(level), 10):
            yield self.receive([kilos(leaf, 10) for leaf in level[n : n + 10]], n, f"T{n}")
        weight = 10
        for depth, wide in enumerate(_levels(len(level))):
            above = [lot("TEA", f"{depth}.{n}") for n in range(wide)]
            for n, made in enumerate(above):
                inputs = [kilos(leaf, weight) for leaf in level[n * 10 : n * 10 + 10]]
                yield self.make(inputs, [kilos(made, weight)])
            level = above
        box = pallet_of_tree()
        there = place(LINE)
        head = self.head("packing", "in_progress", read_point=there, location=there)
        yield aggregation_event(head, "ADD", parent=box, amounts=[kilos(level[0], 1)])

    def _hot(self) -> Iterator[JsonObject]:
        hot = hot_lot()
        yield self.receive([pieces(hot, 10_000_000)], 0, "HOT")
        yield self.store(0, amounts=[pieces(hot, 10_000_000)])
        for n in range(self.plan.buyers):
            yield self.ship(f"H{n}", n, amounts=[pieces(hot, 10)])
            yield self.sign(f"H{n}", n, amounts=[pieces(hot, 10)])

    # -- a cycle

    def shared(self, n: int) -> tuple[str, str, str]:
        """The salt, the culture and the milk of a cycle."""
        plan = self.plan
        later = 1 + (n - plan.salt) // plan.culture
        return (
            lot("SALT", 0 if n < plan.salt else later),
            lot("CULTURE", n // plan.culture),
            lot("MILK", n // plan.milk),
        )

    def _shared(self, n: int) -> Iterator[JsonObject]:
        before = self.shared(n - 1) if n else ("", "", "")
        for number, (uri, old) in enumerate(zip(self.shared(n), before, strict=True)):
            if uri != old:
                yield self.receive([kilos(uri, 10_000_000)], n + number, f"S{n}.{number}")

    def _received(self, n: int) -> Iterator[JsonObject]:
        yield self.receive([kilos(lot("FRUIT", n), 100), kilos(lot("SUGAR", n), 100)], n, f"F{n}")
        yield self.receive([pieces(lot("CUP", n), 4800), pieces(lot("FOIL", n), 4800)], n + 1, f"P{n}")

    def _blended(self, n: int) -> Iterator[JsonObject]:
        salt, culture, milk = self.shared(n)
        for half in range(2):
            inputs = [
                kilos(salt, 1), kilos(culture, 1), kilos(milk, 98),
                kilos(lot("FRUIT", n), 50), kilos(lot("SUGAR", n), 50),
            ]  # fmt: skip
            yield self.make(inputs, [kilos(bulk(n, half), 200)])

    def _filled(self, n: int) -> Iterator[JsonObject]:
        for part in range(4):
            inputs = [kilos(bulk(n, part // 2), 100), pieces(lot("CUP", n), 1200), pieces(lot("FOIL", n), 1200)]
            yield self.make(inputs, [pieces(finished(n, 2 * part), 600), pieces(finished(n, 2 * part + 1), 600)])

    def _packed(self, n: int) -> Iterator[JsonObject]:
        there = place(LINE)
        for number in range(10):
            head = self.head("packing", "in_progress", read_point=there, location=there)
            content = [pieces(finished(n, (number + step) % 8), 100) for step in range(3)]
            yield aggregation_event(head, "ADD", parent=pallet(n, number), amounts=content)

    def _stored(self, n: int) -> Iterator[JsonObject]:
        for number in range(0, 10, 2):
            yield self.store(n * 6 + number // 2, epcs=[pallet(n, number), pallet(n, number + 1)])
        yield self.store(n * 6 + 5, amounts=[pieces(finished(n, kind), 100) for kind in range(4)])

    def _shipped(self, n: int) -> Iterator[JsonObject]:
        for number, boxes in enumerate(loads(n)):
            yield self.ship(f"D{n}.{number}", n * 3 + number, epcs=boxes)

    def _signed(self, n: int) -> Iterator[JsonObject]:
        for number, boxes in enumerate(loads(n)):
            yield self.sign(f"D{n}.{number}", n * 3 + number, epcs=boxes)

    def serials(self, n: int, wide: int) -> JsonObject:
        """One event in which so many serials of one lot come into being."""
        there = place(LINE)
        head = self.head("commissioning", "active", read_point=there, location=there, extra={"status": "released"})
        gtin = GTINS[SERIAL]
        event = object_event(head, "ADD", epcs=[serial_uri(gtin, f"{n}-{k}") for k in range(wide)])
        return event | {"ilmd": {"cbvmda:lotNumber": f"M{n}"}}


def event_id(at: datetime, number: int) -> str:
    """A uuid7 that is the same in every run: keys in the order of time, as the product's own are."""
    noise = int.from_bytes(sha256(f"{at.isoformat()} {number}".encode()).digest()[:10])
    value = (int(at.timestamp() * 1000) << 80 | noise) & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62
    return f"urn:uuid:{uuid.UUID(int=value)}"


def hot_lot() -> str:
    return lot("HOT", 1)


def pallet_of_tree() -> str:
    return sscc_uri(checked(f"4{COMPANY}{0:08d}"))


def bulk(n: int, half: int) -> str:
    return lot("BULK", f"{n}.{half}")


def finished(n: int, kind: int) -> str:
    return lot(f"FIN-{kind}", f"{n}.{kind}")


def loads(n: int) -> list[list[str]]:
    """The pallets of a cycle on three lorries."""
    return [[pallet(n, k) for k in range(first, last)] for first, last in ((0, 4), (4, 7), (7, 10))]
