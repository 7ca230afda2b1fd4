"""Whose goods are counted and destroyed, and what goods weigh that are weighed each time."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from suyuan.capture.guard import governed
from suyuan.catalog.drafts import NewItem
from suyuan.catalog.writes import do_add_items
from suyuan.ledger.models import Record
from suyuan.operations.commands import (
    Correct,
    CountEntry,
    Destroy,
    JudgeCount,
    Judged,
    KeepCount,
    Line,
    Move,
    ReceiptLine,
    Receive,
    Ship,
)
from suyuan.operations.commands import Count as CountNow
from suyuan.stock.facts import OWN, VARIANCE
from suyuan.stock.models import Balance, Posting, Subject
from suyuan.stock.queries import stock_of
from suyuan.stocktake.reckoning import Found, owners_in, reckon
from tests.operations.dairy import BOTH, KEEPER, LAST, Desk, build_dairy, key, refusal, stocked, yoghurt
from tests.operations.test_count_sheet import Count

L1 = key(yoghurt("L1"))


def theirs(desk: Desk, quantity: int, lot: str = "L1", place: str = "A-01") -> None:
    """Goods of the farm, which we keep for them."""
    line = ReceiptLine(item="YOG", lot=lot, quantity=quantity, expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,), owner="FARM", place=place))


def shares(lot: str = "L1") -> dict[bool, int]:
    """Is it ours? → how many pieces."""
    found: dict[bool, int] = {}
    for row in stock_of([key(yoghurt(lot))]):
        found[row.owner == OWN] = found.get(row.owner == OWN, 0) + row.quantity // 1_000_000
    return found


def line(quantity: int, lot: str = "L1") -> Line:
    return Line(item="YOG", lot=lot, quantity=quantity, place="A-01")


def test_a_count_is_of_one_owner(desk: Desk) -> None:
    stocked(desk)
    theirs(desk, 50)
    assert shares() == {True: 100, False: 50}
    desk.run(CountNow(warehouse="main", lines=(line(98),)), KEEPER)
    assert shares() == {True: 98, False: 50}
    result = desk.run(CountNow(warehouse="main", lines=(line(49),), owner="FARM"), KEEPER, BOTH)
    assert shares() == {True: 98, False: 49}
    assert [row["owner"] for row in result.value["differences"]] != [""]
    nobody = CountNow(warehouse="main", lines=(line(1),), owner="NOBODY")
    assert refusal(desk, nobody, KEEPER, BOTH) == {("owner", "operations.partner_unknown")}


def test_what_only_one_has_is_his(desk: Desk) -> None:
    theirs(desk, 50)
    desk.run(CountNow(warehouse="main", lines=(line(50),)), KEEPER)
    assert shares() == {False: 50}
    desk.run(CountNow(warehouse="main", lines=(line(1),), owner="own"), KEEPER, BOTH)
    assert shares() == {True: 1, False: 50}


def test_a_complete_count_is_of_all_owners(desk: Desk) -> None:
    stocked(desk)
    theirs(desk, 50, "L2")
    desk.run(CountNow(warehouse="main", lines=(line(100),), complete=True), KEEPER, BOTH)
    assert (shares(), shares("L2")) == ({True: 100}, {})
    theirs(desk, 50, "L2")
    desk.run(CountNow(warehouse="main", lines=(line(100),), complete=True, owner="own"), KEEPER, BOTH)
    assert shares("L2") == {False: 50}


def test_a_serial_keeps_its_owner(desk: Desk) -> None:
    received = ReceiptLine(item="PUMP", serials=("S1",))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(received,), owner="FARM", place="A-01"))
    seen = Line(item="PUMP", serials=("S1",), place="A-02")
    desk.run(CountNow(warehouse="main", lines=(seen,), owner="own"), KEEPER, BOTH)
    assert {row.owner == OWN for row in Balance.objects.filter(quantity__gt=0)} == {False}


def test_a_correction_is_of_the_same_owner(desk: Desk) -> None:
    theirs(desk, 50)
    receipt = Record.objects.get(kind="epcis").id
    right = Line(item="YOG", lot="L1", quantity=49)
    wrong = Correct(
        warehouse="main", event=f"urn:uuid:{UUID(bytes=bytes(receipt))}", error="incorrect_data", reason="r",
        lines=(right,),
    )  # fmt: skip
    desk.run(wrong, KEEPER, BOTH)
    assert shares() == {False: 49}


def test_destroy_what_is_of_one_owner(desk: Desk) -> None:
    stocked(desk, quantity=10)
    theirs(desk, 50)
    too_much = Destroy(warehouse="main", lines=(line(11),), reason="crushed", owner="own")
    assert refusal(desk, too_much, KEEPER, BOTH) == {("lines[0]", "stock.short")}
    desk.run(Destroy(warehouse="main", lines=(line(10),), reason="crushed"), KEEPER, BOTH)
    assert shares() == {False: 50}
    desk.run(Destroy(warehouse="main", lines=(line(20),), reason="crushed"), KEEPER, BOTH)
    assert shares() == {False: 30}


# -- on sheets --------------------------------------------------------------------------------------------------------


def entry(quantity: int, owner: str = "", **more: object) -> CountEntry:
    return CountEntry(item="YOG", lot="L1", quantity=quantity, place="A-01", id=uuid4(), owner=owner, **more)  # type: ignore[arg-type]


def found(count: Count) -> dict[bool, Found]:
    return {one.owner == OWN: one for one in reckon(count.sheet).seen}


def test_a_customers_goods_lie_here_no_longer(desk: Desk) -> None:
    stocked(desk)
    line = Line(item="YOG", lot="L1", quantity=10)
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(line,)))
    assert owners_in("main") == []


@pytest.mark.engine
def test_a_sheet_tells_owners_apart(engine: str) -> None:
    build_dairy()
    desk = Desk()
    stocked(desk)
    assert owners_in("main") == []
    theirs(desk, 50)
    assert owners_in("main") == [key("https://id.suyuan.example/party/FARM")]
    count = Count(desk, "A-01")
    count.keep(entry(99, "own"), entry(50, "FARM"))
    count.done("A-01")
    assert {ours: (one.book, one.counted) for ours, one in found(count).items()} == {
        True: (100_000_000, 99_000_000),
        False: (50_000_000, 50_000_000),
    }
    count.finish()
    count.post()
    assert shares() == {True: 99, False: 50}
    wrong = KeepCount(warehouse="main", sheet=count.id, lines=(entry(1, "NOBODY"),))
    assert refusal(desk, wrong, KEEPER) == {("lines[0].owner", "operations.partner_unknown")}


def test_who_does_not_say_means_the_only_one(desk: Desk) -> None:
    theirs(desk, 50)
    count = Count(desk, "A-01", "A-02")
    count.keep(entry(48))
    count.keep(CountEntry(item="YOG", lot="L1", quantity=2, place="A-02", id=uuid4()))  # nothing of it is booked there
    count.done("A-01", "A-02")
    assert [(one.owner == OWN, one.difference) for one in reckon(count.sheet).seen] == [
        (False, -2_000_000),
        (False, 2_000_000),
    ]


def test_differences_of_two_owners_are_judged_apart(desk: Desk) -> None:
    stocked(desk)
    theirs(desk, 50)
    count = Count(desk, "A-01", threshold=100)
    count.keep(entry(90, "own"), entry(40, "FARM"))
    count.finish(leave_out=True)
    farm = found(count)[False].owner_uri
    verdicts = (
        Judged(bin="A-01", goods=yoghurt("L1"), decision="accepted", reason="damaged", owner=farm),
        Judged(bin="A-01", goods=yoghurt("L1"), decision="accepted", reason="lost"),
    )
    desk.run(JudgeCount(warehouse="main", sheet=count.id, verdicts=verdicts), KEEPER)
    assert {ours: one.reason for ours, one in found(count).items()} == {True: "lost", False: "damaged"}
    count.post("")
    assert shares() == {True: 90, False: 40}


# -- weight -----------------------------------------------------------------------------------------------------------


def cheese(desk: Desk, quantity: int = 10, weight: str = "50.5") -> bytes:
    with governed():
        do_add_items(items=[NewItem(code="CHEESE", name_en="Cheese", base_unit="EA", catch_weight=True)])
    came = ReceiptLine(item="CHEESE", lot="C1", quantity=quantity, weight=weight)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(came,), place="A-01"))
    return bytes(Subject.objects.get(second_unit="KGM").subject)


def wheels(quantity: int, weight: str | None = None, unit: str = "") -> Line:
    return Line(item="CHEESE", lot="C1", quantity=quantity, weight=weight, weight_unit=unit, place="A-01")


def there(lot: bytes) -> tuple[object, object]:
    rows = Balance.objects.filter(subject=lot)
    return (
        sum((Decimal(row.quantity) for row in rows), Decimal(0)) / 1_000_000,
        sum((Decimal(row.second) for row in rows), Decimal(0)) / 1_000_000,
    )


def test_a_count_of_what_is_weighed(desk: Desk) -> None:
    lot = cheese(desk)
    assert there(lot) == (10, Decimal("50.5"))
    without = CountNow(warehouse="main", lines=(wheels(10),))
    assert refusal(desk, without, KEEPER) == {("lines[0].weight", "operations.weight_missing")}
    result = desk.run(CountNow(warehouse="main", lines=(wheels(10, "50000", "GRM"),)), KEEPER)
    assert there(lot) == (10, 50)
    assert [row["counted_weight"] for row in result.value["differences"]] == ["50"]
    much = CountNow(warehouse="main", lines=(wheels(10, "40"),))
    assert {code for _, code in refusal(desk, much, KEEPER)} == {
        "governance.approval_missing_quality", "governance.approval_missing_finance",
    }  # fmt: skip


def test_at_nothing_what_is_left_of_the_weight_is_variance(desk: Desk) -> None:
    lot = cheese(desk)
    desk.run(CountNow(warehouse="main", lines=(wheels(0),)), KEEPER, BOTH)
    assert there(lot) == (0, 0)
    assert sum(row.second for row in Posting.objects.filter(subject=lot, counterpart=VARIANCE)) == -50_500_000


def test_a_row_that_is_counted_away_weighs_nothing(desk: Desk) -> None:
    """Of two deliveries what is left lies with the first; the weight with it."""
    lot = cheese(desk, 5, "25")
    again = ReceiptLine(item="CHEESE", lot="C1", quantity=5, weight="25.5")
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(again,), place="A-01"))
    desk.run(CountNow(warehouse="main", lines=(wheels(5, "26"),)), KEEPER, BOTH)
    rows = Balance.objects.filter(subject=lot).order_by("since")
    assert [(row.quantity, row.second) for row in rows if row.quantity or row.second] == [(5_000_000, 26_000_000)]


def test_a_sheet_with_weights(desk: Desk) -> None:
    lot = cheese(desk)
    count = Count(desk, "A-01")
    without = KeepCount(
        warehouse="main", sheet=count.id,
        lines=(CountEntry(item="CHEESE", lot="C1", quantity=4, place="A-01", id=uuid4()),),
    )  # fmt: skip
    assert refusal(desk, without, KEEPER) == {("lines[0].weight", "operations.weight_missing")}
    for quantity, weight in ((4, "20"), (6, "30.25")):
        one = CountEntry(item="CHEESE", lot="C1", quantity=quantity, weight=weight, place="A-01", id=uuid4())
        count.keep(one)
    count.done("A-01")
    [one_] = reckon(count.sheet).seen
    assert (one_.difference, one_.book_weight, one_.counted_weight) == (0, 50_500_000, 50_250_000)
    assert not one_.is_right
    count.finish()
    count.post()
    assert there(lot) == (10, Decimal("50.25"))


def test_what_was_moved_since_the_look_takes_its_weight_along(desk: Desk) -> None:
    lot = cheese(desk)
    count = Count(desk, "A-01")
    count.keep(CountEntry(item="CHEESE", lot="C1", quantity=10, weight="50", place="A-01", id=uuid4()))
    desk.now += timedelta(minutes=5)
    desk.run(Move(warehouse="main", lines=(wheels(2, "10"),), to="A-02"))
    [one] = [one for one in reckon(count.sheet).seen if one.tally]
    assert (one.book, one.book_weight) == (10_000_000, 50_500_000)
    count.finish(leave_out=True)
    count.post()
    assert there(lot) == (10, 50)
