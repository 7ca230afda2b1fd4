"""Items that are weighed each time: counted in pieces, in lots, and no factor makes kilograms of them."""

import pytest

from suyuan.catalog.directory import directory
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row, put
from suyuan.catalog.registers import REGISTERS
from suyuan.catalog.writes import bump
from suyuan.gs1.problems import Refused
from tests.catalog.test_put import TODAY, nothing

pytestmark = pytest.mark.usefixtures("company")
WHEEL: dict[str, Value] = {"code": "WHEEL", "base_unit": "EA", "catch_weight": True}


def laid(register: str, row: dict[str, Value]) -> set[tuple[str, str]]:
    try:
        put(REGISTERS[register], [Row(row)], version=bump(), used=nothing, today=TODAY)
    except Refused as refused:
        return {(problem.field, problem.code) for problem in refused.problems}
    return set()


def test_it_works() -> None:
    assert laid("items", WHEEL) == set()
    assert [info.catch_weight for info in directory().items.values() if info.code == "WHEEL"] == [True]
    assert laid("units", {"item": "WHEEL", "unit": "CT", "numerator": 4}) == set()
    assert laid("items", {"code": "WHEEL", "catch_weight": False}) == set()


def test_what_has_a_weight_of_its_own_or_serials_is_refused() -> None:
    assert laid("items", {**WHEEL, "base_unit": "KGM"}) == {("rows[0].catch_weight", "catalog.catch_weight_mass")}
    assert laid("items", {**WHEEL, "tracking": "serial"}) == {("rows[0].catch_weight", "catalog.catch_weight_serial")}
    assert laid("items", WHEEL) == set()
    assert laid("units", {"item": "WHEEL", "unit": "KGM", "numerator": 4}) == {
        ("rows[0].unit", "catalog.catch_weight_mass")
    }
    assert laid("items", {**WHEEL, "code": "OTHER", "catch_weight": False}) == set()
    assert laid("units", {"item": "OTHER", "unit": "KGM", "numerator": 4}) == set()
    assert laid("items", {"code": "OTHER", "catch_weight": True}) == {
        ("rows[0].catch_weight", "catalog.catch_weight_mass")
    }
