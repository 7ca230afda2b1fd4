"""One spelling for one identity: EPC URNs, Digital Links of any domain and the company's own URIs.

The canonical form is a Digital Link URI under `ID_ORIGIN` without query, at the finest of GTIN + serial, GTIN + lot,
GTIN (CBV 2.0 8.9.1 chooses the same). Goods, places and parties without a GS1 key keep a URI under the company's own
origin.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import quote, unquote

from suyuan.gs1.application_identifiers import is_value, value_problems
from suyuan.gs1.keys import check_digit, gtin14, key_of_length
from suyuan.gs1.problems import Problem, Refused

ID_ORIGIN = "https://id.gs1.org"
LONGEST_URI = 2048


class Kind(StrEnum):
    """What an identifier names; the role a place or party plays is the event field's business."""

    LOT = "lot"
    SERIAL = "serial"
    ITEM = "item"
    CONTAINER = "container"
    PLACE = "place"
    PARTY = "party"
    DOCUMENT = "document"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Identity:
    """`uri` is the identity; the rest is read off it. `code` is what a person types."""

    uri: str
    kind: Kind
    item: str | None = None
    lot: str | None = None
    code: str = ""


# Digital Link paths (GS1 Digital Link URI Syntax 1.4, 4.3 to 4.9): primary key → its qualifiers, alternatives in order.
KEY_QUALIFIERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "00": (),
    "01": (("22", "10", "21"), ("235",)),
    "253": (),
    "255": (),
    "401": (),
    "402": (),
    "414": (("254",), ("7040",)),
    "415": (("8020",),),
    "417": (("7040",),),
    "8003": (),
    "8004": (("7040",),),
    "8006": (("22", "10", "21"),),
    "8010": (("8011",),),
    "8013": (),
    "8017": (("8019",),),
    "8018": (("8019",),),
}
QUALIFIERS = frozenset(ai for alternatives in KEY_QUALIFIERS.values() for order in alternatives for ai in order)


def _subsequences(order: tuple[str, ...]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for ai in order:
        found += [(*shorter, ai) for shorter in found]
    return found


FORMS = frozenset(
    (key, *chosen)
    for key, orders in KEY_QUALIFIERS.items()
    for order in orders or ((),)
    for chosen in _subsequences(order)
)

# Kept literally: what a pure-identity EPC URN keeps (TDS 6.3.1), so that URN and Digital Link agree to the letter.
_SAFE = "!'()*+,:;=@$"
_PLAIN = re.compile(r"[A-Za-z0-9_.~!'()*+,:;=@$-]*")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_HTTP = re.compile(r"(https?)://([A-Za-z0-9\-._~:\[\]@!$&'()*+,;=%]+)", re.IGNORECASE)
# A numeric key and its digits anywhere in a path: somebody meant a Digital Link.
_LINK_LIKE = re.compile(r"/(?:00|01|253|255|402|414|415|417|8003|8006|8017|8018)/[0-9]{7}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def encode(text: str) -> str:
    """Percent-encode one path segment in the one spelling used in identities."""
    return text if _PLAIN.fullmatch(text) else quote(text, safe=_SAFE)


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


# --- Digital Link forms ---


def key_index(parts: Sequence[str]) -> int:
    """Where the primary key stands in a URI split at ``/``: pairs are walked from the end; 0 where there is none."""
    i = len(parts) - 2
    while i > 2:
        if parts[i] in KEY_QUALIFIERS:
            return i
        if parts[i] not in QUALIFIERS:
            return 0
        i -= 2
    return 0


def identity_of(form: Sequence[str], values: Sequence[str]) -> Identity:
    """The identity of AIs and decoded values that begin with a primary key; Refused for a wrong order or value."""
    form = tuple(form)
    if form not in FORMS:
        raise Refused([Problem("gs1.link_order", "uri", {"form": "/".join(form)})])
    for ai, value in zip(form, values, strict=True):
        if not is_value(ai, value):
            raise Refused([p for a, v in zip(form, values, strict=True) for p in value_problems(a, v)])
    return _READERS[form[0]](form, values)


def _read_class(form: Sequence[str], values: Sequence[str]) -> Identity:
    """GTIN, ITIP or CPI with what refines it."""
    key, value = form[0], values[0]
    item = f"{ID_ORIGIN}/{key}/{encode(value)}"
    if len(form) == 1:
        return Identity(item, Kind.ITEM, item, None, value)
    finest, last = form[-1], values[-1]
    if finest == "10":
        return Identity(f"{item}/10/{encode(last)}", Kind.LOT, item, None, last)
    if finest == "22":
        # A consumer product variant is the same item here: stock, lots and recalls know no variants.
        return Identity(item, Kind.ITEM, item, None, value)
    lot = f"{item}/10/{encode(values[-2])}" if form[-2] == "10" else None
    return Identity(f"{item}/{finest}/{encode(last)}", Kind.SERIAL, item, lot, last)


def _read_place(form: Sequence[str], values: Sequence[str]) -> Identity:
    gln = values[0]
    # Extension 0 means "no extension" in an SGLN URN (TDS 6.3.3) and in the event hash.
    if len(form) == 1 or form[1] != "254" or values[1] == "0":
        return Identity(f"{ID_ORIGIN}/414/{gln}", Kind.PLACE, code=gln)
    return Identity(f"{ID_ORIGIN}/414/{gln}/254/{encode(values[1])}", Kind.PLACE, code=f"{gln}.{values[1]}")


def _read_asset(form: Sequence[str], values: Sequence[str]) -> Identity:
    uri = f"{ID_ORIGIN}/8003/{encode(values[0])}"
    if len(values[0]) == 14:
        return Identity(uri, Kind.ITEM, uri, None, values[0])
    return Identity(uri, Kind.CONTAINER, code=values[0])


def _read_coupon(form: Sequence[str], values: Sequence[str]) -> Identity:
    return Identity(f"{ID_ORIGIN}/255/{values[0]}", Kind.SERIAL if len(values[0]) > 13 else Kind.OTHER, code=values[0])


def _read_relation(form: Sequence[str], values: Sequence[str]) -> Identity:
    path = "/".join(f"{ai}/{encode(value)}" for ai, value in zip(form, values, strict=True))
    return Identity(f"{ID_ORIGIN}/{path}", Kind.OTHER, code=values[-1])


def _reader(key: str, kind: Kind) -> Callable[[Sequence[str], Sequence[str]], Identity]:
    start = f"{ID_ORIGIN}/{key}/"

    def read(form: Sequence[str], values: Sequence[str]) -> Identity:
        return Identity(start + encode(values[0]), kind, None, None, values[0])

    return read


_READERS: dict[str, Callable[[Sequence[str], Sequence[str]], Identity]] = {
    "00": _reader("00", Kind.CONTAINER),
    "01": _read_class,
    "253": _reader("253", Kind.DOCUMENT),
    "255": _read_coupon,
    "401": _reader("401", Kind.CONTAINER),
    "402": _reader("402", Kind.CONTAINER),
    "414": _read_place,
    "415": _read_relation,
    "417": _reader("417", Kind.PARTY),
    "8003": _read_asset,
    "8004": _reader("8004", Kind.CONTAINER),
    "8006": _read_class,
    "8010": _read_class,
    "8013": _reader("8013", Kind.OTHER),
    "8017": _read_relation,
    "8018": _read_relation,
}


# --- http(s) URIs ---


def _identify_http(text: str) -> Identity:
    path, query, tail = text, "", ""
    if "?" in text or "#" in text:
        path = re.split("[?#]", text, maxsplit=1)[0]
        tail = text[len(path) :]
        query = tail.split("#", 1)[0][1:]
    parts = path.split("/")
    match = _HTTP.match(path)
    if match is None or match.end() != len("//".join((parts[0], parts[2]))):
        raise Refused([Problem("gs1.uri", "uri", {"value": text[:200]})])
    start = key_index(parts)
    if start:
        found = _identify_link(parts[start::2], parts[start + 1 :: 2], query)
        if isinstance(found, Identity):
            return found
    else:
        found = [Problem("gs1.link_path", "uri", {"value": text[:200]})]
    if not tail:
        own = _identify_own(f"{parts[0].lower()}//{parts[2].lower()}", parts[3:])
        if own is not None:
            return own
    if parts[2].lower() == "id.gs1.org" or _LINK_LIKE.search(path):
        raise Refused(found)
    return _other(f"{parts[0].lower()}//{parts[2].lower()}{text[len(parts[0]) + 2 + len(parts[2]) :]}")


def _identify_link(form: list[str], values: list[str], query: str) -> Identity | list[Problem]:
    try:
        identity = identity_of(form, [decode(value) if "%" in value else value for value in values])
    except Refused as refusal:
        return list(refusal.problems)
    if query:
        problems = stray_qualifiers(tuple(form), [name.split("=", 1)[0] for name in re.split("[&;]", query)])
        return problems or identity
    return identity


def stray_qualifiers(form: tuple[str, ...], names: Sequence[str]) -> list[Problem]:
    """Qualifiers in the query that belong into the path (Digital Link URI Syntax 4.10): dropping one would lose a lot."""
    return [
        Problem("gs1.link_query_qualifier", f"({ai})", {"ai": ai})
        for ai in names
        if ai in QUALIFIERS and any((*form[:i], ai, *form[i:]) in FORMS for i in range(1, len(form) + 1))
    ]


def _identify_own(origin: str, segments: list[str]) -> Identity | None:
    """The identity of a path as `own_item_uri` and its siblings make them, on any host; None for any other path."""
    reader = _OWN.get(segments[0]) if segments else None
    if reader is None or not all(segments):
        return None
    codes = [unicodedata.normalize("NFC", decode(segment)) for segment in segments]
    if any(code in (".", "..") or code.isspace() or _CONTROL.search(code) for code in codes):
        return None
    return reader(origin, codes)


def _path(origin: str, codes: Sequence[str]) -> str:
    return "/".join((origin, *map(encode, codes)))


def _own_item(origin: str, codes: Sequence[str]) -> Identity | None:
    item = _path(origin, codes[:2])
    match codes[2:]:
        case [] if len(codes) == 2:
            return Identity(item, Kind.ITEM, item, None, codes[1])
        case ["lot", lot]:
            return Identity(_path(item, ("lot", lot)), Kind.LOT, item, None, lot)
        case ["serial", serial]:
            return Identity(_path(item, ("serial", serial)), Kind.SERIAL, item, None, serial)
        case ["lot", lot, "serial", serial]:
            return Identity(_path(item, ("serial", serial)), Kind.SERIAL, item, _path(item, ("lot", lot)), serial)
    return None


def _own(kind: Kind, fewest: int, most: int) -> Callable[[str, Sequence[str]], Identity | None]:
    """A path of one word and `fewest` to `most` codes."""

    def read(origin: str, codes: Sequence[str]) -> Identity | None:
        if not fewest < len(codes) <= most + 1:
            return None
        return Identity(_path(origin, codes), kind, None, None, codes[-1])

    return read


_OWN: dict[str, Callable[[str, Sequence[str]], Identity | None]] = {
    "item": _own_item,
    "place": _own(Kind.PLACE, 1, 16),
    "transit": _own(Kind.PLACE, 1, 16),
    "party": _own(Kind.PARTY, 1, 1),
    "container": _own(Kind.CONTAINER, 1, 1),
    "doc": _own(Kind.DOCUMENT, 2, 2),
}


# --- URNs ---


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
# EPC schemes without a GS1 key: their URN stays the identity.
_KEYLESS = {"bic": Kind.CONTAINER, "gid": Kind.OTHER, "usdod": Kind.OTHER, "adi": Kind.OTHER, "imovn": Kind.OTHER}
_EPC = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):(.+)")
_DOCUMENT = "urn:epcglobal:cbv:bt:"


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


def _identify_urn(text: str) -> Identity:
    if text.startswith("urn:epc:"):
        name = text[11:].partition(":")[0]
        if text.startswith("urn:epc:id:") and name in _KEYLESS:
            return _verbatim(text, _KEYLESS[name])
        elements = epc_elements(text)
        return identity_of([ai for ai, _ in elements], [value for _, value in elements])
    return _verbatim(text, Kind.DOCUMENT if text.startswith(_DOCUMENT) else Kind.OTHER)


def _verbatim(text: str, kind: Kind) -> Identity:
    if not _URI.fullmatch(text) or _BAD_ESCAPE.search(text):
        raise Refused([Problem("gs1.uri", "uri", {"value": text[:200]})])
    return Identity(text, kind, None, None, re.split("[:/]", text.rstrip("/"))[-1])


def _other(text: str) -> Identity:
    return _verbatim(text, Kind.OTHER)


# --- the door ---


@lru_cache(maxsize=65536)
def identify(text: str) -> Identity:
    """What a URI names, in its canonical spelling.

    Takes EPC URNs (pure identity, class, class pattern), Digital Links of any domain, own-origin URIs and any other URI.
    Refused with every problem found: gs1.uri, gs1.urn, gs1.link_order, gs1.check_digit and the value problems.
    """
    text = text.strip(" \t\r\n")
    if len(text) > LONGEST_URI:
        raise Refused([Problem("gs1.uri_too_long", "uri", {"value": text[:200], "longest": str(LONGEST_URI)})])
    start = text[:8].lower()
    if start.startswith(("https://", "http://")):
        return _identify_http(text)
    if start.startswith("urn:"):
        return _identify_urn("urn:" + text[4:])
    return _other(text)


def canonical(text: str) -> str:
    """The canonical URI of `identify`."""
    return identify(text).uri


# --- builders ---


def _link(*pairs: tuple[str, str]) -> str:
    return identity_of([ai for ai, _ in pairs], [value for _, value in pairs]).uri


def item_uri(gtin: str) -> str:
    """The item of a GTIN of 8, 12, 13 or 14 digits."""
    return _link(("01", gtin14(gtin)))


def lot_uri(gtin: str, lot: str) -> str:
    """The lot of a GTIN; `lot` is 1 to 20 characters of CSET 82."""
    return _link(("01", gtin14(gtin)), ("10", lot.strip()))


def serial_uri(gtin: str, serial: str) -> str:
    """The serial of a GTIN; `serial` is 1 to 20 characters of CSET 82."""
    return _link(("01", gtin14(gtin)), ("21", serial.strip()))


def sscc_uri(sscc: str) -> str:
    """The logistic unit of 18 digits."""
    return _link(("00", key_of_length(sscc, 18, "sscc")))


def gln_uri(gln: str, ext: str | None = None) -> str:
    """The place of a GLN of 13 digits, with its extension if it has one."""
    key = ("414", key_of_length(gln, 13, "gln"))
    return _link(key, ("254", ext.strip())) if ext else _link(key)


def party_uri(gln: str) -> str:
    """The party of a GLN of 13 digits."""
    return _link(("417", key_of_length(gln, 13, "gln")))


def _own_uri(origin: str, kind: Kind, *codes: str) -> str:
    """A URI under `origin` that `identify` reads back as `kind`; Refused for codes that could not be read back."""
    clean = [unicodedata.normalize("NFC", code.strip()) for code in codes]
    problems = [
        Problem("gs1.own_code", "code", {"value": code[:200]})
        for code in clean
        if not code or code in (".", "..") or _CONTROL.search(code) or not _writable(code)
    ]
    if problems:
        raise Refused(problems)
    uri = _path(origin.strip().rstrip("/"), clean)
    if len(uri) > LONGEST_URI:
        raise Refused([Problem("gs1.uri_too_long", "uri", {"value": uri[:200], "longest": str(LONGEST_URI)})])
    found = identify(uri)
    if found.kind is not kind or not _is_origin(origin):
        raise Refused([Problem("gs1.own_origin", "origin", {"value": uri[:200]})])
    return found.uri


def _writable(code: str) -> bool:
    """Without lone surrogates, which no UTF-8 can carry."""
    return code.isascii() or all(not "\ud800" <= c <= "\udfff" for c in code)


def _is_origin(origin: str) -> bool:
    return _HTTP.fullmatch(origin.strip().rstrip("/")) is not None


def own_item_uri(origin: str, code: str) -> str:
    """An item without GTIN under the company's own origin, such as ``https://trace.example``."""
    return _own_uri(origin, Kind.ITEM, "item", code)


def own_place_uri(origin: str, *codes: str) -> str:
    """A place and the places inside it: warehouse, zone, aisle, bin."""
    return _own_uri(origin, Kind.PLACE, "place", *codes)


def own_party_uri(origin: str, code: str) -> str:
    """A company or team without GLN."""
    return _own_uri(origin, Kind.PARTY, "party", code)


def own_container_uri(origin: str, code: str) -> str:
    """A container without SSCC or asset number."""
    return _own_uri(origin, Kind.CONTAINER, "container", code)


def own_document_uri(origin: str, type: str, number: str) -> str:
    """An order, note or certificate of ours."""
    return _own_uri(origin, Kind.DOCUMENT, "doc", type, number)


def lot_of_item(item_uri: str, lot: str) -> str:
    """The lot of an item that has a GTIN or a URI of our own; Refused where `item_uri` is no item."""
    return _of_item(item_uri, "10", "lot", lot)


def serial_of_item(item_uri: str, serial: str) -> str:
    """The serial of an item that has a GTIN or a URI of our own; Refused where `item_uri` is no item."""
    return _of_item(item_uri, "21", "serial", serial)


def _of_item(item_uri: str, ai: str, word: str, code: str) -> str:
    item = identify(item_uri)
    if item.kind is not Kind.ITEM:
        raise Refused([Problem("gs1.not_item", "item", {"value": item.uri})])
    if item.uri.startswith(f"{ID_ORIGIN}/01/"):
        return _link(("01", item.code), (ai, code.strip()))
    scheme, _, host, *_ = item.uri.split("/")
    if item.uri.startswith(f"{ID_ORIGIN}/"):
        raise Refused([Problem("gs1.not_item", "item", {"value": item.uri})])
    kind = Kind.LOT if ai == "10" else Kind.SERIAL
    return _own_uri(f"{scheme}//{host}", kind, "item", item.code, word, code)
