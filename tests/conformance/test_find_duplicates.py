"""The messy codes of a real shop: 85123A and 85123a, one name under two codes; found, and one merged by two people."""

import csv
import gzip
from io import TextIOWrapper
from pathlib import Path

import pytest

from suyuan.catalog.directory import directory
from suyuan.catalog.duplicates import SOURCES
from suyuan.catalog.likeness import Entry, Why, bare, pairs
from suyuan.catalog.models import Item, Likeness
from suyuan.catalog.register import Row
from suyuan.governance.master import MOST_ROWS, PutItems
from suyuan.governance.merging import MergeItems, search
from suyuan.operations.lines import find_item
from tests.governance.test_approve import opened

FOUND = (3774, 94, 73, 8333)  # codes; pairs of one code; of the same words under two codes; pairs in all


def goods(shared: Path) -> dict[str, str]:
    """Code as written → the name it was sold under most often at first; codes that differ in nothing are one."""
    found: dict[str, str] = {}
    with gzip.open(shared / "data" / "real" / "online_retail_orders.csv.gz") as file:
        for row in csv.DictReader(TextIOWrapper(file, "utf-8")):
            if row["Description"].strip():
                found.setdefault(row["StockCode"].strip(), row["Description"].strip())
    return found


@pytest.mark.shared
def test_the_codes_of_a_shop(shared: Path) -> None:
    entries = [
        Entry(code, code, (name,), "", frozenset({(Why.CODE, bare(code))})) for code, name in goods(shared).items()
    ]
    found = pairs(entries)
    by_code = [pair for pair in found if Why.CODE in pair.why]
    same_name = [pair for pair in found if pair.why == {Why.NAME} and pair.score == 100]
    assert ("85123A", "85123a") in {(pair.one, pair.other) for pair in by_code}
    assert (len(entries), len(by_code), len(same_name), len(found)) == FOUND


@pytest.mark.shared
def test_one_of_them_is_merged(shared: Path, db: None) -> None:
    house = opened()
    names = {bare(code): (code, name) for code, name in goods(shared).items()}
    rows = [
        Row({"code": code, "name_en": name, "base_unit": "EA", "tracking": "none"}) for code, name in names.values()
    ]
    for start in range(0, len(rows), MOST_ROWS):
        house.desk.run(PutItems(rows=tuple(rows[start : start + MOST_ROWS])))
    assert search("items", house.desk.now) > 0
    pair = Likeness.objects.filter(register="items", score=100).order_by("one", "other")[0]
    keep, merged = (Item.objects.get(uri=uri) for uri in (pair.one, pair.other))
    request = house.ask(MergeItems(keep=keep.code, merged=merged.code, reason="one name, two codes"), "ada")
    assert house.sign(request, "qin") is not None
    found = find_item(directory(), merged.code)
    assert found is not None
    assert found[1].item == keep.uri
    search("items", house.desk.now)
    assert not Likeness.objects.filter(one=pair.one, other=pair.other).exists()
    assert merged.uri not in {entry.uri for entry in SOURCES["items"].read()}
