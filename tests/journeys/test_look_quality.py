"""The pages of data quality and duplicates, in every size, looked at for what must not be."""

from tests.journeys.conftest import Enter
from tests.journeys.test_look import Shoot, wrong
from tests.plugins.browser import SIZES, too_wide

PAGES = {
    "quality": "/quality",
    "quality-rule": "/quality/item-category",
    "quality-ledger": "/quality/ledger",
    "duplicates": "/duplicates?register=partners",
    "duplicate": "/duplicates/pair?register=items&one=CUP-150&other=YOG-150",
}


def test_look(enter: Enter, shoot: Shoot) -> None:
    page = enter("office")
    page.set_viewport_size(SIZES["desk"])
    page.goto("/duplicates?register=partners")
    page.click("main form .btn-primary")
    page.wait_for_selector("main table")
    problems = []
    for name, url in PAGES.items():
        page.set_viewport_size(SIZES["desk"])
        page.goto(url)
        problems += [f"{name}: {one}" for one in wrong(page)]
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            over = too_wide(page)
            problems += [f"{name} at {size} is {over} px too wide"] if over > 0 else []
            shoot(page, f"quality-{name}-{size}")
    assert not problems, "\n".join(problems)
