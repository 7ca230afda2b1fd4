"""Forms with lines, as typed: read with limits, kept on error, turned into commands by the pages. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import parse_amount

LONGEST_TEXT = 2048
LONGEST_LIST = 400_000  # ten thousand serial numbers
MOST_LINES = 200
_LINE = re.compile(r"line-(\d{1,4})-([a-z_]+)")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as typed; a field that is not there is empty."""

    values: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    def put(self, **changes: str) -> "Line":
        return replace(self, values={**self.values, **changes})

    @property
    def is_blank(self) -> bool:
        return not any(self.values.values())


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form as typed: fields of the head, and lines."""

    head: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()

    def get(self, name: str) -> str:
        return self.head.get(name, "")

    def put(self, **changes: str) -> "Sheet":
        return replace(self, head={**self.head, **changes})

    def without(self, number: int) -> "Sheet":
        return replace(self, lines=self.lines[:number] + self.lines[number + 1 :])

    def with_line(self, line: Line) -> "Sheet":
        return replace(self, lines=(*self.lines, line))

    def with_last(self, line: Line) -> "Sheet":
        return replace(self, lines=(*self.lines[:-1], line))


def clean(text: str, longest: int = LONGEST_TEXT) -> str:
    """What was typed without blanks at the ends and NUL, at most as long as anything sensible."""
    return text.strip(" \t\r\n").replace("\0", "")[:longest]


def read_sheet(
    posted: Mapping[str, str], head: Iterable[str], columns: Iterable[str], lists: Iterable[str] = ()
) -> Sheet:
    """The sheet in a POST: `head` fields by name, lines as ``line-3-quantity``; blank lines are left out.

    `lists`: those of the columns that hold many words, and may be long.
    """
    known, long = frozenset(columns), frozenset(lists)
    found: dict[int, dict[str, str]] = {}
    for name, value in posted.items():
        match = _LINE.fullmatch(name)
        if match and match[2] in known:
            longest = LONGEST_LIST if match[2] in long else LONGEST_TEXT
            found.setdefault(int(match[1]), {})[match[2]] = clean(value, longest)
    lines = (Line(found[number]) for number in sorted(found))
    return Sheet(
        {name: clean(posted.get(name, "")) for name in head}, tuple(line for line in lines if not line.is_blank)
    )


def line_problems(sheet: Sheet) -> list[Problem]:
    """No line, or more than one document takes."""
    if not sheet.lines:
        return [Problem("desk.lines_missing", "scan")]
    if len(sheet.lines) > MOST_LINES:
        return [Problem("desk.lines_too_many", "scan", {"count": str(len(sheet.lines)), "most": str(MOST_LINES)})]
    return []


def day_of(text: str, where: str, problems: list[Problem]) -> date | None:
    """A date as people type it: 2026-11-30, 20261130, 2026/11/30, 2026年11月30日. What is none goes to `problems`."""
    if not text:
        return None
    match = _DAY.fullmatch(text)
    try:
        year, month, day = [int(part) for part in match.groups() if part] if match else []
        return date(year, month, day)
    except ValueError:
        problems.append(Problem("desk.date_wrong", where, {"text": text[:40]}))
        return None


def amount_of(text: str, where: str, problems: list[Problem]) -> Decimal:
    """An amount as typed, with thousands apart or not; zero where it is wrong, and then `problems` says so."""
    try:
        return parse_amount(text.replace(",", "").replace("，", "").replace(" ", ""))
    except Refused as refused:
        problems += [replace(problem, field=where) for problem in refused.problems]
        return Decimal(0)


def request_of(text: str) -> UUID | None:
    """The id a form carries from the moment its page was made, so that sending it twice does nothing twice."""
    try:
        return UUID(text)
    except ValueError:
        return None


def by_field(problems: Sequence[Problem]) -> dict[str, list[Problem]]:
    """Problems beside their fields."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.field, []).append(problem)
    return found
