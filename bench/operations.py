"""One warehouse operation, from the command's call to its return: BEGIN and COMMIT stand outside, on both sides.

The product is `governance.kernel.execute` with permission, change record, event, stock and genealogy. Bare are the rows
it wrote, written to the other copy by hand-made statements (`bare_operations`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import connection

from bench.bare_operations import Script, run, script_of
from bench.factory import SERIAL, WAREHOUSE
from bench.figures import Figure, of_rounds
from bench.ground import Ground
from bench.marks import Loose
from bench.tally import Tally
from bench.written import Touched, longer, together, touched, unequal, wrote
from suyuan.accounts.roles import default_roles
from suyuan.accounts.rules import EVERYWHERE, Granted, actor_from
from suyuan.governance.context import Context
from suyuan.governance.kernel import Result, execute
from suyuan.ledger.keys import event_key
from suyuan.operations.commands import Line, Output, Pick, Produce, ReceiptLine, Receive, Ship

OPERATIONS = 200  # a round
WIDE, WIDE_OPERATIONS = 1000, 5  # serials of a receipt, and such receipts in a round
# Who may do what and what goods are called is kept in memory; one small read says whether it still holds.
STILL_HOLDS = ("SELECT version, token FROM catalog_catalogversion ORDER BY version DESC LIMIT 1", ())
ACTOR = actor_from("clerk", "Clerk", [Granted(role.code, role.permissions, EVERYWHERE) for role in default_roles()], {})
Commands = Callable[[Ground], Iterator[object]]


@contextmanager
def begun() -> Iterator[None]:
    """A transaction on the product's connection that it does not begin and end itself: its own BEGIN and COMMIT do
    nothing inside.
    """
    raw: Any = connection.connection
    sqlite = connection.vendor == "sqlite"
    stands = {"_set_autocommit": lambda _on: None, "_commit": lambda: None}
    stands |= {"_start_transaction_under_autocommit": lambda: None} if sqlite else {}
    if sqlite:
        connection.take_turn()  # type: ignore[attr-defined]  # of our own backend
    raw.execute("BEGIN IMMEDIATE" if sqlite else "BEGIN")
    for name, instead in stands.items():
        setattr(connection, name, instead)
    try:
        yield
        raw.execute("COMMIT")
    except BaseException:
        raw.execute("ROLLBACK")
        raise
    finally:
        for name in stands:
            delattr(connection, name)
        if sqlite:
            connection.turn.give_back()  # type: ignore[attr-defined]  # of our own backend


@dataclass(slots=True)
class Round:
    """What a round cost on either side, and what it touched."""

    product: Tally
    bare: Tally
    parts: list[Touched] = field(default_factory=list)


def measure(
    name: str, commands: Commands, ground: Ground, rounds: int, operations: int = OPERATIONS
) -> Iterator[Figure]:
    """Product and bare by turns, operation by operation; a short round before warms up and is not counted."""
    asked = commands(ground)
    _round(ground, asked, 10)
    statements, script = _statements(ground, asked)
    done = [_round(ground, asked, operations) for _ in range(rounds)]
    wrong = unequal(ground.reader, ground.raw, together(part for one in done for part in one.parts))
    wrong += longer(ground.reader, ground.raw)
    if wrong:
        raise AssertionError(f"the copies differ in {', '.join(wrong)}")
    values, bares = [one.product.ms(operations) for one in done], [one.bare.ms(operations) for one in done]
    yield of_rounds(name, ground.engine, ground.events, "ms CPU", values, bares)
    yield of_rounds(
        f"{name}.statements", ground.engine, ground.events, "SQL", [statements], [script.statements(ground.engine)]
    )


def _round(ground: Ground, asked: Iterator[object], operations: int) -> Round:
    done = Round(Tally(ground.meter), Tally(ground.meter))
    for _ in range(operations):
        context, command = new_context(ground), next(asked)
        with begun(), done.product:
            result = execute(context, command)
        records = records_of(context, result)
        script = _bare(ground, records, done.bare)
        done.parts.append(touched(ground.reader, records))
        assert script
    return done


def _bare(ground: Ground, records: list[bytes], tally: Tally) -> Script:
    script = script_of(wrote(ground.reader, ground.raw, WAREHOUSE, records), STILL_HOLDS)
    ground.raw.begin()
    with tally:
        run(ground.raw, script)
    ground.raw.commit()
    return script


def _statements(ground: Ground, asked: Iterator[object]) -> tuple[int, Script]:
    """How many statements one operation takes."""
    sent = []

    def listen(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        sent.append(sql)
        return execute(sql, *rest)

    context, command = new_context(ground), next(asked)
    with begun(), connection.execute_wrapper(listen):
        result = execute(context, command)
    return len(sent), _bare(ground, records_of(context, result), Tally(ground.meter))


def new_context(ground: Ground) -> Context:
    return Context(actor=ACTOR, request_id=uuid4(), now=ground.tick())


def records_of(context: Context, result: Result) -> list[bytes]:
    """The ids of what an operation recorded: its change and its events."""
    return [context.request_id.bytes, *map(event_key, result.events)]


# -- the commands ------------------------------------------------------------------------------------------------------


def over(ground: Ground) -> Iterator[Loose]:
    """Loose lots, one after the other, again and again."""
    while True:
        yield from ground.marks.loose()


def line_of(loose: Loose) -> Line:
    return Line(item=loose.item, lot=loose.lot, quantity=1, place=loose.place)


def receipts(ground: Ground) -> Iterator[object]:
    """A lot that nobody knew."""
    while True:
        n = ground.next_batch()
        line = ReceiptLine(item="FRUIT", lot=f"R{n}", quantity=100)
        yield Receive(warehouse=WAREHOUSE, supplier=ground.marks.supplier, lines=(line,), po=f"R{n}")


def serial_receipts(ground: Ground) -> Iterator[object]:
    """A thousand serials of a lot that nobody knew."""
    while True:
        n = ground.next_batch()
        serials = tuple(f"R{n}-{k:04d}" for k in range(WIDE))
        line = ReceiptLine(item=SERIAL, lot=f"S{n}", serials=serials)
        yield Receive(warehouse=WAREHOUSE, supplier=ground.marks.supplier, lines=(line,), po=f"S{n}")


def picks(ground: Ground) -> Iterator[object]:
    """A piece out of a bin for an order."""
    for loose in over(ground):
        yield Pick(warehouse=WAREHOUSE, lines=(line_of(loose),), po=f"O{loose.lot}")


def shipments(ground: Ground) -> Iterator[object]:
    """A piece of the lot that everybody gets, to one of those who got some before."""
    hot = Line(item="HOT", lot="H1", quantity=1, place="A-000")
    while True:
        for customer in ground.marks.customers:
            yield Ship(warehouse=WAREHOUSE, customer=customer, lines=(hot,))


def loose_shipments(ground: Ground) -> Iterator[object]:
    """A piece of a lot that nobody got yet."""
    for n, loose in enumerate(over(ground)):
        yield Ship(warehouse=WAREHOUSE, customer=ground.marks.customers[n % 500], lines=(line_of(loose),))


def makings(ground: Ground) -> Iterator[object]:
    """Three lots out of one bin become one, which gets its number."""
    while True:
        lots = ground.marks.loose()
        for n in range(0, len(lots), 4):
            inputs = tuple(map(line_of, lots[n : n + 3]))
            yield Produce(warehouse=WAREHOUSE, inputs=inputs, outputs=(Output(item="FIN-7", quantity=3),))


receive = partial(measure, "op.receive", receipts)
receive_serials = partial(measure, "op.receive.serials1000", serial_receipts, operations=WIDE_OPERATIONS)
pick = partial(measure, "op.pick", picks)
ship = partial(measure, "op.ship", shipments)
ship_loose = partial(measure, "op.ship.loose", loose_shipments)
produce = partial(measure, "op.produce", makings)
