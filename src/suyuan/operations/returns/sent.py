"""What customers have of our goods: what they signed for, and what is under way to them under a despatch advice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from suyuan.capture.bodies import transit_uri
from suyuan.capture.door import who_is_who
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import unscaled
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.operations.parties import document_uri
from suyuan.stock.book import DELIVERY
from suyuan.stock.queries import Stock, stock_in, stock_of, uris_of

_SENT = (
    "SELECT DISTINCT r.log, n.uri FROM ledger_eventitem d JOIN ledger_record r ON r.log = d.log AND r.id = d.record "
    "JOIN ledger_eventitem i ON i.log = r.log AND i.record = r.id "
    "AND i.role IN ('to.owning_party', 'to.possessing_party') "
    "JOIN ledger_identifier n ON n.log = i.log AND n.id = i.identifier "
    "WHERE d.role = 'doc.desadv' AND r.biz_step = 'shipping' AND r.declares IS NULL AND d.identifier {keys}"
)


@dataclass(frozen=True, slots=True)
class Sent:
    """Goods a customer has: a lot with its amount, a serial or container of which there is one."""

    uri: str
    amount: Decimal
    unit: str
    expiry: date | None


@dataclass(frozen=True, slots=True)
class Note:
    """A despatch advice of ours: its number, the customer's URI, and the warehouses it left."""

    number: str
    customer: str
    logs: tuple[str, ...]


def of_note(text: str) -> Note | None:
    """The despatch advice of a number or URI. One statement."""
    try:
        uri = document_uri(who_is_who(), "desadv", text)
    except Refused:
        return None
    with connection.cursor() as cursor:
        rows: list[tuple[Any, ...]] = select_in(cursor, _SENT, [key16(uri)])
    if not rows:
        return None
    return Note(uri.rsplit("/", 1)[-1], str(rows[0][1]), tuple(sorted({str(log) for log, _ in rows})))


def with_customer(customer: str, desadv: str = "") -> list[Sent]:
    """What a customer (URI) has, and what is under way to him under this despatch advice, by URI. Four statements."""
    note = of_note(desadv) if desadv else None
    ways = _ways(note) if note is not None and note.customer == customer else []
    rows = [row for row in stock_in([key16(customer), *ways]) if row.holder in ways or row.holder == key16(customer)]
    uris = uris_of(row.subject for row in rows) if rows else {}
    total: dict[str, Sent] = {}
    for row in rows:
        if (uri := uris.get(row.subject)) is not None:
            before = total[uri].amount if uri in total else Decimal(0)
            expiry = date.fromordinal(row.expiry) if row.expiry is not None else None
            total[uri] = Sent(uri, before + unscaled(row.quantity), row.unit, expiry)
    return sorted(total.values(), key=lambda one: one.uri)


def customers_of(uri: str) -> list[str]:
    """Who has something of a lot, serial or container. Two statements."""
    return list(uris_of(_holders(stock_of([key16(uri)]))).values())


def _holders(rows: Iterable[Stock]) -> set[bytes]:
    return {row.owner if row.kind == DELIVERY else row.holder for row in rows if row.kind in (DELIVERY, "party")}


def _ways(note: Note) -> list[bytes]:
    who = who_is_who()
    document = document_uri(who, "desadv", note.number)
    return [key16(transit_uri(who.origin, log, document)) for log in note.logs]
