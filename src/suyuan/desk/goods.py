"""What a typed code means on a working page: items with their units, partners, places; set by set, no query a line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from suyuan.catalog.directory import Directory, ItemInfo, directory
from suyuan.catalog.models import Item, Partner
from suyuan.catalog.queries import item_uris, names_for, partner_uris, place_uris
from suyuan.gs1.identifiers import canonical, item_uri
from suyuan.gs1.problems import Refused
from suyuan.ui.formats import grouped_number
from suyuan.ui.frame import Choice
from suyuan.ui.units import unit_name

MOST_CHOICES = 300


@dataclass(frozen=True, slots=True)
class Article:
    """An item as a line needs it: `units` are what it may be entered in, the first one if nothing is said."""

    uri: str
    code: str
    name: str
    tracking: str
    shelf_life_days: int | None
    units: tuple[Choice, ...]


def articles(texts: Iterable[str], language: str) -> dict[str, Article]:
    """Typed item codes, GTINs and URIs → the items, for those that exist. A pack's GTIN is entered in packs."""
    wanted = {text for text in texts if text}
    known = directory()
    uris = _item_uris(wanted, known)
    names = names_for(uris.values(), language)
    return {text: _article(uri, names.get(uri, ""), known) for text, uri in uris.items()}


def _item_uris(texts: set[str], known: Directory) -> dict[str, str]:
    found = item_uris(texts)
    for text in texts - found.keys():
        uri = _as_uri(text)
        if known.item_of(uri):
            found[text] = uri
    return found


def _as_uri(text: str) -> str:
    digits = "".join(text.split())
    try:
        return item_uri(digits) if digits.isdigit() else canonical(text)
    except Refused:
        return ""


def _article(uri: str, name: str, known: Directory) -> Article:
    pack = known.item_of(uri)
    assert pack is not None  # asked for above
    info = known.items[pack.item]
    units = _units(info)
    if pack.item != uri:
        each = grouped_number(pack.numerator // pack.denominator)
        units = (Choice("", _("packs of {count} {unit}").format(count=each, unit=_(unit_name(info.base_unit)))),)
    return Article(uri, info.code, name or info.code, info.tracking, info.shelf_life_days, units)


def _units(info: ItemInfo) -> tuple[Choice, ...]:
    codes = dict.fromkeys([info.base_unit, *info.conversions])
    return tuple(Choice(code, _(unit_name(code))) for code in codes)


def partner_of(text: str, role: str) -> list[str]:
    """The partners a typed code, GLN, URI or name may mean, as URIs; none, one, or several of one name."""
    if not text:
        return []
    by_code = partner_uris([text]).get(text)
    if by_code:
        return [by_code]
    digits = "".join(text.split())
    rows = Partner.objects.filter(**{f"is_{role}": True})
    for found in (rows.filter(gln=digits), rows.filter(uri=text), rows.filter(name_zh=text), rows.filter(name_en=text)):
        uris = list(found.order_by("key").values_list("uri", flat=True)[:2])
        if uris:
            return uris
    return []


def place_of(warehouse: str, text: str) -> str | None:
    """The URI of a bin typed or scanned, if it is one of this warehouse."""
    by_code = place_uris(warehouse, [text]).get(text)
    if by_code:
        return by_code
    try:
        uri = canonical(text)
    except Refused:
        return None
    return uri if directory().warehouse_of(uri) == warehouse else None


def partner_choices(role: str, language: str) -> list[Choice]:
    """Partners for the list under a field: code and name."""
    rows = Partner.objects.filter(**{f"is_{role}": True}, status="approved").order_by("key")
    return _choices(rows.values_list("code", "name_zh", "name_en")[:MOST_CHOICES], language)


def item_choices(language: str) -> list[Choice]:
    rows = Item.objects.filter(is_active=True).order_by("key")
    return _choices(rows.values_list("code", "name_zh", "name_en")[:MOST_CHOICES], language)


def _choices(rows: Iterable[tuple[str, str, str]], language: str) -> list[Choice]:
    zh = language.startswith("zh")
    return [Choice(code, (zh_name or en_name) if zh else (en_name or zh_name)) for code, zh_name, en_name in rows]


def units_for(texts: Mapping[str, Article], text: str) -> tuple[Choice, ...]:
    found = texts.get(text)
    return found.units if found else (Choice("", "–"),)
