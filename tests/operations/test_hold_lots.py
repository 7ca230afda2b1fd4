"""A lot that is held holds all that is of it: every serial, every gram; a serial holds itself alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.writes import do_add_items
from suyuan.governance.kernel import execute
from suyuan.ledger.models import Body, Record
from suyuan.operations.commands import (
    Assemble,
    Hold,
    Inspect,
    Line,
    Move,
    Output,
    Pack,
    Pick,
    Produce,
    PutAway,
    ReceiptLine,
    Receive,
    Release,
    Reserve,
    Ship,
    Transfer,
    Verdict,
)
from suyuan.orders.models import Reservation
from suyuan.stock.models import Subject
from suyuan.stock.queries import blocked, lot_state, on_hand
from suyuan.stock.states import State
from tests.operations.dairy import CUP, INSPECTOR, KEEPER, LAST, QUALITY, Desk, events, refusal, stocked
from tests.orders import ordering
from tests.plugins.engines import Statements

VIALS = ("V1", "V2", "V3")
ITEM = f"https://id.gs1.org/01/{CUP}"
LOT = Line(item="VIAL", lot="B1")


def vials(desk: Desk, lot: str = "B1", serials: tuple[str, ...] = VIALS) -> None:
    """Vials of a lot, each with a serial number, passed and put away."""
    line = ReceiptLine(item="VIAL", lot=lot, serials=serials, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="VIAL", serials=serials, verdict="pass"),)))
    desk.run(PutAway(warehouse="main", lines=(vial(*serials),), to="A-01"))


def vial(*serials: str) -> Line:
    return Line(item="VIAL", serials=serials)


def hold(desk: Desk, *lines: Line) -> str:
    return str(desk.run(Hold(warehouse="main", lines=lines or (LOT,), reason="cracked"), KEEPER).value["block"])


DOORS: dict[str, Callable[[Line], object]] = {
    "pick": lambda line: Pick(warehouse="main", lines=(line,)),
    "pick into a tote": lambda line: Pick(warehouse="main", lines=(line,), into="TOTE-1"),
    "ship": lambda line: Ship(warehouse="main", customer="SHOP", lines=(line,)),
    "transfer": lambda line: Transfer(warehouse="main", to="cold", lines=(line,)),
    "produce": lambda line: Produce(
        warehouse="main", inputs=(line,), outputs=(Output(item="WHEY", lot="W1", quantity=1),)
    ),
    "assemble": lambda line: Assemble(warehouse="main", product=Line(item="PUMP", serials=("P1",)), parts=(line,)),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_held_lot_holds_every_serial_at_every_door(desk: Desk, door: str) -> None:
    vials(desk)
    hold(desk)
    for serial in VIALS:
        assert {code for _field, code in refusal(desk, DOORS[door](vial(serial)))} == {"stock.held"}


@pytest.mark.parametrize("door", DOORS)
def test_a_held_serial_holds_no_other(desk: Desk, door: str) -> None:
    vials(desk)
    hold(desk, vial("V2"))
    assert {code for _field, code in refusal(desk, DOORS[door](vial("V2")))} == {"stock.held"}
    desk.run(DOORS[door](vial("V1")))
    assert lot_state(f"{ITEM}/10/B1", desk.today) is None


def test_what_is_held_may_be_moved_and_stays_held(desk: Desk) -> None:
    vials(desk)
    hold(desk)
    desk.run(Move(warehouse="main", lines=(vial("V1"),), to="A-02"))
    assert refusal(desk, DOORS["pick"](replace(vial("V1"), place="A-02"))) == {("lines[0]", "stock.held")}


def test_not_in_a_container(desk: Desk) -> None:
    vials(desk)
    box = str(desk.run(Pack(warehouse="main", lines=(vial("V1", "V2"),))).value["container"])
    hold(desk)
    for door in ("pick", "ship", "transfer"):
        assert {code for _field, code in refusal(desk, DOORS[door](Line(container=box)))} == {"stock.held"}


def test_serials_still_to_come_are_held(desk: Desk) -> None:
    vials(desk)
    hold(desk)
    vials(desk, serials=("V9",))
    assert refusal(desk, DOORS["pick"](vial("V9"))) == {("lines[0]", "stock.held")}
    vials(desk, "B2", ("V10",))
    desk.run(DOORS["pick"](vial("V10")))


def test_it_is_one_event_and_one_release(desk: Desk) -> None:
    vials(desk)
    before = events()
    block = hold(desk)
    assert events() == before + 1
    assert {row.state for row in on_hand(desk.today, items=[ITEM])} == {State.HELD}
    hold(desk, vial("V3"))
    desk.run(Release(warehouse="main", block=block, lines=(LOT,)), INSPECTOR, QUALITY)
    desk.run(DOORS["pick"](vial("V1", "V2")))
    assert refusal(desk, DOORS["pick"](vial("V3"))) == {("lines[0]", "stock.held")}


def test_what_lies_on_hold(desk: Desk) -> None:
    """By a block on the serial, the lot or the item."""

    def lying() -> set[str]:
        return {row.uri.rsplit("/", 1)[1] for row in blocked("main", desk.today)}

    vials(desk)
    vials(desk, "B2", ("V9",))
    hold(desk, vial("V9"))
    assert lying() == {"V9"}
    hold(desk)
    assert lying() == {*VIALS, "V9"}
    assert len(blocked("main", desk.today)) == 4
    assert blocked("cold", desk.today) == []
    stocked(desk)
    hold(desk, Line(item="YOG"))
    assert lying() == {*VIALS, "V9", "L1"}


def test_by_the_uri_of_its_label(desk: Desk) -> None:
    vials(desk)
    hold(desk, Line(uri=f"{ITEM}/10/B1"))
    assert refusal(desk, DOORS["pick"](vial("V1"))) == {("lines[0]", "stock.held")}


def test_what_is_kept_for_orders_breaks(desk: Desk) -> None:
    """Of a lot for each of its serials; of a serial for that alone."""
    vials(desk)
    vials(desk, "B2", ("V8", "V9"))
    ordering.sale(desk, "SO-1")
    ordering.sold(desk, 1, "VIAL", 5, "SO-1")
    desk.run(Reserve(warehouse="main", number="SO-1"), KEEPER)
    assert desk.run(Hold(warehouse="main", lines=(vial("V9"),), reason="r")).value["reservations_broken"] == 1
    assert desk.run(Hold(warehouse="main", lines=(LOT,), reason="r")).value["reservations_broken"] == 3
    open_ = Reservation.objects.filter(state="open").values_list("uri", flat=True)
    assert list(open_) == [f"{ITEM}/21/V8"]


@pytest.mark.parametrize("line", [Line(item="VIAL", lot="B7"), vial("V7")])
def test_what_nobody_has_seen_is_refused(desk: Desk, line: Line) -> None:
    vials(desk)
    said = refusal(desk, Hold(warehouse="main", lines=(line,), reason="r"))
    assert said == {("lines[0]", "operations.goods_unknown")}


def test_the_item_as_a_whole(desk: Desk) -> None:
    vials(desk)
    hold(desk, Line(item="VIAL"))
    assert refusal(desk, DOORS["pick"](vial("V1"))) == {("lines[0]", "stock.held")}


def test_a_lot_alone_goes_through_no_other_door(desk: Desk) -> None:
    """That a lot stands for its serials is said of all of them only: who takes some says which."""
    vials(desk)
    for door in ("pick", "ship"):
        said = refusal(desk, DOORS[door](replace(LOT, quantity=1)))
        assert {code for _field, code in said} == {"operations.serials_missing"}


def test_a_lot_that_is_weighed_is_held_in_both_units(desk: Desk) -> None:
    """Pieces and kilograms are two amounts of one lot; an event names it once."""
    with governed():
        do_add_items(items=[NewItem(code="CHEESE", name_en="Cheese", base_unit="EA", catch_weight=True)])
    came = ReceiptLine(item="CHEESE", lot="C1", quantity=10, weight="101.5")
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(came,), place="A-01"))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="CHEESE", lot="C1", verdict="pass"),)))
    hold(desk, Line(item="CHEESE", lot="C1", quantity=10, weight="101.5"))
    event = Record.objects.filter(kind="epcis").latest("record_time")
    assert bytes(Body.objects.get(id=event.id).body).count(b"C1") == 1
    wheel = Line(item="CHEESE", lot="C1", quantity=1, weight="10.1", place="A-01")
    for door in ("pick", "ship", "transfer", "produce"):
        assert {code for _field, code in refusal(desk, DOORS[door](wheel))} == {"stock.held"}


def test_as_many_statements_for_a_thousand_serials(desk: Desk, statements: Callable[[], Statements]) -> None:
    vials(desk)
    vials(desk, "B2", tuple(f"S{n}" for n in range(1000)))
    counts = []
    for line in (LOT, Line(item="VIAL", lot="B2")):
        with statements() as seen:
            execute(desk.context(), Hold(warehouse="main", lines=(line,), reason="r"))
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert Subject.objects.exclude(blocks="").values("subject").distinct().count() == 2  # the lots alone
