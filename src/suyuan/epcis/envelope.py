"""What is around the events of a document: its type, context, header and master data, checked against one table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from re import compile as pattern

import msgspec

from suyuan.epcis.context import EMPTY, Context, read_context
from suyuan.epcis.events import JsonObject
from suyuan.epcis.reading import Bytes, decode, names_dropped
from suyuan.epcis.rules import TYPES
from suyuan.epcis.values import Collector, is_uri, lacks_offset, read_time
from suyuan.gs1.problems import Problem, Refused

LIMIT = 100 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_VERSION = pattern(r"2(?:\.[0-9]+)*")

Parts = dict[str, msgspec.Raw]
_parts = msgspec.json.Decoder(Parts).decode
_rows = msgspec.json.Decoder(list[msgspec.Raw]).decode


@dataclass(slots=True)
class Envelope:
    """A document with its events still as bytes. `problems` are the envelope's own."""

    rows: Sequence[Bytes] = ()
    type: str = ""
    id: str | None = None
    creation_date: datetime | None = None
    context: Context = EMPTY
    header: JsonObject | None = None
    vocabulary: list[object] = field(default_factory=list)
    fields: JsonObject = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)
    lone: bool = False

    def place(self, n: int) -> str:
        """What goes before the fields of the n-th event in a problem's path."""
        return "" if self.lone else f"eventList[{n}]."


class _Reading(Collector):
    """An envelope being read."""

    __slots__ = ("envelope",)

    def __init__(self) -> None:
        super().__init__()
        self.envelope = Envelope()


def open_envelope(data: bytes, limit: int) -> Envelope:
    """The envelope of a document. Refused when there is no getting at its events."""
    if len(data) > limit:
        raise Refused([Problem("epcis.too_large", "", {"size": str(len(data)), "limit": str(limit)})])
    data = data.removeprefix(_BOM)
    reading = _Reading()
    if data[:1024].lstrip()[:1] == b"[":
        reading.envelope.rows = _list_parts(reading, "eventList", data)
    else:
        _read_root(reading, data)
    reading.envelope.problems = reading.problems
    if reading.problems and not reading.envelope.rows:
        raise Refused(reading.problems)
    return reading.envelope


def _read_root(reading: _Reading, data: bytes) -> None:
    parts = _object_parts(reading, "", data)
    if parts is None:
        return
    name = decode(parts["type"], reading, "type") if "type" in parts else None
    if isinstance(name, str) and name in _ENVELOPES:
        reading.envelope.type = name
        _read_parts(reading, "", parts, _ENVELOPES[name], _MANDATORY[name])
    elif (isinstance(name, str) and name in TYPES) or "eventTime" in parts:
        # Read whole: a field named twice is found with the event.
        reading.problems.clear()
        reading.envelope.rows, reading.envelope.lone = [data], True
    else:
        reading.refuse("epcis.root_type", "type", value=str(name or "")[:200])


# --- the levels of a document ----------------------------------------------------------------------------------------


def _object_parts(reading: _Reading, place: str, data: Bytes) -> Parts | None:
    try:
        parts = _parts(data)
        repeated = names_dropped(data, parts)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        _explain(reading, place, data, "epcis.object")
        return None
    for name in repeated:
        reading.refuse("epcis.name_twice", _under(place, name), name=name[:200])
    return parts


def _list_parts(reading: _Reading, place: str, data: Bytes) -> list[msgspec.Raw]:
    try:
        return _rows(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        _explain(reading, place, data, "epcis.list")
        return []


def _explain(reading: _Reading, place: str, data: Bytes, code: str) -> None:
    before = len(reading.problems)
    decode(data, reading, place)
    if len(reading.problems) == before:
        reading.refuse(code, place)


def _under(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


Part = Callable[[_Reading, str, msgspec.Raw], None]


def _read_parts(
    reading: _Reading, place: str, parts: Parts, table: Mapping[str, Part], mandatory: Sequence[str]
) -> None:
    for name, part in parts.items():
        read = table.get(name)
        if read:
            read(reading, _under(place, name), part)
        else:
            _extension(reading, _under(place, name), name, part)
    for name in mandatory:
        if name not in parts:
            reading.refuse("epcis.field_missing", _under(place, name), name=name)


def _extension(reading: _Reading, place: str, name: str, part: msgspec.Raw) -> None:
    value = decode(part, reading, place)
    if not is_uri(name):
        reading.refuse("epcis.extension_name" if ":" in name else "epcis.field_unknown", place, name=name[:200])
    reading.envelope.fields[place] = value
    # The hash generator of GS1 Germany marks fields of a repository's own this way; they are no part of what is said.
    if name.endswith(":ignoreFields") and isinstance(value, list):
        reading.envelope.ignored |= {text for text in value if isinstance(text, str)}


def _level(table: Mapping[str, Part], mandatory: Sequence[str]) -> Part:
    def read(reading: _Reading, place: str, part: msgspec.Raw) -> None:
        parts = _object_parts(reading, place, part)
        if parts is not None:
            _read_parts(reading, place, parts, table, mandatory)

    return read


def _events(reading: _Reading, place: str, part: msgspec.Raw) -> None:
    reading.envelope.rows = _list_parts(reading, place, part)


# --- single fields ---------------------------------------------------------------------------------------------------


def _context(reading: _Reading, place: str, part: msgspec.Raw) -> None:
    reading.envelope.context = read_context(decode(part, reading, place), reading, place)


def _type(reading: _Reading, place: str, part: msgspec.Raw) -> None:
    """Read first: it chose the table."""


def _id(reading: _Reading, place: str, part: msgspec.Raw) -> None:
    reading.envelope.id = _uri(reading, place, decode(part, reading, place))


def _schema_version(reading: _Reading, place: str, part: msgspec.Raw) -> None:
    value = decode(part, reading, place)
    if not isinstance(value, str) or not _VERSION.fullmatch(value):
        reading.refuse("epcis.schema_version", place, value=str(value)[:40])


def _creation_date(reading: _Reading, place: str, part: msgspec.Raw) -> None:
    text = _text(reading, place, decode(part, reading, place))
    if text is not None:
        reading.envelope.creation_date = time = read_time(text)
        if time is None:
            code = "epcis.time_without_offset" if lacks_offset(text) else "epcis.time"
            reading.refuse(code, place, value=text[:80])


def _plain(reading: _Reading, place: str, part: msgspec.Raw) -> None:
    reading.envelope.fields[place] = _text(reading, place, decode(part, reading, place))


def _text(reading: _Reading, place: str, value: object) -> str | None:
    if isinstance(value, str):
        return value
    reading.refuse("epcis.text", place)
    return None


def _uri(reading: _Reading, place: str, value: object) -> str | None:
    text = _text(reading, place, value)
    if text is not None and not is_uri(text):
        reading.refuse("epcis.uri", place, value=text[:200])
    return text


# --- master data -----------------------------------------------------------------------------------------------------


def _header(reading: _Reading, place: str, part: msgspec.Raw) -> None:
    value = decode(part, reading, place)
    if not isinstance(value, dict):
        reading.refuse("epcis.object", place)
        return
    reading.envelope.header = value
    for name, content in value.items():
        if name == "epcisMasterData":
            _master_data(reading, f"{place}.{name}", content)
        elif not is_uri(name):
            reading.refuse("epcis.field_unknown", f"{place}.{name}", name=name[:200])


def _master_data(reading: _Reading, place: str, value: object) -> None:
    if isinstance(value, dict):
        reading.envelope.vocabulary = _vocabularies(reading, f"{place}.vocabularyList", value.get("vocabularyList", []))
    else:
        reading.refuse("epcis.object", place)


def _vocabulary_list(reading: _Reading, place: str, part: msgspec.Raw) -> None:
    reading.envelope.vocabulary = _vocabularies(reading, place, decode(part, reading, place))


def _vocabularies(reading: _Reading, place: str, value: object) -> list[object]:
    for at, entry in _objects(reading, place, value):
        _has_uri(reading, at, entry, "type")
        for below, element in _objects(reading, f"{at}.vocabularyElementList", entry.get("vocabularyElementList", [])):
            _element(reading, below, element)
    return value if isinstance(value, list) else []


def _element(reading: _Reading, place: str, element: JsonObject) -> None:
    _has_uri(reading, place, element, "id")
    for at, attribute in _objects(reading, f"{place}.attributes", element.get("attributes", [])):
        _has_uri(reading, at, attribute, "id")
        value = attribute.get("attribute", "")
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str | dict):
            reading.refuse("epcis.attribute", f"{at}.attribute")
    children = element.get("children", [])
    for n, child in enumerate(children if isinstance(children, list) else [children]):
        _uri(reading, f"{place}.children[{n}]", child)


def _objects(reading: _Reading, place: str, value: object) -> list[tuple[str, JsonObject]]:
    if not isinstance(value, list):
        reading.refuse("epcis.list", place)
        return []
    found = []
    for n, entry in enumerate(value):
        if isinstance(entry, dict):
            found.append((f"{place}[{n}]", entry))
        else:
            reading.refuse("epcis.object", f"{place}[{n}]")
    return found


def _has_uri(reading: _Reading, place: str, entry: JsonObject, name: str) -> None:
    if name in entry:
        _uri(reading, f"{place}.{name}", entry[name])
    else:
        reading.refuse("epcis.field_missing", f"{place}.{name}", name=name)


# --- the table -------------------------------------------------------------------------------------------------------

_COMMON: dict[str, Part] = {
    "@context": _context,
    "id": _id,
    "type": _type,
    "schemaVersion": _schema_version,
    "creationDate": _creation_date,
}
_RESULTS = _level({"eventList": _events, "vocabularyList": _vocabulary_list}, ["eventList"])
_QUERY_RESULTS = _level(
    {"queryName": _plain, "subscriptionID": _plain, "resultsBody": _RESULTS}, ["queryName", "resultsBody"]
)
_ENVELOPES: dict[str, dict[str, Part]] = {
    "EPCISDocument": {
        **_COMMON,
        "instanceIdentifier": _plain,
        "sender": _plain,
        "receiver": _plain,
        "epcisHeader": _header,
        "epcisBody": _level({"eventList": _events}, ["eventList"]),
    },
    "EPCISQueryDocument": {**_COMMON, "epcisBody": _level({"queryResults": _QUERY_RESULTS}, ["queryResults"])},
}
_MANDATORY = {
    "EPCISDocument": ("@context", "schemaVersion", "creationDate", "epcisBody"),
    "EPCISQueryDocument": ("@context", "epcisBody"),
}
