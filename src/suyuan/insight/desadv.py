"""The despatch advice that a customer gets: what left under it, as an EPCIS 2.0 document or as EDIFACT DESADV.

The document has the shipping events, and before them the aggregations of the containers that are in it, so that he
knows what is on each pallet; dates of the lots and his own item codes stand beside them. What is ours alone (who did
it, from which bin, for what reason) is left out. Whoever was told something else before also gets what takes that back:
the declarations of error beside the events that stand instead, and the voids.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db import connection

from suyuan.capture.bodies import CONTEXT, PREFIX, lot_facts
from suyuan.capture.door import who_is_who
from suyuan.delivery.kinds import AdviceFormat
from suyuan.epcis.document import read_stored, write_document
from suyuan.epcis.events import Event, JsonObject
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.insight.desadv_edifact import customer_of, customers_codes, message_of
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.operations.despatched import Goods, Told, Under, events_under, goods_of, inside_then
from suyuan.orders.edifact_desadv import Function, message_bytes
from suyuan.stock.queries import About, Stock, about, uris_of

# What a customer has no business with, of our own extension fields.
OURS = tuple(f"{PREFIX}:{name}" for name in ("by", "request", "from", "reason", "load", "attachments", "owner"))
MEDIA = {AdviceFormat.EPCIS: ("application/ld+json", "jsonld"), AdviceFormat.EDIFACT: ("application/EDIFACT", "edi")}
_PACKED = (
    "SELECT r.event_time, b.body FROM ledger_eventitem e "
    "JOIN ledger_record r ON r.log = e.log AND r.id = e.record AND r.biz_step = 'packing' AND r.declares IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM ledger_record x WHERE x.declares = r.id) "
    "JOIN ledger_body b ON b.log = r.log AND b.id = r.id "
    "WHERE e.log = %s AND e.role = 'parent' AND e.identifier {keys}"
)


@dataclass(frozen=True, slots=True)
class Written:
    """A despatch advice as it is sent or kept as a file."""

    function: Function
    body: bytes
    media_type: str
    suffix: str


def advice_of(
    log: str, document: str, now: datetime, *, format: str = AdviceFormat.EPCIS, told: bool = False, reference: str = ""
) -> Written:
    """The despatch advice of a shipment (URI). `told`: the customer has been told something else of it before;
    `reference`: by which an interchange is known, made of the moment where it is empty. Refused where nothing was ever
    said to have left under it.

    A fixed number of statements, and two for each level of containers.
    """
    under = events_under(log, document)
    if not under.told:
        raise Refused([Problem("insight.advice_unknown", "document", {"document": document})])
    goods = goods_of(under)
    function = function_of(goods, told=told)
    if format == AdviceFormat.EDIFACT:
        message = message_of(under, goods, function, reference or f"{now.timestamp():.0f}", now, who_is_who())
        body = message_bytes(message)
    else:
        body = epcis_of(under, now, again=function is not Function.ORIGINAL)
    return Written(function, body, *MEDIA[AdviceFormat(format)])


def function_of(goods: Sequence[Goods], *, told: bool) -> Function:
    """What an advice is to those before it; where nothing is left of the shipment it cancels them. Pure."""
    if not goods:
        return Function.CANCELLATION
    return Function.REPLACEMENT if told else Function.ORIGINAL


# -- as an EPCIS document ---------------------------------------------------------------------------------------------


def epcis_of(under: Under, now: datetime, *, again: bool) -> bytes:
    """The events that stand; `again` with those that take back what was told before."""
    shipped = under.shipped
    named = {one.id: {key16(identify(item.uri).uri) for item in one.event.items} for one in shipped}
    known = about({key for keys in named.values() for key in keys})
    boxes = {key for key, one in known.items() if one.container}
    inside = inside_then(boxes, under.at, under.log)
    known |= about({row.subject for rows in inside.values() for row in rows} - known.keys())
    uris = uris_of({*known, *(one.item for one in known.values() if one.item)})
    codes = customers_codes(customer_of(under))
    told = [
        (one, _with_facts(one.event, _deep(named[one.id], inside), known, uris, codes))
        for one in shipped
    ]  # fmt: skip
    if again:
        told += [(one, shown(one.event.body)) for one in under.told if one.declares is not None or _is_void(one, under)]
    order = {one.id: n for n, one in enumerate(under.told)}
    bodies = [body for _one, body in sorted(told, key=lambda pair: order[pair[0].id])]
    packed = [shown(event.body) for event in _packing(under.log, {*boxes, *_boxes_in(inside)}, under.at)]
    return b"".join(write_document([(body, CONTEXT) for body in (*packed, *bodies)], creation_date=now))


def shown(body: Mapping[str, object]) -> JsonObject:
    """An event without what is ours alone. Pure."""
    return {name: value for name, value in body.items() if name not in OURS}


def _is_void(one: Told, under: Under) -> bool:
    return one in under.standing and one not in under.shipped


def _deep(keys: Iterable[bytes], inside: Mapping[bytes, Sequence[Stock]]) -> set[bytes]:
    """These, and what is in those of them that are containers."""
    found = set(keys)
    todo = list(found)
    while todo:
        more = {row.subject for row in inside.get(todo.pop(), ())} - found
        found |= more
        todo += more
    return found


def _boxes_in(inside: Mapping[bytes, Sequence[Stock]]) -> set[bytes]:
    return {row.subject for rows in inside.values() for row in rows if row.container}


def _with_facts(
    event: Event,
    keys: Iterable[bytes],
    known: Mapping[bytes, About],
    uris: Mapping[bytes, str],
    codes: Mapping[str, str],
) -> JsonObject:
    """A shipping event with the dates of its lots and the customer's codes, the same in each document that has it."""
    goods = sorted((uris[key], known[key]) for key in keys if key in known and key in uris and not known[key].container)
    lots = lot_facts((uri, _day(one.expiry), _day(one.produced)) for uri, one in goods)
    items = sorted({uris.get(one.item or one.subject, "") for _uri, one in goods} & codes.keys())
    extra = {f"{PREFIX}:lots": lots, f"{PREFIX}:partnerItems": [{"id": uri, "code": codes[uri]} for uri in items]}
    return {**shown(event.body), **{name: value for name, value in extra.items() if value}}


def _day(ordinal: int | None) -> date | None:
    return date.fromordinal(ordinal) if ordinal is not None else None


def _packing(log: str, boxes: Iterable[bytes], at: int) -> list[Event]:
    """The events that put these containers together until then, by time."""
    with connection.cursor() as cursor:
        rows = cast(Sequence[tuple[int, bytes]], select_in(cursor, _PACKED, boxes, log)) if boxes else ()
    return [read_stored(bytes(body)) for when, body in sorted(rows, key=lambda one: int(one[0])) if when <= at]
