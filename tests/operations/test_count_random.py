"""Random work while everything is counted: whatever moves meanwhile, in the end the book says what is there."""

import random
from decimal import Decimal

import pytest

from suyuan.operations.commands import Line, Move
from tests.operations.dairy import KEEPER, Desk, stocked, yoghurt
from tests.operations.test_count_sheet import OTHER, Count

LOTS, BINS = ("L1", "L2", "L3"), ("A-01", "A-02", "BACK")
World = dict[tuple[str, str], int]


class Day:
    """What really lies where, beside what the book has of it."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.dice = desk, random.Random(seed)
        self.there: World = {}
        for lot in LOTS:
            stocked(desk, lot, 100)
            self.there["A-01", lot] = 100 - self.dice.randint(0, 9)  # some of it is gone, and nobody knows
        self.count = Count(desk, *BINS, threshold=100_000)

    def booked(self, bin: str, lot: str) -> int:
        return int(self.desk.stock(yoghurt(lot)).get((bin, "released"), Decimal(0)))

    def move(self) -> None:
        """Some goods that are there, and that the book has."""
        lot, source, target = self.dice.choice(LOTS), *self.dice.sample(BINS, 2)
        most = min(self.there.get((source, lot), 0), self.booked(source, lot))
        if most:
            amount = self.dice.randint(1, most)
            line = Line(item="YOG", lot=lot, quantity=amount, place=source)
            self.desk.run(Move(warehouse="main", lines=(line,), to=target))
            self.there[source, lot] -= amount
            self.there[target, lot] = self.there.get((target, lot), 0) + amount

    def look(self, bin: str) -> None:
        """Everything in a bin, one lot after the other, while others may work there."""
        who, began = self.dice.choice([KEEPER, OTHER]), self.desk.now
        for lot in self.dice.sample(LOTS, len(LOTS)):
            if self.dice.random() < 0.8:
                self.move()
            if amount := self.there.get((bin, lot), 0):
                entry = self.count.entry(amount, lot, bin)
                self.count.keep(entry, by=who)
        self.count.done(bin, by=who, began=began)


@pytest.mark.parametrize("seed", [0, 1, 6, 12, 16, 20, 21, 27, 34, 39])
def test_in_the_end_the_book_says_what_is_there(desk: Desk, seed: int) -> None:
    day = Day(desk, seed)
    for bin in day.dice.sample(BINS, len(BINS)):
        day.move()
        day.look(bin)
    for _ in range(3):
        day.move()
    day.count.finish()
    seen = {key for key, one in day.count.found().items() if one.tally}
    day.count.post("other")
    for bin, lot in seen:
        assert day.booked(bin, lot) == day.there.get((bin, lot), 0), (seed, bin, lot)
    assert {("A-01", lot) for lot in LOTS} & seen
