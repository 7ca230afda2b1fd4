"""What each event did to the mass balance of everything, told piece by piece from the postings, and what the worker
keeps of it: a row for each day, item, unit and term.

A piece needs to know only where the containers stood that its events concern, and what was in those that move; so
memory is bounded by a few thousand events, and time grows with the events that are told. Whose book a share belongs to
depends on which warehouses are asked together: what one sends to the other has not left both. So an event that concerns
several of them has shares for each set of those, and any question finds its own by `asked`.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import combinations
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.backends.utils import CursorWrapper

from suyuan.insight import dayflows
from suyuan.insight.balance import Term
from suyuan.insight.balance_asked import ALL_LINES, IN_LAY, LAY, By, lay, line_of, yard_of
from suyuan.insight.balance_tell import Lay, Line, Told
from suyuan.insight.dayflows import EVERY, ROUNDS, Pass
from suyuan.insight.models import DayBalance
from suyuan.stock.book import PACKED

PIECE = 5_000  # events told at once
_REACH = (
    "SELECT event_time FROM ledger_record WHERE event_time >= %s AND event_time < %s ORDER BY event_time "
    "LIMIT 1 OFFSET %s"
)
_MANY = "SELECT COUNT(*) FROM ledger_record WHERE event_time >= %s AND event_time < %s"


def refresh(now: datetime, rounds: int = ROUNDS) -> Pass:
    """Make the days again that what was recorded since has touched, as far as `dayflows.notice` knows of it."""
    zone = dayflows.common_zone()
    return dayflows.often(EVERY, zone, now, rounds, DayBalance.objects.all(), rows) if zone else Pass(0, False)


def rows(first: int, end: int, zone: ZoneInfo) -> list[DayBalance]:
    """The rows of the days from `first` to before `end`."""
    starts = [dayflows.start_of(day, zone) for day in range(first, end + 1)]
    sums: dict[tuple[bytes, int, str, Term, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in told_between(starts[0], starts[-1]):
        day = first + bisect_right(starts, one.event.at) - 1
        involved = one.involved
        for asked in _sets(involved):
            entry = one.within(asked)
            for term, amount in entry.amounts.items() if entry else ():
                found = sums[one.key, day, one.unit, term, " ".join(involved), " ".join(asked)]
                found[0] += amount
                found[1] += 1
    return [
        DayBalance(
            item=item, day=day, unit=unit, term=term.value, involved=involved, asked=asked, amount=amount,
            events=events,
        )
        for (item, day, unit, term, involved, asked), (amount, events) in sums.items()
    ]  # fmt: skip


def _sets(logs: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for many in range(1, len(logs) + 1):
        yield from combinations(logs, many)


# -- telling ----------------------------------------------------------------------------------------------------------


def told_between(since: int, until: int, counts: Callable[[bytes], bool] = lambda _item: True) -> Iterator[Told]:
    """What each event from one moment to before another did to the items that count, in the order of events."""
    for first, end in pieces(since, until):
        yield from _piece(first, end, partial(_by_item, counts))


def _by_item(
    counts: Callable[[bytes], bool], subject: bytes, item: bytes | None, container: object
) -> tuple[bytes, bool]:
    key = subject if item is None else bytes(item)
    return key, not container and counts(key)


def pieces(since: int, until: int) -> Iterator[tuple[int, int]]:
    """The time cut in pieces of so many events; those of one moment stay together."""
    while since < until:
        end = until
        if reached := reach(since, until, PIECE):
            end = max(reached, since + 1)
        yield since, end
        since = end


def reach(since: int, until: int, events: int) -> int | None:
    """When as many events have happened; None where there are not so many before `until`."""
    with connection.cursor() as cursor:
        cursor.execute(_REACH, [since, until, events])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def count(since: int, until: int) -> int:
    """How many events happened."""
    with connection.cursor() as cursor:
        cursor.execute(_MANY, [since, until])
        return int(cursor.fetchone()[0])


def _piece(since: int, until: int, by: By) -> Iterator[Told]:
    with connection.cursor() as cursor:
        cursor.execute(ALL_LINES, [since, until])
        lines = [line_of(row, by) for row in cursor.fetchall()]
        lying = _standing(cursor, lines, since, by)
        yard = yard_of(cursor, lying, lines, since)
    yard.begin(lying)
    return yard.tell(lines)


def _standing(cursor: CursorWrapper, lines: Iterable[Line], since: int, by: By) -> list[Lay]:
    """What was in the containers that move, at any depth; and where these stood, and those that goods were put in."""
    inside: list[Lay] = []
    moving, todo = set[bytes](), {line.subject for line in lines if line.box}
    while todo:
        found = lay(cursor, IN_LAY, todo, since, by)
        moving |= todo
        todo = {row.subject for row in found if row.box and row.quantity > 0} - moving
        inside += [row for row in found if not row.box]
    standing: list[Lay] = []
    seen, todo = set[bytes](), moving | {line.holder for line in lines if line.kind == PACKED}
    while todo:
        found = lay(cursor, LAY, todo, since, by)
        seen |= todo
        todo = {row.holder for row in found if row.kind == PACKED} - seen
        standing += found
    return inside + standing
