"""What is known of a ledger that was built: where to begin, and what lies where."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bench import factory
from bench.factory import Factory, Shape
from bench.ledger import MARKS


@dataclass(frozen=True, slots=True)
class Loose:
    """Pieces of a lot that lie unpacked in a bin, released."""

    item: str
    lot: str
    uri: str
    place: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Marks:
    """The starting points of a ledger, all as canonical URIs, and its shape. `ended`: after its last record.

    `lot`, `hub`, `bighub` reach forward some 20 identifiers for each of their cycles; `pallet` goes back to all leaves
    of the tree; `hot` is a lot with `shape.buyers` earlier customers and millions left in bin A-000.
    """

    events: int
    shape: Shape
    ended: datetime
    code: str
    warehouse: str = factory.WAREHOUSE
    supplier: str = "S000"
    customers: tuple[str, ...] = tuple(f"C{n:03d}" for n in range(factory.CUSTOMERS))

    @property
    def lot(self) -> str:
        return factory.lot("MILK", 0)

    @property
    def hub(self) -> str:
        return factory.lot("CULTURE", 0)

    @property
    def bighub(self) -> str:
        return factory.lot("SALT", 0)

    @property
    def pallet(self) -> str:
        return factory.pallet_of_tree()

    @property
    def hot(self) -> str:
        return factory.hot_lot()

    def loose(self, cycles: int = 200) -> Sequence[Loose]:
        """What lies loose from the last cycles of the ledger, four lots a cycle."""
        return [
            Loose(f"FIN-{kind}", f"F{n}.{kind}", factory.finished(n, kind), factory.bin_code(n * 6 + 5), 100)
            for n in range(max(0, self.shape.cycles - cycles), self.shape.cycles)
            for kind in range(4)
        ]

    def factory(self) -> Factory:
        """The works, to go on where the ledger ends."""
        return Factory(self.shape)

    def save(self, folder: Path) -> None:
        (folder / MARKS).write_text(json.dumps(asdict(self), default=str, indent=1))


def load(folder: Path) -> Marks:
    said = json.loads((folder / MARKS).read_text())
    return Marks(
        events=said["events"],
        shape=Shape(**said["shape"]),
        ended=datetime.fromisoformat(said["ended"]),
        code=said["code"],
    )


def end_of(shape: Shape) -> datetime:
    """The moment after everything that a ledger of this shape holds."""
    return factory.START + shape.cycles * factory.SLOTS * factory.STEP + timedelta(seconds=1)
