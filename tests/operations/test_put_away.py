"""Where goods may be put, and where best: dangerous goods apart, what a bin bears, what lies there already."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.capture.door import who_is_who
from suyuan.catalog.kinds import HazardClass
from suyuan.gs1.problems import Refused
from suyuan.ledger.models import Body
from suyuan.operations.commands import Line, Move, PutAway, ReceiptLine, Receive
from suyuan.operations.storage.fitting import Bin, Load, against, apart, propose
from suyuan.operations.storage.proposals import Taken, proposals
from tests.desk.test_office_list import put
from tests.operations.dairy import Desk, stocked, yoghurt

ITEM = "urn:item"


def bin_of(code: str, **more: object) -> Bin:
    return Bin(f"urn:{code}", code, **{"purpose": "storage", **more})  # type: ignore[arg-type]  # by name


def codes(found: Sequence[object]) -> list[str]:
    return [one.bin.code for one in found]  # type: ignore[attr-defined]  # proposals


def test_the_table_is_the_same_both_ways() -> None:
    for one, other in product(HazardClass, HazardClass):
        assert apart(one, other) == apart(other, one)
        assert apart(one, one) == 0
    assert apart("5", "3") == 2
    assert apart("9", "1") == 0
    assert apart("", "1") == 0


DIVISIONS = (
    "1.1", "1.3", "1.4", "2.1", "2.2", "2.3", "3", "4.1", "4.2", "4.3", "5.1", "5.2", "6.1", "6.2", "7", "8", "9",
)  # fmt: skip
IMDG = {  # the general table, division by division: how far each is kept from those above, X: no general rule
    "2.1": "4 4 2 X X X 2 1 2 X 2 2 X 4 2 1 X", "2.2": "2 2 1 X X X 1 X 1 X X 1 X 2 1 X X",
    "2.3": "2 2 1 X X X 2 X 2 X X 2 X 2 1 X X", "3": "4 4 2 2 1 2 X X 2 1 2 2 X 3 2 X X",
    "4.1": "4 3 2 1 X X X X 1 X 1 2 X 3 2 1 X", "4.2": "4 3 2 2 1 2 2 1 X 1 2 2 1 3 2 1 X",
    "4.3": "4 4 2 X X X 1 X 1 X 2 2 X 2 2 1 X", "5.1": "4 4 2 2 X X 2 1 2 2 X 2 1 3 1 2 X",
    "5.2": "4 4 2 2 1 2 2 2 2 2 2 X 1 3 2 2 X", "6.1": "2 2 X X X X X X 1 X 1 1 X 1 X X X",
    "6.2": "4 4 4 4 2 2 3 3 3 2 3 3 1 X 3 3 X", "7": "2 2 2 2 1 1 2 2 2 2 1 2 X 3 X 2 X",
    "8": "4 2 2 1 X X X 1 1 1 2 2 X 3 2 X X",
}  # fmt: skip


def test_the_table_is_that_of_the_code() -> None:
    def of(division: str) -> str:
        return division if division == HazardClass.INFECTIOUS else division[0]

    wanted: dict[tuple[str, str], int] = {}
    for one, row in IMDG.items():
        for other, level in zip(DIVISIONS, row.split(), strict=True):
            pair = (of(one), of(other))
            wanted[pair] = max(wanted.get(pair, 0), 0 if level == "X" else int(level))
    for one, other in product(HazardClass, HazardClass):
        if one != other:
            assert apart(one, other) == wanted.get((one, other), wanted.get((other, one), 0)), (one, other)


def test_what_may_not_lie_together() -> None:
    acid, oxidiser = Load(hazards=frozenset({"8"})), Load(hazards=frozenset({"5"}))
    there = bin_of("A", load=oxidiser, x=0.0, y=0.0)
    beside_it, far = bin_of("B", x=1.0, y=0.0), bin_of("C", x=9.0, y=0.0)
    assert [p.code for p in against(acid, there, [], "to")] == ["operations.hazards_together"]
    assert [p.code for p in against(acid, beside_it, [there], "to")] == ["operations.hazards_beside"]
    assert codes(propose(acid, [there, beside_it, far], None)) == ["C"]
    toxic = Load(hazards=frozenset({"6"}))
    assert [p.code for p in against(toxic, beside_it, [there], "to")] == []  # away from, but not separated


def test_what_it_bears_and_what_it_is_for() -> None:
    pallet = Load(weight=500, pallets=1, classes=frozenset({"bulky"}))
    assert [p.code for p in against(pallet, bin_of("A", weight=900, load=Load(weight=500)), [], "")] == [
        "operations.wrong_class",
        "operations.bin_full",
    ]
    full = bin_of("A", pallets=1, storage_class="bulky", load=Load(pallets=1))
    assert [p.code for p in against(pallet, full, [], "")] == ["operations.bin_pallets"]
    assert [p.code for p in against(Load(), bin_of("A", storage_class="bulky"), [], "")] == [
        "operations.class_reserved"
    ]
    cold = Load(classes=frozenset({"chilled"}))
    warm = [bin_of("A", temperature="ambient"), bin_of("B", temperature="chilled"), bin_of("C", purpose="staging")]
    assert codes(propose(cold, warm, None)) == ["B"]


def test_beside_its_own_and_not_before_what_goes_first() -> None:
    goods = Load(lots={ITEM: {"L2": 200}})
    same = bin_of("SAME", load=Load(lots={ITEM: {"L2": 200}}))
    later = bin_of("LATER", load=Load(lots={ITEM: {"L3": 300}}))
    earlier = bin_of("EARLIER", load=Load(lots={ITEM: {"L1": 100}}))
    other = bin_of("OTHER", load=Load(lots={"urn:else": {"X": 1}}))
    found = propose(goods, [other, earlier, bin_of("EMPTY"), later, same], None, 5)
    assert codes(found) == ["SAME", "LATER", "EMPTY", "OTHER", "EARLIER"]
    assert [reason.code for reason in found[-1].reasons] == ["buries"]
    near = propose(goods, [bin_of("FAR", x=90.0, y=0.0), bin_of("NEAR", x=2.0, y=0.0)], (0.0, 0.0))
    assert codes(near) == ["NEAR", "FAR"]


@given(
    st.lists(
        st.tuples(st.sampled_from(list(HazardClass)), st.integers(0, 900), st.integers(0, 3)), min_size=1, max_size=8
    ),
    st.sampled_from(list(HazardClass)),
)
def test_nothing_is_proposed_that_a_rule_forbids(bins: list[tuple[str, int, int]], hazard: str) -> None:
    racks = [
        bin_of(f"B{n}", x=float(x), y=0.0, weight=1000, load=Load(weight=weight, hazards=frozenset({one})))
        for n, (one, weight, x) in enumerate(bins)
    ]
    goods = Load(weight=200, hazards=frozenset({hazard}))
    for found in propose(goods, racks, None, 8):
        around = [other for other in racks if abs((other.x or 0) - (found.bin.x or 0)) <= 1.5 and other != found.bin]
        assert against(goods, found.bin, around, "") == []
        assert found.bin.load.weight + goods.weight <= 1000


def test_what_the_catalog_and_the_stock_say(desk: Desk) -> None:
    stocked(desk, "L1", 40, expiry=date(2026, 12, 20))
    line = ReceiptLine(item="YOG", lot="L1", quantity=10, expiry=date(2026, 12, 20))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    found = proposals(who_is_who(), "main", [Taken(yoghurt("L1"), 10_000_000)])
    assert codes(found) == ["A-02"] or "A-01" in codes(found)
    put("items", {"code": "YOG", "weight": Decimal(2)})
    put("places", {"warehouse": "main", "code": "A-02", "capacity_weight": Decimal(15)})
    goods = (Line(item="YOG", lot="L1", quantity=10, place="IN"),)
    with pytest.raises(Refused) as refused:
        desk.run(PutAway(warehouse="main", lines=goods, to="A-02"))
    assert [p.code for p in refused.value.problems] == ["operations.bin_full"]
    done = desk.run(PutAway(warehouse="main", lines=goods, to="A-02", override="only for tonight"))
    bodies = [bytes(body).decode() for body in Body.objects.filter(log="main").values_list("body", flat=True)]
    assert sum("only for tonight" in body and "eventID" in body for body in bodies) == 1
    assert done.events


def test_dangerous_goods_know_no_exception(desk: Desk) -> None:
    put("items", {"code": "YOG", "hazard_class": "3"})
    put("items", {"code": "FRESH", "hazard_class": "5"})
    stocked(desk, "L1", 40)
    line = ReceiptLine(item="FRESH", lot="F1", quantity=10, expiry=date(2026, 11, 29))
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    goods = (Line(item="FRESH", lot="F1", quantity=10, place="IN"),)
    for command in (PutAway, Move):
        with pytest.raises(Refused) as refused:
            desk.run(command(warehouse="main", lines=goods, to="A-01", override="no room"))
        assert [p.code for p in refused.value.problems] == ["operations.hazards_together"]
    found = [place for place in codes(proposals(who_is_who(), "main", [Taken(f"{yoghurt('L1')}")])) if place]
    assert found
