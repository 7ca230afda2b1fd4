"""One notice at two docks at one moment: one receives it, the other is told who did and when, and nothing is lost."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection

from suyuan.accounts.models import User
from suyuan.accounts.rules import Actor
from suyuan.capture.guard import governed
from suyuan.capture.replay import differences
from suyuan.catalog.models import Item, Partner
from suyuan.catalog.rules import code_key
from suyuan.catalog.writes import bump
from suyuan.governance.context import Context
from suyuan.governance.kernel import Result, execute
from suyuan.gs1.identifiers import own_document_uri
from suyuan.gs1.problems import Problem, Refused
from suyuan.operations.commands import ReceiptLine, Receive
from suyuan.orders.models import Notice, NoticeLine, Order, OrderLine
from suyuan.orders.queries import find_order, lines_of
from tests.operations.dairy import KEEPER, LAST, NOON, Desk, build_dairy, yoghurt

ORIGIN = "https://suyuan.example"
NOW = NOON + timedelta(days=1)


def notice() -> None:
    with governed():
        found = Notice.objects.create(
            number="LS-7", key=code_key("LS-7"), uri=own_document_uri(ORIGIN, "desadv", "LS-7"),
            supplier=Partner.objects.get(code="FARM"), warehouse_id="main", version=1,
        )  # fmt: skip
        for number, lot in enumerate(("L1", "L2"), 1):
            NoticeLine.objects.create(
                notice=found, number=number, item=Item.objects.get(code="YOG"), lot=lot, quantity=24 * 10**6,
                base=24 * 10**6, unit="EA", expiry=LAST, version=1,
            )  # fmt: skip


def order() -> None:
    with governed():
        found = Order.objects.create(
            kind="purchase", number="PO-1", key=code_key("PO-1"), uri=own_document_uri(ORIGIN, "po", "PO-1"),
            partner=Partner.objects.get(code="FARM"), warehouse_id="main", version=bump(),
        )  # fmt: skip
        OrderLine.objects.create(
            order=found, number=1, item=Item.objects.get(code="YOG"), quantity=48 * 10**6, unit="EA", base=48 * 10**6,
            version=1,
        )  # fmt: skip


def clerks() -> list[Actor]:
    with governed():
        people = [User.objects.create(username=name.lower(), name=name) for name in ("Kai", "Mei")]
    return [replace(KEEPER, id=str(one.pk), name=one.name) for one in people]


def at_once(work: list[Callable[[], Result]]) -> tuple[list[int], dict[int, list[Problem]]]:
    """Who did it, and who was refused and why."""
    done: list[int] = []
    refused: dict[int, list[Problem]] = {}
    failures: list[BaseException] = []
    start = threading.Barrier(len(work))

    def run(n: int) -> None:
        try:
            connection.ensure_connection()
            start.wait()
            work[n]()
            done.append(n)
        except Refused as why:
            refused[n] = list(why.problems)
        except BaseException as failure:  # handed to the test, which fails with it
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(work))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == []
    return done, refused


def receiving(actor: Actor, command: Receive) -> Callable[[], Result]:
    context = Context(actor=actor, request_id=uuid4(), now=NOW, clock=lambda: NOW)
    return lambda: execute(context, command)


def delivery(*lots: str, **papers: str) -> Receive:
    lines = tuple(ReceiptLine(item="YOG", lot=lot, quantity=24, expiry=LAST) for lot in lots)
    return Receive(warehouse="main", supplier="FARM", lines=lines, **papers)  # type: ignore[arg-type]  # papers by name


@pytest.mark.engine
def test_one_wins_and_the_other_is_told(engine: str) -> None:
    build_dairy()
    notice()
    people = clerks()
    done, refused = at_once([receiving(one, delivery("L1", "L2", desadv="LS-7")) for one in people])
    assert len(done) == 1
    ((second, problems),) = refused.items()
    assert second != done[0]
    told = {problem.code: problem.params for problem in problems}
    assert told["operations.notice_received"]["number"] == "LS-7"
    assert told["operations.notice_received"]["who"] == people[done[0]].name
    assert told["operations.notice_received"]["time"].startswith("2026-")
    desk = Desk()
    for lot in ("L1", "L2"):
        assert desk.stock(yoghurt(lot)) == {("IN", "pending"): Decimal(24)}
    assert differences() == []


@pytest.mark.engine
def test_each_receives_his_part(engine: str) -> None:
    build_dairy()
    notice()
    people = clerks()
    work = [receiving(one, delivery(lot, desadv="LS-7")) for one, lot in zip(people, ("L1", "L2"), strict=True)]
    done, refused = at_once(work)
    assert (sorted(done), refused) == ([0, 1], {})
    assert differences() == []


@pytest.mark.engine
def test_two_halves_of_an_order_close_it_once(engine: str) -> None:
    build_dairy()
    order()
    people = clerks()
    work = [receiving(one, delivery(lot, po="PO-1")) for one, lot in zip(people, ("L1", "L2"), strict=True)]
    done, refused = at_once(work)
    assert (sorted(done), refused) == ([0, 1], {})
    found = find_order("PO-1")
    assert found is not None
    assert (found.state, lines_of([found])[0].done) == ("closed", Decimal(48))
    assert differences() == []
