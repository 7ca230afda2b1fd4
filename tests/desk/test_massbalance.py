"""The page of mass balances: its equation, what is behind each number, and the files that say the same."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pypdfium2
import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from suyuan.desk import massbalance_asked, massbalance_sums
from suyuan.insight import balance_days, balance_lots, balance_whole, dayflows
from suyuan.operations.commands import Line, Output, Produce
from suyuan.ui.workbooks import read_workbook
from tests.desk import company, factory
from tests.desk.conftest import Hire, Sit
from tests.ledgers.story import Story, send, sign
from tests.plugins.engines import Templates

OUT = sum(480 + 12 * n for n in range(company.CUSTOMERS))
LOT = f"id=/01/{company.YOGHURT}/10/{company.LOT}"
ROW = re.compile(r"<tr>\s*<th[^>]*>([^<]+)</th><td[^>]*>(?:<a href=\"([^\"]+)\">)?(?:<strong>)?<span[^>]*>([-\d,.]+) ")


def figures(page: str) -> dict[str, Decimal]:
    """Word → the number beside it, of the equations."""
    return {html.unescape(word): Decimal(number.replace(",", "")) for word, _url, number in ROW.findall(page)}


def urls(page: str) -> dict[str, str]:
    return {html.unescape(word): html.unescape(url) for word, url, _number in ROW.findall(page) if url}


def shown(client: Client, query: str) -> str:
    answer = client.get(f"/balance?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def listed(client: Client, url: str) -> list[list[str]]:
    """The rows behind a figure, as its CSV has them."""
    answer = client.get(f"/balance{url}&as=csv").content.decode()
    return [line.split(",") for line in answer.splitlines()[1:]]


def test_it_works(sit: Sit) -> None:
    client = sit("keeper")
    page = shown(client, LOT)
    assert figures(page) == {
        "Made": 12480, "Came in, all together": 12480, "In stock": 12480 - OUT, "Shipped to customers": OUT,
        "Accounted for": 12480,
    }  # fmt: skip
    assert "state-released ms-auto" in page
    assert "state-rejected ms-auto" not in page
    assert "Transformations" in page
    assert "2,510.5 kg" in page  # milk that was put in
    assert "7.2 % (mass)" in page  # 180 kg of whey out of 2,510.5 of milk and 0.12 of culture


def test_each_number_leads_to_its_events(sit: Sit) -> None:
    client = sit("keeper")
    for query in (LOT, f"{LOT}&since=2026-11-16&until=2026-11-17", "since=2026-11-14&until=2026-11-21&in=all"):
        page = shown(client, query)
        numbers, leads = figures(page), urls(page)
        assert numbers.keys() - {"Came in, all together", "Accounted for"} <= leads.keys() | {"In stock"}
        for word, url in leads.items():
            rows = listed(client, url)
            assert rows, word
            events = client.get(f"/balance{url}").content.decode()
            assert "The whole balance" in events
            assert f'<div class="figure"><span class="quantity">{float(sum_of(rows)):,.10g}'.rstrip("0") in events


def sum_of(rows: list[list[str]]) -> Decimal:
    return sum((Decimal(row[5]) for row in rows), Decimal(0))


def test_the_days_begin_with_what_was_there(sit: Sit) -> None:
    before = sum(480 + 12 * n for n in range(4))
    during = sum(480 + 12 * n for n in range(4, 12))
    page = shown(sit("keeper"), f"{LOT}&since=2026-11-16&until=2026-11-17")
    assert figures(page) == {
        "In stock at the beginning": 12480 - before, "Came in, all together": 12480 - before,
        "In stock": 12480 - before - during, "Shipped to customers": during, "Accounted for": 12480 - before,
    }  # fmt: skip


def test_what_lay_there_is_the_sum_of_all_before(sit: Sit) -> None:
    client = sit("keeper")
    page = html.unescape(shown(client, "since=2026-11-18&until=2026-11-21&in=all"))
    (url,) = re.findall(r'href="(\?since[^"]*&term=opening&unit=C62)"', page)[:1]
    lay = 12480 - sum(480 + 12 * n for n in range(12))
    assert sum_of([row for row in listed(client, url) if company.YOGHURT in "".join(row)]) == lay


def test_files_say_what_the_page_says(sit: Sit) -> None:
    client = sit("keeper")
    query = "since=2026-11-14&until=2026-11-21&in=all"
    page = shown(client, query)
    (sheet,) = [
        one for one in read_workbook(client.get(f"/balance?{query}&as=xlsx").content) if not one.name.startswith("_")
    ]
    head, *rows = [[str(cell) for cell in row] for row in sheet.rows]
    assert head[0] == "Goods"
    assert "Shipped to customers" in head
    (yoghurt,) = [row for row in rows if "YOG-150" in "".join(row) or company.YOGHURT in "".join(row)]
    assert yoghurt[head.index("Shipped to customers")] == str(OUT)
    lines = client.get(f"/balance?{query}&as=csv").content.decode().splitlines()
    assert len(lines) == len(rows) + 1
    for row in rows:
        assert all(f"{float(text):,.10g}" in page for text in row[4:] if text), row
    pdf = client.get(f"/balance?{query}&as=pdf")
    assert pdf["Content-Type"] == "application/pdf"
    text = "\n".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(pdf.content))
    for word, number in figures(page).items():
        assert word in text
        assert f"{float(number):,.10g}" in text


@pytest.mark.usefixtures("firm")
def test_what_nothing_explains_is_red(sit: Sit) -> None:
    send([Story().event("09:00 store L9 5 at dock")])
    client = sit("keeper")
    page = shown(client, "id=/01/06901234567892/10/L9")
    assert "state-rejected ms-auto" in page
    assert "≠" in page
    url = html.unescape(re.findall(r'state-rejected ms-auto" href="([^"]+)"', page)[0])
    assert sum_of(listed(client, url)) == 5
    assert "state-rejected ms-auto" not in shown(client, LOT)


def test_an_item_is_all_its_lots(sit: Sit) -> None:
    client = sit("keeper")
    page = shown(client, f"id=/01/{company.MILK}")
    assert figures(page)["Received"] == Decimal("4200.5")
    assert figures(page)["Used up"] == Decimal("2510.5")
    assert "RM-1101" in page
    assert "RM-2207" in page
    both = shown(client, "q=RM-1101;RM-2207")
    assert figures(both) == figures(page)


def made_days() -> None:
    sign()
    dayflows.notice()
    balance_days.refresh(company.NOW)


def test_an_item_with_very_many_lots_says_the_same(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sums come from the days that are kept, and some of its lots are listed; a file has each."""
    client = sit("keeper")
    queries = [f"id=/01/{item}{days}" for item in (company.MILK, company.YOGHURT) for days in ("", "&since=2026-11-16")]
    before = [shown(client, query) for query in queries]
    files = [client.get(f"/balance?{query}&as=csv").content for query in queries]
    made_days()
    monkeypatch.setattr(massbalance_asked, "MANY", 1)
    monkeypatch.setattr(balance_lots, "AT_ONCE", 1)
    for query, page, file in zip(queries, before, files, strict=True):
        now = shown(client, query)
        assert figures(now) == figures(page)
        if "The lots that moved last" in now:  # there are several
            assert client.get(f"/balance?{query}&as=csv").content == file
        for word, url in urls(now).items():
            rows = listed(client, url)
            assert sum_of(rows) == sum_of(listed(client, urls(page)[word])), word
    milk = shown(client, queries[0])
    assert "The lots that moved last" in milk
    (lot,) = re.findall(r'href="(\?[^"]*term=received[^"]*RM-1101[^"]*)"', milk)
    assert len(listed(client, html.unescape(lot))) == 1
    pdf = client.get(f"/balance?{queries[0]}&as=pdf").content
    text = "\n".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(pdf))
    assert "those that moved last" in text
    assert "RM-2207" in text


def test_only_some_lots_are_listed(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    client = sit("keeper")
    made_days()
    monkeypatch.setattr(massbalance_asked, "MANY", 1)
    monkeypatch.setattr(massbalance_sums, "SHOWN", 1)
    page = shown(client, f"id=/01/{company.MILK}")
    assert ("RM-1101" in page) != ("RM-2207" in page)
    assert figures(page)["Received"] == Decimal("4200.5")
    both = client.get(f"/balance?id=/01/{company.MILK}&as=csv").content.decode()
    assert "RM-1101" in both
    assert "RM-2207" in both


def test_what_takes_too_long_to_tell_waits_for_the_days(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    client = sit("keeper")
    monkeypatch.setattr(balance_whole, "MOST_TOLD", 5)
    query = "since=2026-11-14&until=2026-11-21&in=all"
    page = shown(client, query)
    assert "Days are being summed" in page
    assert "hx-get" in page
    assert figures(page) == {}
    made_days()
    page = shown(client, query)
    assert "Days are being summed" not in page
    assert figures(page)["Shipped to customers"] == OUT


def test_what_it_is_of_is_asked_where_it_is_not_clear(sit: Sit) -> None:
    client = sit("keeper")
    assert "May mean" in shown(client, "q=HH2611")
    assert "Nothing is known as" in shown(client, "q=nothing-of-that-name")
    assert "neither lot, serial, item nor work order" in shown(client, f"id=/414/{company.PLANT}/254/IN")
    assert "is not the address of a thing" in shown(client, "id=nonsense")
    assert figures(shown(client, "id=nonsense")) == {}, "of what is no thing, not of everything"
    assert "alert-danger" in shown(client, "since=2026-11-21&until=2026-11-14")
    assert "alert-danger" in shown(client, "since=2020-01-01")


def test_who_sees_one_warehouse_gets_its_balance_and_is_told(sit: Sit) -> None:
    page = shown(sit("eastkeeper", "east"), LOT)
    assert "You see the warehouses that you work in" in page
    assert figures(page) == {}
    assert "12,480" not in page
    assert "You see the warehouses" not in shown(sit("keeper"), LOT)


def test_who_may_not_trace_sees_none(hire: Hire) -> None:
    assert hire("carrier").get(f"/balance?{LOT}").status_code in (302, 403)


def test_the_lot_leads_to_its_balance(sit: Sit) -> None:
    client = sit("keeper")
    assert f'href="/balance?{LOT}"' in client.get(f"/thing?{LOT}").content.decode()
    assert f'href="/balance?id=/01/{company.MILK}"' in client.get(f"/thing?id=/01/{company.MILK}").content.decode()


@pytest.fixture
def plant(templates: Templates, django_db_blocker: DjangoDbBlocker, still: None) -> Iterator[Client]:
    """The company with work orders, one of them made in two events."""
    with django_db_blocker.unblock(), templates.database("sqlite", factory.build):
        work = company.Work()
        work.number = 30_000
        for n, (lot, milk, made) in enumerate((("RM-3301", "300", 1800), ("RM-3303", "190.4", 1200))):
            inputs = (
                Line(item="MILK", lot=lot, quantity=milk),
                Line(item="CUP-150", lot="P-8831", quantity=made),
                Line(item="CULT", lot="K-17", quantity=made // 50),
            )
            outputs = (Output(item="YOG-150", quantity=made), Output(item="WHEY", quantity="24", by_product=True))
            at = company.NOW - timedelta(minutes=30 - n)
            command = Produce(
                warehouse="plant", inputs=inputs, outputs=outputs, prodorder=factory.WORK, reason="two runs",
                accept=frozenset({"production.yield_outside", "production.more_than_bill"}),
            )  # fmt: skip
            work.do(at, command)
        client = Client(headers={"accept-language": "en"})
        assert client.login(username="keeper", password=company.PASSWORD)
        client.post("/warehouse", {"warehouse": "plant"})
        yield client


def test_a_work_order_says_what_became_of_what_was_put_in(plant: Client) -> None:
    page = shown(plant, f"q={factory.WORK}")
    assert f"Mass balance: Work order {factory.WORK}" in page
    assert "9.8 % (mass)" in page  # 48 kg of whey out of 490.4 kg of milk; cups are pieces
    assert "100.0 % (pieces)" in page
    rows = [line.split(",") for line in plant.get(f"/balance?q={factory.WORK}&as=csv").content.decode().splitlines()]
    (milk,) = [row for row in rows if company.MILK in "".join(row)]
    assert milk[3:] == ["kg", "490.4", "0", "0"]
    lines = plant.get(f"/balance?q={factory.WORK}&as=csv&makings=1").content.decode().splitlines()
    assert len(lines) == 3
    pdf = plant.get(f"/balance?q={factory.WORK}&as=pdf").content
    text = "\n".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(pdf))
    assert "490.4" in text
    order = plant.get(f"/production/order?number={factory.WORK}")
    if order.status_code == 200:
        assert "/balance?id=" in order.content.decode()
