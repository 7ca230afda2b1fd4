"""How wide words are, and how they break, in the typeface that comes with the front end (`scripts/setup.py`).

Widths in millimetres, sizes in points. A character that the typeface lacks shows as a box.
"""

from functools import cache, lru_cache
from pathlib import Path

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

TYPEFACE = Path(__file__).resolve().parents[1] / "static" / "fonts" / "NotoSansSC-Medium.ttf"
FONT = "SuyuanLabel"
LINE = 1.25  # of the size, from one baseline to the next
ASCENT = 0.95  # of the size, from the top of a line to its baseline


@cache
def font() -> str:
    """The typeface as reportlab knows it."""
    pdfmetrics.registerFont(TTFont(FONT, str(TYPEFACE)))
    return FONT


@lru_cache(maxsize=20_000)
def width_of(text: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, font(), size)) / mm


def line_height(size: float) -> float:
    return size * LINE / mm


def fitting(text: str, width: float, most: float, least: float) -> float:
    """The size at which `text` is at most `width` wide, between `least` and `most`."""
    wide = width_of(text, 10) or 1
    return max(least, min(most, 10 * width / wide * 0.999))


@lru_cache(maxsize=4096)
def wrapped(text: str, width: float, size: float) -> tuple[str, ...]:
    """All of `text` in lines; broken at a blank where the second half of a line has one, else anywhere."""
    lines: list[str] = []
    rest = text.strip()
    while rest:
        line = _beginning(rest, width, size)
        lines.append(line.strip())
        rest = rest[len(line) :].strip()
    return tuple(lines)


def clipped(text: str, width: float, size: float, most: int) -> tuple[str, ...]:
    """At most so many lines, the last with a mark where it had to end early. For names, never for numbers."""
    lines = wrapped(text, width, size)
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and width_of(f"{last}…", size) > width:
        last = last[:-1]
    return (*lines[: most - 1], f"{last}…")


def _beginning(text: str, width: float, size: float) -> str:
    """As much of `text` as fits into a line, at least a character."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width_of(text[:middle], size) <= width else (low, middle - 1)
    blank = text.rfind(" ", low // 2, low + 1) if low < len(text) else -1
    return text[: blank + 1] if blank > 0 else text[:low]
