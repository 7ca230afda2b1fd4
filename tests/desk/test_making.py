"""The pages of production: a list, an order, the line by scanner, tanks, assemblies."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from itertools import count
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from suyuan.operations.production.asbuilt import stays_in
from suyuan.orders.models import Order
from suyuan.production.queries import find_work, work_of
from suyuan.production.rules import Work
from tests.desk import company, factory
from tests.desk.company import NOW
from tests.desk.factory import WORK
from tests.plugins.engines import Templates

TICKS = count(1)


@pytest.fixture
def firm(templates: Templates, django_db_blocker: DjangoDbBlocker, still: None) -> Iterator[None]:
    with django_db_blocker.unblock(), templates.database("sqlite", factory.build):
        yield


@pytest.fixture
def maker(firm: None) -> Client:
    client = Client(headers={"accept-language": "en"})
    assert client.login(username="maker", password=company.PASSWORD)
    client.post("/warehouse", {"warehouse": "plant"})
    return client


def fields(page: str) -> dict[str, str]:
    """What the form of a page holds."""
    found: dict[str, str] = {}
    form = page[page.index('class="sheet') :]
    for tag in re.findall(r"<input[^>]+>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag:
            found[name[1]] = unescape(value[1]) if value else ""
    for name_, options in re.findall(r'<select[^>]+name="([^"]+)">(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name_] = unescape(chosen[1]) if chosen else ""
    return found


def said(page: str) -> str:
    """What the page complains of."""
    return " / ".join(re.findall(r"<li>([^<]+)</li>", page))


class Hand:
    """A scanner at a page: each scan is sent with what the page holds."""

    def __init__(self, client: Client, url: str) -> None:
        self.client, self.url = client, url
        self.page = client.get(url).content.decode()
        self.status, self.at = 200, ""

    def scan(self, text: str = "", do: str = "scan", **typed: object) -> "Hand":
        sent = {**fields(self.page), **typed, "scan": text, "do": do}
        with company.clock(NOW + timedelta(seconds=next(TICKS))):
            answer = self.client.post(self.url, sent, follow=True)
        self.page, self.status = answer.content.decode(), answer.status_code
        if answer.redirect_chain:
            self.url = answer.redirect_chain[-1][0]
        self.at = urlsplit(self.url).path
        return self


def work(number: str = WORK) -> Work:
    found = find_work(number)
    assert found is not None
    return work_of(found)


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_and_an_order(maker: Client) -> None:
    page = text_of(maker, "/production")
    assert page.index("WO-1120") < page.index(WORK), "what is due first"
    assert "late" in page
    page = text_of(maker, f"/production/order?number={WORK}")
    assert all(word in page for word in ("Raw milk", "489.6", "By-product", "Order the material"))
    maker.post(f"/production/order?number={WORK}", {"do": "plan", "request_id": ""})
    assert Order.objects.get(kind="issue").reference == WORK
    assert f"{WORK}-M1" in text_of(maker, f"/production/order?number={WORK}")


def test_three_lots_become_one_by_scanner(maker: Client) -> None:
    hand = Hand(maker, "/production/line").scan(WORK.lower())
    assert hand.url.endswith(f"work={WORK}")
    hand.scan("RM-3301").scan("300")
    hand.scan("RM-3302").scan("100").scan("RM-3303").scan("90")
    hand.scan(do="bill", made="3000")
    assert "As the bill wants it" in hand.page
    hand.scan(do="record", by4="36")
    assert hand.at == "/production/line/done", said(hand.page)
    assert "Plain yoghurt" in hand.page
    assert "Whey" in hand.page
    one = work()
    assert int(one.good) == 3000
    assert len(one.used) == 3


def test_what_is_unusual_wants_a_yes_or_a_reason(maker: Client) -> None:
    hand = Hand(maker, f"/production/line?work={WORK}").scan("RM-3303").scan("700")
    hand.scan(do="record", made="3000")
    assert hand.status == 422
    assert "the yield of WO-1121 is 69.9 %" in hand.page
    assert "none of it is named" in hand.page
    hand.scan(do="record", made="3000", reason="a valve leaked", accept="production.component_missing")
    assert hand.at == "/production/line/done", said(hand.page)


def test_material_comes_and_goes(maker: Client) -> None:
    hand = Hand(maker, f"/production/line?do=issue&work={WORK}").scan("RM-3303").scan("100").scan("LINE-2")
    assert "Brought to the line." in hand.page
    hand = Hand(maker, f"/production/line?do=return&work={WORK}").scan("RM-3303").scan("40").scan("C-01-03")
    assert "Taken back." in hand.page
    hand = Hand(maker, f"/production/line?do=scrap&work={WORK}").scan("P-8831").scan("20").scan(do="record")
    assert hand.status == 422
    hand.scan(do="record", reason="crushed")
    assert "Scrapped." in hand.page
    assert sum(work().lost.values()) == 20


def test_a_tank_is_filled_gauged_and_drawn_from(maker: Client) -> None:
    assert "Raw milk tank 1" in text_of(maker, "/production/tanks")
    assert maker.get("/thing?id=/8004/6901234MT1").context["page"].title == "Raw milk tank 1"
    hand = Hand(maker, "/production/tanks?tank=MT-1").scan("RM-3303").scan("200").scan(do="fill")
    assert "Filled." in hand.page
    hand.scan(do="gauge", level="698", reason="the meter")
    assert "Gauged." in hand.page
    hand = Hand(maker, f"/production/line?work={WORK}").scan("MT-1").scan("480")
    hand.scan(do="bill", made="3000").scan(do="record", accept="production.over_consumed")
    assert hand.at == "/production/line/done", said(hand.page)
    hand = Hand(maker, "/production/tanks?tank=MT-1").scan(do="clean")
    assert hand.status == 422
    assert "Record first where that went" in hand.page


def test_an_assembly_and_a_part_replaced(maker: Client) -> None:
    hand = Hand(maker, "/production/assemblies").scan("F-100")
    product = fields(hand.page)["product"]
    assert all(name in hand.page for name in ("LP-7", "LP-8"))
    old = next(one.uri for one in stays_in(product) if one.uri.endswith("LP-8"))
    hand.scan("LP-9").scan(do="replace", out=old, to="QA", reason="it is loud")
    assert "Recorded." in hand.page
    assert "put in later" in hand.page
    assert "as built" in hand.page
    assert {one.uri.rsplit("/", 1)[1] for one in stays_in(product) if one.until is None} == {"LP-7", "LP-9"}


def test_who_may_only_look(firm: None) -> None:
    client = Client(headers={"accept-language": "en"})
    assert client.login(username="keeper", password=company.PASSWORD)
    client.post("/warehouse", {"warehouse": "plant"})
    assert 'value="plan"' not in text_of(client, f"/production/order?number={WORK}")
    assert client.get("/production/line").status_code == 403
    assert client.get("/production/tanks").status_code == 200
