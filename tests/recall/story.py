"""What the tests of recalls do again and again."""

from decimal import Decimal

from suyuan.operations.commands import Deliver, Line, Ship
from suyuan.recall.commands import StartRecall
from suyuan.recall.models import Case
from tests.operations.dairy import INSPECTOR, KEEPER, Desk


def sold(desk: Desk, customer: str = "SHOP", quantity: int = 10, lot: str = "L1", *, signed: bool = True) -> str:
    """So much yoghurt of a lot goes to a customer, and he has signed for it; the number of the shipment."""
    line = Line(item="YOG", lot=lot, quantity=Decimal(quantity))
    number = str(desk.run(Ship(warehouse="main", customer=customer, lines=(line,)), KEEPER).value["desadv"])
    if signed:
        desk.run(Deliver(warehouse="main", customer=customer, desadv=number))
    return number


def recalled(desk: Desk, *subjects: str, **more: object) -> Case:
    """A recall of these goods, opened by the inspector."""
    command = StartRecall(warehouse="main", subjects=subjects, reason="listeria", **more)  # type: ignore[arg-type]  # of the test
    return case_of(str(desk.run(command, INSPECTOR).value["case"]))


def case_of(number: str) -> Case:
    return Case.objects.get(number=number)
