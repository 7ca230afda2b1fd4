"""Sixty-four clients that take from one stock, 150 times a second in all, whether or not the last one is done.

Each operation has a moment at which it is due, and its latency counts from then. The product is the pick of one piece
through the kernel, each client with a connection of its own. Bare are the same rows by hand-made statements, a client a
connection; on SQLite one thread writes for all and commits what has come in together.
"""

import queue
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter, sleep

from django.db import connection

from bench.bare_operations import ADDED, AMOUNTS, BALANCES, Script, Wrote, layout, run, script_of
from bench.factory import WAREHOUSE
from bench.figures import Figure, of_rounds
from bench.ground import B, Ground
from bench.operations import STILL_HOLDS, line_of, new_context, records_of
from bench.raw import Raw, Row
from bench.written import names, of_records, of_subjects, together, touched, unequal
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.operations.commands import Line, Pick

CLIENTS = 64
RATE = 150  # operations a second, of all clients together
SECONDS = 6
ROWS = 1000
LATEST = 0.99
Lines = Callable[[Ground], Sequence[Line]]
Work = Callable[[int], None]  # the n-th operation


@dataclass(slots=True)
class Run:
    """Seconds from due to done, of each operation; what went wrong."""

    waits: list[float] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)

    def late(self) -> float:
        """What one in a hundred waited longer than, in milliseconds."""
        return 1000 * sorted(self.waits)[int(LATEST * len(self.waits))]

    def latest(self) -> float:
        return 1000 * max(self.waits)


def measure(name: str, lines: Lines, ground: Ground, rounds: int) -> Iterator[Figure]:
    """Product and bare by turns, on the same moments and the same goods; nobody may fail, and nothing be negative."""
    wanted = lines(ground)
    late: tuple[list[float], list[float]] = ([], [])
    latest: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        due, chosen = arrivals(number), random.Random(number)
        operations = [(new_context(ground), pick_of(chosen.choice(wanted))) for _ in due]
        goes_on = clock(ground)
        operations = [(replace(context, clock=goes_on), command) for context, command in operations]
        done: list[list[bytes]] = [[] for _ in due]
        work = partial(_product, operations, done)
        product = offered(due, work, lambda: connection.ensure_connection(), lambda: connection.close())
        scripts = scripts_of(ground, done)
        bare = _bare(ground, due, scripts)
        for told in (product, bare):
            if told.faults:
                raise told.faults[0]
        settled(ground, done)
        for side, told in enumerate((product, bare)):
            late[side].append(told.late())
            latest[side].append(told.latest())
    yield of_rounds(name, ground.engine, ground.events, "ms (p99)", *late)
    yield of_rounds(f"{name}.max", ground.engine, ground.events, "ms (max)", *latest)


def clock(ground: Ground) -> Callable[[], datetime]:
    """The ledger's time going on, as a clerk's server reads it when his turn has come."""
    began, base = perf_counter(), ground.tick()
    return lambda: base + timedelta(seconds=perf_counter() - began)


def pick_of(line: Line) -> Pick:
    return Pick(warehouse=WAREHOUSE, lines=(line,), po="RUSH")


def arrivals(seed: int) -> list[float]:
    """When each operation is due, in seconds: by chance, so that now and then many come at once."""
    chance, at, due = random.Random(seed), 0.0, []
    while at < SECONDS:
        due.append(at)
        at += chance.expovariate(RATE)
    return due


def offered(
    due: Sequence[float],
    work: Work,
    come: Callable[[], object] = lambda: None,
    leave: Callable[[], object] = lambda: None,
) -> Run:
    """Every client waits for the next of its moments, or begins at once if that has passed. `come` and `leave` are done
    by each before the first and after the last.
    """
    told, start = Run(), list[float]()

    def client(number: int) -> None:
        try:
            come()
            ready.wait()
            for n in range(number, len(due), CLIENTS):
                with suppress(ValueError):  # it is due already
                    sleep(start[0] + due[n] - perf_counter())
                work(n)
                told.waits.append(perf_counter() - start[0] - due[n])
        except BaseException as fault:  # handed to whoever measures, who fails with it
            told.faults.append(fault)
            ready.abort()
        finally:
            leave()

    def begin() -> None:
        start.append(perf_counter() + 0.2)

    ready = threading.Barrier(CLIENTS, begin)
    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def _product(operations: Sequence[tuple[Context, object]], done: list[list[bytes]], n: int) -> None:
    context, command = operations[n]
    done[n] = records_of(context, execute(context, command))


def _bare(ground: Ground, due: Sequence[float], scripts: Sequence[Script]) -> Run:
    if ground.engine == "sqlite":
        writer = Writer(ground.raw)
        told = offered(due, lambda n: writer.ask(scripts[n]))
        writer.stop()
        return told
    mine = threading.local()

    def come() -> None:
        mine.raw = ground.maker.connect(ground.folder / B)

    def work(n: int) -> None:
        mine.raw.begin()
        run(mine.raw, scripts[n])
        mine.raw.commit()

    return offered(due, work, come, lambda: mine.raw.close())


class Writer:
    """One thread that writes for all: it takes whatever has come in, and commits that together."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.waiting: queue.SimpleQueue[tuple[Script, Future[None]] | None] = queue.SimpleQueue()
        self.thread = threading.Thread(target=self._write)
        self.thread.start()

    def ask(self, script: Script) -> None:
        """Done when this returns."""
        answer: Future[None] = Future()
        self.waiting.put((script, answer))
        answer.result()

    def stop(self) -> None:
        self.waiting.put(None)
        self.thread.join()

    def _write(self) -> None:
        asked = self.waiting.get()
        while asked is not None:
            group = [asked]
            with suppress(queue.Empty):
                while (asked := self.waiting.get_nowait()) is not None:
                    group.append(asked)
            self._commit(group)
            asked = None if asked is None else self.waiting.get()

    def _commit(self, group: Sequence[tuple[Script, Future[None]]]) -> None:
        try:
            self.raw.begin()
            for script, _ in group:
                run(self.raw, script)
            self.raw.commit()
        except BaseException as fault:  # each client fails with it
            for _, answer in group:
                answer.set_exception(fault)
            return
        for _, answer in group:
            answer.set_result(None)


# -- the rows of operations that ran together --------------------------------------------------------------------------


def scripts_of(ground: Ground, done: Sequence[Sequence[bytes]]) -> list[Script]:
    """The statements of each operation; what it moved is told by its postings, since others moved the same goods."""
    return [script_of(_wrote(ground.reader, records), STILL_HOLDS) for records in done]


def _wrote(reader: Raw, records: Sequence[bytes]) -> Wrote:
    told = touched(reader, records)
    added = {table: of_records(reader, table, told.records) for table in ADDED}
    subjects = layout("stock_subject")
    rows = [
        row
        for row in of_subjects(reader, "stock_subject", told.subjects)
        if subjects.values(row, ("log",)) == (WAREHOUSE,)
    ]
    last = tuple(column for column in subjects.columns if column.startswith(("last_", "previous_")))
    moved = _moved(added["stock_posting"], of_subjects(reader, BALANCES, told.subjects))
    return Wrote(added, names(reader, WAREHOUSE, added), rows, last, moved, [])


def _moved(postings: Sequence[Row], balances: Sequence[Row]) -> list[tuple[Row, tuple[int, ...]]]:
    balance, posting = layout(BALANCES), layout("stock_posting")
    rows = {balance.key_of(row): row for row in balances}
    return [(rows[posting.values(row, balance.key)], posting.values(row, AMOUNTS)) for row in postings]


def settled(ground: Ground, done: Sequence[Sequence[bytes]]) -> None:
    """Both copies hold the same, and nothing is negative."""
    told = together(touched(ground.reader, records) for records in done)
    wrong = unequal(ground.reader, ground.raw, told)
    shape = layout(BALANCES)
    amounts = [shape.values(row, AMOUNTS) for row in of_subjects(ground.reader, BALANCES, told.subjects)]
    if wrong or min(map(min, amounts)) < 0:
        raise AssertionError(f"the copies differ in {', '.join(wrong)}" if wrong else "a balance is negative")


def many(ground: Ground) -> list[Line]:
    """A thousand lots, each in its bin."""
    return [line_of(loose) for loose in ground.marks.loose(ROWS // 4)]


def one(_: Ground) -> list[Line]:
    """One lot that everybody wants."""
    return [Line(item="HOT", lot="H1", quantity=1, place="A-000")]


take = partial(measure, "take.64clients", many)
take_one = partial(measure, "take.64clients.onelot", one)
