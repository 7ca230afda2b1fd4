"""The supplier has what was returned: OBSERVE accepting at his place, by the return note that he signed."""

from dataclasses import dataclass
from datetime import datetime

from suyuan.capture.bodies import object_event
from suyuan.capture.who import Who
from suyuan.catalog.rules import PARTY, PLACE
from suyuan.governance.context import Context
from suyuan.governance.params import Personal
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import key16
from suyuan.ledger.models import EventItem, Record
from suyuan.operations.events import happened, head
from suyuan.operations.parties import both, us
from suyuan.operations.shipments import shipment_of
from suyuan.stock.facts import OWN
from suyuan.stock.queries import uris_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmReturn:
    """All that is under way under the return note `desadv` is with the supplier.

    `signer`: who signed for him, of which the record keeps a commitment only. What he does not take is voided.
    """

    warehouse: str
    desadv: str
    signer: Personal | None = None
    at: datetime | None = None


@command(ConfirmReturn, permission="ship")
def confirm_return(ctx: Context, who: Who, c: ConfirmReturn) -> Plan:
    problems: list[Problem] = []
    at = happened(ctx, c.at, problems)
    shipment = shipment_of(who, c.warehouse, c.desadv, problems)
    if shipment is None:
        return Plan(problems=problems)
    owners = uris_of({row.owner for row in shipment.rows if row.owner != OWN})
    supplier = next(iter(owners.values()), "")
    if not supplier or not sent_back(c.warehouse, shipment.document):
        return Plan(problems=[*problems, Problem("operations.not_sent_back", "desadv", {"desadv": c.desadv})])
    event = object_event(
        head(
            ctx, who, c.warehouse, at, "accepting", "in_progress",
            read_point=supplier.replace(PARTY, PLACE) if supplier.startswith(PARTY) else "",
            documents=[("desadv", shipment.document)], sources=[("possessing_party", us(who, c.warehouse))],
            destinations=both(supplier),
        ),
        "OBSERVE",
        epcs=shipment.instances,
        amounts=shipment.classes(),
    )  # fmt: skip
    return Plan(result={"supplier": supplier, "document": shipment.document}, events=[event], problems=problems)


def sent_back(warehouse: str, document: str) -> bool:
    """Is it the paper of goods that went back to a supplier, not of goods on their way to a customer?"""
    named = EventItem.objects.filter(log=warehouse, identifier=key16(document), role="doc.desadv")
    returned = Record.objects.filter(log=warehouse, biz_step="shipping", disposition="returned")
    return returned.filter(id__in=named.values("record")).exists()
