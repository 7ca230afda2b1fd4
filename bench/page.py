"""Pages that a person waits for: the CPU of one request inside the server, from the request to its last byte.

Bare are the same statements that the page sent, with their rows fetched on the driver: what is left is ours.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client

from bench import factory
from bench.figures import Figure, of_rounds
from bench.ground import Ground
from bench.marks import Marks
from bench.raw import Raw
from bench.tally import Tally
from suyuan.accounts.models import User
from suyuan.accounts.roles import default_roles
from suyuan.accounts.writes import do_add_user, do_grant
from suyuan.capture.guard import governed
from suyuan.insight.dayflows import refresh, zones
from suyuan.insight.models import DayMark
from suyuan.ledger.wire import Array

REQUESTS = 20  # a round
Statement = tuple[str, Any]


def measure(
    name: str,
    address: Callable[[Marks], str],
    ground: Ground,
    rounds: int,
    status: int = 200,
    requests: int = REQUESTS,
) -> Iterator[Figure]:
    """Page and bare by turns, warm."""
    browser, url = sitting(), address(ground.marks)
    sent = statements(browser, url, status)
    values, bares = [], []
    for _ in range(rounds):
        product, bare = Tally(ground.meter), Tally(ground.meter)
        for _ in range(requests):
            with product:
                browser.get(url)
            with bare:
                replay(ground.raw, sent)
        values.append(product.ms(requests))
        bares.append(bare.ms(requests))
    yield of_rounds(name, ground.engine, ground.events, "ms CPU", values, bares)
    yield Figure(f"{name}.statements", ground.engine, ground.events, len(sent), "SQL")


def sitting() -> Client:
    """Somebody who may see everything, at his desk."""
    user = User.objects.filter(username="bench").first()
    if user is None:
        with governed():
            user = do_add_user(username="bench", name="Bench", password="a long pass phrase")
            for role in default_roles():
                do_grant(user=user, role=role.code)
    browser = Client(headers={"host": "localhost", "accept-language": "en"})
    browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return browser


def statements(browser: Client, url: str, status: int) -> list[Statement]:
    """The queries of one request; the request itself must be answered with `status`."""
    sent: list[Statement] = []

    def listen(execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        if sql.lstrip().startswith(("SELECT", "WITH")):
            sent.append((sql, params))
        return execute(sql, params, *rest)

    browser.get(url)
    with connection.execute_wrapper(listen):
        answer = browser.get(url)
    if answer.status_code != status:
        raise AssertionError(f"{url}: {answer.status_code}")
    return sent


def replay(raw: Raw, sent: list[Statement]) -> None:
    for sql, params in sent:
        raw.select(sql, [list(one.column) if isinstance(one, Array) else one for one in params or ()])


def thing(uri: str) -> str:
    """The page of a thing."""
    return f"/thing?{urlencode({'id': uri})}"


def middle(marks: Marks) -> str:
    """A finished lot of the middle of the ledger: eight raw lots behind it, a dozen pallets, its customers."""
    return thing(factory.finished(marks.shape.cycles // 2, 0))


def scanned(marks: Marks) -> str:
    """What a scanner sends for a lot."""
    gtin, lot = re.search(r"/01/(\d+)/10/(.+)$", factory.finished(marks.shape.cycles // 2, 0)).groups()  # type: ignore[union-attr]  # lot_uri made it
    return f"/search?{urlencode({'q': f']d201{gtin}10{lot}'})}"


def half_way(marks: Marks) -> str:
    """All there was in the works on the middle day of the ledger, by item."""
    day = factory.START.date() + (marks.ended.date() - factory.START.date()) // 2
    return f"/stock?by=item&at={day}"


lot = partial(measure, "page.lot", middle)
hot = partial(measure, "page.lot.hot", lambda marks: thing(marks.hot))
wide = partial(measure, "page.lot.wide", lambda marks: thing(marks.lot))
trace = partial(measure, "page.trace", lambda marks: f"{thing(marks.lot)}&whole=1", requests=3)
trace_hub = partial(measure, "page.trace.hub", lambda marks: f"{thing(marks.hub)}&whole=1", requests=1)
trace_bighub = partial(measure, "page.trace.bighub", lambda marks: f"{thing(marks.bighub)}&whole=1", requests=1)
trace_bighub_all = partial(
    measure, "page.trace.bighub.all", lambda marks: f"{thing(marks.bighub)}&whole=all", requests=1
)
search = partial(measure, "page.search", scanned, status=302)
home = partial(measure, "page.home", lambda _marks: "/")
stock_now = partial(measure, "page.stock", lambda _marks: "/stock?by=item", requests=1)
stock_then = partial(measure, "page.stock.then", half_way, requests=1)


def figures(ground: Ground, rounds: int) -> Iterator[Figure]:
    """The figures of a month of a warehouse, as the worker keeps them; and what it takes to make all of them anew."""
    for log, zone in zones().items():
        DayMark.objects.update_or_create(pk=log, defaults={"stale": date.min.toordinal(), "zone": zone.key})
    made = Tally(ground.meter)
    with made:
        while refresh(factory.START).more:
            pass
    yield Figure("page.figures.made", ground.engine, ground.events, made.ms(1), "ms CPU")
    since, until = factory.START.date(), factory.START.date() + timedelta(days=29)
    url = f"/figures?since={since}&until={until}"
    yield from measure("page.figures", lambda _marks: url, ground, rounds)
