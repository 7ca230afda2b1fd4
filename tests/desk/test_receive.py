"""The receiving page: scan, correct, record once."""

import json
from uuid import uuid4

import pytest
from django.test import Client

from suyuan.accounts.writes import At, do_add_user
from suyuan.capture.guard import governed
from suyuan.catalog.register import Row
from suyuan.governance.master import PutPartners
from suyuan.governance.models import ApprovalRequest
from suyuan.ledger.models import Record
from suyuan.stock.queries import on_hand
from tests.desk import company
from tests.desk.conftest import Sit

LINE = {"line-0-item": "CUP-150", "line-0-lot": "P-9", "line-0-quantity": "1,500"}


def post(client: Client, do: str = "record", **fields: str) -> object:
    return client.post("/receiving", {"request_id": str(uuid4()), "do": do, **fields})


def stock(lot: str) -> list[tuple[str, str]]:
    uri = f"https://id.gs1.org/01/{company.CUP}/10/{lot}"
    return [(str(row.quantity), row.status) for row in on_hand(company.TODAY.toordinal(), subjects=[uri])]


def test_it_works(sit: Sit) -> None:
    client = sit("keeper")
    form = {"request_id": str(uuid4()), "do": "record", "supplier": "PACK", "po": "PO-9", **LINE}
    response = client.post("/receiving", form)
    assert response.status_code == 302
    assert stock("P-9") == [("1500", "pending")]
    note = client.get(response.headers["Location"]).content.decode()
    for text in ("P-9", "1,500", "Qingcheng Packaging", "PO-9", "<svg", "Receipt"):
        assert text in note


def test_sending_it_twice_does_nothing_twice(sit: Sit) -> None:
    client = sit("keeper")
    form = {"request_id": str(uuid4()), "do": "record", "supplier": "PACK", **LINE}
    first, second = client.post("/receiving", form), client.post("/receiving", form)
    assert first.headers["Location"] == second.headers["Location"]
    assert stock("P-9") == [("1500", "pending")]


def test_goods_without_a_number_get_one(sit: Sit) -> None:
    client = sit("keeper")
    form = {"request_id": str(uuid4()), "do": "record", "supplier": "FARM-1", "line-0-item": "CULT"}
    response = client.post("/receiving", {**form, "line-0-quantity": "10", "line-0-expiry": "2027-01-31"})
    assert "HH261121" in client.get(response.headers["Location"]).content.decode()


def test_all_problems_at_once_beside_their_fields_and_nothing_recorded(sit: Sit) -> None:
    client = sit("keeper")
    before = Record.objects.filter(kind="epcis").count()
    lines = {
        "line-0-item": "NOPE",
        "line-0-quantity": "1",
        "line-1-item": "CUP-150",
        "line-1-lot": "A",
        "line-1-quantity": "-3",
    }
    response = post(client, supplier="C000", place="NOWHERE", **lines)
    errors = response.context["errors"]  # type: ignore[attr-defined]  # the test client adds it
    assert {"supplier", "place", "lines[0].item", "lines[1].quantity"} <= errors.keys()
    page = response.content.decode()  # type: ignore[attr-defined]  # likewise
    assert page.count('aria-invalid="true"') >= 4
    assert 'value="NOPE"' in page
    assert Record.objects.filter(kind="epcis").count() == before


@pytest.mark.parametrize(("day", "says"), [("2026-02-31", "is not a date"), ("soon", "is not a date")])
def test_a_wrong_date_is_said_and_kept(sit: Sit, day: str, says: str) -> None:
    page = post(sit("keeper"), supplier="PACK", **LINE, **{"line-0-expiry": day}).content.decode()  # type: ignore[attr-defined]  # a response
    assert says in page
    assert f'value="{day}"' in page


def test_a_warning_can_be_accepted(sit: Sit) -> None:
    client = sit("keeper")
    fields = {"supplier": "PACK", **LINE, "line-0-expiry": "2026-11-01"}
    refused = post(client, **fields)
    assert [p.code for p in refused.context["to_accept"]] == ["operations.expired_on_arrival"]  # type: ignore[attr-defined]  # a response
    assert stock("P-9") == []
    done = post(client, **fields, accept="operations.expired_on_arrival")
    assert done.status_code == 302  # type: ignore[attr-defined]  # a response
    assert stock("P-9") == [("1500", "pending")]


def scan(client: Client, text: str, **fields: str) -> dict[str, object]:
    response = post(client, do="scan", scan=text, **fields)
    return {
        "sheet": response.context["sheet"],  # type: ignore[attr-defined]  # a response
        "codes": [p.code for p in response.context["problems_found"]],  # type: ignore[attr-defined]  # likewise
        "said": response.context["said"],  # type: ignore[attr-defined]  # likewise
    }


def test_scans_fill_the_sheet(sit: Sit) -> None:
    client = sit("keeper")
    assert scan(client, "FARM-1")["sheet"].get("supplier") == "FARM-1"  # type: ignore[attr-defined]  # a sheet
    assert scan(client, company.gln(1))["sheet"].get("supplier") == "FARM-1"  # type: ignore[attr-defined]  # likewise
    assert scan(client, "IN")["sheet"].get("place") == "IN"  # type: ignore[attr-defined]  # likewise
    assert scan(client, "PO-26-110")["sheet"].get("po") == "PO-26-110"  # type: ignore[attr-defined]  # likewise
    found = scan(client, f"]d201{company.CUP}10P-9\x1d30500", supplier="PACK")
    values = dict(found["sheet"].lines[0].values)  # type: ignore[attr-defined]  # likewise
    assert json.loads(values.pop("scanned")) == {"item": company.CUP, "lot": "P-9"}
    assert values == {"item": company.CUP, "lot": "P-9", "quantity": "500"}
    assert found["said"] == "Read: Cup 150 mL P-9"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NONSENSE", "gs1.scan_unknown"),
        ("(01)06901234000306(10)", "gs1.empty"),
        ("(01)06901234000115", "desk.item_unknown"),
    ],
)
def test_a_scan_that_means_nothing_is_said_and_changes_nothing(sit: Sit, text: str, code: str) -> None:
    found = scan(sit("keeper"), text, supplier="PACK", **LINE)
    assert code in found["codes"]  # type: ignore[operator]  # a list
    assert len(found["sheet"].lines) == 1  # type: ignore[attr-defined]  # a sheet


def test_lines_come_and_go(sit: Sit) -> None:
    client = sit("keeper")
    response = post(client, do="remove-0", **LINE, **{"line-1-item": "MILK"})
    assert [line.get("item") for line in response.context["sheet"].lines] == ["MILK"]  # type: ignore[attr-defined]  # a response


def test_who_may_not_receive_here_reads_what_is_missing(sit: Sit) -> None:
    assert sit("inspector").get("/receiving").status_code == 403
    assert sit("eastkeeper", "east").get("/receiving").status_code == 200
    refused = sit("inspector").post("/receiving", {"do": "record", "supplier": "PACK", **LINE})
    assert "Receive goods" in refused.content.decode()
    assert stock("P-9") == []


def test_a_form_from_elsewhere_is_refused(firm: None) -> None:
    client = Client(enforce_csrf_checks=True)
    client.login(username="keeper", password=company.PASSWORD)
    assert client.post("/receiving", {"do": "record", **LINE}).status_code == 403


def test_a_receipt_of_another_warehouse_is_not_shown(sit: Sit) -> None:
    client = sit("keeper")
    done = post(client, supplier="PACK", **LINE).headers["Location"]  # type: ignore[attr-defined]  # a response
    client.post("/warehouse", {"warehouse": "east"})
    assert client.get(done).status_code == 404
    assert client.get("/receiving/done?request=nonsense").status_code == 404


def test_goods_of_a_suspended_supplier_take_a_reason_and_a_second_person(sit: Sit) -> None:
    with governed():
        do_add_user(username="quality", name="钱敏", password=company.PASSWORD, grants=[At("quality")])
    company.Work().do(company.NOW, PutPartners(rows=(Row({"code": "PACK", "status": "suspended"}),), reason="audit"))
    client = sit("keeper")
    form = {"request_id": str(uuid4()), "do": "record", "supplier": "PACK", **LINE}
    refused = client.post("/receiving", form).content.decode()
    assert "override_supplier" in refused
    assert 'value="ask"' not in refused
    alone = client.post("/receiving", {**form, "override_supplier": "no other caps"}).content.decode()
    assert 'value="ask"' in alone
    assert stock("P-9") == []
    sent = client.post("/receiving", {**form, "override_supplier": "no other caps", "do": "ask"})
    assert sent.headers["Location"].startswith("/approvals")
    asked = ApprovalRequest.objects.get()
    signed = {"action": "approve", "meaning": "responsible", "reason": "caps checked", "password": company.PASSWORD}
    sit("quality").post(f"/approvals/{asked.pk}", signed)
    assert stock("P-9") == [("1500", "pending")]
