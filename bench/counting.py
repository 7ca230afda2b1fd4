"""A count of a zone, posted: 5,000 lines in a thousand bins, every twentieth of them short."""

from collections.abc import Iterator
from uuid import UUID

from bench.factory import WAREHOUSE
from bench.figures import Figure, of_rounds
from bench.ground import Ground
from bench.operations import begun, new_context
from bench.tally import Tally
from suyuan.accounts.roles import default_roles
from suyuan.accounts.rules import EVERYWHERE, Granted, actor_from
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewPlace
from suyuan.catalog.writes import do_add_places
from suyuan.governance.context import Context
from suyuan.governance.kernel import Result, execute
from suyuan.governance.signing import Signed
from suyuan.operations.commands import (
    CountEntry,
    FinishCount,
    KeepCount,
    MakeCount,
    OpeningLine,
    OpeningStock,
    PostCount,
)

ZONE, BINS, LINES, EACH = "COUNTED", 1000, 5000, 100
SIGNERS = tuple(
    actor_from(role.code, role.code, [Granted(role.code, role.permissions, EVERYWHERE)], {})
    for role in default_roles()
    if role.code in ("quality", "finance")
)


def post5000(ground: Ground, rounds: int) -> Iterator[Figure]:
    """The sheet counted over and over; what is measured is keeping the lines, and posting."""
    place_goods(ground)
    keeping, posting = [], []
    for n in range(rounds):
        kept, posted = one_count(ground, n)
        keeping.append(kept)
        posting.append(posted)
    yield of_rounds("count.post5000", ground.engine, ground.events, "ms CPU", posting)
    yield of_rounds("count.keep5000", ground.engine, ground.events, "ms CPU", keeping)


def place_goods(ground: Ground) -> None:
    """Five lots in each bin of a new zone."""
    with governed():
        do_add_places(warehouse=WAREHOUSE, places=[NewPlace(code=ZONE, kind="zone")])
        bins = [NewPlace(code=bin_of(n), parent=ZONE, purpose="storage") for n in range(BINS)]
        do_add_places(warehouse=WAREHOUSE, places=bins)
    for start in range(0, LINES, 1000):
        lines = tuple(
            OpeningLine(item="FRUIT", lot=f"CNT{n}", quantity=EACH, place=bin_of(n), status="released")
            for n in range(start, start + 1000)
        )
        execute(new_context(ground), OpeningStock(warehouse=WAREHOUSE, lines=lines))


def bin_of(line: int) -> str:
    return f"{ZONE}-{line % BINS:04}"


def one_count(ground: Ground, turn: int) -> tuple[float, float]:
    """CPU in ms of keeping all lines at once, and of posting them. Each turn finds a little less than before."""
    made = execute(new_context(ground), MakeCount(warehouse=WAREHOUSE, places=(ZONE,)))
    sheet = UUID(made.value["sheet"])
    lines = tuple(
        CountEntry(item="FRUIT", lot=f"CNT{n}", quantity=EACH - (turn + 1) * (n % 20 == 0), place=bin_of(n))
        for n in range(LINES)
    )
    kept, _ = spent(ground, new_context(ground), KeepCount(warehouse=WAREHOUSE, sheet=sheet, lines=lines))
    for _ in range(2):  # what differs more than a little is asked for again, and left as it was
        finished = execute(new_context(ground), FinishCount(warehouse=WAREHOUSE, sheet=sheet, leave_out=True))
        if not finished.value["again"]:
            break
    context = signed(new_context(ground))
    posted, result = spent(ground, context, PostCount(warehouse=WAREHOUSE, sheet=sheet, reason="other"))
    if result.value["counted"] != LINES or len(result.events) != BINS:
        raise AssertionError(f"{result.value['counted']} lines were counted in {len(result.events)} events")
    return kept, posted


def signed(context: Context) -> Context:
    """With the signatures that large differences take."""
    return Context(
        actor=context.actor,
        request_id=context.request_id,
        now=context.now,
        signatures=tuple(Signed(signer) for signer in SIGNERS),
    )


def spent(ground: Ground, context: Context, command: object) -> tuple[float, Result]:
    tally = Tally(ground.meter)
    with begun(), tally:
        result = execute(context, command)
    return tally.ms(1), result
