"""The small parts all formats share: base64, decimals, hashes. One spelling each, so that nothing is malleable."""

import base64
import re

from suyuan.tlog.errors import TlogError

HASH_BYTES = 32
LARGEST = 2**63 - 1
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


def encode64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def decode64(text: str) -> bytes:
    """Bytes of standard padded base64 (RFC 4648 section 4); any other spelling of the same bytes is refused."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise TlogError("tlog.base64", text=text[:80]) from None
    if encode64(data) != text:
        raise TlogError("tlog.base64", text=text[:80])
    return data


def decode_hash(text: str) -> bytes:
    return check_hash(decode64(text))


def check_hash(data: bytes) -> bytes:
    if len(data) != HASH_BYTES:
        raise TlogError("tlog.hash_length", length=len(data))
    return data


def parse_decimal(text: str) -> int:
    """An ASCII decimal without leading zeros, 0 … 2^63-1."""
    if not _DECIMAL.fullmatch(text) or int(text) > LARGEST:
        raise TlogError("tlog.number", text=text[:80])
    return int(text)


def check_number(value: int) -> int:
    if not 0 <= value <= LARGEST:
        raise TlogError("tlog.number", text=value)
    return value
