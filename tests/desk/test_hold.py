"""The page on which a lot is held: how much it concerns, its serials included."""

from uuid import uuid4

import pytest

from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.writes import do_add_items
from suyuan.gs1.identifiers import lot_uri
from suyuan.operations.commands import Inspect, ReceiptLine, Receive, Verdict
from suyuan.stock.queries import blocked
from tests.desk import company
from tests.desk.conftest import Sit

GTIN, SERIALS = "06901234000504", ("A1", "A2", "A3")
LOT = lot_uri(GTIN, "K1")


@pytest.fixture
def kits(firm: None) -> None:
    """Three kits of a lot, each with its serial number."""
    with governed():
        do_add_items(items=[NewItem(code="KIT", name_en="Test kit", base_unit="EA", gtin=GTIN, tracking="lot+serial")])
    work = company.Work()
    work.number = 8_000_000
    line = ReceiptLine(item="KIT", lot="K1", serials=SERIALS, expiry=company.TODAY.replace(year=2027))
    work.do(company.NOW, Receive(warehouse="plant", supplier="PACK", lines=(line,)))
    work.do(company.NOW, Inspect(warehouse="plant", lines=(Verdict(item="KIT", serials=SERIALS, verdict="pass"),)))


def test_a_lot_of_serials(kits: None, sit: Sit) -> None:
    client = sit("keeper")
    page = client.get("/hold", {"id": LOT})
    assert [(int(amount.amount), word) for amount, word in page.context["figures"]] == [(3, "in stock")]
    answer = client.post(f"/hold?id={LOT}", {"request_id": str(uuid4()), "reason": "cracked"})
    assert answer.status_code == 302
    rows = blocked("plant", company.TODAY.toordinal())
    assert {row.uri.rsplit("/", 1)[1] for row in rows} == set(SERIALS)
    home = client.get("/").content.decode()
    assert "A2" in home
