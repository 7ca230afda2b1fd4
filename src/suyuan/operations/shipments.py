"""What is under way under a despatch advice, to whom it left and who drives it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from suyuan.capture.bodies import Amount, transit_uri
from suyuan.capture.door import who_is_who
from suyuan.capture.who import Who
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import unscaled
from suyuan.ledger.keys import key16, moment
from suyuan.operations.parties import document_uri
from suyuan.stock.book import DELIVERY
from suyuan.stock.facts import OWN
from suyuan.stock.queries import Stock, stock_in, uris_of


@dataclass(frozen=True, slots=True)
class Shipment:
    """A shipment that left a warehouse: its paper, its transit holder, what of it is still under way, with names."""

    document: str
    transit: str
    rows: tuple[Stock, ...]
    uris: dict[bytes, str]

    @property
    def instances(self) -> list[str]:
        return [self.uris[row.subject] for row in self.rows if row.instance and row.subject in self.uris]

    @property
    def not_refused(self) -> tuple[list[tuple[bytes, int]], list[bytes]]:
        """The items with their amounts, and the containers, that nobody refused at the door, as `doors.by_item` takes
        them."""
        rows = [row for row in self.rows if not (row.kind == DELIVERY and row.owner == OWN)]
        loose = [(row.item or row.subject, row.quantity) for row in rows if not row.container]
        return loose, [row.subject for row in rows if row.container]

    def classes(self, without: dict[bytes, int] | None = None) -> list[Amount]:
        """The lots with their quantities, less what `without` takes of each (millionths)."""
        total: dict[bytes, tuple[int, str]] = {}
        for row in self.rows:
            if not row.instance:
                total[row.subject] = (total.get(row.subject, (0, ""))[0] + row.quantity, row.unit)
        less = without or {}
        return [
            Amount(uri=self.uris[key], quantity=unscaled(amount - less.get(key, 0)), uom=unit)
            for key, (amount, unit) in total.items()
            if key in self.uris and amount > less.get(key, 0)
        ]


def shipment_of(who: Who, warehouse: str, desadv: str, problems: list[Problem]) -> Shipment | None:
    """The shipment of a despatch advice number or URI; a problem where nothing of it is under way."""
    try:
        document = document_uri(who, "desadv", desadv)
    except Refused as refused:
        problems += [Problem(p.code, "desadv", p.params) for p in refused.problems]
        return None
    transit = transit_uri(who.origin, warehouse, document)
    rows = stock_in([key16(transit)], warehouse)
    if not rows:
        problems.append(Problem("operations.shipment_unknown", "desadv", {"desadv": desadv}))
        return None
    return Shipment(document, transit, tuple(rows), uris_of(row.subject for row in rows))


@dataclass(frozen=True, slots=True)
class Departure:
    """How a shipment left: to whom (URI of the party that is to own it), by which carrier (URI, empty: nobody said)."""

    customer: str
    carrier: str


_LEFT = (
    "SELECT b.body FROM ledger_eventitem d JOIN ledger_record r ON r.log = d.log AND r.id = d.record "
    "JOIN ledger_body b ON b.log = r.log AND b.id = r.id "
    "WHERE d.log = %s AND d.identifier = %s AND d.role = 'doc.desadv' AND r.biz_step = 'shipping' "
    "AND r.declares IS NULL ORDER BY r.event_time, r.id LIMIT 1"
)


def departure_of(log: str, document: str) -> Departure | None:
    """The shipping event of a despatch advice (URI) out of a warehouse. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [log, key16(document)])
        row = cursor.fetchone()
    if row is None:
        return None
    body = json.loads(bytes(row[0]))
    return Departure(_destination(body), str(body.get("suyuan:carrier") or ""))


def _destination(body: Mapping[str, Any]) -> str:
    rows = body.get("destinationList") or []
    parties = [str(one.get("destination", "")) for one in rows if str(one.get("type", "")).endswith("owning_party")]
    return parties[0] if parties else ""


@dataclass(frozen=True, slots=True)
class Signature:
    """An event by which something of a shipment was taken, or refused (`reason`): its files as the event names them.
    `request`: the id of what was asked, whose record commits to the signer's name."""

    event: UUID
    request: str
    at: datetime
    refused: bool
    reason: str
    number: str
    files: tuple[Mapping[str, Any], ...]  # Any: JSON of a body


_SIGNED = (
    "SELECT r.id, r.event_time, b.body FROM ledger_eventitem d "
    "JOIN ledger_record r ON r.log = d.log AND r.id = d.record JOIN ledger_body b ON b.log = r.log AND b.id = r.id "
    "WHERE d.identifier = %s AND d.role = 'doc.desadv' AND r.biz_step = 'accepting' "
    "AND r.declares IS NULL ORDER BY r.event_time, r.id LIMIT 50"
)


def signed_of(desadv: str) -> list[Signature]:
    """What was signed under a despatch advice (number or URI), in order. One statement.

    It happened at the customer's, so it stands in the partners' log.
    """
    document = document_uri(who_is_who(), "desadv", desadv)
    with connection.cursor() as cursor:
        cursor.execute(_SIGNED, [key16(document)])
        rows = cursor.fetchall()
    return [_signature(bytes(id), int(at), json.loads(bytes(body))) for id, at, body in rows]


def _signature(id: bytes, at: int, body: Mapping[str, Any]) -> Signature:
    papers = [one for one in body.get("bizTransactionList") or [] if str(one.get("type", "")).endswith("recadv")]
    files = body.get("suyuan:attachments")
    return Signature(
        event=UUID(bytes=id),
        request=str(body.get("suyuan:request") or ""),
        at=moment(at),
        refused=str(body.get("disposition", "")).endswith("returned"),
        reason=str(body.get("suyuan:reason") or ""),
        number=str(papers[0].get("bizTransaction", "")).rsplit("/", 1)[-1] if papers else "",
        files=tuple(one for one in files if isinstance(one, dict)) if isinstance(files, list) else (),
    )
