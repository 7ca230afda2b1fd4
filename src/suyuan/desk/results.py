"""What came of a sheet, read from the record of the change: the receipt, the dispatch note to print."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from suyuan.catalog.models import Partner
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.events import Happened, goods_named
from suyuan.desk.forms import request_of
from suyuan.desk.naming import Names
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import Quantity
from suyuan.ledger.keys import event_key, key16, moment
from suyuan.ledger.models import Body, Kind, Record
from suyuan.stock.queries import about, content, uris_of
from suyuan.ui.things import Thing


@dataclass(frozen=True, slots=True)
class Done:
    """A command that was done: when, its stored answer, and the ids of its events."""

    at: datetime
    params: Mapping[str, Any]  # Any: plain JSON, of the command's own shape
    result: Mapping[str, Any]
    events: Sequence[str]


def done(request: HttpRequest, desk: Desk, command: str) -> Done | None:
    """The command recorded under `?request=` in the warehouse worked in."""
    key = request_of(request.GET.get("request", ""))
    if key is None:
        return None
    record = Record.objects.filter(log=desk.warehouse, id=key.bytes, kind=Kind.CHANGE).first()
    stored = Body.objects.filter(log=desk.warehouse, id=key.bytes).values_list("body", flat=True).first()
    if record is None or stored is None:
        return None
    body = json.loads(bytes(stored))
    if body.get("command") != command:
        return None
    return Done(moment(record.event_time), body["params"], body["result"], body["events"])


def missing(request: HttpRequest, desk: Desk) -> HttpResponse:
    problem = Problem("desk.result_unknown")
    return page(request, desk, "desk/refused.html", {"problem": problem}, status=404)


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A line of a paper; `qr` the drawn link to its trace."""

    thing: Thing
    quantity: Quantity | None
    expiry: date | None
    qr: SafeString


def trace_link(uri: str) -> str:
    """Where anybody with a phone learns where these goods come from: the thing under the company's own origin."""
    return settings.SUYUAN.origin + urlsplit(uri).path


def qr(text: str) -> SafeString:
    """A QR code drawn with squares alone, no styles, so that it prints sharp and the security policy lets it stand."""
    drawn: str = segno.make(text, error="m", micro=False).svg_inline(
        omitsize=True, border=2, svgclass=None, lineclass=None
    )
    return mark_safe(drawn)  # drawn by segno from modules; the text is in it only as squares


@desk_page("ship:read")
def shipped(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The dispatch note."""
    found = done(request, desk, "Ship")
    if found is None:
        return missing(request, desk)
    customer = Partner.objects.filter(uri=found.result.get("customer", "")).first()
    context = {
        "title": _("Dispatch note"), "number": found.result.get("desadv", ""), "at": found.at,
        "lines": note_lines(found, desk), "partner": party_words(customer, desk), "partner_word": _("Customer"),
        "papers": _papers(found.params), "signature": True,
        "again": "desk:shipping", "again_word": _("Dispatch the next order"), **more_of(request.GET["request"], found),
    }  # fmt: skip
    return page(request, desk, "desk/note.html", context)


def more_of(request_id: str, found: Done) -> dict[str, object]:
    """Where the other papers and the labels of a shipment are."""
    papers = [(_("Packing list"), "packing"), (_("Transport waybill"), "waybill")]
    links = [(word, f"{reverse('desk:shipping_paper', args=[kind])}?request={request_id}") for word, kind in papers]
    all_ = f"{reverse('desk:shipping_paper', args=['all'])}?request={request_id}"
    advice = f"{reverse('desk:advice')}?request={request_id}"
    deeds = [(_("Despatch advice (EPCIS)"), advice, "download")]
    deeds.append((_("Despatch advice (EDIFACT)"), f"{advice}&format=edifact", "download"))
    deeds.append((_("Void or correct"), f"{reverse('desk:correct_shipment')}?request={request_id}", "edit"))
    labels = f"{reverse('desk:label_goods')}?request={request_id}"
    return {"labels": labels, "others": links, "all_papers": all_, "deeds": deeds}


def note_lines(found: Done, desk: Desk) -> list[NoteLine]:
    """The goods of the events, pallets with what is in them."""
    events = [_event(found, id_) for id_ in found.events]
    goods = [(uri, kind, quantity) for uri, kind, quantity, _word, _at in goods_named(events)]
    pallets = [key16(uri) for uri, kind, _quantity in goods if kind == "container"]
    inside = content(pallets) if pallets else []
    uris = uris_of({row.subject for row in inside})
    goods += [
        (uris[row.subject], "", Quantity(row.amount, row.unit)) for row in inside if row.subject in uris and row.unit
    ]
    known = about(key16(uri) for uri, *_rest in goods)
    names = Names({uri for uri, *_rest in goods}, desk.language)
    return [
        NoteLine(names.thing(uri, kind), quantity, _day(known, uri), qr(trace_link(uri)))
        for uri, kind, quantity in goods
    ]


def _day(known: Mapping[bytes, Any], uri: str) -> date | None:
    held = known.get(key16(uri))
    return date.fromordinal(held.expiry) if held is not None and held.expiry is not None else None


def _event(found: Done, id_: str) -> Happened:
    return Happened("", event_key(id_), "", "", "", found.at, None, False, None)


def party_words(partner: Partner | None, desk: Desk) -> dict[str, str]:
    if partner is None:
        return {}
    zh = desk.language.startswith("zh")
    name = (partner.name_zh or partner.name_en) if zh else (partner.name_en or partner.name_zh)
    return {"name": name or partner.code, "code": partner.code, "address": partner.address}


def _papers(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    words: tuple[tuple[str, str], ...] = (("po", _("Order")), ("desadv", _("Delivery note")))
    words += (("delivery_date", _("Delivery date")),)
    words += (("vehicle", _("Vehicle")), ("seal", _("Seal")), ("logger", _("Temperature logger")))
    return [(word, str(params[name])) for name, word in words if params.get(name)]
