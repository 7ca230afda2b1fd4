"""The company at work: its office and its clock, what it has, whom it serves, and chance from one seed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import ceil
from random import Random
from zoneinfo import ZoneInfo

from suyuan.demo.company import (
    BUTTER,
    CASE,
    CENTRE,
    CREAM,
    FINISHED,
    FRUITY,
    MILK,
    PLANT,
    TANKS,
    YOGHURT,
    ZONE,
    Customer,
    Trade,
    customers,
)
from suyuan.demo.office import Office, Options
from suyuan.demo.shelves import Batch, Shelves
from suyuan.demo.staff import CENTRE_KEEPER, KEEPER
from suyuan.demo.timetable import Timetable

CUSTOMERS = 40
PALLETS = {MILK: 840, YOGHURT: 600, FRUITY: 960, CREAM: 96, BUTTER: 72}  # pieces on a pallet


@dataclass(slots=True)
class Sold:
    """How a finished lot went out: what went into it, and customer → how much of it he got."""

    item: str
    made: date
    inputs: tuple[tuple[str, str], ...]  # item, lot
    customers: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Dairy:
    """Everything the processes share. `lots`: finished lot number → how it went out."""

    options: Options
    office: Office
    timetable: Timetable
    chance: Random
    customers: list[Customer]
    stock: dict[str, Shelves]
    materials: Shelves = field(default_factory=Shelves)
    tanks: dict[str, Shelves] = field(default_factory=lambda: {tank: Shelves() for tank in TANKS})
    lots: dict[str, Sold] = field(default_factory=dict)
    empties: dict[str, list[str]] = field(default_factory=lambda: {PLANT: [], CENTRE: []})
    turns: dict[str, int] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    @property
    def today(self) -> date:
        return self.timetable.now.date()

    @property
    def number(self) -> int:
        """Which day of the story it is, from 0."""
        return (self.today - self.first).days

    @property
    def first(self) -> date:
        return self.options.until - timedelta(days=self.options.days)

    @property
    def left(self) -> int:
        """How many days are still to come; 1 on the last one."""
        return (self.options.until - self.today).days

    @property
    def lines(self) -> int:
        """How often everything is there: a scale of 2.5 takes three of each farm and line, each a little smaller."""
        return max(1, ceil(self.options.scale))

    def moment(self, hour: int, minute: int = 0, days: int = 0) -> datetime:
        """A time of today in the zone of the sites."""
        return at(self.today + timedelta(days=days), hour, minute)

    def turn(self, name: str, choices: list[str]) -> str:
        """The next of some choices, over and over."""
        number = self.turns[name] = self.turns.get(name, -1) + 1
        return choices[number % len(choices)]

    def once(self, story: str, after: float) -> bool:
        """Whether it is time for something that happens once: when this part of the days is over."""
        if story in self.done or self.number < self.options.days * after:
            return False
        self.done.add(story)
        return True

    def some(self, least: int, most: int) -> int:
        return self.chance.randint(least, most)

    def happens(self, chance: float) -> bool:
        return self.chance.random() < chance


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZoneInfo(ZONE))


def dairy(options: Options, office: Office) -> Dairy:
    return Dairy(
        options=options,
        office=office,
        timetable=Timetable(office.now),
        chance=Random(f"suyuan demo {options.seed}"),
        customers=customers(max(5, round(CUSTOMERS * options.scale))),
        stock={PLANT: Shelves(), CENTRE: Shelves()},
    )


def keeper_of(warehouse: str) -> str:
    return KEEPER if warehouse == PLANT else CENTRE_KEEPER


def pallet_of(item: str) -> int:
    return PALLETS[item]


def orders_a_day(trade: Trade) -> float:
    return trade.chance * len(trade.days) / 7


def demand(everybody: list[Customer], warehouse: str) -> dict[str, float]:
    """Pieces of each product that the customers of a warehouse want on an average day."""
    wanted = dict.fromkeys(FINISHED, 0.0)
    for one in everybody:
        if one.warehouse == warehouse:
            for item, (likely, least, most) in one.trade.cases.items():
                wanted[item] += orders_a_day(one.trade) * likely * (least + most) / 2 * CASE
    return wanted


def lots_of(parts: Sequence[Batch]) -> dict[tuple[str, str], int]:
    """The parts added up by item and lot."""
    found: dict[tuple[str, str], int] = {}
    for part in parts:
        found[part.item, part.lot] = found.get((part.item, part.lot), 0) + part.amount
    return found
