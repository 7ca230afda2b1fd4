"""Which bins are due by a plan: the class of their goods, by what left the warehouse, and when they were counted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection

from suyuan.catalog.models import Item
from suyuan.ledger.keys import micros, moment
from suyuan.stock.queries import stock_in, uris_of
from suyuan.stocktake.models import CountPlan
from suyuan.stocktake.queries import Bin, bins_of, last_counts, on_sheets
from suyuan.stocktake.rules import abc_classes, is_due, often

WINDOW = timedelta(days=90)
OUTBOUND = ("shipping", "retail_selling", "dispensing")


@dataclass(frozen=True, slots=True)
class Due:
    """A bin that is due by a plan: when it was last counted, and the class of its goods."""

    bin: Bin
    abc: str
    last: date | None
    every: int


@dataclass(slots=True)
class Left:
    """What left of an item: in how many lines of shipments, and how much, in millionths of its base unit."""

    lines: int = 0
    quantity: int = 0


def shipped(log: str, since: datetime) -> dict[str, Left]:
    """Item URI → how often and how much of it left the warehouse since then, loose or packed. Two statements."""
    loose = (
        "SELECT p.subject, s.item, s.container, p.quantity FROM ledger_record r "
        "JOIN stock_posting p ON p.record = r.id AND p.log = r.log "
        "JOIN stock_subject s ON s.log = p.log AND s.subject = p.subject "
        "WHERE r.event_time >= %s AND r.log = %s AND r.kind = 'epcis' AND r.biz_step IN (%s, %s, %s) AND p.quantity < 0"
    )
    with connection.cursor() as cursor:
        cursor.execute(loose, [micros(since), log, *OUTBOUND])
        rows = cursor.fetchall()
    found: dict[bytes, Left] = defaultdict(Left)
    packed = []
    for subject, item, container, quantity in rows:
        if container:
            packed.append(bytes(subject))
        else:
            left = found[bytes(item if item is not None else subject)]
            left.lines, left.quantity = left.lines + 1, left.quantity - quantity
    for row in stock_in(packed) if packed else ():
        if not row.container:
            left = found[row.item or row.subject]
            left.lines, left.quantity = left.lines + 1, left.quantity + row.quantity
    uris = uris_of(found)
    return {uris[key]: left for key, left in found.items() if key in uris}


def classes_of(
    log: str, now: datetime, window: timedelta = WINDOW, prices: Mapping[str, Decimal] | None = None
) -> dict[str, str]:
    """Item URI → A, B or C, by what left the warehouse in the last time: by lines of shipments, since pieces and
    kilograms cannot be added up, or by value, where prices of a base unit are given.
    """
    left = shipped(log, now - window)
    if prices is None:
        return abc_classes({uri: one.lines for uri, one in left.items()})
    return abc_classes({uri: int(one.quantity * prices.get(uri, Decimal(0))) for uri, one in left.items()})


def due(plan: CountPlan, now: datetime, zone: ZoneInfo, prices: Mapping[str, Decimal] | None = None) -> list[Due]:
    """The bins that are due by a plan today and on no open sheet, the longest waiting first. `prices` of items, for
    classes by value. Some nine statements.
    """
    today = now.astimezone(zone).date()
    bins, _ = bins_of(plan.warehouse_id, [plan.zone.key] if plan.zone else None)
    holders = [one.holder for one in bins]
    busy, last = on_sheets(holders), last_counts(holders)
    classes = _bin_classes(plan, holders, now, prices)
    days = {"A": plan.days_a, "B": plan.days_b, "C": plan.days_c}
    found: list[Due] = []
    for one in bins:
        its = classes.get(one.holder, () if plan.category_id else ("C",))
        every = often(its, days)
        counted = moment(last[one.holder]).astimezone(zone).date() if one.holder in last else None
        if one.holder not in busy and is_due(counted, every, today):
            found.append(Due(one, min(its, default="C"), counted, every or 0))
    return sorted(found, key=lambda one: (one.last or date.min) + timedelta(days=one.every if one.last else 0))


def _bin_classes(
    plan: CountPlan, holders: Sequence[bytes], now: datetime, prices: Mapping[str, Decimal] | None
) -> dict[bytes, tuple[str, ...]]:
    """Holder → the classes of the goods in it; of a plan for a category, of its goods alone."""
    rows = stock_in(holders, plan.warehouse_id)
    keys = {row.item or row.subject for row in rows if not row.container}
    uris = uris_of(keys)
    classes = classes_of(plan.warehouse_id, now, prices=prices)
    own: set[str] | None = None
    if plan.category_id:
        own = set(Item.objects.filter(category_id=plan.category_id).values_list("uri", flat=True))
    found: dict[bytes, set[str]] = defaultdict(set)
    for row in rows:
        uri = uris.get(row.item or row.subject, "")
        if row.container and own is None:
            found[row.holder].add("C")
        elif not row.container and (own is None or uri in own):
            found[row.holder].add(classes.get(uri, "C"))
    return {holder: tuple(sorted(its)) for holder, its in found.items()}
