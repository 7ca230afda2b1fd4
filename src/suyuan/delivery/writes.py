"""What becomes of consignments and accounts. Inside a command or `governed()`; each trusts what it is given."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from suyuan.delivery.kinds import Source, State
from suyuan.delivery.models import CarrierAccount, CarrierSecret, Consignment, RefusedCall, Report
from suyuan.delivery.port import Told
from suyuan.delivery.rules import Standing, key_of, next_ask, standing
from suyuan.delivery.sealing import seal
from suyuan.ledger.keys import micros, moment


def do_keep_secret(account: CarrierAccount, name: str, value: str, key: str, now: datetime) -> None:
    """Seal it; an empty value takes it away."""
    if not value:
        CarrierSecret.objects.filter(account=account, name=name).delete()
        return
    sealed = {"sealed": seal(key, account.key, name, value), "changed": micros(now)}
    CarrierSecret.objects.update_or_create(account=account, name=name, defaults=sealed)


def do_add_consignment(
    *,
    id: UUID,
    log: str,
    document: str,
    number: str,
    customer: str,
    account: CarrierAccount,
    reference: str,
    service: str = "",
    waybill: str = "",
    parcels: int = 1,
    weight: int | None = None,
    note: str = "",
    promised: date | None = None,
    now: datetime,
) -> Consignment:
    """A consignment to be booked; the worker finds it at once."""
    return Consignment.objects.create(
        id=id, log=log, document=document, number=number, customer=customer, account=account, reference=reference,
        service=service, waybill=waybill, parcels=parcels, weight=weight, note=note, promised=promised,
        made=micros(now), due=micros(now),
    )  # fmt: skip


def do_cancel(consignment: Consignment, reason: str, now: datetime) -> State:
    """Cancelled at once where the carrier was never asked; else he is to be told."""
    unknown = consignment.booked is None and not consignment.unsure
    state = State.CANCELLED if unknown else State.CANCELLING
    due = None if state is State.CANCELLED else micros(now)
    Consignment.objects.filter(pk=consignment.pk).update(
        state=state, reason=reason[:300], due=due, tries=0, trouble={}
    )  # fmt: skip
    return state


def do_try_again(consignment: Consignment, now: datetime) -> None:
    """What was given up is booked after all."""
    Consignment.objects.filter(pk=consignment.pk).update(state=State.WAITING, due=micros(now), tries=0, trouble={})


def do_report(consignment: UUID, told: Sequence[Told], source: Source, now: datetime) -> Standing:
    """Keep what was told, each once, and bring the consignment in line with all that was told of it."""
    found = Consignment.objects.select_for_update().get(pk=consignment)  # whoever else brings reports waits
    heard = micros(now)
    rows = {key: _row(consignment, key, one, source, heard) for one in told for key in (key_of(one),)}
    known = set(Report.objects.filter(consignment=consignment, key__in=rows).values_list("key", flat=True))
    Report.objects.bulk_create([row for key, row in rows.items() if key not in known], ignore_conflicts=True)
    now_is = standing(Report.objects.filter(consignment=consignment).values_list("at", "step"))
    changes: dict[str, object] = {"step": now_is.step, "at": now_is.at}
    estimates = [one.estimated for one in sorted(told, key=lambda one: one.at) if one.estimated is not None]
    if estimates:
        changes["estimated"] = micros(estimates[-1])
    if found.state == State.BOOKED:
        changes["due"] = None if now_is.has_ended else _next_due(now_is, found, now)
    Consignment.objects.filter(pk=consignment).update(**changes)
    return now_is


def _next_due(now_is: Standing, found: Consignment, now: datetime) -> int | None:
    news = moment(now_is.at if now_is.at is not None else found.booked or found.made)
    return None if found.due is None else micros(now + next_ask(max(now - news, now - now)))


def _row(consignment: UUID, key: str, one: Told, source: Source, heard: int) -> Report:
    return Report(
        consignment_id=consignment, key=key, at=micros(one.at), step=one.step, code=one.code[:40], text=one.text[:500],
        place=one.place[:200], source=source.value, heard=heard,
    )  # fmt: skip


def count_refused(account: str, day: date, why: str) -> None:
    """Count a call that was not let in; one statement where it is not the first of the day."""
    account, why = account[:40], why[:60]
    if not RefusedCall.objects.filter(account=account, day=day, why=why).update(count=F("count") + 1):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO delivery_refusedcall (account, day, why, count) VALUES (%s, %s, %s, 1) "
                "ON CONFLICT (account, day, why) DO UPDATE SET count = delivery_refusedcall.count + 1",
                [account, day, why],
            )
