"""What came from what and who had it, told as small ledgers."""

import pytest

from tests.ledgers.story import Story, declare_wrong, tell, told, two_warehouses

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _warehouses(db: None) -> None:
    two_warehouses()


def test_it_works() -> None:
    tell("""
        08:00 receive L1 100 at dock from farm
        08:30 receive L2 20 at dock from mill
        09:00 make L1 60 + L2 5 -> Y1 300 at line
        10:00 pack Y1 120 in P1 at line
        11:00 ship P1 from dock to shop
        12:00 ship Y1 30 from line to mart
    """)
    assert told("L1") == {
        "back": {},
        "on": {"Y1": "300", "P1": "1"},
        "stock": {("L1", "dock"): "40", ("Y1", "line"): "150"},
        "parties": {("shop", "customer"): "120", ("mart", "customer"): "30", ("farm", "supplier"): "100"},
    }
    assert told("Y1") == {
        "back": {"L1": "60", "L2": "5"},
        "on": {"P1": "1"},
        "stock": {("Y1", "line"): "150"},
        "parties": {
            ("shop", "customer"): "120", ("mart", "customer"): "30",
            ("farm", "supplier"): "100", ("mill", "supplier"): "20",
        },
    }  # fmt: skip


def test_reused_tote_does_not_carry_over() -> None:
    tell("""
        08:00 receive L1 10 + L2 10 at dock from farm
        09:00 pack L1 10 in T1 at dock
        10:00 unpack from T1 at dock
        11:00 pack L2 10 in T1 at dock
        12:00 ship T1 from dock to shop
    """)
    assert told("L1")["parties"] == {("farm", "supplier"): "10"}
    assert told("L2")["parties"] == {("farm", "supplier"): "10", ("shop", "customer"): "10"}
    assert told("T1")["back"] == {"L2": "10"}
    assert told("T1")["parties"] == {("farm", "supplier"): "10", ("shop", "customer"): "1"}


def test_siblings_in_a_pallet_stay_clean() -> None:
    tell("""
        08:00 receive L1 10 + L2 10 at dock from farm
        09:00 pack L1 10 + L2 10 in P1 at dock
        12:00 ship P1 from dock to shop
    """)
    assert told("L1")["on"] == {"P1": "1"}


def test_pallet_repacked_twice() -> None:
    tell("""
        08:00 receive L1 10 at dock from farm
        09:10 pack L1 10 in P1 at dock
        09:20 unpack L1 10 from P1 at dock
        09:30 pack L1 10 in P2 at dock
        09:40 unpack from P2 at dock
        09:50 pack L1 10 in P3 at dock
        10:00 ship P3 from dock to shop
        11:00 ship P1 from dock to mart
    """)
    assert told("L1")["on"] == {"P1": "1", "P2": "1", "P3": "1"}
    assert told("L1")["parties"] == {("farm", "supplier"): "10", ("shop", "customer"): "10"}


def test_late_unpacking() -> None:
    tell("""
        08:00 receive L1 10 + L2 10 at dock from farm
        09:00 pack L1 10 in T1 at dock
        12:00 ship T1 from dock to shop
        10:00 unpack from T1 at dock
    """)
    assert told("L1")["parties"] == {("farm", "supplier"): "10"}
    assert told("L1")["stock"] == {("L1", "dock"): "10"}


def test_nested_containers() -> None:
    tell("""
        08:00 receive L1 10 + S1 at dock from farm
        09:00 pack L1 10 + S1 in P1 at dock
        10:00 pack P1 in P2 at dock
        12:00 ship P2 from dock to shop
    """)
    assert told("L1")["on"] == {"P1": "1", "P2": "1"}
    assert told("L1")["parties"] == {("farm", "supplier"): "10", ("shop", "customer"): "10"}
    assert told("S1")["parties"] == {("farm", "supplier"): "1", ("shop", "customer"): "1"}


def test_tank_before_and_after_cleaning() -> None:
    """Milk that was in the tank is in everything drawn from it, until the tank is cleaned."""
    tell("""
        06:00 receive L1 100 LTR + L2 100 LTR + L3 100 LTR at dock from farm
        07:00 pack L1 100 LTR in K1 at line
        08:00 make K1 + L1 100 LTR -> Y1 90 at line
        09:00 pack L2 100 LTR in K1 at line
        10:00 make K1 + L2 100 LTR -> Y2 90 at line
        11:00 clean K1 at line
        12:00 pack L3 100 LTR in K1 at line
        13:00 make K1 + L3 100 LTR -> Y3 90 at line
    """)
    assert told("L1")["on"] == {"K1": "1", "Y1": "90", "Y2": "90"}
    assert told("L2")["on"] == {"K1": "1", "Y2": "90"}
    assert told("L3")["on"] == {"K1": "1", "Y3": "90"}
    assert told("Y2")["back"] == {"K1": "1", "L1": "100", "L2": "100"}
    assert told("Y3")["back"] == {"K1": "1", "L3": "100"}


def test_by_product() -> None:
    tell("""
        08:00 receive L1 100 at line from farm
        09:00 make L1 100 -> Y1 70 + W1 25 at line
    """)
    assert told("L1")["on"] == {"Y1": "70", "W1": "25"}
    assert told("W1")["back"] == {"L1": "100"}


def test_rework_loop() -> None:
    tell("""
        08:00 receive L1 10 + L2 1 at line from farm
        09:00 make L1 10 -> Y1 10 at line
        10:00 make Y1 3 + L2 1 -> Y2 4 at line
        11:00 make Y2 2 -> Y1 2 at line
    """)
    assert told("L1")["on"] == {"Y1": "12", "Y2": "4"}
    assert told("L2")["on"] == {"Y1": "12", "Y2": "4"}
    assert told("Y1")["back"] == {"L1": "10", "Y2": "2", "L2": "1"}


def test_events_of_one_transformation_are_one() -> None:
    """Every output depends on every input, whichever of the events named it."""
    tell("""
        08:00 receive L1 10 + L2 10 at line from farm
        09:00 make L1 10 -> Y1 5 at line batch B1
        10:00 make L2 10 -> Y2 5 at line batch B1
    """)
    assert told("L1")["on"] == {"Y1": "5", "Y2": "5"}
    assert told("Y1")["back"] == {"L1": "10", "L2": "10"}


def test_partial_refusal() -> None:
    story = tell("""
        08:00 receive L1 10 at dock from farm
        11:00 ship L1 10 from dock to shop via D1
        13:00 accept L1 8 to shop
        13:01 refuse L1 2 to shop
    """)
    assert told("L1")["parties"] == {("farm", "supplier"): "10", ("shop", "customer"): "8"}
    assert told("L1")["stock"] == {("L1", "way"): "2"}
    tell("17:00 return L1 2 at b.dock from shop", story)
    assert told("L1")["parties"] == {("farm", "supplier"): "10", ("shop", "customer"): "8"}
    assert told("L1")["stock"] == {("L1", "b.dock"): "2"}


def test_return_into_the_other_warehouse() -> None:
    tell("""
        08:00 receive L1 10 at dock from farm
        11:00 ship L1 10 from dock to shop
        15:00 return L1 4 at b.dock from shop
    """)
    assert told("L1")["parties"] == {("farm", "supplier"): "10", ("shop", "customer"): "6"}
    assert told("L1")["stock"] == {("L1", "b.dock"): "4"}


def test_transfer_is_under_way_and_ours() -> None:
    story = tell("""
        08:00 receive L1 10 at dock from farm
        11:00 ship L1 10 from dock to b via D1
    """)
    assert told("L1")["stock"] == {("L1", "way"): "10"}
    assert told("L1")["parties"] == {("farm", "supplier"): "10"}
    tell("15:00 receive L1 10 at b.dock from a", story)
    assert told("L1")["stock"] == {("L1", "b.dock"): "10"}
    assert told("L1")["parties"] == {("farm", "supplier"): "10"}


def test_declared_error_in_the_middle_of_a_chain() -> None:
    """Not L2 but L3 went into Y1; what was made of Y1 stays linked."""
    story = tell("""
        08:00 receive L1 10 + L2 10 + L3 10 at line from farm
        09:00 make L1 5 + L2 5 -> Y1 8 at line #wrong
        10:00 make Y1 8 -> Y2 8 at line
    """)
    declare_wrong(story, "wrong", story.event("09:00 make L1 5 + L3 5 -> Y1 8 at line #right"))
    assert told("L2")["on"] == {}
    assert told("L3")["on"] == {"Y1": "8", "Y2": "8"}
    assert told("Y2")["back"] == {"Y1": "8", "L1": "5", "L3": "5"}
    assert told("L2")["stock"] == {("L2", "line"): "10"}


def test_declared_error_leaves_a_gap_where_later_events_depended_on_it() -> None:
    story = tell("""
        08:00 receive L1 10 at dock from farm #r
        09:00 ship L1 4 from dock to shop
    """)
    declare_wrong(story, "r")
    assert told("L1")["stock"] == {}
    assert told("L1")["parties"] == {("shop", "customer"): "4"}


def test_out_of_order_events() -> None:
    story = Story()
    lines = """
        12:00 ship P1 from dock to shop
        09:00 make L1 60 -> Y1 300 at line
        10:00 pack Y1 120 in P1 at line
        08:00 receive L1 100 at dock from farm
    """
    tell(lines, story)
    assert told("L1")["parties"] == {("shop", "customer"): "120", ("farm", "supplier"): "100"}


def test_two_items_with_one_lot_number() -> None:
    tell("""
        08:00 receive M.L1 10 + W.L1 5 at dock from farm
        09:00 ship M.L1 4 from dock to shop
        09:30 ship W.L1 5 from dock to mart
    """)
    assert told("M.L1")["parties"] == {("farm", "supplier"): "10", ("shop", "customer"): "4"}


def test_serials_of_a_lot() -> None:
    """Recalling the lot finds the serial; nothing spreads from one serial to its siblings."""
    tell("""
        08:00 receive L1 10 at line from farm
        09:00 make L1 10 -> L5 2 + S1 + S2 at line
        10:00 ship S1 from line to shop
    """)
    assert told("S1")["parties"] == {("farm", "supplier"): "10", ("shop", "customer"): "1"}
    assert told("S2")["parties"] == {("farm", "supplier"): "10"}


def test_void_shipment_never_happened_for_the_customer() -> None:
    tell("""
        08:00 receive L1 10 at dock from farm
        11:00 ship L1 10 from dock to shop
        11:30 void L1 10 at dock
    """)
    assert told("L1")["parties"] == {("farm", "supplier"): "10"}
    assert told("L1")["stock"] == {("L1", "dock"): "10"}


def test_receipt_repeated_as_the_suppliers_shipment_counts_once() -> None:
    tell("""
        07:00 ship L1 10 from x.gate to a by farm
        08:00 receive L1 10 at dock from farm
    """)
    assert told("L1")["parties"] == {("farm", "supplier"): "10"}


def test_customers_report_what_they_sold_on() -> None:
    tell("""
        08:00 receive L1 10 at dock from farm
        09:00 ship L1 10 from dock to shop
        10:00 ship L1 4 from x.shop to mart by shop
    """)
    assert told("L1")["parties"] == {("farm", "supplier"): "10", ("shop", "customer"): "10", ("mart", "customer"): "4"}
