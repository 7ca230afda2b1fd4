"""Figures: what they are, how they are kept, and how they are shown."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from bench.goals import GOALS

Place = tuple[str, str, int]  # (name, engine, events)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `value` of the product and of the bare statements beside it, in `unit`; `ratio` is value / bare.

    `noise`: how far half of the rounds lay from the middle one, as a part of it.
    """

    name: str
    engine: str
    events: int
    value: float
    unit: str
    bare: float | None = None
    ratio: float | None = None
    noise: float = 0.0

    @property
    def place(self) -> Place:
        return self.name, self.engine, self.events


def of_rounds(
    name: str, engine: str, events: int, unit: str, values: Sequence[float], bares: Sequence[float] = ()
) -> Figure:
    """The figure of interleaved rounds: the median of each side."""
    value, bare = median(values), median(bares) if bares else None
    ratios = [v / b for v, b in zip(values, bares, strict=True)] if bares else list(values)
    return Figure(name, engine, events, value, unit, bare, value / bare if bare else None, spread(ratios))


def spread(values: Sequence[float]) -> float:
    """The median distance from the median, as a part of it."""
    middle = median(values)
    return median(abs(value - middle) for value in values) / middle if middle else 0.0


def save(path: Path, figures: Iterable[Figure]) -> None:
    """Write `figures`; those of the same name, engine and size replace what the file holds, the rest stays."""
    known = {figure.place: figure for figure in load(path)} if path.exists() else {}
    known |= {figure.place: figure for figure in figures}
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [asdict(known[place]) for place in sorted(known)]
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")


def load(path: Path) -> list[Figure]:
    return [Figure(**row) for row in json.loads(path.read_text())]


HEADINGS = ("name", "engine", "events", "value", "bare", "unit", "ratio", "±", "goal")


def cells(figure: Figure) -> tuple[str, ...]:
    """A figure as text, in the order of HEADINGS."""
    goal = GOALS.get(figure.name)
    said = goal.said(figure.engine, figure.value, figure.ratio) if goal else ""
    bare = "" if figure.bare is None else plain(figure.bare)
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    return (
        figure.name, figure.engine, f"{figure.events:,}", plain(figure.value), bare, figure.unit, ratio,
        f"{figure.noise:.0%}", said,
    )  # fmt: skip


def plain(value: float) -> str:
    """Three figures that mean something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of text in columns; the first is the heading."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def markdown(figures: Iterable[Figure]) -> str:
    """The figures as a table of docs/benchmarks.md."""
    lines = [HEADINGS, tuple("---" for _ in HEADINGS), *map(cells, figures)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
