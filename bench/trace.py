"""The trace with quantities, stock and parties, of starting points that reach a known number of things.

The product is `trace.answer.trace`, both directions; bare are the statements of `bare_trace`, their rows fetched. The
answers must agree, goods by goods and party by party. Beside each figure stands what one affected thing cost.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from statistics import median

from bench.bare_trace import Answer, answer_of, fetch
from bench.figures import Figure, of_rounds, spread
from bench.ground import Ground
from bench.marks import Marks
from bench.tally import Tally
from suyuan.ledger.keys import key16
from suyuan.trace.answer import Trace, find, trace

ENOUGH = 20_000  # things a round reaches, all its traces together


def measure(name: str, root: Callable[[Marks], str], ground: Ground, rounds: int) -> Iterator[Figure]:
    """Product and bare by turns, warm."""
    uri = root(ground.marks)
    answer = _ask(ground, uri)
    affected = len(answer.forward) + len(answer.backward)
    same(told(answer), answer_of(fetch(ground.raw, key16(uri)), key16(uri)))
    times = max(1, ENOUGH // max(affected, 1) // 4)
    values, bares = [], []
    for _ in range(rounds):
        product, bare = Tally(ground.meter), Tally(ground.meter)
        for _ in range(times):
            with product:
                _ask(ground, uri)
            with bare:
                fetch(ground.raw, key16(uri))
        values.append(product.ms(times))
        bares.append(bare.ms(times))
    yield of_rounds(name, ground.engine, ground.events, "ms CPU", values, bares)
    each = [1000 * value / max(affected, 1) for value in values]
    yield Figure(f"{name}.each", ground.engine, ground.events, median(each), "µs CPU", noise=spread(each))
    yield Figure(f"{name}.affected", ground.engine, ground.events, affected, "things")


def _ask(ground: Ground, uri: str) -> Trace:
    return trace(uri, find(uri), now=ground.marks.ended + timedelta(hours=1))


def told(answer: Trace) -> Answer:
    """The product's answer as the bare one is given."""
    stock: dict[bytes, int] = defaultdict(int)
    for lying in answer.stock:
        stock[lying.key] += lying.quantity
    return Answer(
        {found.key: None if found.kind == "container" else found.quantity for found in answer.forward},
        {found.key: None if found.kind == "container" else found.quantity for found in answer.backward},
        stock,
        {(share.role, share.party, unit): share.quantity for share, unit in answer.parties},
    )


def same(product: Answer, bare: Answer) -> None:
    """Both must say the same."""
    for part in ("forward", "backward", "stock", "parties"):
        ours, theirs = getattr(product, part), getattr(bare, part)
        if ours != theirs:
            some = [key for key in {*ours, *theirs} if ours.get(key) != theirs.get(key)][:3]
            shown = ", ".join(f"{key!r}: {ours.get(key)} and {theirs.get(key)}" for key in some)
            raise AssertionError(f"{part}: {len(ours)} and {len(theirs)} rows; {shown}")


lot = partial(measure, "trace.lot", lambda marks: marks.lot)
hub = partial(measure, "trace.hub", lambda marks: marks.hub)
bighub = partial(measure, "trace.bighub", lambda marks: marks.bighub)
pallet = partial(measure, "trace.pallet", lambda marks: marks.pallet)
