"""From a sheet as somebody has it to rows of a register: which row is the head, which column is which field. Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from suyuan.catalog.fields import Field, Type, Value, is_empty, read_value
from suyuan.catalog.register import Intake
from suyuan.catalog.rules import code_key
from suyuan.desk.importing_words import SYNONYMS, UNITS
from suyuan.gs1.problems import Problem, Refused
from suyuan.ui.problems import say
from suyuan.ui.units import UNIT_NAMES
from suyuan.ui.workbooks import Cells, Sheet

LANGUAGES = ("zh-hans", "en")
UNIT_FIELDS = frozenset({"base_unit", "unit"})
HEAD_WITHIN = 20  # rows, of which the ones above the head are titles
_PARTS = re.compile(r"[,;，；、|\n]+")
_ASIDE = re.compile(r"[(（\[【].*?[)）\]】]")
_NO_WORD = re.compile(r"[^\w]+|_")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a sheet: its row, counted from 0, and its words."""

    row: int
    words: Cells


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sheet, counted from 1 as people see it: what could be read, and what could not, by field."""

    number: int
    cells: Cells
    values: Mapping[str, Value]
    problems: Sequence[Problem] = field(default_factory=tuple)


def normal(text: str) -> str:
    """A word of a head as it is compared: no case, width, blanks, marks, nor what stands in brackets."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return _NO_WORD.sub("", _ASIDE.sub("", text)) or _NO_WORD.sub("", text)


def words_of(one: Field) -> tuple[str, ...]:
    """Every word that a column of this field may have, the surest first."""
    said = (one.name, *one.names, *(say(one.word, language) for language in LANGUAGES))
    return tuple(dict.fromkeys(normal(word) for word in (*said, *SYNONYMS.get(one.name, ())) if word))


def propose(fields: Sequence[Field], words: Cells, remembered: Mapping[str, str]) -> dict[int, str]:
    """Column → field, each field once: as it was chosen before, else by its own words, else by usual ones."""
    found: dict[int, str] = {}
    names = {one.name for one in fields}
    heads = [normal(word) for word in words]
    for n, word in enumerate(words):
        name = remembered.get(word, "")
        if name in names and name not in found.values():
            found[n] = name
    known = {one.name: words_of(one) for one in fields}
    for turn in range(max(map(len, known.values()), default=0)):
        for name, usual in known.items():
            if name not in found.values() and turn < len(usual):
                match = next((n for n, head in enumerate(heads) if head == usual[turn] and n not in found), None)
                if match is not None:
                    found[match] = name
    return found


def find_head(fields: Sequence[Field], sheet: Sheet) -> Head:
    """The row in which most cells are words of fields; the first filled one where none is."""
    known = {word for one in fields for word in words_of(one)}
    rows = [(n, row) for n, row in enumerate(sheet.rows[:HEAD_WITHIN]) if any(row)]
    best = max(rows, key=lambda pair: (sum(normal(cell) in known for cell in pair[1] if cell), -pair[0]))
    return Head(best[0], best[1])


def best_sheet(fields: Sequence[Field], sheets: Sequence[Sheet]) -> Sheet:
    """The sheet whose head has most words of these fields; the first of equals."""

    def hits(sheet: Sheet) -> int:
        return len(propose(fields, find_head(fields, sheet).words, {}))

    return max(sheets, key=hits)


def head_problems(register: Intake, mapping: Mapping[int, str]) -> list[Problem]:
    """Which column holds the key? Without it no row can be told from another."""
    missing = [register.by_name[name] for name in register.keys if name not in mapping.values()]
    missing = [one for one in missing if one.needed]
    return [Problem("desk.column_missing", one.name, {"field": one.word}) for one in missing]


def read_lines(
    fields: Sequence[Field], sheet: Sheet, head: Head, mapping: Mapping[int, str], *, emptying: bool
) -> list[Line]:
    """The filled rows below the head. An empty cell leaves the field as it is; with `emptying` it empties it."""
    by_name = {one.name: one for one in fields}
    columns = [(column, by_name[name], reader_of(by_name[name])) for column, name in mapping.items()]
    lines = []
    for n, cells in enumerate(sheet.rows[head.row + 1 :], head.row + 2):
        if any(cells) and cells != head.words:
            lines.append(_line(n, cells, columns, emptying))
    return lines


Reader = Callable[[str], Value]


def _line(number: int, cells: Cells, columns: Sequence[tuple[int, Field, Reader]], emptying: bool) -> Line:
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for column, one, read in columns:
        text = cells[column] if column < len(cells) else ""
        if not text and not emptying:
            continue
        try:
            values[one.name] = read(text)
        except Refused as refused:
            problems += [Problem(p.code, one.name, p.params) for p in refused.problems]
    return Line(number, cells, values, problems)


def reader_of(one: Field) -> Reader:
    """How a cell of this field is read: choices by their words in either language as well as by their values."""
    if one.name in UNIT_FIELDS:
        units = unit_words()
        return lambda text: read_value(one, units.get(normal(text), text))
    if not one.choices:
        return lambda text: read_value(one, text)
    known = choice_words(one)
    if one.type is Type.MANY:
        return lambda text: read_value(one, ",".join(_chosen(known, part) for part in _PARTS.split(text)))
    return lambda text: read_value(one, _chosen(known, text))


def _chosen(known: Mapping[str, str], text: str) -> str:
    return known.get(normal(text), text)


@cache
def unit_words() -> dict[str, str]:
    """Word as it is compared → common code of the unit; the first code of those that share a word."""
    found = {normal(code): code for code in UNIT_NAMES}
    for code, word in [(code, say(name, language)) for code, name in UNIT_NAMES.items() for language in LANGUAGES]:
        found.setdefault(normal(word), code)
    for word, code in UNITS.items():
        found.setdefault(normal(word), code)
    return found


def choice_words(one: Field) -> dict[str, str]:
    """Word as it is compared → value."""
    choices = one.choices or {}
    words = {normal(say(word, language)): value for value, word in choices.items() for language in LANGUAGES}
    return words | {normal(value): value for value in choices}


# -- which rows first -------------------------------------------------------------------------------------------------


def in_order(register: Intake, lines: Sequence[Line]) -> list[Line]:
    """Lines so that what others of the same file point to comes before them: a zone before its bins."""
    pointing = [one.name for one in register.fields if one.refers == register.name]
    if not pointing:
        return list(lines)
    by_key = {register.key_of(line.values): line for line in lines}

    @cache
    def depth(key: str, left: int = 30) -> int:
        line = by_key.get(key)
        if line is None or not left:
            return 0
        above = [str(line.values[name]) for name in pointing if not is_empty(line.values.get(name))]
        return max((1 + depth(_key_with(register, line, code), left - 1) for code in above), default=0)

    return sorted(lines, key=lambda line: depth(register.key_of(line.values)))


def _key_with(register: Intake, line: Line, code: str) -> str:
    if "|" in code or len(register.keys) == 1:
        return "|".join(code_key(part) for part in code.split("|"))
    return register.key_of({**line.values, register.keys[-1]: code})
