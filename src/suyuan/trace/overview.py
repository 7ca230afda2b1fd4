"""What came of goods, in sums: how many things, where ours stands, who else has how much, by the book of stock.

For goods of which so much came that the whole answer (`answer.trace`) takes seconds: the same walk and the same stock,
but neither the events nor a row for each thing. What partners say they sold on, and where the record is broken, only
the whole answer knows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
from suyuan.trace.lying import outer, state_of, today_of
from suyuan.trace.resolve import Candidate
from suyuan.trace.values import names_of

# CROSS JOIN: SQLite begins with the goods, which have several balances each.
_BALANCES = (
    "SELECT b.quantity, b.holder, b.kind, b.owner, s.unit, b.status, s.blocks, s.expiry, b.log "
    "FROM stock_subject s CROSS JOIN stock_balance b "
    "WHERE b.subject = s.subject AND b.log = s.log AND b.quantity > 0 AND"
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
        around = {edge.child for edge in walk.edges if edge.kind in STAYS} - started.keys()
        goods = [key for key in walk.goods() if key not in around]
        del walk  # as large as what follows
        standing, having = _folded(cursor, _balances(cursor, goods), who, now)
    return Overview(goods, len(around), standing, having)


# Holder, its kind, owner, unit, status, what blocks it, expiry, log: all that a balance tells of where and how it lies.
Place = tuple[bytes, str, bytes, str, str, str, int | None, str]


def _balances(cursor: CursorWrapper, goods: Iterable[bytes]) -> Mapping[Place, int]:
    sums: dict[Place, int] = defaultdict(int)
    for row in search.each_in(cursor, by_index(cursor.db, _BALANCES, "s.subject"), sorted(goods)):
        sums[row[1:]] += row[0]
    return sums


def _folded(
    cursor: CursorWrapper, sums: Mapping[Place, int], who: Directory, now: datetime
) -> tuple[list[Standing], list[Having]]:
    """By the place of the outermost container with us, by party with others."""
    outermost = outer(cursor, {holder for holder, kind, *_ in sums if kind == PACKED})
    today = cache(lambda log: today_of(who, log, now))
    ours: dict[tuple[bytes, str, str, bool], int] = defaultdict(int)
    theirs: dict[tuple[bytes, str], int] = defaultdict(int)
    for (holder, kind, owner, unit, status, blocks, expiry, log), amount in sums.items():
        root, kind, owner = outermost.get(holder, (holder, kind, owner)) if kind == PACKED else (holder, kind, owner)
        unit = unit or COUNT
        if kind == PARTY:
            theirs[root, unit] += amount
        elif kind == DELIVERY and owner != OWN:
            theirs[owner, unit] += amount
        elif kind != PACKED:
            ours[root, unit, state_of(status, blocks, expiry, today(log)), kind in WAYS] += amount
    uris = names_of(cursor, {*(key for key, *_ in ours), *(key for key, _ in theirs)}, {}).uris
    standing = [Standing(uris.get(key, ""), unit, state, way, n) for (key, unit, state, way), n in ours.items()]
    having = [Having(uris.get(key, ""), unit, n) for (key, unit), n in theirs.items()]
    standing.sort(key=lambda one: (-one.quantity, one.place, one.status))
    having.sort(key=lambda one: (-one.quantity, one.party))
    return standing, having
