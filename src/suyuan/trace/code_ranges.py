"""Days and lot numbers that stand for many: from one to another, up to one, all that begin or end like this. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from suyuan.trace.code_values import Code, DateCode, Lot, LotPattern, LotRange, Unclear, fold
from suyuan.trace.code_words import AND, BEFORE, BETWEEN, DOWN, LABEL, SINCE, TO, UNTIL, UP


def joined_patterns(codes: Sequence[Code]) -> list[Code]:
    """ "begin with 23 and end with 03" is one pattern."""
    parted: list[Code] = []
    for code in codes:
        last = parted[-1] if parted else None
        if isinstance(code, LotPattern) and isinstance(last, LotPattern) and code.start - last.end <= 3:
            both = replace(last, end=code.end, text=f"{last.text} {code.text}")
            parted[-1] = replace(
                both,
                begins=last.begins or code.begins,
                ends=last.ends or code.ends,
                contains=last.contains or code.contains,
            )
        else:
            parted.append(code)
    return parted


def with_ranges(text: str, codes: Sequence[Code], label_ends: Sequence[int]) -> list[Code]:
    """Days and lot numbers with "through", "and earlier" and the like, as ranges."""
    ranged: list[Code] = []
    for code in codes:
        last = ranged[-1] if ranged else None
        if isinstance(code, DateCode):
            code = _opened(text, code, label_ends)
            if isinstance(last, DateCode) and _runs(text, last, code):
                ranged[-1] = replace(last, end=code.end, text=text[last.start : code.end], last=code.last)
                continue
        elif isinstance(code, Lot):
            ranged += _within(code)
            if isinstance(last, Lot) and TO.fullmatch(text[last.end : code.start]):
                ranged.append(_range(last, code, text[last.start : code.end]))
            ranged += _sided(text, code)
        ranged.append(code)
    return ranged


def _range(first: Lot, last: Lot, whole: str) -> Code:
    """From one lot number to another, where one can count so."""
    if is_series(first.text, last.text):
        return LotRange(first.start, last.end, whole, first.mode, first.text, last.text)
    return Unclear(first.start, last.end, whole, first.mode)


def _runs(text: str, first: DateCode, second: DateCode) -> bool:
    """The first day is where the second ends a span: "A through B", "between A and B", "start date A end date B"."""
    between = text[first.end : second.start]
    if first.first is None or second.last is None or second.last < first.first:
        return False
    gap = LABEL.sub(" ", between)
    if TO.fullmatch(gap) or (AND.fullmatch(gap) and BETWEEN.search(text, max(0, first.start - 60), first.start)):
        return True
    return "end date" in between.lower() and "start date" in text[max(0, first.start - 30) : first.start].lower()


def _opened(text: str, code: DateCode, label_ends: Sequence[int]) -> DateCode:
    """A day with what is on one side of it."""
    begun = max((end for end in label_ends if end <= code.start), default=0)
    before = text[begun : code.start]
    if down := DOWN.match(text, code.end):
        return replace(code, first=None, end=down.end(), text=text[code.start : down.end()])
    if up := UP.match(text, code.end):
        return replace(code, last=None, end=up.end(), text=text[code.start : up.end()])
    if UNTIL.search(before):
        return replace(code, first=None)
    if BEFORE.search(before) and code.first:
        return replace(code, first=None, last=code.first - timedelta(days=1))
    return replace(code, last=None) if SINCE.search(before) else code


def _sided(text: str, code: Lot) -> Iterator[LotRange]:
    """ "44536 and smaller"."""
    if down := DOWN.match(text, code.end):
        yield LotRange(code.start, down.end(), text[code.start : down.end()], code.mode, None, code.text)
    elif up := UP.match(text, code.end):
        yield LotRange(code.start, up.end(), text[code.start : up.end()], code.mode, code.text, None)


def _within(code: Lot) -> Iterator[LotRange]:
    """ "Z324-Z350" in one word: a range too, where both halves are made alike."""
    first, dash, last = code.text.partition("-")
    if dash and len(fold(first)) > 2 and len(first) == len(last) and is_series(first, last):
        yield LotRange(code.start, code.end, code.text, code.mode, first, last)


_SERIES = re.compile(r"(.*?)(\d+)(\D*)")


def is_series(first: str, last: str) -> bool:
    """Whether one can count from the first number to the last: alike but for figures, which go up."""
    one, other = _SERIES.fullmatch(fold(first)), _SERIES.fullmatch(fold(last))
    if one is None or other is None or (one[1], one[3], len(one[2])) != (other[1], other[3], len(other[2])):
        return False
    return int(one[2]) < int(other[2])


def in_range(lot: str, span: LotRange) -> bool:
    """Whether a lot number lies in a range: made like its ends, its figures between theirs; of a range with two ends
    as many figures too.
    """
    ends = [_SERIES.fullmatch(fold(end)) for end in (span.first, span.last) if end]
    read = _SERIES.fullmatch(fold(lot))
    if read is None or any(end is None or (end[1], end[3]) != (read[1], read[3]) for end in ends):
        return False
    if len(ends) == 2 and ends[0] and len(read[2]) != len(ends[0][2]):
        return False
    first, last = (_SERIES.fullmatch(fold(end)) if end else None for end in (span.first, span.last))
    return (first is None or int(first[2]) <= int(read[2])) and (last is None or int(read[2]) <= int(last[2]))


def fits(lot: str, pattern: LotPattern) -> bool:
    """Whether a lot number is of a pattern."""
    number = fold(lot)
    return (
        (not pattern.begins or number.startswith(pattern.begins))
        and (not pattern.ends or number.endswith(pattern.ends))
        and (not pattern.contains or any(part in number for part in pattern.contains))
    )
