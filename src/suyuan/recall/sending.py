"""What the worker sends of notices, by mail and to webhooks: tried again ever less often, and given up at last.

Whoever takes a row puts its next try off, so that another worker takes it up when this one has died. A notice that was
sent by a worker that died before it could say so may come twice: it then has the same Message-ID.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet

from suyuan.capture.guard import governed
from suyuan.gs1.problems import Refused
from suyuan.ledger.keys import micros
from suyuan.recall.kinds import NoticeState, Way
from suyuan.recall.models import Notice
from suyuan.recall.rules import silent_until

PAUSES = tuple(timedelta(minutes=n) for n in (1, 2, 5, 15, 30, 60))  # after each try; then it is given up: people call
LEASE = timedelta(minutes=2)
REMINDER = {"zh": "提醒：", "en": "Reminder: "}
Clock = Callable[[], datetime]
Post = Callable[
    [str, str, bytes, datetime], None
]  # address, an id that stays, the body, now; raises what `_FAILURES` are


_FAILURES = (SMTPException, OSError, Refused)


def send_next(holder: str, clock: Clock, post: Post) -> bool:
    """Send the notice that has waited longest; False where nothing is due."""
    row = take(holder, clock())
    if row is None:
        return False
    try:
        if row.way == Way.MAIL:
            _mail(row)
        else:
            post(row.contact, message_id(row), _data(row), clock())
    except _FAILURES as error:
        why = error.problems[0].code if isinstance(error, Refused) else str(error) or type(error).__name__
        _failed(row, holder, why, clock())
    else:
        _sent(row, holder, clock())
    return True


def take(holder: str, now: datetime) -> Notice | None:
    """One that is due, put off for the lease; nobody else has it until then."""
    found = Notice.objects.filter(next_try__lte=micros(now)).select_related("case").order_by("next_try", "pk").first()
    if found is None:
        return None
    with governed():
        won = Notice.objects.filter(pk=found.pk, tries=found.tries, next_try=found.next_try).update(
            tries=found.tries + 1, holder=holder, taken=micros(now), next_try=micros(now + LEASE)
        )
    found.tries += 1
    return found if won == 1 else None


def _sent(row: Notice, holder: str, now: datetime) -> None:
    changes: dict[str, object] = {"next_try": None, "trouble": "", "tries": 0}
    if row.state == NoticeState.APPROVED:
        answer = micros(silent_until(now, row.case.hazard_class)) if row.party and row.purpose != "cancel" else None
        changes |= {"state": NoticeState.SENT.value, "sent": micros(now), "due": answer}
    with governed():
        _mine(row, holder).update(**changes)


def _failed(row: Notice, holder: str, why: str, now: datetime) -> None:
    over = row.tries > len(PAUSES)
    changes: dict[str, object] = {"trouble": why[:300]}
    changes["next_try"] = None if over else micros(now + PAUSES[row.tries - 1])
    if over and row.state == NoticeState.APPROVED:  # a reminder that does not go changes nothing: it was sent once
        changes["state"] = NoticeState.FAILED.value
    with governed():
        _mine(row, holder).update(**changes)


def _mine(row: Notice, holder: str) -> QuerySet[Notice]:
    return Notice.objects.filter(pk=row.pk, holder=holder, tries=row.tries)


def message_id(row: Notice) -> str:
    """The same each time it is tried, and another for a reminder."""
    return f"recall-{row.case.number}-{row.pk}-{row.level}"


def _subject(row: Notice) -> str:
    return (REMINDER[row.language] if row.level else "") + row.subject


def _mail(row: Notice) -> None:
    host = settings.SUYUAN.mail_from.rpartition("@")[2].strip(">") or "localhost"
    headers = {"Message-ID": f"<{message_id(row)}@{host}>"}
    EmailMessage(_subject(row), row.body, settings.SUYUAN.mail_from, [row.contact], headers=headers).send()


def _data(row: Notice) -> bytes:
    """The same for programs."""
    case = row.case
    said = {
        "type": "recall.notice", "case": case.number, "kind": case.kind, "class": case.hazard_class,
        "purpose": row.purpose, "version": row.version, "party": row.party, "role": row.role, "subject": _subject(row),
        "text": row.body,
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False).encode()
