"""What moved between two runs."""

from collections.abc import Sequence

from bench.figures import Figure, table

LEAST = 0.02  # of what nobody should speak
HEADINGS = ("name", "engine", "events", "old", "new", "moved", "")


def compared(old: Sequence[Figure], new: Sequence[Figure]) -> str:
    """A line for each figure that both have; `*` where it moved by more than both runs' noise together."""
    before = {figure.place: figure for figure in old}
    rows = [row(before[figure.place], figure) for figure in new if figure.place in before]
    return table([HEADINGS, *rows])


def row(old: Figure, new: Figure) -> tuple[str, ...]:
    was, now = told(old), told(new)
    moved = (now - was) / was if was else 0.0
    mark = "*" if abs(moved) > max(LEAST, 2 * (old.noise + new.noise)) else ""
    return new.name, new.engine, f"{new.events:,}", f"{was:.3g}", f"{now:.3g}", f"{moved:+.0%}", mark


def told(figure: Figure) -> float:
    """The ratio, since machines differ; the value where there is nothing beside it."""
    return figure.value if figure.ratio is None else figure.ratio
