"""What a case stands on: the product on copy A, the bare driver on copy B, a meter, and the works going on."""

import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from bench.engines import Engine
from bench.factory import Factory
from bench.ledger import home_of
from bench.marks import Marks
from bench.meter import Meter
from bench.raw import PostgresRaw, Raw
from suyuan.epcis.events import JsonObject

A, B = "a", "b"
SERIES = 10**6  # more than there are cycles


@dataclass(slots=True)
class Ground:
    """`raw` writes to B, `reader` reads A beside the product. Both copies hold the same rows when a case begins.

    With `in_place` both are the kept ledger itself, for cases that only read.

    `meter` counts this process and the backends of both connections, `whole` the engine's background writers as well.
    """

    maker: Engine
    folder: Path
    marks: Marks
    in_place: bool = False
    raw: Raw = field(init=False)
    reader: Raw = field(init=False)
    now: datetime = field(init=False)
    works: Factory = field(init=False)
    _background: tuple[int, ...] = field(init=False)
    _story: Iterator[JsonObject] = field(init=False)
    _cycle: int = field(init=False)
    _batch: int = field(default=0, init=False)

    @property
    def engine(self) -> str:
        return self.maker.name

    @property
    def events(self) -> int:
        return self.marks.events

    @property
    def meter(self) -> Meter:
        return Meter(backends(self.raw))

    @property
    def whole(self) -> Meter:
        return Meter((*backends(self.raw), *self._background))

    def renew(self) -> None:
        """New copies of the ledger, and connections to them."""
        self.close()
        for name in () if self.in_place else (A, B):
            self.maker.copy(home_of(self.folder), self.folder / name)
        self.raw, self.reader = self.maker.connect(self.home(B)), self.maker.connect(self.home(A))
        self.now = self.marks.ended
        self.works = self.marks.factory()
        self._cycle = self.marks.shape.cycles
        self._story = self._cycles()
        connection.ensure_connection()
        gc.freeze()  # rubbish is collected before each measurement, among what is new
        self._background = self.maker.background()

    def home(self, copy: str) -> Path:
        """The installation of a copy."""
        return home_of(self.folder) if self.in_place else self.folder / copy

    def close(self) -> None:
        connection.close()
        for name in ("raw", "reader"):
            if hasattr(self, name):
                getattr(self, name).close()

    def tick(self) -> datetime:
        """The next record time: each thing that is recorded has its own."""
        self.now += timedelta(seconds=1)
        return self.now

    def take(self, count: int) -> list[JsonObject]:
        """The next events of the works. The record time goes on with them."""
        found = [next(self._story) for _ in range(count)]
        self.now = max(self.now, self.works.at + timedelta(seconds=1))
        return found

    def next_cycle(self) -> int:
        """The number of a cycle that nobody has."""
        self._cycle += 1
        return self._cycle - 1

    def next_batch(self) -> int:
        """A number that no cycle has: of those all pallets come into being, or they could not be shipped."""
        self._batch += 1
        return SERIES + self._batch

    def _cycles(self) -> Iterator[JsonObject]:
        while True:
            yield from self.works.cycle(self.next_cycle())


def backends(raw: Raw) -> tuple[int, ...]:
    """The server's processes behind this connection and the product's as it is now: a new one is another process."""
    if not isinstance(raw, PostgresRaw):
        return ()
    connection.ensure_connection()
    return (raw.pid, connection.connection.info.backend_pid)
