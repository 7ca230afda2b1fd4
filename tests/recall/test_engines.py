"""On SQLite and PostgreSQL: thousands of lots are held by as many statements as a few."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.bodies import CONTEXT
from suyuan.capture.door import capture
from suyuan.capture.guard import governed
from suyuan.epcis.document import event_of
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.gs1.identifiers import lot_uri
from suyuan.ledger.keeping import Keeping
from suyuan.ledger.sequencer import sequence
from suyuan.operations.commands import Destroy, Line, ReceiveReturn, Reserve
from suyuan.orders.models import Reservation
from suyuan.recall.commands import CancelRecall, CloseRecall, NarrowScope, StartDrill, StartRecall, WidenScope
from suyuan.recall.models import Case, ScopeGoods
from suyuan.recall.queries import difference, figures, scopes_of
from suyuan.recall.watching import watch
from suyuan.stock.models import Subject
from suyuan.stock.queries import lot_state
from suyuan.stock.states import State
from tests.operations.dairy import INSPECTOR, KEEPER, MAIN_GLN, QUALITY, SECOND, YOGHURT, Desk, build_dairy, stocked
from tests.orders import ordering
from tests.plugins.engines import Statements
from tests.races.test_kept_meanwhile import MOMENT, doing, wait_until_he_waits
from tests.recall.story import cups, made, made_of, milk, of, recalled, sold, told

pytestmark = pytest.mark.engine
FEW, MANY = 100, 1200


@pytest.fixture
def desk(engine: str) -> Desk:
    build_dairy()
    return Desk()


def wide(desk: Desk, root: str, count: int) -> str:
    """A lot of which many others were made, each of which lies in a bin; its URI."""
    source = lot_uri(YOGHURT, root)
    place = {"id": f"https://id.gs1.org/414/{MAIN_GLN}"}
    events = []
    for n in range(count):
        body: dict[str, object] = {
            "type": "TransformationEvent", "eventID": f"urn:suyuan:test:{root}:{n}",
            "eventTime": "2026-11-20T03:00:00Z", "eventTimeZoneOffset": "+08:00", "bizStep": "commissioning",
            "readPoint": place, "bizLocation": place,
            "inputQuantityList": [{"epcClass": source, "quantity": 1}],
            "outputQuantityList": [{"epcClass": lot_uri(YOGHURT, f"{root}.{n}"), "quantity": 10}],
        }  # fmt: skip
        events.append(event_of(body, CONTEXT))
    with governed():
        capture(events, now=desk.now)
    return source


def start(lot: str) -> StartRecall:
    return StartRecall(warehouse="main", subjects=(lot,), reason="listeria")


def test_thousands_of_lots_take_no_more_statements(desk: Desk, statements: Callable[[], Statements]) -> None:
    few, many = wide(desk, "F", FEW), wide(desk, "M", MANY)
    counts = []
    for lot, size in ((few, FEW), (many, MANY)):
        ctx = desk.context(INSPECTOR)
        with statements() as seen:
            number = execute(ctx, start(lot)).value["case"]
        counts.append(len(seen))
        case = Case.objects.get(number=number)
        assert ScopeGoods.objects.filter(scope__case=case, held=1).count() == size + 1
        assert Subject.objects.filter(blocks__contains=case.block, log="main").count() == size + 1
        with statements() as seen:
            assert figures(case).affected == {"EA": 10_000_000 * size}
        counts.append(len(seen))
        cancel = CancelRecall(warehouse="main", case=case.number, reason="wrong")
        execute(desk.context(KEEPER, QUALITY), cancel)
        assert not Subject.objects.filter(blocks__contains=case.block).exists()
    assert counts[2] <= counts[0]  # the first fills what is remembered
    assert counts[3] <= counts[1]


def test_a_case_from_beginning_to_end(desk: Desk, tmp_path: Path) -> None:
    """What is asked by hand-written statements, on both engines."""
    kept = Keeping(tmp_path / "home", "trace.example")
    source, first, second = made_of(desk, 30, 30)
    lot = first.rpartition("/")[2]
    sold(desk, lot=lot)
    case = recalled(desk, source)
    desk.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=cups(4, lot), reason="recall"), KEEPER)
    bad = Line(item="YOG", lot=second.rpartition("/")[2], quantity=10)
    desk.run(Destroy(warehouse="main", lines=(bad,), reason="recall"), KEEPER, QUALITY)
    now = figures(case)
    assert now.affected == {"EA": 200_000_000, "KGM": 40_000_000}
    assert (now.here, now.ended) == ({"EA": 184_000_000, "KGM": 40_000_000}, {"EA": 10_000_000})
    assert now.recovery == {"EA": 970_000, "KGM": 1_000_000}
    with governed():
        sequence(desk.now, kept=kept)
    desk.later(minutes=5)
    assert watch(lambda: desk.now) == 1
    assert Case.objects.get().version == 1
    other = made(desk, lot="M2", quantity=10) if milk(desk, "M2") else ""
    desk.run(WidenScope(**of(case), subjects=(other,), reason="also"), INSPECTOR)
    desk.run(NarrowScope(**of(case), goods=(second,), reason="clean"), SECOND, QUALITY)
    older, newer = scopes_of(case)[1:]
    found = difference(older, newer)
    assert (found.taken_out, found.added, found.gone) == ((second,), (), ())
    drill = str(desk.run(StartDrill(warehouse="main", subjects=(source,)), INSPECTOR).value["case"])
    assert Case.objects.get(number=drill).score["parts"]["accounted"] == 1_000_000
    told(desk, case)
    desk.run(CloseRecall(**of(case), outcome="done", open_why="x", good=(other,)), KEEPER, QUALITY)
    assert lot_state(other, desk.today) is State.IN_STOCK


def test_what_is_kept_meanwhile_is_broken_too(desk: Desk) -> None:
    """Somebody keeps goods for an order in the moment in which they are recalled."""
    name = connection.vendor
    lot = stocked(desk, "L1", 1)
    ordering.sale(desk, "SO-1")
    ordering.sold(desk, 1, "YOG", 1, "SO-1")
    with transaction.atomic():
        keep = Reserve(warehouse="main", number="SO-1")
        execute(Context(actor=SYSTEM, request_id=uuid4(), now=MOMENT), keep)
        clerk, said = doing(start(lot), live=True)
        wait_until_he_waits(name, clerk)
    clerk.join()
    assert said == [""]
    assert list(Reservation.objects.values_list("state", "why")) == [("broken", "listeria")]
