"""A receipt as it was recorded: by the request that made it, or by its event; its papers, and where to go from it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from suyuan.catalog.models import File, Partner
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.forms import request_of
from suyuan.desk.naming import Names
from suyuan.desk.receiving_files import served
from suyuan.desk.results import Done, missing, party_words, qr, trace_link
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import COUNT, Quantity, parse_amount
from suyuan.ledger.keys import moment
from suyuan.ledger.models import Body, Kind, Record
from suyuan.operations.inbound.history import names_of
from suyuan.stock.queries import lot_states
from suyuan.ui.access import Access, Reader
from suyuan.ui.states import strictest_first
from suyuan.ui.things import Thing

COMMANDS = frozenset({"Receive", "ReceiveTransfer", "ReceiveReturn"})
SEES = Access(
    Reader.ROLE,
    one_of=tuple(Access(Reader.ROLE, right, anywhere=True) for right in ("receive:read", "trace.full:read")),
)
KEYS = dict[str, Any]  # JSON of a body


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the receipt. `serials`: how many it has; `states` what it is in now; `differs` what was announced."""

    thing: Thing
    quantity: Quantity | None
    serials: int
    expiry: date | None
    states: Sequence[str]
    announced: Quantity | None
    qr: SafeString


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate or photo: `about` the goods it speaks of, None for the whole delivery."""

    name: str
    url: str
    picture: bool
    about: Thing | None


@desk_page("receive:read")
def received(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The receipt of `?request=`, in the warehouse worked in."""
    key = request_of(request.GET.get("request", ""))
    found = change_of(desk.warehouse, key.bytes) if key else None
    return shown(request, desk, found, fresh=True) if found else missing(request, desk)


@desk_page("receive:read")
def receipt(request: HttpRequest, desk: Desk, event: UUID) -> HttpResponse:
    """The receipt whose event this is."""
    found = receipt_of(desk.warehouse, event)
    if found is None:
        problem = Problem("desk.receipt_unknown")
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    return shown(request, desk, found, fresh=False)


@desk_page(access=SEES)
def paper(request: HttpRequest, desk: Desk, log: str, event: UUID, hash: str) -> HttpResponse:
    """The bytes of a file that this event names; to whoever may not see the event there is none."""
    may = desk.actor.may("receive:read", log) or desk.actor.may("trace.full:read", log)
    body = body_of(log, event) if may else {}
    named = any(one.get("hash") == hash for one in attachments_in(body))
    response = served(hash) if named else None
    return response or page(request, desk, "desk/refused.html", {"problem": Problem("catalog.file_gone")}, 404)


# -- reading ----------------------------------------------------------------------------------------------------------


def change_of(log: str, key: bytes) -> Done | None:
    """What a receiving command did under this request."""
    record = Record.objects.filter(log=log, id=key, kind=Kind.CHANGE).first()
    stored = Body.objects.filter(log=log, id=key).values_list("body", flat=True).first()
    body = json.loads(bytes(stored)) if record is not None and stored is not None else {}
    if record is None or body.get("command") not in COMMANDS:
        return None
    return Done(
        moment(record.event_time),
        {
            **body["params"],
            "command": body["command"],
            "by": body["actor"]["id"],
            "request": body["request"],
        },
        body["result"],
        body["events"],
    )


def receipt_of(log: str, event: UUID) -> Done | None:
    """The command that recorded an event of this warehouse."""
    request = request_of(str(body_of(log, event).get("suyuan:request", "")))
    return change_of(log, request.bytes) if request else None


def body_of(log: str, event: UUID) -> KEYS:
    stored = Body.objects.filter(log=log, id=event.bytes).values_list("body", flat=True).first()
    found = json.loads(bytes(stored)) if stored is not None else {}
    return found if isinstance(found, dict) else {}


def attachments_in(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What an event says of its papers; a foreign event may say something else by the same name."""
    found = body.get("suyuan:attachments")
    return (
        [one for one in found if isinstance(one, dict) and isinstance(one.get("hash"), str)]
        if isinstance(found, list)
        else []
    )


def papers_of(log: str, event: UUID, body: Mapping[str, Any], names: Names) -> list[Paper]:
    """The papers of an event, to be opened."""
    told = attachments_in(body)
    called = dict(File.objects.filter(hash__in=[one["hash"] for one in told]).values_list("hash", "name"))
    return [
        Paper(
            called.get(one["hash"], one["hash"]),
            reverse("desk:receipt_file", args=[log, event, one["hash"]]),
            str(one.get("media_type", "")).startswith("image/"),
            names.thing(one["id"]) if isinstance(one.get("id"), str) else None,
        )
        for one in told
    ]


def corrections_of(log: str, event: UUID) -> bool:
    """Was it declared wrong?"""
    return Record.objects.filter(log=log, declares=event.bytes).exists()


# -- showing ----------------------------------------------------------------------------------------------------------


def shown(request: HttpRequest, desk: Desk, found: Done, *, fresh: bool) -> HttpResponse:
    """The page of a receipt, whatever it received."""
    event = UUID(str(found.result.get("receipt", "")))
    body = body_of(desk.warehouse, event)
    rows = found.result.get("lots", [])
    about = [str(one.get("id")) for one in attachments_in(body) if one.get("id")]
    names = Names({*(str(row["uri"]) for row in rows), *about}, desk.language)
    states = lot_states([str(row["uri"]) for row in rows], desk.today.toordinal())
    wrong = corrections_of(desk.warehouse, event)
    party_of, word = _party(found, desk)
    context = {
        "title": _("Receipt"),
        "number": found.result.get("number", ""),
        "event": event,
        "fresh": fresh,
        "at": found.at,
        "by": names_of([str(found.params["by"])]).get(str(found.params["by"]), ""),
        "lines": [_line(row, names, states, _announced(found)) for row in rows],
        "partner": party_of,
        "partner_word": word,
        "papers": [(text, str(found.params[name])) for name, text in _words().items() if found.params.get(name)],
        "order": found.result.get("order"),
        "files": papers_of(desk.warehouse, event, body, names),
        "wrong": wrong,
        "missing_rows": _not_here(found, rows, names),
        "correct_url": ""
        if wrong or found.params["command"] != "Receive" or not desk.actor.may("adjust", desk.warehouse)
        else reverse("desk:correct_receipt", args=[event]),
        "labels": f"{reverse('desk:label_goods')}?request={found.params['request']}" if rows else "",
        "away": _away(rows) if not wrong and desk.actor.may("move", desk.warehouse) else "",
        "again": {"ReceiveTransfer": "desk:transfers", "ReceiveReturn": "desk:returns"}.get(
            str(found.params["command"]), "desk:receiving"
        ),
    }
    return page(request, desk, "desk/receipt.html", context)


def _away(rows: Sequence[Mapping[str, Any]]) -> str:
    """To putting it away, with the goods at hand where there is one lot of it."""
    goods = {"goods": str(rows[0]["uri"])} if len(rows) == 1 else {}
    return f"{reverse('desk:moving')}?{urlencode({'do': 'away', **goods})}"


def _words() -> dict[str, str]:
    return {"po": _("Order"), "desadv": _("Delivery note"), "rma": _("Permission (RMA)"), "reason": _("Reason")}


def _party(found: Done, desk: Desk) -> tuple[dict[str, str], str]:
    if found.params.get("sender"):
        return {"name": str(found.params["sender"]), "code": ""}, _("From")
    code = found.params.get("supplier") or found.params.get("customer") or ""
    word = _("Customer") if found.params.get("customer") else _("Supplier")
    return party_words(Partner.objects.filter(code=code).first(), desk), word


def _announced(found: Done) -> dict[str, Quantity]:
    return {
        str(row["id"]): Quantity(parse_amount(row["announced"]), row.get("unit") or COUNT)
        for row in found.result.get("announced", [])
    }


def _line(
    row: Mapping[str, Any], names: Names, states: Mapping[str, Iterable[Any]], announced: Mapping[str, Quantity]
) -> Line:
    uri = str(row["uri"])
    quantity = Quantity(parse_amount(row["quantity"]), row["unit"]) if row.get("quantity") and row.get("unit") else None
    return Line(
        names.thing(uri),
        quantity,
        int(row.get("serials", 0)),
        date.fromisoformat(row["expiry"]) if row.get("expiry") else None,
        strictest_first(tuple(str(state) for state in states.get(uri, ()))),
        announced.get(uri),
        qr(trace_link(uri)),
    )


def _not_here(found: Done, rows: Sequence[Mapping[str, Any]], names: Names) -> list[Thing]:
    """What the notice spoke of and the receipt has nothing of."""
    there = {str(row["uri"]) for row in rows}
    return [names.thing(str(row["id"])) for row in found.result.get("announced", []) if str(row["id"]) not in there]
