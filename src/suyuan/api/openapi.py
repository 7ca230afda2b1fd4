"""What other software may ask of `/api/orders`, as an OpenAPI 3.1 document, in the language asked for.

Made of the registers that judge the fields, so that it never says more or less than is taken.
"""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from suyuan.api.orders import MOST, PATHS, SAID_APART
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.register import Register
from suyuan.gs1.problems import N_
from suyuan.orders.kinds import OrderKind, OrderState
from suyuan.orders.registers import REGISTERS
from suyuan.orders.written import HEADS, LINES, MAY, OF_LINES
from suyuan.tlog.jcs import Json
from suyuan.ui.access import PUBLIC, declared

VERSION = "3.1.0"
TITLE = N_("Orders in Suyuan")
ABOUT = N_(
    "Orders are written and asked by number. What is repeated word for word changes nothing and answers 200; whatever "
    "is wrong is named at once, each fault with its field. A “/” in a number stands in the address as it is, or as %2F."
)
TOKEN = N_("The token of a machine, made by an administrator. Its rights decide what it may do in which warehouse.")
LISTED = N_("Open orders, urgent ones first; at most {most}. With “after”, by number from that one on.")
WRITTEN = N_("Write a new order. The same again answers 200; another under the same number is a 409.")
ASKED = N_("An order: its fields and lines, what is done of each, and which lots are kept for it and why.")
CHANGED = N_("The order is so from now on; lines that are not named stay.")
KEPT = N_("Keep goods for the order; answers which lots, and what is lacking.")
ANSWERS: Mapping[str, str] = {
    "200": N_("Done, or there already"),
    "201": N_("Written"),
    "400": N_("Everything that is wrong, each with its field (RFC 9457)"),
    "401": N_("No valid token"),
    "403": N_("The token may not do this there"),
    "404": N_("No such order that the token may see"),
    "409": N_("Another order stands under this number, or it was changed meanwhile"),
}
Object = dict[str, Json]


def document(request: HttpRequest) -> HttpResponse:
    """GET: the description. It says nothing of any company, so anybody may read it."""
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    return JsonResponse(described(settings.SUYUAN.web_url), json_dumps_params={"ensure_ascii": False})


def described(url: str) -> Object:
    """The document of an installation at this address."""
    paths: Object = {}
    for name, kind in PATHS.items():
        paths |= _paths(name, kind)
    return {
        "openapi": VERSION,
        "info": {"title": _(TITLE), "version": "1", "description": _(ABOUT), "license": {"name": "Apache-2.0"}},
        "servers": [{"url": url}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": _(TOKEN)}},
            "schemas": _schemas(),
        },
    }


# -- paths ------------------------------------------------------------------------------------------------------------


def _paths(name: str, kind: OrderKind) -> Object:
    word, here = _(REGISTERS[HEADS[kind]].many), f"/api/orders/{name}"
    number: Json = [_parameter("number", "path", {"type": "string", "maxLength": 80}, needed=True)]

    def does(verb: str, text: str, answer: str, body: str = "", more: tuple[str, ...] = ("200",)) -> Object:
        found: Object = {
            "operationId": f"{verb}_{name}", "tags": [word], "summary": text, "responses": _answers(answer, more),
            "x-permission": "ship" if verb == "allocate" else MAY[kind] if body else f"{MAY[kind]}:read",
        }  # fmt: skip
        return found | ({"requestBody": {"required": verb != "allocate", "content": _content(body)}} if body else {})

    asked: Json = [
        _parameter("state", "query", {"enum": [one.value for one in OrderState], "default": OrderState.OPEN.value}),
        _parameter("warehouse", "query", {"type": "string"}),
        _parameter("after", "query", {"type": "string"}),
    ]
    found: Object = {
        here: {
            "get": does("list", _(LISTED).format(most=MOST), "orders") | {"parameters": asked},
            "post": does("write", _(WRITTEN), "written", f"{name}_new", ("200", "201", "409")),
        },
        f"{here}/{{number}}": {
            "parameters": number,
            "get": does("ask", _(ASKED), f"{name}_order", more=("200", "404")),
            "put": does("change", _(CHANGED), "written", f"{name}_change", ("200", "201", "409")),
        },
    }
    if kind is not OrderKind.PURCHASE:
        kept = does("allocate", _(KEPT), "allocation", "allocate", ("200", "404", "409"))
        found[f"{here}/{{number}}/allocation"] = {"parameters": number, "post": kept}
    return found


def _parameter(name: str, where: str, schema: Object, *, needed: bool = False) -> Object:
    return {"name": name, "in": where, "required": needed, "schema": schema}


def _answers(answer: str, good: tuple[str, ...]) -> Object:
    codes = sorted({*good, "400", "401", "403"})
    return {
        code: {
            "description": _(ANSWERS[code]),
            "content": _content(answer) if code < "300" else _content("problem", "application/problem+json"),
        }
        for code in codes
    }


def _content(schema: str, media: str = "application/json") -> Object:
    return {media: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


# -- shapes -----------------------------------------------------------------------------------------------------------


def _schemas() -> Object:
    found: Object = {
        "problem": _object(
            {
                "type": _TEXT, "title": _TEXT, "status": {"type": "integer"},
                "problems": _list(_object({"code": _TEXT, "field": _TEXT, "message": _TEXT})),
            }
        ),
        "written": _object({"made": {"type": "boolean"}, "changed": {"type": "integer"}}, closed=False),
        "orders": _object({"orders": _list(_object(_LISTED)), "most": {"type": "integer"}}),
        "allocate": _object({"delivery": _DAY, "split": _FLAG, "whole": _FLAG}, needed=()),
        "allocation": _object({"order": _TEXT}, closed=False),
    }  # fmt: skip
    for name, kind in PATHS.items():
        heads, lines = REGISTERS[HEADS[kind]], REGISTERS[LINES[kind]]
        wanted = _fields(lines, frozenset({"order"}), given)
        told = _fields(lines, frozenset({"order"}), answered) | _DONE
        # What is repeated is written once: who writes and who changes says the same fields.
        body: Object = {"warehouse": _TEXT, **_fields(heads, SAID_APART, given)}
        body[OF_LINES] = _list({"$ref": f"#/components/schemas/{name}_line"})
        needed = _needed(heads, SAID_APART)
        found[f"{name}_line"] = _object(wanted, needed=_needed(lines, frozenset({"order", "line"})))
        found[f"{name}_new"] = _object({"number": _TEXT, **body}, needed=("number", "warehouse", *needed))
        found[f"{name}_change"] = _object({"number": _TEXT, **body}, needed=("warehouse",))
        shown: Object = {"uri": _TEXT, **_fields(heads, frozenset(), answered), "percent": {"type": "integer"}}
        found[f"{name}_order"] = _object(shown | {OF_LINES: _list(_object(told, needed=()))}, needed=("uri", OF_LINES))
    return found


_TEXT: Object = {"type": "string"}
_FLAG: Object = {"type": ["boolean", "null"]}
_DAY: Object = {"type": ["string", "null"], "format": "date"}
_AMOUNT: Object = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
_LISTED: Object = {
    "number": _TEXT, "warehouse": _TEXT, "state": _TEXT, "priority": _TEXT, "partner": _TEXT,
    "lines": {"type": "integer"}, "complete": {"type": "integer"}, "percent": {"type": "integer"},
}  # fmt: skip


def _object(fields: Object, *, needed: tuple[str, ...] | None = None, closed: bool = True) -> Object:
    wanted: list[Json] = list(fields if needed is None else needed)
    found: Object = {"type": "object", "properties": fields, "additionalProperties": not closed}
    return found | ({"required": wanted} if wanted else {})


def _list(of: Object) -> Object:
    return {"type": "array", "items": of}


_KEPT: Object = {
    "uri": _TEXT, "quantity": _AMOUNT, "state": _TEXT, "reason": _TEXT, "before": {}, "passed": {}, "why": {},
}  # fmt: skip
_DONE: Object = {"done": _AMOUNT, "open": _AMOUNT, "base_unit": _TEXT, "reserved": _list(_object(_KEPT))}


def _fields(register: Register, apart: frozenset[str], shape: Callable[[Field], Object]) -> Object:
    return {
        name: {**shape(one), "description": _(one.word)} for name, one in register.by_name.items() if name not in apart
    }


def _needed(register: Register, apart: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name, one in register.by_name.items() if one.needed and name not in apart)


def given(field: Field) -> Object:
    """What is taken for a field: numbers as JSON numbers or as text, so that nobody has to round them."""
    nothing: list[Json] = [] if field.needed else ["null"]
    match field.type:
        case Type.WHOLE:
            return {"type": ["integer", "string", *nothing], **_bounds(field)}
        case Type.DECIMAL:
            return {"type": ["number", "string", *nothing], **_bounds(field)}
        case Type.DATE:
            return {"type": ["string", *nothing], "format": "date"}
        case Type.FLAG:
            return {"type": ["boolean", "string", *nothing]}
        case Type.CHOICE if field.choices:
            values: list[Json] = list(field.choices)
            return {"type": ["string", *nothing], "examples": values}
        case _:
            return {"type": ["string", *nothing], "maxLength": field.longest}


def _bounds(field: Field) -> Object:
    bounds = {"minimum": field.least, "maximum": field.most}
    return {name: int(value) for name, value in bounds.items() if value is not None and value == int(value)}


def answered(field: Field) -> Object:
    """What an answer has for a field: amounts exact, as text."""
    match field.type:
        case Type.WHOLE:
            return {"type": ["integer", "null"]}
        case Type.DECIMAL:
            return {**_AMOUNT, "type": ["string", "null"]}
        case Type.DATE:
            return {"type": ["string", "null"]}
        case Type.FLAG:
            return {"type": ["boolean", "null"]}
        case Type.MANY:
            return _list(_TEXT)
        case _:
            return {"type": ["string", "null"]}


view = declared(document, PUBLIC)
