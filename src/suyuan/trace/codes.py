"""Lot numbers, days, items and units out of free text, as recall announcements and complaints write them. Pure.

`read_codes` guesses nothing away: what it could not read is returned too, so that a person sees it. Which of the codes
are goods that somebody here knows says `code_goods`, against the ledger; so a word without a label is read as a lot
number that may be, and two words side by side as one number or two.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from suyuan.gs1.identifiers import identify, sscc_uri
from suyuan.gs1.identity import Identity
from suyuan.gs1.keys import is_checked
from suyuan.gs1.problems import Refused
from suyuan.gs1.scans import scan
from suyuan.trace.code_dates import Order, compact_days, days_at
from suyuan.trace.code_ranges import joined_patterns, with_ranges
from suyuan.trace.code_values import (
    Code,
    CodeList,
    DateCode,
    Everything,
    ItemCode,
    Lot,
    LotPattern,
    Unclear,
    UnitCode,
    fold,
)
from suyuan.trace.code_words import (
    AFFIX,
    ALL,
    BEGINS,
    CONTAINS,
    DATED,
    ENDS,
    KEEPING,
    LABEL,
    SIZE,
    UNCODED,
    Mode,
    mode_of,
)

LEAST_BARE = 4  # characters from which on a word without a label may be a lot number
LONGEST = 60_000


def read_codes(text: str, order: Order = Order.MONTH) -> CodeList:
    """What a text names; of "03/04/24" `order` says which is the day. Refuses nothing."""
    text = unicodedata.normalize("NFC", text[:LONGEST]).replace("\0", " ")
    return _Reader(text, order).read()


# -- reading ----------------------------------------------------------------------------------------------------------

_NAMED = re.compile(r"(?:https?://|urn:)[^\s,;，；]+", re.IGNORECASE)
_ELEMENTS = re.compile(r"\((?:00|01|02|8006)\)\s?\d[\d ]*(?:\(\d{2,4}\)\s?[^\s()]+)*")
_FIGURES = re.compile(r"(?<![0-9A-Za-z])\d+(?:[ \-–]\d+)*(?![0-9A-Za-z])")
_WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-‐-―/._+*]*")
_LETTERS = re.compile(r"[^\W\d_]")
_ENUMERATED = re.compile(r"(?:^|(?<=[\s;]))(?:\d{1,2}|[a-z])[.)]+(?=\s|$)")
_PLACE = re.compile(r"(?<![A-Za-z])[A-Z]{2},?\s+\d{5}(?:-\d{4})?(?!\d)")  # a state and its postal code
_YEARLESS = re.compile(r"\d{1,2}[-/.]\d{1,2}")
_SENTENCE_END = re.compile(r"\.\s|。")
_LED = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2,5} \Z")  # GHGA 254: the first half of a lot number
_CLAUSE_END = re.compile(r"[.;。；]\s|\n")


class _Reader:
    """One pass over the text, from label to label."""

    def __init__(self, text: str, order: Order) -> None:
        self.text, self.order = text, order
        self.mode = Mode.BARE
        self.around: list[Mode] = []
        self.codes: list[Code] = []
        self.understood: list[tuple[int, int]] = []
        self.steps: tuple[Callable[[int], int], ...] = (
            self._name, self._noise, self._phrase, self._date, self._label, self._size, self._figures, self._word,
        )  # fmt: skip

    def read(self) -> CodeList:
        position = 0
        while position < len(self.text):
            position = next((end for step in self.steps if (end := step(position))), 0) or self._sign(position)
        codes = with_ranges(self.text, joined_patterns(self.codes), [end for _, end in self.understood])
        return CodeList(
            self.text, tuple(sorted(codes, key=lambda code: (code.start, code.end))), tuple(self.understood)
        )

    def _add(self, code: Code) -> int:
        self.codes.append(code)
        return code.end

    def _understand(self, match: re.Match[str] | None) -> int:
        if match is None:
            return 0
        self.understood.append(match.span())
        return match.end()

    def _sign(self, position: int) -> int:
        sign = self.text[position]
        if sign in "(（":
            self.around.append(self.mode)
        elif sign in ")）" and self.around:
            self.mode = self.around.pop()
        elif (sign.isalnum() and sign not in KEEPING) or _SENTENCE_END.match(self.text, position):
            self.mode = Mode.BARE
        return position + 1

    def _name(self, position: int) -> int:
        """An identity, pasted or as its barcode says it."""
        if match := _NAMED.match(self.text, position):
            return self._identity(match, _identified(match[0].rstrip(".)")))
        match = _ELEMENTS.match(self.text, position)
        return self._identity(match, _scanned(match[0])) if match else 0

    def _identity(self, match: re.Match[str], identity: Identity | None) -> int:
        if identity is None:
            return 0
        return self._add(UnitCode(match.start(), match.end(), match[0], Mode.UNIT, identity.uri))

    def _noise(self, position: int) -> int:
        return self._understand(_ENUMERATED.match(self.text, position) or _PLACE.match(self.text, position))

    def _phrase(self, position: int) -> int:
        """Which lots in words: all, none that has a number, those that begin or end like this."""
        for pattern, mode in ((ALL, Mode.LOT), (UNCODED, Mode.BARE)):
            if match := pattern.match(self.text, position):
                self.mode = Mode.LOT if mode is Mode.LOT else Mode.BARE
                return self._add(Everything(match.start(), match.end(), match[0], mode))
        for pattern, name in ((BEGINS, "begins"), (ENDS, "ends"), (CONTAINS, "contains")):
            if match := pattern.match(self.text, position):
                affixes = tuple(AFFIX.findall(next(group for group in match.groups() if group)))
                return self._add(_pattern(match, name, affixes))
        return 0

    def _date(self, position: int) -> int:
        days = days_at(self.text, position, self.order)
        if days is None or self.mode is Mode.EXCEPT:
            return 0
        end = position + days.length
        return self._add(DateCode(position, end, self.text[position:end], self.mode, days.first, days.last))

    def _label(self, position: int) -> int:
        match = LABEL.match(self.text, position)
        if match is None:
            return 0
        self.mode = mode_of(match)
        if self.mode is Mode.EXCEPT:
            return self._excepted(position)
        return self._understand(match)

    def _excepted(self, position: int) -> int:
        """The rest of a clause that takes something away: nothing in it is read."""
        end = _CLAUSE_END.search(self.text, position)
        self.mode = Mode.BARE
        stop = end.start() if end else len(self.text)
        return self._add(Unclear(position, stop, self.text[position:stop].rstrip(), Mode.EXCEPT))

    def _size(self, position: int) -> int:
        match = SIZE.match(self.text, position)
        glued = match is not None and " " not in match[0]
        return 0 if glued and self.mode in (Mode.LOT, Mode.CODE) else self._understand(match)

    def _figures(self, position: int) -> int:
        """GTIN and SSCC, however their figures are grouped."""
        match = _FIGURES.match(self.text, position)
        if match is None or self.mode in (Mode.LOT, Mode.ITEM, Mode.SERIAL, Mode.CODE):
            return 0
        for end in _ends_of_groups(match):
            digits = re.sub(r"\D", "", self.text[position:end])
            if len(digits) == 18 and is_checked(digits):
                text = self.text[position:end]
                return self._add(UnitCode(position, end, text, Mode.UNIT, sscc_uri(digits)))
            if _is_gtin(digits, self.mode is Mode.GTIN):
                return self._add(ItemCode(position, end, digits, Mode.GTIN))
        return 0

    def _word(self, position: int) -> int:
        match = _WORD.match(self.text, position)
        if match is None:
            return 0
        text = match[0].rstrip("-‐‑‒–—./_+*")
        end = position + len(text)
        if not any(sign.isdigit() for sign in text) and not self._is_item(position, text):
            self._plain(text)
        else:
            self._code(position, end, text)
        return end

    def _is_item(self, position: int, text: str) -> bool:
        """A code of capitals only, right after its label."""
        labelled = bool(self.understood) and 0 <= position - self.understood[-1][1] <= 1
        return self.mode is Mode.ITEM and labelled and text.isupper()

    def _plain(self, text: str) -> None:
        """A word without figures: a label holds on over joining words and over the second half of a lot number."""
        short = len(text) <= 3 and text.isupper() and self.mode in (Mode.LOT, Mode.CODE)
        if text.lower() not in KEEPING and not short:
            self.mode = Mode.BARE

    def _code(self, start: int, end: int, text: str) -> None:
        if self.mode in (Mode.ITEM, Mode.GTIN):
            self._add(ItemCode(start, end, text, Mode.ITEM))
        elif self.mode in (Mode.SERIAL, Mode.UNIT):
            self._add(UnitCode(start, end, text, self.mode))
        elif self.mode in (Mode.LOT, Mode.CODE):
            self._add(Lot(start, end, text, self.mode))
        elif self.mode in (Mode.BARE, *DATED):
            self._unlabelled(start, end, text)

    def _unlabelled(self, start: int, end: int, text: str) -> None:
        day = compact_days(text, self.order) if self.mode in DATED else None
        if day:
            self._add(DateCode(start, end, text, self.mode, day, day))
        elif self.mode in DATED and _YEARLESS.fullmatch(text):
            self._add(Unclear(start, end, text, self.mode))
            return
        begun = self._led(start)
        if end - begun >= LEAST_BARE and len(fold(self.text[begun:end])) >= LEAST_BARE:
            self._add(Lot(begun, end, self.text[begun:end], Mode.BARE))

    def _led(self, start: int) -> int:
        """Where a short number begins, with the capitals before it that are its first half."""
        match = _LED.search(self.text, max(0, start - 7), start)
        if match is None or any(begin <= match.start() < end for begin, end in self.understood[-1:]):
            return start
        return match.start()


def _identified(text: str) -> Identity | None:
    try:
        return identify(text)
    except Refused:
        return None


def _scanned(text: str) -> Identity | None:
    try:
        return scan("".join(text.split())).identity
    except Refused:
        return None


def _pattern(match: re.Match[str], name: str, affixes: tuple[str, ...]) -> LotPattern:
    empty = LotPattern(match.start(), match.end(), match[0], Mode.LOT)
    if name == "begins":
        return replace(empty, begins=affixes)
    return replace(empty, ends=affixes) if name == "ends" else replace(empty, contains=affixes)


def _ends_of_groups(match: re.Match[str]) -> list[int]:
    """Where the groups of a number end, the longest number first."""
    return [match.start() + part.end() for part in re.finditer(r"\d+", match[0])][::-1]


def _is_gtin(digits: str, labelled: bool) -> bool:
    """Under its label a number counts without its check digit or leading zeros too, as people write it."""
    return 8 <= len(digits) <= 14 if labelled else len(digits) in (12, 13, 14) and is_checked(digits)
