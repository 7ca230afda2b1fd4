"""The event hash: the same for the same, different for what differs, whatever the spelling (CBV 2.0 §8.9)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.epcis.hash import event_hash, hash_number, hash_time, hash_value, prehash
from tests.epcis.examples import (
    AGGREGATION,
    LOT,
    OBJECT,
    PLACE,
    SENSED,
    SERIALS,
    SSCC,
    TRANSACTION,
    Json,
    read_one,
    without,
)

EX = {"@context": {"ex": "https://ns.example.com/"}}


def digest(body: Json) -> str:
    return event_hash(read_one(body))


def test_it_is_a_named_information_uri() -> None:
    assert digest(OBJECT).startswith("ni:///sha-256;")
    assert digest(OBJECT).endswith("?ver=CBV2.0")
    assert len(digest(OBJECT)) == len("ni:///sha-256;?ver=CBV2.0") + 64


def test_the_fields_come_in_the_order_of_the_standard() -> None:
    assert prehash(read_one({**AGGREGATION, "childEPCs": SERIALS[::-1]})) == (
        "eventType=AggregationEventeventTime=2026-03-01T02:00:00.000ZeventTimeZoneOffset=+08:00"
        "parentID=https://id.gs1.org/00/040123451111111110"
        "childEPCsepc=https://id.gs1.org/01/10614141073464/21/2017epc=https://id.gs1.org/01/10614141073464/21/2018"
        "action=ADDbizStep=https://ref.gs1.org/cbv/BizStep-receivingdisposition=https://ref.gs1.org/cbv/Disp-in_progress"
        "readPointid=https://id.gs1.org/414/0614141073467/254/1234bizLocationid=https://id.gs1.org/414/0614141073467"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"eventID": "urn:x:other"},
        {"recordTime": "2026-03-05T00:00:00Z"},
        {"errorDeclaration": {"declarationTime": "2026-03-05T00:00:00Z"}},
        {"rdfs:comment": "said in passing"},
        {"certificationInfo": "urn:x:certificate"},
        {"eventTime": "2026-03-01T02:00:00.0000Z"},
        {"epcList": SERIALS[::-1]},
        {"epcList": ["https://shop.example/01/10614141073464/21/2018?17=261130", SERIALS[0]]},
        {"bizStep": "https://ref.gs1.org/cbv/BizStep-receiving"},
        {"quantityList": [{"epcClass": LOT, "quantity": 12.000, "uom": "KGM"}]},
        {"readPoint": {"id": "https://id.gs1.org/414/0614141073467/254/1234"}},
    ],
)
def test_what_does_not_matter_changes_nothing(change: Json) -> None:
    assert digest({**OBJECT, **change}) == digest(OBJECT)


@pytest.mark.parametrize(
    "change",
    [
        {"eventTime": "2026-03-01T02:00:00.001Z"},
        {"eventTimeZoneOffset": "+09:00"},
        {"action": "ADD"},
        {"epcList": SERIALS[:1]},
        {"quantityList": [{"epcClass": LOT, "quantity": 13, "uom": "KGM"}]},
        {"quantityList": [{"epcClass": LOT, "quantity": 12, "uom": "GRM"}]},
        {"persistentDisposition": {"set": ["recalled"]}},
        {"persistentDisposition": {"unset": ["recalled"]}},
        {"destinationList": [{"type": "possessing_party", "destination": PLACE}]},
        {"readPoint": {"id": PLACE, "urn:x:floor": "1"}},
        {"sensorElementList": SENSED["sensorElementList"]},
        {"urn:x:note": "new"},
    ],
)
def test_what_matters_changes_it(change: Json) -> None:
    assert digest({**OBJECT, **change}) != digest(OBJECT)


def test_the_name_of_a_prefix_does_not_matter() -> None:
    one = {**OBJECT, "@context": {"ex": "https://ns.example.com/"}, "ex:a": {"ex:b": [1, 2]}}
    two = {**OBJECT, "@context": {"my": "https://ns.example.com/"}, "my:a": {"my:b": [2, 1]}}
    assert digest(one) == digest(two)
    assert prehash(read_one(one)).endswith(
        "{https://ns.example.com/}a{https://ns.example.com/}b=1{https://ns.example.com/}b=2"
    )


def test_extensions_follow_under_the_names_of_their_parents() -> None:
    body = {
        **OBJECT,
        **EX,
        "action": "ADD",
        "ilmd": {"ex:grade": "A"},
        "ex:own": 1,
        "readPoint": {"id": PLACE, "ex:floor": 2},
    }
    body["sensorElementList"] = [{"sensorReport": [{"type": "Mass", "ex:how": "x"}], "ex:more": True}]
    assert prehash(read_one(body)).endswith(
        "sensorElementsensorReporttype=https://ref.gs1.org/voc/Mass"
        "ilmd{https://ns.example.com/}grade=AreadPoint{https://ns.example.com/}floor=2"
        "sensorElementsensorReport{https://ns.example.com/}how=x{https://ns.example.com/}more=true"
        "{https://ns.example.com/}own=1"
    )


def test_sensors_follow_the_destinations() -> None:
    assert prehash(read_one(SENSED)).endswith(
        "destination=https://id.gs1.org/414/0614141073467/254/1234"
        "sensorElementsensorMetadatatime=2026-03-01T02:00:00.000ZdeviceID=https://id.gs1.org/8004/4000001111"
        "sensorReporttype=https://ref.gs1.org/voc/Temperaturevalue=26component=https://ref.gs1.org/cbv/Comp-xuom=CEL"
    )


def test_empty_lists_are_as_good_as_none() -> None:
    assert digest({**without(OBJECT, "epcList"), "epcList": []}) == digest(without(OBJECT, "epcList"))


def test_a_transaction_without_a_type_is_hashed() -> None:
    assert "bizTransactionListbizTransaction=urn:epcglobal:cbv:bt:0614141073467:1152" in prehash(read_one(TRANSACTION))


@pytest.mark.parametrize(
    ("text", "hashed"),
    [
        ("2026-03-01T10:00:00+08:00", "2026-03-01T02:00:00.000Z"),
        ("2026-03-01T23:59:59.9996Z", "2026-03-02T00:00:00.000Z"),
        ("2026-03-01T10:00:00.1234Z", "2026-03-01T10:00:00.123Z"),
        ("2026-03-01T10:00:00.1235Z", "2026-03-01T10:00:00.124Z"),
        ("2026-03-01T10:00:00.12349999999Z", "2026-03-01T10:00:00.123Z"),
        ("2026-03-01T10:00:00.5-06:00", "2026-03-01T16:00:00.500Z"),
    ],
)
def test_times_are_rounded_half_up_to_the_millisecond(text: str, hashed: str) -> None:
    assert hash_time(text) == hashed


@pytest.mark.parametrize(
    ("value", "hashed"),
    [
        (12345678901234567890, "12345678901234567890"),
        (Decimal("0.100"), "0.1"),
        (Decimal("1E+2"), "100"),
        (Decimal("-0.0"), "0"),
        ("26.0", "26"),
        ("0012", "12"),
        ("111100001111000011110000", "111100001111000011110000"),
        ("1E999", "1E999"),
        (True, "true"),
        ("  text ", "text"),
        ("urn:epc:id:giai:4012345.ABC", "https://id.gs1.org/8004/4012345ABC"),
        ("https://shop.example/253/4012345000054987?x=1", "https://id.gs1.org/253/4012345000054987"),
        ("https://gs1.org/voc/Temperature", "https://ref.gs1.org/voc/Temperature"),
        ("gs1:ALARM_CONDITION", "https://ref.gs1.org/voc/ALARM_CONDITION"),
        ("https://shop.example/page", "https://shop.example/page"),
        (SSCC, "https://id.gs1.org/00/040123451111111110"),
        (None, ""),
    ],
)
def test_values_have_one_spelling(value: object, hashed: str) -> None:
    assert hash_value(value) == hashed


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**20), max_value=10**20))
def test_numbers_lose_nothing_but_zeros(number: Decimal) -> None:
    text = hash_number(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not (("." in text) and text.endswith("0"))
