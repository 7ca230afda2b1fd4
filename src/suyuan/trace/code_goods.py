"""Which goods the codes of an announcement are, by what catalog and ledger know. Reads only.

A lot is (item, lot number): a number alone is taken for certain only where the text names the item too, by GTIN, by
somebody's code, or by its name. What is not certain is returned as well, with the reason, and so is every code that
nothing here bears; a person decides.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise

from suyuan.gs1.identifiers import identify
from suyuan.ledger.keys import key16
from suyuan.trace.code_dates import Order
from suyuan.trace.code_items import NamedItem, items_in
from suyuan.trace.code_lots import Known, identities, lots_numbered, lots_of
from suyuan.trace.code_ranges import fits, in_range
from suyuan.trace.code_values import (
    Code,
    CodeList,
    DateCode,
    Everything,
    ItemCode,
    Lot,
    LotPattern,
    LotRange,
    Unclear,
    UnitCode,
    Unread,
    fold,
)
from suyuan.trace.code_words import DATED, Mode
from suyuan.trace.codes import read_codes

MOST_WORDS = 4  # of a lot number that is written in several


class Why(StrEnum):
    """By what a thing is meant."""

    ITSELF = "itself"
    NUMBER = "number"
    RANGE = "range"
    PATTERN = "pattern"
    DATE = "date"
    ITEM = "item"


class Doubt(StrEnum):
    """Why a thing is not taken for certain."""

    NONE = ""
    OTHER_ITEM = "other-item"
    NO_ITEM = "no-item"
    ONLY_DATE = "only-date"
    NO_DATE = "no-date"
    OTHER_DATE = "other-date"
    EXCEPTION = "exception"
    NO_NUMBER = "no-number"


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that the text means, or may mean: `words`, from `start` to `end`, are those it was found by."""

    uri: str
    kind: str
    number: str
    expiry: date | None
    produced: date | None
    why: Why
    words: str
    doubt: Doubt = Doubt.NONE
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Goods:
    """What a text means here: `certain` and `doubtful` things, codes that nothing bears (`missing`), and what could not
    be read.
    """

    codes: CodeList
    items: tuple[NamedItem, ...]
    certain: tuple[Hit, ...]
    doubtful: tuple[Hit, ...]
    missing: tuple[Code, ...]
    unread: tuple[Unread, ...]


def find_goods(text: str, order: Order = Order.MONTH, items: Collection[str] = ()) -> Goods:
    """The goods that a text names. `items`: those (URIs) that the person says it is about, whatever it calls them.

    Several items, each followed by numbers of its own, are taken apart; where the text mixes them, each number counts
    for each item. A number or day of an item beside: doubtful.
    """
    codes = read_codes(text, order)
    named = tuple(items_in(codes, items))
    search = _Search(codes, named)
    hits = search.run()
    certain = tuple(hit for hit in hits if not hit.doubt)
    sure = {hit.uri for hit in certain}
    doubtful = {hit.uri: hit for hit in reversed(hits) if hit.doubt and hit.uri not in sure}
    spans = [(item.start, item.end) for item in named if item.by_name]
    return Goods(
        codes,
        named,
        tuple({hit.uri: hit for hit in reversed(certain)}.values())[::-1],
        tuple(doubtful.values())[::-1],
        tuple(search.missing()),
        tuple(codes.unread(spans)),
    )


# -- which of them ----------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-‐-―/._+*]*")


class _Search:
    """What one text means, looked up."""

    def __init__(self, codes: CodeList, items: Sequence[NamedItem]) -> None:
        self.codes, self.items = codes, items
        self.keys = {key16(item.uri) for item in items}
        self.lots = lots_of(self.keys) if self.keys else []
        self.blocks = _blocks(codes, items)
        self.used: set[tuple[int, int]] = set()

    def run(self) -> list[Hit]:
        """Certain and doubtful things, in the order of the text."""
        hits = [*self._named(), *self._numbered()]
        if not any(hit.why is not Why.ITSELF for hit in hits):
            hits += self._by_days_alone()
        else:
            hits += self._days_beside({hit.uri for hit in hits})
        hits += self._elsewhere()
        if self.codes.takes_away:
            hits = [replace(hit, doubt=hit.doubt or Doubt.EXCEPTION) for hit in hits]
        return hits

    def missing(self) -> Iterator[Code]:
        """Codes with a label that nothing here bears; to be asked for after `run`."""
        for code in self.codes.codes:
            if (code.start, code.end) in self.used or code.mode is Mode.EXCEPT:
                continue
            if isinstance(code, Lot) and code.mode is Mode.LOT:
                if not any(start <= code.start and code.end <= end for start, end in self.used):
                    yield code
            elif not isinstance(code, Lot | DateCode | Everything | Unclear) and not self._is_item(code):
                yield code

    def _is_item(self, code: Code) -> bool:
        return any(item.start == code.start for item in self.items)

    def _use(self, start: int, end: int) -> None:
        self.used.add((start, end))

    def _named(self) -> Iterator[Hit]:
        """Things by their own names: barcodes, URIs, SSCCs, serial numbers."""
        units = [code for code in self.codes.codes if isinstance(code, UnitCode)]
        found = identities(units, self.keys)
        for code in units:
            for uri, kind in found.get(code.uri or code.text, ()):
                self._use(code.start, code.end)
                if kind != "item":
                    yield replace(_found(Known(uri, identify(uri).code, b""), Why.ITSELF, code), kind=kind)

    def _numbered(self) -> list[Hit]:
        """Lots of the named items by number, range and pattern."""
        if not self.lots:
            return []
        index = _folded(self.lots)
        hits = [
            self._hit(lot, Why.NUMBER, start, end)
            for start, end, number in self._windows(index)
            for lot in index[number]
        ]
        for code in self.codes.codes:
            if isinstance(code, LotRange) and not self._is_one_lot(code):
                hits += [
                    self._hit(lot, Why.RANGE, code.start, code.end) for lot in self.lots if in_range(lot.number, code)
                ]
            elif isinstance(code, LotPattern):
                hits += [self._patterned(lot, code) for lot in self.lots if fits(lot.number, code)]
        return hits

    def _is_one_lot(self, code: LotRange) -> bool:
        """ "120-124" is a lot where one is called that."""
        return (code.start, code.end) in self.used

    def _patterned(self, lot: Known, code: LotPattern) -> Hit:
        hit = self._hit(lot, Why.PATTERN, code.start, code.end)
        return replace(hit, doubt=hit.doubt or self._day_doubt(lot))

    def _hit(self, lot: Known, why: Why, start: int, end: int) -> Hit:
        self._use(start, end)
        doubt = Doubt.NONE if self._together(lot.item, start) else Doubt.OTHER_ITEM
        return _found(lot, why, Code(start, end, self.codes.text[start:end], Mode.BARE), doubt)

    def _together(self, item: bytes, position: int) -> bool:
        """Whether what stands at a position counts for an item."""
        return all(item in keys for begin, end, keys in self.blocks if begin <= position < end)

    def _windows(self, index: Mapping[str, Sequence[Known]]) -> Iterator[tuple[int, int, str]]:
        """(start, end, number) of the words, alone or side by side, that are a lot number; the longest first."""
        tokens, meant = _tokens(self.codes)
        at = 0
        while at < len(tokens):
            for count in range(min(MOST_WORDS, len(tokens) - at), 0, -1):
                part = tokens[at : at + count]
                number = fold("".join(text for _, _, text in part))
                if number in index and _adjacent(self.codes.text, part) and any(start in meant for start, *_ in part):
                    yield part[0][0], part[-1][1], number
                    at += count
                    break
            else:
                at += 1

    def _by_days_alone(self) -> Iterator[Hit]:
        """Where no number meets anything: lots of the named items by their days, or all of them."""
        days = list(_days(self.codes))
        numbers = [
            code for code in self.codes.codes if isinstance(code, Lot | LotRange | LotPattern) and code.mode is Mode.LOT
        ]
        for lot in self.lots:
            doubt = Doubt.ONLY_DATE if numbers else Doubt.NONE
            if days:
                found = [code for code in days if _falls(lot, code)]
                contradicts = self._day_doubt(lot)
                if found and contradicts is Doubt.NONE:
                    yield replace(self._hit(lot, Why.DATE, found[0].start, found[0].end), doubt=doubt)
                elif contradicts is Doubt.NO_DATE:
                    yield _found(lot, Why.ITEM, Code(0, 0, "", Mode.BARE), Doubt.NO_DATE)
            elif not numbers:
                item = next(item for item in self.items if key16(item.uri) == lot.item)
                yield replace(self._hit(lot, Why.ITEM, item.start, item.end), doubt=self._whole_doubt(item))

    def _whole_doubt(self, item: NamedItem) -> Doubt:
        """All lots of an item are certain where the text says so or gives nothing but its number."""
        whole = self.codes.everything or any(isinstance(code, Everything) for code in self.codes.codes)
        return Doubt.NONE if whole or not item.by_name else Doubt.NO_NUMBER

    def _days_beside(self, known: Collection[str]) -> Iterator[Hit]:
        """Lots whose day is named though their number is not."""
        days = [code for code in _days(self.codes) if code.mode in DATED]
        for lot in self.lots:
            if lot.uri not in known:
                for code in days:
                    if _falls(lot, code):
                        yield _found(lot, Why.DATE, code, Doubt.ONLY_DATE)
                        break

    def _elsewhere(self) -> Iterator[Hit]:
        """Lots of other items with a number that the text calls a lot number; where it names no item, of any."""
        asked = [
            code for code in self.codes.codes if isinstance(code, Lot) and (code.mode is Mode.LOT or not self.keys)
        ]
        index = _folded(lot for lot in lots_numbered({code.text for code in asked}) if lot.item not in self.keys)
        for code in asked:
            for lot in index.get(fold(code.text), ()):
                if not self.keys:
                    self._use(code.start, code.end)
                doubt = Doubt.OTHER_ITEM if self.keys else Doubt.NO_ITEM
                yield _found(lot, Why.NUMBER, code, doubt)

    def _day_doubt(self, lot: Known) -> Doubt:
        """Whether the days of a lot go with those of the text: one of a kind that is named has to be among them."""
        days = list(_days(self.codes))
        if not days:
            return Doubt.NONE
        for own, mode in ((lot.expiry, Mode.EXPIRY), (lot.produced, Mode.PRODUCED)):
            said = [code for code in days if code.mode is mode or code.mode not in DATED]
            if own and any(code.mode is mode for code in said):
                return Doubt.NONE if any(_holds(code, own) for code in said) else Doubt.OTHER_DATE
        if any(_falls(lot, code) for code in days):
            return Doubt.NONE
        return Doubt.OTHER_DATE if _comparable(lot, days) else Doubt.NO_DATE


def _found(lot: Known, why: Why, code: Code, doubt: Doubt = Doubt.NONE) -> Hit:
    """A lot, found by what stands at a place of the text."""
    return Hit(lot.uri, "lot", lot.number, lot.expiry, lot.produced, why, code.text, doubt, code.start, code.end)


def _comparable(lot: Known, days: Iterable[DateCode]) -> bool:
    loose = any(code.mode not in DATED for code in days)
    return loose and (lot.expiry is not None or lot.produced is not None)


def _days(codes: CodeList) -> Iterator[DateCode]:
    """The days that say something of a lot itself, not of its trade."""
    yield from (code for code in codes.codes if isinstance(code, DateCode) and code.mode is not Mode.TRADED)


def _holds(code: DateCode, day: date) -> bool:
    return (code.first is None or code.first <= day) and (code.last is None or day <= code.last)


def _falls(lot: Known, code: DateCode) -> bool:
    own = {Mode.EXPIRY: (lot.expiry,), Mode.PRODUCED: (lot.produced,)}.get(code.mode, (lot.expiry, lot.produced))
    return any(day is not None and _holds(code, day) for day in own)


def _folded(lots: Iterable[Known]) -> dict[str, list[Known]]:
    index: defaultdict[str, list[Known]] = defaultdict(list)
    for lot in lots:
        index[fold(lot.number)].append(lot)
    return dict(index)


def _tokens(codes: CodeList) -> tuple[list[tuple[int, int, str]], set[int]]:
    """The words of a text, and where those begin that may be a lot number or a part of one."""
    taken = [(code.start, code.end) for code in codes.codes if isinstance(code, ItemCode | UnitCode | Everything)]
    taken += [(code.start, code.end) for code in codes.codes if code.mode is Mode.EXCEPT]
    tokens = []
    for match in _TOKEN.finditer(codes.text):
        text = match[0].rstrip("-/._+*")
        start, end = match.start(), match.start() + len(text)
        if not any(start < stop and begin < end for begin, stop in taken):
            tokens.append((start, end, text))
    meant = {code.start for code in codes.codes if isinstance(code, Lot)}
    meant |= {code.start for code in codes.codes if isinstance(code, DateCode) and code.mode not in DATED}
    return tokens, meant


def _adjacent(text: str, part: Sequence[tuple[int, int, str]]) -> bool:
    gaps = (text[one[1] : other[0]] for one, other in pairwise(part))
    return all((gap.isspace() and "\n" not in gap) or gap in ("", " -", "- ") for gap in gaps)


def _blocks(codes: CodeList, items: Sequence[NamedItem]) -> list[tuple[int, int, set[bytes]]]:
    """(start, end, items): where numbers count for some items only. None where items and numbers do not take turns."""
    last = {item.uri: item for item in items if not item.by_name}
    marks = sorted([(item.start, item.uri) for item in last.values()] + [(at, "") for at in _numbers(codes)])
    blocks: list[tuple[int, list[str], int]] = []
    for position, uri in marks:
        if uri and (not blocks or blocks[-1][2]):
            blocks.append((position, [uri], 0))
        elif uri:
            blocks[-1][1].append(uri)
        elif not blocks:
            return []
        else:
            blocks[-1] = (blocks[-1][0], blocks[-1][1], blocks[-1][2] + 1)
    if len(blocks) < 2 or not all(count for _, _, count in blocks):
        return []
    ends = [start for start, _, _ in blocks[1:]] + [len(codes.text)]
    return [(block[0], end, {key16(uri) for uri in block[1]}) for block, end in zip(blocks, ends, strict=True)]


def _numbers(codes: CodeList) -> list[int]:
    """Where lot numbers stand, or where there are none, days."""
    labelled = [
        code.start for code in codes.codes if isinstance(code, Lot | LotRange | LotPattern) and code.mode is Mode.LOT
    ]
    return labelled or [code.start for code in _days(codes)]
