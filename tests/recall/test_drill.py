"""A drill: the same scope by the same code, timed and scored, and nothing else happens."""

from django.core import mail

from suyuan.catalog.register import Row
from suyuan.governance.master import PutPartners
from suyuan.ledger.models import EventItem, Record
from suyuan.operations.commands import Count, Line
from suyuan.orders.models import Reservation
from suyuan.recall.commands import CloseDrill, DraftNotices, PublishNotice, StartDrill
from suyuan.recall.models import Case, Notice, Scope, ScopeGoods
from suyuan.recall.queries import cases_in, published
from suyuan.recall.scoring import points, time_share
from suyuan.recall.sending import send_next
from suyuan.recall.watching import escalate, watch
from suyuan.stock.models import Balance, Posting, Subject
from suyuan.stock.queries import lot_state
from suyuan.stock.states import State
from tests.operations.dairy import BOTH, INSPECTOR, KEEPER, QUALITY, Desk, refusal, stocked
from tests.recall.story import case_of, made_of, recalled, rows, sold


def drill(desk: Desk, *subjects: str) -> Case:
    return case_of(str(desk.run(StartDrill(warehouse="main", subjects=subjects), INSPECTOR).value["case"]))


def everything() -> list[object]:
    """Whatever of ledger, stock and promises a drill could have touched."""
    tables = (Balance, Posting, Subject, Reservation, Notice)
    return [*(list(table.objects.values()) for table in tables), list(_events())]


def _events() -> list[tuple[object, ...]]:
    kept = Record.objects.filter(kind="epcis").order_by("log", "id").values_list("log", "id")
    return [(log, bytes(id)) for log, id in kept]


def test_it_touches_neither_stock_nor_customers(desk: Desk) -> None:
    source, first, second = made_of(desk, 30, 30)
    sold(desk, lot=first.rpartition("/")[2])
    before = everything()
    case = drill(desk, source)
    desk.run(CloseDrill(warehouse="main", case=case.number, outcome="took long"), INSPECTOR)
    assert everything() == before
    assert lot_state(second, desk.today) is State.IN_STOCK
    assert not send_next("w1", lambda: desk.now, lambda *_: None)
    assert (watch(lambda: desk.now), escalate(lambda: desk.now), mail.outbox) == (0, 0, [])
    assert not EventItem.objects.filter(
        role="epc", record__in=Record.objects.filter(kind="change").values("id")
    ).exists()


def test_it_freezes_what_a_recall_would(desk: Desk) -> None:
    source, first, _second = made_of(desk, 30, 30)
    sold(desk, lot=first.rpartition("/")[2])
    mock = drill(desk, source)
    real = recalled(desk, source)
    said = [
        [
            (r.uri, r.direction, r.quantity, r.affected, r.step, r.via)
            for r in ScopeGoods.objects.filter(scope__case=one)
        ]
        for one in (mock, real)
    ]
    assert said[0] == said[1]
    assert {row.held for row in rows(mock).values()} == {0}
    assert (mock.block, mock.kind) == ("", "drill")


def test_the_score(desk: Desk) -> None:
    lot = stocked(desk)
    sold(desk)
    case = drill(desk, lot)
    parts = case.score["parts"]
    assert (parts["time"], parts["linked"], parts["accounted"]) == (None, 1_000_000, 1_000_000)
    assert parts["contacts"] == 0  # neither farm nor shop has a telephone number
    assert (case.score["points"], len(case.score["missing"])) == (66, 2)
    known = [Row({"code": code, "phone": "0571-123456"}) for code in ("SHOP", "FARM")]
    desk.run(PutPartners(rows=tuple(known)), approver=BOTH)
    counted = Line(item="YOG", lot="L1", quantity=70, place="A-01")
    desk.run(Count(warehouse="main", lines=(counted,)), approver=BOTH)
    other = drill(desk, lot)
    assert other.score["parts"]["contacts"] == 1_000_000
    assert other.score["parts"]["accounted"] == 800_000
    desk.later(hours=14)
    desk.run(CloseDrill(warehouse="main", case=other.number, outcome="found all"), INSPECTOR)
    other.refresh_from_db()
    assert other.state == "closed"
    assert 0 < other.score["parts"]["time"] < 1_000_000
    assert [one.number for one in cases_in(["main"], drills=True)] == [other.number, case.number]
    assert not cases_in(["cold"]).exists()


def test_the_parts_of_the_score() -> None:
    assert (time_share(0), time_share(4 * 3600), time_share(24 * 3600), time_share(99 * 3600)) == (
        1_000_000, 1_000_000, 0, 0,
    )  # fmt: skip
    assert points({"time": None, "linked": 1_000_000, "accounted": 0, "contacts": 500_000}) == 50
    assert points({}) == 0


def test_refusals(desk: Desk) -> None:
    lot = stocked(desk)
    assert refusal(desk, StartDrill(warehouse="main", subjects=(lot,)), KEEPER) == {("", "governance.not_allowed")}
    case = drill(desk, lot)
    draft = DraftNotices(warehouse="main", case=case.number)
    assert refusal(desk, draft, KEEPER) == {("case", "recall.is_drill")}
    text = PublishNotice(warehouse="main", case=case.number, title_en="x", text_en="y")
    assert refusal(desk, text, KEEPER, QUALITY) == {("case", "recall.is_drill")}
    assert not published().exists()
    assert refusal(desk, CloseDrill(warehouse="main", case=case.number, outcome=" "), INSPECTOR) == {
        ("outcome", "recall.finding_missing")
    }
    assert Scope.objects.count() == 1
