"""What a delivery is received against: the order and the notice beside the sheet, and the lines that they fill in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from suyuan.capture.door import who_is_who
from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk
from suyuan.desk.forms import Line, Sheet
from suyuan.desk.naming import Names
from suyuan.desk.receiving_scans import MARKS
from suyuan.gs1.identifiers import identify
from suyuan.gs1.quantities import COUNT, Quantity, decimal_text
from suyuan.operations.inbound.ordered import Ordered, coming
from suyuan.operations.lines import Line as Named
from suyuan.operations.lines import resolve
from suyuan.operations.parties import find_partner
from suyuan.orders.expecting import Expected, ExpectedLine
from suyuan.orders.models import Order
from suyuan.orders.notices import expected, find_notice
from suyuan.orders.queries import find_order, lines_of
from suyuan.orders.rules import Line as OrderLine


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A line of the order: ordered, here before, on this sheet, and whether that is more than it allows."""

    name: str
    item: str
    ordered: Quantity
    before: Quantity
    now: Quantity
    left: Quantity
    over: bool


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A line of the notice: what of it is still to come, and whether the sheet has it."""

    name: str
    lot: str
    pallet: str
    expiry: date | None
    wanted: Quantity
    here: bool
    listed: bool
    serials: int


@dataclass(frozen=True, slots=True)
class Beside:
    """The order and the notice that a sheet names, where we know them."""

    order: Order | None = None
    order_rows: tuple[OrderRow, ...] = ()
    notice: Expected | None = None
    notice_rows: tuple[NoticeRow, ...] = ()


def beside(sheet: Sheet, lines: Sequence[Named], desk: Desk) -> Beside:
    """What the sheet is received against. Nothing is asked where it names neither."""
    order = find_order(sheet.get("po"))
    notice = notice_of_sheet(sheet, desk)
    if order is None and notice is None:
        return Beside()
    now = coming(who_is_who(), resolve(who_is_who(), lines, needed=False)) if lines else {}
    ordered = Ordered(order, lines_of([order]), now) if order else None
    items = {line.item for line in ordered.lines} if ordered else set()
    names = Names(items | {line.item for line in notice.lines if line.item} if notice else items, desk.language)
    rows = [_order_row(*pair, names) for pair in zip(ordered.lines, ordered.after, strict=True)] if ordered else []
    listed = _listed(sheet)
    noticed = [_notice_row(line, names, listed) for line in notice.lines] if notice else []
    return Beside(order, tuple(rows), notice, tuple(noticed))


def _order_row(line: OrderLine, after: OrderLine, names: Names) -> OrderRow:
    ordered, before, now, left = (
        Quantity(amount, line.unit or COUNT)
        for amount in (line.quantity, line.done, after.done - line.done, after.open)
    )
    return OrderRow(names.name(line.item) or line.item_code, line.item_code, ordered, before, now, left, after.is_over)


def _notice_row(line: ExpectedLine, names: Names, listed: set[tuple[str, str, str]]) -> NoticeRow:
    return NoticeRow(
        names.name(line.item) or line.item_code,
        line.lot,
        _code(line.container),
        line.expiry,
        Quantity(line.open, line.unit or COUNT),
        line.is_here,
        _key(line) in listed,
        len(line.serials),
    )


def _key(line: ExpectedLine) -> tuple[str, str, str]:
    return line.item_code, line.lot, _code(line.container)


def _listed(sheet: Sheet) -> set[tuple[str, str, str]]:
    return {(line.get("item"), line.get("lot"), line.get("inside") or line.get("container")) for line in sheet.lines}


def _code(uri: str) -> str:
    return identify(uri).code if uri else ""


# -- filling in -------------------------------------------------------------------------------------------------------


def notice_of_sheet(sheet: Sheet, desk: Desk) -> Expected | None:
    """The notice whose number the sheet has, of its supplier."""
    number = sheet.get("desadv")
    if not number:
        return None
    supplier = find_partner(directory(), sheet.get("supplier")) if sheet.get("supplier") else None
    found = expected(desk.warehouse, number=number, also_here=True)
    return next((one for one in found if supplier is None or one.supplier in ("", supplier.uri)), None)


def noticed(sheet: Sheet, text: str, desk: Desk) -> tuple[Sheet, Expected] | None:
    """The sheet after the number of a notice, or a pallet of one, was scanned; None where nobody announced that. A
    pallet brings its lines along.
    """
    found = find_notice(desk.warehouse, text)
    mine = [one for one in found if sheet.get("desadv") in (one.number, one.uri)]
    if len(mine or found) != 1:
        return None
    notice = (mine or found)[0]
    number = notice.number or notice.uri
    filled = sheet.put(desadv=number, supplier=sheet.get("supplier") or notice.supplier_code)
    if not filled.get("po") and len(notice.order_numbers) == 1:
        filled = filled.put(po=notice.order_numbers[0])
    pallets = {line.container for line in notice.lines if line.container and _speaks_of(line, text)}
    return with_notice(filled, notice, pallets) if pallets else filled, notice


def _speaks_of(line: ExpectedLine, text: str) -> bool:
    digits = "".join(char for char in text if char.isdigit())
    return bool(digits) and digits.endswith(_code(line.container).rjust(18, "0")[-18:])


def with_notice(sheet: Sheet, notice: Expected, pallets: set[str] | None = None) -> Sheet:
    """The sheet with what the notice still wants, all of it or what is on these pallets; what it has already stays."""
    listed = _listed(sheet)
    after = sheet
    for line in notice.lines:
        if line.is_here or _key(line) in listed or (pallets is not None and line.container not in pallets):
            continue
        filled = _filled(line)
        after = after.with_line(
            filled.put(**{MARKS: json.dumps({"inside": filled.get("inside")})}) if pallets else filled
        )
    return after


def _filled(line: ExpectedLine) -> Line:
    if not line.item:
        return Line({"container": _code(line.container)})
    said = {
        "item": line.item_code,
        "lot": line.lot,
        "serials": " ".join(line.serials),
        "quantity": "" if line.serials else decimal_text(line.open),
        "unit": line.unit,
        "weight": decimal_text(line.weight) if line.weight and not line.done else "",
        "produced": line.produced.isoformat() if line.produced else "",
        "expiry": line.expiry.isoformat() if line.expiry else "",
        "inside": _code(line.container),
    }
    return Line({name: value for name, value in said.items() if value})


def with_order(sheet: Sheet, order: Order) -> Sheet:
    """The sheet with a line for each item that the order still wants and the sheet does not have yet."""
    items = {line.get("item") for line in sheet.lines}
    after = sheet
    for line in lines_of([order]):
        if line.open and line.item_code not in items:
            after = after.with_line(
                Line({"item": line.item_code, "lot": line.lot, "quantity": decimal_text(line.open), "unit": line.unit})
            )
    return after
