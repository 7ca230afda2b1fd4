"""The identity behind a Digital Link: what it names, its canonical URI, its item and lot."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from msgspec import Struct

from suyuan.gs1.application_identifiers import is_value, value_problems
from suyuan.gs1.encoding import encode
from suyuan.gs1.link_forms import FORMS
from suyuan.gs1.problems import Problem, Refused

ID_ORIGIN = "https://id.gs1.org"


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


class Identity(Struct, frozen=True, gc=False):
    """`uri` is the identity; the rest is read off it. `code` is what a person types."""

    uri: str
    kind: Kind
    item: str | None = None
    lot: str | None = None
    code: str = ""


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
