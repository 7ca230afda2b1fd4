"""The stock page: put together by anything, narrowed, sorted, of the past, and exported as it is shown."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from suyuan.capture.guard import governed
from suyuan.catalog.models import Category
from suyuan.operations.lines import Line
from suyuan.operations.quality.hold import Hold
from suyuan.operations.storage.move import Move
from suyuan.operations.storage.pack import Pack
from suyuan.ui.formats import grouped_number
from suyuan.ui.workbooks import read_workbook
from tests.desk import company
from tests.desk.company import LOT_URI, NOW, Work
from tests.desk.conftest import Hire, Sit
from tests.desk.test_order import put

GROUPS = ("item", "lot", "zone", "bin", "container", "serial", "owner", "status", "state", "age", "warehouse")


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def work() -> Work:
    done = Work()
    done.number = 900
    return done


@pytest.mark.parametrize("by", GROUPS)
def test_by_each_of_them(sit: Sit, by: str) -> None:
    work().do(NOW, Pack(warehouse="plant", lines=(Line(uri=LOT_URI, quantity=12),), container="BOX-1"))
    client = sit("keeper")
    answer = client.get("/stock", {"by": by})
    assert answer.status_code == 200
    assert "aria-current" in answer.content.decode()
    assert client.get("/stock", {"by": by, "at": "2026-11-18T12:00"}).status_code == 200
    assert client.get("/stock", {"by": by, "known": "2026-11-18T12:00", "item": "YOG-150"}).status_code == 200


def test_what_is_free_and_what_is_not(sit: Sit) -> None:
    client = sit("keeper")
    said = text_of(client.get("/stock", {"item": "YOG-150", "by": "lot"}).content.decode())
    assert "To be inspected" in said
    assert "1 of 1" in said  # of two lots one is free
    work().do(NOW, Hold(warehouse="plant", lines=(Line(uri=LOT_URI),), reason="smell"))
    assert "1 of 1" not in text_of(client.get("/stock", {"item": "YOG-150", "by": "lot"}).content.decode())
    assert "On hold" in client.get("/stock", {"by": "state"}).content.decode()
    held = client.get("/stock", {"by": "lot", "state": "held"}).content.decode()
    assert company.LOT in held
    assert "P-8831" not in held


def test_from_a_zone_to_its_lots(sit: Sit) -> None:
    client = sit("keeper")
    bins = client.get("/stock", {"by": "bin"}).content.decode()
    way = re.search(r'href="(\?place=[^"]+)"', bins)
    assert way is not None
    answer = client.get("/stock" + way[1].replace("&amp;", "&"))
    assert answer.status_code == 200
    assert "thing?id=/01/" in answer.content.decode()
    assert client.get("/stock", {"place": "NOWHERE"}).status_code == 422


def test_as_of_then(sit: Sit) -> None:
    work().do(NOW - timedelta(hours=1), Move(warehouse="plant", lines=(Line(uri=LOT_URI, quantity=100),), to="C-01-03"))
    client = sit("keeper")
    asked = {"by": "lot", "place": "C-01-03", "lot": LOT_URI}
    assert company.LOT in client.get("/stock", asked).content.decode()
    before = {**asked, "at": "2026-11-21T09:00"}  # at the site; it was moved at 9:30
    assert "Nothing matches" in client.get("/stock", before).content.decode()
    assert "2026-11-21 09:00" in client.get("/stock", before).content.decode()
    knew = client.get("/stock", {**asked, "known": "2026-11-21T10:00"}).content.decode()
    assert company.LOT in knew
    assert "as known at" in knew
    assert client.get("/stock", {"known": "2026-11-21T10:00"}).status_code == 422
    assert client.get("/stock", {"at": "yesterday"}).status_code == 422


@pytest.mark.parametrize("by", ["item", "lot"])
def test_the_export_is_what_is_shown(sit: Sit, by: str) -> None:
    client = sit("keeper")
    page = text_of(client.get("/stock", {"by": by, "sort": "-quantity"}).content.decode())
    answer = client.get("/stock", {"by": by, "sort": "-quantity", "as": "xlsx"})
    heads, *rows = read_workbook(answer.content)[0].rows
    at = page.index("Export Excel")
    assert len(rows) > 2
    for row in rows:
        amount = grouped_number(Decimal(row[heads.index("Quantity")]))
        found = page.find(str(row[0]), at)
        assert found > 0, row
        assert amount in page[found : found + 300], row


def test_the_same_number_of_statements_for_any_number_of_lots(sit: Sit) -> None:
    client = sit("keeper")
    client.get("/stock", {"by": "lot"})
    with CaptureQueriesContext(connection) as few:
        client.get("/stock", {"by": "lot", "item": "CULT"})
    with CaptureQueriesContext(connection) as many:
        client.get("/stock", {"by": "lot"})
    assert abs(len(many) - len(few)) <= 2  # the item that is named is looked up


def test_who_may_look(sit: Sit, hire: Hire) -> None:
    assert hire("carrier").get("/stock").status_code == 403
    assert sit("eastkeeper", "east").get("/stock").status_code == 200
    assert sit("eastkeeper", "east").get("/stock", {"warehouse": "plant"}).status_code == 422
    everywhere = sit("keeper").get("/stock", {"by": "warehouse", "warehouse": "*"}).content.decode()
    assert "Hohhot plant" in everywhere


def test_what_is_reserved_is_not_free(sit: Sit) -> None:
    put("sales_orders", {"number": "SO-9", "partner": "C001", "warehouse": "plant"})
    put("sales_lines", {"order": "SO-9", "line": 1, "item": "YOG-150", "quantity": Decimal(500)})
    client = sit("keeper")
    order = client.get("/orders/order", {"kind": "sales", "key": "SO-9"}).content.decode()
    assert 'value="allocate"' in order
    assert 'value="SO-9"' in client.get("/stock/reserved", {"number": "SO-9"}).content.decode()
    assert client.post("/stock/reserved", {"scan": "SO-NONE", "do": "scan"}).status_code == 422
    done = client.post("/stock/reserved", {"scan": "SO-9", "do": "scan"}, follow=True).content.decode()
    assert "1 lot is reserved." in done
    assert "C001" not in done
    page = text_of(client.get("/stock", {"by": "lot", "item": "YOG-150"}).content.decode())
    assert "Reserved" in page
    assert "1,504 pcs 500 pcs" in page
    work().do(NOW, Hold(warehouse="plant", lines=(Line(uri=LOT_URI),), reason="smell"))
    assert "broken: smell" in client.get("/stock/reserved").content.decode()
    form = {"number": "SO-9", "do": "release"}
    assert client.post("/stock/reserved", form).status_code == 422
    freed = client.post("/stock/reserved", {**form, "reason": "other goods"}, follow=True).content.decode()
    assert "Given free." in freed
    assert "Nothing is reserved here." in freed


def test_what_presses_is_marked(sit: Sit) -> None:
    client = sit("keeper")
    asked = {"by": "lot", "item": "YOG-150"}
    lasts = client.get("/stock", asked).content.decode()
    assert "bg-red-lt" not in lasts
    with governed():
        Category.objects.update(urgent_days=10_000)
    presses = client.get("/stock", asked).content.decode()
    assert "bg-red-lt" in presses
    assert "Urgent" in text_of(presses)
    with governed():
        Category.objects.update(warn_days=10_000, urgent_days=0)
    assert "Soon" in text_of(client.get("/stock", {"by": "item"}).content.decode())
    heads, *rows = read_workbook(client.get("/stock", {**asked, "as": "xlsx"}).content)[0].rows
    assert all(float(str(row[heads.index("Days left")])) > 0 for row in rows)
