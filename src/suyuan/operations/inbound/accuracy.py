"""How accurately goods are received: lines that were right, and what a scanner read of what was said."""

from collections.abc import Iterable, Sequence

from suyuan.operations.lines import Line
from suyuan.tlog.jcs import Json

# What a label says: typed where nobody scanned it. A quantity is counted, not read.
READABLE = ("item", "lot", "serials", "inside", "expiry", "produced")


def score(lines: Sequence[Line], wrong_fields: Iterable[str], *, judged: bool) -> dict[str, Json]:
    """``{lines, judged, right, fields, scanned}`` of a receipt, as its record keeps it. Pure.

    A line is right where nothing was to be accepted about it and nothing differs; `judged`: there was an order or a
    notice to compare with, else no line counts as right or wrong. `fields`: what the lines say that a label says too.
    """
    wrong = set(map(line_of, wrong_fields)) - {None}
    said = [(name, line) for line in lines for name in READABLE if getattr(line, name, None)]
    return {
        "lines": len(lines),
        "judged": len(lines) if judged else 0,
        "right": len(lines) - len(wrong) if judged else 0,
        "fields": len(said),
        "scanned": sum(name in line.scanned for name, line in said),
    }


def line_of(field: str) -> int | None:
    """The number of the line that a problem's field names: ``lines[3].lot`` → 3."""
    number = field.removeprefix("lines[").partition("]")[0]
    return int(number) if field.startswith("lines[") and number.isdigit() else None
