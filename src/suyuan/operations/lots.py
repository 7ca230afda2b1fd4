"""Numbers of our own: lot numbers where the supplier gave none or we made the goods, SSCCs; and the dates of lots."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db import connection

from suyuan.capture.who import Who
from suyuan.catalog.directory import ItemInfo
from suyuan.catalog.rules import lot_prefix, render_lot_number, shift_of, sscc
from suyuan.catalog.writes import next_numbers
from suyuan.gs1.identifiers import lot_of_item, sscc_uri
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text
from suyuan.ledger.keys import key16
from suyuan.operations.events import zone_of
from suyuan.operations.lines import LOT_TRACKED, Line, Resolved, find_item
from suyuan.tlog.jcs import Json

L = TypeVar("L", bound=Line)
Dates = tuple[date | None, date | None]  # expiry, produced
SSCC_COUNTER = "sscc"
# The key of the table has the last word. Both engines call the columns of VALUES so.
_KEEP = (
    "INSERT INTO catalog_lotnumber (log, number) SELECT column1, column2 FROM (VALUES {}) AS wanted WHERE NOT EXISTS "
    "(SELECT 1 FROM stock_subject WHERE subject = column3) ON CONFLICT (log, number) DO NOTHING RETURNING number"
)
TRIES = 20  # times that numbers may be drawn which are taken


@dataclass(frozen=True, slots=True)
class Unnumbered:
    """A lot that needs a number: its item, and the line, shift and day that its template may ask for."""

    info: ItemInfo
    line: str
    shift: str
    day: date


def assign_lots(who: Who, warehouse: str, wanted: Sequence[Unnumbered]) -> list[str]:
    """Lot numbers by the templates of the items' categories, in the same order: none that was handed out before, by
    this template or another, and none that somebody typed in. A statement for each prefix, and one for all of them.
    """
    found = _drawn(who, warehouse, wanted)
    for _ in range(TRIES):
        again = _taken(warehouse, wanted, found)
        if not again:
            return found
        for n, number in zip(again, _drawn(who, warehouse, [wanted[n] for n in again]), strict=True):
            found[n] = number
    raise Refused([Problem("operations.lots_exhausted", "lines", {"lot": found[0]})])


def _drawn(who: Who, warehouse: str, wanted: Sequence[Unnumbered]) -> list[str]:
    """The next numbers of the counters."""
    token = who.directory.warehouses[warehouse].lot_token
    prefixes = [
        lot_prefix(one.info.lot_template, site=token, line=one.line, shift=one.shift, date=one.day) for one in wanted
    ]
    counts = Counter(prefixes)
    free = {
        prefix: iter(range(first, first + counts[prefix]))
        for prefix in counts
        for first in [next_numbers(log=warehouse, prefix=prefix, count=counts[prefix])]
    }
    return [
        render_lot_number(
            one.info.lot_template, site=token, line=one.line, shift=one.shift, date=one.day, seq=next(free[prefix])
        )
        for one, prefix in zip(wanted, prefixes, strict=True)
    ]


def _taken(warehouse: str, wanted: Sequence[Unnumbered], numbers: Sequence[str]) -> list[int]:
    """Which of them are somebody else's: the table of numbers has them, or the stock has such a lot of the item. The
    others are kept as handed out.
    """
    first = {number: n for n, number in reversed(list(enumerate(numbers)))}
    lots = {number: key16(lot_of_item(wanted[n].info.uri, number)) for number, n in sorted(first.items())}
    params = [part for number, lot in lots.items() for part in (warehouse, number, lot)]
    rows = ", ".join(["(%s, %s, %s)"] * len(lots))
    with connection.cursor() as cursor:
        cursor.execute(_KEEP.format(rows), params)
        new = {number for (number,) in cursor.fetchall()}
    return [n for n, number in enumerate(numbers) if number not in new or first[number] != n]


def number_lines(who: Who, warehouse: str, lines: Sequence[L], *, line: str = "", shift: str, day: date) -> list[L]:
    """The lines, those of lot-tracked items without a lot number with a new one."""
    open_ = [(n, info) for n, one in enumerate(lines) if (info := _unnumbered(who, one)) is not None]
    if not open_:
        return list(lines)
    numbers = assign_lots(who, warehouse, [Unnumbered(info, line, shift, day) for _, info in open_])
    assigned = {n: number for (n, _), number in zip(open_, numbers, strict=True)}
    return [replace(one, lot=assigned[n]) if n in assigned else one for n, one in enumerate(lines)]


def _unnumbered(who: Who, line: Line) -> ItemInfo | None:
    """The item of a line that needs a lot number and has none."""
    if line.lot or line.container or line.uri:
        return None
    found = find_item(who.directory, line.item)
    info = who.directory.items[found[1].item] if found else None
    return info if info is not None and info.tracking in LOT_TRACKED else None


def mint_sscc(who: Who, warehouse: str) -> str:
    """A new SSCC of the warehouse, as URI."""
    number = next_numbers(log=warehouse, prefix=SSCC_COUNTER)
    return sscc_uri(sscc(who.directory.warehouses[warehouse].sscc_prefix, number - 1))


def shift_at(who: Who, warehouse: str, at: datetime) -> str:
    """The shift at a moment, in the site's zone."""
    return shift_of(at.astimezone(zone_of(who, warehouse)).time())


def expiry_of(info: ItemInfo, expiry: date | None, produced: date | None) -> date | None:
    """The last day: as stated, else made plus shelf life; None where neither is known."""
    if expiry is not None or produced is None or info.shelf_life_days is None:
        return expiry
    return produced + timedelta(days=info.shelf_life_days)


def lot_rows(goods: Resolved, dates: Mapping[str, Dates] | None = None) -> list[dict[str, Json]]:
    """The lots for the result: what a label needs."""
    last = {uri: expiry.isoformat() for uri, (expiry, _) in (dates or {}).items() if expiry}
    return [
        {
            "uri": thing.uri,
            "item": thing.info.uri if thing.info else "",
            "lot": thing.lot,
            "expiry": last.get(thing.uri),
            "quantity": decimal_text(thing.quantity) if thing.quantity is not None else None,
            "unit": thing.info.base_unit if thing.info else "",
            **({"serials": len(thing.instances)} if thing.instances else {}),
        }
        for thing in goods.things
    ]
