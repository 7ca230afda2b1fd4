"""Recall announcements as the FDA published them, pasted into the scope box over stock that holds what they mean and
what is one character, one item or one day beside it.
"""

import csv
import gzip
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import chain
from pathlib import Path

import pytest

from suyuan.catalog.drafts import NewItem, NewPartner
from suyuan.catalog.models import Item, Partner, SupplierItem
from suyuan.catalog.writes import do_add_items, do_add_partners
from suyuan.gs1.identifiers import lot_of_item
from suyuan.gs1.keys import check_digit
from suyuan.trace.code_goods import find_goods
from suyuan.trace.codes import read_codes
from tests.conformance.fda_recalls import RECALLS, Recalled, Stocked, Wares
from tests.ledgers.story import place, send, two_warehouses

pytestmark = [pytest.mark.shared, pytest.mark.django_db]


@pytest.fixture(scope="module")
def texts(shared: Path) -> dict[str, str]:
    """Recall number → what somebody would paste: what the product is, and its codes."""
    with gzip.open(shared / "data" / "real" / "fda_food_enforcement_2020_2024.csv.gz") as file:
        rows = csv.DictReader(TextIOWrapper(file, "utf-8"))
        return {row["recall_number"]: f"{row['product_description']}\n{row['code_info']}" for row in rows}


@pytest.fixture
def uris(db: None) -> dict[str, str]:
    """Item code → URI: all the items of all recalls, and one beside them, with all their lots."""
    two_warehouses()
    wares = [*chain.from_iterable(recall.wares for recall in RECALLS), Wares("BESIDE", "Something beside it")]
    items = [
        NewItem(code=one.code, name_en=one.name, base_unit="EA", gtin=_with_check_digit(one.gtin)) for one in wares
    ]
    uris = dict(zip((one.code for one in wares), do_add_items(items=items), strict=True))
    do_add_partners(partners=[NewPartner(code="MAKER", name_en="Maker", roles=("supplier",))])
    for one in wares:
        if one.theirs:
            _supplied(one)
    stocked = {(one.item, one.number): one for recall in RECALLS for one in _all_of(recall)}
    send([_receipt(uris, one) for one in stocked.values()])
    return uris


def _with_check_digit(gtin: str) -> str:
    return gtin[:-1] + check_digit(gtin[:-1]) if gtin else ""


def _supplied(one: Wares) -> None:
    item = Item.objects.get(key=one.code)
    partner = Partner.objects.get(key="MAKER")
    SupplierItem.objects.create(partner=partner, item=item, code=one.theirs, key=one.theirs, version=1)


def _all_of(recall: Recalled) -> Iterator[Stocked]:
    """What it means, what is beside it by hand, and by rule: one character off, and another item's."""
    meant = {(one.item, one.number) for one in recall.affected}
    for one in recall.affected:
        for number in _beside(one.number) if one.expiry is None else ():
            if (one.item, number) not in meant and recall.number not in ("F-0388-2022", "F-1239-2023", "F-0526-2022"):
                yield Stocked(one.item, number)
        yield Stocked("BESIDE", one.number, one.expiry)
    yield from recall.near
    yield from recall.affected


def _beside(number: str) -> list[str]:
    last = "7" if number[-1] != "7" else "9"
    return [number[:-1] + last, number + "1", "9" + number]


def _receipt(uris: dict[str, str], one: Stocked) -> dict[str, object]:
    body: dict[str, object] = {
        "type": "ObjectEvent",
        "action": "ADD",
        "eventID": f"https://example.com/receipts/{one.item}/{one.number}",
        "eventTime": "2024-06-01T08:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "bizStep": "commissioning",
        "quantityList": [{"epcClass": lot_of_item(uris[one.item], one.number), "quantity": 10}],
        "readPoint": {"id": place("dock")},
        "bizLocation": {"id": place("dock")},
    }
    if one.expiry:
        body["ilmd"] = {"cbvmda:itemExpirationDate": one.expiry.isoformat()}
    return body


def test_all_found_and_none_besides(texts: dict[str, str], uris: dict[str, str]) -> None:
    for recall in RECALLS:
        found = find_goods(texts[recall.number])
        meant = {lot_of_item(uris[one.item], one.number) for one in recall.affected}
        assert {hit.uri for hit in found.certain} == meant, recall.number
        assert set(recall.missing) <= {code.text for code in found.missing}, recall.number
        shown = [left.text for left in found.unread if left.doubtful]
        assert all(any(words in text for text in shown) for words in recall.unread), recall.number


def test_nothing_of_any_announcement_is_lost(texts: dict[str, str]) -> None:
    """Whatever is a letter or figure was read, stands under a label, joins two words, or is shown as not read."""
    assert len(texts) == 500
    for text in texts.values():
        codes = read_codes(text)
        seen = [(code.start, code.end) for code in codes.codes] + list(codes.understood)
        seen += [(left.start, left.end) for left in codes.unread()]
        rest = list(codes.text)
        for start, end in seen:
            rest[start:end] = " " * (end - start)
        assert not any(word.isdigit() for word in "".join(rest).split()), text
