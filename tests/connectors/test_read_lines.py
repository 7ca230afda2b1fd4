"""Order lines as shops write them: what each row says, or why it moves no goods."""

from datetime import datetime

import pytest

from suyuan.connectors.messages import MESSAGES
from suyuan.connectors.orders.lines import Line, Names, Rejected, read_lines
from suyuan.gs1.problems import Refused

HEADING = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
GOOD = "536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom"


def read(*rows: str, heading: str = HEADING) -> list[Line | Rejected]:
    return list(read_lines([heading + "\n", *(row + "\n" for row in rows)], Names()))


def reason(row: str) -> str:
    (found,) = read(row)
    return found.reason if isinstance(found, Rejected) else ""


def test_it_works() -> None:
    assert read(GOOD) == [
        Line(2, "536365", "85123A", 6, datetime(2010, 12, 1, 8, 26), "17850", False)  # noqa: DTZ001  # local, as in the file
    ]


def test_a_credit_note_comes_back() -> None:
    (line,) = read(GOOD.replace("536365", "C536365").replace(",6,", ",-6,"))
    assert isinstance(line, Line)
    assert (line.back, line.quantity) == (True, 6)


def test_one_spelling_for_one_thing() -> None:
    names = Names()
    rows = [HEADING, GOOD, GOOD.replace("85123A", "85123a "), GOOD.replace("17850.0", "17850").replace("6,2", "7,2")]
    lines = [line for line in read_lines((row + "\n" for row in rows), names) if isinstance(line, Line)]
    assert {(line.item, line.customer) for line in lines} == {("85123A", "17850")}
    assert list(names.spellings) == ["85123A"]
    assert (names.items, names.countries) == ({"85123A": "HOLDER"}, {"17850": "United Kingdom"})


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (GOOD.replace("85123A", "POST"), "connectors.no_goods"),
        (GOOD.replace("85123A", "m"), "connectors.no_goods"),
        (GOOD.replace("85123A", "gift_0001_20"), "connectors.no_goods"),
        (GOOD.replace("85123A", "BANK  CHARGES"), "connectors.no_goods"),
        (GOOD.replace("85123A", "DCGSSGIRL"), ""),
        (GOOD.replace(",6,", ",-6,"), "connectors.adjustment"),
        (GOOD.replace("2.55,17850.0", "0.0,"), "connectors.adjustment"),
        (GOOD.replace("2.55", "0"), ""),  # a gift to a customer is goods
        (GOOD.replace("17850.0", ""), ""),
        (GOOD.replace("536365", "C536365"), "connectors.credit"),
        (GOOD.replace(",6,", ",0,"), "connectors.quantity"),
        (GOOD.replace(",6,", ",6.5,"), "connectors.quantity"),
        (GOOD.replace(",6,", ",six,"), "connectors.quantity"),
        (GOOD.replace(",6,", ",NaN,"), "connectors.quantity"),
        (GOOD.replace(",6,", ",9999999999,"), "connectors.quantity"),
        (GOOD.replace("2010-12-01", "2010-02-31"), "connectors.time"),
        (GOOD.replace("2010-12-01 08:26:00", "12/1/2010 8:26"), ""),
        (GOOD.replace("536365", ""), "connectors.code"),
        (GOOD.replace("85123A", ""), "connectors.code"),
        (GOOD.replace("85123A", "8512\x003A"), "connectors.code"),
        (GOOD.replace("85123A", "8" * 200), "connectors.code"),
        (GOOD.replace("17850.0", ".."), "connectors.code"),
        (GOOD + ",more", "connectors.width"),
        ("536365", "connectors.width"),
    ],
)
def test_why_a_row_moves_no_goods(row: str, said: str) -> None:
    assert reason(row) == said
    assert not said or said in MESSAGES


def test_an_exact_repetition_is_refused_and_numbered() -> None:
    rows = read(GOOD, GOOD.replace(",6,", ",7,"), GOOD)
    assert [type(row) for row in rows] == [Line, Line, Rejected]
    assert isinstance(rows[2], Rejected)
    assert (rows[2].row, rows[2].reason) == (4, "connectors.duplicate")


def test_other_headings_of_the_same_kind() -> None:
    heading = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
    assert isinstance(read(GOOD, heading=heading)[0], Line)


def test_missing_columns_are_all_named() -> None:
    with pytest.raises(Refused) as refused:
        read(GOOD, heading="Description,UnitPrice")
    (problem,) = refused.value.problems
    assert problem.code == "connectors.columns"
    assert problem.params["columns"] == "invoiceno/invoice, stockcode, quantity, invoicedate"


def test_a_quotation_mark_without_end() -> None:
    with pytest.raises(Refused) as refused:
        read('536365,85123A,"' + "x" * 200_000)
    assert refused.value.problems[0].code == "connectors.csv"
