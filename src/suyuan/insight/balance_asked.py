"""Mass balance as it is asked for: of lots, of an item, of everything in a warehouse; as of a moment or for a period.

A fixed number of statements and two for each container within a container, however many postings there are. Goods that
are named cost what their own history is long; a whole warehouse costs what the period is long, and what there is now.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from suyuan.gs1.quantities import COUNT
from suyuan.insight.balance import Account, Entry, Key, Term, in_one_unit
from suyuan.insight.balance_tell import Lay, Line, Yard
from suyuan.ledger.bulk import select_in
from suyuan.stock.book import DELIVERY, PACKED, PARTY

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
ALL_LINES = (
    f"SELECT {_HAPPENED}, {_ABOUT}, p.counterpart, p.quantity, p.second FROM ledger_record r "
    f"CROSS JOIN stock_posting p CROSS JOIN stock_balance k {_SUBJECT} WHERE p.record = r.id AND {_KIND} "
    "AND r.event_time >= %s AND r.event_time < %s AND r.kind = 'epcis' "
    "ORDER BY p.at, r.sequence, r.record_time, r.id, p.subject, p.number"
)
_TOGETHER = "p.log, p.subject, s.item, s.lot, s.instance, s.container, s.unit, s.second_unit, p.holder, p.owner, k.kind"
LAY = (
    f"SELECT {_TOGETHER}, SUM(p.quantity), SUM(p.second) FROM stock_posting p JOIN stock_balance k ON {_KIND} "
    f"{_SUBJECT} WHERE p.subject {{keys}} AND p.at < %s "
)
IN_LAY = LAY.replace("p.subject {keys}", "p.holder {keys}")
_LAY_TOGETHER = f"GROUP BY {_TOGETHER} HAVING SUM(p.quantity) <> 0 OR SUM(p.second) <> 0"
_SENT_BACK = (
    "SELECT DISTINCT p.holder FROM stock_posting p JOIN ledger_record r ON r.id = p.record "
    "WHERE r.biz_step = 'shipping' AND r.disposition = 'returned' AND p.quantity > 0 AND p.holder {keys} AND p.at < %s"
)
CLOSING_OF = {Term.OPENING: Term.CLOSING, Term.OPENING_WAY: Term.CLOSING_WAY}
# What the goods of a row are put together by, and whether they count: of subject, item and container.
By = Callable[[bytes, bytes | None, object], tuple[bytes, bool]]
_MEMBERS = "SELECT child, parent FROM genealogy_edge WHERE kind = 'member' AND parent {keys}"
_OF_ITEMS = "SELECT subject, lot FROM stock_subject WHERE container = 0 AND log IN ({logs}) AND item {{keys}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a balance is of: `goods`, each with what it is put together by; in these warehouses; from `since` (None:
    from the beginning) to before `until`, in microseconds.
    """

    logs: Sequence[str]
    until: int
    since: int | None = None
    goods: Mapping[bytes, bytes]


def balances(wanted: Wanted) -> dict[Key, Account]:
    """(what it was put together by, unit) → its balance; what nothing happened to and nothing lay of is left out."""
    opening, entries = tell(wanted)
    accounts: dict[Key, Account] = defaultdict(Account)
    for entry in entries:
        accounts[entry.key, entry.unit].add(entry.amounts)
    lay_there(accounts, opening)
    return in_one_unit(accounts)


def lay_there(accounts: dict[Key, Account], opening: Mapping[Key, Mapping[Term, int]]) -> None:
    """What lay there lies there still, but for what was moved since."""
    for key, amounts in opening.items():
        accounts[key].add(amounts)
        accounts[key].add({CLOSING_OF[term]: amount for term, amount in amounts.items()})


def tell(wanted: Wanted) -> tuple[dict[Key, dict[Term, int]], Iterator[Entry]]:
    """What was there at the beginning, and each event's share."""
    lying, lines = _of_goods(wanted)
    lines.sort(key=itemgetter(0, 1, 2, 3))
    with connection.cursor() as cursor:
        yard = yard_of(cursor, lying, (), wanted.since)
    opening: dict[Key, dict[Term, int]] = defaultdict(dict)
    for (key, code, log), amounts in yard.begin(lying).items():
        for term, amount in amounts.items() if log in wanted.logs else ():
            opening[key, code][term] = opening[key, code].get(term, 0) + amount
    return opening, (entry for one in yard.tell(lines) if (entry := one.within(wanted.logs)))


def yard_of(cursor: CursorWrapper, lying: Iterable[Lay], lines: Iterable[Line], since: int | None) -> Yard:
    """Which of what was under way was going back to a supplier is asked, since that is no matter of the holder."""
    ways = {row.holder for rows in (lying, lines) for row in rows if row.kind == DELIVERY}
    if since is None:
        return Yard()
    return Yard(bytes(holder) for (holder,) in select_in(cursor, _SENT_BACK, ways, since))


# -- the goods asked for, and the containers around them --------------------------------------------------------------


def _of_goods(wanted: Wanted) -> tuple[list[Lay], list[Line]]:
    lying: list[Lay] = []
    lines: list[Line] = []
    seen: set[bytes] = set()
    todo = set(wanted.goods)
    by = partial(_by_goods, wanted.goods)
    with connection.cursor() as cursor:
        while todo:
            more, moved = _read(cursor, wanted, todo, by)
            lying += more
            lines += moved
            seen |= todo
            todo = {row.holder for rows in (more, moved) for row in rows if row.kind == PACKED} - seen
    return lying, lines


def _read(cursor: CursorWrapper, wanted: Wanted, subjects: Iterable[bytes], by: By) -> tuple[list[Lay], list[Line]]:
    since = EVER if wanted.since is None else wanted.since
    lying = lay(cursor, LAY, subjects, since, by) if wanted.since is not None else []
    lines = [line_of(row, by) for row in select_in(cursor, _LINES, subjects, since, wanted.until)]
    return [row for row in lying if row.box or row.kind != PARTY], lines


def lay(cursor: CursorWrapper, sql: str, keys: Iterable[bytes], since: int, by: By) -> list[Lay]:
    """What lay somewhere before: of the subjects that are the keys, or in the holders."""
    return [_lay_of(row, by) for row in select_in(cursor, sql, keys, since, suffix=_LAY_TOGETHER)]


def _by_goods(
    goods: Mapping[bytes, bytes], subject: bytes, _item: bytes | None, _container: object
) -> tuple[bytes, bool]:
    key = goods.get(subject)
    return (subject, False) if key is None else (key, True)


def by_item(subject: bytes, item: bytes | None, container: object) -> tuple[bytes, bool]:
    return (subject if item is None else bytes(item)), not container


def line_of(row: Sequence[Any], by: By) -> Line:  # Any: what a driver returns
    (at, sequence, recorded, record, log, step, type_, disposition, subject, item, _lot, instance, container, code,
     second_code, holder, owner, kind, counterpart, quantity, second) = row  # fmt: skip
    subject = bytes(subject)
    key, counts = by(subject, item, container)
    return Line(
        at, sequence, recorded, bytes(record), log, step, type_, disposition, subject, key, counts,
        bool(instance or container), code or COUNT, second_code or COUNT, bytes(holder), bytes(owner), kind,
        bytes(counterpart), int(quantity), int(second),
    )  # fmt: skip


def _lay_of(row: Sequence[Any], by: By) -> Lay:  # Any: as above
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
