"""Assemblies: what a serial was built of and consists of now; parts put in, replaced, taken out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import Sheet, by_field, clean, read_sheet
from suyuan.desk.goods import item_choices
from suyuan.desk.moving_lines import COLUMNS, command_lines, goods_of, goods_scanned, shown_of
from suyuan.desk.naming import Names
from suyuan.desk.producing import MAKES, SEES, tabs_of
from suyuan.desk.sheets import record
from suyuan.gs1.identifiers import Kind, identify, serial_of_item
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import COUNT, Quantity
from suyuan.gs1.scans import scan
from suyuan.operations.lines import Line, find_item
from suyuan.operations.production.asbuilt import Stay, stays_in
from suyuan.operations.production.assemble import Assemble
from suyuan.operations.production.replace_part import ReplacePart
from suyuan.operations.production.take_apart import TakeApart
from suyuan.ui.things import Thing

HEAD = ("product", "lot", "work", "to", "reason", "good")


@dataclass(frozen=True, slots=True)
class StayView:
    """A part with its time in the product."""

    number: int
    thing: Thing
    quantity: Quantity
    since: datetime
    until: datetime | None
    built: bool
    uri: str


def views_of(stays: Sequence[Stay], desk: Desk) -> list[StayView]:
    names = Names([one.uri for one in stays], desk.language)
    return [
        StayView(
            n, names.thing(one.uri), Quantity(one.quantity, one.unit or COUNT), one.since, one.until, one.built, one.uri
        )
        for n, one in enumerate(stays)
    ]


@desk_page(SEES)
def parts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?product=` the serial. POST `do`: scan, new, remove-N, build, replace, apart."""
    sheet = read_sheet(request.POST, HEAD, COLUMNS) if request.method == "POST" else Sheet()
    product = clean(request.POST.get("product", "") or request.GET.get("product", ""))
    press, text = request.POST.get("do", ""), clean(request.POST.get("scan", ""))
    problems: list[Problem] = []
    said = ""
    may = desk.actor.may(MAKES, desk.warehouse)
    if request.method == "POST" and may:
        try:
            if press == "new":
                found = serial_typed(clean(request.POST.get("item", "")), clean(request.POST.get("serial", "")))
                return HttpResponseRedirect(parts_url(found))
            if press.startswith("remove-") and press[7:].isdigit():
                sheet = sheet.without(int(press[7:]))
            elif press in ("build", "replace", "apart"):
                problems = do(request, desk, press, product, sheet)
                if not problems:
                    messages.success(request, _("Recorded."))
                    return HttpResponseRedirect(parts_url(product))
            elif text and not product:
                return HttpResponseRedirect(parts_url(serial_in(text, desk)))
            elif text:
                sheet, said = goods_scanned(sheet, text, desk)
        except Refused as refused:
            problems = list(refused.problems)
    stays = views_of(stays_in(product), desk) if product else []
    context = {
        "tabs": tabs_of(desk, "parts"), "product": product, "may": may, "sheet": sheet, "said": said,
        "thing": Names([product], desk.language).thing(product) if product else None,
        "now": [one for one in stays if one.until is None], "built": [one for one in stays if one.built],
        "stays": stays, "changed": any(one.until or not one.built for one in stays), "rows": shown_of(sheet, desk),
        "items": item_choices(desk.language), "problems_found": problems, "errors": by_field(problems),
        "out": request.POST.getlist("out"), "request_id": request.POST.get("request_id") or uuid4(),
        "scan_here": True, "scan": text if problems else "",
        "item": clean(request.POST.get("item", "")), "serial": clean(request.POST.get("serial", "")),
    }  # fmt: skip
    return page(request, desk, "desk/producing/parts.html", context, 422 if problems else 200)


def parts_url(product: str) -> str:
    return f"{reverse('desk:producing_parts')}?{urlencode({'product': product})}"


def serial_typed(item: str, serial: str) -> str:
    """The URI of a serial that may not be there yet."""
    found = find_item(directory(), item)
    if found is None:
        raise Refused([Problem("operations.item_unknown", "item", {"item": item})])
    if not serial:
        raise Refused([Problem("production.not_one_serial", "serial")])
    return serial_of_item(found[1].item, serial)


def serial_in(text: str, desk: Desk) -> str:
    """The serial on a label, known already or not."""
    try:
        uri, _amount = goods_of(text, desk)
    except Refused:
        found = scan(text, today=desk.today)
        if not (found.gtin and found.serial):
            raise
        return serial_typed(found.gtin, found.serial)
    if identify(uri).kind is not Kind.SERIAL:
        raise Refused([Problem("production.not_one_serial", "scan")])
    return uri


def do(request: HttpRequest, desk: Desk, press: str, product: str, sheet: Sheet) -> list[Problem]:
    """Do it once; everything against it."""
    log, reason, work = desk.warehouse, sheet.get("reason"), sheet.get("work")
    whole = Line(uri=product)
    if sheet.get("lot"):
        named = identify(product)
        whole = Line(item=named.item or "", lot=sheet.get("lot"), serials=(named.code,))
    lines = command_lines(sheet, shown_of(sheet, desk))
    command: object
    if press == "build":
        command = Assemble(warehouse=log, product=whole, parts=lines, prodorder=work)
    elif press == "apart":
        command = TakeApart(warehouse=log, product=whole, reason=reason, to=sheet.get("to"), prodorder=work)
    else:
        old = old_of(product, request.POST.getlist("out"))
        command = ReplacePart(
            warehouse=log, product=whole, old=old, new=lines, reason=reason, to=sheet.get("to"), prodorder=work,
            good=bool(sheet.get("good")),
        )  # fmt: skip
    return record(desk, request, command)


def old_of(product: str, chosen: Sequence[str]) -> tuple[Line, ...]:
    """The parts that are ticked, all of each."""
    found = []
    for one in stays_in(product):
        if one.until is None and one.uri in chosen:
            serial = identify(one.uri).kind is Kind.SERIAL
            found.append(Line(uri=one.uri) if serial else Line(uri=one.uri, quantity=one.quantity, unit=one.unit))
    return tuple(found)
