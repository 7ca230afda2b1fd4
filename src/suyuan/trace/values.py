"""What an answer consists of, and what the things in it are called."""

from collections.abc import Iterable, KeysView
from dataclasses import dataclass, field

from django.db.backends.utils import CursorWrapper
from msgspec import Struct

from suyuan.genealogy import search
from suyuan.genealogy.edges import Edge
from suyuan.gs1.problems import Problem
from suyuan.ledger.bulk import by_index
from suyuan.trace.parties import Share
from suyuan.trace.resolve import Candidate

ONE = 1_000_000
SINGLE = frozenset({"serial", "container"})


class Found(Struct, frozen=True, gc=False):
    """One thing reached: how many steps away, and how much of it (millionths; None where nobody said)."""

    key: bytes
    uri: str
    kind: str
    depth: int
    quantity: int | None
    unit: str


class Lying(Struct, frozen=True, gc=False):
    """Goods of ours: where the outermost container stands, the innermost container, how much, in which state."""

    key: bytes
    uri: str
    place: str
    container: str | None
    quantity: int
    unit: str
    status: str
    under_way: bool


@dataclass(slots=True)
class Trace:
    """The whole answer. `edges` are the steps that were followed, `cleaned` the cleanings
    of the tanks among them; `records` the events that drew them, name the
    subjects or handed goods over, in the order they happened.

    `gaps`: where the record is broken, each with the goods it concerns as `field`; `doubtful`: what by the times cannot
    be a hit, and is in the answer all the same; `began`: how much of each subject came or was made (`linked`).
    """

    query: str
    subjects: list[Candidate]
    backward: list[Found] = field(default_factory=list)
    forward: list[Found] = field(default_factory=list)
    stock: list[Lying] = field(default_factory=list)
    parties: list[tuple[Share, str]] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    cleaned: list[Edge] = field(default_factory=list)
    records: list[tuple[str, bytes]] = field(default_factory=list)
    gaps: list[Problem] = field(default_factory=list)
    uris: dict[bytes, str] = field(default_factory=dict)
    doubtful: set[bytes] = field(default_factory=set)
    began: dict[bytes, search.Sum] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called, and what they are."""

    uris: dict[bytes, str]
    kinds: dict[bytes, str]

    def containers(self) -> set[bytes]:
        return {key for key, kind in self.kinds.items() if kind == "container"}


@dataclass(frozen=True, slots=True)
class Reach:
    """Which things an answer is about. `ahead` and `behind` begin with the subjects themselves; `goods` are those ahead
    that are no containers, but for the subjects; `solid` those behind that are none.

    Views of dictionaries keep the order of the walk, which goes by time: rows written together are read together.
    """

    roots: set[bytes]
    ahead: KeysView[bytes]
    behind: KeysView[bytes]
    goods: KeysView[bytes]
    solid: frozenset[bytes]
    containers: set[bytes]


_NAMES = "SELECT id, uri, kind FROM ledger_identifier WHERE"


def names_of(cursor: CursorWrapper, keys: Iterable[bytes], same: search.Same) -> Names:
    names, one = Names({}, {}), same.setdefault
    for row_key, uri, kind in search.each_in(cursor, by_index(cursor.db, _NAMES, "id"), keys):
        key = one(row_key, row_key)
        if key not in names.uris:
            names.uris[key], names.kinds[key] = uri, one(kind, kind)
    return names
