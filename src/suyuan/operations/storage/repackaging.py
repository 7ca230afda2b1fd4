"""What split, merge and relabel have in common: TransformationEvent repackaging, by which goods stay what they are.

Status, blocks and expiry go with them (domain.md, Identity); only the label changes.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from suyuan.capture.bodies import lot_facts, transformation_event
from suyuan.capture.who import Who
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import Quantity, decimal_text, parse_amount
from suyuan.ledger.keys import key16
from suyuan.operations.carrying import carry
from suyuan.operations.events import day_of, happened, head
from suyuan.operations.lines import KILOGRAM, Line, Resolved, closed_problems, find_item, resolve
from suyuan.operations.lots import number_lines, shift_at
from suyuan.operations.parties import site
from suyuan.operations.places import places_of
from suyuan.operations.shortage import rows_of, short_problems
from suyuan.stock.facts import OWN
from suyuan.stock.queries import About, Stock, about, stock_of, uris_of
from suyuan.tlog.jcs import Json


def repackaging(
    ctx: Context,
    who: Who,
    warehouse: str,
    inputs: Sequence[Line],
    outputs: Sequence[Line],
    *,
    at: datetime | None,
    reason: str = "",
    other_item: bool = False,
) -> Plan:
    """One event from the labels before to the labels after, in the place where the goods lie."""
    problems: list[Problem] = []
    when = happened(ctx, at, problems)
    shift, day = shift_at(who, warehouse, when), day_of(who, warehouse, when)
    before = resolve(who, inputs, places_of(who, warehouse), name="lines", day=day)
    after = resolve(who, number_lines(who, warehouse, outputs, shift=shift, day=day), name="labels", day=day)
    stock = stock_of((key16(uri) for uri in before.subjects), warehouse)
    known = about(key16(uri) for uri in before.subjects)
    problems += before.problems + after.problems
    problems += short_problems(before, stock) + alike_problems(before, stock) + balance_problems(before, after)
    problems += closed_problems(who, after) if other_item else same_item(before, after)
    owners = {row.owner for uri in before.subjects for row in rows_of(uri, "", stock)}
    owner = next(iter(owners - {OWN}), None) if len(owners) == 1 else None
    source = next((thing.source for thing in before.things if thing.source), "") or _lies(before, stock)
    if not problems:
        carry(who, warehouse, before, after, stock, owner or OWN, reason)
    dates = _dates(list(known.values()))
    event = transformation_event(
        head(
            ctx, who, warehouse, when, "repackaging", "active",
            read_point=source if source.startswith("https://id.gs1.org/414/") else site(who, warehouse),
            extra={
                "from": source,
                "owner": uris_of([owner]).get(owner, "") if owner else "",
                "lots": lot_facts((uri, *dates) for uri in after.subjects),
                "reason": reason,
            },
        ),
        inputs=before.instances,
        input_amounts=before.classes,
        outputs=after.instances,
        output_amounts=after.classes,
    )  # fmt: skip
    lots: list[dict[str, Json]] = [
        {"uri": thing.uri, "lot": thing.lot, "quantity": decimal_text(thing.quantity or Decimal(0))}
        for thing in after.things
    ]
    return Plan(result={"lots": lots}, events=[event], problems=problems, fields=after.fields | before.fields)


def _lies(before: Resolved, stock: Sequence[Stock]) -> str:
    """The one place where all of it lies; empty where it lies in several."""
    holders = {row.holder for uri in before.subjects for row in rows_of(uri, "", stock)}
    return next(iter(uris_of(holders).values()), "") if len(holders) == 1 else ""


def _dates(known: Sequence[About]) -> tuple[date | None, date | None]:
    """The earliest expiry and production date of what goes in."""
    expiry = min((one.expiry for one in known if one.expiry is not None), default=None)
    produced = min((one.produced for one in known if one.produced is not None), default=None)
    return (date.fromordinal(expiry) if expiry else None, date.fromordinal(produced) if produced else None)


def alike_problems(before: Resolved, stock: Sequence[Stock]) -> list[Problem]:
    """Goods of different owners, in different status, or in several places are not put under one label."""
    rows = [row for thing in before.things for uri in thing.subjects for row in rows_of(uri, thing.source, stock)]
    problems = []
    if len({row.owner for row in rows}) > 1:
        problems.append(Problem("operations.owners_differ", "lines"))
    if len({row.status for row in rows}) > 1:
        statuses = ", ".join(sorted({row.status for row in rows}))
        problems.append(Problem("operations.statuses_differ", "lines", {"statuses": statuses}))
    if len({row.holder for row in rows}) > 1:
        problems.append(Problem("operations.places_differ", "lines"))
    return problems


def same_item(before: Resolved, after: Resolved) -> list[Problem]:
    """Splitting and merging keep the item: two items with one lot number are two lots."""
    items = {thing.info.uri for thing in (*before.things, *after.things) if thing.info}
    return [Problem("operations.items_differ", "lines")] if len(items) > 1 else []


def balance_problems(before: Resolved, after: Resolved) -> list[Problem]:
    """As much comes out as goes in, in one base unit; and nothing is its own new label."""
    old = set(before.subjects)
    problems = [
        Problem("operations.made_of_itself", thing.field, {"goods": uri})
        for thing in after.things
        for uri in thing.subjects
        if uri in old
    ]
    units = {thing.info.base_unit for thing in (*before.things, *after.things) if thing.info}
    went = sum((thing.quantity or Decimal(0) for thing in before.things), Decimal(0))
    came = sum((thing.quantity or Decimal(0) for thing in after.things), Decimal(0))
    if len(units) == 1 and went != came and not before.problems and not after.problems:
        shown = {"before": decimal_text(went), "after": decimal_text(came), "unit": next(iter(units))}
        problems.append(Problem("operations.repack_unequal", "labels", shown))
    heavy, light = _weight(before), _weight(after)
    if heavy is not None and light is not None and heavy != light:
        shown = {"before": decimal_text(heavy), "after": decimal_text(light), "unit": KILOGRAM}
        problems.append(Problem("operations.repack_unequal", "labels", shown))
    return problems


def _weight(goods: Resolved) -> Decimal | None:
    """Kilograms of what is weighed besides being counted; None where nothing is."""
    weights = [amount for thing in goods.things for amount in thing.classes[1:] if amount.quantity is not None]
    if not weights:
        return None
    return sum((Quantity(one.quantity or Decimal(0), one.uom).to(KILOGRAM).amount for one in weights), Decimal(0))


def together(lines: Sequence[Line]) -> str | None:
    """Kilograms of all lines; None where one of them does not say what it weighs, or not so that it can be read."""
    total = Decimal(0)
    for line in lines:
        if line.weight is None or line.weight == "":
            return None
        try:
            total += Quantity(parse_amount(line.weight), line.weight_unit or KILOGRAM).to(KILOGRAM).amount
        except Refused:
            return None  # said where the line is read
    return decimal_text(total) if lines else None


def item_of(who: Who, line: Line) -> str:
    """The item of a line, as the new labels name it."""
    found = find_item(who.directory, line.item or line.uri)
    return found[0] if found else line.item or line.uri
