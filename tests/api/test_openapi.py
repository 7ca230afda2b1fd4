"""The description of the interface: it is whole, it is what is taken and answered, and numbers may have slashes."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
from django.test import Client

from suyuan.accounts.models import Grant
from suyuan.capture.guard import governed
from suyuan.orders.models import Order
from tests.api.test_orders import ORDER, URL, call, faults, machine


def described(language: str = "en") -> dict[str, Any]:
    response = Client(headers={"accept-language": language}).get("/api/openapi.json")
    assert (response.status_code, response["content-type"]) == (200, "application/json")
    return dict(json.loads(response.content))


def shape(document: dict[str, Any], name: str) -> jsonschema_rs.Draft202012Validator:
    """What checks a value against a schema of the document."""
    text = json.dumps({"$ref": f"#/$defs/{name}", "$defs": document["components"]["schemas"]})
    return jsonschema_rs.Draft202012Validator(json.loads(text.replace("#/components/schemas/", "#/$defs/")))


def refs(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (str(one) for name, one in value.items() if name == "$ref")
        for one in value.values():
            yield from refs(one)
    elif isinstance(value, list):
        for one in value:
            yield from refs(one)


@pytest.mark.django_db
def test_it_is_whole() -> None:
    """Every route of orders is in it, everything it refers to too, and each deed has a name of its own."""
    document = described()
    assert document["openapi"] == "3.1.0"
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(refs(document)) <= known
    ids = [
        deed["operationId"] for path in document["paths"].values() for deed in path.values() if "operationId" in deed
    ]
    assert len(ids) == len(set(ids)) == 14
    assert set(document["paths"]) == {
        f"/api/orders/{kind}{tail}"
        for kind in ("purchase", "sales", "issue")
        for tail in ("", "/{number}", "/{number}/allocation")
        if (kind, tail) != ("purchase", "/{number}/allocation")
    }
    assert "订单" in described("zh-hans")["info"]["title"]
    assert Client().post("/api/openapi.json").status_code == 405


@pytest.mark.usefixtures("firm")
def test_what_is_taken_and_answered_has_its_shape() -> None:
    document = described()
    machine("finance", "keeper")
    assert shape(document, "sales_new").is_valid(ORDER)
    assert not shape(document, "sales_new").is_valid({**ORDER, "colour": "red"})
    assert not shape(document, "sales_new").is_valid({name: one for name, one in ORDER.items() if name != "warehouse"})
    for name, answer in (
        ("written", call("POST", ORDER, status=201)),
        ("allocation", call("POST", {"delivery": "2026-12-01"}, f"{URL}/WEB-1/allocation")),
        ("sales_order", call("GET", url=f"{URL}/WEB-1")),
        ("orders", call("GET")),
        ("problem", call("POST", {"number": "X", "colour": "red"}, status=400)),
        ("problem", call("GET", url=f"{URL}/NONE", status=404)),
    ):
        shape(document, name).validate(answer)


@pytest.mark.usefixtures("firm")
def test_prices_are_for_those_who_may_see_costs() -> None:
    machine("keeper", "finance")
    call("POST", {**ORDER, "lines": [{"item": "YOG-150", "quantity": 1, "price": "2.5"}]}, status=201)
    (line,) = call("GET", url=f"{URL}/WEB-1")["lines"]
    assert line["price"] == "2.5"
    with governed():
        Grant.objects.filter(role__code="finance").delete()
    (line,) = call("GET", url=f"{URL}/WEB-1")["lines"]
    assert "price" not in line


@pytest.mark.usefixtures("firm")
@pytest.mark.parametrize("number", ["2026/11/7", "A/B", "7/allocation/8", "a b/ü"])
def test_a_number_may_have_slashes(number: str) -> None:
    """As they are or escaped; the address that is answered leads there."""
    machine("finance", "keeper")
    call("POST", {**ORDER, "number": number}, status=201)
    assert Order.objects.get().number == number
    for written in (quote(number), quote(number, safe="")):
        assert call("GET", url=f"{URL}/{written}")["number"] == number
    body = {name: one for name, one in ORDER.items() if name != "number"}
    call("PUT", {**body, "priority": "normal"}, f"{URL}/{quote(number)}")
    kept = call("POST", {"delivery": "2026-12-01"}, f"{URL}/{quote(number)}/allocation")
    assert kept["order"].startswith("http")
    assert faults(call("GET", url=f"{URL}/{quote(number)}x", status=404)) == {("number", "orders.order_unknown")}
