"""Two at one lot: whoever waits for the goods sees what came into being meanwhile."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from suyuan.capture.replay import differences
from suyuan.governance import kernel
from suyuan.governance.context import Context
from suyuan.operations.commands import ReceiptLine, Receive
from suyuan.stock.store import Held, wait_for
from tests.operations.dairy import KEEPER, LAST, Desk, build_dairy, yoghurt
from tests.plugins.engines import Templates


def received(amount: int) -> Receive:
    line = ReceiptLine(item="YOG", lot="NEW", quantity=amount, expiry=LAST)
    return Receive(warehouse="main", supplier="FARM", lines=(line,))


def at_the_clock(desk: Desk) -> Context:
    """As a person at a screen has it: what happens now happens when its turn has come."""
    return replace(desk.context(KEEPER), clock=lambda: desk.now)


def meanwhile(desk: Desk, monkeypatch: pytest.MonkeyPatch, other: object) -> list[Held]:
    """Another one does `other` between the first one's waiting and his writing; what the first one was told there."""
    told: list[Held] = []
    context = at_the_clock(desk)

    def work() -> None:
        kernel.execute(context, other)
        connection.close()

    def waiting(subjects: Iterable[bytes]) -> Held:
        held = wait_for(subjects)
        if not told:
            told.append(held)
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
        return held

    monkeypatch.setattr(kernel, "wait_for", waiting)
    return told


@pytest.fixture
def desk(templates: Templates, django_db_blocker: DjangoDbBlocker) -> Iterator[Desk]:
    """On SQLite nobody waits inside a transaction, so this is about PostgreSQL."""
    with django_db_blocker.unblock(), templates.database("postgresql", build_dairy):
        yield Desk()


def test_a_lot_that_came_into_being_during_the_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told = meanwhile(desk, monkeypatch, received(7))
    kernel.execute(at_the_clock(desk), received(5))
    assert len(told) == 1
    assert not told[0].rows, "nothing of it stood when he began to wait"
    assert desk.stock(yoghurt("NEW")) == {("IN", "pending"): Decimal(12)}
    assert differences() == []
