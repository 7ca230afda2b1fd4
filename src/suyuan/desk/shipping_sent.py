"""A shipment that left, as its papers tell it: who, to whom, in which cartons, what in each, as it was when it left."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from suyuan.catalog.models import Partner, SupplierItem
from suyuan.desk.access import Desk
from suyuan.desk.events import goods_named, told_by
from suyuan.desk.naming import Names, item_of
from suyuan.desk.results import Done
from suyuan.gs1.quantities import COUNT, Quantity, decimal_text
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import event_key, key16, micros
from suyuan.operations.despatched import inside_then
from suyuan.stock.book import BLOCKING
from suyuan.stock.queries import About, Stock, about, uris_of
from suyuan.ui.things import Thing

# What was said of a container when it was packed, the latest first.
_PACKED = (
    "SELECT e.identifier, b.body FROM ledger_eventitem e "
    "JOIN ledger_record r ON r.log = e.log AND r.id = e.record AND r.biz_step = 'packing' AND r.declares IS NULL "
    "JOIN ledger_body b ON b.log = r.log AND b.id = r.id WHERE e.log = %s AND e.role = 'parent' AND e.identifier {keys}"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A row of a packing list. `depth`: in how many containers of the list it is; `blocks`: states that forbid it
    now, by itself, its lot or its item; `code`: how the customer calls the item."""

    thing: Thing
    quantity: Quantity | None
    expiry: date | None
    depth: int
    container: bool
    blocks: tuple[str, ...]
    link: str
    gross: str = ""
    size: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A shipment. `parts`: cartons and pallets, each followed by what is in it; loose goods at the end."""

    number: str
    customer: Partner | None
    carrier: Partner | None
    parts: tuple[Part, ...]
    params: Mapping[str, Any]  # Any: plain JSON of the command

    @property
    def boxes(self) -> int:
        return sum(part.container and part.depth == 0 for part in self.parts)

    @property
    def loose(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if not part.container)

    @property
    def gross(self) -> str:
        """What its outermost containers weigh together, where each of them was weighed."""
        weights = [part.gross for part in self.parts if part.container and part.depth == 0]
        if not weights or not all(weights) or any(not part.container and part.depth == 0 for part in self.parts):
            return ""
        return decimal_text(sum(map(Decimal, weights), start=Decimal(0)))

    @property
    def blocked(self) -> bool:
        return any(part.blocks for part in self.parts)


def trace_link(uri: str) -> str:
    """Where anybody with a phone learns of a thing: itself under the company's own origin."""
    return settings.SUYUAN.origin + urlsplit(uri).path


def sent_of(found: Done, desk: Desk) -> Sent:
    """A fixed number of statements, and one a level of containers."""
    named = goods_named(told_by(map(event_key, found.events)))
    boxes = [key16(uri) for uri, kind, *_ in named if kind == "container"]
    inside = inside_then(boxes, micros(found.at), desk.warehouse)
    uris = uris_of({row.subject for rows in inside.values() for row in rows})
    keys = {key16(uri) for uri, *_ in named} | set(uris)
    known = about(keys)
    known |= about({key for one in known.values() for key in (one.lot, one.item) if key} - known.keys())
    parties = {one.uri: one for one in Partner.objects.filter(uri__in=_parties(found))}
    customer = parties.get(str(found.result.get("customer", "")))
    facts = Facts(
        Names({*(uri for uri, *_ in named), *uris.values()}, desk.language),
        known, packed_facts(desk.warehouse, [key for key, one in known.items() if one.container]), _codes(customer),
    )  # fmt: skip
    parts: list[Part] = []
    for uri, kind, quantity, *_ in sorted(named, key=lambda one: one[1] != "container"):
        parts.append(facts.part(uri, quantity, 0, kind == "container"))
        parts += _below(key16(uri), inside, uris, facts, 1)
    carrier = next((one for one in parties.values() if one is not customer), None)
    return Sent(str(found.result.get("desadv", "")), customer, carrier, tuple(parts), found.params)


def _parties(found: Done) -> list[str]:
    return [uri for name in ("customer", "carrier") if (uri := str(found.result.get(name, "")))]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of everything on a packing list."""

    names: Names
    known: Mapping[bytes, About]
    packed: Mapping[bytes, Mapping[str, Any]]  # Any: the body of an event
    codes: Mapping[str, str]

    def part(self, uri: str, quantity: Quantity | None, depth: int, container: bool) -> Part:
        held = self.known.get(key16(uri))
        chain = [held, *(self.known.get(key or b"") for key in ((held.lot, held.item) if held else ()))]
        blocks = sorted({BLOCKING.get(b, b) for one in chain if one is not None for b in one.blocks.values()})
        days = [one.expiry for one in chain if one is not None and one.expiry is not None]
        said = self.packed.get(key16(uri), {})
        weighed, size = said.get("suyuan:weighed") or {}, said.get("suyuan:size") or []
        return Part(
            self.names.thing(uri, "container" if container else ""), quantity,
            date.fromordinal(min(days)) if days and not container else None, depth, container, tuple(blocks),
            trace_link(uri), str(weighed.get("gross", "")), " × ".join(map(str, size)),
            self.codes.get(item_of(uri) or uri, ""),
        )  # fmt: skip


Inside = Mapping[bytes, Sequence[Stock]]


def _below(box: bytes, inside: Inside, uris: Mapping[bytes, str], facts: Facts, depth: int) -> list[Part]:
    found: list[Part] = []
    for row in sorted(inside.get(box, ()), key=lambda one: (not one.container, uris.get(one.subject, ""))):
        if row.subject in uris:
            amount = None if row.container or row.instance else Quantity(row.amount, row.unit or COUNT)
            found.append(facts.part(uris[row.subject], amount, depth, row.container))
            found += _below(row.subject, inside, uris, facts, depth + 1) if row.container else []
    return found


def packed_facts(log: str, boxes: Sequence[bytes]) -> dict[bytes, Mapping[str, Any]]:
    """Container → the latest event by which it was packed and weighed, or else packed. One statement."""
    with connection.cursor() as cursor:
        rows = select_in(cursor, _PACKED, boxes, log, suffix=" ORDER BY r.event_time")
    found: dict[bytes, Mapping[str, Any]] = {}
    for key, body in rows:
        said = json.loads(bytes(body))
        if said.get("suyuan:weighed") or bytes(key) not in found:
            found[bytes(key)] = said
    return found


def _codes(customer: Partner | None) -> dict[str, str]:
    """Item → what the customer calls it, where the register of partners' codes has it."""
    if customer is None:
        return {}
    return dict(SupplierItem.objects.filter(partner=customer, is_active=True).values_list("item__uri", "code"))
