"""EPCIS bodies of what we do ourselves: plain values in, the event's JSON out (EPCIS 2.0 §7.4). Pure.

Which step and disposition an operation has is the operation's business (docs/decisions/0006); this only writes it down.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from suyuan.capture.reading import NAMESPACE
from suyuan.epcis.events import ContextEntry, JsonObject

PREFIX = "suyuan"
CONTEXT: tuple[ContextEntry, ...] = ({PREFIX: NAMESPACE},)  # of our own extension fields
Pair = tuple[str, str]  # (CBV type, URI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A quantity of a class: `uom` a Rec 20 code; no `quantity` means all there is."""

    uri: str
    quantity: Decimal | None = None
    uom: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What every event says: when, where, why, between whom. `extra` are our extension fields, by bare name."""

    id: str
    at: datetime
    zone: ZoneInfo
    step: str
    disposition: str = ""
    read_point: str = ""
    location: str = ""
    documents: Sequence[Pair] = ()
    sources: Sequence[Pair] = ()
    destinations: Sequence[Pair] = ()
    blocks: Sequence[str] = ()
    unblocks: Sequence[str] = ()
    extra: Mapping[str, object] = field(default_factory=dict)


def object_event(head: Head, action: str, *, epcs: Iterable[str] = (), amounts: Iterable[Amount] = ()) -> JsonObject:
    """An ObjectEvent; `action` ADD, OBSERVE or DELETE."""
    body = _start("ObjectEvent", head) | {"action": action, "epcList": list(dict.fromkeys(epcs))}
    return _finish(body, head, amounts)


def aggregation_event(
    head: Head, action: str, *, parent: str, epcs: Iterable[str] = (), amounts: Iterable[Amount] = ()
) -> JsonObject:
    """An AggregationEvent: goods put into `parent`, seen in it, or taken out."""
    body = _start("AggregationEvent", head) | {
        "action": action,
        "parentID": parent,
        "childEPCs": list(dict.fromkeys(epcs)),
        "childQuantityList": _quantities(amounts),
    }
    kept = _finish(body, head)
    return kept if "childEPCs" in kept or "childQuantityList" in kept else {**kept, "childEPCs": []}


def association_event(
    head: Head, action: str, *, parent: str, epcs: Iterable[str] = (), amounts: Iterable[Amount] = ()
) -> JsonObject:
    """An AssociationEvent: parts put into `parent`, which has an identity of its own, or taken out of it."""
    return {**aggregation_event(head, action, parent=parent, epcs=epcs, amounts=amounts), "type": "AssociationEvent"}


def transformation_event(
    head: Head,
    *,
    inputs: Iterable[str] = (),
    input_amounts: Iterable[Amount] = (),
    outputs: Iterable[str] = (),
    output_amounts: Iterable[Amount] = (),
    transformation: str = "",
    ilmd: Mapping[str, object] | None = None,
) -> JsonObject:
    """A TransformationEvent. `ilmd` speaks of every output, so it is given where there is one."""
    body = _start("TransformationEvent", head) | {
        "inputEPCList": list(dict.fromkeys(inputs)),
        "inputQuantityList": _quantities(input_amounts),
        "outputEPCList": list(dict.fromkeys(outputs)),
        "outputQuantityList": _quantities(output_amounts),
        "transformationID": transformation,
        "ilmd": dict(ilmd or {}),
    }
    return _finish(body, head)


def declared_wrong(body: Mapping[str, object], *, at: datetime, reason: str, corrective: Sequence[str]) -> JsonObject:
    """The declaration of error for an event (§7.4.1.2): its body again, with when, why and what stands instead."""
    declaration: JsonObject = {"declarationTime": stamp(at), "reason": reason}
    if corrective:
        declaration["correctiveEventIDs"] = list(corrective)
    return {**body, "errorDeclaration": declaration}


def lot_facts(lots: Iterable[tuple[str, date | None, date | None]]) -> list[JsonObject]:
    """The `lots` extension: (lot URI, expiry, produced) where either is known. ILMD would not do on an OBSERVE."""
    found: list[JsonObject] = []
    for uri, expiry, produced in lots:
        dates = {"expiry": expiry, "produced": produced}
        said: JsonObject = {name: day.isoformat() for name, day in dates.items() if day}
        if said:
            found.append({"id": uri, **said})
    return found


def transit_uri(origin: str, log: str, shipment: str) -> str:
    """The holder of what is under way under a despatch advice, as the reader of a shipping event names it."""
    name = shipment.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    return f"{origin}/transit/{log}/{quote(name, safe='')}"


def stamp(moment: datetime) -> str:
    """An xsd:dateTimeStamp in UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def offset_text(moment: datetime, zone: ZoneInfo) -> str:
    """The offset of the site at that moment, as eventTimeZoneOffset wants it."""
    text = moment.astimezone(zone).strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def _start(kind: str, head: Head) -> JsonObject:
    return {
        "type": kind,
        "eventID": head.id,
        "eventTime": stamp(head.at),
        "eventTimeZoneOffset": offset_text(head.at, head.zone),
    }


def _finish(body: JsonObject, head: Head, amounts: Iterable[Amount] = ()) -> JsonObject:
    said: JsonObject = body | {
        "bizStep": head.step,
        "disposition": head.disposition,
        "quantityList": _quantities(amounts),
        "readPoint": {"id": head.read_point} if head.read_point else None,
        "bizLocation": {"id": head.location} if head.location else None,
        "bizTransactionList": [{"type": kind, "bizTransaction": uri} for kind, uri in head.documents],
        "sourceList": [{"type": kind, "source": uri} for kind, uri in head.sources],
        "destinationList": [{"type": kind, "destination": uri} for kind, uri in head.destinations],
        "persistentDisposition": _kept({"set": list(head.blocks), "unset": list(head.unblocks)}),
    }
    extra = {f"{PREFIX}:{name}": value for name, value in head.extra.items()}
    return _kept(said) | _kept(extra)


def _kept(fields: Mapping[str, object]) -> JsonObject:
    """Without what says nothing."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {}, ())}


def _quantities(amounts: Iterable[Amount]) -> list[JsonObject]:
    """One element a class and unit: the same lot on two lines is one quantity."""
    found: dict[tuple[str, str], JsonObject] = {}
    for amount in amounts:
        element = found.setdefault((amount.uri, amount.uom), {"epcClass": amount.uri})
        if amount.quantity is not None:
            known = element.get("quantity")
            element["quantity"] = amount.quantity + (known if isinstance(known, Decimal) else 0)
            if amount.uom:
                element["uom"] = amount.uom
    return list(found.values())
