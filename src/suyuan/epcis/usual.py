"""The event as most systems write it, read by dictionary look-ups alone: a third of the time of the general way.

The general way (`rules`) says the same; a test holds the two together. Whatever is unusual is left to it, and so is
whatever is wrong: it alone tells all that is wrong, and where.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from suyuan.epcis import vocabulary
from suyuan.epcis.context import Context, Shape, expand
from suyuan.epcis.draft import Draft
from suyuan.epcis.events import ContextEntry, Event, EventType, Item, JsonObject, Role
from suyuan.epcis.rules import ACTIONS, FIELDS, TYPES
from suyuan.epcis.things import UNIT_CODES, item_of
from suyuan.epcis.values import OFFSETS, is_shallow, is_uri, read_time
from suyuan.gs1.identifiers import Kind, canonical, identify
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import INTEGER_DIGITS, parse_amount

T = TypeVar("T")
Pair = tuple[str, str]
Json = Any  # what is not the text, list or object that is expected makes the look-ups fail
Goods = Callable[[list[Item], Role, Json], None]


class _Unusual(Exception):
    """Left to the general way."""


def read_usual(body: JsonObject, context: Context, needed: tuple[ContextEntry, ...], stored: bytes) -> Event | None:
    """The event of a body without "@context"; None where the general way has to look."""
    try:
        return _read(body, context, needed, stored)
    except (_Unusual, Refused, LookupError, TypeError, AttributeError):
        return None


def _read(body: dict[str, Json], context: Context, needed: tuple[ContextEntry, ...], stored: bytes) -> Event:
    kind = TYPES[body["type"]]
    action = None if kind is EventType.TRANSFORMATION else _ACTIONS[body["action"]]
    others, rare = _shape(body, kind, context)
    draft = _rarities(body, kind, context, rare) if rare else _NO_RARITIES
    transformation = canonical(body["transformationID"]) if "transformationID" in body else None
    return Event(
        context=needed,
        stored=stored,
        type=kind,
        event_id=_id(body["eventID"]) if "eventID" in body else None,
        event_time=_said(read_time(body["eventTime"])),
        offset_minutes=OFFSETS[body["eventTimeZoneOffset"]],
        record_time=_said(read_time(body["recordTime"])) if "recordTime" in body else None,
        action=action,
        biz_step=_STEPS[body["bizStep"]] if "bizStep" in body else None,
        disposition=_DISPOSITIONS[body["disposition"]] if "disposition" in body else None,
        read_point=_place(body["readPoint"]) if "readPoint" in body else None,
        biz_location=_place(body["bizLocation"]) if "bizLocation" in body else None,
        items=_items(body, kind, transformation),
        transactions=_pairs(body, "bizTransactionList", "bizTransaction", _paper),
        sources=_pairs(body, "sourceList", "source", _party),
        destinations=_pairs(body, "destinationList", "destination", _party),
        transformation_id=transformation,
        persistent_set=draft.persistent_set,
        persistent_unset=draft.persistent_unset,
        ilmd=_ilmd(body["ilmd"], action) if "ilmd" in body else {},
        error=draft.error,
        extensions={full: _shallow(body[name]) for name, full in others},
    )


# --- parts ----------------------------------------------------------------------------------------------------------


def _said(value: T | None) -> T:
    if value is None:
        raise _Unusual
    return value


def _id(text: str) -> str:
    if not is_uri(text):
        raise _Unusual
    return text


def _place(parts: dict[str, str]) -> str:
    if len(parts) != 1:
        raise _Unusual
    return identify(parts["id"]).uri


def _pairs(body: dict[str, Json], field: str, name: str, pair: Callable[[str, str], Pair]) -> list[Pair]:
    found: list[Pair] = []
    if field not in body:
        return found
    for entry in _list(body[field]):
        if len(entry) != 2:
            raise _Unusual
        found.append(pair(entry["type"], entry[name]))
    return found


def _paper(kind: str, text: str) -> Pair:
    return _PAPERS[kind], canonical(text)


@lru_cache(maxsize=8192)
def _party(kind: str, text: str) -> Pair:
    return _PARTIES[kind], identify(text).uri


def _list(value: Json) -> list[Json]:
    if type(value) is not list:
        raise _Unusual
    return value


def _ilmd(parts: dict[str, Json], action: str | None) -> JsonObject:
    if action in ("OBSERVE", "DELETE"):
        raise _Unusual
    for name, part in parts.items():
        if not is_uri(name):
            raise _Unusual
        _shallow(part)
    return parts


def _shape(body: dict[str, Json], kind: EventType, context: Context) -> Shape:
    """What is beside the usual fields. Events of one make have the same names in the same order: looked at once."""
    names = (kind, *body)
    shape = context.shapes.get(names)
    if shape is None:
        strange = body.keys() - FIELDS[kind].keys()
        if not all(map(is_uri, strange)):
            raise _Unusual
        extensions = tuple((name, expand(name, context.prefixes)) for name in sorted(strange))
        shape = extensions, tuple(name for name in FIELDS[kind] if name in _RARE and name in body)
        if len(context.shapes) >= _MOST_SHAPES:
            context.shapes.clear()
        if sum(map(len, names)) <= _LONGEST_SHAPE:
            context.shapes[names] = shape
    return shape


def _rarities(body: JsonObject, kind: EventType, context: Context, rare: tuple[str, ...]) -> Draft:
    draft = Draft(body, context.prefixes, "")
    for name in rare:
        FIELDS[kind][name](draft, name, body[name])
    if draft.problems:
        raise _Unusual
    return draft


def _shallow(part: Json) -> Json:
    if type(part) is not str and not is_shallow(part):
        raise _Unusual
    return part


# --- goods ----------------------------------------------------------------------------------------------------------


def _items(body: dict[str, Json], kind: EventType, transformation: str | None) -> list[Item]:
    items: list[Item] = []
    goods = _GOODS[kind]
    for name, role, read in goods:
        if name in body:
            read(items, role, body[name])
    # Parents and children, inputs and outputs; only a transformation told in several events has one side at a time.
    whole = items[0].role is goods[0][1] and items[-1].role is goods[-1][1]
    if not (whole or transformation) or (len(items) > 1 and len({item.uri for item in items}) < len(items)):
        raise _Unusual
    return items


def _parent(items: list[Item], role: Role, text: str) -> None:
    items.append(item_of(identify(text), role, None, None, text, False))


# Serials of one item, and of one lot of it, differ in the last part only, so what the first is tells what its siblings
# are.
_PLAIN = "[A-Za-z0-9][A-Za-z0-9_-]{0,19}"
_FIRST = re.compile(
    rf"(https?://[a-z0-9.-]{{1,99}}/01/[0-9]{{14}}/(?:10/{_PLAIN}/)?21/"
    rf"|https://[a-z0-9.-]{{1,99}}/item/{_PLAIN}/(?:lot/{_PLAIN}/)?serial/"
    rf"|urn:epc:id:sgtin:[0-9]+\.[0-9]+\.){_PLAIN}"
)
_is_sibling = re.compile(_PLAIN).fullmatch
_SERIAL = Kind.SERIAL


def _instances(items: list[Item], role: Role, texts: Json) -> None:
    head, size, start, item, lot = "", 0, "", "", None
    for text in _list(texts):
        serial = text[size:]
        if size and text.startswith(head) and _is_sibling(serial):
            items.append(Item(start + serial, _SERIAL, role, None, None, item, lot, serial, text, False))
        else:
            found = identify(text)
            items.append(item_of(found, role, None, None, text, False))
            if found.item and found.kind is _SERIAL and (match := _FIRST.fullmatch(text)):
                head, size, start = match[1], len(match[1]), found.uri.removesuffix(found.code)
                item, lot = found.item, found.lot


def _quantities(items: list[Item], role: Role, entries: Json) -> None:
    for entry in _list(entries):
        text, size = entry["epcClass"], len(entry)
        amount = _amount(entry["quantity"]) if size > 1 else None
        uom = _UNITS[entry["uom"]] if size > 2 else None
        if size > 3:
            raise _Unusual
        items.append(item_of(identify(text), role, amount, uom, text, True))


def _amount(value: Json) -> Decimal:
    if type(value) is int and 0 <= value < _WHOLE:
        return Decimal(value)
    if type(value) is Decimal:
        return parse_amount(value)
    raise _Unusual


# --- the tables -----------------------------------------------------------------------------------------------------

_MOST_SHAPES, _LONGEST_SHAPE = 1000, 2000
_WHOLE = 10**INTEGER_DIGITS
_UNITS = {code: code for code in UNIT_CODES}
_ACTIONS = {action: action for action in ACTIONS}
_STEPS, _DISPOSITIONS = vocabulary.BIZ_STEP.forms, vocabulary.DISPOSITION.forms
_PAPERS, _PARTIES = vocabulary.TRANSACTION_TYPE.forms, vocabulary.PARTY_TYPE.forms

_CHILDREN: tuple[tuple[str, Role, Goods], ...] = (
    ("parentID", Role.PARENT, _parent),
    ("childEPCs", Role.CHILD, _instances),
    ("childQuantityList", Role.CHILD, _quantities),
)
# In the order of `rules.FIELDS`; transaction events are rare.
_GOODS: dict[EventType, tuple[tuple[str, Role, Goods], ...]] = {
    EventType.OBJECT: (("epcList", Role.EPC, _instances), ("quantityList", Role.EPC, _quantities)),
    EventType.AGGREGATION: _CHILDREN,
    EventType.ASSOCIATION: _CHILDREN,
    EventType.TRANSFORMATION: (
        ("inputEPCList", Role.INPUT, _instances),
        ("inputQuantityList", Role.INPUT, _quantities),
        ("outputEPCList", Role.OUTPUT, _instances),
        ("outputQuantityList", Role.OUTPUT, _quantities),
    ),
}
# Read the general way, but within the usual event.
_RARE = frozenset({"certificationInfo", "errorDeclaration", "persistentDisposition", "sensorElementList"})
_NO_RARITIES = Draft({}, {}, "")
