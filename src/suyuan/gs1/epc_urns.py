"""EPC URNs with a GS1 key, read as AI and value pairs (EPC Tag Data Standard 6.3 and 8)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from suyuan.gs1.encoding import encode
from suyuan.gs1.keys import check_digit
from suyuan.gs1.problems import Problem, Refused

_EPC = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):(.+)")


@dataclass(frozen=True, slots=True)
class Scheme:
    """An EPC scheme: how many dot-separated fields, and how the fields become AIs and values (TDS 6.3, 8)."""

    fields: int
    read: Callable[[Sequence[str]], tuple[tuple[str, str], ...]]


def _digits(fields: Sequence[str], length: int) -> str:
    """Company prefix (6 to 12 digits) and reference, `length` digits together."""
    prefix, reference = fields[0], fields[1]
    together = prefix + reference
    if not 6 <= len(prefix) <= 12 or len(together) != length or not together.isascii() or not together.isdigit():
        raise ValueError
    return together


def _keyed(fields: Sequence[str], length: int) -> str:
    digits = _digits(fields, length)
    return digits + check_digit(digits)


def _gtin(fields: Sequence[str]) -> str:
    """The reference begins with the indicator digit, which leads the GTIN."""
    _digits(fields, 13)
    reference = fields[1]
    digits = reference[0] + fields[0] + reference[1:]
    return digits + check_digit(digits)


def _sscc(fields: Sequence[str]) -> tuple[tuple[str, str], ...]:
    _digits(fields, 17)
    digits = fields[1][0] + fields[0] + fields[1][1:]
    return (("00", digits + check_digit(digits)),)


def _prefixed(fields: Sequence[str]) -> str:
    """A company prefix followed by an alphanumeric reference."""
    if not 6 <= len(fields[0]) <= 12 or not fields[0].isascii() or not fields[0].isdigit() or not fields[1]:
        raise ValueError
    return fields[0] + fields[1]


def _sgln(fields: Sequence[str]) -> tuple[tuple[str, str], ...]:
    gln = ("414", _keyed(fields, 12))
    return (gln,) if fields[2] == "0" else (gln, ("254", fields[2]))


def _piece(fields: Sequence[str]) -> str:
    if len(fields[2]) != 2 or len(fields[3]) != 2:
        raise ValueError
    return _gtin(fields) + fields[2] + fields[3]


def _said(text: str) -> str:
    """A part that must not be empty."""
    if not text:
        raise ValueError
    return text


_IDS: dict[str, Scheme] = {
    "sgtin": Scheme(3, lambda f: (("01", _gtin(f)), ("21", f[2]))),
    "sscc": Scheme(2, _sscc),
    "sgln": Scheme(3, _sgln),
    "grai": Scheme(3, lambda f: (("8003", "0" + _keyed(f, 12) + _said(f[2])),)),
    "giai": Scheme(2, lambda f: (("8004", _prefixed(f)),)),
    "gsrn": Scheme(2, lambda f: (("8018", _keyed(f, 17)),)),
    "gsrnp": Scheme(2, lambda f: (("8017", _keyed(f, 17)),)),
    "gdti": Scheme(3, lambda f: (("253", _keyed(f, 12) + _said(f[2])),)),
    "cpi": Scheme(3, lambda f: (("8010", _prefixed(f)), ("8011", f[2]))),
    "sgcn": Scheme(3, lambda f: (("255", _keyed(f, 12) + _said(f[2])),)),
    "ginc": Scheme(2, lambda f: (("401", _prefixed(f)),)),
    "gsin": Scheme(2, lambda f: (("402", _keyed(f, 16)),)),
    "itip": Scheme(5, lambda f: (("8006", _piece(f)), ("21", f[4]))),
    "upui": Scheme(3, lambda f: (("01", _gtin(f)), ("235", f[2]))),
    "pgln": Scheme(2, lambda f: (("417", _keyed(f, 12)),)),
}
_CLASSES: dict[str, Scheme] = {"lgtin": Scheme(3, lambda f: (("01", _gtin(f)), ("10", f[2])))}
# The patterns that end in .* name a class; others match several keys and name nothing.
_PATTERNS: dict[str, Scheme] = {
    "sgtin": Scheme(3, lambda f: (("01", _gtin(f)),)),
    "upui": Scheme(3, lambda f: (("01", _gtin(f)),)),
    "sgln": Scheme(3, lambda f: (("414", _keyed(f, 12)),)),
    "grai": Scheme(3, lambda f: (("8003", "0" + _keyed(f, 12)),)),
    "gdti": Scheme(3, lambda f: (("253", _keyed(f, 12)),)),
    "sgcn": Scheme(3, lambda f: (("255", _keyed(f, 12)),)),
    "cpi": Scheme(3, lambda f: (("8010", _prefixed(f)),)),
    "itip": Scheme(5, lambda f: (("8006", _piece(f)),)),
}
_SCHEMES = {"id": _IDS, "class": _CLASSES, "idpat": _PATTERNS}


def epc_elements(text: str) -> tuple[tuple[str, str], ...]:
    """The AI and value pairs an EPC URN with a GS1 key stands for; Refused with gs1.urn or gs1.urn_pattern."""
    match = _EPC.fullmatch(text)
    kind, name, body = match.groups() if match else ("", "", "")
    scheme = _SCHEMES[kind].get(name) if kind else None
    if scheme is None:
        raise Refused([Problem("gs1.urn_scheme", "uri", {"value": text[:200]})])
    # Dots may stand in the last field only.
    fields = body.split(".", scheme.fields - 1)
    if kind == "idpat" and fields[-1] == "*" and "*" in fields[:-1]:
        raise Refused([Problem("gs1.urn_pattern", "uri", {"value": text[:200]})])
    if len(fields) != scheme.fields or (kind == "idpat" and fields[-1] != "*"):
        raise Refused([Problem("gs1.urn", "uri", {"value": text[:200]})])
    try:
        return scheme.read([_unescape(field) for field in fields] if "%" in body else fields)
    except (ValueError, IndexError):
        raise Refused([Problem("gs1.urn", "uri", {"value": text[:200]})]) from None


def _unescape(field: str) -> str:
    # Partners forget to escape a lone percent sign; it can only mean itself.
    return unquote(field, errors="strict")


# --- and back ---


def _gtin_fields(gtin: str, length: int) -> str:
    return f"{gtin[1 : 1 + length]}.{gtin[0]}{gtin[1 + length : 13]}"


def _pair(digits: str, length: int) -> str:
    return f"{digits[:length]}.{digits[length:]}"


def _serialised(scheme: str, digits: str, serial: str, length: int) -> str:
    """A key of twelve digits with a serial behind it, or the pattern of all its serials."""
    return (
        f"id:{scheme}:{_pair(digits, length)}.{encode(serial)}"
        if serial
        else f"idpat:{scheme}:{_pair(digits, length)}.*"
    )


def _reference(text: str, length: int) -> str:
    """Company prefix and an alphanumeric reference that must not be empty."""
    if len(text) <= length or not text[:length].isdigit():
        raise ValueError
    return f"{text[:length]}.{encode(text[length:])}"


def _itip_fields(value: str, length: int) -> str:
    return f"{_gtin_fields(value, length)}.{value[14:16]}.{value[16:]}"


_WRITERS: dict[tuple[str, ...], Callable[[Sequence[str], int], str]] = {
    ("00",): lambda v, n: f"id:sscc:{v[0][1 : 1 + n]}.{v[0][0]}{v[0][1 + n : 17]}",
    ("01",): lambda v, n: f"idpat:sgtin:{_gtin_fields(v[0], n)}.*",
    ("01", "10"): lambda v, n: f"class:lgtin:{_gtin_fields(v[0], n)}.{encode(v[1])}",
    ("01", "21"): lambda v, n: f"id:sgtin:{_gtin_fields(v[0], n)}.{encode(v[1])}",
    ("01", "235"): lambda v, n: f"id:upui:{_gtin_fields(v[0], n)}.{encode(v[1])}",
    ("253",): lambda v, n: _serialised("gdti", v[0][:12], v[0][13:], n),
    ("255",): lambda v, n: _serialised("sgcn", v[0][:12], v[0][13:], n),
    ("401",): lambda v, n: f"id:ginc:{_reference(v[0], n)}",
    ("402",): lambda v, n: f"id:gsin:{_pair(v[0][:16], n)}",
    ("414",): lambda v, n: f"id:sgln:{_pair(v[0][:12], n)}.0",
    ("414", "254"): lambda v, n: f"id:sgln:{_pair(v[0][:12], n)}.{encode(v[1])}",
    ("417",): lambda v, n: f"id:pgln:{_pair(v[0][:12], n)}",
    ("8003",): lambda v, n: _serialised("grai", v[0][1:13], v[0][14:], n),
    ("8004",): lambda v, n: f"id:giai:{_reference(v[0], n)}",
    ("8006",): lambda v, n: f"idpat:itip:{_itip_fields(v[0], n)}.*",
    ("8006", "21"): lambda v, n: f"id:itip:{_itip_fields(v[0], n)}.{encode(v[1])}",
    ("8010",): lambda v, n: f"idpat:cpi:{_reference(v[0], n)}.*",
    ("8010", "8011"): lambda v, n: f"id:cpi:{_reference(v[0], n)}.{v[1]}",
    ("8017",): lambda v, n: f"id:gsrnp:{_pair(v[0][:17], n)}",
    ("8018",): lambda v, n: f"id:gsrn:{_pair(v[0][:17], n)}",
}


def urn_of(form: tuple[str, ...], values: Sequence[str], length: int) -> str | None:
    """The EPC URN of AIs and values in canonical form, the company prefix being `length` digits; None where none is."""
    write = _WRITERS.get(form)
    if write is None or not 6 <= length <= 12:
        return None
    try:
        return "urn:epc:" + write(values, length)
    except ValueError:
        return None
