"""Where goods are, told as small ledgers. Every story is replayed in order and shuffled after each telling."""

import pytest

from tests.ledgers.story import stock, tell, two_warehouses, unexplained

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _warehouses(db: None) -> None:
    two_warehouses()


def test_it_works() -> None:
    tell("""
        09:00 receive L1 100 at dock from farm
        10:00 store L1 60 at bin1
        11:00 pass L1 at bin1
        12:00 ship L1 25 from bin1 to shop
    """)
    assert stock("L1") == {"L1": {"dock": "40 released", "bin1": "35 released", "way": "25 released"}}
    assert unexplained() == 0


def test_late_event_lands_where_it_belongs() -> None:
    """A move scanned offline at ten arrives after the shipment of eleven."""
    tell("""
        09:00 receive L1 100 at dock from farm
        11:00 ship L1 30 from bin1 to shop
        10:00 store L1 30 at bin1
    """)
    assert stock("L1") == {"L1": {"dock": "70 pending", "way": "30 pending"}}


def test_receipt_that_comes_last_explains_what_was_unexplained() -> None:
    tell("10:00 ship L1 30 from dock to shop")
    assert unexplained() == 30
    tell("09:00 receive L1 100 at dock from farm #r")
    assert stock("L1") == {"L1": {"dock": "70 pending", "way": "30 pending"}}
    assert unexplained() == 0


def test_reused_tote() -> None:
    tell("""
        09:00 receive L1 10 + L2 10 at dock from farm
        10:00 pack L1 10 in T1 at dock
        11:00 unpack from T1 at bin1
        12:00 pack L2 10 in T1 at dock
        13:00 ship T1 from dock to shop
    """)
    assert stock("L1", "L2", "T1") == {"L1": {"bin1": "10 pending"}, "L2": {"T1": "10 pending"}, "T1": {"way": "1"}}


def test_late_unpacking() -> None:
    """The pallet left at noon; that two cases had been taken off at eleven is told afterwards."""
    tell("""
        09:00 receive L1 10 at dock from farm
        10:00 pack L1 10 in P1 at dock
        12:00 ship P1 from dock to shop
        11:00 unpack L1 2 from P1 at dock
    """)
    assert stock("L1")["L1"] == {"?": "8 pending", "dock": "2 pending"}


def test_late_packing_of_an_emptied_container() -> None:
    tell("""
        09:00 receive L1 10 at dock from farm
        10:00 pack L1 4 in P1 at dock
        12:00 unpack from P1 at bin1
        11:00 pack L1 5 in P1 at dock
    """)
    assert stock("L1")["L1"] == {"dock": "1 pending", "bin1": "9 pending"}


def test_pallet_repacked_twice() -> None:
    tell("""
        09:00 receive L1 10 at dock from farm
        09:10 pack L1 10 in P1 at dock
        09:20 unpack L1 10 from P1 at dock
        09:30 pack L1 10 in P2 at dock
        09:40 unpack from P2 at dock
        09:50 pack L1 10 in P3 at dock
        10:00 store P3 at bin1
    """)
    assert stock("L1", "P3", "P1")["P3"] == {"bin1": "1"}
    assert stock("L1")["L1"] == {"?": "10 pending"}


def test_container_brings_its_content_into_the_other_warehouse() -> None:
    tell("""
        09:00 receive L1 10 + S1 at dock from farm
        10:00 pack L1 10 + S1 in P1 at dock
        10:30 pack P1 in P2 at dock
        11:00 ship P2 from dock to b via D1
        15:00 receive P2 at b.dock from a
        16:00 unpack from P2 at b.bin1
        17:00 unpack from P1 at b.bin2
    """)
    assert stock("L1", "S1", "P1", "P2") == {
        "L1": {"b.bin2": "10 pending"},
        "S1": {"b.bin2": "1 pending"},
        "P1": {"b.bin1": "1"},
        "P2": {"b.dock": "1"},
    }


def test_short_receipt_stays_under_way() -> None:
    tell("""
        09:00 receive L1 10 at dock from farm
        11:00 ship L1 10 from dock to b via D1
        15:00 receive L1 7 at b.dock from a
    """)
    assert stock("L1") == {"L1": {"b.dock": "7 pending", "way": "3 pending"}}
    assert unexplained() == 0


def test_receipt_known_before_the_despatch() -> None:
    tell("""
        15:00 receive L1 7 at b.dock from a
        09:00 receive L1 10 at dock from farm
        11:00 ship L1 7 from dock to b via D1
    """)
    assert stock("L1") == {"L1": {"dock": "3 pending", "b.dock": "7 pending"}}
    assert unexplained() == 0


def test_partial_refusal_and_its_return() -> None:
    story = tell("""
        09:00 receive L1 10 at dock from farm
        11:00 ship L1 10 from dock to shop via D1
        13:00 accept L1 8 to shop
        13:01 refuse L1 2 to shop
    """)
    assert stock("L1") == {"L1": {"shop": "8 pending", "way": "2 pending"}}
    tell("17:00 return L1 2 at b.dock from shop", story)
    assert stock("L1") == {"L1": {"shop": "8 pending", "b.dock": "2 pending"}}
    assert unexplained() == 0


def test_return_comes_back_pending() -> None:
    tell("""
        09:00 receive L1 10 + S1 at dock from farm
        10:00 pass L1 + S1 at dock
        11:00 ship L1 10 + S1 from dock to shop
        12:00 accept L1 10 + S1 to shop
        13:00 return L1 4 + S1 at dock from shop
    """)
    assert stock("L1", "S1") == {"L1": {"shop": "6 released", "dock": "4 pending"}, "S1": {"dock": "1 pending"}}


def test_voided_shipment_is_back() -> None:
    tell("""
        09:00 receive L1 10 at dock from farm
        11:00 ship L1 10 from dock to shop
        11:30 void L1 10 at dock
    """)
    assert stock("L1") == {"L1": {"dock": "10 pending"}}


def test_count_is_absolute_and_derived_again() -> None:
    story = tell("""
        09:00 receive L1 10 at bin1 from farm
        12:00 count L1 7 at bin1
    """)
    assert stock("L1") == {"L1": {"bin1": "7 pending"}}
    tell("11:00 ship L1 3 from bin1 to shop", story)
    assert stock("L1") == {"L1": {"bin1": "7 pending", "way": "3 pending"}}


def test_rework_loop() -> None:
    tell("""
        09:00 receive L1 10 at line from farm
        10:00 make L1 10 -> Y1 10 at line
        11:00 make Y1 3 + L1 0 -> Y2 3 at line
        12:00 make Y2 2 -> Y1 2 at line
    """)
    assert stock("L1", "Y1", "Y2") == {"L1": {}, "Y1": {"line": "9 pending"}, "Y2": {"line": "1 pending"}}


def test_relabelled_goods_inherit_status_and_blocks() -> None:
    tell("""
        09:00 receive L1 10 at dock from farm
        09:30 pass L1 at dock
        09:40 hold L1 at dock
        10:00 relabel L1 10 -> R1 10 at dock
    """)
    assert stock("L1", "R1") == {"L1": {}, "R1": {"dock": "10 released"}}


def test_partners_pallet_comes_in_with_what_he_packed() -> None:
    tell("""
        08:00 pack L1 20 in P1 at x.far
        09:00 receive P1 at dock from farm
        10:00 unpack from P1 at bin1
    """)
    assert stock("L1") == {"L1": {"bin1": "20 pending"}}


def test_three_one_kilo_picks_end_at_nothing() -> None:
    tell("""
        09:00 receive L1 3 KGM at bin1 from farm
        10:00 ship L1 1000 GRM from bin1 to shop
        10:01 ship L1 1000 GRM from bin1 to shop
        10:02 ship L1 1000 GRM from bin1 to shop
    """)
    assert stock("L1") == {"L1": {"way": "3 pending"}}


def test_two_items_with_one_lot_number_are_two_lots() -> None:
    tell("""
        09:00 receive M.L1 10 + W.L1 5 at dock from farm
        10:00 ship M.L1 4 from dock to shop
    """)
    assert stock("M.L1", "W.L1") == {"M.L1": {"dock": "6 pending", "way": "4 pending"}, "W.L1": {"dock": "5 pending"}}


def test_a_verdict_told_after_the_pallet_has_left() -> None:
    """The goods had no later event of their own; the pallet they are on had."""
    tell("""
        08:00 receive L1 10 at dock from farm
        09:00 pack L1 10 in P1 at dock
        12:00 ship P1 from dock to shop
        11:00 pass L1 at dock
    """)
    assert stock("L1", "P1") == {"L1": {"P1": "10 released"}, "P1": {"way": "1"}}
