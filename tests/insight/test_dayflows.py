"""The figures of each day, made bit by bit as events come late and shuffled, against a slow account of the replay."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from suyuan.capture.door import who_is_who
from suyuan.capture.replay import readings
from suyuan.insight import dayflows
from suyuan.insight.dayflows import PARTNERS, refresh
from suyuan.insight.models import DayFigure, DayMark
from suyuan.ledger.keys import key16
from suyuan.stock.book import HERE, OUTBOUND, TRANSIT, WAYS, Book, Key
from suyuan.stock.effects import apply
from suyuan.stock.facts import Fact
from tests.checker.compare import bodies
from tests.checker.world import World, world
from tests.ledgers.story import NOW, Story, declare_wrong, send, sign, tell, two_warehouses, uri
from tests.plugins.engines import Statements

alone = pytest.mark.usefixtures("db")
HOURS = 3 * 3_600_000_000
ITEM = key16(uri("L1").partition("/10/")[0])
Row = tuple[int, int, int, int]  # on hand, shipped, moved, consumed


@pytest.fixture
def short_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """Days of three hours, so that a small world has many."""
    monkeypatch.setattr(dayflows, "day_of", lambda at, _zone: at // HOURS)
    monkeypatch.setattr(dayflows, "start_of", lambda day, _zone: day * HOURS)


def made() -> dict[tuple[str, bytes, int], Row]:
    return {
        (row.log, row.item, row.day): (row.on_hand, row.shipped, row.moved, row.consumed)
        for row in DayFigure.objects.all()
    }


# -- the slow account -------------------------------------------------------------------------------------------------


def facts() -> list[Fact]:
    with connection.cursor() as cursor:
        told = list(readings(cursor, who_is_who()))
    void = {one.entry.declares for one in told if one.entry.declares is not None}
    found = [one.fact for one in told if one.fact is not None and one.entry.id not in void]
    return sorted(found, key=lambda fact: fact.order)


def lying(book: Book, items: dict[bytes, bytes]) -> dict[tuple[str, bytes], int]:
    """(log, item) → what is on hand by the balances of a book, each container followed outward."""
    found: dict[tuple[str, bytes], int] = defaultdict(int)
    for subject, held in book.subjects.items():
        for key, row in held.rows.items():
            if row.first and row.kind in HERE and subject in items and not gone(book, key):
                found[key.log, items[subject]] += row.first
    return found


def gone(book: Book, key: Key) -> bool:
    """Has the container that a balance lies in left the log's warehouse?"""
    seen = set[bytes]()
    while key.holder in book.subjects and key.holder not in seen:
        seen.add(key.holder)
        outer = [(k, row) for k, row in book.subjects[key.holder].rows.items() if row.first > 0 and k.log == key.log]
        if not outer:
            return False
        if any(row.kind not in HERE for _, row in outer):
            return True
        key = outer[0][0]
    return False


def account(days: int = HOURS) -> dict[tuple[str, bytes, int], Row]:
    """All rows that there should be."""
    every = facts()
    items = {
        goods.subject: goods.item or goods.subject for fact in every for goods in fact.goods if not goods.container
    }
    book, flows = Book(), dict[tuple[str, bytes, int], list[int]]()
    sent_back = set[bytes]()
    before = lying(book, items)
    standing: dict[tuple[str, bytes], int] = defaultdict(int)
    for fact in every:
        first = len(book.postings)
        apply(book, fact)
        after = lying(book, items)
        ways = {p.holder for p in book.postings[first:] if book.holders.get(p.holder) in WAYS}
        if fact.step == "shipping" and fact.disposition == "returned":
            sent_back |= ways
        for place in {*before, *after}:
            change = after[place] - before[place]
            if not change or place[0] == PARTNERS:
                continue
            standing[place] += change
            row = flows.setdefault((*place, fact.order[0] // days), [0, 0, 0, 0])
            row[0] = standing[place]
            internal = any(p.log == place[0] and kind_of(book, p) == TRANSIT for p in book.postings[first:])
            if (fact.step in OUTBOUND and fact.disposition != "returned") or (
                fact.step == "void_shipping" and not ways & sent_back
            ):
                row[2 if internal else 1] -= change
            elif fact.type == "TransformationEvent":
                row[3] += max(-change, 0)
        before = after
    return {key: (row[0], row[1], row[2], row[3]) for key, row in flows.items()}


def kind_of(book: Book, posting: object) -> str:
    key = Key(posting.log, posting.holder, posting.owner, posting.receipt, posting.status)  # type: ignore[attr-defined]
    return book.subjects[posting.subject].rows[key].kind  # type: ignore[attr-defined]


# -- the law ----------------------------------------------------------------------------------------------------------


def parts(w: World, chance: random.Random) -> Iterator[list[dict[str, object]]]:
    """What a world told, late and shuffled, a few batches at a time."""
    batches = [batch for _, batch in bodies(w, Story())]
    if chance.random() < 0.8:
        chance.shuffle(batches)
    while batches:
        size = chance.choice((1, 2, 5, 20))
        yield [body for batch in batches[:size] for body in batch]
        batches = batches[size:]


def disagreements(seed: int, steps: list[int]) -> list[str]:
    chance = random.Random(f"days {seed}")
    with transaction.atomic():
        for part in parts(world(seed, steps), chance):
            send(part)
            if chance.random() < 0.4:
                sign()
                refresh(NOW, rounds=chance.choice((0, 1, 500)))
        sign()
        while refresh(NOW).more:
            pass
        told, truth = made(), account()
        transaction.set_rollback(True)
    return [
        f"ledger {seed} {steps}: {key[0]} day {key[2]} {key[1].hex()[:6]}: {told.get(key)}, in truth {truth.get(key)}"
        for key in sorted({*told, *truth})
        if told.get(key, (0, 0, 0, 0)) != truth.get(key, (0, 0, 0, 0))
    ]


@pytest.mark.usefixtures("db", "short_days")
def test_they_agree_with_the_replay(request: pytest.FixtureRequest) -> None:
    two_warehouses()
    first = request.config.getoption("first", 0)
    for seed in range(first, first + max(request.config.getoption("ledgers", 300) // 25, 1)):
        steps = list(range(random.Random(seed).randint(12, 40)))
        if wrong := disagreements(seed, steps):
            for step in list(steps):
                fewer = [kept for kept in steps if kept != step]
                if less := disagreements(seed, fewer):
                    steps, wrong = fewer, less
            told = [f"    {one.line} {one.extra or ''} {one.wrong or ''}" for one in world(seed, steps).told]
            pytest.fail("\n".join([*told, *wrong]), pytrace=False)


# -- as a small ledger ------------------------------------------------------------------------------------------------

FIRST = datetime(2026, 3, 1, tzinfo=UTC).toordinal()


def days(log: str = "a") -> dict[int, Row]:
    """Day of the story → the figures of the item of every lot, in whole units."""
    sign()
    assert not refresh(NOW).more
    return {
        day - FIRST + 1: (on_hand // 10**6, shipped // 10**6, moved // 10**6, consumed // 10**6)
        for (where, item, day), (on_hand, shipped, moved, consumed) in made().items()
        if where == log and item == ITEM
    }


@pytest.mark.engine
def test_it_works(engine: str) -> None:
    two_warehouses()
    story = tell(
        """
        day 1 09:00 receive L1 100 at dock from farm
        10:00 pack L1 20 in P1 at bin1
        11:00 pack P1 in P2 at bin1
        day 3 09:00 ship P2 from dock to shop via D1
        09:30 ship L1 5 from dock to shop via D2
        10:00 ship L1 10 from dock to b via D3
        day 5 09:00 make L1 15 -> Y.X1 12 at line
        10:00 relabel L1 7 -> L2 7 at line
        """
    )
    assert days() == {1: (100, 0, 0, 0), 3: (65, 25, 10, 0), 5: (50, 0, 0, 15)}
    tell("day 6 09:00 void P2 via D1 at dock", story)
    tell("day 2 09:00 destroy L1 3 at dock", story)  # which comes late
    assert days() == {1: (100, 0, 0, 0), 2: (97, 0, 0, 0), 3: (62, 25, 10, 0), 5: (47, 0, 0, 15), 6: (67, -20, 0, 0)}


@alone
def test_what_was_not_so_is_taken_back() -> None:
    two_warehouses()
    story = tell(
        """
        day 1 09:00 receive L1 100 at dock from farm
        day 2 09:00 ship L1 40 from dock to shop via D1 #gone
        """
    )
    assert days() == {1: (100, 0, 0, 0), 2: (60, 40, 0, 0)}
    declare_wrong(story, "gone")
    assert days() == {1: (100, 0, 0, 0)}


@alone
def test_goods_that_go_back_to_a_supplier_are_not_asked_for() -> None:
    two_warehouses()
    tell(
        """
        day 1 09:00 receive L1 100 at dock from farm
        day 2 09:00 reject L1 40 from dock to farm via D1
        day 3 09:00 void L1 40 via D1 at dock
        """
    )
    assert days() == {1: (100, 0, 0, 0), 2: (60, 0, 0, 0), 3: (100, 0, 0, 0)}


@alone
def test_days_are_those_of_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    """In another zone they are other days, and all are made again."""
    two_warehouses()
    tell("day 1 20:00 receive L1 100 at dock from farm")
    assert days() == {1: (100, 0, 0, 0)}
    monkeypatch.setattr(dayflows, "zones", lambda: {"a": ZoneInfo("Asia/Shanghai"), "b": ZoneInfo("UTC")})
    assert days() == {2: (100, 0, 0, 0)}


@alone
def test_it_may_be_ended_at_any_moment() -> None:
    """Some days a pass, and none twice."""
    two_warehouses()
    tell("\n".join(f"day {day} 09:00 receive L1 1 at dock from farm" for day in range(1, 100, 7)))
    sign()
    first = refresh(datetime(2026, 6, 8, tzinfo=UTC), rounds=1)
    assert first.more
    assert DayMark.objects.get(pk="a").stale == FIRST + dayflows.MOST_DAYS
    assert len(made()) == 5
    second = refresh(datetime(2026, 6, 8, tzinfo=UTC))
    assert not second.more
    assert len(made()) == 15
    assert refresh(datetime(2026, 6, 8, tzinfo=UTC)).days == 0


@alone
def test_a_day_takes_as_many_statements_however_much_happens(statements: Callable[[], Statements]) -> None:
    two_warehouses()
    tell("\n".join(f"day 1 09:{n:02} receive L{n} 10 at dock from farm" for n in range(3)), one_by_one=False)
    tell("day 2 09:00 ship L1 4 from dock to shop via D1")
    with statements() as few:
        days()
    tell("\n".join(f"day 3 09:{n:02} receive L{n} 10 at dock from farm" for n in range(40)), one_by_one=False)
    tell("\n".join(f"day 3 10:{n:02} ship L{n} 4 from dock to shop via E{n}" for n in range(40)), one_by_one=False)
    with statements() as many:
        days()
    assert len(many) <= len(few)
