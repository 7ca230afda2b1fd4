"""Random work, by commands alone: nothing is ever negative or unexplained, and a replay says the same as the tables."""

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from suyuan.capture.replay import differences
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Refused
from suyuan.operations.commands import (
    Correct,
    Count,
    Deliver,
    Destroy,
    Hold,
    Inspect,
    Line,
    Merge,
    Move,
    Pack,
    Part,
    Pick,
    Produce,
    ReceiptLine,
    Receive,
    ReceiveReturn,
    ReceiveTransfer,
    Release,
    Sample,
    Ship,
    Split,
    Transfer,
    Unpack,
    Verdict,
    VoidShipment,
)
from suyuan.operations.production.produce import Output
from suyuan.stock.facts import UNEXPLAINED
from suyuan.stock.models import Balance, Posting
from tests.operations.dairy import BOTH, LAST, QUALITY, Desk, stocked

LOTS, PLACES, HOUSES, SHOPS = ("L1", "L2", "L3"), ("IN", "OUT", "A-01", "A-02", ""), ("main", "cold"), ("SHOP", "CAFE")


class Worker:
    """Does whatever comes to mind; what is refused is refused."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.dice = desk, random.Random(seed)
        self.boxes = ["BOX-1", "BOX-2"]
        self.papers: list[tuple[str, str, str]] = []
        self.events: list[tuple[str, str]] = []
        self.blocks: list[tuple[str, str]] = []
        self.refused = 0
        self.done = 0

    def one(self, *choices: str) -> str:
        return self.dice.choice(choices)

    def line(self, most: int = 12) -> Line:
        inside = self.dice.choice(self.boxes) if self.dice.random() < 0.15 else ""
        place = "" if inside else self.one(*PLACES)
        return Line(item="YOG", lot=self.one(*LOTS), quantity=self.dice.randint(1, most), place=place, inside=inside)

    def step(self) -> None:
        house = self.one(*HOUSES)
        make: Callable[[str], object] = self.dice.choice(
            [
                self.receive, self.receive, self.inspect, self.inspect, self.move, self.move, self.pack, self.unpack,
                self.pick, self.ship, self.ship, self.sign, self.back, self.transfer, self.arrive, self.count,
                self.void, self.destroy, self.correct, self.hold, self.release, self.split,
                self.merge, self.sample, self.produce,
            ]
        )  # fmt: skip
        command = make(house)
        if self.dice.random() < 0.1:
            self.desk.later(minutes=self.dice.randint(1, 300))
        try:
            signers = BOTH if isinstance(command, Count | Correct) else QUALITY
            result = execute(self.desk.context(approver=signers), command)
        except Refused:
            self.refused += 1
            return
        self.done += 1
        self.events += [(house, event) for event in result.events]
        if isinstance(command, Ship | Transfer):
            customer = command.customer if isinstance(command, Ship) else command.to
            self.papers.append((house, customer, str(result.value["desadv"])))
        if isinstance(command, Hold):
            self.blocks.append((str(result.value["block"]), command.lines[0].lot))

    def late(self) -> timedelta | None:
        """Some of it is recorded later than it happened."""
        return timedelta(minutes=self.dice.randint(1, 400)) if self.dice.random() < 0.15 else None

    def receive(self, house: str) -> object:
        lines = tuple(
            ReceiptLine(
                item="YOG",
                lot=self.one(*LOTS),
                quantity=self.dice.randint(1, 40),
                expiry=LAST,
                inside=self.dice.choice(self.boxes) if self.dice.random() < 0.2 else "",
            )
            for _ in range(self.dice.randint(1, 2))
        )
        late = self.late()
        at = self.desk.now - late if late else None
        return Receive(warehouse=house, supplier="FARM", lines=lines, place=self.one("IN", "A-01"), at=at)

    def inspect(self, house: str) -> object:
        lot, kind = self.one(*LOTS), self.one("pass", "pass", "pass", "fail", "concession")
        quantity = self.dice.randint(1, 20) if self.dice.random() < 0.3 else None
        line = Verdict(item="YOG", lot=lot, verdict=kind, quantity=quantity, reason="r")
        return Inspect(warehouse=house, lines=(line,))

    def move(self, house: str) -> object:
        late = self.late()
        box = Line(container=self.dice.choice(self.boxes))
        line = box if self.dice.random() < 0.2 else self.line()
        at = self.desk.now - late if late else None
        return Move(warehouse=house, lines=(line,), to=self.one("A-01", "A-02"), at=at)

    def pack(self, house: str) -> object:
        inner = Line(container=self.dice.choice(self.boxes))
        line = inner if self.dice.random() < 0.15 else self.line()
        return Pack(warehouse=house, lines=(line,), container=self.dice.choice(self.boxes))

    def unpack(self, house: str) -> object:
        lines = (Line(item="YOG", lot=self.one(*LOTS), quantity=self.dice.randint(1, 5)),)
        some = lines if self.dice.random() < 0.5 else ()
        return Unpack(warehouse=house, container=self.dice.choice(self.boxes), lines=some, place=self.one(*PLACES))

    def pick(self, house: str) -> object:
        into = self.dice.choice(self.boxes) if self.dice.random() < 0.3 else ""
        return Pick(warehouse=house, lines=(self.line(),), into=into)

    def ship(self, house: str) -> object:
        line = Line(container=self.dice.choice(self.boxes)) if self.dice.random() < 0.3 else self.line()
        return Ship(warehouse=house, customer=self.one(*SHOPS), lines=(line,))

    def paper(self) -> tuple[str, str, str]:
        return self.dice.choice(self.papers) if self.papers else ("main", "SHOP", "D-1")

    def sign(self, house: str) -> object:
        house, customer, desadv = self.paper()
        refused = (Line(item="YOG", lot=self.one(*LOTS), quantity=1),) if self.dice.random() < 0.4 else ()
        return Deliver(warehouse=house, customer=customer, desadv=desadv, refused=refused, reason="r")

    def void(self, house: str) -> object:
        house, _, desadv = self.paper()
        return VoidShipment(warehouse=house, desadv=desadv, reason="r")

    def back(self, house: str) -> object:
        line = Line(item="YOG", lot=self.one(*LOTS), quantity=self.dice.randint(1, 4))
        return ReceiveReturn(warehouse=house, customer=self.one(*SHOPS), lines=(line,), reason="dented")

    def transfer(self, house: str) -> object:
        line = Line(container=self.dice.choice(self.boxes)) if self.dice.random() < 0.3 else self.line()
        return Transfer(warehouse=house, to="cold" if house == "main" else "main", lines=(line,))

    def arrive(self, house: str) -> object:
        sender, to, desadv = self.paper()
        line = Line(item="YOG", lot=self.one(*LOTS), quantity=self.dice.randint(1, 8))
        box = Line(container=self.dice.choice(self.boxes))
        lines = (box if self.dice.random() < 0.4 else line,)
        return ReceiveTransfer(warehouse=to if to in HOUSES else house, sender=sender, desadv=desadv, lines=lines)

    def count(self, house: str) -> object:
        line = Line(item="YOG", lot=self.one(*LOTS), quantity=self.dice.randint(0, 30), place=self.one("A-01", "A-02"))
        return Count(warehouse=house, lines=(line,), complete=self.dice.random() < 0.3)

    def destroy(self, house: str) -> object:
        line = Line(container=self.dice.choice(self.boxes)) if self.dice.random() < 0.1 else self.line(3)
        return Destroy(warehouse=house, lines=(line,), reason="r")

    def sample(self, house: str) -> object:
        return Sample(warehouse=house, lines=(self.line(1),))

    def correct(self, house: str) -> object:
        house, event = self.dice.choice(self.events) if self.events else (house, "urn:uuid:0")
        if self.dice.random() < 0.4:
            return Correct(warehouse=house, event=event, error="did_not_occur", reason="r")
        line = Line(item="YOG", lot=self.one(*LOTS), quantity=self.dice.randint(0, 15))
        return Correct(warehouse=house, event=event, error="incorrect_data", reason="r", lines=(line,))

    def hold(self, house: str) -> object:
        return Hold(warehouse=house, lines=(Line(item="YOG", lot=self.one(*LOTS)),), reason="r")

    def release(self, house: str) -> object:
        block, lot = self.blocks.pop() if self.blocks else ("00" * 16, "L1")
        return Release(warehouse=house, block=block, lines=(Line(item="YOG", lot=lot),), reason="r")

    def split(self, house: str) -> object:
        return Split(warehouse=house, line=self.line(), parts=(Part(quantity=1, lot="L3"), Part(quantity=2)))

    def merge(self, house: str) -> object:
        lines = tuple(Line(item="YOG", lot=lot, quantity=1, place="A-01") for lot in ("L1", "L2"))
        return Merge(warehouse=house, lines=lines, lot=self.one("L3", ""))

    def produce(self, house: str) -> object:
        inputs = (self.line(4), self.line(4))
        return Produce(warehouse=house, inputs=inputs, outputs=(Output(item="WHEY", quantity=Decimal("0.5")),))


@pytest.mark.parametrize("seed", range(4))
def test_random_work(desk: Desk, seed: int) -> None:
    worker = Worker(desk, seed)
    for house in HOUSES:
        stocked(desk, "L1", 40, warehouse=house)
    for _ in range(80):
        worker.step()
    assert differences(seed) == []
    assert worker.done > 20
    assert not Balance.objects.filter(quantity__lt=0).exists()
    assert not Posting.objects.filter(counterpart=UNEXPLAINED).exists()
