"""What random ledgers have found (tests/checker), each as the smallest ledger that showed it."""

import pytest

from suyuan.ledger.keys import key16
from suyuan.stock.facts import OWN
from suyuan.stock.models import Balance
from suyuan.trace.answer import find, trace
from suyuan.trace.printing import as_json
from tests.ledgers.story import (
    GLN_A,
    NOW,
    Story,
    declare_wrong,
    party,
    place,
    send,
    stock,
    tell,
    told,
    two_warehouses,
    unexplained,
    uri,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _warehouses(db: None) -> None:
    two_warehouses()


def more(story: Story, line: str, **beside: object) -> None:
    """An event with something beside its line."""
    send([story.event(line) | beside])


def advice(number: str) -> list[dict[str, str]]:
    return [{"type": "desadv", "bizTransaction": f"urn:epcglobal:cbv:bt:{GLN_A}:{number}"}]


def test_a_lot_of_serials_comes_from_where_they_come_from() -> None:
    story = Story()
    more(story, "08:00 receive S1 at line from farm", epcList=[uri("Y1") + "/21/S1"])
    assert told("Y1")["parties"] == {("farm", "supplier"): "1"}
    tell("08:30 receive L1 3 at line from mill", story)
    more(story, "09:00 make L1 3 -> S2 at line", ilmd={"cbvmda:lotNumber": "Y2"})
    assert told("Y2")["back"] == {"L1": "3"}
    assert told("Y2")["parties"] == {("mill", "supplier"): "3"}
    assert told("S2")["back"] == {"L1": "3", "Y2": None}


def test_a_serial_does_not_tell_where_its_siblings_come_from() -> None:
    story = tell("08:00 receive L1 3 + L2 3 at line from farm")
    more(story, "09:00 make L1 3 -> S1 at line", ilmd={"cbvmda:lotNumber": "Y1"})
    more(story, "09:00 make L2 3 -> S2 at line", ilmd={"cbvmda:lotNumber": "Y1"})
    assert told("S1")["back"] == {"L1": "3", "Y1": None}
    assert told("Y1")["back"] == {"L1": "3", "L2": "3"}


def test_who_delivered_in_a_container_supplied_what_was_made_of_it() -> None:
    tell("""
        07:00 pack L1 12 in P1 at x.farm
        08:00 receive P1 at b.dock from farm
        08:30 unpack from P1 at b.bin1
        09:00 make L1 12 -> Y1 11 at b.bin1
    """)
    assert told("Y1")["parties"] == {("farm", "supplier"): "12"}


def test_a_lot_known_only_from_its_serials_has_a_name() -> None:
    more(Story(), "09:00 create S1 at line", ilmd={"cbvmda:lotNumber": "Y1"})
    assert told("S1")["back"] == {"Y1": None}
    assert told("Y1")["on"] == {"S1": "1"}


def test_what_was_unpacked_before_did_not_leave_with_the_pallet() -> None:
    tell("""
        08:00 receive L1 5 at dock from farm
        08:10 pack L1 5 in P1 at dock
        08:20 unpack L1 3 from P1 at dock
        08:30 ship P1 from dock to shop
    """)
    assert told("L1")["stock"] == {("L1", "dock"): "3"}
    assert told("L1")["parties"] == {("shop", "customer"): "2", ("farm", "supplier"): "5"}


def test_one_lot_is_shipped_loose_and_in_a_container() -> None:
    tell("""
        08:00 receive L1 7 at dock from farm
        08:10 pack L1 1 in T1 at dock
        08:20 ship L1 2 + T1 from dock to shop
    """)
    assert told("L1")["parties"] == {("shop", "customer"): "3", ("farm", "supplier"): "7"}


def test_grams_and_kilograms_of_one_lot_add_up() -> None:
    tell("""
        08:00 receive L1 5 KGM + L2 5 at dock from farm
        08:10 make L1 3000 GRM + L2 2 -> Y1 9000 GRM at dock
        08:20 make L1 1 KGM + L2 3 -> Y1 11 KGM at dock
    """)
    assert told("Y1")["back"] == {"L1": "4", "L2": "5"}
    assert told("L1")["on"] == {"Y1": "20"}


def test_looking_into_a_box_does_not_take_it_off_its_pallet() -> None:
    tell("""
        08:00 receive S1 at dock from farm
        08:10 pack S1 in P1 at dock
        08:20 pack P1 in P2 at dock
        08:30 look S1 in P1 at dock
    """)
    assert told("P1")["stock"] == {("P1", "dock", "P2"): "1"}


def test_a_cleaned_tank_still_tells_what_it_held() -> None:
    tell("""
        08:00 receive L1 20 LTR at line from farm
        08:10 pack L1 20 LTR in K1 at line
        08:20 make K1 + L1 20 LTR -> Y1 6 at line
        08:30 clean K1 at line
    """)
    assert told("K1")["back"] == {"L1": "20"}
    assert told("K1")["on"] == {"Y1": "6"}


def test_a_customers_return_takes_nothing_from_a_transfer() -> None:
    story = tell("""
        06:00 receive L1 11 at dock from farm
        07:00 ship L1 6 from dock to b via D1
        08:00 ship L1 3 from dock to mart via D2
    """)
    more(story, "09:00 accept L1 3 to mart", bizTransactionList=advice("D2"))
    tell("10:00 return L1 3 at b.dock from mart", story)
    assert stock("L1") == {"L1": {"dock": "2 pending", "b.dock": "3 pending", "way": "6 pending"}}
    more(story, "11:00 receive L1 4 at b.dock from a", bizTransactionList=advice("D1"))
    assert stock("L1") == {"L1": {"dock": "2 pending", "b.dock": "7 pending", "way": "2 pending"}}
    assert unexplained() == 0


def test_a_refusal_is_of_the_shipment_it_names() -> None:
    story = tell("""
        06:00 receive L1 5 at dock from farm
        07:00 ship L1 2 from dock to shop via D1
        08:00 ship L1 3 from dock to shop via D2
    """)
    more(story, "09:00 refuse L1 3 to shop", bizTransactionList=advice("D2"))
    more(story, "09:30 void L1 2 at dock", bizTransactionList=advice("D1"))
    assert stock("L1") == {"L1": {"dock": "2 pending", "way": "3 pending"}}
    assert told("L1")["parties"] == {("farm", "supplier"): "5"}


def test_what_is_seen_in_a_box_was_put_in_once() -> None:
    tell("""
        08:00 receive L1 9 + L2 2 KGM at dock from farm
        08:10 pack L1 9 + L2 2000 GRM in P1 at dock
        08:20 look L1 9 + L2 2 KGM in P1 at dock
    """)
    assert told("P1")["back"] == {"L1": "9", "L2": "2"}


def owners(name: str) -> dict[str, float]:
    """Whose goods how much of it is that lies in our hands."""
    known = {OWN: "us", **{key16(party(one)): one for one in ("farm", "mill", "shop")}}
    found: dict[str, float] = {}
    for row in Balance.objects.filter(subject=key16(uri(name)), quantity__gt=0).exclude(kind="party"):
        found[known[row.owner]] = found.get(known[row.owner], 0) + row.quantity / 1_000_000
    return found


def test_a_serial_that_we_keep_stays_its_owners_in_the_other_warehouse() -> None:
    story = Story()
    more(story, "08:00 receive S1 at dock from farm", **{"suyuan:owner": party("farm")})
    tell("09:00 ship S1 from dock to b", story)
    tell("10:00 receive S1 at b.dock from a", story)
    assert owners("S1") == {"farm": 1}
    tell("11:00 ship S1 from b.dock to shop", story)
    tell("12:00 return S1 at b.dock from shop", story)
    assert owners("S1") == {"us": 1}


def test_what_is_unpacked_is_the_owners_who_is_named() -> None:
    story = tell("08:00 receive L1 5 at dock from farm")
    farm = {"suyuan:owner": party("farm")}
    more(story, "08:10 receive L1 5 at dock from farm", **farm)
    tell("08:20 pack L1 10 in P1 at dock", story)
    more(story, "08:30 unpack L1 4 from P1 at dock", **farm)
    assert owners("L1") == {"us": 5, "farm": 5}
    more(story, "08:40 destroy L1 4 at dock", **{"suyuan:from": place("dock")})
    assert owners("L1") == {"us": 5, "farm": 1}


def test_a_new_label_changes_no_title() -> None:
    story = tell("08:00 receive L1 5 at dock from farm")
    farm = {"suyuan:owner": party("farm")}
    more(story, "08:10 receive L2 5 + L3 5 at dock from farm", **farm)
    tell("09:00 relabel L2 5 -> R1 5 at dock\n09:10 relabel L1 2 -> R2 2 at dock", story)
    tell("09:20 relabel L1 3 + L3 3 -> R3 6 at dock\n09:30 make L3 2 -> Y1 2 at dock", story)
    assert [owners(name) for name in ("R1", "R2", "R3", "Y1")] == [{"farm": 5}, {"us": 2}, {"us": 6}, {"us": 2}]


def test_a_transfer_that_did_not_leave_stays_its_owners() -> None:
    story = Story()
    more(story, "08:00 receive L1 5 + S1 at dock from farm", **{"suyuan:owner": party("farm")})
    tell("09:00 ship L1 3 + S1 from dock to b via D1", story)
    more(story, "09:30 void L1 3 + S1 at dock", bizTransactionList=advice("D1"))
    assert (owners("L1"), owners("S1")) == ({"farm": 5}, {"farm": 1})


def test_of_two_owners_goods_under_way_comes_what_is_named() -> None:
    story = tell("08:00 receive L1 5 at dock from farm")
    farm = {"suyuan:owner": party("farm")}
    more(story, "08:10 receive L1 5 at dock from farm", **farm)
    tell("09:00 ship L1 10 from dock to b via D1", story)
    more(story, "10:00 receive L1 4 at b.dock from a", bizTransactionList=advice("D1"), **farm)
    more(story, "10:30 void L1 5 at dock", bizTransactionList=advice("D1"), **{"suyuan:owner": party("a")})
    tell("11:00 destroy L1 4 at b.dock", story)
    assert owners("L1") == {"us": 5, "farm": 1}


def test_what_we_keep_for_another_is_in_the_answer() -> None:
    more(Story(), "08:00 receive L1 5 + S1 at dock from farm", **{"suyuan:owner": party("mill")})
    assert told("L1")["stock"] == {("L1", "dock"): "5"}
    tell("09:00 ship L1 2 from dock to b\n10:00 ship L1 1 from dock to shop")
    assert told("L1")["stock"] == {("L1", "dock"): "2", ("L1", "way"): "2"}


def test_pieces_and_kilograms_of_one_lot_are_never_added() -> None:
    tell("""
        08:00 pack L1 2 + L1 19.9 KGM in P1 at x.farm
        09:00 receive P1 at dock from farm
        10:00 ship P1 from dock to shop
        11:00 receive L2 51 KGM + L2 5 at dock from farm
        12:00 make L2 20 KGM + L2 2 -> Y1 3 at dock
    """)
    assert told("L1")["parties"] == {("shop", "customer"): "2", ("farm", "supplier"): "2"}
    assert told("Y1")["parties"] == {("farm", "supplier"): "5"}
    assert told("Y1")["back"] == {"L2": "2"}


@pytest.mark.parametrize("said", ["refuse L1 1 to shop / accept P1 to shop", "accept P1 to shop / refuse L1 1 to shop"])
def test_part_of_a_pallet_is_refused(said: str) -> None:
    story = tell("""
        08:00 receive L1 3 at dock from farm
        08:10 pack L1 3 in P1 at dock
        08:20 ship P1 from dock to shop via D1
    """)
    for minute, line in enumerate(said.split(" / ")):
        more(story, f"09:0{minute} {line}", bizTransactionList=advice("D1"))
    assert told("L1")["stock"] == {("L1", "way"): "1"}
    assert told("L1")["parties"] == {("shop", "customer"): "2", ("farm", "supplier"): "3"}
    tell("10:00 return L1 1 at dock from shop", story)
    assert told("L1")["stock"] == {("L1", "dock"): "1"}
    assert told("L1")["parties"] == {("shop", "customer"): "2", ("farm", "supplier"): "3"}


def test_goods_under_way_are_not_destroyed_at_the_dock() -> None:
    tell("""
        08:00 receive L1 10 at dock from farm
        09:00 ship L1 5 from dock to b via D1
        10:00 pass L1 1 at dock
        11:00 destroy L1 5 at dock
    """)
    assert stock("L1") == {"L1": {"way": "5 pending"}}


def test_a_packing_declared_wrong_lets_a_later_unpacking_empty_the_box() -> None:
    story = tell("08:00 pack L1 5 in P1 at dock #wrong")
    tell("10:00 unpack L1 1 from P1 at dock", story)
    tell("09:00 pack L1 1 in P1 at dock", story)
    declare_wrong(story, "wrong")


def test_an_empty_container_comes_back_and_leaves_again() -> None:
    story = tell("""
        08:00 receive L1 10 at dock from farm
        09:00 pack L1 10 in T1 at dock
        10:00 ship T1 from dock to shop
        11:00 unpack from T1 at x.shop
        12:00 return T1 at dock from shop
    """)
    assert told("T1")["parties"] == {("farm", "supplier"): "10"}
    tell("13:00 ship T1 from dock to mart", story)
    assert told("T1")["parties"] == {("farm", "supplier"): "10", ("mart", "customer"): "1"}
    assert told("T1")["back"] == {"L1": "10"}


@pytest.mark.parametrize(
    "said", ["refuse L1 1 to shop / accept L1 1 to shop", "accept L1 1 to shop / refuse L1 1 to shop"]
)
def test_part_of_the_named_shipment_is_refused(said: str) -> None:
    story = tell("""
        06:00 receive L1 4 at dock from farm
        07:00 ship L1 1 from dock to shop via D1
        08:00 ship L1 2 from dock to shop via D2
        08:30 ship L1 1 from dock to shop via D3
    """)
    for minute, line in enumerate(said.split(" / ")):
        more(story, f"09:0{minute} {line}", bizTransactionList=advice("D2"))
    for number in ("D1", "D3"):  # all of them are still under way
        more(story, f"10:0{number[1]} void L1 1 at dock", bizTransactionList=advice(number))
    assert stock("L1") == {"L1": {"dock": "2 pending", "shop": "1 pending", "way": "1 pending"}}


def test_loose_goods_are_destroyed_before_those_in_a_box() -> None:
    tell("""
        08:00 receive L1 2 at dock from farm
        08:10 pack L1 1 in P1 at dock
        08:20 pass L1 1 at dock
        08:30 destroy L1 1 at dock
    """)
    assert told("L1")["stock"] == {("L1", "dock", "P1"): "1"}


@pytest.mark.parametrize("late_first", [True, False])
def test_an_unpacking_known_before_what_was_packed(late_first: bool) -> None:
    story = tell("07:30 unpack from P1 at b.dock")
    lines = ["03:49 pack L2 9 in P1 at x.farm", "07:54 pack Y2 2 in P1 at b.dock"]
    tell("\n".join(lines if late_first else reversed(lines)), story, one_by_one=False)
    assert told("P1")["back"] == {"Y2": "2"}


def test_a_voided_transfer_takes_nothing_from_a_customer() -> None:
    story = tell("""
        08:00 receive L1 12 at dock from farm
        09:00 ship L1 7 from dock to shop via D1
        10:00 ship L1 3 from dock to b via D2
    """)
    more(story, "10:30 void L1 3 at dock", bizTransactionList=advice("D2"))
    assert told("L1")["parties"] == {("shop", "customer"): "7", ("farm", "supplier"): "12"}
    assert told("L1")["stock"] == {("L1", "dock"): "5"}


def test_a_return_is_of_the_shipment_it_names() -> None:
    story = tell("""
        08:00 receive L1 4 at dock from farm
        09:00 ship L1 1 from dock to shop via D1
        10:00 ship L1 3 from dock to shop via D2
    """)
    more(story, "11:00 refuse L1 1 to shop", bizTransactionList=advice("D1"))
    more(story, "11:10 refuse L1 2 to shop", bizTransactionList=advice("D2"))
    more(story, "11:20 accept L1 1 to shop", bizTransactionList=advice("D2"))
    more(story, "12:00 return L1 2 at dock from shop", bizTransactionList=advice("D2"))
    answer = as_json(trace("L1", find(uri("L1")), now=NOW), [])
    assert {row["place"].rpartition("/")[2]: row["quantity"] for row in answer["stock"]} == {"dock": "2", "D1": "1"}


def test_what_a_refusal_took_out_of_a_pallet_does_not_leave_with_it_again() -> None:
    story = tell("""
        08:00 receive L1 2 at dock from farm
        08:10 pack L1 2 in P1 at dock
        09:00 ship P1 from dock to shop via D1
    """)
    more(story, "10:00 refuse L1 1 to shop", bizTransactionList=advice("D1"))
    more(story, "10:01 accept P1 to shop", bizTransactionList=advice("D1"))
    tell("11:00 return P1 at b.dock from shop", story)
    tell("12:00 ship P1 from b.dock to mart", story)
    assert told("L1")["parties"] == {("farm", "supplier"): "2", ("mart", "customer"): "1"}


def test_goods_go_back_into_the_box_they_came_in() -> None:
    tell("""
        07:00 pack L1 3 in P1 at x.farm
        08:00 receive P1 at dock from farm
        08:10 unpack L1 3 from P1 at dock
        08:20 pack L1 3 in P1 at dock
    """)
    assert told("P1")["parties"] == {("farm", "supplier"): "3"}


def test_a_box_in_a_box_is_asked_again_from_the_earlier_moment() -> None:
    story = tell("""
        02:45 receive L1 8 at b.dock from farm
        04:06 pack L1 8 in T1 at b.dock
        04:16 pack T1 in T2 at b.dock
        05:32 pack T2 in P1 at b.dock
        06:34 make P1 -> Y1 4 at b.dock #wrong
        07:00 ship T2 from b.dock to shop via D3
    """)
    declare_wrong(story, "wrong", story.event("07:30 void T2 at b.dock"))
    assert stock("L1", "T1", "T2") == {"L1": {"T1": "8 pending"}, "T1": {"T2": "1"}, "T2": {"b.dock": "1"}}


def test_a_returned_box_is_not_the_one_that_was_refused() -> None:
    story = tell("""
        00:52 receive L1 6 at dock from mill
        01:55 pack L1 4 in P1 at dock
        01:56 ship P1 from dock to shop via D1
    """)
    more(story, "03:50 refuse P1 to shop", bizTransactionList=advice("D1"))
    tell("06:38 pack L1 1 in P2 at dock", story)
    tell("06:39 ship P2 from dock to shop via D3", story)
    tell("07:58 return P2 at dock from shop", story)
    assert told("L1")["parties"] == {("mill", "supplier"): "6"}


def test_goods_come_back_in_a_box_though_they_were_used_since() -> None:
    story = tell("""
        08:00 receive L1 3 at dock from farm
        08:10 pack L1 1 in T1 at dock
        08:20 ship T1 from dock to mart via D1
    """)
    more(story, "09:00 accept T1 to mart", bizTransactionList=advice("D1"))
    tell("19:44 pack L1 2 in P3 at dock", story)
    tell("12:35 return T1 at b.dock from mart", story)
    assert stock("L1", "T1", "P3") == {
        "L1": {"T1": "1 pending", "P3": "2 pending"},
        "T1": {"b.dock": "1"},
        "P3": {"dock": "1"},
    }
