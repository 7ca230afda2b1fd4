"""One EPCIS event as a value: what the projections need of it, and its JSON exactly as it came."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct
from msgspec.json import Decoder

from suyuan.epcis.values import exact
from suyuan.gs1.identifiers import Kind


class EventType(StrEnum):
    """The five event types of EPCIS 2.0 (§7.4)."""

    OBJECT = "ObjectEvent"
    AGGREGATION = "AggregationEvent"
    TRANSACTION = "TransactionEvent"
    TRANSFORMATION = "TransformationEvent"
    ASSOCIATION = "AssociationEvent"


class Role(StrEnum):
    """What an identifier does in its event, for instances and classes alike."""

    EPC = "epc"
    PARENT = "parent"
    CHILD = "child"
    INPUT = "input"
    OUTPUT = "output"


class Item(Struct, frozen=True, gc=False):
    """One thing an event speaks of.

    `uri`, `kind`, `item`, `lot` and `code` are those of `gs1.identifiers.Identity`; `raw` is the identifier as written.
    `is_class` says that it stood in a quantity list; `quantity` is None where none was given, `uom` None for a count.
    """

    uri: str
    kind: Kind
    role: Role
    quantity: Decimal | None
    uom: str | None
    item: str | None
    lot: str | None
    code: str
    raw: str
    is_class: bool


class ErrorDeclaration(Struct, frozen=True):
    """That an event was wrong (EPCIS 2.0 §7.4.1.2): when that was said, why (CBV name or URI), what stands instead."""

    declaration_time: datetime
    reason: str | None
    corrective_ids: tuple[str, ...]


JsonObject = dict[str, object]
Terms = dict[str, object]
ContextEntry = str | Terms


class Event(Struct, frozen=True, kw_only=True):
    """One event, read and checked.

    `stored` is `document.body_bytes`; `context` holds what is needed beside the standard context to read the prefixes
    it uses, wherever the document declared it. Times are aware UTC.
    Names from the CBV are bare ("receiving"), others full URIs; places, parties and documents are canonical URIs;
    `transactions`, `sources` and `destinations` are pairs (type, URI), the type "" where a transaction gave none.
    `extensions` has the event's own extension fields under their expanded names.
    """

    context: tuple[ContextEntry, ...]
    stored: bytes
    type: EventType
    event_id: str | None
    event_time: datetime
    offset_minutes: int
    record_time: datetime | None
    action: str | None
    biz_step: str | None
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    items: list[Item]
    transactions: list[tuple[str, str]]
    sources: list[tuple[str, str]]
    destinations: list[tuple[str, str]]
    transformation_id: str | None
    persistent_set: tuple[str, ...] = ()
    persistent_unset: tuple[str, ...] = ()
    ilmd: JsonObject
    error: ErrorDeclaration | None = None
    extensions: dict[str, object]

    @property
    def body(self) -> JsonObject:
        """Its JSON without "@context", fractions as Decimal. Made anew each time: a document holds thousands of events,
        and few are asked for it."""
        body = _decode(self.stored)
        body.pop("@context", None)
        return body


_decode = Decoder(JsonObject, float_hook=exact).decode
