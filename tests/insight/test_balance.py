"""The mass balance of small ledgers: which term each event is in, of what, when, where, and by which statements."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from suyuan.insight import balance_whole
from suyuan.insight.balance import INWARD, OUTWARD, Account, Key, Term, in_one_unit
from suyuan.insight.balance_asked import Wanted, balances, of_items, of_lots, tell
from suyuan.insight.balance_making import makings_of, yields
from suyuan.insight.balance_whole import Whole
from suyuan.ledger.keys import key16, micros
from tests.ledgers.story import NOW, START, Story, declare_wrong, send, two_warehouses, uri
from tests.ledgers.story import tell as story
from tests.plugins.engines import Statements

pytestmark = pytest.mark.usefixtures("db")
ITEM = uri("L1").partition("/10/")[0]
LATER = micros(NOW)


@pytest.fixture(autouse=True)
def warehouses(db: None) -> None:
    two_warehouses()


def at(day: int, hour: int = 0) -> int:
    return micros(START + timedelta(days=day - 1, hours=hour))


def of(*names: str, logs: tuple[str, ...] = ("a", "b"), since: int | None = None, until: int = LATER) -> dict[str, int]:
    """Term → pieces, of these goods together; their balance must hold."""
    goods = of_lots([key16(uri(name)) for name in names])
    found = balances(Wanted(logs=logs, since=since, until=until, goods=goods))
    terms: dict[str, int] = {}
    for account in found.values():
        assert account.unexplained == account.terms.get(Term.UNEXPLAINED, 0)
        for term, amount in account.terms.items():
            terms[term.value] = terms.get(term.value, 0) + amount // 1_000_000
    return {term: amount for term, amount in terms.items() if amount}


def everything(since: int | None = None, until: int = LATER) -> dict[Key, Account]:
    return balance_whole.balances(Whole(logs=("a", "b"), since=since, until=until))


def test_it_works() -> None:
    story("""
        09:00 receive L1 100 at dock from farm
        10:00 make    L1 30 -> Y1 60 at line
        11:00 sample  L1 2 at dock
        12:00 destroy L1 3 at dock
        13:00 ship    L1 20 from dock to shop via D1
        14:00 ship    L1 10 from dock to b via D2
        15:00 count   L1 34 at dock
    """)
    assert of("L1") == {
        "received": 100, "consumed": 30, "sample": 2, "scrap": 3, "shipped": 20, "closing_way": 10, "difference": 1,
        "closing": 34,
    }  # fmt: skip
    assert of("Y1") == {"made": 60, "closing": 60}


def test_goods_on_a_pallet_go_and_come_back_with_it() -> None:
    told = story("""
        09:00 receive L1 100 at dock from farm
        10:00 pack    L1 40 in P1 at dock
        11:00 pack    P1 in P2 at dock
        12:00 ship    P2 from dock to shop via D1 #out
        13:00 accept  P2 to shop
    """)
    assert of("L1") == {"received": 100, "closing": 60, "shipped": 40}
    story("day 2 09:00 return P2 at dock from shop", told)
    assert of("L1") == {"received": 100, "closing": 100, "shipped": 40, "returned": 40}
    assert of("L1", since=at(2)) == {"opening": 60, "returned": 40, "closing": 100}


def test_what_never_left_was_never_shipped() -> None:
    story("""
        09:00 receive L1 100 at dock from farm
        10:00 pack    L1 40 in P1 at dock
        11:00 ship    P1 from dock to shop via D1
        12:00 void    P1 at dock
        13:00 reject  L1 5 from dock to farm via D3
    """)
    assert of("L1") == {"received": 100, "closing": 95, "sent_back": 5}


def test_what_goes_back_to_the_supplier_and_comes_again() -> None:
    story("""
        09:00 receive L1 100 at dock from farm
        10:00 reject  L1 30 from dock to farm via D1
        11:00 accept  L1 30 to farm
        12:00 receive L1 20 at dock from farm
    """)
    assert of("L1") == {"received": 120, "sent_back": 30, "closing": 90}


def test_what_was_refused_is_under_way_until_it_is_back() -> None:
    told = story("""
        09:00 receive L1 100 at dock from farm
        10:00 ship    L1 30 from dock to shop via D1
    """)
    advice = {"bizTransactionList": [{"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:6901234000009:D1"}]}
    send([told.event("11:00 refuse L1 10 to shop") | advice, told.event("11:01 accept L1 20 to shop") | advice])
    assert of("L1") == {"received": 100, "closing": 70, "closing_way": 10, "shipped": 30, "returned": 10}
    send([told.event("12:00 return L1 10 at b.dock from shop") | advice])
    assert of("L1") == {"received": 100, "closing": 80, "shipped": 30, "returned": 10}
    assert of("L1", logs=("a",)) == {"received": 100, "closing": 70, "shipped": 30, "returned": 10, "moved_out": 10}
    assert of("L1", logs=("b",)) == {"moved_in": 10, "closing": 10}


def test_between_warehouses() -> None:
    story("""
        09:00 receive L1 100 at dock from farm
        10:00 pack    L1 40 in P1 at dock
        11:00 ship    P1 from dock to b via D1
        day 2 09:00 receive P1 at b.dock from a
    """)
    assert of("L1") == {"received": 100, "closing": 100}
    assert of("L1", until=at(2)) == {"received": 100, "closing": 60, "closing_way": 40}
    assert of("L1", logs=("a",)) == {"received": 100, "closing": 60, "moved_out": 40}
    assert of("L1", logs=("b",)) == {"moved_in": 40, "closing": 40}
    assert of("L1", logs=("b",), since=at(2)) == {"moved_in": 40, "closing": 40}
    assert of("L1", logs=("a",), since=at(2)) == {"opening": 60, "opening_way": 40, "closing": 60, "moved_out": 40}


def test_a_pallet_that_the_supplier_packed() -> None:
    story("""
        08:00 pack    L1 40 in P1 at x.farm
        09:00 receive P1 at dock from farm
    """)
    assert of("L1") == {"received": 40, "closing": 40}
    assert of("L1", logs=("a",)) == {"received": 40, "closing": 40}


def test_the_same_goods_under_another_number() -> None:
    story("""
        09:00 receive L1 100 at dock from farm
        10:00 relabel L1 40 -> R1 40 at dock
    """)
    assert of("L1") == {"received": 100, "closing": 60, "renamed_out": 40}
    assert of("R1") == {"renamed_in": 40, "closing": 40}
    assert of("L1", "R1") == {"received": 100, "closing": 100, "renamed_in": 40, "renamed_out": 40}


def test_what_nothing_explains_is_shown() -> None:
    story("""
        09:00 receive L1 10 at dock from farm
        10:00 store   L1 15 at bin1
        11:00 make    L2 4 -> Y1 4 at line
    """)
    assert of("L1") == {"received": 10, "unexplained": 5, "closing": 15}
    assert of("L2") == {"unexplained": 4, "consumed": 4}


def test_opening_stock_is_no_difference() -> None:
    told = Story()
    body = told.event("09:00 count L1 50 at dock")
    send([body | {"bizStep": "stock_taking"}, told.event("10:00 count L1 48 at dock")])
    assert of("L1") == {"started": 50, "difference": 2, "closing": 48}


def test_a_lot_is_its_serials() -> None:
    told = Story()
    made = told.event("09:00 create S1 + S2 + S3 at line")
    send([made | {"ilmd": {"cbvmda:lotNumber": "Y9"}}, told.event("10:00 ship S1 from line to shop via D1")])
    assert of("Y9") == {"made": 3, "shipped": 1, "closing": 2}


def test_an_event_declared_wrong_was_in_no_term() -> None:
    told = story("""
        09:00 receive L1 10 at dock from farm #in
        10:00 ship    L1 4 from dock to shop via D1 #out
    """)
    declare_wrong(told, "out")
    assert of("L1") == {"received": 10, "closing": 10}


def test_units_are_balances_of_their_own() -> None:
    story("""
        09:00 receive C1 10 + C1 52 KGM at dock from farm
        10:00 ship    C1 4 + C1 21 KGM from dock to shop via D1
        11:00 ship    C1 6 + C1 30.5 KGM from dock to shop via D2
    """)
    key = key16(uri("C1"))
    found = balances(Wanted(logs=("a", "b"), until=LATER, goods={key: key}))
    assert {code: dict(account.terms) for (_key, code), account in found.items()} == {
        "C62": {Term.RECEIVED: 10_000_000, Term.CLOSING: 0, Term.SHIPPED: 10_000_000},
        "KGM": {
            Term.RECEIVED: 52_000_000, Term.CLOSING: 0, Term.SHIPPED: 51_500_000, Term.DIFFERENCE: 500_000,
        },
    }  # fmt: skip


def test_an_item_is_all_its_lots_and_a_period_all_its_items() -> None:
    story("""
        09:00 receive L1 10 + L2 20 + M.L1 7 at dock from farm
        10:00 ship    L1 4 from dock to shop via D1
        day 2 10:00 ship L2 5 from dock to shop via D2
    """)
    item = key16(ITEM)
    by_lot = balances(Wanted(logs=("a", "b"), until=LATER, goods=of_items(("a", "b"), [item])))
    assert {key: account[Term.CLOSING] for (key, _), account in by_lot.items()} == {
        key16(uri("L1")): 6_000_000, key16(uri("L2")): 15_000_000,
    }  # fmt: skip
    whole = balances(Wanted(logs=("a", "b"), until=LATER, goods=of_items(("a", "b"), [item], whole=True)))
    all_ = everything()
    assert whole[item, "C62"].terms == all_[item, "C62"].terms
    assert all_[key16(uri("M.L1").partition("/10/")[0]), "C62"][Term.RECEIVED] == 7_000_000
    day = everything(since=at(2), until=at(3))[item, "C62"]
    assert (day[Term.OPENING], day[Term.SHIPPED], day[Term.CLOSING]) == (26_000_000, 5_000_000, 21_000_000)


def test_every_figure_is_the_sum_of_its_events() -> None:
    story("""
        09:00 receive L1 100 at dock from farm
        10:00 pack    L1 40 in P1 at dock
        11:00 ship    P1 from dock to shop via D1
        12:00 ship    L1 5 from dock to shop via D2
        13:00 void    L1 5 at dock
    """)
    goods = of_lots([key16(uri("L1"))])
    _opening, entries = tell(Wanted(logs=("a", "b"), until=LATER, goods=goods))
    told = list(entries)
    assert [entry.amounts.get(Term.SHIPPED, 0) // 1_000_000 for entry in told] == [0, 40, 5, -5]
    assert sum(entry.amounts.get(Term.CLOSING, 0) for entry in told) == 60_000_000
    assert len({entry.record for entry in told}) == 4


def test_transformations_have_a_yield_where_units_agree() -> None:
    story("""
        09:00 receive L1 100 KGM + L2 50 at dock from farm
        10:00 make    L1 80 KGM + L2 40 -> Y1 60 KGM at line batch B1
        11:00 make    L1 20 KGM -> Y1 18 KGM + W1 4 at line batch B1
    """)
    (one,) = makings_of([key16(uri("Y1"))], None, LATER, ("a", "b"))
    assert one.yields() == {"mass": 0.78, "count": 0.1}
    assert makings_of([key16(uri("Y1"))], None, at(1, 9), ("a", "b")) == []
    assert makings_of([key16(uri("Y1"))], None, LATER, ("b",)) == []


def test_there_is_no_yield_of_pieces_from_kilograms() -> None:
    assert yields({(b"m" * 16, "KGM"): 5}, {(b"y" * 16, "C62"): 10}) == {}
    assert yields({(b"m" * 16, "KGM"): 5}, {(b"y" * 16, "GRM"): 4_900}) == {"mass": 0.98}


def test_a_fixed_number_of_statements(statements: Callable[[], Statements]) -> None:
    """Whatever the number of goods and events; two more for a container within a container, none for its level."""
    counts = []
    for many in (3, 30):
        told = Story(day=many)
        lines = [f"09:{n:02d} receive L{many}{n} 10 at dock from farm" for n in range(many)]
        lines += [f"10:{n:02d} pack L{many}{n} 4 in P{many}{n} at dock" for n in range(many)]
        lines += [f"11:{n:02d} ship P{many}{n} from dock to shop via D{n}" for n in range(many)]
        send([told.event(line) for line in lines])
        keys = [key16(uri(f"L{many}{n}")) for n in range(many)]
        seen = []
        for wanted in (
            Wanted(logs=("a",), until=LATER, goods=of_lots(keys)),
            Wanted(logs=("a",), since=at(many, 10), until=LATER, goods=of_lots(keys)),
        ):
            with statements() as sent:
                balances(wanted)
            seen.append(len(sent))
        with statements() as sent:
            everything(since=at(1))
        seen.append(len(sent))
        counts.append(seen)
    assert counts[0] == counts[1]
    *of_goods, of_everything = counts[0]
    assert max(of_goods) <= 6
    assert of_everything <= 9  # what is kept and how far it is trusted, and the rest told


@pytest.mark.engine
def test_both_engines_say_the_same(engine: str) -> None:
    story("""
        09:00 receive L1 100 at dock from farm
        10:00 pack    L1 40 in P1 at dock
        11:00 ship    P1 from dock to shop via D1
        day 2 12:00 return P1 at dock from shop
    """)
    assert connection.vendor == engine
    assert of("L1", since=at(2)) == {"opening": 60, "returned": 40, "closing": 100}
    day = everything(since=at(2), until=at(3))[key16(ITEM), "C62"]
    assert (day[Term.OPENING], day[Term.RETURNED], day[Term.CLOSING]) == (60_000_000, 40_000_000, 100_000_000)
    assert makings_of([key16(uri("L1"))], None, LATER, ("a",)) == []


AMOUNTS = st.dictionaries(st.sampled_from([*INWARD, *OUTWARD]), st.integers(-(10**9), 10**9))


@given(st.lists(st.tuples(st.sampled_from(["KGM", "GRM", "C62", "LTR", "MLT"]), AMOUNTS), max_size=5))
def test_grams_and_kilograms_of_one_are_one(parts: list[tuple[str, dict[Term, int]]]) -> None:
    accounts: dict[Key, Account] = {}
    for code, amounts in parts:
        accounts.setdefault((b"k" * 16, code), Account()).add(amounts)
    found = in_one_unit(accounts)
    assert {"GRM", "KGM"} - {code for _key, code in found}
    grams = sum(
        account.unexplained * {"KGM": 1000, "GRM": 1}.get(code, 0) for (_key, code), account in accounts.items()
    )
    assert sum(a.unexplained * {"KGM": 1000, "GRM": 1}.get(code, 0) for (_key, code), a in found.items()) == grams


def test_nothing_is_nothing() -> None:
    assert balances(Wanted(logs=("a", "b"), until=LATER, goods={})) == {}
    assert everything() == {}
