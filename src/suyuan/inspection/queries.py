"""What is asked of inspections: which plan applies, where a series stands, what waits. Set by set."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from django.db import connection
from django.db.models import QuerySet

from suyuan.catalog.directory import Directory, directory
from suyuan.catalog.models import Item
from suyuan.gs1.quantities import unscaled
from suyuan.inspection.judging import Asked, Check
from suyuan.inspection.kinds import CheckKind, Mode, Scope, State, Weight
from suyuan.inspection.models import Inspection, InspectionPlan, NonConformance, PlanCheck, SeriesNotice
from suyuan.inspection.registers import parts
from suyuan.inspection.sampling import PlanInfo, plan_for
from suyuan.inspection.switching import Lot, Notice, Series, series_of
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.stock.book import DELIVERY, PACKED
from suyuan.stock.facts import NO_RECEIPT, PENDING
from suyuan.stock.queries import IN_HOUSE, roots, uris_of

MOST = 500  # lots in the queue of a warehouse
DECIDED = (State.PASSED, State.FAILED, State.CONCEDED)

# -- plans ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What choosing a plan needs of an item."""

    key: str
    category: str
    named: str


def plans() -> list[PlanInfo]:
    """All plans in use. One statement."""
    names = (
        "id", "code", "mode", "aql", "minor_aql", "level", "sample_size", "certificates", "qualified", "reduced",
        "supplier__key", "item__key", "category__key",
    )  # fmt: skip
    return [
        PlanInfo(
            row[0], row[1], Mode(row[2]), row[3], row[4], row[5] or "II", row[6],
            tuple(part for part in row[7].split(",") if part), row[8], row[9], row[10] or "", row[11] or "",
            row[12] or "",
        )
        for row in InspectionPlan.objects.filter(is_active=True).values_list(*names)
    ]  # fmt: skip


def item_facts(items: Iterable[str]) -> dict[str, ItemFacts]:
    """Item URI → what choosing a plan needs. One statement."""
    rows = Item.objects.filter(uri__in=set(items)).values_list("uri", "key", "category__key", "inspection_plan")
    return {uri: ItemFacts(key, category or "", named) for uri, key, category, named in rows}


def supplier_key(known: Directory, uri: str) -> str:
    """The key of a partner by URI, empty for none."""
    found = known.partner_of(uri) if uri else None
    return found.code.casefold() if found else ""


def plans_of(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], PlanInfo | None]:
    """(supplier, item) by URI → the plan that applies. Two statements whatever their number."""
    wanted = set(pairs)
    there, facts, known = plans(), item_facts(item for _, item in wanted), directory()
    found: dict[tuple[str, str], PlanInfo | None] = {}
    for supplier, item in wanted:
        one = facts.get(item)
        found[supplier, item] = (
            plan_for(
                there, supplier=supplier_key(known, supplier), item=one.key, category=one.category, named=one.named
            )
            if one
            else None
        )
    return found


def checks_of(plan: int) -> list[Check]:
    """The checks of a plan in their order."""
    return [
        Check(
            one.number, one.name_zh, one.name_en, CheckKind(one.kind), Weight(one.weight), Scope(one.scope), one.unit,
            _amount(one.lower), _amount(one.upper), _amount(one.target), one.method, parts(one.choices),
            parts(one.good),
        )
        for one in PlanCheck.objects.filter(plan_id=plan, is_active=True).order_by("number")
    ]  # fmt: skip


def _amount(number: int | None) -> Decimal | None:
    return None if number is None else unscaled(number)


# -- inspections ------------------------------------------------------------------------------------------------------


def asked_of(row: Inspection) -> Asked:
    """What an inspection asks of its sample."""
    return Asked(row.size, row.accept, _by_pieces(row), row.minor_size, row.minor_accept)


def _by_pieces(row: Inspection) -> bool:
    return not row.aql or Decimal(row.aql) <= 10


def cells_of_row(row: Inspection) -> dict[tuple[int, int], str]:
    """The answers as they stand in a row."""
    return {_cell(key): value for key, value in row.results.items()}


def _cell(key: str) -> tuple[int, int]:
    sample, _, check = key.partition(".")
    return int(sample), int(check)


def row_checks(row: Inspection) -> list[Check]:
    """The checks that an inspection carries."""
    return [check_of(told) for told in row.checks]


def check_of(told: Mapping[str, object]) -> Check:
    def number(name: str) -> Decimal | None:
        value = told.get(name)
        return None if value in (None, "") else Decimal(str(value))

    def words(name: str) -> tuple[str, ...]:
        value = told.get(name)
        return tuple(map(str, value)) if isinstance(value, list | tuple) else ()

    return Check(
        int(str(told["number"])),
        str(told.get("name_zh", "")),
        str(told.get("name_en", "")),
        CheckKind(str(told["kind"])),
        Weight(str(told["weight"])),
        Scope(str(told["scope"])),
        str(told.get("unit", "")),
        number("lower"),
        number("upper"),
        number("target"),
        str(told.get("method", "")),
        words("choices"),
        words("good"),
    )


def series(pairs: Iterable[tuple[str, str]], allowed: Mapping[tuple[str, str], bool]) -> dict[tuple[str, str], Series]:
    """(supplier, item) by URI → where their series stands, in all warehouses. Two statements whatever their number.

    Original inspections only: what was inspected again counts as what the first look found.
    """
    wanted = set(pairs)
    items = {item for _, item in wanted}
    told: dict[tuple[str, str], list[tuple[int, Lot | Notice]]] = {pair: [] for pair in wanted}
    sampled = Inspection.objects.filter(item__in=items, mode__in=(Mode.SAMPLING, Mode.ALL))
    rows = sampled.filter(state__in=DECIDED, superseded=False)
    columns = ("supplier", "item", "decided", "state", "accept", "found", "letter", "aql", "goods", "receipt", "log")
    seen: set[tuple[str, str, str]] = set()
    for supplier, item, decided, state, accept, found, letter, aql, goods, receipt, log in rows.order_by(
        "decided", "number"
    ).values_list(*columns):
        if (supplier, item) in told and (log, goods, receipt) not in seen:
            seen.add((log, goods, receipt))
            told[supplier, item].append((decided or 0, Lot(state == State.PASSED, accept, found, letter, aql)))
    for supplier, item, kind, at in SeriesNotice.objects.filter(item__in=items).values_list(
        "supplier", "item", "kind", "at"
    ):
        if (supplier, item) in told:
            told[supplier, item].append((at, Notice(kind)))
    for events in told.values():
        events.sort(key=lambda entry: entry[0])
    return {
        pair: series_of((one for _, one in events), reduced=allowed.get(pair, False)) for pair, events in told.items()
    }


# -- what waits -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A lot of one delivery that waits for its verdict. `quantity` in `unit`; `expiry` an ordinal day; `since` in
    microseconds; `serials`: so many of it are serials of their own. `inspection`: the open one, if there is.
    """

    goods: str
    item: str
    receipt: str
    quantity: Decimal
    unit: str
    serials: int
    expiry: int | None
    since: int
    supplier: str = ""
    inspection: Inspection | None = None


_PENDING = (
    "SELECT COALESCE(s.lot, b.subject), b.receipt, s.item, SUM(b.quantity), MAX(s.unit), SUM(s.instance), "
    "MIN(s.expiry), MIN(b.since) FROM stock_balance b JOIN stock_subject s ON s.log = b.log AND s.subject = b.subject "
    f"WHERE b.log = %s AND b.status = %s AND (b.quantity > 0 OR b.second > 0) AND {IN_HOUSE} AND s.container = 0 "
)
_BY = "GROUP BY COALESCE(s.lot, b.subject), b.receipt, s.item"
# No expiry last, then whoever waits longest: the same on both engines.
_URGENT = " ORDER BY MIN(s.expiry) IS NULL, MIN(s.expiry), MIN(b.since) LIMIT %s"


def waiting(log: str, most: int = MOST) -> list[Waiting]:
    """What waits for its inspection in a warehouse, by delivery: what expires first, then what waits longest."""
    with connection.cursor() as cursor:
        cursor.execute(_PENDING + _BY + _URGENT, [log, PENDING, most])
        rows = cursor.fetchall()
    return _waiting(log, rows)


def waiting_of(log: str, goods: Iterable[str]) -> list[Waiting]:
    """The same, of these lots only."""
    keys = [key16(uri) for uri in goods]
    where = f"{_PENDING}AND COALESCE(s.lot, b.subject) {{keys}} "
    with connection.cursor() as cursor:
        rows = select_in(cursor, where, keys, log, PENDING, suffix=_BY)
    return _waiting(log, rows)


def lying_of(log: str, goods: str, status: str, receipt: str = "") -> Decimal:
    """How much of a lot lies in a warehouse in one status, of one delivery or of all."""
    where = f"{_PENDING} AND COALESCE(s.lot, b.subject) {{keys}} "
    with connection.cursor() as cursor:
        rows = select_in(cursor, where, [key16(goods)], log, status, suffix=_BY)
    return unscaled(sum(int(row[3]) for row in rows if not receipt or bytes(row[1]).hex() == receipt))


@dataclass(frozen=True, slots=True)
class GoingBack:
    """Goods on their way back to a supplier: the number of the return note, how much, whose they are by now."""

    number: str
    quantity: Decimal
    unit: str
    supplier: str


_GOING = (
    "SELECT b.holder, b.kind, b.owner, SUM(b.quantity), MAX(s.unit) FROM stock_balance b "
    "JOIN stock_subject s ON s.log = b.log AND s.subject = b.subject "
    "WHERE b.log = %s AND b.kind IN (%s, %s) AND b.quantity > 0 AND b.subject IN ("
    "SELECT subject FROM stock_subject WHERE log = %s AND item = %s AND lot = %s UNION "
    "SELECT subject FROM stock_subject WHERE log = %s AND subject = %s) GROUP BY b.holder, b.kind, b.owner"
)


def going_back(log: str, item: str, goods: str, suppliers: Collection[str]) -> list[GoingBack]:
    """What of a lot is under way to one of these suppliers, loose or on pallets. Two statements, and one for each
    level of containers.
    """
    lot = key16(goods)
    with connection.cursor() as cursor:
        cursor.execute(_GOING, [log, DELIVERY, PACKED, log, key16(item), lot, log, lot])
        found = [(bytes(row[0]), row[1], bytes(row[2]), int(row[3]), row[4]) for row in cursor.fetchall()]
    outer = roots({holder for holder, kind, *_rest in found if kind == PACKED})
    sums: dict[tuple[bytes, bytes, str], int] = {}
    for holder, kind, owner, amount, unit in found:
        if kind == PACKED:
            stands = outer.get(holder)
            if stands is None or stands.kind != DELIVERY:
                continue
            holder, owner = stands.holder, stands.owner
        sums[holder, owner, unit] = sums.get((holder, owner, unit), 0) + amount
    uris = uris_of({key for one in sums for key in one[:2]})
    return [
        GoingBack(unquote(uris.get(holder, "").rsplit("/", 1)[-1]), unscaled(amount), unit, uris.get(owner, ""))
        for (holder, owner, unit), amount in sums.items()
        if uris.get(owner) in suppliers
    ]


def going_back_by(row: NonConformance) -> list[GoingBack]:
    """What of the goods of a report is under way to any supplier."""
    if not row.item:
        return []
    suppliers = {one.uri for one in directory().partners.values() if "supplier" in one.roles}
    return going_back(row.log, row.item, row.goods, suppliers)


def _waiting(log: str, rows: Sequence[tuple[Any, ...]]) -> list[Waiting]:
    keys = {bytes(key) for row in rows for key in (row[0], row[2]) if key}
    uris = uris_of(keys)
    suppliers = senders({bytes(row[1]) for row in rows})
    open_ = {
        (one.goods, one.receipt): one
        for one in Inspection.objects.filter(log=log, state=State.OPEN).defer("results", "checks")
    }
    found = []
    for goods, receipt, item, quantity, unit, serials, expiry, since in rows:
        key, delivery = bytes(goods), bytes(receipt)
        uri = uris.get(key, key.hex())
        name = "" if delivery == NO_RECEIPT else delivery.hex()
        found.append(
            Waiting(
                goods=uri,
                item=uris.get(bytes(item), uri) if item else uri,
                receipt=name,
                quantity=unscaled(int(quantity)),
                unit=str(unit or ""),
                serials=int(serials or 0),
                expiry=None if expiry is None else int(expiry),
                since=int(since),
                supplier=suppliers.get(delivery, ""),
                inspection=open_.get((uri, name)),
            )
        )
    return found


_SENDERS = (
    "SELECT e.record, i.uri, e.role FROM ledger_eventitem e JOIN ledger_record r ON r.id = e.record AND r.log = e.log "
    "JOIN ledger_identifier i ON i.id = e.identifier AND i.log = e.log "
    "WHERE r.biz_step = 'receiving' AND e.role IN ('from.possessing_party', 'from.owning_party') AND e.record {keys}"
)


def senders(receipts: Iterable[bytes]) -> dict[bytes, str]:
    """Delivery → the supplier it came from, as the catalog knows him; deliveries of our own making have none."""
    known = directory()
    found: dict[bytes, str] = {}
    with connection.cursor() as cursor:
        for record, uri, _role in sorted(select_in(cursor, _SENDERS, set(receipts)), key=lambda row: str(row[2])):
            partner = known.partner_of(uri)
            if partner is not None and "supplier" in partner.roles:
                found[bytes(record)] = partner.uri
    return found


# -- nonconformances --------------------------------------------------------------------------------------------------


def reports(log: str) -> QuerySet[NonConformance]:
    return NonConformance.objects.filter(log=log)
