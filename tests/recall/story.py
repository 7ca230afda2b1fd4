"""What the tests of recalls do again and again."""

from decimal import Decimal
from typing import Any

from suyuan.accounts.rules import EVERYWHERE, Actor, Granted, actor_from
from suyuan.capture.guard import governed
from suyuan.catalog.directory import directory
from suyuan.operations.commands import (
    Deliver,
    Inspect,
    Line,
    Output,
    Produce,
    PutAway,
    ReceiptLine,
    Receive,
    Ship,
    Verdict,
)
from suyuan.recall.commands import ApproveNotices, DraftNotices, StartRecall
from suyuan.recall.models import Case, Notice, ScopeGoods
from suyuan.recall.notices import drafted
from suyuan.recall.rules import notices_digest
from tests.operations.dairy import INSPECTOR, KEEPER, MAKER, QUALITY, ROLES, Desk

SHOP = "https://id.gs1.org/417/6901234567892"


def uri_of(code: str) -> str:
    """An item or a partner by its code."""
    known = directory()
    codes = {one.code: one.uri for one in known.items.values()} | {one.code: one.uri for one in known.partners.values()}
    return codes[code]


def cups(quantity: int | None, lot: str = "L1", **more: Any) -> tuple[Line, ...]:
    return (Line(item="YOG", lot=lot, quantity=quantity, **more),)


def sold(desk: Desk, customer: str = "SHOP", quantity: int = 10, lot: str = "L1", *, signed: bool = True) -> str:
    """So much yoghurt of a lot goes to a customer, and he has signed for it; the number of the shipment."""
    ship = Ship(warehouse="main", customer=customer, lines=cups(quantity, lot))
    number = str(desk.run(ship, KEEPER).value["desadv"])
    if signed:
        desk.run(Deliver(warehouse="main", customer=customer, desadv=number))
    return number


def milk(desk: Desk, lot: str = "M1", quantity: int = 100) -> str:
    line = ReceiptLine(item="MILK", lot=lot, quantity=quantity)
    desk.run(Receive(warehouse="main", supplier="FARM", lines=(line,)))
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="MILK", lot=lot, verdict="pass"),)))
    return f"{uri_of('MILK')}/lot/{lot}"


def made(desk: Desk, lot: str = "M1", quantity: int = 60, cups: int = 100) -> str:
    """Yoghurt of a lot of milk, inspected and put away in A-01."""
    make = Produce(
        warehouse="main",
        inputs=(Line(item="MILK", lot=lot, quantity=quantity),),
        outputs=(Output(item="YOG", quantity=Decimal(cups)),),
    )
    uri = str(desk.run(make, MAKER).value["lots"][0]["uri"])
    number = uri.rpartition("/")[2]
    desk.run(Inspect(warehouse="main", lines=(Verdict(item="YOG", lot=number, verdict="pass"),)))
    desk.run(PutAway(warehouse="main", lines=(Line(item="YOG", lot=number, quantity=cups, place="LINE"),), to="A-01"))
    return uri


def made_of(desk: Desk, *amounts: int) -> tuple[str, ...]:
    """A lot of milk, and lots of yoghurt made of it."""
    uri = milk(desk)
    return (uri, *(made(desk, quantity=amount) for amount in amounts or (30, 30)))


def recalled(desk: Desk, *subjects: str, by: Actor = INSPECTOR, **more: Any) -> Case:
    """A recall of these goods, opened by the inspector."""
    command = StartRecall(warehouse="main", subjects=subjects, reason="listeria", **more)
    return case_of(str(desk.run(command, by).value["case"]))


def case_of(number: str) -> Case:
    return Case.objects.get(number=number)


def of(case: Case) -> dict[str, Any]:
    """What every command of a case says."""
    return {"warehouse": case.log, "case": case.number}


def rows(case: Case, version: int = 0) -> dict[str, ScopeGoods]:
    """URI → the row of what is ahead, in a version of the scope."""
    found = ScopeGoods.objects.filter(scope__case=case, scope__version=version or case_of(case.number).version)
    return {row.uri: row for row in found.exclude(direction="backward")}


def approve(*notices: Notice, case: Case) -> ApproveNotices:
    digest = notices_digest(map(drafted, notices))
    return ApproveNotices(
        warehouse=case.log, case=case.number, notices=tuple(one.pk for one in notices), digest=digest
    )  # fmt: skip


def told(desk: Desk, case: Case, way: str = "phone") -> list[Notice]:
    """Notices for all customers, written by the keeper and approved by the qualified person."""
    desk.run(DraftNotices(warehouse=case.log, case=case.number, way=way), KEEPER)
    with governed():
        Notice.objects.filter(case=case, contact="").update(contact="0571-8888888")
    found = list(Notice.objects.filter(case=case, state="drafted"))
    desk.run(approve(*found, case=case), KEEPER, QUALITY)
    return list(Notice.objects.filter(pk__in=[one.pk for one in found]))


BOTH_HATS = actor_from(
    "id-Bea",
    "Bea",
    [Granted(role, ROLES[role].permissions, EVERYWHERE) for role in ("inspector", "quality", "keeper")],
    {},
)  # who may start and sign, but not for what she started
