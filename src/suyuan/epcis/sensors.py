"""Sensor elements (EPCIS 2.0 §7.3.7): checked, not interpreted."""

from collections.abc import Callable, Mapping

from suyuan.epcis import vocabulary
from suyuan.epcis.draft import (
    Draft,
    a_boolean,
    a_list,
    a_number,
    a_text,
    a_time,
    a_uri,
    an_object,
    any_text,
    extension,
    hex_digits,
    name_of,
    only,
    required,
)
from suyuan.epcis.events import JsonObject

Check = Callable[[Draft, str, object], object]
_METADATA: dict[str, Check] = {
    "time": a_time,
    "startTime": a_time,
    "endTime": a_time,
    "deviceID": a_uri,
    "deviceMetadata": a_uri,
    "rawData": a_uri,
    "dataProcessingMethod": a_uri,
    "bizRules": a_uri,
}


_REPORT: dict[str, Check] = {
    "type": name_of(vocabulary.SENSOR_TYPE),
    "exception": name_of(vocabulary.SENSOR_EXCEPTION),
    "deviceID": a_uri,
    "deviceMetadata": a_uri,
    "rawData": a_uri,
    "dataProcessingMethod": a_uri,
    "bizRules": a_uri,
    "time": a_time,
    "microorganism": a_uri,
    "chemicalSubstance": a_uri,
    "coordinateReferenceSystem": a_uri,
    "value": a_number,
    "component": name_of(vocabulary.COMPONENT),
    "stringValue": any_text,
    "booleanValue": a_boolean,
    "hexBinaryValue": hex_digits,
    "uriValue": a_uri,
    "minValue": a_number,
    "maxValue": a_number,
    "meanValue": a_number,
    "sDev": a_number,
    "percRank": a_number,
    "percValue": a_number,
    "uom": a_text,
}


_SENSOR_FIELDS = frozenset({"sensorMetadata", "sensorReport"})


def sensors(draft: Draft, field: str, value: object) -> None:
    for n, entry in enumerate(a_list(draft, field, value)):
        place = f"{field}[{n}]"
        parts = an_object(draft, place, entry)
        if parts is not None:
            _sensor(draft, place, parts)


def _sensor(draft: Draft, place: str, parts: JsonObject) -> None:
    only(draft, place, parts, _SENSOR_FIELDS)
    if "sensorMetadata" in parts:
        _table(draft, f"{place}.sensorMetadata", parts["sensorMetadata"], _METADATA)
    reports = required(draft, place, parts, "sensorReport", a_list)
    if reports == [] and isinstance(parts.get("sensorReport"), list):
        draft.refuse("epcis.list_empty", f"{place}.sensorReport")
    for n, report in enumerate(reports or []):
        fields = _table(draft, f"{place}.sensorReport[{n}]", report, _REPORT)
        # The JSON schema asks for a type; the XSD and the standard's own examples let an exception stand alone.
        if isinstance(report, dict) and not fields.keys() & {"type", "exception"}:
            draft.refuse("epcis.field_missing", f"{place}.sensorReport[{n}].type", name="type")


def _table(draft: Draft, place: str, entry: object, table: Mapping[str, Check]) -> JsonObject:
    parts = an_object(draft, place, entry) or {}
    for name, value in parts.items():
        check = table.get(name)
        if check:
            check(draft, f"{place}.{name}", value)
        else:
            extension(draft, f"{place}.{name}", name, value)
    return parts
