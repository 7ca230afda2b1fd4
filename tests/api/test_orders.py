"""Orders of other software: with the right token, idempotent by number, with everything wrong at once."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from suyuan.accounts.writes import At, do_add_token, do_add_user
from suyuan.capture.guard import governed
from suyuan.orders.models import Order, OrderLine, Reservation
from tests.desk import company

SECRET = "sy_" + "o" * 43
URL = "/api/orders/sales"
ORDER: dict[str, Any] = {
    "number": "WEB-1",
    "warehouse": "plant",
    "partner": "C001",
    "priority": "urgent",
    "lines": [{"item": "YOG-150", "quantity": 30}, {"item": "CUP-150", "quantity": "12.0"}],
}


def machine(*roles: str, scope: str = "*") -> None:
    with governed():
        user = do_add_user(username="shop", name="Shop", kind="device", grants=[At(role, scope) for role in roles])
        now = company.NOW
        do_add_token(
            id=uuid4(), user=user, name="shop", secret=SECRET, made_at=now, permissions=(), warehouses=(),
            expires_at=now + timedelta(days=9),
        )  # fmt: skip


def call(method: str, body: object = None, url: str = URL, status: int = 200, secret: str = SECRET) -> Any:
    """The JSON of the answer."""
    headers = {"authorization": f"Bearer {secret}", "accept-language": "en"}
    data = body if isinstance(body, str) else json.dumps(body) if body is not None else ""
    response = Client(headers=headers).generic(method, url, data, content_type="application/json")
    assert response.status_code == status, response.content
    return json.loads(response.content) if "json" in response.headers["content-type"] else None


def faults(answer: Any) -> set[tuple[str, str]]:
    return {(one["field"], one["code"]) for one in answer["problems"]}


@pytest.mark.usefixtures("firm")
def test_it_works() -> None:
    machine("finance", "keeper")
    made = call("POST", ORDER, status=201)
    assert made["made"] is True
    assert call("POST", ORDER)["changed"] == 0, "the same again is answered and changes nothing"
    assert (Order.objects.count(), OrderLine.objects.count()) == (1, 2)
    other = {**ORDER, "lines": [{"item": "YOG-150", "quantity": 31}]}
    assert faults(call("POST", other, status=409)) == {("number", "orders.order_differs")}
    del other["number"]
    assert call("PUT", other, f"{URL}/WEB-1")["changed"] == 1
    done = call("POST", {"split": True}, f"{URL}/WEB-1/allocation")
    assert [one["quantity"] for one in done["reserved"]] == ["31", "12"]
    assert done["reserved"][0]["reason"] == "only_one"
    found = call("GET", url=f"{URL}/web-1")
    assert (found["partner"], found["priority"], found["percent"]) == ("C001", "urgent", 0)
    assert [(one["line"], one["quantity"], one["open"]) for one in found["lines"]] == [(1, "31", "31"), (2, "12", "12")]
    assert found["lines"][0]["reserved"][0]["uri"] == company.LOT_URI
    assert [one["number"] for one in call("GET")["orders"]] == ["WEB-1"]
    assert call("GET", url=f"{URL}?state=closed")["orders"] == []
    assert Reservation.objects.count() == 2


@pytest.mark.usefixtures("firm")
def test_everything_wrong_is_named() -> None:
    machine("finance")
    wrong = {
        "number": "X", "warehouse": "plant", "partner": "C001", "colour": "red", "delivery": "soon",
        "lines": [{"item": "YOG-150", "quantity": "many"}, {"quantity": [1]}, {"item": 5, "single": True}],
    }  # fmt: skip
    assert faults(call("POST", wrong, status=400)) == {
        ("colour", "catalog.field_unknown"),
        ("delivery", "catalog.field_date"),
        ("lines[0].quantity", "gs1.amount_format"),
        ("lines[1].quantity", "catalog.field_value"),
        ("lines[2].single", "catalog.field_unknown"),
    }
    unknown = {**ORDER, "partner": "C999", "lines": [{"item": "NONE", "quantity": 1}]}
    assert faults(call("POST", unknown, status=400)) == {
        ("partner", "catalog.partner_unknown"), ("lines[0].item", "catalog.item_unknown"),
    }  # fmt: skip
    assert faults(call("POST", {}, status=400)) == {
        ("number", "catalog.field_needed"), ("warehouse", "catalog.field_needed"),
    }  # fmt: skip
    for body in ("{", "[]", '{"lines": 5, "number": "A", "warehouse": "plant"}', '{"quantity": 1e999999999}'):
        call("POST", body, status=400)
    call("PUT", {**ORDER, "number": "WEB-2"}, f"{URL}/WEB-1", 400)
    call("DELETE", url=f"{URL}/WEB-1", status=405)
    call("GET", url=f"{URL}/WEB-1", status=404)
    call("GET", url=f"{URL}?state=new", status=400)
    assert not Order.objects.exists()


@pytest.mark.usefixtures("firm")
def test_who_may() -> None:
    machine("keeper", scope="east")
    call("POST", ORDER, status=403)
    call("POST", ORDER, secret="sy_nobody", status=401)
    issue = {"number": "I-1", "destination": "LINE-2", "lines": [{"item": "CUP-150", "quantity": 5}]}
    call("POST", {**issue, "warehouse": "plant"}, "/api/orders/issue", 403)
    call("POST", {**issue, "warehouse": "east"}, "/api/orders/issue", 201)
    answer = call("POST", {}, "/api/orders/issue/I-1/allocation", 400)
    assert faults(answer) == {("number", "operations.nothing_free")}
    Order.objects.filter(number="I-1").update(warehouse="plant")
    call("GET", url="/api/orders/issue/I-1", status=404)
    assert call("GET", url="/api/orders/issue")["orders"] == []
