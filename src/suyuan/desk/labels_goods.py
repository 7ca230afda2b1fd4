"""What the label of a thing says: made of the catalog, the stock and the thing's own name. A fixed number of statements
whatever the number of labels.

Words on a label are in both languages, since labels travel: “批号 LOT”.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

from django.conf import settings

from suyuan.catalog.directory import Directory, ItemInfo, directory
from suyuan.catalog.queries import names_for
from suyuan.gs1.element_strings import Element
from suyuan.gs1.epc_tags import encode_tag
from suyuan.gs1.identifiers import ID_ORIGIN, Identity, Kind, identify
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import decimal_text
from suyuan.ledger.keys import key16
from suyuan.stock.queries import About, Stock, about, content, stock_in, stock_of_items, uris_of
from suyuan.ui.labels import Label
from suyuan.ui.units import unit_name

LOT, MADE, EXPIRES, AMOUNT, SERIAL, CONTENT, BOXED = (
    "批号 LOT", "生产 MADE", "有效期至 EXP", "数量 QTY", "序列号 SERIAL", "内装 CONTENT", "件数 COUNT",
)  # fmt: skip
MOST_COUNTED = Decimal(99_999_999)  # what AI 37 holds
Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that the labels of some things need, asked for at once."""

    directory: Directory
    zh: Names
    en: Names
    about: Mapping[bytes, About]
    lots: Mapping[bytes, str]
    inside: Mapping[bytes, Sequence[Stock]]
    uris: Mapping[bytes, str]


def labels_of(uris: Sequence[str], amounts: Mapping[str, str], *, tags: bool = False) -> dict[str, Label]:
    """URI of a lot, serial, container or item → its label. `amounts`: what to say of how much is under it, as text."""
    known = _known(uris)
    return {uri: _label(known, identify(uri), amounts.get(uri, ""), tags) for uri in dict.fromkeys(uris)}


def _known(uris: Sequence[str]) -> Known:
    things = [identify(uri) for uri in dict.fromkeys(uris)]
    boxes = {key16(one.uri) for one in things if one.kind is Kind.CONTAINER}
    inside: dict[bytes, list[Stock]] = {}
    for box in boxes if len(boxes) < 2 else ():
        inside[box] = [row for row in content([box]) if not row.container]
    if len(boxes) > 1:
        for row in stock_in(boxes):
            inside.setdefault(row.holder, []).append(row)
    held = about({key16(one.uri) for one in things} | {row.subject for rows in inside.values() for row in rows})
    named = {key for one in held.values() for key in (one.lot, one.item) if key}
    found = uris_of(named | {row.subject for rows in inside.values() for row in rows})
    items = {one.item or one.uri for one in things if one.kind is not Kind.CONTAINER}
    items |= {found[row.item] for rows in inside.values() for row in rows if row.item in found}
    lots = {key: found[one.lot] for key, one in held.items() if one.lot in found}
    known = directory()
    return Known(known, names_for(items, "zh-hans"), names_for(items, "en"), held, lots, inside, found)


def _label(known: Known, thing: Identity, amount: str, tags: bool) -> Label:
    link = settings.SUYUAN.origin + urlsplit(thing.uri).path
    if thing.kind is Kind.CONTAINER:
        return _of_container(known, thing, link, tags)
    item = thing.item or thing.uri
    info = _info(known.directory, item)
    held = known.about.get(key16(thing.uri))
    lot = _lot_of(known, thing)
    of_lot = known.about.get(key16(lot), held) if lot else held
    expiry, produced = _day(held, of_lot, "expiry"), _day(held, of_lot, "produced")
    number = identify(lot).code if lot else ""
    facts = [(LOT, number)] if thing.kind is Kind.SERIAL else []
    facts += [(EXPIRES, _said(expiry)), (MADE, _said(produced)), (AMOUNT, amount)]
    return Label(
        link,
        thing.code if thing.kind is not Kind.ITEM else (info.code if info else thing.code),
        known.zh.get(item, ""),
        info.code if info and thing.kind is not Kind.ITEM else "",
        known.en.get(item, ""),
        tuple((word, value) for word, value in facts if value),
        _elements(thing, expiry, produced, number),
        _epc(thing.uri) if tags else "",
    )


def _lot_of(known: Known, thing: Identity) -> str:
    if thing.kind is Kind.LOT:
        return thing.uri
    return thing.lot or known.lots.get(key16(thing.uri), "") if thing.kind is Kind.SERIAL else ""


def _elements(thing: Identity, expiry: date | None, produced: date | None, lot: str) -> tuple[Element, ...]:
    """What a GS1 symbol says of goods with a GTIN; nothing of others. Pure."""
    item = thing.item or thing.uri
    if not item.startswith(f"{ID_ORIGIN}/01/"):
        return ()
    found = [Element("01", identify(item).code)]
    if thing.kind is Kind.ITEM:
        return tuple(found)
    found += [Element("17", f"{expiry:%y%m%d}")] if expiry else []
    found += [Element("11", f"{produced:%y%m%d}")] if produced else []
    found += [Element("10", lot)] if lot else []
    found += [Element("21", thing.code)] if thing.kind is Kind.SERIAL else []
    return tuple(found)


# -- pallets ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Load:
    """What is in a container that holds one item: `lot` where it is one lot; `count` of base units."""

    item: str
    lot: str
    count: Decimal
    expiry: date | None
    produced: date | None


def _of_container(known: Known, thing: Identity, link: str, tags: bool) -> Label:
    load = _load(known, thing)
    info = _info(known.directory, load.item) if load else None
    facts: list[tuple[str, str]] = []
    if load:
        unit = unit_name(info.base_unit) if info else ""
        gtin = identify(load.item).code if load.item.startswith(ID_ORIGIN) else ""
        facts = [(CONTENT, gtin or (info.code if info else "")), (BOXED, f"{decimal_text(load.count)} {unit}".strip())]
        facts += [(LOT, load.lot), (EXPIRES, _said(load.expiry)), (MADE, _said(load.produced))]
    elif kinds := len({row.item for row in known.inside.get(key16(thing.uri), ())}):
        facts = [(CONTENT, f"{kinds} 种货物 / {kinds} items")]
    return Label(
        link, spaced(thing.code), known.zh.get(load.item, "") if load else "", info.code if info else "",
        known.en.get(load.item, "") if load else "", tuple((word, value) for word, value in facts if value),
        _unit_elements(thing, load), _epc(thing.uri) if tags else "",
    )  # fmt: skip


def _load(known: Known, thing: Identity) -> Load | None:
    rows = known.inside.get(key16(thing.uri), ())
    items = {row.item or row.subject for row in rows}
    if len(items) != 1:
        return None
    lots = {_lot_key(known, row) for row in rows}
    lot = known.uris.get(next(iter(lots)) or b"", "") if len(lots) == 1 else ""
    named = identify(lot) if lot else None
    days = {(row.expiry, row.produced) for row in rows}
    expiry, produced = next(iter(days)) if len(days) == 1 else (min((d[0] for d in days if d[0]), default=None), None)
    count = sum((row.amount for row in rows), Decimal(0))
    item = known.uris.get(next(iter(items)), "")
    number = named.code if named is not None and named.kind is Kind.LOT else ""
    return Load(item, number, count, _date(expiry), _date(produced))


def _lot_key(known: Known, row: Stock) -> bytes | None:
    if row.instance:
        return row.lot
    return row.subject


def _unit_elements(thing: Identity, load: Load | None) -> tuple[Element, ...]:
    """The SSCC with content, count and lot (GS1 Logistic Label Guideline, 3.2). Pure."""
    if not thing.uri.startswith(f"{ID_ORIGIN}/00/"):
        return ()
    found = [Element("00", thing.code)]
    countable = load is not None and load.count == load.count.to_integral_value() and 0 < load.count <= MOST_COUNTED
    if load is None or not countable or not load.item.startswith(f"{ID_ORIGIN}/01/"):
        return tuple(found)
    found += [Element("02", identify(load.item).code), Element("37", str(int(load.count)))]
    found += [Element("17", f"{load.expiry:%y%m%d}")] if load.expiry else []
    found += [Element("10", load.lot)] if load.lot else []
    return tuple(found)


def spaced(code: str) -> str:
    """An SSCC in groups, as people read it; another code as it is."""
    return f"{code[0]} {code[1:8]} {code[8:17]} {code[17]}" if len(code) == 18 and code.isdigit() else code


def _info(known: Directory, item: str) -> ItemInfo | None:
    pack = known.item_of(item) if item else None
    return known.items.get(pack.item) if pack else None


def _epc(uri: str) -> str:
    try:
        return encode_tag(uri)
    except Refused:
        return ""


def _day(held: About | None, of_lot: About | None, name: str) -> date | None:
    found = (getattr(one, name) for one in (held, of_lot) if one is not None)
    return _date(next((day for day in found if day is not None), None))


def _date(day: int | None) -> date | None:
    return date.fromordinal(day) if day is not None else None


def _said(day: date | None) -> str:
    return day.isoformat() if day else ""


# -- which ------------------------------------------------------------------------------------------------------------


def serials_of(uri: str, warehouse: str) -> list[str]:
    """The serials of a lot that are here, or those in a container, in the order of their numbers."""
    thing = identify(uri)
    if thing.kind is Kind.CONTAINER:
        rows: Iterable[Stock] = content([key16(uri)])
    elif thing.kind is Kind.LOT and thing.item:
        rows = stock_of_items([key16(thing.item)], warehouse)
        rows = [row for row in rows if row.lot == key16(uri) and row.ours]
    else:
        return []
    found = uris_of({row.subject for row in rows if row.instance and not row.container})
    return sorted(found.values())
