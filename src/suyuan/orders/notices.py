"""What is announced and not here yet: notices that somebody wrote down, and shipping events that partners sent."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Q

from suyuan.catalog.directory import directory
from suyuan.catalog.rules import code_key
from suyuan.gs1.identifiers import Kind, identify, serial_of_item, sscc_uri
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import unscaled
from suyuan.gs1.scans import scan
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import PARTNERS, key16, micros
from suyuan.orders.amounts import item_keys
from suyuan.orders.announced import announced, tail
from suyuan.orders.expecting import NOTICE, Came, Expected, ExpectedLine, filled, in_order
from suyuan.orders.kinds import NoticeState, OrderKind
from suyuan.orders.models import Notice, NoticeLine, Order
from suyuan.orders.rules import serials_of

__all__ = ["Expected", "ExpectedLine", "expected", "find_notice", "notice_of"]

_CAME = (
    "SELECT e.identifier, COALESCE(s.item, s.subject), COALESCE(s.lot, s.subject), SUM(p.quantity) "
    "FROM ledger_eventitem e "
    "JOIN ledger_record r ON r.id = e.record AND r.log = e.log AND r.biz_step = 'receiving' "
    "JOIN stock_posting p ON p.record = e.record AND p.log = e.log "
    "JOIN stock_subject s ON s.subject = p.subject AND s.log = p.log AND s.container = 0 "
    "WHERE e.role = 'doc.desadv' AND e.identifier {keys} "
)
_BY = "GROUP BY e.identifier, COALESCE(s.item, s.subject), COALESCE(s.lot, s.subject)"
_NAMES = "SELECT DISTINCT id, uri FROM ledger_identifier WHERE id {keys}"
_SEEN = "SELECT subject, MAX(last_at) FROM stock_subject WHERE NOT (log = %s) AND subject {keys} "


def expected(
    warehouse: str, *, supplier: str = "", number: str = "", po: str = "", also_here: bool = False
) -> list[Expected]:
    """What is announced for a warehouse and not here yet, the earliest first: of one supplier (URI), under one
    despatch advice, for one order (number or URI each). A fixed number of statements.

    `also_here`: with what is all here already.
    """
    rows = [*_written(warehouse), *announced(warehouse)]
    known = directory()
    found = [
        one
        for one in rows
        if (not supplier or known.kept(one.supplier) == known.kept(supplier))
        and (not number or _is(number, (one.number, one.uri)))
        and (not po or _is(po, (*one.orders, *map(tail, one.orders))))
    ]
    told = _with_orders(_with_what_came(found))
    return in_order(one for one in told if also_here or not one.is_here)


def notice_of(warehouse: str, key: str) -> Expected | None:
    """The one of this key (`Expected.key`), here already or not."""
    return next((one for one in expected(warehouse, also_here=True) if one.key == key), None)


def find_notice(warehouse: str, scanned: str) -> list[Expected]:
    """What the thing just scanned at the dock is announced by: the number of a despatch advice or an order, an SSCC, a
    serial. Several where it does not tell, nothing where nobody announced it.
    """
    names = names_of(scanned)
    return [one for one in expected(warehouse, also_here=True) if any(map(one.speaks_of, names))]


def names_of(scanned: str) -> list[str]:
    """What a scan may be called in a notice: as typed, its serial, its SSCC and what it names."""
    typed = scanned.strip()
    try:
        read = scan(scanned)
    except Refused:
        return [typed] if typed else []
    uris = [sscc_uri(read.sscc) if read.sscc else "", read.identity.uri if read.identity else ""]
    return [name for name in dict.fromkeys([typed, read.serial or "", *uris]) if name]


def _is(text: str, names: Sequence[str]) -> bool:
    return code_key(text) in map(code_key, names)


# -- rows -------------------------------------------------------------------------------------------------------------


def _written(warehouse: str) -> list[Expected]:
    """The open notices that somebody wrote down. Two statements."""
    rows = Notice.objects.filter(warehouse_id=warehouse, state=NoticeState.OPEN).select_related("supplier", "order")
    lines: dict[int, list[ExpectedLine]] = {}
    goods = NoticeLine.objects.filter(notice__warehouse_id=warehouse, notice__state=NoticeState.OPEN)
    for line in goods.select_related("item").order_by("notice", "number"):
        lines.setdefault(line.notice_id, []).append(_line(line))
    return [_notice(row, tuple(lines.get(row.pk, ()))) for row in rows]


def _line(row: NoticeLine) -> ExpectedLine:
    known = directory()
    item = known.kept(row.item.uri)
    return ExpectedLine(
        item=item,
        item_code=known.items[item].code if item in known.items else row.item.code,
        lot=row.lot,
        serials=serials_of(row.serials),
        produced=row.produced,
        expiry=row.expiry,
        quantity=unscaled(row.base),
        unit=row.item.base_unit,
        container=sscc_uri(row.sscc) if row.sscc else "",
    )


def _notice(row: Notice, lines: tuple[ExpectedLine, ...]) -> Expected:
    return Expected(
        source=NOTICE,
        key=row.key,
        number=row.number,
        uri=row.uri,
        warehouse=row.warehouse_id,
        supplier=directory().kept(row.supplier.uri),
        supplier_code=row.supplier.code,
        expected=row.expected,
        carrier=row.carrier,
        orders=(row.order.uri,) if row.order else (),
        containers=tuple(dict.fromkeys(line.container for line in lines if line.container)),
        lines=lines,
    )


# -- what is here already ---------------------------------------------------------------------------------------------


def _with_what_came(found: Sequence[Expected]) -> list[Expected]:
    """Each with what is here of its lines. Two statements."""
    came = _came(one.uri for one in found if one.uri) if found else {}
    seen = _seen({name for one in found for line in one.lines for name in _instances(line)})
    return [
        replace(one, lines=filled([_arrived(line, one.shipped, seen) for line in one.lines], came.get(one.uri, {})))
        for one in found
    ]


def _instances(line: ExpectedLine) -> list[str]:
    """The URIs of what there is one of: the container, or the serials where none is named."""
    serials = [serial_of_item(line.item, serial) for serial in line.serials] if line.item else []
    return [line.container] if line.container else serials


def _arrived(line: ExpectedLine, shipped: datetime | None, seen: dict[str, int]) -> ExpectedLine:
    """A line whose container, or whose every serial, was seen here since it was sent."""
    since = micros(shipped) if shipped else 0
    names = _instances(line)
    return replace(line, arrived=bool(names) and all(seen.get(name, -1) >= since for name in names))


def _seen(uris: set[str]) -> dict[str, int]:
    """Those of these that stand in a warehouse of ours, or stood → when something last happened to them."""
    names = {key16(uri): uri for uri in uris}
    with connection.cursor() as cursor:
        rows = select_in(cursor, _SEEN, names, PARTNERS, suffix="GROUP BY subject")
    return {names[bytes(key)]: int(at) for key, at in rows}


def _came(uris: Iterable[str]) -> dict[str, Came]:
    """Despatch advice → what came under it. Two statements."""
    names = {key16(uri): uri for uri in uris}
    with connection.cursor() as cursor:
        rows = select_in(cursor, _CAME, names, suffix=_BY)
        lots = {bytes(lot) for _paper, _item, lot, _amount in rows}
        called = {bytes(key): str(uri) for key, uri in select_in(cursor, _NAMES, lots)}
    known = directory()
    items = item_keys(known) if rows else {}
    found: dict[str, dict[tuple[str, str], Decimal]] = {}
    for paper, item, lot, amount in rows:
        uri = items.get(bytes(item))
        if uri is not None:
            named = identify(called[bytes(lot)]) if bytes(lot) in called else None
            pair = (known.kept(uri), named.code if named and named.kind is Kind.LOT else "")
            came = found.setdefault(names[bytes(paper)], {})
            came[pair] = came.get(pair, Decimal(0)) + unscaled(int(amount))
    return dict(found)


def _with_orders(found: Sequence[Expected]) -> list[Expected]:
    """Each with the numbers of those of our orders that it names. One statement."""
    uris = {uri for one in found for uri in one.orders}
    keys = {code_key(tail(uri)) for uri in uris}
    where = Q(uri__in=uris) | Q(key__in=keys)
    rows = Order.objects.filter(where, kind=OrderKind.PURCHASE).values_list("uri", "key", "number") if uris else ()
    numbers = {name: number for uri, key, number in rows for name in (uri, key)}
    return [replace(one, order_numbers=tuple(_numbers(one.orders, numbers))) for one in found]


def _numbers(uris: Sequence[str], numbers: dict[str, str]) -> list[str]:
    found = (numbers.get(uri) or numbers.get(code_key(tail(uri))) for uri in uris)
    return [number for number in dict.fromkeys(found) if number]
