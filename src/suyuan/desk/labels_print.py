"""Print labels of goods: which and how many, on what, and by which printer or as a PDF."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from suyuan.accounts.models import User
from suyuan.catalog.models import Place
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import by_field, clean, request_of
from suyuan.desk.labels_goods import labels_of, serials_of
from suyuan.desk.naming import Names
from suyuan.desk.sheets import request_id
from suyuan.devices.models import Printer
from suyuan.devices.queue import MOST, Wanted
from suyuan.devices.queue import ask as ask_printer
from suyuan.gs1.identifiers import Kind, identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.keys import event_key
from suyuan.ledger.models import Body, EventItem
from suyuan.stock.queries import uris_of
from suyuan.ui.access import Access, Reader
from suyuan.ui.label_pdf import labels_pdf
from suyuan.ui.label_symbols import SYMBOLOGIES, Symbology
from suyuan.ui.labels import STOCKS, Label
from suyuan.ui.things import Thing, thing_url, uri_of_id

RIGHTS = ("receive", "move", "produce", "pick", "ship", "inspect", "count")
PRINTS = Access(Reader.ROLE, one_of=tuple(Access(Reader.ROLE, right) for right in RIGHTS))
REMEMBERED = "labels"  # in the session: what was printed on the last time, and with which symbol
MOST_COPIES = 500
MOST_ROWS = 100
MADE = ("epc", "output", "parent")  # roles of goods that came into our hands or into being
LABELLED = frozenset({Kind.LOT, Kind.SERIAL, Kind.CONTAINER, Kind.ITEM})


@dataclass(frozen=True, slots=True)
class Line:
    """A thing with how many labels it gets, and what to say of how much is under each."""

    index: str
    thing: Thing
    copies: str
    amount: str


@dataclass(frozen=True, slots=True)
class Way:
    """What can be printed on: a printer of the warehouse or a kind of PDF."""

    value: str
    word: str
    note: str = ""
    chosen: bool = False


@desk_page(access=PRINTS)
def goods(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?id=` (repeatable) names the goods, `?request=` a receipt or production, `?serials=` a lot or pallet whose
    serials get one each. POST makes them.
    """
    uris, amounts, problems = asked_for(request, desk)
    if problems or not uris:
        problem = next(iter(problems), Problem("desk.nothing_selected", "id"))
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    if request.method != "POST":
        return show(request, desk, uris, amounts, [])
    problems = []
    copies = copies_of(request, uris, problems)
    amounts = {uri: clean(request.POST.get(f"amount-{n}", "")) for n, uri in enumerate(uris)}
    if not problems:
        try:
            made = labels_of(uris, amounts, tags=bool(request.POST.get("tags")))
            several = [made[uri] for uri, count in zip(uris, copies, strict=True) for _n in range(count)]
            return printed(request, desk, several, title_of(made, desk, uris), way_back(request))
        except Refused as refused:
            problems = list(refused.problems)
    return show(request, desk, uris, amounts, problems)


def asked_for(request: HttpRequest, desk: Desk) -> tuple[list[str], dict[str, str], list[Problem]]:
    """The things, and what is known of how much each label stands for."""
    given = request.GET
    if given.get("request"):
        uris = goods_of_request(given["request"], desk)
        return uris, {}, [] if uris else [Problem("desk.result_unknown")]
    try:
        if given.get("serials"):
            return serials_of(uri_of_id(given["serials"]), desk.warehouse), {}, []
        uris = list(dict.fromkeys(uri_of_id(text) for text in given.getlist("id")[:MOST_ROWS]))
    except Refused:
        return [], {}, [_unknown(request)]
    wrong = [uri for uri in uris if identify(uri).kind not in LABELLED]
    return uris, {}, [_unknown(request)] if wrong else []


def goods_of_request(text: str, desk: Desk) -> list[str]:
    """The lots, serials and containers of all events that were recorded under a request here, in their order."""
    key = request_of(text)
    stored = (
        Body.objects.filter(log=desk.warehouse, id=key.bytes).values_list("body", flat=True).first() if key else None
    )
    body = json.loads(bytes(stored)) if stored is not None else {}
    events = [event_key(one) for one in body.get("events", ())] if isinstance(body, dict) else []
    items = EventItem.objects.filter(log=desk.warehouse, record__in=events, role__in=MADE).order_by(
        "record", "position"
    )
    keys = list(dict.fromkeys(bytes(key) for key in items.values_list("identifier", flat=True)))
    found = uris_of(keys)
    return [found[key] for key in keys if key in found and identify(found[key]).kind in LABELLED]


def _unknown(request: HttpRequest) -> Problem:
    return Problem("desk.uri_unknown", "id", {"text": request.GET.get("id", "")[:80]})


def copies_of(request: HttpRequest, uris: Sequence[str], problems: list[Problem]) -> list[int]:
    """How many of each: a field a thing, or one for all of them where they are many."""
    texts = [clean(request.POST.get(f"copies-{n}", request.POST.get("copies", "1"))) for n in range(len(uris))]
    found = []
    for n, text in enumerate(texts):
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
        if not 0 <= number <= MOST_COPIES:
            params = {"text": text[:20], "most": str(MOST_COPIES)}
            problems.append(Problem("desk.copies_wrong", f"copies-{n}" if len(uris) <= MOST_ROWS else "copies", params))
        found.append(max(0, number))
    if not problems and not 0 < sum(found) <= MOST:
        problems.append(Problem("devices.labels_many", "copies", {"count": str(sum(found)), "most": str(MOST)}))
    return found


def title_of(made: Mapping[str, Label], desk: Desk, uris: Sequence[str]) -> str:
    first = made[uris[0]]
    names = (first.name, first.name_en) if desk.language.startswith("zh") else (first.name_en, first.name)
    shown = " ".join(part for part in (next(filter(None, names), ""), first.code) if part)
    return shown if len(made) == 1 else f"{shown} +{len(made) - 1}"


def printed(request: HttpRequest, desk: Desk, labels: Sequence[Label], title: str, back: str) -> HttpResponse:
    """The labels as a PDF, or left for a printer. Refused where they do not fit or the printer is none."""
    way = clean(request.POST.get("way", ""))
    symbology = symbology_of(request)
    request.session[REMEMBERED] = {"way": way, "symbol": symbology.value}
    if way in STOCKS:
        response = HttpResponse(labels_pdf(labels, STOCKS[way], title, symbology), content_type="application/pdf")
        response["Content-Disposition"] = 'inline; filename="labels.pdf"'
        return response
    printer = printers_of(desk).get(way)
    if printer is None:
        raise Refused([Problem("devices.printer_unknown", "way", {"printer": way[:40]})])
    assert isinstance(request.user, User)
    ask_printer(printer, Wanted(labels, symbology, title), by=request.user.pk, id=request_id(request), now=desk.now)
    count = ngettext("{count} label", "{count} labels", len(labels)).format(count=len(labels))
    messages.success(request, _("{count} for {printer}: see below how far it is.").format(count=count, printer=printer))
    return HttpResponseRedirect(f"{reverse('desk:label_queue')}?back={back}" if back else reverse("desk:label_queue"))


def symbology_of(request: HttpRequest) -> Symbology:
    text = request.POST.get("symbol", "")
    return Symbology(text) if text in set(Symbology) else Symbology.DATAMATRIX


def printers_of(desk: Desk) -> dict[str, Printer]:
    """The printers in use in the warehouse worked in, by code."""
    rows = Printer.objects.filter(warehouse_id=desk.warehouse, is_active=True).select_related("place").order_by("key")
    return {printer.code: printer for printer in rows}


def ways(request: HttpRequest, desk: Desk) -> tuple[list[Way], list[Way]]:
    """Printers, and kinds of PDF; chosen is what was the last time, else the first printer, else the first PDF."""
    printers = list(printers_of(desk).values())
    last = request.POST.get("way") or (request.session.get(REMEMBERED) or {}).get("way", "")
    values = [*(printer.code for printer in printers), *STOCKS]
    chosen = last if last in values else values[0]
    found = [Way(one.code, printer_name(one, desk), _(STOCKS[one.media].word), one.code == chosen) for one in printers]
    return found, [Way(name, _(stock.word), "", name == chosen) for name, stock in STOCKS.items()]


def printer_name(printer: Printer, desk: Desk) -> str:
    zh = desk.language.startswith("zh")
    names = (printer.name_zh, printer.name_en) if zh else (printer.name_en, printer.name_zh)
    place: Place | None = printer.place
    return " · ".join(
        part for part in (next(filter(None, names), ""), printer.code, place.code if place else "") if part
    )


def choices(request: HttpRequest, desk: Desk) -> dict[str, object]:
    """What the part of a form that asks how to print needs."""
    printers, papers = ways(request, desk)
    last = request.POST.get("symbol") or (request.session.get(REMEMBERED) or {}).get("symbol", "")
    symbols = [Way(one.value, _(word), "", one.value == last) for one, word in SYMBOLOGIES.items()]
    rfid = any(printer.rfid for printer in printers_of(desk).values())
    return {"printers": printers, "papers": papers, "symbols": symbols, "rfid": rfid}


def way_back(request: HttpRequest) -> str:
    """The id of the thing whose page it was asked on."""
    return request.GET.get("id", "") if len(request.GET.getlist("id")) == 1 else ""


def show(
    request: HttpRequest, desk: Desk, uris: Sequence[str], amounts: Mapping[str, str], problems: Sequence[Problem]
) -> HttpResponse:
    names = Names(uris, desk.language)
    lines = [
        Line(str(n), names.thing(uri), request.POST.get(f"copies-{n}", "1"), amounts.get(uri, ""))
        for n, uri in enumerate(uris[:MOST_ROWS])
    ]
    single = identify(uris[0]) if len(uris) == 1 else None
    serials = serials_of(single.uri, desk.warehouse) if single and single.kind in (Kind.LOT, Kind.CONTAINER) else []
    context = {
        **choices(request, desk), "lines": lines, "count": len(uris), "many": len(uris) > MOST_ROWS,
        "copies": request.POST.get("copies", "1"), "request_id": request.POST.get("request_id") or uuid4(),
        "tags": bool(request.POST.get("tags")), "problems_found": problems, "errors": by_field(problems),
        "serials": len(serials), "serials_url": _serials_url(single.uri) if single and serials else "",
        "back": thing_url(single.uri) if single else reverse("desk:home"), "scan_here": True,
    }  # fmt: skip
    return page(request, desk, "desk/labels/goods.html", context, 422 if problems else 200)


def _serials_url(uri: str) -> str:
    return f"{reverse('desk:label_goods')}?{thing_url(uri).partition('?')[2].replace('id=', 'serials=', 1)}"


def local(moment: datetime, desk: Desk) -> str:
    """The time of the day at the site; with its date where it was another day."""
    there = moment.astimezone(desk.zone)
    return f"{there:%H:%M}" if there.date() == desk.today else f"{there:%Y-%m-%d %H:%M}"
