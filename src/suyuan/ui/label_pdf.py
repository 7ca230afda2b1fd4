"""Labels as PDF: on A4 sheets, or one a page for a label printer."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from suyuan.ui.label_layout import Drawing, Symbol, layout
from suyuan.ui.label_symbols import Symbology, runs
from suyuan.ui.label_text import font
from suyuan.ui.labels import Label, Stock


def labels_pdf(labels: Sequence[Label], stock: Stock, title: str = "", symbology: Symbology = Symbology.QR) -> bytes:
    """The labels in their order, left to right, top to bottom. Refused with ui.label_too_small."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(stock.page[0] * mm, stock.page[1] * mm), pageCompression=1, invariant=1)
    canvas.setTitle(title)
    for n, label in enumerate(labels):
        if n and n % stock.a_page == 0:
            canvas.showPage()
        _draw(canvas, layout(label, stock, symbology), stock, n % stock.a_page)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, drawing: Drawing, stock: Stock, n: int) -> None:
    row, column = divmod(n, stock.across)
    width, height = stock.size
    x = stock.left + column * (width + stock.gap[0])
    top = stock.page[1] - stock.top - row * (height + stock.gap[1])  # from below, as PDF counts
    if stock.cut:
        canvas.setStrokeGray(0.8)
        canvas.setLineWidth(0.2)
        canvas.rect(x * mm, (top - height) * mm, width * mm, height * mm)
    canvas.setFillGray(0)
    for text in drawing.texts:
        canvas.setFont(font(), text.size)
        canvas.drawString((x + text.x) * mm, (top - text.baseline) * mm, text.text)
    for symbol in drawing.symbols:
        _squares(canvas, symbol, x, top)


def _squares(canvas: Canvas, symbol: Symbol, x: float, top: float) -> None:
    """One path with a rectangle for each dark stretch of each row."""
    path = canvas.beginPath()
    high = symbol.height / len(symbol.matrix.rows)
    for down, row in enumerate(symbol.matrix.rows):
        y = top - symbol.y - (down + 1) * high
        for start, length in runs(row):
            left = x + symbol.x + start * symbol.module
            path.rect(left * mm, y * mm, length * symbol.module * mm, high * mm)
    canvas.drawPath(path, stroke=0, fill=1)
