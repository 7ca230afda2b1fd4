"""Correct: the declaration of error for one of our events (EPCIS 2.0 §7.4.1.2) and what stands instead, as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from suyuan.capture.bodies import PREFIX, Amount, declared_wrong
from suyuan.capture.who import Who
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import UNITS, is_weight
from suyuan.operations.correcting import DID_NOT_OCCUR, INCORRECT_DATA, said_problems, standing_event
from suyuan.operations.events import day_of
from suyuan.operations.lines import Line, Resolved, Thing, resolve
from suyuan.operations.reopening import orders_after
from suyuan.operations.signatures import ADJUSTMENT, is_above

_LISTS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_EPCS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct:
    """`event`: its id. It did not occur, or its data were incorrect: `lines` give the right quantities, 0 for none, of
    goods that were weighed with their weight.
    """

    warehouse: str
    event: str
    error: str
    reason: str
    lines: tuple[Line, ...] = ()


@command(Correct, permission="adjust", groups=ADJUSTMENT, apart="cycle_counting")
def correct(ctx: Context, who: Who, c: Correct) -> Plan:
    problems = said_problems(c.error, c.reason, c.lines)
    old = standing_event(c.warehouse, c.event, problems)
    day = day_of(who, c.warehouse, old.event_time) if old else None
    goods = resolve(who, c.lines, zero=True, day=day) if c.lines else Resolved()
    problems += goods.problems
    if old is None:
        return Plan(problems=problems)
    events: list[JsonObject] = []
    above = c.error == DID_NOT_OCCUR
    if c.error == INCORRECT_DATA:
        body, above = corrected(old.body, goods, problems)
        events.append(
            {**body, "eventID": ctx.mint(), f"{PREFIX}:request": str(ctx.request_id), f"{PREFIX}:by": ctx.actor.id}
        )
    ids = [cast(str, event["eventID"]) for event in events]
    reason = c.error if c.error in (DID_NOT_OCCUR, INCORRECT_DATA) else INCORRECT_DATA
    declaration = declared_wrong(old.body, at=ctx.now, reason=reason, corrective=ids)
    about, changes = orders_after(who, c.warehouse, [old], events) if not problems else ([], [])
    return Plan(
        result={"declared": c.event, "instead": list(ids)},
        events=[declaration, *events],
        problems=problems,
        fields=goods.fields,
        four_eyes=above,
        about=about,
        changes=changes,
    )


def corrected(body: JsonObject, goods: Resolved, problems: list[Problem]) -> tuple[JsonObject, bool]:
    """The event's body with the right quantities, and whether the change is above the threshold."""
    right = {thing.uri: thing for thing in goods.things if thing.classes}
    new = dict(body)
    above, found = False, set()
    for name in _LISTS:
        elements = cast(Sequence[JsonObject], body.get(name, ()))
        named = [(element, identify(cast(str, element["epcClass"])).uri) for element in elements]
        found |= {uri for _, uri in named if uri in right}
        above = above or any(_is_above(element, right[uri]) for element, uri in named if uri in right)
        new[name] = [kept for element, uri in named if (kept := _mended(element, right.get(uri)))]
        problems += [
            Problem("operations.weight_missing", f"{right[uri].field}.weight", {"item": _code(right[uri])})
            for element, uri in named
            if uri in right and right[uri].quantity and _right(element, right[uri]) is None
        ]
    problems += [
        Problem("operations.not_in_event", thing.field, {"goods": thing.uri})
        for thing in goods.things
        if thing.uri not in found
    ]
    if found and not any(new.get(name) for name in (*_LISTS, *_EPCS)):
        problems.append(Problem("operations.nothing_left", "lines"))
    return {name: value for name, value in new.items() if value != []}, above


def _is_above(element: JsonObject, thing: Thing) -> bool:
    """Do others sign for the change: is it large, or said in another unit?"""
    right = _right(element, thing)
    before, after = Decimal(str(element.get("quantity", 0))), right.quantity if right and right.quantity else Decimal(0)
    return (right is not None and element.get("uom", "") != right.uom) or is_above(before, after)


def _right(element: JsonObject, thing: Thing) -> Amount | None:
    """What a line says of a quantity: of goods that are weighed besides being counted the weight is the second; None
    where the line gives none.
    """
    code = str(element.get("uom", ""))
    weighed = thing.info is not None and thing.info.catch_weight and code in UNITS and is_weight(code)
    return next(iter(thing.classes[1:2] if weighed else thing.classes), None)


def _code(thing: Thing) -> str:
    return thing.info.code if thing.info is not None else thing.uri


def _mended(element: JsonObject, thing: Thing | None) -> JsonObject | None:
    """The element with the right quantity; nothing where there was none of it."""
    if thing is None:
        return element
    amount = _right(element, thing)
    if amount is None or not amount.quantity or not thing.quantity:
        return None
    mended: JsonObject = {"epcClass": element["epcClass"], "quantity": amount.quantity}
    return mended | ({"uom": amount.uom} if amount.uom else {})
