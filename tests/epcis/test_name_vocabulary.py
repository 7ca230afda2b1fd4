"""The vocabulary: every name in every spelling, and what a slip probably meant."""

import pytest

from suyuan.epcis.vocabulary import (
    BIZ_STEP,
    BIZ_STEPS,
    DISPOSITION,
    DISPOSITIONS,
    ERROR_REASONS,
    PARTY_TYPES,
    SENSOR_TYPE,
    SENSOR_TYPES,
    TRANSACTION_TYPES,
    to_short,
)


def test_the_lists_are_those_of_cbv_2() -> None:
    lists = (BIZ_STEPS, DISPOSITIONS, TRANSACTION_TYPES, PARTY_TYPES, ERROR_REASONS, SENSOR_TYPES)
    assert [len(names) for names in lists] == [41, 33, 13, 3, 2, 72]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("receiving", "receiving"),
        ("cbv:BizStep-receiving", "receiving"),
        ("https://ref.gs1.org/cbv/BizStep-receiving", "receiving"),
        ("https://ns.gs1.org/cbv/BizStep-receiving", "receiving"),
        ("urn:epcglobal:cbv:bizstep:receiving", "receiving"),
        ("urn:epcglobal:cbv:disp:in_transit", "in_transit"),
        ("urn:epcglobal:cbv:btt:po", "po"),
        ("urn:epcglobal:cbv:sdt:owning_party", "owning_party"),
        ("cbv:ER-did_not_occur", "did_not_occur"),
        ("gs1:Temperature", "Temperature"),
        ("https://gs1.org/voc/Temperature", "Temperature"),
        ("https://ref.gs1.org/voc/ALARM_CONDITION", "ALARM_CONDITION"),
        ("https://example.com/step", "https://example.com/step"),
        ("cbv:BizStep-recieving", "cbv:BizStep-recieving"),
    ],
)
def test_every_spelling_has_its_short_name(text: str, name: str) -> None:
    assert to_short(text) == name


def test_a_slip_is_recognised_in_any_spelling() -> None:
    assert BIZ_STEP.suggest("recieving") == "receiving"
    assert BIZ_STEP.suggest("https://ref.gs1.org/cbv/BizStep-recieving") == "receiving"
    assert DISPOSITION.suggest("in_transport") == "in_transit"
    assert SENSOR_TYPE.suggest("temperature") == "Temperature"
    assert BIZ_STEP.suggest("painting") == ""


def test_names_have_their_uris() -> None:
    assert BIZ_STEP.uri("receiving") == "https://ref.gs1.org/cbv/BizStep-receiving"
    assert BIZ_STEP.uri("urn:x:y") == "urn:x:y"
