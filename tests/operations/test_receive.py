"""Receiving purchases."""

from datetime import date
from decimal import Decimal

import pytest

from suyuan.gs1.problems import Refused
from suyuan.operations.inbound.receive import ReceiptLine, Receive
from tests.operations.dairy import KEEPER, Desk, yoghurt

LAST = date(2026, 12, 15)


def delivery(*lines: ReceiptLine, **more: object) -> Receive:
    return Receive(warehouse="main", supplier="FARM", lines=lines, **more)  # type: ignore[arg-type]  # fields by name


def codes(refused: pytest.ExceptionInfo[Refused]) -> dict[str, str]:
    return {problem.field: problem.code for problem in refused.value.problems}


def test_it_works(desk: Desk) -> None:
    result = desk.run(delivery(ReceiptLine(item="YOG", lot="L1", quantity=24, expiry=LAST), po="4711"), KEEPER)
    assert desk.stock(yoghurt("L1")) == {("IN", "pending"): Decimal(24)}
    assert result.value["lots"][0]["expiry"] == "2026-12-15"
    assert len(result.events) == 1
