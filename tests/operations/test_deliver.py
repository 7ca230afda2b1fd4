"""Proof of delivery: what was taken, what was refused and why, by whose hand; and which driver may."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from suyuan.catalog.files import keep_bytes
from suyuan.catalog.register import Row
from suyuan.delivery.models import Consignment
from suyuan.delivery.registers import PutCarrierAccounts
from suyuan.delivery.sending import work_next
from suyuan.governance.master import PutPartners
from suyuan.governance.params import Personal
from suyuan.ledger.models import Body, PersonalValue
from suyuan.operations.commands import Attachment, BookCarrier, Deliver, Line, Pack, RefusedLine, Ship
from tests.operations.dairy import ADMIN, BOTH, CARRIER, KEEPER, Desk, refusal, stocked

PNG = b"\x89PNG\r\n\x1a\n" + b"a signature"
FAST, SLOW = replace(CARRIER, partner="FAST"), replace(CARRIER, partner="SLOW")


@pytest.fixture(autouse=True)
def carriers(desk: Desk) -> None:
    rows = tuple(Row({"code": code, "roles": ("carrier",)}) for code in ("FAST", "SLOW"))
    desk.run(PutPartners(rows=rows), approver=BOTH)
    account = {"code": "OWN", "partner": "FAST", "adapter": "manual"}
    desk.run(PutCarrierAccounts(rows=(Row(dict(account)),)), ADMIN)


def some(quantity: int, lot: str = "L1", reason: str = "") -> RefusedLine:
    return RefusedLine(item="YOG", lot=lot, quantity=quantity, reason=reason)


def shipped(desk: Desk, *lines: Line, carrier: str = "FAST") -> str:
    command = Ship(warehouse="main", customer="SHOP", lines=lines, carrier=carrier)
    return str(desk.run(command, KEEPER).value["desadv"])


def bodies() -> list[dict[str, object]]:
    found = [json.loads(bytes(body)) for body in Body.objects.values_list("body", flat=True)]
    return [body for body in found if body.get("bizStep") == "accepting"]


def test_it_works(desk: Desk) -> None:
    lot = stocked(desk)
    number = shipped(desk, some(40))
    hash, _kind = keep_bytes(PNG)
    proof = Attachment(hash=hash, kind="signature", name=Personal("Wang Wu.png"))
    command = Deliver(
        warehouse="main", customer="SHOP", desadv=number, accepted=(some(30),), signer=Personal("Wang Wu"),
        refused=(some(4, reason="crushed"), some(3, reason="too warm")), attachments=(proof,),
    )  # fmt: skip
    desk.run(command, FAST)
    assert desk.stock(lot) == {
        ("A-01", "released"): Decimal(60), ("party", "released"): Decimal(30), ("transit", "released"): Decimal(10),
    }  # fmt: skip
    told = {(body["disposition"], body.get("suyuan:reason")) for body in bodies()}
    assert told == {("in_progress", None), ("returned", "crushed"), ("returned", "too warm")}
    assert all(body["suyuan:attachments"][0]["hash"] == hash for body in bodies())  # type: ignore[index]  # JSON
    assert not any("Wang Wu" in json.dumps(body) for body in bodies())
    assert set(PersonalValue.objects.filter(value__startswith="Wang Wu").values_list("field", flat=True)) == {
        "signer", "attachments[0].name",
    }  # fmt: skip


def test_why_each_line_was_refused(desk: Desk) -> None:
    stocked(desk)
    number = shipped(desk, some(40))
    base = Deliver(warehouse="main", customer="SHOP", desadv=number, refused=(some(4), some(3, reason="too warm")))
    assert refusal(desk, base, FAST) == {("refused[0].reason", "operations.reason_missing")}
    desk.run(replace(base, reason="crushed"), FAST)
    assert {body.get("suyuan:reason") for body in bodies()} == {None, "crushed", "too warm"}


def test_another_carriers_driver_has_nothing_signed(desk: Desk) -> None:
    stocked(desk)
    number, nobodys = shipped(desk, some(10)), shipped(desk, some(10), carrier="")
    for desadv, driver in ((number, SLOW), (nobodys, FAST)):
        assert refusal(desk, Deliver(warehouse="main", customer="SHOP", desadv=desadv), driver) == {
            ("desadv", "operations.shipment_of_another")
        }
    desk.run(Deliver(warehouse="main", customer="SHOP", desadv=number), FAST)
    desk.run(Deliver(warehouse="main", customer="SHOP", desadv=nobodys), CARRIER)  # no account of a partner


def test_a_file_that_nobody_brought(desk: Desk) -> None:
    stocked(desk)
    number = shipped(desk, some(10))
    lost = Attachment(hash="0" * 64, kind="signature")
    command = Deliver(warehouse="main", customer="SHOP", desadv=number, attachments=(lost,))
    assert refusal(desk, command, FAST) == {("attachments[0].hash", "catalog.file_unknown")}


def test_a_pallet_is_taken_with_what_is_in_it(desk: Desk) -> None:
    lot = stocked(desk)
    sscc = desk.run(Pack(warehouse="main", lines=(Line(item="YOG", lot="L1", quantity=48, place="A-01"),)))
    pallet = str(sscc.value["container"])
    number = shipped(desk, Line(container=pallet), some(10))
    refused = (RefusedLine(container=pallet, reason="leaning"),)
    desk.run(Deliver(warehouse="main", customer="SHOP", desadv=number, accepted=(some(10),), refused=refused), FAST)
    assert desk.stock(lot)["party", "released"] == 10
    assert desk.stock(lot)[f"transit/{pallet.rsplit('/', 1)[1]}", "released"] == 48


def test_a_signature_is_told_to_the_consignment(desk: Desk) -> None:
    stocked(desk)
    found = {}
    for name, lines in (("taken", ()), ("refused", (some(10, reason="wrong"),))):
        number = shipped(desk, some(10))
        desk.run(BookCarrier(warehouse="main", desadv=number, account="OWN"), KEEPER)
        work_next("w", lambda: desk.now)
        desk.run(Deliver(warehouse="main", customer="SHOP", desadv=number, refused=lines), FAST)
        found[name] = Consignment.objects.get(number=number).step
    assert found == {"taken": "delivered", "refused": "refused"}
