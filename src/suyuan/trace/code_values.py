"""What a text names, piece by piece with the place where it stands. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from suyuan.trace.code_words import KEEPING, Mode


@dataclass(frozen=True, slots=True)
class Code:
    """What stands from `start` to `end` of the text, and what it is by its label."""

    start: int
    end: int
    text: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class Lot(Code):
    """A word that is a lot number, or may be (any mode but LOT)."""


@dataclass(frozen=True, slots=True)
class LotRange(Code):
    """All lot numbers from `first` to `last`, both included; None: without that end."""

    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class LotPattern(Code):
    """All lot numbers that begin, end and contain one of these each; an empty tuple asks for nothing."""

    begins: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DateCode(Code):
    """The days from `first` to `last`, both included; None: without that end."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class ItemCode(Code):
    """A number of an item: GTIN in figures only (mode GTIN), or somebody's code."""


@dataclass(frozen=True, slots=True)
class UnitCode(Code):
    """One thing by its own name: a scanned or pasted identity, an SSCC; a serial number has no `uri`."""

    uri: str = ""


@dataclass(frozen=True, slots=True)
class Everything(Code):
    """“All lots”, or that there is no number to go by (mode BARE)."""


@dataclass(frozen=True, slots=True)
class Unclear(Code):
    """What a person has to read: a clause that takes something away (mode EXCEPT), a range nobody can count."""


@dataclass(frozen=True, slots=True)
class Unread:
    """What was not read. `doubtful`: it has figures or takes something away, so somebody should look."""

    start: int
    end: int
    text: str
    doubtful: bool


@dataclass(frozen=True, slots=True)
class CodeList:
    """All that a text names, in its order; `understood`: spans of labels and sizes, which say nothing by themselves."""

    text: str
    codes: tuple[Code, ...]
    understood: tuple[tuple[int, int], ...]

    def unread(self, also: Sequence[tuple[int, int]] = ()) -> list[Unread]:
        """What is neither code nor label nor size, nor in `also` (names that the catalog knows)."""
        taken = sorted([(code.start, code.end) for code in self.codes] + [*self.understood, *also])
        rest = [left for start, end in _between(taken, len(self.text)) if (left := _left(self.text, start, end))]
        rest += [Unread(code.start, code.end, code.text, True) for code in self.codes if isinstance(code, Unclear)]
        return sorted(rest, key=lambda left: left.start)

    @property
    def everything(self) -> bool:
        """It says "all lots"."""
        return any(isinstance(code, Everything) and code.mode is Mode.LOT for code in self.codes)

    @property
    def takes_away(self) -> bool:
        """It excepts something, which nobody but a person can read."""
        return any(code.mode is Mode.EXCEPT for code in self.codes)


def fold(code: str) -> str:
    """A number as it is compared: letters in upper case, without spaces and dashes."""
    return re.sub(r"[\s\-‐-―_]+", "", unicodedata.normalize("NFKC", code)).upper()


def _between(taken: Sequence[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    reached = 0
    for start, end in taken:
        if start > reached:
            yield reached, start
        reached = max(reached, end)
    if reached < length:
        yield reached, length


def _left(text: str, start: int, end: int) -> Unread | None:
    part = text[start:end]
    words = re.findall(r"[^\W_]+", part)
    if not words or all(word.lower() in KEEPING for word in words):
        return None
    lead = len(part) - len(part.lstrip())
    stripped = part.strip()
    doubtful = any(sign.isdigit() for sign in stripped)
    return Unread(start + lead, start + lead + len(stripped), stripped, doubtful)
