"""Entrust a shipment to a carrier. Nobody is called here: the row that this makes is what the worker sends."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from suyuan.capture.who import Who
from suyuan.catalog.rules import code_key
from suyuan.delivery.kinds import State
from suyuan.delivery.models import CarrierAccount, Consignment
from suyuan.delivery.port import adapter
from suyuan.delivery.rules import read_services
from suyuan.delivery.writes import do_add_consignment
from suyuan.governance.context import Context
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import parse_amount, scaled
from suyuan.operations.shipments import departure_of, shipment_of

MOST_PARCELS = 999


@dataclass(frozen=True, slots=True, kw_only=True)
class BookCarrier:
    """A shipment (`desadv`: number or URI of its despatch advice) with a carrier account. `service`: one of the
    account's; `weight` in kilograms; `promised`: the day the customer wants it; `waybill`: a number that the carrier
    gave by other ways.
    """

    warehouse: str
    desadv: str
    account: str
    service: str = ""
    parcels: int = 1
    weight: Decimal | int | str | None = None
    waybill: str = ""
    promised: date | None = None
    note: str = ""


@command(BookCarrier, permission="ship")
def book_carrier(ctx: Context, who: Who, c: BookCarrier) -> Plan:
    problems: list[Problem] = []
    account = account_of(c, problems)
    shipment = shipment_of(who, c.warehouse, c.desadv, problems)
    weight = weight_of(c, problems)
    if not 1 <= c.parcels <= MOST_PARCELS:
        problems.append(Problem("delivery.parcels_wrong", "parcels", {"most": str(MOST_PARCELS)}))
    if account is None or shipment is None:
        return Plan(problems=problems)
    number = shipment.document.rsplit("/", 1)[-1]
    left = departure_of(c.warehouse, shipment.document)
    customer = left.customer if left else ""
    problems += booked_already(c, shipment.document, number, account)
    if who.directory.partner_of(customer) is None:
        problems.append(Problem("delivery.recipient_unknown", "desadv", {"number": number}))
    if problems:
        return Plan(problems=problems)
    id = UUID(ctx.mint().removeprefix("urn:uuid:"))
    reference = reference_of(number, id)
    do_add_consignment(
        id=id, log=c.warehouse, document=shipment.document, number=number, customer=customer, account=account,
        reference=reference, service=c.service.strip(), waybill=c.waybill.strip(), parcels=c.parcels, weight=weight,
        note=c.note.strip()[:300], promised=c.promised, now=ctx.now,
    )  # fmt: skip
    return Plan(result={"consignment": str(id), "reference": reference, "number": number}, about=[shipment.document])


def reference_of(number: str, id: UUID) -> str:
    """Our number for it with the carrier: the despatch advice's, and what tells a second booking of it apart."""
    return f"{number[-30:]}-{id.hex[-6:].upper()}"


def account_of(c: BookCarrier, problems: list[Problem]) -> CarrierAccount | None:
    """The account that is named, locked, so that nobody books the same shipment beside; else a problem."""
    found = CarrierAccount.objects.select_for_update().filter(key=code_key(c.account)).first()
    shown = {"account": c.account[:40]}
    if found is None:
        problems.append(Problem("delivery.account_unknown", "account", shown))
        return None
    kind = adapter(found.adapter)
    if not found.is_active:
        problems.append(Problem("delivery.account_closed", "account", shown))
    if kind is None:
        problems.append(Problem("delivery.adapter_unknown", "account", {"adapter": found.adapter, "known": "–"}))
    services = read_services(found.services)
    wanted = c.service.strip()
    if (wanted and services and wanted not in services) or (kind is not None and kind.numbered and not wanted):
        problems.append(Problem("delivery.service_unknown", "service", shown | {"service": wanted or "–"}))
    if kind is not None and kind.numbered and not c.waybill.strip():
        problems.append(Problem("delivery.waybill_missing", "waybill", shown))
    if len(c.waybill.strip()) > 60:
        problems.append(Problem("delivery.waybill_long", "waybill"))
    return found


def weight_of(c: BookCarrier, problems: list[Problem]) -> int | None:
    """In 10⁻⁶ kg."""
    if c.weight is None or str(c.weight).strip() == "":
        return None
    try:
        found = parse_amount(str(c.weight))
        if found <= 0:
            raise Refused([])
        return scaled(found)
    except Refused:
        problems.append(Problem("delivery.weight_wrong", "weight", {"text": str(c.weight)[:20]}))
        return None


def booked_already(c: BookCarrier, document: str, number: str, account: CarrierAccount) -> list[Problem]:
    open_ = (State.WAITING, State.BOOKED, State.CANCELLING)
    there = Consignment.objects.filter(log=c.warehouse, document=document, account=account, state__in=open_)
    shown = {"number": number, "account": account.code}
    return [Problem("delivery.booked_already", "desadv", shown)] if there.exists() else []
