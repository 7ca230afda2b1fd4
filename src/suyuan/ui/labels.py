"""Labels as PDF: a code to scan, what it says in letters, and a name. On A4 sheets, or one a page for a label printer.

Sizes in millimetres. The typeface comes with the front end (`scripts/setup.py`); a character it lacks shows as a box.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import segno
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from suyuan.gs1.problems import N_

TYPEFACE = Path(__file__).resolve().parents[1] / "static" / "fonts" / "NotoSansSC-Medium.ttf"
FONT = "SuyuanLabel"
QUIET = 4  # modules around a QR code (ISO/IEC 18004, 6.3.8)
SMALLEST = 7.0  # points that are still read at arm's length


@dataclass(frozen=True, slots=True)
class Label:
    """`link` stands in the code; `code` large; `name` and `small` below it. Empty ones take no room."""

    link: str
    code: str
    name: str = ""
    small: str = ""


@dataclass(frozen=True, slots=True)
class Stock:
    """What is printed on: the page, how many labels across and down, the margins, the size of one."""

    word: str
    page: tuple[float, float]
    across: int
    down: int
    left: float
    top: float
    size: tuple[float, float]
    gap: tuple[float, float] = (0.0, 0.0)
    cut: bool = False

    @property
    def a_page(self) -> int:
        return self.across * self.down


STOCKS = {
    "thermal": Stock(N_("Label printer, 100 × 50 mm"), (100, 50), 1, 1, 0, 0, (100, 50)),
    "a4": Stock(N_("A4 sheet, 2 × 5 labels of 99 × 57 mm"), (210, 297), 2, 5, 6, 6, (99, 57), cut=True),
    "a4-small": Stock(N_("A4 sheet, 3 × 8 labels of 70 × 35 mm"), (210, 297), 3, 8, 0, 8.5, (70, 35), cut=True),
}


@cache
def _font() -> str:
    pdfmetrics.registerFont(TTFont(FONT, str(TYPEFACE)))
    return FONT


def labels_pdf(labels: Sequence[Label], stock: Stock, title: str = "") -> bytes:
    """The labels in their order, left to right, top to bottom."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(stock.page[0] * mm, stock.page[1] * mm), pageCompression=1, invariant=1)
    canvas.setTitle(title)
    for n, label in enumerate(labels):
        if n and n % stock.a_page == 0:
            canvas.showPage()
        _draw(canvas, label, stock, n % stock.a_page)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, label: Label, stock: Stock, n: int) -> None:
    row, column = divmod(n, stock.across)
    width, height = stock.size
    x = stock.left + column * (width + stock.gap[0])
    y = stock.page[1] - stock.top - (row + 1) * height - row * stock.gap[1]
    if stock.cut:
        canvas.setStrokeGray(0.8)
        canvas.setLineWidth(0.2)
        canvas.rect(x * mm, y * mm, width * mm, height * mm)
    side = min(height - 4, width * 0.42)
    _qr(canvas, label.link, x + 2, y + (height - side) / 2, side)
    _words(canvas, label, x + side + 4, y, width - side - 7, height)


def _qr(canvas: Canvas, text: str, x: float, y: float, side: float) -> None:
    """Squares of the QR code, one rectangle for each run in a row, its quiet zone within `side`."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    module = side / (len(rows) + 2 * QUIET)
    canvas.setFillGray(0)
    for down, row in enumerate(rows):
        top = y + side - (QUIET + down + 1) * module
        for start, length in _runs(row):
            canvas.rect((x + (QUIET + start) * module) * mm, top * mm, length * module * mm, module * mm, 0, 1)


def _runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """The dark stretches of a row: where each begins, how long it is."""
    found: list[tuple[int, int]] = []
    for n, dark in enumerate(row):
        if dark and found and sum(found[-1]) == n:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((n, 1))
    return found


def _words(canvas: Canvas, label: Label, x: float, y: float, width: float, height: float) -> None:
    """The code as large as it fits, the name under it in at most two lines, the rest small."""
    big = _fitting(label.code, width, height * 0.34 * mm)
    lines = [(line, size) for line, size in _name_lines(label.name, width, height) if line]
    small = [(label.small, max(SMALLEST, height * 0.17))] if label.small else []
    texts = [(label.code, big), *lines, *small]
    total = sum(size * 1.25 for _text, size in texts)
    at = (y + height / 2) * mm + total / 2
    for text, size in texts:
        at -= size * 1.25
        canvas.setFont(_font(), size)
        canvas.setFillGray(0)
        canvas.drawString(x * mm, at + size * 0.25, cut(text, width, size))


def _name_lines(name: str, width: float, height: float) -> list[tuple[str, float]]:
    size = max(SMALLEST + 1, height * 0.24)
    first = _beginning(name, width, size)
    return [(first.strip(), size), (name[len(first) :].strip(), size)]


def _fitting(text: str, width: float, most: float) -> float:
    """The size in points at which `text` is `width` wide, at most `most`."""
    wide = pdfmetrics.stringWidth(text, _font(), 10) or 1
    return float(max(SMALLEST, min(most, 10 * width * mm / wide)))


def _beginning(text: str, width: float, size: float) -> str:
    """As much of `text` as fits into a line; up to a blank, where there is one in its second half."""
    count = len(text)
    while count and pdfmetrics.stringWidth(text[:count], _font(), size) > width * mm:
        count -= 1
    blank = text.rfind(" ", count // 2, count) if count < len(text) else -1
    return text[: blank + 1] if blank > 0 else text[:count]


def cut(text: str, width: float, size: float) -> str:
    """`text`, with a mark where it had to end early."""
    if pdfmetrics.stringWidth(text, _font(), size) <= width * mm:
        return text
    while text and pdfmetrics.stringWidth(f"{text}…", _font(), size) > width * mm:
        text = text[:-1]
    return f"{text}…"
