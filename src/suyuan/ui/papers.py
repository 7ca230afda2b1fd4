"""Papers that go with goods, as PDF on A4: facts, parties, tables whose rows carry a code each, room for signatures.

What is told is the caller's; here is only how it lies on paper, in the typeface of the labels. Sizes in points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, LongTable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from suyuan.ui.label_symbols import QUIET, Symbology, qr, runs
from suyuan.ui.label_text import font

MARGIN = 14 * mm
WIDTH = A4[0] - 2 * MARGIN
CODE = 17 * mm  # of a symbol with its quiet zone: a module of some 0.4 mm for a link of usual length
LINE = colors.Color(0.75, 0.75, 0.75)
HEAD = colors.Color(0.94, 0.94, 0.94)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table. `link`: what its code says, none where empty; `depth`: how far inside other rows it is;
    `flag`: what must not be overlooked, such as a recall."""

    cells: tuple[str, ...]
    link: str = ""
    depth: int = 0
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A table. `widths`: shares of the width beside the codes; `numbers`: columns set to the right."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    widths: tuple[float, ...]
    numbers: frozenset[int] = frozenset()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A document. `link`: what the code beside the title says; `facts` (word, value); `sums` stand below the tables;
    `signatures` are words under lines."""

    title: str
    number: str
    facts: tuple[tuple[str, str], ...]
    listings: tuple[Listing, ...]
    link: str = ""
    sums: tuple[tuple[str, str], ...] = ()
    signatures: tuple[str, ...] = ()
    page_word: str = "{page}"


class Code(Flowable):
    """A QR code with its quiet zone, `side` wide."""

    def __init__(self, link: str, side: float = CODE) -> None:
        super().__init__()
        self.link, self.width, self.height = link, side, side

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        matrix = qr(self.link)
        module = self.width / matrix.across
        path = self.canv.beginPath()
        for down, row in enumerate(matrix.rows):
            y = self.height - (QUIET[Symbology.QR] + down + 1) * module
            for start, length in runs(row):
                path.rect((QUIET[Symbology.QR] + start) * module, y, length * module, module)
        self.canv.setFillGray(0)
        self.canv.drawPath(path, stroke=0, fill=1)


def paper_pdf(papers: Sequence[Paper]) -> bytes:
    """The papers one after another, each on pages of its own."""
    out = BytesIO()
    title = " ".join((papers[0].title, papers[0].number)) if papers else ""
    made = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN + 6 * mm,
        title=title, invariant=1,
    )  # fmt: skip
    story: list[Flowable] = []
    for n, paper in enumerate(papers):
        story += [*([_Break()] if n else []), *_story(paper)]

    def foot(canvas: Canvas, _document: object) -> None:
        canvas.setFont(font(), 8)
        canvas.setFillGray(0.3)
        word = papers[0].page_word.format(page=canvas.getPageNumber()) if papers else ""
        canvas.drawString(MARGIN, MARGIN, title)
        canvas.drawRightString(A4[0] - MARGIN, MARGIN, word)

    made.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


class _Break(Flowable):
    """All that is left of a page."""

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return width, max(height - 1e-3, 0)

    def draw(self) -> None:
        return


def _style(size: float, *, right: bool = False, indent: float = 0, gray: float = 0) -> ParagraphStyle:
    return ParagraphStyle(
        "", fontName=font(), fontSize=size, leading=size * 1.3, wordWrap="CJK", alignment=2 if right else 0,
        leftIndent=indent, textColor=colors.Color(gray, gray, gray),
    )  # fmt: skip


def _text(text: str, size: float = 9, *, right: bool = False, indent: float = 0, gray: float = 0) -> Paragraph:
    return Paragraph(escape(text), _style(size, right=right, indent=indent, gray=gray))


def _story(paper: Paper) -> list[Flowable]:
    head = [_text(paper.title, 18), Spacer(0, 4), _text(paper.number, 12)]
    code = [Code(paper.link, 24 * mm)] if paper.link else [""]
    top = Table([[head, code]], colWidths=[WIDTH - 26 * mm, 26 * mm], style=_plain("TOP"))
    story: list[Flowable] = [top, Spacer(0, 6), _facts(paper.facts)]
    for listing in paper.listings:
        story += [Spacer(0, 8), _listing(listing)]
    if paper.sums:
        story += [Spacer(0, 6), _facts(paper.sums)]
    if paper.signatures:
        story += [Spacer(0, 16 * mm), _signatures(paper.signatures)]
    return story


def _plain(align: str) -> TableStyle:
    return TableStyle([("VALIGN", (0, 0), (-1, -1), align), ("LEFTPADDING", (0, 0), (-1, -1), 0),
                       ("RIGHTPADDING", (0, 0), (-1, -1), 4), ("TOPPADDING", (0, 0), (-1, -1), 1),
                       ("BOTTOMPADDING", (0, 0), (-1, -1), 1)])  # fmt: skip


def _facts(facts: Sequence[tuple[str, str]]) -> Table:
    """Two facts a line."""
    cells = [[_text(word, 8, gray=0.35), _text(value, 9.5)] for word, value in facts if value]
    rows = [cells[n] + (cells[n + 1] if n + 1 < len(cells) else ["", ""]) for n in range(0, len(cells), 2)]
    widths = [24 * mm, WIDTH / 2 - 24 * mm] * 2
    return Table(rows or [[""] * 4], colWidths=widths, style=_plain("TOP"))


def _listing(listing: Listing) -> LongTable:
    room = WIDTH - (CODE + 4 if listing.code else 0)
    total = sum(listing.widths)
    widths = [room * share / total for share in listing.widths] + ([CODE + 4] if listing.code else [])
    heads = [_text(word, 8, right=n in listing.numbers, gray=0.25) for n, word in enumerate(listing.heads)]
    rows: list[list[object]] = [[*heads, *([_text(listing.code, 8, gray=0.25)] if listing.code else [])]]
    for row in listing.rows:
        cells: list[object] = [
            _text(cell, 9, right=n in listing.numbers, indent=8 * row.depth if n == 0 else 0)
            for n, cell in enumerate(row.cells)
        ]
        if row.flag:
            cells[0] = [cells[0], _text(row.flag, 9, indent=8 * row.depth)]
        rows.append([*cells, *([Code(row.link) if row.link else ""] if listing.code else [])])
    # Any: commands of reportlab, each of its own shape
    style: list[Any] = [("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("BACKGROUND", (0, 0), (-1, 0), HEAD),
             ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE), ("LEFTPADDING", (0, 0), (-1, -1), 3),
             ("RIGHTPADDING", (0, 0), (-1, -1), 3), ("TOPPADDING", (0, 0), (-1, -1), 2),
             ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]  # fmt: skip
    return LongTable(rows, colWidths=widths, repeatRows=1, style=TableStyle(style))


def _signatures(words: Sequence[str]) -> Table:
    gap = 8 * mm
    width = (WIDTH - gap * (len(words) - 1)) / len(words)
    cells: list[object] = []
    widths: list[float] = []
    # Any: as above
    style: list[Any] = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 3)]
    for n, word in enumerate(words):
        if n:
            cells.append("")
            widths.append(gap)
        style.append(("LINEABOVE", (len(cells), 0), (len(cells), 0), 0.6, colors.black))
        cells.append(_text(word, 8, gray=0.25))
        widths.append(width)
    return Table([cells], colWidths=widths, style=TableStyle(style))
