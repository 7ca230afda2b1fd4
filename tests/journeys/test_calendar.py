"""The working calendar: holidays and worked weekends, one by form and a year of them by sheet."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from suyuan.catalog.models import CalendarDay
from tests.desk.sheets import csv, work
from tests.journeys.conftest import Enter
from tests.journeys.test_look import Shoot, wrong
from tests.plugins.browser import too_wide

SHEETS = {
    "zh-hans": csv(("日期", "上班", "中文名称"), ("2027-02-08", "否", "春节"), ("2027-02-14", "是", "调休")),
    "en": csv(
        ("Day", "People work", "English name"), ("2027-02-08", "no", "New Year"), ("2027-02-14", "yes", "Worked Sunday")
    ),
}
WIDE = {"phone": ViewportSize(width=360, height=740), "desk": ViewportSize(width=1280, height=900)}
NEEDED = {"zh-hans": "缺少“日期”", "en": "“Day” is missing"}
SAVED = {"zh-hans": "已保存", "en": "Saved"}


def faults(page: Page, shoot: Shoot, name: str) -> list[str]:
    found = [f"{name}: {one}" for one in wrong(page)]
    for size, viewport in WIDE.items():
        page.set_viewport_size(viewport)
        found += [f"{name} at {size} is {over} px too wide"] if (over := too_wide(page)) > 0 else []
        shoot(page, f"calendar-{name}-{size}")
    return found


@pytest.mark.parametrize(("language", "size"), [("zh-hans", "phone"), ("en", "desk")])
def test_a_year_is_entered(enter: Enter, shoot: Shoot, tmp_path: Path, language: str, size: str) -> None:
    page = enter("office", language)
    page.goto("/data/calendar")
    expect(page.locator("h1")).to_be_visible()
    problems = faults(page, shoot, f"empty-{language}")
    page.set_viewport_size(WIDE[size])
    # One day by form, first without its day.
    page.goto("/data/calendar/new")
    page.fill("[name='v.name_en']", "National Day")
    page.click("main form .btn-primary")
    expect(page.get_by_role("alert").first).to_contain_text(NEEDED[language])
    expect(page.locator("[name='v.name_en']")).to_have_value("National Day")
    problems += faults(page, shoot, f"refused-{language}")
    page.set_viewport_size(WIDE[size])
    page.fill("[name='v.day']", "2027-10-01")
    page.click("main form .btn-primary")
    expect(page.get_by_role("status").first).to_contain_text(SAVED[language])
    # The rest by sheet.
    sheet = tmp_path / "calendar.csv"
    sheet.write_bytes(SHEETS[language])
    page.goto("/import?register=calendar")
    page.set_input_files("#file", sheet)
    page.click("main .btn-primary")
    expect(page.locator("progress")).to_be_visible()
    work()
    expect(page.locator("button[value=write]")).to_be_visible()
    problems += faults(page, shoot, f"checked-{language}")
    page.click("button[value=write]")
    expect(page.locator("progress")).to_be_visible()
    work()
    expect(page.locator("progress")).to_have_count(0)
    page.goto("/data/calendar")
    expect(page.locator("tr[data-row]")).to_have_count(3)
    problems += faults(page, shoot, f"full-{language}")
    days = dict(CalendarDay.objects.values_list("day", "works"))
    assert days == {date(2027, 10, 1): False, date(2027, 2, 8): False, date(2027, 2, 14): True}
    assert not problems, "\n".join(problems)
