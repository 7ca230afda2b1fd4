"""What an event must look like, as one table: event type → field → how it is read (EPCIS 2.0 §7.4, CBV 2.0).

Each reader takes the draft, the field's place and its JSON, and either fills the draft or refuses; a faulty event
gathers all its problems on one way through. Most sound events never come here: `usual` reads them.
"""

from collections.abc import Callable, Mapping

from suyuan.epcis import vocabulary
from suyuan.epcis.context import expand
from suyuan.epcis.draft import (
    Draft,
    Reader,
    a_list,
    a_name,
    a_text,
    a_time,
    a_uri,
    an_object,
    extension,
    no_repeats,
    nothing_else,
    only,
    required,
)
from suyuan.epcis.events import ErrorDeclaration, EventType, Role
from suyuan.epcis.sensors import sensors
from suyuan.epcis.things import canonical_uri, epcs, parent, quantities
from suyuan.epcis.values import OFFSETS, Collector
from suyuan.epcis.vocabulary import Vocabulary

ACTIONS = frozenset({"ADD", "OBSERVE", "DELETE"})


# --- when, which ----------------------------------------------------------------------------------------------------


def _type(draft: Draft, field: str, value: object) -> None:
    """Looked at before anything else: it chooses the table."""


def _event_time(draft: Draft, field: str, value: object) -> None:
    draft.event_time = a_time(draft, field, value)


def _record_time(draft: Draft, field: str, value: object) -> None:
    draft.record_time = a_time(draft, field, value)


def _offset(draft: Draft, field: str, value: object) -> None:
    text = a_text(draft, field, value)
    if text is None:
        return
    draft.offset_minutes = OFFSETS.get(text)
    if draft.offset_minutes is None:
        draft.refuse("epcis.offset", field, value=text[:80])


def _event_id(draft: Draft, field: str, value: object) -> None:
    draft.event_id = a_uri(draft, field, value)


def _transformation_id(draft: Draft, field: str, value: object) -> None:
    draft.transformation_id = canonical_uri(draft, field, value)


def _certification(draft: Draft, field: str, value: object) -> None:
    if isinstance(value, list):
        for n, text in enumerate(value):
            a_uri(draft, f"{field}[{n}]", text)
    else:
        a_uri(draft, field, value)


_ERROR_FIELDS = frozenset({"declarationTime", "reason", "correctiveEventIDs"})


def _error_declaration(draft: Draft, field: str, value: object) -> None:
    parts = an_object(draft, field, value)
    if parts is None:
        return
    only(draft, field, parts, _ERROR_FIELDS)
    time = a_time(draft, f"{field}.declarationTime", parts["declarationTime"]) if "declarationTime" in parts else None
    if "declarationTime" not in parts:
        draft.refuse("epcis.field_missing", f"{field}.declarationTime", name="declarationTime")
    reason = a_name(draft, f"{field}.reason", parts["reason"], vocabulary.ERROR_REASON) if "reason" in parts else None
    ids = a_list(draft, f"{field}.correctiveEventIDs", parts.get("correctiveEventIDs", []))
    corrective = [a_uri(draft, f"{field}.correctiveEventIDs[{n}]", text) for n, text in enumerate(ids)]
    if time:
        draft.error = ErrorDeclaration(time, reason, tuple(text for text in corrective if text))


# --- what it means --------------------------------------------------------------------------------------------------


def _action(draft: Draft, field: str, value: object) -> None:
    if isinstance(value, str) and value in ACTIONS:
        draft.action = value
    else:
        draft.refuse("epcis.action", field, value=str(value)[:80])


def _biz_step(draft: Draft, field: str, value: object) -> None:
    draft.biz_step = a_name(draft, field, value, vocabulary.BIZ_STEP)


def _disposition(draft: Draft, field: str, value: object) -> None:
    draft.disposition = a_name(draft, field, value, vocabulary.DISPOSITION)


def _persistent(draft: Draft, field: str, value: object) -> None:
    parts = an_object(draft, field, value)
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


def _dispositions(draft: Draft, field: str, value: object) -> tuple[str, ...]:
    texts = a_list(draft, field, value)
    if isinstance(value, list) and not value:
        draft.refuse("epcis.list_empty", field)
    names = [a_name(draft, f"{field}[{n}]", text, vocabulary.DISPOSITION) for n, text in enumerate(texts)]
    no_repeats(draft, field, texts)
    return tuple(name for name in names if name)


def _ilmd(draft: Draft, field: str, value: object) -> None:
    parts = an_object(draft, field, value)
    if parts is not None:
        draft.ilmd = parts
        for name, part in parts.items():
            extension(draft, f"{field}.{name}", name, part)


# --- where, with whom -----------------------------------------------------------------------------------------------

_PLACE_FIELDS = frozenset({"id"})


def _place(draft: Draft, field: str, value: object) -> str | None:
    parts = an_object(draft, field, value)
    if parts is None:
        return None
    if len(parts) > 1:
        only(draft, field, parts, _PLACE_FIELDS)
    return required(draft, field, parts, "id", canonical_uri)


def _read_point(draft: Draft, field: str, value: object) -> None:
    draft.read_point = _place(draft, field, value)


def _biz_location(draft: Draft, field: str, value: object) -> None:
    draft.biz_location = _place(draft, field, value)


def _transactions(draft: Draft, field: str, value: object) -> None:
    for n, entry in enumerate(a_list(draft, field, value)):
        kind, uri = _pair(draft, f"{field}[{n}]", entry, "bizTransaction", vocabulary.TRANSACTION_TYPE)
        if uri:
            draft.transactions.append((kind or "", uri))


def _sources(draft: Draft, field: str, value: object) -> None:
    draft.sources = _parties(draft, field, value, "source")


def _destinations(draft: Draft, field: str, value: object) -> None:
    draft.destinations = _parties(draft, field, value, "destination")


def _parties(draft: Draft, field: str, value: object, name: str) -> list[tuple[str, str]]:
    pairs = []
    for n, entry in enumerate(a_list(draft, field, value)):
        kind, uri = _pair(draft, f"{field}[{n}]", entry, name, vocabulary.PARTY_TYPE)
        if isinstance(entry, dict) and "type" not in entry:
            draft.refuse("epcis.field_missing", f"{field}[{n}].type", name="type")
        if kind and uri:
            pairs.append((kind, uri))
    return pairs


def _pair(draft: Draft, place: str, entry: object, name: str, names: Vocabulary) -> tuple[str | None, str | None]:
    """The type and the identifier of a list entry that may hold nothing else."""
    parts = an_object(draft, place, entry)
    if parts is None:
        return None, None
    if not parts.keys() <= {"type", name}:
        nothing_else(draft, place, parts, {"type", name})
    kind = a_name(draft, f"{place}.type", parts["type"], names) if "type" in parts else None
    return kind, required(draft, place, parts, name, canonical_uri)


# --- the table ------------------------------------------------------------------------------------------------------

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
    "sensorElementList": sensors,
}


_CHILDREN: dict[str, Reader] = {
    "action": _action,
    "parentID": parent,
    "childEPCs": epcs(Role.CHILD, unique=False),
    "childQuantityList": quantities(Role.CHILD),
}


FIELDS: dict[EventType, dict[str, Reader]] = {
    EventType.OBJECT: {
        **_COMMON,
        "action": _action,
        "epcList": epcs(Role.EPC, unique=True),
        "quantityList": quantities(Role.EPC),
        "ilmd": _ilmd,
    },
    EventType.AGGREGATION: {**_COMMON, **_CHILDREN},
    EventType.ASSOCIATION: {**_COMMON, **_CHILDREN},
    EventType.TRANSACTION: {
        **_COMMON,
        "action": _action,
        "parentID": parent,
        "epcList": epcs(Role.EPC, unique=False),
        "quantityList": quantities(Role.EPC),
    },
    EventType.TRANSFORMATION: {
        **_COMMON,
        "inputEPCList": epcs(Role.INPUT, unique=True),
        "inputQuantityList": quantities(Role.INPUT),
        "outputEPCList": epcs(Role.OUTPUT, unique=True),
        "outputQuantityList": quantities(Role.OUTPUT),
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
TYPES = {kind.value: kind for kind in EventType}


# --- the event as a whole -------------------------------------------------------------------------------------------


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
        elif extension(draft, name, name, value):
            draft.extensions[expand(name, draft.prefixes)] = value


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
