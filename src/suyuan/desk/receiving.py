"""Receiving: scan supplier, order or notice, then the labels; correct what is missing; record the receipt."""

import re
from collections.abc import Sequence
from dataclasses import replace
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
from suyuan.desk.receiving_conflicts import conflicts
from suyuan.desk.receiving_files import Held, attachments, read_files
from suyuan.desk.receiving_plan import beside, notice_of_sheet, noticed, with_notice, with_order
from suyuan.desk.receiving_scans import MARKS, after_scan, scanned_fields
from suyuan.desk.scans import fields_of
from suyuan.desk.sheets import accepted, record, see_other, to_accept, views
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.scans import scan
from suyuan.operations.inbound.receive import ReceiptLine, Receive
from suyuan.operations.lines import find_item
from suyuan.operations.parties import find_partner
from suyuan.orders.queries import find_order
from suyuan.orders.rules import serials_of
from suyuan.trace.resolve import resolve

HEAD = ("supplier", "po", "desadv", "place", "override_supplier")
AGAINST = {"supplier_pending", "supplier_suspended", "licence_missing", "licence_expired"}  # what a reason may override
COLUMNS = (
    "item", "lot", "serials", "quantity", "unit", "weight", "produced", "expiry", "inside", "container", MARKS,
)  # fmt: skip
LISTS = ("serials",)
RANGE = re.compile(r"\.\.|[~–—]")  # between the first and the last of a range; a hyphen stands in many a serial


@desk_page("receive")
def receiving(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET: a sheet, with what the address says of supplier, order and notice. POST `do`: scan, add, split-N, remove-N,
    drop-N (a file), order, notice, refresh, record, ask; what was typed comes back.
    """
    if request.method != "POST":
        return show(request, desk, Sheet({name: clean(request.GET.get(name, "")) for name in HEAD[:3]}), [])
    sheet = read_sheet(request.POST, HEAD, COLUMNS, LISTS)
    problems: list[Problem] = []
    files = read_files(request, problems, desk.language)
    do = request.POST.get("do", "refresh")
    if do in ("record", ASK) and not problems:
        return recorded(request, desk, sheet, files)
    try:
        sheet, said = done(do, sheet, clean(request.POST.get("scan", "")), desk)
    except Refused as refused:
        said, problems = "", [*problems, *refused.problems]
    return show(request, desk, sheet, problems, said, files)


def done(do: str, sheet: Sheet, text: str, desk: Desk) -> tuple[Sheet, str]:
    """The sheet after what was asked for, and what is to be said of it."""
    what, _dash, number = do.partition("-")
    at = int(number) if number.isdigit() else -1
    if do == "add":
        return sheet.with_line(Line()), ""
    if what == "remove" and at >= 0:
        return sheet.without(at), ""
    if what == "split" and 0 <= at < len(sheet.lines):
        return split(sheet, at), ""
    if do == "order" and (order := find_order(sheet.get("po"))):
        return with_order(sheet, order), ""
    if do == "notice" and (notice := notice_of_sheet(sheet, desk)):
        return with_notice(sheet, notice), ""
    return scanned(sheet, text, desk) if text else (sheet, "")


def split(sheet: Sheet, at: int) -> Sheet:
    """Another line of the same item under line `at`, for another lot of it."""
    line = sheet.lines[at]
    other = Line({name: line.get(name) for name in ("item", "unit", "inside") if line.get(name)})
    return Sheet(sheet.head, (*sheet.lines[: at + 1], other, *sheet.lines[at + 1 :]))


def recorded(request: HttpRequest, desk: Desk, sheet: Sheet, files: list[Held]) -> HttpResponse:
    """Record the receipt, or leave it for the second person, and go on to its page, or show what is wrong."""
    asked = request.POST.get("do") == ASK
    problems = line_problems(sheet)
    command = replace(command_of(sheet, desk.warehouse, accepted(request), problems), attachments=attachments(files))
    if not problems:
        reason = command.override_supplier or clean(request.POST.get("reason", ""))
        problems = ask(desk, request, command, reason) if asked else record(desk, request, command)
    if problems:
        return show(request, desk, sheet, problems, files=files)
    return see_other(request, "desk:approvals" if asked else "desk:received")


def command_of(sheet: Sheet, warehouse: str, accept: frozenset[str], problems: list[Problem]) -> Receive:
    """The sheet as a command; what can't be read goes to `problems`. Pure."""
    return Receive(
        warehouse=warehouse,
        supplier=sheet.get("supplier"),
        lines=tuple(line_of(line, n, problems) for n, line in enumerate(sheet.lines)),
        place=sheet.get("place"),
        po=sheet.get("po"),
        desadv=sheet.get("desadv"),
        accept=accept,
        override_supplier=sheet.get("override_supplier"),
    )


def line_of(line: Line, n: int, problems: list[Problem]) -> ReceiptLine:
    if line.get("container"):
        return ReceiptLine(container=line.get("container"), scanned=scanned_fields(line))
    return ReceiptLine(
        item=line.get("item"),
        lot=line.get("lot"),
        serials=serials_in(line.get("serials"), f"lines[{n}].serials", problems),
        quantity=amount_text(line.get("quantity")),
        unit=line.get("unit"),
        inside=line.get("inside"),
        weight=amount_text(line.get("weight")),
        expiry=day_of(line.get("expiry"), f"lines[{n}].expiry", problems),
        produced=day_of(line.get("produced"), f"lines[{n}].produced", problems),
        scanned=scanned_fields(line),
    )


def serials_in(text: str, where: str, problems: list[Problem]) -> tuple[str, ...]:
    """Serial numbers one by one, and ranges such as ``SN0001..SN0100``, inclusive, with their leading zeros."""
    found: list[str] = []
    for part in text.replace(",", " ").replace("，", " ").split():
        try:
            found += serials_of(part) if RANGE.search(part) else [part]
        except Refused as refused:
            problems += [replace(problem, field=where) for problem in refused.problems]
    return tuple(found)


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
    if item := find_item(known, text):
        weighed = known.items[item[1].item].catch_weight
        return after_scan(sheet, {"item": text}, weighed=weighed), _line_said(known, text, "", desk)
    order = find_order(text)
    if order is not None:
        found = sheet.put(
            po=order.number, supplier=sheet.get("supplier") or (order.partner.code if order.partner else "")
        )
        return found, _("Order: {number}").format(number=order.number)
    return _label(sheet, text, known, desk)


def _label(sheet: Sheet, text: str, known: Directory, desk: Desk) -> tuple[Sheet, str]:
    try:
        fields = fields_of(scan(text, today=desk.today))
    except Refused:
        if announced := noticed(sheet, text, desk):
            return announced[0], _("Notice: {number}").format(number=announced[1].number)
        if resolve(text)[:1] and resolve(text)[0].kind == "document":
            return sheet.put(po=text), _("Order: {number}").format(number=text)
        raise
    if set(fields) == {"inside"} and (announced := noticed(sheet, text, desk)):
        return announced[0], _("Pallet {number} of the notice {notice}").format(
            number=fields["inside"], notice=announced[1].number
        )
    item = find_item(known, fields["item"]) if "item" in fields else None
    if "item" in fields and item is None:
        raise Refused([Problem("desk.item_unknown", "scan", {"text": fields["item"]})])
    weighed = item is not None and known.items[item[1].item].catch_weight
    return after_scan(sheet, fields, weighed=weighed), _line_said(
        known, fields.get("item", ""), fields.get("lot", ""), desk
    )


def _line_said(known: Directory, item: str, lot: str, desk: Desk) -> str:
    found = articles(known, [item], desk.language).get(item)
    return _("Read: {goods}").format(goods=" ".join(part for part in (found.name if found else "", lot) if part) or "✓")


def show(
    request: HttpRequest,
    desk: Desk,
    sheet: Sheet,
    problems: list[Problem],
    said: str = "",
    files: Sequence[Held] = (),
) -> HttpResponse:
    """The sheet with everything a person needs to finish it."""
    known = directory()
    found = articles(known, (line.get("item") for line in sheet.lines), desk.language)
    partner = find_partner(known, sheet.get("supplier")) if sheet.get("supplier") else None
    places = place_uris(desk.warehouse, [sheet.get("place")]) if sheet.get("place") else {}
    names = Names([*([partner.uri] if partner else []), *places.values()], desk.language)
    rows = views(sheet, found, "item", COLUMNS)
    context = {
        "tab": "receive",
        "request_id": request.POST.get("request_id") or uuid4(),
        "sheet": sheet,
        "rows": [(row, len(serials_in(row.line.get("serials"), "", []))) for row in rows],
        "beside": beside(sheet, [line_of(line, n, []) for n, line in enumerate(sheet.lines)], desk),
        "files": files,
        "file_lines": [(str(row.number), row.article.name if row.article else "", row.line.get("lot")) for row in rows],
        "names": {
            "supplier": names.name(partner.uri) if partner else "",
            "place": next((names.name(uri) for uri in places.values()), ""),
        },
        "suppliers": partner_choices("supplier", desk.language),
        "items": item_choices(desk.language),
        "problems_found": problems,
        "conflicts": conflicts(problems, desk),
        "errors": by_field(problems),
        "to_accept": to_accept(problems),
        "against": any(problem.code.removeprefix("catalog.") in AGAINST for problem in problems),
        "can_ask": can_ask(request, problems),
        "accepted": accepted(request),
        "said": said,
        "scan_here": True,
    }
    return page(request, desk, "desk/receiving.html", context)
