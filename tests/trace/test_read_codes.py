"""Codes out of free text, as announcements write them; and which of them are goods that we have."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.catalog.drafts import NewItem
from suyuan.catalog.writes import do_add_items
from suyuan.gs1.identifiers import lot_of_item
from suyuan.trace.code_dates import Order
from suyuan.trace.code_goods import Doubt, Goods, Why, find_goods
from suyuan.trace.code_ranges import in_range
from suyuan.trace.code_values import Code, DateCode, Everything, ItemCode, Lot, LotPattern, LotRange, UnitCode, fold
from suyuan.trace.code_words import Mode
from suyuan.trace.codes import read_codes
from tests.ledgers.story import place, send, two_warehouses


def lots(text: str) -> list[str]:
    return [code.text for code in read_codes(text).codes if isinstance(code, Lot) and code.mode is Mode.LOT]


def days(text: str, order: Order = Order.MONTH) -> list[tuple[str, str, str]]:
    codes = [code for code in read_codes(text, order).codes if isinstance(code, DateCode)]
    return [(code.mode.value, str(code.first or ""), str(code.last or "")) for code in codes]


def only(text: str, kind: type[Code]) -> list[str]:
    return [code.text for code in read_codes(text).codes if isinstance(code, kind)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Lot codes: KX2064 and KX2065; Best by 3/4/24", ["KX2064", "KX2065"]),
        ("Lot # 2345T540CL14.", ["2345T540CL14"]),
        ("Lots 159, 186 Expiration Date: 12/07/23", ["159", "186"]),
        ("Batch No. 20175; best by date: 10-13-23 Batch No. 20138; best by date: 8-26-23", ["20175", "20138"]),
        ("批号：A2403-1、A2403-2 和 A2403-3，保质期至2024年9月30日", ["A2403-1", "A2403-2", "A2403-3"]),
        ("生产批号B77，条码 6901234567892", ["B77"]),
        ("Lot code breakdown as follows: 4 = line", []),
        ("Lot 12L in boxes of 12 oz", ["12L"]),
    ],
)
def test_lot_numbers(text: str, found: list[str]) -> None:
    assert lots(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Best By 03/15/2024", [("expiry", "2024-03-15", "2024-03-15")]),
        ("Use by 1/5/20 and earlier", [("expiry", "", "2020-01-05")]),
        ("Sell by 3/19/2023 to 3/28/2023", [("expiry", "2023-03-19", "2023-03-28")]),
        ("Best Buy dates between 2/14/2021 and 7/11/2021", [("expiry", "2021-02-14", "2021-07-11")]),
        ("best by 3/1/24 and 3/5/24", [("expiry", "2024-03-01", "2024-03-01"), ("expiry", "2024-03-05", "2024-03-05")]),
        ("EXP 09/22", [("expiry", "2022-09-01", "2022-09-30")]),
        ("Use By: 08OCT2023", [("expiry", "2023-10-08", "2023-10-08")]),
        ("All sell by dates before 5/28/2023.", [("expiry", "", "2023-05-27")]),
        ("Best Before 07-01-2022", [("expiry", "2022-07-01", "2022-07-01")]),
        ("Packed on April 23, 2021, or later", [("produced", "2021-04-23", "")]),
        ("生产日期2024-01-02至2024-01-31", [("produced", "2024-01-02", "2024-01-31")]),
        ("保质期至 2024年3月", [("expiry", "2024-03-01", "2024-03-31")]),
        ("有效期至2024.05.06及以前", [("expiry", "", "2024-05-06")]),
        ("Best by 062124, 062224", [("expiry", "2024-06-21", "2024-06-21"), ("expiry", "2024-06-22", "2024-06-22")]),
        ("Best by 7/12 and 7/15", []),
        ("Shipped between 7/14/2021 and 8/13/2021", [("traded", "2021-07-14", "2021-08-13")]),
        ("Lot 05-30-23-3A1W", []),
    ],
)  # fmt: skip
def test_days(text: str, found: list[tuple[str, str, str]]) -> None:
    assert days(text) == found


def test_the_person_says_which_figure_is_the_day() -> None:
    assert days("EXP 03/04/2024", Order.DAY) == [("expiry", "2024-04-03", "2024-04-03")]
    assert days("EXP 13/04/2024") == [("expiry", "2024-04-13", "2024-04-13")]
    assert days("EXP 04.08.23") == [("expiry", "2023-08-04", "2023-08-04")]


def test_items_units_and_all_lots() -> None:
    assert only("UPC 7 70981 05525 1 and 6-81131-32894-4", ItemCode) == ["770981055251", "681131328944"]
    assert only("UPCs: 2558311087 2548400701", ItemCode) == ["2558311087", "2548400701"]
    assert only("SKU: 3411 / Item # 721-1000", ItemCode) == ["3411", "721-1000"]
    assert only("(01)06901234567892(10)L77", UnitCode) == ["(01)06901234567892(10)L77"]
    assert only("https://id.gs1.org/00/369012345000000005", UnitCode) == ["https://id.gs1.org/00/369012345000000005"]
    assert only("All lots", Everything) == ["All lots"]
    assert only("召回全部批次", Everything) == ["全部批次"]


def test_ranges_and_patterns() -> None:
    assert only("Lots 1234 through 1240", LotRange) == ["1234 through 1240"]
    assert only("Z324-Z350", LotRange) == ["Z324-Z350"]
    assert only("批号 A001至A009", LotRange) == ["A001至A009"]
    assert only("lot code 44536 and smaller", LotRange) == ["44536 and smaller"]
    (pattern,) = (
        code
        for code in read_codes("Lots that begin with 23 and end with 03 or 04").codes
        if isinstance(code, LotPattern)
    )
    assert (pattern.begins, pattern.ends) == (("23",), ("03", "04"))


def test_what_cannot_be_read_is_shown() -> None:
    shown = {left.text for left in read_codes("Lot STT103122 to STT012823, blue tag NOV04").unread() if left.doubtful}
    assert shown >= {"STT103122 to STT012823"}
    shown = {left.text for left in read_codes("Lot A1234, except lot A1235. Lot A1236").unread() if left.doubtful}
    assert shown == {"except lot A1235"}
    assert lots("Lot A1234, except lot A1235. Lot A1236") == ["A1234", "A1236"]
    assert [left.text for left in read_codes("Lot 77 of the good yoghurt").unread()] == ["of the good yoghurt"]


@given(st.text(alphabet="aAbB LotEXP:批号,.;()/-0123456789\n", max_size=80))
def test_anything_may_be_pasted(text: str) -> None:
    codes = read_codes(text)
    assert all(0 <= code.start < code.end <= len(codes.text) for code in codes.codes)
    assert all(codes.text[left.start : left.end] == left.text for left in codes.unread())


@given(st.integers(0, 99_999), st.integers(0, 99_999), st.integers(0, 99_999))
def test_a_range_is_what_one_can_count(first: int, last: int, between: int) -> None:
    if first < last:
        span = LotRange(0, 1, "", Mode.LOT, f"K{first:05d}", f"K{last:05d}")
        assert in_range(f"k-{between:05d}", span) == (first <= between <= last)
        assert not in_range(f"J{between:05d}", span)
        assert not in_range(f"K{between:06d}", span)


def test_a_number_is_compared_without_spaces_and_dashes() -> None:
    assert fold("c0818 b") == fold("C0818-B") == "C0818B"
    assert fold("1016.2") != fold("10162")


# -- goods ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def uris(db: None) -> dict[str, str]:
    """Plain yoghurt with lots A1, A-2 and A3, which end on 1, 2 and 3 May; cream with A1 too; and no lot of milk."""
    two_warehouses()
    items = [
        NewItem(code="YOG", name_zh="原味酸奶", name_en="Plain yoghurt", base_unit="EA", gtin="06901234567892"),
        NewItem(code="CRM", name_zh="稀奶油", name_en="Cream", base_unit="EA"),
        NewItem(code="MLK", name_en="Milk powder", base_unit="EA"),
    ]
    uris = dict(zip(("YOG", "CRM", "MLK"), do_add_items(items=items), strict=True))
    for number, (code, lot) in enumerate((("YOG", "A1"), ("YOG", "A-2"), ("YOG", "A3"), ("CRM", "A1")), 1):
        send([receipt(lot_of_item(uris[code], lot), date(2026, 5, number))])
    return uris


def receipt(uri: str, expiry: date) -> dict[str, object]:
    return {
        "type": "ObjectEvent", "action": "ADD", "eventID": f"https://example.com/{fold(uri)}",
        "eventTime": "2026-03-01T08:00:00Z", "eventTimeZoneOffset": "+00:00", "bizStep": "commissioning",
        "quantityList": [{"epcClass": uri, "quantity": 10}],
        "readPoint": {"id": place("dock")}, "bizLocation": {"id": place("dock")},
        "ilmd": {"cbvmda:itemExpirationDate": expiry.isoformat()},
    }  # fmt: skip


def named(found: Goods) -> list[str]:
    return [hit.number for hit in found.certain]


def test_lots_of_the_item_that_is_named(uris: dict[str, str]) -> None:
    for text in (
        "UPC 6901234567892, lots a1 and A 2",
        "Plain Yoghurt, 12 oz. Lots A1, A2",
        "召回原味酸奶，批号A1、A2",
        "Item # YOG lot A1 A-2",
    ):
        found = find_goods(text)
        assert named(found) == ["A1", "A-2"], text
        assert {hit.uri for hit in found.doubtful} <= {lot_of_item(uris["CRM"], "A1")}


def test_a_number_of_another_item_is_doubtful(uris: dict[str, str]) -> None:
    (hit,) = find_goods("Plain yoghurt: lot A1").doubtful
    assert (hit.uri, hit.doubt) == (lot_of_item(uris["CRM"], "A1"), Doubt.OTHER_ITEM)
    found = find_goods("Something else: lot A1")
    assert named(found) == []
    assert {hit.doubt for hit in found.doubtful} == {Doubt.NO_ITEM}
    assert len(found.doubtful) == 2


def test_the_person_may_say_the_item(uris: dict[str, str]) -> None:
    assert named(find_goods("Something else: lot A1", items=[uris["CRM"]])) == ["A1"]
    assert find_goods("lot A1", items=[uris["CRM"]]).certain[0].uri == lot_of_item(uris["CRM"], "A1")


def test_by_day(uris: dict[str, str]) -> None:
    assert named(find_goods("Plain yoghurt, best by 5/2/2026 through 5/4/2026")) == ["A-2", "A3"]
    found = find_goods("Plain yoghurt lot A1, best by 5/2/2026")
    assert named(found) == ["A1"]
    assert [(hit.number, hit.doubt) for hit in found.doubtful if hit.why is Why.DATE] == [("A-2", Doubt.ONLY_DATE)]


def test_all_lots_and_no_number(uris: dict[str, str]) -> None:
    assert set(named(find_goods("Plain yoghurt, all lots"))) == {"A1", "A-2", "A3"}
    assert set(named(find_goods("UPC: 6901234567892"))) == {"A1", "A-2", "A3"}
    found = find_goods("Plain yoghurt")
    assert not found.certain
    assert {hit.doubt for hit in found.doubtful} == {Doubt.NO_NUMBER}


def test_what_we_do_not_have_is_said(uris: dict[str, str]) -> None:
    found = find_goods("Plain yoghurt, lots A1, A9 and UPC 012345678905")
    assert [code.text for code in found.missing] == ["A9", "012345678905"]


def test_an_exception_makes_everything_doubtful(uris: dict[str, str]) -> None:
    found = find_goods("Plain yoghurt, all lots except A3")
    assert not found.certain
    assert {hit.doubt for hit in found.doubtful} == {Doubt.EXCEPTION}


def test_a_scanned_label_means_itself(uris: dict[str, str]) -> None:
    (hit,) = find_goods("(01)06901234567892(10)A3").certain
    assert (hit.uri, hit.why) == (lot_of_item(uris["YOG"], "A3"), Why.ITSELF)
