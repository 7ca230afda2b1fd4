"""Goods that customers send back: found by customer, delivery note, lot or serial, and tied to what he had of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.disposing_papers import quantity_text
from suyuan.desk.forms import Line, Sheet, by_field, clean, line_problems, read_sheet
from suyuan.desk.goods import articles, partner_choices
from suyuan.desk.naming import Names
from suyuan.desk.receiving import amount_text
from suyuan.desk.receiving_files import Held, attachments, read_files
from suyuan.desk.returning import conditions, tabs
from suyuan.desk.scans import fields_of
from suyuan.desk.sheets import accepted, record, see_other, to_accept, views
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.gs1.scans import scan
from suyuan.ledger.keys import key16, moment
from suyuan.operations.parties import find_partner
from suyuan.operations.returns.receive_return import ReceiveReturn, ReturnedLine, Stranger
from suyuan.operations.returns.sent import Sent, customers_of, of_note, with_customer
from suyuan.operations.returns.sources import Source, sources_of
from suyuan.returns.kinds import CAUSES
from suyuan.stock.queries import about
from suyuan.trace.resolve import resolve
from suyuan.ui.frame import Choice
from suyuan.ui.things import Thing, thing_of

HEAD = ("customer", "desadv", "rma", "cause", "reason", "place")
COLUMNS = ("uri", "quantity", "unit", "weight", "condition", "desadv", "note", "stranger", "what", "amount")
GIVEN = ("customer", "desadv", "rma", "cause")
GOODS = frozenset({"lot", "serial", "container"})
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Had:
    """What the customer has of our goods."""

    thing: Thing
    quantity: Quantity
    expiry: date | None


@desk_page("receive")
def returns(request: HttpRequest, desk: Desk) -> HttpResponse:
    """GET: an empty sheet, or one for a permission. POST `do`: scan, add-URI, remove-N, drop-N, stranger, refresh,
    record; what was typed comes back.
    """
    if request.method != "POST":
        return show(request, desk, Sheet({name: clean(request.GET.get(name, "")) for name in GIVEN}), [])
    sheet = read_sheet(request.POST, HEAD, COLUMNS)
    problems: list[Problem] = []
    files = read_files(request, problems, desk.language)
    do, text = request.POST.get("do", "refresh"), clean(request.POST.get("scan", ""))
    if do == "record" and not problems:
        return recorded(request, desk, sheet, files)
    said = ""
    if do.startswith("remove-") and do[7:].isdigit():
        sheet = sheet.without(int(do[7:]))
    elif do == "stranger":
        sheet = sheet.with_line(Line({"stranger": "1"}))
    elif do.startswith("add-"):
        sheet = with_goods(sheet, do[4:])
    elif text:
        try:
            sheet, said = scanned(sheet, text, desk)
        except Refused as refused:
            problems += refused.problems
    return show(request, desk, sheet, problems, said, files)


def recorded(request: HttpRequest, desk: Desk, sheet: Sheet, files: list[Held]) -> HttpResponse:
    """Take the goods back and go on to the receipt, or show what is wrong."""
    problems = line_problems(sheet)
    command = ReceiveReturn(
        warehouse=desk.warehouse,
        customer=sheet.get("customer"),
        lines=tuple(returned_line(line) for line in sheet.lines if not line.get("stranger")),
        strangers=tuple(
            Stranger(what=line.get("what"), quantity=line.get("amount"), note=line.get("note"))
            for line in sheet.lines
            if line.get("stranger")
        ),
        place=sheet.get("place"),
        rma=sheet.get("rma"),
        desadv=sheet.get("desadv"),
        cause=sheet.get("cause"),
        reason=sheet.get("reason"),
        accept=accepted(request),
        attachments=attachments(files),
    )
    problems = problems or by_row(record(desk, request, command), sheet)
    return show(request, desk, sheet, problems, files=files) if problems else see_other(request, "desk:returned")


def returned_line(line: Line) -> ReturnedLine:
    amount = _amount(line)
    return ReturnedLine(
        uri=line.get("uri"), quantity=amount, unit=line.get("unit") if amount else "",
        weight=amount_text(line.get("weight")), condition=line.get("condition"), note=line.get("note"),
        desadv=line.get("desadv"),
    )  # fmt: skip


def by_row(problems: list[Problem], sheet: Sheet) -> list[Problem]:
    """Problems beside their rows: the command counts goods and what is not ours apart, the sheet has them in one."""
    rows: dict[str, list[int]] = {"lines": [], "strangers": []}
    for n, line in enumerate(sheet.lines):
        rows["strangers" if line.get("stranger") else "lines"].append(n)
    return [replace(problem, field=_at(problem.field, rows)) for problem in problems]


def _at(field: str, rows: Mapping[str, list[int]]) -> str:
    found = re.fullmatch(r"(lines|strangers)\[(\d+)\](.*)", field)
    if found is None or int(found[2]) >= len(rows[found[1]]):
        return field
    return f"lines[{rows[found[1]][int(found[2])]}]{found[3]}"


def _amount(line: Line) -> str | None:
    single = thing_of(line.get("uri")).kind in ("serial", "container")
    return None if single else amount_text(line.get("quantity"))


def scanned(sheet: Sheet, text: str, desk: Desk) -> tuple[Sheet, str]:
    """The sheet after a scan: the customer, his delivery note, or goods. Goods that only one customer has tell who."""
    partner = find_partner(directory(), text)
    if partner is not None and "customer" in partner.roles:
        name = Names([partner.uri], desk.language).name(partner.uri)
        return sheet.put(customer=partner.code), _("Customer: {name}").format(name=name or partner.code)
    note = of_note(text)
    if note is not None:
        return _of_customer(sheet.put(desadv=note.number), note.customer), _("Delivery note: {number}").format(
            number=note.number
        )
    uri, amount = _goods(text, desk)
    had_by = customers_of(uri)
    if not sheet.get("customer") and len(had_by) == 1:
        sheet = _of_customer(sheet, had_by[0])
    thing = Names([uri], desk.language).thing(uri)
    return with_goods(sheet, uri, amount), _("Read: {goods}").format(goods=thing)


def _of_customer(sheet: Sheet, uri: str) -> Sheet:
    partner = directory().partner_of(uri)
    return sheet.put(customer=partner.code) if partner is not None else sheet


def _goods(text: str, desk: Desk) -> tuple[str, str]:
    try:
        found = scan(text, today=desk.today)
    except Refused:
        found = None
    if found is not None and found.identity is not None and thing_of(found.identity.uri).kind in GOODS:
        return found.identity.uri, fields_of(found).get("quantity", "")
    candidates = [one.uri for one in resolve(text) if one.kind in GOODS]
    if len(candidates) != 1:
        code = "desk.goods_ambiguous" if candidates else "desk.scan_no_goods"
        raise Refused([Problem(code, "scan", {"text": text[:80]})])
    return candidates[0], ""


def with_goods(sheet: Sheet, uri: str, amount: str = "") -> Sheet:
    """The sheet with these goods on it, once."""
    if any(line.get("uri") == uri for line in sheet.lines):
        return sheet
    return sheet.with_line(Line({"uri": uri, **({"quantity": amount} if amount else {})}))


def show(
    request: HttpRequest,
    desk: Desk,
    sheet: Sheet,
    problems: list[Problem],
    said: str = "",
    files: list[Held] | None = None,
) -> HttpResponse:
    """The sheet, and what the customer has that could come back."""
    known = directory()
    customer = find_partner(known, sheet.get("customer")) if sheet.get("customer") else None
    sent = with_customer(customer.uri, sheet.get("desadv")) if customer else []
    uris = [line.get("uri") for line in sheet.lines if line.get("uri")]
    names = Names({*uris, *(one.uri for one in sent[:SHOWN]), *([customer.uri] if customer else [])}, desk.language)
    by_uri = articles(known, uris, desk.language)
    amounts = {one.uri: one for one in sent}
    came_by = shipments(uris, customer.uri, desk) if customer and not sheet.get("desadv") else {}
    context = {
        "tabs": tabs(desk, "take"),
        "causes": [Choice("", "–"), *(Choice(value, _(word)) for value, word in CAUSES.items())],
        "conditions": conditions(),
        "request_id": request.POST.get("request_id") or uuid4(),
        "sheet": sheet,
        "rows": [
            (
                row,
                names.thing(row.line.get("uri")),
                _quantity(amounts.get(_canonical(row.line.get("uri")))),
                came_by.get(_canonical(row.line.get("uri")), ()),
            )
            for row in views(sheet, by_uri, "uri", COLUMNS)
        ],
        "had": [_had(one, names) for one in sent[:SHOWN] if one.uri not in uris],
        "more": max(0, len(sent) - SHOWN),
        "customer_name": names.name(customer.uri) if customer else "",
        "customers": partner_choices("customer", desk.language),
        "files": files or [],
        "file_lines": [],
        "problems_found": problems,
        "errors": by_field(problems),
        "to_accept": to_accept(problems),
        "accepted": accepted(request),
        "said": said,
        "scan_here": True,
    }
    return page(request, desk, "desk/returns.html", context)


def shipments(uris: Sequence[str], customer: str, desk: Desk) -> dict[str, list[Choice]]:
    """Goods → the shipments that they may have come back from, the latest first with its day and what is left of it;
    nothing where there is no choice."""
    keys = {key16(uri): uri for uri in map(_canonical, uris)}
    units = {key: one.unit for key, one in about(keys).items()} if keys else {}
    found = sources_of(keys, key16(customer)) if keys else {}
    return {
        keys[key]: [_source(one, units.get(key, ""), desk) for one in rest]
        for key, sources in found.items()
        if len(rest := [one for one in sources if one.left is None or one.left > 0]) > 1
    }


def _source(one: Source, unit: str, desk: Desk) -> Choice:
    number = one.document.rsplit("/", 1)[-1]
    words = {"number": number, "day": moment(one.at).astimezone(desk.zone).date().isoformat()}
    if one.left is None:
        return Choice(number, _("{number} of {day}").format(**words))
    left = quantity_text(Quantity(unscaled(one.left), unit or COUNT))
    return Choice(number, _("{number} of {day}, {left} left").format(left=left, **words))


def _canonical(uri: str) -> str:
    try:
        return identify(uri).uri
    except Refused:
        return uri


def _quantity(sent: Sent | None) -> Quantity | None:
    return Quantity(sent.amount, sent.unit or COUNT) if sent else None


def _had(sent: Sent, names: Names) -> Had:
    return Had(names.thing(sent.uri), Quantity(sent.amount, sent.unit or COUNT), sent.expiry)
