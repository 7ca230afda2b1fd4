"""The certificate of destruction, as a page and as PDF: goods, how and why, who did and who signed, and its proof."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from suyuan.catalog.models import File
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.cards import Proof
from suyuan.desk.events import Happened
from suyuan.desk.naming import Names
from suyuan.desk.proofs import proofs_of
from suyuan.desk.receiving_files import served
from suyuan.desk.receiving_receipt import attachments_in, body_of
from suyuan.desk.results import Done, done, missing, qr, trace_link
from suyuan.governance.signing import MEANINGS
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import COUNT, Quantity, decimal_text, unscaled
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import event_key
from suyuan.ledger.models import Body, EventItem, Kind, PersonalValue, Record
from suyuan.operations.inbound.history import names_of
from suyuan.returns.kinds import GROUNDS, METHODS
from suyuan.stock.queries import uris_of
from suyuan.ui.certificate_pdf import Certificate, certificate_pdf
from suyuan.ui.things import Thing
from suyuan.ui.units import unit_name

_GONE = (
    "SELECT p.subject, -SUM(p.quantity), -SUM(p.second), s.unit, s.second_unit, s.expiry FROM stock_posting p "
    "JOIN stock_subject s ON s.log = p.log AND s.subject = p.subject AND s.container = 0 "
    "WHERE p.log = %s AND p.quantity < 0 AND p.record {keys} "
    "GROUP BY p.subject, s.unit, s.second_unit, s.expiry"
)


@dataclass(frozen=True, slots=True)
class Gone:
    """A lot or serial that was destroyed."""

    thing: Thing
    quantity: Quantity
    weight: Quantity | None
    expiry: date | None


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who answers for it: as what, who, when."""

    word: str
    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate with everything on it."""

    found: Done
    number: str
    goods: Sequence[Gone]
    sums: Sequence[Quantity]
    facts: Sequence[tuple[str, str]]
    people: Sequence[Signer]
    files: Sequence[tuple[str, str, str]]  # name, hash, address
    events: Sequence[UUID]
    proofs: Sequence[Proof]


def read(request: HttpRequest, desk: Desk) -> Shown | None:
    """The certificate of `?request=`."""
    found = done(request, desk, "Destroy")
    if found is None:
        return None
    change = UUID(str(request.GET.get("request"))).bytes
    keys = [event_key(str(one)) for one in found.events]
    bodies = {bytes(id): json.loads(bytes(body)) for id, body in
              Body.objects.filter(log=desk.warehouse, id__in=keys).values_list("id", "body")}  # fmt: skip
    first: Mapping[str, Any] = bodies.get(keys[0], {}) if keys else {}
    goods = gone_of(desk, keys)
    happened = [
        Happened(desk.warehouse, key, "ObjectEvent", "destroying", "destroyed", found.at, None, False, None)
        for key in keys
    ]
    return Shown(
        found=found,
        number=str(found.result.get("number") or found.params.get("cert") or ""),
        goods=goods,
        sums=sums_of(goods),
        facts=facts_of(first, desk),
        people=people_of(desk, change, found.at),
        files=files_of(UUID(bytes=keys[0]), first) if keys else [],
        events=[UUID(bytes=key) for key in keys],
        proofs=proofs_of(happened)[0] if happened else (),
    )


def gone_of(desk: Desk, keys: Sequence[bytes]) -> list[Gone]:
    with connection.cursor() as cursor:
        rows: list[tuple[Any, ...]] = select_in(cursor, _GONE, keys, desk.warehouse) if keys else []
    uris = uris_of({bytes(row[0]) for row in rows}) if rows else {}
    names = Names(uris.values(), desk.language)
    found = [
        Gone(
            names.thing(uris[bytes(subject)]),
            Quantity(unscaled(int(amount)), unit or COUNT),
            Quantity(unscaled(int(second)), second_unit) if second and second_unit else None,
            date.fromordinal(expiry) if expiry else None,
        )
        for subject, amount, second, unit, second_unit, expiry in rows
        if bytes(subject) in uris
    ]
    return sorted(found, key=lambda one: one.thing.uri)


def sums_of(goods: Sequence[Gone]) -> list[Quantity]:
    found: dict[str, Decimal] = {}
    for one in goods:
        found[one.quantity.unit] = found.get(one.quantity.unit, Decimal(0)) + one.quantity.amount
    return [Quantity(amount, unit) for unit, amount in sorted(found.items())]


def facts_of(body: Mapping[str, Any], desk: Desk) -> list[tuple[str, str]]:
    """What the event says of why and how."""

    def told(name: str) -> str:
        return str(body.get(f"suyuan:{name}") or "")

    contractor = told("contractor")
    firm = Names([contractor], desk.language).name(contractor) if "://" in contractor else ""
    facts = (
        (_("Why"), _(GROUNDS[told("ground")]) if told("ground") in GROUNDS else ""),
        (_("In words"), told("reason")),
        (_("How"), _(METHODS[told("method")]) if told("method") in METHODS else ""),
        (_("Place of destruction"), told("where")),
        (_("By which firm"), firm or contractor),
        (_("Hazards"), told("hazard")),
    )
    return [(word, value) for word, value in facts if value]


def people_of(desk: Desk, change: bytes, at: datetime) -> list[Signer]:
    """Who did it, who signed it and as what, and the witness from outside. Five statements."""
    stored = Body.objects.filter(log=desk.warehouse, id=change).values_list("body", flat=True).first()
    asked = json.loads(bytes(stored)) if stored is not None else {}
    about = EventItem.objects.filter(log=desk.warehouse, identifier=change, role="event").values("record")
    signed = Record.objects.filter(log=desk.warehouse, kind=Kind.APPROVAL, id__in=about).values("id")
    approvals = [
        json.loads(bytes(body))
        for body in Body.objects.filter(log=desk.warehouse, id__in=signed).values_list("body", flat=True)
    ]
    ids = [str(one["actor"]["id"]) for one in (asked, *approvals) if one.get("actor")]
    names = names_of(ids)
    found = [Signer(_("Done by"), names.get(ids[0], ids[0]), at)] if ids else []
    for one in approvals:
        word = MEANINGS.get(str(one.get("meaning") or ""), "")
        time = datetime.fromisoformat(str(one["time"]))
        id = str(one["actor"]["id"])
        found.append(Signer(_(word) if word else _("Witnessed and approved by"), names.get(id, id), time))
    witness = PersonalValue.objects.filter(log=desk.warehouse, record=change, field__endswith="witness")
    if name := witness.values_list("value", flat=True).first():
        found.append(Signer(_("Witness from outside"), name, None))
    return found


def files_of(event: UUID, body: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    told = attachments_in(body)
    called = dict(File.objects.filter(hash__in=[one["hash"] for one in told]).values_list("hash", "name"))
    return [
        (
            called.get(one["hash"], one["hash"][:16]),
            one["hash"],
            reverse("desk:disposal_file", args=[event, one["hash"]]),
        )
        for one in told
    ]


@desk_page("destroy:read")
def certificate(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The certificate as a page, to be printed."""
    shown = read(request, desk)
    if shown is None:
        return missing(request, desk)
    context = {
        "shown": shown,
        "at": shown.found.at,
        "pdf": f"{reverse('desk:certificate_file')}?request={request.GET.get('request')}",
        "qr": qr(trace_link(shown.goods[0].thing.uri)) if shown.goods else "",
    }
    return page(request, desk, "desk/disposing/certificate.html", context)


@desk_page("destroy:read")
def certificate_file(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The certificate as PDF."""
    shown = read(request, desk)
    if shown is None:
        return missing(request, desk)
    content = certificate_pdf(as_certificate(shown, desk))
    response = HttpResponse(content, content_type="application/pdf")
    safe = "".join(char if char.isalnum() or char in "-_." else "-" for char in shown.number)
    response["Content-Disposition"] = f'inline; filename="{safe or "certificate"}.pdf"'
    return response


@desk_page("destroy:read")
def paper(request: HttpRequest, desk: Desk, event: UUID, hash: str) -> HttpResponse:
    """The bytes of a file that the event names."""
    named = any(one.get("hash") == hash for one in attachments_in(body_of(desk.warehouse, event)))
    response = served(hash) if named else None
    return response or page(request, desk, "desk/refused.html", {"problem": Problem("catalog.file_gone")}, 404)


def as_certificate(shown: Shown, desk: Desk) -> Certificate:
    """What stands on the PDF, all in words."""
    heads = (_("Goods"), _("Lot or serial"), _("Expires"), _("Quantity"))
    rows = [
        (one.thing.name or one.thing.word, one.thing.code, one.expiry.isoformat() if one.expiry else "–", amount(one))
        for one in shown.goods
    ]
    proofs = [
        (str(proof.event), _("leaf {index} of {size} in the log {log}").format(
            index=proof.index, size=proof.size, log=proof.log) if proof.index is not None
            else _("not yet in a signed tree"))
        for proof in shown.proofs
    ]  # fmt: skip
    return Certificate(
        title=_("Certificate of destruction"),
        number=shown.number,
        facts=[(_("Warehouse"), desk.frame.warehouse_name), (_("Time"), time_text(shown.found.at)), *shown.facts],
        heads=heads,
        rows=rows,
        total=(_("In all"), " + ".join(quantity_text(sum_) for sum_ in shown.sums)),
        people=(
            _("People"),
            [(one.word, one.name, time_text(one.at) if one.at else "") for one in shown.people],
            _("Signature"),
        ),
        files=(_("Papers (SHA-256)"), [(name, hash_) for name, hash_, _url in shown.files]),
        proofs=(_("Events and their proof"), proofs),
    )


def amount(one: Gone) -> str:
    said = quantity_text(one.quantity)
    return f"{said} ({quantity_text(one.weight)})" if one.weight else said


def quantity_text(one: Quantity) -> str:
    return f"{decimal_text(one.amount)} {_(unit_name(one.unit))}"


def time_text(at: datetime) -> str:
    return date_format(localtime(at), "Y-m-d H:i")
