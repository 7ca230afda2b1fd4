"""Chains of a thousand steps, and goods that became what they were made of: every answer ends, with as many statements
as it is deep.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from suyuan.accounts.rules import SYSTEM
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.insight.balance import Account, Key, Term
from suyuan.insight.balance_asked import Wanted, balances
from suyuan.ledger.keys import key16, micros
from suyuan.recall.commands import StartDrill
from suyuan.recall.models import Scope
from suyuan.trace.answer import Trace, find, trace
from tests.ledgers.story import NOW, Story, send, tell, two_warehouses, uri
from tests.plugins.engines import Statements

pytestmark = pytest.mark.django_db
DEPTH = 1000
STEPS = 2 * DEPTH  # goods, and the transformations between them, in turn
BESIDE = 60  # statements that every answer takes, whatever its depth
LOGS = ("a", "b")
Counted = Callable[[], Statements]


@pytest.fixture(autouse=True)
def _warehouses(db: None) -> None:
    two_warehouses()


def line(n: int, text: str) -> str:
    """At the n-th minute."""
    return f"day {1 + n // 1440} {n % 1440 // 60:02d}:{n % 60:02d} {text}"


def chain(depth: int) -> None:
    """Each lot is made of the one before; half of each is left, and some of the last one is sold."""
    told = Story()
    lines = [line(0, "receive L1 100 at line from farm"), line(1, "make L1 50 -> Y1 100 at line")]
    lines += [line(n + 1, f"make Y{n} 50 -> Y{n + 1} 100 at line") for n in range(1, depth)]
    lines.append(line(depth + 2, f"ship Y{depth} 10 from line to shop via D1"))
    send([told.event(one) for one in lines])


def asked(name: str) -> Trace:
    return trace(uri(name), find(uri(name)), now=NOW)


def recalled(name: str) -> Scope:
    """The first version of a drill."""
    context = Context(actor=SYSTEM, request_id=UUID(int=1), now=NOW + timedelta(hours=1))
    result = execute(context, StartDrill(warehouse="a", subjects=(uri(name),)))
    return Scope.objects.get(case__number=result.value["case"], version=1)


def balance(*names: str) -> dict[Key, Account]:
    goods = {key16(uri(name)): key16(uri(name)) for name in names}
    return balances(Wanted(logs=LOGS, until=micros(NOW), goods=goods))


def test_a_thousand_steps(statements: Counted) -> None:
    chain(DEPTH)
    with statements() as seen:
        forward = asked("L1")
    assert len(seen) <= STEPS + BESIDE
    assert [len(forward.forward), max(one.depth for one in forward.forward)] == [DEPTH, DEPTH]
    assert {share.role: share.quantity for share, _unit in forward.parties} == {
        "supplier": 100_000_000, "customer": 10_000_000,
    }  # fmt: skip
    with statements() as seen:
        backward = asked(f"Y{DEPTH}")
    assert len(seen) <= STEPS + BESIDE
    assert len(backward.backward) == DEPTH
    assert [share.quantity for share, _unit in backward.parties if share.role == "supplier"] == [100_000_000]


def test_a_recall_of_a_thousand_steps(statements: Counted) -> None:
    chain(DEPTH)
    with statements() as seen:
        scope = recalled("L1")
    assert len(seen) <= STEPS + BESIDE
    assert scope.goods.count() == DEPTH + 1
    assert sum(row.affected for row in scope.goods.all()) == (50 + 50 * (DEPTH - 1) + 100) * 1_000_000
    assert [(row.role, row.quantity) for row in scope.parties.all() if row.role == "customer"] == [
        ("customer", 10_000_000)
    ]


def test_the_balance_of_a_thousand_steps(statements: Counted) -> None:
    chain(DEPTH)
    names = ["L1", *(f"Y{n}" for n in range(1, DEPTH + 1))]
    with statements() as seen:
        found = balance(*names)
    assert len(seen) <= 2
    assert len(found) == DEPTH + 1
    assert all(account.unexplained == 0 for account in found.values())
    assert sum(account[Term.CLOSING] for account in found.values()) == (50 + 50 * (DEPTH - 1) + 90) * 1_000_000


def test_goods_that_became_what_they_were_made_of(statements: Counted) -> None:
    tell("""
        08:00 receive L1 100 at line from farm
        09:00 make    L1 50 -> Y1 50 at line
        10:00 make    Y1 20 -> Y2 20 at line
        11:00 make    Y2 10 -> Y1 10 at line
        12:00 rework  Y1 5 -> Y1 5 at line
        13:00 make    Y1 5 -> L1 5 at line
        14:00 ship    Y2 3 from line to shop via D1
    """)
    for name in ("L1", "Y1", "Y2"):
        with statements() as seen:
            answer = asked(name)
        assert len(seen) <= 10 + BESIDE
        others = {uri(one) for one in ("L1", "Y1", "Y2")} - {uri(name)}
        assert {one.uri for one in answer.forward} == others
        assert {one.uri for one in answer.backward} == others
        assert {share.role: share.quantity for share, _unit in answer.parties} == {
            "supplier": 100_000_000, "customer": 3_000_000,
        }  # fmt: skip
    terms = {key: (account.entered, account.left) for (key, _unit), account in balance("L1", "Y1", "Y2").items()}
    assert terms == {
        key16(uri("L1")): (105_000_000,) * 2, key16(uri("Y1")): (65_000_000,) * 2, key16(uri("Y2")): (20_000_000,) * 2,
    }  # fmt: skip
    scope = recalled("Y1")
    assert {row.uri: row.direction for row in scope.goods.all()} == {
        uri("Y1"): "subject", uri("Y2"): "forward", uri("L1"): "forward",
    }  # fmt: skip
    assert sum(row.quantity for row in scope.stock.all()) == (55 + 35 + 7) * 1_000_000


def test_containers_that_were_in_each_other_in_turn() -> None:
    """One in another, taken out, and the other in the one; and a fact that says both at once moves nothing."""
    tell("""
        08:00 receive L1 10 at dock from farm
        08:30 pack    L1 10 in P1 at dock
        09:00 pack    P1 in P2 at dock
        10:00 unpack  P1 from P2 at dock
        11:00 pack    P2 in P1 at dock
        11:30 pack    P1 in P2 at dock
        12:00 ship    P1 from dock to shop via D1
    """)
    answer = asked("L1")
    assert {one.uri for one in answer.forward} == {uri("P1"), uri("P2")}
    (account,) = balance("L1").values()
    assert account.entered == account.left == 10_000_000
    assert {row.uri for row in recalled("L1").goods.all()} == {uri("L1"), uri("P1"), uri("P2")}


def test_a_hundred_containers_within_each_other(statements: Counted) -> None:
    told = Story()
    lines = [line(0, "receive L1 10 at dock from farm"), line(1, "pack L1 10 in P1 at dock")]
    lines += [line(n + 1, f"pack P{n} in P{n + 1} at dock") for n in range(1, 100)]
    lines.append(line(200, "ship P100 from dock to shop via D1"))
    send([told.event(one) for one in lines])
    with statements() as seen:
        (account,) = balance("L1").values()
    assert len(seen) <= 100 + 2
    assert account[Term.SHIPPED] == 10_000_000
    with statements() as seen:
        answer = asked("L1")
    assert len(seen) <= 300 + BESIDE
    assert len(answer.forward) == 100
    assert [share.quantity for share, _unit in answer.parties if share.role == "customer"] == [10_000_000]
