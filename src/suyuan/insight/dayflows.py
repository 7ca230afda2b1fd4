"""The figures of each day: what of each item lay in a warehouse at its end, what was shipped and used up on it.

The worker makes them from the postings, for the days that what was recorded since has touched. A late event has
histories told again from its moment on (decision 0010), so every day from there on is made again, a few at a time:
`DayMark.stale` says from which day on figures are not to be trusted yet.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from suyuan.catalog.directory import directory
from suyuan.insight.dayflows_tell import Flow, Line, Standing, tell
from suyuan.insight.models import DayFigure, DayMark
from suyuan.ledger.bulk import chunks, select_in
from suyuan.ledger.keys import micros, moment
from suyuan.stock.book import PACKED

MOST_DAYS = 31  # made in one go
MOST_EVENTS = 20_000  # of those days, unless one day has more
LEAVES = 20_000  # looked at in one statement
ROUNDS = 40  # of a pass, for each warehouse
PARTNERS = "partners"
EVERY = "*"  # the mark of what is told of all warehouses together
_KIND = (
    "JOIN stock_balance k ON k.log = p.log AND k.subject = p.subject AND k.holder = p.holder AND k.owner = p.owner "
    "AND k.receipt = p.receipt AND k.status = p.status "
)
# A receipt in one warehouse may take goods from another one's book, so the event's own log is not asked for.
# CROSS JOIN keeps SQLite from beginning with the table that is longest.
_LINES = (
    "SELECT p.at, r.sequence, r.record_time, r.id, r.biz_step, r.type, r.disposition, p.subject, "
    "COALESCE(s.item, p.subject), s.container, p.holder, k.kind, p.quantity FROM ledger_record r "
    "CROSS JOIN stock_posting p "
    f"{_KIND}JOIN stock_subject s ON s.log = p.log AND s.subject = p.subject "
    "WHERE p.record = r.id AND p.log = %s AND r.event_time >= %s AND r.event_time < %s AND r.kind = 'epcis' "
    "ORDER BY p.at, r.sequence, r.record_time, r.id, p.subject, p.number"
)
_STOOD = (
    f"SELECT p.subject, p.holder, k.kind, SUM(p.quantity) FROM stock_posting p {_KIND}"
    "WHERE p.log = %s AND p.at < %s AND p.subject {keys} "
)
_HELD = (
    "SELECT p.holder, p.subject, COALESCE(s.item, p.subject), s.container, SUM(p.quantity) FROM stock_posting p "
    "JOIN stock_subject s ON s.log = p.log AND s.subject = p.subject "
    "WHERE p.log = %s AND p.at < %s AND p.holder {keys} "
)
_SENT_BACK = (
    "SELECT DISTINCT p.holder FROM stock_posting p JOIN ledger_record r ON r.id = p.record "
    "WHERE r.biz_step = 'shipping' AND r.disposition = 'returned' AND p.quantity > 0 AND p.holder {keys}"
)
_BEFORE = (
    "SELECT f.item, f.on_hand FROM insight_dayfigure f WHERE f.log = %s AND f.day = (SELECT MAX(g.day) "
    "FROM insight_dayfigure g WHERE g.log = f.log AND g.item = f.item AND g.day < %s) AND f.item {keys}"
)
_NEW = (
    "SELECT MIN(CASE WHEN r.kind = 'epcis' THEN r.event_time END), MAX(l.\"index\") FROM ledger_leaf l "
    'JOIN ledger_record r ON r.log = l.log AND r.id = l.id WHERE l.log = %s AND l."index" >= %s AND l."index" < %s'
)
# How far so many events reach from a moment on, and when the last one happened.
_REACH = "SELECT event_time FROM ledger_record WHERE event_time >= %s ORDER BY event_time LIMIT 1 OFFSET %s"
# CASE keeps both engines from walking the times of all records for the least.
_PENDING = (
    "SELECT MIN(CASE WHEN r.kind = 'epcis' THEN r.event_time END) FROM ledger_pending p "
    "JOIN ledger_record r ON r.log = p.log AND r.id = p.id"
)
_LAST = "SELECT MAX(event_time) FROM ledger_record"


Make = Callable[[int, int, ZoneInfo], Sequence[Model]]  # the rows of the days from one to before another


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass came to: days made again, and whether there is more to do."""

    days: int
    more: bool


def refresh(now: datetime, rounds: int = ROUNDS) -> Pass:
    """Notice what was recorded since, and make the days again that it touches. May be ended at any moment."""
    notice()
    passes = [
        often(log, zone, now, rounds, DayFigure.objects.filter(log=log), partial(figures, log))
        for log, zone in zones().items()
    ]
    return Pass(sum(one.days for one in passes), any(one.more for one in passes))


def often(log: str, zone: ZoneInfo, now: datetime, rounds: int, kept: QuerySet[Any], make: Make) -> Pass:
    """Make days of a log again, a few at a time."""
    days = 0
    for _ in range(rounds):
        made = again(log, zone, now, kept, make)
        days += made
        if not made:
            return Pass(days, False)
    return Pass(days, True)


def zones() -> dict[str, ZoneInfo]:
    return {code: ZoneInfo(info.time_zone) for code, info in sorted(directory().warehouses.items())}


def common_zone() -> ZoneInfo | None:
    """The one that the days of all warehouses together are told in: that of most of them."""
    many = Counter(zone.key for zone in zones().values())
    return ZoneInfo(many.most_common(1)[0][0]) if many else None


def start_of(day: int, zone: ZoneInfo) -> int:
    """When an ordinal day begins there, in microseconds."""
    return micros(datetime.combine(date.fromordinal(day), time(), zone))


def day_of(at: int, zone: ZoneInfo) -> int:
    return moment(at).astimezone(zone).toordinal()


# -- what is to be made again -----------------------------------------------------------------------------------------


def notice() -> None:
    """Read the leaves that were added since: from the day of the earliest event on, figures are stale.

    Of every warehouse, since an event of one, or of a partner, may move what another one's book has.
    """
    where = zones()
    common = common_zone()
    marks = {mark.log: mark for mark in DayMark.objects.all()}
    read = {log: marks[log].leaves if log in marks else 0 for log in (*where, PARTNERS)}
    earliest: int | None = None
    for log, leaves in read.items():
        at, read[log] = _since(log, leaves)
        earliest = at if earliest is None or (at is not None and at < earliest) else earliest
    where |= {EVERY: common} if common else {}
    read |= {EVERY: 0} if common else {}
    with transaction.atomic():
        for log, leaves in read.items():
            zone = where.get(log)
            mark = marks.get(log) or DayMark(log=log, zone=zone.key if zone else "")
            stale = [mark.stale] if mark.stale is not None else []
            stale += [day_of(earliest, zone)] if zone and earliest is not None else []
            if zone and (mark.zone != zone.key or (log == EVERY and log not in marks)):  # other days, or none so far
                stale.append(date.min.toordinal())
                mark.zone = zone.key
            if mark.leaves != leaves or mark.stale != min(stale, default=None) or log not in marks:
                mark.leaves, mark.stale = leaves, min(stale, default=None)
                mark.save()


def _since(log: str, leaves: int) -> tuple[int | None, int]:
    """When the earliest event happened that was signed into a log since its leaf `leaves`, and its leaves now."""
    found: list[int] = []
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_NEW, [log, leaves, leaves + LEAVES])
            at, last = cursor.fetchone()
            if last is None:
                return min(found, default=None), leaves
            leaves = int(last) + 1
            found += [int(at)] if at is not None else []


def unnoticed() -> int | None:
    """When the earliest event happened of which `notice` does not know yet, signed into a log or not."""
    with connection.cursor() as cursor:
        cursor.execute(_PENDING)
        (pending,) = cursor.fetchone()
    marks = dict(DayMark.objects.values_list("log", "leaves"))
    found = [_since(log, marks.get(log, 0))[0] for log in (*zones(), PARTNERS)]
    return min([int(at) for at in (pending, *found) if at is not None], default=None)


def again(log: str, zone: ZoneInfo, now: datetime, kept: QuerySet[Any], make: Make) -> int:
    """Make the first of the stale days again; how many. `kept`: the rows of all days."""
    mark = DayMark.objects.filter(pk=log).first()
    if mark is None or mark.stale is None:
        return 0
    first, last = mark.stale, _last_day(zone, now)
    if first == date.min.toordinal():
        kept.delete()
        first = _first_day(zone, last)
    end = max(min(_reach(first, zone), last), first) + 1
    rows = make(first, end, zone)
    with transaction.atomic():
        kept.filter(day__gte=first, day__lt=end).delete()
        for part in chunks(rows, 500):
            kept.model.objects.bulk_create(part, ignore_conflicts=True)  # another worker may have been faster
        # Not where something earlier has become stale meanwhile.
        DayMark.objects.filter(pk=log, stale=mark.stale).update(stale=end if end <= last else None)
    return end - first


def _last_day(zone: ZoneInfo, now: datetime) -> int:
    return max(day_of(micros(now), zone), last_day(zone))


def last_day(zone: ZoneInfo) -> int:
    """Of the last event."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        (at,) = cursor.fetchone()
    return day_of(at or 0, zone)


def _first_day(zone: ZoneInfo, last: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_REACH, [0, 0])
        row = cursor.fetchone()
    return day_of(row[0], zone) if row else last


def _reach(first: int, zone: ZoneInfo) -> int:
    """The last of the days that are made in one go."""
    with connection.cursor() as cursor:
        cursor.execute(_REACH, [start_of(first, zone), MOST_EVENTS])
        row = cursor.fetchone()
    return min(first + MOST_DAYS, max(day_of(row[0], zone), first + 1) if row else first + MOST_DAYS) - 1


# -- what the days say ------------------------------------------------------------------------------------------------


def figures(log: str, first: int, end: int, zone: ZoneInfo) -> list[DayFigure]:
    """The rows of the days from `first` to before `end`. A fixed number of statements, and two for each container
    within a container."""
    since = start_of(first, zone)
    lines = _lines(log, since, start_of(end, zone))
    flows: dict[bytes, dict[int, Flow]] = defaultdict(dict)
    for at, item, flow in tell(lines, _standing(log, since, lines), _sent_back(lines)):
        _add(flows[item].setdefault(day_of(at, zone), Flow()), flow)
    with connection.cursor() as cursor:
        before = {bytes(item): int(on_hand) for item, on_hand in select_in(cursor, _BEFORE, flows, log, first)}
    return [row for item, days in flows.items() for row in _rows(log, item, days, before.get(item, 0))]


def _add(total: Flow, flow: Flow) -> None:
    total.change += flow.change
    total.shipped += flow.shipped
    total.moved += flow.moved
    total.consumed += flow.consumed


def _rows(log: str, item: bytes, days: Mapping[int, Flow], on_hand: int) -> list[DayFigure]:
    rows = []
    for day, flow in sorted(days.items()):
        on_hand += flow.change
        rows.append(
            DayFigure(
                log=log, item=item, day=day, on_hand=on_hand, shipped=flow.shipped, moved=flow.moved,
                consumed=flow.consumed,
            )
        )  # fmt: skip
    return rows


def _lines(log: str, since: int, until: int) -> list[Line]:
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [log, since, until])
        return [_line(row) for row in cursor.fetchall()]


def _line(row: Sequence[Any]) -> Line:  # Any: what a driver returns
    at, sequence, recorded, record, step, type_, disposition, subject, item, container, holder, kind, quantity = row
    return Line(
        at, sequence, recorded, bytes(record), step, type_, disposition, bytes(subject), bytes(item), bool(container),
        bytes(holder), kind, int(quantity),
    )  # fmt: skip


def _standing(log: str, at: int, lines: Sequence[Line]) -> Standing:
    """Where the containers that these postings concern stood before the moment, and what was in those that move."""
    standing = Standing()
    with connection.cursor() as cursor:
        seen, moving = set[bytes](), {line.subject for line in lines if line.container}
        while moving - seen:
            todo, seen = moving - seen, seen | moving
            moving = set()
            for holder, subject, item, container, quantity in select_in(
                cursor, _HELD, todo, log, at, suffix="GROUP BY 1, 2, 3, 4 HAVING SUM(p.quantity) > 0"
            ):
                if container:
                    moving.add(bytes(subject))
                else:
                    standing.inside[bytes(holder)][bytes(item)] += int(quantity)
        _stood(standing, seen | {line.holder for line in lines if line.kind == PACKED}, log, at)
    return standing


def _stood(standing: Standing, containers: Iterable[bytes], log: str, at: int) -> None:
    """Where these stood, and what they stood in."""
    seen, todo = set[bytes](), set(containers)
    with connection.cursor() as cursor:
        while todo:
            rows = select_in(cursor, _STOOD, todo, log, at, suffix="GROUP BY 1, 2, 3 HAVING SUM(p.quantity) > 0")
            seen |= todo
            todo = set()
            for subject, holder, kind, quantity in rows:
                standing.stand(bytes(subject), bytes(holder), kind, int(quantity))
                todo |= {bytes(holder)} - seen if kind == PACKED else set()


def _sent_back(lines: Iterable[Line]) -> frozenset[bytes]:
    """The transit holders, of those that shipments were taken back from, of goods that went back to a supplier."""
    voided = [line.holder for line in lines if line.step == "void_shipping" and line.quantity < 0]
    with connection.cursor() as cursor:
        return frozenset(bytes(holder) for (holder,) in select_in(cursor, _SENT_BACK, voided))
