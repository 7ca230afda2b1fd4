"""What is decided without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.catalog.rules import Calendar
from suyuan.genealogy.edges import INPUT, MEMBER, OUTPUT, WITHIN, Edge
from suyuan.governance.settings import DAYS
from suyuan.recall.rules import (
    ALONE,
    FOLLOWS,
    WITH_ALL,
    Drafted,
    Good,
    Had,
    answered_for,
    clocks,
    compared,
    compared_parties,
    contents_of,
    digest_of,
    followed,
    is_news,
    notices_digest,
    reached_by,
    share,
    taken_out,
)

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
FRIDAY = date(2026, 11, 20)


def key(name: str) -> bytes:
    return name.encode().ljust(16, b"\0")


def edge(kind: str, parent: str, child: str, since: int = 0) -> Edge:
    return Edge("main", key(f"r{parent}{child}"), kind, key(parent), key(child), 1, "EA", since, 0, None, False)


def good(name: str, direction: str = "forward", **more: object) -> Good:
    return Good(key(name), f"urn:{name}", "lot", direction, 1, 5, "EA", **more)  # type: ignore[arg-type]  # of the test


@pytest.mark.parametrize(
    ("regime", "hazard_class", "rule", "hours", "last"),
    [
        ("food", 1, "hours", 24, date(2026, 12, 4)),
        ("food", 2, "days", 48, date(2026, 12, 18)),
        ("food", 3, "hours", 72, date(2027, 1, 1)),
        ("drug", 1, "days", 24, None),
        ("drug", 2, DAYS, 72, None),
        ("device", 3, DAYS, 168, None),
        ("device", 3, "hours", 72, None),
    ],
)
def test_clocks(regime: str, hazard_class: int, rule: str, hours: int, last: date | None) -> None:
    found = clocks(regime, hazard_class, NOW, FRIDAY, rule=rule)
    assert (found.start, found.finish) == (NOW + timedelta(hours=hours), last)


def test_clocks_that_somebody_set() -> None:
    found = clocks(
        "drug", 1, NOW, FRIDAY, rule=DAYS, start_hours=3, finish_days=1, calendar=Calendar({date(2026, 11, 23)})
    )
    assert (found.start, found.finish) == (NOW + timedelta(hours=3), date(2026, 11, 24))


def test_by_which_step_goods_were_reached() -> None:
    edges = [
        edge(INPUT, "milk", "node"), edge(INPUT, "cups", "node"), edge(OUTPUT, "node", "yog"),
        edge(WITHIN, "yog", "box"), edge(MEMBER, "yog", "serial"),
    ]  # fmt: skip
    depths = {key("milk"): 0, key("yog"): 1, key("box"): 2, key("serial"): 2}
    assert reached_by(edges, depths) == {
        key("yog"): ("made", key("milk")), key("box"): ("packed", key("yog")), key("serial"): ("member", key("yog")),
    }  # fmt: skip


def test_what_lay_in_a_container() -> None:
    edges = [edge(WITHIN, "lot", "box"), edge(WITHIN, "box", "pallet"), edge(WITHIN, "other", "crate")]
    assert contents_of(edges, {key("pallet")}) == {key("lot")}


def test_versions_are_compared() -> None:
    before = [good("a", "subject", held=1, affected=7), good("b", held=1), good("c", out=ALONE, excluded="clean")]
    now = [good("a", "subject", held=1, affected=9), good("c", held=1), good("d", held=1)]
    rows = {row.uri: row for row in compared(before, now)}
    assert {uri: (row.news, row.out) for uri, row in rows.items()} == {
        "urn:a": ("", 0), "urn:b": ("gone", 0), "urn:c": ("", ALONE), "urn:d": ("new", 0),
    }  # fmt: skip
    assert rows["urn:a"].affected == 7
    assert is_news(before, list(rows.values()), [], [])
    assert not is_news(list(rows.values()), compared(list(rows.values()), now), [], [])


def test_what_follows_what_was_taken_out() -> None:
    edges = [
        edge(INPUT, "a", "n1"), edge(OUTPUT, "n1", "b"), edge(INPUT, "b", "n2"), edge(OUTPUT, "n2", "c"),
        edge(INPUT, "a", "n3"), edge(OUTPUT, "n3", "d"), edge(INPUT, "d", "n2"), edge(INPUT, "b", "n4"),
        edge(OUTPUT, "n4", "e"),
    ]  # fmt: skip
    rows = [good("a", "subject"), *(good(name) for name in "bcde")]

    def out(how: int) -> dict[str, int]:
        taken = taken_out(rows, {key("b"): (how, "clean")}, set())
        return {row.uri[-1]: row.out for row in followed(edges, taken)}

    assert out(WITH_ALL) == {"a": 0, "b": WITH_ALL, "c": 0, "d": 0, "e": FOLLOWS}  # c is of d as well
    assert out(ALONE) == {"a": 0, "b": ALONE, "c": 0, "d": 0, "e": 0}
    again = taken_out(followed(edges, taken_out(rows, {key("b"): (WITH_ALL, "clean")}, set())), {}, {key("b")})
    assert {row.uri[-1]: row.out for row in again}["b"] == 0


def test_parties_are_not_forgotten() -> None:
    shop, cafe = Had("shop", "customer", 5, "EA", ()), Had("cafe", "customer", 5, "EA", ())
    found = compared_parties([shop, cafe], [Had("shop", "customer", 6, "EA", ())])
    assert [(one.party, one.quantity, one.news) for one in found] == [("shop", 6, "new"), ("cafe", 5, "gone")]


def test_the_digest_is_of_what_is_said() -> None:
    rows = [good("a"), good("b")]
    assert digest_of(rows, []) == digest_of(rows[::-1], [])
    assert digest_of(rows, []) != digest_of([rows[0], good("b", out=1)], [])
    assert digest_of(rows, []) != digest_of(rows, [Had("shop", "customer", 1, "EA", ())])
    one, other = Drafted(1, "mail", "a", "s", "b"), Drafted(2, "mail", "a", "s", "b")
    assert notices_digest([one, other]) == notices_digest([other, one]) != notices_digest([one])


amounts = st.none() | st.integers(0, 100)


@given(st.integers(0, 100), amounts, amounts, amounts, st.integers(0, 100))
def test_nobody_answers_for_more_than_he_had(
    had: int, found: int | None, returned: int | None, destroyed: int | None, back: int
) -> None:
    total = answered_for(had, found, returned, destroyed, back)
    assert 0 <= total <= had
    assert total >= min(had, found or 0)
    assert total >= min(had, back)


def test_shares() -> None:
    assert (share(1, 4), share(5, 4), share(-1, 4), share(1, 0)) == (250_000, 1_000_000, 0, None)
