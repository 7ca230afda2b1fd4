"""How adapters talk to a carrier: one request, an answer in time or a failure that says what it means."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from suyuan.delivery.port import Account, CarrierFailed, Trouble
from suyuan.gs1.problems import Problem, Refused
from suyuan.insight.hooks import Answer, NotSent, ask, hook_of

LONGEST = 20.0  # seconds for one call, however slowly it is answered
MOST = 4 * 1024 * 1024  # bytes of an answer; a label is the longest
CHINA = ZoneInfo("Asia/Shanghai")
Json = Any  # what a carrier sends, of whatever shape
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]+")


def shown(text: str, longest: int = 200) -> str:
    """What a carrier said, fit for a page."""
    return _UNSEEN.sub(" ", text).strip()[:longest]


def silent(account: Account, text: str, *, unsure: bool) -> CarrierFailed:
    """He did not answer, or not as one who works."""
    params = {"carrier": account.code, "text": shown(text)}
    return CarrierFailed(Trouble.RETRY, Problem("delivery.carrier_silent", "", params), unsure=unsure)


def garbage(account: Account, text: str) -> CarrierFailed:
    """He answered what cannot be read: nobody knows whether he did it."""
    params = {"carrier": account.code, "text": shown(text) or "–"}
    return CarrierFailed(Trouble.RETRY, Problem("delivery.carrier_answer", "", params), unsure=True)


def refused(account: Account, text: str) -> CarrierFailed:
    params = {"carrier": account.code, "text": shown(text) or "–"}
    return CarrierFailed(Trouble.REFUSED, Problem("delivery.carrier_refused", "", params))


def unauthorized(account: Account, text: str) -> CarrierFailed:
    params = {"carrier": account.code, "text": shown(text) or "–"}
    return CarrierFailed(Trouble.FINAL, Problem("delivery.carrier_signature", "", params))


def cannot(account: Account) -> CarrierFailed:
    """He offers no such function."""
    return CarrierFailed(Trouble.FINAL, Problem("delivery.carrier_cannot", "", {"carrier": account.code}))


def secret(account: Account, name: str, word: str) -> str:
    """A key of the account; FINAL where nobody has entered it."""
    found = account.secrets.get(name, "")
    if not found:
        params = {"account": account.code, "name": word}
        raise CarrierFailed(Trouble.FINAL, Problem("delivery.secret_missing", "", params))
    return found


def address_problems(account: Account) -> list[Problem]:
    """An account's address that leads nowhere it may: empty is the carrier's usual one."""
    if not account.address:
        return []
    try:
        hook_of(account.address, account.hosts)
    except Refused as wrong:
        host = wrong.problems[0].params.get("host", "")
        if host:
            return [Problem("delivery.address_host", "address", {"host": host})]
        return [Problem("delivery.address_wrong", "address", {"text": account.address[:60]})]
    return []


def talk(account: Account, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Ask and get an answer of any status below 500. Redirections are followed nowhere; an inner address is not asked
    unless the settings declare it."""
    try:
        hook = hook_of(url, account.hosts)
    except Refused:
        problem = Problem("delivery.address_wrong", "", {"text": shown(url, 60)})
        raise CarrierFailed(Trouble.FINAL, problem) from None
    try:
        answer = ask(hook, method, body, {"user-agent": "suyuan", **headers}, longest=LONGEST, most=MOST)
    except NotSent as error:
        raise silent(account, str(error), unsure=error.reached) from None
    if answer.status >= 500 or 300 <= answer.status < 400:
        raise silent(account, f"HTTP {answer.status}", unsure=answer.status >= 500)
    if answer.status in (408, 425, 429):
        raise silent(account, f"HTTP {answer.status}", unsure=answer.status == 408)
    if answer.status in (401, 403):
        raise unauthorized(account, f"HTTP {answer.status}")
    return answer


def json_of(account: Account, answer: Answer) -> Json:
    """The answer as JSON; REFUSED with its words for a status of 400 and more."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        if answer.status >= 400:
            raise refused(account, f"HTTP {answer.status}") from None
        raise garbage(account, answer.body[:100].decode("utf-8", "replace")) from None
    return found


def at(found: Json, path: str) -> Json:
    """What stands at ``a.b.0.c`` of a JSON value; None where there is nothing."""
    for part in path.split(".") if path else []:
        if isinstance(found, Mapping):
            found = found.get(part)
        elif isinstance(found, Sequence) and not isinstance(found, str) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found


def text_at(found: Json, path: str) -> str:
    """The same as text, empty where nothing or no plain value stands there, or no path is given."""
    value = at(found, path) if path else None
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def moment_of(value: Json, zone: ZoneInfo = CHINA) -> datetime | None:
    """A moment as carriers write it: ISO 8601, ``2026-11-23 08:00:00`` in their zone, or seconds or milliseconds since
    1970. None where it is none, or lies where no parcel ever was."""
    try:
        if isinstance(value, str) and not value.strip().isdigit():
            found = datetime.fromisoformat(value.strip().replace("/", "-"))
        else:
            number = float(value)
            found = datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    found = found if found.tzinfo else found.replace(tzinfo=zone)
    return found.astimezone(UTC) if 2000 <= found.year < 2100 else None
