"""Labels: what one says, and what it is printed on. `label_pdf` draws them on paper, `zpl` for label printers.

Sizes in millimetres.
"""

from dataclasses import dataclass

from suyuan.gs1.element_strings import Element
from suyuan.gs1.problems import N_

DOT = 0.125  # millimetres: a label printer of 203 dots an inch
FINE = 25.4 / 600


@dataclass(frozen=True, slots=True)
class Label:
    """`link` stands in a QR code; `code` large; names, `facts` (word, value) and `small` in words.

    `elements`: what GS1 symbols say, none where the thing has no GS1 key and the link stands in their place. `epc`:
    what is written to the RFID tag of the label, in hexadecimal. Empty ones take no room.
    """

    link: str
    code: str
    name: str = ""
    small: str = ""
    name_en: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    elements: tuple[Element, ...] = ()
    epc: str = ""


@dataclass(frozen=True, slots=True)
class Stock:
    """What is printed on: the page, how many labels across and down, the margins, the size of one.

    `dot`: symbols are drawn in whole dots of this size. `travels`: the label goes out with a pallet, so that its
    symbols are as large as general distribution wants them.
    """

    word: str
    page: tuple[float, float]
    across: int
    down: int
    left: float
    top: float
    size: tuple[float, float]
    gap: tuple[float, float] = (0.0, 0.0)
    cut: bool = False
    dot: float = DOT
    travels: bool = False

    @property
    def a_page(self) -> int:
        return self.across * self.down


STOCKS = {
    "thermal": Stock(N_("Label printer, 100 × 50 mm"), (100, 50), 1, 1, 0, 0, (100, 50)),
    "thermal-small": Stock(N_("Label printer, 50 × 30 mm"), (50, 30), 1, 1, 0, 0, (50, 30)),
    "thermal-pallet": Stock(
        N_("Label printer, 100 × 150 mm, for pallets"), (100, 150), 1, 1, 0, 0, (100, 150), travels=True
    ),
    "a4": Stock(N_("A4 sheet, 2 × 5 labels of 99 × 57 mm"), (210, 297), 2, 5, 6, 6, (99, 57), cut=True, dot=FINE),
    "a4-small": Stock(
        N_("A4 sheet, 3 × 8 labels of 70 × 35 mm"), (210, 297), 3, 8, 0, 8.5, (70, 35), cut=True, dot=FINE
    ),
    "a4-pallet": Stock(
        N_("A4 sheet, 2 × 2 labels of 105 × 148 mm, for pallets"), (210, 297), 2, 2, 0, 0.5, (105, 148), cut=True,
        dot=FINE, travels=True,
    ),
}  # fmt: skip
ROLLS = tuple(name for name, stock in STOCKS.items() if stock.a_page == 1)  # what a label printer can hold
