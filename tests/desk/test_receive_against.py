"""The receiving page with orders, notices, serials, weights and papers; the receipt's page and its correction."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.models import Item, Partner
from suyuan.catalog.rules import code_key
from suyuan.catalog.writes import bump, do_add_items
from suyuan.desk.approvals import ASK
from suyuan.governance.models import ApprovalRequest
from suyuan.gs1.identifiers import lot_uri, own_document_uri
from suyuan.ledger.models import Body
from suyuan.orders.models import Notice, NoticeLine, Order, OrderLine
from suyuan.stock.queries import on_hand
from tests.desk import company
from tests.desk.conftest import Hire, Sit
from tests.plugins.engines import Statements

ORIGIN = "https://suyuan.example"
PALLET = "069012340000000016"
PNG = b"\x89PNG\r\n\x1a\n of a pallet"


def order(number: str = "PO-77", amount: int = 5000) -> Order:
    with governed():
        found = Order.objects.create(
            kind="purchase", number=number, key=code_key(number), uri=own_document_uri(ORIGIN, "po", number),
            partner=Partner.objects.get(code="PACK"), warehouse_id="plant", version=bump(),
        )  # fmt: skip
        OrderLine.objects.create(
            order=found, number=1, item=Item.objects.get(code="CUP-150"), quantity=amount * 10**6, unit="C62",
            base=amount * 10**6, version=1,
        )  # fmt: skip
    return found


def notice() -> None:
    with governed():
        found = Notice.objects.create(
            number="LS-9", key=code_key("LS-9"), uri=own_document_uri(ORIGIN, "desadv", "LS-9"),
            supplier=Partner.objects.get(code="PACK"), warehouse_id="plant", version=1,
        )  # fmt: skip
        for number, (lot, sscc) in enumerate((("P-1", ""), ("P-2", PALLET)), 1):
            NoticeLine.objects.create(
                notice=found, number=number, item=Item.objects.get(code="CUP-150"), lot=lot, quantity=10**9,
                unit="C62", base=10**9, sscc=sscc, version=1,
            )  # fmt: skip


def post(client: Client, do: str = "record", **fields: Any) -> Any:  # Any: form values; a response with a context
    return client.post("/receiving", {"request_id": str(uuid4()), "do": do, **fields})


def line(n: int, **values: str) -> dict[str, str]:
    return {f"line-{n}-{name}": value for name, value in values.items()}


def amount(lot: str) -> int:
    rows = on_hand(company.TODAY.toordinal(), subjects=[lot_uri(company.CUP, lot)])
    return int(sum(row.quantity for row in rows))


def test_the_order_stands_beside_the_sheet(sit: Sit) -> None:
    order()
    client = sit("keeper")
    page = client.get("/receiving?po=po-77&supplier=PACK").content.decode()
    assert 'id="order"' in page
    filled = post(client, "order", supplier="PACK", po="PO-77")
    (first,) = filled.context["sheet"].lines
    assert (first.get("item"), first.get("quantity")) == ("CUP-150", "5000")
    over = post(client, supplier="PACK", po="PO-77", **line(0, item="CUP-150", lot="P-1", quantity="5001"))
    assert [p.code for p in over.context["to_accept"]] == ["operations.over_order"]
    assert over.context["beside"].order_rows[0].over
    done = post(client, supplier="PACK", po="PO-77", **line(0, item="CUP-150", lot="P-1", quantity="5000"))
    note = client.get(done.headers["Location"]).content.decode()
    assert "complete and closed" in note
    assert "/labels" in note


def test_a_buyer_signs_for_too_much(sit: Sit, hire: Hire) -> None:
    order()
    keeper, buyer = sit("keeper"), hire("buyer")
    goods = line(0, item="CUP-150", lot="P-1", quantity="5001")
    over = {"supplier": "PACK", "po": "PO-77", "accept": "operations.over_order", "reason": "cheap", **goods}
    assert post(keeper, **over).context["problems_found"][0].code == "governance.approval_missing_buyer"
    post(keeper, ASK, **over)
    request = ApprovalRequest.objects.get()
    assert request.groups == ["buyer"]
    page = buyer.get(f"/approvals/{request.pk}").content.decode()
    assert "Buyer" in page
    form = {"action": "approve", "meaning": "reviewed", "reason": "agreed", "password": company.PASSWORD}
    assert hire("quality").post(f"/approvals/{request.pk}", form).status_code != 302
    assert buyer.post(f"/approvals/{request.pk}", form).status_code == 302
    assert amount("P-1") == 5001


def test_a_scan_of_the_order_names_its_supplier(sit: Sit) -> None:
    order()
    found = post(sit("keeper"), "scan", scan="PO-77").context["sheet"]
    assert (found.get("po"), found.get("supplier")) == ("PO-77", "PACK")


def test_a_pallet_of_a_notice_is_one_scan(sit: Sit) -> None:
    notice()
    client = sit("keeper")
    found = post(client, "scan", scan="LS-9").context["sheet"]
    assert (found.get("desadv"), found.get("supplier"), len(found.lines)) == ("LS-9", "PACK", 0)
    (first,) = post(client, "scan", scan=f"(00){PALLET}", desadv="LS-9", supplier="PACK").context["sheet"].lines
    assert (first.get("lot"), first.get("quantity"), first.get("inside")) == ("P-2", "1000", PALLET)
    everything = post(client, "notice", desadv="LS-9", supplier="PACK").context["sheet"].lines
    assert [one.get("lot") for one in everything] == ["P-1", "P-2"]
    form = {"supplier": "PACK", "desadv": "LS-9", **line(0, item="CUP-150", lot="P-1", quantity="900")}
    done = post(client, **form)
    note = client.get(done.headers["Location"]).content.decode()
    assert "announced" in note
    assert post(client, **form).status_code == 302  # a hundred of it were still to come
    again = post(client, **form)
    assert [p.code for p in again.context["to_accept"]] == ["operations.lot_received"]
    assert amount("P-1") == 1800


def test_serials_by_scan_and_by_range(sit: Sit) -> None:
    with governed():
        do_add_items(items=[NewItem(code="PUMP", name_en="Pump", base_unit="C62", tracking="serial")])
    client = sit("keeper")
    done = post(client, supplier="PACK", **line(0, item="PUMP", serials="SN0001..SN0100 X-7"))
    note = client.get(done.headers["Location"]).content.decode()
    assert "101 serial numbers" in note
    bad = post(client, supplier="PACK", **line(0, item="PUMP", serials="SN0200..SN0101"))
    assert "orders.serial_range" in [p.code for p in bad.context["errors"]["lines[0].serials"]]


def test_what_is_weighed_asks_for_the_weight(sit: Sit) -> None:
    gtin = "06901234000405"
    with governed():
        do_add_items(items=[NewItem(code="WHEEL", name_en="Wheel", base_unit="C62", gtin=gtin, catch_weight=True)])
    client = sit("keeper")
    sheet = post(client, "scan", scan=f"(01){gtin}(10)W1(3102)000512", supplier="FARM-1").context["sheet"]
    values = {name: value for name, value in sheet.lines[0].values.items() if name != "scanned"}
    assert values == {"item": gtin, "lot": "W1", "quantity": "1", "weight": "5.12"}
    page = post(client, "refresh", supplier="FARM-1", **line(0, item="WHEEL")).content.decode()
    assert "line-0-weight" in page


def test_papers_come_along_and_are_served_to_readers_alone(sit: Sit) -> None:
    client = sit("keeper")
    kept = post(client, "refresh", supplier="PACK", upload=SimpleUploadedFile("analysis.pdf", b"%PDF-1.7 fine"),
                **line(0, item="CUP-150", lot="P-9", quantity="5"))  # fmt: skip
    (held,) = kept.context["files"]
    assert held.name == "analysis.pdf"
    refused = post(client, "refresh", upload=SimpleUploadedFile("run.exe", b"MZ"))
    assert [p.code for p in refused.context["errors"]["upload"]] == ["catalog.file_kind"]
    done = post(client, supplier="PACK", file=held.text, shot=SimpleUploadedFile("a.png", PNG),
                **line(0, item="CUP-150", lot="P-9", quantity="5"))  # fmt: skip
    note = client.get(done.headers["Location"]).content.decode()
    urls = re.findall(r'href="(/receiving/file/[^"]+)"', note)
    assert len(urls) == 2
    assert client.get(urls[0]).content == b"%PDF-1.7 fine"
    assert client.get(urls[0].replace(held.hash, "0" * 64)).status_code == 404
    assert client.get(urls[1]).headers["Content-Type"] == "image/png"
    assert sit("eastkeeper", "east").get(urls[0]).status_code == 404
    assert not [one for one in Body.objects.all() if b"analysis.pdf" in bytes(one.body)]


def test_a_contradiction_is_shown_with_both_facts_and_can_be_corrected(sit: Sit, hire: Any) -> None:
    client = sit("keeper")
    first = post(client, supplier="PACK", **line(0, item="CUP-150", lot="P-9", quantity="5", expiry="2027-01-31"))
    shown = client.get(first.headers["Location"]).content.decode()
    again = post(client, supplier="PACK", **line(0, item="CUP-150", lot="P-9", quantity="5", expiry="2027-01-30"))
    (conflict,) = again.context["conflicts"]
    assert (conflict.now, conflict.before, conflict.who) == ("2027-01-30", "2027-01-31", "王芳")
    assert client.get(conflict.url).status_code == 200
    correct = re.findall(r'href="(/receiving/receipt/[^"]+/correct)"', shown)[0]
    form = {"request_id": str(uuid4()), "do": "mend", "reason": "misread", "line-0-expiry": "2027-01-30"}
    kept = {"line-0-quantity": "5", "line-0-lot": "P-9"}
    assert client.post(correct, {**form, **kept}).headers["Location"].startswith("/receiving/corrected")
    done = post(client, supplier="PACK", **line(0, item="CUP-150", lot="P-9", quantity="5", expiry="2027-01-30"))
    assert done.status_code == 302
    assert client.get(correct).status_code == 404


def test_a_correction_above_the_threshold_is_asked_for(sit: Sit) -> None:
    client = sit("keeper")
    done = post(client, supplier="PACK", **line(0, item="CUP-150", lot="P-9", quantity="500"))
    correct = re.findall(
        r'href="(/receiving/receipt/[^"]+/correct)"', client.get(done.headers["Location"]).content.decode()
    )
    form = {
        "request_id": str(uuid4()),
        "do": "void",
        "reason": "another lorry",
        "line-0-quantity": "500",
        "line-0-lot": "P-9",
    }
    alone = client.post(correct[0], form)
    assert alone.context["can_ask"]
    sent = client.post(correct[0], {**form, "do": "ask", "what": "void"})
    assert sent.headers["Location"].startswith("/approvals")


def test_one_line_or_many_cost_as_many_statements(sit: Sit, statements: Callable[[], Statements]) -> None:
    client = sit("keeper")
    post(client, "refresh", **line(0, item="CUP-150"))
    counts = []
    for many in (1, 30):
        fields: dict[str, str] = {}
        for n in range(many):
            fields |= line(n, item="CUP-150", lot=f"P-{n}", quantity="5")
        with statements() as seen:
            post(client, "refresh", supplier="PACK", **fields)
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("by", ["person", "supplier", "day"])
def test_accuracy(sit: Sit, by: str) -> None:
    order()
    client = sit("keeper")
    post(client, supplier="PACK", po="PO-77", **line(0, item="CUP-150", lot="P-1", quantity="50"))
    page = client.get(f"/receiving/accuracy?by={by}").content.decode()
    assert "100.0 % (1 / 1)" in page
    assert {"person": "王芳", "supplier": "Qingcheng Packaging", "day": "2026-11-21"}[by] in page
    assert client.get(f"/receiving/accuracy?by={by}&csv=1").headers["Content-Type"].startswith("text/csv")


def test_the_page_of_a_lot_has_its_documents(sit: Sit) -> None:
    client = sit("keeper")
    paper = SimpleUploadedFile("analysis.pdf", b"%PDF-1.7 fine")
    fields = {**line(0, item="CUP-150", lot="P-9", quantity="5"), **line(1, item="CUP-150", lot="P-8", quantity="5")}
    post(client, supplier="PACK", upload=paper, upload_line="0", **fields)
    tab = f"/thing/tab?id=/01/{company.CUP}/10/"
    page = client.get(f"{tab}P-9&tab=papers").content.decode()
    assert "analysis.pdf" in page
    url = re.findall(r'href="(/receiving/file/[^"]+)"', page)[0]
    assert client.get(url).content == b"%PDF-1.7 fine"
    assert "analysis.pdf" not in client.get(f"{tab}P-8&tab=papers").content.decode()
