"""Commands of this moment read the clock when their turn has come: nobody who waits is late for those before him."""

import threading
from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.db import connection

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.replay import differences
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.operations.commands import Line, Pick
from suyuan.stock import projector
from tests.operations.dairy import NOON, Desk, build_dairy, stocked

CLERKS, EACH = 6, 8


@pytest.mark.engine
def test_no_history_is_told_again(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    build_dairy()
    stocked(Desk())
    told_again, failures, ticks = [], [], count()
    monkeypatch.setattr(projector, "retell", lambda *_, **__: told_again.append("L1"))
    asked = NOON + timedelta(days=1)  # by all at once

    def clerk() -> None:
        try:
            for _ in range(EACH):
                context = Context(
                    actor=SYSTEM,
                    request_id=uuid4(),
                    now=asked,
                    clock=lambda: asked + timedelta(milliseconds=next(ticks)),
                )
                line = Line(item="YOG", lot="L1", quantity=1, place="A-01")
                execute(context, Pick(warehouse="main", lines=(line,), po="P1"))
        except BaseException as failure:  # handed to the test, which fails with it
            failures.append(failure)
        finally:
            connection.close()

    clerks = [threading.Thread(target=clerk) for _ in range(CLERKS)]
    for one in clerks:
        one.start()
    for one in clerks:
        one.join()
    assert (failures, told_again) == ([], [])
    monkeypatch.undo()  # the replay comes in any order
    assert differences() == []
