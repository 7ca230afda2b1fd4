"""What commands print: tables for people, JSON for programs on standard output, progress on standard error."""

import json
import sys
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from typing import NoReturn, TypeVar

from tqdm import tqdm

from suyuan.gs1.problems import Problem
from suyuan.ui.problems import say, sentence

T = TypeVar("T")
MOST_ROWS = 40
GAP = "  "


def print_json(value: object) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def complain(place: str, problem: Problem) -> None:
    """A problem as a sentence on standard error, with where it is: `order.json: eventList[3].eventTime`."""
    print(": ".join(part for part in ("suyuan", place, sentence(problem)) if part), file=sys.stderr)


def complain_plainly(text: str) -> None:
    """A sentence of the command itself on standard error."""
    print(f"suyuan: {say(text)}", file=sys.stderr)


def width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else not unicodedata.combining(char) for char in text)


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    figures: Collection[int] = (),
    most: int = MOST_ROWS,
    more: str = "",
) -> str:
    """Rows under translated headings, each column as wide as it needs, those in `figures` flush right.

    `more` says with {count} how many rows beyond `most` are left out.
    """
    lines = [headings, *rows[:most]]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    text = [_line(line, widths, figures) for line in lines]
    if len(rows) > most and more:
        text.append("  " + more.format(count=len(rows) - most))
    return "\n".join(text)


def _line(cells: Sequence[str], widths: Sequence[int], figures: Collection[int]) -> str:
    padded = [
        " " * (wide - width(cell)) + cell if n in figures else cell + " " * (wide - width(cell))
        for n, (cell, wide) in enumerate(zip(cells, widths, strict=True))
    ]
    return ("  " + GAP.join(padded)).rstrip()


def progress(steps: Iterable[T], total: int | None, words: str, unit: str) -> "tqdm[T]":
    """The same steps, with a bar on standard error where that is a terminal; work of a moment shows none."""
    return tqdm(steps, total=total, desc=say(words), unit=f" {say(unit)}", disable=None, delay=0.5, leave=False)


def bar(total: int, words: str, unit: str) -> "tqdm[NoReturn]":
    """Such a bar for work that is counted by `update`."""
    return tqdm(total=total, desc=say(words), unit=f" {say(unit)}", disable=None, delay=0.5, leave=False)
