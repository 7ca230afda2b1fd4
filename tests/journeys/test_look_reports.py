"""The pages of reports: the list, a ledger, the sheet of the FDA, what is missing, a view that is kept, legal holds."""

import re

from playwright.sync_api import expect

from tests.desk import company
from tests.journeys.conftest import Enter
from tests.journeys.test_look import Shoot
from tests.journeys.test_look_office import look

DAYS = "since=2026-11-10&until=2026-11-21&in=plant"
PAGES = {
    "list": "/reports",
    "food": f"/reports/food-in?{DAYS}",
    "fsma": f"/reports/fsma-204?{DAYS}",
    "missing": f"/reports/fsma-completeness?{DAYS}&by=missing",
    "retention": f"/reports/retention?{DAYS}",
    "views": "/reports/views",
    "keep": f"/reports/food-in/keep?{DAYS}",
}
HOLDS = {"holds": "/reports/legal-holds?before=2026-05-01"}


def test_look(enter: Enter, shoot: Shoot) -> None:
    problems = []
    for who, pages in (("keeper", PAGES), ("office", HOLDS)):
        page = enter(who)
        for name, url in pages.items():
            page.goto(url)
            problems += look(page, shoot, f"reports-{name}")
    assert not problems, "\n".join(problems)


def test_a_row_leads_to_what_is_behind_it(enter: Enter) -> None:
    page = enter("keeper", "en")
    page.goto(f"/reports/food-sold?{DAYS}&lot={company.LOT}")
    page.click("main td a >> nth=0")
    expect(page).to_have_url(re.compile("/event/plant/"))
    page.goto(f"/reports/fsma-completeness?{DAYS}&by=missing")
    page.click("main td a >> nth=0")
    expect(page).to_have_url(re.compile("/data/(partners|warehouses)/row"))
