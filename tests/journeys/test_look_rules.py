"""The pages of what a firm decides for itself: percentages among its settings, lots kept apart, a longer life."""

from tests.desk import company
from tests.journeys.conftest import Enter
from tests.journeys.test_look import Shoot
from tests.journeys.test_look_office import look

RULES = {"settings": "/settings"}
WORK = {"extend": f"/inspection/extend?id=/01/{company.YOGHURT}/10/{company.LOT}"}
DATA = {"category": "/data/categories/row?key=DAIRY"}


def test_look(enter: Enter, shoot: Shoot) -> None:
    problems = []
    for who, pages in (("admin", RULES), ("inspector", WORK), ("office", DATA)):
        page = enter(who)
        for name, url in pages.items():
            page.goto(url)
            problems += look(page, shoot, f"rules-{name}")
    assert not problems, "\n".join(problems)
