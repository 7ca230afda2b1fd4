"""What a person typed, and what to show him."""

from collections.abc import Callable

import pytest
from django.conf import settings

from suyuan.catalog.drafts import NewPlace
from suyuan.catalog.queries import item_uris, names_for, partner_uris, place_uris, places, resolve
from suyuan.catalog.writes import do_add_places
from tests.catalog.conftest import CASE, COLD_GLN, MILK_GLN, PALLET, SHOP_GLN, YOGHURT
from tests.plugins.engines import Statements

pytestmark = pytest.mark.usefixtures("company")
ORIGIN = settings.SUYUAN.origin
GS1 = "https://id.gs1.org"
YOGHURT_URI, RAW_URI, BIN = f"{GS1}/01/{YOGHURT}", f"{ORIGIN}/item/RAW%20MILK", f"{GS1}/414/{COLD_GLN}/254/A-01-02"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("yog-150", [YOGHURT_URI]),
        (" Raw   milk ", [RAW_URI]),
        ("ＹＯＧ-150", [YOGHURT_URI]),
        (YOGHURT, [YOGHURT_URI]),
        (YOGHURT.lstrip("0"), [YOGHURT_URI]),
        (CASE, [YOGHURT_URI]),
        (f"https://shop.example/01/{YOGHURT}", [YOGHURT_URI]),
        ("urn:epc:idpat:sgtin:6901234.000010.*", [YOGHURT_URI]),
        ("a-01-02", [BIN]),
        (BIN, [BIN]),
        (COLD_GLN, [f"{GS1}/414/{COLD_GLN}"]),
        ("hz-milk", [f"{GS1}/414/{MILK_GLN}"]),
        ("shop", [f"{GS1}/417/{SHOP_GLN}"]),
        (SHOP_GLN, [f"{GS1}/417/{SHOP_GLN}"]),
        ("", []),
        ("nothing", []),
        ("12345", []),
        ("\x00", []),
        ("99999999", []),
    ],
)
def test_what_is_typed_finds_what_is_meant(typed: str, found: list[str]) -> None:
    assert resolve(typed) == found


def test_one_bin_code_in_two_warehouses_is_two_candidates() -> None:
    do_add_places(warehouse="hz-milk", places=[NewPlace(code="A-01-02")])
    assert resolve("A-01-02") == [BIN, f"{GS1}/414/{MILK_GLN}/254/A-01-02"]
    assert place_uris("hz-milk", ["a-01-02", "zz"]) == {"a-01-02": f"{GS1}/414/{MILK_GLN}/254/A-01-02"}


def test_codes_are_found_as_they_were_typed() -> None:
    assert item_uris(["yog-150 ", "raw  milk", "ghost"]) == {"yog-150 ": YOGHURT_URI, "raw  milk": RAW_URI}
    assert partner_uris(["Farm"]) == {"Farm": f"{ORIGIN}/party/FARM"}
    assert places([BIN, "urn:x:y"])[BIN].warehouse == "hz-cold"


def test_names_in_the_readers_language_else_in_the_other_else_the_code() -> None:
    uris = [
        YOGHURT_URI,
        f"{GS1}/01/{PALLET}",
        RAW_URI,
        BIN,
        f"{GS1}/414/{COLD_GLN}/254/A",
        f"{GS1}/414/{SHOP_GLN}/254/dock",
        f"{ORIGIN}/party/FARM",
        "urn:unknown:thing",
    ]
    assert names_for(uris, "zh-hans") == {
        YOGHURT_URI: "原味酸奶",
        f"{GS1}/01/{PALLET}": "原味酸奶",
        RAW_URI: "Raw milk",
        BIN: "A-01-02",
        f"{GS1}/414/{COLD_GLN}/254/A": "甲区",
        f"{GS1}/414/{SHOP_GLN}/254/dock": "Corner shop",
        f"{ORIGIN}/party/FARM": "青山牧场",
    }
    assert names_for([YOGHURT_URI], "en") == {YOGHURT_URI: "Plain yoghurt"}


def test_names_cost_a_statement_a_kind_and_a_chunk(statements: Callable[[], Statements]) -> None:
    uris = [YOGHURT_URI, RAW_URI, BIN, f"{ORIGIN}/party/FARM"]
    names_for(uris, "en")
    with statements() as seen:
        names_for(uris, "en")
    assert len(seen) == 4
    with statements() as seen:
        names_for([f"{GS1}/414/{COLD_GLN}/254/{n}" for n in range(2000)], "en")
    assert len(seen) == 4
