"""Mass balance as it is asked for: of lots, of an item, of everything in a warehouse; as of a moment or for a period.

A fixed number of statements and two for each container within a container, however many postings there are. Goods that
are named cost what their own history is long; a whole warehouse costs what the period is long, and what there is now.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from suyuan.gs1.quantities import COUNT
from suyuan.insight.balance import Account, Entry, Key, Lay, Line, Term, Yard, in_one_unit
from suyuan.ledger.bulk import select_in
from suyuan.stock.book import DELIVERY, PACKED, PARTY

AT_ONCE = 2_000  # rows fetched
EVER = -(2**62)
_KEY = ("log", "subject", "holder", "owner", "receipt", "status")
_KIND = " AND ".join(f"k.{name} = p.{name}" for name in _KEY)
_SUBJECT = "JOIN stock_subject s ON s.log = p.log AND s.subject = p.subject"
_ABOUT = "s.item, s.lot, s.instance, s.container, s.unit, s.second_unit, p.holder, p.owner, k.kind"
_HAPPENED = "p.at, r.sequence, r.record_time, p.record, p.log, r.biz_step, r.type, r.disposition, p.subject"
# The record's own log is not asked for: a receipt in one warehouse may take goods from another one's book. CROSS JOIN
# keeps SQLite from beginning with the table that is longest.
_LINES = (
    f"SELECT {_HAPPENED}, {_ABOUT}, p.counterpart, p.quantity, p.second FROM stock_posting p "
    f"JOIN stock_balance k ON {_KIND} {_SUBJECT} JOIN ledger_record r ON r.id = p.record "
    "WHERE p.at >= %s AND p.at < %s AND p.subject {keys}"
)
_ALL_LINES = (
    f"SELECT {_HAPPENED}, {_ABOUT}, p.counterpart, p.quantity, p.second FROM ledger_record r "
    f"CROSS JOIN stock_posting p CROSS JOIN stock_balance k {_SUBJECT} WHERE p.record = r.id AND {_KIND} "
    "AND r.event_time >= %s AND r.event_time < %s AND r.kind = 'epcis' "
    "ORDER BY p.at, r.sequence, r.record_time, r.id, p.subject, p.number"
)
_TOGETHER = "p.log, p.subject, s.item, s.lot, s.instance, s.container, s.unit, s.second_unit, p.holder, p.owner, k.kind"
_LAY = (
    f"SELECT {_TOGETHER}, SUM(p.quantity), SUM(p.second) FROM stock_posting p JOIN stock_balance k ON {_KIND} "
    f"{_SUBJECT} WHERE p.at < %s AND p.subject {{keys}} "
)
_LAY_TOGETHER = f"GROUP BY {_TOGETHER} HAVING SUM(p.quantity) <> 0 OR SUM(p.second) <> 0"
# Of everything: what lies there now, less what was posted since. What customers have is out of the books; so are the
# containers that left with what is in them, unless something was posted of them since: `up` are those, and what they
# are in, `boxes` whatever is not gone, with what is in it.
_ROW = "b.log, b.subject, b.holder, b.owner, b.receipt, b.status, b.quantity, b.second"
_ALL_LAY = (
    "WITH RECURSIVE posted AS (SELECT q.log, q.subject, q.holder, q.owner, q.receipt, q.status, q.quantity, q.second "
    "FROM ledger_record r CROSS JOIN stock_posting q "
    "WHERE q.record = r.id AND r.event_time >= %s AND r.kind = 'epcis'), "
    "up(subject) AS (SELECT holder FROM posted UNION SELECT b.holder FROM up x CROSS JOIN stock_balance b "
    "WHERE b.subject = x.subject AND b.quantity > 0 AND b.kind = 'container'), "
    "touched(subject) AS (SELECT subject FROM up UNION SELECT subject FROM posted), "
    "boxes(subject) AS (SELECT subject FROM touched UNION "
    "SELECT subject FROM stock_balance WHERE quantity > 0 AND kind IN ('place', 'transit', 'delivery') UNION "
    "SELECT b.subject FROM boxes x CROSS JOIN stock_balance b WHERE b.holder = x.subject AND b.quantity > 0 "
    "AND b.kind = 'container') "
    f"SELECT {_TOGETHER}, SUM(p.quantity), SUM(p.second) FROM ("
    f"SELECT {_ROW} FROM stock_balance b WHERE (b.quantity > 0 OR b.second > 0) "
    "AND b.kind IN ('place', 'transit', 'delivery') UNION ALL "
    f"SELECT {_ROW} FROM boxes x CROSS JOIN stock_balance b WHERE b.holder = x.subject AND b.quantity > 0 "
    "AND b.kind = 'container' UNION ALL "
    f"SELECT {_ROW} FROM touched x CROSS JOIN stock_balance b WHERE b.subject = x.subject AND b.quantity > 0 "
    "AND b.kind = 'party' UNION ALL "
    "SELECT log, subject, holder, owner, receipt, status, -quantity, -second FROM posted) p "
    f"JOIN stock_balance k ON {_KIND} {_SUBJECT} WHERE (k.kind <> 'party' OR s.instance = 1) {_LAY_TOGETHER}"
)
_SENT_BACK = (
    "SELECT DISTINCT p.holder FROM stock_posting p JOIN ledger_record r ON r.id = p.record "
    "WHERE r.biz_step = 'shipping' AND r.disposition = 'returned' AND p.quantity > 0 AND p.holder {keys}"
)
_MEMBERS = "SELECT child, parent FROM genealogy_edge WHERE kind = 'member' AND parent {keys}"
_OF_ITEMS = "SELECT subject, lot FROM stock_subject WHERE container = 0 AND log IN ({logs}) AND item {{keys}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a balance is of: `goods`, each with what it is put together by, None for everything by its item; in these
    warehouses; from `since` (None: from the beginning) to before `until`, in microseconds.
    """

    logs: Sequence[str]
    until: int
    since: int | None = None
    goods: Mapping[bytes, bytes] | None = None


def balances(wanted: Wanted) -> dict[Key, Account]:
    """(what it was put together by, unit) → its balance; what nothing happened to and nothing lay of is left out."""
    opening, entries = tell(wanted)
    accounts: dict[Key, Account] = defaultdict(Account)
    for entry in entries:
        accounts[entry.key, entry.unit].add(entry.amounts)
    for key, amounts in opening.items():
        accounts[key].add(amounts)
        # What lay there lies there still, but for what was moved since.
        accounts[key].add({_CLOSING[term]: amount for term, amount in amounts.items()})
    return in_one_unit(accounts)


_CLOSING = {Term.OPENING: Term.CLOSING, Term.OPENING_WAY: Term.CLOSING_WAY}


def tell(wanted: Wanted) -> tuple[dict[Key, dict[Term, int]], Iterator[Entry]]:
    """What was there at the beginning, and each event's share; that is read while it is asked for."""
    if wanted.goods is None:
        return _tell_all(wanted)
    lying, lines = _of_goods(wanted, wanted.goods)
    lines.sort(key=itemgetter(0, 1, 2, 3))
    yard = _yard(wanted, lying)
    return yard.begin(lying), yard.tell(lines)


def _tell_all(wanted: Wanted) -> tuple[dict[Key, dict[Term, int]], Iterator[Entry]]:
    lying: list[Lay] = []
    if wanted.since is not None:
        with connection.cursor() as cursor:
            cursor.execute(_ALL_LAY, [wanted.since])
            lying = [_lay(row, _by_item) for row in cursor.fetchall()]
    yard = _yard(wanted, lying)
    since = EVER if wanted.since is None else wanted.since
    return yard.begin(lying), yard.tell(_streamed(_ALL_LINES, [since, wanted.until]))


def _yard(wanted: Wanted, lying: Iterable[Lay]) -> Yard:
    """Which of what was under way was going back to a supplier is asked, since that is no matter of the holder."""
    ways = {row.holder for row in lying if row.kind == DELIVERY}
    with connection.cursor() as cursor:
        back = [bytes(holder) for (holder,) in select_in(cursor, _SENT_BACK, ways)]
    return Yard(wanted.logs, back)


def _streamed(sql: str, parameters: Sequence[int]) -> Iterator[Line]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(AT_ONCE):
            for row in rows:
                yield _line(row, _by_item)


# -- the goods asked for, and the containers around them --------------------------------------------------------------


def _of_goods(wanted: Wanted, goods: Mapping[bytes, bytes]) -> tuple[list[Lay], list[Line]]:
    lying: list[Lay] = []
    lines: list[Line] = []
    seen: set[bytes] = set()
    todo = set(goods)
    with connection.cursor() as cursor:
        while todo:
            more, moved = _read(cursor, wanted, todo, goods)
            lying += more
            lines += moved
            seen |= todo
            todo = {row.holder for rows in (more, moved) for row in rows if row.kind == PACKED} - seen
    return lying, lines


def _read(
    cursor: CursorWrapper, wanted: Wanted, subjects: Iterable[bytes], goods: Mapping[bytes, bytes]
) -> tuple[list[Lay], list[Line]]:
    by = partial(_by_goods, goods)
    lying: list[Lay] = []
    since = EVER if wanted.since is None else wanted.since
    if wanted.since is not None:
        rows = select_in(cursor, _LAY, subjects, since, suffix=_LAY_TOGETHER)
        lying = [lay for row in rows for lay in [_lay(row, by)] if lay.box or lay.kind != PARTY]
    return lying, [_line(row, by) for row in select_in(cursor, _LINES, subjects, since, wanted.until)]


def _by_goods(
    goods: Mapping[bytes, bytes], subject: bytes, _item: bytes | None, _container: object
) -> tuple[bytes, bool]:
    key = goods.get(subject)
    return (subject, False) if key is None else (key, True)


def _by_item(subject: bytes, item: bytes | None, container: object) -> tuple[bytes, bool]:
    return (subject if item is None else bytes(item)), not container


def _line(row: Sequence[Any], by: Any) -> Line:  # Any: what a driver returns; one of the two functions above
    (at, sequence, recorded, record, log, step, type_, disposition, subject, item, _lot, instance, container, code,
     second_code, holder, owner, kind, counterpart, quantity, second) = row  # fmt: skip
    subject = bytes(subject)
    key, counts = by(subject, item, container)
    return Line(
        at, sequence, recorded, bytes(record), log, step, type_, disposition, subject, key, counts,
        bool(instance or container), code or COUNT, second_code or COUNT, bytes(holder), bytes(owner), kind,
        bytes(counterpart), int(quantity), int(second),
    )  # fmt: skip


def _lay(row: Sequence[Any], by: Any) -> Lay:  # Any: as above
    (log, subject, item, _lot, instance, container, code, second_code, holder, owner, kind, quantity, second) = row
    subject = bytes(subject)
    key, counts = by(subject, item, container)
    return Lay(
        log, subject, key, counts, bool(instance or container), code or COUNT, second_code or COUNT, bytes(holder),
        bytes(owner), kind, int(quantity), int(second),
    )  # fmt: skip


# -- which goods ------------------------------------------------------------------------------------------------------


def of_lots(lots: Iterable[bytes]) -> dict[bytes, bytes]:
    """Lots with their serials → the lot. One statement."""
    wanted = list(lots)
    with connection.cursor() as cursor:
        rows = select_in(cursor, _MEMBERS, wanted)
    found = {bytes(child): bytes(parent) for child, parent in rows}
    return found | {lot: lot for lot in wanted}


def of_items(logs: Sequence[str], items: Sequence[bytes], *, whole: bool = False) -> dict[bytes, bytes]:
    """Whatever is of these items → its lot, itself where it is no lot's; with `whole`, → the first item. One
    statement."""
    marks = ", ".join(["%s"] * len(logs))
    with connection.cursor() as cursor:
        rows = select_in(cursor, _OF_ITEMS.format(logs=marks), items, *logs)
    found = {bytes(subject): bytes(lot or subject) for subject, lot in rows} | {item: item for item in items}
    return dict.fromkeys(found, items[0]) if whole else found
