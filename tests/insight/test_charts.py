"""Control charts against what is published, and the rules against an account that knows no windows."""

from itertools import pairwise
from math import erf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.insight.charts import D2, D3, OF_MEANS, Rule, broken_rules, individuals, means_and_ranges, shares

CANS = (
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6
)  # fmt: skip
FLOW = (49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1)
# ISO 7870-2, table 2: n → A2, D3, D4.
TABLED = {
    2: (1.880, 0, 3.267), 3: (1.023, 0, 2.575), 4: (0.729, 0, 2.282), 5: (0.577, 0, 2.114), 6: (0.483, 0, 2.004),
    7: (0.419, 0.076, 1.924), 8: (0.373, 0.136, 1.864), 9: (0.337, 0.184, 1.816), 10: (0.308, 0.223, 1.777),
}  # fmt: skip


def test_shares_as_published() -> None:
    """Non-conforming cans, thirty samples of fifty (Montgomery, example 7.1)."""
    chart = shares(CANS, [50] * len(CANS))
    assert chart.centre == pytest.approx(0.2313, abs=5e-5)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((0.0524, 0.4102), abs=1e-4)
    assert [at for at, rules in chart.broken.items() if Rule.BEYOND in rules] == [14, 22]


def test_individuals_as_published() -> None:
    """Flow rates of ten batches (NIST/SEMATECH e-Handbook, 6.3.2.2)."""
    chart, ranges = individuals(FLOW)
    assert (chart.centre, ranges.centre) == pytest.approx((50.81, 1.8778), abs=5e-5)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((45.8159, 55.8041), abs=1e-3)
    assert (ranges.lower[0], ranges.upper[0]) == pytest.approx((0, 3.267 * 1.8778), abs=5e-3)
    assert chart.broken == {}


@pytest.mark.parametrize("size", TABLED)
def test_limits_as_tabled(size: int) -> None:
    samples = [[10.0] * (size - 1) + [11.0], [10.0] * (size - 1) + [9.0]]
    means, ranges = means_and_ranges(samples)
    a2, low, high = TABLED[size]
    assert means.upper[0] - means.centre == pytest.approx(a2, abs=1.5e-3)
    assert (ranges.lower[0], ranges.upper[0]) == pytest.approx((low, high), abs=2e-3)


def phi(x: float) -> float:
    return (1 + erf(x / sqrt(2))) / 2


@pytest.mark.parametrize("size", [2, 3, 5, 10, 17, 25])
def test_the_table_is_the_range_of_normal_values(size: int) -> None:
    """E(w) and E(w²) of n values by plain sums over the joint distribution of the least and the greatest."""
    step = 0.05
    grid = [n * step for n in range(-120, 121)]
    mean = sum(1 - phi(x) ** size - (1 - phi(x)) ** size for x in grid) * step
    square = 0.0
    for x in grid:
        for y in (one for one in grid if one > x):
            square += 2 * (1 - phi(y) ** size - (1 - phi(x)) ** size + (phi(y) - phi(x)) ** size) * step * step
        square += (1 - phi(x) ** size - (1 - phi(x)) ** size) * step * step  # the diagonal
    assert D2[size - 2] == pytest.approx(mean, abs=1e-3)
    assert D3[size - 2] == pytest.approx(sqrt(square - mean * mean), abs=2e-3)


def test_what_is_no_sample() -> None:
    for wrong in ([], [[1.0]], [[1.0, 2.0], [1.0, 2.0, 3.0]], [[1.0] * 26]):
        with pytest.raises(ValueError, match="of one size"):
            means_and_ranges(wrong)
    with pytest.raises(ValueError, match="two values"):
        individuals([1.0])
    with pytest.raises(ValueError, match="at least one"):
        shares([0], [0])


def test_nothing_varies() -> None:
    means, ranges = means_and_ranges([[2.0, 2.0]] * 8)
    assert (means.broken, ranges.broken) == ({}, {})
    assert shares([0, 0], [5, 7]).broken == {}


def plainly(points: list[float]) -> set[tuple[int, Rule]]:
    """The rules told one by one over a centre of 0 and a deviation of 1, from each point back."""
    found = set()

    def back(end: int, count: int) -> list[float]:
        return points[max(end - count + 1, 0) : end + 1]

    for end, last in enumerate(points):
        if last > 3 or last < -3:
            found.add((end, Rule.BEYOND))
        for sign in (1, -1):
            run = 0
            while run <= end and points[end - run] * sign > 0:
                run += 1
            if run >= 9:
                found.add((end, Rule.ONE_SIDE))
            run = 0
            while run < end and (points[end - run] - points[end - run - 1]) * sign > 0:
                run += 1
            if run >= 5:
                found.add((end, Rule.TREND))
            if last * sign > 2 and sorted(back(end, 3), key=lambda x: -x * sign)[:2][-1] * sign > 2 and end:
                found.add((end, Rule.TWO_OF_THREE))
            if last * sign > 1 and end > 2 and sorted(back(end, 5), key=lambda x: -x * sign)[3] * sign > 1:
                found.add((end, Rule.FOUR_OF_FIVE))
        ways = [(b > a) - (b < a) for a, b in pairwise(back(end, 14))]
        if len(ways) == 13 and 0 not in ways and all(a != b for a, b in pairwise(ways)):
            found.add((end, Rule.ALTERNATING))
        if end >= 14 and max(map(abs, back(end, 15))) < 1:
            found.add((end, Rule.CLOSE))
        if end >= 7 and min(map(abs, back(end, 8))) > 1:
            found.add((end, Rule.AVOIDING))
    return found


near = st.one_of(st.floats(-4, 4), st.sampled_from([-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 0.5, -0.5, 1.5, -1.5]))
runs = (
    st.lists(near, max_size=40) | st.lists(st.floats(0, 4), max_size=20) | st.lists(st.floats(-0.9, 0.9), min_size=15)
)
zigzag = st.lists(st.floats(0.1, 2), min_size=14, max_size=20).map(
    lambda xs: [x if n % 2 else -x for n, x in enumerate(xs)]
)
rising = st.lists(st.floats(-3, 3), min_size=6, max_size=12).map(sorted)


@given(runs | zigzag | rising)
def test_the_rules_as_told_plainly(points: list[float]) -> None:
    found = broken_rules(points, 0.0, [1.0] * len(points), OF_MEANS)
    assert {(at, rule) for at, rules in found.items() for rule in rules} == plainly(points)
