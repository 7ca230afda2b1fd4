"""Moving, putting away, packing, unpacking, splitting, merging, relabelling: by scanner alone, or by hand.

Scan goods, then where they go: the second scan does it. What was done stands on a page of its own, with the way back.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.capture.door import who_is_who
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import MOST_LINES, Sheet, by_field, clean, read_sheet
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
from suyuan.desk.receiving import amount_text
from suyuan.desk.sheets import record, request_id
from suyuan.desk.stock_asked import SEES
from suyuan.gs1.identifiers import Kind
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.gs1.quantities import parse_amount, scaled
from suyuan.operations.lines import Line
from suyuan.operations.places import places_of
from suyuan.operations.storage.fitting import REASONS
from suyuan.operations.storage.merge import Merge
from suyuan.operations.storage.move import Move
from suyuan.operations.storage.pack import Pack
from suyuan.operations.storage.proposals import Taken, proposals
from suyuan.operations.storage.put_away import PutAway
from suyuan.operations.storage.relabel import Relabel
from suyuan.operations.storage.split import Part, Split
from suyuan.operations.storage.unpack import Unpack
from suyuan.ui.access import Access, Reader
from suyuan.ui.frame import Link

HEAD = ("source", "to", "into", "lot", "item", "parts", "weights", "reason", "override")
BY_PLACE = ("move", "away")  # a place at the end does it
ONE = ("split", "relabel")  # tabs of one line


@dataclass(frozen=True, slots=True)
class Job:
    """A tab: its word, icon, permission, and what it asks for next."""

    word: str
    icon: str
    permission: str
    says: str
    command: str


JOBS: dict[str, Job] = {
    "move": Job(N_("Move"), "arrow-right", "move", N_("Scan the goods or the pallet, then the new place"), "Move"),
    "away": Job(N_("Put away"), "building-warehouse", "move", N_("Scan what came in, then its place"), "PutAway"),
    "pack": Job(N_("Pack"), "package", "pick", N_("Scan the pallet or box, then what goes into it"), "Pack"),
    "unpack": Job(N_("Unpack"), "package-export", "move", N_("Scan the pallet or box, then what comes out"), "Unpack"),
    "split": Job(N_("Split"), "sitemap", "produce", N_("Scan the lot to be divided"), "Split"),
    "merge": Job(N_("Merge"), "transform", "produce", N_("Scan the lots that become one"), "Merge"),
    "relabel": Job(N_("Relabel"), "tag", "produce", N_("Scan the goods that get another label"), "Relabel"),
}
MOVES = Access(Reader.ROLE, one_of=tuple(Access(Reader.ROLE, code) for code in ("move", "pick", "produce")))
RESERVES = "ship:read"
FILLS = Access(Reader.ROLE, one_of=(Access(Reader.ROLE, "move"), Access(Reader.ROLE, "po.create")))
# Warnings that a person may say yes to.
WARNINGS = frozenset({"operations.wrong_temperature"})
# What a reason may override.
AGAINST = frozenset(
    {"operations.bin_full", "operations.bin_pallets", "operations.class_reserved", "operations.wrong_class"}
)


def tabs_of(desk: Desk, here: str) -> list[Link]:
    """The tabs that this person may use here."""
    found = []
    if desk.actor.may(SEES, desk.warehouse):
        found.append(Link(reverse("desk:stock"), _("Stock"), "packages", here == "stock"))
    if desk.actor.may(RESERVES, desk.warehouse):
        found.append(Link(reverse("desk:reserved"), _("Reservations"), "lock", here == "reserved"))
    if any(desk.actor.may(right, desk.warehouse) for right in ("move", "po.create")):
        found.append(Link(reverse("desk:replenish"), _("Replenish"), "refresh", here == "replenish"))
    return found + [
        Link(f"{reverse('desk:moving')}?do={name}", _(job.word), job.icon, here == name)
        for name, job in JOBS.items()
        if desk.actor.may(job.permission, desk.warehouse)
    ]


@desk_page(access=MOVES)
def moving(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?do=` the tab; `?id=` goods to begin with. POST `press`: scan, remove-N, clear, record."""
    name = request.GET.get("do", "move")
    name = name if name in JOBS else "move"
    if not desk.actor.may(JOBS[name].permission, desk.warehouse):
        name = next(one for one, job in JOBS.items() if desk.actor.may(job.permission, desk.warehouse))
    sheet = read_sheet(request.POST, HEAD, COLUMNS) if request.method == "POST" else Sheet()
    press, text = request.POST.get("do", ""), clean(request.POST.get("scan", ""))
    text = text or (clean(request.GET.get("goods", "")) if request.method == "GET" else "")
    problems: list[Problem] = []
    said, ready = "", press == "record"
    try:
        if press.startswith("to-"):
            sheet, ready = sheet.put(to=clean(press[3:])), True
        elif press.startswith("remove-") and press[7:].isdigit():
            sheet = sheet.without(int(press[7:]))
        elif press == "clear":
            sheet = Sheet()
        elif text:
            sheet, said, ready = scanned(name, sheet, text, desk)
    except Refused as refused:
        problems, ready = list(refused.problems), False
    if ready and request.method == "POST":
        problems = do(request, desk, name, sheet)
        if not problems:
            return gone(request, name)
    return show(request, desk, name, sheet, problems, said)


def scanned(name: str, sheet: Sheet, text: str, desk: Desk) -> tuple[Sheet, str, bool]:
    """The sheet after a scan, what is to be said of it, and whether that was the last thing to be known."""
    spot = places_of(who_is_who(), desk.warehouse).find(text)
    if spot is not None and not sheet.lines and not sheet.get("into") and name in BY_PLACE:
        return sheet.put(source=spot.code), _("From {place}. Now scan the goods.").format(place=spot.code), False
    if spot is not None:
        ready = name in BY_PLACE and bool(sheet.lines)
        return sheet.put(to=spot.code), _("To {place}").format(place=spot.code), ready
    if number := number_in(text, sheet):
        changed = sheet.with_last(sheet.lines[-1].put(quantity=number, weight=""))
        return changed, _("Quantity: {number}").format(number=number), False
    if name == "pack" and not sheet.get("into") and (box := container_in(text)):
        return sheet.put(into=box), _("Container: {name}").format(name=text), False
    uri, amount = goods_of(text, desk)
    name_of = str(Names([uri], desk.language).thing(uri))
    if name in ("pack", "unpack") and not sheet.get("into") and kind_of(uri) is Kind.CONTAINER:
        return sheet.put(into=uri), _("Container: {name}").format(name=name_of), False
    if len(sheet.lines) >= MOST_LINES:
        raise Refused([Problem("desk.lines_too_many", "scan", {"count": str(MOST_LINES + 1), "most": str(MOST_LINES)})])
    sheet = replace(sheet, lines=()) if name in ONE else sheet
    source = sheet.get("into") if name == "unpack" else uri_of(sheet.get("source"), desk)
    return with_goods(sheet, uri, amount, desk, source), _("Read: {goods}").format(goods=name_of), False


def uri_of(code: str, desk: Desk) -> str:
    spot = places_of(who_is_who(), desk.warehouse).find(code) if code else None
    return spot.uri if spot else ""


# -- done -------------------------------------------------------------------------------------------------------------


def do(request: HttpRequest, desk: Desk, name: str, sheet: Sheet) -> list[Problem]:
    """Do it once; everything against it."""
    shown = shown_of(sheet, desk)
    accept = frozenset(request.POST.getlist("accept")) & WARNINGS
    problems = record(desk, request, COMMANDS[name](sheet, shown, desk.warehouse, accept))
    return [replace(problem, field=_typed_in(problem.field)) for problem in problems]


def _typed_in(field: str) -> str:
    """The new lots of a split are typed in two fields."""
    label, _, name = field.partition("].")
    if not label.startswith("labels["):
        return "parts" if field == "labels" else field
    return {"quantity": "parts", "weight": "weights"}.get(name, field)


Make = Callable[[Sheet, list[Shown], str, frozenset[str]], object]


def _move(sheet: Sheet, shown: list[Shown], log: str, accept: frozenset[str]) -> object:
    lines, to = command_lines(sheet, shown), sheet.get("to")
    return Move(warehouse=log, lines=lines, to=to, accept=accept, override=sheet.get("override"))


def _away(sheet: Sheet, shown: list[Shown], log: str, accept: frozenset[str]) -> object:
    lines, to = command_lines(sheet, shown), sheet.get("to")
    return PutAway(warehouse=log, lines=lines, to=to, accept=accept, override=sheet.get("override"))


def _pack(sheet: Sheet, shown: list[Shown], log: str, accept: frozenset[str]) -> object:
    from_bin = next((one.there.uri for one in shown if one.there and not one.there.packed), "")
    place = sheet.get("to") or from_bin
    return Pack(warehouse=log, lines=command_lines(sheet, shown), container=sheet.get("into"), place=place)


def _unpack(sheet: Sheet, shown: list[Shown], log: str, accept: frozenset[str]) -> object:
    lines = command_lines(sheet, shown, placed=False)
    return Unpack(warehouse=log, container=sheet.get("into"), lines=lines, place=sheet.get("to"))


def _split(sheet: Sheet, shown: list[Shown], log: str, accept: frozenset[str]) -> object:
    unit, weighed = (shown[0].unit, shown[0].weighed) if shown else ("", False)
    weights = amounts_in(sheet.get("weights")) if weighed else []
    both = zip_longest(amounts_in(sheet.get("parts")), weights, fillvalue="")
    parts = tuple(Part(quantity=amount or "0", unit=unit, weight=weight or None) for amount, weight in both)
    line = replace(_only(sheet, shown), weight=None)  # as much as its parts weigh
    return Split(warehouse=log, line=line, parts=parts, reason=sheet.get("reason"))


def amounts_in(text: str) -> list[str]:
    """The amounts that somebody typed in a row, whatever stands between them."""
    for mark in "，;；+":
        text = text.replace(mark, " ")
    return [amount_text(amount) or "0" for amount in text.split()]


def _merge(sheet: Sheet, shown: list[Shown], log: str, accept: frozenset[str]) -> object:
    lines = command_lines(sheet, shown)
    return Merge(warehouse=log, lines=lines, lot=sheet.get("lot"), reason=sheet.get("reason"))


def _relabel(sheet: Sheet, shown: list[Shown], log: str, accept: frozenset[str]) -> object:
    line = _only(sheet, shown)
    return Relabel(warehouse=log, line=line, reason=sheet.get("reason"), item=sheet.get("item"), lot=sheet.get("lot"))


def _only(sheet: Sheet, shown: list[Shown]) -> Line:
    return next(iter(command_lines(sheet, shown)), Line())


COMMANDS: dict[str, Make] = {
    "move": _move, "away": _away, "pack": _pack, "unpack": _unpack, "split": _split, "merge": _merge,
    "relabel": _relabel,
}  # fmt: skip


def gone(request: HttpRequest, name: str) -> HttpResponse:
    """On to the page that says what was done."""
    url = f"{reverse('desk:moved')}?do={name}&request={request_id(request)}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


# -- shown ------------------------------------------------------------------------------------------------------------


def show(request: HttpRequest, desk: Desk, name: str, sheet: Sheet, problems: list[Problem], said: str) -> HttpResponse:
    job = JOBS[name]
    shown = shown_of(sheet, desk)
    into = sheet.get("into")
    warned = [problem for problem in problems if problem.code in WARNINGS]
    context = {
        "tab": name, "tabs": tabs_of(desk, name), "job": job, "word": _(job.word), "icon_name": job.icon,
        "says": next_of(name, sheet), "sheet": sheet, "rows": shown,
        "into": Names([into], desk.language).thing(into) if into else None,
        "units": sorted({one.unit for one in shown}),
        "request_id": request.POST.get("request_id") or uuid4(), "said": said,
        "problems_found": problems, "errors": by_field(problems),
        "to_accept": list({problem.code: problem for problem in warned}.values()),
        "accepted": request.POST.getlist("accept"),
        "proposals": proposed(desk, shown) if name == "away" and shown else [],
        "against": bool(sheet.get("override")) or any(problem.code in AGAINST for problem in problems),
        "is_by_place": name in BY_PLACE, "scan_here": True, "scan": clean(request.POST.get("scan", "")),
    }  # fmt: skip
    return page(request, desk, "desk/moving/index.html", context, 422 if problems else 200)


@dataclass(frozen=True, slots=True)
class Offer:
    """A place for the goods at hand, and why."""

    code: str
    reasons: str


def proposed(desk: Desk, shown: list[Shown]) -> list[Offer]:
    """Where the goods on the page might go."""
    taken = []
    for one in shown:
        amount = number_of(one.quantity)
        taken.append(Taken(one.thing.uri, scaled(amount) if amount else None))
    return [
        Offer(one.bin.code, " · ".join(_(REASONS[why.code]).format(**why.params) for why in one.reasons))
        for one in proposals(who_is_who(), desk.warehouse, taken)
    ]


def number_of(text: str) -> Decimal | None:
    try:
        return parse_amount(amount_text(text) or "")
    except Refused:
        return None  # said when it is done


def next_of(name: str, sheet: Sheet) -> str:
    """What is to be scanned next."""
    if name in BY_PLACE and sheet.lines:
        return _("Scan more goods, or the place where they go")
    if name == "pack" and sheet.get("into"):
        return _("Scan what goes into it")
    if name == "unpack" and sheet.get("into"):
        return _("Scan what comes out; nothing means all of it")
    if sheet.lines:
        return _("Scan again, or type the quantity")
    return _(JOBS[name].says)
