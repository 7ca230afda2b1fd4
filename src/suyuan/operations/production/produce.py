"""Make goods of goods: TransformationEvent commissioning or creating_class_instance, n inputs and m outputs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from suyuan.capture.bodies import lot_facts, transformation_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.identifiers import canonical
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text
from suyuan.ledger.keys import key16
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import Line, Resolved, Thing, closed_problems, resolve, unlotted_problems
from suyuan.operations.lots import expiry_of, number_lines, shift_at
from suyuan.operations.parties import documents
from suyuan.operations.places import place_of, places_of
from suyuan.stock.queries import stock_of
from suyuan.tlog.jcs import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Output(Line):
    """What came out. Without a lot number it gets one by the category's template; `expiry` else by shelf life."""

    expiry: date | None = None
    by_product: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Produce:
    """One making. `transformation`: the URI that all events of a longer making share; `place`: where goods come out."""

    warehouse: str
    inputs: tuple[Line, ...]
    outputs: tuple[Output, ...]
    place: str = ""
    prodorder: str = ""
    transformation: str = ""
    line: str = ""
    shift: str = ""
    produced: date | None = None
    at: datetime | None = None


@command(Produce, permission="produce")
def produce(ctx: Context, who: Who, c: Produce) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    places = places_of(who, c.warehouse)
    place = place_of(places, c.place, "place", problems, otherwise=Purpose.PRODUCTION, into=True)
    papers = documents(who, {"prodorder": c.prodorder}, problems)
    made_on = c.produced or day_of(who, c.warehouse, at)
    shift = c.shift or shift_at(who, c.warehouse, at)
    lines = number_lines(who, c.warehouse, c.outputs, line=c.line, shift=shift, day=made_on)
    inputs = resolve(who, c.inputs, places, name="inputs", day=day_of(who, c.warehouse, at))
    outputs = resolve(who, lines, name="outputs", day=day_of(who, c.warehouse, at))
    problems += (
        inputs.problems
        + outputs.problems
        + unlotted_problems(outputs)
        + closed_problems(who, outputs)
        + both_sides(inputs, outputs)
        + made_already(outputs)
    )
    dates = {
        uri: (expiry_of(thing.info, lines[thing.index].expiry, made_on), made_on)
        for thing in outputs.things
        if thing.info
        for uri in thing.subjects
    }
    parts = inputs.by_source()
    node = _node(ctx, c.transformation, len(parts) > 1, problems)
    events: list[JsonObject] = []
    for number, (source, part) in enumerate(parts.items(), 1):
        last = number == len(parts)
        making = head(
            ctx, who, c.warehouse, at, "commissioning" if outputs.instances else "creating_class_instance", "active",
            read_point=place, location=place, documents=papers,
            extra={
                "from": source, "line": c.line, "shift": shift,
                "lots": lot_facts((uri, *days) for uri, days in dates.items()) if last else [],
                "byproducts": _by_products(outputs, lines) if last else [],
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
    result: dict[str, Json] = {"place": place, "shift": shift, "lots": _rows(outputs, dates)}
    return Plan(result=result, events=events, problems=problems, fields=outputs.fields | inputs.fields)


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


def _node(ctx: Context, text: str, several: bool, problems: list[Problem]) -> str:
    """The transformationID: as given, or one of our own where the inputs stand in several places but are one making."""
    if not text:
        return ctx.mint() if several else ""
    try:
        return canonical(text)
    except Refused as refused:
        problems += [Problem(p.code, "transformation", p.params) for p in refused.problems]
        return ""


def _by_products(outputs: Resolved, lines: Sequence[Output]) -> list[str]:
    return [uri for thing in outputs.things if lines[thing.index].by_product for uri in thing.subjects]


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
