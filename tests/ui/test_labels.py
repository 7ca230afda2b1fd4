"""Every symbol on a label is read back as it was meant, from paper and from what a label printer draws; and nothing on
a label lies on anything else.
"""

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suyuan.gs1.element_strings import Element, format_elements
from suyuan.gs1.keys import check_digit
from suyuan.gs1.problems import Refused
from suyuan.gs1.scans import scan
from suyuan.ui.label_layout import Drawing, layout
from suyuan.ui.label_pdf import labels_pdf
from suyuan.ui.label_symbols import HOUSE, QUIET, TRAVEL, Symbology, datamatrix, gs1_128
from suyuan.ui.label_text import width_of
from suyuan.ui.labels import ROLLS, STOCKS, Label
from suyuan.ui.zpl import DOTS, labels_zpl
from tests.ui.label_reading import read_pdf, read_picture, zpl_picture

GTIN = "06901234000108"
SSCC = "340123451111111111"
CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
NAMES = st.sampled_from(
    ["", "原味酸奶 150 g", "Plain yoghurt 150 g", "原味酸奶" * 40, "Plain yoghurt with fruit " * 10]
)
numbers = st.text(CSET82, min_size=1, max_size=20)
days = st.dates(date(2020, 1, 1), date(2049, 12, 31)).map(lambda day: f"{day:%y%m%d}")


@st.composite
def gtins(draw: st.DrawFn) -> str:
    digits = draw(st.from_regex(r"[0-9]{13}", fullmatch=True))
    return digits + check_digit(digits)


@st.composite
def goods(draw: st.DrawFn) -> Label:
    """A lot or serial of any GTIN with any number that GS1 allows."""
    elements = [Element("01", draw(gtins()))]
    for ai in ("11", "17"):
        elements += [Element(ai, draw(days))] if draw(st.booleans()) else []
    lot = draw(numbers)
    elements += [Element("10", lot)]
    elements += [Element("21", draw(numbers))] if draw(st.booleans()) else []
    facts = (("生产 MADE", "2026-11-21"), ("到期 EXP", "2026-12-19"), ("数量 QTY", "48 箱"))
    return Label("https://trace.example/x", lot, draw(NAMES), "YOG-150", draw(NAMES), facts, tuple(elements))


PALLET = Label(
    f"https://trace.example/00/{SSCC}", SSCC, "原味酸奶 150 g", "呼市工厂仓", "Plain yoghurt 150 g",
    (("内装 CONTENT", GTIN), ("数量 COUNT", "480"), ("批号 BATCH", "2511-21A-007")),
    (Element("00", SSCC), Element("02", GTIN), Element("15", "261219"), Element("10", "2511-21A-007"),
     Element("37", "480")),
)  # fmt: skip


def said(label: Label) -> set[Element]:
    return set(label.elements)


def elements_of(read: bytes) -> set[Element]:
    return set(scan(read.decode("ascii"), today=date(2026, 11, 21)).elements)


@settings(max_examples=60, deadline=None)
@given(goods(), st.sampled_from(["thermal", "a4", "a4-small", "thermal-small"]))
def test_any_number_that_gs1_allows_comes_back(label: Label, stock: str) -> None:
    """On the smallest labels two numbers of twenty signs may not have room: that is said, and never cut."""
    try:
        [[read]] = read_pdf(labels_pdf([label], STOCKS[stock], "", Symbology.DATAMATRIX))
    except Refused:
        assert stock in ("thermal-small", "a4-small")
        assert len(said(label)) > 3
        return
    assert read.startswith(b"]d2")
    assert elements_of(read) == said(label)


@settings(max_examples=40, deadline=None)
@given(goods(), st.sampled_from(["thermal", "thermal-small"]), st.sampled_from([203, 300]))
def test_a_label_printer_draws_the_same(label: Label, stock: str, dpi: int) -> None:
    try:
        [zpl] = labels_zpl([label], STOCKS[stock], dpi, Symbology.DATAMATRIX)
    except Refused:
        assert stock == "thermal-small"
        return
    assert (zpl[:3], zpl[-4:], zpl.count(b"^XA")) == (b"^XA", b"^XZ\n", 1)
    [read] = read_picture(zpl_picture(zpl))
    assert elements_of(read) == said(label)


@settings(max_examples=25, deadline=None)
@given(goods())
def test_bars_say_it_in_as_many_symbols_as_it_takes(label: Label) -> None:
    label = replace(label, elements=tuple(one for one in label.elements if one.ai != "21"))
    [reads] = read_pdf(labels_pdf([label], STOCKS["thermal"], "", Symbology.GS1_128), scale=6)
    assert all(read.startswith(b"]C1") for read in reads)
    assert set.union(*map(elements_of, reads)) == said(label)


def test_a_link_stands_in_a_qr_code() -> None:
    label = Label(
        "https://trace.example/01/06901234000108/10/A%2FB", "A/B", "原味酸奶", elements=(Element("01", GTIN),)
    )
    assert read_pdf(labels_pdf([label], STOCKS["a4-small"])) == [[f"]Q1{label.link}".encode()]]


@pytest.mark.parametrize("symbology", Symbology)
def test_what_has_no_key_of_gs1_has_its_link(symbology: Symbology) -> None:
    label = Label("https://trace.example/container/DRUM-7", "DRUM-7", "Drum")
    assert read_pdf(labels_pdf([label], STOCKS["thermal"], "", symbology)) == [[f"]Q1{label.link}".encode()]]


@pytest.mark.parametrize("stock", ["thermal-pallet", "a4-pallet"])
def test_a_pallet_says_all_in_the_square_and_its_number_in_bars(stock: str) -> None:
    [reads] = read_pdf(labels_pdf([PALLET], STOCKS[stock], "", Symbology.DATAMATRIX))
    [square] = [read for read in reads if read.startswith(b"]d2")]
    bars = [read for read in reads if read.startswith(b"]C1")]
    assert elements_of(square) == said(PALLET)
    assert f"]C100{SSCC}".encode() in bars
    assert set.union(*map(elements_of, bars)) <= said(PALLET)
    if stock in ROLLS:
        for dpi in DOTS:
            [zpl] = labels_zpl([PALLET], STOCKS[stock], dpi)
            assert sorted(read_picture(zpl_picture(zpl))) == sorted(reads)


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(goods(), st.just(PALLET)), st.sampled_from(sorted(STOCKS)), st.sampled_from(list(Symbology)),
    st.sampled_from([None, 203, 300]),
)  # fmt: skip
def test_nothing_lies_on_anything_else(label: Label, stock: str, symbology: Symbology, dpi: int | None) -> None:
    """Texts keep off each other and off the quiet zones, within the edges; modules are as large as GS1 wants them, in
    whole dots; names may end early, numbers may not.
    """
    kind = STOCKS[stock] if dpi is None else replace(STOCKS[stock], dot=1 / DOTS[dpi])
    try:
        drawing = layout(label, kind, symbology)
    except Refused:
        return
    areas = boxes(drawing)
    for one, other in combinations(areas, 2):
        assert not overlap(one, other), (one, other)
    for left, top, right, bottom in areas:
        assert min(left, top) >= 0
        assert (right <= kind.size[0], bottom <= kind.size[1]) == (True, True)
    reach = TRAVEL if kind.travels and label.elements else HOUSE
    for symbol in drawing.symbols:
        bars = symbol.matrix.kind is Symbology.GS1_128
        assert symbol.module >= (reach.bars if bars else reach.squares) - 1e-9
        assert symbol.height >= (reach.height if bars else symbol.width) - 1e-9
        assert symbol.module / kind.dot == pytest.approx(round(symbol.module / kind.dot))
    printed = "".join(text.text for text in drawing.texts).replace(" ", "")
    assert label.code.replace(" ", "") in printed
    squares = [one for one in drawing.symbols if one.matrix.kind is not Symbology.GS1_128]
    if not (kind.travels and squares):
        assert all(format_elements((one,)).replace(" ", "") in printed for one in label.elements)


def boxes(drawing: Drawing) -> list[tuple[float, float, float, float]]:
    found = []
    for text in drawing.texts:
        high = text.size * 25.4 / 72
        right = text.x + width_of(text.text, text.size)
        found.append((text.x, text.baseline - 0.88 * high, right, text.baseline + 0.2 * high))
    for one in drawing.symbols:
        side = QUIET[one.matrix.kind] * one.module
        over = 0.0 if one.matrix.kind is Symbology.GS1_128 else side
        found.append((one.x - side, one.y - over, one.x + one.width + side, one.y + one.height + over))
    return [(left + 1e-6, top + 1e-6, right - 1e-6, bottom - 1e-6) for left, top, right, bottom in found]


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_bars_that_have_no_room_are_refused() -> None:
    label = Label("https://x.example/", "L", elements=(Element("01", GTIN), Element("10", "ABCDEFGHIJ0123456789")))
    with pytest.raises(Refused) as refused:
        labels_pdf([label], STOCKS["thermal-small"], "", Symbology.GS1_128)
    assert refused.value.problems[0].code == "ui.label_too_small"


def test_a_tag_is_written_before_the_label_is_drawn() -> None:
    epc = "3074257BF7194E4000001A85"
    [zpl] = labels_zpl([replace(PALLET, epc=epc)], STOCKS["thermal"])
    assert f"^RFW,H,,,A^FD{epc}^FS".encode() in zpl
    assert b"^RF" not in next(labels_zpl([PALLET], STOCKS["thermal"]))


def test_a_hundred_labels_are_a_hundred_formats() -> None:
    labels = [replace(PALLET, code=str(n)) for n in range(100)]
    assert len(list(labels_zpl(labels, STOCKS["thermal-small"]))) == 100
    assert len(read_pdf(labels_pdf(labels[:25], STOCKS["a4-small"]))) == 2


def test_symbols_are_the_smallest_that_hold_it() -> None:
    """Of ISO/IEC 16022 and 15417, by hand: FNC1 and ten pairs of digits; bars have start, check and stop besides."""
    assert datamatrix((Element("00", SSCC),)).width == 16
    assert gs1_128((Element("00", SSCC),)).width == 11 * 13 + 13
