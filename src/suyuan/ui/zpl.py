"""Labels for printers that speak ZPL II: each as one picture in the printer's own dots.

A picture and not the printer's own bar codes and fonts: every label printer draws it alike, whatever fonts it holds
(Chinese ones are an option that most lack), and what was tested is what is printed, to the dot. It costs some 5 to
20 kB a label, which a printer on a network takes faster than it feeds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from PIL import Image, ImageDraw, ImageFont

from suyuan.ui.label_layout import Drawing, Symbol, Text, layout
from suyuan.ui.label_symbols import Symbology
from suyuan.ui.label_text import TYPEFACE
from suyuan.ui.labels import Label, Stock

DOTS = {203: 8.0, 300: 300 / 25.4}  # resolution → dots a millimetre; 203 is said for 8 dots, which it is
_REPEATED = re.compile(r"(.)\1+")
MM = 72 / 25.4  # points in a millimetre


def labels_zpl(
    labels: Sequence[Label], stock: Stock, dpi: int = 203, symbology: Symbology = Symbology.DATAMATRIX
) -> Iterator[bytes]:
    """Each label as a format of its own, ``^XA`` to ``^XZ``. Refused with ui.label_too_small where one has no room."""
    fine = replace(stock, dot=1 / DOTS[dpi])
    for label in labels:
        yield zpl_of(picture(layout(label, fine, symbology), fine, dpi), label.epc)


def check_fit(labels: Sequence[Label], stock: Stock, dpi: int, symbology: Symbology) -> None:
    """Refused with ui.label_too_small where one of the labels has no room on what the printer holds."""
    fine = replace(stock, dot=1 / DOTS[dpi])
    for label in dict.fromkeys(labels):
        layout(label, fine, symbology)


def zpl_of(image: Image.Image, epc: str = "") -> bytes:
    """A picture as a label. `epc`: written to the tag in the label, of whole 16-bit words; the printer sets its length.

    ``^RF`` with bank A (EPC, protocol bits adjusted): ZPL II Programming Guide.
    """
    tag = f"^RS8^RFW,H,,,A^FD{epc}^FS" if epc else ""
    width, height = image.size
    across = -(-width // 8)
    data = packed(rows_of(image))
    field = f"^FO0,0^GFA,{across * height},{across * height},{across},{data}^FS"
    return f"^XA^PW{width}^LL{height}^LH0,0{tag}{field}^PQ1^XZ\n".encode("ascii")


def picture(drawing: Drawing, stock: Stock, dpi: int) -> Image.Image:
    """The label in the dots of the printer, black on white."""
    scale = DOTS[dpi]
    image = Image.new("1", (round(stock.size[0] * scale), round(stock.size[1] * scale)), 1)
    pen = ImageDraw.Draw(image)
    pen.fontmode = "1"
    for symbol in drawing.symbols:
        _symbol(image, symbol, scale)
    for text in drawing.texts:
        _text(pen, text, scale)
    return image


def _symbol(image: Image.Image, symbol: Symbol, scale: float) -> None:
    """Whole dots for each module, so that no bar is wider than its neighbour."""
    matrix = symbol.matrix
    dots = round(symbol.module * scale)
    small = Image.frombytes("L", (matrix.width, len(matrix.rows)), b"".join(matrix.rows).translate(_INK))
    high = dots * len(matrix.rows) if len(matrix.rows) > 1 else round(symbol.height * scale)
    drawn = small.resize((matrix.width * dots, high), Image.Resampling.NEAREST).convert("1")
    image.paste(drawn, (round(symbol.x * scale), round(symbol.y * scale)))


_INK = bytes([255, 0]) + bytes(254)


def _text(pen: ImageDraw.ImageDraw, text: Text, scale: float) -> None:
    """In whole dots letters are a little wider than on paper, so the size gives way."""
    size, width = round(text.size / MM * scale, 1), text.width * scale
    while size > 4 and _font(size).getlength(text.text) > width:
        size = round(size - 0.2, 1)
    pen.text((round(text.x * scale), round(text.baseline * scale)), text.text, font=_font(size), fill=0, anchor="ls")


@lru_cache(maxsize=256)
def _font(size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(TYPEFACE), size, layout_engine=ImageFont.Layout.BASIC)


def rows_of(image: Image.Image) -> list[str]:
    """The rows in hexadecimal, 1 for black; what is beyond the right edge is white."""
    across = -(-image.size[0] // 8) * 2
    data = image.tobytes("raw", "1;I").hex().upper()
    return [data[at : at + across] for at in range(0, len(data), across)]


def packed(rows: Sequence[str]) -> str:
    """The alternative data compression of ``^GF``: counts before a digit, ``,`` for white and ``!`` for black to the
    end of a row, ``:`` for a row like the one before.
    """
    found = []
    before = ""
    for row in rows:
        found.append(":" if row == before else _packed_row(row))
        before = row
    return "".join(found)


@lru_cache(maxsize=4096)
def _packed_row(row: str) -> str:
    for digit, mark in (("0", ","), ("F", "!")):
        kept = row.rstrip(digit)
        if len(kept) < len(row):
            return _counted(kept) + mark
    return _counted(row)


def _counted(row: str) -> str:
    return _REPEATED.sub(lambda found: _count(len(found[0])) + found[1], row)


@cache
def _count(number: int) -> str:
    """How often the next digit stands: G to Y are 1 to 19, g to z the twenties up to 400."""
    if number == 1:
        return ""
    found = "z" * (number // 400)
    twenties, ones = divmod(number % 400, 20)
    found += chr(ord("f") + twenties) if twenties else ""
    return found + (chr(ord("F") + ones) if ones else "")
