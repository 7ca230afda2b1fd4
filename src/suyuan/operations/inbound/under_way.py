"""What other warehouses of ours have sent here and is still under way, by its despatch advice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from suyuan.capture.bodies import transit_uri
from suyuan.capture.who import Who
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16, moment
from suyuan.operations.parties import site
from suyuan.stock.queries import Stock, stock_in, uris_of

MOST = 500  # shipments that are looked at, the latest ones
_SENT = (
    "SELECT DISTINCT r.log, r.event_time, n.uri FROM ledger_eventitem i "
    "JOIN ledger_record r ON r.log = i.log AND r.id = i.record "
    "JOIN ledger_eventitem d ON d.log = r.log AND d.record = r.id AND d.role = 'doc.desadv' "
    "JOIN ledger_identifier n ON n.log = d.log AND n.id = d.identifier "
    "WHERE i.role = 'to.location' AND r.biz_step = 'shipping' AND r.declares IS NULL AND NOT (r.log = %s) "
    "AND i.identifier {keys}"
)


@dataclass(frozen=True, slots=True)
class Coming:
    """A transfer of which something is under way: the warehouse it left, its paper, when, and what is left of it."""

    sender: str
    document: str
    sent: datetime
    rows: tuple[Stock, ...]
    uris: dict[bytes, str]

    @property
    def number(self) -> str:
        return self.document.rsplit("/", 1)[-1]


def coming(who: Who, warehouse: str) -> list[Coming]:
    """What is under way to a warehouse, the earliest first. Three statements."""
    with connection.cursor() as cursor:
        sent: list[tuple[Any, ...]] = select_in(
            cursor, _SENT, [key16(site(who, warehouse))], warehouse, suffix=f" ORDER BY r.event_time DESC LIMIT {MOST}"
        )
    ways = {
        key16(transit_uri(who.origin, log, document)): (log, document, at)
        for log, at, document in sorted(sent, key=lambda row: int(row[1]), reverse=True)
    }
    rows: dict[bytes, list[Stock]] = {}
    for row in stock_in(ways) if ways else ():
        rows.setdefault(row.holder, []).append(row)
    uris = uris_of(row.subject for there in rows.values() for row in there) if rows else {}
    found = [_coming(*ways[holder], there, uris) for holder, there in rows.items()]
    return sorted(found, key=lambda one: one.sent)


def _coming(log: str, document: str, at: int, rows: Sequence[Stock], uris: dict[bytes, str]) -> Coming:
    return Coming(log, document, moment(at), tuple(sorted(rows, key=lambda row: uris.get(row.subject, ""))), uris)
