"""Where everything on a label stands. Sizes of labels and places in millimetres from the upper left corner.

Numbers and the text under a symbol are never cut: a label that has no room for them is refused. Names may end with “…”.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from suyuan.gs1.element_strings import Element, format_elements
from suyuan.gs1.problems import Problem, Refused
from suyuan.ui.label_symbols import (
    HOUSE,
    QUIET,
    TRAVEL,
    Matrix,
    Reach,
    Symbology,
    datamatrix,
    gs1_128,
    in_order,
    is_short,
    qr,
)
from suyuan.ui.label_text import ASCENT, clipped, fitting, line_height, width_of, wrapped
from suyuan.ui.labels import Label, Stock

SMALLEST = 6.0  # points: what is still read at arm's length
GAP = 1.2
LARGEST_MODULE = 1.0
HIGHEST_BARS = 34.0
LEAST_ABOVE = 28.0  # of words and the square symbol above the bars of a pallet
BELOW_BARS = 7.5  # points of what bars say
TALL = 60.0  # from here on things stand at the top and not in the middle
MM = 72 / 25.4  # points in a millimetre


@dataclass(frozen=True, slots=True)
class Text:
    """A line: `x`, `baseline` and `width` in millimetres, `size` in points."""

    x: float
    baseline: float
    width: float
    size: float
    text: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol without its quiet zone, which is left free around it. `height` of bars; of squares it follows."""

    x: float
    y: float
    module: float
    matrix: Matrix
    height: float

    @property
    def width(self) -> float:
        return self.module * self.matrix.width


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn on one label."""

    texts: tuple[Text, ...]
    symbols: tuple[Symbol, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the label."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Style:
    """How hard it is tried: `scale` of the texts, lines of a name, and whether facts are said in words."""

    scale: float
    name_lines: int
    facts: bool = True


_STYLES = (
    *(Style(scale, lines) for lines, scale in product((2, 1), (1.0, 0.9, 0.8, 0.7, 0.6))),
    *(Style(scale, 1, facts=False) for scale in (0.9, 0.7, 0.6, 0.5)),
)


class _Full(Exception):
    """It has no room in this style."""


def layout(label: Label, stock: Stock, symbology: Symbology) -> Drawing:
    """The label on this stock; Refused with ui.label_too_small where its symbol or a number has no room."""
    margin = 2.0 if min(stock.size) > 32 else 1.5
    box = Box(margin, margin, stock.size[0] - 2 * margin, stock.size[1] - 2 * margin)
    for style in _STYLES:
        try:
            return _drawn(label, box, stock, symbology, style)
        except _Full:
            continue
    params = {"code": label.code, "stock": stock.word, "symbol": symbology.value}
    raise Refused([Problem("ui.label_too_small", "stock", params)])


def _drawn(label: Label, box: Box, stock: Stock, symbology: Symbology, style: Style) -> Drawing:
    reach = TRAVEL if stock.travels else HOUSE
    if stock.travels and label.elements:
        return _logistic(label, box, stock, symbology, style)
    if symbology is Symbology.GS1_128 and label.elements:
        return _with_bars(label, box, stock.dot, reach, style)
    return _with_square(label, box, stock.dot, reach, symbology, style)


# -- a square symbol on the left, words beside it, what it says below -------------------------------------------------


def _with_square(label: Label, box: Box, dot: float, reach: Reach, symbology: Symbology, style: Style) -> Drawing:
    below = _said_lines(label.elements, box.width, style)
    size = max(SMALLEST, 8 * style.scale)
    room = box.height - len(below) * line_height(size) - (GAP if below else 0)
    symbol = _square(label, box, room, dot, reach, symbology)
    quiet = QUIET[symbol.matrix.kind] * symbol.module
    side = symbol.width + 2 * quiet
    beside = Box(box.x + side + GAP, box.y, box.width - side - GAP, room)
    texts = _words(label, beside, style)
    at = box.y + box.height - len(below) * line_height(size)
    return Drawing((*texts, *_lines(below, box.x, at, box.width, size)), (symbol,))


def _square(label: Label, box: Box, room: float, dot: float, reach: Reach, symbology: Symbology) -> Symbol:
    """The symbol as large as it may be, in whole dots of the printer."""
    linked = symbology is Symbology.QR or not label.elements
    matrix = qr(label.link) if linked else datamatrix(in_order(label.elements))
    most = min(room, box.width * 0.46) / matrix.across
    module = snapped(min(most, LARGEST_MODULE), dot)
    if module < reach.squares - 1e-9:
        raise _Full
    quiet = QUIET[matrix.kind] * module
    height = module * len(matrix.rows)
    down = max(0, (room - height - 2 * quiet) / 2) if room <= TALL else 0
    return Symbol(box.x + quiet, box.y + quiet + down, module, matrix, height)


def snapped(module: float, dot: float) -> float:
    """The largest module of whole dots that is not larger."""
    return int(module / dot + 1e-9) * dot


# -- bars below the words, each with what it says ---------------------------------------------------------------------


def _with_bars(label: Label, box: Box, dot: float, reach: Reach, style: Style) -> Drawing:
    """The widest module at which there is height enough wins."""
    for module in _modules(dot, reach, 0.5):
        packed, left = packed_bars(label.elements, box.width / module)
        if left:
            continue
        need = len(packed) * (reach.height + line_height(BELOW_BARS) + GAP)
        try:
            head = _words(label, Box(box.x, box.y, box.width, box.height - need - GAP), style)
            top = _end_of(head, box.y) + GAP
            return _stacked(head, (), packed, Box(box.x, top, box.width, box.y + box.height - top), module, reach)
        except _Full:
            continue
    raise _Full


def _modules(dot: float, reach: Reach, most: float) -> list[float]:
    least = int(reach.bars / dot + 1 - 1e-9)
    return [n * dot for n in range(max(least, int(most / dot)), least - 1, -1)]


def packed_bars(elements: Sequence[Element], modules: float) -> tuple[list[tuple[Element, ...]], list[Element]]:
    """The elements laid into as few GS1-128 symbols as `modules` across allow; and those too long for any."""
    found: list[tuple[Element, ...]] = []
    left: list[Element] = []
    for element in in_order(elements):
        if not _goes((element,), modules):
            left.append(element)
        elif found and element.ai != "00" and _goes((*found[-1], element), modules):
            found[-1] = (*found[-1], element)
        else:
            found.append((element,))
    # The key of a logistic unit stands alone and lowest (GS1 Logistic Label Guideline, 4.3).
    return sorted(found, key=lambda one: one[0].ai == "00"), left


def _goes(elements: tuple[Element, ...], modules: float) -> bool:
    return is_short(elements) and gs1_128(elements).across <= modules


def _stacked(
    texts: Sequence[Text], symbols: Sequence[Symbol], packed: Sequence[tuple[Element, ...]], box: Box, module: float,
    reach: Reach,
) -> Drawing:  # fmt: skip
    """Bars below one another in `box`, what each says under it."""
    size = BELOW_BARS
    each = box.height / max(1, len(packed)) - line_height(size) - GAP
    if each < reach.height - 1e-9:
        raise _Full
    height = min(each, HIGHEST_BARS)
    step = height + line_height(size) + GAP
    drawn, said = list(symbols), list(texts)
    for n, elements in enumerate(packed):
        matrix = gs1_128(elements)
        y = box.y + n * step
        drawn.append(Symbol(box.x + QUIET[matrix.kind] * module, y, module, matrix, height))
        text = format_elements(elements)
        fit = fitting(text, box.width, size, SMALLEST)
        if width_of(text, fit) > box.width:
            raise _Full
        said += _lines((text,), box.x, y + height + 0.3, box.width, fit)
    return Drawing(tuple(said), tuple(drawn))


# -- a logistic label: words and a square above, bars below -----------------------------------------------------------


def _logistic(label: Label, box: Box, stock: Stock, symbology: Symbology, style: Style) -> Drawing:
    """Bars for what fits across, the key of the unit lowest. The square symbol says everything, so that bars for which
    there is no height can be left out.
    """
    module = _modules(stock.dot, TRAVEL, TRAVEL.bars)[0]
    packed, _left = packed_bars(label.elements, box.width / module)
    for count in range(len(packed), 0, -1):
        try:
            return _above_bars(label, box, stock.dot, symbology, style, [*packed[: count - 1], packed[-1]], module)
        except _Full:
            continue
    raise _Full


def _above_bars(
    label: Label, box: Box, dot: float, symbology: Symbology, style: Style, packed: Sequence[tuple[Element, ...]],
    module: float,
) -> Drawing:  # fmt: skip
    need = len(packed) * (TRAVEL.height + line_height(BELOW_BARS) + GAP)
    above = Box(box.x, box.y, box.width, box.height - need - GAP)
    if above.height < LEAST_ABOVE:
        raise _Full
    square = Symbology.QR if symbology is Symbology.QR else Symbology.DATAMATRIX
    symbol = _square(label, above, above.height, dot, TRAVEL, square)
    side = symbol.width + 2 * QUIET[symbol.matrix.kind] * symbol.module
    words = _words(label, Box(above.x + side + GAP, above.y, above.width - side - GAP, above.height), style)
    bars = Box(box.x, box.y + box.height - need, box.width, need)
    return _stacked(words, (symbol,), packed, bars, module, TRAVEL)


# -- words ------------------------------------------------------------------------------------------------------------


def _words(label: Label, box: Box, style: Style) -> tuple[Text, ...]:
    """Name, the large code, facts and the small line, in this order, in the middle of the height."""
    if box.width < 12:
        raise _Full
    lines = _flat_lines(label, box, style) if box.height < 20 and box.width > 80 else _tall_lines(label, box, style)
    high = sum(line_height(size) for _line, size in lines)
    if high > box.height + 1e-9:
        raise _Full
    at = box.y + (box.height - high) / 2 if box.height <= TALL and box.width < 80 else box.y
    found = []
    for line, size in lines:
        found += _lines((line,), box.x, at, box.width, size)
        at += line_height(size)
    return tuple(found)


def _tall_lines(label: Label, box: Box, style: Style) -> list[tuple[str, float]]:
    lines = [*_name_lines(label, box.width, style), *_code_lines(label.code, box, style)]
    lines += _fact_lines(label.facts, box.width, style) if style.facts else []
    return lines + [(line, _size(7.5, style)) for line in wrapped(label.small, box.width, _size(7.5, style))]


def _flat_lines(label: Label, box: Box, style: Style) -> list[tuple[str, float]]:
    """For a wide and low box: both names on a line, and the facts on one."""
    names = "  ".join(dict.fromkeys(name for name in (label.name, label.name_en) if name))
    lines = [(line, _size(9, style)) for line in clipped(names, box.width, _size(9, style), 1)]
    lines += _code_lines(label.code, box, style)
    facts = [f"{word} {value}".strip() for word, value in label.facts] if style.facts else []
    said = " · ".join(part for part in (label.small, *facts) if part)
    return lines + [(line, _size(7.5, style)) for line in wrapped(said, box.width, _size(7.5, style))]


def _name_lines(label: Label, width: float, style: Style) -> list[tuple[str, float]]:
    names = [name for name in dict.fromkeys((label.name, label.name_en)) if name]
    sizes = (_size(10, style), _size(8, style))
    return [
        (line, size)
        for name, size in zip(names, sizes, strict=False)
        for line in clipped(name, width, size, style.name_lines)
    ]


def _code_lines(code: str, box: Box, style: Style) -> list[tuple[str, float]]:
    most = max(9.0, min(30.0, box.height * 0.34 * MM)) * style.scale
    size = fitting(code, box.width, most, max(SMALLEST, 7.5 * style.scale))
    return [(line, size) for line in wrapped(code, box.width, size)]


def _fact_lines(facts: Iterable[tuple[str, str]], width: float, style: Style) -> list[tuple[str, float]]:
    size = _size(8.5, style)
    return [(line, size) for word, value in facts for line in wrapped(f"{word} {value}".strip(), width, size)]


def _said_lines(elements: Sequence[Element], width: float, style: Style) -> tuple[str, ...]:
    """What the symbol says, broken between elements where that goes."""
    size = max(SMALLEST, 8 * style.scale)
    lines: list[str] = []
    for element in in_order(elements):
        text = format_elements((element,))
        if lines and width_of(f"{lines[-1]} {text}", size) <= width:
            lines[-1] = f"{lines[-1]} {text}"
        else:
            lines += wrapped(text, width, size)
    return tuple(lines)


def _size(points: float, style: Style) -> float:
    return max(SMALLEST, points * style.scale)


def _lines(lines: Iterable[str], x: float, y: float, width: float, size: float) -> list[Text]:
    return [Text(x, y + n * line_height(size) + size * ASCENT / MM, width, size, line) for n, line in enumerate(lines)]


def _end_of(texts: Sequence[Text], top: float) -> float:
    return max((text.baseline + text.size * 0.3 / MM for text in texts), default=top)
