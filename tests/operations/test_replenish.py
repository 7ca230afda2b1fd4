"""Filling pick faces: whole packs, first expired first, nothing that is kept or blocked, and one move does it."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.door import who_is_who
from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewPlace
from suyuan.catalog.fields import Value
from suyuan.catalog.register import Row
from suyuan.catalog.writes import do_add_places
from suyuan.gs1.quantities import SCALE
from suyuan.ledger.models import Record
from suyuan.operations.commands import Hold, Line, Move, Reserve
from suyuan.operations.storage.replenish import Face, Refill, move_of, part_of, replenishments, wanted_of
from suyuan.orders.commands import PutPickFaces
from tests.operations.dairy import INSPECTOR, KEEPER, NOON, Desk, build_dairy, refusal, stocked, yoghurt
from tests.orders import ordering
from tests.plugins.engines import Statements

EARLY, LATE = date(2026, 12, 5), date(2026, 12, 15)
TODAY = NOON.date()


def face(desk: Desk, place: str = "P-01", least: int = 24, most: int = 60, item: str = "YOG", **more: Value) -> None:
    row: dict[str, Value] = {"warehouse": "main", "place": place, "item": item, **more}
    desk.run(PutPickFaces(rows=(Row({**row, "minimum": Decimal(least), "maximum": Decimal(most)}),)), KEEPER)


def places() -> None:
    with governed():
        do_add_places(warehouse="main", places=[NewPlace(code=f"P-0{n}", purpose="picking") for n in range(1, 5)])


@pytest.fixture
def shop(desk: Desk) -> Desk:
    places()
    stocked(desk, "L1", 40, expiry=LATE)
    stocked(desk, "L2", 30, expiry=EARLY)
    return desk


def asked() -> list[Refill]:
    return replenishments(who_is_who(), "main", TODAY)


def told(one: Refill) -> list[tuple[str, int, str]]:
    return [(take.uri.rpartition("/")[2], take.quantity // SCALE, take.reason) for take in one.takes]


def test_it_works(shop: Desk) -> None:
    assert asked() == []
    face(shop)
    (one,) = asked()
    # 60 are five cases: the 30 that expire first, though the last six are no case, then two whole ones.
    assert told(one) == [("L2", 30, "expires_first"), ("L1", 24, "expires_first")]
    assert [why.code for why in one.reasons] == ["below", "loose"]
    shop.run(move_of("main", [one]), KEEPER)
    assert shop.stock(yoghurt("L2")) == {("P-01", "released"): 30}
    assert shop.stock(yoghurt("L1")) == {("P-01", "released"): 24, ("A-01", "released"): 16}
    assert Record.objects.filter(kind="epcis").order_by("-record_time")[0].biz_step == "stocking"
    assert asked() == []


def test_nothing_that_is_kept_or_blocked(shop: Desk) -> None:
    face(shop)
    ordering.sale(shop, "SO-1")
    ordering.sold(shop, 1, "YOG", 30, "SO-1")
    shop.run(Reserve(warehouse="main", number="SO-1"), KEEPER)
    assert told(asked()[0]) == [("L1", 40, "expires_first")]
    shop.run(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="smell"), INSPECTOR)
    (one,) = asked()
    assert one.takes == ()
    assert one.missing == 24 * SCALE
    assert [why.code for why in one.reasons] == ["below", "short"]


def test_the_emptiest_first_and_nothing_twice(shop: Desk) -> None:
    face(shop, "P-01", 24, 48)
    face(shop, "P-02", 24, 48)
    shop.run(Move(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=12, place="A-01"),), to="P-01"), KEEPER)
    second, first = asked()
    assert (second.face.code, first.face.code) == ("P-02", "P-01")
    assert told(second) == [("L2", 30, "expires_first"), ("L1", 12, "expires_first")]
    assert told(first) == [("L1", 16, "expires_first")]
    face(shop, "P-02", 24, 48, is_active=False)
    assert [one.face.code for one in asked()] == ["P-01"]


def test_the_rules() -> None:
    one = Face(1, "p", "P", "i", "I", "EA", minimum=24, maximum=60, pack=12)
    assert wanted_of(one, 24, 24) == 0
    assert wanted_of(one, 5, 5) == 48
    assert wanted_of(one, 5, 55) == 5  # blocked goods leave less room than a pack
    assert wanted_of(one, 0, 60) == 0
    assert part_of(30, 36, 12, 0) == 30
    assert part_of(30, 20, 12, 0) == 12
    assert part_of(30, 20, 12, 18) == 20  # opened for what is lacking
    assert part_of(30, 6, 12, 0) == 0
    assert part_of(30, 6, 0, 0) == 6


def test_what_a_face_may_be(shop: Desk) -> None:
    row: dict[str, Value] = {"warehouse": "MAIN", "place": "A-01", "item": "NONE", "minimum": Decimal(5)}
    wrong = (
        Row({**row, "maximum": Decimal(4)}),
        Row({**row, "place": "Q-9", "item": "YOG", "maximum": Decimal(5)}),
    )
    assert refusal(shop, PutPickFaces(rows=wrong), KEEPER) == {
        ("rows[0].item", "catalog.item_unknown"),
        ("rows[0].maximum", "orders.face_limits"),
        ("rows[0].place", "orders.face_not_picking"),
        ("rows[1].place", "orders.face_elsewhere"),
    }


def test_a_fixed_number_of_statements(shop: Desk, statements: Callable[[], Statements]) -> None:
    face(shop)
    asked()
    with statements() as few:
        asked()
    for n in range(6):
        stocked(shop, f"M{n}", 10, expiry=LATE + timedelta(days=n))
    face(shop, "P-02", item="FRESH")
    face(shop, "P-03", item="PUMP")
    asked()
    with statements() as many:
        asked()
    assert len(many) == len(few)


@pytest.mark.engine
def test_on_both_engines(engine: str) -> None:
    build_dairy()
    places()
    desk = Desk()
    stocked(desk, "L1", 40, expiry=LATE)
    face(desk)
    face(desk, least=12, most=36)
    (one,) = asked()
    assert told(one) == [("L1", 36, "expires_first")]
    desk.run(move_of("main", [one]), SYSTEM)
    assert asked() == []
