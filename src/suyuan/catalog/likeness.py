"""How alike two rows are: by what no second row should have, and by their names. Pure.

Two names are as alike as the longest part that both have in the same order says (rapidfuzz, in percent of both); words
may stand in any order, Chinese is compared by characters. Names with different numbers in them are different sizes, and
items of different categories are different goods: neither is a likeness, whatever the letters say.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, pairwise

from rapidfuzz import fuzz, process

from suyuan.catalog.rules import code_key
from suyuan.gs1.problems import N_

LEAST = 60  # percent from which on two names are alike
RAREST = 6  # pieces by which a name is looked up
MOST_SHARING = 40  # names that share a piece; one that more share says nothing
CLOSEST = 5  # likenesses kept for each name
MOST_TOGETHER = 8  # rows with one code or GTIN of which every pair is told
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


class Why(StrEnum):
    """What two rows share."""

    CODE = "code"
    GTIN = "gtin"
    PART = "part"
    TAX = "tax"
    NAME = "name"


WHY: Mapping[str, str] = {
    Why.CODE: N_("Same code, but for signs and leading zeros"),
    Why.GTIN: N_("Same GTIN"),
    Why.PART: N_("Same supplier's code"),
    Why.TAX: N_("Same tax number"),
    Why.NAME: N_("Similar name"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as it is compared. `shared`: what (why, value) no second row should have; `group`: its category."""

    uri: str
    key: str
    names: tuple[str, ...] = ()
    group: str = ""
    shared: frozenset[tuple[Why, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows that may be one; `one` sorts before `other`, `score` in percent."""

    one: str
    other: str
    why: frozenset[Why]
    score: int

    @property
    def text(self) -> str:
        """Its reasons as they are kept."""
        return ",".join(why for why in Why if why in self.why)


# -- what is compared -------------------------------------------------------------------------------------------------


def bare(code: str) -> str:
    """A code without signs, blanks and leading zeros: ``ab-007`` and ``AB7`` are both ``AB7``."""
    return "".join(_WORD.findall(_ZEROS.sub("", code_key(code))))


def unsigned(number: str) -> str:
    """A number without signs and blanks."""
    return "".join(_WORD.findall(code_key(number)))


def plain(name: str) -> str:
    """A name as it is compared: NFKC, lower case, without signs, its words in alphabetical order."""
    return " ".join(sorted(_WORD.findall(unicodedata.normalize("NFKC", name).casefold())))


def numbers(name: str) -> tuple[str, ...]:
    """The numbers in a name: how much of it, or which."""
    return tuple(sorted(_NUMBER.findall(unicodedata.normalize("NFKC", name))))


def pieces(text: str) -> set[str]:
    """Two characters of Chinese, three of other writing, with the ends of its words marked."""
    found: set[str] = set()
    for word in text.split():
        size = 2 if _CHINESE.search(word) else 3
        padded = word if size == 2 and len(word) > 1 else f" {word} "
        found.update(padded[n : n + size] for n in range(max(1, len(padded) - size + 1)))
    return found


@dataclass(frozen=True, slots=True)
class _Name:
    """One of the names of a row."""

    row: int
    text: str
    numbers: tuple[str, ...]


def alike(one: Entry, other: Entry) -> int:
    """How alike the names of two rows are, 0–100."""
    if one.group and other.group and one.group != other.group:
        return 0
    scores = [
        round(fuzz.ratio(plain(first), plain(second)))
        for first in one.names
        for second in other.names
        if _same_numbers(numbers(first), numbers(second))
    ]
    return max(scores, default=0)


def _same_numbers(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return not one or not other or one == other


# -- all pairs --------------------------------------------------------------------------------------------------------


def pairs(entries: Sequence[Entry], least: int = LEAST, *, among: Callable[[Entry], bool] | None = None) -> list[Pair]:
    """All pairs of rows that may be one, the likeliest first. `among`: only pairs with at least one of these.

    Names are compared that share one of their rarest pieces, so that 100,000 take seconds: a name all of whose pieces
    are common may be missed.
    """
    found: dict[tuple[int, int], tuple[set[Why], int]] = {}
    for one, other, why in _sharing(entries):
        whys, _score = found.setdefault((one, other), (set(), 100))
        whys.add(why)
    for one, other, score in _named_alike(entries, least):
        if entries[one].group and entries[other].group and entries[one].group != entries[other].group:
            continue
        whys, known = found.get((one, other), (set(), 0))
        found[one, other] = ({*whys, Why.NAME}, max(known, score))
    listed = [
        _pair(entries[one].uri, entries[other].uri, whys, score)
        for (one, other), (whys, score) in found.items()
        if among is None or among(entries[one]) or among(entries[other])
    ]
    return sorted(listed, key=lambda pair: (-pair.score, -len(pair.why), pair.one, pair.other))


def _pair(one: str, other: str, whys: Iterable[Why], score: int) -> Pair:
    first, second = sorted((one, other))
    return Pair(first, second, frozenset(whys), score)


def _sharing(entries: Sequence[Entry]) -> Iterator[tuple[int, int, Why]]:
    """Rows with one code or GTIN; of very many with the same only the neighbours."""
    holders: dict[tuple[Why, str], list[int]] = defaultdict(list)
    for n, entry in enumerate(entries):
        for told in entry.shared:
            holders[told].append(n)
    for (why, _value), rows in holders.items():
        together = combinations(rows, 2) if len(rows) <= MOST_TOGETHER else pairwise(rows)
        yield from ((one, other, why) for one, other in together)


def _named_alike(entries: Sequence[Entry], least: int) -> Iterator[tuple[int, int, int]]:
    names = [
        _Name(n, text, numbers(name))
        for n, entry in enumerate(entries)
        for name in entry.names
        if (text := plain(name))
    ]
    cut = [pieces(name.text) for name in names]
    how_many = Counter(piece for found in cut for piece in found)
    sharing: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    for n, (name, found) in enumerate(zip(names, cut, strict=True)):
        cut[n] = set(sorted(found, key=lambda piece: (how_many[piece], piece))[:RAREST])
        for piece in cut[n]:
            sharing[piece, name.numbers].append(n)
    for n, name in enumerate(names):
        yield from _closest(names, _met(sharing, cut[n], n, name.numbers), n, least)


def _met(
    sharing: Mapping[tuple[str, tuple[str, ...]], Sequence[int]],
    found: Iterable[str],
    n: int,
    sizes: tuple[str, ...],
) -> set[int]:
    """The names before this one that share a rare piece with it, and all without numbers where it has some."""
    met: set[int] = set()
    for piece in found:
        for asked in {sizes, ()}:
            others = sharing.get((piece, asked), ())
            if len(others) <= MOST_SHARING:
                met.update(one for one in others if one < n or asked != sizes)
    return met


def _closest(names: Sequence[_Name], met: Iterable[int], n: int, least: int) -> Iterator[tuple[int, int, int]]:
    row = names[n].row
    choices = {one: names[one].text for one in met if names[one].row != row}
    if not choices:
        return
    for _text, score, one in process.extract(
        names[n].text, choices, scorer=fuzz.ratio, processor=None, score_cutoff=least, limit=CLOSEST
    ):
        first, second = sorted((row, names[one].row))
        yield first, second, round(score)
