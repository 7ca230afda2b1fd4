"""What the worker does for consignments: book, ask, cancel; again and again where a carrier does not answer.

A row has one moment at which something is to be done for it. Whoever takes it puts that moment off first (the lease),
so that no other worker does the same, and another takes it up when this one has died. A try that may have arrived is
followed by a question, never by a second booking. An account whose carrier does not answer is left alone for a while,
so that a dead carrier holds up no other; and nothing that goods wait for waits for any of this.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from suyuan.capture.guard import governed
from suyuan.catalog.directory import directory
from suyuan.catalog.files import do_add_file, keep_bytes
from suyuan.catalog.models import Partner
from suyuan.delivery.kinds import ENDS, Source, State, Step
from suyuan.delivery.models import CarrierAccount, CarrierHealth, Consignment
from suyuan.delivery.port import (
    Account,
    Booked,
    Carrier,
    CarrierFailed,
    Parcel,
    Party,
    Sent,
    Told,
    Trouble,
    adapter,
    names,
)
from suyuan.delivery.rules import ASKED_FOR, FIRST_ASK, SLOWEST_ASK, TRIES, next_ask, pause
from suyuan.delivery.sealing import secrets_of, tail_of
from suyuan.delivery.writes import do_report
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.ledger.keys import micros, moment

LEASE = timedelta(minutes=3)  # longer than the slowest calls of one turn together
FIRST_REST, LONGEST_REST = timedelta(seconds=15), timedelta(minutes=10)  # of an account that does not answer
LABEL_KINDS = frozenset({"application/pdf", "image/png"})
_LOG = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Connect = Callable[[CarrierAccount], Carrier]


def work_next(holder: str, clock: Clock, connect: Connect | None = None) -> bool:
    """Do what is due for one consignment; False where nothing is."""
    row = take(holder, clock())
    if row is None:
        return False
    try:
        carrier = (connect or carrier_of)(row.account)
        _DO[State(row.state)](row, carrier, holder, clock)
    except CarrierFailed as failed:
        failed_at(row, holder, failed, clock())
    except Refused as refused:
        failed_at(row, holder, CarrierFailed(Trouble.FINAL, refused.problems[0]), clock())
    except Exception:  # whatever it was, the next consignment shall be booked
        _LOG.exception("consignment %s", row.pk)
        problem = Problem("delivery.carrier_lost", "", {"carrier": row.account.code})
        failed_at(row, holder, CarrierFailed(Trouble.RETRY, problem, unsure=True), clock())
    else:
        answered(row.account)
    return True


def take(holder: str, now: datetime) -> Consignment | None:
    """One whose moment has come, of an account that is not left alone just now; nobody else has it for the lease."""
    at = micros(now)
    resting = CarrierHealth.objects.filter(until__gt=at).values("account")
    waiting = Consignment.objects.filter(due__lte=at).exclude(account__in=resting)
    for id, tries, due in waiting.order_by("due", "pk").values_list("pk", "tries", "due")[:5]:
        with governed():
            free = Consignment.objects.filter(pk=id, tries=tries, due=due)
            won = free.update(tries=tries + 1, holder=holder, taken=at, due=micros(now + LEASE))
        if won:
            return Consignment.objects.select_related("account").get(pk=id)
    return None


def carrier_of(account: CarrierAccount) -> Carrier:
    """The way to an account's carrier. Refused: none is installed, or a key cannot be read."""
    found = adapter(account.adapter)
    if found is None:
        params = {"adapter": account.adapter, "known": ", ".join(names())}
        raise Refused([Problem("delivery.adapter_unknown", "adapter", params)])
    return found.make(plain(account))


def plain(account: CarrierAccount) -> Account:
    """An account as an adapter gets it."""
    options = settings.SUYUAN
    tail = tail_of(options.secret_key, account.key)
    return Account(
        code=account.code, address=account.address, customer=account.customer, pays=account.pays,
        mapping=account.mapping, secrets=secrets_of(options.secret_key, account),
        callback=f"{options.web_url}/api/carriers/{account.key}/{tail}", tail=tail, hosts=options.webhook_hosts,
    )  # fmt: skip


# -- doing it ----------------------------------------------------------------------------------------------------------


def book(row: Consignment, carrier: Carrier, holder: str, clock: Clock) -> None:
    """Book it; where an earlier try may have arrived, ask for that first."""
    found = carrier.find(row.reference) if row.unsure else None
    if found is None:
        parcel = parcel_of(row)
        with governed():
            mine(row, holder).update(unsure=True)  # from here on it may arrive, whatever becomes of this worker
        found = carrier.book(parcel)
    row.waybill = found.waybill
    booked(row, holder, found, clock())
    keep_label(row, carrier)


def booked(row: Consignment, holder: str, found: Booked, now: datetime) -> None:
    asks = getattr(adapter(row.account.adapter), "asks", True)
    with transaction.atomic(), governed():
        mine(row, holder).update(
            state=State.BOOKED, waybill=found.waybill[:60], booked=micros(now), tries=0, trouble={}, unsure=False,
            estimated=micros(found.estimated) if found.estimated else None,
            due=micros(now + FIRST_ASK) if asks else None,
        )  # fmt: skip
        do_report(row.pk, [Told(at=now, code="", step=Step.BOOKED.value, id="booked")], Source.ASKED, now)


def keep_label(row: Consignment, carrier: Carrier) -> None:
    """The carrier's label, where he draws one; without it the consignment is booked all the same."""
    try:
        label = carrier.label(sent_of(row))
        if label is not None and label.media_type in LABEL_KINDS:
            _kept_label(row, label.data)
    except (CarrierFailed, Refused, OSError):
        _LOG.warning("no label for consignment %s", row.pk, exc_info=True)


def _kept_label(row: Consignment, data: bytes) -> None:
    hash = keep_bytes(data)[0]
    with transaction.atomic(), governed():
        do_add_file(name=f"{row.waybill or row.number}", hash=hash, version=directory().version)
        Consignment.objects.filter(pk=row.pk).update(label=hash)


def ask(row: Consignment, carrier: Carrier, holder: str, clock: Clock) -> None:
    """What has become of it?"""
    told = carrier.track(sent_of(row))
    now = clock()
    with transaction.atomic(), governed():
        mine(row, holder).update(tries=0, trouble={})
        now_is = do_report(row.pk, told, Source.ASKED, now)
        if now_is.step in ENDS:
            return
        news = moment(now_is.at if now_is.at is not None else row.made)
        old = now - moment(row.booked or row.made) > ASKED_FOR
        again = None if old else micros(now + next_ask(max(now - news, timedelta())))
        Consignment.objects.filter(pk=row.pk, state=State.BOOKED).update(due=again)


def cancel(row: Consignment, carrier: Carrier, holder: str, clock: Clock) -> None:
    """Tell the carrier; where nobody knows whether he ever had it, ask that first."""
    if not row.waybill:
        found = carrier.find(row.reference)
        row.waybill = found.waybill if found else ""
    if row.waybill:
        carrier.cancel(sent_of(row))
    with governed():
        mine(row, holder).update(state=State.CANCELLED, due=None, trouble={}, tries=0)


def sent_of(row: Consignment) -> Sent:
    phone = Partner.objects.filter(uri=row.customer).values_list("phone", flat=True).first()
    return Sent(
        waybill=row.waybill, reference=row.reference, service=row.service, phone=phone or row.account.sender_phone
    )


_DO = {State.WAITING: book, State.BOOKED: ask, State.CANCELLING: cancel}


def parcel_of(row: Consignment) -> Parcel:
    """What the carrier is told. Refused: the recipient is no partner, or one without an address."""
    partner = Partner.objects.filter(uri=row.customer).first()
    if partner is None:
        raise Refused([Problem("delivery.recipient_unknown", "", {"number": row.number})])
    kind = adapter(row.account.adapter)
    if not partner.address.strip() and (kind is None or kind.addressed):
        raise Refused([Problem("delivery.recipient_without_address", "", {"partner": partner.code})])
    account = row.account
    return Parcel(
        reference=row.reference,
        sender=Party(
            name=account.sender_name or account.code, phone=account.sender_phone, region=account.sender_region,
            city=account.sender_city, address=account.sender_address,
        ),
        recipient=Party(
            name=partner.name_zh or partner.name_en or partner.code, phone=partner.phone,
            country=partner.country or "CN", region=partner.region, city=partner.city, address=partner.address,
            postcode=partner.postcode,
        ),
        service=row.service,
        parcels=row.parcels,
        waybill=row.waybill,
        weight="" if row.weight is None else decimal_text(unscaled(row.weight)),
        note=row.note,
    )  # fmt: skip


# -- when it fails -----------------------------------------------------------------------------------------------------


def failed_at(row: Consignment, holder: str, failed: CarrierFailed, now: datetime) -> None:
    """Later again, or given up. What is booked is asked for as long as it is under way, ever less often."""
    gone = failed.trouble is not Trouble.RETRY or row.tries >= TRIES
    changes: dict[str, object] = {"trouble": _json(failed.problem), "due": micros(now + pause(row.tries))}
    if row.state == State.WAITING:
        changes["unsure"] = failed.unsure or (row.unsure and failed.trouble is Trouble.RETRY)
        changes |= {"state": State.FAILED, "due": None} if gone else {}
    elif row.state == State.CANCELLING and gone:  # he has it and does not give it back
        changes |= {"state": State.BOOKED if row.waybill else State.FAILED, "tries": 0}
    elif failed.trouble is Trouble.FINAL:  # until somebody mends it; calls and signatures tell all the same
        changes["due"] = micros(now + SLOWEST_ASK)
    elif row.state == State.BOOKED:  # carriers lock whoever asks for one waybill again within half an hour
        changes["due"] = micros(now + max(pause(row.tries), FIRST_ASK))
    with governed():
        mine(row, holder).update(**changes)
    if failed.trouble is Trouble.RETRY:
        silent(row.account, now)
    else:
        answered(row.account)


def silent(account: CarrierAccount, now: datetime) -> None:
    """He did not answer: leave him alone for a while, longer each time."""
    health, _made = CarrierHealth.objects.get_or_create(account=account)
    rest = min(FIRST_REST * 2 ** min(health.fails, 10), LONGEST_REST)
    CarrierHealth.objects.filter(pk=health.pk).update(
        fails=F("fails") + 1, since=health.since or micros(now), until=micros(now + rest)
    )


def answered(account: CarrierAccount) -> None:
    CarrierHealth.objects.filter(account=account, fails__gt=0).update(fails=0, since=None, until=0)


def mine(row: Consignment, holder: str) -> QuerySet[Consignment]:
    """The row, as long as this worker has it in the state in which it took it."""
    return Consignment.objects.filter(pk=row.pk, holder=holder, taken=row.taken, state=row.state)


def _json(problem: Problem) -> dict[str, object]:
    return {"code": problem.code, "field": problem.field, "params": dict(problem.params)}


def trouble_of(row: Consignment) -> Problem | None:
    """Why it waits or was given up."""
    if not row.trouble:
        return None
    return Problem(row.trouble["code"], row.trouble["field"], row.trouble["params"])
