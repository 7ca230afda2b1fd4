"""Real master data through the upload page: FoodMart's warehouses and products, an online shop's codes as they are."""

import csv
import gzip
import io
import json
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from suyuan.catalog.models import Item, ItemUnit, Place, Warehouse
from suyuan.governance.jobs import part_of
from suyuan.governance.models import Job, State
from suyuan.gs1.keys import check_digit
from tests.desk import company
from tests.desk.sheets import again, send
from tests.plugins.engines import Templates

pytestmark = pytest.mark.shared
Load = Callable[[str], list[Mapping[str, object]]]


@pytest.fixture
def admin(templates: Templates, django_db_blocker: DjangoDbBlocker) -> Iterator[Client]:
    with company.clock(), django_db_blocker.unblock(), templates.database("sqlite", company.build):
        client = Client(headers={"accept-language": "en"})
        assert client.login(username="admin", password=company.PASSWORD)
        yield client


@pytest.fixture
def foodmart(shared: Path) -> Load:
    def load(name: str) -> list[Mapping[str, object]]:
        with tarfile.open(shared / "data" / "real" / "foodmart_warehouse_inventory.tar.gz") as packed:
            file = packed.extractfile(f"./{name}.json")
            assert file is not None
            return [json.loads(line) for line in file if line.strip()]

    return load


def sheet(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([heads, *rows])
    return out.getvalue().encode()


def bring(client: Client, register: str, content: bytes) -> Job:
    """Check and write; the job that wrote."""
    checked = send(client, register, content)
    assert checked.state == State.DONE, checked.error
    assert not checked.result["counts"]["wrong"], [part_of(part)[:3] for part in checked.parts.filter(wrong__gt=0)][:1]
    done = again(client, checked, do="write")
    assert done.result.get("written"), done.error
    return done


def gln(number: object) -> str:
    digits = f"69055500{number:0>4}"
    return digits + check_digit(digits)


def test_foodmart(admin: Client, foodmart: Load) -> None:
    """24 warehouses with bins, 110 classes of goods, 1,560 products by the piece, the case and the pallet."""
    houses, goods, classes = foodmart("warehouse"), foodmart("product"), foodmart("product_class")
    rows = [(f"fm-{h['warehouse_id']:02}", h["warehouse_name"], "hohhot", gln(h["warehouse_id"])) for h in houses]
    bring(admin, "warehouses", sheet(("Warehouse code", "English name", "Site", "GLN"), rows))
    bins = [(code, f"A-{n:02}", "bin", "A") for code, *_ in rows for n in range(1, 4)]
    zones = [(code, "A", "zone", "") for code, *_ in rows]
    bring(admin, "places", sheet(("Warehouse", "Location", "Type", "Zone"), [*bins, *zones]))
    kinds = [(f"PC-{c['product_class_id']}", f"{c['product_category']}: {c['product_subcategory']}") for c in classes]
    bring(admin, "categories", sheet(("Code", "English name"), kinds))
    items = [(g["SKU"], g["product_name"], f"PC-{g['product_class_id']}", "piece") for g in goods]
    bring(admin, "items", sheet(("SKU", "Product name", "Product group", "UOM"), items))
    units = [
        (g["SKU"], unit, amount)
        for g in goods
        for unit, amount in (("case", g["units_per_case"]), ("pallet", _pallet(g)))
    ]
    done = bring(admin, "units", sheet(("SKU", "UOM", "Units per case"), units))
    assert done.result["counts"]["new"] == 3120
    assert Warehouse.objects.filter(code__startswith="fm-").count() == 24
    assert Place.objects.filter(warehouse_id="fm-01", parent__code="A").count() == 3
    assert Item.objects.filter(category__code__startswith="PC-").count() == 1560
    assert ItemUnit.objects.filter(item__code="90748583674", unit="CS").get().numerator == 30


def _pallet(product: Mapping[str, object]) -> int:
    return int(str(product["units_per_case"])) * int(str(product["cases_per_pallet"]))


def test_an_online_shops_codes(admin: Client, shared: Path) -> None:
    """As they come: one code in two spellings, with several names, with none; every row that cannot be says why."""
    with gzip.open(shared / "data" / "real" / "online_retail_orders.csv.gz", "rt", encoding="utf-8") as file:
        pairs = list(dict.fromkeys((row["StockCode"], row["Description"]) for row in csv.DictReader(file)))
    heads = ("StockCode", "Description", "UOM")
    checked = send(admin, "items", sheet(heads, [(*pair, "each") for pair in pairs]))
    first: dict[str, tuple[str, str]] = {}
    for code, name in pairs:
        first.setdefault(code.strip().upper(), (code, name))
    assert checked.result["counts"]["wrong"] == len(pairs) - len(first) > 100
    kept = [row for part in checked.parts.all() for row in part_of(part) if row[1] == "wrong"]
    assert {problem[1] for row in kept for problem in row[3]} == {"catalog.row_twice"}
    assert "stands in row" in admin.get(f"/import/{checked.pk}").content.decode()
    bring(admin, "items", sheet(heads, [(*pair, "each") for pair in first.values()]))
    assert Item.objects.filter(base_unit="C62").count() >= len(first)
