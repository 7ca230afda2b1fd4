"""What somebody keeps for an order at this very moment is not lost to whoever takes it off its shelf."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from suyuan.accounts.rules import SYSTEM
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import Refused
from suyuan.operations.commands import (
    Hold,
    Inspect,
    Line,
    Pack,
    Pick,
    Produce,
    ReceiptLine,
    Receive,
    Reserve,
    Ship,
    Transfer,
    Verdict,
)
from suyuan.operations.production.produce import Output
from suyuan.orders.models import Reservation
from suyuan.orders.reservations import reserved
from tests.operations.dairy import LAST, NOON, Desk, build_dairy, stocked
from tests.orders import ordering

pytestmark = pytest.mark.engine
CUP = (Line(item="YOG", lot="L1", quantity=1, place="A-01"),)
MOMENT = NOON + timedelta(days=1)


def doing(command: object, *, live: bool) -> tuple[threading.Thread, list[str]]:
    """A clerk who begins now; afterwards the list says what he was refused for, or "" where he was not."""
    told: list[str] = []

    def run() -> None:
        try:
            clock = (lambda: MOMENT) if live else None
            execute(Context(actor=SYSTEM, request_id=uuid4(), now=MOMENT, clock=clock), command)
            told.append("")
        except Refused as refused:
            told.append(" ".join(sorted({problem.code for problem in refused.problems})))
        except BaseException as fault:  # handed to the test
            told.append(repr(fault))
        finally:
            connection.close()

    clerk = threading.Thread(target=run)
    clerk.start()
    return clerk, told


def wait_until_he_waits(engine: str, clerk: threading.Thread) -> None:
    """Until he waits for the goods; on SQLite he waits before he asks anything."""
    for _ in range(100):
        time.sleep(0.05)
        if engine == "sqlite" or not clerk.is_alive():
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            if cursor.fetchone()[0]:
                return


def on_a_pallet() -> object:
    container = execute(Context(actor=SYSTEM, request_id=uuid4(), now=MOMENT), Pack(warehouse="main", lines=CUP)).value[
        "container"
    ]
    return Ship(warehouse="main", customer="SHOP", lines=(Line(container=str(container)),))


WORKS: dict[str, Callable[[], object]] = {
    "ship": lambda: Ship(warehouse="main", customer="SHOP", lines=CUP),
    "pallet": on_a_pallet,
    "pick": lambda: Pick(warehouse="main", lines=CUP),
    "transfer": lambda: Transfer(warehouse="main", to="cold", lines=CUP),
    "produce": lambda: Produce(warehouse="main", inputs=CUP, outputs=(Output(item="WHEY", quantity=1),)),
}


def test_what_is_held_at_once_is_not_kept(engine: str) -> None:
    """A hold breaks what is being kept while it is given."""
    build_dairy()
    desk = Desk()
    stocked(desk, "L1", 1)
    ordering.sale(desk, "SO-1")
    ordering.sold(desk, 1, "YOG", 1, "SO-1")
    with transaction.atomic():
        execute(Context(actor=SYSTEM, request_id=uuid4(), now=MOMENT), Reserve(warehouse="main", number="SO-1"))
        clerk, told = doing(Hold(warehouse="main", lines=(Line(item="YOG", lot="L1"),), reason="smell"), live=True)
        wait_until_he_waits(engine, clerk)
    clerk.join()
    assert told == [""]
    assert list(Reservation.objects.values_list("state", "why")) == [("broken", "smell")]


@pytest.mark.parametrize("line", [Line(item="VIAL", lot="B1"), Line(item="VIAL")])
def test_a_serial_that_is_kept_while_its_lot_or_item_is_held(engine: str, line: Line) -> None:
    build_dairy()
    desk = Desk()
    came = ReceiptLine(item="VIAL", lot="B1", serials=("V1", "V2"), expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(came,)))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="VIAL", serials=("V1", "V2"), verdict="pass"),)))
    ordering.sale(desk, "SO-1")
    ordering.sold(desk, 1, "VIAL", 1, "SO-1")
    with transaction.atomic():
        execute(Context(actor=SYSTEM, request_id=uuid4(), now=MOMENT), Reserve(warehouse="main", number="SO-1"))
        clerk, told = doing(Hold(warehouse="main", lines=(line,), reason="crack"), live=True)
        wait_until_he_waits(engine, clerk)
    clerk.join()
    assert told == [""]
    assert list(Reservation.objects.values_list("state", "why")) == [("broken", "crack")]


def test_a_serial_does_not_leave_while_its_lot_is_held(engine: str) -> None:
    """Who ships a serial waits for whoever holds its lot, though his label says nothing of the lot."""
    build_dairy()
    desk = Desk()
    came = ReceiptLine(item="VIAL", lot="B1", serials=("V1",), expiry=LAST)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(came,)))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="VIAL", serials=("V1",), verdict="pass"),)))
    gone = Ship(warehouse="main", customer="SHOP", lines=(Line(item="VIAL", serials=("V1",)),))
    with transaction.atomic():
        hold = Hold(warehouse="main", lines=(Line(item="VIAL", lot="B1"),), reason="crack")
        execute(Context(actor=SYSTEM, request_id=uuid4(), now=MOMENT), hold)
        clerk, told = doing(gone, live=True)
        wait_until_he_waits(engine, clerk)
    clerk.join()
    assert told == ["stock.held"]


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("name", WORKS)
def test_it_stays(engine: str, name: str, live: bool) -> None:
    build_dairy()
    desk = Desk()
    stocked(desk, "L1", 1)
    ordering.sale(desk, "SO-1")
    ordering.sold(desk, 1, "YOG", 1, "SO-1")
    command = WORKS[name]()
    with transaction.atomic():
        execute(Context(actor=SYSTEM, request_id=uuid4(), now=MOMENT), Reserve(warehouse="main", number="SO-1"))
        clerk, told = doing(command, live=live)
        wait_until_he_waits(engine, clerk)
    clerk.join()
    assert told == ["operations.kept_for_others"]
    assert list(reserved(["main"]).values()) == [10**6]
