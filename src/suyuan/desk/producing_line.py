"""At the line: bring material, make goods, take material back, scrap. By scanner alone, or by hand.

Scan the work order, then what is used; type how much came out. What the bill would take beside is shown before it is
recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.capture.door import who_is_who
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.approvals import ASK, ask, can_ask
from suyuan.desk.forms import MOST_LINES, Line, Sheet, by_field, clean, read_sheet
from suyuan.desk.moving_lines import COLUMNS, NUMBER, Shown, command_lines, goods_of, number_in, shown_of, with_goods
from suyuan.desk.naming import Names
from suyuan.desk.producing import MAKES, tabs_of, work_url
from suyuan.desk.receiving import amount_text
from suyuan.desk.results import done, missing
from suyuan.desk.sheets import record, request_id
from suyuan.gs1.identifiers import Kind, identify
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.gs1.quantities import Quantity, decimal_text, parse_amount
from suyuan.ledger.keys import key16
from suyuan.operations.lines import Line as Goods
from suyuan.operations.places import places_of
from suyuan.operations.production.flush import proposed
from suyuan.operations.production.issue_material import IssueMaterial
from suyuan.operations.production.pouring import BULK
from suyuan.operations.production.produce import Output, Produce
from suyuan.operations.production.return_material import ReturnMaterial
from suyuan.operations.production.scrap_material import ScrapMaterial
from suyuan.production.queries import find_tank, find_work, work_of, work_orders, works_of
from suyuan.production.rules import NOTHING, Part, Work, summed
from suyuan.stock.queries import stock_of
from suyuan.ui.things import Thing
from suyuan.ui.units import unit_name

HEAD = ("work", "to", "made", "lot", "batch", "reason", "expiry")
# Warnings that a person may say yes to.
WARNINGS = frozenset(
    {
        "production.component_missing", "production.not_in_bom_in", "production.not_in_bom_out",
        "production.over_consumed", "production.over_issued", "production.over_planned",
    }
)  # fmt: skip
REASONED = frozenset({"production.yield_outside"})


@dataclass(frozen=True, slots=True)
class Job:
    """What is done at the line: its word, icon, and what it asks for."""

    word: str
    icon: str
    says: str
    said: str


JOBS: dict[str, Job] = {
    "make": Job(N_("Make"), "transform", N_("Scan what was used"), N_("Recorded.")),
    "issue": Job(N_("Bring material"), "package-import", N_("Scan what comes to the line"), N_("Brought to the line.")),
    "return": Job(N_("Take back"), "arrow-back-up", N_("Scan what is left over, then its bin"), N_("Taken back.")),
    "scrap": Job(N_("Scrap"), "trash", N_("Scan what is spoilt"), N_("Scrapped.")),
}


@dataclass(frozen=True, slots=True)
class Beside:
    """An output beside the product: its input's name, and how much the bill expects."""

    part: Part
    thing: Thing
    name: str
    value: str
    expected: Quantity


@desk_page(MAKES)
def line(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?work=` the order, `?do=` what is done. POST `do`: scan, remove-N, clear, bill, record, ask."""
    name = request.GET.get("do", "make")
    name = name if name in JOBS else "make"
    posted = request.POST if request.method == "POST" else request.GET
    found = find_work(clean(posted.get("work", "")))
    work = work_of(found) if found is not None and found.warehouse_id == desk.warehouse else None
    sides = tuple(f"by{part.number}" for part in work.recipe.beside) if work else ()
    sheet = read_sheet(request.POST, (*HEAD, *sides), COLUMNS) if request.method == "POST" else Sheet()
    sheet = sheet.put(work=work.number if work else clean(posted.get("work", "")))
    press, text = request.POST.get("do", ""), clean(request.POST.get("scan", ""))
    problems: list[Problem] = []
    said, ready = "", press in ("record", ASK)
    try:
        if press.startswith("remove-") and press[7:].isdigit():
            sheet = sheet.without(int(press[7:]))
        elif press == "clear":
            sheet = Sheet({"work": sheet.get("work")})
        elif press == "bill" and work:
            sheet, said = by_the_bill(sheet, work, desk)
        elif text:
            sheet, said, ready = scanned(name, sheet, text, desk, work)
            if sheet.get("work") and (work is None or sheet.get("work") != work.number):
                return to(request, line_url(name, sheet.get("work")))
    except Refused as refused:
        problems, ready = list(refused.problems), False
    if ready and request.method == "POST" and not problems:
        problems = do(request, desk, name, sheet, work)
        if not problems:
            return gone(request, name, sheet)
    return show(request, desk, name, sheet, work, problems, said)


def line_url(name: str, work: str) -> str:
    return f"{reverse('desk:producing_line')}?{urlencode({'do': name, 'work': work})}"


def scanned(name: str, sheet: Sheet, text: str, desk: Desk, work: Work | None) -> tuple[Sheet, str, bool]:
    """The sheet after a scan, what is to be said of it, and whether that was the last thing to be known."""
    order = find_work(text)
    if order is not None:
        if order.warehouse_id != desk.warehouse:
            shown = {"number": order.number, "warehouse": order.warehouse_id}
            raise Refused([Problem("production.work_elsewhere", "scan", shown)])
        return sheet.put(work=order.number), "", False
    if work is None:
        raise Refused([Problem("production.work_first", "scan")])
    spot = places_of(who_is_who(), desk.warehouse).find(text)
    if spot is not None:
        ready = name in ("issue", "return") and bool(sheet.lines)
        return sheet.put(to=spot.code), _("To {place}").format(place=spot.code), ready
    if number := number_in(text, sheet) or of_tank(text, sheet):
        changed = sheet.with_last(sheet.lines[-1].put(quantity=number, weight=""))
        return changed, _("Quantity: {number}").format(number=number), False
    if len(sheet.lines) >= MOST_LINES:
        raise Refused([Problem("desk.lines_too_many", "scan", {"count": str(MOST_LINES + 1), "most": str(MOST_LINES)})])
    tank = find_tank(text)
    if tank is not None and name == "make":
        return from_tank(sheet, tank.uri, work, desk), _("Tank: {name}").format(name=tank.code), False
    uri, amount = goods_of(text, desk)
    near = work.line if any(row.holder == key16(work.line) for row in stock_of([key16(uri)], desk.warehouse)) else ""
    found = with_goods(sheet, uri, amount, desk, near if name != "issue" else "")
    if len(found.lines) > len(sheet.lines) and not amount:
        found = found.with_last(wanted(name, found.lines[-1], work))
    return found, _("Read: {goods}").format(goods=str(Names([uri], desk.language).thing(uri))), False


def wanted(name: str, line: Line, work: Work) -> Line:
    """The line with as much as is still wanted, where more of it lies there."""
    named = identify(line.get("uri"))
    item = who_is_who().directory.kept(named.item or named.uri)
    part = next((one for one in work.recipe.components if one.item == item), None)
    if named.kind is Kind.SERIAL or part is None or name in ("return", "scrap") or not line.get("quantity"):
        return line
    rest, there = work.rest(part), number_of(line.get("quantity"))
    return line.put(quantity=decimal_text(rest)) if NOTHING < rest < there else line


def of_tank(text: str, sheet: Sheet) -> str:
    """A bare number after a tank is how much is drawn from it; empty where it is none."""
    if not sheet.lines or BULK not in sheet.lines[-1].get("uri") or not NUMBER.fullmatch(text):
        return ""
    return text.replace(",", ".")


def from_tank(sheet: Sheet, uri: str, work: Work, desk: Desk) -> Sheet:
    """What a tank is for as a line that is drawn from it: of which lots it is, the book says."""
    if any(line.get("uri") == uri for line in sheet.lines):
        return sheet
    return sheet.with_line(Line({"uri": uri, "from": uri}))


def number_of(text: str) -> Decimal:
    try:
        return parse_amount(amount_text(text) or "0")
    except Refused:
        return NOTHING  # said when it is done


def by_the_bill(sheet: Sheet, work: Work, desk: Desk) -> tuple[Sheet, str]:
    """The sheet with what the bill takes for what was made, from what lies at the line, first expired first."""
    amount = number_of(sheet.get("made"))
    if not amount:
        raise Refused([Problem("production.made_missing", "made")])
    who = who_is_who()
    known = who.directory
    given = summed(
        (known.kept(item_of(work, line.get("uri"))), number_of(line.get("quantity"))) for line in sheet.lines
    )
    taken = summed((line.get("uri"), number_of(line.get("quantity"))) for line in sheet.lines)
    answer = proposed(who, work, amount, desk.today, given, every=True, taken=taken)
    for one in answer.drawn:
        said = {"uri": one.uri, "quantity": decimal_text(one.quantity), "from": one.inside or work.line}
        sheet = sheet.with_line(Line(said))
    if not answer.lacking:
        return sheet, _("As the bill wants it. Check it before you record it.")
    names = Names(answer.lacking, desk.language)
    lacking = ", ".join(f"{names.name(item)} {decimal_text(amount)}" for item, amount in answer.lacking.items())
    return sheet, _("Not at the line: {lacking}").format(lacking=lacking)


# -- done -------------------------------------------------------------------------------------------------------------


def do(request: HttpRequest, desk: Desk, name: str, sheet: Sheet, work: Work | None) -> list[Problem]:
    """Do it once, or ask the second person; everything against it."""
    if work is None:
        return [Problem("production.work_first", "work")]
    accept = frozenset(request.POST.getlist("accept")) & WARNINGS
    command = command_of(name, sheet, shown_of(sheet, desk), work, desk.warehouse, accept)
    if request.POST.get("do") == ASK:
        return ask(desk, request, command, sheet.get("reason"))
    return record(desk, request, command)


def command_of(name: str, sheet: Sheet, shown: Sequence[Shown], work: Work, log: str, accept: frozenset[str]) -> object:
    lines = tuple(map(drawn, command_lines(sheet, shown), sheet.lines))
    match name:
        case "issue":
            return IssueMaterial(warehouse=log, number=work.number, lines=lines, to=sheet.get("to"), accept=accept)
        case "return":
            return ReturnMaterial(warehouse=log, number=work.number, lines=lines, to=sheet.get("to"))
        case "scrap":
            return ScrapMaterial(warehouse=log, number=work.number, lines=lines, reason=sheet.get("reason"))
    return Produce(
        warehouse=log,
        inputs=tuple(drawn_of(work, line) for line in lines),
        outputs=outputs_of(sheet, work),
        prodorder=work.number,
        transformation=sheet.get("batch"),
        accept=accept,
        reason=sheet.get("reason"),
    )


def drawn(goods: Goods, line: Line) -> Goods:
    """A tank stands on the sheet by itself: what is drawn from it is an item without a lot."""
    uri = line.get("uri")
    if BULK not in uri:
        return goods
    return Goods(inside=uri, quantity=amount_text(line.get("quantity")))


def drawn_of(work: Work, goods: Goods) -> Goods:
    """What is drawn from a tank is the component that the tank holds."""
    if goods.item or goods.uri or goods.container or not goods.inside:
        return goods
    return replace(goods, item=item_of(work, goods.inside))


def item_of(work: Work, uri: str) -> str:
    """The item of goods; of a tank the one that it is for, else the first that the bill wants."""
    if BULK not in uri:
        return identify(uri).item or uri
    tank = find_tank(uri)
    if tank is not None and tank.item is not None:
        return tank.item.uri
    return next((part.item for part in work.recipe.components), "")


def outputs_of(sheet: Sheet, work: Work) -> tuple[Output, ...]:
    """The product, and what came out beside it."""
    product = work.recipe.item
    found = [Output(item=product, lot=sheet.get("lot"), quantity=amount_text(sheet.get("made")))]
    found = found if sheet.get("made") else []
    for part in work.recipe.beside:
        if amount := amount_text(sheet.get(f"by{part.number}")):
            found.append(Output(item=part.item, quantity=amount))
    return tuple(found)


def gone(request: HttpRequest, name: str, sheet: Sheet) -> HttpResponse:
    """On to what was made, or to the next scan for the same order."""
    if name == "make" and request.POST.get("do") != ASK:
        query = {"request": str(request_id(request)), "work": sheet.get("work")}
        url = f"{reverse('desk:produced')}?{urlencode(query)}"
    else:
        if request.POST.get("do") != ASK:
            messages.success(request, _(JOBS[name].said))
        url = line_url(name, sheet.get("work"))
    return to(request, url)


def to(request: HttpRequest, url: str) -> HttpResponse:
    """On to another page, by whatever sent the form."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


# -- shown ------------------------------------------------------------------------------------------------------------


def show(
    request: HttpRequest, desk: Desk, name: str, sheet: Sheet, work: Work | None, problems: list[Problem], said: str
) -> HttpResponse:
    job = JOBS[name]
    rows = shown_of(sheet, desk)
    sides = besides(sheet, work, desk) if work else []
    warned = [problem for problem in problems if problem.code in WARNINGS]
    context = {
        "tabs": tabs_of(desk, "line"), "job": name, "word": _(job.word), "icon_name": job.icon,
        "jobs": [(one, _(told.word), told.icon, line_url(one, sheet.get("work"))) for one, told in JOBS.items()],
        "says": _("Scan the work order") if work is None else _(job.says), "sheet": sheet, "rows": rows,
        "work": work, "work_url": work_url(work.number) if work else "", "sides": sides,
        "product": Names([work.recipe.item], desk.language).thing(work.recipe.item) if work else None,
        "open": Quantity(work.open, work.recipe.unit) if work else None,
        "unit": _(unit_name(work.recipe.unit)) if work else "",
        "orders": [] if work else open_orders(desk), "request_id": request.POST.get("request_id") or uuid4(),
        "said": said, "problems_found": problems, "errors": by_field(problems),
        "to_accept": list({problem.code: problem for problem in warned}.values()),
        "accepted": request.POST.getlist("accept"), "can_ask": can_ask(request, problems),
        "why": name == "scrap" or bool(sheet.get("reason")) or any(p.code in REASONED for p in problems),
        "scan_here": True, "scan": clean(request.POST.get("scan", "")),
    }  # fmt: skip
    return page(request, desk, "desk/producing/line.html", context, 422 if problems else 200)


def besides(sheet: Sheet, work: Work, desk: Desk) -> list[Beside]:
    amount = number_of(sheet.get("made")) or work.open
    names = Names([part.item for part in work.recipe.beside], desk.language)
    return [
        Beside(
            part, names.thing(part.item), f"by{part.number}", sheet.get(f"by{part.number}"),
            Quantity(work.recipe.need(part, amount), part.unit),
        )
        for part in work.recipe.beside
    ]  # fmt: skip


def open_orders(desk: Desk) -> list[tuple[str, str, Thing, Quantity, str]]:
    """The orders that can be worked on: number, address, product, what is open, line."""
    works = works_of(list(work_orders(desk.warehouse)[:50]))
    names = Names([work.recipe.item for work in works], desk.language)
    return [
        (
            work.number, line_url("make", work.number), names.thing(work.recipe.item),
            Quantity(work.open, work.recipe.unit), work.line_code,
        )
        for work in works
    ]  # fmt: skip


@desk_page(MAKES)
def produced(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What a making gave: `?request=` which, `?work=` for which order."""
    found = done(request, desk, "Produce")
    if found is None:
        return missing(request, desk)
    lots = list(found.result.get("lots", []))
    inputs = list(found.params.get("inputs", ()))
    used = [str(one.get("uri") or one.get("container") or one.get("inside") or "") for one in inputs]
    names = Names([*used, *(str(lot["uri"]) for lot in lots)], desk.language)
    context = {
        "tabs": tabs_of(desk, "line"), "at": found.at,
        "lots": [(names.thing(str(lot["uri"])), _quantity(lot), lot.get("expiry")) for lot in lots],
        "used": [(names.thing(uri), _quantity(one)) for uri, one in zip(used, inputs, strict=True) if uri],
        "labels": f"{reverse('desk:label_goods')}?{urlencode({'request': request.GET.get('request', '')})}",
        "next_url": line_url("make", clean(request.GET.get("work", ""))),
        "work_url": work_url(clean(request.GET.get("work", ""))), "number": clean(request.GET.get("work", "")),
    }  # fmt: skip
    return page(request, desk, "desk/producing/done.html", context)


def _quantity(row: dict[str, object]) -> Quantity | None:
    amount = row.get("quantity")
    return Quantity(parse_amount(str(amount)), str(row.get("unit") or "C62")) if amount else None
