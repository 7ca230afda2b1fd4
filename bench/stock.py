"""On-hand stock, as a page or a proposal asks for it: bare are the same statements with their rows fetched."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from bench import factory
from bench.building import LIMIT, document
from bench.figures import Figure, of_rounds
from bench.ground import Ground, backends
from bench.meter import Meter
from bench.page import Statement, replay
from bench.tally import Tally
from suyuan.capture.door import capture
from suyuan.epcis.document import read_document
from suyuan.stock.queries import Placed, on_hand

LOTS = 10_000
A_RECEIPT = 500
ITEM = "TEA"  # of which there are few lots before
A_ROUND = 5


def onhand10k(ground: Ground, rounds: int) -> Iterator[Figure]:
    """Everything of an item with 10,000 lots in a warehouse: place, owner, dates, state."""
    for first in range(0, LOTS, A_RECEIPT):
        lots = [factory.kilos(factory.lot(ITEM, f"h{n}"), 5) for n in range(first, first + A_RECEIPT)]
        body = document([ground.works.receive(lots, first, f"H{first}")])
        capture(read_document(body, limit=LIMIT).events, now=ground.tick())
    sent = statements(lambda: asked(ground))
    meter = Meter(backends(ground.reader))  # of which the ground counts only the connection that writes
    values, bares = [], []
    for _ in range(rounds):
        product, bare = Tally(meter), Tally(meter)
        for _ in range(A_ROUND):
            with product:
                found = asked(ground)
            with bare:
                replay(ground.reader, sent)
            if len(found) < LOTS:
                raise AssertionError(f"{len(found)} lots were found")
        values.append(product.ms(A_ROUND))
        bares.append(bare.ms(A_ROUND))
    yield of_rounds("stock.onhand10k", ground.engine, ground.events, "ms CPU", values, bares)


def asked(ground: Ground) -> list[Placed]:
    item = factory.lot(ITEM, "").partition("/10/")[0]
    return on_hand(ground.now.toordinal(), log=factory.WAREHOUSE, items=[item])


def statements(ask: Callable[[], object]) -> list[Statement]:
    """What a question sends."""
    sent: list[Statement] = []

    def listen(execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:  # Any: the driver's own
        sent.append((sql, params))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(listen):
        ask()
    return sent
