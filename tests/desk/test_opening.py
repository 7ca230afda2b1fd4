"""The page of a lot that was there at the beginning says so, and its balance has it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.test import Client

from suyuan.accounts.rules import SYSTEM
from suyuan.desk.cards import ThingPage
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.gs1.identifiers import lot_uri
from suyuan.operations.counting.count import Count
from suyuan.operations.counting.opening import OpeningLine, OpeningStock
from suyuan.operations.lines import Line
from tests.desk import company
from tests.desk.conftest import Sit

URI = lot_uri(company.YOGHURT, "OLD-1")


def do(command: object, at: datetime = company.NOW) -> None:
    execute(Context(actor=SYSTEM, request_id=uuid4(), now=at), command)


def opened() -> None:
    line = OpeningLine(item="YOG-150", lot="OLD-1", quantity=100, place="C-01-03", expiry=date(2026, 12, 10))
    do(OpeningStock(warehouse="plant", lines=(line,)))


def shown(desk: Client) -> ThingPage:
    page: ThingPage = desk.get(f"/thing?id=/01/{company.YOGHURT}/10/OLD-1").context["page"]
    return page


def test_it_works(sit: Sit) -> None:
    opened()
    page = shown(sit("keeper"))
    assert page.balance
    assert page.balance.opening
    assert [page.balance.entered.amount, page.balance.opening.amount] == [100, 100]
    assert [(share.state, share.quantity.amount) for share in page.balance.shares] == [("in_stock", Decimal(100))]
    assert page.gaps == ()
    assert page.came
    assert page.came.empty == "It was here as opening stock."
    assert [moment.word for moment in page.timeline] == ["Found as opening stock"]


def test_a_count_difference_is_none_of_it(sit: Sit) -> None:
    opened()
    found = Line(item="YOG-150", lot="OLD-1", quantity=98, place="C-01-03")
    do(Count(warehouse="plant", lines=(found,), reason="counted"), company.NOW + timedelta(minutes=1))
    balance = shown(sit("keeper")).balance
    assert balance
    assert balance.opening
    assert [balance.entered.amount, balance.opening.amount] == [100, 100]
    assert {share.state: share.quantity.amount for share in balance.shares} == {"in_stock": 98, "unexplained": 2}


def test_what_was_received_has_no_opening_stock(sit: Sit) -> None:
    page = sit("keeper").get(f"/thing?id=/01/{company.YOGHURT}/10/{company.LOT}").context["page"]
    assert page.balance.opening is None
