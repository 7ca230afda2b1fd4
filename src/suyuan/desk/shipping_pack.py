"""Packing for an order: scan the order, then its goods into a carton; a new SSCC, its label, and the scale's word."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import Line, Sheet, by_field, clean, line_problems, read_sheet
from suyuan.desk.moving_lines import (
    COLUMNS,
    Shown,
    command_lines,
    container_in,
    goods_of,
    kind_of,
    number_in,
    shown_of,
    with_goods,
)
from suyuan.desk.naming import Names
from suyuan.desk.results import Done, done
from suyuan.desk.sheets import record, request_id
from suyuan.gs1.identifiers import Kind
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import Quantity, decimal_text, parse_amount, unscaled
from suyuan.ledger.keys import key16
from suyuan.operations.outbound.staged import Ready, Staged, staged
from suyuan.operations.storage.pack import Pack
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order
from suyuan.orders.queries import find_outgoing, orders_of, party_of
from suyuan.stock.queries import content
from suyuan.ui.things import Thing

HEAD = ("po", "into", "gross", "tare", "length", "width", "height", "reason")
MOST_ORDERS = 30


@dataclass(frozen=True, slots=True)
class Offer:
    """Goods that stand ready and are not in the carton yet, with a button that puts them in."""

    index: int
    thing: Thing
    amount: Quantity | None
    where: str
    inside: Sequence[Quantity]


@desk_page("pick")
def packing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?po=` the order; `?request=` what was packed last. POST `do`: scan, take-N, box-N, remove-N, clear, record."""
    if request.method != "POST":
        return show(request, desk, Sheet({"po": clean(request.GET.get("po", ""), 200)}), [])
    sheet = read_sheet(request.POST, HEAD, COLUMNS)
    do, text = request.POST.get("do", ""), clean(request.POST.get("scan", ""))
    try:
        if do == "record":
            return packed(request, desk, sheet)
        if do == "clear":
            return show(request, desk, Sheet({"po": sheet.get("po")}), [])
        if do == "other":
            return show(request, desk, Sheet(), [])
        if do.startswith("remove-") and do[7:].isdigit():
            return show(request, desk, sheet.without(int(do[7:])), [])
        if do.startswith(("take-", "box-")):
            return show(request, desk, taken(sheet, do, desk), [])
        if text:
            sheet, said = scanned(sheet, text, desk)
            return show(request, desk, sheet, [], said)
    except Refused as refused:
        return show(request, desk, sheet, list(refused.problems))
    return show(request, desk, sheet, [])


def scanned(sheet: Sheet, text: str, desk: Desk) -> tuple[Sheet, str]:
    """The sheet after a scan: the order first, then a container to go on with, goods, or how many of the last ones."""
    if not sheet.get("po") and (order := find_outgoing(text)) is not None:
        return sheet.put(po=order.number), _("Order: {number}").format(number=order.number)
    if number := number_in(text, sheet):
        return sheet.with_last(sheet.lines[-1].put(quantity=number, weight="")), _("Quantity: {number}").format(
            number=number
        )
    if not sheet.get("into") and not sheet.lines and (box := container_in(text)):
        return sheet.put(into=box), _("Container: {name}").format(name=text)
    uri, amount = goods_of(text, desk)
    said = _("Read: {goods}").format(goods=Names([uri], desk.language).thing(uri))
    if kind_of(uri) is Kind.CONTAINER and not sheet.get("into") and not sheet.lines:
        return sheet.put(into=uri), said
    ready = next((one for one in _staged(sheet, desk).loose if one.uri == uri), None)
    if ready is not None and not amount:
        return _with(sheet, ready, desk), said
    return with_goods(sheet, uri, amount, desk, ready.holder if ready else ""), said


def taken(sheet: Sheet, do: str, desk: Desk) -> Sheet:
    """The sheet with what a button names: loose goods, or a whole carton."""
    found, number = _staged(sheet, desk), do.partition("-")[2]
    rows = found.boxes if do.startswith("box-") else found.loose
    if not number.isdigit() or int(number) >= len(rows):
        return sheet
    return _with(sheet, rows[int(number)], desk)


def _with(sheet: Sheet, ready: Ready, desk: Desk) -> Sheet:
    amount = "" if ready.container or ready.instance else decimal_text(ready.amount.amount)
    return with_goods(sheet, ready.uri, amount, desk, ready.holder)


def _staged(sheet: Sheet, desk: Desk) -> Staged:
    order = order_in(sheet, desk)
    return staged(desk.warehouse, order) if order is not None else Staged()


def order_in(sheet: Sheet, desk: Desk) -> Order | None:
    order = find_outgoing(sheet.get("po")) if sheet.get("po") else None
    return order if order is not None and order.warehouse_id == desk.warehouse else None


def packed(request: HttpRequest, desk: Desk, sheet: Sheet) -> HttpResponse:
    """Close the carton, and go on with the next of the same order."""
    problems = line_problems(sheet)
    shown = shown_of(sheet, desk)
    command = command_of(sheet, shown, desk.warehouse, problems)
    problems = problems or record(desk, request, command)
    if problems:
        return show(request, desk, sheet, problems)
    query = urlencode({"po": sheet.get("po"), "request": str(request_id(request))})
    url = f"{reverse('desk:packing')}?{query}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def command_of(sheet: Sheet, shown: Sequence[Shown], warehouse: str, problems: list[Problem]) -> Pack:
    """The sheet as a command; what can't be read goes to `problems`."""
    size = [sheet.get(name) for name in ("length", "width", "height")]
    whole = all(text.isascii() and text.isdigit() and len(text) < 6 for text in size)
    if any(size) and not whole:
        problems.append(Problem("operations.size_strange", "size", {"most": "20000"}))
    from_bin = next((one.there.uri for one in shown if one.there and not one.there.packed), "")
    return Pack(
        warehouse=warehouse,
        lines=command_lines(sheet, shown),
        container=sheet.get("into"),
        place=from_bin if not sheet.get("into") else "",
        po=sheet.get("po"),
        gross=sheet.get("gross"),
        tare=sheet.get("tare"),
        size=tuple(map(int, size)) if any(size) and whole else (),
        reason=sheet.get("reason"),
    )


# -- what is shown ----------------------------------------------------------------------------------------------------


def show(request: HttpRequest, desk: Desk, sheet: Sheet, problems: list[Problem], said: str = "") -> HttpResponse:
    order = order_in(sheet, desk)
    if order is None and sheet.get("po") and not problems:
        problems = [Problem("orders.order_unknown", "scan", {"number": sheet.get("po")[:80]})]
        sheet = sheet.put(po="")
    found = staged(desk.warehouse, order) if order is not None else Staged()
    rows = shown_of(sheet, desk)
    into = sheet.get("into")
    names = Names([into, party_of(order) if order else "", *_uris(found)], desk.language)
    context = {
        "request_id": request.POST.get("request_id") if request.method == "POST" and problems else uuid4(),
        "sheet": sheet, "rows": rows, "said": said, "order": order,
        "customer": names.name(party_of(order)) if order else "",
        "orders": [] if order else _open(desk),
        "into": names.thing(into) if into else None,
        "holds": _held([into]).get(into, []) if into else [],
        "loose": _offers(found.loose, sheet, names), "boxes": _offers(found.boxes, sheet, names),
        "packed": _last(request, desk), "problems_found": problems, "errors": by_field(problems),
        "off": next((one for one in problems if one.code == "operations.weight_off"), None),
        "measured": any(sheet.get(name) for name in HEAD[2:]) or any(one.field in HEAD for one in problems),
        "scan_here": True, "scan": clean(request.POST.get("scan", "")) if problems else "",
    }  # fmt: skip
    return page(request, desk, "desk/shipping/pack.html", context, refused_status(request, problems))


def refused_status(request: HttpRequest, problems: Sequence[Problem]) -> int:
    """Of an answer that is swapped into the page by htmx the problems are in it; others say by status that nothing was
    done."""
    return 422 if problems and request.headers.get("HX-Request") != "true" else 200


def _uris(found: Staged) -> list[str]:
    return [uri for one in (*found.boxes, *found.loose) for uri in (one.uri, one.holder)]


def _open(desk: Desk) -> list[tuple[str, str]]:
    """Open sales orders of the warehouse: number and customer."""
    rows = list(orders_of(OrderKind.SALES, warehouse=desk.warehouse)[:MOST_ORDERS])
    names = Names([party_of(order) for order in rows], desk.language)
    return [(order.number, names.name(party_of(order))) for order in rows]


def _offers(rows: Sequence[Ready], sheet: Sheet, names: Names) -> list[Offer]:
    """Those that are not on the sheet, the rest of the others."""
    on_it = {(line.get("uri"), line.get("from")): line for line in sheet.lines}
    inside = _held([one.uri for one in rows if one.container])
    found = []
    for index, one in enumerate(rows):
        line = on_it.get((one.uri, one.holder)) or (on_it.get((one.uri, "")) if not one.holder else None)
        if (line is not None and one.container) or one.uri == sheet.get("into"):
            continue
        left = _left(one, line)
        if left is None:
            continue
        where = names.thing(one.holder) if one.holder else None
        found.append(
            Offer(index, names.thing(one.uri), None if one.container else left,
                  (where.name or where.code) if where else "", inside.get(one.uri, []))
        )  # fmt: skip
    return found


def _left(one: Ready, line: Line | None) -> Quantity | None:
    if line is None:
        return one.amount
    try:
        left = one.amount.amount - parse_amount(line.get("quantity") or "0")
    except Refused:
        return one.amount
    return Quantity(left, one.amount.unit) if left > 0 else None


def _held(boxes: Sequence[str]) -> dict[str, list[Quantity]]:
    """How much is in each of these containers, at any depth, by unit."""
    found: dict[str, list[Quantity]] = {}
    for uri in boxes:
        sums: dict[str, int] = {}
        for row in content([key16(uri)]):
            if not row.container and row.unit:
                sums[row.unit] = sums.get(row.unit, 0) + row.quantity
        found[uri] = [Quantity(unscaled(amount), unit) for unit, amount in sums.items()]
    return found


@dataclass(frozen=True, slots=True)
class Packed:
    """What was packed last: the container, and what the scale said."""

    thing: Thing
    gross: str
    expected: str
    unknown: str
    label: str


def _last(request: HttpRequest, desk: Desk) -> Packed | None:
    found: Done | None = done(request, desk, "Pack") if request.method == "GET" and request.GET.get("request") else None
    box = str(found.result.get("container", "")) if found else ""
    if found is None or not box:
        return None
    thing = Names([box], desk.language).thing(box)
    weighed = found.result.get("weighed") or {}
    label = f"{reverse('desk:label_goods')}?{thing.query}"
    unknown = ", ".join(map(str, found.result.get("unknown") or ()))
    return Packed(thing, str(weighed.get("gross", "")), str(weighed.get("expected", "")), unknown, label)
