"""Commands on accounts and consignments. To book one takes a shipment: `operations.outbound.book_carrier`."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from suyuan.capture.who import Who
from suyuan.catalog.rules import code_key
from suyuan.delivery.kinds import ENDS, STATES, State
from suyuan.delivery.models import CarrierAccount, Consignment
from suyuan.delivery.port import adapter
from suyuan.delivery.registers import EDIT, account_uri
from suyuan.delivery.writes import do_cancel, do_keep_secret, do_try_again
from suyuan.governance.context import Context
from suyuan.governance.params import Secret
from suyuan.governance.registry import Plan, command
from suyuan.gs1.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepCarrierSecret:
    """A key or password of a carrier account; an empty `value` takes it away. The record says which, never what."""

    account: str
    name: str
    value: Secret


@command(KeepCarrierSecret, permission=EDIT, scope=None)
def keep_carrier_secret(ctx: Context, who: Who, c: KeepCarrierSecret) -> Plan:
    account = CarrierAccount.objects.filter(key=code_key(c.account)).first()
    if account is None:
        return Plan(problems=[Problem("delivery.account_unknown", "account", {"account": c.account[:40]})])
    found = adapter(account.adapter)
    known = found.secrets if found else {}
    if c.name not in known:
        params = {"account": account.code, "name": c.name[:40], "known": ", ".join(known)}
        return Plan(problems=[Problem("delivery.secret_unknown", "name", params)])
    do_keep_secret(account, c.name, str(c.value), settings.SUYUAN.secret_key, ctx.now)
    return Plan(result={"account": account.code, "name": c.name}, about=[account_uri(account.key)])


@dataclass(frozen=True, slots=True, kw_only=True)
class OfConsignment:
    """A consignment of a warehouse, by its id, and why."""

    warehouse: str
    consignment: UUID
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelCarrier(OfConsignment):
    """The carrier is not to take it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryCarrier(OfConsignment):
    """What was given up is tried again."""


def consignment_of(c: OfConsignment, problems: list[Problem]) -> Consignment | None:
    """The consignment, locked; a problem where it is none of this warehouse."""
    found = Consignment.objects.select_for_update().filter(pk=c.consignment, log=c.warehouse).first()
    if found is None:
        problems.append(Problem("delivery.consignment_unknown", "consignment"))
    return found


@command(CancelCarrier, permission="ship")
def cancel_carrier(ctx: Context, who: Who, c: CancelCarrier) -> Plan:
    problems = [] if c.reason.strip() else [Problem("delivery.reason_missing", "reason")]
    found = consignment_of(c, problems)
    if found is not None and found.step in ENDS:
        problems.append(Problem("delivery.arrived", "consignment", {"number": found.number}))
    elif found is not None and found.state not in (State.WAITING, State.BOOKED, State.FAILED):
        params = {"number": found.number, "state": STATES[found.state]}
        problems.append(Problem("delivery.not_cancellable", "consignment", params))
    if found is None or problems:
        return Plan(problems=problems)
    state = do_cancel(found, c.reason.strip(), ctx.now)
    return Plan(result={"consignment": str(found.pk), "state": state.value}, about=[found.document])


@command(RetryCarrier, permission="ship")
def retry_carrier(ctx: Context, who: Who, c: RetryCarrier) -> Plan:
    problems: list[Problem] = []
    found = consignment_of(c, problems)
    if found is not None and found.state != State.FAILED:
        problems.append(Problem("delivery.not_failed", "consignment", {"number": found.number}))
    if found is None or problems:
        return Plan(problems=problems)
    do_try_again(found, ctx.now)
    return Plan(result={"consignment": str(found.pk), "state": State.WAITING.value}, about=[found.document])
