"""Sixty-four clients that take from one stock, 150 times a second in all, whether or not the last one is done.

Each operation has a moment at which it is due, and its latency counts from then. The product is the pick of one piece
through the kernel, bare are the same rows by hand-made statements. On PostgreSQL both come out of the processes and
threads that `suyuan serve` has, a connection a thread, as the clients' requests would; on SQLite out of sixty-four
threads, for which one thread of bare's writes and commits what has come in together.
"""

import queue
import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter, sleep

from django.db import connection

from bench.bare_operations import ADDED, AMOUNTS, BALANCES, Script, Wrote, layout, run, script_of
from bench.factory import WAREHOUSE
from bench.figures import Figure, of_rounds
from bench.ground import B, Ground
from bench.operations import STILL_HOLDS, line_of, new_context, records_of
from bench.raw import Raw, Row
from bench.written import names, of_records, of_subjects, together, touched, unequal
from suyuan.cli.serve import THREADS, WORKERS
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.operations.commands import Line, Pick

CLIENTS = 64
RATE = 150  # operations a second, of all clients together
SECONDS = 6
WARM = 1  # of them, not counted: connections are new, and the first statements on each are not prepared
BEGINS = 0.2  # seconds after everybody is ready
PATIENCE = 60  # seconds that a process waits for the others to be ready
ROWS = 1000
LATEST = 0.99
Lines = Callable[[Ground], Sequence[Line]]
Records = list[bytes]
Work = Callable[[int], Records]  # the n-th operation, and what it recorded
Step = Callable[[], object]


@dataclass(slots=True)
class Run:
    """Seconds from due to done, of each operation that counts; what it recorded; what went wrong."""

    waits: list[float] = field(default_factory=list)
    done: dict[int, Records] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

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
        product = _product(ground, due, operations)
        bare = _bare(ground, due, scripts_of(ground, product.done))
        settled(ground, product.done)
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


def nothing() -> None:
    """What a client that needs no connection does before and after."""


def soon() -> float:
    return perf_counter() + BEGINS


def offered(
    due: Sequence[float],
    mine: Iterable[int],
    work: Work,
    come: Step = nothing,
    leave: Step = nothing,
    *,
    threads: int = CLIENTS,
    begin: Callable[[], float] = soon,
) -> Run:
    """The operations of `mine` by threads of this process, whichever is free waiting for the next moment. `come` and
    `leave` are done by each before and after; `begin`, by one when all are ready, answers when the clock starts.
    """
    told, start, turns = Run(), list[float](), iter(mine)

    def client() -> None:
        try:
            come()
            ready.wait()
            for n in turns:
                with suppress(ValueError):  # it is due already
                    sleep(start[0] + due[n] - perf_counter())
                told.done[n] = work(n)
                if due[n] >= WARM:
                    told.waits.append(perf_counter() - start[0] - due[n])
        except BaseException as fault:  # handed to whoever measures, who fails with it
            told.faults.append(repr(fault))
            ready.abort()
        finally:
            leave()

    ready = threading.Barrier(threads, lambda: start.append(begin()))
    clients = [threading.Thread(target=client) for _ in range(threads)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    return told


def served(due: Sequence[float], work: Work, come: Step, leave: Step) -> Run:
    """The same by the processes and threads that serve in production; a request comes to any of them."""
    fork = get_context("fork")
    start = fork.Value("d", 0.0)
    all_ready = fork.Barrier(WORKERS)

    def begin() -> float:
        if all_ready.wait(PATIENCE) == 0:
            start.value = soon()
        all_ready.wait(PATIENCE)
        return float(start.value)

    def process(number: int, answer: Connection) -> None:
        mine = range(number, len(due), WORKERS)
        answer.send(offered(due, mine, work, come, leave, threads=THREADS, begin=begin))

    pipes = [fork.Pipe(duplex=False) for _ in range(WORKERS)]
    processes = [fork.Process(target=process, args=(n, answer)) for n, (_, answer) in enumerate(pipes)]
    for one in processes:
        one.start()
    parts: list[Run] = [told.recv() for told, _ in pipes]
    for one in processes:
        one.join()
    return _merged(parts)


def _merged(parts: Sequence[Run]) -> Run:
    return Run(
        [wait for part in parts for wait in part.waits],
        {n: records for part in parts for n, records in part.done.items()},
        [fault for part in parts for fault in part.faults],
    )


def _product(ground: Ground, due: Sequence[float], operations: Sequence[tuple[Context, object]]) -> Run:
    def work(n: int) -> Records:
        context, command = operations[n]
        return records_of(context, execute(context, command))

    # Not the methods themselves: each thread has a connection of its own.
    return _without_faults(
        _offered_to(ground)(due, work, lambda: connection.ensure_connection(), lambda: connection.close())
    )


def _offered_to(ground: Ground) -> Callable[[Sequence[float], Work, Step, Step], Run]:
    if ground.engine == "postgres":
        return served
    return lambda due, *steps: offered(due, range(len(due)), *steps)


def _bare(ground: Ground, due: Sequence[float], scripts: Sequence[Script]) -> Run:
    if ground.engine == "sqlite":
        writer = Writer(ground.raw)
        told = offered(due, range(len(due)), lambda n: writer.ask(scripts[n]))
        writer.stop()
        return _without_faults(told)
    mine = threading.local()

    def come() -> None:
        mine.raw = ground.maker.connect(ground.folder / B)

    def work(n: int) -> Records:
        mine.raw.begin()
        run(mine.raw, scripts[n])
        mine.raw.commit()
        return []

    return _without_faults(served(due, work, come, lambda: mine.raw.close()))


def _without_faults(told: Run) -> Run:
    if told.faults:
        raise AssertionError(told.faults[0])
    return told


class Writer:
    """One thread that writes for all: it takes whatever has come in, and commits that together."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.waiting: queue.SimpleQueue[tuple[Script, Future[None]] | None] = queue.SimpleQueue()
        self.thread = threading.Thread(target=self._write)
        self.thread.start()

    def ask(self, script: Script) -> Records:
        """Done when this returns."""
        answer: Future[None] = Future()
        self.waiting.put((script, answer))
        answer.result()
        return []

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


def scripts_of(ground: Ground, done: Mapping[int, Records]) -> list[Script]:
    """The statements of each operation; what it moved is told by its postings, since others moved the same goods."""
    return [script_of(_wrote(ground.reader, records), STILL_HOLDS) for _, records in sorted(done.items())]


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


def settled(ground: Ground, done: Mapping[int, Records]) -> None:
    """Both copies hold the same, and nothing is negative."""
    told = together(touched(ground.reader, records) for records in done.values())
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
