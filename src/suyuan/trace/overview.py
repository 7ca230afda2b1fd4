"""What came of goods, in sums: how many things, where ours stands, who else has how much, by the book of stock.

For goods of which so much came that the whole answer (`answer.trace`) takes seconds: the same walk and the same stock,
but neither the events nor a row for each thing. What partners say they sold on, and where the record is broken, only
the whole answer knows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from functools import cache

from django.db import connection
from django.db.backends.utils import CursorWrapper
from msgspec import Struct

from suyuan.catalog.directory import Directory, directory
from suyuan.genealogy import search
from suyuan.genealogy.edges import STAYS
from suyuan.gs1.quantities import COUNT
from suyuan.ledger.bulk import by_index
from suyuan.stock.book import DELIVERY, PACKED, PARTY, WAYS
from suyuan.stock.facts import OWN
from suyuan.trace.answer import start
from suyuan.trace.lying import Stand, outer, state_of, today_of
from suyuan.trace.resolve import Candidate
from suyuan.trace.values import names_of

_BALANCES = (
    "SELECT b.subject, b.holder, b.kind, b.owner, b.status, b.quantity, b.second, b.log, "
    "s.unit, s.second_unit, s.blocks, s.expiry FROM stock_balance b "
    "JOIN stock_subject s ON s.subject = b.subject AND s.log = b.log WHERE b.quantity > 0 AND"
)


class Standing(Struct, frozen=True):
    """How much (millionths) stands with us: in a place, or under way between ours (`place` is the shipment)."""

    place: str
    unit: str
    status: str
    under_way: bool
    quantity: int


class Having(Struct, frozen=True):
    """How much (millionths) a party has, or is on its way there."""

    party: str
    unit: str
    quantity: int


class Overview(Struct, frozen=True):
    """`keys`: lots, serials and items, the subjects with them; `containers`: how many of them they went into."""

    keys: Sequence[bytes]
    containers: int
    standing: Sequence[Standing]
    having: Sequence[Having]

    @property
    def goods(self) -> int:
        return len(self.keys)


def overview(subjects: Sequence[Candidate], *, now: datetime) -> Overview:
    """In sums what `answer.trace` of the same subjects says one by one, as far as the book of stock has it."""
    who = directory()
    with connection.cursor() as cursor:
        started = start(cursor, subjects, who)
        walk = search.reach(cursor, started)
        boxes = {edge.child for edge in walk.edges if edge.kind in STAYS}
        around = boxes - started.keys()
        reached = list(walk.goods())
        del walk  # as large as what follows
        sums, stands = _balances(cursor, reached, boxes, around, who, now)
        standing, having = _folded(cursor, sums, stands)
    return Overview([key for key in reached if key not in around], len(around), standing, having)


# What lies in one holder, in one state: holder, its kind, owner, unit, state.
Sums = Mapping[tuple[bytes, str, bytes, str, str], int]


def _balances(
    cursor: CursorWrapper,
    reached: Iterable[bytes],
    boxes: Set[bytes],
    around: Set[bytes],
    who: Directory,
    now: datetime,
) -> tuple[Sums, dict[bytes, Stand]]:
    """What lies where, of all but the containers `around` the goods; and where all the `boxes` stand."""

    @cache
    def state(status: str, blocks: str, expiry: int | None, log: str) -> str:
        return state_of(status, blocks, expiry, today_of(who, log, now))

    sums: dict[tuple[bytes, str, bytes, str, str], int] = defaultdict(int)
    stands: dict[bytes, Stand] = {}
    for row in search.each_in(cursor, by_index(cursor.db, _BALANCES, "b.subject"), reached):
        subject, holder, kind, owner, status, first, second, log, unit, other, blocks, expiry = row
        if subject in boxes:
            stands[subject] = (holder, kind, owner)
        if subject not in around:
            amount, shown = (first, unit) if first else (second, other)
            sums[holder, kind, owner, shown or COUNT, state(status, blocks, expiry, log)] += amount
    return sums, stands


def _folded(cursor: CursorWrapper, sums: Sums, stands: dict[bytes, Stand]) -> tuple[list[Standing], list[Having]]:
    """By the place of the outermost container with us, by party with others."""
    outermost = outer(cursor, {holder for holder, kind, *_ in sums if kind == PACKED}, stands)
    ours: dict[tuple[bytes, str, str, bool], int] = defaultdict(int)
    theirs: dict[tuple[bytes, str], int] = defaultdict(int)
    for (holder, kind, owner, unit, state), amount in sums.items():
        root, kind, owner = outermost.get(holder, (holder, kind, owner)) if kind == PACKED else (holder, kind, owner)
        if kind == PARTY:
            theirs[root, unit] += amount
        elif kind == DELIVERY and owner != OWN:
            theirs[owner, unit] += amount
        elif kind != PACKED:
            ours[root, unit, state, kind in WAYS] += amount
    uris = names_of(cursor, {*(key for key, *_ in ours), *(key for key, _ in theirs)}, {}).uris
    standing = [Standing(uris.get(key, ""), unit, state, way, n) for (key, unit, state, way), n in ours.items()]
    having = [Having(uris.get(key, ""), unit, n) for (key, unit), n in theirs.items()]
    standing.sort(key=lambda one: (-one.quantity, one.place, one.status))
    having.sort(key=lambda one: (-one.quantity, one.party))
    return standing, having
