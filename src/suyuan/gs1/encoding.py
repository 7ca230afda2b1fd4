"""Percent-encoding of path segments, in the one spelling that identities use."""

import re
from urllib.parse import quote, unquote

from suyuan.gs1.problems import Problem, Refused

# Kept literally: what a pure-identity EPC URN keeps (TDS 6.3.1), so that URN and Digital Link agree to the letter.
_SAFE = "!'()*+,:;=@$"
_PLAIN = re.compile(r"[A-Za-z0-9_.~!'()*+,:;=@$-]*")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def encode(text: str) -> str:
    """Percent-encode one path segment in the one spelling used in identities."""
    return text if _PLAIN.fullmatch(text) else quote(text, safe=_SAFE)


def is_plain(text: str) -> bool:
    """Whether `text` is its own encoding."""
    return _PLAIN.fullmatch(text) is not None


def is_escaped(text: str) -> bool:
    """Whether every percent sign begins an escape."""
    return _BAD_ESCAPE.search(text) is None


def decode(segment: str, field: str = "uri") -> str:
    """Percent-decode one path segment; Refused for broken escapes and what is not UTF-8."""
    if "%" not in segment:
        return segment
    if _BAD_ESCAPE.search(segment):
        raise Refused([Problem("gs1.percent", field, {"value": segment})])
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError:
        raise Refused([Problem("gs1.percent", field, {"value": segment})]) from None
