"""A laid out graph drawn: as SVG for a page, and as a file of its own, SVG or PNG; all three the same picture."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from io import BytesIO

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from suyuan.desk.layouts import LINE, PADDING, SIZE, Arrow, Card, Layout
from suyuan.ui.label_text import TYPEFACE

INK, MUTED, PAPER = "#182433", "#56616f", "#ffffff"
# Ink, ground and edge of each state on paper: those of frontend/src/style.css in the light.
COLOURS = {
    "pending": ("#744800", "#ffeebf", "#d18a00"),
    "released": ("#0a5629", "#d6f1de", "#1f9d55"),
    "in_stock": ("#33475b", "#e1e8ef", "#6b859e"),
    "transit": ("#0b4a64", "#d6edf6", "#2a8fb8"),
    "shipped": ("#37369b", "#e4e4fb", "#5a58d6"),
    "returned": ("#5a3979", "#efe4f8", "#8b5fb3"),
    "consumed": ("#43514a", "#e4ebe7", "#7d9187"),
    "sample": ("#285a57", "#d9efed", "#4a9a95"),
    "unexplained": ("#86135a", "#fde2f1", "#c4378c"),
    "expired": ("#4a5058", "#e4e6e9", "#858d97"),
    "held": ("#853400", "#ffe0c4", "#e06a00"),
    "rejected": ("#9b1010", "#fddede", "#d63131"),
    "recalled": ("#ffffff", "#8b0a0a", "#8b0a0a"),
    "destroyed": ("#ffffff", "#1b1f24", "#1b1f24"),
}
PLAIN = (INK, PAPER, MUTED)
MOST_PIXELS = 24_000_000  # of a PNG, which is held whole: three bytes each
CORNER = 6.0
DASHES = {"container": "6 3", "more": "2 3"}
HEAD = 7.0  # of an arrow


# -- for the page -----------------------------------------------------------------------------------------------------


def as_svg(layout: Layout, links: Mapping[str, str]) -> SafeString:
    """For a page, whose style sheet colours it. Cards are links, in the order of the way, so that a keyboard walks it;
    `links`: card → where it leads, for those that do not say it themselves.
    """
    size = f'viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" width="{layout.width:.0f}" '
    size += f'height="{layout.height:.0f}"'
    parts = [
        f'<svg class="way-graph" data-drawn="{len(layout.cards)}" {size} role="group" '
        f'aria-label="{escape(_("Genealogy"))}">',
        '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="head" d="M0 0L8 4L0 8z"></path></marker></defs>',
        *(_line(arrow) for arrow in layout.arrows),
        *(_card(card, card.node.url or links.get(card.node.id, "")) for card in layout.cards),
        *(_label(arrow) for arrow in layout.arrows if arrow.edge.label),
        "</svg>",
    ]
    return mark_safe("".join(parts))  # every text in it went through escape()


def _line(arrow: Arrow) -> str:
    ends = f'data-from="{escape(arrow.edge.source)}" data-to="{escape(arrow.edge.target)}"'
    return f'<path class="line" marker-end="url(#head)" d="{_curve(arrow)}" {ends}></path>'


def _curve(arrow: Arrow) -> str:
    b = arrow.bend
    return (
        f"M{arrow.x1:.1f} {arrow.y1:.1f}C{arrow.x1 + b:.1f} {arrow.y1:.1f} "
        f"{arrow.x2 - b:.1f} {arrow.y2:.1f} {arrow.x2:.1f} {arrow.y2:.1f}"
    )


def _label(arrow: Arrow) -> str:
    anchor = "end" if arrow.ends else "start"
    return (
        f'<text class="amount" x="{arrow.x:.1f}" y="{arrow.y:.1f}" text-anchor="{anchor}">'
        f"{escape(arrow.edge.label)}</text>"
    )


def _card(card: Card, url: str) -> str:
    node = card.node
    classes = f"node {node.kind}{f' state-{node.state}' if node.state else ''}{' subject' if node.subject else ''}"
    shape = _shape(card, "")
    words = "".join(
        f'<tspan x="{card.x + card.width / 2:.1f}" y="{y:.1f}">{escape(line)}</tspan>' for line, y in _baselines(card)
    )
    inside = f'{shape}<text text-anchor="middle">{words}</text>'
    if not url:
        return f'<g class="{classes}" data-id="{escape(node.id)}">{inside}</g>'
    said = escape(", ".join(node.lines))
    if node.opens:
        said = escape(_("Open: {cards}").format(cards=", ".join(node.lines)))
        swap = 'hx-select="#traced" hx-target="#traced" hx-swap="outerHTML"'
        attributes = f'hx-get="{escape(url)}" {swap} data-opens="{escape(node.opens)}"'
        return (
            f'<a class="{classes}" href="{escape(url)}" {attributes} data-id="{escape(node.id)}" '
            f'aria-label="{said}">{inside}</a>'
        )
    return f'<a class="{classes}" href="{escape(url)}" data-id="{escape(node.id)}" aria-label="{said}">{inside}</a>'


def _shape(card: Card, more: str) -> str:
    at = f'x="{card.x:.1f}" y="{card.y:.1f}" width="{card.width:.1f}" height="{card.height:.1f}"'
    corner = card.height / 2 if card.node.kind == "step" else 0 if card.node.kind == "party" else CORNER
    return f'<rect {at} rx="{corner:g}"{more}></rect>'


def _baselines(card: Card) -> Iterator[tuple[str, float]]:
    top = card.y + (card.height - len(card.lines) * LINE) / 2
    return ((line, top + n * LINE + LINE * 0.74) for n, line in enumerate(card.lines))


# -- files ------------------------------------------------------------------------------------------------------------


def as_svg_file(layout: Layout, title: str) -> str:
    """An SVG that needs no style sheet: for reports, and printed on white."""
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" '
        f'width="{layout.width:.0f}" height="{layout.height:.0f}" font-family="Noto Sans SC, Noto Sans CJK SC, '
        f'PingFang SC, Microsoft YaHei, sans-serif" font-size="{SIZE:g}">',
        f'<title>{escape(title)}</title><rect width="100%" height="100%" fill="{PAPER}"/>',
        '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path fill="{MUTED}" d="M0 0L8 4L0 8z"/></marker></defs>',
    ]
    parts += [
        f'<path fill="none" stroke="{MUTED}" stroke-width="1.5" marker-end="url(#head)" d="{_curve(arrow)}"/>'
        for arrow in layout.arrows
    ]
    for card in layout.cards:
        ink, ground, edge = COLOURS.get(card.node.state, PLAIN)
        dashes = f' stroke-dasharray="{DASHES[card.node.kind]}"' if card.node.kind in DASHES else ""
        thick = 4 if card.node.subject else 1.5
        parts.append(_shape(card, f' fill="{ground}" stroke="{edge}" stroke-width="{thick}"{dashes}'))
        parts.append(f'<text text-anchor="middle" fill="{ink}">')
        middle = card.x + card.width / 2
        parts += [
            f'<tspan x="{middle:.1f}" y="{y:.1f}">{escape(_printable(line))}</tspan>' for line, y in _baselines(card)
        ]
        parts.append("</text>")
    for arrow in layout.arrows:
        if arrow.edge.label:
            anchor = "end" if arrow.ends else "start"
            parts.append(
                f'<text x="{arrow.x:.1f}" y="{arrow.y:.1f}" text-anchor="{anchor}" font-size="11" fill="{MUTED}" '
                f'stroke="{PAPER}" stroke-width="3" paint-order="stroke">{escape(_printable(arrow.edge.label))}</text>'
            )
    return "".join([*parts, "</svg>\n"])


def _printable(text: str) -> str:
    """Without what XML can not hold."""
    return "".join(char for char in text if char >= " ")


def as_png(layout: Layout) -> bytes:
    """Twice as many dots as a screen has, fewer where the picture is very large (MOST_PIXELS)."""
    scale = min(2.0, (MOST_PIXELS / (layout.width * layout.height)) ** 0.5)
    size = (max(1, round(layout.width * scale)), max(1, round(layout.height * scale)))
    image = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(image)
    for arrow in layout.arrows:
        _pen_arrow(pen, arrow, scale)
    for card in layout.cards:
        _pen_card(pen, card, scale)
    for arrow in layout.arrows:
        if arrow.edge.label:
            anchor = "rs" if arrow.ends else "ls"
            pen.text(
                (arrow.x * scale, arrow.y * scale), arrow.edge.label, font=_font(round(11 * scale, 1)), fill=MUTED,
                anchor=anchor, stroke_width=round(2 * scale), stroke_fill=PAPER,
            )  # fmt: skip
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _pen_arrow(pen: ImageDraw.ImageDraw, arrow: Arrow, scale: float) -> None:
    points = [(x * scale, y * scale) for x, y in _points(arrow)]
    pen.line(points, fill=MUTED, width=max(1, round(1.5 * scale)))
    x, y, head = arrow.x2 * scale, arrow.y2 * scale, HEAD * scale
    pen.polygon([(x, y), (x - head, y - head / 2), (x - head, y + head / 2)], fill=MUTED)


def _points(arrow: Arrow, parts: int = 24) -> Iterator[tuple[float, float]]:
    """Along the curve that `_curve` writes."""
    a, b = arrow.x1 + arrow.bend, arrow.x2 - arrow.bend
    for n in range(parts + 1):
        t = n / parts
        s = 1 - t
        x = s**3 * arrow.x1 + 3 * s * s * t * a + 3 * s * t * t * b + t**3 * arrow.x2
        yield x, (s**3 + 3 * s * s * t) * arrow.y1 + (3 * s * t * t + t**3) * arrow.y2


def _pen_card(pen: ImageDraw.ImageDraw, card: Card, scale: float) -> None:
    ink, ground, edge = COLOURS.get(card.node.state, PLAIN)
    box = [card.x * scale, card.y * scale, (card.x + card.width) * scale, (card.y + card.height) * scale]
    corner = card.height / 2 if card.node.kind == "step" else 0 if card.node.kind == "party" else CORNER
    thick = max(1, round((4 if card.node.subject else 1.5) * scale))
    pen.rounded_rectangle(box, corner * scale, fill=ground, outline=edge, width=thick)
    for line, y in _baselines(card):
        room = (card.width - PADDING) * scale
        size = round(SIZE * scale, 1)
        while size > 6 and _font(size).getlength(line) > room:
            size = round(size - 0.5, 1)
        pen.text(((card.x + card.width / 2) * scale, y * scale), line, font=_font(size), fill=ink, anchor="ms")


@lru_cache(maxsize=32)
def _font(size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(TYPEFACE), size, layout_engine=ImageFont.Layout.BASIC)
