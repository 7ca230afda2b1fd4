"""Help where one is: from a page to what the handbook says of it, and back by the address it names."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Enter


def test_it_works(enter: Enter) -> None:
    page = enter()
    page.goto("/shipping")
    page.click(".tools > a[href='/help/shipping']")
    expect(page.locator("article h1")).to_have_text("发货与配送")
    page.click("aside .active + a:visible")  # the first part of the page
    expect(page).to_have_url(re.compile("#."))
    page.click("article code:text-is('/shipping')")
    expect(page.locator("main h1")).to_have_text("发货")


def test_on_a_telephone_it_stands_in_the_menu(enter: Enter) -> None:
    page = enter(language="en")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/receiving")
    page.click("details.menu summary")
    page.click("details.menu a[href='/help/receiving']")
    expect(page.locator("article h1")).to_have_text("Receiving")
    page.click("aside summary")
    page.click("aside a:visible:text-is('When something is refused')")
    expect(page.locator("article h1")).to_have_text("When something is refused")
