"""Orders for other software: written and asked by number, allocated. JSON in and out, everything wrong at once.

An order is repeated without harm: POST of what is there already changes nothing and answers 200; POST of something else
under the same number is a 409, PUT changes it. Fields are those of the registers; what is not known is refused.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import reverse

from suyuan.api.access import SECURITY, UNKNOWN, VALIDATION, Caller, Refusal, api_view
from suyuan.api.capture import body_of
from suyuan.catalog.fields import Field, Type, Value, read_value
from suyuan.catalog.register import Register, Row, Standing, shown_to
from suyuan.catalog.rules import code_key
from suyuan.governance.context import Context
from suyuan.governance.kernel import Result, execute
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.operations.outbound.reserve import Reserve
from suyuan.orders.kinds import OrderKind, OrderState
from suyuan.orders.models import Order
from suyuan.orders.queries import find_order, orders_of, with_lines
from suyuan.orders.registers import REGISTERS
from suyuan.orders.reservations import of_order
from suyuan.orders.written import HEAD, HEADS, LINES, MAY, OF_LINES, WRITES
from suyuan.tlog.jcs import Json
from suyuan.ui.access import View

PATHS = {"purchase": OrderKind.PURCHASE, "sales": OrderKind.SALES, "issue": OrderKind.ISSUE}
MOST = 200  # orders in an answer
SAID_APART = frozenset({"number", "warehouse"})
CONFLICTS = frozenset({"orders.order_differs", "catalog.changed_meanwhile"})


def views_of(kind: OrderKind) -> tuple[View, View, View]:
    """The views of one kind: all orders, one of them, its allocation."""

    @api_view(f"{MAY[kind]}:read")
    def orders(request: HttpRequest, caller: Caller) -> HttpResponse:
        """GET: the open orders (`?state=`, `?warehouse=`), urgent ones first. POST: a new one."""
        if request.method == "GET":
            return _listed(request, caller, kind)
        if request.method != "POST":
            return HttpResponseNotAllowed(["GET", "POST"])
        body = _body(request)
        return _written(caller, kind, str(body.pop("number", "") or ""), body, only_new=True)

    @api_view(f"{MAY[kind]}:read")
    def order(request: HttpRequest, caller: Caller, number: str) -> HttpResponse:
        """GET: the order, what is done of it and what is kept. PUT: it is so from now on; lines not named stay."""
        if request.method == "GET":
            return JsonResponse(
                _order_json(caller, _found(caller, kind, number)), json_dumps_params={"ensure_ascii": False}
            )
        if request.method != "PUT":
            return HttpResponseNotAllowed(["GET", "PUT"])
        return _written(caller, kind, number, _body(request), only_new=False)

    @api_view("ship")
    def allocation(request: HttpRequest, caller: Caller, number: str) -> HttpResponse:
        """POST: keep goods for the order; `delivery`, `split`, `whole` as `Reserve` has them."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        found = _found(caller, kind, number)
        told = _body(request)
        fields = {one.name: one for one in (_DELIVERY, _SPLIT, _WHOLE)}
        values = _values(told, fields, "")
        day = values.get("delivery")
        command = Reserve(
            warehouse=found.warehouse_id,
            number=found.uri,
            delivery=day if isinstance(day, date) else None,
            split=values.get("split") is True,
            whole=values.get("whole") is True,
        )
        return JsonResponse(dict(_done(caller, command).value), json_dumps_params={"ensure_ascii": False})

    return orders, order, allocation


_DELIVERY = Field("delivery", "delivery", Type.DATE)
_SPLIT, _WHOLE = Field("split", "split", Type.FLAG), Field("whole", "whole", Type.FLAG)


# -- in ---------------------------------------------------------------------------------------------------------------


def _body(request: HttpRequest) -> dict[str, Any]:  # Any: whatever JSON holds
    """The JSON object of a request, its numbers exact; an empty body is an empty object."""
    if not request.body:
        return {}
    try:
        found = json.loads(body_of(request), parse_float=Decimal)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Refusal(400, VALIDATION, [Problem("api.json", "", {"error": str(error)[:100]})]) from None
    if not isinstance(found, dict):
        raise Refusal(400, VALIDATION, [Problem("api.json_object")])
    return found


def _written(caller: Caller, kind: OrderKind, number: str, body: dict[str, Any], *, only_new: bool) -> HttpResponse:
    given = body.pop(OF_LINES, [])
    warehouse = str(body.pop("warehouse", "") or "").lower()
    heads, lines = REGISTERS[HEADS[kind]], REGISTERS[LINES[kind]]
    problems: list[Problem] = []
    if body.pop("number", number) != number:
        problems.append(Problem("api.number_differs", "number"))
    if not number.strip():
        problems.append(Problem("catalog.field_needed", "number", {"field": "number"}))
    if not warehouse:
        problems.append(Problem("catalog.field_needed", "warehouse", {"field": "warehouse"}))
    head = _row(body, heads, SAID_APART, HEAD, problems)
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        problems.append(Problem("api.json_lines", OF_LINES))
        given = []
    rows = [_row(one, lines, frozenset({"order"}), f"{OF_LINES}[{n}]", problems) for n, one in enumerate(given)]
    if problems:
        raise Refused(problems)
    command = WRITES[kind](warehouse=warehouse, number=number, head=head, lines=tuple(rows), only_new=only_new)
    done = _done(caller, command)
    address = reverse(f"api:{kind.value}_order", args=[number])
    status = HTTPStatus.CREATED if done.value["made"] else HTTPStatus.OK
    return JsonResponse(dict(done.value), status=status, headers={"Location": address})


def _row(given: Mapping[str, Any], register: Register, apart: frozenset[str], at: str, problems: list[Problem]) -> Row:
    fields = {name: one for name, one in register.by_name.items() if name not in apart}
    try:
        return Row(_values(given, fields, "" if at == HEAD else at))
    except Refused as refused:
        problems += refused.problems
        return Row({})


def _values(given: Mapping[str, Any], fields: Mapping[str, Field], at: str) -> dict[str, Value]:
    """Values of JSON as the fields have them: texts are read as in a file; Refused with all that cannot be."""
    found: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, value in given.items():
        where = f"{at}.{name}".lstrip(".")
        if name not in fields:
            problems.append(Problem("catalog.field_unknown", where[:80], {"field": name[:80]}))
            continue
        try:
            found[name] = _value(fields[name], value)
        except Refused as refused:
            problems += [Problem(one.code, where, one.params) for one in refused.problems]
    if problems:
        raise Refused(problems)
    return found


def _value(field: Field, value: object) -> Value:
    if value is None or (isinstance(value, bool) and field.type is Type.FLAG):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Refused([Problem("catalog.field_value", field.name, {"field": field.name, "text": str(value)[:40]})])
    return read_value(field, decimal_text(value) if isinstance(value, Decimal) else str(value))


def _done(caller: Caller, command: object) -> Result:
    context = Context(actor=caller.actor, request_id=uuid4(), now=caller.now, terminal=caller.terminal)
    try:
        return execute(context, command)
    except Refused as refused:
        codes = {one.code for one in refused.problems}
        if "governance.not_allowed" in codes:
            raise Refusal(403, SECURITY, refused.problems) from None
        if codes & CONFLICTS:
            raise Refusal(409, VALIDATION, refused.problems) from None
        raise


# -- out --------------------------------------------------------------------------------------------------------------


def _found(caller: Caller, kind: OrderKind, number: str) -> Order:
    """The order; that of a warehouse he may not see is not there for him."""
    order = find_order(number, kind)
    if order is None or not caller.actor.may(f"{MAY[kind]}:read", order.warehouse_id):
        raise Refusal(404, UNKNOWN, [Problem("orders.order_unknown", "number", {"number": number[:80]})])
    return order


def _listed(request: HttpRequest, caller: Caller, kind: OrderKind) -> HttpResponse:
    state = request.GET.get("state", OrderState.OPEN.value)
    if state not in set(OrderState):
        raise Refusal(400, VALIDATION, [Problem("api.state_unknown", "state", {"state": state[:40]})])
    scopes = caller.actor.scopes(f"{MAY[kind]}:read")
    rows = orders_of(kind, warehouse=request.GET.get("warehouse", "").lower(), states=[state])
    if "*" not in scopes:
        rows = rows.filter(warehouse__in=sorted(scopes))
    if after := request.GET.get("after", ""):
        rows = rows.filter(key__gt=code_key(after))
    found = with_lines(list(rows.order_by("key")[:MOST] if "after" in request.GET else rows[:MOST]))
    listed: list[Json] = [
        {
            "number": one.order.number, "warehouse": one.order.warehouse_id, "state": one.order.state,
            "priority": one.order.priority, "partner": one.order.partner.code if one.order.partner else "",
            "lines": one.progress.lines, "complete": one.progress.complete, "percent": one.progress.percent,
        }
        for one in found
    ]  # fmt: skip
    return JsonResponse({"orders": listed, "most": MOST}, json_dumps_params={"ensure_ascii": False})


def _order_json(caller: Caller, order: Order) -> dict[str, Json]:
    """The fields of its register and of its lines, as far as they are for the caller, with what is done and kept."""
    kind = OrderKind(order.kind)
    heads, of_lines = (
        shown_to(REGISTERS[names[kind]], lambda right: caller.actor.may(right, order.warehouse_id))
        for names in (HEADS, LINES)
    )
    (head,) = heads.read(heads.rows().filter(pk=order.pk))
    told = with_lines([order])[0]
    rows = {one.values["line"]: one for one in _lines(kind, order)}
    kept = of_order(order.pk)
    lines: list[Json] = []
    for line in told.lines:
        of_line = {
            name: _json(value)
            for name, value in rows[line.number].values.items()
            if name != "order" and name in of_lines.by_name
        }
        reserved: list[Json] = [
            {
                "uri": one.uri, "quantity": decimal_text(unscaled(one.quantity)), "state": one.state,
                "reason": one.reason, "before": one.before, "passed": one.passed, "why": one.why,
            }
            for one in kept
            if one.line_id == line.id
        ]  # fmt: skip
        of_line |= {"done": decimal_text(line.done), "open": decimal_text(line.open), "base_unit": line.unit}
        lines.append(of_line | {"reserved": reserved})
    found = {name: _json(value) for name, value in head.values.items() if name in heads.by_name}
    return {"uri": order.uri, **found, "percent": told.progress.percent, "lines": lines}


def _lines(kind: OrderKind, order: Order) -> Sequence[Standing]:
    lines = REGISTERS[LINES[kind]]
    return lines.read(lines.rows().filter(order=order.pk))


def _json(value: Value) -> Json:
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return decimal_text(value)
        case date():
            return value.isoformat()
        case _:
            return [str(one) for one in value]


PURCHASE, SALES, ISSUE = (views_of(kind) for kind in PATHS.values())
