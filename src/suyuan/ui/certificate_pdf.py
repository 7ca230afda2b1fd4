"""A certificate as PDF, on A4: what, why, by whom, and where its proof is. All words come translated."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from suyuan.ui.label_text import font

WIDTH = 174  # mm, between the margins
_LINE = Color(0.75, 0.75, 0.75)


@dataclass(frozen=True, slots=True)
class Certificate:
    """`heads` of four columns, `rows` under them; `people`: title, (as what, who, when), word for the signature."""

    title: str
    number: str
    facts: Sequence[tuple[str, str]]
    heads: tuple[str, str, str, str]
    rows: Sequence[tuple[str, str, str, str]]
    total: tuple[str, str]
    people: tuple[str, Sequence[tuple[str, str, str]], str]
    files: tuple[str, Sequence[tuple[str, str]]]
    proofs: tuple[str, Sequence[tuple[str, str]]]


def certificate_pdf(one: Certificate) -> bytes:
    """The same certificate gives the same bytes."""
    out = BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=18 * mm, rightMargin=18 * mm, topMargin=18 * mm, bottomMargin=16 * mm,
        title=f"{one.title} {one.number}", invariant=1,
    )  # fmt: skip
    document.build(_story(one))
    return out.getvalue()


def _style(size: float, *, right: bool = False) -> ParagraphStyle:
    return ParagraphStyle(
        f"s{size}{right}",
        fontName=font(),
        fontSize=size,
        leading=size * 1.4,
        wordWrap="CJK",
        alignment=2 if right else 0,
    )


def _text(text: str, size: float = 9, *, right: bool = False) -> Paragraph:
    return Paragraph(escape(text), _style(size, right=right))


def _story(one: Certificate) -> list[Flowable]:
    story: list[Flowable] = [_text(one.title, 18), Spacer(1, 2 * mm), _text(one.number, 12), Spacer(1, 4 * mm)]
    story.append(_table([[_text(word), _text(value)] for word, value in one.facts], (40, WIDTH - 40)))
    story.append(Spacer(1, 4 * mm))
    goods: list[list[Flowable | str]] = [[*map(_text, one.heads[:3]), _text(one.heads[3], right=True)]]
    goods += [[_text(name), _text(code), _text(day), _text(amount, right=True)] for name, code, day, amount in one.rows]
    goods.append([_text(one.total[0]), "", "", _text(one.total[1], right=True)])
    story += [_table(goods, (62, 50, 24, WIDTH - 136), head=1), Spacer(1, 4 * mm)]
    title, people, signature = one.people
    signed = [[_text(word), _text(name), _text(time), _text(f"{signature}:")] for word, name, time in people]
    story += [_text(title, 11), Spacer(1, 1 * mm), _table(signed, (46, 40, 36, WIDTH - 122)), Spacer(1, 4 * mm)]
    for head, pairs in (one.files, one.proofs):
        if pairs:
            rows = [[_text(left, 7.5), _text(right, 7.5)] for left, right in pairs]
            story += [_text(head, 11), Spacer(1, 1 * mm), _table(rows, (70, WIDTH - 70)), Spacer(1, 4 * mm)]
    return story


def _table(rows: Sequence[Sequence[Flowable | str]], widths: Sequence[float], *, head: int = 0) -> Flowable:
    if not rows:
        return Spacer(1, 1)
    return Table(
        [list(row) for row in rows],
        colWidths=[width * mm for width in widths],
        repeatRows=head,
        style=[("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE), ("VALIGN", (0, 0), (-1, -1), "TOP")],
    )
