"""What customers gave back, out of the ledger: loose, and in containers, of which nothing else need be posted."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.guard import governed
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.recall.coming_back import Line, came_back, content
from suyuan.recall.commands import StartDrill
from suyuan.recall.models import Case, ScopeParty
from tests.ledgers.story import START, tell, two_warehouses, uri

GOODS = b"g" * 16
OUTER, INNER = b"o" * 16, b"i" * 16


def opened(name: str, days: int) -> Case:
    """A drill that was opened so many days after the first event."""
    context = Context(actor=SYSTEM, request_id=UUID(int=1), now=START + timedelta(days=days))
    number = execute(context, StartDrill(warehouse="a", subjects=(uri(name),))).value["case"]
    return Case.objects.get(number=number)


def back(case: Case) -> dict[str, int]:
    """What came back from all customers, in pieces."""
    parties = set(ScopeParty.objects.filter(scope__case=case, role="customer").values_list("party", flat=True))
    assert parties
    return {unit: amount // 1_000_000 for (_party, unit), amount in came_back(case, parties).items()}


@pytest.fixture
def a_ledger(db: None) -> Iterator[None]:
    """Told as facts, by nobody's command."""
    with governed():
        two_warehouses()
        yield


@pytest.mark.usefixtures("a_ledger")
def test_it_works() -> None:
    """Their status does not change on the way, so that nothing is posted of what is on the pallet."""
    told = tell("""
        09:00 receive L1 100 at dock from farm
        10:00 pack    L1 20 in P1 at dock
        10:10 pack    L1 30 in P2 at dock
        10:20 pack    P2 in P1 at dock
        11:00 ship    P1 from dock to shop via D1
        11:10 ship    L1 7 from dock to shop via D2
        13:00 accept  P1 to shop
        13:10 accept  L1 7 to shop
    """)
    case = opened("L1", 1)
    assert back(case) == {}
    tell("day 3 09:00 return P1 at dock from shop", told)
    assert back(case) == {"C62": 50}
    tell("""
        day 3 10:00 unpack L1 20 from P1 at dock
        day 3 11:00 return L1 4 at dock from shop
    """, told)  # fmt: skip
    assert back(case) == {"C62": 54}, "what was taken out since came back with it"


def line(at: int, subject: bytes, quantity: int, *, key: bytes = OUTER, box: bool = False) -> Line:
    return Line(key, at, subject, "C62", quantity, not box, box)


def test_what_was_in_a_container_is_told_of_its_moment() -> None:
    inside = {
        OUTER: [line(1, GOODS, 5), line(2, INNER, 1, box=True), line(4, GOODS, -2)],
        INNER: [line(3, GOODS, 7, key=INNER)],
    }
    assert [content(inside, OUTER, at) for at in range(6)] == [
        {}, {"C62": 5}, {"C62": 5}, {"C62": 12}, {"C62": 10}, {"C62": 10},
    ]  # fmt: skip


def test_containers_in_each_other_end() -> None:
    inside = {OUTER: [line(1, INNER, 1, box=True), line(1, GOODS, 5)], INNER: [line(1, OUTER, 1, key=INNER, box=True)]}
    assert content(inside, OUTER, 2) == {"C62": 5}
