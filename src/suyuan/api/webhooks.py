"""Where carriers call: an account's webhook. What is signed is kept, once; what is not is counted and told nothing.

No cookie is read and no token asked for: the signature over the body is what lets a call in (`delivery.port.Carrier`).
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from suyuan.capture.guard import governed
from suyuan.delivery.kinds import Source
from suyuan.delivery.models import CarrierAccount
from suyuan.delivery.port import Call, CarrierFailed, Heard, Unsigned
from suyuan.delivery.queries import account_of, told_of
from suyuan.delivery.sending import carrier_of
from suyuan.delivery.writes import count_refused, do_report
from suyuan.gs1.problems import Refused
from suyuan.ui.access import SIGNED, declared
from suyuan.ui.limits import Limit

LONGEST = 256 * 1024  # bytes of a call
MOST = 300  # calls a minute from one address to one account
KNOWN = frozenset({"unsigned", "signature", "time", "none", "unreadable", "large", "often", "account"})
_LOG = logging.getLogger(__name__)


LIMIT = Limit(MOST)


@dataclass(slots=True)
class Told:
    """What was logged in this hour: the first refusal of each kind is a line, the others are counted in the table."""

    hour: int = 0
    said: set[tuple[str, str]] = field(default_factory=set)

    def is_new(self, account: str, why: str, now: datetime) -> bool:
        hour = int(now.timestamp() // 3600)
        if hour != self.hour:
            self.hour, self.said = hour, set()
        new = (account, why) not in self.said and len(self.said) < 1000
        self.said.add((account, why))
        return new


TOLD = Told()


def called(request: HttpRequest, code: str, tail: str = "") -> HttpResponse:
    """POST: what a carrier reports. 200 with the answer he wants; 401 unless the signature holds; 4xx for the rest.

    The same call twice changes nothing the second time and is answered alike.
    """
    now = timezone.now()
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not LIMIT.lets((request.META.get("REMOTE_ADDR", ""), code), now):
        return refused("", "often", now, 429)
    account = account_of(code) if code.isascii() else None
    if account is None or not account.is_active:
        return refused("", "account", now, 401)  # as if it were there: whoever guesses learns nothing
    try:
        body = body_of(request)
        if body is None:
            return refused(account.key, "large", now, 413)
        heard = carrier_of(account).parse_webhook(Call(lowered(request), body, now, tail))
    except Unsigned as error:
        return refused(account.key, error.why, now, 401)
    except CarrierFailed:
        return refused(account.key, "unreadable", now, 400)
    except Refused:
        _LOG.exception("webhook of the carrier account %s", account.code)
        return HttpResponse(status=503)
    keep(account, heard, now)
    return JsonResponse(dict(heard.answer) or {"received": len(heard.told)})


def body_of(request: HttpRequest) -> bytes | None:
    """The body; None where it is larger than any report."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LONGEST:
        return None
    try:
        body = request.body
    except RequestDataTooBig:
        return None
    return body if len(body) <= LONGEST else None


def lowered(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def keep(account: CarrierAccount, heard: Heard, now: datetime) -> None:
    """The reports, each with its consignment; those of consignments that are not ours are nobody's business."""
    found = told_of(account, (one.waybill for one in heard.told), (one.reference for one in heard.told))
    by_number = {number: one.pk for one in found for number in (one.waybill, one.reference) if number}
    for id in dict.fromkeys(by_number.values()):
        told = [one for one in heard.told if id in (by_number.get(one.waybill), by_number.get(one.reference))]
        with transaction.atomic(), governed():
            do_report(id, told, Source.CALLED, now)


def refused(account: str, why: str, now: datetime, status: int) -> HttpResponse:
    """Count it, and say it in the log once an hour. Who called learns no more than that he is not let in."""
    why = why if why in KNOWN else "signature"
    if account:
        count_refused(account, timezone.localdate(now), why)
    if TOLD.is_new(account, why, now):
        _LOG.warning("a call of the webhook of carrier account %r was refused: %s", account or "–", why)
    return HttpResponse(status=status)


hook = declared(csrf_exempt(called), SIGNED)
hook.csrf_exempt = True  # type: ignore[attr-defined]  # Django reads it off the outermost function
