"""Symbols as squares or bars: GS1 DataMatrix, QR with a link, GS1-128. What they say is judged before it is drawn.

One encoder for paper and for label printers, so that a code reads the same from either. X-dimensions are those of the
GS1 General Specifications, 5.12.3 (5.9.3 before release 20): table 5, logistic units scanned in general distribution,
where goods travel, and table 4, trade items that are not scanned there, inside the house; a two-dimensional symbol has
one and a half times the module of a linear one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import cast

import zxingcpp

from suyuan.gs1.application_identifiers import TABLE
from suyuan.gs1.element_strings import Element
from suyuan.gs1.problems import N_


class Symbology(StrEnum):
    DATAMATRIX = "datamatrix"
    QR = "qr"
    GS1_128 = "gs1-128"


SYMBOLOGIES = {
    Symbology.DATAMATRIX: N_("GS1 DataMatrix"),
    Symbology.QR: N_("QR code with a link"),
    Symbology.GS1_128: N_("GS1-128 bars"),
}
QUIET = {Symbology.DATAMATRIX: 1, Symbology.QR: 4, Symbology.GS1_128: 10}  # modules on each side
# Characters of data in one GS1-128 symbol (General Specifications 5.4.4.3). It may be 165.1 mm long besides, which is
# more than any label here is wide.
LONGEST_BARS = 48


@dataclass(frozen=True, slots=True)
class Reach:
    """How small a symbol may be, in millimetres, where it is scanned: a module of bars, of squares, and high bars."""

    bars: float
    squares: float
    height: float


HOUSE = Reach(0.25, 0.38, 12.7)
TRAVEL = Reach(0.495, 0.743, 31.75)


@dataclass(frozen=True, slots=True)
class Matrix:
    """A symbol without its quiet zone: `rows` of 0 for light and 1 for dark, one row where they are bars."""

    kind: Symbology
    rows: tuple[bytes, ...]

    @property
    def width(self) -> int:
        return len(self.rows[0])

    @property
    def across(self) -> int:
        """Modules with the quiet zones."""
        return self.width + 2 * QUIET[self.kind]


def in_order(elements: Sequence[Element]) -> tuple[Element, ...]:
    """Those of predefined length first, so that the fewest separators are needed (General Specifications 7.8.4)."""
    return tuple(sorted(elements, key=lambda one: not TABLE[one.ai].fixed))


@lru_cache(maxsize=4096)
def datamatrix(elements: tuple[Element, ...]) -> Matrix:
    """A square GS1 DataMatrix (ECC 200, FNC1 in front)."""
    made = zxingcpp.create_barcode(_message(elements), zxingcpp.BarcodeFormat.DataMatrix, gs1=True, force_square=True)
    return Matrix(Symbology.DATAMATRIX, _rows(made))


@lru_cache(maxsize=4096)
def qr(text: str) -> Matrix:
    """A QR code, corrected up to 15 per cent."""
    return Matrix(Symbology.QR, _rows(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")))


@lru_cache(maxsize=4096)
def gs1_128(elements: tuple[Element, ...]) -> Matrix:
    """GS1-128 bars (Code 128 with FNC1 in front)."""
    made = zxingcpp.create_barcode(_message(elements), zxingcpp.BarcodeFormat.Code128, gs1=True)
    return Matrix(Symbology.GS1_128, _rows(made)[:1])


def is_short(elements: Sequence[Element]) -> bool:
    """Can one GS1-128 symbol carry so much?"""
    return sum(len(one.ai) + len(one.value) + 1 for one in elements) <= LONGEST_BARS + 1


def _message(elements: Sequence[Element]) -> str:
    # Square brackets around the AI: they cannot stand in a value, round ones can (CSET 82).
    return "".join(f"[{one.ai}]{one.value}" for one in elements)


def _rows(made: zxingcpp.Barcode) -> tuple[bytes, ...]:
    view = memoryview(cast(bytes, made.to_image(scale=1, add_quiet_zones=False)))  # a buffer; its stub does not say so
    height, width = view.shape or (0, 0)
    flat = view.tobytes().translate(_DARK)
    return tuple(flat[at : at + width] for at in range(0, height * width, width))


_DARK = bytes([1] * 128 + [0] * 128)  # grey value → dark or light


def runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """The dark stretches of a row: where each begins, how long it is."""
    found: list[tuple[int, int]] = []
    for n, dark in enumerate(row):
        if dark and found and sum(found[-1]) == n:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((n, 1))
    return found
