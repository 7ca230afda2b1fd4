"""What a carrier sees: the shipments that his partner drives, to customers and back to suppliers, what is under way in
them and to whom. Nothing else.

No prices, no stock, no other carrier's shipment: one of those is not there for him (404).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.accounts.rules import EVERYWHERE, Actor
from suyuan.catalog.directory import Directory, directory
from suyuan.catalog.models import Partner
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.audit import key_of, mark_of
from suyuan.desk.carrying_sign import goods_of, read_signing, reasons
from suyuan.desk.forms import by_field
from suyuan.desk.naming import Names
from suyuan.desk.receiving_files import Held
from suyuan.desk.sheets import record, request_id
from suyuan.governance.audit import Entry, Wanted, every, search
from suyuan.governance.audit import entry as entry_of
from suyuan.gs1.identifiers import gln_uri
from suyuan.gs1.problems import N_, Problem
from suyuan.gs1.quantities import COUNT, Quantity
from suyuan.ledger.keys import key16
from suyuan.operations.parties import find_partner
from suyuan.operations.shipments import signed_of
from suyuan.stock.queries import Stock, content, stock_in, uris_of
from suyuan.ui.tables import Code, Column, Jump, Row, States, Table

OWN = "delivery:own"
RETURN = "ReturnToSupplier"
COMMANDS = ("Ship", RETURN)
SIGNED = "Deliver"
LATEST = 500  # shipments looked at for what is under way
GONE = N_("Nothing of it is under way any more.")


@dataclass(frozen=True, slots=True)
class Trip:
    """A shipment as its command recorded it. `to`: a customer, or the supplier to whom goods go back; `holder`: the
    transit holder of its goods; `day`: when it is wanted; `rma`: the supplier's permission.
    """

    log: str
    id: str
    number: str
    at: datetime
    to: str
    holder: bytes
    order: str
    day: date | None
    back: bool = False
    rma: str = ""

    @property
    def url(self) -> str:
        return reverse("desk:delivery", args=[self.log, self.id])


def trip_of(one: Entry) -> Trip:
    done, asked = one.body.get("result") or {}, one.body.get("params") or {}
    day = str(asked.get("delivery_date") or "")
    return Trip(
        log=one.log,
        id=one.key,
        number=str(done.get("desadv", "")),
        at=one.at,
        to=str(done.get("customer") or done.get("supplier") or ""),
        holder=key16(str(done.get("transit", ""))),
        order=str(asked.get("po") or ""),
        day=date.fromisoformat(day[:10]) if day else None,
        back=one.command == RETURN,
        rma=str(asked.get("rma") or ""),
    )


def partner_of(actor: Actor, known: Directory) -> str:
    """The partner that an account works for, by URI; empty for an account of our own."""
    found = find_partner(known, actor.partner) if actor.partner else None
    return found.uri if found else ""


def drives(one: Entry, actor: Actor, known: Directory) -> bool:
    """Is it a shipment of the actor's partner, out of a warehouse where the actor is let in?"""
    mine = partner_of(actor, known)
    asked = find_partner(known, str((one.body.get("params") or {}).get("carrier", "")))
    right = one.kind == "change" and one.command in COMMANDS and actor.may(OWN, one.log)
    return bool(right and mine and asked and asked.uri == mine)


# -- the pages ---------------------------------------------------------------------------------------------------------


@desk_page(OWN, anywhere=True)
def deliveries(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The shipments of the reader's partner, latest first; `?before=` goes on."""
    known = directory()
    mine = partner_of(desk.actor, known)
    asked = entrusted(desk.actor, mine)
    found = search(replace(asked, before=key_of(request.GET.get("before", "")))) if mine else None
    trips = [trip_of(one) for one in found.entries if drives(one, desk.actor, known)] if found else []
    context = {
        "table": trips_table(trips, desk, known),
        "partner": Names([mine], desk.language).name(mine) or desk.actor.partner,
        "older": f"?before={mark_of(found.after)}" if found and found.after else "",
    }
    return page(request, desk, "desk/deliveries.html", context)


def entrusted(actor: Actor, mine: str) -> Wanted:
    """The shipments of a partner, in the warehouses where the actor is let in."""
    scopes = actor.scopes(OWN)
    return Wanted(about=mine, commands=COMMANDS, logs=() if EVERYWHERE in scopes else tuple(sorted(scopes)))


def under_way(desk: Desk, known: Directory) -> list[Trip]:
    """Of his latest shipments those of which something is under way still, what is wanted first before the others."""
    mine = partner_of(desk.actor, known)
    told = every(entrusted(desk.actor, mine), LATEST) if mine else ()
    trips = [trip_of(one) for one in told if drives(one, desk.actor, known)]
    moving = {row.holder for row in stock_in([trip.holder for trip in trips])}
    left = [trip for trip in trips if trip.holder in moving]
    return sorted(left, key=lambda trip: (trip.day or date.max, trip.at))


def trips_table(trips: Sequence[Trip], desk: Desk, known: Directory) -> Table:
    """Where each goes, and whether something of it is still under way."""
    moving = {row.holder for row in stock_in([trip.holder for trip in trips])}
    glns = {code: gln_uri(known.warehouses[code].gln) for code in {trip.log for trip in trips}}
    names = Names([*(trip.to for trip in trips), *glns.values()], desk.language)
    columns = (
        Column(_("To")),
        Column(_("Kind"), needed=False),
        Column(_("State"), "state"),
        Column(_("Dispatched"), "time"),
        Column(_("Wanted there on"), needed=False),
        Column(_("Despatch advice"), needed=False),
        Column(_("Warehouse"), needed=False),
    )
    rows = [
        Row(
            (
                Jump(names.name(trip.to) or trip.number, trip.url),
                _("Return to the supplier") if trip.back else _("Delivery to a customer"),
                States(("transit",)) if trip.holder in moving else _("nothing under way any more"),
                trip.at,
                trip.day,
                Code(trip.number),
                names.name(glns[trip.log]) or trip.log,
            ),
            "transit" if trip.holder in moving else "",
        )
        for trip in trips
    ]
    return Table(_("Deliveries"), columns, rows, _("No shipment is entrusted to you yet."))


@desk_page(OWN, anywhere=True)
def delivery(request: HttpRequest, desk: Desk, log: str, id: UUID) -> HttpResponse:
    """One shipment of the reader's partner: to whom, and what of it is under way. POST: the recipient signs."""
    known = directory()
    one = entry_of(log, id.bytes)
    if one is None or not drives(one, desk.actor, known):
        return page(request, desk, "desk/refused.html", {"problem": Problem("desk.shipment_unknown")}, 404)
    trip = trip_of(one)
    if request.method != "POST" or trip.back:
        return show(request, desk, trip, known)
    again = entry_of(log, request_id(request).bytes)
    if again is not None and again.command == SIGNED:  # sent twice: it is done, and nothing is left to be read
        return HttpResponseRedirect(trip.url)
    goods = goods_of(trip.holder, log, trip.to, request.POST, desk)
    signing = read_signing(request, desk, trip.to, trip.number, log, goods)
    problems = list(signing.problems) or beside(record(desk, request, signing.command))
    if problems:
        return show(request, desk, trip, known, problems, signing.files)
    return HttpResponseRedirect(trip.url)


def beside(problems: Sequence[Problem]) -> list[Problem]:
    """What the command says of lines that the form numbers otherwise, beside its name."""
    lines = ("accepted", "refused", "customer")
    return [replace(one, field="signer") if one.field.startswith(lines) else one for one in problems]


def show(
    request: HttpRequest,
    desk: Desk,
    trip: Trip,
    known: Directory,
    problems: Sequence[Problem] = (),
    files: Sequence[Held] = (),
) -> HttpResponse:
    """The page of a shipment: where to, what is signed, and the form for what is still under way."""
    log = trip.log
    sender = gln_uri(known.warehouses[log].gln)
    names = Names([trip.to, sender], desk.language)
    to = Partner.objects.filter(uri=trip.to).values_list("address", "city", "phone").first() or ("", "", "")
    context = {
        "trip": trip,
        "recipient": names.name(trip.to),
        "sender": names.name(sender) or log,
        "address": to[0],
        "city": to[1],
        "phone": to[2],
        "goods": [] if trip.back else goods_of(trip.holder, log, trip.to, request.POST, desk),
        "back": [] if trip.back else goods_of(trip.holder, log, trip.to, {}, desk, back=True),
        "table": goods_table(trip, desk.language),
        "signed": [] if trip.back else signed_of(trip.number),
        "request_id": request.POST.get("request_id") or uuid4(),
        "signer": request.POST.get("signer", ""),
        "files": files,
        "reasons": reasons(),
        "problems_found": problems,
        "errors": by_field(problems),
    }
    return page(request, desk, "desk/delivery.html", context)


def goods_table(trip: Trip, language: str) -> Table:
    """What is under way, with the content of containers under them; where it can be signed, that content alone. No
    links: their pages are not for carriers."""
    loose = stock_in([trip.holder], trip.log)
    inside = content(row.subject for row in loose if row.container)
    rows = [*loose, *inside] if trip.back else list(inside)
    uris = uris_of(key for row in rows for key in (row.subject, row.holder))
    names = Names(uris.values(), language)
    columns = (
        Column(_("Goods")),
        Column(_("Lot or container")),
        Column(_("Quantity"), "quantity"),
        Column(_("Inside"), needed=False),
    )
    shown = [
        Row(
            (
                names.name(uri) or names.thing(uri).word,
                Code(names.thing(uri).code),
                _amount(row),
                Code(names.thing(uris[row.holder]).code) if row.holder != trip.holder and row.holder in uris else None,
            )
        )
        for row in rows
        if (uri := uris.get(row.subject))
    ]
    return Table(_("Under way") if trip.back else _("On the pallets"), columns, shown, _(GONE))


def _amount(row: Stock) -> Quantity | None:
    """How much; a container is one."""
    return None if row.container else Quantity(row.amount, row.unit or COUNT)
