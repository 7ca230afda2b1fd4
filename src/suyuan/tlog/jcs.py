"""Canonical JSON (RFC 8785, JCS): one byte string for one value, so that a hash of it means the value."""

import math
from collections.abc import Iterable, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any, TypeAlias

import msgspec

from suyuan.tlog.errors import TlogError

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

MAX_INTEGER = 2**53 - 1


def canonical(value: Json) -> bytes:
    """UTF-8 bytes of the value. Numbers are doubles in JCS: a whole number beyond them is refused, not rounded."""
    try:
        return _usual(value) if _is_usual(value) else _text(value).encode()
    except RecursionError:
        raise TlogError("tlog.json_depth") from None
    except UnicodeEncodeError:
        raise TlogError("tlog.json_text") from None


# Most values have names of ASCII only and no fractions: those msgspec writes the same, in a quarter of the time.
_usual = msgspec.json.Encoder(order="deterministic").encode


def _is_usual(value: Any) -> bool:  # asked of every value of every record: a cast would cost as much as the question
    kind = type(value)
    if kind is dict:
        for name in value:
            if type(name) is not str or not name.isascii():
                return False
        return _are_usual(value.values())
    if kind is list or kind is tuple:
        return _are_usual(value)
    if kind is int:
        small: bool = -MAX_INTEGER <= value <= MAX_INTEGER
        return small
    return kind is str or kind is bool or value is None


def _are_usual(values: Iterable[object]) -> bool:
    for value in values:  # noqa: SIM110  # all() costs a generator each time
        if type(value) is not str and not _is_usual(value):
            return False
    return True


def _text(value: object) -> str:
    """The general way, which also knows how to refuse."""
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts)


def _write(value: object, parts: list[str]) -> None:
    # The order is by frequency in events. encode_basestring escapes exactly what RFC 8785 section 3.2.2.2 does.
    if isinstance(value, str):
        parts.append(encode_basestring(value))
    elif isinstance(value, Mapping):
        _write_object(value, parts)
    elif isinstance(value, list | tuple):
        _write_array(value, parts)
    else:
        parts.append(_literal(value))


def _write_object(value: Mapping[object, object], parts: list[str]) -> None:
    opening = "{"
    for name in _sorted_names(value):
        parts += (opening, encode_basestring(name), ":")
        _write(value[name], parts)
        opening = ","
    parts.append("}" if value else "{}")


def _write_array(value: Sequence[object], parts: list[str]) -> None:
    opening = "["
    for element in value:
        parts.append(opening)
        _write(element, parts)
        opening = ","
    parts.append("]" if value else "[]")


def _sorted_names(value: Mapping[object, object]) -> list[str]:
    """By UTF-16 code units, which is the order of code points unless there are characters beyond U+FFFF."""
    names = [name for name in value if isinstance(name, str)]
    if len(names) != len(value):
        raise TlogError("tlog.json_key", type=next(type(name).__name__ for name in value if not isinstance(name, str)))
    if all(map(str.isascii, names)):
        return sorted(names)
    return sorted(names, key=lambda name: name.encode("utf-16-be", "surrogatepass"))


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return _number(value)
    raise TlogError("tlog.json_type", type=type(value).__name__)


def _integer(value: int) -> str:
    """Exact, or refused: beyond 2^53 only what the nearest double is written as (so that what we wrote reads back)."""
    if abs(value) > MAX_INTEGER and (abs(value) >= 10**21 or _number(float(value)) != int.__repr__(value)):
        raise TlogError("tlog.json_integer", number=value)
    return int.__repr__(value)


def _number(value: float) -> str:
    """ECMAScript's Number::toString (RFC 8785 section 3.2.2.3); Python's repr finds the same shortest digits."""
    if not math.isfinite(value):
        raise TlogError("tlog.json_float", number=float.__repr__(value))
    if value == 0:
        return "0"
    mantissa, _, exponent = float.__repr__(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    return ("-" if value < 0 else "") + _place_point(digits.rstrip("0"), point)


def _place_point(digits: str, point: int) -> str:
    """`0.digits` times ten to the power `point`, written as ECMAScript does."""
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    mantissa = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{mantissa}e{point - 1:+d}"
