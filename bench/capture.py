"""Capture, from the bytes of a document to the commit: decoded, validated, read, recorded with all projections."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.bare_capture import batch_of
from bench.bare_operations import SUBJECTS, Wrote, layout
from bench.building import LIMIT, document
from bench.figures import Figure, of_rounds
from bench.ground import Ground
from bench.written import longer, touched, unequal, wrote
from suyuan.capture.door import Captured, capture
from suyuan.epcis.document import read_document
from suyuan.epcis.events import JsonObject

WIDE = 1000  # events of a document, serials of an event
SINGLY = 200  # documents of one event in a round
SERIALS = 5  # events with many serials in a round
UNIT = "events/CPU-s"


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of both sides for so many events."""

    events: int
    product: float
    bare: float


def batch1000(ground: Ground, rounds: int) -> Iterator[Figure]:
    """Documents of 1,000 events."""
    costs = [written_twice(ground, ground.take(WIDE)) for _ in range(rounds + 1)][1:]
    yield rate("capture.batch1000", ground, costs)
    check(ground)


def batch1(ground: Ground, rounds: int) -> Iterator[Figure]:
    """Documents of one event, of all kinds as they come."""
    costs = []
    for _ in range(rounds + 1):
        costs.append(together([written_twice(ground, [event]) for event in ground.take(SINGLY)]))
    yield rate("capture.batch1", ground, costs[1:])
    check(ground)


def serials1000(ground: Ground, rounds: int) -> Iterator[Figure]:
    """Events in each of which 1,000 serials come into being."""
    costs = []
    for _ in range(rounds + 1):
        events = [ground.works.serials(ground.next_batch(), WIDE) for _ in range(SERIALS)]
        costs.append(together([written_twice(ground, [event]) for event in events]))
    yield rate("capture.serials1000", ground, costs[1:])
    check(ground)


def rate(name: str, ground: Ground, costs: Sequence[Cost]) -> Figure:
    """Events a CPU second, of both sides."""
    product, bare = [c.events / c.product for c in costs], [c.events / c.bare for c in costs]
    return of_rounds(name, ground.engine, ground.events, UNIT, product, bare)


def together(costs: Sequence[Cost]) -> Cost:
    return Cost(sum(c.events for c in costs), sum(c.product for c in costs), sum(c.bare for c in costs))


def written_twice(ground: Ground, bodies: Sequence[JsonObject]) -> Cost:
    """One document through the product on A; then the rows it wrote, by hand, on B. Both are equal afterwards."""
    data, now = document(bodies), ground.tick()

    def product() -> Captured:
        return capture(read_document(data, limit=LIMIT).events, now=now)

    spent, done = ground.whole.spent(product)
    rows = what_it_wrote(ground, done)
    batch = batch_of(ground.raw, rows)
    bare, _ = ground.whole.spent(batch.run)
    told = touched(ground.reader, [key for _, key in done.recorded])
    if wrong := unequal(ground.reader, ground.raw, told):
        raise AssertionError(f"the copies differ in {', '.join(wrong)}")
    return Cost(len(bodies), spent, bare)


def what_it_wrote(ground: Ground, done: Captured) -> Wrote:
    """The rows of a batch, of all logs it touched."""
    logs = sorted({log for log, _ in done.recorded})
    return merged(
        [wrote(ground.reader, ground.raw, log, [k for own, k in done.recorded if own == log]) for log in logs]
    )


def merged(parts: Sequence[Wrote]) -> Wrote:
    """What several logs got; a subject or balance that two of them speak of is written once."""
    table = layout(SUBJECTS)
    return Wrote(
        {name: [row for part in parts for row in part.added[name]] for name in parts[0].added},
        [row for part in parts for row in part.names],
        list({table.key_of(row): row for part in parts for row in part.subjects}.values()),
        tuple(dict.fromkeys(column for part in parts for column in part.changed)),
        list({row: (row, by) for part in parts for row, by in part.moved}.values()),
    )


def check(ground: Ground) -> None:
    """Nothing was written where nobody looked."""
    if wrong := longer(ground.reader, ground.raw):
        raise AssertionError(f"the copies are not equally long: {', '.join(wrong)}")
