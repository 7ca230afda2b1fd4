"""Goods from our own warehouses: what is under way to this one, confirmed by scans; what is short stays under way."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from suyuan.capture.door import who_is_who
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import amount_of, by_field, clean
from suyuan.desk.naming import Names
from suyuan.desk.sheets import accepted, record, see_other, to_accept
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import COUNT, Quantity, decimal_text
from suyuan.gs1.scans import scan
from suyuan.operations.inbound.receive_transfer import ReceiveTransfer
from suyuan.operations.inbound.under_way import Coming, coming
from suyuan.operations.lines import Line
from suyuan.operations.parties import site
from suyuan.ui.things import Thing

GOT, SCANNED = "got-", "read-"


@dataclass(frozen=True, slots=True)
class Row:
    """Goods under way: how much was sent and is not here yet, and how much was found, as typed."""

    number: int
    uri: str
    thing: Thing
    sent: Quantity
    got: str
    single: bool
    read: bool


@desk_page("receive")
def transfers(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET: what is under way; `?note=&from=` opens one. POST `do`: scan, all, refresh, record."""
    found = coming(who_is_who(), desk.warehouse)
    said = request.POST if request.method == "POST" else request.GET
    asked = said.get("from", ""), said.get("note", "")
    chosen = next((one for one in found if asked in ((one.sender, one.document), (one.sender, one.number))), None)
    text = clean(request.POST.get("scan", ""))
    if chosen is None and text:
        chosen = next((one for one in found if text.casefold() in (one.number.casefold(), one.document)), None)
        text = ""
    if chosen is None:
        problems = [Problem("desk.note_not_under_way", "scan")] if asked[1] or request.POST.get("scan") else []
        return listed(request, desk, found, problems)
    return opened(request, desk, chosen, text)


def listed(request: HttpRequest, desk: Desk, found: list[Coming], problems: list[Problem]) -> HttpResponse:
    """Everything that is under way to here."""
    sites = {one.sender: site(who_is_who(), one.sender) for one in found}
    names = Names(sites.values(), desk.language)
    context = {
        "tab": "transfers",
        "request_id": uuid4(),
        "coming": [(one, len(one.rows), names.name(sites[one.sender]) or one.sender) for one in found],
        "problems_found": problems,
        "scan_here": True,
    }
    return page(request, desk, "desk/transfers.html", context)


def opened(request: HttpRequest, desk: Desk, chosen: Coming, text: str) -> HttpResponse:
    """One transfer: confirm what came."""
    rows = rows_of(request, desk, chosen)
    do, said, problems = request.POST.get("do", ""), "", list[Problem]()
    if do == "all":
        rows = [_with(row, decimal_text(row.sent.amount), read=row.read) for row in rows]
    elif do == "record":
        problems = recorded(request, desk, chosen, rows)
        if not problems:
            return see_other(request, "desk:transferred")
    elif text:
        rows, said, problems = scanned(rows, text)
    context = {
        "tab": "transfers",
        "request_id": request.POST.get("request_id") or uuid4(),
        "note": chosen,
        "rows": rows,
        "short": any(row.got != decimal_text(row.sent.amount) for row in rows),
        "problems_found": problems,
        "errors": by_field(problems),
        "to_accept": to_accept(problems),
        "accepted": accepted(request),
        "said": said,
        "scan_here": True,
    }
    return page(request, desk, "desk/transfer.html", context)


def rows_of(request: HttpRequest, desk: Desk, chosen: Coming) -> list[Row]:
    names = Names(chosen.uris.values(), desk.language)
    total: dict[str, Row] = {}
    for row in chosen.rows:
        uri = chosen.uris.get(row.subject)
        if uri is None:
            continue
        before = total[uri].sent.amount if uri in total else Decimal(0)
        number = total[uri].number if uri in total else len(total)
        total[uri] = Row(
            number,
            uri,
            names.thing(uri),
            Quantity(before + row.amount, row.unit or COUNT),
            clean(request.POST.get(f"{GOT}{number}", "")),
            row.instance,
            request.POST.get(f"{SCANNED}{number}") == "1",
        )
    return list(total.values())


def scanned(rows: list[Row], text: str) -> tuple[list[Row], str, list[Problem]]:
    """The rows after a scan: the goods it names are here, all that was sent of them unless the label says how many."""
    try:
        found = scan(text)
    except Refused:
        found = None
    uri = found.identity.uri if found and found.identity else ""
    for row in rows:
        if uri == row.uri or text.casefold() == row.thing.code.casefold():
            got = str(found.quantity) if found and found.quantity and not row.single else decimal_text(row.sent.amount)
            done = [_with(one, got, read=True) if one is row else one for one in rows]
            return done, _("Read: {goods}").format(goods=row.thing), []
    return rows, "", [Problem("desk.scan_not_in_transfer", "scan", {"text": text[:80]})]


def _with(row: Row, got: str, *, read: bool) -> Row:
    return Row(row.number, row.uri, row.thing, row.sent, got, row.single, read)


def recorded(request: HttpRequest, desk: Desk, chosen: Coming, rows: list[Row]) -> list[Problem]:
    """Record what came; the problems, each at the field of its row."""
    problems: list[Problem] = []
    lines, numbers = [], []
    for row in rows:
        amount = amount_of(row.got, f"{GOT}{row.number}", problems) if row.got else Decimal(0)
        if amount:
            mark = frozenset({"item", "lot"}) if row.read else frozenset[str]()
            lines.append(
                Line(
                    uri=row.uri,
                    quantity=None if row.single else amount,
                    unit="" if row.single else row.sent.unit,
                    scanned=mark,
                )
            )
            numbers.append(row.number)
    if problems:
        return problems
    if not lines:
        return [Problem("desk.nothing_confirmed", "scan")]
    command = ReceiveTransfer(
        warehouse=desk.warehouse,
        sender=chosen.sender,
        lines=tuple(lines),
        desadv=chosen.document,
        accept=accepted(request),
    )
    return [_at_row(problem, numbers) for problem in record(desk, request, command)]


def _at_row(problem: Problem, numbers: list[int]) -> Problem:
    number = problem.field.removeprefix("lines[").partition("]")[0]
    if not problem.field.startswith("lines[") or not number.isdigit():
        return problem
    return Problem(problem.code, f"{GOT}{numbers[int(number)]}", problem.params)
