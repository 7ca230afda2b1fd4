"""Shipping: scan the customer and the goods, see what should go first, dispatch, print the note."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from suyuan.capture.door import who_is_who
from suyuan.catalog.directory import Directory, directory
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ASK, ask, can_ask
from suyuan.desk.forms import Line, Sheet, by_field, clean, day_of, line_problems, read_sheet
from suyuan.desk.goods import articles, partner_choices
from suyuan.desk.loads import first_to_expire, loads
from suyuan.desk.naming import Names, item_of
from suyuan.desk.receiving import amount_text
from suyuan.desk.receiving_scans import after_scan
from suyuan.desk.scans import fields_of
from suyuan.desk.sheets import accepted, record, see_other, to_accept, views
from suyuan.gs1.identifiers import identify, lot_of_item
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text
from suyuan.gs1.scans import ScanResult, scan
from suyuan.operations.lines import Line as Named
from suyuan.operations.lines import find_item
from suyuan.operations.outbound.ship import Ship
from suyuan.operations.outbound.staged import staged
from suyuan.operations.parties import find_partner
from suyuan.operations.places import places_of
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order
from suyuan.orders.queries import find_order
from suyuan.trace.resolve import resolve
from suyuan.ui.things import thing_of

HEAD = ("customer", "po", "delivery_date", "place", "carrier")
PARTIES = ("customer", "carrier")
COLUMNS = ("uri", "quantity", "unit", "weight", "from")
LOADABLE = frozenset({"lot", "serial", "container"})


@desk_page("ship")
def shipping(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET: an empty sheet, or what stands ready for the order `?po=`. POST `do`: scan, remove-N, refresh, record, ask;
    the sheet comes back as it was typed.
    """
    if request.method != "POST":
        number = clean(request.GET.get("po", ""), 200)
        order = order_here(number, desk) if number else None
        return show(request, desk, with_order(Sheet(), order, desk) if order else Sheet(), [])
    sheet = read_sheet(request.POST, HEAD, COLUMNS)
    do = request.POST.get("do", "refresh")
    text = clean(request.POST.get("scan", ""))
    if do in ("record", ASK):
        return recorded(request, desk, sheet)
    if do.startswith("remove-") and do[7:].isdigit():
        sheet = sheet.without(int(do[7:]))
    elif do.startswith("swap-"):
        sheet = swapped(sheet, do[5:], desk)
    elif text:
        try:
            sheet, said = scanned(sheet, text, desk)
        except Refused as refused:
            return show(request, desk, sheet, list(refused.problems))
        return show(request, desk, sheet, [], said)
    return show(request, desk, sheet, [])


def recorded(request: HttpRequest, desk: Desk, sheet: Sheet) -> HttpResponse:
    """Dispatch, or leave it for the second person, and go on to the note, or show what is wrong."""
    asked = request.POST.get("do") == ASK
    problems = line_problems(sheet)
    command = command_of(sheet, desk.warehouse, accepted(request), problems)
    if not problems:
        reason = clean(request.POST.get("reason", ""))
        problems = ask(desk, request, command, reason) if asked else record(desk, request, command)
    if problems:
        return show(request, desk, sheet, problems)
    return see_other(request, "desk:approvals" if asked else "desk:shipped")


def command_of(sheet: Sheet, warehouse: str, accept: frozenset[str], problems: list[Problem]) -> Ship:
    """The sheet as a command; what can't be read goes to `problems`. Pure."""
    return Ship(
        warehouse=warehouse,
        customer=sheet.get("customer"),
        lines=tuple(
            Named(
                uri=line.get("uri"),
                quantity=amount_text(line.get("quantity")),
                unit=line.get("unit"),
                weight=amount_text(line.get("weight")),
                place=line.get("from") if is_place(line.get("from"), warehouse) else "",
                inside="" if is_place(line.get("from"), warehouse) else line.get("from"),
            )
            for line in sheet.lines
        ),
        place=sheet.get("place"),
        po=sheet.get("po"),
        delivery_date=day_of(sheet.get("delivery_date"), "delivery_date", problems),
        carrier=sheet.get("carrier"),
        accept=accept,
    )


def is_place(uri: str, warehouse: str) -> bool:
    """Is it a bin of ours, and no container?"""
    return bool(uri) and places_of(who_is_who(), warehouse).find(uri) is not None


def order_here(number: str, desk: Desk) -> Order | None:
    """The open sales order of a number in the warehouse worked in."""
    order = find_order(number, OrderKind.SALES)
    return order if order is not None and order.warehouse_id == desk.warehouse and order.state == "open" else None


def with_order(sheet: Sheet, order: Order, desk: Desk) -> Sheet:
    """The sheet with an order, its customer and day, and what stands ready for it."""
    found = staged(desk.warehouse, order)
    on_it = {_canonical(line.get("uri")) for line in sheet.lines}
    lines = [
        Line({
            "uri": one.uri, "from": "" if one.container else one.holder,
            "quantity": "" if one.container else decimal_text(one.amount.amount),
            "unit": "" if one.container else one.amount.unit,
        })
        for one in (*found.boxes, *found.loose)
        if one.uri not in on_it
    ]  # fmt: skip
    head = {
        "po": order.number, "customer": order.partner.code if order.partner else "",
        "delivery_date": order.delivery.isoformat() if order.delivery else "",
        "carrier": order.carrier.code if order.carrier else "",
    }  # fmt: skip
    return Sheet({**sheet.head, **{name: text for name, text in head.items() if text}}, (*sheet.lines, *lines))


def scanned(sheet: Sheet, text: str, desk: Desk) -> tuple[Sheet, str]:
    """The sheet after a scan, and what it did. Refused where the code means nothing that can be shipped from here."""
    known = directory()
    partner = find_partner(known, text)
    if partner is not None and "customer" in partner.roles:
        name = Names([partner.uri], desk.language).name(partner.uri)
        return sheet.put(customer=partner.code), _("Customer: {name}").format(name=name or partner.code)
    if partner is not None and "carrier" in partner.roles:
        name = Names([partner.uri], desk.language).name(partner.uri)
        return sheet.put(carrier=partner.code), _("Carrier: {name}").format(name=name or partner.code)
    order = order_here(text, desk) if not sheet.get("po") else None
    if order is not None:
        return with_order(sheet, order, desk), _("Order: {number}").format(number=order.number)
    fields = _fields(text, known, desk)
    said = _("Read: {goods}").format(goods=Names([fields["uri"]], desk.language).thing(fields["uri"]))
    return _with(sheet, fields), said


def _with(sheet: Sheet, fields: dict[str, str]) -> Sheet:
    """`after_scan` knows lines by their item; here a line is known by its goods."""
    turned = Sheet(sheet.head, tuple(Line({**line.values, "item": line.get("uri")}) for line in sheet.lines))
    done = after_scan(turned, {**fields, "item": fields["uri"]}, weighed=_is_weighed(fields["uri"]))
    return Sheet(sheet.head, tuple(Line({c: line.get(c) for c in COLUMNS if line.get(c)}) for line in done.lines))


def _is_weighed(uri: str) -> bool:
    """Are these goods weighed each time, besides being counted?"""
    info = directory().items.get(item_of(_canonical(uri)))
    return info is not None and info.catch_weight


def _fields(text: str, known: Directory, desk: Desk) -> dict[str, str]:
    """The goods a scan names, and how many where the label says so."""
    found = _read(text, desk)
    fields = {
        name: value for name, value in (fields_of(found) if found else {}).items() if name in ("quantity", "unit")
    }
    if found is not None and found.identity is not None and thing_of(found.identity.uri).kind in LOADABLE:
        return {**fields, "uri": found.identity.uri}
    item = find_item(known, text) or (find_item(known, found.gtin) if found and found.gtin else None)
    if item is not None:
        named, pack = item
        first = first_to_expire(pack.item, desk)
        if first is None:
            raise Refused([Problem("desk.item_not_free", "scan", {"item": known.items[pack.item].code})])
        return {**fields, "uri": _in_packs(first.thing.uri, named)}
    return {**fields, "uri": _by_code(text, desk)}


def _read(text: str, desk: Desk) -> ScanResult | None:
    try:
        return scan(text, today=desk.today)
    except Refused:
        return None


def _in_packs(uri: str, named: str) -> str:
    """The lot under the pack level that was scanned, so that it is counted in packs."""
    lot = identify(uri)
    return lot_of_item(named, lot.code) if lot.lot is None and lot.item not in (None, named, uri) else uri


def _by_code(text: str, desk: Desk) -> str:
    """A lot number, serial or SSCC typed by itself; of several lots of one number, the one that is here."""
    candidates = [found.uri for found in resolve(text) or resolve(text.upper()) if found.kind in LOADABLE]
    here = [uri for uri, load in loads(candidates, desk).items() if load.here.amount] if len(candidates) > 1 else []
    chosen = here or candidates
    if len(chosen) == 1:
        return chosen[0]
    code = "desk.goods_ambiguous" if chosen else "desk.scan_no_goods"
    raise Refused([Problem(code, "scan", {"text": text[:80]})])


def swapped(sheet: Sheet, number: str, desk: Desk) -> Sheet:
    """Line `number` with the lot that should go first instead."""
    if not number.isdigit() or int(number) >= len(sheet.lines):
        return sheet
    at = int(number)
    line = sheet.lines[at]
    load = loads([_canonical(line.get("uri"))], desk).get(_canonical(line.get("uri")))
    if load is None or load.sooner is None:
        return sheet
    uri = _in_packs(load.sooner.thing.uri, item_of(line.get("uri")))
    return Sheet(sheet.head, (*sheet.lines[:at], line.put(uri=uri), *sheet.lines[at + 1 :]))


def _canonical(uri: str) -> str:
    """The lot or serial that stock knows: a pack's lot is its item's lot."""
    try:
        found = identify(uri)
    except Refused:
        return uri
    pack = directory().item_of(found.item) if found.item else None
    return lot_of_item(pack.item, found.code) if pack and found.kind == "lot" else found.uri


def show(request: HttpRequest, desk: Desk, sheet: Sheet, problems: list[Problem], said: str = "") -> HttpResponse:
    """The sheet with what is free of each line, and what should go first."""
    known = directory()
    subjects = {line.get("uri"): _canonical(line.get("uri")) for line in sheet.lines}
    found = loads(subjects.values(), desk)
    by_uri = articles(known, subjects, desk.language)
    parties = {
        role: partner.uri for role in PARTIES if sheet.get(role) and (partner := find_partner(known, sheet.get(role)))
    }
    names = Names(parties.values(), desk.language)
    rows = views(sheet, by_uri, "uri", COLUMNS)
    context = {
        "request_id": request.POST.get("request_id") or uuid4(),
        "sheet": sheet,
        "rows": [(row, found[subjects[row.line.get("uri")]]) for row in rows if row.line.get("uri")],
        "names": {role: names.name(parties.get(role, "")) for role in PARTIES},
        "customers": partner_choices("customer", desk.language),
        "carriers": partner_choices("carrier", desk.language),
        "problems_found": problems,
        "errors": by_field(problems),
        "to_accept": to_accept(problems),
        "accepted": accepted(request),
        "can_ask": can_ask(request, problems),
        "said": said,
        "scan_here": True,
    }
    return page(request, desk, "desk/shipping.html", context)
