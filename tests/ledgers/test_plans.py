"""Cost follows the answer, not the ledger: no statement of capture, stock, trace or a warehouse operation reads a whole
table, by the plans that the engines themselves give for them.

The ledger of the test is small, and a planner reads a small table whole, rightly. So after ANALYZE the statistics are
told that every table is a thousand times as long. SQLite's plans without statistics are looked at, too, since nobody
makes it ANALYZE.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from suyuan.accounts.rules import SYSTEM
from suyuan.genealogy.search import ALWAYS, AT_ONCE, around, backward, contents, forward, last_use, reach
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.governance.records import person_uri
from suyuan.governance.standing import versions_of
from suyuan.insight.balance_asked import Wanted as Weighed
from suyuan.insight.balance_asked import balances, of_lots
from suyuan.insight.balance_days import told_between
from suyuan.insight.balance_making import makings_of
from suyuan.ledger.bulk import is_postgres
from suyuan.ledger.keys import key16, micros
from suyuan.operations.commands import Inspect, Line, Output, Pick, Produce, ReceiptLine, Receive, Ship, Verdict
from suyuan.orders.amounts import done_by_order
from suyuan.orders.kinds import OrderKind
from suyuan.orders.reservations import kept_of
from suyuan.stock import queries
from suyuan.stock.cells import By, Wanted, cells
from suyuan.stock.past import stock_in_then, stock_of_then
from suyuan.trace.answer import find, trace
from suyuan.trace.concerned import Sought, concerned
from suyuan.trace.overview import overview
from suyuan.trace.printing import as_json
from tests.ledgers.story import NOW, START, Story, party, send, uri
from tests.operations.dairy import NOON, build_dairy
from tests.plugins.engines import Templates

BIG = frozenset({
    "genealogy_edge", "ledger_body", "ledger_eventitem", "ledger_identifier", "ledger_leaf", "ledger_pending",
    "ledger_record", "stock_balance", "stock_posting", "stock_subject",
})  # fmt: skip
FEW = "stock_subject_blocked"  # an index of what is blocked only
LARGER = 1000
LOTS = 200
TODAY = NOON.date().toordinal()
BIN_1 = "https://id.gs1.org/414/6901234000009/254/bin1"


def goods(number: int) -> list[str]:
    """What happens to one lot of milk: to a pallet of what is made of it, and of that a part to a customer."""
    day, hub = 1 + number // 50, 1 + number // 100 * 100
    return [
        f"day {day} 06:00 receive L{number} 100 at dock from farm{number % 7}",
        f"07:00 pass L{number} at dock",
        f"08:00 store L{number} 100 at bin{number % 40}",
        f"09:00 make L{number} 30 + L{hub} 0.1 -> Y{number} 60 at line",
        f"09:30 pass Y{number} at line",
        f"10:00 pack Y{number} 40 + S{number} in P{number} at line",
        f"11:00 ship Y{number} 10 from line to shop{number % 9} via D{number}",
        f"12:00 ship P{number} from line to shop{number % 9}" if number % 2 else f"12:00 store P{number} at bin1",
    ]


def small_ledger() -> None:
    build_dairy()
    story = Story()
    for first in range(1, LOTS, 100):
        lines = [line for number in range(first, first + 100) for line in goods(number)]
        send([story.event(line) for line in lines])
    _run(Receive(warehouse="main", supplier="FARM", lines=_milk(*range(9), quantity=100), place="A-01"))
    verdicts = tuple(Verdict(item="MILK", lot=f"M{lot}", verdict="pass") for lot in range(9))
    _run(Inspect(warehouse="main", lines=verdicts))


def analyzed_ledger() -> None:
    small_ledger()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if is_postgres(connection):
            cursor.execute(
                "UPDATE pg_class SET reltuples = reltuples * %s WHERE relkind IN ('r', 'i') AND reltuples > 100 "
                "AND relnamespace = 'public'::regnamespace", [LARGER],
            )  # fmt: skip
        else:
            cursor.execute("SELECT rowid, stat FROM sqlite_stat1")
            for row, stat in cursor.fetchall():
                rows, *rest = stat.split()
                larger = " ".join([str(int(rows) * LARGER), *rest])
                cursor.execute("UPDATE sqlite_stat1 SET stat = %s WHERE rowid = %s", [larger, row])


@dataclass(frozen=True)
class Sent:
    """A statement as it was sent, with the parameters of its first run."""

    sql: str
    params: Any

    @property
    def shape(self) -> str:
        """Without the length of its lists."""
        return re.sub(r"%s(, %s)+", "%s, …", self.sql)


class Listener:
    """Every statement that the default connection sends."""

    def __init__(self) -> None:
        self.sent: dict[str, Sent] = {}

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        rows = list(params) if many else params
        said = Sent(sql, rows[0] if many and rows else rows)
        self.sent.setdefault(f"{said.shape} {_length(rows)}", said)
        return execute(sql, rows, many, context)


def _length(params: Any) -> int:
    """How many bits the number of values has: a plan may change with it."""
    return sum(len(value) if isinstance(value, list) else 1 for value in params or ()).bit_length()


LEDGERS = {
    "sqlite": ("sqlite", small_ledger),
    "sqlite-analyzed": ("sqlite", analyzed_ledger),
    "postgresql": ("postgresql", analyzed_ledger),
}


@pytest.fixture(params=LEDGERS)
def ledger(
    request: pytest.FixtureRequest, templates: Templates, django_db_blocker: Any
) -> Iterator[Callable[[Callable[[], object]], list[str]]]:
    """Do something in a copy of the ledger; the answer are the statements that read a table whole."""
    with django_db_blocker.unblock(), templates.database(*LEDGERS[request.param]):
        yield lambda work: _scanning(work)


def _scanning(work: Callable[[], object]) -> list[str]:
    listener = Listener()
    with connection.execute_wrapper(listener):
        work()
    wanted = [
        said
        for said in listener.sent.values()
        if said.sql.lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"))
    ]
    assert wanted
    found = postgres_scans if is_postgres(connection) else sqlite_scans
    with connection.cursor() as cursor:
        return [f"{scan}: {said.shape}" for said in wanted for scan in found(cursor, said)]


def sqlite_scans(cursor: Any, said: Sent) -> list[str]:
    """The lines of SQLite's plan that read a table, an index of it, or all of a log, from end to end."""
    cursor.execute(f"EXPLAIN QUERY PLAN {said.sql}", said.params)
    names = {alias or table: table for table, alias in _tables(said.sql)}
    lines = [str(row[3]) for row in cursor.fetchall()]
    return [line for line in lines if (name := _whole(line)) and names.get(name, name) in BIG]


def _whole(line: str) -> str | None:
    if FEW in line:
        return None
    found = re.match(r"(?:SCAN|BLOOM FILTER ON|SEARCH (?=.*\(log=\?\)$)) ?(\w+)", line)
    return found[1] if found else None


def _tables(sql: str) -> list[tuple[str, str]]:
    return [
        (table, alias if alias.upper() not in ("WHERE", "JOIN", "LEFT", "ON", "ORDER", "GROUP", "AS", "SET") else "")
        for table, alias in re.findall(r'(?:FROM|JOIN|UPDATE|INTO)\s+"?(\w+)"?(?:\s+(?:AS\s+)?(\w+))?', sql)
    ]


def postgres_scans(cursor: Any, said: Sent) -> list[str]:
    """The nodes of PostgreSQL's plan that read a table, or a whole index of it, from end to end."""
    cursor.execute(f"EXPLAIN (FORMAT JSON) {said.sql}", said.params)
    return [
        f"{node['Node Type']} {node.get('Relation Name') or node.get('Index Name')}"
        for node in _nodes(cursor.fetchone()[0][0]["Plan"])
        if (
            node.get("Relation Name", "") in BIG
            and node.get("Index Name") != FEW
            and (
                node["Node Type"] == "Seq Scan" or (node["Node Type"].startswith("Index") and "Index Cond" not in node)
            )
        )
        or "holder = ANY" in node.get("Index Cond", "")  # all that lies in some places, to find a few goods among it
    ]


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


# -- what is done -----------------------------------------------------------------------------------------------------

_numbers = iter(range(1, 10**6))


def _run(command: object) -> None:
    number = next(_numbers)
    execute(Context(actor=SYSTEM, request_id=UUID(int=number), now=NOON + timedelta(minutes=number)), command)


def _milk(*lots: int, quantity: int) -> tuple[ReceiptLine, ...]:
    return tuple(ReceiptLine(item="MILK", lot=f"M{lot}", quantity=quantity) for lot in lots)


def _lines(*lots: int, quantity: int = 1) -> tuple[Line, ...]:
    return tuple(Line(item="MILK", lot=f"M{lot}", quantity=quantity, place="A-01") for lot in lots)


Scanning = Callable[[Callable[[], object]], list[str]]


def test_capture_reads_no_table(ledger: Scanning) -> None:
    story = Story(day=90)
    many = [story.event(line) for number in range(LOTS + 1, LOTS + 41) for line in goods(number)]
    assert ledger(lambda: send(many)) == []
    later = Story(day=100).event("09:00 ship Y1 1 from line to shop1")
    assert ledger(lambda: send([later], guarded=True)) == []


def test_a_late_event_and_a_correction_read_no_table(ledger: Scanning) -> None:
    story = Story()
    pallet, made = (
        story.event("day 1 09:45 pack Y2 3 in P2 at line"),
        story.event("day 1 08:30 make L3 1 -> W3 1 at line"),
    )
    assert ledger(lambda: send([pallet, made])) == []
    wrong = dict(made, errorDeclaration={"declarationTime": "2026-06-01T00:00:00Z", "reason": "did_not_occur"})
    assert ledger(lambda: send([wrong])) == []


@pytest.mark.parametrize(
    "command",
    [
        Receive(warehouse="main", supplier="FARM", lines=_milk(20, quantity=5)),
        Pick(warehouse="main", lines=_lines(1)),
        Ship(warehouse="main", customer="SHOP", lines=_lines(2)),
        Produce(warehouse="main", inputs=_lines(3, 4, 5), outputs=(Output(item="WHEY", quantity=3),)),
    ],
    ids=lambda command: type(command).__name__,
)
def test_an_operation_reads_no_table(ledger: Scanning, command: object) -> None:
    assert ledger(lambda: _run(command)) == []


def test_a_trace_reads_no_table(ledger: Scanning) -> None:
    for text in ("L1", "L150", "Y7", "P8", "P9", "S11", "D13"):
        assert ledger(partial(traced, text if text.startswith("D") else uri(text))) == [], text
        assert ledger(partial(summed, text if text.startswith("D") else uri(text))) == [], text


def test_sums_of_much_read_no_table(ledger: Scanning) -> None:
    hubs = [one for number in (1, 101) for one in find(uri(f"L{number}"))]
    assert ledger(lambda: overview(hubs, now=NOW)) == []


def traced(query: str) -> object:
    return as_json(trace(query, find(query), now=NOW), [])


def summed(query: str) -> object:
    return overview(find(query), now=NOW)


def test_a_question_by_events_reads_no_table(ledger: Scanning) -> None:
    shop, bin_ = key16(party("shop1")), key16(BIN_1)
    system = key16(person_uri(SYSTEM.id))
    day = (1, 10**15)
    for sought in (
        Sought(named=frozenset([shop])),
        Sought(places=frozenset([bin_])),
        Sought(places=frozenset([bin_]), since=day[0], until=day[1]),
        Sought(people=frozenset([system])),
        Sought(since=day[0], until=day[1], line="2"),
    ):
        assert ledger(partial(concerned, sought, most=20)) == [], sought


def test_as_many_keys_as_one_statement_takes_read_no_table(ledger: Scanning) -> None:
    """A wide level of a trace: what is known among thousands of keys that are not."""
    known = [key16(uri(f"{kind}{number}")) for kind in "LYP" for number in range(1, LOTS)]
    keys = [*known, *(key16(f"https://example.com/{number}") for number in range(AT_ONCE - len(known)))]

    def walk() -> None:
        with connection.cursor() as cursor:
            wide = dict.fromkeys(keys, (ALWAYS,))
            assert len(forward(cursor, wide, {}).depth) > len(keys)
            assert len(backward(cursor, wide, {}).depth) > len(keys)
            assert len(reach(cursor, wide).depth) > len(keys)
            assert contents(cursor, keys, {})
            assert last_use(cursor, keys)
            assert around(cursor, keys)

    assert len(keys) == AT_ONCE
    assert ledger(walk) == []
    assert ledger(lambda: queries.about(keys)) == []
    assert ledger(lambda: queries.stock_of(keys)) == []
    assert ledger(lambda: versions_of(map(uri, [f"{kind}{n}" for kind in "LYP" for n in range(AT_ONCE // 3)]))) == []


def test_stock_reads_no_table(ledger: Scanning) -> None:
    lots = [uri(f"{kind}{number}") for kind in "LY" for number in range(1, 60)]
    assert ledger(lambda: queries.on_hand(TODAY, subjects=[lots[0]])) == []
    assert ledger(lambda: queries.on_hand(TODAY, subjects=lots)) == []
    assert ledger(lambda: queries.lot_states(lots, TODAY)) == []
    assert ledger(lambda: queries.placed(queries.content([key16(uri("P8"))]), TODAY)) == []
    assert ledger(lambda: queries.placed(queries.stock_in([key16(BIN_1)]), TODAY)) == []
    assert ledger(lambda: queries.near_expiry("main", TODAY + 5, TODAY)) == []
    assert ledger(lambda: queries.of_status("main", "pending", TODAY)) == []
    assert ledger(lambda: queries.blocked("main", TODAY)) == []


def test_stock_added_up_reads_no_table(ledger: Scanning) -> None:
    """Where it is narrowed to goods or places; a whole warehouse is read whole."""
    lots = [key16(uri(f"L{number}")) for number in range(1, 60)]
    now = 10**16

    def added(**narrow: Any) -> Callable[[], object]:
        return lambda: list(cells(Wanted(logs=["main"], **narrow), [By.LOT, By.HOLDER], TODAY, now))

    assert ledger(added(lots=lots[:1])) == []
    assert ledger(added(lots=lots)) == []
    assert ledger(added(holders=[key16(BIN_1)])) == []
    assert ledger(added(places=[key16(BIN_1)])) == []
    assert ledger(added(lots=lots[:1], then=now)) == []
    assert ledger(added(lots=lots, then=now)) == []
    assert ledger(added(holders=[key16(BIN_1)], then=now)) == []
    assert ledger(lambda: kept_of("main", lots)) == []


def test_stock_of_the_past_reads_no_table(ledger: Scanning) -> None:
    """Of the containers around goods those only that they were in."""
    lots = [key16(uri(f"{kind}{number}")) for kind in "LY" for number in range(1, 60)]
    now = 10**16
    assert ledger(lambda: stock_of_then(lots[:1], now)) == []
    assert ledger(lambda: stock_of_then(lots, now)) == []
    assert ledger(lambda: stock_in_then([key16(BIN_1)], now)) == []


def test_what_went_for_orders_reads_no_table(ledger: Scanning) -> None:
    """The papers of these shipments are of another type than orders have; the statements are the same."""
    orders = [f"https://trace.example/doc/desadv/D{number}" for number in range(1, 60)]
    assert ledger(lambda: done_by_order(OrderKind.SALES, orders)) == []
    assert ledger(lambda: done_by_order(OrderKind.ISSUE, orders)) == []
    assert ledger(lambda: done_by_order(OrderKind.PURCHASE, orders)) == []


def test_the_balance_of_goods_reads_no_table(ledger: Scanning) -> None:
    """Of goods that are named."""
    goods = {key: key for key in (key16(uri(f"{kind}{number}")) for kind in "LY" for number in range(1, 60))}
    one = {key16(uri("L1")): key16(uri("L1"))}
    for asked in (one, goods):
        for since in (None, 10**15):
            wanted = Weighed(logs=["main", "a"], since=since, until=10**16, goods=asked)
            assert ledger(partial(balances, wanted)) == []
    assert ledger(lambda: makings_of(goods, None, 10**16, ["main"])) == []
    assert ledger(lambda: of_lots(goods)) == []


def test_the_balance_of_a_day_reads_no_table(ledger: Scanning) -> None:
    """Whatever there is before and after: as the worker tells a few hours."""
    hour = 3_600_000_000
    assert ledger(lambda: list(told_between(micros(START), micros(START) + 2 * hour))) == []


def test_a_scan_would_be_seen(ledger: Scanning) -> None:
    """The tests above can fail."""

    def lost_index() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT child FROM genealogy_edge WHERE until = %s", [1])

    def one_statement_for_all() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM ledger_record r JOIN ledger_body b ON b.id = r.id")

    assert ledger(lost_index)
    assert ledger(one_statement_for_all)
