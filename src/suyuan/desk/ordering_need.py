"""An urgent need: a department, a line or a room asks for goods of our own stock, and they are allocated at once."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.catalog.fields import Value
from suyuan.catalog.models import Place
from suyuan.catalog.register import Row
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import Line, Sheet, amount_of, by_field, clean, day_of, line_problems, read_sheet
from suyuan.desk.goods import articles, item_choices, named
from suyuan.desk.ordering_keep import said as said_of
from suyuan.desk.scans import fields_of, with_scan
from suyuan.desk.sheets import context_of, request_id, views
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.gs1.scans import scan
from suyuan.operations.lines import find_item
from suyuan.operations.outbound.reserve import Reserve
from suyuan.orders.kinds import OrderKind, Priority
from suyuan.orders.written import MAY, WriteIssue
from suyuan.ui.frame import Choice

HEAD = ("destination", "expected", "reference", "priority", "note")
COLUMNS = ("item", "quantity", "unit")
EMPTY = 3  # lines to write into, beyond those that are filled
MOST_PLACES = 500


@desk_page(MAY[OrderKind.ISSUE])
def need(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET: an empty form. POST `do`: scan adds the item that was scanned, remove-3 takes a line away, record writes the
    issue order and allocates its goods.
    """
    if request.method != "POST":
        return _page(request, desk, Sheet({"priority": Priority.URGENT.value}), [], 200)
    sheet, problems = read_sheet(request.POST, HEAD, COLUMNS), list[Problem]()
    do = clean(request.POST.get("do", ""))
    text = clean(request.POST.get("scan", ""))
    if do.startswith("remove-") and do[7:].isdigit():
        sheet = sheet.without(int(do[7:]))
    elif text:
        sheet, problems = _scanned(sheet, text)
    elif do == "record":
        problems = line_problems(sheet)
        number, found = ("", problems) if problems else _record(request, desk, sheet)
        if not found:
            return HttpResponseRedirect(f"{reverse('desk:order')}?kind=issue&key={number}")
        problems = list(found)
    return _page(request, desk, sheet, problems, 422 if problems else 200)


def _scanned(sheet: Sheet, text: str) -> tuple[Sheet, list[Problem]]:
    """The sheet with the item of a label or a code."""
    if find_item(directory(), text):
        return sheet.with_line(Line({"item": text, "quantity": "1"})), []
    try:
        fields = {name: value for name, value in fields_of(scan(text)).items() if name in COLUMNS}
    except Refused as refused:
        return sheet, list(refused.problems)
    if not find_item(directory(), fields.get("item", "")):
        return sheet, [Problem("desk.scan_no_item", "scan", {"text": text[:80]})]
    return with_scan(sheet, {"quantity": "1", **fields}), []


def _record(request: HttpRequest, desk: Desk, sheet: Sheet) -> tuple[str, Sequence[Problem]]:
    """Write the order, then allocate; its key, or what is wrong. What is lacking does not undo the order."""
    problems: list[Problem] = []
    context = context_of(desk, request)
    expected = day_of(sheet.get("expected"), "expected", problems)
    priority = Priority.URGENT if sheet.get("priority") == Priority.URGENT else Priority.NORMAL
    head: dict[str, Value] = {
        "destination": sheet.get("destination"),
        "expected": expected or desk.today,
        "ordered": desk.today,
        "reference": sheet.get("reference"),
        "priority": priority.value,
        "note": sheet.get("note"),
    }
    lines = tuple(_row(line, n, problems) for n, line in enumerate(sheet.lines))
    if not sheet.get("destination"):
        problems.append(Problem("catalog.field_needed", "destination", {"field": N_("Goes to")}))
    if problems:
        return "", problems
    number = f"I-{desk.today:%y%m%d}-{request_id(request).hex[-6:].upper()}"
    try:
        done = execute(context, WriteIssue(warehouse=desk.warehouse, number=number, head=Row(head), lines=lines))
    except Refused as refused:
        return "", named(refused.problems, desk.language)
    messages.success(request, _("Order {number} is written.").format(number=number))
    if desk.actor.may("ship", desk.warehouse):
        again = replace(context, request_id=uuid5(context.request_id, "reserve"))
        try:
            kept = execute(again, Reserve(warehouse=desk.warehouse, number=str(done.value["uri"])))
            messages.info(request, said_of(kept))
        except Refused:
            messages.warning(request, _("Nothing is free for it now; the order waits."))
    return number, []


def _row(line: Line, n: int, problems: list[Problem]) -> Row:
    at = f"lines[{n}]"
    amount = amount_of(line.get("quantity"), f"{at}.quantity", problems) if line.get("quantity") else None
    found = find_item(directory(), line.get("item"))
    code, unit = line.get("item"), line.get("unit")
    if found:
        uri, pack = found
        code = directory().items[pack.item].code
        if amount is not None and not unit and uri != pack.item:
            amount = amount * pack.numerator / pack.denominator
    return Row({"item": code, "quantity": amount, "unit": unit})


def _page(request: HttpRequest, desk: Desk, sheet: Sheet, problems: Sequence[Problem], status: int) -> HttpResponse:
    known = articles(directory(), (line.get("item") for line in sheet.lines), desk.language)
    blank = Sheet(sheet.head, (*sheet.lines, *[Line()] * EMPTY))
    context = {
        "sheet": sheet,
        "rows": views(blank, known, "item", COLUMNS),
        "filled": len(sheet.lines),
        "places": _places(desk),
        "items": item_choices(desk.language),
        "problems_found": problems,
        "errors": by_field(problems),
        "request_id": request.POST.get("request_id", "") or uuid4(),
        "scan_here": True,
        "list_url": f"{reverse('desk:orders')}?tab=issue",
    }
    return page(request, desk, "desk/orders/need.html", context, status)


def _places(desk: Desk) -> list[Choice]:
    """Where goods can be needed: lines first, then rooms and whatever is no bin."""
    rows = (
        Place.objects.filter(warehouse=desk.warehouse, is_active=True).exclude(kind="bin").order_by("-purpose", "key")
    )
    zh = desk.language.startswith("zh")
    found = rows.exclude(purpose__in=("receiving", "staging", "storage", "picking", "quarantine"))[:MOST_PLACES]
    return [Choice(one.code, (one.name_zh or one.name_en) if zh else (one.name_en or one.name_zh)) for one in found]
