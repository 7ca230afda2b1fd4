"""A person adds an app's codes, recovery codes and a passkey, logs in with each, and ends a forgotten session."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Browser, Page, expect

from tests.desk import company
from tests.plugins.browser import SIZES, too_wide

Shoot = Callable[[Page, str], Path]

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def live(live: str) -> str:
    """By name: a passkey belongs to a name, never to an address of numbers."""
    return live.replace("127.0.0.1", "localhost")


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with company.clock():
        yield


def code_of(secret: str) -> str:
    """What the app shows now."""
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def log_in(page: Page, code: str = "") -> None:
    page.goto("/login")
    page.fill("#id_username", "keeper")
    page.fill("#id_password", company.PASSWORD)
    page.click("main .btn-primary")
    if code:
        answer(page, code)


def answer(page: Page, code: str) -> None:
    expect(page).to_have_url(re.compile("/account/code"))
    page.fill("[name=code]", code)
    page.click("main .btn-primary[type=submit]")


def log_out(page: Page) -> None:
    page.goto("/account")
    page.click("header details.menu summary")
    with page.expect_navigation():
        page.click("header details.menu form[action='/logout'] button")


def prove(page: Page) -> None:
    """The password once more, where it is asked for."""
    if "/account/again" in page.url:
        page.fill("[name=password]", company.PASSWORD)
        page.click("main .btn-primary")


def turn_on_the_app(page: Page, shoot: Shoot) -> str:
    page.goto("/account")
    page.click("a[href='/account/app']")
    prove(page)
    fits(page, shoot, "app")
    page.fill("[name=code]", "000000")
    page.click("main .btn-primary")
    expect(page.locator(".field-problem")).to_be_visible()
    secret = page.locator("#authenticator_secret").input_value()
    page.fill("[name=code]", code_of(secret))
    page.click("main .btn-primary")
    expect(page.locator("main")).not_to_contain_text(secret)
    return secret


def fits(page: Page, shoot: Shoot, name: str) -> None:
    """On a phone; the page is one narrow column anywhere."""
    page.set_viewport_size(SIZES["phone"])
    over = too_wide(page)
    assert over <= 0, f"{name} is {over} px too wide"
    shoot(page, f"factors-{name}")
    page.set_viewport_size(SIZES["desk"])


def at_work(page: Page) -> None:
    expect(page.locator("nav.places")).to_be_visible()


def test_codes(page: Page, shoot: Shoot) -> None:
    log_in(page)
    secret = turn_on_the_app(page, shoot)
    page.goto("/account/recovery")
    prove(page)
    fits(page, shoot, "recovery")
    recovery = page.locator("textarea").input_value().split()
    assert len(recovery) == 10
    log_out(page)

    log_in(page, "000000")
    expect(page.locator(".field-problem")).to_be_visible()
    fits(page, shoot, "code")
    answer(page, code_of(secret))
    at_work(page)
    log_out(page)
    log_in(page, recovery[0])
    at_work(page)
    log_out(page)
    log_in(page, recovery[0])
    expect(page.locator(".field-problem")).to_be_visible()
    answer(page, recovery[1])
    at_work(page)

    page.goto("/account/app/off")
    prove(page)
    page.click("main button.btn-danger, main button.btn-primary")
    page.goto("/account")
    expect(page.locator("main a[href='/account/app']")).to_be_visible()
    log_out(page)
    log_in(page)
    at_work(page)


def test_a_passkey(page: Page, shoot: Shoot) -> None:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    log_in(page)
    page.goto("/account")
    page.click("a[href='/account/keys/add']")
    prove(page)
    fits(page, shoot, "key")
    page.fill("[name=name]", "值班室电脑")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(re.compile("/account/(keys|recovery|factors)?$|/account$"))
    page.goto("/account/keys")
    expect(page.locator("main li")).to_contain_text("从未使用")
    fits(page, shoot, "keys")
    log_out(page)
    page.goto("/login")
    page.click("#passkey_login")
    at_work(page)


def test_a_passkey_that_is_not_there_is_said(page: Page, shoot: Shoot) -> None:
    page.goto("/login")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('NotAllowed')); }")
    expect(page.locator("[data-key-wrong]")).to_be_hidden()
    page.click("#passkey_login")
    expect(page.get_by_role("alert")).to_be_visible()
    fits(page, shoot, "no-key")


def test_a_forgotten_session_is_ended(page: Page, browser: Browser, live: str) -> None:
    elsewhere = browser.new_context(base_url=live, locale="zh-CN")
    forgotten = elsewhere.new_page()
    log_in(forgotten)
    at_work(forgotten)
    log_in(page)
    page.goto("/account")
    page.click("main button[name=end]:not([value=others])")
    expect(page.get_by_role("status").first).to_contain_text("已退出该处登录")
    forgotten.goto("/account")
    expect(forgotten).to_have_url(re.compile("/login"))
    page.goto("/account")
    at_work(page)
    elsewhere.close()
