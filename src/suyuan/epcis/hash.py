"""The event hash of CBV 2.0 §8.9: one fingerprint for an event in whatever syntax, order or spelling it came.

The pre-hash is a text without separators: the standard's fields in the order of the standard, then what is left (ILMD
and extensions) sorted. Nothing of who captured it when, or of errors declared later, is in it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from suyuan.epcis import vocabulary
from suyuan.epcis.context import STANDARD_PREFIXES, namespaces
from suyuan.epcis.events import Event, JsonObject
from suyuan.epcis.values import LONGEST_EXPONENT
from suyuan.epcis.vocabulary import VOC_WEB, Vocabulary
from suyuan.gs1.identifiers import ID_ORIGIN, identify
from suyuan.gs1.problems import Refused

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_KEY_PATH = re.compile(r"https?://[^?#]*?(/(?:253|255|401|402|8003|8004|8010|8017|8018)/[^?#]+)")
_OLD_VOC = re.compile(r"https?://(?:www\.)?gs1\.org/voc/")
# XML documents declare cbvmda without the colon at the end; so that both syntaxes agree, an undeclared one is taken so.
_PREFIXES = {**STANDARD_PREFIXES, "cbvmda": "urn:epcglobal:cbv:mda"}
_CURIES = ("gs1:", "cbv:", "epcis:")
_COMMENTS = frozenset({"rdfs:comment", "comment"})

Names = Callable[[str], str]


def event_hash(event: Event) -> str:
    """``ni:///sha-256;<hex>?ver=CBV2.0`` of an event."""
    return f"ni:///sha-256;{sha256(prehash(event).encode()).hexdigest()}?ver=CBV2.0"


def prehash(event: Event) -> str:
    """The text that is hashed."""
    body = event.body
    prefixes = _PREFIXES | namespaces(event.context) if event.context else _PREFIXES

    def named(name: str) -> str:
        prefix, colon, local = name.partition(":")
        return f"{{{prefixes[prefix]}}}{local}" if colon and prefix in prefixes else name

    ordered = "".join(write(name, body[name]) for name, write in _ORDER.items() if name in body)
    return f"eventType={event.type.value}{ordered}{_rest(body, named)}"


# --- values -----------------------------------------------------------------------------------------------------------


def hash_time(text: str) -> str:
    """A time in UTC to the millisecond, half up: a fraction of .9996 belongs to the next second."""
    seconds, _, tail = text.partition(".")
    digits = re.match("[0-9]*", tail)
    fraction = digits[0] if digits else ""
    moment = datetime.fromisoformat(seconds + tail[len(fraction) :]).astimezone(UTC)
    thousandths = int(fraction[:3].ljust(3, "0")) + (fraction[3:4] >= "5")
    return (moment + timedelta(milliseconds=thousandths)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def hash_number(number: Decimal) -> str:
    """Every digit that counts, no zero that does not, no exponent."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def hash_value(value: object) -> str:
    """A plain value in the one form it is hashed in."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return hash_number(Decimal(value))
    return _hash_text(value.strip()) if isinstance(value, str) else ""


def _hash_text(text: str) -> str:
    if _NUMBER.fullmatch(text):
        number = Decimal(text)
        return hash_number(number) if abs(number.adjusted()) < LONGEST_EXPONENT else text
    if text.startswith(_CURIES):
        prefix, _, local = text.partition(":")
        return STANDARD_PREFIXES[prefix] + local
    if ":" not in text:
        return text
    return _hash_uri(_OLD_VOC.sub(VOC_WEB, text, count=1) if _OLD_VOC.match(text) else text)


def _hash_uri(text: str) -> str:
    try:
        uri = identify(text).uri
    except Refused:
        # A key with a wrong check digit keeps it, but loses its domain like any other.
        path = _KEY_PATH.fullmatch(text.partition("?")[0])
        return ID_ORIGIN + path[1] if path else text
    return uri if uri.startswith(ID_ORIGIN + "/") else text


# --- the standard's fields --------------------------------------------------------------------------------------------

Write = Callable[[str, object], str]


def _value(name: str, value: object) -> str:
    text = hash_value(value)
    return f"{name}={text}" if text else ""


def _time(name: str, value: object) -> str:
    return f"{name}={hash_time(str(value))}"


def _word(names: Vocabulary) -> Write:
    def write(name: str, value: object) -> str:
        short = vocabulary.to_short(str(value))
        return f"{name}={names.uri(short)}" if short in names.names else _value(name, value)

    return write


def _sorted(parts: Iterable[str]) -> str:
    return "".join(sorted(part for part in parts if part))


def _list(each: str, write: Write) -> Write:
    """A list under its own name, each entry as `each`, sorted; nothing at all when it is empty."""

    def written(name: str, value: object) -> str:
        entries = _sorted(write(each, entry) for entry in _entries(value))
        return name + entries if entries else ""

    return written


def _entries(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _group(table: Mapping[str, Write], named: bool = True) -> Write:
    """An object's fields in the order of `table`, after its own name if it has one here."""

    def written(name: str, value: object) -> str:
        fields = value if isinstance(value, dict) else {}
        parts = "".join(write(field, fields[field]) for field, write in table.items() if field in fields)
        return (name + parts if named else parts) if parts else ""

    return written


def _unnamed(each: str, write: Write) -> Write:
    """A list whose own name is not part of the pre-hash."""

    def written(name: str, value: object) -> str:
        return _sorted(write(each, entry) for entry in _entries(value))

    return written


_PLACE = _group({"id": _value})
_EPCS = _list("epc", _value)
_QUANTITIES = _list("quantityElement", _group({"epcClass": _value, "quantity": _value, "uom": _value}))
_METADATA: dict[str, Write] = {
    "time": _time,
    "startTime": _time,
    "endTime": _time,
    "deviceID": _value,
    "deviceMetadata": _value,
    "rawData": _value,
    "dataProcessingMethod": _value,
    "bizRules": _value,
}
_REPORT: dict[str, Write] = {
    "type": _word(vocabulary.SENSOR_TYPE),
    "exception": _word(vocabulary.SENSOR_EXCEPTION),
    "deviceID": _value,
    "deviceMetadata": _value,
    "rawData": _value,
    "dataProcessingMethod": _value,
    "time": _time,
    "microorganism": _value,
    "chemicalSubstance": _value,
    "value": _value,
    "component": _word(vocabulary.COMPONENT),
    "stringValue": _value,
    "booleanValue": _value,
    "hexBinaryValue": _value,
    "uriValue": _value,
    "minValue": _value,
    "maxValue": _value,
    "meanValue": _value,
    "sDev": _value,
    "percRank": _value,
    "percValue": _value,
    "uom": _value,
    "coordinateReferenceSystem": _value,
}
_REPORT_FIELDS = _REPORT.keys() | {"bizRules"}  # allowed in a report, but not hashed there
_SENSOR: dict[str, Write] = {
    "sensorMetadata": _group(_METADATA),
    "sensorReport": _unnamed("sensorReport", _group(_REPORT)),
}


def _pairs(name: str, names: Vocabulary) -> Write:
    return _list("", _group({"type": _word(names), name: _value}, named=False))


def _words(names: Vocabulary) -> Write:
    write = _word(names)

    def written(name: str, value: object) -> str:
        return _sorted(write(name, entry) for entry in _entries(value))

    return written


_DISPOSITIONS = _words(vocabulary.DISPOSITION)

# certificationInfo is in no list of the standard and is not hashed.
_ORDER: dict[str, Write] = {
    "eventTime": _time,
    "eventTimeZoneOffset": _value,
    "epcList": _EPCS,
    "parentID": _value,
    "inputEPCList": _EPCS,
    "childEPCs": _EPCS,
    "quantityList": _QUANTITIES,
    "childQuantityList": _QUANTITIES,
    "inputQuantityList": _QUANTITIES,
    "outputEPCList": _EPCS,
    "outputQuantityList": _QUANTITIES,
    "action": _value,
    "transformationID": _value,
    "bizStep": _word(vocabulary.BIZ_STEP),
    "disposition": _word(vocabulary.DISPOSITION),
    "persistentDisposition": _group({"set": _DISPOSITIONS, "unset": _DISPOSITIONS}),
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "bizTransactionList": _pairs("bizTransaction", vocabulary.TRANSACTION_TYPE),
    "sourceList": _pairs("source", vocabulary.PARTY_TYPE),
    "destinationList": _pairs("destination", vocabulary.PARTY_TYPE),
    "sensorElementList": _unnamed("sensorElement", _group(_SENSOR)),
}
_APART = frozenset(
    {"@context", "type", "eventID", "recordTime", "errorDeclaration", "certificationInfo", "ilmd", *_ORDER, *_COMMENTS}
)


# --- what the standard does not name ----------------------------------------------------------------------------------


def _rest(body: JsonObject, named: Names) -> str:
    """ILMD, the extensions inside places and sensors under the names of their parents, and the event's own."""
    ilmd = _extensions(body.get("ilmd"), named)
    places = "".join(_inside(name, body.get(name), {"id"}, named) for name in ("readPoint", "bizLocation"))
    sensors = _sorted(_sensor_rest(sensor, named) for sensor in _entries(body.get("sensorElementList", [])))
    own = {name: value for name, value in body.items() if name not in _APART}
    return ("ilmd" + ilmd if ilmd else "") + places + sensors + _extensions(own, named)


def _sensor_rest(sensor: object, named: Names) -> str:
    fields = sensor if isinstance(sensor, dict) else {}
    metadata = _inside("sensorMetadata", fields.get("sensorMetadata"), _METADATA.keys(), named)
    reports = [
        _inside("sensorReport", report, _REPORT_FIELDS, named) for report in _entries(fields.get("sensorReport", []))
    ]
    own = _extension_list({name: value for name, value in fields.items() if name not in _SENSOR}, named)
    parts = _sorted([metadata, *reports, *own])
    return "sensorElement" + parts if parts else ""


def _inside(name: str, value: object, known: Set[str], named: Names) -> str:
    fields = value if isinstance(value, dict) else {}
    parts = _extensions({field: part for field, part in fields.items() if field not in known}, named)
    return name + parts if parts else ""


def _extensions(value: object, named: Names) -> str:
    return _sorted(_extension_list(value, named))


def _extension_list(value: object, named: Names) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    for name, part in value.items():
        if name not in _COMMENTS:
            for entry in _entries(part):
                yield named(name) + _extension_value(entry, named)


def _extension_value(value: object, named: Names) -> str:
    if isinstance(value, dict):
        return _extensions(value, named)
    if isinstance(value, list):
        return _sorted(_extension_value(entry, named) for entry in value)
    text = hash_value(value)
    return "=" + text if text else ""
