"""What is right of an event instead of what it said: other quantities, lots, dates, serials that were not there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from suyuan.capture.bodies import PREFIX
from suyuan.capture.who import Who
from suyuan.epcis.events import JsonObject
from suyuan.gs1.identifiers import Kind, identify, lot_of_item, serial_of_item, with_lot
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import UNITS, parse_amount
from suyuan.operations.signatures import is_above

_CLASSES, _EPCS = ("quantityList", "childQuantityList"), ("epcList", "childEPCs")


@dataclass(frozen=True, slots=True, kw_only=True)
class RightLine:
    """What is right of one lot of an event; what is left empty was right.

    `uri`: the lot (or item without lots) as the event names it; serials are spoken of by their lot. `quantity` and
    `weight` in the units of the event, 0 for none; `absent`: serials that were not there.
    """

    uri: str
    quantity: Decimal | int | str | None = None
    weight: Decimal | int | str | None = None
    lot: str = ""
    expiry: date | None = None
    produced: date | None = None
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Right:
    """A line read: new URI of the lot, amounts, None where as it was; `absent` are canonical URIs."""

    field: str
    uri: str
    quantity: Decimal | None
    weight: Decimal | None
    lot: str
    expiry: date | None
    produced: date | None
    absent: frozenset[str]


def read_rights(who: Who, lines: Sequence[RightLine], problems: list[Problem]) -> dict[str, Right]:
    """The lot or item that stock knows → what is right of it."""
    found: dict[str, Right] = {}
    for n, line in enumerate(lines):
        at, lot = f"lines[{n}]", line.lot.strip()
        try:
            uri = subject_of(who, line.uri)
            item = identify(uri).item or uri
            found[uri] = Right(
                at,
                lot_of_item(item, lot) if lot else uri,
                _amount(line.quantity),
                _amount(line.weight),
                lot,
                line.expiry,
                line.produced,
                frozenset(serial_of_item(item, serial) for serial in line.absent),
            )
        except Refused as refused:
            field = "absent" if line.absent and not lot else "lot" if lot else "quantity"
            problems += [Problem(p.code, f"{at}.{field}", p.params) for p in refused.problems]
    return found


def _amount(said: Decimal | int | str | None) -> Decimal | None:
    return None if said is None or said == "" else parse_amount(said)


def subject_of(who: Who, epc: str) -> str:
    """The lot that a class or serial of an event belongs to, or its item, as stock knows it: a pack's is its item's."""
    found = identify(epc)
    if found.kind is Kind.SERIAL:
        return found.lot or found.item or found.uri
    pack = who.directory.item_of(found.item) if found.item else None
    if pack is None or pack.item == found.item:
        return found.uri
    return lot_of_item(pack.item, found.code) if found.kind is Kind.LOT else pack.item


def groups_of(who: Who, body: Mapping[str, object]) -> dict[str, list[JsonObject]]:
    """Lot or item → what the event lists of it, as elements with `epcClass` or `epc`. Containers are none."""
    listed: list[JsonObject] = [{"epc": epc} for name in _EPCS for epc in cast(Sequence[str], body.get(name, ()))]
    listed += [one for name in _CLASSES for one in cast(Sequence[JsonObject], body.get(name, ()))]
    found: dict[str, list[JsonObject]] = {}
    for one in listed:
        epc = str(one.get("epc") or one["epcClass"])
        if identify(epc).kind is not Kind.CONTAINER:
            found.setdefault(subject_of(who, epc), []).append(one)
    return found


Rights = Mapping[str, Right]


def mended(who: Who, body: Mapping[str, object], rights: Rights) -> JsonObject | None:
    """The event's body with what is right; None where nothing is left of it."""
    new = dict(body)
    for name in _EPCS:
        if name in body:
            epcs = cast(Sequence[str], body[name])
            new[name] = [kept for epc in epcs if (kept := _epc(who, epc, rights)) is not None]
    for name in _CLASSES:
        if name in body:
            elements = cast(Sequence[JsonObject], body[name])
            new[name] = [one for element in elements if (one := _element(who, element, rights)) is not None]
    if not any(new.get(name) for name in (*_EPCS, *_CLASSES)):
        return None
    for name in ("attachments", "announced"):
        if f"{PREFIX}:{name}" in body:
            rows = cast(Sequence[JsonObject], body[f"{PREFIX}:{name}"])
            new[f"{PREFIX}:{name}"] = [_renamed(row, rights) for row in rows]
    if "parentID" not in body:
        new[f"{PREFIX}:lots"] = _dates(who, body, new, rights)
    return {name: value for name, value in new.items() if value != []}


def _epc(who: Who, epc: str, rights: Rights) -> str | None:
    """A serial as it should have been written; None where it did not come."""
    identity = identify(epc)
    right = rights.get(subject_of(who, epc)) if identity.kind is Kind.SERIAL else None
    if right is None:
        return epc
    if identity.uri in right.absent or right.quantity == 0:
        return None
    return with_lot([identity.uri], identity.item or "", right.lot)[0] if right.lot else epc


def _element(who: Who, element: JsonObject, rights: Rights) -> JsonObject | None:
    """A quantity as it should have been; None where there was none of it. A weight beside the count is the second."""
    named = cast(str, element["epcClass"])
    right = rights.get(subject_of(who, named))
    if right is None:
        return element
    amount = right.weight if is_weight(who, element) else right.quantity
    if amount == 0 or right.quantity == 0:
        return None
    uri = lot_of_item(identify(named).item or named, right.lot) if right.lot else named
    return {**element, "epcClass": uri, "quantity": element.get("quantity") if amount is None else amount}


def is_weight(who: Who, element: JsonObject) -> bool:
    """Is it the weight of goods that are weighed besides being counted?"""
    info = who.directory.items.get(identify(subject_of(who, cast(str, element["epcClass"]))).item or "")
    code = str(element.get("uom", ""))
    return info is not None and info.catch_weight and code in UNITS and UNITS[code].dimension == "mass"


def _renamed(row: JsonObject, rights: Rights) -> JsonObject:
    right = rights.get(str(row.get("id", "")))
    return {**row, "id": right.uri} if right else row


def _dates(who: Who, body: Mapping[str, object], new: JsonObject, rights: Rights) -> list[JsonObject]:
    """The `lots` extension of what is left: lots and serials with their dates, as they were or as they are right."""
    known = {str(row["id"]): row for row in cast(Sequence[JsonObject], body.get(f"{PREFIX}:lots", ()))}
    by_new = {right.uri: (old, right) for old, right in rights.items()}
    rows: dict[str, JsonObject] = {}
    for uri, listed in groups_of(who, new).items():
        old, right = by_new.get(uri, (uri, None))
        for one in listed:
            subject = identify(cast(str, one["epc"])).uri if "epc" in one else uri
            before = known.get(subject) or known.get(old) or {}
            dates = {name: before[name] for name in ("expiry", "produced") if before.get(name)}
            if right is not None:
                told = {"expiry": right.expiry, "produced": right.produced}
                dates |= {name: day.isoformat() for name, day in told.items() if day}
            if dates:
                rows[subject] = {"id": subject, **dates}
    return list(rows.values())


def takes_others(who: Who, body: Mapping[str, object], rights: Rights) -> bool:
    """Does it take second persons: another lot, a serial more or less, much of an amount, a later expiry?"""
    known = {str(row["id"]): row for row in cast(Sequence[JsonObject], body.get(f"{PREFIX}:lots", ()))}
    groups = groups_of(who, body)
    return any(_takes_others(who, right, uri, groups.get(uri, ()), known) for uri, right in rights.items())


def _takes_others(
    who: Who, right: Right, uri: str, listed: Sequence[JsonObject], known: Mapping[str, JsonObject]
) -> bool:
    if right.absent or (right.lot and right.uri != uri):
        return True
    ids = [identify(cast(str, one["epc"])).uri if "epc" in one else uri for one in listed]
    last = max((str(known[id_].get("expiry", "")) for id_ in ids if id_ in known), default="")
    if right.expiry is not None and right.expiry.isoformat() > last:
        return True
    said = [(one, right.weight if is_weight(who, one) else right.quantity) for one in listed]
    return any(now is not None and is_above(Decimal(str(one.get("quantity", 1))), now) for one, now in said)
