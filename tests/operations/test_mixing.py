"""Items whose category keeps their lots apart: one lot on a pallet, or in a place besides."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from suyuan.capture.door import who_is_who
from suyuan.operations.commands import Line, Move, Pack, PutAway, ReceiptLine, Receive, Unpack
from suyuan.operations.storage.fitting import Bin, Load, against, in_container, propose
from suyuan.operations.storage.proposals import Taken, proposals
from tests.desk.test_office_list import put
from tests.operations.dairy import KEEPER, LAST, Desk, refusal, stocked, yoghurt
from tests.operations.test_replenish import asked, face, places, told
from tests.plugins.engines import Statements

PALLET = "069012340000000016"
PLACE, CONTAINER = "operations.lots_in_place", "operations.lots_in_container"


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """L1 lies in A-01, L2 at the dock."""
    stocked(desk, "L1", 40)
    line = ReceiptLine(item="YOG", lot="L2", quantity=20, expiry=LAST + timedelta(days=1))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    return desk


def kept_apart(mixing: str) -> None:
    put("categories", {"code": "dairy", "one_lot": mixing})


def line(lot: str, place: str, quantity: int = 10) -> Line:
    return Line(item="YOG", lot=lot, quantity=quantity, place=place)


def codes(found: list[Bin]) -> list[str]:
    return [one.code for one in found]


# -- rules ------------------------------------------------------------------------------------------------------------


def load(mixing: str, *lots: str, item: str = "urn:item") -> Load:
    return Load(lots={item: dict.fromkeys(f"urn:lot/{lot}" for lot in lots)}, unmixed={item: mixing} if mixing else {})


@pytest.mark.parametrize(
    ("mixing", "in_bin", "in_box"), [("", False, False), ("container", False, True), ("bin", True, True)]
)
def test_what_each_word_means(mixing: str, in_bin: bool, in_box: bool) -> None:
    there = Bin("urn:A", "A", "storage", load=load(mixing, "L1"))
    assert [p.code for p in against(load(mixing, "L2"), there, [], "to")] == [PLACE] * in_bin
    assert [p.code for p in in_container(load(mixing, "L2"), there.load, "urn:box", "container")] == [
        CONTAINER
    ] * in_box
    for goods in (load(mixing, "L1"), load(mixing, "L2", item="urn:other")):
        assert against(goods, there, [], "to") == []
        assert in_container(goods, there.load, "urn:box", "container") == []


def test_two_lots_brought_at_once() -> None:
    (found,) = against(load("bin", "L1", "L2"), Bin("urn:A", "A", "storage"), [], "to")
    assert found.params == {"lot": "L1", "other": "L2", "place": "A"}


def test_a_place_with_another_lot_is_not_proposed() -> None:
    bins = [Bin("urn:A", "A", "storage", load=load("bin", "L1")), Bin("urn:B", "B", "storage")]
    assert codes([one.bin for one in propose(load("bin", "L2"), bins, None)]) == ["B"]
    assert codes([one.bin for one in propose(load("bin", "L1"), bins, None)]) == ["A", "B"]


# -- commands ---------------------------------------------------------------------------------------------------------


def test_one_lot_in_a_place(shop: Desk) -> None:
    kept_apart("bin")
    assert codes([one.bin for one in proposals(who_is_who(), "main", [Taken(yoghurt("L2"))])]) == ["A-02"]
    for command in (PutAway, Move):
        goods = command(warehouse="main", lines=(line("L2", "IN"),), to="A-01", override="no room")
        assert refusal(shop, goods, KEEPER) == {("to", PLACE)}
    shop.run(PutAway(warehouse="main", lines=(line("L2", "IN"),), to="A-02"), KEEPER)
    shop.run(Move(warehouse="main", lines=(line("L1", "A-01"),), to="OUT"), KEEPER)
    shop.run(Move(warehouse="main", lines=(line("L2", "IN"),), to="OUT"), KEEPER)
    assert refusal(shop, Move(warehouse="main", lines=(line("L1", "OUT"), line("L2", "OUT")), to="A-02")) == {
        ("to", PLACE)
    }


def test_one_lot_on_a_pallet(shop: Desk) -> None:
    kept_apart("container")
    shop.run(PutAway(warehouse="main", lines=(line("L2", "IN"),), to="A-01"), KEEPER)
    both = (line("L1", "A-01"), line("L2", "A-01"))
    assert refusal(shop, Pack(warehouse="main", lines=both, place="A-01")) == {("container", CONTAINER)}
    shop.run(Pack(warehouse="main", lines=both[:1], container=PALLET, place="A-01"), KEEPER)
    more = Pack(warehouse="main", lines=both[1:], container=PALLET, place="A-01")
    assert refusal(shop, more) == {("container", CONTAINER)}
    shop.run(Pack(warehouse="main", lines=(line("L1", "A-01", 5),), container=PALLET, place="A-01"), KEEPER)
    kept_apart("none")
    shop.run(more, KEEPER)


def test_a_pallet_brings_its_lots(shop: Desk) -> None:
    kept_apart("bin")
    shop.run(Pack(warehouse="main", lines=(line("L2", "IN"),), container=PALLET, place="OUT"), KEEPER)
    pallet = Line(container=PALLET)
    assert refusal(shop, Move(warehouse="main", lines=(pallet,), to="A-01")) == {("to", PLACE)}
    shop.run(Move(warehouse="main", lines=(pallet,), to="A-02"), KEEPER)
    onto = Pack(warehouse="main", lines=(line("L1", "A-01"),), place="A-02")
    assert refusal(shop, onto) == {("place", PLACE)}
    assert refusal(shop, Unpack(warehouse="main", container=PALLET, place="A-01")) == {("place", PLACE)}
    shop.run(Unpack(warehouse="main", container=PALLET), KEEPER)


def test_only_what_has_lots(desk: Desk) -> None:
    put("items", {"code": "PUMP", "category": "dairy"})
    kept_apart("bin")
    for serial in ("S1", "S2"):
        came = ReceiptLine(item="PUMP", serials=(serial,))
        desk.run(Receive(warehouse="main", supplier="FARM", lines=(came,)), KEEPER)
        there = (Line(item="PUMP", serials=(serial,), place="IN"),)
        desk.run(PutAway(warehouse="main", lines=there, to="A-01"), KEEPER)


def test_a_pick_face_gets_one_lot_only(desk: Desk) -> None:
    places()
    stocked(desk, "L1", 40, expiry=LAST)
    stocked(desk, "L2", 30, expiry=LAST - timedelta(days=9))
    kept_apart("bin")
    face(desk)
    assert told(asked()[0]) == [("L2", 30, "expires_first")]
    desk.run(Move(warehouse="main", lines=(line("L1", "A-01", 2),), to="P-01"), KEEPER)
    assert [lot for lot, *_ in told(asked()[0])] == ["L1"]


def test_nothing_is_asked_where_no_lots_are_kept_apart(shop: Desk, statements: Callable[[], Statements]) -> None:
    def spent() -> int:
        with statements() as seen:
            shop.run(Pack(warehouse="main", lines=(line("L1", "A-01", 1),), container=PALLET, place="OUT"), KEEPER)
        return len(seen)

    spent()
    before = spent()
    kept_apart("container")
    spent()
    assert spent() > before
    kept_apart("none")
    spent()
    assert spent() == before
