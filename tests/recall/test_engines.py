"""On SQLite and PostgreSQL: thousands of lots are held by as many statements as a few."""

from collections.abc import Callable

import pytest

from suyuan.capture.bodies import CONTEXT
from suyuan.capture.door import capture
from suyuan.capture.guard import governed
from suyuan.epcis.document import event_of
from suyuan.governance.kernel import execute
from suyuan.gs1.identifiers import lot_uri
from suyuan.recall.commands import CancelRecall, StartRecall
from suyuan.recall.models import Case, ScopeGoods
from suyuan.recall.queries import figures
from suyuan.stock.models import Subject
from tests.operations.dairy import INSPECTOR, KEEPER, MAIN_GLN, QUALITY, YOGHURT, Desk, build_dairy
from tests.plugins.engines import Statements

pytestmark = pytest.mark.engine
FEW, MANY = 300, 2000


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
