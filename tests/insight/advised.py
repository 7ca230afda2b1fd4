"""A shipment of the dairy that is to be advised: a carton on a pallet, and loose cups."""

from suyuan.operations.commands import Line, Pack, Ship
from tests.operations.dairy import KEEPER, Desk


def some(quantity: int, lot: str = "L1") -> Line:
    return Line(item="YOG", lot=lot, quantity=quantity)


def shipped(desk: Desk) -> tuple[str, str, str]:
    """URI of the advice, carton, pallet: 12 in the carton on the pallet, 3 loose."""
    carton = desk.run(Pack(warehouse="main", lines=(some(12),)), KEEPER).value["container"]
    pallet = desk.run(Pack(warehouse="main", lines=(Line(container=carton),)), KEEPER).value["container"]
    lines = (Line(container=pallet), some(3))
    value = desk.run(Ship(warehouse="main", customer="SHOP", lines=lines, po="4711", logger="TL-9"), KEEPER).value
    return str(value["document"]), carton, pallet
