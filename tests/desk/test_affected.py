"""Everything an answer found, narrowed, with what is hidden said; and where it all is."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from suyuan.desk.cards import Filter
from suyuan.desk.consequences import KINDS, narrowed, rows_of
from suyuan.trace.answer import find, trace
from tests.desk import company
from tests.desk.conftest import Sit
from tests.desk.test_office_list import put

LOT = f"/01/{company.YOGHURT}/10/{company.LOT}"
RAW = f"/01/{company.MILK}/10/RM-1101"
TAB = f"/thing/tab?id={LOT}&tab=all"


def kinds(client: Client, query: str) -> list[str]:
    table = client.get(query).context["panel"].table
    return [str(row.cells[0]) for row in table.rows]


def test_everything_is_in_one_table(sit: Sit) -> None:
    found = kinds(sit("keeper"), TAB)
    assert found.count("Customer") == company.CUSTOMERS
    assert found.count("Supplier") == 4  # one of them in two units
    assert found.count("Lot") == 4
    assert "In stock or under way" in found
    assert found[0] == "Customer"


def test_a_filter_says_what_it_hides(sit: Sit) -> None:
    client = sit("keeper")
    page = client.get(f"{TAB}&kind=lot")
    assert {str(row.cells[0]) for row in page.context["panel"].table.rows} == {"Lot"}
    said = f"Hidden by the filter: Customer {company.CUSTOMERS}, In stock or under way 1, Supplier 4."
    assert page.context["panel"].hidden == said
    assert said in page.content.decode()
    assert client.get(TAB).context["panel"].hidden == ""


def test_days_narrow_by_when_it_happened(sit: Sit) -> None:
    client = sit("keeper")
    day = (company.NOW + timedelta(days=-4)).date()
    page = client.get(f"{TAB}&kind=customer&from={day}&to={day}")
    rows = page.context["panel"].table.rows
    assert 0 < len(rows) < company.CUSTOMERS
    assert all(row.cells[7].date() <= day <= row.cells[8].date() for row in rows)
    assert f"Customer {company.CUSTOMERS - len(rows)}" in page.context["panel"].hidden
    assert client.get(f"{TAB}&kind=stock&from=2020-01-01&to=2020-01-02").context["panel"].table.rows  # it lies there


@pytest.mark.parametrize("query", ["from=yesterday", "to=2026-13-01", "kind=nothing", "kind=<b>&from="])
def test_a_filter_that_is_none_hides_nothing(sit: Sit, query: str) -> None:
    page = sit("keeper").get(f"{TAB}&{query}")
    assert page.status_code == 200
    assert page.context["panel"].hidden == ""
    assert b"<b>" not in page.content


def test_the_file_equals_the_screen_and_says_what_is_hidden(sit: Sit) -> None:
    client = sit("keeper")
    shown = client.get(f"{TAB}&kind=customer&kind=lot").context["panel"].table
    text = client.get(shown.export).content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert len(lines) == 1 + len(shown.rows) + 1
    assert [line[0] for line in lines[1:-1]] == [row.cells[0] for row in shown.rows]
    amounts = [Decimal(line[6]) for line in lines[1:-1] if line[0] == "Customer"]
    assert sum(amounts) == sum(480 + 12 * n for n in range(company.CUSTOMERS))
    assert lines[-1][0].startswith("Hidden by the filter: In stock or under way 1")


def test_all_rows_are_shown_or_counted(firm: None) -> None:
    uri = f"https://id.gs1.org{LOT}"
    rows = list(rows_of(trace(uri, find(uri), now=company.NOW)))
    for chosen in ((), ("customer",), ("lot", "stock"), tuple(KINDS)):
        found = narrowed(rows, Filter(chosen))
        assert len(found.rows) + sum(found.hidden.values()) == len(rows)


def test_where_it_all_is(sit: Sit) -> None:
    page = sit("keeper").get(f"/thing/tab?id={RAW}&tab=where")
    table = page.context["panel"].table
    states = [row.cells[0].codes[0] for row in table.rows]
    assert states == sorted(states, key=["in_stock", "transit", "shipped"].index)
    assert states.count("shipped") == company.CUSTOMERS
    places = {row.cells[1].name for row in table.rows if row.cells[0].codes == ("in_stock",)}
    assert places == {"Receiving dock", "Filling line 2"}
    [plant] = page.context["panel"].maps
    assert (plant.svg, plant.beside) == ("", 2)  # nobody said where these places lie


def test_what_lies_somewhere_stands_on_the_plan(sit: Sit) -> None:
    put("places", {"warehouse": "plant", "code": "IN", "x": Decimal(1), "y": Decimal(2)})
    text = sit("keeper").get(f"/thing/tab?id={RAW}&tab=where").content.decode()
    assert text.count('class="stop stop-hit"') == 1
    assert "Receiving dock 6901234000009.IN: 200 kg" in text
    assert "1 place has no spot on the plan" in text


def test_who_may_not_trace_gets_neither(sit: Sit) -> None:
    assert sit("admin").get(TAB).status_code == 403
