"""Control charts: centre lines, limits, and the rules by which a run of points is no chance. Pure.

Limits are Shewhart's, three standard deviations from the centre (ISO 7870-2:2023); d₂ and d₃ are the mean and the
standard deviation of the range of n normal values, as tabled there and in Montgomery, Introduction to Statistical
Quality Control, appendix VI. The rules are those of Nelson, Journal of Quality Technology 16 (1984) 237–239; 1, 5 and
6, and eight points of rule 2, are Western Electric's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from math import sqrt
from statistics import fmean

from suyuan.gs1.problems import N_

D2 = (
    1.128, 1.693, 2.059, 2.326, 2.534, 2.704, 2.847, 2.970, 3.078, 3.173, 3.258, 3.336, 3.407, 3.472, 3.532, 3.588,
    3.640, 3.689, 3.735, 3.778, 3.819, 3.858, 3.895, 3.931,
)  # fmt: skip
D3 = (
    0.853, 0.888, 0.880, 0.864, 0.848, 0.833, 0.820, 0.808, 0.797, 0.787, 0.778, 0.770, 0.763, 0.756, 0.750, 0.744,
    0.739, 0.734, 0.729, 0.724, 0.720, 0.716, 0.712, 0.708,
)  # fmt: skip
SMALLEST, LARGEST = 2, 25  # sizes of a sample that the tables know


class Rule(IntEnum):
    """What is no chance, by its number."""

    BEYOND = 1
    ONE_SIDE = 2
    TREND = 3
    ALTERNATING = 4
    TWO_OF_THREE = 5
    FOUR_OF_FIVE = 6
    CLOSE = 7
    AVOIDING = 8


RULES: Mapping[Rule, str] = {
    Rule.BEYOND: N_("Rule 1: one point beyond the limits"),
    Rule.ONE_SIDE: N_("Rule 2: nine points in a row on one side of the centre line"),
    Rule.TREND: N_("Rule 3: six points in a row that all rise or all fall"),
    Rule.ALTERNATING: N_("Rule 4: fourteen points in a row that go up and down by turns"),
    Rule.TWO_OF_THREE: N_("Rule 5: two of three points in a row beyond two standard deviations, on one side"),
    Rule.FOUR_OF_FIVE: N_("Rule 6: four of five points in a row beyond one standard deviation, on one side"),
    Rule.CLOSE: N_("Rule 7: fifteen points in a row within one standard deviation"),
    Rule.AVOIDING: N_("Rule 8: eight points in a row beyond one standard deviation, on either side"),
}
# Ranges and shares are no normal values: what counts on zones says little of them.
OF_MEANS = tuple(Rule)
OF_OTHERS = (Rule.BEYOND, Rule.ONE_SIDE, Rule.TREND, Rule.ALTERNATING)


@dataclass(frozen=True, slots=True)
class Control:
    """A chart. `lower` and `upper` are the limits of each point, the same for all where samples are of one size;
    `sigma` the standard deviation of each point. `broken`: index of a point → the rules that end with it.
    """

    points: tuple[float, ...]
    centre: float
    sigma: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    broken: Mapping[int, tuple[Rule, ...]]


def means_and_ranges(samples: Sequence[Sequence[float]]) -> tuple[Control, Control]:
    """X̄ and R of samples of one size, 2 to 25.

    Raises ValueError where sizes differ, are out of the tables, or there is no sample.
    """
    size = len(samples[0]) if samples else 0
    if not SMALLEST <= size <= LARGEST or any(len(sample) != size for sample in samples):
        raise ValueError(f"samples are of one size between {SMALLEST} and {LARGEST}")
    means, ranges = [fmean(sample) for sample in samples], [max(sample) - min(sample) for sample in samples]
    mean_range = fmean(ranges)
    one = mean_range / D2[size - SMALLEST]  # the standard deviation of one value
    spread = one * D3[size - SMALLEST]
    return (
        _chart(means, fmean(means), [one / sqrt(size)] * len(means), OF_MEANS),
        _chart(ranges, mean_range, [spread] * len(ranges), OF_OTHERS, least=0),
    )


def individuals(values: Sequence[float]) -> tuple[Control, Control]:
    """Single values, and the moving ranges of two that follow each other: one fewer. At least two values."""
    if len(values) < SMALLEST:
        raise ValueError("a moving range takes two values")
    ranges = [abs(one - other) for one, other in pairwise(values)]
    mean_range = fmean(ranges)
    one = mean_range / D2[0]
    return (
        _chart(values, fmean(values), [one] * len(values), OF_MEANS),
        _chart(ranges, mean_range, [one * D3[0]] * len(ranges), OF_OTHERS, least=0),
    )


def shares(bad: Sequence[int], sizes: Sequence[int]) -> Control:
    """The p chart: `bad` of `sizes`, which may differ and are at least 1; limits are for each size."""
    if not sizes or min(sizes) < 1 or len(bad) != len(sizes):
        raise ValueError("each share is of at least one")
    centre = sum(bad) / sum(sizes)
    sigma = [sqrt(centre * (1 - centre) / size) for size in sizes]
    points = [count / size for count, size in zip(bad, sizes, strict=True)]
    return _chart(points, centre, sigma, OF_OTHERS, least=0, most=1)


def _chart(
    points: Sequence[float],
    centre: float,
    sigma: Sequence[float],
    rules: Sequence[Rule],
    *,
    least: float = float("-inf"),
    most: float = float("inf"),
) -> Control:
    """Limits that no point can reach are where the points end."""
    return Control(
        points=tuple(points),
        centre=centre,
        sigma=tuple(sigma),
        lower=tuple(max(centre - 3 * one, least) for one in sigma),
        upper=tuple(min(centre + 3 * one, most) for one in sigma),
        broken=broken_rules(points, centre, sigma, rules),
    )


def broken_rules(
    points: Sequence[float], centre: float, sigma: Sequence[float], rules: Sequence[Rule] = OF_MEANS
) -> dict[int, tuple[Rule, ...]]:
    """Index of a point → the rules that end with it. Without any spread nothing is beyond anything but the centre."""
    zones = [_zone(point, centre, one) for point, one in zip(points, sigma, strict=True)]
    found: dict[int, tuple[Rule, ...]] = {}
    for end in range(1, len(points) + 1):
        ended = tuple(
            rule
            for rule in rules
            for begin in (max(end - _SPANS[rule], 0),)
            if end - begin >= _NEEDED.get(rule, _SPANS[rule]) and _ENDS[rule](points[begin:end], zones[begin:end])
        )
        if ended:
            found[end - 1] = ended
    return found


def _zone(point: float, centre: float, sigma: float) -> float:
    """How many standard deviations from the centre, signed; what sums of floats leave is nothing."""
    away = point - centre
    if abs(away) <= 1e-12 * max(abs(point), abs(centre)):
        return 0.0
    return away / sigma if sigma else (float("inf") if away > 0 else float("-inf"))


def _one_side(zones: Sequence[float], beyond: float, least: int) -> bool:
    """At least so many beyond on one side, the last of them among these."""
    last = zones[-1]
    up, down = sum(zone > beyond for zone in zones), sum(zone < -beyond for zone in zones)
    return (last > beyond and up >= least) or (last < -beyond and down >= least)


def _steps(points: Sequence[float]) -> list[float]:
    return [after - before for before, after in pairwise(points)]


def _monotonous(points: Sequence[float]) -> bool:
    steps = _steps(points)
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)


def _alternates(points: Sequence[float]) -> bool:
    steps = _steps(points)
    return all(one * other < 0 for one, other in pairwise(steps))


_SPANS: Mapping[Rule, int] = {
    Rule.BEYOND: 1, Rule.ONE_SIDE: 9, Rule.TREND: 6, Rule.ALTERNATING: 14,
    Rule.TWO_OF_THREE: 3, Rule.FOUR_OF_FIVE: 5, Rule.CLOSE: 15, Rule.AVOIDING: 8,
}  # fmt: skip
_NEEDED: Mapping[Rule, int] = {Rule.TWO_OF_THREE: 2, Rule.FOUR_OF_FIVE: 4}  # at the beginning, where fewer came
_ENDS: Mapping[Rule, Callable[[Sequence[float], Sequence[float]], bool]] = {
    Rule.BEYOND: lambda _points, zones: abs(zones[-1]) > 3,
    Rule.ONE_SIDE: lambda _points, zones: _one_side(zones, 0, 9),
    Rule.TREND: lambda points, _zones: _monotonous(points),
    Rule.ALTERNATING: lambda points, _zones: _alternates(points),
    Rule.TWO_OF_THREE: lambda _points, zones: _one_side(zones, 2, 2),
    Rule.FOUR_OF_FIVE: lambda _points, zones: _one_side(zones, 1, 4),
    Rule.CLOSE: lambda _points, zones: all(abs(zone) < 1 for zone in zones),
    Rule.AVOIDING: lambda _points, zones: all(abs(zone) > 1 for zone in zones),
}
