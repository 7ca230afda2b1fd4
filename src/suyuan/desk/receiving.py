"""Receiving: scan the supplier and the labels, correct what is missing, record the receipt."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from suyuan.catalog.directory import Directory, directory
from suyuan.catalog.queries import place_uris
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ASK, ask, can_ask
from suyuan.desk.forms import Line, Sheet, by_field, clean, day_of, line_problems, read_sheet
from suyuan.desk.goods import articles, item_choices, partner_choices
from suyuan.desk.naming import Names
from suyuan.desk.scans import fields_of, with_scan
from suyuan.desk.sheets import accepted, record, see_other, to_accept, views
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.scans import scan
from suyuan.operations.inbound.receive import ReceiptLine, Receive
from suyuan.operations.lines import find_item
from suyuan.operations.parties import find_partner
from suyuan.trace.resolve import resolve

HEAD = ("supplier", "po", "desadv", "place", "override_supplier")
AGAINST = {"supplier_pending", "supplier_suspended", "licence_missing", "licence_expired"}  # what a reason may override
COLUMNS = ("item", "lot", "serials", "quantity", "unit", "produced", "expiry", "inside")


@desk_page("receive")
def receiving(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET: an empty sheet. POST `do`: scan, add, remove-N, refresh, record, ask; what was typed comes back."""
    if request.method != "POST":
        return show(request, desk, Sheet(), [])
    sheet = read_sheet(request.POST, HEAD, COLUMNS)
    do = request.POST.get("do", "refresh")
    text = clean(request.POST.get("scan", ""))
    if do in ("record", ASK):
        return recorded(request, desk, sheet)
    if do == "add":
        sheet = sheet.with_line(Line())
    elif do.startswith("remove-") and do[7:].isdigit():
        sheet = sheet.without(int(do[7:]))
    elif text:
        try:
            sheet, said = scanned(sheet, text, desk)
        except Refused as refused:
            return show(request, desk, sheet, list(refused.problems))
        return show(request, desk, sheet, [], said)
    return show(request, desk, sheet, [])


def recorded(request: HttpRequest, desk: Desk, sheet: Sheet) -> HttpResponse:
    """Record the receipt, or leave it for the second person, and go on to its page, or show what is wrong."""
    asked = request.POST.get("do") == ASK
    problems = line_problems(sheet)
    command = command_of(sheet, desk.warehouse, accepted(request), problems)
    if not problems:
        problems = ask(desk, request, command, command.override_supplier) if asked else record(desk, request, command)
    if problems:
        return show(request, desk, sheet, problems)
    return see_other(request, "desk:approvals" if asked else "desk:received")


def command_of(sheet: Sheet, warehouse: str, accept: frozenset[str], problems: list[Problem]) -> Receive:
    """The sheet as a command; what can't be read goes to `problems`. Pure."""
    lines = tuple(
        ReceiptLine(
            item=line.get("item"),
            lot=line.get("lot"),
            serials=tuple(line.get("serials").replace(",", " ").split()),
            quantity=amount_text(line.get("quantity")),
            unit=line.get("unit"),
            inside=line.get("inside"),
            expiry=day_of(line.get("expiry"), f"lines[{n}].expiry", problems),
            produced=day_of(line.get("produced"), f"lines[{n}].produced", problems),
        )
        for n, line in enumerate(sheet.lines)
    )
    return Receive(
        warehouse=warehouse,
        supplier=sheet.get("supplier"),
        lines=lines,
        place=sheet.get("place"),
        po=sheet.get("po"),
        desadv=sheet.get("desadv"),
        accept=accept,
        override_supplier=sheet.get("override_supplier"),
    )


def amount_text(text: str) -> str | None:
    """An amount as typed, thousands apart or not; None where nothing was typed."""
    return text.replace(",", "").replace("，", "").replace(" ", "") or None


def scanned(sheet: Sheet, text: str, desk: Desk) -> tuple[Sheet, str]:
    """The sheet after a scan, and what it did. Refused where the code means nothing here.

    Our own codes come first: a partner's code of digits could be read as an element string.
    """
    known = directory()
    partner = find_partner(known, text)
    if partner is not None and "supplier" in partner.roles:
        name = Names([partner.uri], desk.language).name(partner.uri)
        return sheet.put(supplier=partner.code), _("Supplier: {name}").format(name=name or partner.code)
    if place_uris(desk.warehouse, [text]):
        return sheet.put(place=text), _("Put at: {place}").format(place=text)
    if find_item(known, text):
        return with_scan(sheet, {"item": text}), _line_said(known, text, "", desk)
    return _label(sheet, text, known, desk)


def _label(sheet: Sheet, text: str, known: Directory, desk: Desk) -> tuple[Sheet, str]:
    try:
        fields = fields_of(scan(text, today=desk.today))
    except Refused:
        if resolve(text)[:1] and resolve(text)[0].kind == "document":
            return sheet.put(po=text), _("Order: {number}").format(number=text)
        raise
    if "item" in fields and not find_item(known, fields["item"]):
        raise Refused([Problem("desk.item_unknown", "scan", {"text": fields["item"]})])
    return with_scan(sheet, fields), _line_said(known, fields.get("item", ""), fields.get("lot", ""), desk)


def _line_said(known: Directory, item: str, lot: str, desk: Desk) -> str:
    found = articles(known, [item], desk.language).get(item)
    return _("Read: {goods}").format(goods=" ".join(part for part in (found.name if found else "", lot) if part) or "✓")


def show(request: HttpRequest, desk: Desk, sheet: Sheet, problems: list[Problem], said: str = "") -> HttpResponse:
    """The sheet with everything a person needs to finish it."""
    known = directory()
    found = articles(known, (line.get("item") for line in sheet.lines), desk.language)
    partner = find_partner(known, sheet.get("supplier")) if sheet.get("supplier") else None
    places = place_uris(desk.warehouse, [sheet.get("place")]) if sheet.get("place") else {}
    names = Names([*([partner.uri] if partner else []), *places.values()], desk.language)
    context = {
        "request_id": request.POST.get("request_id") or uuid4(),
        "sheet": sheet,
        "rows": views(sheet, found, "item", COLUMNS),
        "names": {
            "supplier": names.name(partner.uri) if partner else "",
            "place": next((names.name(uri) for uri in places.values()), ""),
        },
        "suppliers": partner_choices("supplier", desk.language),
        "items": item_choices(desk.language),
        "problems_found": problems,
        "errors": by_field(problems),
        "to_accept": to_accept(problems),
        "against": any(problem.code.removeprefix("catalog.") in AGAINST for problem in problems),
        "can_ask": can_ask(request, problems),
        "accepted": accepted(request),
        "said": said,
        "scan_here": True,
    }
    return page(request, desk, "desk/receiving.html", context)
