"""What is built of parts and can be taken apart: AssociationEvents, the serial of the whole as parent.

An association and no transformation: the parts stay what they are, one of them can be replaced, and taking the whole
apart gives them back. Genealogy keeps from when to when each was in it, so that what it was built of and what it
consists of now are one question at two times, and the recall of a part finds the whole it is in, or was in.
"""

from dataclasses import dataclass

from suyuan.capture.who import Who
from suyuan.gs1.identifiers import Kind, identify
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import key16
from suyuan.operations.lines import Line, Resolved, Thing, resolve
from suyuan.operations.shortage import amount_of
from suyuan.stock.book import PACKED
from suyuan.stock.queries import Stock, roots, stock_in, stock_of, uris_of


@dataclass(frozen=True, slots=True)
class Whole:
    """The thing that parts are put into: its line resolved, and where it stands, None where it is not made yet."""

    thing: Thing | None
    uri: str
    stands: Stock | None
    place: str


def whole_of(who: Who, warehouse: str, line: Line, problems: list[Problem], *, field: str = "product") -> Whole:
    """The one serial that a line names. Two statements."""
    found = resolve(who, (line,), name=field)
    said = [Problem(p.code, p.field.replace(f"{field}[0]", field), p.params) for p in found.problems]
    problems += said
    thing = found.things[0] if found.things else None
    if thing is not None and (len(thing.subjects) != 1 or identify(thing.uri).kind is not Kind.SERIAL):
        problems.append(Problem("production.not_one_serial", field))
        thing = None
    if thing is None:
        return Whole(None, "", None, "")
    rows = [row for row in stock_of([key16(thing.uri)]) if row.ours]
    stands = rows[0] if rows else None
    if stands is not None and stands.log != warehouse:
        shown = {"container": thing.uri, "warehouse": stands.log}
        problems.append(Problem("operations.container_elsewhere", field, shown))
    return Whole(thing, thing.uri, stands, _place(thing.uri, stands, field, problems) if stands else "")


def _place(uri: str, stands: Stock, field: str, problems: list[Problem]) -> str:
    """Where it stands: the place of the outermost container around it. What is a part itself is taken out first."""
    outer = roots([stands.holder]).get(stands.holder) if stands.kind == PACKED else None
    uris = uris_of([stands.holder, *([outer.holder] if outer else [])])
    around = uris.get(stands.holder, "")
    if stands.kind == PACKED and identify(around).kind is Kind.SERIAL:
        problems.append(Problem("production.part_of", field, {"goods": uri, "whole": around}))
    return uris.get(outer.holder, "") if outer else around


def parts_problems(goods: Resolved, whole: Whole) -> list[Problem]:
    """Nothing is a part of itself, and a part has a number or an amount."""
    return [
        Problem("operations.into_itself", thing.field, {"container": uri})
        for thing in goods.things
        for uri in thing.subjects
        if uri == whole.uri
    ]


def inside_problems(goods: Resolved, whole: Whole, warehouse: str) -> list[Problem]:
    """Are the parts that are to be taken out in there? One statement."""
    rows = stock_in([key16(whole.uri)], warehouse) if whole.uri else []
    problems = []
    for thing in goods.things:
        for uri in thing.subjects:
            there = sum(row.quantity for row in rows if row.subject == key16(uri))
            if there <= 0 or amount_of(thing) > there:
                shown = {"goods": uri, "container": whole.uri}
                problems.append(Problem("operations.not_inside", thing.field, shown))
    if not goods.things and not rows:
        problems.append(Problem("production.no_parts", "product", {"goods": whole.uri}))
    return problems
