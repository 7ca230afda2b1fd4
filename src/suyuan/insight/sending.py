"""What waits to be sent, by mail and to webhooks: tried again ever less often, and given up at last.

Whoever takes a row puts its next try off, so that another worker takes it up when this one has died. A mail that was
sent by a worker that died before it could say so may come twice: it then has the same Message-ID.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from mimetypes import guess_type
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from suyuan.gs1.problems import Refused
from suyuan.insight.hooks import NotSent, call, headers_of, hook_of, secret_of
from suyuan.insight.models import Delivery, Sending
from suyuan.ledger.keys import micros

MAIL, WEBHOOK, NOTHING = "mail", "webhook", "nothing"
PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 180, 360, 720))  # after each try; then it is given up
KEPT = timedelta(days=30)
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody is sent: a text to read, and the same for programs; a mail may carry a file."""

    subject: str
    text: str
    data: Mapping[str, object]
    file_name: str = ""
    file: bytes | None = None


def ask(user: UUID, day: date, targets: Mapping[str, str], message: Message, now: datetime, about: str = "") -> None:
    """Leave a message for somebody, once for each day, way and cause; with nothing to say only a note that it was
    looked."""
    at = micros(now)
    bodies = {MAIL: message.text, WEBHOOK: json.dumps(message.data, ensure_ascii=False)}
    rows = [
        Delivery(
            user_id=user, day=day, way=way, target=target, subject=message.subject[:200], body=bodies.get(way, ""),
            state=Sending.SENT if way == NOTHING else Sending.WAITING, due=at, made=at, about=about,
            file_name=message.file_name[:200], file=message.file if way == MAIL else None,
        )
        for way, target in targets.items()
    ]  # fmt: skip
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def send_next(holder: str, clock: Clock) -> bool:
    """Send what has waited longest; False where nothing is due."""
    row = take(holder, clock())
    if row is None:
        return False
    try:
        (_mail if row.way == MAIL else _webhook)(row, clock())
    except (NotSent, SMTPException, OSError, Refused) as error:
        _failed(row, holder, str(error) or type(error).__name__, clock())
    else:
        mine = Delivery.objects.filter(pk=row.pk, holder=holder, tries=row.tries)
        mine.update(state=Sending.SENT, ended=micros(clock()), error="")
    return True


def take(holder: str, now: datetime) -> Delivery | None:
    """One that is due, with its next try put off; nobody else has it until then."""
    with transaction.atomic():
        found = Delivery.objects.filter(state=Sending.WAITING, due__lte=micros(now)).order_by("due", "pk").first()
        if found is None:
            return None
        pause = PAUSES[min(found.tries, len(PAUSES) - 1)]
        free = Delivery.objects.filter(pk=found.pk, state=Sending.WAITING, tries=found.tries)
        changed = free.update(tries=found.tries + 1, holder=holder, taken=micros(now), due=micros(now + pause))
    if changed != 1:
        return None
    found.tries += 1
    return found


def _failed(row: Delivery, holder: str, error: str, now: datetime) -> None:
    mine = Delivery.objects.filter(pk=row.pk, holder=holder, tries=row.tries)
    if row.tries > len(PAUSES):
        mine.update(state=Sending.FAILED, ended=micros(now), error=error[:300])
    else:
        mine.update(error=error[:300])


def message_id(row: Delivery) -> str:
    """The same each time it is tried, so that whoever gets it twice can tell."""
    return f"{row.about.replace(':', '-') or 'digest'}-{row.user_id}-{row.day:%Y%m%d}"


def _mail(row: Delivery, now: datetime) -> None:
    host = settings.SUYUAN.mail_from.rpartition("@")[2].strip(">") or "localhost"
    headers = {"Message-ID": f"<{message_id(row)}@{host}>", "Auto-Submitted": "auto-generated"}
    mail = EmailMessage(row.subject, row.body, settings.SUYUAN.mail_from, [row.target], headers=headers)
    if row.file is not None:
        mail.attach(row.file_name, bytes(row.file), guess_type(row.file_name)[0] or "application/octet-stream")
    mail.send()


def _webhook(row: Delivery, now: datetime) -> None:
    body = row.body.encode()
    secret = secret_of(settings.SUYUAN.secret_key, str(row.user_id))
    at = int(now.timestamp())
    call(hook_of(row.target, settings.SUYUAN.webhook_hosts), body, headers_of(secret, message_id(row), at, body))


def forget(now: datetime) -> int:
    """Drop what was sent, or given up, a month ago."""
    return Delivery.objects.exclude(state=Sending.WAITING).filter(made__lt=micros(now - KEPT)).delete()[0]
