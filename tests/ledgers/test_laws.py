"""Laws of the stock projection over random ledgers: order of arrival does not matter, nothing is lost, nothing is
negative.
"""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suyuan.capture.reading import Reading, read
from suyuan.capture.replay import in_order, shuffled
from suyuan.capture.who import Who
from suyuan.catalog.directory import Directory, WarehouseInfo
from suyuan.epcis.document import read_document
from suyuan.stock.book import Row
from tests.ledgers.story import GLN_A, GLN_B, Story, document

WHO = Who(
    Directory(
        warehouses={
            "a": WarehouseInfo("a", GLN_A, "s", "UTC", "A", "1"),
            "b": WarehouseInfo("b", GLN_B, "s", "UTC", "B", "2"),
        },
        glns={GLN_A: "a", GLN_B: "b"},
    ),
    "https://example.com",
)
LOTS, SERIALS, BOXES = ("L1", "L2", "Y1", "R1"), ("S1", "S2"), ("P1", "P2", "T1")
PLACES = ("dock", "bin1", "b.dock", "b.bin1")
VERBS = (
    "receive", "return", "create", "store", "see", "pick", "pass", "fail", "hold", "release", "count", "destroy",
    "sample", "ship", "void", "accept", "refuse", "pack", "unpack", "empty", "look", "make", "relabel", "x.pack",
)  # fmt: skip


def line(chance: random.Random, number: int) -> str:
    """One random event; any verb with any goods anywhere, sensible or not."""
    verb = chance.choice(VERBS)
    at = f"{chance.randint(0, 23)}:{chance.choice((0, 30)):02d}"
    some = _goods(chance)
    where = chance.choice(PLACES)
    who = chance.choice(("shop", "mart", "a", "b"))
    box = chance.choice(BOXES)
    match verb:
        case "receive" | "return":
            said = f"{verb} {some} at {where} from {who}"
        case "ship":
            said = f"ship {some} from {where} to {who} via D{chance.randint(1, 2)}"
        case "accept" | "refuse":
            said = f"{verb} {some} to {who}"
        case "pack" | "look":
            said = f"{verb} {_goods(chance, without=box)} in {box} at {where}"
        case "x.pack":
            said = f"pack {_goods(chance, without=box)} in {box} at x.far"
        case "unpack":
            said = f"unpack {_goods(chance, without=box)} from {box} at {where}"
        case "empty":
            said = f"unpack from {box} at {where}"
        case "make" | "relabel":
            said = f"{verb} {_goods(chance)} -> {_goods(chance)} at {where}"
        case _:
            said = f"{verb} {some} at {where}"
    return f"{at} {said} #{number}"


def _goods(chance: random.Random, without: str = "") -> str:
    names = chance.sample(LOTS, chance.randint(0, 2))
    said = [f"{name} {chance.randint(1, 9)}" for name in names]
    # Some are weighed besides, or only weighed, or weighed first.
    said += [
        f"{name} {chance.randint(1, 99)} {chance.choice(('KGM', 'GRM'))}" for name in names if chance.random() < 0.3
    ]
    said = said[len(names) :] if chance.random() < 0.05 and len(said) > len(names) else said
    said.sort(reverse=chance.random() < 0.1)
    said += chance.sample([n for n in (*SERIALS, *BOXES) if n != without], chance.randint(0 if said else 1, 2))
    return " + ".join(said)


def ledger(seed: int, size: int) -> list[Reading]:
    chance = random.Random(seed)
    story = Story()
    bodies = [story.event(line(chance, number)) for number in range(size)]
    return [read(event, WHO, sequence=n, recorded=n) for n, event in enumerate(read_document(document(bodies)).events)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), size=st.integers(2, 25))
def test_order_of_arrival_does_not_matter(seed: int, size: int) -> None:
    facts = [reading.fact for reading in ledger(seed, size) if reading.fact]
    book = in_order(facts)
    store = shuffled(facts, frozenset("ab"), seed, batch=3)
    assert sorted(p for postings in store.posted.values() for p in postings) == sorted(book.postings)
    told = {(s, k): row_of(r) for s, rows in store.rows.items() for k, r in rows.items() if r.first or r.second}
    held = {(s, k): row_of(r) for s, h in book.subjects.items() for k, r in h.rows.items() if r.first or r.second}
    assert told == held


def row_of(row: Row) -> tuple[int, int, str]:
    return row.first, row.second, row.kind


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), size=st.integers(2, 40))
def test_nothing_is_lost_and_nothing_is_negative(seed: int, size: int) -> None:
    book = in_order([reading.fact for reading in ledger(seed, size) if reading.fact])
    assert all(row.first >= 0 and row.second >= 0 for held in book.subjects.values() for row in held.rows.values())
    assert all(
        sum(row.first for row in held.rows.values()) <= 1_000_000 for held in book.subjects.values() if held.instance
    )
    for subject in book.subjects:
        own = [posting for posting in book.postings if posting.subject == subject]
        rows = book.subjects[subject].rows.values()
        assert sum(p.first for p in own) == sum(row.first for row in rows)
        assert sum(p.second for p in own) == sum(row.second for row in rows)
