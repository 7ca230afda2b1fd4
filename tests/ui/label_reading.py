"""Labels read back: what a scanner gets of a PDF page and of what a ZPL printer draws, by other code than made them."""

import re
from itertools import repeat

import pypdfium2
import zxingcpp
from PIL import Image

_FIELD = re.compile(rb"\^GFA,(\d+),(\d+),(\d+),([0-9A-Zg-z,:!]*)\^FS")


def read_pdf(pdf: bytes, scale: float = 4) -> list[list[bytes]]:
    """What is read from each page at `scale` × 72 dots an inch, from left to right and top to bottom."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [read_picture(page.render(scale=scale).to_pil()) for page in document]
    finally:
        document.close()


def read_picture(image: Image.Image) -> list[bytes]:
    # Halved, bars blur into other numbers, checksum and all, which would be read beside the right ones.
    found = zxingcpp.read_barcodes(image.convert("L"), try_downscale=False)
    return [symbol(one) for one in sorted(found, key=_where)]


def symbol(found: zxingcpp.Barcode) -> bytes:
    """The data behind its symbology identifier, as a scanner sends it."""
    return found.symbology_identifier.encode() + found.bytes


def _where(found: zxingcpp.Barcode) -> tuple[int, int]:
    return round(found.position.top_left.y / 40), found.position.top_left.x


def zpl_picture(zpl: bytes) -> Image.Image:
    """The bitmap of a label's ^GFA field, unpacked as the ZPL II Programming Guide says."""
    match = _FIELD.search(zpl)
    assert match is not None
    total, size, across = (int(part) for part in match.groups()[:3])
    assert total == size
    assert total % across == 0
    rows = list(_rows(match[4].decode(), 2 * across))
    assert len(rows) * across == total
    data = bytes(byte ^ 0xFF for byte in bytes.fromhex("".join(rows)))
    return Image.frombytes("1", (8 * across, len(rows)), data)


def _rows(text: str, digits: int) -> list[str]:
    rows: list[str] = []
    row, count = "", 0
    for char in text:
        if char in "0123456789ABCDEF":
            row += "".join(repeat(char, count or 1))
            count = 0
        elif "G" <= char <= "Y":
            count += ord(char) - ord("F")
        elif "g" <= char <= "z":
            count += 20 * (ord(char) - ord("f"))
        elif char in ",!":
            row += ("0" if char == "," else "F") * (digits - len(row))
        else:
            assert char == ":"
            assert not row
            row = rows[-1]
        if len(row) == digits:
            rows.append(row)
            row = ""
    assert (row, count) == ("", 0)
    return rows
