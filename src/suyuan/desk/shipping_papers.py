"""The papers of a shipment: dispatch note, packing list and waybill, as pages to print and as PDF."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.results import Done, done, missing, party_words, qr
from suyuan.desk.shipping_sent import Part, Sent, sent_of, trace_link
from suyuan.gs1.problems import N_
from suyuan.gs1.quantities import Quantity
from suyuan.ui.formats import grouped_number
from suyuan.ui.papers import Listing, Paper, Row, paper_pdf
from suyuan.ui.states import state
from suyuan.ui.units import unit_name

KINDS: Mapping[str, str] = {
    "note": N_("Dispatch note"),
    "packing": N_("Packing list"),
    "waybill": N_("Transport waybill"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """A paper that there is of a shipment."""

    word: str
    url: str
    pdf: str


def ways(request_id: str) -> list[Way]:
    """The papers of a shipment, by the id of its dispatch."""
    found = []
    for kind, word in KINDS.items():
        url = f"{reverse('desk:shipping_paper', args=[kind])}?request={request_id}"
        found.append(Way(_(word), url, f"{url}&format=pdf"))
    return found


@desk_page("ship:read")
def paper(request: HttpRequest, desk: Desk, kind: str) -> HttpResponse:
    """`?request=` the dispatch; `?format=pdf` the paper itself, `kind` all: all of them in one."""
    found = done(request, desk, "Ship")
    kinds = list(KINDS) if kind == "all" else [kind]
    if found is None or any(one not in KINDS for one in kinds):
        return missing(request, desk)
    sent = sent_of(found, desk)
    papers = [paper_of(one, found, sent, desk) for one in kinds]
    if request.GET.get("format") == "pdf" or kind == "all":
        response = HttpResponse(paper_pdf(papers), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{kind}-{_plain(sent.number)}.pdf"'
        return response
    context = {
        "paper": papers[0], "kind": kind, "sent": sent, "at": found.at, "lines": lines_of(papers[0]),
        "ways": ways(request.GET["request"]), "request_id": request.GET["request"],
    }  # fmt: skip
    return page(request, desk, "desk/shipping/paper.html", context)


def _plain(number: str) -> str:
    return "".join(sign for sign in number if sign.isascii() and (sign.isalnum() or sign in "-_")) or "paper"


Cells = list[tuple[str, bool]]


def lines_of(paper: Paper) -> list[tuple[Listing, list[tuple[Row, Cells, SafeString | str]]]]:
    """The tables for the page: each cell with whether it is a number, and each row's code drawn."""
    return [
        (
            one,
            [
                (row, [(cell, n in one.numbers) for n, cell in enumerate(row.cells)], qr(row.link) if row.link else "")
                for row in one.rows
            ],
        )
        for one in paper.listings
    ]


def paper_of(kind: str, found: Done, sent: Sent, desk: Desk) -> Paper:
    listing = {"note": _goods, "packing": _packed, "waybill": _units}[kind](sent)
    signatures = {
        "note": (_("Handed over"), _("Driver"), _("Received in good order")),
        "packing": (_("Packed by"), _("Checked by")),
        "waybill": (_("Sender"), _("Carrier"), _("Consignee")),
    }[kind]
    return Paper(
        title=_(KINDS[kind]), number=sent.number, facts=_facts(kind, found, sent, desk), listings=(listing,),
        link=trace_link(str(found.result.get("document", ""))) if found.result.get("document") else "",
        sums=_sums(sent), signatures=signatures, page_word=_("Page {page}"),
    )  # fmt: skip


def _facts(kind: str, found: Done, sent: Sent, desk: Desk) -> tuple[tuple[str, str], ...]:
    customer, carrier = party_words(sent.customer, desk), party_words(sent.carrier, desk)
    params = found.params
    facts = [
        (_("Customer"), _party(customer)),
        (_("From"), desk.frame.warehouse_name),
        (_("Address"), _address(sent)),
        (_("Time"), f"{found.at.astimezone(desk.zone):%Y-%m-%d %H:%M}"),
        (_("Order"), str(params.get("po") or "")),
        (_("Delivery date"), str(params.get("delivery_date") or "")),
    ]
    if kind != "packing":
        facts += [
            (_("Carrier"), _party(carrier)), (_("Vehicle"), str(params.get("vehicle") or "")),
            (_("Seal"), str(params.get("seal") or "")), (_("Temperature logger"), str(params.get("logger") or "")),
        ]  # fmt: skip
    if kind == "waybill" and sent.customer is not None:
        facts.append((_("Contact"), " ".join(filter(None, (sent.customer.contact, sent.customer.phone)))))
    return tuple(facts)


def _party(words: Mapping[str, str]) -> str:
    return " ".join(part for part in (words.get("name", ""), words.get("code", "")) if part)


def _address(sent: Sent) -> str:
    one = sent.customer
    return " ".join(filter(None, (one.postcode, one.region, one.city, one.address))) if one else ""


def _sums(sent: Sent) -> tuple[tuple[str, str], ...]:
    totals: dict[str, Quantity] = {}
    for part in sent.loose:
        if part.quantity is not None:
            unit = part.quantity.unit
            totals[unit] = totals[unit] + part.quantity if unit in totals else part.quantity
    pieces = ", ".join(map(amount, totals.values()))
    return (
        (_("Cartons, pallets"), str(sent.boxes) if sent.boxes else ""),
        (_("Weight"), f"{sent.gross} kg" if sent.gross else ""),
        (_("Together"), pieces),
    )


def amount(quantity: Quantity) -> str:
    return f"{grouped_number(quantity.amount)} {_(unit_name(quantity.unit))}"


def _flag(part: Part) -> str:
    """A recalled or held thing cannot be overlooked on paper."""
    return " ".join(f"{state(one).mark} {_(state(one).word)}" for one in part.blocks)


def _how_many(part: Part) -> str:
    return amount(part.quantity) if part.quantity is not None else "1" if not part.container else ""


def _code(part: Part) -> str:
    return f"SSCC {part.thing.code}" if part.container else part.thing.code


def _goods(sent: Sent) -> Listing:
    """One row a lot and serial, whatever carton it is in."""
    together: dict[str, Part] = {}
    total: dict[str, Quantity] = {}
    for part in sent.loose:
        uri = part.thing.uri
        together.setdefault(uri, part)
        if part.quantity is not None:
            total[uri] = total[uri] + part.quantity if uri in total else part.quantity
    rows = tuple(
        Row(
            (_named(part), _code(part), part.expiry.isoformat() if part.expiry else "",
             amount(total[uri]) if uri in total else "1"), part.link, flag=_flag(part),
        )
        for uri, part in together.items()
    )  # fmt: skip
    heads = (_("Goods"), _("Lot or serial"), _("Expires"), _("Quantity"))
    return Listing(heads, rows, (4, 3, 1.8, 2), frozenset({3}), _("Trace"))


def _named(part: Part) -> str:
    name = part.thing.name or part.thing.word
    return f"{name} ({part.code})" if part.code else name


def _packed(sent: Sent) -> Listing:
    """Each carton and pallet with its size and weight, and below it what is in it."""
    rows = tuple(
        Row(
            (_code(part) if part.container else f"{_named(part)} {part.thing.code}",
             part.expiry.isoformat() if part.expiry else "",
             _measured(part) if part.container else "", _how_many(part)),
            part.link, part.depth, _flag(part),
        )
        for part in sent.parts
    )  # fmt: skip
    heads = (_("Content"), _("Expires"), _("Weight and size"), _("Quantity"))
    return Listing(heads, rows, (5.5, 1.8, 2.2, 1.8), frozenset({3}), _("Trace"))


def _measured(part: Part) -> str:
    return " · ".join(filter(None, (f"{part.gross} kg" if part.gross else "", f"{part.size} mm" if part.size else "")))


def _units(sent: Sent) -> Listing:
    """What the carrier takes: the outermost units."""
    rows = tuple(
        Row((_code(part) if part.container else _named(part), part.thing.code if not part.container else "",
             _measured(part), _how_many(part) or "1"), part.link, flag=_flag(part))
        for part in sent.parts if part.depth == 0
    )  # fmt: skip
    heads = (_("Unit"), _("Lot or serial"), _("Weight and size"), _("Quantity"))
    return Listing(heads, rows, (4, 2.6, 2.2, 1.8), frozenset({3}), _("Trace"))
