"""Sixty-four clients after the last unit: one gets it, the others read why not, no fault of the engine reaches them."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.db import connection

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.replay import differences
from suyuan.governance.context import Context
from suyuan.governance.kernel import Result, execute
from suyuan.gs1.problems import Refused
from suyuan.operations.commands import (
    Inspect,
    Line,
    Move,
    Pick,
    ReceiptLine,
    Receive,
    Reserve,
    Ship,
    Verdict,
)
from suyuan.orders.reservations import reserved
from suyuan.stock.models import Balance
from tests.operations.dairy import INSPECTOR, KEEPER, LAST, NOON, Desk, build_dairy
from tests.orders import ordering

pytestmark = pytest.mark.engine
CLIENTS = 64
PATIENCE = 600  # seconds for the slowest of a round
AT_ONCE = 100  # lots brought in by one receipt
Wins = Callable[[int, int], object]  # (round, client) → what it is to do


def clock() -> Callable[[], datetime]:
    """A clock of this race: later each time it is read, whoever reads it."""
    ticks, start = count(), NOON + timedelta(days=1)
    return lambda: start + timedelta(milliseconds=next(ticks))


@dataclass(slots=True)
class Race:
    """`won`: the clients that got it, of each round; `told`: what the others were refused for, and how often."""

    rounds: int
    now: Callable[[], datetime] = field(default_factory=clock)
    won: list[list[int]] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def do(self, command: object) -> Result:
        context = Context(actor=SYSTEM, request_id=uuid4(), now=self.now(), clock=self.now)
        return execute(context, command)


def raced(rounds: int, work: Wins, before: Callable[[Race, int], None] = lambda _race, _turn: None) -> Race:
    """All clients begin a round together; `before`: what one of them does first, while the others wait."""
    race, turns, lock = Race(rounds), count(), threading.Lock()
    start = threading.Barrier(CLIENTS, lambda: before(race, begin(next(turns))))

    def begin(turn: int) -> int:
        race.won.append([])
        return turn

    def client(number: int) -> None:
        try:
            connection.ensure_connection()
            for turn in range(rounds):
                command = work(turn, number)
                start.wait(PATIENCE)
                try:
                    got = race.do(command).value.get("reserved", True)
                except Refused as refused:
                    with lock:
                        race.told.update({problem.code for problem in refused.problems})
                    continue
                if got:
                    race.won[turn].append(number)
        except BaseException as fault:  # handed to the test, which fails with it
            race.faults.append(repr(fault))
            start.abort()
        finally:
            connection.close()

    clients = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    return race


def single_lots(desk: Desk, rounds: int, *, released: bool = True) -> None:
    """A lot of one cup for each round, put on a shelf."""
    build_dairy()
    for first in range(0, rounds, AT_ONCE):
        lots = [f"R{n}" for n in range(first, min(first + AT_ONCE, rounds))]
        cups = tuple(ReceiptLine(item="YOG", lot=lot, quantity=1, expiry=LAST) for lot in lots)
        execute(desk.context(KEEPER), Receive(warehouse="main", supplier="FARM", lines=cups))
        verdicts = tuple(Verdict(item="YOG", lot=lot, verdict="pass") for lot in lots)
        if released:
            execute(desk.context(INSPECTOR), Inspect(warehouse="main", lines=verdicts))
        shelf = tuple(Line(item="YOG", lot=lot, quantity=1) for lot in lots)
        execute(desk.context(KEEPER), Move(warehouse="main", lines=shelf, to="A-01"))


def cup(turn: int, place: str = "A-01") -> tuple[Line, ...]:
    return (Line(item="YOG", lot=f"R{turn}", quantity=1, place=place),)


def shipped(turn: int, client: int) -> object:
    return Ship(warehouse="main", customer="SHOP" if client % 2 else "CAFE", lines=cup(turn))


def picked(turn: int, client: int) -> object:
    return Pick(warehouse="main", lines=cup(turn), po=f"P{client}")


def any_of(turn: int, client: int) -> object:
    """Whatever takes the cup off its shelf."""
    return (shipped, picked, lambda n, _: Move(warehouse="main", lines=cup(n), to="A-02"))[client % 3](turn, client)


def fair(race: Race, reasons: set[str]) -> None:
    """One won each time, the others were told one of these reasons, and the tables say what the events say."""
    assert race.faults == []
    assert [len(winners) for winners in race.won] == [1] * race.rounds
    assert set(race.told) <= reasons
    assert Balance.objects.filter(quantity__lt=0).count() == 0
    assert differences() == []


@pytest.mark.parametrize("work", [shipped, picked, any_of])
def test_one_takes_it(engine: str, rounds: int, work: Wins) -> None:
    single_lots(Desk(), rounds)
    fair(raced(rounds, work), {"stock.short"})


def test_one_order_gets_it(engine: str, rounds: int) -> None:
    """Each round a cup is released and the one of the round before goes to whom it was kept for."""
    desk = Desk()
    single_lots(desk, rounds, released=False)
    for client in range(CLIENTS):
        ordering.sale(desk, f"SO-{client}")
        ordering.sold(desk, 1, "YOG", rounds, f"SO-{client}")

    def before(race: Race, turn: int) -> None:
        if turn:
            (winner,) = race.won[turn - 1]
            race.do(Ship(warehouse="main", customer="SHOP", lines=cup(turn - 1), po=f"SO-{winner}"))
        race.do(Inspect(warehouse="main", lines=(Verdict(item="YOG", lot=f"R{turn}", verdict="pass"),)))

    race = raced(rounds, lambda _, client: Reserve(warehouse="main", number=f"SO-{client}"), before)
    fair(race, {"operations.nothing_free"})
    assert list(reserved(["main"]).values()) == [10**6]
