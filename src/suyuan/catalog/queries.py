"""What is asked about names.

`directory.directory()` answers most of it without the database; the rest is here, set by set.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from django.db.models import Q, QuerySet

from suyuan.accounts.rules import in_language
from suyuan.catalog.directory import directory
from suyuan.catalog.models import CalendarDay, Item, ItemPack, Partner, Place, StorageClass
from suyuan.catalog.rules import Calendar, code_key
from suyuan.gs1.identifiers import canonical, gln_uri
from suyuan.gs1.problems import Refused
from suyuan.gs1.quantities import unscaled

CHUNK = 900  # SQLite's parameters in one statement
T = TypeVar("T")
Limits = tuple[Decimal | None, Decimal | None]  # in °C, both inclusive; None without one


def ours(uris: Iterable[str]) -> dict[str, str]:
    """Those of the canonical place URIs that are ours → the code of their warehouse.

    Known bins and unknown extensions alike.
    """
    now = directory()
    return {uri: code for uri in uris if (code := now.warehouse_of(uri))}


def log_of_place(uri: str) -> str | None:
    """The log of the events at a canonical place URI: its warehouse's code, None where the place is not ours."""
    return directory().warehouse_of(uri)


@dataclass(frozen=True, slots=True)
class PlaceInfo:
    """A place that has a row."""

    uri: str
    warehouse: str
    code: str
    kind: str
    purpose: str
    temperature_class: str


def places(uris: Iterable[str]) -> dict[str, PlaceInfo]:
    """The places that have a row, by URI."""
    fields = ("uri", "warehouse_id", "code", "kind", "purpose", "temperature_class")
    return {
        row[0]: PlaceInfo(*row)
        for part in chunks(uris)
        for row in Place.objects.filter(uri__in=part).values_list(*fields)
    }


def working_calendar() -> Calendar:
    """The days on which people work, as the register has them now. One statement."""
    days: dict[bool, set[date]] = {True: set(), False: set()}
    for day, works in CalendarDay.objects.filter(is_active=True).values_list("day", "works"):
        days[works].add(day)
    return Calendar(off=days[False], on=days[True])


def place_uris(warehouse: str, codes: Iterable[str]) -> dict[str, str]:
    """Bin codes of one warehouse, as typed → URI, for those that exist."""
    return _by_code(Place.objects.filter(warehouse_id=warehouse), codes)


def item_uris(codes: Iterable[str]) -> dict[str, str]:
    """Item codes, as typed → URI, for those that exist."""
    return _by_code(Item.objects.all(), codes)


def partner_uris(codes: Iterable[str]) -> dict[str, str]:
    """Partner codes, as typed → URI, for those that exist."""
    return _by_code(Partner.objects.all(), codes)


def _by_code(rows: QuerySet[Place] | QuerySet[Item] | QuerySet[Partner], codes: Iterable[str]) -> dict[str, str]:
    typed = {code: code_key(code) for code in codes}
    found: dict[str, str] = {}
    for part in chunks(set(typed.values())):
        found.update(rows.filter(key__in=part).values_list("key", "uri"))
    return {code: found[key] for code, key in typed.items() if key in found}


def names_for(uris: Iterable[str], language: str) -> dict[str, str]:
    """Item, pack, place and partner URIs → the name to show, their code where they have no name.

    Unknown ones are left out.
    """
    wanted = list(dict.fromkeys(uris))
    now = directory()
    behind = {uri: pack.item if (pack := now.packs.get(uri)) else uri for uri in wanted}
    behind |= {uri: partner.uri for uri in wanted if uri not in now.items and (partner := now.partner_of(uri))}
    asked = set(behind.values())
    found: dict[str, str] = {}
    for model, part in _askable(asked, now.items.keys() & asked, now.partners.keys() & asked):
        for uri, zh, en, code in model.objects.filter(uri__in=part).values_list("uri", "name_zh", "name_en", "code"):
            found[uri] = in_language(language, zh, en, code)
    return {uri: found[target] for uri, target in behind.items() if target in found}


def _askable(
    asked: set[str], items: set[str], partners: set[str]
) -> Iterator[tuple[type[Item] | type[Partner] | type[Place], Sequence[str]]]:
    for model, uris in ((Item, items), (Partner, partners), (Place, asked - items - partners)):
        for part in chunks(uris):
            yield model, part


def resolve(text: str) -> list[str]:
    """What a typed item code, GTIN, bin code, partner code, GLN or URI may mean.

    The URIs of all candidates, none if unknown.
    """
    key, digits = code_key(text), "".join(text.split())
    uri = _uri_of(text)
    gtin = digits.zfill(14) if digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 14 else ""
    found = [
        *Item.objects.filter(Q(key=key) | Q(gtin=gtin) | Q(uri=uri)).values_list("uri", flat=True),
        *ItemPack.objects.filter(gtin=gtin).values_list("item__uri", flat=True),
        *Place.objects.filter(Q(key=key) | Q(uri=uri)).order_by("warehouse_id").values_list("uri", flat=True),
        *Partner.objects.filter(Q(key=key) | Q(gln=digits) | Q(uri=uri)).values_list("uri", flat=True),
    ]
    return list(dict.fromkeys(found))


def _uri_of(text: str) -> str:
    """The canonical URI of what was typed; of a GLN, its place."""
    try:
        digits = "".join(text.split())
        return gln_uri(digits) if len(digits) == 13 and digits.isdigit() else canonical(text)
    except Refused:
        return ""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What of an item is to be called to mind, and what presses: days before its last day, and the share of its shelf
    life (`life` in days) that is left, in percent. Each None where nothing is said."""

    days: tuple[int | None, int | None] = (None, None)
    percent: tuple[int | None, int | None] = (None, None)
    life: int | None = None


def keeping(uris: Iterable[str] | None = None) -> dict[str, Keeping]:
    """Item URI → what is said of how it keeps; of all items, or of these. One statement."""
    rows = Item.objects.values_list(
        "uri", "shelf_life_days", "category__warn_days", "category__urgent_days", "category__warn_percent",
        "category__urgent_percent",
    )  # fmt: skip
    asked = rows if uris is None else rows.filter(uri__in=set(uris))
    return {
        uri: Keeping((warn, urgent), (warn_share, urgent_share), life)
        for uri, life, warn, urgent, warn_share, urgent_share in asked
    }


def temperature_limits() -> dict[str, Limits]:
    """Key of a storage class in use → between which temperatures its goods are kept. One statement."""
    rows = StorageClass.objects.filter(is_active=True).values_list("key", "coldest", "warmest")
    return {
        key: (None if coldest is None else unscaled(coldest), None if warmest is None else unscaled(warmest))
        for key, coldest, warmest in rows
    }


def chunks(values: Iterable[T]) -> Iterator[Sequence[T]]:
    """`values` in lists short enough for one statement."""
    rest = iter(values)
    while part := list(islice(rest, CHUNK)):
        yield part
