"""One spelling for one identity: EPC URNs, Digital Links of any domain and the company's own URIs.

The canonical form is a Digital Link URI under `ID_ORIGIN` without query, at the finest of GTIN + serial, GTIN + lot,
GTIN (CBV 2.0 8.9.1 chooses the same). Goods, places and parties without a GS1 key keep a URI under the company's own
origin.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from suyuan.gs1.encoding import decode, is_escaped
from suyuan.gs1.epc_urns import epc_elements
from suyuan.gs1.identity import ID_ORIGIN, Identity, Kind, identity_of
from suyuan.gs1.keys import gtin14, key_of_length
from suyuan.gs1.link_forms import key_index, stray_qualifiers
from suyuan.gs1.own_uris import identify_own, is_code, own_path
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.usual_spellings import is_usual_own, read_usual_link, read_usual_own, read_usual_urn

__all__ = [
    "ID_ORIGIN",
    "LONGEST_URI",
    "Identity",
    "Kind",
    "canonical",
    "gln_uri",
    "identify",
    "item_uri",
    "lot_of_item",
    "lot_uri",
    "own_container_uri",
    "own_document_uri",
    "own_item_uri",
    "own_party_uri",
    "own_place_uri",
    "party_uri",
    "serial_of_item",
    "serial_uri",
    "serials_of_item",
    "sscc_uri",
]

LONGEST_URI = 2048
_GS1_HOST = ID_ORIGIN.removeprefix("https://")

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_HTTP = re.compile(r"(https?)://([A-Za-z0-9\-._~:\[\]@!$&'()*+,;=%]+)", re.IGNORECASE)
# A numeric key and its digits anywhere in a path: somebody meant a Digital Link.
_LINK_LIKE = re.compile(r"/(?:00|01|253|255|402|414|415|417|8003|8006|8017|8018)/[0-9]{7}")


# --- http(s) URIs ---


def _identify_http(text: str) -> Identity:
    path, query, tail = text, "", ""
    if "?" in text or "#" in text:
        path = re.split("[?#]", text, maxsplit=1)[0]
        tail = text[len(path) :]
        query = tail.split("#", 1)[0][1:]
    parts = path.split("/")
    if not _HTTP.fullmatch("/".join(parts[:3])) or not is_uri(text):
        raise Refused([Problem("gs1.uri", "uri", {"value": text[:200]})])
    start = key_index(parts)
    if start:
        found = _identify_link(parts[start::2], parts[start + 1 :: 2], query)
        if isinstance(found, Identity):
            return found
    else:
        found = [Problem("gs1.link_path", "uri", {"value": text[:200]})]
    host = parts[2].lower()
    if not tail and host != _GS1_HOST:
        own = identify_own(f"{parts[0].lower()}//{host}", parts[3:])
        if own is not None:
            return own
    if host == _GS1_HOST or _LINK_LIKE.search(path):
        raise Refused(found)
    return _other(f"{parts[0].lower()}//{host}{text[len(parts[0]) + 2 + len(parts[2]) :]}")


def _identify_link(form: list[str], values: list[str], query: str) -> Identity | list[Problem]:
    try:
        identity = identity_of(form, [decode(value) if "%" in value else value for value in values])
    except Refused as refusal:
        return list(refusal.problems)
    if query:
        problems = stray_qualifiers(tuple(form), [name.split("=", 1)[0] for name in re.split("[&;]", query)])
        return problems or identity
    return identity


# --- URNs ---


# EPC schemes without a GS1 key: their URN stays the identity.
_KEYLESS = {"bic": Kind.CONTAINER, "gid": Kind.OTHER, "usdod": Kind.OTHER, "adi": Kind.OTHER, "imovn": Kind.OTHER}
_DOCUMENT = "urn:epcglobal:cbv:bt:"


def _identify_urn(text: str) -> Identity:
    if text.startswith("urn:epc:"):
        name = text[11:].partition(":")[0]
        if text.startswith("urn:epc:id:") and name in _KEYLESS:
            return _verbatim(text, _KEYLESS[name])
        elements = epc_elements(text)
        return identity_of([ai for ai, _ in elements], [value for _, value in elements])
    return _verbatim(text, Kind.DOCUMENT if text.startswith(_DOCUMENT) else Kind.OTHER)


def is_uri(text: str) -> bool:
    """Made of the characters of RFC 3986 only, with a scheme in front and whole escapes."""
    return _URI.fullmatch(text) is not None and is_escaped(text)


def _verbatim(text: str, kind: Kind) -> Identity:
    if not is_uri(text):
        raise Refused([Problem("gs1.uri", "uri", {"value": text[:200]})])
    return Identity(text, kind, None, None, re.split("[:/]", text.rstrip("/"))[-1])


def _other(text: str) -> Identity:
    return _verbatim(text, Kind.OTHER)


# --- the door ---


@lru_cache(maxsize=65536)
def identify(text: str) -> Identity:
    """What a URI names, in its canonical spelling.

    Takes EPC URNs (pure identity, class, class pattern), Digital Links of any domain, own-origin URIs, any other URI.
    Refused with every problem found: gs1.uri, gs1.urn, gs1.link_order, gs1.check_digit and the value problems.
    """
    usual = read_usual_link(text) or read_usual_own(text) or read_usual_urn(text)
    return usual or _identify(text.strip(" \t\r\n"))


def _identify(text: str) -> Identity:
    """The general way."""
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
    return text if is_usual_own(text) else identify(text).uri


# --- builders ---

# Serials and numbers that are spelled in a URI as they stand.
_plain = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}").fullmatch


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


@lru_cache(maxsize=1024)  # of the few companies and sites that there are, in every event
def party_uri(gln: str) -> str:
    """The party of a GLN of 13 digits."""
    return _link(("417", key_of_length(gln, 13, "gln")))


def _own_uri(origin: str, kind: Kind, *codes: str) -> str:
    """A URI under `origin` that `identify` reads back as `kind`; Refused for codes that could not be read back."""
    clean = [unicodedata.normalize("NFC", code.strip()) for code in codes]
    problems = [Problem("gs1.own_code", "code", {"value": code[:200]}) for code in clean if not is_code(code)]
    if problems:
        raise Refused(problems)
    origin = origin.strip().rstrip("/")
    uri = own_path(origin, clean)
    found = identify(uri)
    # Not ours to mint: codes that happen to spell a Digital Link, and anything under GS1's own domain.
    if not _HTTP.fullmatch(origin) or found.kind is not kind or found.uri.lower() != uri.lower():
        raise Refused([Problem("gs1.own_origin", "origin", {"value": uri[:200]})])
    return found.uri


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
    # Under a kind made of letters a plain number can't spell anything else, whatever it is.
    if type.isalpha() and _plain(number):
        return _document_start(origin, type) + number
    return _own_uri(origin, Kind.DOCUMENT, "doc", type, number)


@lru_cache(maxsize=256)
def _document_start(origin: str, type: str) -> str:
    return _own_uri(origin, Kind.DOCUMENT, "doc", type, "0")[:-1]


def lot_of_item(item_uri: str, lot: str) -> str:
    """The lot of an item that has a GTIN or a URI of our own; Refused where `item_uri` is no item."""
    return _of_item(item_uri, "10", "lot", lot)


def serial_of_item(item_uri: str, serial: str) -> str:
    """The serial of an item that has a GTIN or a URI of our own; Refused where `item_uri` is no item."""
    return _of_item(item_uri, "21", "serial", serial)


def serials_of_item(item_uri: str, serials: Iterable[str]) -> tuple[str, ...]:
    """`serial_of_item` of each of them; a thousand cost hardly more than their own text."""
    start = serial_of_item(item_uri, "0")[:-1]
    return tuple([start + one if _plain(one) else serial_of_item(item_uri, one) for one in serials])


def with_lot(serials: Iterable[str], item_uri: str, lot: str) -> tuple[str, ...]:
    """Serials of an item with their lot in one URI, so that an event says which lot they belong to."""
    own = "/item/" in item_uri and not item_uri.startswith(f"{ID_ORIGIN}/")
    start = f"{lot_of_item(item_uri, lot)}/{'serial' if own else '21'}/"
    return tuple([start + uri.rsplit("/", 1)[1] for uri in serials])


def _of_item(item_uri: str, ai: str, word: str, code: str) -> str:
    item = identify(item_uri)
    if item.kind is not Kind.ITEM:
        raise Refused([Problem("gs1.not_item", "item", {"value": item.uri})])
    scheme, _, host, key, *_ = item.uri.split("/")
    if host == _GS1_HOST:
        return _link((key, item.code), (ai, code.strip()))
    return _own_uri(f"{scheme}//{host}", Kind.LOT if ai == "10" else Kind.SERIAL, "item", item.code, word, code)
