"""A chart of a report as a picture: axes, lines or bars, limits, and the points that are to be seen."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import ceil, floor, log10

from django.utils.translation import gettext as _

from suyuan.insight.reports.declared import Chart, Drawn, Series
from suyuan.ui.drawing import SERIES, Box, Dot, Label, Path, Picture, Shape
from suyuan.ui.formats import grouped_number

WIDTH, HEIGHT = 720.0, 240.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 92.0, 26.0, 34.0
STEPS = 5  # lines across, about
NARROW, WIDE = 0.65, 1.0  # of its size, how much room a sign takes; those of Chinese are wide
LAST_NARROW = 0x2E7F
GAP = 8.0  # between two texts
MOST_DOTS = 80  # points of a line that are dots as well


class _Frame:
    """Where values and points lie in the picture."""

    def __init__(self, chart: Chart) -> None:
        values = [value for one in chart.series for value in one.points if value is not None]
        low, high = min(values, default=0.0), max(values, default=1.0)
        low = min(0.0, low) if chart.drawn is Drawn.BAR or (low > 0 and low < high / 2) else low
        step = nice((high - low or abs(high) or 1.0) / STEPS)
        self.low = floor(low / step) * step
        self.step = step
        self.ticks: list[float] = []
        while not self.ticks or self.ticks[-1] < high - step * 1e-9:
            self.ticks.append(self.low + len(self.ticks) * step)
        self.high = max(self.ticks[-1], self.low + step)
        self.count = max(1, len(chart.labels))

    def y(self, value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (self.high - value) / (self.high - self.low)

    @property
    def room(self) -> float:
        return (WIDTH - LEFT - RIGHT) / self.count

    def x(self, n: int) -> float:
        """The middle of the room of a point."""
        return LEFT + (n + 0.5) * self.room


def nice(step: float) -> float:
    """A step that people count in: 1, 2 or 5 times a power of ten, not less than this."""
    ten = 10.0 ** floor(log10(step))
    return next(ten * factor for factor in (1, 2, 5, 10) if ten * factor >= step * (1 - 1e-9))


def picture(chart: Chart) -> Picture:
    """The chart drawn; its title stands on it."""
    frame = _Frame(chart)
    drawn = [one for one in chart.series if not one.limit]
    shapes: list[Shape] = [Label(0, 11, _(chart.title), ink="quiet", size=11)]
    shapes += _axes(chart, frame)
    for one in chart.series:
        if one.limit:
            shapes += _limit(one, frame)
    for n, one in enumerate(drawn):
        shapes += _bars(one, chart, frame, n, len(drawn)) if chart.drawn is Drawn.BAR else _line(one, chart, frame, n)
    if len(drawn) > 1:
        shapes += _legend(drawn)
    return Picture(_(chart.title), WIDTH, HEIGHT, tuple(shapes))


def said(value: float) -> str:
    """A value as people write it, four digits long."""
    return grouped_number(_decimal(value))


def _decimal(value: float) -> Decimal:
    places = max(0, 3 - floor(log10(abs(value)))) if value else 0
    return Decimal(f"{value:.{min(places, 6)}f}")


def _axes(chart: Chart, frame: _Frame) -> Iterator[Shape]:
    for tick in frame.ticks:
        y = frame.y(tick)
        yield Path(((LEFT, y), (WIDTH - RIGHT, y)), "grid", thin=True)
        yield Label(LEFT - 5, y + 3, said(tick), "end")
    if chart.unit:
        yield Label(LEFT - 5, TOP - 6, _(chart.unit), "end")
    longest = max((length(one, 9) for one in chart.labels), default=0)
    for n in range(0, len(chart.labels), ceil((longest + GAP) / frame.room)):
        yield Label(frame.x(n), HEIGHT - BOTTOM + 14, chart.labels[n], "middle")


def _limit(one: Series, frame: _Frame) -> Iterator[Shape]:
    """A line through the whole room of each point, so that limits that differ are steps."""
    run: list[tuple[float, float]] = []
    for n, value in enumerate(one.points):
        if value is None:
            if run:
                yield Path(tuple(run), "limit", thin=True)
            run = []
            continue
        run += [(frame.x(n) - frame.room / 2, frame.y(value)), (frame.x(n) + frame.room / 2, frame.y(value))]
    if run:
        yield Path(tuple(run), "limit", thin=True)
        last = next(value for value in reversed(one.points) if value is not None)
        yield Label(WIDTH - RIGHT + 4, frame.y(last) + 3, f"{_(one.title)} {said(last)}", ink="limit", size=8)


def _line(one: Series, chart: Chart, frame: _Frame, n: int) -> Iterator[Shape]:
    ink = f"s{n % SERIES}"
    run: list[tuple[float, float]] = []
    for at, value in enumerate([*one.points, None]):
        if value is not None:
            run.append((frame.x(at), frame.y(value)))
        elif run:
            yield Path(tuple(run), ink)
            run = []
    for at, value in enumerate(one.points):
        if value is not None and (at in one.marked or len(one.points) <= MOST_DOTS):
            yield _dot(one, chart, frame, at, value, ink)
            if at in one.marked:
                yield Label(frame.x(at), frame.y(value) - 6, one.marked[at], "middle", "alarm", 8)


def _dot(one: Series, chart: Chart, frame: _Frame, at: int, value: float, ink: str) -> Dot:
    says = f"{chart.labels[at]}: {said(value)}" if at < len(chart.labels) else said(value)
    loud = at in one.marked
    return Dot(frame.x(at), frame.y(value), "alarm" if loud else ink, says, 4 if loud else 2.5)


def _bars(one: Series, chart: Chart, frame: _Frame, n: int, many: int) -> Iterator[Shape]:
    width = frame.room * 0.8 / many
    for at, value in enumerate(one.points):
        if value is not None:
            left = frame.x(at) - frame.room * 0.4 + n * width
            top, bottom = sorted((frame.y(value), frame.y(max(0.0, frame.low))))
            ink = "alarm" if at in one.marked else f"s{n % SERIES}"
            yield Box(left, top, width, max(bottom - top, 0.5), ink, f"{chart.labels[at]}: {said(value)}")


def _legend(drawn: Sequence[Series]) -> Iterator[Shape]:
    """One beside the other, under the labels."""
    x = LEFT
    for n, one in enumerate(drawn):
        yield Box(x, HEIGHT - 11, 8, 8, f"s{n % SERIES}")
        yield Label(x + 12, HEIGHT - 4, _(one.title), size=8)
        x += 12 + length(_(one.title), 8) + 2 * GAP


def length(text: str, size: float) -> float:
    """About how long a text is."""
    return size * sum(WIDE if ord(sign) > LAST_NARROW else NARROW for sign in text)
