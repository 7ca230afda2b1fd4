"""What the customer refuses at the door did not go to him, whatever becomes of it afterwards; once, not twice."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from suyuan.ledger.keys import event_key
from suyuan.operations.commands import Deliver, Line, Pack, ReceiveReturn, Ship, VoidShipment
from suyuan.orders.amounts import done_in, shipped
from suyuan.orders.kinds import OrderKind
from tests.operations.dairy import CARRIER, KEEPER, Desk, build_dairy, stocked
from tests.orders.ordering import SO, sale, sold
from tests.plugins.engines import Statements

CARTON, PALLET = "369012340000000017", "369012340000000024"


def cups(quantity: int) -> tuple[Line, ...]:
    return (Line(item="YOG", lot="L1", quantity=quantity),)


def went(uri: str) -> Decimal:
    return sum(shipped([uri]).values(), start=Decimal(0))


@pytest.mark.engine
def test_it_works(engine: str, statements: Callable[[], Statements]) -> None:
    """70 leave, 30 of them on a pallet: 5 loose ones and the pallet are refused, 24 never arrive."""
    build_dairy()
    desk = Desk()
    stocked(desk, "L1", 200)
    order = sale(desk)
    sold(desk, 1, "YOG", 100)
    desk.run(Pack(warehouse="main", lines=cups(10), container=CARTON), KEEPER)
    desk.run(Pack(warehouse="main", lines=(Line(container=CARTON), *cups(20)), container=PALLET), KEEPER)
    pallet = (Line(container=PALLET),)
    desk.run(Ship(warehouse="main", customer="SHOP", lines=(*pallet, *cups(40)), po=SO, desadv="D1"), KEEPER)
    assert went(order) == 70

    def signed(accepted: int, *refused: Line) -> None:
        some = cups(accepted)
        desk.run(
            Deliver(warehouse="main", customer="SHOP", desadv="D1", accepted=some, refused=refused, reason="crushed"),
            CARRIER,
        )

    signed(10, *cups(5))
    assert went(order) == 65
    desk.run(ReceiveReturn(warehouse="main", customer="SHOP", lines=cups(2), reason="crushed"))
    assert went(order) == 65
    signed(1, *pallet)
    assert went(order) == 35
    void = VoidShipment(warehouse="main", desadv="D1", reason="the truck came back")
    events = desk.run(void).events
    assert went(order) == 11
    assert [int(n) for n in done_in(OrderKind.SALES, [order], {event_key(id_) for id_ in events}).values()] == [-24]
    desk.run(Ship(warehouse="main", customer="SHOP", lines=cups(9), po=SO, desadv="D1"), KEEPER)
    assert went(order) == 20
    desk.run(void)
    with statements() as seen:
        assert went(order) == 11
    assert len([sql for sql in seen.sql if "stock_posting" in sql]) == 1
