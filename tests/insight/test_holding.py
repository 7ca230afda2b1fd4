"""Turnover, accuracy of the stock, readiness for a recall: each against a plain account of a small story."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from suyuan.accounts.rules import Actor
from suyuan.catalog.register import Row
from suyuan.governance.master import PutPartners
from suyuan.insight.reports.holding import ACCURACY, READY, TURNOVER
from suyuan.insight.reports.running import run
from suyuan.operations.commands import Line, Ship
from suyuan.recall.commands import CloseDrill, StartDrill
from suyuan.recall.models import Case
from tests.insight.asking import asked, table
from tests.insight.test_people import counted
from tests.insight.test_turnover import ten_days
from tests.operations.dairy import INSPECTOR, KEEPER, SHOP_GLN, Desk, stocked

SHOP = f"https://id.gs1.org/417/{SHOP_GLN}"
OTHER: Actor = replace(KEEPER, id="id-Ola", name="Ola", person="id-Ola")


@pytest.mark.django_db
def test_turnover() -> None:
    desk = ten_days()
    since = desk.now.date() - timedelta(days=9)
    shown = run(TURNOVER, asked(desk, TURNOVER, since=since))
    (row,) = table(desk, TURNOVER, since=since)
    assert row[1:6] == (70, 78, 20, 0, "EA")
    assert row[6] == Decimal("0.4")
    assert row[8] == Decimal("23.3")
    assert shown.found.charts == []
    one = run(TURNOVER, asked(desk, TURNOVER, since=since, item=row[0]))
    (chart,) = one.found.charts
    assert [*chart.series[0].points][-1] == 70
    assert sum(point or 0 for point in chart.series[1].points) == 30
    assert table(desk, TURNOVER, since=since, category="nothing") == []


def test_accuracy(desk: Desk) -> None:
    for lot in ("L1", "L2"):
        stocked(desk, lot)
    counted(desk, OTHER, "A-01", "L1", 100)
    counted(desk, OTHER, "A-01", "L2", 50)
    (row,) = table(desk, ACCURACY)
    assert row[2:5] == (2, 1, Decimal("50.0"))
    assert table(desk, ACCURACY, logs=("cold",)) == []
    desk.later(days=3)
    assert table(desk, ACCURACY, since=desk.now.date()) == []


def shipped(desk: Desk) -> None:
    stocked(desk, "L1")
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(Line(item="YOG", lot="L1", quantity=3),)))


def test_nobody_has_ever_drilled(desk: Desk) -> None:
    shipped(desk)
    drill, customer = table(desk, READY)
    assert drill[:2] == ("Last drill", "never")
    assert customer[:3] == ("Customer who can't be reached", SHOP, "there is no way")


def test_a_drill_and_a_telephone(desk: Desk) -> None:
    shipped(desk)
    desk.run(PutPartners(rows=(Row({"code": "SHOP", "roles": ("customer",), "phone": "0571 8888 0000"}),)))
    assert len(table(desk, READY)) == 1
    began = desk.run(StartDrill(warehouse="main", subjects=("https://id.gs1.org/01/06901234000108/10/L1",)), INSPECTOR)
    number = str(began.value["case"])
    desk.run(CloseDrill(warehouse="main", case=number, outcome="learnt"), INSPECTOR)
    drill = table(desk, READY)[0]
    points = Case.objects.get(number=number).score["points"]
    assert drill[1] == number
    assert str(drill[2]).startswith(f"0 d ago, {points} of 100 points")
    desk.later(days=400)
    assert str(table(desk, READY)[0][3]).startswith("Do one anew")
