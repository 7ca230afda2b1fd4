"""Sound events of each type, to be changed by the tests, and what reading says of them."""

import json
from datetime import UTC, datetime
from unittest.mock import patch

from suyuan.epcis import reading
from suyuan.epcis.document import read_document
from suyuan.epcis.events import Event
from suyuan.gs1.problems import Refused

NOW = datetime(2026, 11, 30, 8, 15, tzinfo=UTC)
SSCC = "urn:epc:id:sscc:4012345.0111111111"
SERIALS = ["urn:epc:id:sgtin:0614141.107346.2017", "urn:epc:id:sgtin:0614141.107346.2018"]
LOT = "urn:epc:class:lgtin:4023333.002000.L1"
PLACE = "urn:epc:id:sgln:0614141.07346.1234"

Json = dict[str, object]

COMMON: Json = {
    "eventTime": "2026-03-01T10:00:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "eventID": "urn:uuid:0190f3e0-0000-7000-8000-000000000001",
    "bizStep": "receiving",
    "disposition": "in_progress",
    "readPoint": {"id": PLACE},
    "bizLocation": {"id": "urn:epc:id:sgln:0614141.07346.0"},
}
OBJECT: Json = {
    "type": "ObjectEvent",
    **COMMON,
    "action": "OBSERVE",
    "epcList": SERIALS,
    "quantityList": [{"epcClass": LOT, "quantity": 12, "uom": "KGM"}],
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:0614141073467:1152"}],
    "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00225"}],
    "destinationList": [{"type": "location", "destination": PLACE}],
}
AGGREGATION: Json = {"type": "AggregationEvent", **COMMON, "action": "ADD", "parentID": SSCC, "childEPCs": SERIALS}
ASSOCIATION: Json = {**AGGREGATION, "type": "AssociationEvent"}
TRANSACTION: Json = {
    "type": "TransactionEvent",
    **COMMON,
    "action": "ADD",
    "epcList": SERIALS,
    "bizTransactionList": [{"bizTransaction": "urn:epcglobal:cbv:bt:0614141073467:1152"}],
}
TRANSFORMATION: Json = {
    "type": "TransformationEvent",
    **COMMON,
    "inputQuantityList": [{"epcClass": LOT, "quantity": 3}],
    "outputEPCList": SERIALS,
}
ALL = (OBJECT, AGGREGATION, ASSOCIATION, TRANSACTION, TRANSFORMATION)
SENSED: Json = {
    **OBJECT,
    "sensorElementList": [
        {
            "sensorMetadata": {"time": "2026-03-01T02:00:00Z", "deviceID": "urn:epc:id:giai:4000001.111"},
            "sensorReport": [{"type": "Temperature", "value": 26.0, "uom": "CEL", "component": "x"}],
        }
    ],
}


def without(body: Json, *names: str) -> Json:
    return {name: value for name, value in body.items() if name not in names}


def document(*events: Json, **fields: object) -> Json:
    return {
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-01T10:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **fields,
    }


def as_bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def read_one(body: Json) -> Event:
    (event,) = read_document(as_bytes(body)).events
    return event


def faults(value: object) -> set[tuple[str, str]]:
    """(field, code) of each problem that reading this JSON finds."""
    return faults_of(as_bytes(value))


def faults_of(data: bytes) -> set[tuple[str, str]]:
    try:
        read_document(data)
    except Refused as refused:
        return {(problem.field, problem.code) for problem in refused.problems}
    return set()


def told(data: bytes) -> str:
    """All that reading says, orders and digits included."""
    try:
        return repr(read_document(data).events)
    except Refused as refused:
        return repr(refused.problems)


def told_generally(data: bytes) -> str:
    with patch.object(reading, "read_usual", return_value=None):
        return told(data)
