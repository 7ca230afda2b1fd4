"""Signatures of webhooks that come in: Standard Webhooks (https://www.standardwebhooks.com, spec §Signature scheme),
and a plain HMAC-SHA256 in a header."""

import base64
import binascii
import hmac
from datetime import datetime
from hashlib import sha256

from suyuan.delivery.port import Call, Unsigned

WINDOW = 300  # seconds that a call's own time may be away from ours
_MARK = "whsec_"


def check_standard(secret: str, call: Call) -> None:
    """Raises Unsigned: no signature, one that does not hold, or one of another time."""
    id, at = call.headers.get("webhook-id", ""), call.headers.get("webhook-timestamp", "")
    given = call.headers.get("webhook-signature", "")
    if not id or not at or not given:
        raise Unsigned("unsigned")
    try:
        key = base64.b64decode(secret.removeprefix(_MARK), validate=True)
    except binascii.Error:
        key = secret.encode()
    made = hmac.new(key, f"{id}.{at}.".encode() + call.body, sha256).digest()
    expected = "v1," + base64.b64encode(made).decode()
    if not any(same(expected, one) for one in given.split(" ")):
        raise Unsigned("signature")
    check_time(at, call.now)


def check_hmac(secret: str, call: Call, *, header: str, encoding: str, prefix: str, timed: str) -> None:
    """The HMAC of the body, or of ``time.body`` where the header `timed` says when. Raises Unsigned."""
    given = call.headers.get(header.lower(), "")
    if not given:
        raise Unsigned("unsigned")
    at = call.headers.get(timed.lower(), "") if timed else ""
    if timed and not at:
        raise Unsigned("unsigned")
    text = f"{at}.".encode() + call.body if timed else call.body
    if not same(prefix + digest(secret, text, encoding), given):
        raise Unsigned("signature")
    if timed:
        check_time(at, call.now)


def digest(secret: str, text: bytes, encoding: str) -> str:
    made = hmac.new(secret.encode(), text, sha256).digest()
    return base64.b64encode(made).decode() if encoding == "base64" else made.hex()


def check_time(at: str, now: datetime) -> None:
    """A call that is repeated later comes too late."""
    if not at.isdigit() or len(at) > 13:
        raise Unsigned("time")
    seconds = int(at) / 1000 if len(at) > 11 else int(at)
    if abs(now.timestamp() - seconds) > WINDOW:
        raise Unsigned("time")


def same(one: str, other: str) -> bool:
    """In the same time, whatever the first difference is."""
    return hmac.compare_digest(one.encode(), other.encode())
