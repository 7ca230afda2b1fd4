"""Papers that go with goods, as PDF on A4: facts, parties, tables whose rows carry a code each, room for signatures.

What is told is the caller's; here is only how it lies on paper, in the typeface of the labels. Sizes in points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, LongTable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from suyuan.ui.drawing import INKS, Box, Dot, Label, Path, Picture, Shape
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
    """A document. `link`: what the code beside the title says; `facts` (word, value); `pictures` stand above the
    tables, `sums` and `notes` below them; `signatures` are words under lines."""

    title: str
    number: str
    facts: tuple[tuple[str, str], ...]
    listings: tuple[Listing, ...]
    link: str = ""
    sums: tuple[tuple[str, str], ...] = ()
    signatures: tuple[str, ...] = ()
    page_word: str = "{page}"
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The size of the paper, the width that is written on, and how large letters of tables are."""

    page: tuple[float, float] = A4
    size: float = 9

    @property
    def width(self) -> float:
        return self.page[0] - 2 * MARGIN


PORTRAIT = _Sheet()


def sheet_for(papers: Sequence[Paper]) -> _Sheet:
    """Paper on which the widest table can be read: upright, across, or A3 across with small letters."""
    columns = max((len(one.heads) for paper in papers for one in paper.listings), default=0)
    if columns <= 7:
        return PORTRAIT
    if columns <= 14:
        return _Sheet(landscape(A4), 8)
    return _Sheet(landscape(A3), 7 if columns <= 24 else 5.5)


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


class Drawing(Flowable):
    """A picture, `room` wide."""

    def __init__(self, picture: Picture, room: float) -> None:
        super().__init__()
        self.picture, self.scale = picture, room / picture.width
        self.width, self.height = room, picture.height * self.scale

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        self.canv.scale(self.scale, self.scale)
        for shape in self.picture.shapes:
            self._shape(shape, self.picture.height)

    def _shape(self, shape: Shape, top: float) -> None:
        canvas = self.canv
        canvas.setFillColorRGB(*INKS[shape.ink])
        canvas.setStrokeColorRGB(*INKS[shape.ink])
        match shape:
            case Path(points=points, thin=thin):
                canvas.setLineWidth(0.6 if thin else 1.4)
                path = canvas.beginPath()
                path.moveTo(points[0][0], top - points[0][1])
                for x, y in points[1:]:
                    path.lineTo(x, top - y)
                canvas.drawPath(path, stroke=1, fill=0)
            case Box():
                canvas.rect(shape.x, top - shape.y - shape.height, shape.width, shape.height, stroke=0, fill=1)
            case Dot():
                canvas.circle(shape.x, top - shape.y, shape.size, stroke=0, fill=1)
            case Label():
                canvas.setFont(font(), shape.size)
                say = {"start": canvas.drawString, "end": canvas.drawRightString, "middle": canvas.drawCentredString}
                say[shape.at](shape.x, top - shape.y, shape.text)


def paper_pdf(papers: Sequence[Paper]) -> bytes:
    """The papers one after another, each on pages of its own."""
    out = BytesIO()
    sheet = sheet_for(papers)
    title = " ".join((papers[0].title, papers[0].number)) if papers else ""
    made = SimpleDocTemplate(
        out, pagesize=sheet.page, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN + 6 * mm,
        title=title, invariant=1,
    )  # fmt: skip
    story: list[Flowable] = []
    for n, paper in enumerate(papers):
        story += [*([_Break()] if n else []), *_story(paper, sheet)]

    def foot(canvas: Canvas, _document: object) -> None:
        canvas.setFont(font(), 8)
        canvas.setFillGray(0.3)
        word = papers[0].page_word.format(page=canvas.getPageNumber()) if papers else ""
        canvas.drawString(MARGIN, MARGIN, title[:90])
        canvas.drawRightString(sheet.page[0] - MARGIN, MARGIN, word)

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


def _story(paper: Paper, sheet: _Sheet) -> list[Flowable]:
    head = [_text(paper.title, 18), Spacer(0, 4), _text(paper.number, 12)]
    code = [Code(paper.link, 24 * mm)] if paper.link else ""
    top = Table([[head, code]], colWidths=[sheet.width - 26 * mm, 26 * mm], style=_plain("TOP"))
    story: list[Flowable] = [top, Spacer(0, 6), _facts(paper.facts, sheet)]
    for picture in paper.pictures:
        story += [Spacer(0, 8), Drawing(picture, min(sheet.width, picture.width))]
    for listing in paper.listings:
        story += [Spacer(0, 8), _listing(listing, sheet)]
    if paper.sums:
        story += [Spacer(0, 6), _facts(paper.sums, sheet)]
    for note in paper.notes:
        story += [Spacer(0, 6), _text(note, 9)]
    if paper.signatures:
        story += [Spacer(0, 16 * mm), _signatures(paper.signatures, sheet)]
    return story


def _plain(align: str) -> TableStyle:
    return TableStyle([("VALIGN", (0, 0), (-1, -1), align), ("LEFTPADDING", (0, 0), (-1, -1), 0),
                       ("RIGHTPADDING", (0, 0), (-1, -1), 4), ("TOPPADDING", (0, 0), (-1, -1), 1),
                       ("BOTTOMPADDING", (0, 0), (-1, -1), 1)])  # fmt: skip


def _facts(facts: Sequence[tuple[str, str]], sheet: _Sheet = PORTRAIT) -> Table:
    """Two facts a line."""
    cells = [[_text(word, 8, gray=0.35), _text(value, 9.5)] for word, value in facts if value]
    rows = [cells[n] + (cells[n + 1] if n + 1 < len(cells) else ["", ""]) for n in range(0, len(cells), 2)]
    widths = [24 * mm, sheet.width / 2 - 24 * mm] * 2
    return Table(rows or [[""] * 4], colWidths=widths, style=_plain("TOP"))


def _listing(listing: Listing, sheet: _Sheet = PORTRAIT) -> LongTable:
    room = sheet.width - (CODE + 4 if listing.code else 0)
    total = sum(listing.widths)
    widths = [room * share / total for share in listing.widths] + ([CODE + 4] if listing.code else [])
    size = sheet.size
    heads = [_text(word, size - 1, right=n in listing.numbers, gray=0.25) for n, word in enumerate(listing.heads)]
    rows: list[list[object]] = [[*heads, *([_text(listing.code, 8, gray=0.25)] if listing.code else [])]]
    for row in listing.rows:
        cells: list[object] = [
            _text(cell, size, right=n in listing.numbers, indent=8 * row.depth if n == 0 else 0)
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


def _signatures(words: Sequence[str], sheet: _Sheet = PORTRAIT) -> Table:
    gap = 8 * mm
    width = (sheet.width - gap * (len(words) - 1)) / len(words)
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
