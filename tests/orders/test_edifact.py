"""Orders as EDIFACT messages: what a good one says, and each fault with its segment."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suyuan.catalog.directory import Directory, directory
from suyuan.orders.edifact import OrderMessage, read_orders
from suyuan.orders.edifact_syntax import segments_of, written
from suyuan.orders.kinds import OrderKind
from suyuan.orders.models import Order
from tests.operations.dairy import CASE, MAIN_GLN, SHOP_GLN, YOGHURT, Desk, person
from tests.orders import ordering

FINANCE = person("finance", "Fei")
BODY = (
    "BGM+220+4711+9", "DTM+137:20261120:102", "DTM+2:20261125:102", "FTX+ZZZ+++Gate 4:ring twice",
    f"NAD+BY+{SHOP_GLN}::9", f"NAD+SU+{MAIN_GLN}::9", "CUX+2:CNY:9",
    f"LIN+1++{YOGHURT}:SRV", "PIA+1+L2:NB", "QTY+21:120:PCE", "PRI+AAA:4.5",
    f"LIN+2++{CASE}:EN", "QTY+21:3", "LIN+3", "PIA+5+MILK:SA", "QTY+21:12.5:KGM", "UNS+S", "CNT+2:3",
)  # fmt: skip


def interchange(*body: str, kind: str = "ORDERS:D:96A:UN") -> str:
    rows = ["UNB+UNOC:3+690:14+691:14+261120:1030+1", f"UNH+1+{kind}", *body, f"UNT+{len(body) + 2}+1", "UNZ+1+1"]
    return "'\r\n".join(rows) + "'\r\n"


def read(text: str, warehouse: str = "") -> tuple[list[OrderMessage], set[tuple[str, str]]]:
    found, problems = read_orders(text, directory(), warehouse)
    problems = [*problems, *(problem for message in found for problem in message.problems)]
    return found, {(problem.field, problem.code.removeprefix("orders.edi_")) for problem in problems}


def test_it_works(desk: Desk) -> None:
    """Pieces of a case's GTIN are cases of 12; the customer's number is with ours."""
    (message,), faults = read(interchange(*BODY))
    assert faults == set()
    desk.run(message.command, FINANCE)
    order = Order.objects.get()
    assert (order.number, order.reference, order.warehouse_id) == ("SHOP-4711", "4711", "main")
    assert (order.ordered, order.delivery) == (date(2026, 11, 20), date(2026, 11, 25))
    assert order.note == "Gate 4 ring twice"
    lines = ordering.lines("SHOP-4711", OrderKind.SALES)
    assert [(one.item_code, one.quantity, one.lot) for one in lines] == [
        ("YOG", 120, "L2"), ("YOG", 36, ""), ("MILK", Decimal("12.5"), ""),
    ]  # fmt: skip
    assert desk.run(message.command, FINANCE).value["changed"] == 0, "sent twice it is one order"
    rush, _faults = read(interchange("BGM+224+4711+5", *BODY[1:]))
    desk.run(rush[0].command, FINANCE)
    assert Order.objects.get().priority == "urgent"


def test_signs_of_its_own(desk: Desk) -> None:
    """A UNA says which signs part what; a released one stands for itself."""
    text = interchange(*BODY).replace("4711", "47?+11").replace("12.5", "12,5")
    (message,), faults = read("UNA:+,? '" + text)
    assert faults == set()
    assert message.document == "47+11"
    assert message.lines[2]["quantity"] == Decimal("12.5")
    other = str.maketrans({"+": "|", ":": "~", "'": "!"})
    (same,), faults = read("UNA~|.? !" + interchange(*BODY).translate(other))
    assert faults == set()
    assert same.lines == read(interchange(*BODY))[0][0].lines


def test_each_fault_has_its_segment(desk: Desk) -> None:
    """Counted from UNB as 1."""
    wrong = (
        "BGM+221+4711+1", "DTM+2:20261399:102", "QTY+21:5", "NAD+BY+6900000000000::9", "NAD+SF+123",
        "LIN+x++04012345678901:SRV", "QTY+21:many:ZZZ", "LIN+2", "?+", "UNS+S", "CNT+2:9",
    )  # fmt: skip
    _messages, faults = read(interchange(*wrong))
    assert faults == {
        ("segments[3].BGM", "type"), ("segments[3].BGM", "function"), ("segments[4].DTM", "date"),
        ("segments[5].QTY", "before_lin"), ("segments[6].NAD", "partner"), ("segments[7].NAD", "warehouse"),
        ("segments[8].LIN", "line_number"), ("segments[8].LIN", "item"), ("segments[9].QTY", "quantity"),
        ("segments[10].LIN", "item_missing"), ("segments[11].+", "no_tag"), ("segments[13].CNT", "count"),
        ("segments[2].UNH", "missing"),
    }  # fmt: skip


def test_what_is_no_order(desk: Desk) -> None:
    assert read("")[1] == {("", "nothing")}
    assert read(interchange(*BODY, kind="DESADV:D:96A:UN"))[1] == {("segments[2].UNH", "other_message")}
    assert read(interchange(*BODY, kind="ORDERS:D:24A:UN"))[1] == {("segments[2].UNH", "version")}
    whole = interchange(*BODY)
    assert ("segments[21].UNT", "not_ended") in read(whole[: whole.index("UNT") + 5])[1]
    assert ("segments[2].LIN", "outside") in read("UNB+1'LIN+1'" + whole)[1]
    assert ("segments[21].UNT", "count") in read(whole.replace("UNT+20", "UNT+19"))[1]


def test_a_refusal_of_the_order_has_its_segment(desk: Desk) -> None:
    (message,), faults = read(interchange(*BODY).replace("QTY+21:3'", "QTY+21:0.5'"))
    assert faults == set()
    (early,), _faults = read(interchange(*BODY).replace("DTM+2:20261125", "DTM+2:20261110"))
    with pytest.raises(Exception) as refused:  # noqa: PT011  # Refused, of which the problems count
        desk.run(early.command, FINANCE)
    told = [early.blame(problem) for problem in refused.value.problems]  # type: ignore[attr-defined]  # Refused
    assert [problem.field for problem in told] == ["segments[5].DTM"]
    assert message.lines[1]["quantity"] == 6


@given(st.text(max_size=200), st.sampled_from(["", "UNA:+.? '", "UNA'''''''"]))
def test_whatever_comes(text: str, una: str) -> None:
    """Never an error of its own; every segment is read or named as wrong."""
    found, problems, _mark = segments_of(una + text)
    assert all(problem.field.startswith("segments[") for problem in problems)
    numbers = [segment.number for segment in found]
    assert numbers == sorted(set(numbers))
    read_orders(una + text, Directory(), "main")


@given(st.lists(st.sampled_from([*BODY, "UNH+1+ORDERS:D:96A:UN", "UNT+3+1", "LIN", "QTY", "PIA+5"]), max_size=30))
def test_segments_in_any_order(segments: list[str]) -> None:
    messages, _problems = read_orders("UNH+1+ORDERS:D:96A:UN'" + "'".join(segments) + "'", Directory(), "main")
    assert all(message.problems for message in messages), "nobody knows these items"


@given(st.lists(st.lists(st.text("Aa1:+?' ;", max_size=6), min_size=1, max_size=3), min_size=1, max_size=4))
def test_what_is_written_reads_back(elements: list[list[str]]) -> None:
    """Whatever signs are in a value; blanks around it mean nothing."""
    (segment,), problems, _mark = segments_of(written("FTX", *elements))
    assert problems == []
    for n, element in enumerate(elements):
        assert [segment.get(n, at) for at in range(len(element))] == [part.strip() for part in element]
