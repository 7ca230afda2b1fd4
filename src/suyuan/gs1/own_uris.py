"""URIs under a company's own origin, for goods, places, parties and papers without a GS1 key."""

import re
import unicodedata
from collections.abc import Callable, Sequence

from suyuan.gs1.encoding import decode, encode, is_plain
from suyuan.gs1.identity import Identity, Kind

_UNUSABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def identify_own(origin: str, segments: list[str]) -> Identity | None:
    """The identity of a path as `own_item_uri` and its siblings make them, on any host; None for any other path."""
    reader = _OWN.get(segments[0]) if segments else None
    if reader is None or not all(segments):
        return None
    codes = segments if is_plain("".join(segments)) else [_read_code(segment) for segment in segments]
    return reader(origin, codes) if all(map(is_code, codes)) else None


def is_code(code: str) -> bool:
    """Whether a code may be a segment: printable, trimmed, UTF-8, no dot segment (clients resolve those away)."""
    return bool(code) and code.strip() == code and code not in (".", "..") and not _UNUSABLE.search(code)


def _read_code(segment: str) -> str:
    return unicodedata.normalize("NFC", decode(segment))


def own_path(origin: str, codes: Sequence[str]) -> str:
    """The origin and the codes as one URI."""
    return "/".join((origin, *map(encode, codes)))


def _own_item(origin: str, codes: Sequence[str]) -> Identity | None:
    item = own_path(origin, codes[:2])
    match codes[2:]:
        case [] if len(codes) == 2:
            return Identity(item, Kind.ITEM, item, None, codes[1])
        case ["lot", lot]:
            return Identity(own_path(item, ("lot", lot)), Kind.LOT, item, None, lot)
        case ["serial", serial]:
            return Identity(own_path(item, ("serial", serial)), Kind.SERIAL, item, None, serial)
        case ["lot", lot, "serial", serial]:
            return Identity(own_path(item, ("serial", serial)), Kind.SERIAL, item, own_path(item, ("lot", lot)), serial)
    return None


def _own(kind: Kind, fewest: int, most: int) -> Callable[[str, Sequence[str]], Identity | None]:
    """A path of one word and `fewest` to `most` codes."""

    def read(origin: str, codes: Sequence[str]) -> Identity | None:
        if not fewest < len(codes) <= most + 1:
            return None
        return Identity(own_path(origin, codes), kind, None, None, codes[-1])

    return read


_OWN: dict[str, Callable[[str, Sequence[str]], Identity | None]] = {
    "item": _own_item,
    "place": _own(Kind.PLACE, 1, 16),
    "transit": _own(Kind.PLACE, 1, 16),
    "party": _own(Kind.PARTY, 1, 1),
    "container": _own(Kind.CONTAINER, 1, 1),
    "doc": _own(Kind.DOCUMENT, 2, 2),
}
