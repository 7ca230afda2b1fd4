"""Telling customers of their shipments: once, and once more each time that a shipment is another than was told.

Sent by the worker to the customer's webhook, signed (Standard Webhooks), or by mail, and again until it is taken;
nothing that ships waits for it. What stands is asked when it is sent, so whoever corrects a shipment before its
customer was told causes no second advice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.db.models import QuerySet

from suyuan.capture.guard import governed
from suyuan.delivery.kinds import AdviceFormat, AdviceState
from suyuan.delivery.models import Advice, AdviceChannel
from suyuan.delivery.registers import is_mail
from suyuan.gs1.problems import Refused
from suyuan.insight.desadv import Written, advice_of
from suyuan.insight.hooks import NotSent, call, headers_of, hook_of, secret_of
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16, micros
from suyuan.operations.despatched import SHIPPING, VOIDED, events_under
from suyuan.orders.edifact_desadv import Function
from suyuan.stock.queries import uris_of

PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 180, 360, 720))  # after each try; then it is given up
LEASE = timedelta(minutes=2)
MARGIN, NOTED = timedelta(minutes=10), timedelta(minutes=1)  # transactions that end late; how often `seen` is written
_TOUCHED = (
    "SELECT DISTINCT d.identifier FROM ledger_record r JOIN ledger_eventitem d ON d.record = r.id AND d.log = r.log "
    f"AND d.role = 'doc.desadv' WHERE r.record_time >= %s AND r.biz_step IN ('{SHIPPING}', '{VOIDED}')"
)
_THEIRS = (
    "SELECT d.log, d.identifier, r.id, r.declares, r.biz_step, r.record_time, p.identifier FROM ledger_eventitem d "
    f"JOIN ledger_record r ON r.id = d.record AND r.log = d.log AND r.biz_step IN ('{SHIPPING}', '{VOIDED}') "
    "LEFT JOIN ledger_eventitem p ON p.record = r.id AND p.log = r.log AND p.role = 'to.owning_party' "
    "WHERE d.role = 'doc.desadv' AND d.identifier {keys}"
)
Clock = Callable[[], datetime]


# -- noting what is to be told ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Shipment:
    """What the ledger has under a despatch advice of a warehouse."""

    events: set[bytes] = field(default_factory=set)
    wrong: set[bytes] = field(default_factory=set)
    parties: set[bytes] = field(default_factory=set)
    since: int = 0

    @property
    def stands(self) -> str:
        return hash_of(self.events - self.wrong)


def hash_of(events: Iterable[bytes]) -> str:
    """What stands of a shipment, so that a change of it is seen. Pure."""
    return sha256(b"".join(sorted(events))).hexdigest()


def make_due(now: datetime) -> int:
    """Note the shipments since a channel was opened whose customers have not been told how they are; how many.

    A statement where nothing left or was corrected lately, a fixed number otherwise.
    """
    channels = _opened(list(AdviceChannel.objects.filter(is_active=True).select_related("partner")), now)
    if not channels:
        return 0
    found = _touched(min(one.seen for one in channels) - MARGIN // timedelta(microseconds=1))
    by_party = {key16(one.partner.uri): one for one in channels}
    named = uris_of({document for _log, document in found}) if found else {}
    last = {(one.log, one.document): one for one in _lasts(named.values())}
    rows = []
    for (log, key), one in sorted(found.items()):
        channel = next((by_party[party] for party in one.parties if party in by_party), None)
        if channel is None or key not in named or one.since < channel.since:
            continue
        before = last.get((log, named[key]))
        if before is None or (before.state != AdviceState.WAITING and before.stands not in ("", one.stands)):
            rows.append(_row(log, named[key], channel, before, one.stands, micros(now)))
    with governed():
        Advice.objects.bulk_create(rows, ignore_conflicts=True)
        late = [one.pk for one in channels if micros(now) - one.seen > NOTED // timedelta(microseconds=1)]
        if late:
            AdviceChannel.objects.filter(pk__in=late).update(seen=micros(now))
    return len(rows)


def _opened(channels: Sequence[AdviceChannel], now: datetime) -> list[AdviceChannel]:
    """Those that were there when we looked last; of what left before a channel was opened nobody is told."""
    new = [one.pk for one in channels if not one.since]
    if new:
        with governed():
            AdviceChannel.objects.filter(pk__in=new).update(since=micros(now), seen=micros(now))
    return [one for one in channels if one.since]


def _touched(since: int) -> dict[tuple[str, bytes], _Shipment]:
    """The shipments of which something was recorded since then, each with all that was ever recorded of it."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, [since])
        keys = [bytes(key) for (key,) in cursor.fetchall()]
        rows: list[tuple[Any, ...]] = select_in(cursor, _THEIRS, keys) if keys else []
    found: dict[tuple[str, bytes], _Shipment] = {}
    for log, document, id, declares, step, recorded, party in rows:
        one = found.setdefault((str(log), bytes(document)), _Shipment())
        if declares is not None:
            one.wrong.add(bytes(declares))
            continue
        one.events.add(bytes(id))
        if party is not None:
            one.parties.add(bytes(party))
        if step == SHIPPING:
            one.since = min(one.since or int(recorded), int(recorded))
    return found


def _lasts(documents: Iterable[str]) -> Iterable[Advice]:
    """The advices of these documents, of each the last one last."""
    return Advice.objects.filter(document__in=list(documents)).order_by("sequence")


def _row(log: str, uri: str, channel: AdviceChannel, before: Advice | None, stands: str, at: int) -> Advice:
    return Advice(
        log=log, document=uri, number=uri.rsplit("/", 1)[-1][:80], channel=channel, due=at, made=at, stands=stands,
        sequence=before.sequence + 1 if before else 0,
    )  # fmt: skip


# -- sending ----------------------------------------------------------------------------------------------------------


def send_next(holder: str, clock: Clock) -> bool:
    """Send the advice that has waited longest; False where nothing is due."""
    row = take(holder, clock())
    if row is None:
        return False
    try:
        send(row, holder, clock)
    except (NotSent, SMTPException, OSError, Refused) as error:
        why = error.problems[0].code if isinstance(error, Refused) else str(error)
        _failed(row, holder, why or type(error).__name__, clock())
    return True


def take(holder: str, now: datetime) -> Advice | None:
    """One that is due, put off for the lease, so that nobody else sends it meanwhile."""
    found = Advice.objects.filter(due__lte=micros(now)).select_related("channel__partner").order_by("due", "pk").first()
    if found is None:
        return None
    with governed():
        won = Advice.objects.filter(pk=found.pk, tries=found.tries, due=found.due).update(
            tries=found.tries + 1, holder=holder, taken=micros(now), due=micros(now + LEASE)
        )
    found.tries += 1
    return found if won == 1 else None


def send(row: Advice, holder: str, clock: Clock) -> None:
    """Tell the customer what stands now, unless he knows. However often it is tried it has one id, so that he takes it
    once."""
    before = _sent(row.log, row.document)
    told = before is not None and before.function != Function.CANCELLATION
    stands = stands_now(row.log, row.document)
    written = advice_of(
        row.log, row.document, clock(), format=row.channel.format, told=told, reference=f"D{row.pk}"
    )  # fmt: skip
    cancels = written.function is Function.CANCELLATION
    needed = (before is not None and before.stands != stands) if told else not cancels
    if needed:
        (_mail if is_mail(row.channel.url) else _webhook)(row, written, clock())
    with governed():
        _mine(row, holder).update(
            state=AdviceState.SENT if needed else AdviceState.DROPPED, function=written.function, stands=stands,
            due=None, ended=micros(clock()), error="",
        )  # fmt: skip


def was_told(log: str, document: str) -> bool:
    """Has the customer been told of a shipment that stood then, and of another than stands now?"""
    before = _sent(log, document)
    return (
        before is not None and before.function != Function.CANCELLATION and before.stands != stands_now(log, document)
    )


def _sent(log: str, document: str) -> Advice | None:
    """What he was told last."""
    return Advice.objects.filter(log=log, document=document, state=AdviceState.SENT).order_by("sequence").last()


def stands_now(log: str, document: str) -> str:
    return hash_of(one.id for one in events_under(log, document).standing)


def message_id(row: Advice) -> str:
    """The same each time it is tried."""
    return f"desadv-{row.log}-{row.number}" + (f"-{row.sequence}" if row.sequence else "")


def _webhook(row: Advice, written: Written, now: datetime) -> None:
    headers = headers_of(secret_for(row.channel.key), message_id(row), int(now.timestamp()), written.body)
    if row.channel.format == AdviceFormat.EDIFACT:
        headers["content-type"] = written.media_type
    call(hook_of(row.channel.url, settings.SUYUAN.webhook_hosts), written.body, headers)


def _mail(row: Advice, written: Written, now: datetime) -> None:
    """As a file of a mail that says no more than the number."""
    host = settings.SUYUAN.mail_from.rpartition("@")[2].strip(">") or "localhost"
    headers = {"Message-ID": f"<{message_id(row)}@{host}>", "Auto-Submitted": "auto-generated"}
    target = row.channel.url.partition(":")[2]
    mail = EmailMessage(f"DESADV {row.number}", row.number, settings.SUYUAN.mail_from, [target], headers=headers)
    mail.attach(f"desadv-{file_name(row.number)}.{written.suffix}", written.body, written.media_type)
    mail.send()


def file_name(number: str) -> str:
    """What of a number can stand in the name of a file."""
    return "".join(sign for sign in number if sign.isalnum() or sign in "-_")


def _failed(row: Advice, holder: str, error: str, now: datetime) -> None:
    over = row.tries > len(PAUSES)
    state = AdviceState.FAILED if over else AdviceState.WAITING
    due = None if over else micros(now + PAUSES[min(row.tries, len(PAUSES)) - 1])
    ended = micros(now) if over else None
    with governed():
        _mine(row, holder).update(state=state, due=due, ended=ended, error=error[:300])


def _mine(row: Advice, holder: str) -> QuerySet[Advice]:
    return Advice.objects.filter(pk=row.pk, holder=holder, tries=row.tries)


def secret_for(key: str) -> str:
    """What a customer (`key` of his channel) needs to check the signature."""
    return secret_of(settings.SUYUAN.secret_key, f"advice:{key}")
