"""What waits for its inspection, or was rejected, leaves by no document of a machine."""

from typing import Any

import pytest

from suyuan.gs1.identifiers import party_uri
from suyuan.ledger.models import Record
from suyuan.stock.queries import of_status
from tests.api.test_capture import codes, document, event, machine, place, send
from tests.desk import company

SENT: dict[str, Any] = {
    "quantityList": [{"epcClass": f"https://id.gs1.org/01/{company.MILK}/10/X1", "quantity": 5, "uom": "KGM"}]
}
TO = {"destinationList": [{"type": "possessing_party", "destination": party_uri(company.gln(100))}]}


def sent(**more: Any) -> dict[str, Any]:
    told = event(**{**SENT, **more})
    told.pop("bizLocation")
    return told


PEOPLES: dict[str, dict[str, Any]] = {
    "it judges": {"bizStep": "inspecting", "disposition": "conformant"},
    "it rejects": {"bizStep": "inspecting", "disposition": "non_conformant"},
    "it sends back what is not free": {"bizStep": "shipping", "disposition": "returned", **TO},
    "it sends waste off": {"bizStep": "shipping", "disposition": "disposed", **TO},
}


@pytest.mark.parametrize("what", PEOPLES)
def test_what_people_decide_no_machine_sends(firm: None, what: str) -> None:
    machine()
    before = Record.objects.filter(kind="epcis").count()
    response = send(document(event(), sent(**PEOPLES[what])))
    assert response.status_code == 403
    assert Record.objects.filter(kind="epcis").count() == before


def test_rework_is_for_people(firm: None) -> None:
    machine()
    made = {
        "type": "TransformationEvent",
        "bizStep": "repairing",
        "inputQuantityList": SENT["quantityList"],
        "outputQuantityList": [{**SENT["quantityList"][0], "epcClass": f"https://id.gs1.org/01/{company.MILK}/10/X2"}],
    }
    told = {**event(), **made}
    for name in ("quantityList", "action"):
        told.pop(name, None)
    assert send(document(event(), told)).status_code == 403


@pytest.mark.parametrize("step", ["shipping", "picking", "retail_selling"])
def test_what_is_pending_stays(firm: None, step: str) -> None:
    machine()
    assert send(document(event())).status_code == 202
    told = sent(bizStep=step, disposition="in_transit", readPoint={"id": place("plant")}, **TO)
    response = send(document(told))
    assert 400 <= response.status_code < 500
    assert "stock.pending" in codes(response)
    assert any(row.quantity == 5 for row in of_status("plant", "pending", company.TODAY.toordinal()))
