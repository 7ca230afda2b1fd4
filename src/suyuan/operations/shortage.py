"""Is it there, and is there enough? For the steps whose events the stock book itself does not guard."""

from collections.abc import Iterable, Sequence

from suyuan.gs1.problems import Problem
from suyuan.gs1.quantities import decimal_text, scaled, unscaled
from suyuan.ledger.keys import PARTNERS, key16
from suyuan.operations.lines import Resolved, Thing
from suyuan.stock.book import ONE
from suyuan.stock.queries import Stock, stock_of


def short_problems(goods: Resolved, stock: Sequence[Stock]) -> list[Problem]:
    """For each thing: does `stock` hold so much of it in our custody, at its source if it names one?

    Several lines of one lot are added up.
    """
    free: dict[tuple[bytes, str], int] = {}
    problems: list[Problem] = []
    for thing in goods.things:
        for uri in thing.subjects:
            place = (key16(uri), thing.source)
            left = free.setdefault(place, sum(row.quantity for row in rows_of(uri, thing.source, stock)))
            wanted = amount_of(thing)
            if wanted > left or left <= 0:
                problems.append(_short(thing, uri, left, wanted))
            free[place] = left - wanted
    return problems


def absent_containers(goods: Resolved, warehouse: str) -> list[Problem]:
    """Containers to be moved that are not here: the book would have them come out of nothing. One statement if any."""
    named = [thing for thing in goods.things if thing.container]
    rows = stock_of((key16(thing.uri) for thing in named), warehouse) if named else []
    here = {row.subject for row in rows if row.ours}
    return [
        Problem("stock.not_here", thing.field, {"goods": thing.uri}) for thing in named if key16(thing.uri) not in here
    ]


def elsewhere(container: str, warehouse: str, field: str) -> list[Problem]:
    """A container to be filled here that stands in another warehouse of ours. One statement."""
    rows = stock_of([key16(container)]) if container else []
    return [
        Problem("operations.container_elsewhere", field, {"container": container, "warehouse": row.log})
        for row in rows
        if row.ours and row.log not in (warehouse, PARTNERS)
    ]


def rows_of(uri: str, source: str, stock: Iterable[Stock]) -> list[Stock]:
    """The balances of a subject in our custody, at its source where one is named."""
    key, holder = key16(uri), key16(source) if source else None
    return [row for row in stock if row.subject == key and row.ours and holder in (None, row.holder)]


def amount_of(thing: Thing) -> int:
    """How much of each of its subjects a thing means, in millionths; 0 for all there is."""
    if thing.instances:
        return ONE
    return scaled(thing.quantity) if thing.quantity is not None else 0


def _short(thing: Thing, uri: str, left: int, wanted: int) -> Problem:
    if thing.instances:
        return Problem("stock.not_here", thing.field, {"goods": uri})
    shown = {
        "goods": uri,
        "wanted": decimal_text(unscaled(wanted)),
        "there": decimal_text(unscaled(max(left, 0))),
        "unit": thing.info.base_unit if thing.info else "",
    }
    return Problem("stock.short", thing.field, shown)
