"""What a typed code means on a working page, and how a line shows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from suyuan.accounts.permissions import PERMISSIONS
from suyuan.catalog.directory import Directory, PackInfo
from suyuan.catalog.models import Item, Partner
from suyuan.catalog.queries import names_for
from suyuan.desk.naming import Names
from suyuan.gs1.problems import Problem
from suyuan.operations.lines import find_item
from suyuan.ui.formats import grouped_number
from suyuan.ui.frame import Choice
from suyuan.ui.units import unit_name

MOST_CHOICES = 300
SERIALS = frozenset({"serial", "lot+serial"})


@dataclass(frozen=True, slots=True)
class Article:
    """An item or pack as a line needs it: `uri` as entered, `units` what it may be entered in, the usual one first;
    `weighed`: its weight is wanted besides.
    """

    uri: str
    item: str
    code: str
    name: str
    tracking: str
    units: tuple[Choice, ...]
    weighed: bool = False

    @property
    def has_serials(self) -> bool:
        return self.tracking in SERIALS


def articles(known: Directory, texts: Iterable[str], language: str) -> dict[str, Article]:
    """Typed item codes, GTINs and URIs → the items, for those that exist. A pack's GTIN is entered in packs."""
    found = {text: pack for text in set(texts) if text and (pack := find_item(known, text))}
    names = names_for((pack.item for _uri, pack in found.values()), language)
    return {text: _article(known, uri, pack, names.get(pack.item, "")) for text, (uri, pack) in found.items()}


def _article(known: Directory, uri: str, pack: PackInfo, name: str) -> Article:
    info = known.items[pack.item]
    units = tuple(Choice(code, _(unit_name(code))) for code in dict.fromkeys([info.base_unit, *info.conversions]))
    if (pack.numerator, pack.denominator) != (1, 1):
        each = grouped_number(pack.numerator // pack.denominator)
        said = _("packs of {count} {unit}").format(count=each, unit=_(unit_name(info.base_unit)))
        units = (Choice("", said), *units)
    return Article(uri, pack.item, info.code, name or info.code, info.tracking, units, info.catch_weight)


def partner_choices(role: str, language: str) -> list[Choice]:
    """Partners for the list under a field: code and name."""
    rows = Partner.objects.filter(**{f"is_{role}": True}, status="approved").order_by("key")
    return _choices(rows.values_list("code", "name_zh", "name_en")[:MOST_CHOICES], language)


def item_choices(language: str) -> list[Choice]:
    """Items for the list under a field: code and name."""
    rows = Item.objects.filter(is_active=True).order_by("key")
    return _choices(rows.values_list("code", "name_zh", "name_en")[:MOST_CHOICES], language)


def _choices(rows: Iterable[tuple[str, str, str]], language: str) -> list[Choice]:
    zh = language.startswith("zh")
    return [Choice(code, (zh_name or en_name) if zh else (en_name or zh_name)) for code, zh_name, en_name in rows]


def named(problems: Sequence[Problem], language: str) -> list[Problem]:
    """Problems that speak of goods, places and partners by name and number instead of by URI."""
    uris = {value for problem in problems for value in problem.params.values() if _is_uri(value)}
    names = Names(uris, language) if uris else None
    return [replace(problem, params=_named_params(problem.params, names)) for problem in problems]


def _named_params(params: Mapping[str, str], names: Names | None) -> dict[str, str]:
    return {key: _said(key, value, names) for key, value in params.items()}


def _said(key: str, value: str, names: Names | None) -> str:
    if names is not None and _is_uri(value):
        return str(names.thing(value))
    if key == "permission":
        return ", ".join(_(PERMISSIONS.get(code.partition(":")[0], code)) for code in value.split(", "))
    return _(unit_name(value)) if key == "unit" and value else value


def _is_uri(text: str) -> bool:
    return text.startswith(("https://", "http://", "urn:"))
