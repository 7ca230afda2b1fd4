"""The mass balance of everything: sums of the days that are kept, and what is told beside them, at any moment the same
as if everything were told.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest

from suyuan.insight import balance_days, balance_whole, dayflows
from suyuan.insight.balance import Account, Key, Term
from suyuan.insight.balance_tell import Told
from suyuan.insight.balance_whole import Plan, Progress, Whole, found, latest, plan_of, waits_for
from suyuan.insight.models import DayBalance, DayMark
from suyuan.ledger.keys import key16, micros
from tests.ledgers.story import NOW, START, declare_wrong, sign, tell, two_warehouses, uri
from tests.plugins.engines import Statements

pytestmark = pytest.mark.usefixtures("db")
ITEM = key16(uri("L1").partition("/10/")[0])
OTHER = key16(uri("M.L1").partition("/10/")[0])
LATER = micros(NOW)
STORY = """
    09:00 receive L1 100 + M.L1 7 at dock from farm #in
    10:00 pack    L1 40 in P1 at dock
    day 2 09:00 ship P1 from dock to shop via D1 #out
    day 3 09:00 ship L1 20 from dock to b via D2
    day 4 09:00 receive L1 20 at b.dock from a
    10:00 return  P1 at dock from shop
    day 5 09:00 destroy L1 5 at dock
"""


@pytest.fixture(autouse=True)
def warehouses(db: None) -> None:
    two_warehouses()


def at(day: int, hour: int = 0) -> int:
    return micros(START + timedelta(days=day - 1, hours=hour))


def make_days() -> None:
    sign()
    dayflows.notice()
    while balance_days.refresh(START + timedelta(days=6)).more:
        pass


def asked(since: int | None = None, until: int = LATER, logs: Sequence[str] = ("a", "b"), **more: list[bytes]) -> Whole:
    return Whole(logs=logs, since=since, until=until, **more)


def terms(accounts: dict[Key, Account], item: bytes = ITEM) -> dict[str, int]:
    account = accounts.get((item, "C62"), Account())
    return {term.value: amount // 1_000_000 for term, amount in account.terms.items() if amount}


def of(*more: object, **named: object) -> dict[str, int]:
    return terms(balance_whole.balances(asked(*more, **named)))  # type: ignore[arg-type]  # passed on as they are


TIMES = [at(2), at(2, 9), at(3, 15), at(4), at(6)]


def every() -> list[dict[Key, dict[Term, int]]]:
    """Of any time, in any warehouses."""
    return [
        {key: dict(account.terms) for key, account in balance_whole.balances(asked(since, until, logs)).items()}
        for logs in (("a", "b"), ("a",), ("b",))
        for since in [None, *TIMES]
        for until in [*TIMES, LATER]
        if since is None or since < until
    ]


def nonzero(found: list[dict[Key, dict[Term, int]]]) -> list[dict[Key, dict[Term, int]]]:
    return [{key: {t: n for t, n in terms.items() if n} for key, terms in one.items()} for one in found]


@pytest.mark.engine
def test_it_works(engine: str) -> None:
    tell(STORY)
    told = every()
    make_days()
    assert DayMark.objects.get(pk="*").stale is None
    assert nonzero(every()) == nonzero(told)
    assert of() == {
        "received": 100, "shipped": 40, "returned": 40, "scrap": 5, "closing": 95,
    }  # fmt: skip
    assert of(logs=("a",)) == {
        "received": 100, "shipped": 40, "returned": 40, "scrap": 5, "moved_out": 20, "closing": 75,
    }  # fmt: skip
    assert of(since=at(4), logs=("b",)) == {"moved_in": 20, "closing": 20}
    assert terms(balance_whole.balances(asked(items=[OTHER])), OTHER) == {"received": 7, "closing": 7}
    assert balance_whole.balances(asked(items=[OTHER])).keys() == {(OTHER, "C62")}


def test_whole_days_are_not_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tell(STORY)
    make_days()
    seen: list[tuple[int, int]] = []

    def telling(since: int, until: int, counts: Callable[[bytes], bool]) -> Iterator[Told]:
        seen.append((since, until))
        return balance_days.told_between(since, until, counts)

    monkeypatch.setattr(balance_whole, "told_between", telling)
    zone = dayflows.common_zone()
    assert zone
    start, end = (dayflows.start_of((START + timedelta(days=n)).toordinal(), zone) for n in (1, 4))
    balance_whole.balances(asked(start, end))
    assert [(first, last) for first, last in seen if first < last] == []
    balance_whole.balances(asked(start + 1, end))
    assert [(first, last) for first, last in seen if first < last] != []


def test_what_was_recorded_since_is_in_it_at_once() -> None:
    told = tell(STORY)
    make_days()
    tell("day 2 10:00 destroy L1 3 at dock", told)
    assert of()["scrap"] == 8, "before it is signed"
    sign()
    assert of()["scrap"] == 8, "before the worker has noticed it"
    dayflows.notice()
    assert of()["scrap"] == 8, "before the days are made again"
    assert of(since=at(3))["opening"] == 57
    balance_days.refresh(START + timedelta(days=6))
    assert of()["scrap"] == 8
    assert of(since=at(3))["opening"] == 57
    declare_wrong(told, "out")
    assert "shipped" not in of()
    make_days()
    assert "shipped" not in of()


def test_days_are_made_where_only_figures_were_kept_before() -> None:
    """An installation that has been running for longer than balances are kept."""
    tell(STORY)
    make_days()
    DayMark.objects.filter(pk="*").delete()
    DayBalance.objects.all().delete()
    assert of()["scrap"] == 5
    make_days()
    assert DayBalance.objects.exists()
    assert of()["scrap"] == 5


def test_other_days_are_made_where_the_zone_is_another() -> None:
    tell(STORY)
    make_days()
    rows = DayBalance.objects.count()
    DayMark.objects.filter(pk="*").update(zone="Pacific/Auckland")
    before = of()
    dayflows.notice()
    assert DayMark.objects.get(pk="*").stale == 1
    assert of() == before
    make_days()
    assert DayBalance.objects.count() == rows
    assert of() == before


def test_it_waits_for_the_worker_where_too_much_would_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    tell(STORY)
    assert waits_for(plan_of(asked())) is None
    monkeypatch.setattr(balance_whole, "MOST_TOLD", 3)
    assert waits_for(plan_of(asked())) == Progress(0, 1)
    assert waits_for(plan_of(asked(at(5)))) == Progress(0, 1), "what was before has to be told as well"
    make_days()
    assert waits_for(plan_of(asked())) is None
    first = (START + timedelta(days=2)).toordinal()
    DayMark.objects.filter(pk="*").update(stale=first)
    assert waits_for(plan_of(asked())) == Progress(2, 5)
    assert waits_for(plan_of(asked(until=at(2)))) is None


def test_the_latest_events_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    tell(STORY)

    def behind(term: Term, whole: Whole, most: int = 1000) -> list[tuple[int, int]]:
        answer = found(whole, plan_of(whole))
        assert sum(answer.events(term).values()) == len(list(latest(whole, term, answer)))
        entries = latest(whole, term, answer, most)
        return [((one.at - at(1)) // 86_400_000_000 + 1, one.amounts[term] // 1_000_000) for one in entries]

    whole = asked(items=[ITEM])
    told = behind(Term.CLOSING, whole)
    assert told == [(5, -5), (4, 40), (4, 20), (3, -20), (2, -40), (1, 100)]
    make_days()
    assert behind(Term.CLOSING, whole) == told
    assert behind(Term.CLOSING, asked(at(2), at(4, 9), items=[ITEM])) == [(3, -20), (2, -40)]
    assert behind(Term.CLOSING, whole, most=1) == told[:1], "one day is told, and has as many events"
    assert behind(Term.SCRAP, whole) == [(5, 5)]
    assert behind(Term.MOVED_OUT, asked(logs=["a"])) == [(4, 20)]
    assert behind(Term.MOVED_OUT, whole) == []


def test_a_fixed_number_of_statements(statements: Callable[[], Statements]) -> None:
    counts = []
    for day in (1, 40):
        tell(f"""
            day {day} 09:00 receive L1 10 at dock from farm
            10:00 pack L1 4 in P{day} at dock
            11:00 ship P{day} from dock to shop via D{day}
        """)
        sign()
        dayflows.notice()
        while balance_days.refresh(START + timedelta(days=day + 1)).more:
            pass
        with statements() as sent:
            balance_whole.balances(asked(until=at(day + 2)))
        counts.append(len(sent))
    assert counts[0] == counts[1]
    assert counts[0] <= 9


def test_nothing_is_nothing() -> None:
    assert balance_whole.balances(asked()) == {}
    make_days()
    assert balance_whole.balances(asked()) == {}
    assert plan_of(asked()).during[0] == 0
    assert waits_for(Plan()) is None
