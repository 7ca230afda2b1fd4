"""Which items a text names: by GTIN, by a code of ours or of a supplier, or by what they are called."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from suyuan.catalog.models import Item, ItemPack, SupplierItem
from suyuan.catalog.queries import chunks
from suyuan.catalog.rules import code_key
from suyuan.gs1.identifiers import identify, item_uri
from suyuan.gs1.keys import check_digit, is_checked
from suyuan.ledger.keys import key16
from suyuan.ledger.models import Identifier
from suyuan.trace.code_values import Code, CodeList, ItemCode, Lot, UnitCode
from suyuan.trace.code_words import Mode

FEW = 120  # characters in which a name of one word counts; later it may be an ingredient
BETWEEN = 3  # other words that may stand among those of a name
_WORD = re.compile(r"[^\W_]+")
_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class NamedItem:
    """An item that the text names, and by which words."""

    uri: str
    words: str
    start: int
    end: int
    by_name: bool = False


# -- by number -------------------------------------------------------------------------------------------------------


def items_in(codes: CodeList, chosen: Collection[str]) -> Iterator[NamedItem]:
    if chosen:
        yield from (NamedItem(uri, "", 0, 0) for uri in chosen)
        return
    found = [*_by_number(codes), *_by_identity(codes)]
    if found:
        yield from found
        return
    for uri, start, end in named_in(codes.text):
        yield NamedItem(uri, codes.text[start:end], start, end, by_name=True)


def gtins_of(digits: str) -> list[str]:
    """The GTINs of 14 digits that a number can be: as it stands, with the check digit that people leave away, or with
    the right one where that is all that is wrong with it.
    """
    whole = [digits] if is_checked(digits) else [digits[:-1] + check_digit(digits[:-1])] if len(digits) >= 12 else []
    short = [digits + check_digit(digits)] if 10 <= len(digits) <= 12 else []
    return [number.zfill(14) for number in (*whole, *short) if 8 <= len(number) <= 14]


def _by_number(codes: CodeList) -> Iterator[NamedItem]:
    """Items by GTIN or by a code of ours or of a supplier; a GTIN that only the ledger knows counts too."""
    asked = [code for code in codes.codes if isinstance(code, ItemCode) or _may_be_item(code)]
    gtins = {gtin for code in asked if code.mode is Mode.GTIN for gtin in gtins_of(code.text)}
    keys = {code_key(code.text) for code in asked}
    by_gtin = _uris_by_gtin(gtins)
    by_code = _uris_by_code(keys)
    for code in asked:
        own = [uri for gtin in gtins_of(code.text) for uri in by_gtin.get(gtin, ())] if code.mode is Mode.GTIN else []
        for uri in dict.fromkeys([*own, *by_code.get(code_key(code.text), ())]):
            yield NamedItem(uri, code.text, code.start, code.end)


def _may_be_item(code: Code) -> bool:
    return isinstance(code, Lot) and code.mode is Mode.CODE


def _uris_by_gtin(gtins: Collection[str]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for part in chunks(gtins):
        rows = [
            *Item.objects.filter(gtin__in=part).values_list("gtin", "uri"),
            *ItemPack.objects.filter(gtin__in=part).values_list("gtin", "item__uri"),
            *SupplierItem.objects.filter(gtin__in=part).values_list("gtin", "item__uri"),
        ]
        for gtin, uri in rows:
            found[gtin or ""].append(uri)
    strangers = {key16(item_uri(gtin)): gtin for gtin in gtins if gtin not in found and is_checked(gtin)}
    for part_of in chunks(strangers):
        for key in Identifier.objects.filter(item__in=part_of).values_list("item", flat=True).distinct():
            gtin = strangers[bytes(key or b"")]
            found[gtin].append(item_uri(gtin))
    return found


def _uris_by_code(keys: Collection[str]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for part in chunks(keys):
        for key, uri in Item.objects.filter(key__in=part).values_list("key", "uri"):
            found[key].append(uri)
        for key, uri in SupplierItem.objects.filter(key__in=part, is_active=True).values_list("key", "item__uri"):
            found[key].append(uri)
    return found


def _by_identity(codes: CodeList) -> Iterator[NamedItem]:
    for code in codes.codes:
        if isinstance(code, UnitCode) and code.uri and identify(code.uri).kind.value == "item":
            yield NamedItem(code.uri, code.text, code.start, code.end)


# -- by name --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    uri: str
    start: int
    end: int


def named_in(text: str) -> list[tuple[str, int, int]]:
    """(item URI, start, end) of the items whose name stands in a text, in Chinese or in letters, ours or a supplier's.

    All words of a name must stand near each other; where one name lies in another ("milk" in "chocolate milk"), the
    longer is meant. A name of one word counts at the beginning only.
    """
    words = [(_stem(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]
    seen = {word for word, _, _ in words}
    places = [place for uri, name in _names() for place in _places(uri, name, text, words, seen)]
    chosen = [place for place in places if not any(_inside(place, other) for other in places)]
    return [(place.uri, place.start, place.end) for place in chosen]


def _names() -> Iterator[tuple[str, str]]:
    for uri, zh, en in Item.objects.filter(merged_into=None).values_list("uri", "name_zh", "name_en"):
        yield from ((uri, name) for name in {zh, en} if name)
    for uri, name in SupplierItem.objects.filter(is_active=True).exclude(name="").values_list("item__uri", "name"):
        yield uri, name


def _stem(word: str) -> str:
    folded = word.casefold()
    return folded[:-1] if len(folded) > 3 and folded.endswith("s") else folded


def _places(uri: str, name: str, text: str, words: Sequence[tuple[str, int, int]], seen: set[str]) -> Iterable[_Place]:
    if _CHINESE.search(name):
        at = text.find(name) if len(name) > 1 else -1
        return [_Place(uri, at, at + len(name))] if at >= 0 else []
    wanted = Counter(_stem(match[0]) for match in _WORD.finditer(name))
    if not wanted or not wanted.keys() <= seen:
        return []
    return _windows(uri, wanted, words)


def _windows(uri: str, wanted: Counter[str], words: Sequence[tuple[str, int, int]]) -> list[_Place]:
    """The closest place in which all words of a name stand."""
    total = wanted.total()
    best: _Place | None = None
    for first, (word, start, _) in enumerate(words):
        if word not in wanted:
            continue
        missing = wanted.copy()
        for other, _, end in words[first : first + total + BETWEEN]:
            missing -= Counter([other])
            if not missing:
                if best is None or end - start < best.end - best.start:
                    best = _Place(uri, start, end)
                break
    if best is None or (total == 1 and best.start > FEW):
        return []
    return [best]


def _inside(one: _Place, other: _Place) -> bool:
    shorter = one.end - one.start < other.end - other.start
    return one.uri != other.uri and shorter and other.start <= one.start and one.end <= other.end
