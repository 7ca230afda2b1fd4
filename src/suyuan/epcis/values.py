"""Checked values: times, offsets, URIs, exact numbers; and the place where problems gather."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from suyuan.gs1.problems import Problem

LONGEST_EXPONENT = 400
DEEPEST = 32

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})")
_NO_OFFSET = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?")
_PLAIN = r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]"
_URI = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*:(?=.){_PLAIN}*(?:%[0-9A-Fa-f]{{2}}{_PLAIN}*)*")


class NumberSize(Exception):
    """A number that no measurement can be: its exponent alone would fill pages. (msgspec would wrap a ValueError.)"""


class Collector:
    """Gathers problems; `path` is the place in the document under which the fields stand (``eventList[3].``)."""

    __slots__ = ("path", "problems")

    def __init__(self, path: str = "") -> None:
        self.path = path
        self.problems: list[Problem] = []

    def refuse(self, code: str, field: str, **params: str) -> None:
        self.problems.append(Problem(code, self.path + field, params))

    def refuse_as(self, field: str, problems: Iterable[Problem]) -> None:
        """The problems of a part, at the place of the whole."""
        self.problems += [Problem(p.code, self.path + field, p.params) for p in problems]


def exact(text: str) -> Decimal:
    """A JSON number with fraction or exponent, digit for digit."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise NumberSize(text[:40]) from None
    if not -LONGEST_EXPONENT < number.adjusted() < LONGEST_EXPONENT:
        raise NumberSize(text[:40])
    return number


def read_time(text: str) -> datetime | None:
    """An xsd:dateTimeStamp as aware UTC, cut to microseconds; None when it is none (31 February, no offset)."""
    if _TIME.fullmatch(text):
        try:
            time = datetime.fromisoformat(text)
            return time if time.tzinfo is UTC else time.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
    return None


def lacks_offset(text: str) -> bool:
    """Whether `text` would be a time if only it said in which zone."""
    return _NO_OFFSET.fullmatch(text) is not None


# eventTimeZoneOffset, ±hh:mm up to 14:00 → minutes east of UTC.
OFFSETS = {
    f"{sign}{minutes // 60:02}:{minutes % 60:02}": -minutes if sign == "-" else minutes
    for sign in "+-"
    for minutes in range(14 * 60 + 1)
}


def is_uri(text: str) -> bool:
    """RFC 3986, as `format: uri` in the schema of EPCIS means it: a scheme and ASCII."""
    return _URI.fullmatch(text) is not None


def is_shallow(value: object, depth: int = DEEPEST) -> bool:
    """Whether nothing in this JSON is nested deeper than `depth`."""
    if isinstance(value, dict):
        return depth > 0 and all(is_shallow(v, depth - 1) for v in value.values())
    if isinstance(value, list):
        return depth > 0 and all(is_shallow(v, depth - 1) for v in value)
    return True
