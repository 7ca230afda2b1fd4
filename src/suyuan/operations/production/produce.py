"""Make goods of goods: TransformationEvent commissioning or creating_class_instance, n inputs and m outputs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from suyuan.capture.bodies import lot_facts, transformation_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.identifiers import canonical, own_document_uri
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text
from suyuan.ledger.keys import key16
from suyuan.operations.doors import amounts_of, at_door, kept_problems
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, Resolved, Thing, closed_problems, resolve, unlotted_problems
from suyuan.operations.lots import expiry_of, number_lines, shift_at
from suyuan.operations.parties import documents
from suyuan.operations.places import place_of, places_of
from suyuan.operations.production.flush import lines_with, proposed
from suyuan.operations.production.pouring import poured
from suyuan.operations.production.working import (
    codes_of,
    issue_orders,
    unanswered,
    work_for,
)
from suyuan.orders.reservations import do_consume
from suyuan.production.kinds import Role
from suyuan.production.rules import Work, making_problems, summed
from suyuan.stock.queries import stock_of
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Output(Line):
    """What came out. Without a lot number it gets one by the category's template; `expiry` else by shelf life."""

    expiry: date | None = None
    by_product: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Produce:
    """One making. `place`: where goods come out, default where the work order says. `prodorder`: a work order of ours,
    or the paper of another system.

    `transformation`: what all events of one longer making share, a URI or the name of a batch; inputs and outputs may
    then come in events of their own, and every output depends on every input. `backflush`: what the bill of the work
    order wants beside the inputs named is consumed from what lies at the line. `accept` and `reason`: what is confirmed
    of `production.*`, and why the yield is as it is.
    """

    warehouse: str
    inputs: tuple[Line, ...] = ()
    outputs: tuple[Output, ...] = ()
    place: str = ""
    prodorder: str = ""
    transformation: str = ""
    line: str = ""
    shift: str = ""
    produced: date | None = None
    backflush: bool = False
    accept: frozenset[str] = frozenset()
    reason: str = ""
    at: datetime | None = None


@command(Produce, permission="produce")
def produce(ctx: Context, who: Who, c: Produce) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    day = day_of(who, c.warehouse, at)
    places = places_of(who, c.warehouse)
    work = work_for(who, c.warehouse, c.prodorder, problems) if c.prodorder.strip() else None
    place = place_of(
        places, c.place or (work.line if work else ""), "place", problems, otherwise=Purpose.PRODUCTION, into=True
    )
    papers = documents(who, {"prodorder": c.prodorder}, problems)
    if work is not None and papers:
        papers = [("prodorder", work.uri)]
    made_on = c.produced or day
    shift = c.shift or (work.shift if work else "") or shift_at(who, c.warehouse, at)
    line = c.line or (work.line_code if work else "")
    lines = number_lines(who, c.warehouse, c.outputs, line=line, shift=shift, day=made_on)
    outputs = resolve(who, lines, name="outputs", day=day) if lines or not c.transformation else Resolved()
    problems += outputs.problems + unlotted_problems(outputs) + closed_problems(who, outputs) + made_already(outputs)
    pour = poured(who, c.warehouse, c.inputs, "inputs", day)
    given = pour.lines
    if c.backflush and work is not None:
        given, lacking = _flushed(who, work, outputs, given, day, place)
        problems += lacking
    inputs = (
        resolve(who, given, places, name="inputs", day=day) if given or not (c.transformation and lines) else Resolved()
    )
    problems += pour.problems
    problems += pour.said(inputs.problems + both_sides(inputs, outputs), "inputs")
    door = at_door(inputs, c.warehouse, partial(issue_orders, work))
    problems += pour.said(kept_problems(door, c.warehouse), "inputs")
    if work is not None and not inputs.problems and not outputs.problems:
        used, made = amounts_of(who, inputs), amounts_of(who, outputs)
        codes = codes_of(who, {*used, *made, *(part.item for part in work.recipe.parts), work.recipe.item})
        asked = making_problems(work, used, made, whole=not c.transformation, names=codes)
        problems += unanswered(asked, c.accept, c.reason)
    dates = {
        uri: (expiry_of(thing.info, lines[thing.index].expiry, made_on), made_on)
        for thing in outputs.things
        if thing.info
        for uri in thing.subjects
    }
    parts = inputs.by_source() or {"": Resolved()}
    node = _node(ctx, who, c, len(parts) > 1, problems)
    events: list[JsonObject] = []
    for number, (source, part) in enumerate(parts.items(), 1):
        last = number == len(parts)
        making = head(
            ctx, who, c.warehouse, at, "commissioning" if outputs.instances else "creating_class_instance", "active",
            read_point=place, location=place, documents=papers,
            extra={
                "from": source, "line": line, "shift": shift, "reason": c.reason.strip(),
                "lots": lot_facts((uri, *days) for uri, days in dates.items()) if last else [],
                "byproducts": _by_products(outputs, lines, work) if last else [],
            },
        )  # fmt: skip
        events.append(
            transformation_event(
                making,
                inputs=part.instances,
                input_amounts=part.classes,
                outputs=outputs.instances if last else (),
                output_amounts=outputs.classes if last else (),
                transformation=node,
                ilmd=_ilmd(outputs, dates) if last else None,
            )
        )
    if door.mine and not problems:
        do_consume(door.mine, door.went)
    result: dict[str, Json] = {"place": place, "shift": shift, "lots": _rows(outputs, dates)}
    named = {uri: pour.own(field, "inputs") for uri, field in inputs.fields.items()}
    fields = {**outputs.fields, **pour.inside, **named}
    return Plan(result=result, events=events, problems=problems, fields=fields, held=door.held)


def _flushed(
    who: Who, work: Work, outputs: Resolved, given: Sequence[Line], day: date, place: str
) -> tuple[tuple[Line, ...], list[Problem]]:
    """The inputs with what the bill wants beside them, and what of that does not lie at the line."""
    named = resolve(who, given, name="inputs", day=day) if given else Resolved()
    product = amounts_of(who, outputs).get(work.recipe.item, Decimal(0))
    taken = summed((thing.uri, thing.quantity) for thing in named.things if thing.quantity is not None)
    answer = proposed(who, work, product, day, amounts_of(who, named), place=place, taken=taken)
    codes = codes_of(who, answer.lacking)
    problems = [
        Problem("production.not_at_line", "inputs", {"item": codes.get(item, item), "lacking": decimal_text(amount)})
        for item, amount in answer.lacking.items()
    ]
    return lines_with(given, answer, place), problems


def both_sides(inputs: Resolved, outputs: Resolved) -> list[Problem]:
    """Nothing is made of itself: rework gets a lot of its own."""
    eaten = set(inputs.subjects)
    return [
        Problem("operations.made_of_itself", thing.field, {"goods": uri})
        for thing in outputs.things
        for uri in thing.subjects
        if uri in eaten
    ]


def made_already(outputs: Resolved) -> list[Problem]:
    """A serial is made once."""
    fields = {key16(uri): (uri, thing.field) for thing in outputs.things if thing.instances for uri in thing.subjects}
    here = {row.subject for row in stock_of(fields)} if fields else set()
    return [Problem("operations.here_already", fields[key][1], {"goods": fields[key][0]}) for key in here]


def _node(ctx: Context, who: Who, c: Produce, several: bool, problems: list[Problem]) -> str:
    """The transformationID: as given, that of a batch, or one of our own where the inputs stand in several places but
    are one making.

    A partial completion is a making by itself: what it used is named with it, and a recall of one part needs no other.
    Only where inputs and outputs are told apart do the events of a batch share an id, and then every output depends on
    every input.
    """
    text = c.transformation.strip()
    if not text:
        return ctx.mint() if several else ""
    try:
        if "://" in text or text.lower().startswith("urn:"):
            return canonical(text)
        order = c.prodorder.rstrip("/").rsplit("/", 1)[-1]
        return own_document_uri(who.origin, "making", f"{order}.{text}" if order else text)
    except Refused as refused:
        problems += [Problem(p.code, "transformation", p.params) for p in refused.problems]
        return ""


def _by_products(outputs: Resolved, lines: Sequence[Output], work: Work | None) -> list[str]:
    """Those that somebody called so, and those that the bill does."""
    by_bill = {part.item for part in work.recipe.beside if part.role == Role.BY_PRODUCT} if work else set()
    return [
        uri
        for thing in outputs.things
        if lines[thing.index].by_product or (thing.info is not None and thing.info.uri in by_bill)
        for uri in thing.subjects
    ]


def _ilmd(outputs: Resolved, dates: dict[str, tuple[date | None, date]]) -> dict[str, object] | None:
    """Master data of the one lot made, in the standard's own words."""
    if len(outputs.things) != 1 or not outputs.things[0].lot:
        return None
    thing: Thing = outputs.things[0]
    expiry, produced = dates[thing.uri]
    said: dict[str, object] = {"cbvmda:lotNumber": thing.lot, "cbvmda:productionDate": produced.isoformat()}
    return said | ({"cbvmda:itemExpirationDate": expiry.isoformat()} if expiry else {})


def _rows(outputs: Resolved, dates: dict[str, tuple[date | None, date]]) -> list[dict[str, Json]]:
    rows: list[dict[str, Json]] = []
    for thing in outputs.things:
        expiry, produced = dates.get(thing.uri, (None, None))
        rows.append(
            {
                "uri": thing.uri,
                "item": thing.info.uri if thing.info else "",
                "lot": thing.lot,
                "expiry": expiry.isoformat() if expiry else None,
                "produced": produced.isoformat() if produced else None,
                "quantity": decimal_text(thing.quantity) if thing.quantity is not None else None,
                "unit": thing.info.base_unit if thing.info else "",
            }
        )
    return rows
