"""What an event must look like, as one table: event type → field → how it is read (EPCIS 2.0 §7.4, CBV 2.0).

Each reader takes the draft, the field's place and its JSON, and either fills the draft or refuses. A sound event meets
nothing but dictionary look-ups; a faulty one gathers all its problems on the same way.
"""

import re
from collections.abc import Callable, Mapping, Set
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar, cast

from suyuan.epcis import vocabulary
from suyuan.epcis.context import expand
from suyuan.epcis.events import ErrorDeclaration, EventType, Item, JsonObject, Role
from suyuan.epcis.values import Collector, is_shallow, is_uri, lacks_offset, read_offset, read_time
from suyuan.epcis.vocabulary import Vocabulary
from suyuan.gs1.identifiers import ID_ORIGIN, Identity, Kind, identify
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import parse_amount, unit

ACTIONS = frozenset({"ADD", "OBSERVE", "DELETE"})
_HEX = re.compile(r"[A-Fa-f0-9]+")
_UOM = re.compile(r"[A-Z0-9]{2,3}")
_WHOLE = 10**12


class Draft(Collector):
    """An event being read: the fields of `Event`, each as far as it could be made out."""

    __slots__ = (
        "action",
        "biz_location",
        "biz_step",
        "body",
        "destinations",
        "disposition",
        "error",
        "event_id",
        "event_time",
        "extensions",
        "ilmd",
        "items",
        "offset_minutes",
        "persistent_set",
        "persistent_unset",
        "prefixes",
        "read_point",
        "record_time",
        "sources",
        "transactions",
        "transformation_id",
    )

    def __init__(self, body: JsonObject, prefixes: Mapping[str, str], path: str) -> None:
        self.path = path
        self.problems = []
        self.body = body
        self.prefixes = prefixes
        self.items: list[Item] = []
        self.transactions: list[tuple[str, str]] = []
        self.sources: list[tuple[str, str]] = []
        self.destinations: list[tuple[str, str]] = []
        self.ilmd: JsonObject = {}
        self.extensions: JsonObject = {}
        self.persistent_set: tuple[str, ...] = ()
        self.persistent_unset: tuple[str, ...] = ()
        self.event_time: datetime | None = None
        self.record_time: datetime | None = None
        self.offset_minutes: int | None = None
        self.error: ErrorDeclaration | None = None
        self.event_id: str | None = None
        self.action: str | None = None
        self.biz_step: str | None = None
        self.disposition: str | None = None
        self.read_point: str | None = None
        self.biz_location: str | None = None
        self.transformation_id: str | None = None


Reader = Callable[[Draft, str, object], None]


# --- plain values ----------------------------------------------------------------------------------------------------


def _object(draft: Draft, field: str, value: object) -> JsonObject | None:
    if isinstance(value, dict):
        return value
    draft.refuse("epcis.object", field)
    return None


def _list(draft: Draft, field: str, value: object) -> list[object]:
    if isinstance(value, list):
        return value
    draft.refuse("epcis.list", field)
    return []


def _text(draft: Draft, field: str, value: object) -> str | None:
    if isinstance(value, str) and value:
        return value
    draft.refuse("epcis.text", field)
    return None


def _any_text(draft: Draft, field: str, value: object) -> None:
    if not isinstance(value, str):
        draft.refuse("epcis.text", field)


def _uri(draft: Draft, field: str, value: object) -> str | None:
    text = _text(draft, field, value)
    if text is None or is_uri(text):
        return text
    draft.refuse("epcis.uri", field, value=text[:200])
    return None


def _time(draft: Draft, field: str, value: object) -> datetime | None:
    text = _text(draft, field, value)
    if text is None:
        return None
    if (time := read_time(text)) is None:
        draft.refuse("epcis.time_without_offset" if lacks_offset(text) else "epcis.time", field, value=text[:80])
    return time


def _number(draft: Draft, field: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        draft.refuse("epcis.number", field)


def _boolean(draft: Draft, field: str, value: object) -> None:
    if not isinstance(value, bool):
        draft.refuse("epcis.boolean", field)


def _hex(draft: Draft, field: str, value: object) -> None:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        draft.refuse("epcis.hex", field)


# Keys that nobody here moves goods by. Assets and documents arrive with wrong check digits from systems that never
# look at them (published examples do); such a key is kept as the bare URI it then is.
_UNCHECKED = frozenset({"253", "255", "401", "402", "8003", "8004", "8010", "8011", "8017", "8018"})


def identity_of(text: str) -> Identity:
    """`identify`, but a faulty key of an asset or document is no more than a URI. Refused for every other fault."""
    try:
        return identify(text)
    except Refused as refused:
        if is_uri(text) and all(problem.params.get("ai") in _UNCHECKED for problem in refused.problems):
            return Identity(text, Kind.OTHER, code=text.rstrip("/").rpartition("/")[2])
        raise


def _identity(draft: Draft, field: str, value: object) -> Identity | None:
    text = _text(draft, field, value)
    if text is None:
        return None
    try:
        return identity_of(text)
    except Refused as refused:
        draft.refuse_as(field, refused.problems)
        return None


def _canonical(draft: Draft, field: str, value: object) -> str | None:
    identity = _identity(draft, field, value)
    return identity.uri if identity else None


# --- names -----------------------------------------------------------------------------------------------------------


def _name(draft: Draft, field: str, value: object, names: Vocabulary) -> str | None:
    """A CBV name bare, any other as its full URI."""
    text = _text(draft, field, value)
    if text is None:
        return None
    if short := names.forms.get(text):
        return short
    if is_uri(text) and not text.startswith((*names.own, *names.banned)):
        return expand(text, draft.prefixes)
    return _odd_name(draft, field, text, names)


def _odd_name(draft: Draft, field: str, text: str, names: Vocabulary) -> str | None:
    meant = names.suggest(text)
    if text.startswith(names.banned):
        draft.refuse("epcis.name_form", field, value=text[:200], meant=meant or "…")
    elif meant:
        draft.refuse("epcis.name_meant", field, value=text[:200], meant=meant)
    elif names.open and is_uri(text):
        return expand(text, draft.prefixes)
    else:
        draft.refuse("epcis.name", field, value=text[:200])
    return None


def _biz_step(draft: Draft, field: str, value: object) -> None:
    draft.biz_step = _name(draft, field, value, vocabulary.BIZ_STEP)


def _disposition(draft: Draft, field: str, value: object) -> None:
    draft.disposition = _name(draft, field, value, vocabulary.DISPOSITION)


def _of(names: Vocabulary) -> Reader:
    def read(draft: Draft, field: str, value: object) -> None:
        _name(draft, field, value, names)

    return read


def _dispositions(draft: Draft, field: str, value: object) -> tuple[str, ...]:
    texts = _list(draft, field, value)
    if isinstance(value, list) and not value:
        draft.refuse("epcis.list_empty", field)
    names = [_name(draft, f"{field}[{n}]", text, vocabulary.DISPOSITION) for n, text in enumerate(texts)]
    _no_repeats(draft, field, texts)
    return tuple(name for name in names if name)


def _no_repeats(draft: Draft, field: str, texts: list[object]) -> None:
    """`uniqueItems` of the schema; one thing in two spellings is no repeat."""
    seen: set[str] = set()
    for n, text in enumerate(texts):
        if isinstance(text, str) and text in seen:
            draft.refuse("epcis.repeated", f"{field}[{n}]", value=text[:200])
        elif isinstance(text, str):
            seen.add(text)


def _persistent(draft: Draft, field: str, value: object) -> None:
    parts = _object(draft, field, value)
    if parts is None:
        return
    if not parts:
        draft.refuse("epcis.persistent_empty", field)
    for name, names in parts.items():
        if name == "set":
            draft.persistent_set = _dispositions(draft, f"{field}.set", names)
        elif name == "unset":
            draft.persistent_unset = _dispositions(draft, f"{field}.unset", names)
        else:
            draft.refuse("epcis.field_unknown", f"{field}.{name}", name=name)
    if both := set(draft.persistent_set) & set(draft.persistent_unset):
        draft.refuse("epcis.persistent_both", field, value=", ".join(sorted(both)))


def _action(draft: Draft, field: str, value: object) -> None:
    if isinstance(value, str) and value in ACTIONS:
        draft.action = value
    else:
        draft.refuse("epcis.action", field, value=str(value)[:80])


# --- when, which -----------------------------------------------------------------------------------------------------


def _event_time(draft: Draft, field: str, value: object) -> None:
    draft.event_time = _time(draft, field, value)


def _record_time(draft: Draft, field: str, value: object) -> None:
    draft.record_time = _time(draft, field, value)


def _offset(draft: Draft, field: str, value: object) -> None:
    text = _text(draft, field, value)
    if text is None:
        return
    draft.offset_minutes = read_offset(text)
    if draft.offset_minutes is None:
        draft.refuse("epcis.offset", field, value=text[:80])


def _event_id(draft: Draft, field: str, value: object) -> None:
    draft.event_id = _uri(draft, field, value)


def _transformation_id(draft: Draft, field: str, value: object) -> None:
    draft.transformation_id = _canonical(draft, field, value)


def _type(draft: Draft, field: str, value: object) -> None:
    """Looked at before anything else: it chooses the table."""


def _certification(draft: Draft, field: str, value: object) -> None:
    if isinstance(value, list):
        for n, text in enumerate(value):
            _uri(draft, f"{field}[{n}]", text)
    else:
        _uri(draft, field, value)


def _error_declaration(draft: Draft, field: str, value: object) -> None:
    parts = _object(draft, field, value)
    if parts is None:
        return
    _only(draft, field, parts, _ERROR_FIELDS)
    time = _time(draft, f"{field}.declarationTime", parts["declarationTime"]) if "declarationTime" in parts else None
    if "declarationTime" not in parts:
        draft.refuse("epcis.field_missing", f"{field}.declarationTime", name="declarationTime")
    reason = _name(draft, f"{field}.reason", parts["reason"], vocabulary.ERROR_REASON) if "reason" in parts else None
    ids = _list(draft, f"{field}.correctiveEventIDs", parts.get("correctiveEventIDs", []))
    corrective = [_uri(draft, f"{field}.correctiveEventIDs[{n}]", text) for n, text in enumerate(ids)]
    if time:
        draft.error = ErrorDeclaration(time, reason, tuple(text for text in corrective if text))


_ERROR_FIELDS = frozenset({"declarationTime", "reason", "correctiveEventIDs"})


def _only(draft: Draft, field: str, parts: JsonObject, known: frozenset[str]) -> None:
    """Whatever else stands in a part of the event must be an extension with a namespace."""
    for name in sorted(parts.keys() - known):
        _extension(draft, f"{field}.{name}", name, parts[name])


def _nothing_else(draft: Draft, place: str, parts: JsonObject, known: Set[str]) -> None:
    for name in sorted(parts.keys() - known):
        draft.refuse("epcis.field_unknown", f"{place}.{name}", name=name[:200])


def _extension(draft: Draft, field: str, name: str, value: object) -> bool:
    if not is_uri(name):
        code = "epcis.extension_name" if ":" in name else "epcis.field_unknown"
        draft.refuse(code, field, name=name[:200])
        return False
    if isinstance(value, dict | list) and not is_shallow(value):
        draft.refuse("epcis.too_deep", field)
    return True


# --- things ----------------------------------------------------------------------------------------------------------

# Serials of one item differ in the last part only, so what identify() made of the first serves its siblings: head of
# the text → (head of the URI, kind, item, lot). Three quarters of the cost of an event with a thousand serials.
_SIBLINGS: dict[str, tuple[str, Kind, str | None, str | None]] = {}
_SIBLINGS_KEPT = 8192
_SERIAL_HEAD = re.compile(re.escape(ID_ORIGIN) + r"/01/[0-9]{14}/21/")
_LONGEST_SERIAL = 20


def instance(text: str, role: Role) -> Item:
    """The instance-level item that `text` names, as `identify` would say, sooner for a known item's serial."""
    start = max(text.rfind("/"), text.rfind(".")) + 1
    serial = text[start:]
    if serial.isalnum() and serial.isascii() and len(serial) <= _LONGEST_SERIAL:
        head = text[:start]
        known = _SIBLINGS.get(head)
        if known is None:
            known = _learn(head, serial, identity_of(text))
        if known is not None:
            return Item(known[0] + serial, known[1], role, None, None, known[2], known[3], serial, text, False)
    return _item(identity_of(text), role, None, None, text, False)


def _learn(head: str, serial: str, found: Identity) -> tuple[str, Kind, str | None, str | None] | None:
    base = found.uri[: -len(serial)]
    if not found.uri.endswith(serial) or not _SERIAL_HEAD.fullmatch(base) or found.code != serial:
        return None
    if len(_SIBLINGS) >= _SIBLINGS_KEPT:
        _SIBLINGS.clear()
    _SIBLINGS[head] = known = (base, found.kind, found.item, found.lot)
    return known


def _item(found: Identity, role: Role, quantity: Decimal | None, uom: str | None, raw: str, is_class: bool) -> Item:
    return Item(found.uri, found.kind, role, quantity, uom, found.item, found.lot, found.code, raw, is_class)


def _epcs(role: Role, unique: bool) -> Reader:
    def read(draft: Draft, field: str, value: object) -> None:
        texts = _list(draft, field, value)
        items = draft.items
        start = len(items)
        for n, text in enumerate(cast(list[str], texts)):
            try:
                items.append(instance(text, role))
            except Refused as refused:
                draft.refuse_as(f"{field}[{n}]", refused.problems)
            except (AttributeError, TypeError):  # no text; asking each one first would cost more than all the rest
                draft.refuse("epcis.text", f"{field}[{n}]")
        # One thing in two spellings is one thing; the schema refuses only the same text twice, and not in every list.
        distinct = {item.uri: item for item in items[start:]}
        if len(distinct) < len(texts):
            items[start:] = distinct.values()
            if unique:
                _no_repeats(draft, field, texts)

    return read


def _parent(draft: Draft, field: str, value: object) -> None:
    identity = _identity(draft, field, value)
    if identity:
        draft.items.append(_item(identity, Role.PARENT, None, None, str(value), False))


_QUANTITY_FIELDS = frozenset({"epcClass", "quantity", "uom"})


def _quantities(role: Role) -> Reader:
    def read(draft: Draft, field: str, value: object) -> None:
        for n, entry in enumerate(_list(draft, field, value)):
            place = f"{field}[{n}]"
            parts = _object(draft, place, entry)
            if parts is not None:
                _quantity(draft, place, parts, role)

    return read


def _quantity(draft: Draft, place: str, parts: JsonObject, role: Role) -> None:
    if not parts.keys() <= _QUANTITY_FIELDS:
        _nothing_else(draft, place, parts, _QUANTITY_FIELDS)
    identity = _required(draft, place, parts, "epcClass", _identity)
    amount = _amount(draft, f"{place}.quantity", parts["quantity"]) if "quantity" in parts else None
    uom = _uom(draft, f"{place}.uom", parts["uom"]) if "uom" in parts else None
    if identity:
        draft.items.append(_item(identity, role, amount, uom, str(parts["epcClass"]), True))


T = TypeVar("T")


def _required(draft: Draft, place: str, parts: JsonObject, name: str, read: Callable[..., T | None]) -> T | None:
    if name in parts:
        return read(draft, f"{place}.{name}", parts[name])
    draft.refuse("epcis.field_missing", f"{place}.{name}", name=name)
    return None


def _amount(draft: Draft, field: str, value: object) -> Decimal | None:
    if type(value) is int and 0 <= value < _WHOLE:
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        draft.refuse("epcis.number", field)
        return None
    try:
        return _parse_amount(value)
    except Refused as refused:
        draft.refuse_as(field, refused.problems)
        return None


_parse_amount = lru_cache(maxsize=8192)(parse_amount)


@lru_cache(maxsize=1024)
def _is_unit(code: str) -> bool:
    unit(code)
    return True


def _uom(draft: Draft, field: str, value: object) -> str | None:
    text = _text(draft, field, value)
    if text is None:
        return None
    try:
        if _UOM.fullmatch(text) and _is_unit(text):
            return text
        draft.refuse("epcis.uom", field, value=text[:40])
    except Refused as refused:
        draft.refuse_as(field, refused.problems)
    return None


def _ilmd(draft: Draft, field: str, value: object) -> None:
    parts = _object(draft, field, value)
    if parts is not None:
        draft.ilmd = parts
        for name, part in parts.items():
            _extension(draft, f"{field}.{name}", name, part)


# --- where, with whom ------------------------------------------------------------------------------------------------

_PLACE_FIELDS = frozenset({"id"})


def _place(draft: Draft, field: str, value: object) -> str | None:
    parts = _object(draft, field, value)
    if parts is None:
        return None
    if len(parts) > 1:
        _only(draft, field, parts, _PLACE_FIELDS)
    return _required(draft, field, parts, "id", _canonical)


def _read_point(draft: Draft, field: str, value: object) -> None:
    draft.read_point = _place(draft, field, value)


def _biz_location(draft: Draft, field: str, value: object) -> None:
    draft.biz_location = _place(draft, field, value)


def _pair(draft: Draft, place: str, entry: object, name: str, names: Vocabulary) -> tuple[str | None, str | None]:
    """The type and the identifier of a list entry that may hold nothing else."""
    parts = _object(draft, place, entry)
    if parts is None:
        return None, None
    if not parts.keys() <= {"type", name}:
        _nothing_else(draft, place, parts, {"type", name})
    kind = _name(draft, f"{place}.type", parts["type"], names) if "type" in parts else None
    return kind, _required(draft, place, parts, name, _canonical)


def _transactions(draft: Draft, field: str, value: object) -> None:
    for n, entry in enumerate(_list(draft, field, value)):
        kind, uri = _pair(draft, f"{field}[{n}]", entry, "bizTransaction", vocabulary.TRANSACTION_TYPE)
        if uri:
            draft.transactions.append((kind or "", uri))


def _parties(draft: Draft, field: str, value: object, name: str) -> list[tuple[str, str]]:
    pairs = []
    for n, entry in enumerate(_list(draft, field, value)):
        kind, uri = _pair(draft, f"{field}[{n}]", entry, name, vocabulary.PARTY_TYPE)
        if isinstance(entry, dict) and "type" not in entry:
            draft.refuse("epcis.field_missing", f"{field}[{n}].type", name="type")
        if kind and uri:
            pairs.append((kind, uri))
    return pairs


def _sources(draft: Draft, field: str, value: object) -> None:
    draft.sources = _parties(draft, field, value, "source")


def _destinations(draft: Draft, field: str, value: object) -> None:
    draft.destinations = _parties(draft, field, value, "destination")


# --- sensors ---------------------------------------------------------------------------------------------------------

Check = Callable[[Draft, str, object], object]

_METADATA: dict[str, Check] = {
    "time": _time,
    "startTime": _time,
    "endTime": _time,
    "deviceID": _uri,
    "deviceMetadata": _uri,
    "rawData": _uri,
    "dataProcessingMethod": _uri,
    "bizRules": _uri,
}
_REPORT: dict[str, Check] = {
    "type": _of(vocabulary.SENSOR_TYPE),
    "exception": _of(vocabulary.SENSOR_EXCEPTION),
    "deviceID": _uri,
    "deviceMetadata": _uri,
    "rawData": _uri,
    "dataProcessingMethod": _uri,
    "bizRules": _uri,
    "time": _time,
    "microorganism": _uri,
    "chemicalSubstance": _uri,
    "coordinateReferenceSystem": _uri,
    "value": _number,
    "component": _of(vocabulary.COMPONENT),
    "stringValue": _any_text,
    "booleanValue": _boolean,
    "hexBinaryValue": _hex,
    "uriValue": _uri,
    "minValue": _number,
    "maxValue": _number,
    "meanValue": _number,
    "sDev": _number,
    "percRank": _number,
    "percValue": _number,
    "uom": _text,
}
_SENSOR_FIELDS = frozenset({"sensorMetadata", "sensorReport"})


def _table(draft: Draft, place: str, entry: object, table: Mapping[str, Check]) -> JsonObject:
    parts = _object(draft, place, entry) or {}
    for name, value in parts.items():
        check = table.get(name)
        if check:
            check(draft, f"{place}.{name}", value)
        else:
            _extension(draft, f"{place}.{name}", name, value)
    return parts


def _sensors(draft: Draft, field: str, value: object) -> None:
    for n, entry in enumerate(_list(draft, field, value)):
        place = f"{field}[{n}]"
        parts = _object(draft, place, entry)
        if parts is not None:
            _sensor(draft, place, parts)


def _sensor(draft: Draft, place: str, parts: JsonObject) -> None:
    _only(draft, place, parts, _SENSOR_FIELDS)
    if "sensorMetadata" in parts:
        _table(draft, f"{place}.sensorMetadata", parts["sensorMetadata"], _METADATA)
    reports = _required(draft, place, parts, "sensorReport", _list)
    if reports == [] and isinstance(parts.get("sensorReport"), list):
        draft.refuse("epcis.list_empty", f"{place}.sensorReport")
    for n, report in enumerate(reports or []):
        fields = _table(draft, f"{place}.sensorReport[{n}]", report, _REPORT)
        # The JSON schema asks for a type; the XSD and the standard's own examples let an exception stand alone.
        if isinstance(report, dict) and not fields.keys() & {"type", "exception"}:
            draft.refuse("epcis.field_missing", f"{place}.sensorReport[{n}].type", name="type")


# --- the table -------------------------------------------------------------------------------------------------------

_COMMON: dict[str, Reader] = {
    "type": _type,
    "eventTime": _event_time,
    "recordTime": _record_time,
    "eventTimeZoneOffset": _offset,
    "eventID": _event_id,
    "certificationInfo": _certification,
    "errorDeclaration": _error_declaration,
    "bizStep": _biz_step,
    "disposition": _disposition,
    # The JSON schema grants persistent dispositions to two of the types, the XSD to all five.
    "persistentDisposition": _persistent,
    "readPoint": _read_point,
    "bizLocation": _biz_location,
    "bizTransactionList": _transactions,
    "sourceList": _sources,
    "destinationList": _destinations,
    "sensorElementList": _sensors,
}
_CHILDREN: dict[str, Reader] = {
    "action": _action,
    "parentID": _parent,
    "childEPCs": _epcs(Role.CHILD, unique=False),
    "childQuantityList": _quantities(Role.CHILD),
}
FIELDS: dict[EventType, dict[str, Reader]] = {
    EventType.OBJECT: {
        **_COMMON,
        "action": _action,
        "epcList": _epcs(Role.EPC, unique=True),
        "quantityList": _quantities(Role.EPC),
        "ilmd": _ilmd,
    },
    EventType.AGGREGATION: {**_COMMON, **_CHILDREN},
    EventType.ASSOCIATION: {**_COMMON, **_CHILDREN},
    EventType.TRANSACTION: {
        **_COMMON,
        "action": _action,
        "parentID": _parent,
        "epcList": _epcs(Role.EPC, unique=False),
        "quantityList": _quantities(Role.EPC),
    },
    EventType.TRANSFORMATION: {
        **_COMMON,
        "inputEPCList": _epcs(Role.INPUT, unique=True),
        "inputQuantityList": _quantities(Role.INPUT),
        "outputEPCList": _epcs(Role.OUTPUT, unique=True),
        "outputQuantityList": _quantities(Role.OUTPUT),
        "transformationID": _transformation_id,
        "ilmd": _ilmd,
    },
}
_ALWAYS = ("eventTime", "eventTimeZoneOffset")
MANDATORY: dict[EventType, tuple[str, ...]] = {
    EventType.OBJECT: (*_ALWAYS, "action"),
    EventType.AGGREGATION: (*_ALWAYS, "action"),
    EventType.ASSOCIATION: (*_ALWAYS, "action", "parentID"),
    EventType.TRANSACTION: (*_ALWAYS, "action", "bizTransactionList"),
    EventType.TRANSFORMATION: _ALWAYS,
}
# All fields of any type, so that one in the wrong type of event is told from a misspelt one.
_SOMEWHERE = frozenset(name for fields in FIELDS.values() for name in fields)


# --- the event as a whole --------------------------------------------------------------------------------------------


def _judge_object(draft: Draft) -> None:
    body = draft.body
    measured = body.get("sensorElementList") and "readPoint" in body
    if not (body.get("epcList") or body.get("quantityList") or measured):
        draft.refuse("epcis.nothing_named", "epcList")
    if "ilmd" in body and draft.action in ("OBSERVE", "DELETE"):
        draft.refuse("epcis.ilmd_action", "ilmd", action=draft.action)


def _judge_children(draft: Draft) -> None:
    body = draft.body
    if draft.action != "DELETE" and not (body.get("childEPCs") or body.get("childQuantityList")):
        draft.refuse("epcis.no_children", "childEPCs")
    parents = {item.uri for item in draft.items if item.role is Role.PARENT}
    for item in draft.items:
        if item.role is Role.CHILD and item.uri in parents:
            draft.refuse("epcis.parent_is_child", "parentID", value=item.raw[:200])


def _judge_aggregation(draft: Draft) -> None:
    _judge_children(draft)
    if "parentID" not in draft.body and draft.action in ("ADD", "DELETE"):
        draft.refuse("epcis.parent_missing", "parentID", action=draft.action)


def _judge_transaction(draft: Draft) -> None:
    body = draft.body
    named = body.get("epcList") or body.get("quantityList") or ("epcList" in body and "parentID" in body)
    if not named and draft.action != "DELETE":
        draft.refuse("epcis.nothing_named", "epcList")
    if body.get("bizTransactionList") == []:
        draft.refuse("epcis.list_empty", "bizTransactionList")


def _judge_transformation(draft: Draft) -> None:
    body = draft.body
    inputs = body.get("inputEPCList") or body.get("inputQuantityList")
    outputs = body.get("outputEPCList") or body.get("outputQuantityList")
    if "transformationID" in body:
        if not inputs and not outputs:
            draft.refuse("epcis.nothing_named", "inputEPCList")
        return
    if not inputs:
        draft.refuse("epcis.no_inputs", "inputEPCList")
    if not outputs:
        draft.refuse("epcis.no_outputs", "outputEPCList")


_JUDGES: dict[EventType, Callable[[Draft], None]] = {
    EventType.OBJECT: _judge_object,
    EventType.AGGREGATION: _judge_aggregation,
    EventType.ASSOCIATION: _judge_children,
    EventType.TRANSACTION: _judge_transaction,
    EventType.TRANSFORMATION: _judge_transformation,
}
TYPES = {kind.value: kind for kind in EventType}


def type_of(body: Mapping[str, object], problems: Collector) -> EventType | None:
    """Which of the five types this is."""
    name = body.get("type")
    kind = TYPES.get(name) if isinstance(name, str) else None
    if kind is None and name is None:
        problems.refuse("epcis.field_missing", "type", name="type")
    elif kind is None:
        problems.refuse("epcis.event_type", "type", value=str(name)[:200])
    return kind


def read_fields(draft: Draft, kind: EventType) -> None:
    """Fill the draft in the order of the table, whatever the order of the body; then judge it as a whole."""
    body, found = draft.body, 0
    for name, read in FIELDS[kind].items():
        if name in body:
            found += 1
            read(draft, name, body[name])
    if found < len(body):
        _read_strangers(draft, kind)
    for name in MANDATORY[kind]:
        if name not in body:
            draft.refuse("epcis.field_missing", name, name=name)
    _JUDGES[kind](draft)


def _read_strangers(draft: Draft, kind: EventType) -> None:
    for name in sorted(draft.body.keys() - FIELDS[kind].keys()):
        value = draft.body[name]
        if name in _SOMEWHERE:
            draft.refuse("epcis.field_misplaced", name, name=name, type=kind.value)
        elif _extension(draft, name, name, value):
            draft.extensions[expand(name, draft.prefixes)] = value
