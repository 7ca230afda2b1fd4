"""Every figure by its name, and the function that measures it. A function may yield figures beside its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench import balance, capture, clients, counting, memory, operations, page, stock, tours, trace, tree, web
from bench.figures import Figure
from bench.ground import Ground

Measure = Callable[[Ground, int], Iterator[Figure]]


@dataclass(frozen=True, slots=True)
class Case:
    """`reads`: it writes nothing. `spoils`: it leaves the copies unequal, so that the next case gets new ones; `fresh`:
    it wants new ones.
    """

    measure: Measure
    reads: bool = False
    spoils: bool = False
    fresh: bool = False


# What only reads comes first, on the ledger as it was built.
CASES: dict[str, Case] = {
    "trace.lot": Case(trace.lot, reads=True),
    "trace.hub": Case(trace.hub, reads=True),
    "trace.bighub": Case(trace.bighub, reads=True),
    "trace.pallet": Case(trace.pallet, reads=True),
    "memory.trace100k": Case(memory.trace100k, reads=True),
    "tour.60stops": Case(tours.sixty, reads=True),
    "op.receive": Case(operations.receive),
    "op.receive.serials1000": Case(operations.receive_serials),
    "op.pick": Case(operations.pick),
    "op.ship": Case(operations.ship),
    "op.ship.loose": Case(operations.ship_loose),
    "op.produce": Case(operations.produce),
    "capture.batch1000": Case(capture.batch1000),
    "capture.batch1": Case(capture.batch1),
    "capture.serials1000": Case(capture.serials1000),
    "capture.http": Case(web.over_http, spoils=True),
    "tree.batch1000": Case(tree.batch1000, spoils=True, fresh=True),
    "memory.capture100k": Case(memory.capture100k, spoils=True),
    "page.lot": Case(page.lot),
    "page.lot.hot": Case(page.hot),
    "page.lot.wide": Case(page.wide),
    "page.trace": Case(page.trace),
    "page.trace.hub": Case(page.trace_hub),
    "page.trace.bighub": Case(page.trace_bighub),
    "page.trace.bighub.all": Case(page.trace_bighub_all),
    "page.search": Case(page.search),
    "page.stock": Case(page.stock_now),
    "page.stock.then": Case(page.stock_then),
    "page.figures": Case(page.figures),
    "balance.days": Case(balance.days, spoils=True),
    "page.balance": Case(balance.year, spoils=True),
    "page.balance.item": Case(balance.item, spoils=True),
    "page.home": Case(page.home, spoils=True),
    "stock.onhand10k": Case(stock.onhand10k, spoils=True),
    "count.post5000": Case(counting.post5000, spoils=True),
    "take.64clients": Case(clients.take, spoils=True),
    "take.64clients.onelot": Case(clients.take_one, spoils=True),
}
