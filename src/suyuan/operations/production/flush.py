"""Backflush: what a making consumes by its bill, from what lies at the line. A question; `Produce` asks it as well."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from suyuan.capture.who import Who
from suyuan.gs1.identifiers import Kind, identify
from suyuan.ledger.keys import key16
from suyuan.operations.lines import Line
from suyuan.production.rules import Amounts, Flush, Lying, Work, flush
from suyuan.stock.queries import Placed, placed, stock_in
from suyuan.stock.states import State

NONE: Amounts = {}


def proposed(
    who: Who,
    work: Work,
    amount: Decimal,
    today: date,
    given: Amounts,
    *,
    place: str = "",
    every: bool = False,
    taken: Amounts = NONE,
) -> Flush:
    """What is to be consumed by the bill of `work` for `amount` of its product, beside what is `given` already (item →
    amount): the parts that are marked so, with `every` all of them. From `place`, default the line of the order,
    less what is `taken` there already (lot → amount). Two or three statements.
    """
    wanted = {
        part.item: (work.recipe.need(part, amount) - given.get(part.item, Decimal(0)), part.unit)
        for part in work.recipe.components
        if (every or part.backflush) and work.recipe.need(part, amount) > given.get(part.item, Decimal(0))
    }
    if not wanted:
        return Flush((), {})
    left = dict(taken)
    lying = [without(one, left) for one in at_line(who, work.warehouse, place or work.line, today)]
    return flush(wanted, lying)


def without(one: Lying, taken: dict[str, Decimal]) -> Lying:
    """The goods less what is taken of that lot already."""
    part = min(one.quantity, taken.get(one.uri, Decimal(0)))
    taken[one.uri] = taken.get(one.uri, Decimal(0)) - part
    return replace(one, quantity=one.quantity - part)


def at_line(who: Who, warehouse: str, place: str, today: date) -> list[Lying]:
    """Our own goods that lie at a place, loose or in a tank that stands there in a container's stead, and are free."""
    rows = placed(stock_in([key16(place)], warehouse), today.toordinal()) if place else []
    return [one for row in rows if (one := lying_of(who, row)) is not None]


def lying_of(who: Who, row: Placed) -> Lying | None:
    """A balance as goods that may be consumed; None where something stands against it, or it is a container."""
    if row.states != {State.IN_STOCK} or row.owner or row.quantity <= 0:
        return None
    named = identify(row.uri)
    if named.kind is Kind.CONTAINER:
        return None
    item = who.directory.kept(named.item or row.uri)
    return Lying(item, row.uri, row.quantity, row.expiry, row.produced, row.container or "")


def as_lines(answer: Flush, place: str) -> list[Line]:
    """The proposal as lines of a command."""
    return [
        Line(uri=one.uri, quantity=one.quantity, unit=one.unit, place="" if one.inside else place, inside=one.inside)
        for one in answer.drawn
    ]


def lines_with(lines: Sequence[Line], answer: Flush, place: str) -> tuple[Line, ...]:
    return (*lines, *as_lines(answer, place))
