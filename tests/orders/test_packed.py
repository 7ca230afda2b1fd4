"""What went out for an order inside pallets counts as what went out loose."""

from decimal import Decimal

import pytest

from suyuan.gs1.identifiers import item_uri
from suyuan.operations.commands import Line, Pack, Ship, VoidShipment
from suyuan.orders.amounts import shipped
from tests.operations.dairy import KEEPER, YOGHURT, Desk, build_dairy, stocked
from tests.orders.ordering import sale, sold

CARTON, PALLET, SECOND = "369012340000000017", "369012340000000024", "369012340000000031"


def cups(lot: str, quantity: int) -> Line:
    return Line(item="YOG", lot=lot, quantity=quantity)


def went(uri: str) -> dict[str, Decimal]:
    return {item: amount for (_, item), amount in shipped([uri]).items()}


@pytest.mark.engine
def test_what_is_packed_counts(engine: str) -> None:
    build_dairy()
    desk = Desk()
    stocked(desk, "L1", 100)
    stocked(desk, "L2", 100)
    order = sale(desk)
    sold(desk, 1, "YOG", 60)
    desk.run(Pack(warehouse="main", lines=(cups("L1", 10), cups("L2", 5)), container=CARTON), KEEPER)
    desk.run(Pack(warehouse="main", lines=(Line(container=CARTON), cups("L1", 20)), container=PALLET), KEEPER)
    desk.run(Pack(warehouse="main", lines=(cups("L2", 7),), container=SECOND), KEEPER)
    dispatch = Ship(
        warehouse="main", customer="SHOP", lines=(Line(container=PALLET), cups("L1", 3)), po="SO-26-1", desadv="D1"
    )
    desk.run(dispatch, KEEPER)
    yoghurt = item_uri(YOGHURT)
    assert went(order) == {yoghurt: Decimal(38)}
    desk.run(
        Ship(warehouse="main", customer="SHOP", lines=(Line(container=SECOND),), po="SO-26-1", desadv="D2"), KEEPER
    )
    assert went(order) == {yoghurt: Decimal(45)}
    desk.run(VoidShipment(warehouse="main", desadv="D1", reason="wrong truck"), KEEPER)
    assert went(order) == {yoghurt: Decimal(7)}
    desk.run(dispatch, KEEPER)
    assert went(order) == {yoghurt: Decimal(45)}
