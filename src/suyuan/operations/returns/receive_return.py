"""Receive a return: OBSERVE receiving / returned, source the customer; it is to be inspected anew.

One event for each shipment that the goods went out with, which it names, a lot in several where one shipment had not
enough of it; all of them are one receipt, that of the first event, which also says why each of the goods came back and
how it looked. What is not ours is kept apart, in a box of its own that belongs to whoever sent it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from suyuan.capture.bodies import Amount, object_event
from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.epcis.events import JsonObject
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, scaled, unscaled
from suyuan.ledger.keys import event_key, key16
from suyuan.operations.attachments import Attachment, attached
from suyuan.operations.events import day_of, happened, head, unaccepted, zone_of
from suyuan.operations.lines import Line, Resolved, Thing, resolve
from suyuan.operations.lots import lot_rows, mint_sscc
from suyuan.operations.parties import both, document_uri, documents, partner, us
from suyuan.operations.places import place_of, places_of
from suyuan.operations.returns.announced import announced_problems
from suyuan.operations.returns.sources import Source, sources_of, spread, without
from suyuan.operations.shortage import amount_of
from suyuan.returns.kinds import CAUSES, CONDITIONS, Cause
from suyuan.stock.book import DELIVERY, PACKED
from suyuan.stock.facts import OWN
from suyuan.stock.queries import Stock, roots, stock_of
from suyuan.tlog.jcs import Json

MOST_STRANGERS = 50
LONGEST = 500
NEVER = frozenset({"operations.rma_of_another"})  # nobody may say yes to


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedLine(Line):
    """Goods that come back. `cause`: one of `returns.kinds.CAUSES`, default that of the whole; `condition`: one of
    `returns.kinds.CONDITIONS`, where somebody looked. `desadv`: the shipment that they went out with, where several
    may have brought them (`sources.spread`)."""

    cause: str = ""
    condition: str = ""
    note: str = ""
    desadv: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """Something that came with a return and is not ours: what it says, how much."""

    what: str
    quantity: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveReturn:
    """Goods that a customer sends back, whichever warehouse they left from. `rma`: our permission to return them.

    `desadv`: the note they were delivered with; without it the shipments that had them are named, by `sources.spread`.
    `cause`: one of
    `returns.kinds.CAUSES`; without one, or with ``other``, `reason` says it in words. Lines are `ReturnedLine` where
    somebody looked at the goods.
    """

    warehouse: str
    customer: str
    lines: tuple[Line, ...] = ()
    strangers: tuple[Stranger, ...] = ()
    place: str = ""
    rma: str = ""
    cause: str = ""
    reason: str = ""
    at: datetime | None = None
    accept: frozenset[str] = frozenset()
    desadv: str = ""
    attachments: tuple[Attachment, ...] = ()


@command(ReceiveReturn, permission="receive")
def receive_return(ctx: Context, who: Who, c: ReceiveReturn) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    place = place_of(places_of(who, c.warehouse), c.place, "place", problems, otherwise=Purpose.RETURNS, into=True)
    customer = partner(who, c.customer, "customer", "customer", problems, even_closed=True)
    number = ctx.number(f"B{who.directory.warehouses[c.warehouse].lot_token}", zone_of(who, c.warehouse))
    papers = documents(who, {"rma": c.rma, "recadv": number}, problems)
    given = dict(documents(who, {"desadv": c.desadv}, problems)).get("desadv", "")
    goods = resolve(who, c.lines, day=day_of(who, c.warehouse, at)) if c.lines or not c.strangers else Resolved()
    problems += goods.problems + cause_problems(c) + stranger_problems(c.strangers)
    problems += never_asked(who, c, customer, goods)
    extra = {"cause": c.cause, "reason": c.reason.strip(), "attachments": attached(who, c.attachments, goods, problems)}

    def came(part: Resolved, shipment: str, said: Mapping[str, object], epcs: Sequence[str] = ()) -> JsonObject:
        begin = head(
            ctx, who, c.warehouse, at, "receiving", "returned",
            read_point=place, location=place, documents=[*papers, *([("desadv", shipment)] if shipment else [])],
            sources=both(customer) if customer else (), destinations=both(us(who, c.warehouse)), extra=said,
        )  # fmt: skip
        return object_event(begin, "OBSERVE", epcs=[*part.instances, *epcs], amounts=part.classes)

    parts = by_shipment(who, c, goods, key16(customer), given, problems)
    told = [said_of(c, thing, shipment) for shipment, part in parts.items() for thing in part.things]
    events: list[JsonObject] = []
    receipt = ""
    for shipment, part in parts.items():
        more = {"receipt": receipt} if receipt else {**extra, "returned": [one for rows in told for one in rows]}
        events.append(came(part, shipment, more))
        receipt = receipt or event_key(str(events[0]["eventID"])).hex()
    boxes = apart(who, c) if not problems else []
    if boxes:
        said = {**({"receipt": receipt} if receipt else extra), "owner": customer, "strangers": boxes}
        events.append(came(Resolved(), given, said, [str(box["id"]) for box in boxes]))
        receipt = receipt or event_key(str(events[0]["eventID"])).hex()
    result: dict[str, Json] = {
        "receipt": receipt, "number": number, "place": place, "lots": lot_rows(goods),
        "shipments": [shipment for shipment in parts if shipment], "strangers": list(boxes),
    }  # fmt: skip
    return Plan(result=result, events=events, problems=problems, fields=goods.fields)


def cause_problems(c: ReceiveReturn) -> list[Problem]:
    """Why it came back is said by a word of the list or, where none fits, in words; how it looks by a word as well."""
    said = [("cause", c.cause, CAUSES)]
    for n, line in enumerate(c.lines):
        if isinstance(line, ReturnedLine):
            said += [
                (f"lines[{n}].cause", line.cause, CAUSES),
                (f"lines[{n}].condition", line.condition, CONDITIONS),
            ]
    problems = [
        Problem("operations.choice", field, {"value": value[:40], "allowed": ", ".join(allowed)})
        for field, value, allowed in said
        if value and value not in allowed
    ]
    causes = [cause_of(c, line) for line in c.lines] or [c.cause]
    if not c.reason.strip() and any(cause in ("", Cause.OTHER) for cause in causes):
        problems.append(Problem("operations.reason_missing", "reason"))
    return problems


def cause_of(c: ReceiveReturn, line: Line) -> str:
    return (line.cause if isinstance(line, ReturnedLine) else "") or c.cause


def stranger_problems(strangers: Sequence[Stranger]) -> list[Problem]:
    """Something that is not ours has at least words for it."""
    problems = [
        Problem("operations.stranger_what", f"strangers[{n}].what")
        for n, one in enumerate(strangers)
        if not one.what.strip()
    ]
    if len(strangers) > MOST_STRANGERS:
        params = {"count": str(len(strangers)), "most": str(MOST_STRANGERS)}
        problems.append(Problem("operations.lines_many", "strangers", params))
    return problems


def never_asked(who: Who, c: ReceiveReturn, customer: str, goods: Resolved) -> list[Problem]:
    """What he never had from us, and what nobody announced: accepted if somebody says so, since the goods are there."""
    had = stock_of(key16(uri) for uri in goods.subjects)
    outer = roots(row.holder for row in had if row.kind == PACKED)
    found = never_sent(goods, had, outer, key16(customer))
    rma = document_uri(who, "rma", c.rma) if c.rma.strip() else ""
    return unaccepted([*found, *announced_problems(who, rma, customer, goods)], c.accept - NEVER)


def never_sent(goods: Resolved, had: Sequence[Stock], outer: Mapping[bytes, Stock], customer: bytes) -> list[Problem]:
    """More than the customer had of it, or refused of it; several lines of one lot are added up.

    `outer`: where the outermost container around each container stands; what is in his pallets is his as well.
    """
    problems = []
    back: dict[str, int] = {}
    for thing in goods.things:
        for uri in thing.subjects:
            rows = [row for row in had if row.subject == key16(uri)]
            there = sum(row.quantity for row in rows if _is_his(outer.get(row.holder, row), customer))
            back[uri] = back.get(uri, 0) + amount_of(thing)
            if there <= 0 or back[uri] > there:
                shown = {
                    "goods": uri, "there": decimal_text(unscaled(there)), "wanted": decimal_text(unscaled(back[uri])),
                }  # fmt: skip
                problems.append(Problem("operations.never_sent", thing.field, shown))
    return problems


def _is_his(row: Stock, customer: bytes) -> bool:
    """With him, under way to him, or refused by somebody and under way back."""
    return not row.ours and (customer in (row.holder, row.owner) or (row.kind == DELIVERY and row.owner == OWN))


def by_shipment(
    who: Who, c: ReceiveReturn, goods: Resolved, customer: bytes, given: str, problems: list[Problem]
) -> dict[str, Resolved]:
    """The goods by the despatch advice (URI) they went out with: the one that is given for all, else those of
    `sources.spread`; "" where nobody knows of any.
    """
    if given:
        return {given: goods} if goods.things else {}
    left = sources_of({key16(uri) for uri in goods.subjects}, customer) if customer else {}
    found: dict[str, Resolved] = {}
    for thing in goods.things:
        chosen = chosen_of(who, c.lines[thing.index], thing, left, problems)
        for one in [single(thing, n) for n in range(len(thing.instances))] or [thing]:
            subject = key16(one.uri)
            parts = spread(amount_of(one), left.get(subject, ()), chosen)
            for (shipment, _amount), part in zip(parts, split(one, [amount for _, amount in parts]), strict=True):
                found.setdefault(shipment, Resolved()).things.append(part)
            for shipment, amount in parts:
                left[subject] = without(left, subject, shipment, amount)
    return found


def chosen_of(
    who: Who, line: Line, thing: Thing, sources: Mapping[bytes, Sequence[Source]], problems: list[Problem]
) -> str:
    """The shipment (URI) that the line names; a problem where it brought him nothing of these goods."""
    text = line.desadv.strip() if isinstance(line, ReturnedLine) else ""
    if not text:
        return ""
    found = dict(documents(who, {"desadv": text}, problems)).get("desadv", "")
    if all(one.document != found for uri in thing.subjects for one in sources.get(key16(uri), ())):
        params = {"goods": thing.uri, "desadv": text[:80]}
        problems.append(Problem("operations.not_in_shipment", f"{thing.field}.desadv", params))
    return found


def single(thing: Thing, n: int) -> Thing:
    """One of the serials or containers of a line."""
    return replace(thing, subjects=(thing.subjects[n],), instances=(thing.instances[n],))


def split(thing: Thing, parts: Sequence[int]) -> list[Thing]:
    """A line in so many parts (millionths of the base unit), its weight in proportion; the last has what is left."""
    if len(parts) < 2 or thing.info is None:
        return [thing]
    whole, weights = sum(parts), thing.classes[1:]
    all_of = [scaled(one.quantity or Decimal(0)) for one in weights]
    rest, found = list(all_of), []
    for n, part in enumerate(parts):
        shares = rest if n == len(parts) - 1 else [weight * part // whole for weight in all_of]
        rest = [left - share for left, share in zip(rest, shares, strict=True)]
        classes = [Amount(uri=thing.uri, quantity=unscaled(part), uom=thing.info.base_unit)]
        classes += [replace(one, quantity=unscaled(share)) for one, share in zip(weights, shares, strict=True)]
        found.append(replace(thing, classes=tuple(classes), quantity=unscaled(part)))
    return found


def said_of(c: ReceiveReturn, thing: Thing, shipment: str) -> list[JsonObject]:
    """What the event says of each of the goods of a line."""
    line = c.lines[thing.index]
    told = {
        "cause": cause_of(c, line),
        "condition": line.condition if isinstance(line, ReturnedLine) else "",
        "note": line.note.strip()[:LONGEST] if isinstance(line, ReturnedLine) else "",
        "shipment": shipment,
    }
    said = {name: value for name, value in told.items() if value}
    return [{"id": uri, **said} for uri in thing.subjects]


def apart(who: Who, c: ReceiveReturn) -> list[dict[str, Json]]:
    """A box with a number of its own for each of the things that are not ours."""
    return [
        {
            "id": mint_sscc(who, c.warehouse),
            "what": one.what.strip()[:LONGEST],
            **({"quantity": one.quantity.strip()[:40]} if one.quantity.strip() else {}),
            **({"note": one.note.strip()[:LONGEST]} if one.note.strip() else {}),
        }
        for one in c.strangers
    ]
