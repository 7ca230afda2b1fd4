"""What an event must look like: sound ones become values, faulty ones are refused with all their faults."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from suyuan.epcis.document import event_of, master_data, read_document
from suyuan.epcis.events import ErrorDeclaration, EventType, Role
from suyuan.gs1.identifiers import ID_ORIGIN, Kind
from suyuan.gs1.problems import Refused
from tests.epcis.examples import (
    AGGREGATION,
    ALL,
    ASSOCIATION,
    LOT,
    OBJECT,
    PLACE,
    SENSED,
    SERIALS,
    SSCC,
    TRANSACTION,
    TRANSFORMATION,
    Json,
    as_bytes,
    faults,
    faults_of,
    read_one,
    without,
)


def test_an_object_event_becomes_values() -> None:
    event = read_one(OBJECT)
    assert event.type is EventType.OBJECT
    assert event.event_id == "urn:uuid:0190f3e0-0000-7000-8000-000000000001"
    assert event.event_time == datetime(2026, 3, 1, 2, tzinfo=UTC)
    assert event.offset_minutes == 480
    assert (event.action, event.biz_step, event.disposition) == ("OBSERVE", "receiving", "in_progress")
    assert event.read_point == f"{ID_ORIGIN}/414/0614141073467/254/1234"
    assert event.biz_location == f"{ID_ORIGIN}/414/0614141073467"
    assert event.transactions == [("po", "urn:epcglobal:cbv:bt:0614141073467:1152")]
    assert event.sources == [("owning_party", f"{ID_ORIGIN}/417/4012345002256")]
    assert event.destinations == [("location", f"{ID_ORIGIN}/414/0614141073467/254/1234")]
    assert (event.error, event.ilmd, event.extensions, event.context) == (None, {}, {}, ())


def test_its_things_are_items() -> None:
    serial, _, lot = read_one(OBJECT).items
    assert (serial.uri, serial.kind) == (f"{ID_ORIGIN}/01/10614141073464/21/2017", Kind.SERIAL)
    assert (serial.item, serial.code, serial.raw) == (f"{ID_ORIGIN}/01/10614141073464", "2017", SERIALS[0])
    assert (serial.role, serial.is_class, serial.quantity) == (Role.EPC, False, None)
    assert (lot.uri, lot.kind, lot.code) == (f"{ID_ORIGIN}/01/04023333020008/10/L1", Kind.LOT, "L1")
    assert (lot.role, lot.is_class, lot.quantity, lot.uom) == (Role.EPC, True, Decimal(12), "KGM")


@pytest.mark.parametrize(
    ("body", "roles"),
    [
        (OBJECT, [Role.EPC, Role.EPC, Role.EPC]),
        (AGGREGATION, [Role.PARENT, Role.CHILD, Role.CHILD]),
        (ASSOCIATION, [Role.PARENT, Role.CHILD, Role.CHILD]),
        (TRANSACTION, [Role.EPC, Role.EPC]),
        (TRANSFORMATION, [Role.INPUT, Role.OUTPUT, Role.OUTPUT]),
    ],
)
def test_each_type_gives_its_things_their_roles(body: Json, roles: list[Role]) -> None:
    assert [item.role for item in read_one(body).items] == roles
    assert read_one(dict(reversed(body.items()))).items == read_one(body).items


def test_two_spellings_of_one_thing_are_one_item() -> None:
    link = f"{ID_ORIGIN}/01/10614141073464/21/2017"
    assert len(read_one({**OBJECT, "epcList": [SERIALS[0], link], "quantityList": []}).items) == 1


def test_a_declaration_of_error_is_read() -> None:
    said = {"declarationTime": "2026-03-02T00:00:00Z", "reason": "did_not_occur", "correctiveEventIDs": ["urn:uuid:1"]}
    event = read_one({**OBJECT, "errorDeclaration": said})
    assert event.error == ErrorDeclaration(datetime(2026, 3, 2, tzinfo=UTC), "did_not_occur", ("urn:uuid:1",))


def test_persistent_dispositions_are_read_in_every_type() -> None:
    for body in ALL:
        event = read_one({**body, "persistentDisposition": {"set": ["recalled"], "unset": ["available"]}})
        assert (event.persistent_set, event.persistent_unset) == (("recalled",), ("available",))


def test_names_may_come_as_curie_or_web_uri() -> None:
    event = read_one(
        {**OBJECT, "bizStep": "cbv:BizStep-shipping", "disposition": "https://ref.gs1.org/cbv/Disp-active"}
    )
    assert (event.biz_step, event.disposition) == ("shipping", "active")


def test_names_of_others_are_kept_in_full() -> None:
    context = [{"ex": "https://ns.example.com/"}]
    assert (
        read_one({**OBJECT, "@context": context, "bizStep": "ex:blessing"}).biz_step
        == "https://ns.example.com/blessing"
    )
    assert read_one({**OBJECT, "bizStep": "https://ns.example.com/x"}).biz_step == "https://ns.example.com/x"


def test_extensions_are_found_under_their_full_names() -> None:
    event = read_one({**OBJECT, "@context": {"ex": "https://ns.example.com/"}, "ex:delta": {"a": [1]}, "urn:x:y": 2})
    assert event.extensions == {"https://ns.example.com/delta": {"a": [1]}, "urn:x:y": 2}
    assert event.context == ({"ex": "https://ns.example.com/"},)


def test_master_data_of_a_lot_is_found_by_its_cbv_name() -> None:
    ilmd = {"cbvmda:lotNumber": "L1", "ex:grade": "A"}
    body = {**OBJECT, "action": "ADD", "ilmd": ilmd, "@context": {"ex": "https://ns.example.com/"}}
    assert master_data(read_one(body)) == {"lotNumber": "L1", "https://ns.example.com/grade": "A"}
    declared = {**body, "@context": {"cbvmda": "urn:epcglobal:cbv:mda", "ex": "https://ns.example.com/"}}
    assert master_data(read_one(declared))["lotNumber"] == "L1"


def test_numbers_are_exact() -> None:
    text = b'{"n": 12345678901234567890, "d": 0.10, "e": 1.5E-7}'
    (event,) = read_document(b'{"urn:x:y": ' + text + b", " + as_bytes(OBJECT)[1:]).events
    assert event.body["urn:x:y"] == {"n": 12345678901234567890, "d": Decimal("0.10"), "e": Decimal("1.5E-7")}
    assert b'{"d":0.10,"e":1.5E-7,"n":12345678901234567890}' in event.stored


def test_an_event_can_be_made_here() -> None:
    body = {**OBJECT, "quantityList": [{"epcClass": LOT, "quantity": Decimal("1.50")}], "ex:a": 1}
    event = event_of(body, [{"ex": "https://ns.example.com/"}])
    assert event.items[-1].quantity == Decimal("1.5")
    assert event.extensions == {"https://ns.example.com/a": 1}
    with pytest.raises(Refused, match=r"epcis\.action"):
        event_of({**OBJECT, "action": "MOVE"})


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ALL, ids=lambda body: str(body["type"]))
@pytest.mark.parametrize("name", ["eventTime", "eventTimeZoneOffset"])
def test_every_type_needs_its_time(body: Json, name: str) -> None:
    assert faults(without(body, name)) == {(name, "epcis.field_missing")}


@pytest.mark.parametrize(
    ("body", "name", "value", "code"),
    [
        (OBJECT, "eventTime", "2026-02-31T10:00:00Z", "epcis.time"),
        (OBJECT, "eventTime", "2026-03-01T10:00:00", "epcis.time_without_offset"),
        (OBJECT, "eventTime", "2026-03-01 10:00:00Z", "epcis.time"),
        (OBJECT, "eventTime", "2026-03-01", "epcis.time"),
        (OBJECT, "eventTime", "2026-03-01T25:00:00Z", "epcis.time"),
        (OBJECT, "eventTime", "2026-W10-1T00:00:00Z", "epcis.time"),
        (OBJECT, "eventTime", "0001-01-01T00:00:00+08:00", "epcis.time"),
        (OBJECT, "eventTime", 20260301, "epcis.text"),
        (OBJECT, "recordTime", "yesterday", "epcis.time"),
        (OBJECT, "eventTimeZoneOffset", "+8:00", "epcis.offset"),
        (OBJECT, "eventTimeZoneOffset", "Z", "epcis.offset"),
        (OBJECT, "eventTimeZoneOffset", "+14:30", "epcis.offset"),
        (OBJECT, "eventTimeZoneOffset", "+08:60", "epcis.offset"),
        (OBJECT, "eventID", "no uri", "epcis.uri"),
        (OBJECT, "action", "MOVE", "epcis.action"),
        (OBJECT, "action", ["ADD"], "epcis.action"),
        (OBJECT, "bizStep", "recieving", "epcis.name_meant"),
        (OBJECT, "bizStep", "cbv:BizStep-recieving", "epcis.name_meant"),
        (OBJECT, "bizStep", "urn:epcglobal:cbv:bizstep:receiving", "epcis.name_form"),
        (OBJECT, "bizStep", "https://ns.gs1.org/cbv/BizStep-receiving", "epcis.name_form"),
        (OBJECT, "bizStep", "painting the wall", "epcis.name"),
        (OBJECT, "bizStep", "https://ref.gs1.org/cbv/Disp-active", "epcis.name"),
        (OBJECT, "disposition", "", "epcis.text"),
        (OBJECT, "epcList", "urn:epc:id:sgtin:0614141.107346.2017", "epcis.list"),
        (OBJECT, "readPoint", "urn:epc:id:sgln:0614141.07346.0", "epcis.object"),
        (OBJECT, "certificationInfo", 7, "epcis.text"),
        (OBJECT, "parentID", SSCC, "epcis.field_misplaced"),
        (OBJECT, "inputEPCList", SERIALS, "epcis.field_misplaced"),
        (AGGREGATION, "epcList", SERIALS, "epcis.field_misplaced"),
        (AGGREGATION, "ilmd", {}, "epcis.field_misplaced"),
        (TRANSFORMATION, "action", "ADD", "epcis.field_misplaced"),
        (OBJECT, "colour", "red", "epcis.field_unknown"),
        (OBJECT, "ex:a b", "red", "epcis.extension_name"),
        (OBJECT, "ilmd", {}, "epcis.ilmd_action"),
        (OBJECT, "persistentDisposition", {}, "epcis.persistent_empty"),
        (OBJECT, "persistentDisposition", {"set": ["active"], "unset": ["active"]}, "epcis.persistent_both"),
        (AGGREGATION, "parentID", SERIALS[0], "epcis.parent_is_child"),
        (TRANSACTION, "bizTransactionList", [], "epcis.list_empty"),
    ],
)
def test_a_wrong_value_is_refused_where_it_stands(body: Json, name: str, value: object, code: str) -> None:
    assert faults({**body, name: value}) == {(name, code)}


@pytest.mark.parametrize(
    ("body", "changes", "fault"),
    [
        (OBJECT, {"epcList": ["x"]}, ("epcList[0]", "gs1.uri")),
        (OBJECT, {"epcList": [SERIALS[0], 7]}, ("epcList[1]", "epcis.text")),
        (OBJECT, {"epcList": [SERIALS[0], SERIALS[0]]}, ("epcList[1]", "epcis.repeated")),
        (OBJECT, {"epcList": ["https://id.gs1.org/01/09521141012346/21/1"]}, ("epcList[0]", "gs1.check_digit")),
        (OBJECT, {"epcList": ["https://id.gs1.org/00/040123450000001113"]}, ("epcList[0]", "gs1.check_digit")),
        (OBJECT, {"quantityList": [{"quantity": 1}]}, ("quantityList[0].epcClass", "epcis.field_missing")),
        (OBJECT, {"quantityList": [{"epcClass": LOT, "quantity": "1"}]}, ("quantityList[0].quantity", "epcis.number")),
        (OBJECT, {"quantityList": [{"epcClass": LOT, "quantity": True}]}, ("quantityList[0].quantity", "epcis.number")),
        (
            OBJECT,
            {"quantityList": [{"epcClass": LOT, "quantity": -1}]},
            ("quantityList[0].quantity", "gs1.amount_negative"),
        ),
        (
            OBJECT,
            {"quantityList": [{"epcClass": LOT, "quantity": 10**12}]},
            ("quantityList[0].quantity", "gs1.amount_too_large"),
        ),
        (OBJECT, {"quantityList": [{"epcClass": LOT, "uom": "kg"}]}, ("quantityList[0].uom", "epcis.uom")),
        (OBJECT, {"quantityList": [{"epcClass": LOT, "uom": "QQQ"}]}, ("quantityList[0].uom", "gs1.unit_unknown")),
        (OBJECT, {"quantityList": [{"epcClass": LOT, "ex:a": 1}]}, ("quantityList[0].ex:a", "epcis.field_unknown")),
        (OBJECT, {"readPoint": {}}, ("readPoint.id", "epcis.field_missing")),
        (OBJECT, {"readPoint": {"id": PLACE, "floor": 1}}, ("readPoint.floor", "epcis.field_unknown")),
        (OBJECT, {"sourceList": [{"source": PLACE}]}, ("sourceList[0].type", "epcis.field_missing")),
        (OBJECT, {"sourceList": [{"type": "owner", "source": PLACE}]}, ("sourceList[0].type", "epcis.name")),
        (
            OBJECT,
            {"bizTransactionList": [{"type": "po"}]},
            ("bizTransactionList[0].bizTransaction", "epcis.field_missing"),
        ),
        (OBJECT, {"errorDeclaration": {}}, ("errorDeclaration.declarationTime", "epcis.field_missing")),
        (OBJECT, {"ilmd": {"lot": 1}, "action": "ADD"}, ("ilmd.lot", "epcis.field_unknown")),
        (OBJECT, {"epcList": [], "quantityList": []}, ("epcList", "epcis.nothing_named")),
        (TRANSACTION, {"epcList": []}, ("epcList", "epcis.nothing_named")),
        (AGGREGATION, {"childEPCs": []}, ("childEPCs", "epcis.no_children")),
        (TRANSFORMATION, {"outputEPCList": []}, ("outputEPCList", "epcis.no_outputs")),
        (TRANSFORMATION, {"inputQuantityList": []}, ("inputEPCList", "epcis.no_inputs")),
    ],
)
def test_a_wrong_part_is_refused_where_it_stands(body: Json, changes: Json, fault: tuple[str, str]) -> None:
    assert faults({**body, **changes}) == {fault}


def test_all_faults_come_at_once() -> None:
    body = {
        **without(OBJECT, "eventTimeZoneOffset"),
        "bizStep": "recieving",
        "action": "MOVE",
        "colour": "red",
        "epcList": [""],
    }
    assert faults(body) == {
        ("eventTimeZoneOffset", "epcis.field_missing"),
        ("bizStep", "epcis.name_meant"),
        ("action", "epcis.action"),
        ("colour", "epcis.field_unknown"),
        ("epcList[0]", "gs1.uri"),
    }


def test_a_near_miss_is_answered_with_what_was_meant() -> None:
    with pytest.raises(Refused) as refused:
        read_one({**OBJECT, "bizStep": "recieving"})
    assert refused.value.problems[0].params == {"value": "recieving", "meant": "receiving"}


@pytest.mark.parametrize("body", [AGGREGATION, ASSOCIATION], ids=lambda body: str(body["type"]))
def test_unpacking_may_leave_the_children_out(body: Json) -> None:
    assert not faults(without({**body, "action": "DELETE"}, "childEPCs"))
    assert faults(without(body, "parentID"))


def test_who_only_looks_need_not_see_the_parent() -> None:
    assert not faults(without({**AGGREGATION, "action": "OBSERVE"}, "parentID"))
    assert faults(without({**ASSOCIATION, "action": "OBSERVE"}, "parentID"))


def test_half_a_transformation_needs_its_id() -> None:
    half = without(TRANSFORMATION, "outputEPCList")
    assert faults(half) == {("outputEPCList", "epcis.no_outputs")}
    assert not faults({**half, "transformationID": "urn:epc:id:gdti:0614141.12345.400"})


def test_a_sensor_may_be_all_there_is() -> None:
    assert not faults(without(SENSED, "epcList", "quantityList"))
    assert faults(without(SENSED, "epcList", "quantityList", "readPoint")) == {("epcList", "epcis.nothing_named")}


@pytest.mark.parametrize(
    ("report", "fault"),
    [
        ({"value": 1}, ("type", "epcis.field_missing")),
        ({"type": "Temprature"}, ("type", "epcis.name_meant")),
        ({"type": "https://gs1.org/voc/Temperature"}, ("type", "epcis.name_form")),
        ({"type": "Temperature", "value": "26"}, ("value", "epcis.number")),
        ({"type": "Temperature", "hexBinaryValue": "xyz"}, ("hexBinaryValue", "epcis.hex")),
        ({"type": "Temperature", "booleanValue": 1}, ("booleanValue", "epcis.boolean")),
        ({"type": "Temperature", "time": "now"}, ("time", "epcis.time")),
        ({"type": "Temperature", "component": "w"}, ("component", "epcis.name")),
        ({"type": "Temperature", "mood": "good"}, ("mood", "epcis.field_unknown")),
        ({"exception": "ALARM"}, ("exception", "epcis.name")),
    ],
)
def test_sensor_reports_are_checked(report: Json, fault: tuple[str, str]) -> None:
    body = {**OBJECT, "sensorElementList": [{"sensorReport": [report]}]}
    assert faults(body) == {(f"sensorElementList[0].sensorReport[0].{fault[0]}", fault[1])}


def test_an_exception_may_stand_alone() -> None:
    assert not faults({**OBJECT, "sensorElementList": [{"sensorReport": [{"exception": "ALARM_CONDITION"}]}]})
    assert faults({**OBJECT, "sensorElementList": [{"sensorReport": []}]})


def test_what_is_nested_without_end_is_refused() -> None:
    value: object = 1
    for _ in range(40):
        value = [value]
    assert faults({**OBJECT, "urn:x:y": value}) == {("urn:x:y", "epcis.too_deep")}
    for depth in (100, 500, 900, 100_000):
        nested = b'"\\u0020":' + b"[" * depth + b"]" * depth
        assert {code for _, code in faults_of(as_bytes(OBJECT)[:-1] + b',"urn:x:y":{' + nested + b"}}")} == {
            "epcis.too_deep"
        }
